from __future__ import annotations

from dataclasses import replace
from typing import Any

from replaysandbox.asking.errors import promised_errors
from replaysandbox.core.pack import ErrorAnswer
from replaysandbox.operations.oauth import OAUTH_ERRORS
from tests.unit.exercised import PACK, loaded

ROUTES = {each.name: each for each in PACK.routes}
CALLS = {each.name: each for each in loaded().checkers["amps"].contract.calls}


def test_the_errors_of_promised_statuses_are_listed() -> None:
    found = [*promised_errors(PACK, ROUTES["GET /battery/{id}"], CALLS["getBattery"])]
    assert {"missing_credential", "device_not_found", "device_offline"} <= {*found}
    only = replace(CALLS["getBattery"], responses={"404": "", "5XX": ""})
    assert {PACK.errors[name].status // 100 for name in promised_errors(PACK, ROUTES["GET /battery/{id}"], only)} == {
        4,
        5,
    }
    assert [*promised_errors(PACK, ROUTES["GET /battery/{id}"], None)] == []


def test_a_device_out_of_reach_is_an_error_only_of_routes_that_refuse_then() -> None:
    inside = replace(PACK, errors={**PACK.errors, "device_offline": replace(PACK.errors["device_offline"], status=200)})
    listed, one = ROUTES["GET /battery"], ROUTES["GET /battery/{id}"]
    assert "device_offline" not in promised_errors(inside, listed, CALLS["listBatteries"])
    assert "device_offline" not in promised_errors(inside, replace(one, offline="show"), CALLS["getBattery"])
    assert "device_offline" in promised_errors(inside, one, CALLS["getBattery"])
    refusing = replace(one, operation="command", offline="refuse", method="POST")
    assert "device_offline" in promised_errors(inside, refusing, CALLS["getBattery"])


def test_errors_of_a_login_are_those_that_its_route_can_raise() -> None:
    no = ErrorAnswer(400, "no", "no")
    pack = replace(PACK, errors=dict.fromkeys(OAUTH_ERRORS, no))
    promised = replace(CALLS["getBattery"], responses={"400": ""})

    def raised(**what: Any) -> set[str]:
        return {*promised_errors(pack, replace(ROUTES["GET /battery"], operation="token", **what), promised)}

    own = {"username": "name", "password": "word"}
    assert raised(grants=("password",), body=own) == {"invalid_grant"}
    assert raised(grants=("password", "refresh_token"), body=own) == {"invalid_grant", "unsupported_grant"}
    assert raised(grants=("password",), body={**own, "client_id": "id"}) == {"invalid_grant", "invalid_client"}
    assert raised(grants=("client_credentials",)) == {"invalid_client", "unsupported_grant"}
    assert {*promised_errors(pack, replace(ROUTES["GET /battery"], operation="authorize"), promised)} == {
        "bad_authorization"
    }
