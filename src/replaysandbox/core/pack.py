"""A pack: all that imitates one API, as values. `files/packs.py` reads it from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from replaysandbox.core.contract import Contract
from replaysandbox.core.controls import Controls
from replaysandbox.core.ids import IdStyle
from replaysandbox.core.pagination import Pagination
from replaysandbox.core.quantities import Quantities
from replaysandbox.core.realism import Realism
from replaysandbox.core.refuse_rule import RefuseRule
from replaysandbox.core.series import Series
from replaysandbox.core.tokens import OAuth
from replaysandbox.core.webhooks import Webhooks

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
        fields: Further words of this error, for its template.
        template: Template of its body, in place of the pack's; empty for that.
    """

    status: int
    code: str | int
    message: str
    headers: tuple[tuple[str, str], ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    template: str = ""


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
class Route:
    """Method and path pattern → operation and template.

    Attributes:
        pack: Name of the pack it belongs to.
        method: HTTP method, upper case.
        path: Pattern as written, e.g. `/battery/{id}`.
        operation: What it does to the world: a word of `operations/table.py`.
        family: Family of devices it is about, or empty.
        template: Template of the whole body.
        item: Template of one device inside it, or empty.
        status: HTTP status of success.
        parameters: Query parameters it takes.
        headers: Response header fields of its own, beside the pack's.
        error: Error that `refuse` answers with, or empty.
        error_template: Template of its errors, in place of the pack's; empty for that.
        body: What the request's body holds → where: `command`, `parameters`, `start`, `end`, `strategy`, `fault` for
            `push`, `username` and others for `token`, each a dotted path into the JSON.
        effect: What a call does at the live API: `auth` gets a token, `read` changes nothing, `device` reaches a device
            (or may).
        hosts: Hosts it answers on; empty: those that no route names.
        by: What the path's `{id}` names: a device, or a home, whose first device of the family is then meant.
        several: What parts homes where `{id}` may name several; empty: it names one.
        only: Path argument → the only words it may be; another word is no route.
        offline: What is answered for a device out of reach: the error `device_offline`, or what it last measured.
        credentials: Where a key may be on this route; None: where the pack says; empty: none is needed.
        pagination: How its list is cut; None: as the pack says.
        selects: What its list is narrowed by, or its device must be of → the path argument that says it.
        command: The one command that `command` gives; empty where `body` says where the command's word is.
        values: Parameter of the command, or setting → dotted path of its plain number in the body.
        adds: Members put into the request's body, whatever it says.
        grants: OAuth grants that `token` takes.
        collection: Collection that the operations on records work on.
        of: Path argument → collection that it has to be a member of, for operations on records.
        merge: Whether `put_record` keeps the members of the old body that the new one does not name.
        series: How `series` is asked for.
        batch: Where `batch` finds its `requests` in the body, the `path` in each, and the `prefix` put before it.
        errors: Errors that this route words in its own way, by name.
        refuses: What it says no to before its operation; the first that fits.
    """

    pack: str
    method: str
    path: str
    operation: str
    family: str
    template: str
    item: str = ""
    status: int = 200
    parameters: tuple[Parameter, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    error: str = ""
    body: Mapping[str, str] = field(default_factory=dict)
    effect: Effect = "device"
    hosts: tuple[str, ...] = ()
    by: Literal["device", "home"] = "device"
    several: str = ""
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    offline: Literal["refuse", "show"] = "show"
    credentials: tuple[Credential, ...] | None = None
    pagination: Pagination | None = None
    selects: Mapping[str, str] = field(default_factory=dict)
    command: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    adds: Mapping[str, Any] = field(default_factory=dict)
    grants: tuple[str, ...] = ()
    collection: str = ""
    of: Mapping[str, str] = field(default_factory=dict)
    merge: bool = False
    series: Series | None = None
    batch: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, ErrorAnswer] = field(default_factory=dict)
    error_template: str = ""
    refuses: tuple[RefuseRule, ...] = ()

    @property
    def name(self) -> str:
        """The route as people write it: `GET /battery/{id}`."""
        return f"{self.method} {self.path}"

    @property
    def owned(self) -> bool:
        """Whether its path names the owner of records, who has to be there first."""
        return any(name != "id" for name in self.of)


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
class Rate:
    """How often a live API lets itself be asked.

    Attributes:
        per_minute: Calls in a minute; the default is ours, for APIs that do not say.
        per_day: Calls in a day; 0 where it does not say.
    """

    per_minute: int = 60
    per_day: int = 0


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
        other_ids: Family → name → how another id of its devices looks, by which they are found as well.
        pagination: How its lists are cut, or None.
        templates: Name → source text.
        contract: Its contract, or None.
        folder: Folder it was read from, for people.
        example_key: A credential that works, for the curl lines we print.
        controls: Family → what may be done to its devices.
        quantities: Where its bodies hold which quantity, or None where it does not say.
        redact: What of it is secret or personal.
        webhooks: What it tells apps by itself, or None.
        oauth: How it issues tokens, or None.
        collections: Collection → how ids of its members look.
        maps: Table → word of ours → the API's; `*` for all others.
        trailing_slash: Whether a slash at the end of a path makes no difference.
        suffix: What may stand at the end of a path and makes no difference, as `.json`; empty for nothing.
        strict_parameters: Whether parameters in path and query that the contract forbids are refused.
        rate: How often the live API lets itself be asked.
        realism: What the vendor's cloud puts before devices; None where it is not asked for.
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
    webhooks: Webhooks | None = None
    oauth: OAuth | None = None
    collections: Mapping[str, IdStyle] = field(default_factory=dict)
    maps: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    other_ids: Mapping[str, Mapping[str, IdStyle]] = field(default_factory=dict)
    trailing_slash: bool = False
    suffix: str = ""
    strict_parameters: bool = False
    rate: Rate = Rate()
    realism: Realism | None = None
