from typing import Any

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.yaml_file import parse_yaml
from replaysandbox.scaffold.from_contract import Scaffold, Source, scaffold
from tests.unit.scaffold.contracts import contract, get, sunny

SOURCE = Source("my_api", "openapi.yaml", "tests", "2026-06-01")


def pack_of(made: Scaffold) -> Any:
    return parse_yaml(made.files["pack.yaml"], "pack.yaml").data


def test_what_was_guessed_is_marked() -> None:
    made = scaffold(sunny(), SOURCE)
    assert (made.routes, made.operations, made.skipped, made.unmade) == (6, 6, (), ())
    text = made.files["pack.yaml"]
    assert text.count("# guess:") >= 6
    assert all("{# guess" in body or "guess" in body for body in made.files.values())
    pack = pack_of(made)
    assert pack["title"] == "Sunny Home"
    assert pack["learnt"]["from"] == "tests, version 2.1"
    assert pack["credentials"] == [{"in": "header", "name": "X-Sunny-Key"}]
    assert pack["maps"] == {"battery_state": {"charging": "CHARGING", "discharging": "DISCHARGING", "idle": "IDLE"}}
    used = {each for each in made.files if each.startswith("templates/")}
    named = {f"templates/{each}" for each in text.replace("}", " ").replace(",", " ").split() if each.endswith(".j2")}
    assert used == named


def test_hosts_are_the_servers_or_made_up() -> None:
    assert pack_of(scaffold(contract({"/a": get({})}), SOURCE))["hosts"] == ["api.my-api.example"]
    servers = [{"url": "https://B.x.example/v1"}, {"url": "http://localhost:80"}, {"url": "https://a.x.example/v1"}]
    assert pack_of(scaffold(contract({"/a": get({})}, servers=servers), SOURCE))["hosts"] == [
        "a.x.example",
        "b.x.example",
    ]
    own = {"/a": {**get({}), "servers": servers[:1]}, "/b": {**get({}), "servers": servers[2:]}}
    routes = pack_of(scaffold(contract(own), SOURCE))["routes"]
    assert [each["host"] for each in routes] == ["b.x.example", "a.x.example"]


def test_oauth_brings_its_routes() -> None:
    flows = {
        "authorizationCode": {"authorizationUrl": "https://in.x.example/go", "tokenUrl": "https://in.x.example/token"}
    }
    made = scaffold(
        contract(
            {"/a": get({})},
            security=[{"o": []}],
            servers=[{"url": "https://api.x.example"}],
            components={"securitySchemes": {"o": {"type": "oauth2", "flows": flows}}},
        ),
        SOURCE,
    )
    pack = pack_of(made)
    assert pack["hosts"] == ["api.x.example", "in.x.example"]
    assert pack["oauth"] == {"access_s": 3600, "refresh_s": 2592000}
    assert [each["operation"] for each in pack["routes"]] == ["show", "authorize", "token"]
    assert pack["routes"][1]["host"] == "in.x.example"
    assert "access_token" in made.files[f"templates/{pack['routes'][2]['template']}"]


def test_nothing_to_answer_is_told() -> None:
    with pytest.raises(SandboxError, match="nothing that a route could answer: it has no paths"):
        scaffold(contract({}), SOURCE)
