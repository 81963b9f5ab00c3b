"""The port we listen on: bound before anything slow is imported, and whose it is when it is taken."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import socket
from pathlib import Path

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.files.folders import runtime_folder
from replaysandbox.files.running import all_running

BACKLOG = 512
"""Connections the kernel holds until we take them. Ours: a test suite's burst."""

_PROC = Path("/proc")


def listen(bind: str, port: int, option: str = "--port") -> socket.socket:
    """Bind a listening socket.

    Args:
        bind: Address or name to listen on.
        port: Port, 0 for a free one.
        option: The user's option to name when it cannot be had.

    Raises:
        SandboxError: The port is taken (whose pid is said where it can be known) or may not be bound.
    """
    try:
        family, address = _resolved(bind, port)
        return _bound(family, address)
    except (OSError, OverflowError, UnicodeError) as error:  # the last: a name that can be none
        raise SandboxError(_problem(error, bind, port, option)) from error


def _bound(family: socket.AddressFamily, address: tuple[str, int]) -> socket.socket:
    # The protocol by name, or asyncio does not see that it is TCP and leaves Nagle's delay on: 40 ms an answer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def _resolved(bind: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    found = socket.getaddrinfo(bind, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    found.sort(key=lambda entry: entry[0] != socket.AF_INET)  # "localhost" is both; we print 127.0.0.1
    family, _, _, _, address = found[0]
    return family, (str(address[0]), port)


def _problem(error: Exception, bind: str, port: int, option: str) -> Problem:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        owner = port_owner(port)
        whose = f"is taken by {owner}" if owner else "is taken"
        ours = any(owner.startswith(f"pid {each.pid} ") for each in all_running(runtime_folder())) if owner else False
        use = "a sandbox runs there: use it (replaysandbox env) or end it (replaysandbox down); " if ours else ""
        return Problem(option, 0, "", f"port {port} {whose}", f"{use}{option} 0 picks a free one")
    if number == errno.EACCES:
        return Problem(option, 0, "", f"port {port} may not be bound by you", f"{option} 0 picks a free one")
    return Problem("--bind", 0, "", f"{bind}:{port} cannot be listened on: {error}", "127.0.0.1 always can")


def port_owner(port: int) -> str:
    """Say which process listens on a port, as `pid 1234 (node)`; empty where that cannot be known."""
    inodes = _listening_inodes(port)
    for folder in _PROC.glob("[0-9]*") if inodes else ():
        with contextlib.suppress(OSError):  # another user's, or gone since
            if any(_link(file) in inodes for file in (folder / "fd").iterdir()):
                return f"pid {folder.name} ({(folder / 'comm').read_text('utf-8', 'replace').strip()})"
    return ""


def _link(file: Path) -> str:
    try:
        return str(file.readlink())
    except OSError:  # closed since
        return ""


def _listening_inodes(port: int) -> set[str]:
    """Find the sockets that listen on a port.

    Source: Linux kernel documentation, networking/proc_net_tcp: state 0A is LISTEN.
    """
    found = set()
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in (_PROC / "net" / table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and int(fields[1].rsplit(":", 1)[1], 16) == port:
                    found.add(f"socket:[{fields[9]}]")
    return found


def url_of(bind: str, port: int) -> str:
    """Give the URL at which clients on this machine reach what listens at an address."""
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(bind)
        if address.is_unspecified:
            return f"http://127.0.0.1:{port}" if address.version == 4 else f"http://[::1]:{port}"
        return f"http://{bind}:{port}" if address.version == 4 else f"http://[{bind}]:{port}"
    return f"http://{bind}:{port}"
