"""What commands cost: reading a device with ten thousand of them behind it, and a day of fifty homes under fire.

Run: python bench/commands.py
Times are processor time, the best of several rounds, because machines like CI's are noisy.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import process_time

from replaysandbox.answer import Loaded, answer
from replaysandbox.core.action import Action
from replaysandbox.core.bend import Does
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.entries import Pushed
from replaysandbox.core.exchange import Request
from replaysandbox.core.session import Session
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all
from replaysandbox.operations.bending import told
from replaysandbox.operations.ids import device_id

AT = datetime(2026, 6, 1, tzinfo=UTC)
KEY = (("x-api-key", "sk_test_demo"),)
PATHS = {"battery": "battery", "ev_charger": "ev-charger", "hvac": "hvac"}
DOES: dict[str, tuple[Does, ...]] = {
    "battery": ("charge", "idle", "discharge", "follow"),
    "ev_charger": ("charge", "idle", "follow"),
    "hvac": ("heat", "off", "cool", "follow"),
}


def pushed(loaded: Loaded, log: CommandLog, device: DeviceRef, number: int, at: datetime) -> CommandLog:
    does = DOES[device.family][number % len(DOES[device.family])]
    action = Action(log.count + 1, "amps", device, does, does, None, {}, at, completed_s=4.0)
    return replace(told(loaded.world, log, Pushed(action)), fresh=())


def cost_us(loaded: Loaded, log: CommandLog, path: str, at: datetime, rounds: int = 15, count: int = 200) -> float:
    request, session, best = Request("GET", "https", "api.amps.ai", 443, path, headers=KEY), Session(log=log), 1e9
    for turn in range(rounds):
        began = process_time()
        for number in range(count):
            answer(request, loaded, session, at + timedelta(milliseconds=turn * count + number))
        best = min(best, process_time() - began)
    return best / count * 1e6


def ratio(family: str, commands: int = 10_000, loaded: Loaded | None = None) -> tuple[float, float, float]:
    """Tell what reading a device costs fresh and with many commands behind it. [µs], [µs], [1]"""
    loaded = loaded or load_all(Settings(pack=("amps",), homes=50), AT).loaded
    device, log, at = DeviceRef(family, 0), CommandLog(), AT
    for number in range(commands):
        at = AT + timedelta(minutes=number)
        log = pushed(loaded, log, device, number, at)
    path = f"/{PATHS[family]}/{device_id(loaded.packs['amps'], loaded.world, device)}"
    at += timedelta(seconds=30)
    fresh, old = cost_us(loaded, CommandLog(), path, at), cost_us(loaded, log, path, at)
    return fresh, old, old / fresh


def day() -> None:
    """Push a thousand commands to fifty homes over a day, and read every device each quarter of an hour."""
    loaded = load_all(Settings(pack=("amps",), homes=50), AT).loaded
    pack, log, began, reads = loaded.packs["amps"], CommandLog(), process_time(), 0
    for quarter in range(96):
        for number in range(quarter * 1000 // 96, (quarter + 1) * 1000 // 96):
            device = DeviceRef(tuple(PATHS)[number % 3], number * 7 % 50)
            log = pushed(loaded, log, device, number, AT + timedelta(minutes=15 * quarter))
        for home in range(50):
            for family, word in PATHS.items():
                path = f"/{word}/{device_id(pack, loaded.world, DeviceRef(family, home))}"
                request = Request("GET", "https", "api.amps.ai", 443, path, headers=KEY)
                answer(request, loaded, Session(log=log), AT + timedelta(minutes=15 * quarter + 7))
                reads += 1
    print(f"24 hours, 50 homes, {log.count:,} pushes, {reads:,} reads: {process_time() - began:.1f} s")


if __name__ == "__main__":
    for each in PATHS:
        fresh_us, old_us, times = ratio(each)
        print(f"{each:12} read: fresh {fresh_us:5.1f} µs, 10,000 commands later {old_us:5.1f} µs: {times:.2f} x")
    day()
