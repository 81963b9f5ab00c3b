"""The errors of ours that a user meets: a file or setting of theirs is wrong, or their command cannot be run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_PROBLEMS = 50
"""Problems that are told at once. Ours: a hostile file has thousands."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one of the user's files or settings.

    Attributes:
        file: The file, as the user would name it; for settings the place they came from (`--homes`).
        line: Line in that file, from 1; 0 where there is none.
        key: Dotted key inside the file (`routes.2.path`), or empty.
        reason: What is wrong, in one sentence.
        hint: What would mend it, or empty.
    """

    file: str
    line: int
    key: str
    reason: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        key = f" [{self.key}]" if self.key else ""
        hint = f"\n    hint: {self.hint}" if self.hint else ""
        return f"{where}:{key} {self.reason}{hint}"


class SandboxError(Exception):
    """All that is wrong with what the user gave, told at once.

    The command line prints it without a traceback and exits 2.
    """

    def __init__(self, problems: Sequence[Problem] | Problem) -> None:
        told = [problems] if isinstance(problems, Problem) else sorted(problems)
        self.problems: tuple[Problem, ...] = tuple(told[:MOST_PROBLEMS])
        left = [f"… and {len(told) - MOST_PROBLEMS} more"] if len(told) > MOST_PROBLEMS else []
        super().__init__("\n".join([*(str(problem) for problem in self.problems), *left]))


class NotRunError(Exception):
    """COMMAND cannot be run; the command line says why, and nothing of a run that never was.

    Attributes:
        status: What shells end with then: 127 for one that is not there, 126 for one that is no program.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
