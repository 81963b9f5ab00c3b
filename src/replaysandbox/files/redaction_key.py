"""The key pseudonyms are made with: one for each project, made once, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
import stat
from hashlib import sha256
from pathlib import Path

from platformdirs import user_config_path

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.files.folders import make_private, own_place
from replaysandbox.files.whole import make_once

_SIZE = 32
"""Bytes of a key. Source: RFC 2104, 3: as long as the hash's output. [B]"""


def key_file(project: Path | None) -> Path:
    """Name the file of a project's key: in the user's own configuration, never in the project that is shared.

    Args:
        project: The project's folder; None outside any, where one key serves all.
    """
    name = sha256(os.fsencode(project.resolve())).hexdigest()[:16] if project else "default"
    return own_place(lambda: user_config_path("replaysandbox")) / "keys" / f"{name}.key"


def redaction_key(project: Path | None) -> bytes:
    """Read a project's key; the first time it is made.

    Raises:
        SandboxError: It cannot be read or made, others may read it, or it is no key.
    """
    file = key_file(project)
    try:
        _make(file)
        found = file.stat()
        key = file.read_bytes()
    except OSError as error:
        hint = f"make {file.parent} yours to write"
        raise SandboxError(Problem(str(file), 0, "", f"cannot be used: {error.strerror}", hint)) from error
    if found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
        hint = f"make it yours alone: chmod 600 {file}"
        raise SandboxError(Problem(str(file), 0, "", "others may read the key that pseudonyms are made with", hint))
    if len(key) != _SIZE:
        hint = "move it away; a new one is made, whose pseudonyms differ"
        raise SandboxError(Problem(str(file), 0, "", f"is no key of {_SIZE} bytes", hint))
    return key


def known_key(project: Path | None) -> bytes | None:
    """Read a project's key where there is one; None where there is none, as on a colleague's machine."""
    return redaction_key(project) if key_file(project).is_file() else None


def _make(file: Path) -> None:
    """Make the key, whole or not at all, whoever else makes it at the same time."""
    if file.exists():
        return
    make_private(file.parent)
    make_once(file, secrets.token_bytes(_SIZE))
