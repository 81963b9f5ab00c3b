import base64
import json
import sys

import requests
import urllib3

for call in sys.argv[2:]:
    method, path = call.split(" ")
    try:
        with requests.request(method, sys.argv[1] + path, stream=True, timeout=20, allow_redirects=False) as answer:
            body = answer.raw.read(decode_content=False)
            headers = list(answer.raw.headers.items())
            told = [answer.status_code, answer.reason, headers, base64.b64encode(body).decode()]
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        told = [type(error).__name__]
    print(json.dumps(told))
