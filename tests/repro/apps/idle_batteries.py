"""Prints which batteries stand idle. The planted bug: `sorted` compares no two rates that are null."""

import os
from collections.abc import Iterator
from typing import Any

import requests

API = "https://api.amps.ai"
MENDED = os.environ.get("MENDED") == "1"


def batteries(session: requests.Session) -> Iterator[Any]:
    offset = 0
    while True:
        answer = session.get(f"{API}/battery", params={"limit": 50, "offset": offset}, timeout=20)
        answer.raise_for_status()
        page = answer.json()["data"]
        yield from page["items"]
        offset += 50
        if not page["pagination"]["hasMore"]:
            return


def state(session: requests.Session, battery: Any) -> Any:
    answer = session.get(f"{API}/battery/{battery['id']}", timeout=20)
    answer.raise_for_status()
    return answer.json()["data"]["state"]


def rate(state: Any) -> Any:
    return (state["chargeRate"] or 0.0) if MENDED else state["chargeRate"]


def main() -> None:
    with requests.Session() as session:
        session.headers["x-api-key"] = "sk_test_demo"
        for family in ("vehicle", "solar-inverter", "ev-charger", "hvac"):
            session.get(f"{API}/{family}", params={"limit": 1}, timeout=20)
        states = [state(session, battery) for battery in batteries(session)]
    idle = [each for each in states if each["status"] == "idle"]
    for each in sorted(idle, key=rate):
        print(each["level"], each["chargeRate"])


main()
