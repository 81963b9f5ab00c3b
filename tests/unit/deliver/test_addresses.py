from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from replaysandbox.deliver.addresses import ForbiddenAddressError, addresses_of, looked_up


def dialled(host: str, *addresses: str, port: int = 80, own: int = 4480) -> list[str]:
    async def look_up(name: str, port: int) -> Sequence[str]:
        return addresses

    return asyncio.run(addresses_of(host, port, lambda address, port: port == own, look_up))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("[::1]", "::1"),
        ("10.1.2.3", "10.1.2.3"),
        ("192.168.0.7", "192.168.0.7"),
        ("203.0.114.5", "203.0.114.5"),
    ],
)
def test_what_the_user_names_is_dialled_as_it_is_meant(host: str, address: str) -> None:
    assert dialled(host) == [address]


@pytest.mark.parametrize(
    "host",
    [
        *("169.254.169.254", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "169.254.43518"),
        *("[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[2002:a9fe:a9fe::1]", "[64:ff9b::a9fe:a9fe]"),
        *("[fe80::1]", "[fd00:ec2::254]", "100.100.100.200", "168.63.129.16", "192.0.0.192"),
        *("0.0.0.0", "0", "[::]", "224.0.0.1", "[ff02::1]", "255.255.255.255"),
    ],
)
def test_what_nobody_is_sent_to_in_any_spelling(host: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        dialled(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "hooks.example.com"])
def test_our_own_ports_get_no_webhooks(host: str) -> None:
    with pytest.raises(ForbiddenAddressError, match="own port"):
        dialled(host, "10.0.0.1", port=4480)


def test_a_name_may_lead_to_a_private_network_but_not_to_this_machine() -> None:
    assert dialled("app", "172.18.0.3") == ["172.18.0.3"]
    for address in ("127.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"):
        with pytest.raises(ForbiddenAddressError, match="this machine"):
            dialled("hooks.example.com", address)


def test_one_unfit_addresses_of_several_is_enough() -> None:
    with pytest.raises(ForbiddenAddressError, match="metadata"):
        dialled("hooks.example.com", "203.0.114.5", "169.254.169.254")


def test_a_name_without_address_says_so() -> None:
    with pytest.raises(OSError, match="has no address"):
        dialled("hooks.example.com")


def test_localhost_is_known_without_asking() -> None:
    assert asyncio.run(looked_up("localhost", 80)) == ["127.0.0.1", "::1"]
    assert asyncio.run(looked_up("app.localhost.", 80)) == ["127.0.0.1", "::1"]
    assert dialled("localhost", "127.0.0.1", "::1") == ["127.0.0.1", "::1"]
