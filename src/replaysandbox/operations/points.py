"""Points and runs of a time series: what was measured in each of its steps, and the steps in which a power flows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from replaysandbox.core.reading import Reading
from replaysandbox.operations.steps import Span

FINE = timedelta(minutes=15)
"""How often a power is looked at, where there is time for it."""

_RATINGS = ("max_", "rated_")

Look = Callable[[datetime], Reading]


@dataclass(frozen=True, slots=True)
class PointView:
    """One step of a series, as templates see it. Of a step in the future nothing is known.

    Attributes:
        at: Its first instant.
        until: The first instant after it.
        known: Whether it has begun.
        reading: What was measured at its first instant, or None.
        last: What was measured at its end (or now, if that is before), or None.
        mean: Name of each power → its mean. [W]
        positive_wh: Name of each power → energy while it was above 0. [Wh]
        negative_wh: Name of each power → energy while it was below 0, as a positive number. [Wh]
        positive_sum_wh: The same of `positive_wh` from the beginning of the series to the end of this step. [Wh]
        negative_sum_wh: The same of `negative_wh`. [Wh]
    """

    at: datetime
    until: datetime
    known: bool
    reading: Reading | None
    last: Reading | None
    mean: Mapping[str, float]
    positive_wh: Mapping[str, float]
    negative_wh: Mapping[str, float]
    positive_sum_wh: Mapping[str, float] = field(default_factory=dict)
    negative_sum_wh: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunView:
    """Steps after one another in which a power is not 0: a charging session, a day's production.

    Attributes:
        at: First instant.
        until: First instant after it, or now, if that is before.
        energy_wh: What flowed, whichever way, as a positive number. [Wh]
        mean_w: Its mean power, as a positive number. [W]
        least_w: The least mean power of a step. [W]
        most_w: The greatest. [W]
    """

    at: datetime
    until: datetime
    energy_wh: float
    mean_w: float
    least_w: float
    most_w: float


def read_point(look: Look, span: Span, at: datetime, sample: timedelta) -> PointView:
    """Measure one step, as far as it has begun.

    Args:
        look: Gives the reading of an instant.
        span: The step.
        at: Instant of the newest reading.
        sample: How often a power is looked at; where it begins or ends every `FINE`.
    """
    if span.at > at:
        return PointView(span.at, span.until, False, None, None, {}, {}, {})
    end = min(span.until, at)
    first, last = look(span.at), look(end)
    names = _powers(first)
    parts = _parts(look, (span.at, end), sample)
    if sample > FINE:
        parts = _refined(look, names, parts, first, last)
    hours = [(part.until - part.at).total_seconds() / 3600.0 for part, _ in parts]
    energies = {
        name: [float(getattr(reading, name)) * each for (_, reading), each in zip(parts, hours, strict=True)]
        for name in names
    }
    return PointView(
        at=span.at,
        until=span.until,
        known=True,
        reading=first,
        last=last,
        mean={
            name: sum(each) / sum(hours) if end > span.at else float(getattr(first, name))
            for name, each in energies.items()
        },
        positive_wh={name: sum(max(value, 0.0) for value in each) for name, each in energies.items()},
        negative_wh={name: -sum(min(value, 0.0) for value in each) for name, each in energies.items()},
    )


def _parts(look: Look, ends: tuple[datetime, datetime], sample: timedelta) -> list[tuple[Span, Reading]]:
    """Cut a range into samples, the last as long as is left, each with what was measured in its middle."""
    start, end = ends
    count = max(-(-(end - start) // sample), 1)
    cuts = [Span(start + sample * each, min(start + sample * (each + 1), end)) for each in range(count)]
    return [(cut, look(cut.at + (cut.until - cut.at) / 2)) for cut in cuts]


def _refined(
    look: Look, names: Sequence[str], parts: list[tuple[Span, Reading]], first: Reading, last: Reading
) -> list[tuple[Span, Reading]]:
    """Cut finely the samples in which a power begins or ends: a half-used hour is not a whole one."""
    flows = [[getattr(each, name) != 0 for name in names] for each in (first, *(reading for _, reading in parts), last)]
    found: list[tuple[Span, Reading]] = []
    for (part, reading), before, now, after in zip(parts, flows, flows[1:], flows[2:], strict=False):
        even = before == now == after
        found += [(part, reading)] if even else _parts(look, (part.at, part.until), FINE)
    return found


def summed(points: Sequence[PointView]) -> list[PointView]:
    """Add to each point what flowed from the beginning of the series to its end; a step in the future adds nothing."""
    positive: dict[str, float] = {}
    negative: dict[str, float] = {}
    found = []
    for point in points:
        positive = {**positive, **{name: positive.get(name, 0.0) + each for name, each in point.positive_wh.items()}}
        negative = {**negative, **{name: negative.get(name, 0.0) + each for name, each in point.negative_wh.items()}}
        found.append(replace(point, positive_sum_wh=positive, negative_sum_wh=negative))
    return found


def runs_of(points: Sequence[PointView]) -> dict[str, list[RunView]]:
    """Join the known steps in which a power is not 0: name of the power → its runs."""
    known = [point for point in points if point.known]
    names = known[0].mean if known else {}
    return {
        name: [_run(name, list(some)) for flows, some in groupby(known, partial(_flows, name)) if flows]
        for name in names
    }


def _flows(name: str, point: PointView) -> bool:
    return point.positive_wh[name] + point.negative_wh[name] > 0.0


def _run(name: str, points: Sequence[PointView]) -> RunView:
    energy_wh = sum(point.positive_wh[name] + point.negative_wh[name] for point in points)
    means = [abs(point.mean[name]) for point in points]
    last = points[-1].last
    start, end = points[0].at, points[-1].until if last is None else last.at  # which is now, where it has not ended
    mean_w = energy_wh * 3600.0 / (end - start).total_seconds()
    return RunView(start, end, energy_wh, mean_w, min(means), max(means))


def _powers(reading: Reading) -> list[str]:
    """List the powers of a reading that change with time."""
    names = [each.name for each in fields(reading) if each.name.endswith("_w") and not each.name.startswith(_RATINGS)]
    return names if "power_w" in names else [*names, "power_w"]
