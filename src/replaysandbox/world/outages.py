"""Which devices are cut off at an instant, and since when: by vendor, home, region and time, as outages are in life."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from replaysandbox.core.device import DeviceRef
from replaysandbox.core.noise import mix, signal, unit
from replaysandbox.core.scenario import Outage, OutageRule
from replaysandbox.world.dates import DAY_MS, HOUR_MS, instant, instant_ms
from replaysandbox.world.world import World, home_by_name, model_of, number_of_device, region_of

_OUTAGE: Final = signal("outage")


def outage_at(world: World, device: DeviceRef, at: datetime) -> Outage | None:
    """Tell whether a device is cut off, and since when.

    Args:
        world: The world.
        device: The device.
        at: Instant.

    Returns:
        The outage; a device that is gone outweighs a hiccup, then the longer outage counts. None where there is none.
    """
    if not world.scenario.outages:
        return None
    found = [
        Outage(rule.kind, since)
        for number, rule in enumerate(world.scenario.outages)
        if (since := _since(rule, at)) is not None and _hit(world, rule, number, device)
    ]
    return min(found, key=lambda outage: (outage.kind != "offline", outage.since), default=None)


def _hit(world: World, rule: OutageRule, number: int, device: DeviceRef) -> bool:
    return (
        (not rule.family or rule.family == device.family)
        and (not rule.home or _home(world, rule.home) == device.home)
        and (rule.region is None or rule.region == region_of(world, device.home))
        and (not rule.vendor or rule.vendor.casefold() == model_of(world, device).make.casefold())
        and (rule.share >= 1.0 or unit(mix(_OUTAGE, number, number_of_device(world, device))) < rule.share)
    )


def _home(world: World, name: str) -> int | None:
    named = home_by_name(world, name)
    return int(name) if named is None and name.isascii() and name.isdigit() else named


def _month_start(at: datetime) -> datetime:
    """Give an instant for what has no beginning: the same in every process, and not one that moves along."""
    return at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _since(rule: OutageRule, at: datetime) -> datetime | None:
    """Tell since when a rule holds at an instant; None where it does not."""
    if (rule.start is not None and at < rule.start) or (rule.until is not None and at >= rule.until):
        return None
    if rule.daily is None:
        return rule.start or _month_start(at)
    begins, ends = rule.daily
    ms = instant_ms(at)
    past = (ms - round(begins * HOUR_MS)) % DAY_MS
    lasts = ends - begins if ends >= begins else ends - begins + 24.0
    if past >= round(lasts * HOUR_MS):
        return None
    opened = instant(ms - past)
    return opened if rule.start is None else max(opened, rule.start)
