"""The profile of one family: its curve of the day, what sets devices apart, and the makes and models there are."""

from __future__ import annotations

from dataclasses import dataclass, field

Curve = tuple[tuple[float, float], ...]
"""Points (hour of the day, value) in order of the hour; the last joins the first over midnight."""


@dataclass(frozen=True, slots=True)
class Model:
    """One real make and model, with the ratings that bound a device's readings. 0 where a rating does not apply.

    Attributes:
        make: Maker, as people write it.
        model: Product.
        source: Where the ratings were learnt.
        year: Model year.
        capacity_wh: Usable capacity. [Wh]
        max_charge_w: Most a battery takes, or a vehicle's own charger delivers to its cells. [W]
        max_discharge_w: Most it gives. [W]
        rated_w: Nameplate power: AC output of an inverter, of a charger; electric input of an HVAC. [W]
        max_current_a: Most current per phase. [A]
        phases: Phases of a charger.
        consumption_wh_per_km: What a vehicle uses. [Wh/km]
        heat_w: Heat an HVAC delivers. [W]
        cop: Heat per electric power, nominal.
        thermostat: The thermostat that goes with it.
    """

    make: str
    model: str
    source: str
    year: int = 0
    capacity_wh: float = 0.0
    max_charge_w: float = 0.0
    max_discharge_w: float = 0.0
    rated_w: float = 0.0
    max_current_a: float = 0.0
    phases: int = 0
    consumption_wh_per_km: float = 0.0
    heat_w: float = 0.0
    cop: float = 0.0
    thermostat: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """One window of the day for which the vendor publishes figures.

    Attributes:
        start: Hour at which it begins. [h]
        end: Hour at which it ends; below `start` it ends on the next day. [h]
        start_value: Figure at its beginning; None where none is published.
        end_value: Figure at its end; None where none is published.
        direction: `rises`, `falls`, `high`, `zero`, or `any` (rises or rests).
        plugged: Share plugged in at mid-window, least and most; None where nothing is said. [1]
        source: Where it was published.
    """

    start: float
    end: float
    start_value: float | None
    end_value: float | None
    direction: str
    plugged: tuple[float, float] | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class BatteryHabits:
    """What sets one home battery apart from the median.

    Attributes:
        offset_sd_pct: Spread of a device's constant offset from the curve. [%]
        day_sd_pct: Spread of one day's anchor around that. [%]
        phase_sd_h: Spread of a device's clock against the curve. [h]
        floor_pct: Level no device goes below. [%]
        ceiling_pct: Level no device goes above. [%]
        late_share: Share of devices that rest in the evening and charge later at night. [1]
        late_h: Longest such rest. [h]
    """

    offset_sd_pct: float
    day_sd_pct: float
    phase_sd_h: float
    floor_pct: float
    ceiling_pct: float
    late_share: float
    late_h: float


@dataclass(frozen=True, slots=True)
class VehicleHabits:
    """What sets one car and its driver apart from the median.

    Attributes:
        offset_sd_pct: Spread of a car's constant offset from the curve. [%]
        day_sd_pct: Spread of one day's anchor around that. [%]
        anchor_bound_pct: No anchor is further from the curve than this. [%]
        low_limit_share: Share with a charge limit of 90 %; as many have 100 %, the others 95 %. [1]
        early_share: Share of mornings on which the car leaves between 08 and 09. [1]
        day_plug_share: Share of days on which it is plugged in between trips. [1]
        home_early_mean: Mean share of evenings on which it is home and plugged in before 19. [1]
        home_early_spread: Cars differ in that share by as much, both ways. [1]
        night_out_share: Share of nights spent elsewhere, unplugged. [1]
        rate_share: Most of the rated power it charges with, the rest is headroom for a night cut short. [1]
        odometer_sd_share: Spread of a day's distance around the average. [1]
    """

    offset_sd_pct: float
    day_sd_pct: float
    anchor_bound_pct: float
    low_limit_share: float
    early_share: float
    day_plug_share: float
    home_early_mean: float
    home_early_spread: float
    night_out_share: float
    rate_share: float
    odometer_sd_share: float


@dataclass(frozen=True, slots=True)
class SolarHabits:
    """What sets one solar inverter and its roof apart from the median.

    Attributes:
        clear_share: Share of the rating reached at noon under a clear June sky. [1]
        roof_spread: Roofs give this much less at worst: dirt, shade, direction. [1]
        lean_bound: Most by which a day leans to morning or afternoon. [1]
        regions: Regions that share their clouds.
        cloud_curve: Quantile function of a day's cloud factor: (share of days, factor). [1]
        install_first: First year in which devices were installed.
        install_last: Last such year.
    """

    clear_share: float
    roof_spread: float
    lean_bound: float
    regions: int
    cloud_curve: Curve
    install_first: int
    install_last: int


@dataclass(frozen=True, slots=True)
class HvacHabits:
    """What sets one home's heating and cooling apart from the median.

    Attributes:
        comfort_from_h: Hour at which the day's setpoint begins. [h]
        comfort_until_h: Hour at which it ends. [h]
        setback_c: How far the night's setpoint is off. [°C]
        heat_setpoint_c: Heating setpoint by day. [°C]
        cool_setpoint_c: Cooling setpoint by day. [°C]
        setpoint_step_c: Homes choose setpoints in such steps. [°C]
        setpoint_steps: At most this many steps off.
        permanent_share: Share of devices on permanent hold. [1]
        room_sd_c: Spread of one day's room temperature. [°C]
        outdoor_c: Mean outdoor temperature of each month. [°C]
        outdoor_day_c: Outdoor temperature against its mean over the day. [°C]
        outdoor_sd_c: Spread of one day's weather. [°C]
        design_c: Outdoor temperature at which the device gives 70 % of its heat. [°C]
        gain_c: Degrees by which people and sun alone warm a home. [°C]
        idle_share: Below this share of the rating the device rests. [1]
        heating_months: Months in which it only heats.
        cooling_months: Months in which it only cools.
    """

    comfort_from_h: float
    comfort_until_h: float
    setback_c: float
    heat_setpoint_c: float
    cool_setpoint_c: float
    setpoint_step_c: float
    setpoint_steps: int
    permanent_share: float
    room_sd_c: float
    outdoor_c: tuple[float, ...]
    outdoor_day_c: Curve
    outdoor_sd_c: float
    design_c: float
    gain_c: float
    idle_share: float
    heating_months: tuple[int, ...]
    cooling_months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HouseholdHabits:
    """What sets one household's load apart from the median, and what conversion costs.

    Attributes:
        weekend: The load's curve on Saturday and Sunday; the profile's own curve is that of working days. [W]
        size_least: Smallest household against the median. [1]
        size_most: Largest household against the median. [1]
        wobble_share: Swing around the curve within minutes. [1]
        floor_w: Least load. [W]
        battery_loss_share: Share of a battery's power lost in conversion. [1]
        vehicle_loss_share: Share of a vehicle's charge lost in conversion. [1]
    """

    weekend: Curve
    size_least: float
    size_most: float
    wobble_share: float
    floor_w: float
    battery_loss_share: float
    vehicle_loss_share: float


@dataclass(frozen=True, slots=True)
class NoHabits:
    """For a family that only follows another."""


Habits = BatteryHabits | VehicleHabits | SolarHabits | HvacHabits | HouseholdHabits | NoHabits


@dataclass(frozen=True, slots=True)
class Profile[H: Habits]:
    """One family's profile.

    Attributes:
        family: Family it describes.
        title: For people.
        curve: The fleet's median over the day; empty where the family follows another.
        months: Factor of each month, January first; empty where there is none. [1]
        habits: What sets devices apart.
        models: Makes and models there are.
        published: What the vendor publishes.
    """

    family: str
    title: str
    habits: H
    curve: Curve = ()
    months: tuple[float, ...] = ()
    models: tuple[Model, ...] = field(default=(), repr=False)
    published: tuple[Published, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profiles of all families: the one world that every pack looks at."""

    battery: Profile[BatteryHabits]
    vehicle: Profile[VehicleHabits]
    solar_inverter: Profile[SolarHabits]
    hvac: Profile[HvacHabits]
    ev_charger: Profile[NoHabits]
    meter: Profile[HouseholdHabits]
