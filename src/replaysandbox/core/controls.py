"""What an API lets be done to devices: commands with their parameters, settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from replaysandbox.core.bend import Does


@dataclass(frozen=True, slots=True)
class CommandParameter:
    """One number a command takes.

    Attributes:
        name: The API's word.
        unit: Unit it must come in; see `core/units.py`.
        means: What it is inside, by name with unit: `power_w`, `target_pct`, …
        minimum: Least value, in the API's unit.
        maximum: Most, in the API's unit, or the name of the device's rating that bounds it.
    """

    name: str
    unit: str
    means: str
    minimum: float
    maximum: float | str


@dataclass(frozen=True, slots=True)
class Command:
    """A command of an API.

    Attributes:
        name: The API's word.
        does: What the device is made to do.
        parameters: Numbers it takes, by name.
        execution: How it may be timed: immediate, scheduled, windowed.
    """

    name: str
    does: Does
    parameters: Mapping[str, CommandParameter]
    execution: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of an API.

    Attributes:
        name: The API's word.
        unit: Unit it must come in.
        minimum: Least value, or None.
        maximum: Most, or None.
        initial: Value before any write: a number, a name of the reading or of the model, or None where it is not shown.
        limits: What it limits inside (`floor_pct`, `ceiling_pct`, `max_charge_w`, …); empty: kept and shown only.
        read_only: Whether a write is refused.
    """

    name: str
    unit: str
    minimum: float | None = None
    maximum: float | None = None
    initial: float | str | None = None
    limits: str = ""
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class Controls:
    """What an API lets be done to devices of a family.

    Attributes:
        commands: By the API's word.
        strategies: Ways a new command may deal with one at work.
        acknowledged_s: Seconds until the maker acknowledges. [s]
        completed_s: Seconds until the maker has accepted. [s]
        failed_s: Seconds until a failure shows. [s]
        settings: By the API's word.
        cancellable: Stages in which an action may be cancelled.
    """

    commands: Mapping[str, Command]
    strategies: tuple[str, ...] = ()
    acknowledged_s: float = 0.0
    completed_s: float = 0.0
    failed_s: float = 0.0
    settings: Mapping[str, Setting] = field(default_factory=dict)
    cancellable: tuple[str, ...] = ("scheduled",)
