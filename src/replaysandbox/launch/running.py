"""A sandbox that runs already: finding it, living in its surroundings, ending it."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.files.folders import ca_folder, runtime_folder
from replaysandbox.files.running import Running, all_running
from replaysandbox.launch.bundle import write_ca_files
from replaysandbox.launch.environment import Surroundings, uvx_folders

_POLL_S = 0.05
"""How often we look whether a sandbox has gone. Ours. [s]"""


def chosen(running: Sequence[Running], folder: Path, port: int | None = None) -> Running:
    """Choose the sandbox a user means.

    Args:
        running: Those that run, oldest first.
        folder: Where the user stands: a sandbox started in this folder, or above it, is nearest.
        port: Port of its proxy, where the user says.

    Raises:
        SandboxError: None runs, or several are equally near.
    """
    if port is not None:
        running = [each for each in running if each.port == port]
        where = f" with its proxy on port {port}"
    else:
        running = _nearest(running, folder)
        where = ""
    if len(running) == 1:
        return running[0]
    if not running:
        raise SandboxError(Problem("running sandboxes", 0, "", f"none runs{where}", "start one: replaysandbox up"))
    ports = ", ".join(f"--port {each.port} ({each.project})" for each in running)
    raise SandboxError(Problem("running sandboxes", 0, "", "several run", f"say which: {ports}"))


def _nearest(running: Sequence[Running], folder: Path) -> Sequence[Running]:
    """Keep those of the deepest project the folder lies in; all when it lies in none."""
    around = [each for each in running if folder.is_relative_to(each.project)]
    deepest = max((len(Path(each.project).parts) for each in around), default=0)
    return [each for each in around if len(Path(each.project).parts) == deepest] or running


def found(pid: int) -> Running:
    """Find a sandbox by its process.

    Raises:
        SandboxError: It does not run.
    """
    for each in all_running(runtime_folder()):
        if each.pid == pid:
            return each
    raise SandboxError(Problem("running sandboxes", 0, "", f"process {pid} is none of them"))


def surroundings(running: Running, user: Mapping[str, str]) -> Surroundings:
    """Say what a child must be told of a sandbox, writing the certificate files it needs.

    Args:
        running: The sandbox.
        user: The environment the user called us in.
    """
    files = write_ca_files(ca_folder() / "bundles", Path(running.ca_file), user)
    return Surroundings(
        proxy_url=running.client_proxy_url,
        hosts=running.hosts,
        bundle=files.bundle,
        node_bundle=files.node_bundle,
        trust_store=files.trust_store,
        php_ini=files.php_ini,
        control_url=running.control_url,
        control_token=running.control_token,
        webhook_secrets=running.webhook_secrets,
        off_path=uvx_folders(user, sys.prefix),
    )


def end(running: Running, folder: Path, patience_s: float = 10.0) -> bool:
    """Ask a sandbox to stop, and wait until it has.

    Args:
        running: The sandbox.
        folder: Our runtime folder.
        patience_s: How long to wait. [s]

    Returns:
        Whether it has gone.
    """
    try:
        os.kill(running.pid, signal.SIGTERM)
    except ProcessLookupError:
        return True
    deadline = time.monotonic() + patience_s
    while any(each.pid == running.pid for each in all_running(folder)) or _exists(running.pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)  # noqa: TID251 - a verb of its own process, which serves nobody meanwhile
    return True


def _exists(pid: int) -> bool:
    """Tell whether a process is there and not merely waiting to be reaped by its parent."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except OSError:  # no /proc (macOS), or not ours to ask
        return True
