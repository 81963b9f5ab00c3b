"""How a route of a pack asks for a time series: names that must be there, and ranges that can be answered."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from replaysandbox.core.errors import Problem
from replaysandbox.core.nearest import nearest
from replaysandbox.core.series import MOST_POINTS, OF_PATH, SPAN_DAYS, points_of
from replaysandbox.files.yaml_file import Document, KeyPath


def series_problems(
    document: Document, place: KeyPath, route: Mapping[str, Any], arguments: Collection[str]
) -> Iterator[Problem]:
    """List what the key `series` of a route names that is not there, and what it promises that cannot be answered.

    Args:
        document: A pack.yaml, already of the right shape.
        place: Where the key is.
        route: The route.
        arguments: What its path catches.
    """
    words = route["series"]
    yield from _name_problems(document, place, route, arguments)
    if ("calendar" in words) is (("start" in words) and ("end" in words)):
        yield document.problem(place, "needs the keys 'start' and 'end', or the key 'calendar'")
    steps = words["steps"]
    for word in (
        words["default"],
        *words.get("longest", ()),
        *words.get("around", ()),
        *words.get("step_of", {}).values(),
    ):
        if word not in steps:
            yield document.problem(place, f"there is no step '{word}'", nearest(word, steps))
    for word, span in words.get("around", {}).items():
        if word in steps:
            yield from _span_problems(document, (*place, "around", word), words, word, span)
    if "family" not in route and route.get("by") != "home":
        yield document.problem(place, "a series is of a family's device, or by: home")


def _name_problems(
    document: Document, place: KeyPath, route: Mapping[str, Any], arguments: Collection[str]
) -> Iterator[Problem]:
    words, query = route["series"], route.get("query", ())
    for word in ("start", "end", "step"):
        name = words.get(word, "")
        if name.startswith(OF_PATH):
            argument = name.removeprefix(OF_PATH)
            if argument not in arguments:
                reason = f"there is no path argument '{argument}'"
                yield document.problem((*place, word), reason, nearest(argument, arguments))
        elif name and name not in query:
            yield _no_parameter(document, (*place, word), name, query, arguments)
    for unit, name in words.get("calendar", {}).items():
        if name not in query:
            yield _no_parameter(document, (*place, "calendar", unit), name, query, ())


def _no_parameter(
    document: Document, path: KeyPath, name: str, query: Collection[str], arguments: Collection[str]
) -> Problem:
    reason, hint = f"there is no query parameter of this route '{name}'", nearest(name, query)
    if name in arguments:
        return document.problem(path, reason, f"the path has it: write {OF_PATH}{name}")
    beside = f"; an argument of the path is written {OF_PATH}NAME" if arguments else ""
    return document.problem(path, reason, f"{hint}{beside}")


def _span_problems(
    document: Document, path: KeyPath, words: Mapping[str, Any], word: str, span: str
) -> Iterator[Problem]:
    """Tell of a span that is meant where no start is asked for, and that is then refused, being too long."""
    step, longest = words["steps"][word], words.get("longest", {}).get(word)
    if longest is not None and longest < SPAN_DAYS[span]:
        reason = f"a whole {span} is refused, for 'longest' says {longest} days"
        yield document.problem(path, reason, "take a shorter span here, or a greater 'longest'")
    if points_of(span, step) > MOST_POINTS:
        reason = (
            f"a whole {span} in steps of {step} has {points_of(span, step)} points, and an answer at most {MOST_POINTS}"
        )
        yield document.problem(path, reason, "take a shorter span or a longer step")
