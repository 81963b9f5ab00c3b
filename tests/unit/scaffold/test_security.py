from typing import Any

from replaysandbox.core.credentials import basic_pair
from replaysandbox.scaffold.security import Place, asks, security_of
from tests.unit.scaffold.contracts import contract, get


def read(schemes: dict[str, Any], security: list[Any]) -> Any:
    made = contract(
        {"/a": get({}), "/open": get({}, security=[])}, components={"securitySchemes": schemes}, security=security
    )
    found = security_of(made.document, made.calls)
    return found, [asks(made.document, each, found) for each in made.calls]


def test_each_kind_of_key_has_its_place() -> None:
    schemes = {
        "a": {"type": "apiKey", "in": "query", "name": "k"},
        "b": {"type": "http", "scheme": "Bearer"},
        "c": {"type": "apiKey", "in": "cookie", "name": "sid"},
        "unused": {"type": "http", "scheme": "basic"},
    }
    found, asked = read(schemes, [{"a": []}, {"b": []}, {"c": []}, {"gone": []}])
    assert [dict(each) for each in found.credentials] == [
        {"in": "query", "name": "k"},
        {"in": "header", "name": "Authorization", "scheme": "Bearer"},
    ]
    assert found.unknown == ("gone", "c")
    assert asked == [False, False]  # by cookie alone it lets one in, which no pack can ask for
    assert read(schemes, [{"a": []}])[1] == [True, False]


def test_basic_has_a_key_that_can_be_decoded() -> None:
    found, asked = read({"b": {"type": "http", "scheme": "basic"}}, [{"b": []}])
    assert basic_pair(found.example_key) == "sk_test_demo:"
    assert asked == [True, False]


def test_oauth_tells_grants_and_addresses() -> None:
    flows = {
        "authorizationCode": {
            "authorizationUrl": "https://Login.x.example/auth",
            "tokenUrl": "https://login.x.example/token/",
        },
        "clientCredentials": {"tokenUrl": "/other"},
    }
    found, _ = read({"o": {"type": "oauth2", "flows": flows}}, [{"o": ["all"]}])
    assert found.grants == ("authorization_code", "refresh_token", "client_credentials")
    assert found.token == Place("login.x.example", "/token")
    assert found.authorize == Place("login.x.example", "/auth")


def test_who_may_come_without_a_key_is_not_asked_for_one() -> None:
    assert read({"a": {"type": "apiKey", "in": "query", "name": "k"}}, [{}, {"a": []}])[1] == [False, False]
