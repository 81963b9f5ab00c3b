from __future__ import annotations

import socket

import pytest
from pytest_replaysandbox.network import is_here

HERE = (
    "",
    b"",
    "localhost",
    b"localhost",
    "LOCALHOST",
    "app.localhost",
    "127.0.0.1",
    "127.8.8.8",
    "::1",
    "::1%lo",
    "::",
)


@pytest.mark.parametrize("host", [None, *HERE, "0.0.0.0", "::ffff:127.0.0.1"])
def test_this_machine(host: object) -> None:
    assert is_here(host)


def test_its_own_name_is_this_machine() -> None:
    assert is_here(socket.gethostname())


@pytest.mark.parametrize(
    "host", ["192.0.2.1", "10.0.0.1", "2001:db8::1", "api.amps.ai", b"api.amps.ai", "localhost.example", "169.254.1.1"]
)
def test_other_machines(host: object) -> None:
    assert not is_here(host)
