"""`journal`: the exchanges a running sandbox has seen."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from replaysandbox.cli.options import example
from replaysandbox.cli.steer import call, fetch, running_options
from replaysandbox.core.counted import many
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.exchange import NearMiss
from replaysandbox.core.ours import near_lines

_POLL_S = 0.3
"""How often `-f` looks for new exchanges. Ours. [s]"""


@click.command(
    epilog=example(
        "replaysandbox journal -f", "replaysandbox journal --miss", "replaysandbox journal --save seen.capture"
    )
)
@click.option("-f", "--follow", is_flag=True, help="Go on as exchanges come, until Ctrl-C.")
@click.option("--miss", is_flag=True, help="Only what no route answered, and what was refused.")
@click.option("--path", metavar="PATH", help="Only this path, a route's path, or a glob.")
@click.option(
    "--save", type=click.Path(path_type=Path), metavar="FILE", help="Write them all into a capture, redacted."
)
@running_options
def command(follow: bool, miss: bool, path: str | None, save: Path | None, port: int | None, session: str) -> None:
    """Show the exchanges seen, newest last; or save them, to be replayed."""
    if save is not None:
        _save(save, port, session)
        return
    since = 0
    while True:
        wanted = {"session": session, "since": since, "path": path, "miss": "true" if miss else None}
        for exchange in call(port, "GET", "/journal", **wanted)["exchanges"]:
            since = exchange["number"]
            for line in lines_of(exchange):
                click.echo(line)
        if not follow:
            return
        time.sleep(_POLL_S)  # noqa: TID251 - a verb of its own process, which serves nobody meanwhile


def _save(file: Path, port: int | None, session: str) -> None:
    from replaysandbox.launch.steering import write_private

    data = fetch(port, "GET", f"/sessions/{session}/capture")
    try:
        if file.exists() and not _is_capture(file):
            hint = "name another file, or take it away"
            raise SandboxError(Problem(str(file), 0, "", "is there already, and is no capture", hint))
        write_private(file, data)
    except OSError as error:
        raise SandboxError(Problem(str(file), 0, "", f"cannot be written: {error.strerror}")) from error
    count = many(data.count(b"\n") - 1, "exchange")
    click.echo(f"{count} in {file}; replay them: replaysandbox replay {file}", err=True)


def _is_capture(file: Path) -> bool:
    """Tell whether a file may be written anew: it is a capture, or empty."""
    from replaysandbox.files.capture_line import FORMAT

    with file.open("rb") as opened:
        first = opened.readline(65536)
    return not first.strip() or f'"{FORMAT}"'.encode() in first


def lines_of(exchange: dict[str, Any]) -> list[str]:
    """Write one exchange: a line, and a line for each near miss and violation."""
    status = exchange["status"] or exchange["outcome"]
    where = exchange["route"] or ""
    first = f"{exchange['number']:>5}  {exchange['at']}  {status}  {exchange['verdict']:<10}  "
    first += f"{exchange['method']} {exchange['url']}"
    notes = [note for note in (where, exchange["fault"] and f"fault {exchange['fault']}") if note]
    near = [f"       {line}" for line in near_lines([NearMiss(**each) for each in exchange["near"]])]
    broken = [
        f"       {each['side']} breaks {each['operation']}: {each['pointer'] or 'its body'}: {each['message']}"
        for each in exchange["violations"]
    ]
    return [first + (f"  [{'; '.join(notes)}]" if notes else ""), *near, *broken]
