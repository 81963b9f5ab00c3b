"""The outermost layer of a connection: it closes what crashed, and lets layers step aside that have nothing to do."""

from __future__ import annotations

import logging
from collections.abc import Callable

from mitmproxy.proxy import commands, context, events, layer

logger = logging.getLogger(__name__)


class Direct(commands.Command):
    """Asks `Guarded` to give further events to a layer at once: those between them have nothing left to do.

    Args:
        inner: That layer.
        answering: The one that answers: the same, or inside of that.
    """

    def __init__(self, inner: layer.Layer, answering: layer.Layer) -> None:
        self.inner = inner
        self.answering = answering


class Indirect(commands.Command):
    """Takes `Direct` back: the layer has handed over to one that needs all there is."""


class Guarded:
    """The outermost layer: when one inside crashes, its client is cut off instead of left waiting.

    Args:
        inner: The layer inside.
        on_direct: Told of `Direct`, when a client has said something that makes sense; None when that is over.
    """

    def __init__(self, inner: layer.Layer, on_direct: Callable[[Direct | None], None]) -> None:
        self.context: context.Context = inner.context
        self._inner: layer.Layer | None = inner
        self._on_direct = on_direct

    def handle_event(self, event: events.Event) -> layer.CommandGenerator[None]:
        """Hand an event inwards, unless something crashed there before."""
        if self._inner is None:
            return
        try:
            for command in self._inner.handle_event(event):
                if isinstance(command, Direct):
                    self._inner = command.inner
                    self._on_direct(command)
                elif isinstance(command, Indirect):
                    self._on_direct(None)
                else:
                    yield command
        except Exception:
            logger.exception("a protocol layer crashed; its connection is closed")
            self._inner = None
            yield commands.CloseConnection(self.context.client)
