import json

import requests

answer = requests.get("https://api.amps.ai/battery", headers={"Authorization": "Bearer sk_test_demo"}, timeout=20)
print(json.dumps([answer.status_code, answer.headers["X-Sandbox"], answer.json()]))
