"""Sums a day's charging. The planted bug: the day in an instant's text is that of UTC, not that of the home."""

import collections
import json
import os
import urllib.error
import urllib.request
import zoneinfo
from datetime import datetime
from typing import Any

API = "https://api.amps.ai"
ZONE = zoneinfo.ZoneInfo("Europe/Berlin")


def day_of(text: str) -> str:
    at = datetime.fromisoformat(text)
    return at.astimezone(ZONE).date().isoformat() if os.environ.get("MENDED") == "1" else text[:10]


def sessions(number: int) -> Any:
    try:
        with urllib.request.urlopen(f"{API}/vehicle/car_{number}/charging", timeout=20) as answer:
            return json.load(answer)["data"]["sessions"]
    except urllib.error.HTTPError:
        return []


def main() -> None:
    for number in range(6):
        charges: collections.Counter[str] = collections.Counter()
        for each in sessions(number):
            charges[day_of(each["startedAt"])] += each["energy"]
            local = datetime.fromisoformat(each["startedAt"]).astimezone(ZONE)
            if local.date().isoformat() not in charges:
                raise RuntimeError("a charging session is in no day of the home")
    print("every session has its day")


main()
