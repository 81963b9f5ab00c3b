"""Our own folders on a user's machine."""

from __future__ import annotations

import os
import stat
import warnings
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_data_path, user_runtime_path

from replaysandbox.core.errors import Problem, SandboxError


def make_private(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for nobody but us: `mkdir` lets others into the latter.

    Source:
        Folders of our own below the user's: XDG Base Directory Specification 0.8, "Referencing this specification".
    """
    for each in reversed((folder, *folder.parents)):
        each.mkdir(mode=0o700, exist_ok=True)


def own_place(find: Callable[[], Path]) -> Path:
    """Find a place of the user's: their home, or what is below it.

    Raises:
        SandboxError: Nobody knows where their home is, as for a container's user of any number.
    """
    try:
        return find()
    except RuntimeError:
        reason = "is not set, and this user has no home in /etc/passwd"
        raise SandboxError(Problem("HOME", 0, "", reason, "set HOME to a folder of yours")) from None


def ca_folder() -> Path:
    """Name the private folder of this installation's CA; it is made when the CA is.

    Raises:
        SandboxError: Nobody knows where the user's home is.
    """
    return own_place(lambda: user_data_path("replaysandbox")) / "ca"


def runtime_folder() -> Path:
    """Find, make if need be, the folder for what lives no longer than this login; ours alone.

    Raises:
        SandboxError: It cannot be made; or somebody else owns it, may look into it, or could put another in its place.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where XDG_RUNTIME_DIR is missing or unfit, the place in /tmp will do
        folder = own_place(lambda: user_runtime_path("replaysandbox"))
    try:
        make_private(folder)
    except OSError as error:
        hint = "set XDG_RUNTIME_DIR to a folder of yours"
        raise SandboxError(Problem(str(folder), 0, "", f"cannot be made: {error.strerror}", hint)) from error
    above = folder.parent.stat()
    replaceable = above.st_uid not in (0, os.getuid()) or bool(above.st_mode & 0o022)
    found = folder.lstat()
    private = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
    if replaceable or not private:
        hint = f"make it yours alone (chmod 700 {folder}), or set XDG_RUNTIME_DIR"
        raise SandboxError(Problem(str(folder), 0, "", "is not a folder that only you can reach", hint))
    return folder
