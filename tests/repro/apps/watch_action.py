"""Waits for an action to complete. The planted bug: it believes that states never go back, and caches make them."""

import json
import os
import urllib.error
import urllib.request

API = "https://api.amps.ai"
ORDER = ["PENDING", "EXECUTING", "COMPLETED"]


class Watch:
    def __init__(self) -> None:
        self.reached = 0

    def saw(self, status: str) -> None:
        place = ORDER.index(status)
        if place < self.reached and os.environ.get("MENDED") == "1":
            return
        assert place >= self.reached, f"went back to {status}"
        self.reached = place


def status(number: int) -> str:
    with urllib.request.urlopen(f"{API}/actions/act_{number}", timeout=20) as answer:
        return str(json.load(answer)["data"]["status"])


def main() -> None:
    for number in range(4):
        watch = Watch()
        try:
            for _ in range(5):
                watch.saw(status(number))
        except urllib.error.HTTPError:
            print(number, "cannot be watched")
    print("all done")


main()
