"""Pack folders read into packs; every problem of a pack told at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from replaysandbox.core.contract import Contract
from replaysandbox.core.controls import Command, CommandParameter, Controls, Setting
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.exchange import Headers
from replaysandbox.core.ids import IdStyle
from replaysandbox.core.nearest import nearest
from replaysandbox.core.pack import KeyRule, Pack, Rate, RedactWords
from replaysandbox.core.pagination import Pagination
from replaysandbox.core.quantities import Quantities, Quantity
from replaysandbox.core.tokens import OAuth
from replaysandbox.files.contracts import read_contract
from replaysandbox.files.pack_groups import spread
from replaysandbox.files.pack_ids import id_problems, read_id
from replaysandbox.files.pack_lines import line_problems
from replaysandbox.files.pack_names import name_problems
from replaysandbox.files.pack_oauth import TEMPLATES as OAUTH_TEMPLATES
from replaysandbox.files.pack_oauth import with_oauth
from replaysandbox.files.pack_realism import read_realism, realism_problems
from replaysandbox.files.pack_routes import read_credentials, read_error, read_headers, read_parameter, read_route
from replaysandbox.files.pack_settings import setting_problems
from replaysandbox.files.pack_webhooks import read_webhooks, webhook_problems
from replaysandbox.files.places import PROFILES, SCHEMAS, shown
from replaysandbox.files.plain_file import read_plain
from replaysandbox.files.schema_check import format_problems
from replaysandbox.files.yaml_file import Document, read_yaml
from replaysandbox.render.problems import template_problems
from replaysandbox.render.reply import TEMPLATE_NAMES

TEMPLATE_SIZE = 200_000
"""Largest template we read. Ours. [bytes]"""

_JSON = (("Content-Type", "application/json; charset=utf-8"),)
_ID = IdStyle("base62", "", 9)


@dataclass(slots=True)
class _Reading:
    """A pack being read: its document, and what is wrong so far."""

    folder: Path
    document: Document
    problems: list[Problem] = field(default_factory=list)


def pack_folders(extra: Sequence[Path] = ()) -> dict[str, Path]:
    """Find every pack: name → folder. A pack of the user's wins over ours of the same name.

    Args:
        extra: Folders that hold packs, or are one; the first wins.
    """
    found: dict[str, Path] = {}
    for place in (*extra, PROFILES):
        if (place / "pack.yaml").is_file():
            found.setdefault(place.name, place)
        elif place.is_dir():
            for folder in sorted(place.iterdir()):
                if (folder / "pack.yaml").is_file():
                    found.setdefault(folder.name, folder)
    return found


def read_packs(names: Sequence[str], extra: Sequence[Path] = ()) -> list[Pack]:
    """Read packs by name; all there are where no name is given.

    Raises:
        SandboxError: With every problem of every pack at once.
    """
    folders = pack_folders(extra)
    problems = [
        Problem("--pack", 0, name, f"there is no pack '{name}'", nearest(name, folders))
        for name in names
        if name not in folders
    ]
    packs: list[Pack] = []
    for name in names or sorted(folders):
        if name in folders:
            try:
                packs.append(read_pack(folders[name]))
            except SandboxError as error:
                problems += error.problems
    problems += _shared_hosts(packs)
    if problems:
        raise SandboxError(problems)
    return packs


def _shared_hosts(packs: Sequence[Pack]) -> Iterator[Problem]:
    owners: dict[str, Pack] = {}
    for pack in packs:
        for host in pack.hosts:
            other = owners.setdefault(host, pack)
            if other is not pack:
                reason = f"the host {host} belongs to the pack '{other.name}' as well"
                yield Problem(f"{pack.folder}/pack.yaml", 0, "hosts", reason, f"load one of them: --pack {pack.name}")


def read_pack(folder: Path) -> Pack:
    """Read and check one pack folder.

    Raises:
        SandboxError: With every problem of the pack at once: its YAML, its templates, its contract.
    """
    path = folder / "pack.yaml"
    document = read_yaml(path, shown(path))
    problems = format_problems(document, "pack")
    if not problems:
        document, problems = spread(document)
        document = with_oauth(document)
    if problems:
        raise SandboxError(problems)
    reading = _Reading(folder, document)
    templates = _templates(reading)
    reading.problems += name_problems(document, templates)
    reading.problems += webhook_problems(document, templates)
    reading.problems += line_problems(document)
    reading.problems += realism_problems(document)
    reading.problems += id_problems(document)
    reading.problems += setting_problems(document)
    contract = _contract(reading)
    if reading.problems:
        raise SandboxError(reading.problems)
    return _pack(reading, templates, contract)


def _templates(reading: _Reading) -> dict[str, str]:
    root = (reading.folder / "templates").resolve()
    sources = dict(OAUTH_TEMPLATES) if "oauth" in reading.document.data else {}
    for path in sorted(root.glob("*.j2")) if root.is_dir() else ():
        name = shown(path)
        if not path.resolve().is_relative_to(root):
            reading.problems.append(Problem(name, 0, "", "leads out of the pack's folder", "put the file itself here"))
            continue
        try:
            sources[path.name] = _template(path, name)
        except SandboxError as error:
            reading.problems += error.problems
    tables = reading.document.data.get("maps", {})
    for problem in template_problems(sources, TEMPLATE_NAMES, tables):
        reading.problems.append(Problem(shown(root / problem.template), problem.line, "", problem.reason))
    return sources


def _template(path: Path, name: str) -> str:
    data = read_plain(path, TEMPLATE_SIZE, name)
    if len(data) > TEMPLATE_SIZE:
        raise SandboxError(Problem(name, 0, "", f"is larger than {TEMPLATE_SIZE} bytes"))
    try:
        return data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise SandboxError(Problem(name, 0, "", f"cannot be read: {error}")) from error


def _contract(reading: _Reading) -> Contract | None:
    name = reading.document.data.get("contract")
    if name is None:
        return None
    for root in (reading.folder, SCHEMAS):
        path = (root / name).resolve()
        if path.is_relative_to(root.resolve()) and path.is_file():
            try:
                return read_contract(path)
            except SandboxError as error:
                reading.problems += error.problems
                return None
    reason = f"there is no file '{name}' in the pack's folder or in schemas/"
    reading.problems.append(reading.document.problem(("contract",), reason))
    return None


def _pack(reading: _Reading, templates: dict[str, str], contract: Contract | None) -> Pack:
    data = reading.document.data
    name = reading.folder.resolve().name
    parameters = {each: read_parameter(each, body) for each, body in data.get("parameters", {}).items()}
    ids = {names: read_id(style, names) for names, style in data["ids"].items()}
    return Pack(
        name=name,
        title=data["title"],
        learnt_from=data["learnt"]["from"],
        learnt_on=data["learnt"]["on"],
        hosts=tuple(data["hosts"]),
        routes=tuple(read_route(name, route, parameters) for route in data["routes"]),
        credentials=read_credentials(data.get("credentials", ())),
        keys=tuple(KeyRule(tuple(rule["begins"]), rule.get("error", "")) for rule in data.get("keys", ())),
        errors={each: read_error(body) for each, body in data["errors"]["answers"].items()},
        error_template=data["errors"]["template"],
        headers=_with_type(read_headers(data)),
        ids={"user": _ID, "request": _ID, "action": _ID, **ids},
        other_ids={
            family: {each: read_id(style) for each, style in styles.items()}
            for family, styles in data.get("other_ids", {}).items()
        },
        templates=templates,
        pagination=Pagination(**data["pagination"]) if "pagination" in data else None,
        contract=contract,
        folder=shown(reading.folder),
        example_key=data.get("example_key", ""),
        controls={family: _controls(body) for family, body in data.get("controls", {}).items()},
        quantities=_quantities(data["quantities"]) if "quantities" in data else None,
        redact=RedactWords(**{word: tuple(names) for word, names in data.get("redact", {}).items()}),
        webhooks=read_webhooks(data["webhooks"]) if "webhooks" in data else None,
        oauth=OAuth(**data["oauth"]) if "oauth" in data else None,
        collections={each: read_id(body.get("id", {}), "action") for each, body in data.get("collections", {}).items()},
        maps=data.get("maps", {}),
        trailing_slash=data.get("trailing_slash", "counts") == "ignored",
        suffix=data.get("suffix", ""),
        strict_parameters=data.get("strict_parameters", False),
        rate=Rate(**data.get("rate", {})),
        realism=read_realism(data["realism"]) if "realism" in data else None,
    )


def _quantities(data: dict[str, Any]) -> Quantities:
    families = {
        family: {name: Quantity(**each) for name, each in body.items()} for family, body in data["families"].items()
    }
    return Quantities(tuple(data["devices"]), data["id"], data["instant"], families)


def _controls(data: dict[str, Any]) -> Controls:
    lag = data.get("lag", {})
    return Controls(
        commands={name: _command(name, body) for name, body in data.get("commands", {}).items()},
        strategies=tuple(data.get("strategies", ())),
        acknowledged_s=lag.get("acknowledged_s", 0.0),
        completed_s=lag.get("completed_s", 0.0),
        failed_s=lag.get("failed_s", 0.0),
        settings={name: Setting(name=name, **body) for name, body in data.get("settings", {}).items()},
        cancellable=tuple(data.get("cancellable", ("scheduled",))),
    )


def _command(name: str, data: dict[str, Any]) -> Command:
    parameters = {each: CommandParameter(name=each, **body) for each, body in data.get("parameters", {}).items()}
    return Command(name, data["does"], parameters, tuple(data["execution"]))


def _with_type(headers: Headers) -> Headers:
    """Say that bodies are JSON, unless the pack says of what kind they are."""
    typed = any(name.lower() == "content-type" for name, _ in headers)
    return headers if typed else (*_JSON, *headers)
