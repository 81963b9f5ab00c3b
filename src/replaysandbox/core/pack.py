"""A pack: all that imitates one API, as values. `files/packs.py` reads it from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from replaysandbox.core.bend import Does
from replaysandbox.core.contract import Contract
from replaysandbox.core.ids import IdStyle
from replaysandbox.core.quantities import Quantities

OperationName = Literal["list", "read", "push", "refuse", "set", "list_actions", "read_action", "cancel"]
"""What a route does to the world; see `operations/`."""


Effect = Literal["auth", "read", "device"]
"""What a call does to the live API: see `Route.effect`."""


@dataclass(frozen=True, slots=True)
class Credential:
    """One place where a client may put its key.

    Attributes:
        place: `header` or `query`.
        name: Header or query parameter.
        scheme: Authentication scheme before the key (`Bearer`), taken off when present; empty for none.
    """

    place: Literal["header", "query"]
    name: str
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class KeyRule:
    """What becomes of a key that begins in a certain way.

    Attributes:
        prefixes: Ways to begin, any of them; in an accepted key something must follow.
        error: Name of the error it is answered with, or empty where it is accepted.
    """

    prefixes: tuple[str, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """How the API says one kind of no.

    Attributes:
        status: HTTP status.
        code: The API's own error code.
        message: Text for people; `{name}` is filled from what the engine knows of the error.
        headers: Extra response header fields.
        details: The API's word → name of the fact that stands there.
    """

    status: int
    code: str
    message: str
    headers: tuple[tuple[str, str], ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter a route takes.

    Attributes:
        name: As in the URL.
        kind: `string`, `integer` or `boolean`.
        default: Value when it is absent; None for none.
        minimum: Smallest integer, inclusive.
        maximum: Largest integer, inclusive.
        choices: The only strings allowed; empty for any.
        selects: What a list is narrowed by with it: `user`; of actions also `device`, `family`, `stage`; or empty.
    """

    name: str
    kind: Literal["string", "integer", "boolean"]
    default: str | int | bool | None = None
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    selects: Literal["", "user", "device", "family", "stage"] = ""


@dataclass(frozen=True, slots=True)
class Pagination:
    """How lists are cut: `offset` style, by the two parameters named.

    Attributes:
        style: Only `offset` so far.
        offset: Parameter that says how many members to pass over.
        limit: Parameter that says how many members to give.
    """

    style: Literal["offset"]
    offset: str
    limit: str


@dataclass(frozen=True, slots=True)
class Route:
    """Method and path pattern → operation and template.

    Attributes:
        pack: Name of the pack it belongs to.
        method: HTTP method, upper case.
        path: Pattern as written, e.g. `/battery/{id}`.
        operation: What it does to the world.
        family: Family of devices it is about, or empty.
        template: Template of the whole body.
        item: Template of one device inside it, or empty.
        status: HTTP status of success.
        parameters: Query parameters it takes.
        headers: Response header fields of its own, beside the pack's.
        error: Error that `refuse` answers with, or empty.
        body: What the request's body holds → where: `command`, `parameters`, `start`, `end`, `strategy`, `fault` for
            `push`, each a dotted path into the JSON.
        effect: What a call does at the live API: `auth` gets a token, `read` changes nothing, `device` reaches a device
            (or may).
    """

    pack: str
    method: str
    path: str
    operation: OperationName
    family: str
    template: str
    item: str = ""
    status: int = 200
    parameters: tuple[Parameter, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    error: str = ""
    body: Mapping[str, str] = field(default_factory=dict)
    effect: Effect = "device"

    @property
    def name(self) -> str:
        """The route as people write it: `GET /battery/{id}`."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class CommandParameter:
    """One number a command takes.

    Attributes:
        name: The API's word.
        unit: Unit it must come in; see `core/units.py`.
        means: What it is inside, by name with unit: `power_w`, `target_pct`, …
        minimum: Least value, in the API's unit.
        maximum: Most, in the API's unit, or the name of the device's rating that bounds it.
    """

    name: str
    unit: str
    means: str
    minimum: float
    maximum: float | str


@dataclass(frozen=True, slots=True)
class Command:
    """A command of an API.

    Attributes:
        name: The API's word.
        does: What the device is made to do.
        parameters: Numbers it takes, by name.
        execution: How it may be timed: immediate, scheduled, windowed.
    """

    name: str
    does: Does
    parameters: Mapping[str, CommandParameter]
    execution: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of an API.

    Attributes:
        name: The API's word.
        unit: Unit it must come in.
        minimum: Least value, or None.
        maximum: Most, or None.
        initial: Value before any write: a number, a name of the reading or of the model, or None where it is not shown.
        limits: What it limits inside (`floor_pct`, `ceiling_pct`, `max_charge_w`, …); empty: kept and shown only.
        read_only: Whether a write is refused.
    """

    name: str
    unit: str
    minimum: float | None = None
    maximum: float | None = None
    initial: float | str | None = None
    limits: str = ""
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class Controls:
    """What an API lets be done to devices of a family.

    Attributes:
        commands: By the API's word.
        strategies: Ways a new command may deal with one at work.
        acknowledged_s: Seconds until the maker acknowledges. [s]
        completed_s: Seconds until the maker has accepted. [s]
        failed_s: Seconds until a failure shows. [s]
        settings: By the API's word.
    """

    commands: Mapping[str, Command]
    strategies: tuple[str, ...] = ()
    acknowledged_s: float = 0.0
    completed_s: float = 0.0
    failed_s: float = 0.0
    settings: Mapping[str, Setting] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RedactWords:
    """What of an API is secret or personal, beside what its names tell anybody; see `redact/rules.py`.

    Attributes:
        headers: Names of header fields.
        parameters: Names of query and form parameters.
        json: Paths into JSON bodies, keys joined by dots; `*` stands for any key or index.
        keep: Names that look personal and are not.
    """

    headers: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    json: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """All that imitates one API.

    Attributes:
        name: Folder name, and the word in `--pack`.
        title: For people.
        learnt_from: Where it was learnt.
        learnt_on: When, as an ISO date.
        hosts: Hosts it owns, lower case; the first is meant by a base URL without one.
        routes: In the order of the file.
        credentials: Where a key may be; tried in order.
        keys: What becomes of a key; first match wins, no match is `invalid_credential`.
        errors: Name → answer.
        error_template: Template of an error's body.
        headers: Header fields of every answer.
        ids: `device`, `user` and `request` id styles.
        pagination: How its lists are cut, or None.
        templates: Name → source text.
        contract: Its contract, or None.
        folder: Folder it was read from, for people.
        example_key: A credential that works, for the curl lines we print.
        controls: Family → what may be done to its devices.
        quantities: Where its bodies hold which quantity, or None where it does not say.
        redact: What of it is secret or personal.
    """

    name: str
    title: str
    learnt_from: str
    learnt_on: str
    hosts: tuple[str, ...]
    routes: tuple[Route, ...]
    credentials: tuple[Credential, ...]
    keys: tuple[KeyRule, ...]
    errors: Mapping[str, ErrorAnswer]
    error_template: str
    headers: tuple[tuple[str, str], ...]
    ids: Mapping[str, IdStyle]
    templates: Mapping[str, str] = field(repr=False)
    pagination: Pagination | None = None
    contract: Contract | None = field(default=None, repr=False)
    folder: str = ""
    example_key: str = ""
    controls: Mapping[str, Controls] = field(default_factory=dict)
    quantities: Quantities | None = field(default=None, repr=False)
    redact: RedactWords = field(default_factory=RedactWords)
