import json

import pytest

from replaysandbox.core.exchange import Request
from replaysandbox.core.matching import Match
from replaysandbox.core.pack import ErrorAnswer
from replaysandbox.render.reply import About, done_reply, error_reply
from tests.unit.operations.site_pack import Visitor
from tests.unit.worlds import AT, amps

PACK, TEMPLATES = amps().packs["amps"], amps().templates["amps"]
ROUTE = next(route for route in PACK.routes if route.name == "POST /battery/{id}/settings")
ABOUT = About(Request("POST", "https", "api.amps.ai", 443, "/battery/x/settings"), Match(ROUTE, {"id": "x"}), AT, 1234)


def test_what_was_done_is_told_by_the_routes_template() -> None:
    reply = done_reply(PACK, TEMPLATES, ABOUT, {"device_id": "x", "updated": ["a"]})
    body = json.loads(reply.body)
    assert (reply.status, reply.verdict, body["data"]) == (200, "simulate", {"deviceId": "x", "updated": ["a"]})
    assert body["meta"]["latencyMs"] == 20 + 1234 % 60


def test_an_error_tells_the_facts_it_names_and_no_others() -> None:
    error = ErrorAnswer(422, "NO", "{what} is wrong", (("Retry-After", "3"),), {"thing": "what", "absent": "nothing"})
    reply = error_reply(PACK, TEMPLATES, ABOUT, error, {"what": "this", "secret": "x"})
    told = json.loads(reply.body)["error"]
    assert (reply.status, told) == (422, {"code": "NO", "message": "this is wrong", "details": {"thing": "this"}})
    assert ("Retry-After", "3") in reply.headers


@pytest.mark.parametrize(
    ("method", "path", "host", "kind", "body"),
    [
        ("GET", "/login?n=%3C", "auth.sites.test", "text/html; charset=utf-8", 'value="&lt;">'),
        ("GET", "/status", "api.sites.test", "text/plain; charset=utf-8", 'ok "GET"'),
        ("GET", "/sites", "api.sites.test", "application/json", ""),
    ],
)
def test_a_templates_name_says_what_kind_of_body_it_makes(
    method: str, path: str, host: str, kind: str, body: str
) -> None:
    visitor = Visitor()
    _, told = visitor.ask(method, path, host=host)
    assert visitor.last is not None
    assert dict(visitor.last.headers)["Content-Type"] == kind
    assert body in str(told)
