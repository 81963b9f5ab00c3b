import json

import pytest

from replaysandbox.conformance import Seen
from replaysandbox.core.matching import Match
from replaysandbox.drifting.stand_in import StandIn
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all
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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pack", "targets"),
    [
        (
            "solaredge",
            [
                "/site/4711/overview?api_key=LIVE",
                "/sites/4711,4712/overview?api_key=LIVE",
                "/equipment/4711/7E0A/data?startTime=2026-05-01%2000:00:00&endTime=2026-05-01%2012:00:00&api_key=LIVE",
            ],
        ),
        ("enode", ["/users/live/batteries", "/batteries/8"]),
        ("tesla", ["/api/1/energy_sites/2252147638651/live_status", "/api/1/vehicles/5YJ3E1EA7KF317000/vehicle_data"]),
    ],
)
def test_homes_users_and_devices_of_any_api_have_their_stand_ins(pack: str, targets: list[str]) -> None:
    made = load_all(Settings(pack=(pack,)), START).loaded
    stand_in = StandIn(made)
    for target in targets:
        path, _, query = target.partition("?")
        exchange = Seen("GET", made.packs[pack].hosts[0], path, query, (), b"", 200, (), b"")
        match = stand_in.route(exchange)
        assert isinstance(match, Match), target
        own = stand_in.ask(exchange, match, START)
        assert own is not None
        assert (own.status, "LIVE" in own.query) == (200, False), own.body
        assert json.loads(own.body).get("data") != []
