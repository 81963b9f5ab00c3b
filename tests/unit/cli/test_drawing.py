from __future__ import annotations

from replaysandbox.cli.drawing import chart, hours, sparkline, strip


def test_a_sparkline_reaches_from_lowest_to_highest() -> None:
    assert sparkline([0, 50, 100]) == "▁▄█"
    assert sparkline([0, 50, 100], 0, 200) == "▁▂▄"


def test_a_flat_line_is_low_and_as_long_as_the_series() -> None:
    assert sparkline([3, 3, 3]) == "▁▁▁"
    assert chart([3, 3], 2) == ["  ", "  "]


def test_values_outside_the_bounds_are_held_at_them() -> None:
    assert sparkline([-50, 150], 0, 100) == "▁█"


def test_a_chart_stands_on_its_floor() -> None:
    assert chart([0, 25, 50, 75, 100], 2, 0, 100) == ["   ▄█", " ▄███"]


def test_a_strip_shows_when() -> None:
    assert strip([True, False, True]) == "━·━"


def test_hours_stand_under_their_columns() -> None:
    line = hours(48)
    assert line.index("06") == 12
    assert line.index("18") == 36
    assert line.endswith("24")
