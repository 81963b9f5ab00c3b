from pathlib import Path

import pytest

from replaysandbox.check import make_checker, request_violations, violations
from replaysandbox.core.errors import SandboxError
from replaysandbox.files.contracts import read_contract


def read(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "openapi.yaml"
    path.write_text(text)
    return [operation.name for operation in read_contract(path).operations]


def test_operations_are_listed_in_order(tmp_path: Path) -> None:
    text = "openapi: 3.1.0\npaths:\n  /a:\n    post: {operationId: two, responses: {}}\n    get: {responses: {}}\n"
    assert read(tmp_path, text) == ["GET /a", "two"]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("swagger: '2.0'\n", 1, "is not an OpenAPI 3.0 or 3.1 document"),
        ("openapi: 3.1.0\na:\n  $ref: '#/nowhere'\n", 3, "'#/nowhere' leads nowhere"),
        ("openapi: 3.1.0\na:\n  - $ref: https://evil.test/x\n", 3, "'https://evil.test/x' leads to another machine"),
        ("openapi: 3.1.0\na:\n  - $ref: other.yaml#/x\n", 3, "leads nowhere"),
    ],
)
def test_what_cannot_be_followed_is_told(tmp_path: Path, text: str, line: int, reason: str) -> None:
    with pytest.raises(SandboxError) as caught:
        read(tmp_path, text)
    assert (caught.value.problems[0].line, reason in caught.value.problems[0].reason) == (line, True)


def test_several_files_make_one_contract_and_a_clause_leads_to_its_line(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "thing.yaml").write_text(
        "Thing:\n  type: object\n  properties:\n    id: {$ref: '#/Id'}\nId:\n  type: string\n"
    )
    (tmp_path / "openapi.yaml").write_text(
        "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      responses:\n        '200':\n          content:\n"
        "            application/json:\n              schema: {$ref: 'parts/thing.yaml#/Thing'}\n"
    )
    checker = make_checker(read_contract(tmp_path / "openapi.yaml"))
    found = violations(checker, "GET", "/a", 200, (("Content-Type", "application/json"),), b'{"id": 1}')
    assert [each.pointer for each in found] == ["/id"]
    assert checker.contract.where(found[0].clause).endswith("parts/thing.yaml:6")


@pytest.mark.parametrize("target", ["../outside.yaml", "%2e%2e/outside.yaml", "/etc/passwd", "missing.yaml"])
def test_only_files_beside_the_contract_are_read(tmp_path: Path, target: str) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    (tmp_path / "outside.yaml").write_text("type: string\n")
    with pytest.raises(SandboxError, match="leads"):
        read(folder, f"openapi: 3.1.0\na:\n  $ref: '{target}'\n")


def test_json_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "openapi.json"
    path.write_text('{"openapi": "3.0.3", "paths": {"/a": {"get": {"responses": {}}}}}')
    assert [each.name for each in read_contract(path).operations] == ["GET /a"]


def test_a_bomb_is_refused_with_its_line(tmp_path: Path) -> None:
    text = "openapi: 3.1.0\ncomponents:\n  schemas:\n    A: {$ref: '#/components/schemas/B'}\n"
    text += "    B:\n      allOf:\n        - $ref: '#/components/schemas/A'\n"
    with pytest.raises(SandboxError) as caught:
        read(tmp_path, text)
    assert "in a circle" in caught.value.problems[0].reason
    assert caught.value.problems[0].line >= 4


def test_schemas_by_route_make_a_contract(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"type": "object",\n "required": ["n"]}')
    path = tmp_path / "contract.yaml"
    path.write_text(
        "routes:\n  GET /a/{id}: {200: {$ref: a.json}, 4XX: {type: object}}\n  POST /a: {request: {$ref: a.json}}\n"
    )
    checker = make_checker(read_contract(path))
    found = violations(checker, "GET", "/a/7", 200, (("content-type", "application/json"),), b"{}")
    assert [each.reason for each in found] == ["'n' is a required property"]
    assert checker.contract.where(found[0].clause).endswith("a.json:2")
    assert request_violations(checker, "POST", "/a", {}) == ["is wrong: 'n' is a required property"]
    path.write_text("routes:\n  /a: {200: {}}\n")
    with pytest.raises(SandboxError, match="is no method and path"):
        read_contract(path)


def test_references_of_examples_and_of_others_extensions_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(
        "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      x-samples: {$ref: 'there/is/none.ts'}\n"
        "      responses:\n        '200':\n          content:\n            application/json:\n"
        "              example: {$ref: '#/nowhere'}\n              schema:\n                properties:\n"
        "                  x-id: {$ref: '#/components/schemas/Id'}\ncomponents: {schemas: {Id: {type: string}}}\n"
    )
    checker = make_checker(read_contract(path))
    found = violations(checker, "GET", "/a", 200, (("Content-Type", "application/json"),), b'{"x-id": 1}')
    assert [each.pointer for each in found] == ["/x-id"]


def test_aliases_are_read_in_what_others_wrote(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(
        "openapi: 3.1.0\npaths:\n  /a:\n    get: &same\n      responses: {'200': {description: fine}}\n    put: *same\n"
    )
    assert [each.name for each in read_contract(path).operations] == ["GET /a", "PUT /a"]


def test_a_word_of_a_discriminator_that_leads_nowhere_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(
        "openapi: 3.1.0\ncomponents:\n  schemas:\n    A: {properties: {kind: {type: string}}}\n    Any:\n"
        "      oneOf: [{$ref: '#/components/schemas/A'}]\n      discriminator:\n        propertyName: kind\n"
        "        mapping: {a: '#/components/schemas/A', gone: '#/components/schemas/Gone'}\n"
    )
    choice = read_contract(path).document["components"]["schemas"]["Any"]["allOf"][0]
    assert choice["properties"]["kind"]["enum"] == ["a"]
