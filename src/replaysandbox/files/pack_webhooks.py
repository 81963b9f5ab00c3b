"""The `webhooks:` of a pack, read and checked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from replaysandbox.core.errors import Problem
from replaysandbox.core.nearest import nearest
from replaysandbox.core.webhooks import Challenge, Registered, Signing, WebhookEvent, Webhooks
from replaysandbox.files.yaml_file import Document, KeyPath

_BLANK = re.compile(r"\{([a-z_]+)\}")
_HEADER_BLANKS = ("id", "uuid", "event", "timestamp")
_SIGNED_BLANKS = (*_HEADER_BLANKS, "body")
_VALUE_BLANKS = (*_HEADER_BLANKS, "signature")
_ONLY_FOR = {
    "standard": ("headers",),
    "hmac": ("algorithm", "encoding", "over", "header", "value"),
    "none": (),
}


def webhook_problems(document: Document, templates: Mapping[str, str]) -> list[Problem]:
    """List what leads nowhere or does not go together in a pack's `webhooks:`.

    Args:
        document: Its pack.yaml, already of the right shape.
        templates: Name → text.
    """
    data = document.data.get("webhooks")
    if data is None:
        return []
    return [
        *_template_problems(document, data, templates),
        *_collection_problems(document, data),
        *_sign_problems(document, data),
        *_blank_problems(document, data),
    ]


def _template_problems(document: Document, data: Mapping[str, Any], templates: Mapping[str, str]) -> Iterator[Problem]:
    named: list[tuple[KeyPath, str]] = [((*place, "template"), event["template"]) for place, event in _events(data)]
    if "challenge" in data:
        named.append((("webhooks", "challenge", "template"), data["challenge"]["template"]))
    for place, name in named:
        if name not in templates:
            yield document.problem(place, f"there is no template '{name}'", nearest(name, templates))


def _events(data: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Mapping[str, Any]]]:
    """Go through all that is told: of a kind of event one thing, or a list of several."""
    for kind, events in data["events"].items():
        place: KeyPath = ("webhooks", "events", kind)
        if isinstance(events, list):
            yield from (((*place, position), event) for position, event in enumerate(events))
        else:
            yield place, events


def _collection_problems(document: Document, data: Mapping[str, Any]) -> Iterator[Problem]:
    known = document.data.get("collections", {})
    owners = [*_events(data), *([(("webhooks", "receivers"), data["receivers"])] if "receivers" in data else [])]
    for place, owner in owners:
        if "collection" in owner and owner["collection"] not in known:
            name = owner["collection"]
            yield document.problem((*place, "collection"), f"there is no collection '{name}'", nearest(name, known))
    for place, event in _events(data):
        if ("collection" in event) is not (place[2] == "record_written"):
            yield document.problem(place, "record_written, and nothing else, goes with the key 'collection'")
        if "by" in event and place[2] != "device_changed":
            yield document.problem((*place, "by"), "goes with device_changed alone")
        if event.get("to") == "record" and "receivers" not in data:
            yield document.problem((*place, "to"), "needs 'receivers': one of them is meant")


def _sign_problems(document: Document, data: Mapping[str, Any]) -> Iterator[Problem]:
    sign = data.get("sign", {"scheme": "none"})
    scheme = sign["scheme"]
    for word in sign:
        if word != "scheme" and word not in _ONLY_FOR[scheme]:
            owner = next(each for each, words in _ONLY_FOR.items() if word in words)
            yield document.problem(("webhooks", "sign", word), f"goes with the scheme {owner}, not with {scheme}")
    if scheme == "hmac" and "header" not in sign:
        yield document.problem(("webhooks", "sign"), "the scheme hmac needs the key 'header'")
    if "challenge" in data and scheme != "hmac":
        yield document.problem(("webhooks", "challenge"), "needs the scheme hmac, by which its answer is made")


def _blank_problems(document: Document, data: Mapping[str, Any]) -> Iterator[Problem]:
    texts: list[tuple[KeyPath, str, Collection[str]]] = [
        (("webhooks", "headers", name), value, _HEADER_BLANKS) for name, value in data.get("headers", {}).items()
    ]
    signing: Mapping[str, Collection[str]] = {"over": _SIGNED_BLANKS, "value": _VALUE_BLANKS}
    for word, known in signing.items():
        if word in data.get("sign", {}):
            texts.append((("webhooks", "sign", word), data["sign"][word], known))
    for place, text, known in texts:
        for name in _BLANK.findall(text):
            if name not in known:
                yield document.problem(place, f"nothing is called '{name}' here", nearest(name, known))


def read_webhooks(data: Mapping[str, Any]) -> Webhooks:
    """Read the `webhooks:` of a pack that has been checked."""
    return Webhooks(
        events={
            kind: tuple(_event(event) for event in (events if isinstance(events, list) else [events]))
            for kind, events in data["events"].items()
        },
        sign=Signing(**data.get("sign", {})),
        headers=tuple(data.get("headers", {}).items()),
        challenge=Challenge(**data["challenge"]) if "challenge" in data else None,
        timeout_s=float(data.get("timeout_s", 15.0)),
        retry_s=tuple(map(float, data["retry_s"])) if "retry_s" in data else None,
        registered=_registered(data["receivers"]) if "receivers" in data else None,
    )


def _event(data: Mapping[str, Any]) -> WebhookEvent:
    words = (data.get("family", ()), data.get("by", ()))
    family, by = ((each,) if isinstance(each, str) else tuple(each) for each in words)
    return WebhookEvent(**{**data, "family": family, "by": by})


def _registered(data: Mapping[str, Any]) -> Registered:
    header = data.get("header", {})
    rest = {word: value for word, value in data.items() if word != "header"}
    return Registered(**rest, header_name=header.get("name", ""), header_value=header.get("value", ""))
