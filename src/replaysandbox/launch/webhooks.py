"""`sandbox.webhooks`: what the imitated APIs told apps by themselves. Standard library only."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from types import SimpleNamespace
from typing import Any

from replaysandbox.launch.control_client import Control, instant

_WAIT_S = 5.0
"""Longest wait of one request; the control API's own. [s]"""

Delivery = SimpleNamespace


class NotToldError(TimeoutError):
    """A webhook that was waited for did not come; the text says what did."""


class Webhooks:
    """The webhooks of the default session. They need no receiver: without one they are kept, unsent."""

    def __init__(self, control: Control, given: set[str]) -> None:
        """Look at a sandbox.

        Args:
            control: Its control API.
            given: Ids of messages that `wait_for` has given before; it adds to them.
        """
        self._control = control
        self._given = given

    def list(self, event: str | None = None, **narrow: str) -> Sequence[Delivery]:
        """List deliveries, oldest first; each has `event`, `body`, `state`, `attempts`, `receiver`, ….

        Args:
            event: The API's word for the event: `push.completed`; all when left out.
            narrow: `state`, `pack`, `device`, `action`.
        """
        return self._look(event, narrow)[1]

    def wait_for(self, event: str, timeout_s: float = 10.0, **narrow: str) -> Delivery:
        """Wait until an event has been told, and taken by every receiver, if there are any.

        One that came before is given, too, but each only once: waiting twice waits for two. Time goes on by the
        sandbox's clock; where that stands still, move it first.

        Args:
            event: The API's word for the event: `push.completed`.
            timeout_s: How long to wait at most, by this machine's clock. [s]
            narrow: `pack`, `device`, `action`.

        Raises:
            NotToldError: It did not come in time.
        """
        until = time.monotonic() + timeout_s
        changes, found = self._look(event, narrow)
        while True:
            for message, deliveries in _by_message(found):
                if message not in self._given and all(each.state in ("unsent", "delivered") for each in deliveries):
                    self._given.add(message)
                    return deliveries[0]
            left_s = until - time.monotonic()
            if left_s <= 0.0:
                raise NotToldError(self._excuse(event, timeout_s, found))
            wait_s = max(1, int(min(left_s, _WAIT_S)))
            changes, found = self._look(event, narrow, seen=changes, wait_s=wait_s)

    def resend(self, delivery: Delivery | str) -> Delivery:
        """Send a delivery once more, with the id it had; gives how it stands after that was tried."""
        delivery_id = delivery if isinstance(delivery, str) else delivery.id
        return _values(self._control.call("POST", f"/deliveries/{delivery_id}/resend"))

    def _look(self, event: str | None, narrow: dict[str, str], **wait: int) -> tuple[int, Sequence[Delivery]]:
        page = self._control.call("GET", "/deliveries", event=event, limit=10_000, **narrow, **wait)
        return page["changes"], [_values(each) for each in page["deliveries"]]

    def _excuse(self, event: str, timeout_s: float, found: Iterable[Delivery]) -> str:
        late = [each for each in found if each.message not in self._given]
        if late:
            attempts = "; ".join(each["error"] or str(each["status"]) for each in late[0].attempts) or "not tried yet"
            return f"{event} was not taken by {late[0].receiver} within {timeout_s:g} s: {attempts}"
        clock = self._control.call("GET", "/clock")
        told = sorted({each.event for each in self.list()})
        stands = "; the clock stands still, so nothing falls due: clock.advance()" if clock["frozen"] else ""
        return f"no new {event} within {timeout_s:g} s; told so far: {', '.join(told) or 'nothing'}{stands}"


def _by_message(deliveries: Iterable[Delivery]) -> Iterator[tuple[str, list[Delivery]]]:
    for message, some in groupby(deliveries, key=lambda each: each.message):
        yield message, list(some)


def _values(data: dict[str, Any]) -> Delivery:
    """Give a delivery's members as attributes, `at` as a datetime."""
    return Delivery(**data | {"at": instant(data["at"])})
