"""Units as APIs name them, and the units numbers have inside."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: inside value = outside value x factor + shift.

    Attributes:
        suffix: Unit inside, as the suffix of a name: `_w`, `_pct`, …
        factor: Inside units per outside unit.
        shift: Added after the factor (temperatures).
    """

    suffix: str
    factor: float = 1.0
    shift: float = 0.0


UNITS = MappingProxyType(
    {
        "percent": Unit("_pct"),
        "share": Unit("_pct", 100.0),
        "watts": Unit("_w"),
        "kw": Unit("_w", 1000.0),
        "kwh": Unit("_wh", 1000.0),
        "amps": Unit("_a"),
        "volts": Unit("_v"),
        "minutes": Unit("_s", 60.0),
        "hours": Unit("_s", 3600.0),
        "celsius": Unit("_c"),
        "fahrenheit": Unit("_c", 5.0 / 9.0, -160.0 / 9.0),
    }
)
"""Units by the words packs use."""


def inside(value: float, unit: str) -> float:
    """Convert a value from an API's unit to ours."""
    known = UNITS[unit]
    return value * known.factor + known.shift


def outside(value: float, unit: str) -> float:
    """Convert a value from our unit to an API's."""
    known = UNITS[unit]
    return (value - known.shift) / known.factor
