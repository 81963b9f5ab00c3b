"""Which device: family, home and slot. All else about it is computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from replaysandbox.core.quick import quick

FAMILIES: Final = ("battery", "ev_charger", "hvac", "solar_inverter", "vehicle", "meter")
"""Every family there is; the position in this list is part of a device's number and never changes."""

SLOTS: Final = 8
"""Most devices of one family in one home. Ours: more than any home seen, and it keeps numbers short."""


@quick
@dataclass(frozen=True, slots=True)
class DeviceRef:
    """One device of the world.

    Attributes:
        family: One of `FAMILIES`.
        home: Position of its home in the scenario, from 0.
        slot: Which of the home's devices of this family, from 0.
    """

    family: str
    home: int
    slot: int = 0
