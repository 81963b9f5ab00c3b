"""Hostile requests to the control API, from control.yaml: each is refused with a reason, in time, harming nobody."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.hostile.conftest import CASE_S, bystander
from tests.hostile.sandbox import Sandbox, started

DATA = yaml.safe_load(Path(__file__).with_name("control.yaml").read_text("utf-8"))
BODIES = {case["name"]: case for case in DATA["bodies"]}
PATHS: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "src/replaysandbox/control/openapi.yaml").read_text("utf-8")
)["paths"]
METHODS = ("get", "put", "post", "patch", "delete")
ROUTES = [(method.upper(), path) for path, item in PATHS.items() for method in METHODS if method in item]
TAKING = [(method, path) for method, path in ROUTES if "requestBody" in PATHS[path][method.lower()]]


@pytest.fixture(scope="module")
def steered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with started(tmp_path_factory.mktemp("steered"), "--homes=3") as running:
        yield running


def _ask(sandbox: Sandbox, method: str, path: str, body: bytes = b"", **fields: str) -> tuple[int, bytes]:
    port = int(sandbox.ready["control_url"].rpartition(":")[2])
    headers = {"Authorization": f"Bearer {sandbox.ready['control_token']}", "Content-Type": "application/json"}
    headers |= {name.replace("_", "-"): value for name, value in fields.items()}
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        asking.request(method, path, body, {name: value for name, value in headers.items() if value})
        answer = asking.getresponse()
        return answer.status, answer.read()
    finally:
        asking.close()


def _device(sandbox: Sandbox) -> str:
    return str(json.loads(_ask(sandbox, "GET", "/v1/devices?limit=1")[1])["devices"][0]["id"])


def _is_clear(status: int, said: bytes) -> None:
    assert 400 <= status < 500, (status, said[:300])
    told = json.loads(said)["sandbox"]
    assert told["error"]
    assert told["message"]
    assert len(said) < 4_000
    assert b"Traceback" not in said
    assert b"root:" not in said


def _body(case: dict[str, Any]) -> bytes:
    if "hex" in case:
        return bytes.fromhex(case["hex"])
    text = '{"' + "k" * 60_000 + '": 1}' if case["text"] == "KEY" else case["text"]
    return str(text * case.get("repeat", 1)).encode()


@pytest.mark.parametrize("name", BODIES)
def test_bodies(steered: Sandbox, name: str) -> None:
    body = _body(BODIES[name])
    device = _device(steered)
    with bystander(steered):  # type: ignore[arg-type]  # it has a port
        for method, path in TAKING:
            began = time.monotonic()
            answer = _ask(steered, method, path.replace("{id}", device).replace("{name}", "default"), body)
            assert time.monotonic() - began < CASE_S
            _is_clear(*answer)


@pytest.mark.parametrize(("method", "path", "body"), DATA["values"])
def test_values(steered: Sandbox, method: str, path: str, body: str) -> None:
    before = json.loads(_ask(steered, "GET", "/v1/clock")[1])
    with bystander(steered):  # type: ignore[arg-type]  # it has a port
        began = time.monotonic()
        answer = _ask(steered, method, path.replace("@ID@", _device(steered)), body.encode())
        assert time.monotonic() - began < CASE_S
    _is_clear(*answer)
    after = json.loads(_ask(steered, "GET", "/v1/clock")[1])
    assert (before["speed"], before["frozen"]) == (after["speed"], after["frozen"])


@pytest.mark.parametrize(
    "fields",
    [
        {"Authorization": ""},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic eDp5"},
        {"Authorization": "Bearer " + "x" * 10_000},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1.evil.example:4481"},
        {"Host": "@127.0.0.1:4481"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_strangers(steered: Sandbox, fields: dict[str, str]) -> None:
    """No route but `ready` answers one, whatever it is sent."""
    for method, path in ROUTES:
        if path == "/v1/ready" and "Authorization" in fields:
            continue
        _is_clear(*_ask(steered, method, path.replace("{id}", "x").replace("{name}", "x"), b"{}", **fields))
