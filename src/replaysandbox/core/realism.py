"""What a vendor's cloud puts between an app and a device: readings of before, and limits. Values and arithmetic only.

A pack says it under `realism:`; it holds with `--realism vendor` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final, Literal

from replaysandbox.core.device import DeviceRef
from replaysandbox.core.fault import route_matches

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)

MOST_SPENT: Final = 10_000
"""Callers and devices whose calls are counted at a time, and devices that were asked for sooner. Ours."""


@dataclass(frozen=True, slots=True)
class Readings:
    """How old what an API shows may be.

    Attributes:
        every_s: A cloud takes a reading this often, and shows it until the next; 0: whenever it is asked. [s]
        lag_s: What it shows has been on the way that long. [s]
        sooner: Boolean query parameter → the same of `every_s` where it is true. [s]
        live: Routes that reach the device itself; what they bring is shown by the others, too, until the next reading.
    """

    every_s: float = 0.0
    lag_s: float = 0.0
    sooner: Mapping[str, float] = field(default_factory=dict)
    live: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """How many calls an API takes.

    Attributes:
        calls: As many.
        per_s: In a window this long, which begins where its length divides the time since 1970, a day at midnight UTC;
            0 where it is a bucket. [s]
        refill_s: A bucket holds `calls`, and gets another one this often; 0 where it is a window. [s]
        by: Whose calls count together: those of a `key`, or those that name an `id` in their path.
        routes: Routes it is for, a `*` at the end stands for any rest; empty: all.
    """

    calls: int
    per_s: float = 0.0
    refill_s: float = 0.0
    by: Literal["key", "id"] = "key"
    routes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sleep:
    """When devices sleep: out of reach, until they are woken.

    Attributes:
        families: Families that do.
        after_s: One falls asleep when it has neither charged nor driven for so long, and nobody has woken it. [s]
        wakes: Routes that wake one.
        wakes_s: How long that takes. [s]
    """

    families: tuple[str, ...]
    after_s: float
    wakes: tuple[str, ...]
    wakes_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Realism:
    """What a pack says of its vendor's cloud.

    Attributes:
        readings: How old what it shows may be.
        limits: How many calls it takes.
        webhooks_s: How long after an event it tells of it, by the sandbox's clock. [s]
        sleep: When devices sleep; None where they do not.
    """

    readings: Readings = Readings()
    limits: tuple[Limit, ...] = ()
    webhooks_s: float = 0.0
    sleep: Sleep | None = None


SpentKey = tuple[str, int, str]
"""Pack, position of the limit, whose calls."""

Spent = tuple[int, int]
"""Of a window: which, and how many calls. Of a bucket: the instant at which it is full again [ms since 1970], and 0."""

PulledKey = tuple[str, DeviceRef]
"""Pack, device."""


def is_meant(patterns: tuple[str, ...], route: str) -> bool:
    """Tell whether a route is among some; a `*` at the end of one stands for any rest."""
    return any(route_matches(pattern, route) for pattern in patterns)


def taken_at(every_s: float, lag_s: float, phase: int, at: datetime) -> datetime:
    """Tell the instant of the reading that is shown at another.

    Args:
        every_s: How often one is taken; 0 for whenever it is asked for. [s]
        lag_s: How long it is on the way. [s]
        phase: Any number; which part of the span readings are taken at.
        at: Instant being asked about.
    """
    if not every_s and not lag_s:
        return at
    seen_ms = (at - _EPOCH) // _MS - round(lag_s * 1000)
    every_ms = round(every_s * 1000)
    return _EPOCH + _MS * (seen_ms - (seen_ms - phase) % every_ms if every_ms else seen_ms)


def is_awake(sleep: Sleep, woken: datetime | None, at: datetime) -> bool:
    """Tell whether a device that was woken at an instant is still awake for that, or is so by now."""
    since_s = -1.0 if woken is None else (at - woken).total_seconds() - sleep.wakes_s
    return 0 <= since_s < sleep.after_s


def spend(limit: Limit, spent: Spent | None, at: datetime) -> tuple[Spent, int]:
    """Spend one call.

    Args:
        limit: The limit.
        spent: What was spent so far, or None.
        at: Instant of the call.

    Returns:
        What is spent now, and 0; or what was spent, and how long to wait until there is one again. [s]

    Source:
        The bucket: Generic Cell Rate Algorithm, ITU-T I.371, annex A.
    """
    now_ms = (at - _EPOCH) // _MS
    if limit.refill_s:
        each_ms = round(limit.refill_s * 1000)
        full_ms = max(spent[0] if spent else 0, now_ms)
        if full_ms > now_ms + limit.calls * each_ms:  # the clock was wound back
            full_ms = now_ms
        left_ms = full_ms + each_ms - now_ms - limit.calls * each_ms
        return ((full_ms, 0), ceil(left_ms / 1000)) if left_ms > 0 else ((full_ms + each_ms, 0), 0)
    length_ms = round(limit.per_s * 1000)
    window = now_ms // length_ms
    count = spent[1] if spent and spent[0] == window else 0
    if count >= limit.calls:
        return (window, count), ceil(((window + 1) * length_ms - now_ms) / 1000)
    return (window, count + 1), 0
