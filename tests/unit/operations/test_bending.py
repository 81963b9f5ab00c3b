import itertools
from dataclasses import replace
from datetime import timedelta
from functools import cache
from time import process_time

import pytest

from replaysandbox.core.action import Action
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.entries import Pushed, Steer, Steers
from replaysandbox.operations import bending
from replaysandbox.operations.bending import told_all
from tests.unit.operations.pushing import Told, error
from tests.unit.worlds import AT, amps, ask, first

KW = {"power": {"value": 2, "unit": "kw"}}


def level(session: Told) -> float:
    return float(session.ask("GET", f"/battery/{first('battery')}")[1]["data"]["state"]["level"])


def state(session: Told) -> dict[str, object]:
    return dict(session.ask("GET", f"/battery/{first('battery')}")[1]["data"]["state"])


def test_a_pushed_battery_charges_at_the_power_asked_for() -> None:
    session = Told()
    before = state(session)
    session.push("charge", parameters=KW)
    assert state(session)["chargeRate"] == 2
    session.later(minutes=30)
    gained = level(session) - float(str(before["level"]))
    assert gained == pytest.approx(1.0 / float(str(before["capacity"])) * 100, abs=0.02)


def test_a_window_works_only_inside_and_a_cancelled_one_never() -> None:
    plain, session = Told(), Told()
    action = session.push("charge", start="1h", end="1h", parameters=KW)[1]["data"]["id"]
    for each in (plain, session):
        each.later(minutes=59)
    assert state(session) == state(plain)
    session.ask("POST", f"/actions/{action}/cancel")
    for each in (plain, session):
        each.later(minutes=30)
    assert state(session) == state(plain)


@pytest.mark.slow
def test_after_the_window_it_comes_back_to_its_curve_without_a_jump() -> None:
    plain, session = Told(), Told()
    session.push("discharge", start="1h", end="1h", parameters=KW)
    session.later(hours=2)
    seen = [level(session)]
    for _ in range(24 * 2):
        session.later(minutes=30)
        seen.append(level(session))
    assert max(abs(one - two) for one, two in itertools.pairwise(seen)) < 25
    plain.at = session.at
    assert state(session) == state(plain)


def test_an_action_that_fails_does_nothing() -> None:
    plain, session = Told(), Told()
    body = {"action": {"command": "charge"}, "sandbox": {"fault": "action_fails"}}
    session.ask("POST", f"/battery/{first('battery')}", body)
    for each in (plain, session):
        each.later(hours=1)
    assert state(session) == state(plain)


def test_settings_bound_the_commands_that_follow() -> None:
    session = Told()
    session.ask("POST", f"/battery/{first('battery')}/settings", {"discharge_floor": {"value": 55, "unit": "percent"}})
    session.push("discharge", start="1m", end="20h")
    session.later(hours=19)
    assert level(session) == 55


def test_another_past_makes_another_course() -> None:
    session = Told()
    session.later(hours=1)
    session.push("charge", parameters=KW)
    session.at -= timedelta(minutes=30)
    session.push("idle")
    held = level(session)
    session.later(hours=2)
    assert level(session) == held


def test_a_log_worked_out_from_its_entries_is_the_log() -> None:
    session = Told()
    session.push("charge", start="1h", end="1h", parameters=KW)
    session.later(minutes=10)
    session.push("discharge", conflict="cancel_and_replace", start="2h", end="1h")
    session.ask("POST", f"/battery/{first('battery')}/settings", {"discharge_floor": {"value": 25, "unit": "percent"}})
    session.later(minutes=-5)  # a write in the past drops what came after
    session.push("idle", conflict="cancel_and_replace", start="3h")
    assert len(session.log.fresh) == 6
    assert told_all(amps().world, session.log.fresh) == session.log


@pytest.mark.slow
def test_settings_bind_a_battery_that_nobody_commands() -> None:
    session = Told()
    bounds = {"discharge_floor": {"value": 55, "unit": "percent"}, "charge_ceiling": {"value": 80, "unit": "percent"}}
    session.ask("POST", f"/battery/{first('battery')}/settings", bounds)
    assert state(session)["dischargeLimit"] == 55
    seen = []
    for _ in range(48):
        session.later(minutes=30)
        seen.append(level(session))
    assert (min(seen), max(seen)) == (55, 80)


def test_a_charger_pushed_to_charges_its_car_and_its_setting_caps_it() -> None:
    session, charger, car = Told(), f"/ev-charger/{first('ev-charger')}", f"/vehicle/{first('vehicle')}"
    session.later(hours=10)
    assert session.push("charge", "ev-charger")[0] == 202
    session.later(minutes=1)
    seen = session.ask("GET", charger)[1]["data"]["state"]
    assert (seen["status"], seen["isCharging"], seen["currentPower"]) == ("charging", True, 11)
    session.ask("POST", f"{charger}/settings", {"max_charge_rate": {"value": 3, "unit": "kw"}})
    seen = session.ask("GET", charger)[1]["data"]["state"]
    assert (seen["currentPower"], seen["powerRateLimit"]) == (3, 3)
    assert session.ask("GET", car)[1]["data"]["state"]["chargeRate"] == 3
    session.push("idle", "ev-charger")
    assert session.ask("GET", charger)[1]["data"]["state"]["status"] == "connected"


def test_a_pushed_zone_holds_its_setpoint_until_it_follows_its_schedule() -> None:
    session, zone = Told(), f"/hvac/{first('hvac')}"
    assert session.push("heat", "hvac", parameters={"target": {"value": 26, "unit": "celsius"}})[0] == 202
    seen = session.ask("GET", zone)[1]["data"]["state"]
    assert (seen["mode"], seen["holdType"], seen["heatSetpoint"]) == ("heat", "permanent", 26)
    session.later(hours=6)
    assert session.ask("GET", zone)[1]["data"]["state"]["temperature"] == pytest.approx(26, abs=0.1)
    session.push("idle", "hvac")
    seen = session.ask("GET", zone)[1]["data"]["state"]
    assert (seen["mode"], seen["active"]) == ("off", False)
    session.later(minutes=1)
    session.push("follow_schedule", "hvac")
    assert session.ask("GET", zone)[1]["data"]["state"]["holdType"] == "follow_schedule"


def steer(session: Told, does: Steers, **values: float) -> None:
    device = DeviceRef("battery", 0)
    session.log = bending.told(
        amps().world, session.log, Steer(session.log.count + 1, session.at, device, does, values)
    )


def test_a_hand_sets_holds_and_lets_go() -> None:
    session = Told()
    steer(session, "set", level_pct=12)
    assert level(session) == 12
    session.later(minutes=30)
    assert level(session) > 12
    steer(session, "pin", level_pct=40)
    session.push("charge")
    session.later(hours=9)
    assert (level(session), state(session)["status"]) == (40, "idle")
    steer(session, "unpin")
    assert level(session) == 40
    session.at -= timedelta(hours=9, minutes=15)  # the pin is not yet
    steer(session, "online")
    session.later(hours=9)
    assert level(session) != 40


def test_a_device_that_a_hand_took_away_shows_what_it_last_measured() -> None:
    session = Told()
    steer(session, "offline")
    session.later(hours=1)
    path = f"/battery/{first('battery')}"
    assert error(session.ask("GET", path))[:2] == (503, "DEVICE_OFFLINE")
    listed = session.ask("GET", "/battery?limit=1")[1]["data"]["items"][0]
    assert (listed["sync"]["available"], listed["sync"]["lastPulledAt"]) == (False, "2026-06-01T12:00:00.000Z")
    steer(session, "online")
    assert session.ask("GET", path)[0] == 200


@pytest.mark.slow
def test_ten_thousand_past_commands_cost_a_reading_little() -> None:
    world, log, device, at = amps().world, CommandLog(), DeviceRef("battery", 0), AT
    for number in range(10_000):
        at = AT + timedelta(minutes=number)
        action = Action(log.count + 1, "amps", device, "", ("charge", "idle")[number % 2], None, {}, at, completed_s=4)
        log = replace(bending.told(world, log, Pushed(action)), fresh=())
    costs = []
    for each in (CommandLog(), log):
        rounds = []
        for turn in range(5):
            began = process_time()
            for number in range(100):
                ask(f"/battery/{first_battery()}", at=at + timedelta(milliseconds=turn * 100 + number), log=each)
            rounds.append(process_time() - began)
        costs.append(min(rounds))
    assert costs[1] < 3 * costs[0]  # generous: bench/commands.py prints the ratio itself


@cache
def first_battery() -> str:
    return first("battery")
