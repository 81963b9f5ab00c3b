"""The exchanges a session has seen, newest last, bounded in number and in bytes."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import replace

from replaysandbox.core.exchange import Exchange, Forward, Reply, Request
from replaysandbox.core.limits import USUAL, Limits
from replaysandbox.core.ours import refused_host_reply

MOST_NAMES = 1_000
"""Different devices, refused hosts and missed calls that are remembered by name. Ours."""


class Journal:
    """What one session has seen.

    Attributes:
        calls: (pack, verdict) → how many.
        devices: Ids of the devices touched.
        read: Route that was answered without naming a device → how often: lists, homes, sites.
        refused: Host → how often it was refused.
        missed: (method and URL without query) → how often it was missed.
        forwarded: Host → how many calls left this machine.
        unreached: Host that calls were let through to, and why it was not reached → how often.
    """

    def __init__(self, limits: Limits = USUAL) -> None:
        self._limits = limits
        self._exchanges: deque[Exchange] = deque()
        self._bytes = 0
        self._number = 0
        self.calls: Counter[tuple[str, str]] = Counter()
        self.devices: set[str] = set()
        self.read: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self.forwarded: Counter[str] = Counter()
        self.unreached: Counter[tuple[str, str]] = Counter()

    def __len__(self) -> int:
        return len(self._exchanges)

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self._exchanges)

    @property
    def next_number(self) -> int:
        """The number of the exchange that comes next."""
        return self._number + 1

    def add(self, exchange: Exchange) -> Exchange:
        """Keep an exchange, numbered; one that has the next number already is kept as it is."""
        self._number += 1
        kept = exchange if exchange.number == self._number else replace(exchange, number=self._number)
        self._exchanges.append(kept)
        self._bytes += _size(kept)
        while len(self._exchanges) > self._limits.journal_exchanges or self._bytes > self._limits.journal_bytes:
            self._bytes -= _size(self._exchanges.popleft())
        self._count(kept)
        return kept

    def clear(self) -> None:
        """Forget all; numbers go on."""
        number = self._number
        self.__init__(self._limits)  # type: ignore[misc]  # a fresh journal is what is meant
        self._number = number

    def unreach(self, host: str, reason: str) -> bool:
        """Count a host that was not reached; tells whether it is the first time for this reason."""
        _bounded(self.unreached, (host, reason))
        return self.unreached[host, reason] == 1

    def _count(self, exchange: Exchange) -> None:
        verdict = exchange.outcome.verdict
        self.calls[exchange.pack, verdict] += 1
        if exchange.device and len(self.devices) < MOST_NAMES:
            self.devices.add(exchange.device)
        elif exchange.route and not exchange.device and exchange.request.method == "GET" and verdict != "miss":
            _bounded(self.read, exchange.route)
        request = exchange.request
        if verdict == "refused" and exchange.outcome == refused_host_reply(request.host):
            _bounded(self.refused, request.host)
        elif verdict == "miss":
            _bounded(self.missed, missed_call(request))
        elif isinstance(exchange.outcome, Forward):
            _bounded(self.forwarded, request.host)


def missed_call(request: Request) -> str:
    """Say what a miss missed: method and URL without query."""
    return f"{request.method} {replace(request, query='').url}"


def _bounded[T](counts: Counter[T], name: T) -> None:
    if name in counts or len(counts) < MOST_NAMES:
        counts[name] += 1


def _size(exchange: Exchange) -> int:
    body = exchange.outcome.body if isinstance(exchange.outcome, Reply) else b""
    return len(body) + len(exchange.request.body) + 1000
