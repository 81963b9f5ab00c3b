"""URLs: taken apart, as somebody else has written them, and written for people."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def url_parts(text: str) -> SplitResult:
    """Take a URL apart; one that cannot be, as `https://[`, has no parts."""
    try:
        parts = urlsplit(text)
        _ = parts.hostname, parts.port  # looked at late, and as easily wrong
    except ValueError:
        return urlsplit("")
    return parts


def url_text(scheme: str, host: str, port: int, path: str, query: str = "") -> str:
    """Write a URL; the port is left out where it is the scheme's own, or 0.

    Args:
        scheme: `http` or `https`.
        host: Host, without brackets.
        port: Port.
        path: Path, percent-encoded.
        query: Query, without `?`.
    """
    place = f"[{host}]" if ":" in host else host
    if port not in (443 if scheme == "https" else 80, 0):
        place = f"{place}:{port}"
    return f"{scheme}://{place}{path}" + (f"?{query}" if query else "")
