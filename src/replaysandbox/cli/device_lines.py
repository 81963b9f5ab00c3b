"""Devices as lines: a table, and one device's day. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from replaysandbox.cli.drawing import chart, hours, sparkline, strip
from replaysandbox.cli.table import table
from replaysandbox.core.counted import many

_HEIGHT = 8
"""Lines of the main chart. Ours."""

_UNITS = {"w": "W", "wh": "Wh", "pct": "%", "c": "°C", "km": "km", "min": "min", "a": "A"}

Values = Mapping[str, Any]

Bounds = tuple[float | None, float | None]

MAIN: dict[str, tuple[str, Callable[[Values], Bounds]]] = {
    "battery": ("level_pct", lambda seen: (0.0, 100.0)),
    "vehicle": ("level_pct", lambda seen: (0.0, 100.0)),
    "solar_inverter": ("power_w", lambda seen: (0.0, seen["rated_w"])),
    "ev_charger": ("power_w", lambda seen: (0.0, seen["rated_w"])),
    "hvac": ("room_c", lambda seen: (None, None)),
    "meter": ("grid_w", lambda seen: (None, None)),
}
"""Family → the quantity that tells its day, and the bounds it is drawn in (None: its own)."""

ALSO = {
    "battery": ("charge_w", "discharge_w"),
    "vehicle": ("charge_w", "drive_w", "plugged"),
    "solar_inverter": ("producing",),
    "ev_charger": ("connected", "charging"),
    "hvac": ("outdoor_c", "power_w", "active"),
    "meter": ("solar_w", "battery_w", "load_w"),
}
"""Family → what is drawn below in one line each."""

DOING: dict[str, Callable[[Values], str]] = {
    "battery": lambda seen: str(seen["status"]),
    "vehicle": lambda seen: (
        "charging"
        if seen["charging"]
        else "driving"
        if seen["driving"]
        else "plugged in"
        if seen["plugged"]
        else "parked"
    ),
    "solar_inverter": lambda seen: str(seen["status"]),
    "ev_charger": lambda seen: str(seen["status"]),
    "hvac": lambda seen: f"{seen['mode']}{'' if seen['active'] else ', idle'}, {seen['room_c']:.1f} °C",
    "meter": lambda seen: "importing" if seen["grid_w"] > 0 else "exporting" if seen["grid_w"] < 0 else "balanced",
}
"""Family → what it is doing, in a word or two."""


def table_lines(page: Values) -> list[str]:
    """Show a page of devices as a table, with a last line that says how many there are and when."""
    rows = [_row(device) for device in page["devices"]]
    lines = table(("id", "family", "home", "device", "level %", "power W", "doing"), rows)
    left = page["total"] - len(rows)
    more = f"; {left:,} more: --limit, --family" if left else ""
    return [*lines, f"{many(page['total'], 'device')} at {page['at']}{more}"]


def _row(device: Values) -> tuple[object, ...]:
    seen = device["reading"]
    doing = DOING[device["family"]](seen)
    if device["outage"]:
        doing = f"{device['outage']['kind']} since {device['outage']['since']}"
    name = f"{device['make']} {device['model']}".strip()
    return device["id"], device["family"], device["home"], name, seen.get("level_pct"), seen["power_w"], doing


def day_lines(device: Values) -> list[str]:
    """Draw a device's day: its main quantity as a chart, others below it, one line each."""
    family, seen, readings = device["family"], device["reading"], device["readings"]
    name, bounds = MAIN[family]
    values = [float(each[name]) for each in readings]
    low, high = bounds(seen)
    low, high = min(values) if low is None else low, max(values) if high is None else high
    drawn = chart(values, _HEIGHT, low, high)
    labels = [f"{high:,.0f}", *[""] * (_HEIGHT - 2), f"{low:,.0f}"]
    width = max(9, *(len(label) for label in labels), *(len(_label(each)) for each in ALSO[family]))
    lines = [f"{device['make']} {device['model']} ({family} {device['id']}, home {device['home']})".strip()]
    lines += [f"{_label(name)} over {readings[0]['at'][:10]} UTC: {min(values):,.0f} to {max(values):,.0f}"]
    lines += [f"{label:>{width}} │{line}" for label, line in zip(labels, drawn, strict=True)]
    lines += [f"{'':>{width}} └{'─' * len(readings)}", f"{'':>{width}}  {hours(len(readings))}"]
    lines += [_also(each, readings, width) for each in ALSO[family]]
    return [*lines, f"at {seen['at']}: {DOING[family](seen)}, {_label(name)} {seen[name]:,}"]


def _also(name: str, readings: Sequence[Values], width: int) -> str:
    values = [each[name] for each in readings]
    if isinstance(values[0], bool):
        return f"{_label(name):>{width}}  {strip(values)}"
    return f"{_label(name):>{width}}  {sparkline(values)}  {min(values):,.0f} to {max(values):,.0f}"


def _label(name: str) -> str:
    """Write a quantity with its unit: `power_w` → `power W`."""
    words, _, unit = name.rpartition("_")
    return f"{words.replace('_', ' ')} {_UNITS[unit]}" if unit in _UNITS and words else name.replace("_", " ")
