from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.core.scenario import Place
from replaysandbox.world import scalar, vector
from replaysandbox.world.dates import days_in_month
from replaysandbox.world.sun import arc_of, arc_share, clear_hours, sin_cos

BERLIN, LOS_ANGELES = Place("Berlin", 52.52, 13.40), Place("Los Angeles", 34.05, -118.24)
SYDNEY, TROMSO = Place("Sydney", -33.87, 151.21), Place("Tromsø", 69.65, 18.96)
PLACES = (BERLIN, LOS_ANGELES, SYDNEY, TROMSO, Place("Quito", -0.18, -78.47), Place("Pole", 90.0, 0.0))


@pytest.mark.slow
@given(st.floats(-math.pi, math.pi))
@settings(max_examples=26, deadline=None)
def test_sine_and_cosine(angle: float) -> None:
    sine, cosine = sin_cos(angle)
    assert sine == pytest.approx(math.sin(angle), abs=1e-12)
    assert cosine == pytest.approx(math.cos(angle), abs=1e-12)


@given(st.sampled_from(PLACES), st.integers(0, 11), st.integers(0, 27), st.floats(0, 23.9))
@settings(max_examples=40, deadline=None)
def test_a_days_share_rises_from_0_to_1_by_its_density(place: Place, month: int, day: int, hour: float) -> None:
    arc = arc_of(place, month, day)
    (one, before), (middle, density), (other, after) = (
        arc_share(scalar, arc, hour + step) for step in (0.0, 0.025, 0.05)
    )
    assert 0 <= one <= middle <= other <= 1
    low, high = min(before, density, after), max(before, density, after)
    if arc.whole > 1e-3:
        assert low * 0.05 - 2e-4 <= other - one <= high * 0.05 + 2e-4
    assert density >= 0


@given(st.sampled_from(PLACES), st.integers(0, 11), st.lists(st.floats(0, 24), min_size=1, max_size=5))
@settings(max_examples=13, deadline=None)
def test_arrays_agree_to_the_last_bit(place: Place, month: int, hours: list[float]) -> None:
    arc = arc_of(place, month, 3)
    share, density = arc_share(vector, arc, np.array([hours]))
    alone = [arc_share(scalar, arc, hour) for hour in hours]
    assert [*zip(share[0].tolist(), density[0].tolist(), strict=True)] == alone


def test_the_sun_keeps_its_seasons() -> None:
    assert clear_hours(BERLIN, 5, 20) > 4 * clear_hours(BERLIN, 11, 20)
    assert clear_hours(SYDNEY, 11, 20) > 2 * clear_hours(SYDNEY, 5, 20)
    assert clear_hours(TROMSO, 11, 20) == 0
    assert arc_of(TROMSO, 5, 20).half_rad == pytest.approx(math.pi)
    assert arc_of(BERLIN, 2, 19).half_rad == pytest.approx(math.pi / 2, abs=0.02)


def test_at_night_it_is_dark_to_the_watt() -> None:
    arc = arc_of(LOS_ANGELES, 5, 1)
    assert arc_share(scalar, arc, 2.0) == (0.0, 0.0)
    assert arc_share(scalar, arc, 22.0) == (1.0, 0.0)


@pytest.mark.slow
@pytest.mark.parametrize(
    "place", [BERLIN, LOS_ANGELES, SYDNEY, Place("Nairobi", -1.29, 36.82), Place("Oslo", 59.9, 10.7)]
)
def test_months_agree_with_pvlibs_clear_sky(place: Place) -> None:
    import pandas as pd
    from pvlib.clearsky import haurwitz
    from pvlib.solarposition import get_solarposition

    times = pd.date_range("2026-01-01", "2027-01-01", freq="20min", tz="UTC", inclusive="left")
    zenith = get_solarposition(times, place.latitude_deg, place.longitude_deg)["apparent_zenith"]
    theirs = haurwitz(zenith)["ghi"].groupby(times.month).sum() / 3.0  # Wh/m²
    for month in range(12):
        ours = 1000.0 * sum(clear_hours(place, month, day) for day in range(days_in_month(2026, month)))
        assert ours == pytest.approx(theirs[month + 1], rel=0.1)
