import json

import httpx

with httpx.Client(http2=True, timeout=20) as client:
    answer = client.get("https://api.amps.ai/battery", headers={"Authorization": "Bearer sk_test_demo"})
assert answer.http_version == "HTTP/2", answer.http_version
print(json.dumps([answer.status_code, answer.headers["X-Sandbox"], answer.json()]))
