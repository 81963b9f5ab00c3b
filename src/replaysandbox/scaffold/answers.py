"""What an operation promises to answer: the response taken, its content type, its body and header fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from replaysandbox.core.contract import ContractOperation, is_json
from replaysandbox.core.pointers import followed, joined, value_at
from replaysandbox.scaffold.bodies import Made, Promise, Wanted, make_body
from replaysandbox.scaffold.making import Filler, Maker

JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """One promised answer.

    Attributes:
        status: HTTP status.
        kind: Content type of its body; empty where it has none.
        schema: JSON pointer of the body's schema; empty where nothing is said.
        hint: An example of the body, or None.
        headers: Header fields it has to have, its content type among them where that is not JSON's own.
        name: Name of the body's schema, or empty.
    """

    status: int
    kind: str = ""
    schema: str = ""
    hint: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    name: str = ""


def success_of(promise: Promise, operation: ContractOperation) -> Answer | None:
    """Find the answer to a request that succeeds: the lowest status of 2xx and 3xx; None where there is none.

    An operation of 3.1 may promise nothing at all: anything will do then.
    """
    keys = sorted(operation.responses)
    exact = [key for key in keys if key.isdecimal() and 200 <= int(key) < 400]
    for key in (*exact, *(key for key in keys if key.upper() == "2XX"), *(key for key in keys if key == "default")):
        return answer_at(promise, operation, key, int(key) if key.isdecimal() else 200)
    return None if operation.responses else Answer(200)


def refusal_of(promise: Promise, operation: ContractOperation, statuses: tuple[int, ...]) -> Answer | None:
    """Find the answer to a request that is refused: the first of some statuses that is promised; None for none."""
    for status in statuses:
        if str(status) in operation.responses:
            return answer_at(promise, operation, str(status), status)
    hundred = f"{statuses[0] // 100}"
    for key in (f"{hundred}XX", f"{hundred}xx", "default"):
        if key in operation.responses:
            return answer_at(promise, operation, key, statuses[0])
    return None


def answer_at(promise: Promise, operation: ContractOperation, key: str, status: int) -> Answer:
    """Read a promised response.

    Args:
        promise: The contract.
        operation: The operation.
        key: Key of the response: `200`, `4XX`, `default`.
        status: Status it is answered with.
    """
    document = promise.document
    at, response = followed(document, operation.responses[key])
    content = response.get("content")
    wanted = _headers(promise, at, response, status)
    if not isinstance(content, Mapping) or not content:
        return Answer(status, headers=wanted)
    kind = _kind(content)
    media = content[kind] if isinstance(content[kind], Mapping) else {}
    sent = _sent(kind)
    if sent != JSON:
        wanted = {"Content-Type": sent, **wanted}
    if "schema" not in media or not is_json(sent):
        return Answer(status, sent, "", _example(promise, media), wanted)
    schema = joined(at, "content", kind, "schema")
    return Answer(status, sent, schema, _example(promise, media), wanted, _name(document, schema))


def _kind(content: Mapping[str, Any]) -> str:
    """Choose a content type: JSON where there is one, else the first."""
    kinds = [str(kind) for kind in content]
    json = [kind for kind in kinds if is_json(_bare(kind))]
    wide = [kind for kind in kinds if _bare(kind) in ("*/*", "application/*")]
    return next(iter((*json, *wide, *kinds)))


def _bare(kind: str) -> str:
    return kind.partition(";")[0].strip().lower()


def _sent(kind: str) -> str:
    bare = _bare(kind)
    if bare in ("*/*", "application/*"):
        return JSON
    return bare.replace("*", "plain") if bare.endswith("/*") else bare


def _example(promise: Promise, media: Mapping[str, Any]) -> Any:
    if media.get("example") is not None:
        return media["example"]
    examples = media.get("examples")
    if not isinstance(examples, Mapping) or not examples:
        return None
    first = next(iter(examples.values()))
    try:
        shown = followed({**promise.document, "x-first": first}, "/x-first")[1]
    except KeyError:
        return None
    return shown.get("value") if isinstance(shown, Mapping) else None


def _name(document: Mapping[str, Any], schema: str) -> str:
    """Name a body by the schema it refers to; a list by its members'."""
    value = value_at(document, schema)
    for _ in range(2):
        if isinstance(value, Mapping) and isinstance(value.get("$ref"), str):
            return str(value["$ref"]).rpartition("/")[2]
        value = value.get("items") if isinstance(value, Mapping) else None
    return ""


def _headers(promise: Promise, at: str, response: Mapping[str, Any], status: int) -> dict[str, str]:
    """Make the header fields that a response has to have."""
    found: dict[str, str] = {}
    for name in response.get("headers") or {}:
        place, promised = followed(promise.document, joined(at, "headers", name))
        needed = promised.get("required") is True or (name.lower() == "location" and 300 <= status < 400)
        if needed and "schema" in promised and name.lower() != "content-type":
            value = Maker(promise.document).make(f"{place}/schema", promised.get("example"))
            text = str(value).lower() if isinstance(value, bool) else str(value)
            if isinstance(value, str | int | float) and text.isascii() and text.isprintable() and "{" not in text:
                found[name] = text
    return found


def is_text(answer: Answer) -> bool:
    """Tell whether a body is something else than JSON."""
    return bool(answer.kind) and not is_json(answer.kind)


def text_of(answer: Answer) -> str:
    """Write the template of a body that is no JSON: its example, or any text."""
    shown = answer.hint if isinstance(answer.hint, str) and "{" not in answer.hint else "text"
    return f"{{# guess: anything will do #}}{shown}\n"


def body_of(promise: Promise, answer: Answer, filler: Filler | None = None, *, loop: bool = False) -> Made | None:
    """Make the body of an answer that has one; None where none was found that keeps its schema."""
    if not answer.schema:
        return Made({} if answer.hint is None else answer.hint)
    return make_body(promise, Wanted(answer.schema, answer.hint, filler, loop))
