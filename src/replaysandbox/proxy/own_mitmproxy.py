"""The sandbox inside somebody's own mitmproxy, mitmdump or mitmweb: the same gate, the same answers, their pages."""

from __future__ import annotations

import logging
from collections.abc import Callable

from mitmproxy import ctx
from mitmproxy.proxy.mode_specs import ProxyMode

from replaysandbox.proxy.addon import FlowLane
from replaysandbox.proxy.egress import Egress
from replaysandbox.proxy.gate import DeadUpstream, Gate
from replaysandbox.proxy.layers import check_version
from replaysandbox.proxy.next_layer import NextLayer
from replaysandbox.proxy.settings import Engine, no_parent

logger = logging.getLogger(__name__)

_DEAD = DeadUpstream()
"""Lives as long as the process: mitmproxy drops an addon whose file is saved broken, and the port must stay ours."""

_HELD = {
    "connection_strategy": "lazy",
    "rawtcp": False,
    "stream_large_bodies": None,
    "upstream_cert": False,
    "validate_inbound_headers": True,
}


class OwnMitmproxy:
    """An addon for `mitmdump -s`: asks the engine, and shuts the rest of mitmproxy off from the network.

    Attributes:
        addons: The addons it is made of, in order; the gate comes first.
    """

    name = "replaysandbox"

    def __init__(self, engine: Engine, parent: Callable[[str, str], str] = no_parent) -> None:
        check_version()
        gate = Gate()
        self.addons = [gate, NextLayer(), FlowLane(engine, Egress(gate, parent))]

    def running(self) -> None:
        """Send what is not answered to a dead port, for as long as this mitmproxy lives.

        Here and not in `load`: set there, it was lost again when the file was saved broken.
        """
        wanted = [_shut(mode) for mode in ctx.options.mode]
        if None in wanted:
            logger.error("the sandbox works in mitmproxy's regular mode only, not in %s", ctx.options.mode)
            ctx.master.shutdown()
            return
        ctx.options.update(mode=wanted, **_HELD)


def _shut(mode: str) -> str | None:
    """Give the mode that listens at the same place and leads nowhere, or None where there is none."""
    spec = ProxyMode.parse(mode)
    if spec.type_name not in ("regular", "upstream"):
        return None
    if spec.custom_listen_port is None:
        return f"upstream:{_DEAD.url}"
    host = f"{spec.custom_listen_host}:" if spec.custom_listen_host is not None else ""
    return f"upstream:{_DEAD.url}@{host}{spec.custom_listen_port}"
