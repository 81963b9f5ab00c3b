"""A capture being replayed: its index in memory, its exchanges read from disk as they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Protocol

from replaysandbox.core.capture import Body, CaptureHeader, Recorded, RecordedRequest
from replaysandbox.core.errors import Problem
from replaysandbox.core.exchange import NearMiss, Outcome, Request
from replaysandbox.core.match_rules import MatchRules
from replaysandbox.core.ours import miss_reply, our_reply
from replaysandbox.core.pack import Pack
from replaysandbox.files.bodies import DamagedBodyError
from replaysandbox.files.captures import told_damage
from replaysandbox.files.foreign.losses import Losses
from replaysandbox.files.match_rules import read_match_rules
from replaysandbox.files.redaction_key import known_key, redaction_key
from replaysandbox.launch.foreign import open_any
from replaysandbox.redact.redactor import Redactor
from replaysandbox.redact.rules import rules_of
from replaysandbox.replay.answer import AtEnd, Found, Missed, Rewrite, Script, Turns, find
from replaysandbox.replay.index import Index
from replaysandbox.replay.reply import outcome_of
from replaysandbox.replay.shift import Shift, shift_body, shift_headers, shift_request, shift_to


class Source(Protocol):
    """What exchanges are read from: a capture on disk, or some held in memory."""

    @property
    def header(self) -> CaptureHeader:
        """Its first line."""

    @property
    def damaged(self) -> Mapping[int, Problem]:
        """Lines that hold no exchange."""

    def numbered(self) -> Iterator[tuple[int, Recorded]]:
        """Give all exchanges in order, each with its number."""

    def get(self, number: int) -> Recorded | None:
        """Give one exchange; None where it is damaged."""

    def body(self, body: Body) -> bytes:
        """Give a body."""


@dataclass(frozen=True, slots=True)
class ReplayWish:
    """What the user asked for.

    Attributes:
        file: The capture, or a file of exchanges in any format that `convert` reads.
        match: File with rules of matching, or None.
        at_end: What happens at the end of a sequence.
        latency: By how much recorded waits are multiplied; 0 for none.
        shift: Whether recorded instants are moved.
        live_url: `https://HOST` that a file stands for which names none.
    """

    file: Path
    match: Path | None = None
    at_end: AtEnd = "repeat-last"
    latency: float = 0.0
    shift: bool = False
    live_url: str = ""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay answers, and what the journal wants to know of it.

    Attributes:
        outcome: What should happen.
        number: The exchange that answers, or None for a miss.
        recorded: That exchange, or None.
        turn: How often its like have answered before.
        near: Near misses of a miss.
    """

    outcome: Outcome
    number: int | None = None
    recorded: Recorded | None = None
    turn: int = 0
    near: tuple[NearMiss, ...] = ()


class Replaying:
    """Answers from a capture.

    Attributes:
        name: The capture, as people know it.
        hosts: Hosts it has exchanges with, in the order they were met.
        count: How many exchanges can be replayed.
        left_out: Lines that hold no exchange, in words.
        used: Numbers of the exchanges that have answered.
    """

    def __init__(
        self, capture: Source, wish: ReplayWish, rules: MatchRules, at: datetime, key: Redactor | None
    ) -> None:
        self.name = wish.file.name
        self.count = 0
        self.used: set[int] = set()
        self._capture = capture
        self._latency = wish.latency
        self._turns: dict[str, Turns] = {}
        begun: datetime | None = None
        index = Index(rules)
        problems: list[str] = []
        for number, recorded in capture.numbered():
            try:
                index.add(number, recorded.request, recorded.redacted)
            except ValueError as error:
                problems.append(f"{wish.file}:{number + 2}: is left out: {error}")
                continue
            begun = begun or recorded.started
            self.count += 1
        self.left_out: Sequence[str] = (*told_damage(capture.damaged), *problems)
        self.hosts = tuple(index.ports)
        self._shift: Shift | None = shift_to(begun or capture.header.started, at) if wish.shift else None
        self._script = Script(self.name, index, capture.get, wish.at_end, tuple(self._rewrites(key)))

    def _rewrites(self, key: Redactor | None) -> Iterator[Rewrite]:
        """List the forms a request may have been recorded in: with its instants moved back, redacted, or both."""
        back = self._shift.back() if self._shift else None
        if back is not None:
            yield lambda request: shift_request(request, back)
        if key is not None:
            yield key.request
            if back is not None:
                yield lambda request: key.request(shift_request(request, back))

    def answer(self, request: Request, session: str) -> Replayed:
        """Answer a request, and take a turn in its session."""
        replayed = self._answered(request, self._turns.setdefault(session, Turns()))
        if replayed.number is not None:
            self.used.add(replayed.number)
        return replayed

    def explain(self, request: Request) -> Replayed:
        """Say what would answer a request first, and take no turn."""
        return self._answered(request, Turns())

    def forget(self, session: str) -> None:
        """Begin anew in a session."""
        self._turns.pop(session, None)

    def _answered(self, request: Request, turns: Turns) -> Replayed:
        found = find(self._script, asked_of(request), turns, any_port=request.way in ("base", "direct"))
        if isinstance(found, Missed):
            reply = miss_reply(request, found.near, f"No exchange of {self.name}", "no_exchange")
            return Replayed(reply, near=found.near)
        return self._replayed(found)

    def _replayed(self, found: Found) -> Replayed:
        recorded = self._capture.get(found.number)
        if recorded is None:
            message = f"line {found.number + 2} of {self.name} can no longer be read: the file was changed meanwhile"
            return Replayed(our_reply(502, "miss", "damaged_capture", message))
        response = recorded.response
        try:
            body = self._capture.body(response.body) if response is not None else b""
        except DamagedBodyError as error:
            return Replayed(our_reply(502, "miss", "damaged_capture", f"line {found.number + 2}: {error}"))
        if response is not None and self._shift is not None:
            body = shift_body(body, response.headers, self._shift)
            recorded = replace(
                recorded, response=replace(response, headers=shift_headers(response.headers, self._shift))
            )
        return Replayed(outcome_of(recorded, body, self._latency), found.number, recorded, found.turn)


def asked_of(request: Request) -> RecordedRequest:
    """Take a request as it would be recorded: without what steers us."""
    headers = tuple(pair for pair in request.headers if not pair[0].lower().startswith("x-sandbox-"))
    return RecordedRequest(
        request.method, request.scheme, request.host, request.port, request.path, request.query, headers, request.body
    )


@contextmanager
def replaying(wish: ReplayWish, packs: Sequence[Pack], project: Path | None, at: datetime) -> Iterator[Replaying]:
    """Make a capture ready to be replayed while the block runs.

    Args:
        wish: What the user asked for.
        packs: Loaded packs, whose redaction rules hold.
        project: The user's project, whose key knows pseudonyms again; None outside any.
        at: Sandbox instant of the start.

    Raises:
        SandboxError: The capture, or the file of rules, is not as it should be.
    """
    rules = read_match_rules(wish.match) if wish.match else MatchRules()
    losses = Losses()
    with open_any(wish.file, losses, _redact(project, packs), wish.live_url) as capture:
        key = known_key(project) if capture.header.redaction else None
        redactor = Redactor(key, rules_of(packs)) if key is not None else None
        script = Replaying(capture, wish, rules, at, redactor)
        script.left_out = (*losses.lines(), *script.left_out)
        yield script


def _redact(project: Path | None, packs: Sequence[Pack]) -> Callable[[Recorded], Recorded]:
    """Make what redacts a foreign file on its way into a capture; its key is made when one is read."""
    made = cache(lambda: Redactor(redaction_key(project), rules_of(packs)))
    return lambda recorded: made().exchange(recorded)
