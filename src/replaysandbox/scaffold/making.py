"""A body made from its schema: all it may hold, from its examples where there are any, and held to it in the end.

What a schema demands cannot always be seen from it (`not`, counts of alternatives that fit, patterns that look around).
So a value is made, held to the schema, and made again more plainly where it broke it, until it keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from replaysandbox.core.pointers import followed, joined
from replaysandbox.scaffold.meanings import Hole
from replaysandbox.scaffold.plain_values import given_for, is_kind, kind_of, scalar
from replaysandbox.scaffold.tree import Loop

DEEPEST: Final = 7
"""Levels down to which optional members are made. Ours: what people still look at."""

LARGEST: Final = 250
"""Values after which only what must be there is made. Ours: some pages of a template."""

_BOTTOM: Final = 40
_Path = tuple[str, ...]

Where = Literal["page", "device", "part"]
"""Where a property stands: around a list of devices, in a device itself, or in a part of it."""

Filler = Callable[[str, Mapping[str, Any], Where], Hole | None]
"""(name of a property, its schema, where it stands) → what fills it, or None."""


@dataclass(slots=True)
class Maker:
    """Makes bodies.

    Attributes:
        document: The contract's document.
        filler: Fills properties from what is known beside the schema; None: nothing.
        loop: Whether the first list of objects is one of devices.
        turn: Which of several alternatives is taken.
        plain: Way into the body (`*` for any index) → how plainly it is made there: 1 without examples and holes,
            2 only what must be there.
        count: Values made so far.
        looped: Whether the list of devices was met.
    """

    document: Mapping[str, Any]
    filler: Filler | None = None
    loop: bool = False
    turn: int = 0
    plain: Mapping[_Path, int] = field(default_factory=dict)
    count: int = 0
    looped: bool = False

    def make(self, place: str, hint: Any = None) -> Any:
        """Make a body for the schema at a pointer.

        Args:
            place: JSON pointer of the schema.
            hint: An example of it, or None.
        """
        return self._value(place, _Way(), hint)

    def _value(self, place: str, way: _Way, hint: Any) -> Any:
        try:
            place, schema = followed(self.document, place)
        except KeyError:
            return {}
        if not isinstance(schema, Mapping) or way.depth > _BOTTOM:
            return {} if hint is None else hint
        self.count += 1
        way = replace(way.into(place), plain=max(way.plain, self.plain.get(way.path, 0)))
        if self.count > LARGEST or way.depth > DEEPEST or way.again:
            way = replace(way, plain=max(way.plain, 2))
        given = given_for(schema, hint, plain=way.plain > 0)
        if "const" in schema:
            return schema["const"]
        if isinstance(schema.get("enum"), list) and schema["enum"]:
            return self._choice(schema["enum"], given)
        return self._combined(place, schema, way, given)

    def _choice(self, choices: list[Any], given: Any) -> Any:
        known = [each for each in choices if each is not None] or choices
        return given if given in known and not self.turn else known[self.turn % len(known)]

    def _combined(self, place: str, schema: Mapping[str, Any], way: _Way, given: Any) -> Any:
        """Make what a schema says itself, and what those beside it add."""
        value = self._plain(place, schema, way, given)
        for word in ("oneOf", "anyOf"):
            options = schema.get(word)
            if isinstance(options, list) and options:
                value = self._merged(
                    value, self._value(joined(place, word, self._option(place, word, options)), way, given), way.path
                )
        for position, part in enumerate(_parts(schema.get("allOf"))):
            if "if" not in part:
                value = self._merged(value, self._value(joined(place, "allOf", position), way, given), way.path)
        for position, part in enumerate(_parts(schema.get("allOf"))):
            if "if" in part and "then" in part and _fits(part["if"], value):
                value = self._merged(value, self._value(joined(place, "allOf", position, "then"), way, given), way.path)
        return {} if value is _NOTHING else value

    def _merged(self, one: Any, other: Any, path: _Path) -> Any:
        """Join what two schemas say of one value: the second wins, but the first where that broke something."""
        if one is _NOTHING or other is _NOTHING:
            return other if one is _NOTHING else one
        if isinstance(one, dict) and isinstance(other, dict):
            both = {name: self._merged(one[name], other[name], (*path, name)) for name in other if name in one}
            return {**one, **other, **both}
        return one if other == {} or self.plain.get(path, 0) % 2 else other

    def _option(self, place: str, word: str, options: list[Any]) -> int:
        """Choose an alternative: by turn, and none that is only null."""
        known = [position for position in range(len(options)) if self._kind(joined(place, word, position)) != "null"]
        return known[self.turn % len(known)] if known else 0

    def _kind(self, place: str) -> str:
        try:
            schema = followed(self.document, place)[1]
        except KeyError:
            return ""
        return kind_of(schema) if isinstance(schema, Mapping) else ""

    def _plain(self, place: str, schema: Mapping[str, Any], way: _Way, given: Any) -> Any:
        kind = kind_of(schema)
        if kind == "object":
            return self._object(place, schema, way, given)
        if kind == "array":
            return self._array(place, schema, way, given)
        if not kind:
            beside = any(word in schema for word in ("oneOf", "anyOf", "allOf"))
            return _NOTHING if beside or given is None else given
        return given if is_kind(given, kind) else scalar(schema, kind)

    def _object(self, place: str, schema: Mapping[str, Any], way: _Way, given: Any) -> dict[str, Any]:
        properties = schema.get("properties", {})
        required = [name for name in schema.get("required", ()) if isinstance(name, str)]
        hints = given if isinstance(given, Mapping) else {}
        made: dict[str, Any] = {}
        for name in dict.fromkeys((*properties, *required)):
            inner = way.at(name)
            level = max(way.plain, self.plain.get(inner.path, 0))
            if name not in required and (level > 1 or self._left_out(joined(place, "properties", name), way)):
                continue
            made[name] = (
                self._member(place, name, inner, hints.get(name)) if name in properties else hints.get(name, {})
            )
        if not properties and isinstance(given, Mapping) and way.plain == 0:
            return dict(given)
        more = int(schema.get("minProperties", 0)) - len(made)
        for number in range(min(more, 20)):
            inner_place = joined(place, "additionalProperties")
            made[f"key{number + 1}"] = self._value(inner_place, way.at(f"key{number + 1}"), None)
        return made

    def _left_out(self, place: str, way: _Way) -> bool:
        """Tell whether an optional member is left out: what is forbidden, or what it is itself a part of."""
        try:
            place, schema = followed(self.document, place)
        except KeyError:
            return True
        return schema is False or place in way.places

    def _member(self, place: str, name: str, way: _Way, hint: Any) -> Any:
        at = joined(place, "properties", name)
        level = max(way.plain, self.plain.get(way.path, 0))
        if self.filler is not None and level == 0:
            hole = self.filler(name, self._flat(at), self._where(way))
            if hole is not None:
                self.count += 1
                return hole
        return self._value(at, way, hint)

    def _where(self, way: _Way) -> Where:
        if self.loop and not way.offset:
            return "page"
        return "device" if len(way.path) - way.offset == 1 else "part"

    def _flat(self, place: str) -> Mapping[str, Any]:
        """Give the schema of a member, with what a single `allOf` or a null beside it adds."""
        try:
            schema = followed(self.document, place)[1]
        except KeyError:
            return {}
        if not isinstance(schema, Mapping):
            return {}
        for word in ("allOf", "anyOf", "oneOf"):
            parts = [(at, each) for at, each in enumerate(_parts(schema.get(word))) if each.get("type") != "null"]
            if len(parts) == 1:
                beside = {key: each for key, each in schema.items() if key != word}
                return {**self._flat(joined(place, word, parts[0][0])), **beside} if "$ref" not in schema else beside
        return schema

    def _array(self, place: str, schema: Mapping[str, Any], way: _Way, given: Any) -> Any:
        first = [
            self._value(joined(place, "prefixItems", position), way.at("*"), None)
            for position in range(len(_parts(schema.get("prefixItems"))))
        ]
        least, most = int(schema.get("minItems", 0)), int(schema.get("maxItems", 100))
        items = joined(place, "items")
        if self.loop and not self.looped and "items" in schema and way.plain == 0 and self._kind(items) == "object":
            self.looped = True
            inside = replace(way.at("*"), offset=len(way.path) + 1)
            return Loop(self._value(items, inside, _first(given)))
        wanted = min(max(least, 0 if way.plain > 1 or way.again else 1) - len(first), most - len(first))
        if "items" not in schema or not isinstance(schema["items"], Mapping):
            wanted = min(max(least - len(first), 0), 20)
            return first + [{} for _ in range(wanted)]
        made = []
        for number in range(min(wanted, 20)):
            before = self.turn
            self.turn += number if schema.get("uniqueItems") else 0
            made.append(self._value(items, way.at("*"), _nth(given, number)))
            self.turn = before
        return first + made


@dataclass(frozen=True, slots=True)
class _Way:
    """How a value is reached: the way into the body, the schemas on it, and how plainly it is made."""

    path: _Path = ()
    places: tuple[str, ...] = ()
    plain: int = 0
    offset: int = 0
    again: bool = False

    @property
    def depth(self) -> int:
        return len(self.path)

    def into(self, place: str) -> _Way:
        return replace(self, places=(*self.places, place), again=self.again or self.places.count(place) > 1)

    def at(self, name: str) -> _Way:
        return replace(self, path=(*self.path, name))


class _Nothing:
    """No value at all: a schema that says nothing of its own."""


_NOTHING: Final = _Nothing()


def _parts(value: Any) -> list[Mapping[str, Any]]:
    return [each if isinstance(each, Mapping) else {} for each in value] if isinstance(value, list) else []


def _first(given: Any) -> Any:
    return _nth(given, 0)


def _nth(given: Any, number: int) -> Any:
    return given[number] if isinstance(given, list) and number < len(given) else None


def _fits(condition: Any, value: Any) -> bool:
    """Tell whether a value meets the condition that a discriminator makes."""
    if not isinstance(condition, Mapping) or not isinstance(value, dict):
        return False
    wanted = condition.get("properties", {})
    return all(
        name in value and isinstance(each, Mapping) and value[name] == each.get("const")
        for name, each in wanted.items()
    )
