"""`session`: the sessions of a running sandbox."""

from __future__ import annotations

import click

from replaysandbox.cli.options import example
from replaysandbox.cli.steer import call
from replaysandbox.cli.table import table

_PORT = click.option("--port", type=click.IntRange(1, 65535), help="The sandbox with its proxy on this port.")


@click.group(epilog=example("replaysandbox session reset"))
def command() -> None:
    """List sessions, or put one back to the start."""


@command.command("list", epilog=example("replaysandbox session list"))
@_PORT
def list_(port: int | None) -> None:
    """List the sessions that have begun."""
    sessions = call(port, "GET", "/sessions")["sessions"]
    rows = [(each["name"], each["exchanges"], each["clock"]["at"]) for each in sessions]
    for line in table(("session", "exchanges", "clock"), rows):
        click.echo(line)


@command.command("reset", epilog=example("replaysandbox session reset", "replaysandbox session reset test-17"))
@click.argument("name", default="default")
@_PORT
def reset(name: str, port: int | None) -> None:
    """Put a session back to the scenario's start: clock, commands, settings, faults, journal."""
    call(port, "POST", f"/sessions/{name}/reset")
    click.echo(f"{name} is as it began")
