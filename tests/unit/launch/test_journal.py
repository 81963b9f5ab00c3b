from dataclasses import replace

from replaysandbox.core.exchange import Exchange, Forward, Outcome, Reply, Request
from replaysandbox.core.limits import Limits
from replaysandbox.core.ours import refused_host_reply
from replaysandbox.launch.journal import Journal
from tests.unit.worlds import AT


def exchange(outcome: Outcome, pack: str = "amps", device: str = "", query: str = "") -> Exchange:
    request = Request("GET", "https", "api.amps.ai", 443, "/x", query)
    return Exchange(0, "default", AT, AT, request, outcome, pack=pack, device=device)


def test_exchanges_are_numbered_and_counted() -> None:
    journal = Journal()
    journal.add(exchange(Reply(200), device="d1"))
    journal.add(exchange(Reply(501, verdict="miss"), query="secret=1"))
    journal.add(exchange(refused_host_reply("api.amps.ai"), pack=""))
    journal.add(exchange(Forward(), pack=""))
    assert [each.number for each in journal] == [1, 2, 3, 4]
    assert journal.calls == {("amps", "simulate"): 1, ("amps", "miss"): 1, ("", "refused"): 1, ("", "forward"): 1}
    assert journal.devices == {"d1"}
    assert journal.missed == {"GET https://api.amps.ai/x": 1}
    assert journal.refused == {"api.amps.ai": 1}
    assert journal.forwarded == {"api.amps.ai": 1}


def test_what_was_read_without_a_device_is_counted_by_route() -> None:
    journal = Journal()
    calls = [("", "GET", "simulate"), ("d", "GET", "simulate"), ("", "POST", "simulate"), ("", "GET", "miss")]
    for device, method, verdict in calls:
        each = exchange(Reply(200, verdict=verdict), device=device)
        journal.add(replace(each, route="GET /battery", request=replace(each.request, method=method)))
    assert journal.read == {"GET /battery": 1}


def test_a_refusal_that_pass_would_not_mend_is_no_refused_host() -> None:
    journal = Journal()
    journal.add(exchange(Reply(421, verdict="refused"), pack=""))
    assert journal.calls == {("", "refused"): 1}
    assert not journal.refused


def test_a_host_that_was_not_reached_is_counted_by_reason() -> None:
    journal = Journal()
    assert [journal.unreach("a.test", why) for why in ("down", "down", "unknown")] == [True, False, True]
    assert journal.unreached == {("a.test", "down"): 2, ("a.test", "unknown"): 1}


def test_old_exchanges_go_and_their_counts_stay() -> None:
    journal = Journal(Limits(journal_exchanges=3, journal_bytes=10_000))
    for _ in range(5):
        journal.add(exchange(Reply(200)))
    assert [each.number for each in journal] == [3, 4, 5]
    journal.add(exchange(Reply(200, body=b"x" * 8_500)))
    assert [each.number for each in journal] == [6]
    assert journal.calls["amps", "simulate"] == 6


def test_clearing_forgets_all_but_the_number() -> None:
    journal = Journal()
    journal.add(exchange(Reply(200)))
    journal.clear()
    assert (len(journal), journal.calls) == (0, {})
    assert journal.add(replace(exchange(Reply(200)), number=77)).number == 2
