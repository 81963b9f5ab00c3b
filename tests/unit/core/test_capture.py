from datetime import UTC, datetime

import pytest

from replaysandbox.core.capture import Recorded, RecordedRequest, Timings


@pytest.mark.parametrize(
    ("scheme", "host", "port", "query", "url"),
    [
        ("https", "api.amps.ai", 443, "", "https://api.amps.ai/battery"),
        ("https", "api.amps.ai", 8443, "a=1", "https://api.amps.ai:8443/battery?a=1"),
        ("http", "api.amps.ai", 443, "", "http://api.amps.ai:443/battery"),
        ("http", "::1", 80, "", "http://[::1]/battery"),
    ],
)
def test_url_is_written_as_a_person_would(scheme: str, host: str, port: int, query: str, url: str) -> None:
    assert RecordedRequest("GET", scheme, host, port, "/battery", query).url == url


def test_what_was_not_measured_does_not_count() -> None:
    assert Timings(-1, 20, 5).total_ms == 25


def test_an_exchange_has_an_answer_or_says_why_not() -> None:
    with pytest.raises(ValueError, match="a response, a failure, or both"):
        Recorded(datetime(2026, 6, 1, tzinfo=UTC), RecordedRequest("GET", "https", "h", 443, "/"), None)
