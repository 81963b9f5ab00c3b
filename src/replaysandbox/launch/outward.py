"""What a sandbox needs from whose calls some go on to live APIs: a capture to write, a journal without secrets."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from replaysandbox.core.capture import CaptureHeader
from replaysandbox.core.clock import at_wall
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.session import DEFAULT
from replaysandbox.files.places import shown
from replaysandbox.files.redaction_key import redaction_key
from replaysandbox.launch.comparing import Comparing
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.recording import Recording, recording_to, shown_by
from replaysandbox.redact.redactor import Redactor
from replaysandbox.redact.rules import rules_of


@contextmanager
def reaching_out(
    engine: Engine, capture: Path | None, wall: datetime, say: Callable[[str], None], folder: Path
) -> Iterator[Recording | Comparing | None]:
    """Make an engine ready to let calls out, where its mode or `--on-miss` says so, while the block runs.

    Args:
        engine: The engine, in its mode.
        capture: File to record to; None for one of our own choice, where `--on-miss` says record.
        wall: Wall instant of the start.
        say: Told when something cannot be kept.
        folder: Where the user stands.

    Yields:
        What records or compares, or None where nothing is kept.

    Raises:
        SandboxError: The capture cannot be written, `--upstream-ca` holds no certificates, or `--live-host` names a
            host that `--pass` lets through.
    """
    if not engine.reaches_out:
        yield None
        return
    _contradictions(engine)
    settings, rules = engine.settings, rules_of(engine.loaded.packs.values())
    key = redaction_key(settings.project)
    engine.shown = shown_by(Redactor(key, rules))
    if engine.mode == "compare":
        most = settings.limits.decoded_bytes
        yield Comparing(engine.loaded, Redactor(key, rules), partial(_own_at, engine), say, most)
        return
    if engine.mode != "record" and settings.on_miss != "record":
        yield None
        return
    head = CaptureHeader(wall, "record", tuple(engine.loaded.packs), engine.hosts)
    path = capture or (settings.project or folder) / "sandbox" / "captures" / f"{wall:%Y%m%dT%H%M%SZ}.capture"
    with recording_to(path, head, key, rules, say, settings.limits) as recording:
        yield recording


def _own_at(engine: Engine, session: str, wall: datetime) -> datetime:
    """Tell the sandbox instant of a wall instant by a session's clock."""
    return at_wall(engine.sessions.get(session, engine.sessions[DEFAULT]).clock, wall)


def _contradictions(engine: Engine) -> None:
    """Refuse live hosts that no call could be answered for."""
    settings = engine.settings
    both = sorted(host for host in settings.live_host if host in settings.pass_)
    if both:
        reason = f"{both[0]} is tunnelled untouched by --pass, and so cannot be recorded"
        raise SandboxError(Problem("--live-host", 0, "", reason, "name it in one of the two"))
    known = set(engine.hosts)
    for each in settings.upstream:
        host = each.partition("=")[0]
        if host not in known:
            reason = f"{host} is neither a host of a loaded pack nor a live host"
            raise SandboxError(Problem("--upstream", 0, "", reason, f"add --live-host {host}"))
    if settings.upstream_ca is not None:
        _check_certificates(settings.upstream_ca)


def _check_certificates(file: Path) -> None:
    """Refuse what would make every call to a live host fail."""
    try:
        ssl.create_default_context(cafile=file)
    except ssl.SSLError:
        problem = Problem(shown(file), 0, "--upstream-ca", "holds no certificates", "name a PEM file")
        raise SandboxError(problem) from None
    except OSError as error:
        raise SandboxError(Problem(shown(file), 0, "--upstream-ca", f"cannot be read: {error.strerror}")) from None
