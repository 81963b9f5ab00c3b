"""`pack new`: a pack begun from a specification or a capture, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from replaysandbox.cli.options import example, settings_of, shared_options, tell
from replaysandbox.cli.redact import redactor_of
from replaysandbox.core.counted import many

if TYPE_CHECKING:
    from replaysandbox.core.pack import Pack
    from replaysandbox.scaffold.from_contract import Scaffold

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@click.command(
    "new",
    epilog=example(
        "replaysandbox pack new sunny --openapi sunny-openapi.yaml",
        "replaysandbox pack new sunny --capture sandbox/captures/day.jsonl",
    ),
)
@click.argument("name")
@click.option(
    "--openapi",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="OpenAPI 3.0 or 3.1, YAML or JSON.",
)
@click.option(
    "--capture",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True),
    help="A capture, a HAR, or anything else that convert reads.",
)
@click.option("-o", "target", metavar="DIR", type=click.Path(path_type=Path), help="Its folder. [sandbox/packs/NAME]")
@click.option("--live-url", metavar="URL", default="", help="Live host a capture stands for, where it names none.")
@shared_options(("pack", "pack_dir"))
def command(
    name: str, openapi: Path | None, capture: Path | None, target: Path | None, live_url: str, **given: Any
) -> None:
    """Begin a pack NAME from an API's specification, or from recorded traffic with it.

    Paths become routes, schemas templates: filled by the devices' quantities where name, unit and range say so, else
    with values that keep the schema. What was guessed is marked `guess:`. Secrets of a capture are not written.
    """
    from replaysandbox.files.scaffolds import free_folder
    from replaysandbox.launch.scaffolding import pack_from_openapi, pack_from_traffic

    if not _NAME.fullmatch(name):
        raise click.BadParameter(f"'{name}' is no name for a folder: small letters, digits, - and _", param_hint="NAME")
    folder = target or (settings_of(given).project or Path()) / "sandbox" / "packs" / name
    free_folder(folder)
    if openapi is not None and capture is None:
        made = pack_from_openapi(name, openapi, folder)
    elif capture is not None and openapi is None:
        made = pack_from_traffic(name, capture, folder, redactor_of(given, make_key=True).exchange, live_url)
    else:
        raise click.UsageError("give one of --openapi FILE and --capture FILE")
    for line in _lines(name, folder, made, own=target is None):
        tell(line)


def _lines(name: str, folder: Path, made: Scaffold, *, own: bool) -> Iterator[str]:
    """Tell what came of it, and what to do next."""
    from replaysandbox.files.packs import read_pack
    from replaysandbox.files.places import shown

    pack = read_pack(folder)
    hosts = ", ".join(pack.hosts)
    routes, operations = many(made.routes, "route"), many(made.operations, "operation")
    yield f"written     {shown(folder)}: {routes} for {operations}, hosts {hosts}"
    shows = ", ".join(f"{family} {count}" for family, count in sorted(made.families.items()))
    if shows:
        places = many(made.quantities, "place")
        yield f"devices     {shows}; {places} filled from the world: look for 'guess' in its files"
    else:
        yield "devices     none of its routes was taken for one of devices: see docs/packs.md, `family`"
    if made.skipped:
        first, why = made.skipped[0]
        yield f"not here    {many(len(made.skipped), 'operation')}: {first}: {why}; all are named in pack.yaml"
    if made.unmade:
        yield f"not made    {len(made.unmade)} error bodies that keep their schema: {made.unmade[0]}"
    place = "" if own else f" --pack-dir {shown(folder)}"
    yield f"next        replaysandbox pack check {shown(folder)}"
    yield f"            replaysandbox check {name if own else shown(folder)} --only contract"
    yield f"            replaysandbox run --pack {name}{place} -- {_curl(pack)}"


def _curl(pack: Pack) -> str:
    """Write a call of the first route that needs no argument, or of the first."""
    from replaysandbox.core.matching import hosts_of

    routes = [route for route in pack.routes if route.method == "GET"] or list(pack.routes)
    route = next((each for each in routes if "{" not in each.path), routes[0])
    places = pack.credentials if route.credentials is None else route.credentials
    url = f"https://{(hosts_of(pack, route) or pack.hosts)[0]}{route.path}"
    if not places:
        return f"curl -sS {url}"
    place = places[0]
    if place.place == "query":
        return f"curl -sS '{url}?{place.name}={pack.example_key}'"
    return f"curl -sS -H '{place.name}: {f'{place.scheme} {pack.example_key}'.strip()}' {url}"
