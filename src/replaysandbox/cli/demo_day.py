"""A day in the life of the devices, read through the imitated API itself by `X-Sandbox-At`."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from replaysandbox.cli.drawing import hours, sparkline, strip
from replaysandbox.core.counted import many

STEPS = 72
"""Readings a day, one character each: every 20 minutes. Ours."""

SHOWN = (
    ("vehicle", "batteryLevel", "%", "plugged"),
    ("battery", "level", "%", ""),
    ("solar-inverter", "currentPower", "kW", ""),
    ("ev-charger", "currentPower", "kW", ""),
    ("hvac", "temperature", "°C", "active"),
)
"""Path, field of its `state` and its unit, and a flag drawn below where there is one."""

_MARGIN = 16


def a_day(base_url: str, key: str, at: datetime) -> Iterator[str]:
    """Draw one device of each family over a UTC day.

    Args:
        base_url: The sandbox's base URL.
        key: API key to send.
        at: Any instant of the day.
    """
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    instants = [midnight + timedelta(days=1) / STEPS * step for step in range(STEPS)]
    place = urlsplit(base_url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)
    scale = f"{'':{_MARGIN}}{hours(STEPS)}"
    yield f"One home on {midnight:%Y-%m-%d}, hours UTC, as {many(len(SHOWN) * STEPS, 'call')} of the API tell it:"
    yield scale
    for family, field, unit, flag in SHOWN:
        device = _get(connection, f"/amps/{family}?limit=1", key, at)["items"][0]
        path = f"/amps/{family}/{device['id']}"
        states = [_get(connection, path, key, each)["state"] for each in instants]
        values = [float(state[field]) for state in states]
        low = min(values) if unit == "°C" else 0.0
        line = sparkline(values, low, 100.0 if unit == "%" else max(values))
        name = f"{device['vendor']} {device['metadata']['model']}"
        yield f"{family:{_MARGIN}}{line}  {min(values):.3g} to {max(values):.3g} {unit}, {name}"
        if flag:
            yield f"{'  ' + flag:{_MARGIN}}{strip([bool(state[flag]) for state in states])}"
    yield scale
    connection.close()


def _get(connection: http.client.HTTPConnection, path: str, key: str, at: datetime) -> Any:
    connection.request("GET", path, headers={"x-api-key": key, "X-Sandbox-At": at.isoformat()})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"GET {path}: {answer.status} {body[:300]!r}")
    return json.loads(body)["data"]
