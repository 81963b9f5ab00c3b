"""Says what time it is, calls, waits a while, and says it again: as JSON, with how long the wait took by no clock."""

import datetime as dt
import json
import os
import threading
import time
import urllib.request

CONTROL = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def now() -> float:
    return dt.datetime.now(dt.UTC).timestamp()  # noqa: TID251 - what an app does


def steer(method: str, path: str, body: dict | None = None) -> dict:
    request = urllib.request.Request(
        f"{os.environ['REPLAYSANDBOX_CONTROL']}/v1{path}",
        data=json.dumps(body).encode() if body else None,
        method=method,
        headers={
            "Authorization": f"Bearer {os.environ['REPLAYSANDBOX_CONTROL_TOKEN']}",
            "Content-Type": "application/json",
        },
    )
    return json.load(CONTROL.open(request))


def off() -> float:
    """How far this program's clock is from the sandbox's. [s]"""
    at = dt.datetime.fromisoformat(steer("GET", "/clock")["at"])
    return now() - at.timestamp()


request = urllib.request.Request("https://api.amps.ai/battery?limit=1", headers={"x-api-key": "sk_test_demo"})
told = {"at": now(), "off": off(), "status": urllib.request.urlopen(request).status}
begun = time.monotonic()
time.sleep(0.3)  # noqa: TID251 - what an app does
threading.Event().wait(0.3)
told["waited"] = time.monotonic() - begun
steer("POST", "/clock/advance", {"by": "6h"})
time.sleep(2.2)  # noqa: TID251 - what an app does
told["later"] = now()
told["off later"] = off()
print(json.dumps(told))
