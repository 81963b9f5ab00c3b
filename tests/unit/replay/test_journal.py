from dataclasses import replace
from datetime import UTC, datetime

from replaysandbox.core.exchange import Exchange, Forward, Hangup, Reply, Request
from replaysandbox.files.capture_line import exchange_line, parse_exchange
from replaysandbox.replay.journal import recorded_of

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
SEEN = Exchange(
    1,
    "default",
    AT,
    AT,
    Request("GET", "https", "api.amps.ai", 443, "/battery", "limit=1", (("X-Name", "ä€"),)),
    Reply(200, (("Content-Type", "application/json"),), b"{}"),
    pack="amps",
    route="GET /battery",
    took_ms=1.5,
)


def test_an_exchange_can_be_written_and_read() -> None:
    recorded = recorded_of(SEEN)
    assert recorded is not None
    assert parse_exchange(exchange_line(recorded)) == recorded
    assert recorded.response is not None
    assert recorded.response.body == b"{}"
    assert recorded.request.headers == (("X-Name", "ä€".encode().decode("latin-1")),)
    assert (recorded.pack, recorded.route, recorded.verdict) == ("amps", "GET /battery", "simulate")


def test_a_hangup_is_a_failure_and_what_went_on_is_not_known() -> None:
    hung = recorded_of(replace(SEEN, outcome=Hangup()))
    assert hung is not None
    assert hung.failure is not None
    assert recorded_of(replace(SEEN, outcome=Forward())) is None


def test_the_length_is_stated_once_and_as_it_was() -> None:
    replayed = Reply(200, (("content-length", "9"), ("X-A", "1")), b"{}")
    told = recorded_of(replace(SEEN, outcome=replayed))
    assert told is not None
    assert told.response is not None
    assert told.response.headers == (("X-A", "1"), ("Content-Length", "2"))
    assert told.failure is None

    def stated(reply: Reply, method: str = "GET") -> tuple[list[str], str]:
        made = recorded_of(replace(SEEN, outcome=reply, request=replace(SEEN.request, method=method)))
        assert made is not None
        assert made.response is not None
        lengths = [value for name, value in made.response.headers if name == "Content-Length"]
        return lengths, made.failure.kind if made.failure else ""

    assert stated(Reply(200, length=1234), "HEAD") == (["1234"], "")
    assert stated(Reply(204, length=-1)) == ([], "")
    assert stated(Reply(200, body=b"ha", length=4)) == (["4"], "truncated")
