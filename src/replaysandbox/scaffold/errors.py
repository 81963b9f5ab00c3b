"""How an API says no, by what its contract promises: words for the pack, and for routes that word it otherwise."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from replaysandbox.core.contract import ContractOperation
from replaysandbox.scaffold.answers import Answer, body_of, is_text, refusal_of, text_of
from replaysandbox.scaffold.bodies import Promise
from replaysandbox.scaffold.making import Filler, Maker, Where
from replaysandbox.scaffold.meanings import Hole
from replaysandbox.scaffold.names import phrase
from replaysandbox.scaffold.shelf import Shelf
from replaysandbox.scaffold.tree import template_of

ERRORS: Final[Mapping[str, tuple[tuple[int, ...], str]]] = {
    "missing_credential": ((401, 403), "A key is needed."),
    "invalid_credential": ((401, 403), "The key is not known."),
    "expired_token": ((401, 403), "The token has expired."),
    "bad_parameter": ((400, 422), "{parameter} {reason}."),
    "bad_body": ((400, 422), "The body {reason}."),
    "device_not_found": ((404, 410), "There is no {device}."),
    "device_offline": ((503, 504, 502), "The device cannot be reached."),
    "conflict": ((409,), "It is in use."),
    "rate_limited": ((429,), "Too many requests."),
    "internal_error": ((500,), "Something went wrong."),
}
"""Error by name → statuses APIs have for it, the usual one first, and a message. All but `conflict` and those below it
are raised by the engine; these are for faults."""

_FAULTS: Final = ("conflict", "rate_limited", "internal_error")

OAUTH_ERRORS: Final[Mapping[str, tuple[int, str]]] = {
    "unsupported_grant": (400, "unsupported_grant_type"),
    "invalid_client": (401, "invalid_client"),
    "invalid_grant": (400, "invalid_grant"),
    "bad_authorization": (400, "invalid_request"),
}
"""Source: RFC 6749, 5.2 and 4.1.2.1."""

_MESSAGES: Final = re.compile(
    r"(error )?(message|msg|description|detail|reason|title|text|summary)|error|(user|developer) message|errors?"
)
_CODES: Final = re.compile(r"(error )?(code|type|name|id)")
_STATUSES: Final = re.compile(r"(http )?(status|code)( code)?|error code")
_BOUND: Final = ("enum", "const", "pattern", "format", "maxLength")

Words = Mapping[str, Any]
"""One error as `errors:` of a pack or a route has it."""


@dataclass(slots=True)
class ErrorBook:
    """The errors of a contract.

    Attributes:
        promise: The contract.
        shelf: Where templates are put.
        unmade: Answers for which no body was found.
        by_operation: Operation → error → its words.
        without: Errors that the pack does without: some body of theirs could not be made, and none of them is needed.
    """

    promise: Promise
    shelf: Shelf
    unmade: list[str] = field(default_factory=list)
    by_operation: dict[str, dict[str, Words]] = field(default_factory=dict)
    without: set[str] = field(default_factory=set)
    _templates: dict[str, str] = field(default_factory=dict)

    def read(self, operation: ContractOperation) -> None:
        """Note how an operation words each error."""
        found: dict[str, Words] = {}
        for name, (statuses, message) in ERRORS.items():
            answer = refusal_of(self.promise, operation, statuses)
            if answer is None or not 200 <= answer.status <= 599:
                continue
            before = len(self.unmade)
            words = {"status": answer.status, "code": name, "message": message, "template": self._template(answer)}
            if name in _FAULTS and len(self.unmade) > before:
                self.without.add(name)
            found[name] = {**words, "headers": answer.headers} if answer.headers else words
        self.by_operation[operation.place] = found

    def usual(self) -> dict[str, Words]:
        """Give the words of the whole pack: of each error the ones most operations have, or ours where none has any."""
        usual: dict[str, Words] = {}
        for name, (statuses, message) in ERRORS.items():
            seen = [words[name] for words in self.by_operation.values() if name in words]
            if name in self.without:
                continue
            if seen and (name not in _FAULTS or self._told(statuses)):
                key = Counter(map(_key, seen)).most_common(1)[0][0]
                usual[name] = next(words for words in seen if _key(words) == key)
            elif name not in _FAULTS:
                own = self.shelf.put("error", _OURS)
                usual[name] = {"status": statuses[0], "code": name, "message": message, "template": own}
        return usual

    def _told(self, statuses: tuple[int, ...]) -> bool:
        """Tell whether any operation promises one of some statuses by itself."""
        return any(str(status) in each.responses for status in statuses for each in self.promise.checker.contract.calls)

    def _template(self, answer: Answer) -> str:
        known = f"{answer.kind} {answer.schema} {answer.hint!r}"
        if known not in self._templates:
            text = text_of(answer) if is_text(answer) else self._text(answer)
            self._templates[known] = self.shelf.put("error", text, ".txt.j2" if is_text(answer) else ".json.j2")
        return self._templates[known]

    def _text(self, answer: Answer) -> str:
        if not answer.kind:
            return "{# no body is promised #}\n"
        made = body_of(self.promise, answer, _filler_for(answer.status))
        if made is None:
            self.unmade.append(f"{answer.status} of {answer.schema}")
        tree = Maker(self.promise.document, plain={(): 2}).make(answer.schema) if made is None else made.tree
        return f"{{# guess: which words stand where is told from their names #}}\n{template_of(tree)}"


_OURS: Final = (
    '{# guess: the contract says nothing of errors #}\n{"error": {{ error.code }}, "message": {{ error.message }} }\n'
)


def _key(words: Words) -> str:
    return repr((words["status"], words["template"], words.get("headers")))


def _filler_for(status: int) -> Filler:
    """Fill the words of an error's body by their names."""

    def fill(name: str, schema: Mapping[str, Any], _where: Where) -> Hole | None:
        text, kinds = phrase(name), schema.get("type")
        kinds = [kinds] if isinstance(kinds, str) else kinds or []
        if "string" in kinds and not any(word in schema for word in _BOUND):
            return _first(text, ((_MESSAGES, "error.message", ("text",)), (_CODES, "error.code", ("text",))))
        if ("integer" in kinds or "number" in kinds) and "enum" not in schema:
            return _first(text, ((_STATUSES, "error.status", (400, 599, status)),))
        return None

    return fill


_Row = tuple[re.Pattern[str], str, tuple[Any, ...]]


def _first(text: str, rows: tuple[_Row, ...]) -> Hole | None:
    return next((Hole(at, tries, "") for pattern, at, tries in rows if pattern.fullmatch(text)), None)


def without_default(words: Words, template: str) -> Words:
    """Leave out the template where it is the pack's own."""
    return {key: value for key, value in words.items() if key != "template" or value != template}
