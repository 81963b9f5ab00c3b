"""mitmproxy's options: what we set, what must hold. Nothing is read from a config.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mitmproxy.options import Options

from replaysandbox.core.limits import USUAL, Limits

_OF_PROXYSERVER: Mapping[str, Any] = {
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
    "udp_hosts": [],
    "upstream_cert": False,
}


class SandboxOptions(Options):
    """mitmproxy's options, and our limits with them: its layers are given nothing else."""

    limits: Limits


def limits_of(options: Options) -> Limits:
    """Find our limits where mitmproxy's layers can; in a user's own mitmproxy the usual ones hold."""
    return options.limits if isinstance(options, SandboxOptions) else USUAL


def _limited(limits: Limits) -> Mapping[str, Any]:
    return {"body_size_limit": str(limits.body_bytes), "tcp_timeout": limits.idle_s}


def make_options(confdir: Path, upstream: str, limits: Limits = USUAL) -> SandboxOptions:
    """Make the options of our own Master.

    Args:
        confdir: Our private folder, so that no leftover of mitmproxy's is found.
        upstream: Where everything goes that was not opened: the dead upstream.
        limits: How much is taken before it is refused.
    """
    options = SandboxOptions()
    object.__setattr__(options, "limits", limits)  # mitmproxy's own takes options only
    limited = dict(_limited(limits))
    for name, value in {"body_size_limit": limited.pop("body_size_limit"), **_OF_PROXYSERVER}.items():
        kind = type(value) if value is not None and not isinstance(value, str) else str | None
        options.add_option(name, kind if name != "connection_strategy" else str, value, "")
    options.update(confdir=str(confdir), mode=[f"upstream:{upstream}"], **_OF_CORE, **limited)  # type: ignore[no-untyped-call]  # its base is said to be untyped
    return options


def check_effective(options: Options, upstream: str) -> None:
    """Look at what is in force, once everything is loaded: a wrong value here would let calls out.

    Raises:
        RuntimeError: Naming what differs.
    """
    wanted = {**_OF_PROXYSERVER, **_OF_CORE, **_limited(limits_of(options)), "mode": [f"upstream:{upstream}"]}
    differing = [name for name, value in wanted.items() if _plain(getattr(options, name)) != _plain(value)]
    if differing:
        raise RuntimeError(f"mitmproxy's options are not in force: {', '.join(sorted(differing))}")


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
