"""The rules of matching made ready: which parts of a request are compared, and how closely."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

import orjson
import re2

from replaysandbox.core.capture import RecordedRequest
from replaysandbox.core.match_rules import MatchRules, PathRule, Place
from replaysandbox.redact.names import meaning
from replaysandbox.replay.parts import Part, parts_of, segments

VOLATILE_HEADERS = frozenset(
    (
        "accept-encoding",
        "age",
        "authorization",
        "baggage",
        "cache-control",
        "cdn-loop",
        "connection",
        "content-length",
        "cookie",
        "date",
        "dpop",
        "expect",
        "forwarded",
        "host",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "keep-alive",
        "origin",
        "pragma",
        "priority",
        "referer",
        "te",
        "traceparent",
        "tracestate",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "via",
    )
)
"""Header fields about the client, the connection or the moment. Ours, by RFC 9110."""

_VOLATILE_PREFIXES = ("x-forwarded-", "x-sandbox-", "x-amz-", "x-b3-", "sec-", "proxy-")

VOLATILE_NAMES = frozenset(
    (
        "_",
        "cachebuster",
        "clientassertion",
        "codeverifier",
        "correlationid",
        "cb",
        "idempotencykey",
        "nonce",
        "requestid",
        "sig",
        "sign",
        "signature",
        "traceid",
        "transactionid",
        "xrequestid",
        "xcorrelationid",
        "xidempotencykey",
    )
)
"""Names, dashes and underscores left out, of what is new in each request. Ours."""

_PRESENT = "any"
_NUMBER = "number"
_LOGIN_CODE: Place = ("body", "form", "code")
"""The code of a login, good for one exchange. Elsewhere a code may mean anything. Source: RFC 6749, 4.1.3."""


def is_volatile_header(name: str) -> bool:
    """Tell whether a header field (lower case) changes from run to run without a meaning for the answer."""
    return name in VOLATILE_HEADERS or name.startswith(_VOLATILE_PREFIXES) or is_volatile_name(name)


_LONGEST_KNOWN = 200  # longer names are not remembered: a key of somebody's JSON may have a megabyte


def is_volatile_name(name: str) -> bool:
    """Tell whether a parameter or key of this name holds a credential, or what is new in each request."""
    return _known(name) if len(name) <= _LONGEST_KNOWN else _is_volatile_name(name)


def _is_volatile_name(name: str) -> bool:
    return name.replace("-", "").replace("_", "").lower() in VOLATILE_NAMES or meaning(name) == "secret"


_known = lru_cache(maxsize=4096)(_is_volatile_name)


@dataclass(frozen=True, slots=True)
class Normal:
    """A request as it is compared.

    Attributes:
        fixed: Parts that must be equal, in an order that does not depend on the request's own.
        loose: Numbers that may differ a little: place, number, by how much.
    """

    fixed: tuple[Part, ...]
    loose: tuple[tuple[Place, float, float], ...] = ()


class Judge:
    """Says of each part of a request how it is compared."""

    def __init__(self, rules: MatchRules) -> None:
        self._rules = rules
        self._ready = [_Ready(rule) for rule in rules.rules]

    def is_compared(self, name: str) -> bool:
        """Tell whether a header field (lower case) is compared where all are."""
        return not (self._rules.volatile and is_volatile_header(name))

    def parts(self, request: RecordedRequest) -> list[Part]:
        """Take a request apart, as far as it is compared."""
        return parts_of(request, self._rules.headers, self.is_compared)

    def normal(self, request: RecordedRequest, parts: Iterable[Part], hidden: Sequence[Place] = ()) -> Normal:
        """Bring a request into the form in which it is compared.

        Args:
            request: The request.
            parts: What `parts` gave for it.
            hidden: Places that are compared by presence only: what was redacted there is not known.
        """
        ready = [each for each in self._ready if each.is_for(request)]
        fixed: list[Part] = []
        loose: list[tuple[Place, float, float]] = []
        for place, value in parts:
            if self._rules.volatile and _is_volatile(place):
                continue
            if any(fits(pattern, place) for pattern in hidden):
                fixed.append((place, _PRESENT))
            elif ready:
                _judged(ready, place, value, fixed, loose)
            else:
                fixed.append((place, value))
        fixed.sort(key=_place)
        return Normal(tuple(fixed), tuple(sorted(loose)))


def fits(pattern: Place, place: Place) -> bool:
    """Tell whether a place is one that a pattern means, or lies below it."""
    return len(pattern) <= len(place) and all(
        wanted == seen or ("*" in wanted and fnmatchcase(seen, wanted))
        for wanted, seen in zip(pattern, place, strict=False)
    )


def _place(part: Part) -> Place:
    return part[0]


def _is_volatile(place: Place) -> bool:
    """Look at the names in a place; segments of a path have none, and headers were chosen by name."""
    if place[0] in ("path", "header"):
        return False
    return place == _LOGIN_CODE or any(is_volatile_name(name) for name in place[1:])


def _judged(
    ready: Sequence[_Ready], place: Place, value: str, fixed: list[Part], loose: list[tuple[Place, float, float]]
) -> None:
    """Let the first rule that speaks of a place say how it is compared."""
    if any(rule.ignores(place) for rule in ready):
        return
    kind = next((kind for rule in ready if (kind := rule.kind(place, value))), None)
    fixed.append((place, kind or value))
    if kind == _NUMBER:
        most = next(most for rule in ready for pattern, most in rule.rule.tolerance.items() if fits(pattern, place))
        loose.append((place, float(_plain_text(value)), most))


def _plain_text(value: str) -> str:
    """Take the quotes off a text in JSON; people write expressions for what is inside."""
    if value.startswith('"'):
        try:
            return str(orjson.loads(value))
        except orjson.JSONDecodeError:
            return value
    return value


def _is_number(value: str) -> bool:
    try:
        return abs(float(_plain_text(value))) < float("inf")
    except ValueError:
        return False


class _Ready:
    """A rule with its path taken apart and its expressions compiled."""

    def __init__(self, rule: PathRule) -> None:
        self.rule = rule
        self.regex: list[tuple[Place, Any]] = [(place, compiled(text)) for place, text in rule.regex.items()]
        self._path = segments(rule.path) if rule.path else ("**",)

    def ignores(self, place: Place) -> bool:
        return any(fits(pattern, place) for pattern in self.rule.ignore)

    def kind(self, place: Place, value: str) -> str:
        """Say what is compared in place of the value; empty where the rule does not speak of it."""
        if any(fits(pattern, place) for pattern in self.rule.presence):
            return _PRESENT
        for pattern, expression in self.regex:
            if fits(pattern, place) and expression.fullmatch(_plain_text(value)):
                return f"like {expression.pattern}"
        if any(fits(pattern, place) for pattern in self.rule.tolerance) and _is_number(value):
            return _NUMBER
        return ""

    def is_for(self, request: RecordedRequest) -> bool:
        rule = self.rule
        if rule.method and rule.method != request.method:
            return False
        if rule.host and not fnmatchcase(request.host, rule.host):
            return False
        return _is_on(self._path, segments(request.path))


def compiled(text: str) -> Any:
    """Compile an expression of RE2: it takes time in proportion to the text, whatever the expression.

    Raises:
        ValueError: It is none.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(text, options)
    except re2.error as error:
        told = error.args[0]
        raise ValueError(told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)) from None


def _is_on(pattern: Sequence[str], path: Sequence[str]) -> bool:
    if pattern and pattern[-1] == "**":
        pattern, path = pattern[:-1], path[: len(pattern) - 1]
    return len(pattern) == len(path) and all(
        wanted in ("*", seen) or (wanted.startswith("{") and wanted.endswith("}"))
        for wanted, seen in zip(pattern, path, strict=True)
    )
