"""`/v1/sessions/{name}/capture`: what a session has seen, as a capture, redacted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from starlette.requests import Request
from starlette.responses import StreamingResponse

from replaysandbox.control import asked
from replaysandbox.control.subject import Session, Subject
from replaysandbox.core.capture import CaptureHeader, Situation
from replaysandbox.core.exchange import Exchange
from replaysandbox.files.capture_line import exchange_line, header_line
from replaysandbox.files.redaction_key import redaction_key
from replaysandbox.redact.redactor import Redactor
from replaysandbox.redact.rules import VERSION, rules_of
from replaysandbox.replay.journal import recorded_of


async def read_capture(request: Request) -> StreamingResponse:
    """Write a session's journal as a capture: one line an exchange, large bodies in their lines."""
    asked.known(request)
    subject = asked.subject_of(request)
    session = asked.named_session(request)
    lines = list(_lines(subject, session))  # at once: the journal goes on while the answer is being sent
    return StreamingResponse(iter(lines), media_type="application/x-ndjson")


def _lines(subject: Subject, session: Session) -> Iterator[bytes]:
    exchanges = list(session.journal)
    packs = subject.loaded.packs
    redactor = Redactor(redaction_key(subject.settings.project), rules_of(packs.values()))
    started = exchanges[0].wall if exchanges else subject.started
    hosts = dict.fromkeys(exchange.request.host for exchange in exchanges if exchange.request.host)
    yield header_line(
        CaptureHeader(started, subject.mode, tuple(packs), tuple(hosts), VERSION, _world(subject, exchanges))
    )
    for exchange in exchanges:
        recorded = recorded_of(exchange) if exchange.request.host else None
        if recorded is not None:
            yield exchange_line(redactor.exchange(recorded))


def _world(subject: Subject, exchanges: Sequence[Exchange]) -> Situation | None:
    """Say which world answered, where one did."""
    if subject.mode != "simulate" or not exchanges:
        return None
    world = subject.loaded.world
    return Situation(world.scenario.name, world.seed, exchanges[0].at)
