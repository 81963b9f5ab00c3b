"""TLS towards live hosts: their certificate is verified, and must be that of the host the client meant."""

from __future__ import annotations

import contextlib
import ipaddress
from pathlib import Path
from typing import Any

import certifi
from mitmproxy.tls import TlsData
from OpenSSL import SSL

from replaysandbox.proxy.egress import Egress

_NO_PARTIAL_WILDCARDS = 0x4 | 0x20
"""X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT. Source: OpenSSL, x509v3.h."""


class ServerTls:
    """The addon that begins TLS with a live host."""

    name = "sandbox_server_tls"

    def __init__(self, egress: Egress, ca_file: Path | None = None) -> None:
        self._egress = egress
        self._ca_file = ca_file
        self._made: SSL.Context | None = None

    def tls_start_server(self, start: TlsData) -> None:
        """Begin a handshake: with the name of the host that is meant, wherever it really is."""
        server, client = start.conn, start.context.client
        host = self._egress.name_of(client, server.address or ("", 0))  # type: ignore[attr-defined]
        server.sni = host
        # the version of HTTP that the client speaks, or an answer would be another than it gets without us
        server.alpn_offers = [b"h2", b"http/1.1"] if client.alpn == b"h2" else [b"http/1.1"]
        start.ssl_conn = SSL.Connection(self._context())
        _expect(start.ssl_conn, host)
        start.ssl_conn.set_alpn_protos(list(server.alpn_offers))
        start.ssl_conn.set_connect_state()

    def _context(self) -> SSL.Context:
        if self._made is None:
            context = SSL.Context(SSL.TLS_CLIENT_METHOD)
            context.set_min_proto_version(SSL.TLS1_2_VERSION)
            context.set_verify(SSL.VERIFY_PEER)
            context.load_verify_locations(certifi.where())
            with contextlib.suppress(SSL.Error):  # a file named by SSL_CERT_FILE that is none adds nothing
                context.set_default_verify_paths()
            if self._ca_file is not None:
                context.load_verify_locations(str(self._ca_file))
            self._made = context
        return self._made


def _expect(connection: Any, host: str) -> None:
    """Demand a certificate for this host. pyOpenSSL has no words of its own for it."""
    library = vars(SSL)["_lib"]  # as mitmproxy itself does: addons/tlsconfig.py
    parameters = library.SSL_get0_param(connection._ssl)  # noqa: SLF001
    library.X509_VERIFY_PARAM_set_hostflags(parameters, _NO_PARTIAL_WILDCARDS)
    try:
        packed = ipaddress.ip_address(host).packed
        done = library.X509_VERIFY_PARAM_set1_ip(parameters, packed, len(packed))
    except ValueError:
        name = host.encode("ascii")
        connection.set_tlsext_host_name(name)
        done = library.X509_VERIFY_PARAM_set1_host(parameters, name, len(name))
    if done != 1:
        raise ValueError(f"no certificate can be demanded for {host!r}")
