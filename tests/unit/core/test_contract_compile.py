from replaysandbox.core.contract_compile import compile_contract

DOCUMENT = {
    "openapi": "3.1.0",
    "paths": {
        "/a/{id}": {
            "parameters": [{"$ref": "#/components/parameters/Id"}, {"in": "query", "name": "n", "required": True}],
            "post": {
                "parameters": [{"in": "query", "name": "n", "schema": {"type": "integer"}, "explode": False}],
                "requestBody": {"$ref": "#/components/requestBodies/B"},
                "responses": {"200": {}},
            },
        }
    },
    "webhooks": {"changed": {"post": {"requestBody": {"content": {"application/json": {"schema": {}}}}}}},
    "components": {
        "parameters": {"Id": {"in": "path", "name": "id", "required": True, "schema": {"type": "string"}}},
        "requestBodies": {
            "B": {"required": True, "content": {"text/plain": {}, "application/vnd.x+json": {"schema": {}}}}
        },
    },
}
CONTRACT = compile_contract(DOCUMENT, "f.yaml")


def test_a_request_body_is_followed_to_its_schema() -> None:
    operation = CONTRACT.operations[0]
    assert operation.body == "/components/requestBodies/B/content/application~1vnd.x+json/schema"
    assert operation.body_required
    assert list(operation.contents) == ["text/plain", "application/vnd.x+json"]


def test_own_parameters_replace_those_of_the_path() -> None:
    parameters = {each.name: each for each in CONTRACT.operations[0].parameters}
    assert parameters["id"].schema == "/components/parameters/Id/schema"
    assert (parameters["id"].required, parameters["n"].required, parameters["n"].explode) == (True, False, False)


def test_webhooks_are_operations_of_their_own() -> None:
    webhook = CONTRACT.operations[1]
    assert (webhook.path, webhook.method, webhook.prefixes) == ("webhook:changed", "POST", ("",))
    assert webhook.body == "/webhooks/changed/post/requestBody/content/application~1json/schema"


def test_a_server_that_is_no_url_names_no_host() -> None:
    document = {"servers": [{"url": "https://[api/v1"}], "paths": {"/a": {"get": {"responses": {}}}}}
    operation = compile_contract(document, "a.yaml").operations[0]
    assert (operation.hosts, operation.prefixes) == (frozenset(), ("",))
