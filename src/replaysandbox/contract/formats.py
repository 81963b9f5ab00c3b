"""The formats of texts that are asserted, once for both validators. A format not named here says nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from jsonschema import Draft202012Validator, FormatChecker

_KNOWN = Draft202012Validator.FORMAT_CHECKER
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*")
_HOST = re.compile(r"(?=.{1,253}\Z)(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_DURATION = re.compile(
    r"P(?=[0-9T])(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?)"
)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|z|[+-]([01]\d|2[0-3]):[0-5]\d)")


def _known(name: str) -> Callable[[str], bool]:
    return lambda text: _KNOWN.conforms(text, name)


def _like(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


FORMATS: Final[dict[str, Callable[[str], bool]]] = {
    **{name: _known(name) for name in ("date-time", "date", "email", "ipv4", "ipv6", "uuid")},
    "time": _like(_TIME),
    "duration": _like(_DURATION),
    "uri": _like(_URI),
    "hostname": _like(_HOST),
    "byte": _like(_BASE64),
}
"""Format → whether a text has it. Source: JSON Schema 2020-12, 7.3; `byte`: OpenAPI 3.0.3, data types (RFC 4648)."""

_IGNORED: Final = (
    "idn-email",
    "idn-hostname",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "uri-reference",
    "uri-template",
)

COMPILED: Final[dict[str, Callable[[str], bool]]] = {**FORMATS, **dict.fromkeys(_IGNORED, lambda _: True)}
"""What the compiled validator is told, so that it judges no format by itself."""


def format_checker() -> FormatChecker:
    """Make what the explaining validator asks."""
    checker = FormatChecker(())
    for name, fits in FORMATS.items():
        checker.checks(name)(lambda value, fits=fits: not isinstance(value, str) or fits(value))
    return checker
