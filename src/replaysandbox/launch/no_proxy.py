"""`NO_PROXY`: which hosts a list of exceptions covers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""An app's own servers on this machine are reached directly, as without a sandbox."""


def entries(environ: Mapping[str, str]) -> tuple[str, ...]:
    """List the entries of `NO_PROXY` and `no_proxy`, in order, each once."""
    text = f"{environ.get('NO_PROXY', '')},{environ.get('no_proxy', '')}"
    return tuple(dict.fromkeys(text.replace(",", " ").split()))


def covers(entry: str, host: str) -> bool:
    """Tell whether any client would read an entry as an exception for a host.

    Clients differ: some take an entry as a domain, some as the end of the text, some know globs. An entry
    that any of them would follow covers the host: better one call too many through us than one that leaves.

    Args:
        entry: As written: `.example.com`, `*.example.com`, `example.com:443`, `*`.
        host: Host name, lower case, no port.
    """
    name = _without_port(entry.strip().lower())
    bare = name.lstrip("*").lstrip(".")
    return not bare or host.endswith(bare) or fnmatchcase(host, name)


def narrowed(kept: Iterable[str], hosts: Iterable[str]) -> tuple[str, ...]:
    """Keep the entries that cover none of the imitated hosts, and add this machine's own names."""
    imitated = tuple(hosts)
    safe = (entry for entry in kept if not any(covers(entry, host) for host in imitated))
    return tuple(dict.fromkeys((*safe, *LOOPBACK)))


def _without_port(entry: str) -> str:
    head, colon, port = entry.rpartition(":")
    return head if colon and port.isdigit() and ":" not in head else entry
