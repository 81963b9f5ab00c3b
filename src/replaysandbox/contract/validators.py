"""Two validators of one contract: a compiled one that only says yes or no, and one that explains.

Both take regular expressions from the compiled one's engine, whose work is bounded whatever the pattern; Python's own
is not. A body goes to the explaining validator only when the compiled one has said no.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any, Final, NoReturn
from urllib.parse import quote

import jsonschema_rs
import orjson
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from replaysandbox.contract.formats import COMPILED, format_checker
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.pointers import joined

MOST_ERRORS: Final = 50
"""Violations of one body that are told. Ours."""

LONGEST_PATTERN: Final = 10_000
"""Longest regular expression that is taken. Ours. [characters]"""

_ANNOTATIONS: Final = frozenset(
    [
        "title",
        "description",
        "default",
        "deprecated",
        "readOnly",
        "writeOnly",
        "examples",
        "example",
        "$comment",
        "$recursiveAnchor",
        "contentEncoding",
        "contentMediaType",
        "externalDocs",
        "xml",
    ]
)
"""Keywords that hold no value to anything; specifications in use have them wrong. Source: JSON Schema 2020-12, 9."""

_NAMED: Final = frozenset(("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"))
"""Keywords whose members are schemas by name, which may be that of another keyword."""

_BASE: Final = "urn:contract"
_BACKTRACKS: Final = 5_000  # steps a pattern with look-around may go back; then it counts as not fitting


@dataclass(frozen=True, slots=True)
class Schemas:
    """The schemas of a document made ready, each compiled when it is first asked for."""

    registry: Registry[Any] = field(repr=False)
    compiled_registry: jsonschema_rs.Registry = field(repr=False)
    compiled: dict[str, Any] = field(default_factory=dict, repr=False)
    explaining: dict[str, Any] = field(default_factory=dict, repr=False)


def make_schemas(document: Mapping[str, Any]) -> Schemas:
    """Make the schemas of a document ready; nothing outside of it is ever fetched."""
    registry: Registry[Any] = Registry().with_resource(_BASE, DRAFT202012.create_resource(document))
    return Schemas(registry, jsonschema_rs.Registry([(_BASE, dict(document))], retriever=_refused))


def _refused(address: str) -> NoReturn:
    raise ValueError(f"{address} is not fetched")


def holds(schemas: Schemas, clause: str, value: Any) -> bool:
    """Tell whether a value keeps the schema at a pointer; fast.

    Raises:
        SandboxError: There is no schema, but something else.
    """
    validator = schemas.compiled.get(clause)
    if validator is None:
        validator = schemas.compiled[clause] = _made(schemas, clause)
    try:
        return bool(validator.is_valid(value))
    except ValueError:  # a number beyond its own range
        return False


def _made(schemas: Schemas, clause: str) -> jsonschema_rs.Draft202012Validator:
    try:
        return jsonschema_rs.Draft202012Validator(
            _reference(clause),
            formats=COMPILED,
            validate_formats=True,
            registry=schemas.compiled_registry,
            pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=_BACKTRACKS),
        )
    except jsonschema_rs.ValidationError as error:
        hint = "mend the contract, or your copy of it"
        reason = f"leads to what is no JSON Schema: {error.message[:300]}"
        raise SandboxError(Problem("the contract", 0, clause[1:].replace("/", "."), reason, hint)) from error


def errors(schemas: Schemas, clause: str, value: Any) -> list[ValidationError]:
    """Explain what a value breaks of the schema at a pointer, at most `MOST_ERRORS`.

    Raises:
        RecursionError: It is nested too deep.
    """
    validator = schemas.explaining.get(clause)
    if validator is None:
        validator = schemas.explaining[clause] = _Explaining(
            _reference(clause), registry=schemas.registry, format_checker=_FORMATS
        )
    return list(islice(validator.iter_errors(value), MOST_ERRORS))


def pattern_problem(pattern: str) -> str:
    """Say why a regular expression is not taken; empty where it is."""
    if len(pattern) > LONGEST_PATTERN:
        return f"is longer than {LONGEST_PATTERN:,} characters"
    try:
        _compiled(pattern)
    except (jsonschema_rs.ValidationError, ValueError):
        return "is no regular expression that can be matched within bounds"
    return ""


def looks_around(pattern: str) -> bool:
    """Tell whether a regular expression needs an engine that goes back: it looks around, or refers back."""
    if pattern_problem(pattern):
        return False
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions())
    except (jsonschema_rs.ValidationError, ValueError):
        return True
    return False


def shape_problem(schema: Any) -> tuple[str, str] | None:
    """Say where a schema is none, as a pointer into it, and why; None where all that values are held to is right."""
    error = next((each for each in _META.iter_errors(schema) if not _harmless(each)), None)
    return (joined("", *error.instance_path), f"is no JSON Schema: {error.message[:200]}") if error else None


def _harmless(error: jsonschema_rs.ValidationError) -> bool:
    """Tell whether a schema is wrong where no value is held to it: in an annotation, or a list that repeats itself."""
    place = list(error.instance_path)
    named = len(place) > 1 and place[-2] in _NAMED
    return list(error.schema_path)[-1:] == ["uniqueItems"] or (bool(place) and place[-1] in _ANNOTATIONS and not named)


def _reference(clause: str) -> dict[str, str]:
    return {"$ref": f"{_BASE}#{quote(clause, safe='/~')}"}


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> jsonschema_rs.Draft202012Validator:
    options = jsonschema_rs.FancyRegexOptions(backtrack_limit=_BACKTRACKS)
    return jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=options)


def _pattern(validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(value, "string") and not _compiled(pattern).is_valid(value):
        yield ValidationError(f"{value[:80]!r} does not match {pattern[:200]!r}")


def _pattern_properties(validator: Any, patterns: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if not validator.is_type(value, "object"):
        return
    for pattern, inner in patterns.items():
        for key, member in value.items():
            if _compiled(pattern).is_valid(key):
                yield from validator.descend(member, inner, path=key, schema_path=pattern)


def _additional_properties(validator: Any, rule: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    if not validator.is_type(value, "object"):
        return
    patterns = schema.get("patternProperties", {})
    extra = [
        key
        for key in value
        if key not in schema.get("properties", {}) and not any(_compiled(each).is_valid(key) for each in patterns)
    ]
    for key in extra:
        if rule is False:
            yield ValidationError(f"{key!r} was unexpected", path=[key])
        else:
            yield from validator.descend(value[key], rule, path=key)


def _unique_items(validator: Any, wanted: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    """Compare by canonical text: as quick for a hundred thousand members as for two."""
    if not wanted or not validator.is_type(value, "array"):
        return
    seen = set()
    for position, member in enumerate(value):
        text = orjson.dumps(member, option=orjson.OPT_SORT_KEYS)
        if b".0" in text:
            text = orjson.dumps(_canonical(member), option=orjson.OPT_SORT_KEYS)
        if text in seen:
            yield ValidationError(f"member {position} repeats an earlier one")
            return
        seen.add(text)


def _canonical(value: Any) -> Any:
    """Write 1.0 as 1: they are equal in JSON Schema."""
    if isinstance(value, dict):
        return {key: _canonical(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_canonical(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


_META = jsonschema_rs.Draft202012Validator(Draft202012Validator.META_SCHEMA)
_FORMATS = format_checker()
_Explaining: Any = extend(  # type: ignore[no-untyped-call] # the stubs leave it open
    Draft202012Validator,
    {
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "uniqueItems": _unique_items,
    },
)
