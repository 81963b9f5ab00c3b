"""Hostile templates from templates.yaml: a 500 of ours in time, no traceback, no file's contents, nobody harmed."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from replaysandbox.answer import load
from replaysandbox.launch.engine import Engine
from replaysandbox.render.render import compile_templates
from tests.hostile.conftest import CASE_S, bystander
from tests.proxy.talking import Answer, Proxy, dial, get, hear

CASES = {case["name"]: case for case in yaml.safe_load(Path(__file__).with_name("templates.yaml").read_text("utf-8"))}
SAID = get(path="/vehicle", extra="x-api-key: sk_test_hostile\r\n")


def _with_template(engine: Engine, text: str) -> None:
    """Let the list of vehicles be answered by this template; batteries, which the bystander asks for, by their own."""
    pack = engine.loaded.packs["amps"]
    routes = tuple(
        replace(each, template="hostile.json.j2") if each.name == "GET /vehicle" else each for each in pack.routes
    )
    changed = replace(pack, routes=routes, templates={**pack.templates, "hostile.json.j2": text})
    packs = [changed if each.name == "amps" else each for each in engine.loaded.packs.values()]
    loaded = load(packs, engine.loaded.world)
    engine.loaded = replace(loaded, templates={**loaded.templates, "amps": compile_templates(changed.templates)})


@pytest.mark.parametrize("name", CASES)
def test_hostile(attacked: Proxy, name: str) -> None:
    case: dict[str, Any] = CASES[name]
    engine = attacked.engine
    assert isinstance(engine, Engine)
    before = engine.loaded
    text = (
        case["text"]
        .replace("device.", "devices[0].")
        .replace("device ", "devices[0] ")
        .replace("device[", "devices[0][")
    )
    try:
        _with_template(engine, text)
        with bystander(attacked), dial(attacked) as client:
            for _ in range(3):
                began = time.monotonic()
                client.sendall(SAID)
                _check(hear(client), fine=case.get("fine", False))
                assert time.monotonic() - began < CASE_S
    finally:
        engine.loaded = before


def _check(answer: Answer, *, fine: bool) -> None:
    if fine and answer.status == 200:
        return
    assert answer.status == 500, answer.raw[:300]
    assert json.loads(answer.body)["sandbox"]["error"] == "template", answer.raw[:300]
    assert "hostile.json.j2" in answer.told["message"]
    for leaked in (b"Traceback", b"root:x:", b"sk_test_hostile", b"environ"):
        assert leaked not in answer.raw
