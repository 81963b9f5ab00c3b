from __future__ import annotations

from replaysandbox.core.device import FAMILIES, DeviceRef
from replaysandbox.world.keys import Keys
from replaysandbox.world.traits import CACHE_SIZE, Traits
from tests.unit.world.made import profiles


def test_traits_are_the_same_whatever_was_asked_before() -> None:
    first, second = Traits(profiles(), Keys(1)), Traits(profiles(), Keys(1))
    for home in range(20):
        first.of(DeviceRef("vehicle", home))
    for family in FAMILIES:
        assert first.of(DeviceRef(family, 3, 1)) == second.of(DeviceRef(family, 3, 1))


def test_a_car_takes_no_more_than_its_wall_charger_gives() -> None:
    traits = Traits(profiles(), Keys(1))
    for home in range(60):
        charger = profiles().ev_charger.models[traits.of(DeviceRef("ev_charger", home)).model]
        car = traits.of(DeviceRef("vehicle", home))
        assert car.max_charge_w == min(profiles().vehicle.models[car.model].max_charge_w, charger.rated_w)


def test_all_makes_and_models_are_met() -> None:
    traits = Traits(profiles(), Keys(1))
    for family in FAMILIES:
        models = getattr(profiles(), family).models
        assert {traits.of(DeviceRef(family, home)).model for home in range(300)} == {*range(len(models))}


def test_what_is_kept_is_bounded() -> None:
    traits = Traits(profiles(), Keys(1))
    for number in range(CACHE_SIZE + 10):
        traits.kept(("anything", number), lambda: 1)
    assert len(traits._kept) <= CACHE_SIZE
    assert traits.kept(("anything", 1), lambda: 2) == 2
    assert traits.kept(("anything", 1), lambda: 3) == 2
    assert traits.region(7) == Traits(profiles(), Keys(9)).region(7)
