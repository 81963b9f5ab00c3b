"""`doctor`: what keeps an app from the sandbox, and how to mend it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from replaysandbox.cli.options import example, settings_of, shared_options, tell
from replaysandbox.core.counted import many

if TYPE_CHECKING:
    from replaysandbox.files.settings import Settings
    from replaysandbox.launch.diagnosis import Observed
    from replaysandbox.launch.obstacle import Obstacle

OBSTACLES = 1
"""Exit status when something keeps an app from the sandbox."""

_FREE_PORTS = {"port": 0, "control_port": 0}
_OPTIONS = ("pack", "pack_dir", "scenario", "pass", "port", "control_port")

_WAYS = {
    "connect": "tunnel (HTTPS through the proxy)",
    "absolute": "plain HTTP through the proxy",
    "base": "base URL",
    "direct": "TLS to our port (hosts file, alias, or our preload in Node)",
}

_HOW_SEEN = """\
How this was seen: all that comes to our port, to the last handshake; processes below COMMAND and their connections, by
looking 200 times a second (a shorter one is missed, and of a connection past us only the address is seen, not the
name); in Python every connection."""

_NOT_SEEN = """\
How this was seen: all that comes to our port, to the last handshake, and in Python every connection. Other processes
cannot be looked at on this system: what goes past the proxy is not seen."""


@click.command(
    epilog=example("replaysandbox doctor", "replaysandbox doctor -- python app.py"),
    context_settings={"allow_interspersed_args": False},
)
@shared_options(_OPTIONS)
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def command(command: tuple[str, ...], **given: Any) -> int:
    """Say what keeps an app from going through the sandbox, and how to mend it.

    Alone it looks at this shell, the running sandbox, ports and files. With COMMAND it runs it in a sandbox of its
    own and says which calls came by which way, who refused our certificate, whose variables were dropped or written
    over, and who went past the proxy. Ends with 1 when something is in the way.
    """
    settings = settings_of(given, _FREE_PORTS if command else {})
    found = _of_command(settings, command) if command else _of_shell(settings)
    for line in lines(found):
        click.echo(line)
    blocking = sum(each.blocks for each in found)
    thing = "1 thing keeps" if blocking == 1 else f"{blocking} things keep"
    tell(f"doctor: {f'{thing} an app from the sandbox' if blocking else 'nothing keeps an app from the sandbox'}")
    return OBSTACLES if blocking else 0


def lines(found: Sequence[Obstacle]) -> list[str]:
    """Write obstacles for people, three lines each."""
    told = []
    for each in found:
        told.append(f"{'✗' if each.blocks else '·'} {each.what}")
        told.append(f"    seen  {each.evidence}")
        told.append(f"    mend  {each.remedy}")
    return told


def _of_command(settings: Settings, command: Sequence[str]) -> list[Obstacle]:
    from replaysandbox.launch.diagnosis import diagnose
    from replaysandbox.launch.observing import observe

    observed, wanted, hosts = asyncio.run(observe(settings, command, dict(os.environ), Path.cwd(), tell))
    click.echo("")  # many a command ends without a line's end
    for line in came(observed):
        click.echo(line)
    found = diagnose(observed, wanted, hosts)
    click.echo(_HOW_SEEN if observed.looked else _NOT_SEEN)
    return found


def came(observed: Observed) -> list[str]:
    """Tell which calls came by which way."""
    ways = Counter[tuple[str, str]]()
    for (way, host, _), count in observed.calls.items():
        ways[way, host] += count
    told = [f"came    {count} to {host or 'our port'}: {_WAYS[way]}" for (way, host), count in ways.most_common()]
    told += [f"refused {many(each.count, 'handshake')} for {each.host}: {each.said}" for each in observed.distrusts]
    return told or ["came    nothing"]


def _of_shell(settings: Settings) -> list[Obstacle]:
    from replaysandbox.core.errors import SandboxError
    from replaysandbox.files.folders import own_place, runtime_folder
    from replaysandbox.files.running import all_running
    from replaysandbox.launch import checkup
    from replaysandbox.launch.running import chosen

    user = dict(os.environ)
    running = all_running(runtime_folder())
    found = [*checkup.stale_obstacles(running, user)]
    if not running:
        tell("no sandbox runs: `run -- COMMAND` starts one for a command, `up` one that stays")
        found += checkup.port_obstacles(settings.port, settings.control_port, running)
    else:
        try:
            nearest = chosen(running, Path.cwd())
        except SandboxError:
            nearest = running[-1]
        tell(f"a sandbox runs at {nearest.proxy_url}, pid {nearest.pid}, mode {nearest.mode}")
        found += checkup.running_obstacles(nearest, user)
    found += checkup.shell_obstacles(user)
    found += checkup.file_obstacles(own_place(Path.home), Path.cwd())
    found += checkup.stack_notes(shutil.which, _output)
    return list(dict.fromkeys(found))


def _output(arguments: Sequence[str]) -> str:
    try:
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=5, check=False)  # noqa: S603 - asks a program found on PATH for its version
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout
