from __future__ import annotations

from replaysandbox.asking.below import below_owners
from replaysandbox.asking.calls import Caller
from replaysandbox.asking.questions import Subject, reads, writes
from replaysandbox.core.session import Session
from replaysandbox.exercise import Exercise
from tests.unit.operations.site_pack import Visitor, sites
from tests.unit.worlds import AT

PACK = sites().packs["sites"]


def test_below_an_owner_is_asked_where_there_is_one() -> None:
    subject = Subject(sites(), PACK, None, Caller("sk_test_demo", "client", "secret"), 1)
    assert [*below_owners(subject, Session(), AT)] == []
    visitor = Visitor()
    owner = visitor.ask("POST", "/owners", {"text": "one"})[1]["id"]
    asks = [*below_owners(subject, Session(log=visitor.log), AT)]
    assert [(ask.request.method, ask.request.path) for ask in asks] == [
        ("POST", f"/owners/{owner}/tariffs"),
        ("GET", f"/owners/{owner}/tariffs"),
    ]
    others = [*reads(subject, AT), *writes(subject, AT)]
    assert not [ask for ask in others if ask.request.path.endswith("/tariffs")]


def test_all_that_is_below_is_reached_by_an_exercise() -> None:
    told = [*Exercise(sites(), PACK).all([AT], 1)]
    reached = {each.route for each in told if each.seen.status < 300 and "/owners/{owner}" in each.route}
    assert {name.split()[0] for name in reached} == {"POST", "GET", "PUT", "DELETE"}
