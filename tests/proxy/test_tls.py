"""The certificate a client is shown, whatever it names, and the protocol it is given."""

from __future__ import annotations

import ssl

import pytest
from cryptography import x509

from tests.proxy.talking import HOST, STRANGER, Proxy, connect, dial, direct_tls, get, hear

Shown = tuple[ssl.SSLSocket, x509.Certificate]


def shown(client: ssl.SSLSocket) -> list[str]:
    """List the names of the certificate that a client was shown."""
    encoded = client.getpeercert(binary_form=True)
    assert encoded is not None
    certificate = x509.load_der_x509_certificate(encoded)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in names]


def unverified(proxy: Proxy) -> ssl.SSLContext:
    context = proxy.trusting()
    context.check_hostname = False
    return context


@pytest.mark.parametrize("sni", [HOST, STRANGER, "localhost", "127.0.0.1"])
def test_the_host_that_is_named(proxy: Proxy, sni: str) -> None:
    with direct_tls(proxy, sni) as client:
        assert shown(client) == [sni]


def test_a_tunnel_without_a_name_gets_that_of_the_tunnel(proxy: Proxy) -> None:
    client, _ = connect(proxy, f"{HOST}:443")
    with client, unverified(proxy).wrap_socket(client) as inside:
        assert shown(inside) == [HOST]


def test_a_tunnel_with_another_name_gets_both(proxy: Proxy) -> None:
    client, _ = connect(proxy, f"{HOST}:443")
    with client, proxy.trusting().wrap_socket(client, server_hostname=STRANGER) as inside:
        assert shown(inside) == [STRANGER, HOST]


def test_no_name_at_all_gets_our_address(proxy: Proxy) -> None:
    with dial(proxy) as client, unverified(proxy).wrap_socket(client) as inside:
        assert shown(inside) == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("sni", "offered", "chosen"),
    [
        (HOST, ["http/1.1", "h2"], "h2"),
        (HOST, ["h2"], "h2"),
        (HOST, ["http/1.1"], "http/1.1"),
        (HOST, ["spdy/3"], None),
        ("localhost", ["h2", "http/1.1"], "http/1.1"),
        ("localhost", ["h2"], None),
    ],
)
def test_protocol(proxy: Proxy, sni: str, offered: list[str], chosen: str | None) -> None:
    with direct_tls(proxy, sni, offered) as client:
        assert client.selected_alpn_protocol() == chosen


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_versions(proxy: Proxy, version: ssl.TLSVersion) -> None:
    context = proxy.trusting()
    context.minimum_version = context.maximum_version = version
    with dial(proxy) as client, context.wrap_socket(client, server_hostname=HOST) as inside:
        inside.sendall(get())
        assert hear(inside).status == 200


def test_many_names(proxy: Proxy) -> None:
    for number in range(20):
        with direct_tls(proxy, f"h{number}.example") as client:
            assert shown(client) == [f"h{number}.example"]
