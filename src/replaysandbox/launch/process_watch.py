"""Looks, many times a second, at the processes below us and at their connections. Linux: it reads /proc."""

from __future__ import annotations

import ipaddress
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from replaysandbox.launch.child_variables import Seen

EVERY_S = 0.005
"""How often is looked: a call by curl takes a few times that. Ours. [s]"""

_PROC = Path("/proc")
_LISTENS = "0A"


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection, or name look-up, that leads away from this machine.

    Attributes:
        pid: Whose.
        address: Where to.
        port: Its port there.
        protocol: tcp or udp.
    """

    pid: int
    address: str
    port: int
    protocol: str


@dataclass(slots=True)
class ProcessWatch:
    """What was seen below one process.

    Attributes:
        root: The process whose descendants are looked at.
        door: Our own port.
        seen: (pid, command line) → the process.
        connections: Theirs that lead away from this machine.
        callers: Port of a connection to our door → whose it is.
    """

    root: int
    door: int
    seen: dict[tuple[int, tuple[str, ...]], Seen] = field(default_factory=dict)
    connections: set[Connection] = field(default_factory=set)
    callers: dict[int, int] = field(default_factory=dict)
    _own: tuple[str, ...] = ()
    _bare: set[tuple[int, tuple[str, ...]]] = field(default_factory=set)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    @staticmethod
    def works_here() -> bool:
        """Tell whether this system lets us look."""
        return (_PROC / "self" / "net" / "tcp").is_file()

    def __enter__(self) -> ProcessWatch:
        """Begin to look."""
        if self.works_here():
            self._own = _words(_PROC / str(self.root) / "cmdline")
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Look no more."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S):
            self.look()

    def look(self) -> None:
        """Look once."""
        below = list(_descendants(self.root))
        for pid, parent in below:
            self._note(pid, parent)
        tables: dict[str, dict[str, _Socket]] = {}
        for pid, _ in below:
            for socket in _sockets_of(pid, tables):
                if not socket.stays:
                    self.connections.add(Connection(pid, socket.address, socket.port, socket.protocol))
                elif socket.port == self.door:
                    self.callers[socket.own_port] = pid

    def _note(self, pid: int, parent: int) -> None:
        try:
            argv = _words(_PROC / str(pid) / "cmdline")
            if argv in ((), self._own) or (pid, argv) in self.seen:  # a child begins as a copy of its parent
                return
            variables = _words(_PROC / str(pid) / "environ")
            if not variables and (pid, argv) not in self._bare:  # `env -i`, or a program the kernel is about to start
                self._bare.add((pid, argv))
                return
            pairs = (word.partition("=") for word in variables)
            self.seen[pid, argv] = Seen(pid, parent, argv, {name: value for name, _, value in pairs})
        except OSError:  # gone since, or not ours to look at
            return


def _words(path: Path) -> tuple[str, ...]:
    text = path.read_bytes().decode("utf-8", "replace")
    return tuple(text.removesuffix("\0").split("\0")) if text else ()


def _descendants(root: int) -> Iterator[tuple[int, int]]:
    """List processes below one, each with its parent; the kernel knows the children of each thread."""
    waiting = [root]
    while waiting:
        parent = waiting.pop()
        for pid in _children(parent):
            yield pid, parent
            waiting.append(pid)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for thread in (_PROC / str(pid) / "task").iterdir():
            found += [int(word) for word in (thread / "children").read_text().split()]
    except OSError:  # gone since
        pass
    return found


@dataclass(frozen=True, slots=True)
class _Socket:
    """A row of the kernel's tables. `stays`: it leads to this machine."""

    own_port: int
    address: str
    port: int
    protocol: str
    stays: bool


def _sockets_of(pid: int, tables: dict[str, dict[str, _Socket]]) -> Iterator[_Socket]:
    """List a process's sockets; each network's tables are read once a look."""
    inodes = set(_inodes(pid))
    if not inodes:
        return
    try:
        network = os.readlink(_PROC / str(pid) / "ns" / "net")  # noqa: PTH115 - a name, not a path
        if network not in tables:
            tables[network] = dict(_table(pid))
    except OSError:
        return
    yield from (tables[network][inode] for inode in inodes & tables[network].keys())


def _inodes(pid: int) -> Iterator[str]:
    try:
        for file in (_PROC / str(pid) / "fd").iterdir():
            link = os.readlink(file)  # noqa: PTH115 - a name, not a path
            if link.startswith("socket:["):
                yield link[8:-1]
    except OSError:  # closed or gone since
        return


def _table(pid: int) -> Iterator[tuple[str, _Socket]]:
    """Read the sockets that lead somewhere. Source: Linux kernel documentation, networking/proc_net_tcp."""
    for name in ("tcp", "tcp6", "udp", "udp6"):
        path = _PROC / str(pid) / "net" / name
        for line in path.read_text().splitlines()[1:] if path.exists() else ():
            fields = line.split()
            host, _, port = fields[2].partition(":")
            address = _address(host)
            if fields[3] != _LISTENS and not address.is_unspecified:
                own = int(fields[1].rpartition(":")[2], 16)
                yield (
                    fields[9],
                    _Socket(own, str(address), int(port, 16), name.rstrip("6"), address.is_loopback),
                )


def _address(digits: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Read an address: 32-bit words in the machine's order, which is little-endian wherever we run."""
    words = bytes.fromhex(digits)
    raw = b"".join(words[start : start + 4][::-1] for start in range(0, len(words), 4))
    address = ipaddress.ip_address(raw)
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address
