"""How many files this process may open: more, for many clients; as before, for the commands it runs. No mitmproxy."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

OTHER_FILES = 64
"""Files the process needs for all else: its own, the control API's, those of tunnels. Ours."""


@dataclass(slots=True)
class _Soft:
    """Our soft limit: as it was found, as it was raised to, and how many commands are being started as it was."""

    found: int | None = None
    raised: int = 0
    starting: int = 0


_soft = _Soft()


def most_clients(wanted: int) -> int:
    """Tell how many clients there can be, and let the process open the files that takes, where it may."""
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + OTHER_FILES
    if resource.RLIM_INFINITY != files < needed:
        with suppress(ValueError, OSError):  # not allowed here: fewer clients, then
            wider = needed if most == resource.RLIM_INFINITY else min(needed, most)
            resource.setrlimit(resource.RLIMIT_NOFILE, (wider, most))
            _soft.found, _soft.raised = files if _soft.found is None else _soft.found, wider
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return wanted
    return max(1, min(wanted, files - OTHER_FILES))


@contextmanager
def as_found() -> Iterator[None]:
    """Give what is started while the block runs the limit that we were given: ours would hide what it leaks."""
    _soft.starting += 1
    _set(_soft.found)
    try:
        yield
    finally:
        _soft.starting -= 1
        if not _soft.starting:
            _set(_soft.raised)


def _set(limit: int | None) -> None:
    if _soft.found is not None and limit is not None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
