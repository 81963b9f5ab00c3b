import pytest

from replaysandbox.core.series import points_of


@pytest.mark.parametrize(
    ("span", "step", "count"),
    [("1d", "15m", 96), ("year", "15m", 35136), ("year", "2h", 4392), ("month", "1d", 31), ("year", "month", 11)],
)
def test_a_span_has_so_many_steps_at_most(span: str, step: str, count: int) -> None:
    assert points_of(span, step) == count
