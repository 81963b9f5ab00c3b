from __future__ import annotations

import pytest

from replaysandbox.world import scalar


def test_choices() -> None:
    assert (scalar.where(True, 1, 2), scalar.where(False, 1, 2)) == (1, 2)
    assert (scalar.least(1, 2), scalar.most(1, 2)) == (1, 2)
    assert scalar.pick(["a", "b"], 1) == "b"


@pytest.mark.parametrize(("value", "rounded"), [(0.5, 1), (-0.5, 0), (1.49, 1), (-1.5, -1), (-0.2, 0)])
def test_halves_go_up(value: float, rounded: int) -> None:
    assert scalar.whole(value) == rounded
    assert scalar.trunc(2.9) == 2


@pytest.mark.parametrize(("x", "segment"), [(0.0, (0, 1, 5, 6)), (1.0, (1, 3, 6, 8)), (2.999, (1, 3, 6, 8))])
def test_segments(x: float, segment: tuple[float, ...]) -> None:
    assert scalar.segment((0, 1, 3), (5, 6, 8), x) == segment
