"""Recorded exchanges read as what was meant: bodies whole, content codings removed, with a bound."""

from __future__ import annotations

from collections.abc import Iterator

from replaysandbox.conformance import Seen
from replaysandbox.core.capture import Body, Recorded
from replaysandbox.core.exchange import Headers, header
from replaysandbox.core.finding import Place
from replaysandbox.files.bodies import DamagedBodyError
from replaysandbox.files.captures import Capture
from replaysandbox.files.places import shown
from replaysandbox.redact.coding import CodingError, codings_of, decoded

LARGEST = 16 * 1024 * 1024
"""Larger bodies are not looked into. Ours. [B]"""


def seen_exchanges(capture: Capture) -> Iterator[tuple[Seen, Place, Recorded]]:
    """Read the answered exchanges of a capture in order, each with its line; those that cannot be read are passed over.

    A line that is damaged, or whose body cannot be taken apart, is noted in `capture.damaged`.
    """
    file = shown(capture.path)
    for number, recorded in capture.numbered():
        response = recorded.response
        if response is None or recorded.failure is not None:
            continue
        request = recorded.request
        try:
            bodies = (_body(capture, request.headers, request.body), _body(capture, response.headers, response.body))
        except (CodingError, DamagedBodyError):
            continue
        seen = Seen(
            request.method.upper(),
            request.host,
            request.path,
            request.query,
            request.headers,
            bodies[0],
            response.status,
            response.headers,
            bodies[1],
        )
        exchange = f"{request.method} {request.path} {response.status}"
        at = (recorded.at or recorded.started).isoformat().replace("+00:00", "Z")
        yield seen, Place(file, number + 2, exchange, at), recorded


def _body(capture: Capture, headers: Headers, body: Body) -> bytes:
    data = capture.body(body) if not isinstance(body, bytes) else body
    coding = header(headers, "content-encoding")
    return decoded(data, codings_of(coding), LARGEST) if coding and data else data
