"""The sandboxes that run on this machine: one small private file each, so that other verbs find them.

A file lives as long as its process holds a lock on it. The kernel drops the lock however the process ends,
so a stale file is known without guessing from process ids, which are used again.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from replaysandbox.core.session import DEFAULT

VERSION = 1
"""Format version of the files; others are left alone."""

KEPT_LOGS = 5
"""Logs of sandboxes that were not ended by `down`, and may tell why they did, that are kept. Ours."""


@dataclass(frozen=True, slots=True)
class Running:
    """A sandbox that runs, as others need to know it.

    Attributes:
        pid: Its process.
        verb: What started it: up or run.
        mode: What its answers come from.
        project: Folder of its project, or of the place where it was started.
        proxy_url: Address of the proxy.
        base_url: Address for apps whose base URL is set instead.
        ca_file: Our CA's certificate, PEM.
        control_url: Address of the control API, without `/v1`.
        control_token: Its token.
        hosts: Hosts that are imitated.
        passes: Host globs tunnelled untouched.
        dashboard_url: Address of the pages, or None while there are none.
        proxy_password: What clients of the proxy must give, or None.
        webhooks: Where webhooks go.
        webhook_secrets: Pack → what its webhooks are signed with.
    """

    pid: int
    verb: str
    mode: str
    project: str
    proxy_url: str
    base_url: str
    ca_file: str
    control_url: str
    control_token: str
    hosts: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()
    dashboard_url: str | None = None
    proxy_password: str | None = field(default=None, repr=False)
    webhooks: tuple[str, ...] = ()
    webhook_secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def port(self) -> int:
        """Port of the proxy."""
        return int(self.proxy_url.rsplit(":", 1)[1])

    @property
    def client_proxy_url(self) -> str:
        """Address of the proxy as clients must be given it: with the password, where there is one."""
        if self.proxy_password is None:
            return self.proxy_url
        # The user name chooses the session; this one is that of everybody who names none.
        return self.proxy_url.replace("//", f"//{DEFAULT}:{quote(self.proxy_password, safe='')}@", 1)


def log_of(folder: Path, port: int) -> Path:
    """Name the file into which a sandbox in the background writes what it has to say."""
    return folder / f"up-{port}.log"


def drop_old_logs(folder: Path) -> None:
    """Remove the logs of sandboxes that ended by themselves, but for the last few."""
    alive = {log_of(folder, each.port) for each in all_running(folder)}
    with suppress(FileNotFoundError):  # somebody else is at it
        dead = [path for path in folder.glob("up-*.log") if path not in alive]
        for path in sorted(dead, key=lambda path: path.stat().st_mtime)[:-KEPT_LOGS]:
            path.unlink()


@contextmanager
def registered(running: Running, folder: Path) -> Iterator[None]:
    """Make a sandbox known to the other verbs while the block runs."""
    path = folder / f"{running.pid}.json"
    draft = folder / f"{running.pid}.draft"
    descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.fchmod(descriptor, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.write(descriptor, json.dumps({"version": VERSION, **asdict(running)}).encode())
        draft.replace(path)
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def all_running(folder: Path) -> list[Running]:
    """List the sandboxes that run, oldest first; files of dead ones are removed on the way."""
    alive = []
    for path in folder.glob("*.json"):
        try:
            started, running = _read(path)
        except (OSError, ValueError, TypeError, AttributeError, LookupError):
            continue  # gone since, or of another version: not ours to judge
        if running is None:
            path.unlink(missing_ok=True)
        else:
            alive.append((started, running))
    return [running for _, running in sorted(alive, key=lambda pair: (pair[0], pair[1].pid))]


def _read(path: Path) -> tuple[float, Running | None]:
    with path.open("rb") as file:
        started = os.fstat(file.fileno()).st_mtime
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return started, _parsed(json.load(file))
    return started, None


def _parsed(data: dict[str, Any]) -> Running:
    if data.pop("version", None) != VERSION:
        raise ValueError
    return Running(**data | {name: tuple(data[name]) for name in ("hosts", "passes", "webhooks")})
