"""Recorded exchanges read as what was meant: bodies whole, content codings removed, with a bound."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from replaysandbox.conformance import Seen
from replaysandbox.core.capture import Body, BodyFile, Recorded, RecordedRequest, RecordedResponse
from replaysandbox.core.exchange import Headers, header
from replaysandbox.core.finding import Place
from replaysandbox.files.bodies import DamagedBodyError
from replaysandbox.files.captures import Capture
from replaysandbox.files.places import shown
from replaysandbox.redact.coding import CodingError, codings_of, decoded

_LONGEST = 300
"""Longest path that is shown whole. [characters]"""

LARGEST = 16 * 1024 * 1024
"""Larger bodies are not looked into. Ours. [B]"""


def seen_exchanges(capture: Capture, most: int = LARGEST) -> Iterator[tuple[Seen, Place, Recorded]]:
    """Read the answered exchanges of a capture in order, each with its line; those that cannot be read are passed over.

    A line that is damaged, or whose body cannot be taken apart, is noted in `capture.damaged`.

    Args:
        capture: Where they are.
        most: As of `seen_of`.
    """
    file = shown(capture.path)
    for number, recorded in capture.numbered():
        response = recorded.response
        if response is None or recorded.failure is not None:
            continue
        try:
            seen = seen_of(recorded.request, response, capture.body, most)
        except (CodingError, DamagedBodyError):
            continue
        at = (recorded.at or recorded.started).isoformat().replace("+00:00", "Z")
        yield seen, Place(file, number + 2, exchange_of(seen), at), recorded


def exchange_of(seen: Seen) -> str:
    """Name an exchange for people: what was asked, and the status of the answer."""
    path = seen.path if len(seen.path) <= _LONGEST else f"{seen.path[:_LONGEST]}…"
    return f"{seen.method[:20]} {path} {seen.status}"


def seen_of(
    request: RecordedRequest, response: RecordedResponse, stored: Callable[[BodyFile], bytes], most: int = LARGEST
) -> Seen:
    """Read an exchange as what was meant.

    Args:
        request: What was asked.
        response: What was answered.
        stored: Reads a large body.
        most: What a body in a content coding may become, never more than `LARGEST`. [B]

    Raises:
        CodingError: A body cannot be taken apart, or becomes too large.
    """
    return Seen(
        request.method.upper(),
        request.host,
        request.path,
        request.query,
        request.headers,
        _body(stored, request.headers, request.body, most),
        response.status,
        response.headers,
        _body(stored, response.headers, response.body, most),
    )


def _body(stored: Callable[[BodyFile], bytes], headers: Headers, body: Body, most: int) -> bytes:
    data = body if isinstance(body, bytes) else stored(body)
    coding = header(headers, "content-encoding")
    return decoded(data, codings_of(coding), min(most, LARGEST)) if coding and data else data
