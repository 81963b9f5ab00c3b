"""mitmproxy's options: what we set, what must hold. Nothing is read from a config.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mitmproxy.options import Options

from replaysandbox.proxy.settings import BODY_LIMIT, IDLE_TIMEOUT_S

_OF_PROXYSERVER: Mapping[str, Any] = {
    "body_size_limit": str(BODY_LIMIT),
    "connection_strategy": "lazy",  # the default dials before any addon is asked
    "keep_host_header": False,
    "normalize_outbound_headers": True,
    "proxy_debug": False,
    "store_streamed_bodies": False,
    "stream_large_bodies": None,  # else the `request` hook, and so our answer, comes too late
    "validate_inbound_headers": True,
}
"""Options that mitmproxy's layers read, and its own server addon, which we do without, defines."""

_OF_CORE: Mapping[str, Any] = {
    "allow_hosts": [],
    "http2": True,
    "http3": False,
    "ignore_hosts": [],
    "rawtcp": False,
    "ssl_insecure": False,
    "tcp_hosts": [],
    "tcp_timeout": IDLE_TIMEOUT_S,
    "udp_hosts": [],
    "upstream_cert": False,
}


def make_options(confdir: Path, upstream: str) -> Options:
    """Make the options of our own Master.

    Args:
        confdir: Our private folder, so that no leftover of mitmproxy's is found.
        upstream: Where everything goes that was not opened: the dead upstream.
    """
    options = Options()
    for name, value in _OF_PROXYSERVER.items():
        kind = type(value) if value is not None and not isinstance(value, str) else str | None
        options.add_option(name, kind if name != "connection_strategy" else str, value, "")
    options.update(confdir=str(confdir), mode=[f"upstream:{upstream}"], **_OF_CORE)
    return options


def check_effective(options: Options, upstream: str) -> None:
    """Look at what is in force, once everything is loaded: a wrong value here would let calls out.

    Raises:
        RuntimeError: Naming what differs.
    """
    wanted = {**_OF_PROXYSERVER, **_OF_CORE, "mode": [f"upstream:{upstream}"]}
    differing = [name for name, value in wanted.items() if _plain(getattr(options, name)) != _plain(value)]
    if differing:
        raise RuntimeError(f"mitmproxy's options are not in force: {', '.join(sorted(differing))}")


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
