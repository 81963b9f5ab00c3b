"""What a contract would cost to check, known before anything is checked: bombs are refused, deep bodies bounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final

from replaysandbox.contract.dialect import dicts
from replaysandbox.contract.validators import pattern_problem, shape_problem
from replaysandbox.core.counted import many
from replaysandbox.core.pointers import joined, target_of

MOST_CHOICES: Final = 10_000
"""Most members of an `enum`. Ours."""

MOST_STEPS: Final = 20_000
"""Most schemas that one value is held against at once. Ours: 3 ms of the compiled validator."""

MOST_WORK: Final = 1_000_000
"""Most schemas along one way into a body. Ours: 0.2 s of the compiled validator."""

LONGEST_CHAIN: Final = 40
"""Most references one after the other, and schemas within schemas for one value. Ours."""

DEEPEST: Final = 64
"""Deepest body, as `core/json_body.py`."""

_SHALLOWEST: Final = 4
_HERE: Final = ("allOf", "anyOf", "oneOf")
_ONE: Final = ("not", "if", "then", "else")
_INTO: Final = (
    "items",
    "additionalProperties",
    "contains",
    "unevaluatedItems",
    "unevaluatedProperties",
    "propertyNames",
)


@dataclass(slots=True)
class _Graph:
    """Schemas by pointer: those that apply to the same value, and those that apply to a part of it, by which part."""

    here: dict[str, list[str]] = field(default_factory=dict)
    into: dict[str, dict[str, list[str]]] = field(default_factory=dict)


def bounds_of(document: Mapping[str, Any]) -> tuple[int, list[tuple[str, str]]]:
    """Measure what checking against a document can cost.

    Args:
        document: In the words of JSON Schema 2020-12.

    Returns:
        The deepest body that can be checked in bounded time, and what is refused: pointer and reason.
    """
    problems = [problem for pointer, schema in dicts(document) for problem in _local(pointer, schema)]
    problems += _malformed(document)
    graph = _graph(document)
    try:
        order = list(TopologicalSorter(graph.here).static_order())
    except CycleError as error:
        places = error.args[1]
        reason = f"refers to itself in a circle of {len(places) - 1}: no value could ever be held to it"
        return 0, [*problems, (places[0], reason)]
    problems += _chains(graph, order)
    return (0, problems) if problems else _depth(graph, order)


def _local(pointer: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    choices = schema.get("enum")
    if isinstance(choices, list) and len(choices) > MOST_CHOICES:
        yield joined(pointer, "enum"), f"lists {many(len(choices), 'value')}; {MOST_CHOICES:,} are the most"
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and (why := pattern_problem(pattern)):
        yield joined(pointer, "pattern"), f"'{pattern[:60]}' {why}"
    patterns = schema.get("patternProperties")
    for each in patterns if isinstance(patterns, Mapping) else ():
        if why := pattern_problem(each):
            yield joined(pointer, "patternProperties", each), f"'{each[:60]}' {why}"


def _malformed(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Find what stands where a schema belongs, and is none."""
    for pointer, schema in _outermost(document):
        if problem := shape_problem(schema):
            yield pointer + problem[0], problem[1]


def _outermost(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """List the schemas that lie in no other one."""
    components = document.get("components")
    named = components.get("schemas") if isinstance(components, Mapping) else None
    for name, schema in named.items() if isinstance(named, Mapping) else ():
        yield joined("", "components", "schemas", name), schema
    for pointer, holder in dicts(document):
        if "schema" in holder and not pointer.startswith("/components/schemas/"):
            yield joined(pointer, "schema"), holder["schema"]


def _graph(document: Mapping[str, Any]) -> _Graph:
    graph = _Graph()
    for pointer, schema in dicts(document):
        here = [target_of(schema["$ref"])] if isinstance(schema.get("$ref"), str) else []
        for word in _HERE:
            here += [joined(pointer, word, each) for each in range(len(_list(schema.get(word))))]
        here += [joined(pointer, word) for word in _ONE if isinstance(schema.get(word), dict)]
        into = _parts(pointer, schema)
        if here:
            graph.here[pointer] = here
        if into:
            graph.into[pointer] = into
    return graph


def _parts(pointer: str, schema: Mapping[str, Any]) -> dict[str, list[str]]:
    """List the schemas for parts of a value, by the part: `.name`, or `*` for any."""
    into = {f".{name}": [joined(pointer, "properties", name)] for name in _names(schema.get("properties"))}
    wild = [joined(pointer, word) for word in _INTO if isinstance(schema.get(word), dict)]
    wild += [joined(pointer, "patternProperties", name) for name in _names(schema.get("patternProperties"))]
    return {**into, "*": wild} if wild else into


def _names(value: Any) -> list[str]:
    return list(value) if isinstance(value, dict) else []


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _chains(graph: _Graph, order: list[str]) -> Iterator[tuple[str, str]]:
    """Find schemas that lead through too many others before a value is judged."""
    steps: dict[str, int] = {}
    chain: dict[str, int] = {}
    for pointer in order:
        targets = graph.here.get(pointer, ())
        steps[pointer] = 1 + sum(steps[each] for each in targets)
        chain[pointer] = 1 + max((chain[each] for each in targets), default=0)
        if chain[pointer] > LONGEST_CHAIN:
            yield pointer, f"leads through more than {LONGEST_CHAIN} schemas, one after the other"
            return
        if steps[pointer] > MOST_STEPS:
            yield pointer, f"multiplies: one value would be held against more than {MOST_STEPS:,} schemas"
            return


def _depth(graph: _Graph, order: list[str]) -> tuple[int, list[tuple[str, str]]]:
    """Find how deep a body may be before the work along one way into it passes the bound.

    The work for a body of d levels is that for the value itself and, for the dearest part, that for d - 1 levels.
    """
    known = list(dict.fromkeys((*order, *graph.into)))
    before: dict[str, int] = {}
    for level in range(1, DEEPEST + 1):
        work: dict[str, int] = {}
        for pointer in known:
            here = sum(work.get(each, 1) for each in graph.here.get(pointer, ()))
            work[pointer] = 1 + here + _dearest(graph.into.get(pointer, {}), before)
            if work[pointer] > MOST_WORK:
                why = f"multiplies with each level of a body: past {level - 1} it cannot be checked in bounded time"
                return level - 1, [(pointer, why)] if level - 1 < _SHALLOWEST else []
        if work == before:
            break
        before = work
    return DEEPEST, []


def _dearest(parts: Mapping[str, list[str]], before: Mapping[str, int]) -> int:
    costs = {name: sum(before.get(each, 1) for each in targets) for name, targets in parts.items()}
    return costs.pop("*", 0) + max(costs.values(), default=0)
