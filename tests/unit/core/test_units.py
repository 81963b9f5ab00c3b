import pytest
from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.core.units import UNITS, inside, outside


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (2.5, "kw", 2500.0),
        (80, "percent", 80.0),
        (212, "fahrenheit", 100.0),
        (-40, "fahrenheit", -40.0),
        (1.5, "hours", 5400.0),
    ],
)
def test_units_convert(value: float, unit: str, expected: float) -> None:
    assert inside(value, unit) == pytest.approx(expected)


@given(st.sampled_from(sorted(UNITS)), st.floats(-1e6, 1e6))
def test_outside_undoes_inside(unit: str, value: float) -> None:
    assert outside(inside(value, unit), unit) == pytest.approx(value, abs=1e-6)
