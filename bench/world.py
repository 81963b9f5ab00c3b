"""What the world costs: a reading, a million homes, ids, a fleet's day, fidelity and laws.

Run: python bench/world.py [--long]   (--long adds the year of fidelity and laws)
Times are processor time, the best of several rounds, because machines like CI's are noisy.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import process_time

from replaysandbox.core.device import FAMILIES, DeviceRef
from replaysandbox.core.ids import IdStyle, decode, encode
from replaysandbox.fidelity import fidelity_of
from replaysandbox.files.profiles import read_profiles
from replaysandbox.files.scenarios import read_scenario
from replaysandbox.verify import laws_over
from replaysandbox.world.dates import instant_ms
from replaysandbox.world.fleet import fleet_of, fleet_readings
from replaysandbox.world.reading import reading_at
from replaysandbox.world.world import World, build_world, nth, number_of_device, total

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
PROFILES, SCENARIO = read_profiles(), read_scenario("default")
ROUNDS = 5


def world(homes: int) -> World:
    return build_world(PROFILES, SCENARIO, start=AT, homes=homes)


def cost_us(work: Callable[[int], object], count: int) -> float:
    """Best of several rounds; no round meets the numbers of another."""
    best = float("inf")
    for turn in range(ROUNDS):
        began = process_time()
        for number in range(turn * count, (turn + 1) * count):
            work(number)
        best = min(best, process_time() - began)
    return best / count * 1e6


def resident_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def readings() -> None:
    made = world(1_000_000)
    print("reading [µs]        warm   new day   new device")
    for family in FAMILIES:

        def warm(number: int, family: str = family) -> object:
            return reading_at(made, DeviceRef(family, 7), AT + timedelta(seconds=number))

        def day(number: int, family: str = family) -> object:
            return reading_at(made, DeviceRef(family, 8), AT + timedelta(days=number))

        def other(number: int, family: str = family) -> object:
            return reading_at(made, DeviceRef(family, 9 + number * 331), AT)

        print(f"{family:17} {cost_us(warm, 1000):7.1f} {cost_us(day, 300):9.1f} {cost_us(other, 300):12.1f}")


def ids() -> None:
    for style in (IdStyle("base62", "device_", 9), IdStyle("digits", "", 16), IdStyle("uuid")):
        text = encode(style, "device", 123_456)

        def there(number: int, style: IdStyle = style) -> object:
            return encode(style, "device", number)

        def back(_: int, style: IdStyle = style, text: str = text) -> object:
            return decode(style, "device", text)

        print(f"id {style.kind:7} encode {cost_us(there, 5000):4.1f} µs, decode {cost_us(back, 5000):4.1f} µs")


def homes() -> None:
    for count in (10, 1_000_000):
        made = world(count)
        last = total(made, "vehicle")

        def page(_: int, made: World = made, last: int = last) -> object:
            return [number_of_device(made, nth(made, "vehicle", k)) for k in range(last - 10, last)]

        def build(_: int, count: int = count) -> object:
            return world(count)

        costs = f"build {cost_us(build, 100):5.0f} µs, last page of ten {cost_us(page, 200):4.0f} µs"
        print(f"{count:>9,} homes: {costs}, resident {resident_mb():5.1f} MB")


def fleet() -> None:
    made, start = world(10_000), instant_ms(AT.replace(hour=0))
    began = process_time()
    for family in FAMILIES:
        fleet_readings(fleet_of(made, range(10_000)), family, 0, [start + 900_000 * step for step in range(96)])
    print(f"10,000 homes, one day, each quarter of an hour, {len(FAMILIES)} families: {process_time() - began:.1f} s")


def year() -> None:
    began = process_time()
    fine = all(row.fine for row in fidelity_of(world(10_000), 2026))
    print(f"fidelity, 10,000 homes over 2026: {process_time() - began:.1f} s, {'all fine' if fine else 'OFF'}")
    began = process_time()
    report = laws_over(
        world(200), range(200), datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), 900_000
    )
    told = f"{report.readings:,} readings, {report.found} broken"
    print(f"laws, 200 homes over 2026: {process_time() - began:.1f} s, {told}")


if __name__ == "__main__":
    homes()
    readings()
    ids()
    fleet()
    if "--long" in sys.argv:
        year()
