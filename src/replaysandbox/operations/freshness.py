"""How fresh what an API shows is, and how many calls it takes: what a pack's `realism:` comes to for one call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from replaysandbox.core.credentials import find_in, known_as
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.fault import FaultRule
from replaysandbox.core.noise import mix, signal
from replaysandbox.core.realism import (
    Limit,
    PulledKey,
    Readings,
    Sleep,
    Spent,
    SpentKey,
    is_awake,
    is_meant,
    spend,
    taken_at,
)
from replaysandbox.operations.call import Call
from replaysandbox.operations.which import asked_device, asked_id
from replaysandbox.world.dates import instant
from replaysandbox.world.reading import reading_at
from replaysandbox.world.world import home_key

_PHASE = signal("instants of readings")
_LOOKS = 3
"""Into how many parts the time before sleep is cut, to look whether a device did something. Ours."""


def shown_at(call: Call, home: int, at: datetime, device: DeviceRef | None = None) -> datetime:
    """Tell the instant of the reading that an API shows of a home, or of one of its devices.

    Args:
        call: The call.
        home: The home; all that is in it is read at one time.
        at: Instant of the newest reading there can be.
        device: The device, which may have been asked for sooner before.
    """
    realism = call.pack.realism
    if realism is None:
        return at
    readings = realism.readings
    if is_meant(readings.live, call.route.name):
        return at
    phase = mix(home_key(call.world, home), _PHASE)
    taken = taken_at(_every_s(readings, call), readings.lag_s, phase, at)
    if device is not None:
        taken = max(taken, _pulled(call, device, at, taken))
    started = instant(call.world.start_ms)
    return started if taken < started <= at else taken


def _every_s(readings: Readings, call: Call) -> float:
    return min(
        (every for name, every in readings.sooner.items() if call.query.get(name) is True), default=readings.every_s
    )


def _pulled(call: Call, device: DeviceRef, at: datetime, otherwise: datetime) -> datetime:
    """Tell when a device was last asked for sooner; `otherwise` where it was not, or the clock was wound back since."""
    pulled = call.session.pulled.get((call.pack.name, device))
    return pulled if pulled is not None and pulled <= at else otherwise


def is_asleep(call: Call, device: DeviceRef) -> bool:
    """Tell whether a device sleeps: it has neither charged nor driven for some time, and nobody has woken it."""
    sleep = call.pack.realism.sleep if call.pack.realism else None
    if sleep is None or device.family not in sleep.families:
        return False
    if is_awake(sleep, call.session.pulled.get((call.pack.name, device)), call.at):
        return False
    instants = (call.at - timedelta(seconds=sleep.after_s * part / _LOOKS) for part in range(_LOOKS + 1))
    readings = (reading_at(call.world, device, at, call.log.bents) for at in instants)
    return not any(getattr(reading, word, False) for reading in readings for word in ("charging", "driving"))


def pulled_by(call: Call) -> Mapping[PulledKey, datetime]:
    """Tell which device a call that was carried out has reached sooner than its readings come, and when."""
    realism, route = call.pack.realism, call.route.name
    if realism is None:
        return {}
    wakes = realism.sleep is not None and is_meant(realism.sleep.wakes, route)
    sooner = _every_s(realism.readings, call) < realism.readings.every_s or is_meant(realism.readings.live, route)
    device = asked_device(call) if wakes or sooner else None
    if device is None or (wakes and _is_waking(realism.sleep, call, device)):
        return {}
    return {(call.pack.name, device): shown_at(call, device.home, call.at, device)}


def _is_waking(sleep: Sleep | None, call: Call, device: DeviceRef) -> bool:
    """Tell whether a device is being woken already: who asks again need not wait from the beginning."""
    woken = call.session.pulled.get((call.pack.name, device))
    return sleep is not None and woken is not None and 0 <= (call.at - woken).total_seconds() < sleep.wakes_s


def spent_by(call: Call) -> tuple[Mapping[SpentKey, Spent], FaultRule | None]:
    """Count a call against the limits of its pack.

    Returns:
        What is spent of them now; or nothing, and the fault that tells of the first that is used up.
    """
    realism, before = call.pack.realism, call.session.spent
    if realism is None or before is None:
        return {}, None
    spent: dict[SpentKey, Spent] = {}
    for position, limit in enumerate(realism.limits):
        subject = _subject(limit, call)
        if subject is None:
            continue
        key = (call.pack.name, position, subject)
        spent[key], wait_s = spend(limit, before.get(key), call.at)
        if wait_s:
            return {}, FaultRule("realism", "rate_limit", arguments={"retry_after_s": wait_s})
    return spent, None


def _subject(limit: Limit, call: Call) -> str | None:
    """Tell whose calls a call counts with; None where the limit is not for it."""
    if limit.routes and not is_meant(limit.routes, call.route.name):
        return None
    if limit.by == "id":
        return asked_id(call) if "id" in call.arguments else None
    return _caller(call)


def _caller(call: Call) -> str | None:
    """Tell who calls: by key, or, as tokens come and go, by whom a token is for; None where no key is needed."""
    places = call.pack.credentials if call.route.credentials is None else call.route.credentials
    return known_as(call.pack, find_in(places, call.request) or "") or None
