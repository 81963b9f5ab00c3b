"""The header fields of one attempt: what an API adds to its messages, and the signature. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

from standardwebhooks import Webhook

from replaysandbox.core.webhooks import Message, Signing, Webhooks

Headers = tuple[tuple[str, str], ...]

USER_AGENT = "replaysandbox"


def signed_headers(webhooks: Webhooks, message: Message, secret: str, wall: datetime) -> Headers:
    """Make the header fields of an attempt.

    Args:
        webhooks: How the API sends.
        message: What is sent.
        secret: What it is signed with.
        wall: Wall instant of the attempt: receivers hold the timestamp against their own clock.
    """
    own = tuple((name, _filled(value, message, wall)) for name, value in webhooks.headers)
    named = {name.lower() for name, _ in own}
    usual = (("Content-Type", "application/json"), ("User-Agent", USER_AGENT))
    return (
        *(field for field in usual if field[0].lower() not in named),
        *own,
        *_signature(webhooks.sign, message, secret, wall),
    )


def _signature(sign: Signing, message: Message, secret: str, wall: datetime) -> Headers:
    if sign.scheme == "none":
        return ()
    if sign.scheme == "standard":
        return (
            (f"{sign.headers}-id", message.id),
            (f"{sign.headers}-timestamp", _seconds(wall)),
            (f"{sign.headers}-signature", Webhook(secret).sign(message.id, wall, message.body.decode())),
        )
    over = _filled(sign.over, message, wall).encode().split(b"{body}")
    signature = keyed_hash(sign, secret, message.body.join(over))
    return ((sign.header, _filled(sign.value, message, wall).replace("{signature}", signature)),)


def keyed_hash(sign: Signing, secret: str, data: bytes) -> str:
    """Hash data with a secret, as an API's own scheme does."""
    digest = hmac.new(secret.encode(), data, getattr(hashlib, sign.algorithm)).digest()
    return digest.hex() if sign.encoding == "hex" else base64.b64encode(digest).decode()


def _filled(text: str, message: Message, wall: datetime) -> str:
    for name, value in _blanks(message, wall):
        text = text.replace(f"{{{name}}}", value)
    return text


def _blanks(message: Message, wall: datetime) -> tuple[tuple[str, str], ...]:
    return ("id", message.id), ("uuid", message.uuid), ("event", message.event), ("timestamp", _seconds(wall))


def _seconds(wall: datetime) -> str:
    return str(int(wall.timestamp()))


def well_formed(sign: Signing, secret: str) -> bool:
    """Tell whether a secret can be used by a scheme; Standard Webhooks wants 24 to 64 bytes in base64.

    Source:
        Standard Webhooks, specification, "Signature scheme", 2023.
    """
    if sign.scheme != "standard":
        return bool(secret)
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        return False
    return 24 <= len(key) <= 64
