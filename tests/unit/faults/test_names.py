from typing import Any

import pytest

from replaysandbox.faults.names import unknown_names
from tests.unit.faults.make import demo, rule


@pytest.mark.parametrize(
    ("data", "key", "hint"),
    [
        ({"pack": "dmo"}, "pack", "did you mean 'demo'?"),
        ({"route": "GET /batery/{id}"}, "route", "did you mean 'GET /battery/{id}'?"),
        ({"route": "PUT *"}, "route", "known: GET /battery/{id}, POST /battery/{id}"),
        ({"error": "device_ofline"}, "error", "did you mean 'device_offline'?"),
    ],
)
def test_what_nothing_loaded_has_is_told(data: dict[str, Any], key: str, hint: str) -> None:
    found = unknown_names(rule(**{"status": 503, **data}), {"demo": demo()})
    assert [(problem.key, problem.hint) for problem in found] == [(key, hint)]


@pytest.mark.parametrize("data", [{}, {"pack": "demo", "route": "GET /battery*"}, {"error": "device_offline"}])
def test_what_is_loaded_is_fine(data: dict[str, Any]) -> None:
    assert unknown_names(rule(**{"status": 503, **data}), {"demo": demo()}) == ()


def test_the_pack_named_must_have_it() -> None:
    packs = {"demo": demo(), "other": demo(device_offline=None)}
    assert [problem.key for problem in unknown_names(rule(pack="other", error="device_offline"), packs)] == ["error"]
