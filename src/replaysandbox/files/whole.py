"""Files that come into being whole or not at all, however we end."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OURS_ALONE = 0o600
ANYBODYS = 0o666
"""Rights of a file, less what the umask takes: for files with secrets, and for those that are shared."""


@contextmanager
def drafted(target: Path, rights: int = OURS_ALONE) -> Iterator[Path]:
    """Give an empty draft to write to. It takes the target's place when the block ends, and is gone when it breaks.

    Args:
        target: The file; where there is one already it stays until then.
        rights: Rights of the new one.

    Raises:
        OSError: It cannot be written.
    """
    with _draft_of(target, rights) as draft:
        yield draft
        draft.replace(target)


@contextmanager
def _draft_of(target: Path, rights: int) -> Iterator[Path]:
    draft = target.with_name(f".{secrets.token_hex(8)}.draft")  # not named after it: names have a longest length
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, rights))
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def write_whole(target: Path, content: bytes, rights: int = OURS_ALONE) -> None:
    """Write a file so that a reader sees the old or the new one, and never half.

    Raises:
        OSError: It cannot be written.
    """
    with drafted(target, rights) as draft:
        draft.write_bytes(content)


def make_once(target: Path, content: bytes) -> None:
    """Make a file that others may be making at the same time: the first wins, and all find that one.

    Raises:
        OSError: It cannot be made.
    """
    with _draft_of(target, OURS_ALONE) as draft:
        draft.write_bytes(content)
        try:
            os.link(draft, target)
        except FileExistsError:
            return
        except OSError:  # a file system without links, as some that containers are given
            if not target.exists():
                draft.replace(target)
