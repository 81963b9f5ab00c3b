"""Words of a time series: which range is asked for, and in which steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Series:
    """How an API asks for a time series.

    Attributes:
        start: Query parameter of the first instant; empty where `calendar` says the range.
        end: Query parameter of the last; empty as `start`.
        step: Query parameter that names the step; empty where the step is always `default`.
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
