"""Which numbers name homes, and the noise keys of homes and devices, for one device or for many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from replaysandbox.core.noise import signal
from replaysandbox.world.ops import Key, Ops, Real

FAMILY_SIGNAL: Final = {
    family: signal(family) for family in ("battery", "ev_charger", "hvac", "solar_inverter", "vehicle", "meter")
}
_REGION: Final = signal("region")


@dataclass(frozen=True, slots=True)
class Keys:
    """How homes are named, and how noise is keyed.

    Attributes:
        seed: World seed.
        named: Keys of the homes with names, in order; the others follow, numbered from 0.
    """

    seed: int
    named: tuple[int, ...] = ()

    def home(self, home: int) -> int:
        """Tell the number that names a home."""
        return self.named[home] if home < len(self.named) else home - len(self.named)


def device_key(ops: Ops, seed: int, family: str, home_key: Real, slot: int) -> Key:
    """Make a device's key for noise from the number of its home."""
    return ops.step(ops.step(ops.step(seed, FAMILY_SIGNAL[family]), home_key), slot)


def region_of_key(ops: Ops, home_key: Real, regions: int) -> Real:
    """Tell the region of a home; it does not depend on the seed, as an address does not."""
    return ops.trunc(ops.unit(ops.step(_REGION, home_key)) * regions)
