"""The sky over one world: each region's sun of a day and yield so far, and its weather."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from replaysandbox.core.noise import mix, normal, signal
from replaysandbox.core.profile import HvacHabits, Profile, SolarHabits
from replaysandbox.core.scenario import Place
from replaysandbox.world.clouds import lean, month_clouds, years_of_kind
from replaysandbox.world.dates import Date, date_of, days_in_month
from replaysandbox.world.solar import BELL_HOURS, COUNTS_PER_HOUR, SunDay
from replaysandbox.world.sun import arc_of, clear_hours

_WEATHER: Final = signal("weather")
_MONTHS: Final = 12
_CACHE: Final = 4096
_LIKE: Final = {(0, 0): 1800, (4, 0): 1900}
"""Years that begin a cycle of clouds or its second half and are no leap years."""


@dataclass(frozen=True, slots=True)
class Weather:
    """Outdoor temperature of one region over one day, without the daily swing.

    Attributes:
        begins_c: At the day's midnight. [°C]
        ends_c: At the next. [°C]
    """

    begins_c: float
    ends_c: float


@dataclass(frozen=True, slots=True, eq=False)
class Sky:
    """What all homes of a region share. Holds no more than a bounded number of days.

    Attributes:
        solar: The solar inverters' profile.
        hvac: The profile that knows the outdoor temperature.
        place: Where the homes are, or None for the plain bell.
        seed: World seed.
    """

    solar: Profile[SolarHabits]
    hvac: Profile[HvacHabits]
    place: Place | None
    seed: int
    _months: dict[tuple[int, int, int], tuple[int, ...]] = field(default_factory=dict, init=False, repr=False)
    _years: dict[tuple[int, int], int] = field(default_factory=dict, init=False, repr=False)

    def sun(self, region: int, day: int) -> SunDay:
        """Tell one day's sun over one region.

        Args:
            region: Region.
            day: Day of world time. [days since 1970]

        Returns:
            Yield so far and on that day, and how it spreads over the day.
        """
        date = date_of(day)
        yields = self._month(region, date.year, date.month)
        arc = arc_of(self.place, date.month, date.day) if self.place else None
        leaning = 0.0 if self.place else lean(self.seed, region, day) * self.solar.habits.lean_bound
        return SunDay(self.yield_before(region, date), yields[date.day], leaning, arc)

    def yield_before(self, region: int, date: Date) -> int:
        """Tell a region's yield from year 1 up to a date's midnight. [counts]"""
        past = self._years_before(region, date.year)
        past += sum(sum(self._month(region, date.year, month)) for month in range(date.month))
        return past + sum(self._month(region, date.year, date.month)[: date.day])

    def weather(self, region: int, day: int) -> Weather:
        """Tell one day's outdoor temperature over one region.

        Source:
            Ours: monthly means joined by lines, and a bounded normal swing of each day.
        """
        return Weather(self._midnight_c(region, day), self._midnight_c(region, day + 1))

    def _midnight_c(self, region: int, day: int) -> float:
        habits = self.hvac.habits
        swing = normal(mix(self.seed, _WEATHER, region, day)) * habits.outdoor_sd_c
        return season(habits.outdoor_c, date_of(day)) + swing

    def _month(self, region: int, year: int, month: int) -> tuple[int, ...]:
        """Tell the yield of each day of a month. [counts]"""
        like = _like(year)
        key = (region, like, month)
        known = self._months.get(key)
        if known is None:
            if len(self._months) >= _CACHE:
                self._months.clear()
            known = self._months[key] = self._drawn(region, like, month)
        return known

    def _drawn(self, region: int, year: int, month: int) -> tuple[int, ...]:
        habits = self.solar.habits
        clouds = month_clouds(self.seed, region, year, month, days_in_month(year, month), habits.cloud_curve)
        clear = habits.clear_share * COUNTS_PER_HOUR
        if self.place:
            place = self.place
            return tuple(round(clear * factor * clear_hours(place, month, day)) for day, factor in enumerate(clouds))
        hours = self.solar.months[month] * BELL_HOURS
        return tuple(round(clear * factor * hours) for factor in clouds)

    def _years_before(self, region: int, year: int) -> int:
        """Tell the yield of all years from year 1 up to a year; clouds repeat, so it has few terms. [counts]"""
        key = (region, year)
        known = self._years.get(key)
        if known is None:
            if len(self._years) >= _CACHE:
                self._years.clear()
            known = self._years[key] = sum(
                count * sum(sum(self._month(region, _named(kind, leap), month)) for month in range(_MONTHS))
                for kind, leap, count in years_of_kind(year)
            )
        return known


def season(table: tuple[float, ...], date: Date) -> float:
    """Read a table of twelve months as a line that passes each month's value in the middle of the month."""
    ahead = (date.day + 0.5) / date.days - 0.5
    other = (date.month + (1 if ahead >= 0 else -1)) % _MONTHS
    value: float = table[date.month] + (table[other] - table[date.month]) * abs(ahead)
    return value


def _like(year: int) -> int:
    """Name the year whose clouds and leap day a year has."""
    return _named(year % 8, int(days_in_month(year, 1) == 29))


def _named(kind: int, leap: int) -> int:
    return 2000 + kind if leap or kind % 4 else _LIKE[kind, 0]
