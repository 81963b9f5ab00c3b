import json
from urllib.request import Request, urlopen

request = Request("https://api.amps.ai/battery", headers={"Authorization": "Bearer sk_test_demo"})
with urlopen(request, timeout=20) as answer:
    print(json.dumps([answer.status, answer.headers["X-Sandbox"], json.load(answer)]))
