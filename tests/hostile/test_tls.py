"""Hostile TLS from tls.yaml, at once and in a tunnel; clients that leave in the handshake; names without end."""

from __future__ import annotations

import socket
import ssl
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.hostile.conftest import CASE_S, bystander
from tests.proxy.talking import HOST, Proxy, connect, dial, direct_tls, get, hear

CASES = {case["name"]: case for case in yaml.safe_load(Path(__file__).with_name("tls.yaml").read_text("utf-8"))}


def _bytes(case: dict[str, Any]) -> bytes:
    return bytes.fromhex(case["hex"]) * case.get("repeat", 1) + bytes(case.get("then", 0))


def _say(client: socket.socket, case: dict[str, Any]) -> bytes:
    """Say it, and hear what comes back within half a second."""
    client.settimeout(0.5)
    said = _bytes(case)
    heard = b""
    try:
        for part in [said[place : place + 1] for place in range(len(said))] if case.get("drip") else [said]:
            client.sendall(part)
        while part := client.recv(65536):
            heard += part
    except OSError:
        pass
    return heard


@pytest.mark.parametrize("in_tunnel", [False, True], ids=["at once", "in a tunnel"])
@pytest.mark.parametrize("name", CASES)
def test_hostile(attacked: Proxy, name: str, in_tunnel: bool, caplog: pytest.LogCaptureFixture) -> None:
    with bystander(attacked):
        began = time.monotonic()
        client = connect(attacked, f"{HOST}:443")[0] if in_tunnel else dial(attacked)
        with client:
            heard = _say(client, CASES[name])
        assert time.monotonic() - began < CASE_S
    assert b"Traceback" not in heard
    assert "crash" not in caplog.text


def test_many_that_leave_in_the_handshake(attacked: Proxy) -> None:
    with bystander(attacked):
        for _ in range(50):
            with dial(attacked) as client:
                client.sendall(bytes.fromhex("160301020001 0001fc0303"))


def test_names_without_end_and_a_client_that_never_reads(attacked: Proxy) -> None:
    with bystander(attacked):
        for number in range(30):
            try:
                with direct_tls(attacked, f"n{number}.{'a' * 50}.example") as inside:
                    inside.sendall(get(HOST))
            except (ssl.SSLError, OSError):
                pass
        with direct_tls(attacked) as inside:
            inside.setblocking(False)
            try:
                for _ in range(2000):
                    inside.sendall(get(extra="x-api-key: sk_test_x\r\n") * 50)
            except OSError:
                pass  # its answers are not read, so it is not heard any more


def test_a_tunnel_still_works(attacked: Proxy) -> None:
    with direct_tls(attacked) as inside:
        inside.sendall(get(extra="x-api-key: sk_test_x\r\n"))
        assert hear(inside).status == 200
