from __future__ import annotations

from collections import Counter

from replaysandbox.core.device import FAMILIES
from replaysandbox.world import scalar
from replaysandbox.world.keys import FAMILY_SIGNAL, Keys, device_key, region_of_key


def test_homes_without_a_name_keep_their_numbers() -> None:
    assert [Keys(1).home(home) for home in range(3)] == [0, 1, 2]
    assert [Keys(1, (900, 800)).home(home) for home in range(4)] == [900, 800, 0, 1]


def test_each_device_has_its_own_noise() -> None:
    keys = {
        device_key(scalar, seed, family, home, slot)
        for seed in (1, 2)
        for family in FAMILIES
        for home in range(30)
        for slot in range(4)
    }
    assert len(keys) == 2 * len(FAMILIES) * 30 * 4
    assert {*FAMILY_SIGNAL} == {*FAMILIES}


def test_homes_are_spread_over_the_regions() -> None:
    counts = Counter(region_of_key(scalar, home, 16) for home in range(1600))
    assert {*counts} == {*range(16)}
    assert max(counts.values()) < 150
