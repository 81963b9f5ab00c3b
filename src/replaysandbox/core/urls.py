"""URLs that somebody else has written."""

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
