from __future__ import annotations

import socket
import sys

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.proxy.listening import listen, port_owner, url_of


def test_a_free_port() -> None:
    with listen("127.0.0.1", 0) as listener:
        address, port = listener.getsockname()
        assert (address, port > 0) == ("127.0.0.1", True)
        with socket.create_connection((address, port), 2):
            pass


def test_asyncio_will_see_that_it_is_tcp() -> None:
    """Else it leaves Nagle's algorithm on, and each answer takes 40 ms."""
    with listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_localhost_is_the_address_we_print() -> None:
    with listen("localhost", 0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_a_taken_port_names_the_users_own_option() -> None:
    with listen("127.0.0.1", 0) as listener, pytest.raises(SandboxError) as caught:
        listen("127.0.0.1", listener.getsockname()[1], "--control-port")
    (problem,) = caught.value.problems
    assert problem.file == "--control-port"
    assert problem.hint == "--control-port 0 picks a free one"


@pytest.mark.parametrize(("bind", "port"), [("192.0.2.1", 0), ("no address", 0), ("127.0.0.1", 70_000)])
def test_what_cannot_be_listened_on(bind: str, port: int, no_network: list[str]) -> None:
    with pytest.raises(SandboxError, match="cannot be listened on"):
        listen(bind, port)
    no_network.clear()  # the name was looked up: that is how it is found to be none


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_nobody_owns_a_port_that_nobody_listens_on() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        assert port_owner(bound.getsockname()[1]) == ""


@pytest.mark.parametrize(
    ("bind", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("::1", "http://[::1]:80"),
        ("localhost", "http://localhost:80"),
        ("10.0.0.1", "http://10.0.0.1:80"),
    ],
)
def test_url(bind: str, url: str) -> None:
    assert url_of(bind, 80) == url
