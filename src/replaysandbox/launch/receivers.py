"""Where webhooks go and what they are signed with, out of the user's settings and the loaded packs."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from replaysandbox.core.errors import Problem
from replaysandbox.core.nearest import nearest
from replaysandbox.core.pack import Pack
from replaysandbox.core.webhooks import Receiver
from replaysandbox.deliver.signing import well_formed
from replaysandbox.files.options import for_pack
from replaysandbox.files.settings import Settings
from replaysandbox.files.webhook_key import own_secret


def receivers(settings: Settings) -> tuple[Receiver, ...]:
    """List where webhooks go, each once."""
    found = (for_pack(text) for text in settings.webhook)
    return tuple(dict.fromkeys(Receiver(url, pack) for pack, url in found))


def webhook_secrets(settings: Settings, packs: Mapping[str, Pack], folder: Path) -> dict[str, str]:
    """Tell what the webhooks of each pack that has any are signed with.

    Args:
        settings: What the user asked for; the last word for a pack wins, then the last for all.
        packs: The loaded packs.
        folder: The private folder of this installation, for secrets of its own.
    """
    given = dict(for_pack(text) for text in settings.webhook_secret)
    telling = [name for name, pack in packs.items() if pack.webhooks is not None]
    return {name: given.get(name) or given.get("") or own_secret(folder, name) for name in telling}


def receiver_problems(settings: Settings, packs: Iterable[Pack]) -> Iterator[Problem]:
    """Find receivers and secrets for packs that are not there or tell nothing, and secrets that cannot be used."""
    telling = {pack.name: pack.webhooks for pack in packs if pack.webhooks is not None}
    for option in ("webhook", "webhook_secret"):
        for text in getattr(settings, option):
            pack, value = for_pack(text)
            place = Problem(settings.origins.get(option, f"--{option.replace('_', '-')}"), 0, pack, "")
            if pack and pack not in telling:
                yield _because(place, f"no loaded pack '{pack}' sends webhooks", nearest(pack, telling))
            elif option == "webhook_secret":
                for name in [pack] if pack else telling:
                    if not well_formed(telling[name].sign, value):
                        reason = f"the secret for {name} is not whsec_ and 24 to 64 bytes in base64"
                        yield _because(place, reason, "leave it out to have one made")


def _because(place: Problem, reason: str, hint: str) -> Problem:
    return Problem(place.file, place.line, place.key, reason, hint)


def shown_url(url: str) -> str:
    """Write a receiver's URL for people: without its query, user and password, which may be secret."""
    scheme, slashes, rest = url.partition("?")[0].partition("://")
    place, slash, path = rest.partition("/")
    return scheme + slashes + place.rpartition("@")[2] + slash + path


def host_of(url: str) -> str:
    """Name the host of a URL; empty where it names none, or is none: apps register what they like."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def outside(urls: Iterable[str]) -> list[str]:
    """List the hosts of receivers that are not on this machine."""
    return list(dict.fromkeys(host for host in map(host_of, urls) if not _is_here(host)))


def _is_here(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
