import json

from replaysandbox.core.exchange import NearMiss, Request
from replaysandbox.core.ours import miss_reply, miss_text, near_lines, our_page, our_reply, refused_host_reply

REQUEST = Request("GET", "https", "api.demo.test", 443, "/batery")
NEAR = (NearMiss("GET /battery", "demo", "path", "segment 1 is 'batery', the route has 'battery'"),)


def test_our_replies_are_clear_json() -> None:
    reply = our_reply(400, "refused", "bad", "what to do", more=1)
    assert json.loads(reply.body) == {"sandbox": {"error": "bad", "message": "what to do", "more": 1}}
    assert (reply.status, reply.verdict) == (400, "refused")
    assert json.loads(our_page("hello", status="ok").body) == {"sandbox": {"message": "hello", "status": "ok"}}


def test_a_miss_says_the_same_in_body_and_text() -> None:
    reply = miss_reply(REQUEST, NEAR)
    told = json.loads(reply.body)["sandbox"]
    assert (reply.status, reply.verdict) == (501, "miss")
    assert told["message"] == miss_text(REQUEST, NEAR)
    assert "GET https://api.demo.test/batery" in told["message"]
    assert told["near"] == [{"route": "GET /battery", "pack": "demo", "part": "path", "reason": NEAR[0].reason}]


def test_a_route_is_named_once_with_all_that_is_in_its_way() -> None:
    parts = [NearMiss("GET https://a.test/x (line 7)", "a.capture", part, "asked '1', recorded '2'") for part in "xyz"]
    assert near_lines([*parts, *NEAR]) == [
        "near: GET https://a.test/x (line 7) (a.capture):",
        "  x: asked '1', recorded '2'",
        "  y: asked '1', recorded '2'",
        "  z: asked '1', recorded '2'",
        "near: GET /battery (demo): path: segment 1 is 'batery', the route has 'battery'",
    ]
    assert near_lines(()) == []


def test_a_refused_host_names_the_option_that_lets_it_through() -> None:
    reply = refused_host_reply("weather.test")
    assert (reply.status, reply.verdict) == (502, "refused")
    assert "--pass weather.test" in json.loads(reply.body)["sandbox"]["message"]
