"""What the proxy itself has to say: refusals, broken requests, failures of ours. Values only."""

from __future__ import annotations

from collections.abc import Iterable

from replaysandbox.core.exchange import Reply, with_header
from replaysandbox.core.ours import our_reply

REALM = "replaysandbox"


def closed_reply() -> Reply:
    """Answer where nothing else did: what the gate sets before anybody else sees a request."""
    message = "The sandbox gave no answer to this request: one of its parts failed. Nothing left this machine."
    return our_reply(502, "refused", "no_answer", message)


def failure_reply(error: BaseException) -> Reply:
    """Answer a request on which our own code broke."""
    message = (
        f"The sandbox broke on this request: {type(error).__name__}: {error}. Nothing left this machine. "
        "This is a bug of the sandbox or of a pack's template; the sandbox's log has the traceback."
    )
    return our_reply(500, "miss", "sandbox_failed", message)


def password_reply() -> Reply:
    """Ask for the password of the proxy."""
    message = (
        "This sandbox wants a password from the clients of its proxy: http://USER:PASSWORD@HOST:PORT, "
        "where USER names a session (or is anything) and PASSWORD is what --proxy-password said."
    )
    reply = our_reply(407, "refused", "proxy_password", message)
    challenge = ("Proxy-Authenticate", f'Basic realm="{REALM}"')
    return Reply(reply.status, with_header(reply.headers, [challenge]), reply.body, reply.verdict)


def names_reply(names: Iterable[str]) -> Reply:
    """Refuse a request that names several hosts at once."""
    told = sorted(names)
    message = (
        f"This request names different hosts: {', '.join(told)}. CONNECT, TLS server name, URL and Host "
        "header must agree, because an answer for one of them would be wrong for the others."
    )
    return our_reply(421, "refused", "host_mismatch", message, hosts=told)


def websocket_reply(host: str) -> Reply:
    """Refuse a WebSocket to an imitated host."""
    message = f"The sandbox imitates no WebSockets, not those of {host} either. Nothing left this machine."
    return our_reply(501, "miss", "websocket", message, host=host)


def unreachable_reply(host: str, reason: str) -> Reply:
    """Answer for a `--pass` host that may not, or cannot, be reached."""
    return our_reply(502, "refused", "not_passed", f"{host} is not reached: {reason}", host=host)


def strict_reply() -> Reply:
    """Refuse a way in that asks for no password, where calls go on to live hosts."""
    message = (
        "Calls go on to live hosts here, so this sandbox takes none that does not show the password of the proxy. "
        "Use it as a proxy, http://USER:PASSWORD@HOST:PORT; its base URL and direct TLS are closed."
    )
    return our_reply(403, "refused", "password_needed", message)


def live_failure_reply(host: str, reason: str) -> Reply:
    """Answer for a live host that cannot be reached."""
    return our_reply(502, "refused", "live_failed", f"The live host {host} was not reached: {reason}", host=host)


_SENTENCES = {
    400: "The request cannot be understood",
    408: "The request was not complete within the time that limits.request_s gives",
    413: "The request body is longer than limits.body_bytes allows",
    431: "The request head is longer than limits.head_bytes allows",
    502: "The host was not reached",
    503: "The sandbox has as many clients as it can serve, or limits.connections allows",
    505: "The sandbox speaks HTTP/1.0, HTTP/1.1 and, in TLS, HTTP/2",
}


def protocol_reply(status: int, detail: str = "") -> Reply:
    """Answer a request that never became one, or a connection that could not be served.

    Args:
        status: HTTP status.
        detail: What mitmproxy said of it; its advice about its own options is left out.
    """
    detail = detail.split(", refusing to prevent", maxsplit=1)[0].removeprefix("Received ")
    if not detail or "mitmproxy" in detail:
        detail = ""
    sentence = _SENTENCES.get(status, "The request cannot be served")
    message = f"{sentence}: {detail.rstrip('.')}." if detail else f"{sentence}."
    if "certificate verify failed" in detail.lower():
        message += " Who else may have signed its certificate is said by --upstream-ca FILE."
    return our_reply(status, "refused", "bad_request" if status < 500 else "not_served", message)
