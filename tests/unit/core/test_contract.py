from replaysandbox.core.contract import clause_of, find_operation
from replaysandbox.core.contract_compile import compile_contract

DOCUMENT = {
    "paths": {
        "/a/{x}/c": {"get": {"operationId": "wild", "responses": {"200": {}}}},
        "/a/b/{y}": {"get": {"operationId": "half", "responses": {}}},
        "/a/b/c": {
            "get": {"operationId": "literal", "responses": {}},
            "post": {"responses": {"default": {}}},
        },
    }
}
CONTRACT = compile_contract(DOCUMENT, "f.yaml")


def name(method: str, path: str) -> str | None:
    operation = find_operation(CONTRACT, method, path)
    return operation.name if operation else None


def test_a_template_with_more_literal_segments_wins() -> None:
    assert name("GET", "/a/b/c") == "literal"
    assert name("GET", "/a/b/x") == "half"
    assert name("GET", "/a/x/c") == "wild"
    assert name("GET", "/a/x/y") is None
    assert name("POST", "/a/b/c") == "POST /a/b/c"
    assert name("POST", "/a/b/x") is None


def test_json_at_the_end_counts_for_nothing() -> None:
    assert name("POST", "/a/b/c.json") == "POST /a/b/c"
    assert name("GET", "/a/x/c.json") == "wild"
    assert name("GET", "/a/x/c.xml") is None


def test_responses_are_found_by_json_pointer() -> None:
    assert CONTRACT.operations[0].responses == {"200": "/paths/~1a~1{x}~1c/get/responses/200"}


def test_servers_put_their_path_before_and_tell_hosts_apart() -> None:
    one = {"url": "https://{place}.a.test/v2.0/", "variables": {"place": {"default": "eu"}}}
    document = {
        "servers": [one],
        "paths": {
            "/x": {"get": {"operationId": "own", "responses": {}}},
            "/y/{id}.json": {"servers": [{"url": "https://b.test/v2.0"}], "get": {"operationId": "b", "responses": {}}},
            "/y/{name}": {"get": {"operationId": "a", "responses": {}}},
        },
    }
    contract = compile_contract(document, "f.yaml")

    def named(path: str, host: str = "") -> str:
        operation = find_operation(contract, "GET", path, host)
        return operation.name if operation else ""

    assert [named("/v2.0/x"), named("/v2.0/x/"), named("/x")] == ["own", "own", ""]
    assert named("/v2.0/y/7.json", "eu.a.test") == "a"
    assert named("/v2.0/y/7.json", "b.test") == "b"
    assert named("/v2.0/y/7") == "a"


def test_a_place_has_a_line_or_that_of_the_place_above() -> None:
    contract = compile_contract(DOCUMENT, "f.yaml", {"/paths": ("f.yaml", 3)})
    assert contract.where("/paths/~1a/get") == "f.yaml:3"
    assert contract.where("/components") == "f.yaml"


def test_a_clause_is_found_through_references_and_knows_a_guess() -> None:
    document = {"s": {"properties": {"a": {"$ref": "#/t"}}}, "t": {"x-source": "guess", "type": "string"}}
    contract = compile_contract(document, "f.yaml")
    assert clause_of(contract, "/s", ["properties", "a", "type"]) == ("/t/type", True)
