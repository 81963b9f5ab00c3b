from __future__ import annotations

import socket

import pytest
from mitmproxy.connection import Client, Server
from mitmproxy.proxy.server_hooks import ServerConnectionHookData
from mitmproxy.test import tflow

from replaysandbox.proxy import gate
from replaysandbox.proxy.gate import ClosedResponse, DeadUpstream, Gate, forbidden, is_own_port, literal_address

OUTSIDE = ("93.184.215.14", 443)


def connecting(client: Client, address: tuple[str, int] | None) -> ServerConnectionHookData:
    return ServerConnectionHookData(Server(address=address), client)


@pytest.fixture
def client() -> Client:
    return Client(peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2))


def test_shut_unless_opened_for_this_client_and_address(client: Client) -> None:
    shut = Gate()
    other = Client(peername=("127.0.0.1", 3), sockname=("127.0.0.1", 2))
    shut.open(client, OUTSIDE)
    errors = {}
    for name, data in {
        "opened": connecting(client, OUTSIDE),
        "other client": connecting(other, OUTSIDE),
        "other port": connecting(client, (OUTSIDE[0], 80)),
        "other address": connecting(client, ("93.184.215.15", 443)),
        "no address": connecting(client, None),
    }.items():
        shut.server_connect(data)
        errors[name] = data.server.error
    assert errors.pop("opened") is None
    assert set(errors.values()) == {gate.SHUT}


def test_shut_again_when_the_client_has_gone(client: Client) -> None:
    shut = Gate()
    shut.open(client, OUTSIDE)
    shut.client_disconnected(client)
    data = connecting(client, OUTSIDE)
    shut.server_connect(data)
    assert data.server.error == gate.SHUT


def test_a_refusal_is_set_first_and_is_each_ones_own() -> None:
    shut = Gate()
    one, two = tflow.tflow(), tflow.tflow()
    shut.requestheaders(one)
    shut.http_connect(two)
    assert isinstance(one.response, ClosedResponse)
    assert isinstance(two.response, ClosedResponse)
    assert one.response is not two.response
    assert one.response.status_code == 502
    assert one.response.headers["X-Sandbox"] == "refused"


def test_the_dead_port_refuses_and_stays_ours() -> None:
    dead = DeadUpstream()
    port = int(dead.url.rpartition(":")[2])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 2)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", port))
    dead.close()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "fe80::1",
        "fe80::1%eth0",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "fd00:ec2::254",
        "224.0.0.1",
        "ff02::1",
        "240.0.0.1",
        "255.255.255.255",
    ],
)
def test_addresses_that_are_never_dialled(address: str) -> None:
    assert forbidden(address, 443, ()) != ""


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "10.1.2.3", "192.168.1.1", "172.16.0.1", "2606:2800:21f::1", "64:ff9b::5db8:d70e"]
)
def test_addresses_that_may_be(address: str) -> None:
    assert forbidden(address, 443, (4480,)) == ""


def test_our_own_port_on_another_address_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", _Bindable)
    assert "own port" in forbidden("192.168.1.7", 4480, (4480,))
    assert forbidden("192.168.1.8", 4480, (4480,)) == ""
    assert forbidden("192.168.1.7", 4479, (4480,)) == ""


class _Bindable:
    """A socket of a machine whose only address is 192.168.1.7."""

    def __init__(self, *args: object) -> None: ...

    def __enter__(self) -> _Bindable:
        return self

    def __exit__(self, *args: object) -> None: ...

    def bind(self, address: tuple[str, int]) -> None:
        if address[0] != "192.168.1.7":
            raise OSError("cannot assign requested address")


def test_a_real_socket_tells_which_addresses_are_ours() -> None:
    assert is_own_port("127.0.0.1", 4480, (4480,))
    assert not is_own_port("203.0.113.7", 4480, (4480,))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("1.2.3.4", "1.2.3.4"),
        ("::1", "::1"),
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("fe80::1%lo", "fe80::1"),
        ("api.amps.ai", None),
        ("", None),
        ("b\xfccher", None),
    ],
)
def test_spellings_of_addresses(host: str, address: str | None) -> None:
    assert literal_address(host) == address
