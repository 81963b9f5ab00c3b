"""Hostile JSON from json_bodies.yaml, pushed to a battery: refused as the API refuses, in time, harming nobody."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.hostile.conftest import CASE_S, bystander
from tests.proxy.talking import Proxy, get, say

CASES = {case["name"]: case for case in yaml.safe_load(Path(__file__).with_name("json_bodies.yaml").read_text("utf-8"))}
KEY = "x-api-key: sk_test_hostile\r\n"


def _body(case: dict[str, Any]) -> bytes:
    if "latin" in case:
        return str(case["latin"]).encode("latin-1")
    times = case.get("times", 0)
    parts = [
        case.get("start", ""),
        case.get("open", "") * times,
        case.get("inner", ""),
        case.get("close", "") * times,
        case.get("end", ""),
    ]
    return str(case.get("text", "".join(parts))).encode("utf-8")


@pytest.mark.parametrize("name", CASES)
def test_hostile(attacked: Proxy, name: str) -> None:
    case = CASES[name]
    battery = say(attacked, get(path="/battery?limit=1", extra=KEY)).json["data"]["items"][0]["id"]
    body = _body(case)
    extra = f"{KEY}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    with bystander(attacked):
        began = time.monotonic()
        answer = say(attacked, get(path=f"/battery/{battery}", extra=extra, method="POST") + body)
        took = time.monotonic() - began
    assert answer.status in case["status"], answer.raw[:300]
    assert took < CASE_S
    assert answer.json["success"] is False
    assert b"Traceback" not in answer.raw
