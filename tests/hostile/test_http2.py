"""Hostile HTTP/2 from http2.yaml: answered, reset or closed in time; a bystander and the next connection are served."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from hpack import Encoder

from tests.hostile.conftest import bystander
from tests.proxy.talking import HOST, Proxy, direct_tls

CASES = {case["name"]: case for case in yaml.safe_load(Path(__file__).with_name("http2.yaml").read_text("utf-8"))}

HTTP2_CASE_S = 4.0
"""A flood is sent whole before it is judged. [s]"""

TYPES = {
    "data": 0, "headers": 1, "priority": 2, "reset": 3, "settings": 4, "promise": 5,
    "ping": 6, "goaway": 7, "window": 8, "continuation": 9, "unknown": 99,
}  # fmt: skip

GOOD = [
    (":method", "GET"),
    (":scheme", "https"),
    (":authority", HOST),
    (":path", "/battery"),
    ("x-api-key", "sk_test_h2"),
]

FIELDS: dict[str, list[tuple[str, str]]] = {
    "good": GOOD,
    "post": [(":method", "POST"), *GOOD[1:]],
    "short": [(":method", "POST"), *GOOD[1:], ("content-length", "2")],
    "long": [*GOOD, ("x", "a" * 100_000)],
    "capitals": [*GOOD, ("X-Capital", "a")],
    "pathless": [pair for pair in GOOD if pair[0] != ":path"],
    "twice": [(":path", "/other"), *GOOD],
    "late": [*GOOD[:3], ("x", "a"), *GOOD[3:]],
    "broken": [*GOOD, ("x", "a\r\nHost: b")],
    "connection": [*GOOD, ("connection", "close"), ("transfer-encoding", "chunked")],
    "stranger": [(name, "stranger.example" if name == ":authority" else value) for name, value in GOOD],
    "connect": [(":method", "CONNECT"), (":authority", "stranger.example:443")],
    "trailers": [("x-trailer", "a")],
}


def _fields(name: str) -> bytes:
    if name == "bomb":  # one long value said once, and then by its number in the table
        first = Encoder().encode([*GOOD, ("x", "a" * 4000)])
        return bytes(first) + b"\xbe" * 12_000
    return bytes(Encoder().encode(FIELDS[name], huffman=False))


def frame(kind: str, flags: int, stream: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3, "big") + bytes([TYPES[kind], flags]) + stream.to_bytes(4, "big") + payload


def _bytes(case: dict[str, Any]) -> bytes:
    if "raw" in case:
        return bytes.fromhex(case["raw"])
    said = b""
    for each in case["frames"]:
        payload = (
            _fields(each["fields"])
            if "fields" in each
            else bytes.fromhex(each.get("hex", "")) + bytes(each.get("zeros", 0))
        )
        for number in range(each.get("times", 1)):
            stream = each.get("stream", 1) + (2 * number if each.get("next") else 0)
            said += frame(each["frame"], each.get("flags", 0), stream, payload)
            if each.get("then_reset"):
                said += frame("reset", 0, stream, bytes.fromhex("00000008"))
    return said


@pytest.mark.parametrize("name", CASES)
def test_hostile(attacked: Proxy, name: str, caplog: pytest.LogCaptureFixture) -> None:
    heard = b""
    with bystander(attacked):
        began = time.monotonic()
        with direct_tls(attacked, alpn=["h2"]) as client:
            client.settimeout(0.4)
            try:
                client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame("settings", 0, 0, b"") + _bytes(CASES[name]))
                while (part := client.recv(65536)) and len(heard) < 10_000_000:
                    heard += part
            except OSError:
                pass
        assert time.monotonic() - began < HTTP2_CASE_S
    assert b"Traceback" not in heard
    assert b"mitmproxy" not in heard
    assert "Traceback" not in caplog.text, caplog.text[-2000:]
    with httpx.Client(verify=attacked.trusting(), http2=True, trust_env=False, proxy=attacked.url) as client:
        answer = client.get(f"https://{HOST}/battery", headers={"x-api-key": "sk_test_h2"})
    assert (answer.status_code, answer.http_version) == (200, "HTTP/2")
