"""A found bug → its bundle: what is said of it, with secrets taken out of command and output too."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from replaysandbox import __version__
from replaysandbox.core.pack import Pack
from replaysandbox.files.repro_bundle import write_bundle
from replaysandbox.launch.replaying import ReplayWish
from replaysandbox.launch.reproducing import Confirmed, Start
from replaysandbox.launch.shrinking import Shrunk
from replaysandbox.launch.wall import wall_clock
from replaysandbox.redact.cover import Cover
from replaysandbox.redact.rules import rules_of
from replaysandbox.redact.text import cover_text
from replaysandbox.shrink.bug import Bug, is_same
from replaysandbox.shrink.bundle import CAPTURE, WHOLE, Bundle, Manner, Versions
from replaysandbox.shrink.fingerprint import HIDDEN, Ending, Fingerprint
from replaysandbox.shrink.pages import name_of_test, readme, report, test_code
from replaysandbox.shrink.pieces import exchange_of
from replaysandbox.shrink.removed import removed

Covered = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a search beside its result.

    Attributes:
        command: Program and arguments, as they were given.
        wish: How the capture was replayed.
        patience_s: How long a run may take; one that takes longer hangs. [s]
        at: Sandbox instant of the start as an option would say it, or empty.
        passes: Host globs that were tunnelled untouched.
        notes: Sentences for the report.
    """

    command: tuple[str, ...]
    wish: ReplayWish
    patience_s: float
    at: str = ""
    passes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class _Blank(Cover):
    """Puts one word in place of all secrets: texts are read, not sent, and must not depend on anybody's key."""

    def value(self, value: str, rule: str, *, number: bool = False) -> str:  # noqa: ARG002 - as it is called
        if not value.strip() or value.strip().lower() in _NO_SECRET:
            return value
        self.known.add(value, HIDDEN)
        return HIDDEN


_NO_SECRET = frozenset(("true", "false", "null", "none", "yes", "no"))
_HEAD = re.compile(r"\s*(?:E\s+)?(?:[\w.]+(?:Error|Exception|Warning))?(?:: )?")
"""How a line begins that names an exception: no name of a field whose value is a secret, as in `AssertionError: x`."""


def covered_by(packs: Sequence[Pack]) -> Covered:
    """Make what takes secrets out of texts, by the rules for captures."""
    cover = _Blank(b"", rules_of(packs))

    def covered(text: str) -> str:
        return "\n".join(line(each) for each in text.split("\n"))

    def line(text: str) -> str:
        head = _HEAD.match(text)
        start = head.end() if head else 0
        rest = cover_text(text[start:], cover)
        return text[:start] + cover.bytes(rest.encode("utf-8", "replace")).decode("utf-8", "replace")

    return covered


def covered_words(words: Sequence[str], covered: Covered) -> tuple[str, ...]:
    """Take secrets out of a command: `--password=x`, and `--password x`."""
    told: list[str] = []
    flag = ""
    for word in words:
        dashes = word[: len(word) - len(word.lstrip("-"))]
        named = covered(f"{flag}={word}") if flag and not dashes else ""
        if named:
            told.append(named[len(flag) + 1 :])
        else:
            told.append(dashes + covered(word[len(dashes) :]))
        flag = word[len(dashes) :] if dashes and "=" not in word else ""
    return tuple(told)


def bundle_up(folder: Path, start: Start, shrunk: Shrunk, found: Confirmed, told: Told, covered: Covered) -> Path:
    """Write the bundle of a bug.

    Args:
        folder: Where; it must not be there yet.
        start: The capture that was begun with.
        shrunk: The smallest that fails.
        found: What its runs have shown.
        told: What else there is to tell.
        covered: Takes secrets out of a text.

    Returns:
        The `.zip` beside the folder.

    Raises:
        SandboxError: It cannot be written.
    """
    assert found.bug is not None  # noqa: S101 - there is no bundle otherwise
    wish, exchanges = told.wish, [exchange_of(piece) for piece in shrunk.pieces]
    bundle = Bundle(
        covered_words(told.command, covered),
        _covered_bug(found.bug, covered),
        Manner(wish.at_end, wish.shift, wish.match is not None, told.at, told.passes),
        Versions(__version__, platform.python_version(), f"{platform.system()} {platform.machine()}"),
        wall_clock(),
        wish.file.name,
        told.patience_s,
        start.header.world,
    )
    took = removed(start.pieces, shrunk.pieces)
    notes = list(told.notes)
    if bundle.command != told.command:
        notes.append("command     secrets in it were replaced: name it anew, after --")
    trial = next(each for each in found.trials if is_same(found.bug, each.ran))
    name = name_of_test(folder.name)
    pages = {
        "README.md": readme(bundle, folder.name, took),
        "report.md": report(exchanges, took, notes, covered(_output(trial.ending))),
        f"{name}.py": test_code(bundle, name),
    }
    hosts = tuple(dict.fromkeys(each.request.host for each in exchanges))
    header = replace(start.header, hosts=hosts)
    captures = {CAPTURE: exchanges, WHOLE: [exchange_of(piece) for piece in shrunk.whole]}
    return write_bundle(folder, bundle, header, captures, pages, wish.match)


def _covered_bug(bug: Bug, covered: Covered) -> Bug:
    return replace(bug, fingerprint=Fingerprint(bug.fingerprint.status, tuple(map(covered, bug.fingerprint.reason))))


def _output(ending: Ending) -> str:
    return "\n".join(text.rstrip() for text in (ending.output, ending.errors) if text.strip())
