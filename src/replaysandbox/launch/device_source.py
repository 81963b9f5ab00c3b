"""Devices to look at: those of a running sandbox, or those of a world of our own when none runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from replaysandbox.answer import Loaded
from replaysandbox.control.device_views import device_by_id, device_page, device_series, device_view
from replaysandbox.core.device import FAMILIES
from replaysandbox.core.duration import parse_duration
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.files.options import instant as parse_instant
from replaysandbox.launch.control_client import Control, ControlError
from replaysandbox.world.dates import instant_ms


class DeviceSource(Protocol):
    """Devices to look at, as the control API shows them."""

    def page(self, family: str | None, limit: int) -> dict[str, Any]:
        """List the first devices, of a family or of all."""

    def day(self, device: str, step: timedelta) -> dict[str, Any]:
        """Read a device over the UTC day, and as it is now."""


@dataclass(frozen=True, slots=True)
class OwnDevices:
    """The devices of what is loaded here.

    Attributes:
        loaded: Packs and world.
        at: Instant to look at.
    """

    loaded: Loaded
    at: datetime

    def page(self, family: str | None, limit: int) -> dict[str, Any]:
        """List the first devices, of a family or of all."""
        return device_page(self.loaded, (family,) if family else FAMILIES, self.at, 0, limit)

    def day(self, device: str, step: timedelta) -> dict[str, Any]:
        """Read a device over the UTC day, and as it is at the instant.

        Raises:
            SandboxError: There is no such device.
        """
        found = device_by_id(self.loaded, device)
        if found is None:
            raise _unknown(device)
        start, count = midnight(self.at), timedelta(days=1) // step
        instants = [start + step * position for position in range(count)]
        return device_view(self.loaded, found, self.at) | device_series(self.loaded, found, instants)


@dataclass(frozen=True, slots=True)
class RunningDevices:
    """The devices of a running sandbox.

    Attributes:
        control: Its control API.
        at: Instant to look at; None for the sandbox's clock.
    """

    control: Control
    at: datetime | None = None

    def page(self, family: str | None, limit: int) -> dict[str, Any]:
        """List the first devices, of a family or of all."""
        at = self.at.isoformat() if self.at else None
        page: dict[str, Any] = self.control.call("GET", "/devices", family=family, limit=limit, at=at)
        return page

    def day(self, device: str, step: timedelta) -> dict[str, Any]:
        """Read a device over the UTC day, and as it is at the instant.

        Raises:
            SandboxError: There is no such device.
        """
        at = self.at or datetime.fromisoformat(self.control.call("GET", "/clock")["at"])
        start = midnight(at)
        until, seconds = start + timedelta(days=1) - step, step // timedelta(seconds=1)
        query = {"at": start.isoformat(), "until": until.isoformat(), "step": f"{seconds}s"}
        try:
            series = self.control.call("GET", f"/devices/{device}", **query)
            view = self.control.call("GET", f"/devices/{device}", at=at.isoformat())
        except ControlError as error:
            if error.status == 404:
                raise _unknown(device) from None
            raise
        merged: dict[str, Any] = view | {"readings": series["readings"]}
        return merged


def span_of(start: datetime, until: str | None, step: str) -> list[int]:
    """List the instants of a span: from its start to before its end, a day where none is given. [ms since 1970]

    Raises:
        SandboxError: The end or the step cannot be understood, or nothing lies between.
    """
    try:
        end = parse_instant(until) if until else start + timedelta(days=1)
    except ValueError as error:
        raise SandboxError(Problem("--until", 0, "", str(error))) from None
    try:
        pace = parse_duration(step)
    except (ValueError, OverflowError) as error:
        raise SandboxError(Problem("--step", 0, "", str(error))) from None
    first, last, pace_ms = instant_ms(start), instant_ms(end), pace // timedelta(milliseconds=1)
    if pace_ms <= 0 or last <= first:
        raise SandboxError(Problem("--until", 0, "", "the span needs an end after its start, and a step above 0"))
    return list(range(first, last, pace_ms))


def midnight(at: datetime) -> datetime:
    """Give the beginning of an instant's UTC day."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _unknown(device: str) -> SandboxError:
    return SandboxError(Problem("--day", 0, "", f"no device has the id '{device[:80]}'", "see: replaysandbox devices"))
