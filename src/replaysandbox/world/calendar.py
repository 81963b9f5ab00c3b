"""World time: the hour of the day the devices live by, as a continuous function of the instant.

Plain UTC by default. A zone moves it by the zone's offset; a change to summer time would be a jump of one hour, and
devices do not jump, so the hour is gained or lost evenly over that night, 21:00 to 05:00 (world time then runs at
8/7 or 8/9 of its pace, and so do all powers: ratings leave room for that). `--world-at` adds a constant. Whoever needs
to know that pace gets it together with world time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from replaysandbox.world.dates import DAY_MS, EPOCH, HOUR_MS

_NIGHT_FROM_MS: Final = 21 * HOUR_MS
_NIGHT_UNTIL_MS: Final = 5 * HOUR_MS
_NIGHT_MS: Final = DAY_MS - _NIGHT_FROM_MS + _NIGHT_UNTIL_MS
_LARGEST_STEP_MS: Final = 90 * 60_000
"""Larger changes of a zone's offset (polar stations) are spread over several nights."""
_LOOK_BACK: Final = 3
_CACHE: Final = 4096
_REFERENCE: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LAST_DAY: Final = (datetime(9999, 12, 30, tzinfo=UTC) - EPOCH).days


@dataclass(frozen=True, slots=True)
class Calendar:
    """How world time follows from the instant.

    Attributes:
        zone: Zone the curves are read in, or None for UTC.
        shift_ms: Constant added to the instant: `--world-at`, or the longitude of a place. [ms]
    """

    zone: ZoneInfo | None = None
    shift_ms: int = 0
    _offsets: dict[int, int] = field(default_factory=dict, init=False, repr=False, compare=False)

    def local(self, ms: int) -> tuple[int, float]:
        """Tell world time at an instant, and how fast it runs there.

        Args:
            ms: Instant. [ms since 1970]

        Returns:
            World time [ms since 1970 on the devices' own clocks], and its pace: 1 but in nights of a zone's change.
        """
        ms += self.shift_ms
        if self.zone is None:
            return ms, 1.0
        day = (ms + self.offset_ms((ms + self._reference_ms()) // DAY_MS)) // DAY_MS
        offset = self.offset_ms(day)
        hour = ms + offset - day * DAY_MS
        if hour < _NIGHT_UNTIL_MS:
            return self._night(ms, day - 1)
        if hour >= _NIGHT_FROM_MS:
            return self._night(ms, day)
        return ms + offset, 1.0

    def instant_ms(self, local_ms: int) -> int:
        """Find the instant of a world time; exact but in nights of a zone's change. [ms since 1970]"""
        offset = self.offset_ms(local_ms // DAY_MS) if self.zone else 0
        return local_ms - offset - self.shift_ms

    def offset_ms(self, day: int) -> int:
        """Tell world time's distance from UTC by daylight of one day. [ms]"""
        known = self._offsets.get(day)
        if known is None:
            if len(self._offsets) >= _CACHE:
                self._offsets.clear()
            known = self._offsets[day] = self._walked(day)
        return known

    def _night(self, ms: int, day: int) -> tuple[int, float]:
        """Spread the change between two days' offsets over the night between them."""
        before, after = self.offset_ms(day), self.offset_ms(day + 1)
        if before == after:
            return ms + before, 1.0
        start = day * DAY_MS + _NIGHT_FROM_MS - before
        lasts = _NIGHT_MS - (after - before)
        return day * DAY_MS + _NIGHT_FROM_MS + (ms - start) * _NIGHT_MS // lasts, _NIGHT_MS / lasts

    def _walked(self, day: int) -> int:
        """Follow the zone's offset, at most one largest step a day."""
        offset = self._zone_ms(day - _LOOK_BACK)
        for later in range(day - _LOOK_BACK + 1, day + 1):
            step = self._zone_ms(later) - offset
            offset += min(max(step, -_LARGEST_STEP_MS), _LARGEST_STEP_MS)
        return offset

    def _zone_ms(self, day: int) -> int:
        """Tell the zone's offset at about noon of a day, within 12 hours of what it was in 2000.

        A zone that crosses the date line changes its date, not its hour of the day.
        """
        reference = self._reference_ms()
        instant = EPOCH + timedelta(days=min(max(day, 1), _LAST_DAY), hours=12) - timedelta(milliseconds=reference)
        offset = self._utc_offset_ms(instant)
        return (offset - reference + DAY_MS // 2) % DAY_MS - DAY_MS // 2 + reference

    def _reference_ms(self) -> int:
        known = self._offsets.get(_REFERENCE_KEY)
        if known is None:
            known = self._offsets[_REFERENCE_KEY] = self._utc_offset_ms(_REFERENCE)
        return known

    def _utc_offset_ms(self, instant: datetime) -> int:
        offset = instant.astimezone(self.zone).utcoffset()
        return 0 if offset is None else offset // timedelta(milliseconds=1)


_REFERENCE_KEY: Final = -(10**9)


def shift_to_hour(start_ms: int, world_at: str) -> int:
    """Find the shorter way to make devices behave at `start_ms` as at a UTC hour.

    Args:
        start_ms: Instant at which the sandbox starts. [ms since 1970]
        world_at: Hour as `HH:MM`.

    Returns:
        Shift, at most 12 hours either way. [ms]
    """
    hours, minutes = world_at.split(":")
    wanted = (int(hours) * 60 + int(minutes)) * 60_000
    return (wanted - start_ms + DAY_MS // 2) % DAY_MS - DAY_MS // 2
