import json

from replaysandbox.core.exchange import Request
from replaysandbox.core.matching import Match
from replaysandbox.core.pack import ErrorAnswer
from replaysandbox.render.reply import About, done_reply, error_reply
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
