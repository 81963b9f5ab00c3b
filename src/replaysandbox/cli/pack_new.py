"""`pack new`: a pack begun from a specification or a capture, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from replaysandbox.cli.options import example, settings_of, shared_options, tell

if TYPE_CHECKING:
    from replaysandbox.core.pack import Pack
    from replaysandbox.scaffold.from_contract import Scaffold

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@click.command(
    "new",
    epilog=example(
        "replaysandbox pack new sunny --openapi sunny-openapi.yaml",
    ),
)
@click.argument("name")
@click.option(
    "--openapi",
    metavar="FILE",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="OpenAPI 3.0 or 3.1, YAML or JSON.",
)
@click.option("-o", "target", metavar="DIR", type=click.Path(path_type=Path), help="Folder. [sandbox/packs/NAME]")
@shared_options(("pack", "pack_dir"))
def command(name: str, openapi: Path, target: Path | None, **given: Any) -> None:
    """Begin a pack NAME from an API's specification.

    Paths become routes, schemas templates: filled by the devices' quantities where name, unit and range say so, else
    with values that keep the schema. What was guessed is marked `# guess:`.
    """
    from replaysandbox.files.scaffolds import free_folder

    if not _NAME.fullmatch(name):
        raise click.BadParameter(f"'{name}' is no name for a folder: small letters, digits, - and _", param_hint="NAME")
    settings = settings_of(given)
    folder = target or (settings.project or Path()) / "sandbox" / "packs" / name
    free_folder(folder)
    made = _from_openapi(name, openapi, folder)
    for line in _lines(name, folder, made, own=target is None):
        tell(line)


def _from_openapi(name: str, path: Path, folder: Path) -> Scaffold:
    from replaysandbox.files.contracts import read_contract_files
    from replaysandbox.files.scaffolds import contract_name, write_pack
    from replaysandbox.launch.wall import wall_clock
    from replaysandbox.scaffold.from_contract import Source, scaffold

    contract, files = read_contract_files(path)
    source = Source(name, contract_name(files), f"its specification, {path.name}", wall_clock().date().isoformat())
    made = scaffold(contract, source)
    write_pack(folder, made.files, files)
    return made


def _lines(name: str, folder: Path, made: Scaffold, *, own: bool) -> Iterator[str]:
    from replaysandbox.files.packs import read_pack
    from replaysandbox.files.places import shown

    pack = read_pack(folder)
    hosts = ", ".join(pack.hosts)
    yield f"written     {shown(folder)}: {made.routes} routes for {made.operations} operations, hosts {hosts}"
    shows = ", ".join(f"{family} {count}" for family, count in sorted(made.families.items()))
    if shows:
        yield f"devices     {shows}; {made.quantities} places are filled from the world: look for 'guess' in its files"
    else:
        yield "devices     none of its routes was taken for one of devices: see docs/packs.md, `family`"
    if made.skipped:
        first, why = made.skipped[0]
        yield f"not here    {len(made.skipped)} operations: {first}: {why}; all are named in pack.yaml"
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
