import json
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from replaysandbox.answer import answer, load
from replaysandbox.core.exchange import Reply, Request, header
from replaysandbox.core.session import Session
from tests.unit.operations.site_pack import Visitor, sites
from tests.unit.worlds import AT

BASIC = (("Authorization", f"Basic {b64encode(b'me:secret').decode()}"),)
HOST = "auth.sites.test"


def token(**sent: str) -> tuple[int, Any]:
    return Visitor(headers=BASIC).ask("POST", "/token", sent, HOST)


def code(visitor: Visitor) -> str:
    status, _ = visitor.ask(
        "GET", "/authorize?client_id=me&redirect_uri=https%3A%2F%2Fapp.test%2Fdone%3Fa%3D1&state=s", host=HOST
    )
    assert status == 302
    assert visitor.last is not None
    place = urlsplit(header(visitor.last.headers, "location") or "")
    answer = parse_qs(place.query)
    assert (place.netloc, answer["a"], answer["state"]) == ("app.test", ["1"], ["s"])
    return answer["code"][0]


def test_a_token_lets_in_until_it_runs_out_on_the_sandbox_clock() -> None:
    status, given = token(grant_type="client_credentials")
    assert (status, given["life"], given["refresh"]) == (200, 600, None)
    assert given["access"].startswith("at_")
    visitor = Visitor(headers=(("Authorization", f"Bearer {given['access']}"),))
    assert visitor.ask("GET", "/sites")[0] == 200
    visitor.later(seconds=599)
    assert visitor.ask("GET", "/sites")[0] == 200
    visitor.later(seconds=1)
    assert visitor.ask("GET", "/sites") == (401, {"error": "old key", "code": "", "hint": None})
    visitor.headers = (("Authorization", "Bearer at_nonsense"),)
    assert visitor.ask("GET", "/sites")[1]["error"] == "bad key"


def test_a_token_lets_in_in_a_far_year_too() -> None:
    visitor = Visitor(headers=BASIC, at=datetime(2200, 6, 1, tzinfo=UTC))
    status, given = visitor.ask("POST", "/token", {"grant_type": "client_credentials"}, HOST)
    assert status == 200
    visitor.headers = (("Authorization", f"Bearer {given['access']}"),)
    assert visitor.ask("GET", "/sites")[0] == 200


def test_a_code_becomes_tokens_and_these_new_ones() -> None:
    visitor = Visitor(headers=BASIC)
    given = code(visitor)
    _, first = visitor.ask("POST", "/token", {"grant_type": "authorization_code", "code": given}, HOST)
    visitor.later(seconds=61)
    assert visitor.ask("POST", "/token", {"grant_type": "authorization_code", "code": given}, HOST)[0] == 400
    status, again = visitor.ask(
        "POST", "/token", {"grant_type": "refresh_token", "refresh_token": first["refresh"]}, HOST
    )
    assert status == 200
    assert again["refresh"] != first["refresh"]
    visitor.later(hours=2)
    assert (
        visitor.ask("POST", "/token", {"grant_type": "refresh_token", "refresh_token": again["refresh"]}, HOST)[0]
        == 400
    )


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"grant_type": "password", "username": "a", "password": "b"}, 200),
        ({"grant_type": "password", "username": "a"}, 400),
        ({"grant_type": "authorization_code", "code": "sk_test_demo"}, 200),
        ({"grant_type": "authorization_code", "code": "nonsense"}, 400),
        ({"grant_type": "magic"}, 400),
    ],
)
def test_grants(sent: dict[str, str], status: int) -> None:
    assert token(**sent)[0] == status


def test_a_client_may_say_who_it_is_in_the_body_but_has_to() -> None:
    visitor = Visitor(headers=())
    sent = {"grant_type": "client_credentials", "client_id": "me", "client_secret": "s"}
    assert visitor.ask("POST", "/token", sent, HOST)[0] == 200
    sent.pop("client_secret")
    assert visitor.ask("POST", "/token", sent, HOST) == (401, {"oauth": "client"})
    assert visitor.ask("GET", "/authorize?client_id=me", host=HOST)[0] == 400
    assert visitor.ask("GET", "/authorize?client_id=me&redirect_uri=https%3A%2F%2F%5B", host=HOST)[0] == 400


@pytest.mark.parametrize(("clients", "status"), [("required", 401), ("optional", 200)])
def test_where_clients_are_optional_a_user_alone_gets_a_token(clients: Any, status: int) -> None:
    loaded = sites()
    pack = loaded.packs["sites"]
    assert pack.oauth is not None
    loaded = replace(loaded, packs={"sites": replace(pack, oauth=replace(pack.oauth, clients=clients))})
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    for body, wanted in (
        (b"grant_type=password&username=a&password=b", status),
        (b"grant_type=client_credentials", 401),
    ):
        request = Request("POST", "https", HOST, 443, "/token", headers=form, body=body)
        outcome = answer(request, loaded, Session(), AT).outcome
        assert isinstance(outcome, Reply)
        assert outcome.status == wanted


def test_a_code_may_be_a_number() -> None:
    loaded = sites()
    pack = loaded.packs["sites"]
    errors = {**pack.errors, "invalid_client": replace(pack.errors["invalid_credential"], code=42)}
    changed = replace(loaded, packs={"sites": replace(pack, errors=errors)})
    request = Request("POST", "https", HOST, 443, "/token", body=b'{"grant_type": "password"}')
    outcome = answer(request, changed, Session(), AT).outcome
    assert isinstance(outcome, Reply)
    assert json.loads(outcome.body)["code"] == 42


def test_an_access_token_is_an_assertion_for_another_and_needs_no_client() -> None:
    first = token(grant_type="password", username="a", password="b")[1]
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    bearer = Visitor(headers=(("Authorization", f"Bearer {first['access']}"),))
    nobody = Visitor(headers=())
    assert bearer.ask("POST", "/exchange", {"grant_type": grant}, HOST)[0] == 200
    assert nobody.ask("POST", "/exchange", {"grant_type": grant, "assertion": first["access"]}, HOST)[0] == 200
    assert nobody.ask("POST", "/exchange", {"grant_type": grant}, HOST)[0] == 400
    assert nobody.ask("POST", "/exchange", {"grant_type": grant, "assertion": first["refresh"]}, HOST)[0] == 400
    bearer.later(seconds=600)
    assert bearer.ask("POST", "/exchange", {"grant_type": grant}, HOST)[0] == 400


def test_a_login_in_its_own_words_needs_no_client_and_no_grant() -> None:
    visitor = Visitor(headers=())
    status, first = visitor.ask("POST", "/accounts/login", {"userName": "me", "secret": {"word": "right"}}, HOST)
    assert status == 200
    visitor.later(seconds=1)
    status, again = visitor.ask("POST", "/accounts/refresh", {"refreshToken": first["refresh"]}, HOST)
    assert status == 200
    assert again["access"] != first["access"]
    assert visitor.ask("POST", "/accounts/refresh", {"refreshToken": "at_nonsense"}, HOST)[0] == 400
    assert visitor.ask("POST", "/accounts/refresh", {}, HOST)[0] == 400
    assert visitor.ask("POST", "/accounts/login", {"secret": {"word": "right"}}, HOST)[0] == 400


def test_where_tokens_rotate_an_old_refresh_token_is_refused_after_use() -> None:
    loaded = sites()
    pack = loaded.packs["sites"]
    assert pack.oauth is not None
    rotating = replace(pack, oauth=replace(pack.oauth, rotates=True))
    visitor = Visitor(headers=(), loaded=load([rotating], loaded.world))
    _, first = visitor.ask("POST", "/accounts/login", {"userName": "me", "secret": {"word": "right"}}, HOST)
    before = visitor.log
    _, second = visitor.ask("POST", "/accounts/refresh", {"refreshToken": first["refresh"]}, HOST)
    assert second["refresh"] != first["refresh"]  # at the same instant
    assert visitor.ask("POST", "/accounts/refresh", {"refreshToken": first["refresh"]}, HOST)[0] == 400
    assert visitor.ask("POST", "/accounts/refresh", {"refreshToken": second["refresh"]}, HOST)[0] == 200
    visitor.log = before
    assert visitor.ask("POST", "/accounts/refresh", {"refreshToken": first["refresh"]}, HOST)[0] == 200
