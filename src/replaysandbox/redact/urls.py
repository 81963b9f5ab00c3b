"""URLs and forms: path segments, `name=value` pairs, a fragment; each value spelled again as it was."""

from __future__ import annotations

import re
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from replaysandbox.redact.cover import Cover
from replaysandbox.redact.json_text import cover_json
from replaysandbox.redact.names import meaning
from replaysandbox.redact.place import Axis, axis_of, is_fine
from replaysandbox.redact.shapes import is_dense
from replaysandbox.redact.text import cover_shapes

_WORD = re.compile(r"[a-z]+(?:[-_][a-z]+)*|v?\d{1,2}")
_SPLIT = re.compile(r"([&;])")
_URL = re.compile(
    r"(?P<before>(?:[a-z][a-z0-9+.-]*:)?//[^/?#]*)?(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.DOTALL,
)


def cover_path(path: str, cover: Cover) -> str:
    """Cover a path: by what the segment before says (`/token/…`), by shape, and what reads like a key."""
    segments = path.split("/")
    before = ""
    for position, segment in enumerate(segments):
        if segment:
            segments[position] = _segment(segment, before, cover)
            before = segment
    return "/".join(segments)


def _segment(segment: str, before: str, cover: Cover) -> str:
    value = unquote(segment, errors="surrogateescape")
    told = meaning(before) if before not in cover.rules.keep else ""
    if told and not _WORD.fullmatch(value):
        covered = cover.named(value, told, f"after /{before}")
    elif is_dense(value):
        covered = cover.value(value, "reads like a key")
    else:
        covered = cover_shapes(value, cover)
    return segment if covered == value else quote(covered, safe="!$&'()*+,;=:@", errors="surrogateescape")


def cover_pairs(text: str, cover: Cover, *, form: bool = False) -> str:
    """Cover a query or a form.

    Args:
        text: As on the wire, without `?`.
        cover: What covers.
        form: Whether it is a body: spaces are then written as `+`.
    """
    parts = _SPLIT.split(text)
    places = _places(parts, cover)
    return "".join(
        part if part in ("&", ";") else places.get(position) or _pair(part, cover, form=form)
        for position, part in enumerate(parts)
    )


def _places(parts: list[str], cover: Cover) -> dict[int, str]:
    """Cover latitudes and longitudes of one place together: position → the pair, covered."""
    waiting: dict[tuple[tuple[str, ...], Axis], tuple[int, str, str]] = {}
    made: dict[int, str] = {}
    for position, part in enumerate(parts):
        name, _, spelled = part.partition("=")
        found = axis_of(unquote_plus(name, errors="replace")) if spelled else None
        if found is None or not is_fine(spelled) or cover.rules.of_parameter(name) != "place":
            continue
        of, axis = found
        other = waiting.pop((of, "longitude" if axis == "latitude" else "latitude"), None)
        if other is None:
            waiting[of, axis] = (position, name, spelled)
            continue
        before, other_name, value = other
        latitude_first = axis == "longitude"
        told = cover.place_in_order((other_name, value), (name, spelled), latitude_first=latitude_first)
        made |= {before: f"{other_name}={told[0]}", position: f"{name}={told[1]}"}
    return made


def _pair(part: str, cover: Cover, *, form: bool) -> str:
    name, equals, spelled = part.partition("=")
    value = unquote_plus(spelled, errors="surrogateescape")
    if not value:
        return part
    covered = _parameter(unquote_plus(name, errors="replace"), value, cover)
    if covered == value:
        return part
    plus = form or ("+" in spelled and "%20" not in spelled)
    written = (quote_plus if plus else quote)(covered, safe=_left_bare(spelled), errors="surrogateescape")
    return f"{name}{equals}{written}"


def _parameter(name: str, value: str, cover: Cover) -> str:
    told = cover.rules.of_parameter(name)
    if told:
        return cover.named(value, told, name)
    if name in cover.rules.keep:
        return value
    if value[0] in "{[":
        return cover_json(value, cover)
    if "://" in value or ("?" in value and "=" in value):
        return cover_url(value, cover)
    if is_dense(value) and not name.lower().endswith("id"):
        return cover.value(value, "reads like a key")
    return cover_shapes(value, cover)


def _left_bare(spelled: str) -> str:
    """List which letters the sender left as they are, though they could be encoded."""
    return "".join(letter for letter in "/:@,!$'()*;|~[]" if letter in spelled) or ""


def cover_url(url: str, cover: Cover) -> str:
    """Cover a URL or a reference: credentials before its host, path, query, fragment."""
    match = _URL.fullmatch(url)
    if match is None:
        return cover_shapes(url, cover)
    before = cover_shapes(match["before"] + "/", cover)[:-1] if match["before"] else ""
    covered = before + cover_path(match["path"], cover)
    if match["query"] is not None:
        covered += "?" + cover_pairs(match["query"], cover)
    if match["fragment"] is not None:
        covered += "#" + cover_pairs(match["fragment"], cover)
    return covered
