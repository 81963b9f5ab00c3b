# An app that also calls a second server of its own, whose certificate it trusts by itself.
import json
import ssl
import sys
from urllib.error import URLError
from urllib.request import Request, urlopen

key = {"Authorization": "Bearer sk_test_demo"}
with urlopen(Request("https://api.amps.ai/battery", headers=key), timeout=20) as answer:
    first = answer.status
try:
    trust = ssl.create_default_context(cafile=sys.argv[1])
    with urlopen("https://metering.example:8443/", timeout=20, context=trust) as answer:
        second = json.load(answer)
except URLError as error:
    second = {"error": str(error)}
print(json.dumps([first, second]))
