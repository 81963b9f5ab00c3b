"""Why a command failed, in few words that are the same for every run that fails for the same reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

HIDDEN = "HIDDEN"
"""Stands in place of a secret in what is told of a bug."""

MOST = 200_000
"""Letters at the end of an output that are looked at. Ours: a reason stands at the end. [letters]"""

_LONGEST = 500
"""Letters of a line of the reason that count: what follows is data. Ours."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command ended.

    Attributes:
        status: Its exit status, 128 + n for signal n.
        errors: What it wrote to standard error.
        output: What it wrote to standard output.
        timed_out: Whether it was ended because it took too long.
    """

    status: int
    errors: str = ""
    output: str = ""
    timed_out: bool = False

    @property
    def failed(self) -> bool:
        """Whether that is a failure."""
        return self.timed_out or self.status != 0


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What two runs that fail for the same reason have in common.

    Attributes:
        status: The exit status; -1 for a run that never ended.
        reason: Names of failing tests; else the last exception or panic and where it was raised; else the last line.
    """

    status: int
    reason: tuple[str, ...]

    def fits(self, other: Fingerprint) -> bool:
        """Tell whether another is the same, but for secrets that were taken out of this one."""
        if self.status != other.status or len(self.reason) != len(other.reason):
            return False
        patterns = (".*".join(map(re.escape, line.split(HIDDEN))) for line in self.reason)
        return all(re.fullmatch(pattern, line) for pattern, line in zip(patterns, other.reason, strict=True))

    def __str__(self) -> str:
        how = "did not end" if self.status == NEVER else f"exit status {self.status}"
        return f"{'; '.join(self.reason)} ({how})" if self.reason else how


NEVER = -1
"""Status of a run that was ended because it took too long."""


def fingerprint(ending: Ending) -> Fingerprint:
    """Take a failed run's fingerprint."""
    if ending.timed_out:
        return Fingerprint(NEVER, ())
    texts = [_lines(ending.errors), _lines(ending.output)]
    both = [*texts[1], *texts[0]]
    for find in _FINDERS:
        found = list(dict.fromkeys(normalised(line)[:_LONGEST] for line in find(both)))
        if found:
            return Fingerprint(ending.status, tuple(found))
    last = next((text[-1:] for text in texts if text), [])
    return Fingerprint(ending.status, tuple(normalised(line)[:_LONGEST] for line in last))


def normalised(line: str) -> str:
    """Take out of a line what differs from run to run: paths, addresses, instants, durations, ports, random ids."""
    for pattern, instead in _NORMAL:
        line = pattern.sub(instead, line)
    return " ".join(line.split())


_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

_WAY = r"(?<![\w:/.~*-])(?:~|[A-Za-z]:)?"
"""Begins a way to a file: its name says something, the way to it does not. No URL, no path after a word."""

_NORMAL: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"0x[0-9a-fA-F]{4,}", "ADDRESS"),
        (r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b", "UUID"),
        (r"\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[+-]\d{2}:?\d{2})?", "INSTANT"),
        (r"\b\d{2}:\d{2}:\d{2}([.,]\d+)?\b", "TIME"),
        (r"\b\d+(\.\d+)? ?(ns|us|µs|ms|s|sec|seconds)\b", "DURATION"),
        (r"\b(127\.0\.0\.1|localhost|\[::1\]):\d{2,5}\b", r"\1:PORT"),
        (r"(?i)\b(port|pid|process|thread)([ =:]+)\d+", r"\1\2N"),
        (_WAY + r"(?:[/\\][\w.@+~-]+)*[/\\](?:tmp|temp|var[/\\]folders)[/\\][^\s'\":,)]*", "TEMPORARY"),
        (_WAY + r"(?:[/\\][\w.@+~-]+)*[/\\]([\w@+~-]+\.[\w.]+)", r"\1"),
    )
)


def _lines(text: str) -> list[str]:
    plain = _ANSI.sub("", text[-MOST:])
    return [line.rstrip() for line in plain.splitlines() if line.strip()]


_TEST = re.compile(
    r"(?:FAILED|ERROR) (\S+?::[^\s].*)"  # pytest -ra
    r"|(?:FAIL|ERROR): (\w+ \([\w.]+\))"  # unittest
    r"|\s*--- FAIL: (\S+)"  # go test
    r"|test (\S+) \.\.\. FAILED"  # cargo test
    r"|\s*● (.+ \u203a .+)"  # jest
    r"|\s*FAIL\s+(\S+ > .+)"  # vitest
    r"|not ok \d+ (?:- )?(.+)"  # TAP, as node --test writes it
)


def _tests(lines: Sequence[str]) -> Iterator[str]:
    """Find the names of failing tests."""
    for line in lines:
        found = _TEST.match(line)
        if found is not None:
            yield next(group for group in found.groups() if group)


_TRACEBACK = "Traceback (most recent call last):"
_FRAME = re.compile(r'\s*File "([^"]+)", line \d+, in (.+)')


def _python(lines: Sequence[str]) -> Iterator[str]:
    """Find the last traceback's exception, and the function that raised it."""
    starts = [(place, line.find(_TRACEBACK)) for place, line in enumerate(lines) if _TRACEBACK in line]
    if not starts:
        return
    place, margin = starts[-1]  # in a group of exceptions there are bars in the margin
    where = ""
    for line in lines[place + 1 :]:
        frame = _FRAME.match(line[margin:])
        if frame is not None:
            where = f"{re.split(r'[/\\]', frame[1])[-1]}, {frame[2]}"
        elif not line[margin:].startswith(" "):
            yield line[margin:]
            yield from [where] if where else []
            return


_RAISED = re.compile(
    r"(?:Uncaught |Unhandled |Exception in thread \S+ |Caused by: |panic: |fatal error: )+.*"
    r"|(?:Uncaught )?(?:[A-Za-z_$][\w$]*[.:]+)*[A-Z][\w$]*(?:Error|Exception|Panic)\b.*"
    r"|thread '[^']*'.* panicked at.*"
    r"|[Aa]ssertion.* failed.*"
)


def _raised(lines: Sequence[str]) -> Iterator[str]:
    """Find the last line that names an exception, a panic or a failed assertion."""
    found = [line for line in lines if _RAISED.match(line.strip())]
    yield from found[-1:]


_FINDERS: tuple[Callable[[Sequence[str]], Iterator[str]], ...] = (_tests, _python, _raised)
"""The first that finds something has found the reason."""
