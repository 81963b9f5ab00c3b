"""A pack's folder rehearsed in a small world."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.files.places import shown
from replaysandbox.files.settings import Settings
from replaysandbox.files.yaml_file import read_yaml
from replaysandbox.launch.loading import load_all
from replaysandbox.rehearsal import Flaw, Rehearsed, rehearse

_START: Final = datetime(2026, 6, 1, 2, tzinfo=UTC)
_HOURS: Final = (0, 5, 10, 16, 21)
"""Hours after `_START`: night, morning, midday, evening, late. Ours: each state of each family is seen in one."""

_HOMES: Final = 1


def rehearse_pack(folder: Path) -> Rehearsed:
    """Render each route of a pack, as `rehearsal.rehearse` does.

    Raises:
        SandboxError: With each thing that its templates cannot say: file, line, reason, remedy.
    """
    name = folder.resolve().name
    loaded = load_all(Settings(pack=(name,), pack_dir=(folder.resolve(),)), _START).loaded
    pack = loaded.packs[name]
    instants = [_START + timedelta(hours=hour) for hour in _HOURS]
    rehearsed = rehearse(loaded, pack, instants, _HOMES)
    if rehearsed.flaws:
        raise SandboxError([_problem(folder, flaw) for flaw in rehearsed.flaws])
    return rehearsed


def _problem(folder: Path, flaw: Flaw) -> Problem:
    """Say where a flaw stands: in a template, or in a header field of pack.yaml."""
    reason = f"{flaw.reason} ({flaw.about})"
    if not flaw.field:
        return Problem(shown(folder / "templates" / flaw.template), flaw.line, "", reason, flaw.hint)
    file = folder / "pack.yaml"
    document = read_yaml(file, shown(file))
    found = (path for path in document.lines if "headers" in path and _at(document.data, path) == flaw.field)
    return document.problem(next(found, ()), reason, flaw.hint)


def _at(value: Any, path: Iterable[Any]) -> Any:
    for part in path:
        value = value[part]
    return value
