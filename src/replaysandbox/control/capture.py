"""`/v1/sessions/{name}/capture`: what a session has seen, as a capture, redacted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from replaysandbox.control import asked
from replaysandbox.control.subject import Subject
from replaysandbox.core.capture import CaptureHeader, Situation
from replaysandbox.core.exchange import Exchange
from replaysandbox.core.pack import Pack
from replaysandbox.files.capture_line import exchange_line, header_line
from replaysandbox.files.redaction_key import redaction_key
from replaysandbox.files.settings import Settings
from replaysandbox.redact.redactor import Redactor
from replaysandbox.redact.rules import VERSION, rules_of
from replaysandbox.replay.journal import recorded_of


async def read_capture(request: Request) -> Response:
    """Write a session's journal as a capture: one line an exchange, large bodies in their lines."""
    asked.known(request)
    subject = asked.subject_of(request)
    exchanges = list(asked.named_session(request).journal)  # as it is now: it goes on meanwhile
    head = _head(subject, exchanges)
    # Some 10,000 exchanges take seconds to redact, in which all others are to be answered.
    lines = await asyncio.to_thread(_lines, head, exchanges, subject.loaded.packs, subject.settings)
    return Response(lines, media_type="application/x-ndjson")


def _head(subject: Subject, exchanges: Sequence[Exchange]) -> CaptureHeader:
    started = exchanges[0].wall if exchanges else subject.started
    hosts = dict.fromkeys(exchange.request.host for exchange in exchanges if exchange.request.host)
    packs = tuple(subject.loaded.packs)
    return CaptureHeader(started, subject.mode, packs, tuple(hosts), VERSION, _world(subject, exchanges))


def _lines(head: CaptureHeader, exchanges: Sequence[Exchange], packs: Mapping[str, Pack], settings: Settings) -> bytes:
    most = settings.limits.decoded_bytes
    redactor = Redactor(redaction_key(settings.project), rules_of(packs.values()), most)
    lines = [header_line(head)]
    for exchange in exchanges:
        recorded = recorded_of(exchange) if exchange.request.host else None
        if recorded is not None:
            lines.append(exchange_line(redactor.exchange(recorded)))
    return b"".join(lines)


def _world(subject: Subject, exchanges: Sequence[Exchange]) -> Situation | None:
    """Say which world answered, where one did."""
    if subject.mode != "simulate" or not exchanges:
        return None
    world = subject.loaded.world
    return Situation(world.scenario.name, world.seed, exchanges[0].at)
