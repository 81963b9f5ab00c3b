"""`clock`: where a running sandbox's clock stands, and moving it."""

from __future__ import annotations

import click

from replaysandbox.cli.options import example
from replaysandbox.cli.steer import call, running_options


@click.command(
    context_settings={"ignore_unknown_options": True},
    epilog=example(
        "replaysandbox clock",
        "replaysandbox clock +6h",
        "replaysandbox clock 2026-06-01T20:00:00Z",
        "replaysandbox clock --world-at 19:30",
    ),
)
@click.argument("move", required=False, metavar="[+6h|-30m|INSTANT|freeze|run]")
@click.option(
    "--world-at", metavar="HH:MM", help="Let the devices behave as at this UTC hour; 'off': as at the clock's."
)
@running_options
def command(move: str | None, world_at: str | None, port: int | None, session: str) -> None:
    """Show the clock; move it by a length of time or to an instant; let it stand still or go on."""
    method, path, body = asked(move)
    if world_at is not None:
        if move is not None:  # then the hour is that at the new instant
            call(port, method, path, body, session=session)
        method, path, body = "PUT", "/clock", {"world_at": None if world_at == "off" else world_at}
    clock = call(port, method, path, body, session=session)
    pace = "stands still" if clock["frozen"] else f"runs at {clock['speed']:g} times"
    click.echo(f"{clock['at']}  {pace}" + (f"  devices as at {clock['world_at']}" if clock["world_at"] else ""))


def asked(move: str | None) -> tuple[str, str, dict[str, object] | None]:
    """Turn the word into a call of the control API."""
    if move is None:
        return "GET", "/clock", None
    if move in ("freeze", "run"):
        return "PUT", "/clock", {"frozen": move == "freeze"}
    if move[0] in "+-":
        return "POST", "/clock/advance", {"by": move}
    return "PUT", "/clock", {"at": move}
