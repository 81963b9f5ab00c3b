"""One exchange redacted as a whole."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from replaysandbox.core.capture import Recorded
from replaysandbox.files.capture_line import exchange_line
from replaysandbox.redact.redactor import Redactor
from tests.unit.files.recorded import any_recorded
from tests.unit.redact.made import KEY, OTHER_KEY, planted


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


@given(any_recorded())
def test_any_exchange_is_redacted_without_failing_and_for_good(exchange: Recorded) -> None:
    once = Redactor(KEY).exchange(exchange)
    assert Redactor(OTHER_KEY).exchange(once) == once
