"""`/v1/devices`: what devices measure, at an instant or over a span, whatever API they are read through."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse

from replaysandbox.answer import Loaded
from replaysandbox.control import asked
from replaysandbox.control.device_views import device_by_id, device_page, device_series, device_view
from replaysandbox.control.steers import steers_from_json
from replaysandbox.core.clock import at_wall
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.counted import many
from replaysandbox.core.device import FAMILIES, DeviceRef
from replaysandbox.core.entries import Steer

MOST_LISTED = 1_000
"""Devices in one answer. Ours."""

MOST_READINGS = 10_000
"""Readings in one series: a week by the minute. Ours."""

_STEP = "15m"


async def list_devices(request: Request) -> JSONResponse:
    """List devices with their readings, a page at a time, of one family or of all in turn."""
    asked.known(request, "family", "at", "offset", "limit")
    families = _families(request)
    offset = asked.whole(request, "offset", 0, 10**15)
    limit = asked.whole(request, "limit", 50, MOST_LISTED)
    at = asked.instant(request, "at") or _clock_at(request)
    return JSONResponse(device_page(_loaded(request), families, at, offset, limit, _log(request)))


async def read_device(request: Request) -> JSONResponse:
    """Read one device, by its id in any loaded API: now, `at` an instant, or `at` … `until` every `step`."""
    asked.known(request, "at", "until", "step")
    loaded, device = _loaded(request), _device(request)
    at = asked.instant(request, "at") or _clock_at(request)
    view = device_view(loaded, device, at, _log(request))
    until = asked.instant(request, "until")
    if until is not None:
        step = asked.span(request.query_params.get("step", _STEP), "step")
        view |= device_series(loaded, device, _instants(at, until, step), _log(request))
    elif "step" in request.query_params:
        raise asked.wrong("step needs until: the series goes from at to until")
    return JSONResponse(view)


async def steer_device(request: Request) -> JSONResponse:
    """Do something to a device by hand: set values, hold them, take it out of reach."""
    asked.known(request)
    body = await asked.json_object(request)  # first: while it comes, a session may be reset
    device, subject, session = _device(request), asked.subject_of(request), asked.session_of(request)
    changes = steers_from_json(device.family, body)
    if isinstance(changes, str):
        raise asked.wrong(changes)
    at = _clock_at(request)
    for does, values in changes:
        subject.tell(session, Steer(_log(request).count + 1, at, device, does, values))
    await asked.notifier_of(request).settled(session.name)
    return JSONResponse(device_view(_loaded(request), device, at, _log(request)))


def _loaded(request: Request) -> Loaded:
    return asked.subject_of(request).loaded_for(asked.session_of(request))


def _log(request: Request) -> CommandLog:
    return asked.session_of(request).session.log


def _device(request: Request) -> DeviceRef:
    device = device_by_id(_loaded(request), request.path_params["id"])
    if device is None:
        raise asked.wrong(f"no device has the id '{request.path_params['id'][:80]}'", 404)
    return device


def _families(request: Request) -> Sequence[str]:
    family = request.query_params.get("family")
    if family is None:
        return FAMILIES
    if family not in FAMILIES:
        raise asked.wrong(f"there is no family '{family[:40]}'; there are: {', '.join(FAMILIES)}")
    return (family,)


def _clock_at(request: Request) -> datetime:
    return at_wall(asked.session_of(request).clock, asked.wall_of(request))


def _instants(start: datetime, until: datetime, step: timedelta) -> list[datetime]:
    """List the instants of a series, both ends included where the steps meet them."""
    if step <= timedelta(0) or until < start:
        raise asked.wrong("a series needs until after at, and a step above 0")
    count = (until - start) // step + 1
    if count > MOST_READINGS:
        raise asked.wrong(f"that would be {many(count, 'reading')}; at most {MOST_READINGS} are given at once")
    return [start + step * position for position in range(count)]
