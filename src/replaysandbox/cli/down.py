"""`down`: end a sandbox that `up` started."""

from __future__ import annotations

from pathlib import Path

import click

from replaysandbox.cli.options import example, tell


@click.command(epilog=example("replaysandbox down", "replaysandbox down --port 4490"))
@click.option("--port", type=click.IntRange(1, 65535), help="The one with its proxy on this port.")
@click.option("--all", "everyone", is_flag=True, help="All that `up` started.")
def command(port: int | None, everyone: bool) -> int:
    """End a running sandbox."""
    from replaysandbox.files.folders import runtime_folder
    from replaysandbox.files.running import all_running, log_of
    from replaysandbox.launch.running import chosen, end

    folder = runtime_folder()
    running = [each for each in all_running(folder) if each.verb == "up"]
    wanted = running if everyone else [chosen(running, Path.cwd(), port)]
    ended = [(each, end(each, folder)) for each in wanted]
    for each, gone in ended:
        if gone:
            log_of(folder, each.port).unlink(missing_ok=True)
        tell(f"{each.proxy_url} {'has ended' if gone else f'does not end: process {each.pid}'}")
    if not ended:
        tell("no sandbox runs")
    return 0 if all(gone for _, gone in ended) else 1
