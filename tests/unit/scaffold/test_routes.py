from typing import Any

from replaysandbox.scaffold.bodies import promise_of
from replaysandbox.scaffold.routes import Routing, add_route, routing
from replaysandbox.scaffold.security import security_of
from replaysandbox.scaffold.yaml_text import Noted
from tests.unit.scaffold.contracts import contract, sunny


def made(of: Any) -> Routing:
    promise = promise_of(of)
    making = routing(promise, of, security_of(promise.document, of.calls))
    for operation in of.calls:
        add_route(making, operation, ())
    return making


def plain(routes: list[Any]) -> dict[str, dict[str, Any]]:
    found = [each.value if isinstance(each, Noted) else each for each in routes]
    return {each["route"]: each for each in found}


def test_devices_are_listed_and_read_and_all_else_is_shown() -> None:
    making = made(sunny())
    routes = plain(making.routes)
    listed = routes["GET /v2/batteries"]
    assert (listed["operation"], listed["family"], listed["query"]) == ("list", "battery", ["limit", "offset"])
    assert routes["GET /v2/batteries/{id}"]["operation"] == "read"
    assert routes["GET /v2/batteries/current"] == {
        "route": "GET /v2/batteries/current",
        "operation": "show",
        "template": "current-battery.json.j2",
        "credentials": [],
    }
    assert routes["PUT /v2/batteries/{id}/mode"]["status"] == 202
    assert routes["PUT /v2/batteries/{id}/mode"]["errors"]["bad_body"]["status"] == 422
    assert making.families == {"battery": 2, "vehicle": 1}
    assert "{{ device.reading.level_pct }}" in making.shelf.texts["battery.json.j2"]


def test_what_becomes_no_route_is_named_with_the_reason() -> None:
    making = made(
        contract(
            {
                "/a/{x}": {"get": {"operationId": "one", "responses": {"204": {}}}},
                "/a/{y}": {"get": {"operationId": "two", "responses": {"204": {}}}},
                "/b": {"trace": {"operationId": "trace", "responses": {"204": {}}}},
                "/c d": {"get": {"operationId": "odd", "responses": {"204": {}}}},
                "/e": {"get": {"operationId": "no", "responses": {"404": {}}}},
                "/f": {"get": {"operationId": "early", "responses": {"103": {}}}},
                "/g": {
                    "get": {
                        "operationId": "hard",
                        "responses": {"200": {"content": {"application/json": {"schema": {"not": {}}}}}},
                    }
                },
            }
        )
    )
    assert [name for name, _ in making.skipped] == ["two", "trace", "odd", "early", "hard"]
    assert plain(making.routes)["GET /e"]["operation"] == "refuse"
    assert plain(making.routes)["GET /e"]["error"] == "device_not_found"
