"""A pack asked all it can be asked: every route for devices, hours, errors and requests that its contract forbids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import parse_qs, urlencode, urlsplit

from replaysandbox.answer import Loaded, answer
from replaysandbox.asking.below import below_owners
from replaysandbox.asking.calls import Caller, operation_of, refresh_token_in, token_in, token_requests
from replaysandbox.asking.questions import Ask, Subject, followed_up, reads, refusals, writes
from replaysandbox.asking.refusing import rule_asks
from replaysandbox.conformance import Seen, request_side
from replaysandbox.core.exchange import Reply, header
from replaysandbox.core.ours import our_message
from replaysandbox.core.pack import Pack
from replaysandbox.core.session import Session

_CALLBACK = "https://app.example/callback"


@dataclass(frozen=True, slots=True)
class Told:
    """A question and its answer.

    Attributes:
        ask: The question.
        seen: The exchange.
        forbidden: What the request breaks of the contract; such a request must be refused.
        failed: Why the sandbox itself could not answer; empty where it did.
        refused: Name of the error or the fault that it is answered with, whatever its status; empty for success.
        route: The route that answered.
    """

    ask: Ask
    seen: Seen
    forbidden: str = ""
    failed: str = ""
    refused: str = ""
    route: str = ""


def exercise(loaded: Loaded, pack: Pack, instants: Sequence[datetime], homes: int) -> Iterator[Told]:
    """Ask a pack every route for the first homes' devices at each instant, then for every error, then to write.

    Where the pack issues tokens, one is got from it before each instant, as a client would.

    Args:
        loaded: Packs and world.
        pack: The pack that is asked.
        instants: Instants of the reads; errors and writes come at the last.
        homes: How many homes' devices are asked for.
    """
    return Exercise(loaded, pack).all(instants, homes)


class Exercise:
    """A session with a pack, and who it is with.

    Attributes:
        session: What was written so far.
    """

    def __init__(self, loaded: Loaded, pack: Pack) -> None:
        self.session = Session()
        self._loaded = loaded
        self._pack = pack
        self._checker = loaded.checkers.get(pack.name)
        key = pack.example_key
        self._caller = Caller(key, "client", "secret", refresh=key, code=key, user="someone")

    def all(self, instants: Sequence[datetime], homes: int) -> Iterator[Told]:
        """Ask all there is to be asked; see `exercise`."""
        for at in instants:
            yield from self._log_in(at)
            for ask in reads(self._subject(homes), at):
                yield from self._asked(ask)
        at, subject = instants[-1], self._subject(homes)
        for ask in (*refusals(subject, at), *rule_asks(subject, at), *writes(subject, at)):
            at = ask.at
            yield from self._asked(ask)
        for ask in below_owners(subject, self.session, at):
            yield from self._asked(ask)
        for ask in followed_up(subject, self.session, at):
            yield from self._asked(ask)

    def _subject(self, homes: int) -> Subject:
        return Subject(self._loaded, self._pack, self._checker, self._caller, homes)

    def _log_in(self, at: datetime) -> Iterator[Told]:
        """Get a code where there is somebody who gives one, then a token by each grant; the last is kept."""
        subject = self._subject(1)
        for route in self._pack.routes:
            if route.operation == "authorize":
                query = {"response_type": "code", "client_id": "client", "redirect_uri": _CALLBACK}
                request = subject.request(route, route.path, at, urlencode(query))
                for told in self._asked(Ask(f"{route.name} by a user", request, at)):
                    target = urlsplit(header(told.seen.headers, "location") or "")
                    self._caller = replace(self._caller, code=parse_qs(target.query).get("code", [""])[0])
                    yield told
        got = given = ""
        for grant, request in token_requests(self._loaded.router, self._pack, self._caller):
            for told in self._asked(Ask(f"a token by {grant}", request, at)):
                got = token_in(told.seen.body) or got
                given = refresh_token_in(told.seen.body) or given
                yield told
        self._caller = replace(self._caller, key=got or self._pack.example_key)
        yield from self._refreshed(given, at)

    def _refreshed(self, given: str, at: datetime) -> Iterator[Told]:
        """Refresh a token that was given, as a client would; then, where each is good once, with the used one again.

        Source: RFC 6749, 6 and 10.4 (rotation).
        """
        held, oauth = replace(self._caller, refresh=given), self._pack.oauth
        for grant, request in token_requests(self._loaded.router, self._pack, held) if given else ():
            if grant != "refresh_token":
                continue
            fine = False
            for told in self._asked(Ask("a token by the refresh_token that was given", request, at)):
                fine = not told.refused
                self._caller = replace(self._caller, key=token_in(told.seen.body) or self._caller.key)
                yield told
            if fine:
                if oauth is not None and oauth.rotates:
                    yield from self._asked(Ask("a token by a refresh_token that was used", request, at, wrong=True))
                return

    def _asked(self, ask: Ask) -> Iterator[Told]:
        """Ask, and take over what it changes; what no pack of theirs answers is no answer."""
        request = ask.request
        answered = answer(request, self._loaded, self.session, ask.at)
        reply = answered.outcome
        if answered.log is not None:
            self.session = replace(self.session, log=answered.log)
        if not isinstance(reply, Reply) or answered.pack != self._pack.name:
            return
        if (reply.verdict, reply.status) == ("miss", 501):  # a part of a batch without route
            return
        sides = (request.headers, request.body, reply.status, reply.headers, reply.body)
        seen = Seen(request.method, request.host, request.path, request.query, *sides)
        operation = operation_of(self._checker, request)
        broken = next(request_side(self._checker, operation, seen), None) if self._checker and operation else None
        forbidden = f"{broken.pointer or 'body'}: {broken.reason}" if broken else ""
        failed = our_message(reply.body) if reply.verdict == "miss" else ""
        hit = next(iter(answered.hits), None)
        refused = answered.error or (str(hit.arguments.get("error", hit.name)) if hit else "")
        yield Told(ask, seen, forbidden, failed, refused, answered.route)
