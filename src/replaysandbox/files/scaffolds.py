"""A pack begun, put on the disk: whole or not at all, and never over another."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.files.places import shown


def free_folder(folder: Path) -> None:
    """Make sure that a pack can be begun in a folder.

    Raises:
        SandboxError: There is something in it.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        hint = "choose another name, another folder (-o DIR), or take it away yourself"
        raise SandboxError(Problem(shown(folder), 0, "", "is there already; nothing was written", hint))


def contract_name(files: Sequence[Path]) -> str:
    """Name the contract file as a pack has it: alone beside `pack.yaml`, or in a folder of its own with its parts."""
    main = files[0]
    return f"openapi{main.suffix.lower()}" if len(files) == 1 else f"contract/{main.name}"


def write_pack(folder: Path, texts: Mapping[str, str], contract: Sequence[Path]) -> None:
    """Write a pack.

    Args:
        folder: Its folder; empty, or not there yet.
        texts: Name in the folder → text.
        contract: Files of its contract, the main one first, the others in its folder or below; they are copied.

    Raises:
        SandboxError: The folder is not empty, or cannot be written.
    """
    free_folder(folder)
    draft = folder.with_name(f".{folder.name}.{os.getpid()}.draft")
    try:
        draft.mkdir(parents=True)
        _copy(draft, contract)
        for name, text in texts.items():
            path = draft / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        with suppress(FileNotFoundError):
            folder.rmdir()  # an empty one
        draft.replace(folder)
    except OSError as error:
        hint = "choose another folder (-o DIR), or make room and rights for this one"
        reason = f"cannot be written: {error.strerror or error}"
        raise SandboxError(Problem(shown(folder), 0, "", reason, hint)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _copy(draft: Path, contract: Sequence[Path]) -> None:
    if not contract:
        return
    root, name = contract[0].parent, contract_name(contract)
    for number, path in enumerate(contract):
        target = draft / name if number == 0 else draft / "contract" / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
