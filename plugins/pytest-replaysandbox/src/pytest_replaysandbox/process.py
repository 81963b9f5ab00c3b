"""The sandbox's process: started, asked for the environment that leads to it, ended with us however we end."""

from __future__ import annotations

import contextlib
import json
import os
import re
import selectors
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any

from pytest_replaysandbox.command import NOT_FOUND, VARIABLE, find_command
from pytest_replaysandbox.control_client import Control, ControlError

_START_S = 120.0
"""How long a start may take: many times what it takes; `uvx` fetches it the first time. Ours. [s]"""

_STOP_S = 10.0
"""How long a stop may take before the process is killed. Ours. [s]"""

_NOT_ITS = (VARIABLE, "REPLAYSANDBOX_STATE", "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV")
"""Variables that are the app's business, or would have our tests change what somebody works with."""

_LEADING = re.compile(
    r"REPLAYSANDBOX_.*|.*_PROXY|.*_CA_.*|.*_CERT(_FILE)?|NODE_(OPTIONS|USE_ENV_PROXY|EXTRA_CA_CERTS)|JAVA_TOOL_OPTIONS|PYTHONPATH",
    re.IGNORECASE,
)
"""Variables that lead an app to a sandbox, where somebody else has set them."""

_STATE = re.compile(r"(?m)^state\s*:")


class NotStartedError(RuntimeError):
    """There is no sandbox; the message says why, and what to do."""


@dataclass
class Process:
    """A sandbox that runs.

    Attributes:
        control: Its control API.
        env: The variables that lead an app to it.
        proxy_url: Address of the proxy.
        base_url: Address for apps whose base URL is set instead.
        ca_file: PEM file with the certificate of its CA.
        records: Whether it may let calls go on to live APIs, to record them.
        adopted: Whether somebody else started it, and us inside of it: `replaysandbox run -- pytest`.
    """

    control: Control
    env: dict[str, str]
    proxy_url: str
    base_url: str
    ca_file: Path
    records: bool = False
    adopted: bool = False
    _child: subprocess.Popen[bytes] | None = None
    _said: IO[bytes] | None = None
    _folder: str = ""

    def said(self) -> str:
        """Give the end of what it said."""
        if self._said is None or self._said.closed:
            return ""
        self._said.seek(0)
        return self._said.read().decode("utf-8", "replace").strip()[-2000:]

    def stop(self) -> None:
        """End it, if we started it."""
        if self._child is not None:
            _stop(self._child)
        if self._said is not None:
            self._said.close()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)


def adopt(environ: Mapping[str, str]) -> Process | None:
    """Take the sandbox that the environment we were started in leads to; None where there is none, or no more."""
    url, token, proxy = (environ.get(f"REPLAYSANDBOX_{name}", "") for name in ("CONTROL", "CONTROL_TOKEN", "PROXY"))
    if not url or not token or not proxy:
        return None
    control = Control(url, token)
    try:
        control.call("GET", "/status")
    except (OSError, HTTPException, ControlError, ValueError):
        return None  # variables outlive the sandbox they were of; somebody else may have its port by now
    base_url = proxy.partition("//")[0] + "//" + proxy.rpartition("@")[2].rpartition("//")[2]
    bundle = Path(environ.get("SSL_CERT_FILE", ""))  # it holds our CA beside the public ones
    env = {name: value for name, value in environ.items() if _LEADING.fullmatch(name)}
    return Process(control, env, proxy, base_url, bundle, adopted=True)


def start(environ: Mapping[str, str], folder: Path, *, records: bool) -> Process:
    """Start a sandbox on free ports and wait until it is ready.

    Args:
        environ: Our environment variables.
        folder: Folder of the project, where its replaysandbox.yaml is looked for, and upwards.
        records: Whether it may let calls go on to live APIs.

    Raises:
        NotStartedError: It did not become ready.
    """
    command = find_command(environ, sys.executable, shutil.which)
    if command is None:
        raise NotStartedError(NOT_FOUND)
    own = {name: value for name, value in environ.items() if name not in _NOT_ITS}
    drafts = tempfile.mkdtemp(prefix="pytest-replaysandbox-")
    verb = ["record", str(Path(drafts, "none.capture"))] if records else ["up"]
    options = ["--format", "json", "--with-parent", "--port", "0", "--control-port", "0", *_no_state(folder, drafts)]
    said = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process
    child = None
    try:
        child, ready = _started([*command, *verb, *options], own, folder, said)
        port = ready["proxy_url"].rpartition(":")[2]
        env = _env([*command, "env", "--format", "json", "--port", port], own, folder)
    except BaseException:
        if child is not None:
            _stop(child)
        said.close()
        shutil.rmtree(drafts, ignore_errors=True)
        raise
    control = Control(ready["control_url"], ready["control_token"])
    env["PYTHONPATH"] = os.pathsep.join(each for each in (env.get("PYTHONPATH"), environ.get("PYTHONPATH")) if each)
    addresses = (ready["proxy_url"], ready["base_url"], Path(ready["ca_file"]))
    return Process(control, env, *addresses, records=records, _child=child, _said=said, _folder=drafts)


def _started(
    command: Sequence[str], environ: Mapping[str, str], folder: Path, said: IO[bytes]
) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    try:
        child = subprocess.Popen(  # noqa: S603 - the user's own command, never through a shell
            command,
            cwd=folder,
            env=dict(environ),
            stdin=subprocess.PIPE,  # its other end is ours: the process ends with us, however we end
            stdout=subprocess.PIPE,
            stderr=said,
            start_new_session=True,  # Ctrl-C is for the tests
        )
    except OSError as error:
        raise NotStartedError(f"{command[0]} cannot be started: {error.strerror}\n\n{NOT_FOUND}") from None
    try:
        line = _first_line(child)
    except BaseException:
        _stop(child)
        raise
    if line:
        ready: dict[str, Any] = json.loads(line)
        return child, ready
    _stop(child)
    said.seek(0)
    reason = said.read().decode("utf-8", "replace").strip() or "it said nothing, and did not become ready"
    raise NotStartedError(f"replaysandbox did not start:\n{reason}")


def _first_line(child: subprocess.Popen[bytes]) -> bytes:
    if child.stdout is None:
        return b""
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        return child.stdout.readline() if selector.select(_START_S) else b""


def _env(command: Sequence[str], environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    told = subprocess.run(  # noqa: S603 - the user's own command, never through a shell
        command, cwd=folder, env=dict(environ), capture_output=True, check=False
    )
    if told.returncode != 0:
        raise NotStartedError(f"replaysandbox does not tell its environment: {told.stderr.decode('utf-8', 'replace')}")
    env: dict[str, str] = json.loads(told.stdout)
    return env


def _no_state(folder: Path, drafts: str) -> list[str]:
    """Keep out of a state file that the project names: each test begins anew, and that is somebody's sandbox."""
    for place in (folder, *folder.parents):
        with contextlib.suppress(OSError, UnicodeDecodeError):
            named = _STATE.search((place / "replaysandbox.yaml").read_text("utf-8"))
            return ["--state", str(Path(drafts, "state.db")), "--fresh"] if named else []
    return []


def _stop(child: subprocess.Popen[bytes]) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    try:
        child.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
