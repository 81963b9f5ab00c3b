import itertools
from datetime import timedelta

import pytest

from replaysandbox.operations.bending import told_all
from tests.unit.operations.pushing import Told
from tests.unit.worlds import amps, first

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
