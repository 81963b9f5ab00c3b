"""Reports written to files, and baselines: findings that are known, with why and until when."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.finding import Finding, Report
from replaysandbox.files.folders import make_private
from replaysandbox.files.places import shown
from replaysandbox.files.schema_check import load_yaml
from replaysandbox.files.whole import ANYBODYS, write_whole
from replaysandbox.report.table import REPORTS


@dataclass(frozen=True, slots=True)
class Known:
    """A finding that somebody has looked at.

    Attributes:
        fingerprint: Which one.
        says: The finding in words, for people.
        reason: Why it is let pass.
        until: Last day on which it is.
    """

    fingerprint: str
    says: str
    reason: str
    until: date


def report_targets(texts: Sequence[str]) -> list[tuple[str, Path]]:
    """Read `--report KIND=FILE`.

    Raises:
        SandboxError: A kind is not known, or there is no file.
    """
    targets = []
    for text in texts:
        kind, _, file = text.partition("=")
        if kind not in REPORTS or not file:
            hint = f"write it as KIND=FILE, with a kind out of {', '.join(REPORTS)}"
            raise SandboxError(Problem("--report", 0, text[:80], "names no report", hint))
        targets.append((kind, Path(file)))
    return targets


def try_targets(targets: Iterable[tuple[str, Path]]) -> None:
    """Try at the start what is to be written at the end; a report of before stays as it is until then.

    Raises:
        SandboxError: With every file that cannot be written.
    """
    problems = []
    for _, path in targets:
        there = path.exists()
        try:
            make_private(path.parent)
            with open(path, "a", encoding="utf-8", opener=_ours_alone):
                pass
            if not there:
                path.unlink()
        except OSError as error:
            why = "its folder is a file" if isinstance(error, FileExistsError) else error.strerror
            reason = f"cannot be written: {why}"
            problems.append(Problem("--report", 0, shown(path), reason, "name a file in a folder of yours"))
    if problems:
        raise SandboxError(problems)


def _ours_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def write_reports(targets: Iterable[tuple[str, Path]], report: Report, fail_on: str) -> None:
    """Write a report in each kind asked for.

    Raises:
        SandboxError: A file cannot be written.
    """
    for kind, path in targets:
        text = REPORTS[kind](report, fail_on)
        try:
            make_private(path.parent)
            with open(path, "w", encoding="utf-8", errors="backslashreplace", opener=_ours_alone) as file:
                file.write(text)
        except OSError as error:
            raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> SandboxError:
    return SandboxError(Problem(shown(path), 0, "", f"cannot be written: {error.strerror}"))


def read_baseline(path: Path) -> tuple[Known, ...]:
    """Read a baseline; there is none where there is no file yet.

    Raises:
        SandboxError: It is no baseline.
    """
    if not path.exists():
        return ()
    document = load_yaml(path, "baseline")
    known = []
    for position, each in enumerate(document.data["known"]):
        try:
            until = date.fromisoformat(each["until"])
        except ValueError:
            place = ("known", position, "until")
            raise SandboxError(document.problem(place, f"'{each['until']}' is no day such as 2026-12-31")) from None
        known.append(Known(each["fingerprint"], each["says"], each["reason"], until))
    return tuple(known)


def without_known(
    findings: Iterable[Finding], known: Iterable[Known], today: date
) -> tuple[tuple[Finding, ...], tuple[Known, ...]]:
    """Take the findings out that a baseline lets pass.

    Returns:
        What is left, and the entries whose day is over.
    """
    entries = {each.fingerprint: each for each in known}
    over = tuple(each for each in entries.values() if each.until < today)
    live = {each.fingerprint for each in entries.values() if each.until >= today}
    return tuple(each for each in findings if each.fingerprint not in live), over


def write_baseline(path: Path, findings: Iterable[Finding], old: Iterable[Known], until: date) -> int:
    """Write a baseline of the findings there are; entries that are known keep their reason and day.

    Returns:
        How many are in it.

    Raises:
        SandboxError: It cannot be written.
    """
    entries: Mapping[str, Known] = {each.fingerprint: each for each in old}
    known = [entries.get(each.fingerprint, _new(each, until)) for each in findings]
    data = {
        "format": 1,
        "known": [
            {
                "fingerprint": each.fingerprint,
                "says": each.says,
                "reason": each.reason,
                "until": each.until.isoformat(),
            }
            for each in known
        ],
    }
    head = "# Findings that are let pass: say why, and until when. Made by --update-baseline.\n"
    text = head + yaml.safe_dump(data, sort_keys=False, width=110, allow_unicode=True)
    try:  # whole: what people have written into the old one is nowhere else
        write_whole(path, text.encode(), ANYBODYS)
    except OSError as error:
        raise _unwritable(path, error) from error
    return len(known)


def _new(finding: Finding, until: date) -> Known:
    return Known(finding.fingerprint, finding.line, "not looked at yet", until)
