"""Any text: what gives itself away by shape, and `name=value`, `name: value`, `<name>value</name>`."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from replaysandbox.redact.cover import Cover
from replaysandbox.redact.names import meaning
from replaysandbox.redact.shapes import ANYWHERE, stands_alone

_ASSIGNED = re.compile(
    r"(?P<name>(?<![A-Za-z0-9_.-])[A-Za-z][A-Za-z0-9_.-]{1,60})(?P<between>[\"']?\s{0,3}(?:=>|[=:])\s{0,3}[\"']?)"
    r"(?P<value>(?<=[\"'])[^\"'\r\n<>]{3,2000}(?=[\"'])|(?:(?:Bearer|Basic|Token) +)?[^\s\"'&;,<>(){}\[\]\\]{3,2000})"
)
_ELEMENT = re.compile(r"<(?P<name>[A-Za-z][\w.:-]{1,60})(?:\s[^<>]*)?>(?P<value>[^<>]{2,2000})</(?P=name)>")
_SCHEME = re.compile(r"(?:Bearer|Basic|Token) +", re.IGNORECASE)
_HARMLESS = frozenset(("null", "none", "true", "false", "undefined", "function", "string", "bearer", "basic"))


def cover_shapes(text: str, cover: Cover) -> str:
    """Cover what gives itself away by its shape alone."""

    def covered(match: re.Match[str]) -> str:
        rule, value = str(match.lastgroup), match[0]
        if not stands_alone(rule, value):
            return value
        if rule == "userinfo":
            return ":".join(_unquoted(part, cover, "userinfo of a URL") for part in value.split(":", 1))
        if rule == "email" and "%40" in value:
            return _unquoted(value, cover, "shape of an email")
        return cover.value(value, f"shape of {'an' if rule == 'email' else 'a'} {rule}")

    return ANYWHERE.sub(covered, text)


def _unquoted(value: str, cover: Cover, rule: str) -> str:
    return quote(cover.value(unquote(value), rule), safe="")


def cover_text(text: str, cover: Cover) -> str:
    """Cover a text of no known format: a page, a log, an error answer."""
    text = cover_shapes(text, cover)
    text = _ASSIGNED.sub(lambda match: _covered(match, cover), text)
    return _ELEMENT.sub(lambda match: _covered(match, cover), text)


def _covered(match: re.Match[str], cover: Cover) -> str:
    name, value = match["name"].rpartition(":")[2], match["value"]
    told = "" if name in cover.rules.keep else meaning(name)
    if not told or name.lower() == "name" or value.lower() in _HARMLESS:
        return match[0]
    scheme = _SCHEME.match(value)
    kept = scheme[0] if scheme else ""
    start = match.start("value") - match.start() + len(kept)
    end = match.end("value") - match.start()
    return match[0][:start] + cover.named(value[len(kept) :], told, name) + match[0][end:]
