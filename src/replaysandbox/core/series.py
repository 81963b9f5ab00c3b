"""Words of a time series: which range is asked for, and in which steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

MOST_POINTS: Final = 20_000
"""Most points, or readings that they are made of, in one answer. Ours: some two seconds of work."""

OF_PATH: Final = "path."
"""How the name of a path argument begins, where a query parameter's has nothing before it."""

SPAN_DAYS: Final[Mapping[str, int]] = {"1d": 1, "week": 7, "month": 31, "year": 366}
"""Step or span of the calendar → how long it is at most. [days]"""

_MINUTES: Final[Mapping[str, int]] = {"m": 1, "h": 60, "d": 1440}


def points_of(span: str, step: str) -> int:
    """Tell how many steps a whole span of the calendar has, at most.

    Args:
        span: `1d`, `week`, `month`, `year`.
        step: The same, or `15m`, `2h`.
    """
    minutes = SPAN_DAYS[step] * 1440 if step in SPAN_DAYS else int(step[:-1]) * _MINUTES[step[-1]]
    return SPAN_DAYS[span] * 1440 // max(minutes, 1)


@dataclass(frozen=True, slots=True)
class Series:
    """How an API asks for a time series.

    Attributes:
        start: Query parameter of the first instant, or `path.NAME`; empty where `calendar` says the range.
        end: The same of the last; empty as `start`.
        step: The same of the step; empty where the step is always `default`.
        steps: The API's word → `15m`, `1h`, `1d`, `week`, `month`, `year`.
        default: The API's word for the step where none is asked for.
        longest: The API's word → the longest range it takes with that step. [days]
        around: The API's word for the step → `1d`, `week`, `month`, `year`: the one that is meant where no start is
            asked for, up to the end asked for, or to now.
        until_now: Whether a range without an end goes on until now; else it is refused.
        calendar: `year`, `month`, `day` → query parameter: the range is that local day, month or year.
        step_of: `year`, `month`, `day` → the API's word for the step of such a range.
        whole_steps: Whether the first point begins at the start of its step, or exactly at the start asked for.
    """

    start: str = ""
    end: str = ""
    step: str = ""
    steps: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    longest: Mapping[str, int] = field(default_factory=dict)
    around: Mapping[str, str] = field(default_factory=dict)
    whole_steps: bool = True
    until_now: bool = False
    calendar: Mapping[str, str] = field(default_factory=dict)
    step_of: Mapping[str, str] = field(default_factory=dict)
