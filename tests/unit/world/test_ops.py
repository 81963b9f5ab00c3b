from __future__ import annotations

import pytest

from replaysandbox.world import scalar
from replaysandbox.world.ops import clamp, day_line, level, line


def test_a_line_is_read_between_its_points() -> None:
    assert line(scalar, (0.0, 2.0, 6.0), (10.0, 20.0, 0.0), 1.0) == (15.0, 5.0)
    assert line(scalar, (0.0, 2.0, 6.0), (10.0, 20.0, 0.0), 2.0) == (20.0, -5.0)


def test_of_two_points_at_one_place_the_second_counts() -> None:
    assert line(scalar, (0.0, 2.0, 2.0, 4.0), (0.0, 1.0, 5.0, 7.0), 2.0) == (5.0, 1.0)


@pytest.mark.parametrize(
    ("hour", "value"), [(0.0, 40 - 20 / 7), (6.0, 20.0), (9.0, 30.0), (21.0, 50.0), (23.999, 40 - 0.999 * 20 / 7)]
)
def test_a_days_line_joins_over_midnight(hour: float, value: float) -> None:
    read, _ = line(scalar, *day_line(((6.0, 20.0), (12.0, 40.0), (18.0, 50.0), (21.0, 50.0), (23.0, 40.0))), hour)
    assert read == pytest.approx(value)


def test_bounds_and_decimals() -> None:
    assert [clamp(scalar, each, 1.0, 2.0) for each in (0.0, 1.5, 3.0)] == [1.0, 1.5, 2.0]
    assert [level(scalar, each) for each in (12.344, 12.345001, 0.0049, 99.996)] == [12.34, 12.35, 0.0, 100.0]
