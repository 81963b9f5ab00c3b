"""From where a bent device is to its reading, rounded as `measure.py` rounds. One device, one instant."""

from __future__ import annotations

from dataclasses import replace

from replaysandbox.core.profile import HvacHabits
from replaysandbox.core.reading import MODES, BatteryReading, HvacReading, VehicleReading
from replaysandbox.world import bent_battery, bent_car, scalar
from replaysandbox.world.battery import BatteryTraits
from replaysandbox.world.bent import Turn
from replaysandbox.world.bent_room import Hold
from replaysandbox.world.hvac import COOL, HvacTraits, hvac_power
from replaysandbox.world.measure import Moment
from replaysandbox.world.ops import level
from replaysandbox.world.vehicle import VehicleTraits

_BAND_C = 0.1  # a thermostat's swing: so far beyond its setpoint a zone may still do something


def measure_bent_battery(
    traits: BatteryTraits, shape: bent_battery.Shape, turn: Turn, moment: Moment
) -> BatteryReading:
    """Measure a battery that was told what to do; pinned, it gives and takes nothing."""
    return BatteryReading(
        moment.at,
        level(scalar, turn.value),
        scalar.whole(turn.slope * traits.capacity_wh * -0.01),
        traits.capacity_wh,
        shape.floor_pct,
        shape.ceiling_pct,
        shape.max_charge_w,
        shape.max_discharge_w,
        turn.pinned,
    )


def measure_bent_car(
    traits: VehicleTraits, shape: bent_car.Shape, turn: Turn, plain: VehicleReading, range_share: float
) -> VehicleReading:
    """Measure a car that was told what to do; its plug, its trips and its odometer are its day's.

    Args:
        traits: What stays the same about it.
        shape: What settings make of it.
        turn: Where it is.
        plain: What it would measure by itself.
        range_share: Share of its range left by the season. [1]
    """
    level_pct = level(scalar, turn.value)
    power = turn.slope * traits.capacity_wh * 0.01
    charge = scalar.whole(max(power, 0.0)) if level_pct < shape.limit_pct else 0
    drive = max(scalar.whole(-power), 1) if plain.drive_w > 0 and not turn.pinned else 0
    missing_wh = (shape.limit_pct - level_pct) * traits.capacity_wh * 0.01
    km = level_pct * traits.capacity_wh / traits.consumption_wh_per_km
    left = min(shape.max_charge_w / plain.max_charge_w, 1.0) if plain.max_charge_w else 1.0
    return replace(
        plain,
        level_pct=level_pct,
        charge_w=charge,
        drive_w=drive,
        charge_limit_pct=shape.limit_pct,
        max_charge_w=shape.max_charge_w,
        max_current_a=plain.max_current_a * left,
        range_km=scalar.whole(km * range_share * 0.1) / 10,
        remaining_min=scalar.whole(missing_wh * 60.0 / charge) if charge else 0,
        pinned=turn.pinned,
    )


def measure_bent_room(
    habits: HvacHabits, traits: HvacTraits, hold: Hold | None, turn: Turn, swing_c: float, plain: HvacReading
) -> HvacReading:
    """Measure a zone that was told what to do.

    Args:
        habits: The profile's habits.
        traits: What stays the same about it.
        hold: What it is held at, or None where it is on its way back to its day.
        turn: Where it is.
        swing_c: The swing of its thermostat; a pinned room has none. [°C]
        plain: What it would measure by itself.
    """
    room = turn.value if turn.pinned else turn.value + swing_c
    seen = replace(plain, room_c=level(scalar, room), pinned=turn.pinned)
    if hold is None:
        power = hvac_power(scalar, habits, traits, plain.mode_code, room, turn.slope, plain.outdoor_c)
        return replace(seen, power_w=scalar.whole(power))
    low, high = hold.band
    power = 0.0
    if turn.value <= low + _BAND_C or turn.value >= high - _BAND_C:
        mode = COOL if turn.value >= high - _BAND_C else MODES.index("heat")
        power = hvac_power(scalar, habits, traits, mode, room, turn.slope, plain.outdoor_c)
    return replace(
        seen,
        heat_setpoint_c=hold.heat_c,
        cool_setpoint_c=hold.cool_c,
        mode_code=hold.mode_code,
        permanent=True,
        power_w=scalar.whole(power),
    )
