import json
from typing import Any

from replaysandbox.conformance import Seen
from replaysandbox.files.yaml_file import parse_yaml
from replaysandbox.scaffold.from_exchanges import Traffic
from replaysandbox.scaffold.yaml_text import yaml_text

JSON = (("Content-Type", "application/json; charset=utf-8"),)
KEY = (("Authorization", "Bearer pseudonym"),)


def seen(method: str, url: str, status: int = 200, answer: Any = None, **more: Any) -> Seen:
    host, _, rest = url.partition("/")
    path, _, query = rest.partition("?")
    headers = (*more.get("headers", KEY), *((("Content-Type", more["kind"]),) if "kind" in more else ()))
    body = more.get("body", b"")
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    answered = b"" if answer is None else json.dumps(answer).encode()
    return Seen(method, host, f"/{path}", query, headers, sent, status, more.get("answered", JSON), answered)


def contract(*exchanges: Seen | tuple[Seen, tuple[str, ...]]) -> Any:
    traffic = Traffic()
    for each in exchanges:
        traffic.take(*each) if isinstance(each, tuple) else traffic.take(each)
    return parse_yaml(yaml_text(traffic.contract("it", "a test")), "openapi.yaml").data


def test_routes_parameters_and_bodies_come_from_all_that_was_seen() -> None:
    made = contract(
        seen("GET", "api.x.example/batteries?limit=2&on=true", answer={"items": [{"id": 1}]}),
        seen("GET", "api.x.example/batteries?limit=3", answer={"items": []}),
        seen("GET", "api.x.example/batteries/4711", answer={"level": 5}),
        seen("GET", "api.x.example/batteries/4712", 404, {"message": "no"}),
        seen("PUT", "api.x.example/batteries/4713", 204, body={"mode": "eco"}, kind="application/json"),
    )
    assert made["servers"] == [{"url": "https://api.x.example"}]
    assert list(made["paths"]) == ["/batteries", "/batteries/{batteryId}"]
    parameters = made["paths"]["/batteries"]["get"]["parameters"]
    assert [(each["name"], each["schema"]["type"]) for each in parameters] == [("limit", "integer"), ("on", "boolean")]
    one = made["paths"]["/batteries/{batteryId}"]
    assert one["parameters"][0]["schema"] == {"type": "integer"}
    assert list(one["get"]["responses"]) == ["200", "404"]
    assert one["put"]["requestBody"]["content"]["application/json"]["schema"]["required"] == ["mode"]
    assert "content" not in one["put"]["responses"]["204"]


def test_where_keys_were_is_how_callers_are_known() -> None:
    key = (("x-api-key", "pseudonym"),)
    made = contract(
        seen("GET", "a.x.example/open", answer=1, headers=()),
        (seen("GET", "a.x.example/one?token=hidden&x=1", answer=1, headers=()), ("query:token",)),
        (seen("GET", "a.x.example/two", answer=1, headers=key), ("header:x-api-key",)),
        seen("GET", "a.x.example/three", answer=1),
    )
    schemes = made["components"]["securitySchemes"]
    assert schemes == {
        "token": {"type": "apiKey", "in": "query", "name": "token"},
        "x-api-key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
        "bearer": {"type": "http", "scheme": "bearer"},
    }
    asked = {path: item["get"]["security"] for path, item in made["paths"].items()}
    assert asked == {"/open": [], "/one": [{"token": []}], "/two": [{"x-api-key": []}], "/three": [{"bearer": []}]}
    assert [each["name"] for each in made["paths"]["/one"]["get"]["parameters"]] == ["x"]


def test_a_login_becomes_oauth() -> None:
    form: dict[str, Any] = {
        "headers": (),
        "kind": "application/x-www-form-urlencoded",
        "body": b"grant_type=client_credentials&client_id=a",
    }
    made = contract(
        seen("POST", "login.x.example/oauth/token", answer={"access_token": "hidden"}, **form),
        seen("GET", "api.x.example/a", answer=1),
    )
    assert list(made["paths"]) == ["/a"]
    flows = made["components"]["securitySchemes"]["bearer"]["flows"]
    assert flows["clientCredentials"]["tokenUrl"] == "https://login.x.example/oauth/token"


def test_pages_pictures_and_hosts_without_names_are_passed_over() -> None:
    traffic = Traffic()
    for kind in ("text/html", "image/png", "text/css; charset=utf-8"):
        traffic.take(seen("GET", "x.example/a", answered=(("content-type", kind),)))
    traffic.take(seen("OPTIONS", "x.example/a"))
    assert (traffic.exchanges, traffic.passed) == (0, 4)
    assert "servers" not in contract(seen("GET", "127.0.0.1/a", answer=1))


def test_several_hosts_each_have_their_paths() -> None:
    made = contract(seen("GET", "a.x.example/a", answer=1), seen("GET", "b.x.example/b", answer=1))
    assert made["paths"]["/b"]["get"]["servers"] == [{"url": "https://b.x.example"}]


def test_a_query_may_be_long() -> None:
    made = contract(seen("GET", f"api.x.example/batteries?{'id=1&' * 500}", answer={}))
    assert [each["name"] for each in made["paths"]["/batteries"]["get"]["parameters"]] == ["id"]
