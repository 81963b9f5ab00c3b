"""A scenario: a named situation of homes, place, clock and outages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from replaysandbox.core.fault import FaultRule

OutageKind = Literal["fallback", "offline"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place on earth; the sun then follows astronomy there.

    Attributes:
        name: For people.
        latitude_deg: North positive. [°]
        longitude_deg: East positive. [°]
    """

    name: str
    latitude_deg: float
    longitude_deg: float


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a scenario's clock starts, unless the user says otherwise.

    Attributes:
        at: Sandbox instant, or None for the wall's.
        world_at: Hour of the day the devices behave as at (`HH:MM`), or empty.
        zone: IANA zone the curves are read in, or empty for UTC.
    """

    at: datetime | None = None
    world_at: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class NamedHome:
    """A home with a name, and what its devices measure when the scenario starts.

    Attributes:
        name: Gives the home its stable ids.
        level_pct: Family → level at the scenario's start. [%]
    """

    name: str
    level_pct: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutageRule:
    """Which devices are cut off, and when. What is left out does not narrow.

    Attributes:
        kind: `fallback`: the vendor's cloud hiccups, its last values are served. `offline`: the device is gone.
        vendor: Make, any case.
        family: Family.
        home: Name of a home, or its position.
        region: Region number.
        share: Share of the devices meant that are hit, always the same ones. [1]
        start: First instant.
        until: First instant after.
        daily: Window of the day, hours; the second below the first runs over midnight. [h]
    """

    kind: OutageKind
    vendor: str = ""
    family: str = ""
    home: str = ""
    region: int | None = None
    share: float = 1.0
    start: datetime | None = None
    until: datetime | None = None
    daily: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Outage:
    """A device is cut off.

    Attributes:
        kind: See `OutageRule`.
        since: Since when; its last values are of this instant.
    """

    kind: OutageKind
    since: datetime


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named situation.

    Attributes:
        name: File name, and the word in `--scenario`.
        title: For lists.
        description: For people.
        homes: Number of homes, the named ones included.
        families: Family → devices of it in each home.
        named: Homes with names; they come first.
        seed: World seed, unless the user gives one.
        clock: Where the clock starts.
        place: Where the homes are, or None for the plain curves.
        outages: Who is cut off, and when.
        faults: Faults every session starts with.
    """

    name: str
    title: str
    description: str
    homes: int
    families: Mapping[str, int]
    named: tuple[NamedHome, ...] = ()
    seed: int = 1
    clock: Clock = field(default_factory=Clock)
    place: Place | None = None
    outages: tuple[OutageRule, ...] = ()
    faults: tuple[FaultRule, ...] = ()
