from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.core.clock import EARLIEST, LATEST, Clock, at_wall, moved, paced

WALL = datetime(2026, 11, 22, 12, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("clock", "passed", "expected"),
    [
        (Clock(WALL, WALL), HOUR, WALL + HOUR),
        (Clock(WALL, JUNE), HOUR, JUNE + HOUR),
        (Clock(WALL, JUNE), -HOUR, JUNE - HOUR),
        (Clock(WALL, JUNE, speed=3600), timedelta(seconds=2), JUNE + 2 * HOUR),
        (Clock(WALL, JUNE, frozen=True), HOUR, JUNE),
        (Clock(WALL, LATEST), 48 * HOUR, LATEST),
        (Clock(WALL, JUNE, speed=1e12), HOUR, LATEST),
        (Clock(WALL, JUNE, speed=1e12), -HOUR, EARLIEST),
    ],
)
def test_clock_is_a_line_held_at_its_ends(clock: Clock, passed: timedelta, expected: datetime) -> None:
    assert at_wall(clock, WALL + passed) == expected


def test_moving_goes_on_from_where_the_clock_stands() -> None:
    clock = moved(Clock(WALL, JUNE), WALL + HOUR, 6 * HOUR)
    assert at_wall(clock, WALL + HOUR) == JUNE + 7 * HOUR
    assert at_wall(clock, WALL + 2 * HOUR) == JUNE + 8 * HOUR


def test_a_frozen_clock_moves_only_when_told() -> None:
    clock = moved(Clock(WALL, JUNE, frozen=True), WALL + HOUR, HOUR)
    assert at_wall(clock, WALL + 9 * HOUR) == JUNE + HOUR


@given(st.floats(0, 5000), st.floats(0, 5000), st.integers(0, 100_000), st.booleans())
def test_changing_pace_never_jumps(before: float, after: float, seconds: int, frozen: bool) -> None:
    clock = Clock(WALL, JUNE, speed=before, shift_ms=60_000)
    wall = WALL + timedelta(seconds=seconds)
    changed = paced(clock, wall, speed=after, frozen=frozen)
    assert changed.shift_ms == 60_000
    assert at_wall(changed, wall) == at_wall(clock, wall)
