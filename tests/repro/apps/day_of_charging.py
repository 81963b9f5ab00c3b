"""Sums a day's charging. The planted bug: the day in an instant's text is that of UTC, not that of the home."""

import collections
import os
import zoneinfo
from datetime import datetime

import requests

API = "https://api.amps.ai"
ZONE = zoneinfo.ZoneInfo("Europe/Berlin")


def day_of(text: str) -> str:
    at = datetime.fromisoformat(text)
    return at.astimezone(ZONE).date().isoformat() if os.environ.get("MENDED") == "1" else text[:10]


def main() -> None:
    with requests.Session() as session:
        for number in range(30):
            answer = session.get(f"{API}/vehicle/car_{number}/charging", timeout=20)
            if not answer.ok:
                continue
            charges: collections.Counter[str] = collections.Counter()
            for each in answer.json()["data"]["sessions"]:
                charges[day_of(each["startedAt"])] += each["energy"]
                local = datetime.fromisoformat(each["startedAt"]).astimezone(ZONE)
                if local.date().isoformat() not in charges:
                    raise RuntimeError("a charging session is in no day of the home")
    print("every session has its day")


main()
