"""One home, many vendors: its devices tell one story in every API, and a command through one shows in the others."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from replaysandbox.answer import Loaded, answer
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.exchange import Reply, Request
from replaysandbox.core.session import Session
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all
from replaysandbox.operations.ids import device_id, home_id

START = datetime(2026, 6, 1, tzinfo=UTC)
HOST = {
    "amps": "api.amps.ai",
    "enode": "enode-api.production.enode.io",
    "smartcar": "api.smartcar.com",
    "solaredge": "monitoringapi.solaredge.com",
    "tesla": "owner-api.teslamotors.com",
}
BEARER = (("Authorization", "Bearer sk_test_demo"),)


@cache
def loaded(scenario: str = "default") -> Loaded:
    return load_all(Settings(pack=tuple(HOST), scenario=scenario), START).loaded


def ask(
    pack: str,
    path: str,
    device: DeviceRef,
    at: datetime,
    log: CommandLog,
    body: object = None,
    scenario: str = "default",
) -> tuple[Any, CommandLog]:
    imitated = loaded(scenario)
    text = device_id(imitated.packs[pack], imitated.world, device)
    home = home_id(imitated.packs[pack], imitated.world, device.home)
    raw = b"" if body is None else json.dumps(body).encode()
    method = "GET" if body is None else "POST"
    request = Request(method, "https", HOST[pack], 443, path.format(id=text, home=home), "", BEARER, raw)
    answered = answer(request, imitated, Session(log=log), at)
    assert isinstance(answered.outcome, Reply)
    assert answered.outcome.status < 300, answered.outcome.body
    return json.loads(answered.outcome.body), answered.log or log


def flow(home: int, at: datetime, log: CommandLog, scenario: str = "default") -> dict[str, Any]:
    """Ask SolarEdge how power flows in a home; its sites are homes, and its key is in the query."""
    imitated = loaded(scenario)
    site = home_id(imitated.packs["solaredge"], imitated.world, home)
    path = f"/site/{site}/currentPowerFlow"
    request = Request("GET", "https", HOST["solaredge"], 443, path, "api_key=SK0TEST0DEMO")
    outcome = answer(request, imitated, Session(log=log), at).outcome
    assert isinstance(outcome, Reply)
    found: dict[str, Any] = json.loads(outcome.body)["siteCurrentPowerFlow"]
    return found


def sites(home: int, at: datetime, log: CommandLog) -> None:
    seen = flow(home, at, log)
    links = {(each["from"], each["to"]) for each in seen["connections"]}
    battery = ask("amps", "/battery/{id}", DeviceRef("battery", home), at, log)[0]["data"]["state"]
    sun = ask("enode", "/inverters/{id}", DeviceRef("solar_inverter", home), at, log)[0]["productionState"]
    assert seen["STORAGE"]["status"] == battery["status"].capitalize()
    assert seen["STORAGE"]["chargeLevel"] == pytest.approx(battery["level"], abs=0.51)
    assert seen["STORAGE"]["currentPower"] == pytest.approx(abs(battery["chargeRate"]), abs=0.001)
    assert (("STORAGE", "Load") in links) == (battery["status"] == "discharging")
    assert any(to == "Storage" for _, to in links) == (battery["status"] == "charging")
    assert seen["PV"]["currentPower"] == pytest.approx(sun["productionRate"], abs=0.001)
    assert (("PV", "Load") in links) == sun["isProducing"]
    stored = seen["STORAGE"]["currentPower"] * (1 if ("STORAGE", "Load") in links else -1)
    bought = seen["GRID"]["currentPower"] * (1 if ("GRID", "Load") in links else -1)
    assert seen["LOAD"]["currentPower"] == pytest.approx(seen["PV"]["currentPower"] + stored + bought, abs=0.003)
    live = ask("tesla", "/api/1/energy_sites/{home}/live_status", DeviceRef("battery", home), at, log)[0]["response"]
    for word, power in {"solar": "PV", "load": "LOAD"}.items():
        assert live[f"{word}_power"] == pytest.approx(seen[power]["currentPower"] * 1000, abs=1)
    assert live["battery_power"] == pytest.approx(stored * 1000, abs=1)
    assert live["grid_power"] == pytest.approx(bought * 1000, abs=1)
    assert live["percentage_charged"] == pytest.approx(seen["STORAGE"]["chargeLevel"], abs=0.51)


def batteries(device: DeviceRef, at: datetime, log: CommandLog) -> None:
    amps = ask("amps", "/battery/{id}", device, at, log)[0]["data"]["state"]
    enode = ask("enode", "/batteries/{id}", device, at, log)[0]["chargeState"]
    assert enode["status"] == amps["status"].upper()
    assert enode["batteryLevel"] == pytest.approx(amps["level"], abs=0.06)
    assert enode["chargeRate"] == pytest.approx(amps["chargeRate"], abs=0.001)
    site = ask("tesla", "/api/1/energy_sites/{home}/live_status", device, at, log)[0]["response"]
    assert site["percentage_charged"] == pytest.approx(amps["level"], abs=0.06)
    assert 0 - site["battery_power"] == pytest.approx(amps["chargeRate"] * 1000, abs=1)


def cars(device: DeviceRef, at: datetime, log: CommandLog) -> None:
    amps = ask("amps", "/vehicle/{id}", device, at, log)[0]["data"]["state"]
    enode = ask("enode", "/vehicles/{id}", device, at, log)[0]["chargeState"]
    level = ask("smartcar", "/v2.0/vehicles/{id}/battery", device, at, log)[0]["percentRemaining"]
    charge = ask("smartcar", "/v2.0/vehicles/{id}/charge", device, at, log)[0]
    assert enode["batteryLevel"] == pytest.approx(level * 100, abs=1.01)
    assert enode["isPluggedIn"] == charge["isPluggedIn"]
    assert enode["isCharging"] == (charge["state"] == "CHARGING")
    assert amps["batteryLevel"] == pytest.approx(level * 100, abs=0.51)
    assert amps["plugged"] == charge["isPluggedIn"]
    assert amps["chargeRate"] == pytest.approx(enode["chargeRate"], abs=0.001)
    tesla = ask("tesla", "/api/1/vehicles/{id}/vehicle_data", device, at, log)[0]["response"]["charge_state"]
    assert tesla["battery_level"] == pytest.approx(amps["batteryLevel"], abs=0.51)
    assert (tesla["charging_state"] == "Charging") == enode["isCharging"]


@pytest.mark.parametrize("home", [0, 1, 2])
def test_a_day_is_one_story(home: int) -> None:
    for hour in range(24):
        at = START + timedelta(hours=hour, minutes=7)
        batteries(DeviceRef("battery", home), at, CommandLog())
        cars(DeviceRef("vehicle", home), at, CommandLog())
        sites(home, at, CommandLog())


def test_a_command_through_one_api_shows_in_the_others() -> None:
    battery, car = DeviceRef("battery", 0), DeviceRef("vehicle", 0)
    at = START + timedelta(hours=18)
    assert ask("amps", "/battery/{id}", battery, at, CommandLog())[0]["data"]["state"]["status"] == "discharging"
    mode = {"operationMode": "IMPORT_FOCUS"}
    log = ask("enode", "/batteries/{id}/operation-mode", battery, at, CommandLog(), mode)[1]
    for minutes in (1, 30, 90):
        batteries(battery, at + timedelta(minutes=minutes), log)
    later = at + timedelta(minutes=1)
    assert ask("amps", "/battery/{id}", battery, later, log)[0]["data"]["state"]["status"] == "charging"

    night = START + timedelta(hours=23, minutes=30)
    assert ask("enode", "/vehicles/{id}", car, night, log)[0]["chargeState"]["isCharging"] is True
    log = ask("smartcar", "/v2.0/vehicles/{id}/charge", car, night, log, {"action": "STOP"})[1]
    stopped = ask("enode", "/vehicles/{id}", car, night + timedelta(minutes=1), log)[0]["chargeState"]
    assert stopped["isCharging"] is False
    cars(car, night + timedelta(minutes=1), log)


def test_a_command_pushed_through_amps_shows_in_solaredges_power_flow() -> None:
    battery, at = DeviceRef("battery", 0), START + timedelta(hours=18)
    assert flow(0, at, CommandLog())["STORAGE"]["status"] == "Discharging"
    push = {"action": {"command": "charge", "parameters": {"power": {"value": 2, "unit": "kw"}}}}
    log = ask("amps", "/battery/{id}", battery, at, CommandLog(), push)[1]
    later = at + timedelta(minutes=5)
    assert flow(0, later, log)["STORAGE"]["status"] == "Charging"
    assert flow(0, later, log)["STORAGE"]["currentPower"] == pytest.approx(2, abs=0.001)
    for minutes in (5, 30, 90):
        sites(0, at + timedelta(minutes=minutes), log)


def all_four(home: int, at: datetime, log: CommandLog) -> None:
    batteries(DeviceRef("battery", home), at, log)
    sites(home, at, log)


SITE = "/api/1/energy_sites/{home}"


def test_a_site_told_through_tesla_is_the_same_battery_everywhere() -> None:
    battery, evening = DeviceRef("battery", 0), START + timedelta(hours=18)
    assert flow(0, evening, CommandLog())["STORAGE"]["status"] == "Discharging"
    log = ask("tesla", f"{SITE}/backup", battery, evening, CommandLog(), {"backup_reserve_percent": 100})[1]
    assert ask("tesla", f"{SITE}/site_info", battery, evening, log)[0]["response"]["backup_reserve_percent"] == 100
    for minutes in (1, 10, 20):
        later = evening + timedelta(minutes=minutes)
        all_four(0, later, log)
        assert flow(0, later, log)["STORAGE"]["status"] == "Charging"
        assert ask("amps", "/battery/{id}", battery, later, log)[0]["data"]["state"]["status"] == "charging"
    full = evening + timedelta(days=1)
    all_four(0, full, log)
    assert ask("enode", "/batteries/{id}", battery, full, log)[0]["chargeState"]["batteryLevel"] == 100
    log = ask("tesla", f"{SITE}/backup", battery, full, log, {"backup_reserve_percent": 0})[1]
    assert flow(0, full + timedelta(minutes=5), log)["STORAGE"]["status"] == "Discharging"
    log = ask("tesla", f"{SITE}/operation", battery, full, log, {"default_real_mode": "backup"})[1]
    for hours in (1, 6, 30):
        all_four(0, full + timedelta(hours=hours), log)
    log = ask("enode", "/batteries/{id}/operation-mode", battery, full, log, {"operationMode": "EXPORT_FOCUS"})[1]
    assert ask("tesla", f"{SITE}/live_status", battery, full, log)[0]["response"]["battery_power"] > 0
    all_four(0, full + timedelta(minutes=20), log)


def test_a_car_told_through_tesla_by_its_vin_is_the_same_car_everywhere() -> None:
    car, night = DeviceRef("vehicle", 0), START + timedelta(hours=23, minutes=30)
    vin = ask("tesla", "/api/1/vehicles/{id}", car, night, CommandLog())[0]["response"]["vin"]

    def tell(command: str, body: object, log: CommandLog) -> CommandLog:
        return ask("tesla", f"/api/1/vehicles/{vin}/command/{command}", car, night, log, body)[1]

    before = ask("enode", "/vehicles/{id}", car, night, CommandLog())[0]["chargeState"]
    assert before["isCharging"]
    log = tell("charge_stop", {}, CommandLog())
    stopped = ask("enode", "/vehicles/{id}", car, night, log)[0]["chargeState"]
    assert (stopped["isCharging"], stopped["chargeRate"] or 0) == (False, 0)
    cars(car, night, log)
    log = tell("charge_start", {}, log)
    fast = ask("amps", "/vehicle/{id}", car, night, log)[0]["data"]["state"]["chargeRate"]
    log = tell("set_charging_amps", {"charging_amps": 6}, log)
    slow = ask("amps", "/vehicle/{id}", car, night, log)[0]["data"]["state"]["chargeRate"]
    assert 0 < slow < fast / 2
    cars(car, night, log)
    log = tell("set_charge_limit", {"percent": 60}, log)
    assert ask("smartcar", "/v2.0/vehicles/{id}/charge/limit", car, night, log)[0]["limit"] == 0.6
    log = ask("smartcar", "/v2.0/vehicles/{id}/charge/limit", car, night, log, {"limit": 0.9})[1]
    shown = ask("tesla", "/api/1/vehicles/{id}/vehicle_data", car, night, log)[0]["response"]["charge_state"]
    assert shown["charge_limit_soc"] == 90
    for minutes in (0, 30, 120):
        cars(car, night + timedelta(minutes=minutes), log)


def test_a_site_of_several_batteries_is_as_full_as_they_are_together() -> None:
    for hour in (3, 11, 19):
        at = START + timedelta(hours=hour)
        seen = [
            ask("amps", "/battery/{id}", DeviceRef("battery", 1, slot), at, CommandLog(), scenario="full-house")[0]
            for slot in (0, 1)
        ]
        levels = [each["data"]["state"]["level"] for each in seen]
        live = ask("tesla", f"{SITE}/live_status", DeviceRef("battery", 1), at, CommandLog(), scenario="full-house")[0]
        charged = live["response"]["percentage_charged"]
        assert min(levels) < charged < max(levels)
        assert flow(1, at, CommandLog(), "full-house")["STORAGE"]["chargeLevel"] == pytest.approx(charged, abs=0.51)
        power = 0 - sum(each["data"]["state"]["chargeRate"] for each in seen) * 1000
        assert live["response"]["battery_power"] == pytest.approx(power, abs=2)
