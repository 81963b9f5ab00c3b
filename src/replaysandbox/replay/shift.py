"""Recorded instants moved, so that a capture happens at another time: ISO 8601, HTTP dates, epoch seconds and ms.

All move by one span of whole seconds, so that what was before stays before. Texts are changed in place: whatever is
no instant stays as it was, to the byte. What is far from the capture is left alone: `0001-01-01T00:00:00Z` and
`9999-12-31` are no instants, and a ten-digit number is one only when it points near the day of the capture.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from replaysandbox.core.capture import RecordedRequest
from replaysandbox.core.exchange import Headers, header
from replaysandbox.redact.coding import CodingError, codings_of, decoded, encoded

NEAR_TEXT = timedelta(days=3653)
"""How far from the capture a written date may be. Ours: ten years. An install date moves, a sentinel does not."""

NEAR_NUMBER = timedelta(days=366)
"""How far from the capture a number may point to be taken for an instant. Ours: 3 % of all ten-digit numbers."""

MOST = 8 * 1024 * 1024
"""Longer bodies are answered as they were recorded: no request may take long. Ours. [B]"""

_ISO = re.compile(
    r"(?<![0-9])(\d{4}-\d\d-\d\d)([T ]|%20)(\d\d)(:|%3[Aa])(\d\d)(?:\4(\d\d))?"
    r"(?=(?:[.,]\d{1,9})?(?:Z|(?:[+-]|%2[Bb])\d\d(?::|%3[Aa])?\d\d)?(?![0-9]))"
)
_HTTP_DATE = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d([ -])(?:[A-Z][a-z]{2})\1\d{4} \d\d:\d\d:\d\d GMT")
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|(?<![\w.+-])\d{10}(?:\d{3})?(?:\.\d+)?(?![\w.+-])')
_EPOCH = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")
_PARAMETER = re.compile(r"(?<==)[^&]*")
_KEPT = frozenset(("content-length", "etag", "if-none-match"))
_TEXTUAL = ("json", "text/", "xml", "x-www-form-urlencoded", "javascript")


@dataclass(frozen=True, slots=True)
class Shift:
    """A move in time.

    Attributes:
        by: How far.
        around: An instant of the capture: what is far from it is left alone.
    """

    by: timedelta
    around: datetime

    def back(self) -> Shift:
        """Turn it round: what a client was told comes back as it was recorded."""
        return Shift(-self.by, self.around + self.by)


def shift_to(begun: datetime, at: datetime) -> Shift:
    """Make the shift by which a capture that was begun then happens from `at` on."""
    return Shift(timedelta(seconds=round((at - begun).total_seconds())), begun)


def shift_text(text: str, shift: Shift) -> str:
    """Move the dates written in a text."""
    text = _ISO.sub(lambda match: _iso(match, shift), text)
    return _HTTP_DATE.sub(lambda match: _http_date(match, shift), text)


def shift_value(text: str, shift: Shift) -> str:
    """Move a value that may be an epoch number as a whole, or hold dates."""
    return _epoch(text, shift) if _EPOCH.fullmatch(text) else shift_text(text, shift)


def shift_body(body: bytes, headers: Headers, shift: Shift) -> bytes:
    """Move the instants in a body that is text; its content coding stays.

    Args:
        body: As on the wire.
        headers: Header fields that say what it is.
        shift: By how much.
    """
    kind = (header(headers, "content-type") or "").lower()
    if not body or len(body) > MOST or not any(word in kind for word in _TEXTUAL):
        return body
    try:
        codings = codings_of(header(headers, "content-encoding") or "")
        plain = decoded(body, codings, MOST)
        text = plain.decode()
    except (CodingError, UnicodeDecodeError):
        return body
    if "json" in kind:
        moved = _JSON_TOKEN.sub(lambda match: _token(match[0], shift), text)
    elif "urlencoded" in kind:
        moved = _parameters(text, shift)
    else:
        moved = shift_text(text, shift)
    return body if moved == text else encoded(moved.encode(), codings)


def shift_headers(headers: Headers, shift: Shift) -> Headers:
    """Move the instants in header fields."""
    return tuple((name, value if name.lower() in _KEPT else shift_value(value, shift)) for name, value in headers)


def shift_request(request: RecordedRequest, shift: Shift) -> RecordedRequest:
    """Move the instants a client asks about."""
    body = request.body
    return replace(
        request,
        path="/".join(shift_value(segment, shift) for segment in request.path.split("/")),
        query=_parameters(request.query, shift),
        headers=shift_headers(request.headers, shift),
        body=shift_body(body, request.headers, shift) if isinstance(body, bytes) else body,
    )


def _parameters(text: str, shift: Shift) -> str:
    return _PARAMETER.sub(lambda match: shift_value(match[0], shift), text)


def _token(token: str, shift: Shift) -> str:
    if not token.startswith('"'):
        return _epoch(token, shift)
    return f'"{shift_value(token[1:-1], shift)}"'


def _iso(match: re.Match[str], shift: Shift) -> str:
    day, between, hour, colon, minute, second = match.groups()
    try:
        at = datetime.fromisoformat(f"{day}T{hour}:{minute}:{second or '00'}+00:00")
        if abs(at - shift.around) > NEAR_TEXT:
            return match[0]
        moved = at + shift.by
    except (ValueError, OverflowError):
        return match[0]
    told = f"{moved:%Y-%m-%d}{between}{moved:%H}{colon}{moved:%M}"
    return told + (f"{colon}{moved:%S}" if second else "")


def _http_date(match: re.Match[str], shift: Shift) -> str:
    dash = match[1]
    try:
        at = datetime.strptime(match[0], f"%a, %d{dash}%b{dash}%Y %H:%M:%S GMT").replace(tzinfo=UTC)
        if abs(at - shift.around) > NEAR_TEXT:
            return match[0]
        return (at + shift.by).strftime(f"%a, %d{dash}%b{dash}%Y %H:%M:%S GMT")
    except (ValueError, OverflowError):
        return match[0]


def _epoch(text: str, shift: Shift) -> str:
    whole, dot, rest = text.partition(".")
    scale = 1000 if len(whole) == 13 else 1
    if abs(int(whole) / scale - shift.around.timestamp()) > NEAR_NUMBER.total_seconds():
        return text
    return f"{int(whole) + round(shift.by.total_seconds()) * scale}{dot}{rest}"
