"""One exchange redacted: all of it looked at, then once more for what its other parts have shown to be secret."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from replaysandbox.core.capture import Body, Failure, Recorded, RecordedRequest, RecordedResponse
from replaysandbox.core.exchange import Headers
from replaysandbox.redact.bodies import BodyStream, cover_body, cover_known
from replaysandbox.redact.coding import MOST, CodingError
from replaysandbox.redact.cover import Cover
from replaysandbox.redact.header_fields import cover_headers
from replaysandbox.redact.places import redacted_places
from replaysandbox.redact.rules import GENERAL, Rules
from replaysandbox.redact.text import cover_text
from replaysandbox.redact.urls import cover_pairs, cover_path

WITHHELD = "body withheld"
"""Rule of a body that could not be taken apart, and so is not kept."""

_OF_ONE_BODY = frozenset(("content-md5", "digest", "content-digest", "repr-digest"))
"""Digests of a body, no longer true of another one. Source: RFC 1864; RFC 9530."""


class Redactor:
    """Redacts exchanges, and remembers what was secret in them: later ones are redacted by value, too.

    The same exchanges in the same order give the same result; nothing but the key and the rules decides.

    Args:
        key: The project's key.
        rules: What is secret.
        most: Most that a body in a content coding may become; beyond it is withheld. [B]
    """

    def __init__(self, key: bytes, rules: Rules = GENERAL, most: int = MOST) -> None:
        self._cover = Cover(key, rules)
        self._most = most
        self._cut = False

    @property
    def counts(self) -> Mapping[str, int]:
        """How often each rule was used: never on what."""
        total: Counter[str] = Counter()
        for (rule, _), count in self._cover.hits.items():
            total[rule] += count
        return total

    def take_hits(self) -> Mapping[tuple[str, str], int]:
        """Give (rule, place) → how often since the last call, and forget the places."""
        hits, self._cover.hits = self._cover.hits, Counter()
        return hits

    def exchange(self, sent: Recorded) -> Recorded:
        """Redact an exchange whose bodies are at hand, or already redacted in files of their own."""
        self._cut = sent.failure is not None
        request = self._request_once(sent.request)
        response = self._response_once(sent.response) if sent.response is not None else None
        # what the response has shown to be a secret may stand in the request, and the other way round
        request = self._request_known(request)
        response = self._response_known(response) if response is not None else None
        places = (*sent.redacted, *redacted_places(sent.request, request))
        failure = sent.failure and Failure(sent.failure.kind, self._known(sent.failure.message, "failure"))
        return replace(sent, request=request, response=response, failure=failure, redacted=tuple(dict.fromkeys(places)))

    def request(self, sent: RecordedRequest) -> RecordedRequest:
        """Redact a request alone, as a replay does before it compares."""
        return self._request_known(self._request_once(sent))

    def text(self, text: str) -> str:
        """Redact a text of no known format: what gives itself away, and what was seen to be secret before."""
        self._cover.place = "text"
        return self._known(cover_text(text, self._cover), "text")

    def stream(self, headers: Headers, side: str, *, by_line: bool = False) -> BodyStream:
        """Redact a large body in pieces; of the exchange it belongs to, only what came before is known yet.

        Args:
            headers: Header fields of the body.
            side: Whose it is, for the report.
            by_line: Whether each piece is a line, whose hits are to be told from those of others.

        Raises:
            CodingError: Its content coding is not known.
        """
        self._cover.place = f"{side} body"
        return BodyStream(headers, self._cover, by_line=by_line, most=self._most)

    def _request_once(self, request: RecordedRequest) -> RecordedRequest:
        cover = self._cover
        headers = cover_headers(request.headers, cover, "request")
        cover.place = "request path"
        path = cover_path(request.path, cover)
        cover.place = "request query"
        query = cover_pairs(request.query, cover)
        body = self._body(request.body, request.headers, "request")
        return replace(request, path=path, query=query, body=body, headers=_fitting(headers, request.body, body))

    def _response_once(self, response: RecordedResponse) -> RecordedResponse:
        headers = cover_headers(response.headers, self._cover, "response")
        body = self._body(response.body, response.headers, "response")
        return replace(response, body=body, headers=self._fitting(headers, response.body, body))

    def _body(self, body: Body, headers: Headers, side: str) -> Body:
        if not isinstance(body, bytes):
            return body
        self._cover.place = f"{side} body"
        try:
            return cover_body(body, headers, self._cover, self._most)
        except CodingError:
            return self._withheld(body, headers, side)

    def _withheld(self, body: bytes, headers: Headers, side: str) -> bytes:
        """Cover in windows what is too long to be looked at whole; keep nothing of what nobody can look into."""
        try:
            stream = self.stream(headers, side)
            return b"".join(stream.feed(body, last=True))
        except CodingError:
            self.withheld(side)
            return b""

    def withheld(self, side: str) -> None:
        """Count a body that nobody can look into, and so is not kept."""
        self._cover.hits[WITHHELD, f"{side} body"] += 1

    def _fitting(self, headers: Headers, before: Body, after: Body) -> Headers:
        """Correct an answer's fields, unless it was cut: its length then says how long it should have been."""
        return headers if self._cut else _fitting(headers, before, after)

    def _request_known(self, request: RecordedRequest) -> RecordedRequest:
        body = self._body_known(request.body, request.headers, "request")
        return replace(
            request,
            path=self._known(request.path, "request path"),
            query=self._known(request.query, "request query"),
            headers=_fitting(self._headers_known(request.headers, "request"), request.body, body),
            body=body,
        )

    def _response_known(self, response: RecordedResponse) -> RecordedResponse:
        body = self._body_known(response.body, response.headers, "response")
        headers = self._headers_known(response.headers, "response")
        return replace(response, headers=self._fitting(headers, response.body, body), body=body)

    def _headers_known(self, headers: Headers, side: str) -> Headers:
        return tuple((name, self._known(value, f"{side} header {name.lower()}")) for name, value in headers)

    def _body_known(self, body: Body, headers: Headers, side: str) -> Body:
        if not isinstance(body, bytes):
            return body
        self._cover.place = f"{side} body"
        try:
            return cover_known(body, headers, self._cover)
        except CodingError:  # it was covered in windows, or withheld
            return body

    def _known(self, text: str, place: str) -> str:
        self._cover.place = place
        data = text.encode("utf-8", "surrogatepass") if not _is_latin(text) else text.encode("latin-1")
        covered = self._cover.bytes(data)
        if covered == data:
            return text
        return covered.decode("latin-1" if _is_latin(text) else "utf-8", "replace")


def _is_latin(text: str) -> bool:
    return all(ord(letter) < 256 for letter in text)


def _fitting(headers: Headers, before: Body, after: Body) -> Headers:
    if before == after:
        return headers
    return fitting(headers, len(after) if isinstance(after, bytes) else after.size)


def fitting(headers: Headers, size: int) -> Headers:
    """Correct what header fields say of a body that has become another.

    Args:
        headers: Header fields of the old body.
        size: Length of the new one. [B]
    """
    corrected = ((name, str(size) if name.lower() == "content-length" else value) for name, value in headers)
    return tuple((name, value) for name, value in corrected if name.lower() not in _OF_ONE_BODY)
