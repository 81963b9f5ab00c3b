from replaysandbox.core.contract import compile_contract, find_operation

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


def test_responses_are_found_by_json_pointer() -> None:
    assert CONTRACT.operations[0].responses == {"200": "/paths/~1a~1{x}~1c/get/responses/200"}
