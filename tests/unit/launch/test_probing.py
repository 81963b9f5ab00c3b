from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest
from tenacity import Future, RetryCallState, Retrying

from replaysandbox.asking.calls import Caller
from replaysandbox.core.errors import SandboxError
from replaysandbox.files.packs import read_packs
from replaysandbox.launch.probing import OutOfCallsError, Probed, _seconds, _wait_s, caller_of, preferring

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_what_the_variable_holds_depends_on_the_api() -> None:
    (amps,), (enode,) = read_packs(["amps"]), read_packs(["enode"])
    assert caller_of(amps, " sk:live \n") == Caller("sk:live")
    assert caller_of(enode, "token") == Caller("token")
    assert caller_of(enode, "id:pw") == Caller("", "id", "pw")
    assert caller_of(enode, "id:pw:again") == Caller("", "id", "pw", "again")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("Mon, 01 Jun 2026 12:00:30 GMT", 30.0),
        ("Mon, 01 Jun 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_read_in_both_forms(text: str, seconds: float | None) -> None:
    assert _seconds(text, NOW) == seconds


def waited(answer: httpx.Response) -> float:
    state = RetryCallState(Retrying(), None, (), {})
    state.outcome = Future(2)
    state.outcome.set_result(answer)
    state.attempt_number = 2
    return _wait_s(state)


def test_the_api_says_how_long_is_waited_but_not_for_ever() -> None:
    assert waited(httpx.Response(429, headers={"Retry-After": "3"})) == 3.0
    assert waited(httpx.Response(503)) == 4.0
    with pytest.raises(OutOfCallsError, match="asks to wait 3600 s"):
        waited(httpx.Response(429, headers={"Retry-After": "3600"}))


def test_answers_as_they_should_be_are_counted() -> None:
    probed = Probed()
    probed.statuses.update({200: 3, 302: 1, 401: 2, 0: 1})
    assert probed.answered == 4


def test_hosts_that_are_named_are_asked_first() -> None:
    (enode,) = read_packs(["enode"])
    first = "enode-api.sandbox.enode.io"
    assert preferring(enode, (first,)).hosts[0] == first
    assert set(preferring(enode, (first,)).hosts) == set(enode.hosts)
    assert preferring(enode, ()) == enode
    with pytest.raises(SandboxError, match=r"api\.amps\.ai is no host of Enode"):
        preferring(enode, ("api.amps.ai",))
