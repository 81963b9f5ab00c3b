"""Tesla's own words for no; cars by VIN; what apps set shows; histories add up."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from replaysandbox.answer import Loaded, answer
from replaysandbox.check import violations
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.exchange import Reply, Request, header
from replaysandbox.core.session import Session
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all
from replaysandbox.operations.ids import device_id, home_id, other_ids

AT = datetime(2026, 6, 2, 15, tzinfo=UTC)
KEY = "sk_test_demo"
CAR, SITE = "/api/1/vehicles/ID", "/api/1/energy_sites/SITE"


@cache
def loaded(zone: str = "") -> Loaded:
    return load_all(Settings(pack=("tesla",), zone=zone or None), AT).loaded


class App:
    """Asks one thing after another, on one log; every answer keeps the contract."""

    def __init__(self, *, key: str = KEY, fault: str = "", zone: str = "") -> None:
        self.loaded, self.key, self.fault = loaded(zone), key, fault
        self.log, self.last = CommandLog(), Reply(0)

    def ask(self, method: str, target: str, body: object = None) -> tuple[int, Any]:
        pack, world = self.loaded.packs["tesla"], self.loaded.world
        car = DeviceRef("vehicle", 0)
        for word, text in {
            "SITE": home_id(pack, world, 0),
            "VIN": other_ids(pack, world, car)["vin"],
            "ID": device_id(pack, world, car),
        }.items():
            target = target.replace(word, text)
        path, _, query = target.partition("?")
        headers = (("Authorization", f"Bearer {self.key}"), *((("X-Sandbox-Fault", self.fault),) if self.fault else ()))
        raw = b"" if body is None else json.dumps(body).encode()
        request = Request(method, "https", "fleet-api.prd.eu.vn.cloud.tesla.com", 443, path, query, headers, raw)
        answered = answer(request, self.loaded, Session(log=self.log), AT)
        assert isinstance(answered.outcome, Reply)
        self.last, self.log = answered.outcome, answered.log or self.log
        checker = self.loaded.checkers["tesla"]
        assert violations(checker, method, path, self.last.status, self.last.headers, self.last.body) == []
        return self.last.status, json.loads(self.last.body)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "error", "described"),
    [
        ("GET", "/api/1/vehicles/5YJ3E7EB0KF000000", None, 404, "not_found", ""),
        ("GET", "/api/1/energy_sites/7/live_status", None, 404, "not_found", ""),
        ("POST", f"{CAR}/command/set_charge_limit", {"percent": 20}, 400, "invalid_request", "less than the minimum"),
        ("POST", f"{CAR}/command/set_charging_amps", {"charging_amps": 60}, 400, "invalid_request", "greater than"),
        ("POST", f"{CAR}/command/set_charge_limit", None, 400, "invalid_request", "body is missing"),
        ("POST", f"{SITE}/operation", {"default_real_mode": "party"}, 400, "invalid_request", "party"),
        ("GET", f"{SITE}/calendar_history?kind=soe", None, 400, "invalid_request", "kind must be one of"),
        ("GET", "/api/1/vehicles?per_page=51", None, 400, "invalid_request", "per_page"),
    ],
)
def test_no_is_said_in_teslas_words(
    method: str, path: str, body: object, status: int, error: str, described: str
) -> None:
    told = App().ask(method, path, body)
    assert (told[0], told[1]["response"], told[1]["error"]) == (status, None, error)
    assert described in told[1]["error_description"]


@pytest.mark.parametrize(
    ("key", "fault", "status", "error"),
    [
        ("", "", 401, "invalid bearer token"),
        ("nonsense", "", 401, "invalid bearer token"),
        (KEY, "expired_key", 401, "token expired (401)"),
        (KEY, "error=asleep", 408, "vehicle unavailable: vehicle is offline or asleep"),
        (KEY, "rate_limit; retry_after=30", 429, "too many requests"),
    ],
)
def test_the_door_is_shut_in_words_the_packages_compare_with(key: str, fault: str, status: int, error: str) -> None:
    app = App(key=key, fault=fault)
    told = app.ask("GET", f"{CAR}/vehicle_data")
    assert (told[0], told[1]["error"]) == (status, error)
    assert header(app.last.headers, "retry-after") == ("30" if status == 429 else None)


def test_a_car_goes_by_id_and_vin_and_by_no_other_number() -> None:
    app = App()
    by_id, by_vin = (app.ask("GET", f"/api/1/vehicles/{each}")[1]["response"] for each in ("ID", "VIN"))
    assert by_id == by_vin
    assert app.ask("GET", f"/api/1/vehicles/{by_id['vehicle_id']}")[0] == 404, "that one is for streams"
    app.ask("POST", "/api/1/vehicles/VIN/command/door_unlock")
    assert app.ask("GET", f"{CAR}/vehicle_data")[1]["response"]["vehicle_state"]["locked"] is False


def test_a_car_out_of_reach_is_listed_and_takes_no_command() -> None:
    app = App(fault="offline")
    assert app.ask("GET", "/api/1/vehicles")[1]["response"][0]["state"] == "offline"
    assert app.ask("GET", CAR)[1]["response"]["state"] == "offline"
    assert app.ask("POST", f"{CAR}/wake_up")[1]["response"]["state"] == "offline"
    for command in ("charge_stop", "door_unlock", "honk_horn"):
        assert app.ask("POST", f"{CAR}/command/{command}")[0] == 408
    assert app.ask("POST", f"{CAR}/command/set_charging_amps", {"charging_amps": 5})[0] == 408
    assert app.log == CommandLog()


def test_only_what_is_asked_for_is_told_of_a_car() -> None:
    data = App().ask("GET", f"{CAR}/vehicle_data?endpoints=charge_state%3Blocation_data")[1]["response"]
    assert {name for name in data if name.endswith(("_state", "_config", "_settings"))} == {
        "charge_state",
        "drive_state",
    }


def test_cars_come_in_pages() -> None:
    app = App()
    pages = [app.ask("GET", f"/api/1/vehicles?per_page=2&page={page}")[1] for page in (1, 2)]
    assert [len(each["response"]) for each in pages] == [2, 1]
    assert [(each["pagination"]["previous"], each["pagination"]["next"]) for each in pages] == [(None, 2), (1, None)]


def test_what_a_site_is_told_shows_in_what_it_tells() -> None:
    app = App()
    for name, body in (
        ("backup", {"backup_reserve_percent": 55}),
        ("storm_mode", {"enabled": True}),
        ("grid_import_export", {"customer_preferred_export_rule": "never"}),
        ("grid_import_export", {"disallow_charge_from_grid_with_solar_installed": True}),
        ("off_grid_vehicle_charging_reserve", {"off_grid_vehicle_charging_reserve_percent": 20}),
        ("site_name", {"site_name": "Cabin"}),
    ):
        assert app.ask("POST", f"{SITE}/{name}", body)[1]["response"]["code"] == 201
    info = app.ask("GET", f"{SITE}/site_info")[1]["response"]
    assert (info["backup_reserve_percent"], info["site_name"]) == (55, "Cabin")
    assert info["user_settings"]["storm_mode_enabled"] is True
    assert info["components"]["customer_preferred_export_rule"] == "never"
    assert info["components"]["disallow_charge_from_grid_with_solar_installed"] is True
    assert info["off_grid_vehicle_charging_reserve_percent"] == 20
    products = app.ask("GET", "/api/1/products")[1]
    assert products["count"] == len(products["response"]) == 6
    assert next(each["site_name"] for each in products["response"] if "energy_site_id" in each) == "Cabin"


@pytest.mark.parametrize(("period", "count"), [("day", 180), ("week", 2), ("month", 2), ("year", 6)])
def test_a_history_adds_up_and_begins_with_its_day_week_month_or_year(period: str, count: int) -> None:
    told = App().ask("GET", f"{SITE}/calendar_history?kind=energy&period={period}")[1]["response"]
    assert (told["period"], len(told["time_series"])) == (period, count)
    for each in told["time_series"]:
        home = each["total_home_usage"]
        fed = sum(each[f"consumer_energy_imported_from_{source}"] for source in ("solar", "grid", "battery"))
        assert fed == pytest.approx(home, abs=0.05)
        came = each["solar_energy_exported"] + each["grid_energy_imported"] + each["total_battery_discharge"]
        assert came == pytest.approx(home + each["total_grid_energy_exported"] + each["total_battery_charge"], abs=0.05)


def test_histories_are_in_the_sites_own_time() -> None:
    app = App(zone="America/Los_Angeles")
    told = app.ask("GET", f"{SITE}/calendar_history?kind=power")[1]["response"]
    assert (told["installation_time_zone"], told["time_series"][0]["timestamp"]) == (
        "America/Los_Angeles",
        "2026-06-02T00:00:00-07:00",
    )
    assert len(told["time_series"]) == 8 * 12


def test_a_region_names_its_own_server() -> None:
    assert App().ask("GET", "/api/1/users/region")[1]["response"] == {
        "region": "eu",
        "fleet_api_base_url": "https://fleet-api.prd.eu.vn.cloud.tesla.com",
    }
