"""The control API over its own app, with a real engine, held to its own description."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from replaysandbox.check import make_checker, violations
from replaysandbox.control import api
from replaysandbox.core.contract import find_operation
from replaysandbox.core.exchange import Request
from replaysandbox.deliver.outbox import Outbox
from replaysandbox.files.contracts import read_contract
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.notifying import Notifier
from replaysandbox.launch.restarting import Sources, restarting

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
CHECKER = make_checker(read_contract(Path(api.__file__).with_name("openapi.yaml")))
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.load(Settings(pack=("amps",), homes=2, at=NOON, freeze=True, seed=7), NOON)


@pytest.fixture
def ask(engine: Engine) -> Ask:
    """Ask the API, hold the answer to the description, and give its JSON; `status` is what it must be."""
    outbox = Outbox((), lambda: NOON)

    async def call(method: str, path: str, headers: dict[str, str], **more: Any) -> httpx.Response:
        notifier = Notifier(engine, outbox, lambda: NOON)
        engine.keepers[:] = [notifier]
        transport = httpx.ASGITransport(api.build_app(engine, notifier, "right", 4481, lambda: NOON))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:4481") as client:
            return await client.request(method, path, headers=headers, **more)

    def asked(method: str, path: str, status: int = 200, token: str | None = "right", **more: Any) -> Any:
        headers = more.pop("headers", {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        answer = asyncio.run(call(method, path, headers, **more))
        assert answer.status_code == status, answer.text
        bare = path.partition("?")[0]
        if find_operation(CHECKER.contract, method, bare):
            held = tuple(answer.headers.multi_items())
            assert violations(CHECKER, method, bare, status, held, answer.content) == []
        return answer.json()

    return asked


@pytest.fixture(autouse=True)
def _fresh(engine: Engine) -> None:
    engine.keepers.clear()
    engine.sessions["default"].journal.clear()
    engine.sessions["default"].clock = engine._start


def client_calls(engine: Engine, path: str, host: str = "api.amps.ai", at: datetime = NOON) -> None:
    engine.answer(Request("GET", "https", host, 443, path, headers=(("x-api-key", "sk_test_demo"),)), at)


@pytest.mark.slow
def test_the_description_lists_the_routes_there_are() -> None:
    described = {(each.method, each.path) for each in CHECKER.contract.operations}
    assert described == {(method, path) for method, path, _ in api.ROUTES}


@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path, _ in api.ROUTES])
def test_every_route_needs_the_token_but_one(ask: Ask, method: str, path: str) -> None:
    if path == "/v1/ready":
        assert ask(method, path, token=None) == {"ready": True}
    else:
        assert ask(method, path, 401, token=None)["sandbox"]["error"] == "no_token"
        assert ask(method, path, 401, token="wrong")["sandbox"]["error"] == "no_token"


def test_what_is_no_route_needs_the_token_too(ask: Ask) -> None:
    ask("GET", "/", 401, token=None)
    assert ask("GET", "/v1/nowhere", 404)["sandbox"]["error"] == "not_found"
    assert ask("POST", "/v1/status", 405)["sandbox"]["error"] == "method_not_allowed"


def test_the_description_is_served(ask: Ask) -> None:
    assert ask("GET", "/v1/openapi.json") == CHECKER.contract.document


def test_status_tells_what_is_loaded_and_seen(ask: Ask, engine: Engine) -> None:
    client_calls(engine, "/battery")
    client_calls(engine, "/nowhere")
    status = ask("GET", "/v1/status")
    assert (status["mode"], status["seed"], status["homes"], status["scenario"]) == ("simulate", 7, 2, "default")
    assert status["clock"]["at"] == "2026-06-01T12:00:00.000Z"
    assert [(each["pack"], each["verdict"], each["count"]) for each in status["calls"]] == [
        ("amps", "miss", 1),
        ("amps", "simulate", 1),
    ]
    assert "GET /battery/{id}" in status["packs"][0]["routes"]
    assert ask("GET", "/v1/status?session=nobody", 404)["sandbox"]["error"] == "not_found"
    assert "unknown query parameter 'sesion'" in ask("GET", "/v1/status?sesion=x", 400)["sandbox"]["message"]


def test_sessions_are_listed_once_they_have_begun(ask: Ask, engine: Engine) -> None:
    request = Request("GET", "https", "api.amps.ai", 443, "/hvac", headers=(("X-Sandbox-Session", "test-17"),))
    engine.answer(request, NOON)
    sessions = {each["name"]: each["exchanges"] for each in ask("GET", "/v1/sessions")["sessions"]}
    assert sessions == {"default": 0, "test-17": 1}
    assert len(ask("GET", "/v1/journal?session=test-17")["exchanges"]) == 1
    ask("PUT", "/v1/clock?session=test-17", json={"at": "2030-01-01T00:00:00Z"})
    assert ask("GET", "/v1/clock")["at"] == "2026-06-01T12:00:00.000Z"


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("", ["/battery", "/battery/x", "/nowhere"]),
        ("?path=/battery", ["/battery"]),
        ("?path=/battery/{id}", ["/battery/x"]),
        ("?path=/batt*", ["/battery", "/battery/x"]),
        ("?miss=true", ["/nowhere"]),
        ("?miss=false", ["/battery", "/battery/x"]),
        ("?since=2026-06-01T12:00:01Z", ["/battery/x", "/nowhere"]),
        ("?since=2026-06-01T12:00:01Z&miss=true", ["/nowhere"]),
    ],
)
def test_the_journal_is_narrowed_by_path_time_and_miss(ask: Ask, engine: Engine, query: str, paths: list[str]) -> None:
    for seconds, path in enumerate(["/battery", "/battery/x", "/nowhere"]):
        client_calls(engine, path, at=NOON + timedelta(seconds=seconds))
    assert [each["path"] for each in ask("GET", f"/v1/journal{query}")["exchanges"]] == paths


def test_a_journal_number_still_holds_after_clearing(ask: Ask, engine: Engine) -> None:
    client_calls(engine, "/battery")
    number = ask("GET", "/v1/journal")["exchanges"][-1]["number"]
    assert ask("DELETE", "/v1/journal") == {"cleared": 1}
    client_calls(engine, "/hvac")
    assert [each["path"] for each in ask("GET", f"/v1/journal?since={number}")["exchanges"]] == ["/hvac"]
    assert ask("GET", f"/v1/journal?since={number + 1}")["exchanges"] == []


def test_a_miss_tells_what_came_near(ask: Ask, engine: Engine) -> None:
    client_calls(engine, "/baterry")
    (exchange,) = ask("GET", "/v1/journal?miss=true")["exchanges"]
    assert (exchange["status"], exchange["verdict"], exchange["near"][0]["route"]) == (501, "miss", "GET /battery")


@pytest.mark.parametrize("query", ["?miss=yes", "?since=noon", "?since=2026-06-01T12:00:00", "?pth=/x"])
def test_a_journal_asked_for_wrongly_says_why(ask: Ask, query: str) -> None:
    assert ask("GET", f"/v1/journal{query}", 400)["sandbox"]["error"] == "bad_request"


def test_the_clock_is_set_moved_and_stopped(ask: Ask, engine: Engine) -> None:
    assert ask("PUT", "/v1/clock", json={"at": "2026-01-01T00:00:00+01:00"})["at"] == "2025-12-31T23:00:00.000Z"
    assert ask("POST", "/v1/clock/advance", json={"by": "1d2h"})["at"] == "2026-01-02T01:00:00.000Z"
    assert ask("POST", "/v1/clock/advance", json={"by": "-2h"})["at"] == "2026-01-01T23:00:00.000Z"
    clock = ask("PUT", "/v1/clock", json={"speed": 60, "frozen": False})
    assert (clock["at"], clock["speed"], clock["frozen"]) == ("2026-01-01T23:00:00.000Z", 60, False)
    assert ask("GET", "/v1/clock") == clock
    assert engine.sessions["default"].clock.speed == 60


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/v1/clock", {"at": "noon"}),
        ("PUT", "/v1/clock", {"at": 7}),
        ("PUT", "/v1/clock", {"speed": 0}),
        ("PUT", "/v1/clock", {"speed": True}),
        ("PUT", "/v1/clock", {"speed": "fast"}),
        ("PUT", "/v1/clock", {"frozen": "yes"}),
        ("PUT", "/v1/clock", {"world_at": "24:00"}),
        ("PUT", "/v1/clock", {"world_at": 3}),
        ("PUT", "/v1/clock", {"at": "2026-01-01T00:00:00Z", "sped": 2}),
        ("PUT", "/v1/clock", []),
        ("POST", "/v1/clock/advance", {}),
        ("POST", "/v1/clock/advance", {"by": "soon"}),
        ("POST", "/v1/clock/advance", {"by": "-999999d"}),
        ("POST", "/v1/clock/advance", {"by": "999999d999999d999999d"}),
        ("POST", "/v1/clock/advance", {"by": 6}),
    ],
)
def test_a_clock_steered_wrongly_says_why_and_stays(
    ask: Ask, engine: Engine, method: str, path: str, body: Any
) -> None:
    before = engine.sessions["default"].clock
    assert ask(method, path, 400, json=body)["sandbox"]["error"] == "bad_request"
    assert engine.sessions["default"].clock == before


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 50_000])
def test_a_body_that_is_no_json_says_so(ask: Ask, content: bytes) -> None:
    more = {"Content-Type": "application/json"}
    assert ask("PUT", "/v1/clock", 400, headers=more, content=content)["sandbox"]["error"] == "bad_request"


def test_a_body_that_is_not_declared_to_be_json_is_not_read(ask: Ask) -> None:
    assert ask("PUT", "/v1/clock", 415, data={"at": "x"})["sandbox"]["error"] == "not_json"


def test_devices_are_listed_family_after_family(ask: Ask) -> None:
    page = ask("GET", "/v1/devices")
    assert page["total"] == len(page["devices"]) == 12
    assert page["at"] == "2026-06-01T12:00:00.000Z"
    seen: list[str] = []
    for offset in range(0, 12, 5):
        seen += [each["id"] for each in ask("GET", f"/v1/devices?offset={offset}&limit=5")["devices"]]
    assert seen == [each["id"] for each in page["devices"]]
    assert len(set(seen)) == 12
    batteries = ask("GET", "/v1/devices?family=battery&at=2026-06-01T03:00:00Z")
    assert {each["family"] for each in batteries["devices"]} == {"battery"}
    assert batteries["devices"][0]["reading"]["at"] == "2026-06-01T03:00:00.000Z"
    assert ask("GET", "/v1/devices?limit=0")["devices"] == []


def test_a_device_is_what_the_imitated_api_says(ask: Ask, engine: Engine) -> None:
    for device in ask("GET", "/v1/devices?family=vehicle")["devices"]:
        client_calls(engine, f"/vehicle/{device['id']}")
        outcome: Any = list(engine.sessions["default"].journal)[-1].outcome
        assert outcome.status == 200
        assert ask("GET", f"/v1/devices/{device['id']}") == device


def test_a_series_has_both_ends(ask: Ask) -> None:
    device = ask("GET", "/v1/devices?family=battery")["devices"][0]["id"]
    place = f"/v1/devices/{device}?at=2026-06-01T00:00:00Z&until=2026-06-01T06:00:00Z"
    series = ask("GET", f"{place}&step=3h")["readings"]
    assert [each["at"][11:16] for each in series] == ["00:00", "03:00", "06:00"]
    assert len(ask("GET", place)["readings"]) == 25


@pytest.mark.parametrize(
    "query",
    ["at=noon", "at=2026-06-01", "until=2026-05-01T00:00:00Z", "until=2026-06-02T00:00:00Z&step=0s", "step=1h",
     "until=2026-06-02T00:00:00Z&step=soon", "until=2027-06-02T00:00:00Z&step=1s", "when=now"],
)  # fmt: skip
def test_a_series_asked_for_wrongly_says_why(ask: Ask, query: str) -> None:
    device = ask("GET", "/v1/devices?family=battery")["devices"][0]["id"]
    assert ask("GET", f"/v1/devices/{device}?{query}", 400)["sandbox"]["error"] == "bad_request"


@pytest.mark.parametrize("query", ["family=cat", "limit=-1", "limit=1001", "offset=x", "limit=1.5", "limit=٣"])
def test_a_list_asked_for_wrongly_says_why(ask: Ask, query: str) -> None:
    assert ask("GET", f"/v1/devices?{query}", 400)["sandbox"]["error"] == "bad_request"


def test_an_unknown_device_is_not_found(ask: Ask) -> None:
    assert "device_nope" in ask("GET", "/v1/devices/device_nope", 404)["sandbox"]["message"]


@pytest.mark.slow
def test_packs_are_loaded_again_or_kept(ask: Ask, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask("POST", "/v1/packs/reload") == {"packs": list(engine.loaded.packs), "problems": []}

    async def broken() -> None:
        engine.problems = ("pack.yaml:3: is wrong",)

    monkeypatch.setattr(engine, "reload", broken)
    try:
        assert ask("POST", "/v1/packs/reload", 422)["problems"] == ["pack.yaml:3: is wrong"]
        assert ask("GET", "/v1/status")["problems"] == ["pack.yaml:3: is wrong"]
    finally:
        engine.problems = ()


def test_a_hand_sets_pins_and_takes_a_device_out_of_reach(ask: Ask, engine: Engine) -> None:
    engine.reset("default")
    battery = ask("GET", "/v1/devices?family=battery")["devices"][0]["id"]
    path = f"/v1/devices/{battery}"
    first = ask("PATCH", path, json={"set": {"level_pct": 12}})["reading"]
    assert (first["level_pct"], first["pinned"]) == (12.0, False)
    assert ask("GET", f"{path}?at=2026-06-01T13:00:00Z")["reading"]["level_pct"] > 12.0
    pinned = ask("PATCH", path, json={"pin": {"level_pct": 33}})["reading"]
    assert (pinned["level_pct"], pinned["power_w"], pinned["pinned"]) == (33.0, 0, True)
    assert ask("GET", f"{path}?at=2026-06-03T13:00:00Z")["reading"]["level_pct"] == 33.0
    assert ask("PATCH", path, json={"pin": None})["reading"]["pinned"] is False
    gone = ask("PATCH", path, json={"online": False})
    assert gone["outage"] == {"kind": "offline", "since": "2026-06-01T12:00:00.000Z"}
    asked = Request("GET", "https", "api.amps.ai", 443, f"/battery/{battery}", headers=(("x-api-key", "sk_test_demo"),))
    assert engine.answer(asked, NOON).status == 503  # type: ignore[union-attr]
    assert ask("PATCH", path, json={"online": True})["outage"] is None
    assert "level_pct takes a number" in ask("PATCH", path, 400, json={"set": {"level_pct": 120}})["sandbox"]["message"]
    assert ask("PATCH", "/v1/devices/nobody", 404, json={"online": True})
    engine.reset("default")


def test_links_are_changed_told_and_listed(ask: Ask, engine: Engine) -> None:
    engine.reset("default")
    device = ask("GET", "/v1/devices?family=battery&limit=1")["devices"][0]["id"]
    path = f"/v1/devices/{device}/link"
    assert set(ask("POST", path)["linked"].values()) == {True}  # of every pack
    path += "?pack=amps"
    assert ask("DELETE", path)["linked"]["amps"] is False
    assert ask("DELETE", path)["linked"]["amps"] is False
    assert ask("POST", path)["linked"]["amps"] is True
    assert ask("POST", path)["linked"]["amps"] is True
    deliveries = ask("GET", "/v1/deliveries?pack=amps")["deliveries"]
    events = [each["event"] for each in deliveries]
    assert events == ["device.connected", "device.disconnected", "device.reconnected"]
    assert [each["number"] for each in deliveries] == sorted(each["number"] for each in deliveries)
    assert [each["violations"] for each in deliveries] == [[], [], []]
    assert {(each["state"], each["receiver"], each["device"]) for each in deliveries} == {("unsent", None, device)}
    first = deliveries[0]["number"]
    assert ask("GET", f"/v1/deliveries?event=device.connected&since={first}")["deliveries"] == []
    assert len(ask("GET", "/v1/deliveries?state=unsent&limit=2")["deliveries"]) == 2
    assert "no receiver" in ask("POST", f"/v1/deliveries/{deliveries[0]['id']}/resend", 409)["sandbox"]["message"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/v1/devices/nobody/link", 404),
        ("DELETE", "/v1/devices/nobody/link?session=nobody", 404),
        ("POST", "/v1/deliveries/del_0/resend", 404),
        ("GET", "/v1/deliveries?state=lost", 400),
        ("GET", "/v1/deliveries?wait_s=6", 400),
        ("GET", "/v1/deliveries?since=x", 400),
        ("GET", "/v1/deliveries?evnt=x", 400),
    ],
)
def test_links_and_deliveries_asked_for_wrongly_say_why(ask: Ask, method: str, path: str, status: int) -> None:
    assert ask(method, path, status)["sandbox"]["message"]


def test_a_link_of_a_pack_that_is_not_there_is_refused(ask: Ask) -> None:
    device = ask("GET", "/v1/devices?limit=1")["devices"][0]["id"]
    assert "there is no pack 'x'" in ask("POST", f"/v1/devices/{device}/link?pack=x", 400)["sandbox"]["message"]


@pytest.mark.slow
def test_an_answer_waits_for_news_and_no_longer(ask: Ask, engine: Engine) -> None:
    engine.reset("default")
    changes = ask("GET", "/v1/deliveries")["changes"]
    assert ask("GET", f"/v1/deliveries?seen={changes}&wait_s=1")["changes"] == changes


def test_devices_behave_as_at_the_hour_they_are_told_in_one_session_alone(ask: Ask, engine: Engine) -> None:
    engine.reset("night")
    noon = [ask("GET", f"/v1/devices?family=solar_inverter&session={name}") for name in ("default", "night")]
    assert noon[0] == noon[1]
    assert noon[0]["devices"][0]["reading"]["power_w"] > 0
    assert ask("PUT", "/v1/clock?session=night", json={"world_at": "03:12"})["world_at"] == "03:12"
    assert ask("GET", "/v1/clock")["world_at"] is None
    night = ask("GET", "/v1/devices?family=solar_inverter&session=night")
    assert (night["at"], night["devices"][0]["reading"]["power_w"]) == (noon[0]["at"], 0)
    assert ask("GET", "/v1/devices?family=solar_inverter") == noon[0]
    assert ask("POST", "/v1/clock/advance?session=night", json={"by": "1h"})["world_at"] == "04:12"
    assert ask("PUT", "/v1/clock?session=night", json={"world_at": None})["world_at"] is None
    engine.sessions.pop("night")


def test_the_journal_tells_what_an_exchange_breaks(ask: Ask, engine: Engine) -> None:
    client_calls(engine, "/battery")
    assert ask("GET", "/v1/journal")["exchanges"][-1]["violations"] == []
    request = Request("GET", "https", "api.amps.ai", 443, "/battery", "limit=none", (("x-api-key", "sk_test_demo"),))
    engine.answer(request, NOON)
    (broken,) = ask("GET", "/v1/journal")["exchanges"][-1]["violations"]
    assert (broken["side"], broken["pointer"]) == ("request", "query limit")


def test_it_begins_anew(ask: Ask, engine: Engine, tmp_path: Path) -> None:
    with restarting(engine, Sources(), NOON, lambda text: None, tmp_path):
        client_calls(engine, "/battery")
        begun = ask("POST", "/v1/restart", json={"scenario": "winter", "at": "2026-01-12T18:00:00Z"})
        assert (begun["mode"], begun["clock"]["at"]) == ("simulate", "2026-01-12T18:00:00.000Z")
        assert (ask("GET", "/v1/status")["scenario"], ask("GET", "/v1/journal")["exchanges"]) == ("winter", [])
        assert ask("POST", "/v1/restart", json={})["hosts"] == list(engine.hosts)
        said = ask("POST", "/v1/restart", 409, json={"mode": "record", "capture": str(tmp_path / "x")})
        assert "not started to let calls go on" in said["sandbox"]["message"]
        for wrong in ({"mode": "live"}, {"at": "noon"}, {"scenario": 3}, {"capture": ""}, {"speed": "2"}):
            ask("POST", "/v1/restart", 400, json=wrong)
    assert ask("GET", "/v1/status")["scenario"] == "default"
