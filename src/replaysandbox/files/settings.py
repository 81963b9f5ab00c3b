"""Settings: command line over environment over the project's replaysandbox.yaml over defaults."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.limits import USUAL, Limits
from replaysandbox.core.nearest import nearest
from replaysandbox.files.options import BY_NAME, LIMITS, OPTIONS, Option
from replaysandbox.files.places import shown
from replaysandbox.files.schema_check import format_problems
from replaysandbox.files.yaml_file import read_yaml

FILE_NAME = "replaysandbox.yaml"

CHILD_VARIABLES = ("PROXY", "CONTROL", "CONTROL_TOKEN", "HOSTS", "CA_FILE", "DOCTOR", "WEBHOOK_SECRET", "COMMAND")
"""`REPLAYSANDBOX_…` variables that `run` sets for its child, or the pytest plugin reads: no settings, and no mistakes
either. Ours."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a user may set for `run` and `up`, checked.

    Attributes:
        pack: Packs to load by name; all when empty.
        pack_dir: Folders that hold packs, the user's first, then the project's own `sandbox/packs`.
        scenario: Scenario to start in.
        seed: World seed, or None for the scenario's own.
        homes: Number of homes, or None for the scenario's own.
        at: Sandbox instant to start at, or None for wall time.
        world_at: Hour of the day (`HH:MM`) the devices behave as at, or None.
        zone: IANA zone the curves are read in, or None for UTC.
        freeze: Sandbox time stands still.
        speed: Sandbox seconds per wall second.
        app_clock: The clock of the command that is run follows the sandbox's.
        state: File that keeps what sessions are told, or None.
        fresh: Drop what that file holds.
        realism: `easy`, or `vendor` for caches, lags and limits as the packs say.
        pass_: Host globs tunnelled untouched.
        on_miss: What becomes of a call that nothing answers: refuse, forward, record, simulate.
        live_host: Hosts without a pack that may be reached where something may go out.
        allow_writes: Writes that may go out: `METHOD /path`, or `all`.
        upstream: `HOST=URL`: where a live host really is.
        upstream_ca: PEM file of further certificates that live hosts may be signed with, or None.
        session_by: `default`, or `credential` for one session per API key.
        fail_on: Kinds of finding that make `run` fail; empty for none.
        report: `KIND=FILE`: reports that are written at the end.
        journal: File that exchanges are noted in as they happen, or None.
        bind: Address to listen on.
        proxy_password: Password of the proxy, or None.
        port: Port of the proxy, 0 for a free one.
        control_port: Port of the control API, 0 for a free one.
        webhook: Where webhooks go: `URL`, or `PACK=URL` for one API's.
        webhook_secret: What they are signed with: `SECRET`, or `PACK=SECRET`.
        lane: `fast`, or `flow` for mitmproxy's own flows.
        inspect: mitmweb shows the calls; they go by mitmproxy's flows then.
        limits: How much is taken before it is refused.
        project: Folder of the project: where its replaysandbox.yaml or `sandbox/packs` is; None outside any.
        origins: Setting → where its value came from, in words.
    """

    pack: tuple[str, ...] = ()
    pack_dir: tuple[Path, ...] = ()
    scenario: str = "default"
    seed: int | None = None
    homes: int | None = None
    at: datetime | None = None
    world_at: str | None = None
    zone: str | None = None
    freeze: bool = False
    speed: float = 1.0
    app_clock: bool = False
    state: Path | None = None
    fresh: bool = False
    realism: str = "easy"
    pass_: tuple[str, ...] = ()
    on_miss: str = "refuse"
    live_host: tuple[str, ...] = ()
    allow_writes: tuple[str, ...] = ()
    upstream: tuple[str, ...] = ()
    upstream_ca: Path | None = None
    session_by: str = "default"
    fail_on: tuple[str, ...] = ("miss",)
    report: tuple[str, ...] = ()
    journal: Path | None = None
    bind: str = "127.0.0.1"
    proxy_password: str | None = field(default=None, repr=False)
    port: int = 4480
    control_port: int = 4481
    webhook: tuple[str, ...] = ()
    webhook_secret: tuple[str, ...] = field(default=(), repr=False)
    lane: str = "fast"
    inspect: bool = False
    limits: Limits = USUAL
    project: Path | None = None
    origins: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def value(self, option: Option) -> Any:
        """Read one setting by its option."""
        if option in LIMITS:
            return getattr(self.limits, option.name.removeprefix("limit_"))
        return getattr(self, "pass_" if option.name == "pass" else option.name)


@dataclass(frozen=True, slots=True)
class _Given:
    """One value as somebody wrote it, and how to speak of the place."""

    texts: tuple[str, ...]
    origin: str
    problem: Problem
    folder: Path


def load_settings(
    given: Mapping[str, Any],
    environ: Mapping[str, str],
    folder: Path,
    defaults: Mapping[str, Any] | None = None,
) -> Settings:
    """Merge all sources into settings, checking each value whoever gave it.

    Args:
        given: From the command line: option name → text or texts; None and () mean not given.
        environ: The process's environment.
        folder: Where the user stands; replaysandbox.yaml is looked for here and upwards.
        defaults: Values of this verb's own in place of the common defaults (`run` takes free ports).

    Raises:
        SandboxError: With every problem of every source at once.
    """
    problems: list[Problem] = []
    project = find_project(folder)
    chosen = _from_file(project, problems)
    chosen |= _from_environment(environ, folder, problems)
    chosen |= _from_flags(given, folder)
    values = dict(defaults or {})
    for name, value in chosen.items():
        try:
            values[name] = _parsed(BY_NAME[name], value)
        except ValueError as error:
            problems.append(_because(value.problem, str(error)))
    problems.extend(_contradictions(values, chosen))
    if problems:
        raise SandboxError(problems)
    origins = {name: chosen[name].origin if name in chosen else "default" for name in BY_NAME}
    return _settings(values, project, origins)


def find_project(folder: Path) -> Path | None:
    """Find the project of a folder: the nearest with a replaysandbox.yaml, `sandbox/packs` or `sandbox/scenarios`."""
    for place in (folder, *folder.parents):
        own = place / "sandbox"
        if (place / FILE_NAME).is_file() or (own / "packs").is_dir() or (own / "scenarios").is_dir():
            return place
    return None


def _settings(values: dict[str, Any], project: Path | None, origins: dict[str, str]) -> Settings:
    own = project / "sandbox" / "packs" if project else None
    folders = values.get("pack_dir", ())
    if own is not None and own.is_dir() and own not in folders:
        folders = (*folders, own)
    if "fail_on" in values:
        values["fail_on"] = tuple(kind for kind in values["fail_on"] if kind != "none")
    moved = {option.name.removeprefix("limit_"): values.pop(option.name) for option in LIMITS if option.name in values}
    fields = {("pass_" if name == "pass" else name): value for name, value in values.items()}
    fields["limits"] = Limits(**moved)
    fields["pack_dir"] = folders
    return Settings(**fields, project=project, origins=MappingProxyType(origins))


def _from_file(project: Path | None, problems: list[Problem]) -> dict[str, _Given]:
    if project is None or not (project / FILE_NAME).is_file():
        return {}
    path = project / FILE_NAME
    try:
        document = read_yaml(path, shown(path))
    except SandboxError as error:
        problems.extend(error.problems)
        return {}
    wrong = format_problems(document, "settings") if document.data is not None else []
    problems.extend(wrong)
    refused = {problem.key.split(".")[0] for problem in wrong}
    keys = document.data if isinstance(document.data, dict) else {}
    limits = keys.get("limits") if "limits" not in refused else None
    places: dict[str, tuple[str, ...]] = {name: (name,) for name in keys if name in BY_NAME and name not in refused}
    places |= {f"limit_{name}": ("limits", name) for name in limits or {}}
    return {
        name: _Given(
            _texts(keys[name] if name in keys else keys["limits"][place[1]]),
            f"{document.file}:{document.line(place)}",
            document.problem(place, ""),
            project,
        )
        for name, place in places.items()
    }


def _texts(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list | tuple) else [value]
    return tuple(str(item).lower() if isinstance(item, bool) else str(item) for item in items)


def _from_environment(environ: Mapping[str, str], folder: Path, problems: list[Problem]) -> dict[str, _Given]:
    variables = {option.variable: option for option in (*OPTIONS, *LIMITS)}
    found = {}
    for variable, text in environ.items():
        if not variable.startswith("REPLAYSANDBOX_"):
            continue
        if variable in variables:
            option = variables[variable]
            texts = tuple(part for part in text.split(",") if part.strip()) if option.many else (text,)
            found[option.name] = _Given(texts, variable, Problem(variable, 0, "", ""), folder)
        elif not variable.removeprefix("REPLAYSANDBOX_").startswith(CHILD_VARIABLES):
            problems.append(Problem(variable, 0, "", "is no setting", nearest(variable, variables)))
    return {name: value for name, value in found.items() if value.texts != ("",)}


def _from_flags(given: Mapping[str, Any], folder: Path) -> dict[str, _Given]:
    found = {}
    for name, value in given.items():
        if value is None or value == ():
            continue
        option = BY_NAME[name]
        texts = _texts(value)
        if option.many and not option.commas:
            texts = tuple(part for text in texts for part in text.split(",") if part.strip()) or texts
        found[name] = _Given(texts, option.flag, Problem(option.flag, 0, "", ""), folder)
    return found


def _parsed(option: Option, given: _Given) -> Any:
    values = tuple(option.parse(text) for text in given.texts)
    if option.name == "pack_dir":
        folders = tuple(_path(given.folder, text) for text in values)
        for folder in folders:
            if not folder.is_dir():
                raise ValueError(f"there is no folder {shown(folder)}")
        return folders
    if option.name == "report":
        parts = (text.split("=", 1) for text in values)
        return tuple(f"{kind}={_path(given.folder, file)}" for kind, file in parts)
    if option.name in ("state", "upstream_ca", "journal"):
        return _path(given.folder, values[-1])
    return values if option.many else values[-1]


def _path(folder: Path, text: str) -> Path:
    """Read a path as a shell would, seen from a folder."""
    try:
        return (folder / Path(text).expanduser()).resolve()
    except RuntimeError:
        raise ValueError(f"'{text}' begins with the home of a user who is not known here") from None


def _because(problem: Problem, reason: str, hint: str = "") -> Problem:
    return Problem(problem.file, problem.line, problem.key, reason, hint)


def _contradictions(values: Mapping[str, Any], chosen: Mapping[str, _Given]) -> Iterator[Problem]:
    """Find values that are fine alone but not together."""
    bind = values.get("bind", "127.0.0.1")
    if not is_loopback(bind) and not values.get("proxy_password"):
        reason = f"{bind} is reachable from other machines, so the proxy needs a password"
        hint = f"set {BY_NAME['proxy_password'].variable}, or bind 127.0.0.1"
        yield _because(chosen["bind"].problem, reason, hint)
    port, control = values.get("port", 4480), values.get("control_port", 4481)
    if port == control != 0:
        name = "control_port" if "control_port" in chosen else "port"
        reason = f"proxy and control API cannot both have port {port}"
        yield _because(chosen[name].problem, reason, "0 picks a free one")
    if values.get("fresh") and not values.get("state"):
        yield _because(chosen["fresh"].problem, "there is no state file to drop anything from", "name it: --state FILE")
    kinds: Sequence[str] = values.get("fail_on", ())
    if "none" in kinds and len(kinds) > 1:
        yield _because(chosen["fail_on"].problem, "'none' cannot be named together with other kinds")


def is_loopback(address: str) -> bool:
    """Tell whether an address to listen on is reachable from this machine only."""
    if address.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False
