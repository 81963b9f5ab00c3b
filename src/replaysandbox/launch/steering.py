"""What a Python program holds of a running sandbox: clock, journal, devices. Standard library only."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from types import SimpleNamespace
from typing import Any, overload

from replaysandbox.launch.control_client import Control, instant

_PAGE = 200
"""Devices fetched at a time. Ours."""

Instant = str | datetime
Reading = SimpleNamespace
Exchange = SimpleNamespace


def _text(at: Instant | None) -> str | None:
    return at.isoformat() if isinstance(at, datetime) else at


def _values(data: dict[str, Any]) -> SimpleNamespace:
    """Give a JSON object's members as attributes, instants as datetimes."""
    instants = {name: instant(data[name]) for name in ("at", "wall") if name in data}
    return SimpleNamespace(**data | instants)


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600 whatever the umask
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


class Clock:
    """The clock of the default session."""

    def __init__(self, control: Control) -> None:
        self._control = control

    @property
    def at(self) -> datetime:
        """Where it stands."""
        return instant(self._control.call("GET", "/clock")["at"])

    @property
    def world_at(self) -> str | None:
        """Hour of the day (`HH:MM`, UTC) the devices behave as at; None where it is that of `at`."""
        found: str | None = self._control.call("GET", "/clock")["world_at"]
        return found

    def set(
        self,
        at: Instant | None = None,
        *,
        speed: float | None = None,
        frozen: bool | None = None,
        world_at: str | None = None,
    ) -> datetime:
        """Set instant, speed, whether it stands still or the devices' hour; what is left out stays.

        Gives the new `at`.
        """
        change = {"at": _text(at), "speed": speed, "frozen": frozen, "world_at": world_at}
        body = {name: value for name, value in change.items() if value is not None}
        return instant(self._control.call("PUT", "/clock", body)["at"])

    def advance(self, **by: float) -> datetime:
        """Move it, by what `timedelta` takes (`hours=6`); negative moves it back. Gives the new `at`."""
        length = timedelta(**by)
        sign, length = ("-", -length) if length < timedelta(0) else ("", length)
        text = f"{sign}{length.days}d{length.seconds + length.microseconds / 1e6:.6f}s"
        return instant(self._control.call("POST", "/clock/advance", {"by": text})["at"])

    def freeze(self) -> datetime:
        """Let it stand still."""
        return self.set(frozen=True)

    def run(self) -> datetime:
        """Let it go on."""
        return self.set(frozen=False)


class Journal:
    """What the default session has seen."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def calls(self, route: str | None = None) -> list[Exchange]:
        """List exchanges, oldest first.

        Args:
            route: A route, as `GET /battery/{id}`, or method and path, which may be a glob
                (`GET /battery/*`); all exchanges when left out.
        """
        found = [_values(each) for each in self._control.call("GET", "/journal")["exchanges"]]
        return [each for each in found if route is None or _is_call(each, route)]

    def misses(self) -> list[Exchange]:
        """List what no route answered and what was refused."""
        return [_values(each) for each in self._control.call("GET", "/journal", miss="true")["exchanges"]]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write what was seen into a capture, redacted, for `replaysandbox replay`, in place of one that is there."""
        write_private(Path(path), self._control.fetch("GET", "/sessions/default/capture"))

    def clear(self) -> None:
        """Forget all."""
        self._control.call("DELETE", "/journal")


class Faults:
    """Deliberate failures of the default session."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def add(self, route: str = "", **rule: Any) -> str:
        """Add a rule, e.g. `add("GET /battery/{id}", status=503, times=1)`. Gives its id.

        Args:
            route: Route it is for; all when left out.
            rule: What docs/faults.md lists: `fault`, `status`, `delay_s`, `times`, `probability`, `vendor`, …
        """
        given = {"route": route, **rule} if route else rule
        return str(self._control.call("POST", "/faults", given)["id"])

    def list(self) -> Sequence[dict[str, Any]]:
        """List the rules in force, with how often each has hit."""
        found: list[dict[str, Any]] = self._control.call("GET", "/faults")["faults"]
        return found

    def clear(self, fault_id: str | None = None) -> None:
        """Take out one rule, or all."""
        self._control.call("DELETE", "/faults", id=fault_id)


def _is_call(exchange: Exchange, route: str) -> bool:
    return exchange.route == route or fnmatchcase(f"{exchange.method} {exchange.path}", route)


class Device:
    """One device.

    Attributes:
        id: Its id in the first loaded API.
        ids: Pack → its id there.
        family: battery, ev_charger, hvac, solar_inverter, vehicle or meter.
        home: Number of its home.
        make: Maker.
        model: Product.
    """

    def __init__(self, control: Control, data: dict[str, Any]) -> None:
        self._control = control
        self.id: str = data["id"]
        self.ids: dict[str, str] = data["ids"]
        self.family: str = data["family"]
        self.home: int = data["home"]
        self.make: str = data["make"]
        self.model: str = data["model"]

    def __repr__(self) -> str:
        """Name it."""
        return f"<{self.family} {self.id} ({self.make} {self.model}) of home {self.home}>"

    def reading(self, at: Instant | None = None) -> Reading:
        """Read it, now on the sandbox's clock or at an instant: `reading().level_pct`."""
        return _values(self._control.call("GET", f"/devices/{self.id}", at=_text(at))["reading"])

    def set(self, **values: float) -> Reading:
        """Let it go on from a value: `set(level_pct=12)`, of an HVAC `set(room_c=18)`. Gives its reading then."""
        return self._steered({"set": values})

    def pin(self, **values: float) -> Reading:
        """Hold a value, whatever physics says, until `unpin()`: `pin(level_pct=12)`. Gives its reading then."""
        return self._steered({"pin": values})

    def unpin(self) -> Reading:
        """Hold it no longer; it goes on from there. Gives its reading then."""
        return self._steered({"pin": None})

    def online(self, reachable: bool) -> None:
        """Take it out of its maker's reach, or back into it."""
        self._steered({"online": reachable})

    def _steered(self, change: dict[str, Any]) -> Reading:
        return _values(self._control.call("PATCH", f"/devices/{self.id}", change)["reading"])

    def link(self, pack: str | None = None) -> None:
        """Connect its account, or connect it again, in every API or in one; the API tells it by webhook."""
        self._control.call("POST", f"/devices/{self.id}/link", pack=pack)

    def unlink(self, pack: str | None = None) -> None:
        """Disconnect its account in every API or in one, which tells it by webhook and finds it no more."""
        self._control.call("DELETE", f"/devices/{self.id}/link", pack=pack)

    def day(self, at: Instant | None = None, step: str = "15m") -> list[Reading]:
        """Read it over a whole UTC day: that of the sandbox's clock, or that of an instant."""
        start = self.reading(at).at.replace(hour=0, minute=0, second=0, microsecond=0)
        until = start + timedelta(days=1, microseconds=-1000)
        query = {"at": start.isoformat(), "until": until.isoformat(), "step": step}
        return [_values(each) for each in self._control.call("GET", f"/devices/{self.id}", **query)["readings"]]


class Devices(Sequence[Device]):
    """The devices of a family, or all: fetched page by page as they are looked at, however many there are."""

    def __init__(self, control: Control, family: str | None) -> None:
        self._control = control
        self._family = family

    def __len__(self) -> int:
        """Count them."""
        return int(self._page(0, 0)["total"])

    @overload
    def __getitem__(self, index: int) -> Device: ...

    @overload
    def __getitem__(self, index: slice) -> list[Device]: ...

    def __getitem__(self, index: int | slice) -> Device | list[Device]:
        """Fetch one, or some."""
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(len(self)))]
        position = index if index >= 0 else index + len(self)
        found = self._page(position, 1)["devices"] if position >= 0 else []
        if not found:
            raise IndexError(f"there is no device {index}")
        return Device(self._control, found[0])

    def __iter__(self) -> Iterator[Device]:
        """Go through all of them."""
        offset = 0
        while page := self._page(offset, _PAGE)["devices"]:
            yield from (Device(self._control, each) for each in page)
            offset += len(page)

    def _page(self, offset: int, limit: int) -> dict[str, Any]:
        query = {"family": self._family, "offset": offset, "limit": limit}
        page: dict[str, Any] = self._control.call("GET", "/devices", **query)
        return page
