import ipaddress

import pytest

from replaysandbox.core.addresses import meanings


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::ffff:169.254.169.254", "169.254.169.254"),
        ("2002:a9fe:a9fe::1", "169.254.169.254"),
        ("64:ff9b::7f00:1", "127.0.0.1"),
        ("2001:0:4136:e378:8000:63bf:80ff:fffe", "127.0.0.1"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_an_address_means_those_it_carries_inside(address: str, inside: str) -> None:
    assert ipaddress.ip_address(inside) in meanings(address)
