"""From a device's day to its reading: values are rounded as readings carry them, and only then tell what is on.

Written over `ops`: a reading's fields are numbers for one device and instant, arrays for many.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from replaysandbox.core.device import DeviceRef
from replaysandbox.core.profile import Profiles
from replaysandbox.core.reading import (
    BatteryReading,
    EvChargerReading,
    HomeReading,
    HvacReading,
    SolarReading,
    VehicleReading,
)
from replaysandbox.world.battery import BatteryTraits, battery_at
from replaysandbox.world.course import Course
from replaysandbox.world.dates import Date, date_of, weekday
from replaysandbox.world.household import HouseholdTraits, load_curve, load_w, losses_w
from replaysandbox.world.hvac import HvacTraits, RoomDay, hvac_power, outdoor_at, room_at, setpoints
from replaysandbox.world.ops import Line, Ops, Real, day_line, level
from replaysandbox.world.sky import Weather, season
from replaysandbox.world.solar import SolarTraits, SunDay, solar_at
from replaysandbox.world.traits import ChargerTraits
from replaysandbox.world.vehicle import CarDay, VehicleTraits, car_at


@dataclass(frozen=True, slots=True)
class Today:
    """What a day of world time is, for all homes alike.

    Attributes:
        day: Days since 1970.
        date: Its date.
        yesterday: The date before.
        range_share: Share of a car's range left by the season. [1]
        load: What a median household draws that day: hours [h] and powers [W].
        swing: Outdoor temperature against its mean: hours [h] and degrees [°C].
    """

    day: int
    date: Date
    yesterday: Date
    range_share: float
    load: Line
    swing: Line


class Moment(NamedTuple):
    """One instant, or many of one day, in world time. A tuple, because one is made for every reading.

    Attributes:
        at: Instant.
        hour: Hour of world time. [h]
        local_ms: World time. [ms since 1970]
        pace: How fast world time runs. [1]
        bents: What devices were told to do: device → `world/bent.py`'s `Bent`.
    """

    at: Any
    hour: Real
    local_ms: Real
    pace: Real
    bents: Mapping[DeviceRef, Any] = MappingProxyType({})


def today_of(profiles: Profiles, day: int) -> Today:
    """Look up what a day of world time is."""
    date = date_of(day)
    swing = day_line(profiles.hvac.habits.outdoor_day_c)
    load = day_line(load_curve(profiles.meter, weekday(day)))
    return Today(day, date, date_of(day - 1), season(profiles.vehicle.months, date), load, swing)


def measure_battery(
    ops: Ops, profiles: Profiles, traits: BatteryTraits, course: Course, moment: Moment
) -> BatteryReading:
    """Measure a battery."""
    habits = profiles.battery.habits
    level_pct, power = battery_at(ops, traits, course, moment.hour, moment.pace)
    return BatteryReading(
        moment.at,
        level(ops, level_pct),
        ops.whole(power),
        traits.capacity_wh,
        habits.floor_pct,
        habits.ceiling_pct,
        traits.max_charge_w,
        traits.max_discharge_w,
    )


def measure_vehicle(
    ops: Ops,
    traits: VehicleTraits,
    day: CarDay,
    moment: Moment,
    car_hour: Real,
    range_share: float,
) -> VehicleReading:
    """Measure a car; a car at its charge limit does not charge, whatever the last hundredth of a percent says."""
    level_pct, power, plugged, odometer = car_at(ops, traits, day, car_hour, moment.pace)
    level_pct = level(ops, level_pct)
    charge = ops.where(level_pct >= traits.limit_pct, 0, ops.whole(ops.most(power, 0.0)))
    missing_wh = (traits.limit_pct - level_pct) * traits.capacity_wh * 0.01
    return VehicleReading(
        moment.at,
        level_pct,
        charge,
        ops.whole(ops.most(-power, 0.0)),
        plugged,
        traits.capacity_wh,
        traits.limit_pct,
        traits.max_charge_w,
        traits.max_current_a,
        ops.whole(level_pct * traits.capacity_wh / traits.consumption_wh_per_km * range_share * 0.1) / 10,
        ops.where(charge > 0, ops.whole(missing_wh * 60.0 / ops.most(charge, 1)), 0),
        ops.whole(odometer * 10.0) / 10,
    )


def measure_charger(traits: ChargerTraits, car: VehicleReading, limit_w: Real = None) -> EvChargerReading:
    """Measure a wall charger: it sees what its car does. Without a setting it gives what it is rated for."""
    limit_w = traits.rated_w if limit_w is None else limit_w
    return EvChargerReading(car.at, car.plugged, car.charge_w, traits.max_current_a, traits.rated_w, limit_w)


def measure_solar(ops: Ops, traits: SolarTraits, sun: SunDay, since: Real, moment: Moment) -> SolarReading:
    """Measure an inverter."""
    power, energy = solar_at(ops, traits, sun, since, moment.hour, moment.pace)
    return SolarReading(moment.at, ops.whole(power), ops.whole(energy), traits.rated_w)


def measure_hvac(
    ops: Ops, profiles: Profiles, traits: HvacTraits, day: RoomDay, weather: Weather, today: Today, moment: Moment
) -> HvacReading:
    """Measure a zone."""
    habits = profiles.hvac.habits
    room, slope = room_at(ops, traits, day, moment.hour, moment.local_ms)
    outdoor = outdoor_at(ops, today.swing, weather.begins_c, weather.ends_c, moment.hour)
    heat, cool = setpoints(ops, habits, traits, moment.hour)
    power = hvac_power(ops, habits, traits, day.mode, room, slope * moment.pace, outdoor)
    return HvacReading(
        moment.at,
        level(ops, room),
        level(ops, outdoor),
        heat,
        cool,
        day.mode,
        traits.permanent,
        ops.whole(power),
        traits.rated_w,
    )


def measure_load(ops: Ops, profiles: Profiles, traits: HouseholdTraits, today: Today, moment: Moment) -> Real:
    """Measure what a household draws, <= 0. [W]"""
    return -ops.whole(load_w(ops, profiles.meter.habits, traits, today.load, moment.hour, moment.local_ms))


def measure_home(
    ops: Ops,
    profiles: Profiles,
    load: Real,
    solar: list[SolarReading],
    batteries: list[BatteryReading],
    cars: list[VehicleReading],
    zones: list[HvacReading],
    at: Any,
) -> HomeReading:
    """Measure a home at its meter: the grid takes the residue of whole watts, so the balance is exact."""
    habits = profiles.meter.habits
    solar_w = sum(each.power_w for each in solar)
    battery_w = sum(each.power_w for each in batteries)
    vehicle_w = -sum(each.charge_w for each in cars)
    hvac_w = -sum(each.power_w for each in zones)
    lost: Real = 0.0
    for battery in batteries:
        lost = lost + losses_w(ops, habits, battery.power_w, 0)
    for car in cars:
        lost = lost + losses_w(ops, habits, 0, car.charge_w)
    losses = -ops.whole(lost)
    grid = -(solar_w + battery_w + vehicle_w + hvac_w + load + losses)
    return HomeReading(at, solar_w, battery_w, vehicle_w, hvac_w, load, losses, grid)
