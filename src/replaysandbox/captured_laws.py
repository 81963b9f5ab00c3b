"""The laws of physics on recorded readings: each device's readings one by one, and each with the one before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final

from replaysandbox.core.quantities import Quantities, devices_in, instant_of, measured, name_of
from replaysandbox.core.units import inside
from replaysandbox.world.laws import CAPTURED, LAWS, PAIR_LAWS, Tolerance

MOST_DEVICES: Final = 100_000
"""Devices whose last reading is kept. Ours."""


@dataclass(slots=True)
class Readings:
    """Readings of one API as they come.

    Attributes:
        quantities: Where they are in bodies.
        held: How many readings were held to the laws.
        silent: Family and law of those that no reading told enough for.
    """

    quantities: Quantities
    held: int = 0
    silent: set[tuple[str, str]] = field(default_factory=set)
    _last: dict[tuple[str, str], tuple[datetime, Any]] = field(default_factory=dict)

    def take(self, family: str, body: Any, source: str = "") -> Iterator[tuple[str, str, datetime]]:
        """Hold the devices of a body to the laws of their family.

        Args:
            family: Family.
            body: JSON value of the answer.
            source: What was asked; readings of one source are compared with each other.

        Returns:
            Law, id of the device and instant of each that is broken.
        """
        for device in devices_in(self.quantities, body):
            at, name = instant_of(self.quantities, device), name_of(self.quantities, device)
            values = measured(self.quantities, family, device)
            if at is None or not values:
                continue
            self.held += 1
            seen = SimpleNamespace(**values)
            for law in LAWS.get(family, ()):
                if self._broken(family, law.name, law.broken, seen, self._tolerance(family)):
                    yield law.name, name, at
            yield from self._between(family, f"{source} {name}", at, seen, name)

    def _between(
        self, family: str, key: str, at: datetime, seen: Any, name: str
    ) -> Iterator[tuple[str, str, datetime]]:
        before = self._last.get((family, key))
        if before is not None and at > before[0]:
            hours = (at - before[0]).total_seconds() / 3600
            for law in PAIR_LAWS.get(family, ()):
                if hours <= law.within_h and self._broken(
                    family, law.name, law.broken, before[1], seen, hours, self._tolerance(family)
                ):
                    yield law.name, name, at
        if before is None or at > before[0]:
            if before is None and len(self._last) >= MOST_DEVICES:
                return
            self._last[family, key] = (at, seen)

    def _tolerance(self, family: str) -> Tolerance:
        """Allow half a last digit more where the API rounds further than we do."""
        energy = self.quantities.families.get(family, {}).get("energy_wh")
        if energy is None or not energy.step:
            return CAPTURED
        return replace(CAPTURED, energy_wh=CAPTURED.energy_wh + inside(energy.step, energy.unit) / 2)

    def _broken(self, family: str, name: str, broken: Any, *readings: Any) -> bool:
        try:
            return bool(broken(*readings))
        except AttributeError:  # the API does not tell what the law asks for
            self.silent.add((family, name))
            return False
