"""Whether every model of a catalogue can follow its family's curve: a day no rating allows would break a law."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from replaysandbox.core.noise import NORMAL_BOUND
from replaysandbox.core.profile import Profiles

NIGHT_PACE: Final = 8.0 / 6.5
"""Fastest world time runs: a night cut short by an hour and a half, the largest step a calendar takes. [1]"""

CAR_RATE: Final = 5.0
"""Slowest charge with which a car is ready again after a night elsewhere. Ours: from 27 % to 78 % by the time it
leaves. [%/h]"""


@dataclass(frozen=True, slots=True)
class Weak:
    """A model that is too weak.

    Attributes:
        family: Family.
        position: Its position in the catalogue.
        reason: Why.
        hint: What would mend it.
    """

    family: str
    position: int
    reason: str
    hint: str


def too_weak(profiles: Profiles) -> list[Weak]:
    """List the models that cannot follow their family's curve."""
    return [*_batteries(profiles), *_cars(profiles)]


def _batteries(profiles: Profiles) -> Iterator[Weak]:
    up, down = steepest(profiles)
    for position, model in enumerate(profiles.battery.models):
        charge, discharge = (each / model.capacity_wh * 100.0 for each in (model.max_charge_w, model.max_discharge_w))
        if charge < up or discharge < down:
            reason = f"charges {charge:.1f} and discharges {discharge:.1f} % of its capacity an hour"
            hint = f"the curve and its spread need {up:.1f} and {down:.1f}; choose another model, or a flatter curve"
            yield Weak("battery", position, reason, hint)


def steepest(profiles: Profiles) -> tuple[float, float]:
    """Find the steepest rise and fall any battery's day can have. [%/h]"""
    habits, points = profiles.battery.habits, profiles.battery.curve
    swing = 2.0 * NORMAL_BOUND * habits.day_sd_pct
    up = down = 0.0
    for (x0, y0), (x1, y1) in pairwise((*points, (points[0][0] + 24.0, points[0][1]))):
        night = x1 > 24.0
        hours = (x1 - x0 - (habits.late_h if night else 0.0)) / (NIGHT_PACE if night else 1.0)
        up, down = max(up, (y1 - y0 + swing) / hours), max(down, (y0 - y1 + swing) / hours)
    return up, down


def _cars(profiles: Profiles) -> Iterator[Weak]:
    charger_w = min(each.rated_w for each in profiles.ev_charger.models)
    share = profiles.vehicle.habits.rate_share
    for position, model in enumerate(profiles.vehicle.models):
        rate = share * min(model.max_charge_w, charger_w) / model.capacity_wh * 100.0
        if rate < CAR_RATE:
            reason = f"charges {rate:.1f} % of its capacity an hour at the weakest wall charger"
            yield Weak("vehicle", position, reason, f"at least {CAR_RATE:g} are needed")
