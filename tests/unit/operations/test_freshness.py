import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest

from replaysandbox.core.exchange import Reply, Request
from replaysandbox.core.reading import VehicleReading
from replaysandbox.core.realism import Limit, Readings, Realism
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.loading import Start, load_all
from replaysandbox.world.reading import reading_at
from replaysandbox.world.world import nth
from tests.unit.worlds import AT

pytestmark = pytest.mark.slow  # four shipped packs are loaded

HOSTS = {
    "amps": "api.amps.ai",
    "solaredge": "monitoringapi.solaredge.com",
    "tesla": "owner-api.teslamotors.com",
    "enode": "enode-api.production.enode.io",
}
SOLAR_KEY = "api_key=SK0TEST0DEMO"
LATER = AT + timedelta(hours=3, minutes=7)


@cache
def start(pack: str) -> Start:
    return load_all(Settings(pack=(pack,), realism="vendor", freeze=True), AT)


class Asked:
    """A sandbox of one API with `--realism vendor`, and its clock."""

    def __init__(self, pack: str, realism: Realism | None = None) -> None:
        begun = start(pack)
        if realism is not None:
            packs = {pack: replace(begun.loaded.packs[pack], realism=realism)}
            begun = replace(begun, loaded=replace(begun.loaded, packs=packs))
        self.engine = Engine(Settings(pack=(pack,), realism="vendor"), begun, AT)
        self.host, self.at = HOSTS[pack], AT
        self.headers = [("x-api-key", "sk_test_demo"), ("Content-Type", "application/json")]

    def reply(
        self, target: str, at: datetime, method: str = "GET", *headers: tuple[str, str], body: bytes = b""
    ) -> Reply:
        path, _, query = target.partition("?")
        request = Request(method, "https", self.host, 443, path, query, (*self.headers, *headers), body)
        reply = self.engine.answer(request, at)
        assert isinstance(reply, Reply)
        return reply

    def json(self, target: str, at: datetime, method: str = "GET", *headers: tuple[str, str]) -> Any:
        return json.loads(self.reply(target, at, method, *headers).body)

    def token(self) -> None:
        form = ("Content-Type", "application/x-www-form-urlencoded")
        basic = ("Authorization", "Basic YTpi")
        host, self.host, self.headers = self.host, "oauth.production.enode.io", []
        reply = self.reply("/oauth2/token", self.at, "POST", basic, form, body=b"grant_type=client_credentials")
        self.host = host
        self.headers = [("Authorization", f"Bearer {json.loads(reply.body)['access_token']}")]


def pulled(asked: Asked, target: str, at: datetime, *headers: tuple[str, str]) -> datetime:
    data = asked.json(target, at, "GET", *headers)["data"]
    return datetime.fromisoformat(data["sync"]["lastPulledAt"])


@pytest.fixture
def amps() -> Asked:
    return Asked("amps")


@pytest.fixture
def battery(amps: Asked) -> str:
    return f"/battery/{amps.json('/battery', AT)['data']['items'][0]['id']}"


def test_at_the_start_everything_is_fresh(amps: Asked, battery: str) -> None:
    assert pulled(amps, battery, AT) == AT


def test_a_reading_stands_for_a_quarter_of_an_hour_in_lists_too(amps: Asked, battery: str) -> None:
    seen = [pulled(amps, battery, LATER + timedelta(minutes=minute)) for minute in range(60)]
    assert len(set(seen)) in (4, 5)
    ages = [LATER + timedelta(minutes=minute) - at for minute, at in enumerate(seen)]
    assert timedelta(0) <= min(ages) < max(ages) < timedelta(minutes=15)
    data = amps.json(battery, LATER)["data"]
    listed = next(each for each in amps.json("/battery", LATER)["data"]["items"] if each["id"] == data["id"])
    assert listed["sync"] == data["sync"]
    assert listed["state"] == data["state"]
    assert data["metadata"] | {"model": ""} == {"model": "", "source": "cache", "cacheType": "normal"}


def test_what_is_asked_for_sooner_is_not_forgotten_and_time_never_goes_back(amps: Asked, battery: str) -> None:
    before = pulled(amps, battery, LATER)
    sooner = pulled(amps, f"{battery}?expedite=true", LATER)
    assert before < sooner
    assert LATER - sooner < timedelta(minutes=1)
    assert pulled(amps, battery, LATER) == sooner
    seen = [pulled(amps, battery, LATER + timedelta(minutes=minute)) for minute in range(30)]
    assert seen == sorted(seen)
    assert pulled(amps, battery, LATER - timedelta(hours=1)) < before


def test_the_steering_of_one_request_spends_and_pulls_nothing(amps: Asked, battery: str) -> None:
    early = ("X-Sandbox-At", (LATER - timedelta(hours=1)).isoformat())
    pulled(amps, f"{battery}?expedite=true", LATER, early)
    session = amps.engine.sessions["default"].session
    assert not session.pulled
    assert {count for _, count in (session.spent or {}).values()} == {1}  # the list of the fixture


def test_an_overview_stands_for_a_quarter_of_an_hour_and_the_power_flow_is_live() -> None:
    solar = Asked("solaredge")
    site = solar.json(f"/sites/list?{SOLAR_KEY}", AT)["sites"]["site"][0]["id"]
    texts = {
        solar.json(f"/site/{site}/overview?{SOLAR_KEY}", LATER + timedelta(minutes=minute))["overview"][
            "lastUpdateTime"
        ]
        for minute in range(60)
    }
    assert len(texts) in (4, 5)
    flows = {
        json.dumps(solar.json(f"/site/{site}/currentPowerFlow?{SOLAR_KEY}", LATER + timedelta(minutes=minute)))
        for minute in range(60)
    }
    assert len(flows) > 30


def test_of_a_series_nothing_is_known_that_is_not_reported_yet() -> None:
    solar = Asked("solaredge")
    site = solar.json(f"/sites/list?{SOLAR_KEY}", AT)["sites"]["site"][0]["id"]
    span = "startTime=2026-06-01%2012:00:00&endTime=2026-06-01%2016:00:00"
    values = solar.json(f"/site/{site}/power?{SOLAR_KEY}&{span}", LATER)["power"]["values"]
    known = [value["date"] for value in values if value["value"] is not None]
    assert known[-1] in ("2026-06-01 14:45:00", "2026-06-01 15:00:00")


def test_a_refresh_hint_makes_the_next_reading_newer() -> None:
    enode = Asked("enode")
    enode.token()
    car = enode.json("/vehicles", AT)["data"][0]["id"]
    at = AT + timedelta(minutes=47)
    before = enode.json(f"/vehicles/{car}", at)["lastSeen"]
    assert enode.reply(f"/vehicles/{car}/refresh-hint", at, "POST").status == 204
    after = enode.json(f"/vehicles/{car}", at)["lastSeen"]
    assert before < after == "2026-06-01T12:47:00.000Z"


def test_beyond_a_limit_it_is_429_with_a_time_to_wait_and_the_journal_calls_it_a_fault() -> None:
    solar = Asked("solaredge", Realism(limits=(Limit(calls=2, per_s=86_400), Limit(calls=9, per_s=60, by="id"))))
    replies = [solar.reply(f"/sites/list?{SOLAR_KEY}", AT) for _ in range(3)]
    assert [each.status for each in replies] == [200, 200, 429]
    assert dict(replies[2].headers)["Retry-After"] == str(12 * 3600)
    assert (replies[2].verdict, replies[0].verdict) == ("fault=rate_limit", "simulate")
    assert [each.fault for each in solar.engine.sessions["default"].journal] == ["", "", "rate_limit"]
    assert solar.reply("/sites/list?api_key=ANOTHER0KEY", AT).status == 200
    assert solar.reply("/sites/list?api_key=INVALID", AT).status == 403
    other = ("X-Sandbox-Session", "other")
    assert solar.reply(f"/sites/list?{SOLAR_KEY}", AT, "GET", other).status == 200
    assert solar.reply(f"/sites/list?{SOLAR_KEY}", AT + timedelta(hours=12)).status == 200


def test_a_limit_by_id_counts_each_device_and_only_its_routes() -> None:
    tesla = Asked("tesla")
    cars = [each["id_s"] for each in json.loads(tesla_list(tesla).body)["response"]]
    wakes = [tesla.reply(f"/api/1/vehicles/{cars[0]}/wake_up", AT, "POST").status for _ in range(4)]
    assert wakes == [200, 200, 200, 429]
    assert tesla.reply(f"/api/1/vehicles/{cars[1]}/wake_up", AT, "POST").status == 200
    told = tesla.reply(f"/api/1/vehicles/{cars[0]}/wake_up", AT + timedelta(seconds=20), "POST")
    assert dict(told.headers) | {"Retry-After": "40", "RateLimit-Reset": "40"} == dict(told.headers)


def tesla_list(tesla: Asked) -> Reply:
    host, tesla.host = tesla.host, "auth.tesla.com"
    body = b'{"grant_type": "client_credentials", "client_id": "c", "client_secret": "s"}'
    token = json.loads(tesla.reply("/oauth2/v3/token", AT, "POST", body=body).body)["access_token"]
    tesla.host, tesla.headers = host, [("Authorization", f"Bearer {token}")]
    return tesla.reply("/api/1/vehicles", AT)


def test_a_parked_car_sleeps_until_it_is_woken_and_does_not_start_anew_to_wake_when_asked_again() -> None:
    tesla = Asked("tesla")
    tesla_list(tesla)

    def state(at: datetime) -> str:
        return str(tesla.json(f"/api/1/vehicles/{car}", at)["response"]["state"])

    def data(at: datetime) -> int:
        return tesla.reply(f"/api/1/vehicles/{car}/vehicle_data", at).status

    cars = tesla.json("/api/1/vehicles", AT)["response"]
    car = next(each["id_s"] for each in cars if each["state"] == "asleep")
    assert data(AT) == 408
    assert tesla.reply(f"/api/1/vehicles/{car}/command/charge_stop", AT, "POST").status == 408
    for seconds in (0, 5, 10):
        told = tesla.json(f"/api/1/vehicles/{car}/wake_up", AT + timedelta(seconds=seconds), "POST")
        assert told["response"]["state"] == "asleep"
    awake = AT + timedelta(seconds=15)
    assert (state(awake), data(awake)) == ("online", 200)
    assert data(awake + timedelta(seconds=899)) == 200
    later = awake + timedelta(seconds=900)
    assert (state(later), data(later)) == ("asleep", 408)


def test_a_car_that_charges_or_drives_does_not_sleep() -> None:
    tesla = Asked("tesla")
    tesla_list(tesla)
    world = tesla.engine.loaded.world
    states = Counter[tuple[str, bool]]()
    for minutes in range(0, 7 * 60, 10):
        at = AT + timedelta(minutes=minutes)
        for car, told in enumerate(tesla.json("/api/1/vehicles", at)["response"]):
            reading = reading_at(world, nth(world, "vehicle", car), at, {})
            assert isinstance(reading, VehicleReading)
            states[told["state"], reading.charging or reading.driving] += 1
    assert states["online", True] > 0
    assert states["asleep", False] > 0
    assert states["asleep", True] == 0


def test_a_client_is_counted_by_whom_its_tokens_are_for() -> None:
    enode = Asked("enode", Realism(Readings(), (Limit(calls=2, per_s=60),)))
    for _ in range(2):
        enode.token()
        assert enode.reply("/vehicles", AT).status == 200
    enode.token()
    assert enode.reply("/vehicles", AT).status == 429


def test_sessions_by_credential_outlive_a_clients_tokens() -> None:
    enode = Asked("enode")
    enode.engine.settings = replace(enode.engine.settings, session_by="credential")
    for _ in range(2):
        enode.at += timedelta(minutes=1)
        enode.token()
        assert enode.reply("/vehicles", enode.at).status == 200
    seen = [len(session.journal) for session in enode.engine.sessions.values()]
    assert sorted(seen) == [0, 2, 2]  # the default one, tokens asked for by Basic, and what the tokens were used for


def test_unless_it_is_asked_for_nothing_of_it_holds() -> None:
    loaded = load_all(Settings(pack=("amps", "solaredge", "tesla", "enode", "smartcar")), AT).loaded
    assert [pack.realism for pack in loaded.packs.values()] == [None] * 5
