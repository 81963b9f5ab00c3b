"""The proxy the user had before: where something may go out, it goes out through that one. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from replaysandbox.launch.no_proxy import covers, entries


@dataclass(frozen=True, slots=True)
class ParentProxy:
    """What the user's own environment said about proxies.

    Attributes:
        http: Proxy for plain HTTP, as a URL; empty for none.
        https: Proxy for HTTPS, as a URL; empty for none.
        direct: The user's `NO_PROXY` entries: hosts to reach without it.
    """

    http: str = ""
    https: str = ""
    direct: tuple[str, ...] = ()

    def url_for(self, host: str, scheme: str = "https") -> str:
        """Give the proxy through which a host is to be reached, or empty for none."""
        if any(covers(entry, host.lower()) for entry in self.direct):
            return ""
        return self.http if scheme == "http" else self.https


def parent_proxy(environ: Mapping[str, str]) -> ParentProxy:
    """Read the proxy of the user's environment; lower case wins over upper, a scheme's own over `ALL_PROXY`.

    A proxy that is a sandbox around ours (a `run` inside a `run`) is a parent like any other: it refuses
    what it does not pass.
    """
    fallback = _proxy(environ, "all_proxy")
    return ParentProxy(
        http=_proxy(environ, "http_proxy") or fallback,
        https=_proxy(environ, "https_proxy") or fallback,
        direct=entries(environ),
    )


def _proxy(environ: Mapping[str, str], name: str) -> str:
    url = (environ.get(name) or environ.get(name.upper()) or "").strip()
    return url if not url or "://" in url else f"http://{url}"
