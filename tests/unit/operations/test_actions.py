from datetime import timedelta

import pytest

from tests.unit.operations.pushing import Told, error
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
