"""The sun at a place: its way over the sky of one day, and what a clear sky lets through, all in closed form."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from replaysandbox.core.scenario import Place
from replaysandbox.world.ops import Ops, Real, clamp

_CLEAR: Final = (0.1487, 5.4708, -13.6524, 14.9891, -5.9472)
"""Clear sky against the height of the sun, the cosine of its zenith angle: factors of its powers from the first on.
Within 0.03 of Haurwitz everywhere, within 6 % from 5 degrees up. [kW/m²]"""

_CUMULATIVE: Final = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


@dataclass(frozen=True, slots=True)
class Arc:
    """The sun's way over one day.

    Attributes:
        clear: The clear sky as factors of powers of the cosine of the hour angle, from the zeroth on.
        half_rad: Hour angle of sunset; 0 in polar night, pi in polar day. [rad]
        noon_h: Hour of the place's mean time at which the sun is highest. [h]
        whole: Integral of the clear sky over the day. [rad]
    """

    clear: tuple[float, ...]
    half_rad: float
    noon_h: float
    whole: float


@lru_cache(maxsize=1024)
def arc_of(place: Place, month: int, day: int) -> Arc:
    """Find the sun's way at a place on a date; each year is alike.

    Args:
        place: Where.
        month: January is 0.
        day: Day of the month, from 0.

    Source:
        Declination and equation of time: J. W. Spencer, Search 2(5), 1971.
    """
    turn = 2.0 * math.pi * (_CUMULATIVE[month] + min(day, 27.5 if month == 1 else day)) / 365.0
    declination = (
        0.006918 - 0.399912 * math.cos(turn) + 0.070257 * math.sin(turn) - 0.006758 * math.cos(2 * turn)
        + 0.000907 * math.sin(2 * turn) - 0.002697 * math.cos(3 * turn) + 0.00148 * math.sin(3 * turn)
    )  # fmt: skip
    minutes = 229.18 * (
        0.000075 + 0.001868 * math.cos(turn) - 0.032077 * math.sin(turn) - 0.014615 * math.cos(2 * turn)
        - 0.040849 * math.sin(2 * turn)
    )  # fmt: skip
    latitude = math.radians(place.latitude_deg)
    a = math.sin(latitude) * math.sin(declination)
    b = max(math.cos(latitude) * math.cos(declination), 1e-9)
    half = math.acos(min(max(-a / b, -1.0), 1.0))
    clear = _expanded(a, b)
    return Arc(clear, half, 12.0 - minutes / 60.0, 2.0 * _integral(clear, half, math.sin(half), math.cos(half)))


def clear_hours(place: Place, month: int, day: int) -> float:
    """Tell how many hours of full sun a clear day at a place gives. [h]"""
    return max(arc_of(place, month, day).whole, 0.0) * 12.0 / math.pi


def arc_share(ops: Ops, arc: Arc, hour: Real) -> tuple[Real, Real]:
    """Share of the day's yield given by an hour, and its density.

    Args:
        ops: How to calculate.
        arc: The sun's way.
        hour: Hour of the place's mean time, 0 to 24. [h]

    Returns:
        Share, exactly 0 before sunrise and 1 after sunset [1], and density [1/h].

    Source:
        Clear sky: B. Haurwitz, J. Meteorology 2, 1945, fitted by a polynomial so that its integral is closed.
    """
    angle = clamp(ops, (hour - arc.noon_h) * (math.pi / 12.0), -arc.half_rad, arc.half_rad)
    sine, cosine = sin_cos(angle)
    if arc.whole <= 0.0:
        return angle * 0.0, angle * 0.0
    share = clamp(ops, 0.5 + _integral(arc.clear, angle, sine, cosine) / arc.whole, 0.0, 1.0)
    share = ops.where(angle >= arc.half_rad, 1.0, ops.where(angle <= -arc.half_rad, 0.0, share))
    inside = (angle > -arc.half_rad) & (angle < arc.half_rad)
    density = ops.most(_power(arc.clear, cosine), 0.0) / arc.whole * (math.pi / 12.0)
    return share, ops.where(inside, density, 0.0)


def sin_cos(angle: Real) -> tuple[Real, Real]:
    """Sine and cosine of an angle within a turn either way, the same for floats and arrays.

    Source:
        Taylor series of the half angle; error below 1e-12 for angles within pi.
    """
    x = angle * 0.5
    y = x * x
    sine, cosine = 1.0, 1.0
    for term in range(9, 0, -1):
        sine = 1.0 - sine * y / (2 * term * (2 * term + 1))
        cosine = 1.0 - cosine * y / (2 * term * (2 * term - 1))
    sine = sine * x
    return 2.0 * sine * cosine, 1.0 - 2.0 * sine * sine


def _expanded(a: float, b: float) -> tuple[float, ...]:
    """Write the clear sky under a sun of height a + b cos(w) as powers of cos(w)."""
    factors = [0.0] * (len(_CLEAR) + 1)
    for power, factor in enumerate(_CLEAR, start=1):
        for times in range(power + 1):
            factors[times] += factor * math.comb(power, times) * a ** (power - times) * b**times
    return tuple(factors)


def _power(clear: tuple[float, ...], cosine: Real) -> Real:
    value = clear[-1]
    for factor in clear[-2::-1]:
        value = value * cosine + factor
    return value


def _integral(clear: tuple[float, ...], angle: Real, sine: Real, cosine: Real) -> Real:
    """Integrate powers of the cosine of the hour angle from 0 on: I(n) = (cos^(n-1) sin + (n-1) I(n-2)) / n."""
    before, last = angle, sine
    value = clear[0] * before + clear[1] * last
    power = cosine
    for times, factor in enumerate(clear[2:], start=2):
        before, last = last, (power * sine + (times - 1) * before) / times
        value = value + factor * last
        power = power * cosine
    return value
