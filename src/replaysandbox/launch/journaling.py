"""`--journal FILE`: each exchange as `GET /v1/journal` shows it, redacted, a line in a file as it happens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import Any

from replaysandbox.control.held import violations_view
from replaysandbox.control.views import exchange_view
from replaysandbox.core.capture import RecordedRequest
from replaysandbox.core.counted import many
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.exchange import Exchange, Request
from replaysandbox.files.line_file import LineFile, open_lines
from replaysandbox.files.places import shown
from replaysandbox.files.redaction_key import redaction_key
from replaysandbox.launch.engine import Engine
from replaysandbox.redact.redactor import Redactor
from replaysandbox.redact.rules import rules_of

MOST_KNOWN = 1_000
"""Requests whose covered URL is remembered: apps ask the same again and again. Ours."""

_FIRST = 1024 * 1024
"""Longest first line of a file that is gone on with. Ours: a journal's lines have some 500 bytes. [B]"""

_LOOKED_INTO = 64 * 1024
"""Longest body that is looked into for secrets which the URL may hold, too: it is not written itself. Ours. [B]"""

_write = partial(json.dumps, separators=(",", ":"))  # ASCII: some readers end a line at U+2028


class Journaling:
    """A journal being written.

    Attributes:
        count: How many entries were written.
        stopped: Why nothing more is written; empty while all is well.
    """

    def __init__(self, lines: LineFile, engine: Engine, redactor: Redactor, say: Callable[[str], None]) -> None:
        self.count = 0
        self.stopped = ""
        self._lines = lines
        self._engine = engine
        self._redactor = redactor
        self._say = say
        self._known: dict[Request, Request] = {}

    def keep(self, exchange: Exchange) -> None:
        """Redact an exchange and write its line; where that cannot be, say so once, and let serving go on."""
        if self.stopped:
            return
        try:
            self._lines.append(self._line(exchange))
        except OSError as error:
            self.stopped = error.strerror or str(error)
            file, kept = shown(self._lines.path), f"it has the first {many(self.count, 'call')} of this run"
            self._say(f"JOURNAL STOPPED: {file} takes no more: {self.stopped}. {kept}; calls go on being served.")
            return
        except Exception as error:  # noqa: BLE001 - the app is being served; what was asked may hold secrets, so no text
            self._say(
                f"call {exchange.number} is not in the journal's file: it could not be noted ({type(error).__name__})"
            )
            return
        self.count += 1

    def _line(self, exchange: Exchange) -> bytes:
        loaded = self._engine.loaded
        violations = violations_view(exchange, loaded.checkers)
        covered = replace(exchange, request=self._covered(exchange.request))
        view = exchange_view(covered, loaded.packs, [self._texts_covered(each) for each in violations])
        view["near"] = [self._texts_covered(each) for each in view["near"]]
        return f"{_write(view)}\n".encode("ascii")

    def _covered(self, request: Request) -> Request:
        """Cover path and query; header fields and body are not shown, but tell what is secret there."""
        known = self._known.get(request)
        if known is not None:
            return known
        covered = self._redactor.request(
            RecordedRequest(
                request.method,
                request.scheme,
                request.host,
                request.port,
                request.path,
                request.query,
                request.headers,
                request.body if len(request.body) <= _LOOKED_INTO else b"",
            )
        )
        made = replace(request, path=covered.path, query=covered.query, headers=(), body=b"")
        if not request.body:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[request] = made
        return made

    def _texts_covered(self, told: dict[str, Any]) -> dict[str, Any]:
        """Cover texts that may quote a part of a request."""
        return {
            name: self._redactor.text(value) if name in ("reason", "message") else value for name, value in told.items()
        }


@contextmanager
def journaling(engine: Engine, say: Callable[[str], None]) -> Iterator[Journaling | None]:
    """Keep the journal of all sessions in the file that the settings name, if any, while the block runs.

    Args:
        engine: The engine.
        say: Told when something cannot be kept.

    Raises:
        SandboxError: The file cannot be written, another process writes it, or it is there and is no journal.
    """
    settings = engine.settings
    if settings.journal is None:
        yield None
        return
    with open_lines(settings.journal, partial(_goes_on, settings.journal)) as lines:
        rules = rules_of(engine.loaded.packs.values())
        redactor = Redactor(redaction_key(settings.project), rules, settings.limits.decoded_bytes)
        made = Journaling(lines, engine, redactor, say)
        engine.noted = made.keep
        try:
            yield made
        finally:
            engine.noted = None


def _goes_on(path: Path, file: BufferedReader) -> bool:
    """Go on with a journal; of one cut within its first line nothing counts."""
    first = file.readline(_FIRST)
    begins = first.startswith(b'{"number":'[: len(first)])
    try:
        journal = begins and (not first.endswith(b"\n") or "verdict" in json.loads(first))
    except ValueError:
        journal = False
    if not journal:
        hint = "name another file, or take it away"
        raise SandboxError(Problem(shown(path), 1, "--journal", "is there already, and is no journal", hint))
    return first.endswith(b"\n")
