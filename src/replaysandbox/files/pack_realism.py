"""The `realism:` of a pack, read and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from replaysandbox.core.errors import Problem
from replaysandbox.core.nearest import nearest
from replaysandbox.core.realism import Limit, Readings, Realism, Sleep, is_meant
from replaysandbox.files.yaml_file import Document, KeyPath


def realism_problems(document: Document) -> Iterator[Problem]:
    """List what leads nowhere in a pack's `realism:`.

    Args:
        document: Its pack.yaml, already of the right shape, its routes without groups.
    """
    data = document.data.get("realism", {})
    readings, routes = data.get("readings", {}), [route["route"] for route in document.data["routes"]]
    places: list[tuple[KeyPath, Mapping[str, Any], str]] = [(("realism", "readings"), readings, "live")]
    places.append((("realism", "sleep"), data.get("sleep", {}), "wakes"))
    places += [(("realism", "limits", at), limit, "routes") for at, limit in enumerate(data.get("limits", ()))]
    for place, owner, word in places:
        for position, pattern in enumerate(owner.get(word, ())):
            if not any(is_meant((pattern,), route) for route in routes):
                reason = f"there is no route '{pattern}'"
                yield document.problem((*place, word, position), reason, nearest(pattern, routes))
    parameters = document.data.get("parameters", {})
    switches = [name for name, body in parameters.items() if body["type"] == "boolean"]
    for name in readings.get("sooner", {}):
        if name not in switches:
            reason = f"there is no boolean parameter '{name}'"
            yield document.problem(("realism", "readings", "sooner", name), reason, nearest(name, switches))


def read_realism(data: Mapping[str, Any]) -> Realism:
    """Read the `realism:` of a pack that has been checked."""
    readings = data.get("readings", {})
    return Realism(
        Readings(**{**readings, "live": tuple(readings.get("live", ()))}),
        tuple(Limit(**{**limit, "routes": tuple(limit.get("routes", ()))}) for limit in data.get("limits", ())),
        data.get("webhooks_s", 0.0),
        _sleep(data["sleep"]) if "sleep" in data else None,
    )


def _sleep(data: Mapping[str, Any]) -> Sleep:
    return Sleep(**{**data, "families": tuple(data["families"]), "wakes": tuple(data["wakes"])})
