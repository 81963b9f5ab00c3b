from __future__ import annotations

import json
from urllib.parse import parse_qs

from replaysandbox.answer import answer
from replaysandbox.asking.calls import Caller
from replaysandbox.asking.questions import Subject
from replaysandbox.asking.refusing import refused_requests, rule_asks
from replaysandbox.core.exchange import Reply, Request, header
from replaysandbox.core.session import Session
from tests.unit.operations.site_pack import sites
from tests.unit.worlds import AT

PACK = sites().packs["sites"]
ROUTES = {route.path: route for route in PACK.routes if route.refuses}


def test_each_rule_is_asked_for_and_refuses() -> None:
    subject = Subject(sites(), PACK, None, Caller("sk_test_demo", "client", "secret"), 1)
    asks = [*rule_asks(subject, AT)]
    assert len(asks) == sum(len(route.refuses) for route in ROUTES.values())
    answered = [answer(ask.request, sites(), Session(), ask.at) for ask in asks]
    assert [each.error for each in answered] == [rule.error for route in PACK.routes for rule in route.refuses]
    assert all(isinstance(each.outcome, Reply) and ask.wrong for each, ask in zip(answered, asks, strict=True))


def test_what_is_refused_is_put_where_the_rule_looks() -> None:
    mode, login = ROUTES["/sites/{id}/mode/{mode}"], ROUTES["/accounts/login"]
    request = Request("POST", "https", "api.sites.test", 443, "/sites/7/mode/auto", "a=1")
    (_, worded), (_, asked) = refused_requests(mode, request, {})
    assert worded.path == "/sites/7/mode/neither"
    assert (parse_qs(asked.query), asked.path) == ({"a": ["1"], "unit": ["F"]}, request.path)
    ((error, sent),) = refused_requests(
        login, Request("POST", "https", "h", 443, "/accounts/login"), {"userName": "me"}
    )
    assert (error, json.loads(sent.body)) == ("wrong_login", {"userName": "me", "secret": {"word": "wrong"}})
    assert header(sent.headers, "content-type") == "application/json"
