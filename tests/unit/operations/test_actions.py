from datetime import timedelta

import pytest

from tests.unit.operations.pushing import Told, error
from tests.unit.operations.site_pack import Visitor
from tests.unit.worlds import first


def ids(session: Told, query: str = "") -> list[str]:
    return [item["id"] for item in session.ask("GET", f"/actions?{query}")[1]["data"]["items"]]


@pytest.mark.slow
def test_actions_are_listed_newest_first_and_narrowed() -> None:
    session = Told()
    battery = session.push("charge")[1]["data"]["id"]
    session.later(minutes=1)
    later = session.push("discharge", start="3h")[1]["data"]["id"]
    assert ids(session) == [later, battery]
    assert ids(session, "limit=1&offset=1") == [battery]
    assert ids(session, "deviceType=hvac") == []
    assert ids(session, "deviceType=battery") == [later, battery]
    assert ids(session, "state=completed") == [battery]
    assert ids(session, "state=scheduled") == [later]
    assert ids(session, f"deviceId={first('battery')}") == [later, battery]
    assert ids(session, "deviceId=somebody-elses") == []
    assert error(session.ask("GET", "/actions?state=running"))[:2] == (400, "VALIDATION_ERROR")


def test_an_unknown_action_is_not_found() -> None:
    session = Told()
    assert error(session.ask("GET", "/actions/act_0000000000"))[:2] == (404, "NOT_FOUND")
    assert error(session.ask("POST", "/actions/act_0000000000/cancel"))[:2] == (404, "NOT_FOUND")


def test_winding_back_hides_what_came_later_and_a_write_there_drops_it() -> None:
    session = Told()
    early = session.push("charge")[1]["data"]["id"]
    session.later(hours=1)
    late = session.push("discharge")[1]["data"]["id"]
    session.at -= timedelta(minutes=30)
    assert ids(session) == [early]
    assert error(session.ask("GET", f"/actions/{late}"))[:2] == (404, "NOT_FOUND")
    new = session.push("idle")[1]["data"]["id"]
    session.later(hours=2)
    assert ids(session) == [new, early]
    assert new != late


def test_a_pack_may_let_an_action_be_cancelled_that_is_at_work_and_what_it_did_is_taken_back() -> None:
    visitor = Visitor()
    place = f"/sites/{visitor.site()}/battery"
    before = visitor.ask("GET", place)[1]["w"]
    action = visitor.ask("POST", place, {"switch": "ON", "power": {"kw": 1.5}})[1]["id"]
    assert visitor.ask("GET", place)[1]["w"] == -1500
    assert visitor.ask("DELETE", f"/actions/{action}")[1]["state"] == "cancelled"
    assert visitor.ask("GET", place)[1]["w"] == before
    late = visitor.ask("POST", place, {"switch": "ON"})[1]["id"]
    visitor.later(seconds=10)
    assert visitor.ask("DELETE", f"/actions/{late}")[0] == 409
