"""Requests of the flow lane that are asked again: the first of them keeps what is worked out about it."""

from __future__ import annotations

from dataclasses import dataclass, field

from replaysandbox.core.exchange import Request, forgetting, remembering

LONGEST_HEAD = 2_000
"""Longest head that is remembered. Ours: ten times what clients say. [B]"""


@dataclass(slots=True)
class AskedAgain:
    """Requests that were asked, without those that have bodies.

    Attributes:
        most: How many are remembered; then all are forgotten. 0 for none.
    """

    most: int
    _first: dict[Request, Request] = field(default_factory=dict, init=False, repr=False)

    def first(self, request: Request) -> Request:
        """Give the first request that said the same, or this one."""
        found = self._first.get(request)
        if found is None:
            self._remember(request)
            return request
        if found.known is None:
            remembering(found)  # asked a second time: so it may be asked a third time
        return found

    def _remember(self, request: Request) -> None:
        if request.body or not self.most or _length(request) > LONGEST_HEAD:
            return
        if len(self._first) >= self.most:
            for each in self._first:
                forgetting(each)  # the journal keeps it
            self._first.clear()
        self._first[request] = request


def _length(request: Request) -> int:
    fields = sum(len(name) + len(value) for name, value in request.headers)
    return len(request.path) + len(request.query) + fields
