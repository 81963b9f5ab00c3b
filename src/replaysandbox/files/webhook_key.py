"""What webhooks are signed with: secrets made from one key of this installation, a different one for each pack."""

from __future__ import annotations

import base64
import hmac
import secrets
from pathlib import Path

from replaysandbox.files.whole import make_once

KEY_FILE = "webhook.key"
_KEY_BYTES = 32
_SECRET_BYTES = 24


def own_secret(folder: Path, pack: str) -> str:
    """Give the secret of a pack on this installation: always the same here, and nowhere else.

    Args:
        folder: A folder that only the user can reach.
        pack: Name of the pack.

    Returns:
        As Standard Webhooks writes secrets: `whsec_` and base64.
    """
    digest = hmac.digest(_key(folder), f"webhooks of {pack}".encode(), "sha256")
    return "whsec_" + base64.b64encode(digest[:_SECRET_BYTES]).decode()


def _key(folder: Path) -> bytes:
    """Read the key; make it the first time. Of two who make it at once, one wins and both read that."""
    path = folder / KEY_FILE
    if not path.exists():
        make_once(path, secrets.token_bytes(_KEY_BYTES))
    return path.read_bytes()
