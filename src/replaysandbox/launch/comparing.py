"""Comparing: each exchange with a live host redacted, then held to the contract and to the sandbox's own answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from replaysandbox.answer import Loaded
from replaysandbox.core.capture import Body, BodyFile, Recorded
from replaysandbox.core.counted import many
from replaysandbox.core.exchange import Headers
from replaysandbox.core.finding import Place, Report
from replaysandbox.drift import DriftCheck
from replaysandbox.drifting.stand_in import StandIn
from replaysandbox.files.seen import LARGEST, exchange_of, seen_of
from replaysandbox.redact.coding import CodingError
from replaysandbox.redact.redactor import Redactor


class Comparing:
    """A comparison of what live hosts answer, as the calls pass.

    Attributes:
        count: How many exchanges were compared.
        told: Told how many exchanges were compared and the findings so far, after each.
    """

    def __init__(
        self,
        loaded: Loaded,
        redactor: Redactor,
        own_at: Callable[[str, datetime], datetime],
        say: Callable[[str], None],
        most: int = LARGEST,
    ) -> None:
        """Begin.

        Args:
            loaded: Packs and world the sandbox answers from.
            redactor: Takes secrets out before anything is looked at, so that none can be in a finding.
            own_at: Session and wall instant → sandbox instant.
            say: Told when an exchange cannot be compared.
            most: What a body in a content coding may become, to be looked into, never more than `LARGEST`. [B]
        """
        self.count = 0
        self.told: Callable[[int, Counter[str]], None] = lambda count, grades: None
        self._check = DriftCheck(loaded.checkers, StandIn(loaded), requests=True)
        self._redactor = redactor
        self._own_at = own_at
        self._say = say
        self._most = most
        self._failed: Counter[str] = Counter()
        self._unread = 0

    def keep(self, recorded: Recorded) -> None:
        """Compare an exchange. Whatever goes wrong, the app's call goes on."""
        try:
            self._take(self._redactor.exchange(recorded))
        except CodingError:
            self._unread += 1
        except Exception as error:  # noqa: BLE001 - the app is being served; what was asked may hold secrets, so no text
            self._say(f"an exchange was not compared ({type(error).__name__})")
        self.count += 1
        self.told(self.count, self._grades())

    def _take(self, recorded: Recorded) -> None:
        response = recorded.response
        if response is None or recorded.failure is not None:
            kind = recorded.failure.kind if recorded.failure else "reset"
            self._failed[f"{recorded.request.host}: {kind}"] += 1
            return
        seen = seen_of(recorded.request, response, _too_large, self._most)
        at = recorded.started
        place = Place(exchange=exchange_of(seen), at=at.isoformat().replace("+00:00", "Z"))
        self._check.take(seen, place, at, self._own_at(recorded.session, at))

    def body(self, headers: Headers) -> Held:  # noqa: ARG002 - the shape of proxy.settings.Keeper
        """Begin to hold a large body of an answer."""
        return Held()

    def _grades(self) -> Counter[str]:
        return Counter(each.grade for each in self._check.gathered.found.values())

    def report(self) -> Report:
        """Say what came of it, once all calls are over."""
        report = self._check.report()
        failed = [f"{many(count, 'call')} not answered by {what}" for what, count in self._failed.most_common()]
        unread = f"{many(self._unread, 'exchange')} with a body too large, or that cannot be unpacked"
        return replace(report, verb="compare", notes=(*report.notes, *failed, *([unread] if self._unread else [])))


class Held:
    """A large body on its way, held until it is too large to be looked into."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def feed(self, piece: bytes) -> None:
        """Take a piece, as on the wire."""
        self._size += len(piece)
        if self._size <= LARGEST:
            self._pieces.append(piece)
        else:
            self._pieces.clear()

    def end(self) -> Body:
        """Give the body, or only its size where it is too large."""
        return b"".join(self._pieces) if self._size <= LARGEST else BodyFile("", self._size)


def _too_large(body: BodyFile) -> bytes:
    raise CodingError(f"it has {many(body.size, 'byte')}")
