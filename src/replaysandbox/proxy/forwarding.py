"""Sending a request on: as it came to a `--pass` host, or to a live host as our engine read it."""

from __future__ import annotations

from mitmproxy import connection, http

from replaysandbox.core.exchange import Request
from replaysandbox.proxy.layers import LIVE, PASSED

STREAMED = "replaysandbox.streamed"
"""Metadata of a flow whose answer is handed on as it comes."""

_HOP_BY_HOP = frozenset(("connection", "keep-alive", "te", "upgrade"))
"""Fields about one connection, which end here; `Transfer-Encoding` says how mitmproxy writes the body.

Source: RFC 9110, 7.6.1.
"""


def send_on(flow: http.HTTPFlow) -> None:
    """Open the way for one plain HTTP request. Its response is taken away last: until then nothing goes out.

    Raises:
        KeyError: Nobody opened the gate for it.
    """
    request = flow.request
    _drop_ours(request)
    if flow.metadata[PASSED].parent is None:
        request.headers.setdefault("Host", request.authority)
        request.data.authority = b""  # hosts are asked by path alone; some know no absolute form
    _dispatch(flow)


def send_live(flow: http.HTTPFlow, asked: Request) -> None:
    """Open the way for one request to a live host.

    Args:
        flow: The request as it came.
        asked: What is meant by it: host and path of the live API, whatever the way in.

    Raises:
        KeyError: Nobody opened the gate for it.
    """
    request, target = flow.request, flow.metadata[PASSED]
    _drop_ours(request)
    named = {name.strip().lower() for name in request.headers.get("connection", "").split(",")}
    for name in [name for name in request.headers if name.lower() in named | _HOP_BY_HOP]:
        del request.headers[name]
    default = 443 if asked.scheme == "https" else 80
    authority = asked.host if asked.port == default else f"{asked.host}:{asked.port}"
    request.path = f"{asked.path}?{asked.query}" if asked.query else asked.path
    request.data.scheme = target.scheme.encode("ascii")
    if request.is_http2:
        request.authority = authority
        request.headers.pop("Host", None)
    else:
        request.headers["Host"] = authority
        request.data.authority = b""
    flow.metadata[LIVE] = True
    _dispatch(flow)


def _drop_ours(request: http.Request) -> None:
    for name in [name for name in request.headers if name.lower().startswith(("x-sandbox-", "proxy-"))]:
        del request.headers[name]


def _dispatch(flow: http.HTTPFlow) -> None:
    target = flow.metadata.pop(PASSED)
    request = flow.request
    server = connection.Server(address=target.address)
    if target.parent is not None:
        server.via = ("http", target.parent.address)
        if target.parent.authorization and target.scheme == "http":
            request.headers["Proxy-Authorization"] = target.parent.authorization
    request.data.host, request.data.port = target.address
    flow.server_conn = server
    flow.metadata[STREAMED] = True
    flow.response = None
