"""Captures for the apps with planted bugs: what an energy API tells them on a busy day."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from replaysandbox.core.capture import CaptureHeader, Recorded, RecordedRequest, RecordedResponse, Timings
from replaysandbox.core.exchange import Request
from replaysandbox.files.capture_writer import open_writer
from replaysandbox.files.settings import load_settings
from replaysandbox.launch.engine import Engine
from replaysandbox.redact.rules import VERSION

HOST = "api.amps.ai"
STARTED = datetime(2026, 6, 1, 12, tzinfo=UTC)
HEADERS = (
    ("Date", "Mon, 01 Jun 2026 12:00:00 GMT"),
    ("Content-Type", "application/json; charset=utf-8"),
    ("Server", "cloud"),
    ("X-Request-Id", "req_5f2a"),
    ("Vary", "Accept-Encoding"),
)


def header(redaction: str = VERSION) -> CaptureHeader:
    return CaptureHeader(STARTED, packs=("amps",), hosts=(HOST,), redaction=redaction)


def write(path: Path, exchanges: Iterable[Recorded]) -> Path:
    with open_writer(path, header()) as writer:
        for each in exchanges:
            writer.append(each)
    return path


def exchange(number: int, path: str, body: Any, status: int = 200, query: str = "", **headers: str) -> Recorded:
    asked = RecordedRequest("GET", "https", HOST, 443, path, query, (("User-Agent", "app/1.0"), ("Accept", "*/*")))
    more = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    answered = RecordedResponse(status, HEADERS + more, json.dumps(body, indent=1).encode())
    return Recorded(STARTED + timedelta(seconds=number), asked, answered, timings=Timings(1, 20, 1), pack="amps")


def idle_batteries(path: Path, homes: int = 388) -> Path:
    """400 exchanges of the sandbox's own answers; two batteries stand idle and say nothing of their rate."""
    engine = Engine.load(load_settings({"pack": ("amps",), "homes": str(homes)}, {}, path.parent), STARTED)
    kept: list[Recorded] = []

    def ask(path: str, query: str = "") -> Any:
        request = Request("GET", "https", HOST, 443, path, query, (("x-api-key", "sk_test_demo"),))
        reply: Any = engine.answer(request, STARTED)
        data = json.loads(reply.body)
        state = data["data"].get("state", {})
        if path.startswith("/battery/") and len(kept) in (12 + 12, 12 + 37):
            state.update(status="idle", chargeRate=None)
        elif state.get("status") == "idle":
            state["status"] = "charging"
        kept.append(exchange(len(kept), path, data, query=query))
        return data["data"]

    for family in ("vehicle", "solar-inverter", "ev-charger", "hvac"):
        ask(f"/{family}", "limit=1")
    pages = [ask("/battery", f"limit=50&offset={offset}") for offset in range(0, homes, 50)]
    for battery in (battery for page in pages for battery in page["items"]):
        ask(f"/battery/{battery['id']}")
    return write(path, kept)


def watch_action(path: Path) -> Path:
    def told() -> Iterator[Recorded]:
        for number in range(4):
            steps = ["PENDING", "PENDING", "EXECUTING", "EXECUTING", "COMPLETED"]
            if number == 2:
                steps[3] = "PENDING"
            for turn, status in enumerate(steps):
                progress = {"percent": 20 * turn, "steps": [{"name": f"step {n}", "done": n < turn} for n in range(5)]}
                data = {"id": f"act_{number}", "status": status, "progress": progress, "device": f"device_{number}"}
                yield exchange(5 * number + turn, f"/actions/act_{number}", {"success": True, "data": data})

    return write(path, told())


def back_off(path: Path) -> Path:
    def told() -> Iterator[Recorded]:
        items = [{"id": f"charger_{number}", "vendor": "Zaptec"} for number in range(20)]
        yield exchange(0, "/ev-charger", {"success": True, "data": {"items": items, "pagination": {"total": 20}}})
        for number in range(20):
            place = f"/ev-charger/charger_{number}"
            if number % 4 == 1:
                yield exchange(3 * number, place, {"error": {"code": "rate_limited"}}, 429, Retry_After="0")
            if number == 13:
                yield exchange(3 * number + 1, place, {"error": {"code": "rate_limited", "detail": "slow down"}}, 429)
            yield exchange(3 * number + 2, place, {"success": True, "data": {"id": number, "plugged": number % 2 == 0}})

    return write(path, told())


def day_of_charging(path: Path) -> Path:
    def told() -> Iterator[Recorded]:
        for number in range(6):
            begun = STARTED - timedelta(days=40)
            at = [begun + timedelta(days=day, hours=day % 5, minutes=number) for day in range(20)]
            if number == 3:
                at[17] = at[17].replace(hour=22, minute=40)
            data = {
                "vehicle": {"id": f"car_{number}", "vendor": "Renault"},
                "sessions": [
                    {"id": f"s{day}", "startedAt": each.isoformat(), "energy": 7.25 + day, "place": "home"}
                    for day, each in enumerate(at)
                ],
            }
            yield exchange(number, f"/vehicle/car_{number}/charging", {"success": True, "data": data})

    return write(path, told())
