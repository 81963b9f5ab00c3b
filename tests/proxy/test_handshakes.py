from __future__ import annotations

import socket
import ssl

import pytest

from replaysandbox.proxy.ca import Authority
from replaysandbox.proxy.handshakes import AFTERWARDS, Handshakes, said
from tests.proxy.talking import HOST, connect, get, proxy_running, tunnel_to, wait_for


def test_a_client_that_trusts_somebody_else_is_kept_with_its_words(authority: Authority) -> None:
    watch = Handshakes()
    with proxy_running(authority, addons=[watch]) as proxy:
        client, _ = connect(proxy, f"{HOST}:443")
        port = client.getsockname()[1]
        with client, pytest.raises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(client, server_hostname=HOST)
        wait_for(lambda: watch.refused)
        with tunnel_to(proxy) as inside:
            inside.sendall(get())
            assert inside.recv(12) == b"HTTP/1.1 200"
    assert [(each.host, each.said) for each in watch.ended] == [(HOST, AFTERWARDS)]
    (refused,) = watch.refused
    assert (refused.host, refused.said, refused.port) == (HOST, "alert: unknown ca", port)


def test_one_that_hangs_up_in_the_middle_is_kept_too(authority: Authority) -> None:
    watch = Handshakes()
    with proxy_running(authority, addons=[watch]) as proxy:
        client, _ = connect(proxy, f"{HOST}:443")
        inside = ssl.create_default_context().wrap_bio(
            ssl.MemoryBIO(), outgoing := ssl.MemoryBIO(), server_hostname=HOST
        )
        with pytest.raises(ssl.SSLWantReadError):
            inside.do_handshake()
        client.sendall(outgoing.read())
        client.recv(1)
        client.shutdown(socket.SHUT_RDWR)
        client.close()
        wait_for(lambda: watch.refused)
    assert watch.refused[0].said == "hung up without a word"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("no trust (OpenSSL Error([('SSL routines', '', 'tlsv1 alert unknown ca')]))", "alert: unknown ca"),
        ("(tlsv1 alert bad certificate)", "alert: bad certificate"),
        ("connection closed", "hung up without a word"),
        ("no shared cipher", "no shared cipher"),
    ],
)
def test_what_a_client_said_is_read_from_the_errors_words(error: str, words: str) -> None:
    assert said(error) == words
