"""Names that APIs have for quantities of our world, and the units they give them in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Meaning:
    """A quantity that a name may stand for.

    Attributes:
        name: What the name has to be, as words: a regular expression.
        expression: Where a template finds it, in our unit.
        kind: What kind of unit it has.
        low: Least it can be, in our unit.
        high: Most.
    """

    name: re.Pattern[str]
    expression: str
    kind: str
    low: float
    high: float


def _meaning(name: str, expression: str, kind: str, low: float, high: float) -> Meaning:
    return Meaning(re.compile(name), expression, kind, low, high)


_LEVEL = r"(battery |charge |current )?(level|soc|state of charge|charge level|battery charge|charge state|battery)"
_CAPACITY = r"(usable |total |battery |rated |nominal |max |maximum |full )*capacity"
_NOW = r"(current |active |instant |instantaneous |actual |ac |output |total |real time )*"

MEANINGS: Final[Mapping[str, tuple[Meaning, ...]]] = {
    "battery": (
        _meaning(_LEVEL, "device.reading.level_pct", "share", 0, 100),
        _meaning(rf"{_NOW}(battery )?(power|power flow)", "(0 - device.reading.power_w)", "power", -25e3, 25e3),
        _meaning(r"(current |actual )?charg(e|ing) (rate|power)", "(0 - device.reading.power_w)", "power", -25e3, 25e3),
        _meaning(r"(current |actual )?discharg(e|ing) (rate|power)", "device.reading.power_w", "power", -25e3, 25e3),
        _meaning(r"max(imum)? charg(e|ing) (rate|power)", "device.model.max_charge_w", "power", 1e3, 25e3),
        _meaning(r"max(imum)? discharg(e|ing) (rate|power)", "device.model.max_discharge_w", "power", 1e3, 25e3),
        _meaning(_CAPACITY, "device.model.capacity_wh", "energy", 1e3, 60e3),
        _meaning(
            r"(stored|remaining|available|current) energy|energy (left|remaining|stored|available)"
            r"|charge remaining",
            "device.reading.energy_wh",
            "energy",
            0,
            60e3,
        ),
        _meaning(r"(is )?charging", "device.reading.charging", "boolean", 0, 1),
        _meaning(r"(is )?discharging", "device.reading.discharging", "boolean", 0, 1),
    ),
    "vehicle": (
        _meaning(_LEVEL, "device.reading.level_pct", "share", 0, 100),
        _meaning(
            r"(estimated |est |remaining |electric |battery |driving )*range( remaining)?",
            "device.reading.range_km",
            "distance",
            0,
            900,
        ),
        _meaning(r"odometer( reading)?|mileage", "device.reading.odometer_km", "distance", 0, 500e3),
        _meaning(r"(current |actual )?charg(e|er|ing) (rate|power)", "device.reading.charge_w", "power", 0, 25e3),
        _meaning(
            r"(charg(e|ing) |soc )?limit( soc)?|target (soc|charge level)|charge limit( soc)?",
            "device.reading.charge_limit_pct",
            "share",
            0,
            100,
        ),
        _meaning(_CAPACITY, "device.model.capacity_wh", "energy", 10e3, 150e3),
        _meaning(r"(is )?plugged( in)?|(is )?plug connected", "device.reading.plugged", "boolean", 0, 1),
        _meaning(r"(is )?charging", "device.reading.charging", "boolean", 0, 1),
        _meaning(r"(is )?fully charged", "device.reading.full", "boolean", 0, 1),
        _meaning(
            r"(charge )?time (to full( charge)?|remaining)|remaining (charge|charging) time",
            "device.reading.remaining_min",
            "time",
            0,
            3e3,
        ),
    ),
    "ev_charger": (
        _meaning(rf"{_NOW}(charg(e|er|ing) )?(power|rate)", "device.reading.power_w", "power", 0, 50e3),
        _meaning(r"(max(imum)?|rated) (charg(e|ing) )?current", "device.reading.max_current_a", "current", 6, 80),
        _meaning(r"(max(imum)?|rated|nominal) (charg(e|ing) )?power", "device.reading.rated_w", "power", 1e3, 50e3),
        _meaning(r"(is )?charging", "device.reading.charging", "boolean", 0, 1),
        _meaning(
            r"(is )?plugged( in)?|(vehicle|car|cable|plug|is)? ?connected", "device.reading.connected", "boolean", 0, 1
        ),
    ),
    "solar_inverter": (
        _meaning(
            rf"{_NOW}(solar |pv |inverter )?(power|production|generation|output|production rate)",
            "device.reading.power_w",
            "power",
            0,
            25e3,
        ),
        _meaning(
            r"(total|lifetime|cumulative|life time) (energy|production|generation|yield)( produced)?"
            r"|energy (total|lifetime)|total lifetime production",
            "device.reading.energy_wh",
            "energy",
            0,
            5e8,
        ),
        _meaning(
            r"(rated|nominal|max(imum)?|peak|nameplate) (power|capacity)", "device.reading.rated_w", "power", 1e3, 25e3
        ),
        _meaning(r"(is )?producing", "device.reading.producing", "boolean", 0, 1),
    ),
    "hvac": (
        _meaning(
            r"(current |room |indoor |inside |ambient |measured |actual )*temp(erature)?",
            "device.reading.room_c",
            "temperature",
            -10,
            45,
        ),
        _meaning(r"(outdoor|outside|external) temp(erature)?", "device.reading.outdoor_c", "temperature", -40, 50),
        _meaning(
            r"heat(ing)? (set ?point|target)( temp(erature)?)?", "device.reading.heat_setpoint_c", "temperature", 5, 35
        ),
        _meaning(
            r"cool(ing)? (set ?point|target)( temp(erature)?)?", "device.reading.cool_setpoint_c", "temperature", 10, 40
        ),
        _meaning(r"(target|set ?point)( temp(erature)?)?", "device.reading.heat_setpoint_c", "temperature", 5, 35),
        _meaning(rf"{_NOW}power", "device.reading.power_w", "power", 0, 15e3),
    ),
    "meter": (_meaning(rf"{_NOW}(grid |import |meter )?power", "device.reading.power_w", "power", -60e3, 60e3),),
}
"""Family → what names mean there; the first that fits counts."""

UNITS: Final[Mapping[str, Mapping[str, tuple[str, float]]]] = {
    "share": {"percent": ("", 1.0), "ratio": (" / 100", 0.01)},
    "power": {"w": ("", 1.0), "kw": (" | kw", 1e-3)},
    "energy": {"wh": ("", 1.0), "kwh": (" | kwh", 1e-3)},
    "distance": {"km": ("", 1.0), "mi": (" | miles", 0.621371)},
    "temperature": {"c": ("", 1.0), "f": (" | fahrenheit", 1.8)},
    "current": {"a": ("", 1.0)},
    "time": {"min": ("", 1.0), "h": (" / 60", 1 / 60), "s": (" * 60", 60.0)},
    "boolean": {},
}
"""Kind → unit → what turns our value into it, and by which factor."""

UNITS_IN_NAMES: Final = {
    **dict.fromkeys(("pct", "percent", "percentage", "perc"), "percent"),
    **dict.fromkeys(("ratio", "fraction"), "ratio"),
    **dict.fromkeys(("w", "watt", "watts"), "w"),
    **dict.fromkeys(("kw", "kilowatt", "kilowatts"), "kw"),
    **dict.fromkeys(("wh", "watthours"), "wh"),
    **dict.fromkeys(("kwh", "kilowatthours"), "kwh"),
    **dict.fromkeys(("km", "kilometers", "kilometres", "kms"), "km"),
    **dict.fromkeys(("mi", "miles", "mile"), "mi"),
    **dict.fromkeys(("c", "celsius"), "c"),
    **dict.fromkeys(("f", "fahrenheit"), "f"),
    **dict.fromkeys(("a", "amp", "amps", "ampere"), "a"),
    **dict.fromkeys(("min", "mins", "minutes"), "min"),
    **dict.fromkeys(("h", "hours", "hour"), "h"),
    **dict.fromkeys(("s", "sec", "seconds"), "s"),
}
UNITS_IN_TEXTS: Final = (
    ("percent", re.compile(r"%|\bper ?cent(age)?\b", re.IGNORECASE)),
    ("kwh", re.compile(r"\bkWh\b|\bkilowatt[- ]?hours?\b", re.IGNORECASE)),
    ("wh", re.compile(r"\bWh\b|\bwatt[- ]?hours?\b", re.IGNORECASE)),
    ("kw", re.compile(r"\bkW\b|\bkilowatts?\b", re.IGNORECASE)),
    ("w", re.compile(r"\bW\b|\b[Ww]atts?\b")),
    ("km", re.compile(r"\bkm\b|\bkilomet(er|re)s?\b", re.IGNORECASE)),
    ("mi", re.compile(r"\bmiles?\b|\bmi\b", re.IGNORECASE)),
    ("c", re.compile(r"°\s?C|\bcelsius\b", re.IGNORECASE)),
    ("f", re.compile(r"°\s?F|\bfahrenheit\b", re.IGNORECASE)),
    ("a", re.compile(r"\bA\b|\b[Aa]mp(ere)?s?\b")),
    ("min", re.compile(r"\bminutes?\b", re.IGNORECASE)),
    ("h", re.compile(r"\bhours?\b", re.IGNORECASE)),
    ("s", re.compile(r"\bseconds?\b", re.IGNORECASE)),
)
