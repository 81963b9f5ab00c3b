from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.core.pack import Credential, Parameter
from replaysandbox.core.pagination import Pagination
from replaysandbox.core.refuse_rule import RefuseRule
from replaysandbox.files.pack_routes import read_credentials, read_headers, read_parameter, read_route
from replaysandbox.files.packs import read_pack
from tests.unit.files.pack_text import PACK, write_pack


def test_a_route_is_read_with_all_its_words() -> None:
    limit = Parameter("limit", "integer")
    route = read_route(
        "mine",
        {
            "route": "GET /a/{id}",
            "operation": "read",
            "host": "one.test",
            "by": "home",
            "offline": "show",
            "credentials": [],
            "pagination": {"style": "page", "page": "p", "limit": "limit"},
            "query": ["limit"],
            "headers": {"X-A": "1"},
        },
        {"limit": limit},
    )
    assert (route.name, route.hosts, route.by, route.offline, route.credentials) == (
        "GET /a/{id}",
        ("one.test",),
        "home",
        "show",
        (),
    )
    assert route.pagination == Pagination("page", "limit", page="p")
    assert (route.parameters, route.headers) == ((limit,), (("X-A", "1"),))
    plain = read_route("mine", {"route": "GET /a", "operation": "show", "host": ["a.test", "b.test"]}, {})
    assert (plain.hosts, plain.credentials, plain.pagination) == (("a.test", "b.test"), None, None)


def test_parameters_credentials_and_headers() -> None:
    assert read_parameter("n", {"type": "integer", "maximum": 5}).maximum == 5
    assert read_credentials([{"in": "query", "name": "key"}]) == (Credential("query", "key"),)
    assert read_headers({}) == ()


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("{error: device_not_found}", "the key 'when' is missing"),
        ("{error: device_not_found, when: {bodies.a: [1]}}", "'bodies.a' is not of the form"),
        ("{error: device_not_found, when: {body.a: []}}", "routes.1.refuses.0.when.body.a"),
    ],
)
def test_a_rule_of_another_shape_is_told(tmp_path: Path, rule: str, says: str) -> None:
    text = PACK.replace("    operation: read\n", f"    operation: read\n    refuses: [{rule}]\n")
    with pytest.raises(SandboxError) as raised:
        read_pack(write_pack(tmp_path / "mine", text))
    assert says in str(raised.value)


def test_rules_are_read(tmp_path: Path) -> None:
    rule = "{error: device_not_found, when: {body.a: [wrong*, null]}, unless: {path.id: [7]}}"
    text = PACK.replace("    operation: read\n", f"    operation: read\n    refuses: [{rule}]\n")
    (read,) = [each for each in read_pack(write_pack(tmp_path / "mine", text)).routes if each.operation == "read"]
    assert read.refuses == (RefuseRule("device_not_found", {"body.a": ("wrong*", None)}, {"path.id": (7,)}),)
