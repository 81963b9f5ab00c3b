"""The base-URL way in: `/amps/battery` on our own port means `https://api.amps.ai/battery`. No CA needed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from replaysandbox.core.exchange import Reply, Request, header, remembering
from replaysandbox.core.ours import our_page, our_reply
from replaysandbox.core.pack import Pack, Route


def aim(request: Request, packs: Mapping[str, Pack], hosts: Collection[str] = ()) -> Request | Reply:
    """Find the host a base-URL request means, or answer it ourselves.

    Args:
        request: A request of the base-URL way in, session prefix taken off.
        packs: Loaded packs by name.
        hosts: Further hosts that are imitated, of a capture: `/HOST/path` means them.

    Returns:
        The request with host and path of the live API, or our own answer (`/`, `/healthz`, no such pack).
    """
    if request.known is None:
        return _aim(request, packs, hosts)
    found: tuple[object, Request] | None = request.known.get("aimed")
    if found is not None and found[0] is packs:
        return found[1]
    aimed = _aim(request, packs, hosts)
    if isinstance(aimed, Request):
        request.known["aimed"] = (packs, remembering(aimed, request.known))
    return aimed


def _aim(request: Request, packs: Mapping[str, Pack], hosts: Collection[str]) -> Request | Reply:
    if request.path == "/healthz":
        return our_page("the sandbox answers", status="ok")
    if request.path == "/":
        return _index(request, packs)
    first, _, rest = request.path[1:].partition("/")
    if first.lower() in hosts:
        return replace(request, scheme="https", host=first.lower(), port=443, path="/" + rest)
    if first in packs:
        return _aimed(request, packs[first], "/" + rest)
    if len(packs) == 1:
        return _aimed(request, next(iter(packs.values())), request.path)
    message = f"'/{first}' names no loaded pack; base URLs begin with one of: {', '.join(packs) or 'none is loaded'}"
    return our_reply(501, "miss", "no_pack", message, packs=list(packs))


def _aimed(request: Request, pack: Pack, path: str) -> Request:
    host = pack.hosts[0]
    named, _, rest = path[1:].partition("/")
    if named.lower() in pack.hosts:
        host, path = named.lower(), "/" + rest
    return replace(request, scheme="https", host=host, port=443, path=path)


def _index(request: Request, packs: Mapping[str, Pack]) -> Reply:
    place = f"http://{header(request.headers, 'host') or '127.0.0.1'}"
    listed = {
        name: {
            "title": pack.title,
            "hosts": list(pack.hosts),
            "base_url": f"{place}/{name}",
            "routes": [{"route": route.name, "curl": curl_line(place, pack, route)} for route in pack.routes],
        }
        for name, pack in packs.items()
    }
    return our_page("replaysandbox: simulated APIs of energy devices", packs=listed)


def curl_line(place: str, pack: Pack, route: Route) -> str:
    """Write a command line that calls a route; `{…}` stays for the caller to fill."""
    method = "" if route.method == "GET" else f"-X {route.method} "
    url = f"{place}/{pack.name}{route.path}"
    credential = pack.credentials[0] if pack.credentials else None
    if credential is None:
        return f"curl {method}'{url}'"
    if credential.place == "query":
        return f"curl {method}'{url}?{credential.name}={pack.example_key}'"
    scheme = f"{credential.scheme} " if credential.scheme else ""
    return f"curl {method}-H '{credential.name}: {scheme}{pack.example_key}' '{url}'"
