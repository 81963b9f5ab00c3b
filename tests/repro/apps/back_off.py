"""Reads chargers, and waits when it is told to. The planted bug: it takes Retry-After for granted."""

import json
import os
import threading
import urllib.error
import urllib.request
from typing import Any

API = "https://api.amps.ai"


def wait(headers: Any) -> None:
    if os.environ.get("MENDED") == "1":
        threading.Event().wait(float(headers.get("Retry-After", "0")))
    else:
        threading.Event().wait(float(headers["Retry-After"].strip()))


def get(path: str) -> Any:
    for _ in range(3):
        try:
            with urllib.request.urlopen(API + path, timeout=20) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            if error.code != 429:
                raise
            wait(error.headers)
    return None


print([get(f"/ev-charger/{each['id']}") for each in get("/ev-charger")["items"]])
