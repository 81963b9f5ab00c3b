"""What stays the same about each device, drawn when it is first asked for and kept for a while."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from replaysandbox.core.device import DeviceRef
from replaysandbox.core.profile import Profiles
from replaysandbox.world import scalar
from replaysandbox.world.battery import battery_traits
from replaysandbox.world.household import household_traits
from replaysandbox.world.hvac import hvac_traits
from replaysandbox.world.keys import Keys, device_key, region_of_key
from replaysandbox.world.ops import Key, Ops, Real
from replaysandbox.world.solar import solar_traits
from replaysandbox.world.vehicle import vehicle_traits

CACHE_SIZE: Final = 4096
"""Most devices, and most days of devices, that are kept; about 10 MB. Ours."""


@dataclass(frozen=True, slots=True)
class ChargerTraits:
    """What stays the same about one wall charger.

    Attributes:
        model: Position of its model in the catalogue.
        rated_w: Nameplate power. [W]
        max_current_a: Most current per phase. [A]
    """

    model: Real
    rated_w: Real
    max_current_a: Real


def charger_traits(ops: Ops, profiles: Profiles, key: Key) -> ChargerTraits:
    """Draw what stays the same about a wall charger."""
    models = profiles.ev_charger.models
    model = ops.trunc(ops.unit(ops.step(key, 0)) * len(models))
    return ChargerTraits(
        model=model,
        rated_w=ops.pick([each.rated_w for each in models], model),
        max_current_a=ops.pick([each.max_current_a for each in models], model),
    )


def draw_traits(ops: Ops, profiles: Profiles, seed: int, family: str, home_key: Real, slot: int) -> Any:
    """Draw what stays the same about a device, or about one device of each of many homes.

    Args:
        ops: How to calculate.
        profiles: Profiles of all families.
        seed: World seed.
        family: Family.
        home_key: Number that names the home.
        slot: Which of the home's devices of this family.
    """
    key = device_key(ops, seed, family, home_key, slot)
    match family:
        case "battery":
            return battery_traits(ops, profiles.battery, key)
        case "vehicle":
            charger = device_key(ops, seed, "ev_charger", home_key, slot)
            return vehicle_traits(ops, profiles.vehicle, key, charger_traits(ops, profiles, charger).rated_w)
        case "solar_inverter":
            return solar_traits(ops, profiles.solar_inverter, key)
        case "hvac":
            return hvac_traits(ops, profiles.hvac, key)
        case "ev_charger":
            return charger_traits(ops, profiles, key)
        case _:
            return household_traits(ops, profiles.meter, key)


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """The traits of a world's devices, and whatever else is worth keeping for a while.

    What is kept changes no answer: all of it is a pure function of its key.

    Attributes:
        profiles: Profiles of all families.
        keys: How homes are named.
    """

    profiles: Profiles
    keys: Keys
    _kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)

    def of(self, device: DeviceRef) -> Any:
        """Tell what stays the same about a device."""
        key = (device.family, device.home, device.slot)
        known = self._kept.get(key)
        if known is None:
            home_key = self.keys.home(device.home)
            known = draw_traits(scalar, self.profiles, self.keys.seed, device.family, home_key, device.slot)
            self._keep(key, known)
        return known

    def region(self, home: int) -> int:
        """Tell the region a home lies in."""
        known = self._kept.get(home)
        if known is None:
            regions = self.profiles.solar_inverter.habits.regions
            known = region_of_key(scalar, self.keys.home(home), regions)
            self._keep(home, known)
        return int(known)

    def kept[T](self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """Give back what was made for a key, or make it."""
        known: T | None = self._kept.get(key)
        if known is None:
            known = make()
            self._keep(key, known)
        return known

    def _keep(self, key: Any, value: Any) -> None:
        if len(self._kept) >= CACHE_SIZE:
            self._kept.clear()
        self._kept[key] = value
