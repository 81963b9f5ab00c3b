"""`Sandbox`: a sandbox for Python programs, as a child process steered over the control API."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypedDict, Unpack

from replaysandbox.launch.background import start, stop
from replaysandbox.launch.control_client import Control
from replaysandbox.launch.steering import Clock, Devices, Faults, Journal
from replaysandbox.launch.webhooks import Webhooks

Many = str | Path | Iterable[str | Path]


class Options(TypedDict, total=False):
    """What a sandbox may be told besides its packs.

    Attributes:
        pack_dir: More folders that hold packs.
        scenario: Situation to start in.
        seed: Same seed, same devices.
        homes: How many homes.
        at: Sandbox instant to start at.
        world_at: Hour of the day (`HH:MM`, UTC) the devices behave as at.
        zone: IANA zone the curves of the day are read in.
        freeze: Whether sandbox time stands still.
        speed: Sandbox seconds per wall second.
        state: File that keeps what devices are told (`--state`).
        fresh: Whether to drop what that file holds.
        realism: `vendor` for caches, lags and limits as the packs say (`--realism`).
        journal: File in which each exchange is noted as it happens (`--journal`).
        pass_hosts: Host globs tunnelled untouched (`--pass`).
        webhook: Where webhooks go: `URL`, or `PACK=URL`; one or several.
        webhook_secret: What they are signed with: `SECRET`, or `PACK=SECRET`.
        session_by: `credential` for one session per API key.
        lane: `flow` for mitmproxy's own flows.
    """

    pack_dir: Many
    scenario: str
    seed: int
    homes: int
    at: str | datetime
    world_at: str
    zone: str
    freeze: bool
    speed: float
    state: str | Path
    fresh: bool
    realism: str
    journal: str | Path
    pass_hosts: Many
    webhook: Many
    webhook_secret: Many
    session_by: str
    lane: str


class Sandbox:
    """A sandbox that lives as long as a `with` block, or from `start()` to `stop()`.

    It runs in a process of its own on free ports. That process ends with this one, however this one ends.
    `replaysandbox.yaml` and `REPLAYSANDBOX_*` hold for it, too; arguments win.

    Example:
        with Sandbox(pack="amps", at="2026-06-01T12:00:00Z", homes=3) as sandbox:
            subprocess.run(["my-app"], env=os.environ | sandbox.env, check=True)
            assert sandbox.journal.calls("GET /battery/{id}")
    """

    def __init__(self, pack: Many = (), **options: Unpack[Options]) -> None:
        """Say how the sandbox is to be; nothing starts yet.

        Args:
            pack: Pack or packs to imitate; all when left out.
            **options: See `Options`.
        """
        self._options = ["--port=0", "--control-port=0", *_flags("pack", pack)]
        secrets = _texts(options.pop("webhook_secret", ()))
        self._secrets = {"REPLAYSANDBOX_WEBHOOK_SECRET": ",".join(secrets)} if secrets else {}
        for name, value in options.items():
            self._options += _flags(name, value)
        self._child: subprocess.Popen[bytes] | None = None
        self._ready: dict[str, Any] | None = None
        self._webhooks_given: set[str] = set()

    def __enter__(self) -> Self:
        """Start, and wait until it is ready."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, whatever happened inside."""
        self.stop()

    def start(self) -> Self:
        """Start the sandbox and wait until it is ready.

        Raises:
            NotStartedError: It did not become ready; the message says why.
        """
        if self._child is not None:
            raise RuntimeError("this sandbox runs already")
        self._webhooks_given.clear()
        with tempfile.TemporaryFile() as said:
            self._child, self._ready = start(self._options, said, tied=True, secrets=self._secrets)
        return self

    def stop(self) -> None:
        """Stop the sandbox; once more does nothing."""
        child, self._child, self._ready = self._child, None, None
        if child is not None:
            stop(child)

    @property
    def proxy_url(self) -> str:
        """Address of the proxy."""
        return str(self._said["proxy_url"])

    @property
    def base_url(self) -> str:
        """Address for apps whose base URL is set instead: `{base_url}/amps/battery`."""
        return str(self._said["base_url"])

    @property
    def ca_file(self) -> Path:
        """Certificate of our CA, PEM."""
        return Path(self._said["ca_file"])

    @property
    def control_url(self) -> str:
        """Address of the control API, without `/v1`."""
        return str(self._said["control_url"])

    @property
    def control_token(self) -> str:
        """Token of the control API."""
        return str(self._said["control_token"])

    @property
    def pid(self) -> int:
        """The sandbox's process."""
        return int(self._said["pid"])

    @property
    def env(self) -> dict[str, str]:
        """The variables that `run` would set: `os.environ | sandbox.env` is a child's environment."""
        from replaysandbox.launch.environment import changed, environment
        from replaysandbox.launch.running import found, surroundings

        return changed(os.environ, environment(os.environ, surroundings(found(self.pid), os.environ)))

    @property
    def clock(self) -> Clock:
        """The clock: `at`, `set()`, `advance()`, `freeze()`, `run()`."""
        return Clock(self._control)

    @property
    def journal(self) -> Journal:
        """The exchanges so far: `calls("GET /battery/{id}")`, `misses()`, `clear()`."""
        return Journal(self._control)

    @property
    def faults(self) -> Faults:
        """Deliberate failures: `add("GET /battery/{id}", status=503, times=1)`, `list()`, `clear()`."""
        return Faults(self._control)

    @property
    def webhooks(self) -> Webhooks:
        """What the APIs told by themselves: `wait_for("push.completed")`, `list()`, `resend()`."""
        return Webhooks(self._control, self._webhooks_given)

    def reset(self) -> None:
        """Put the default session back to the start: clock, commands, settings, faults, journal."""
        self._control.call("POST", "/sessions/default/reset")
        self._webhooks_given.clear()

    def devices(self, family: str | None = None) -> Devices:
        """Give the devices of a family, or all: a sequence that is fetched as it is looked at."""
        return Devices(self._control, family)

    @property
    def _control(self) -> Control:
        return Control(self.control_url, self.control_token)

    @property
    def _said(self) -> dict[str, Any]:
        if self._ready is None:
            raise RuntimeError("this sandbox does not run: use `with Sandbox(…) as sandbox`, or start()")
        return self._ready


def _flags(name: str, value: object) -> list[str]:
    """Write an argument as options of `up`."""
    flag = "--" + name.removesuffix("_hosts").replace("_", "-")
    if value is None or value is False:
        return []
    if value is True:
        return [flag]
    return [f"{flag}={text}" for text in _texts(value)]


def _texts(value: object) -> list[str]:
    if isinstance(value, datetime):
        return [value.isoformat()]
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [str(each) for each in value]
    return [str(value)]
