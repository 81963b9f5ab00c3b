"""Hostile HTTP/1.1 from http1.yaml: each case ends in time, is answered in JSON of ours or closed, harms nobody."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.hostile.conftest import BYSTANDER_S, CASE_S, bystander
from tests.proxy.talking import Answer, Proxy, dial, hear

CASES = {case["name"]: case for case in yaml.safe_load(Path(__file__).with_name("http1.yaml").read_text("utf-8"))}


def _bytes(case: dict[str, Any]) -> bytes:
    repeat = case.get("repeat", {"text": "", "times": 0})
    return (case["say"] + repeat["text"] * repeat["times"] + case.get("then", "")).encode("utf-8")


def _said_to(proxy: Proxy, case: dict[str, Any]) -> Answer:
    with dial(proxy, timeout=BYSTANDER_S) as client:
        try:
            client.sendall(_bytes(case))
            if case.get("hang_up"):
                client.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # closed while we were still talking
        try:
            return hear(client)
        except TimeoutError:
            return Answer(0, {}, b"", b"")


@pytest.mark.parametrize("name", CASES)
def test_hostile(attacked: Proxy, name: str, caplog: pytest.LogCaptureFixture) -> None:
    case = CASES[name]
    with bystander(attacked):
        began = time.monotonic()
        answer = _said_to(attacked, case)
        took = time.monotonic() - began
    assert answer.status in case["status"], answer.raw[:300]
    assert took < CASE_S
    if answer.status:
        assert answer.headers["content-type"].startswith("application/json")
        assert "x-sandbox" in answer.headers
    assert b"Traceback" not in answer.raw
    assert b"mitmproxy" not in answer.raw
    assert "crash" not in caplog.text
    assert "broke" not in caplog.text
