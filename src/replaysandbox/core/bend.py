"""What changes a device's course: a command at work, a setting, a value set or held by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Does = Literal[
    "charge",
    "discharge",
    "idle",
    "follow",
    "reserve",
    "export",
    "heat",
    "cool",
    "auto",
    "off",
    "limits",
    "set",
    "pin",
    "unpin",
]
"""What a device is made to do.

`charge`, `discharge`: battery, or (charge alone) a car. `idle`: rests where it is. `follow`: back to its own curve or
schedule. `reserve`, `export`: other level curves of a battery. `heat`, `cool`, `auto`, `off`: HVAC. `limits`: floor,
ceiling or rates by settings. `set`: goes on from a value. `pin`: holds a value until `unpin`, laws waived.
"""


@dataclass(frozen=True, slots=True)
class Bend:
    """One change to a device's course.

    Attributes:
        at: Instant from which it works.
        until: Instant at which it ends by itself; None for no such end.
        does: What the device is made to do.
        values: Numbers for it, by name with unit: `power_w`, `target_pct`, `reserve_pct`, `heat_c`, `cool_c`,
            `limit_pct`, `level_pct`, `room_c`, `floor_pct`, `ceiling_pct`, `max_charge_w`, `max_discharge_w`.
        number: Position in the session's log; decides between equal instants.
        source: Of `limits`: which setting of which API gives them; its next write replaces them.
    """

    at: datetime
    does: Does
    until: datetime | None = None
    values: Mapping[str, float] = field(default_factory=dict)
    number: int = 0
    source: str = ""
