"""`demo`: real clients, real answers, and a day in the life of the devices."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from replaysandbox.cli.layout import laid_out
from replaysandbox.cli.options import example
from replaysandbox.core.counted import many

HOST = "https://api.amps.ai"
KEY = "sk_test_demo"

_PATIENCE_S = 20.0
"""How long one client may take. Ours. [s]"""

_CURL = ("curl", "-s", "-H", f"x-api-key: {KEY}")

_PYTHON = f"""\
import urllib.request
request = urllib.request.Request("{HOST}/vehicle?limit=1", headers={{"x-api-key": "{KEY}"}})
print(urllib.request.urlopen(request).read().decode())"""

_NODE = f"""\
fetch("{HOST}/solar-inverter?limit=1", {{headers: {{"x-api-key": "{KEY}"}}}})
  .then(answer => answer.text()).then(console.log)"""


@click.command(epilog=example("replaysandbox demo"))
def command() -> int:
    """See it work: real clients get real answers, and the devices live through a day.

    Needs no network, no account, no hardware. Takes some seconds.
    """
    from replaysandbox.cli.demo_day import a_day
    from replaysandbox.launch.sandbox import Sandbox

    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)  # noqa: TID251 - a demo of today
    with Sandbox(pack="amps", scenario="default", seed=1, at=noon) as sandbox:
        environ = os.environ | sandbox.env
        click.echo(f"A sandbox runs at {sandbox.proxy_url}; for the programs below it is {HOST}.")
        click.echo("They are the ordinary ones of this machine, unchanged, and know nothing of it.\n")
        answered = [_show(*client, environ) for client in clients()]
        click.echo("Two calls that go wrong. Nothing leaves this machine, and the answer says what to do:\n")
        for url in (f"{HOST}/baterry", "http://example.com/"):
            _show("curl", [*_CURL, url], environ)
        for line in a_day(sandbox.base_url, KEY, noon):
            click.echo(line)
        calls = sandbox.journal.calls()
    left = sum(call.outcome == "forward" for call in calls)
    click.echo(f"\n{many(len(calls), 'call')} answered, {many(left, 'call')} left this machine.\n{_NEXT}")
    return 0 if all(answered) else 1


_NEXT = """\

Next:
  replaysandbox run -- YOUR-APP              your app, unchanged, against these devices
  replaysandbox run --world-at 20:00 -- …    the same in the evening
  replaysandbox up                           stay, for apps in other terminals
  replaysandbox devices                      who is there, and what they do now"""


def clients() -> Iterator[tuple[str, list[str]]]:
    """Name the real clients of this machine, and the command line with which each reads something."""
    if shutil.which(_CURL[0]):
        yield "curl", [*_CURL, f"{HOST}/battery?limit=1"]
    yield "Python, urllib", [sys.executable, "-c", _PYTHON]
    if shutil.which("node"):
        yield "Node, fetch", ["node", "-e", _NODE]


def _show(name: str, arguments: list[str], environ: Mapping[str, str]) -> bool:
    """Run a client and show what it was answered."""
    click.echo(click.style(f"$ {shown_command(name, arguments)}", bold=True))
    try:
        done = subprocess.run(  # noqa: S603 - the clients named above
            arguments, env=dict(environ), capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        click.echo(f"{error}\n")
        return False
    click.echo(pretty(done.stdout or done.stderr) + "\n")
    return done.returncode == 0 and bool(done.stdout)


def shown_command(name: str, arguments: list[str]) -> str:
    """Write a command line as a person would; programs given as text are indented."""
    *words, last = arguments
    if "\n" not in last:
        return shlex.join(arguments)
    return f"{Path(words[0]).name} {words[1]} …   # {name}\n" + "\n".join(f"    {line}" for line in last.splitlines())


def pretty(text: str, most: int = 24) -> str:
    """Lay out a JSON answer over lines, the first ones; of our own answers, what they say; else as it is."""
    try:
        value = json.loads(text)
    except ValueError:
        lines = text.strip().splitlines()
    else:
        ours = isinstance(value, dict) and value.get("sandbox")
        lines = str(ours["message"]).splitlines() if ours else laid_out(value)
    return "\n".join(lines[:most] + (["…"] if len(lines) > most else []))
