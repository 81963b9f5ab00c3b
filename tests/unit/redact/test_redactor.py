"""One exchange redacted as a whole."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given

from replaysandbox.core.capture import Recorded, RecordedRequest, RecordedResponse
from replaysandbox.files.capture_line import exchange_line
from replaysandbox.redact.redactor import WITHHELD, Redactor
from tests.unit.files.recorded import any_recorded
from tests.unit.redact.made import KEY, OTHER_KEY, planted

AT = datetime(2026, 6, 1, tzinfo=UTC)


def test_of_forty_secrets_in_forty_places_none_is_left() -> None:
    canaries, exchanges = planted()
    redactor = Redactor(KEY)
    written = b"".join(exchange_line(_plain(redactor.exchange(each))) for each in exchanges)
    assert canaries.found_in(written) == []
    said = repr(dict(redactor.counts)).encode() + repr(redactor.take_hits()).encode()
    assert canaries.found_in(said) == []


def _plain(exchange: Recorded) -> Recorded:
    """Take content codings off, so that what is inside is looked at."""
    from replaysandbox.core.exchange import header
    from replaysandbox.redact.coding import codings_of, decoded

    response = exchange.response
    assert response is not None
    assert isinstance(response.body, bytes)
    body = decoded(response.body, codings_of(header(response.headers, "content-encoding") or ""))
    return replace(exchange, response=replace(response, body=body))


def test_redacting_twice_changes_nothing_more_whatever_the_key() -> None:
    _, exchanges = planted()
    first, second = Redactor(KEY), Redactor(OTHER_KEY)
    for each in exchanges:
        once = first.exchange(each)
        assert second.exchange(once) == once


@pytest.mark.slow
@given(any_recorded())
def test_any_exchange_is_redacted_without_failing_and_for_good(exchange: Recorded) -> None:
    once = Redactor(KEY).exchange(exchange)
    assert Redactor(OTHER_KEY).exchange(once) == once


@pytest.mark.parametrize(("most", "withheld"), [(2000, 0), (1999, 1)])
def test_a_body_is_unpacked_as_far_as_is_allowed_and_a_plain_one_as_ever(most: int, withheld: int) -> None:
    redactor = Redactor(KEY, most=most)
    fields, body = (("Content-Encoding", "gzip"),), gzip.compress(b"x" * 2000)
    packed, plain = RecordedResponse(200, fields, body), RecordedResponse(200, (), b"x" * 2000)
    asked = RecordedRequest("GET", "https", "a.test", 443, "/a")
    kept = [redactor.exchange(Recorded(AT, asked, each)).response for each in (packed, plain)]
    assert [each and each.body for each in kept] == [b"" if withheld else body, plain.body]
    assert redactor.counts.get(WITHHELD, 0) == withheld
