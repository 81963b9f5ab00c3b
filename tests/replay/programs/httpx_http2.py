import base64
import json
import sys

import httpx

with httpx.Client(http2=True, timeout=20) as client:
    for call in sys.argv[2:]:
        method, path = call.split(" ")
        try:
            with client.stream(method, sys.argv[1] + path) as answer:
                body = b"".join(answer.iter_raw())
                assert answer.http_version == "HTTP/2", answer.http_version
                headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers.raw]
                told = [answer.status_code, "", headers, base64.b64encode(body).decode()]
        except httpx.HTTPError as error:
            told = [type(error).__name__]
        print(json.dumps(told))
