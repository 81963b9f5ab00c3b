"""Waits for an action to complete. The planted bug: it believes that states never go back, and caches make them."""

import os

import requests

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


def main() -> None:
    with requests.Session() as session:
        for number in range(12):
            watch = Watch()
            for _ in range(5):
                answer = session.get(f"{API}/actions/act_{number}", headers={"x-api-key": "sk_test_demo"}, timeout=20)
                if not answer.ok:
                    break
                watch.saw(answer.json()["data"]["status"])
    print("all done")


main()
