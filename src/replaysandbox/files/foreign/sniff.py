"""Which format a file is in, by what is in it; its name says so where there is nothing in it, or nothing clear."""

from __future__ import annotations

import re
from pathlib import Path

from replaysandbox.files.capture_line import FORMAT
from replaysandbox.files.foreign.json_stream import opened, top_keys

HEAD = 64 * 1024
"""How much of a file is looked at. Ours. [B]"""

KEYS = {
    "log": "har",
    "interactions": "vcr",
    "http_interactions": "vcr",
    "mappings": "wiremock",
    "request": "wiremock",
    "data": "hoverfly",
}
"""Key of a JSON document's outermost object → format."""

_YAML = re.compile(rb"^(http_)?interactions:", re.MULTILINE)
_OLD_VCR = re.compile(rb"\s*- request: !!python/object")
"""VCR.py 0.x: refused where it is read, with the reason."""

_FLOWS = re.compile(rb"\d{1,12}:\d{1,12}:")


def sniffed(path: Path) -> str:
    """Name the format that a file or folder is in by what is in it, or empty.

    Raises:
        SandboxError: It cannot be read.
    """
    if path.is_dir():
        return "wiremock" if (path / "mappings").is_dir() or any(path.glob("*.json")) else ""
    with opened(path) as file:
        head = file.read(HEAD)
    if f'"format":"{FORMAT}"'.encode() in head[:200]:
        return "capture"
    if _FLOWS.match(head):
        return "flows"
    if head.lstrip()[:1] == b"{":
        return next((KEYS[key] for key in top_keys(path) if key in KEYS), "")
    return "vcr" if _YAML.search(head) or _OLD_VCR.match(head) else ""
