"""TLS towards the client, with a certificate of ours for the host it means."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from mitmproxy.tls import TlsData
from OpenSSL import SSL

from replaysandbox.proxy.ca import MAX_LEAVES, Authority
from replaysandbox.proxy.ways import plain_host


class ClientTls:
    """The addon that says with which certificate a TLS handshake is answered."""

    name = "sandbox_tls"

    def __init__(self, authority: Authority, owns: Callable[[str], bool]) -> None:
        self._authority = authority
        self._owns = owns
        self._contexts: OrderedDict[tuple[tuple[str, ...], bool], SSL.Context] = OrderedDict()

    def tls_start_client(self, start: TlsData) -> None:
        """Answer a handshake: for the host it names, for that of its tunnel, or for our own address."""
        client, server = start.context.client, start.context.server
        named = [client.sni, server.address[0] if server.address else None]
        names = tuple(dict.fromkeys(plain_host(name) for name in named if name))
        # A proxy that is itself spoken to by TLS is asked for tunnels, which mitmproxy knows in HTTP/1 only.
        http2 = server.address is not None or any(self._owns(name) for name in names)
        context = self._context(names or (str(client.sockname[0]),), http2)
        start.ssl_conn = SSL.Connection(context)
        start.ssl_conn.set_accept_state()

    def _context(self, names: tuple[str, ...], http2: bool) -> SSL.Context:
        known = self._contexts.get((names, http2))
        if known is None:
            known = self._contexts[names, http2] = self._new_context(names, http2)
            if len(self._contexts) > MAX_LEAVES:
                self._contexts.popitem(last=False)
        self._contexts.move_to_end((names, http2))
        return known

    def _new_context(self, names: tuple[str, ...], http2: bool) -> SSL.Context:
        leaf = self._authority.leaf(names)
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.set_min_proto_version(SSL.TLS1_2_VERSION)
        context.use_certificate(leaf.certificate)
        context.use_privatekey(leaf.key)
        context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        spoken = (b"h2", b"http/1.1") if http2 else (b"http/1.1",)
        context.set_alpn_select_callback(lambda _, offered: _first(spoken, offered))
        return context


def _first(spoken: Sequence[bytes], offered: Sequence[bytes]) -> Any:
    """Choose as servers do, by our own order: clients such as httpx name HTTP/1.1 first."""
    return next((protocol for protocol in spoken if protocol in offered), SSL.NO_OVERLAPPING_PROTOCOLS)
