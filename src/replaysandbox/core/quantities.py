"""Which place in an API's bodies holds which quantity of a device: what laws and drift of meaning are read by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from replaysandbox.core.pointers import parts_of
from replaysandbox.core.units import inside


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity of a device.

    Attributes:
        at: JSON pointer from the device's object; empty where `value` is given.
        unit: Word of `core/units.py`; empty for truth values and what has none.
        flip: Whether the API's sign is the opposite of ours.
        step: The last digit it is rounded to, in the API's unit; 0 where that is ours.
        value: What it is taken to be where the API does not tell it, in our unit.
    """

    at: str = ""
    unit: str = ""
    flip: bool = False
    step: float = 0.0
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Quantities:
    """Where an API's bodies hold devices and what these measure.

    Attributes:
        devices: JSON pointers of devices in a body, `*` for any position.
        id: JSON pointer of a device's id, from its object.
        instant: JSON pointer of the instant it was measured at, from its object.
        families: Family → name inside (`level_pct`) → quantity.
    """

    devices: tuple[str, ...]
    id: str
    instant: str
    families: Mapping[str, Mapping[str, Quantity]] = field(default_factory=dict)


def devices_in(quantities: Quantities, body: Any) -> Iterator[Any]:
    """Find the devices in a body."""
    for pointer in quantities.devices:
        for value in values_at(body, pointer):
            if isinstance(value, Mapping) and _one(value, quantities.id) is not None:
                yield value


def values_at(body: Any, pointer: str) -> Iterator[Any]:
    """Find the values at a pointer, `*` for any position."""
    return _at(body, parts_of(pointer))


def _at(value: Any, parts: tuple[str, ...]) -> Iterator[Any]:
    if not parts:
        yield value
    elif parts[0] == "*" and isinstance(value, list):
        for member in value:
            yield from _at(member, parts[1:])
    elif isinstance(value, Mapping) and parts[0] in value:
        yield from _at(value[parts[0]], parts[1:])


def _one(value: Any, pointer: str) -> Any:
    """Find the value at a pointer without `*`; None where there is none."""
    for part in parts_of(pointer):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def name_of(quantities: Quantities, device: Any) -> str:
    """Read a device's id."""
    return str(_one(device, quantities.id))


def instant_of(quantities: Quantities, device: Any) -> datetime | None:
    """Read the instant a device was measured at; None where it says none with a zone."""
    text = _one(device, quantities.instant)
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return at.astimezone(UTC) if at is not None and at.tzinfo is not None else None


def measured(quantities: Quantities, family: str, device: Any) -> dict[str, float]:
    """Read what a device measures, by our names and in our units; what it does not tell is left out."""
    values: dict[str, float] = {}
    for name, quantity in quantities.families.get(family, {}).items():
        value = _one(device, quantity.at) if quantity.at else quantity.value
        if isinstance(value, int | float):
            ours = inside(float(value), quantity.unit) if quantity.unit else value
            values[name] = -ours if quantity.flip else ours
    return values
