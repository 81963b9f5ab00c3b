"""All that a device measures at one instant, in base units and with the home bus's signs.

Power is positive when it flows into the home's bus: solar >= 0, a battery's discharge > 0, loads <= 0, import > 0.
The fields are what was measured; what follows from them (a status, a charge power) is a property, so that the two
cannot disagree. Levels carry 2 decimals, powers are whole watts.

`world/fleet.py` makes readings whose fields are numpy arrays over many devices and instants; the words for people
(`status`, `mode`, `hold`) are then not available.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from replaysandbox.core.quick import quick


@quick
@dataclass(frozen=True, slots=True)
class BatteryReading:
    """A home battery.

    Attributes:
        at: Instant.
        level_pct: Charge level. [%]
        power_w: At the cell: > 0 discharges, < 0 charges. [W]
        capacity_wh: Usable capacity. [Wh]
        floor_pct: Level it is not discharged below. [%]
        ceiling_pct: Level it is not charged above. [%]
        max_charge_w: Rated charge power, or what a setting leaves of it. [W]
        max_discharge_w: Rated discharge power, or what a setting leaves of it. [W]
        pinned: Whether a hand holds its values; laws are waived then.
    """

    at: datetime
    level_pct: float
    power_w: int
    capacity_wh: float
    floor_pct: float
    ceiling_pct: float
    max_charge_w: float
    max_discharge_w: float
    pinned: bool = False

    @property
    def charge_w(self) -> int:
        """Charge power, 0 while it discharges. [W]"""
        return max(-self.power_w, 0)

    @property
    def discharge_w(self) -> int:
        """Discharge power, 0 while it charges. [W]"""
        return max(self.power_w, 0)

    @property
    def charging(self) -> bool:
        """Whether it charges."""
        return self.power_w < 0

    @property
    def discharging(self) -> bool:
        """Whether it discharges."""
        return self.power_w > 0

    @property
    def status(self) -> str:
        """One of `idle`, `charging`, `discharging`."""
        return "charging" if self.power_w < 0 else "discharging" if self.power_w > 0 else "idle"

    @property
    def energy_wh(self) -> float:
        """Energy in the cells. [Wh]"""
        return self.level_pct * self.capacity_wh / 100


@quick
@dataclass(frozen=True, slots=True)
class VehicleReading:
    """A car.

    Attributes:
        at: Instant.
        level_pct: Charge level. [%]
        charge_w: Into the cells, 0 unless charging. [W]
        drive_w: Out of the cells, 0 unless driving. [W]
        plugged: Whether it is plugged in.
        capacity_wh: Usable capacity. [Wh]
        charge_limit_pct: Level at which it stops charging. [%]
        max_charge_w: The smaller of its own charger's and the wall charger's rating, or what a setting leaves. [W]
        max_current_a: Most current it takes, or what a setting leaves of it. [A]
        range_km: How far it still goes, less in the cold. [km]
        remaining_min: Minutes to its charge limit at the present power, 0 unless charging. [min]
        odometer_km: How far it has gone in its life. [km]
        pinned: Whether a hand holds its values; laws are waived then.
    """

    at: datetime
    level_pct: float
    charge_w: int
    drive_w: int
    plugged: bool
    capacity_wh: float
    charge_limit_pct: float
    max_charge_w: float
    max_current_a: float
    range_km: float
    remaining_min: int
    odometer_km: float
    pinned: bool = False

    @property
    def power_w(self) -> int:
        """Into the home's bus: <= 0, and 0 while it drives. [W]"""
        return -self.charge_w

    @property
    def charging(self) -> bool:
        """Whether it charges."""
        return self.charge_w > 0

    @property
    def driving(self) -> bool:
        """Whether it drives."""
        return self.drive_w > 0

    @property
    def full(self) -> bool:
        """Whether it has reached its charge limit."""
        return self.level_pct >= self.charge_limit_pct

    @property
    def energy_wh(self) -> float:
        """Energy in the cells. [Wh]"""
        return self.level_pct * self.capacity_wh / 100


@quick
@dataclass(frozen=True, slots=True)
class EvChargerReading:
    """A wall charger; it follows the car of the same slot.

    Attributes:
        at: Instant.
        connected: Whether a car is plugged in.
        power_w: What arrives in the car's cells; conversion loss is in the home's `losses_w`. [W]
        max_current_a: Most current per phase. [A]
        rated_w: Nameplate power. [W]
        limit_w: Most it gives: its nameplate power, or what a setting leaves of it. [W]
    """

    at: datetime
    connected: bool
    power_w: int
    max_current_a: float
    rated_w: float
    limit_w: float

    @property
    def charging(self) -> bool:
        """Whether power flows."""
        return self.power_w > 0

    @property
    def status(self) -> str:
        """One of `available`, `connected`, `charging`."""
        return "charging" if self.power_w > 0 else "connected" if self.connected else "available"


MODES = ("heat", "cool", "auto", "off")
"""Words for `HvacReading.mode_code`."""


@quick
@dataclass(frozen=True, slots=True)
class HvacReading:
    """Heating and cooling of a home, or of one zone of it.

    Attributes:
        at: Instant.
        room_c: Room temperature. [°C]
        outdoor_c: Outdoor temperature. [°C]
        heat_setpoint_c: Heats below it. [°C]
        cool_setpoint_c: Cools above it. [°C]
        mode_code: Position in `MODES`.
        permanent: Whether the setpoints are held, whatever the schedule says.
        power_w: Electric power drawn, >= 0. [W]
        rated_w: Most electric power it draws. [W]
        pinned: Whether a hand holds its values; laws are waived then.
    """

    at: datetime
    room_c: float
    outdoor_c: float
    heat_setpoint_c: float
    cool_setpoint_c: float
    mode_code: int
    permanent: bool
    power_w: int
    rated_w: float
    pinned: bool = False

    @property
    def mode(self) -> str:
        """One of `heat`, `cool`, `auto`, `off`."""
        return MODES[self.mode_code]

    @property
    def hold(self) -> str:
        """`permanent` or `follow_schedule`."""
        return "permanent" if self.permanent else "follow_schedule"

    @property
    def active(self) -> bool:
        """Whether it draws power."""
        return self.power_w > 0


@quick
@dataclass(frozen=True, slots=True)
class SolarReading:
    """A solar inverter.

    Attributes:
        at: Instant.
        power_w: AC output. [W]
        energy_wh: What it has given in its life; 0 before it was installed. [Wh]
        rated_w: Nameplate AC power. [W]
    """

    at: datetime
    power_w: int
    energy_wh: int
    rated_w: float

    @property
    def producing(self) -> bool:
        """Whether it gives power."""
        return self.power_w > 0

    @property
    def status(self) -> str:
        """`producing` or `idle`."""
        return "producing" if self.power_w > 0 else "idle"


@quick
@dataclass(frozen=True, slots=True)
class HomeReading:
    """A home's balance at its grid connection: all fields but `at` sum to zero.

    Attributes:
        at: Instant.
        solar_w: Solar, >= 0. [W]
        battery_w: Batteries, > 0 discharge. [W]
        vehicle_w: Cars that charge, <= 0. [W]
        hvac_w: Heating and cooling, <= 0. [W]
        load_w: Household, <= 0. [W]
        losses_w: Conversion losses, <= 0. [W]
        grid_w: > 0 imports, < 0 exports. [W]
    """

    at: datetime
    solar_w: int
    battery_w: int
    vehicle_w: int
    hvac_w: int
    load_w: int
    losses_w: int
    grid_w: int

    @property
    def power_w(self) -> int:
        """What the meter shows: import > 0. [W]"""
        return self.grid_w


Reading = BatteryReading | VehicleReading | EvChargerReading | HvacReading | SolarReading | HomeReading
