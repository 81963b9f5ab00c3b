from dataclasses import replace
from statistics import mean, pstdev

import pytest

from replaysandbox.core.fault import applies, draw_key
from replaysandbox.faults.kind import LONGEST_DELAY_S
from replaysandbox.faults.slow import hold_back_s
from tests.unit.faults.make import FACTS, rule


def test_a_fixed_delay() -> None:
    assert hold_back_s(rule(delay_s=2), FACTS) == 2.0


def delays(mean_s: float, sd_s: float) -> list[float]:
    slow = rule(mean_s=mean_s, sd_s=sd_s)
    return [hold_back_s(slow, replace(FACTS, key=draw_key(1, "default", number))) for number in range(2_000)]


def test_a_normal_delay_has_its_mean_and_deviation_and_comes_again() -> None:
    drawn = delays(2.0, 0.5)
    assert mean(drawn) == pytest.approx(2.0, abs=0.06)
    assert pstdev(drawn) == pytest.approx(0.5, abs=0.04)
    assert drawn == delays(2.0, 0.5)


@pytest.mark.parametrize(("mean_s", "sd_s"), [(0.1, 5.0), (599.0, 100.0)])
def test_a_normal_delay_is_bounded(mean_s: float, sd_s: float) -> None:
    drawn = delays(mean_s, sd_s)
    assert min(drawn) >= 0.0
    assert max(drawn) <= LONGEST_DELAY_S
    assert {0.0, LONGEST_DELAY_S} & set(drawn)


def test_whether_and_how_long_are_drawn_apart() -> None:
    """Were both read off one hash, those that are hit at all would be the ones with short delays."""
    sometimes = rule(mean_s=10, sd_s=1, probability=0.2)
    facts = [replace(FACTS, key=draw_key(1, "", number)) for number in range(2_000)]
    hit = [hold_back_s(sometimes, each) for each in facts if applies(sometimes, each)]
    assert mean(hit) == pytest.approx(10.0, abs=0.2)
