import json

from replaysandbox.conformance import Seen
from replaysandbox.core.matching import Match
from replaysandbox.drifting.stand_in import StandIn
from tests.unit.exercised import PACK, START, loaded


def seen(path: str, method: str = "GET", body: bytes = b"") -> Seen:
    return Seen(method, PACK.hosts[0], path, "", (("x-api-key", "sk_live_secret"),), body, 200, (), b"")


def asked(stand_in: StandIn, exchange: Seen) -> tuple[int, dict]:
    match = stand_in.route(exchange)
    assert isinstance(match, Match)
    own = stand_in.ask(exchange, match, START)
    assert own is not None
    return own.status, json.loads(own.body)


def test_the_nth_live_id_stands_for_the_nth_device() -> None:
    stand_in = StandIn(loaded())
    first = asked(stand_in, seen("/battery/live-9"))[1]["data"]["id"]
    assert asked(stand_in, seen("/battery/live-9"))[1]["data"]["id"] == first
    assert asked(stand_in, seen("/battery"))[1]["data"]["items"][0]["id"] == first
    assert asked(stand_in, seen("/vehicle/live-9x"))[0] == 200
    assert not isinstance(stand_in.route(seen("/moon")), Match)


def test_writes_are_remembered() -> None:
    stand_in = StandIn(loaded())
    push = seen("/battery/live-1", "POST", b'{"action": {"command": "idle"}}')
    assert asked(stand_in, push)[0] == 202
    assert asked(stand_in, seen("/actions"))[1]["data"]["pagination"]["total"] == 1
