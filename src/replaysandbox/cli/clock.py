"""`clock`: where a running sandbox's clock stands, and moving it."""

from __future__ import annotations

import re

import click

from replaysandbox.cli.options import example
from replaysandbox.cli.steer import call, running_options

_METAVAR = "[+6h|-30m|INSTANT|freeze|run]"
_BACK = re.compile(r"-[0-9].*")


class _Command(click.Command):
    """Lengths of time that begin with a minus are no options: `-2h` is not `-h`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put them where no options are looked for."""
        if "--" not in args:
            back = [each for each in args if _BACK.fullmatch(each)]
            args = [*(each for each in args if each not in back), "--", *back] if back else args
        return super().parse_args(ctx, args)


@click.command(
    cls=_Command,
    context_settings={"ignore_unknown_options": True},
    epilog=example(
        "replaysandbox clock",
        "replaysandbox clock +6h",
        "replaysandbox clock -30m",
        "replaysandbox clock 2026-06-01T20:00:00Z",
        "replaysandbox clock --world-at 19:30",
    ),
)
@click.argument("move", required=False, metavar=_METAVAR)
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
    if move[:1] in ("+", "-"):
        return "POST", "/clock/advance", {"by": move}
    from replaysandbox.files.options import instant

    try:
        return "PUT", "/clock", {"at": instant(move).isoformat()}
    except ValueError:
        wanted = "+6h, -30m, a day or an instant such as 2026-06-01T12:00:00Z, freeze or run"
        raise click.BadParameter(f"'{move}' is not {wanted}", param_hint=_METAVAR) from None
