"""Values known by their shape: what a text is, whatever its place is called."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
import re
from typing import Any, Literal

from replaysandbox.redact.vin import is_vin, looks_like_vin

Shape = Literal["jwt", "uuid", "email", "vin", "ip", "date", "hex", "text"]

UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
JWT = re.compile(r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s?(?:[Zz]|[+-]\d{2}:?\d{2})?)?")
_HEX = re.compile(r"(?=.*[0-9])(?:[0-9a-f:.-]*[a-f][0-9a-f:.-]*|[0-9A-F:.-]*[A-F][0-9A-F:.-]*)")
_IP = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}")


def shape_of(text: str) -> Shape:
    """Say what shape a value has; its pseudonym has the same one."""
    if jwt_parts(text) is not None:
        return "jwt"
    if UUID.fullmatch(text):
        return "uuid"
    if EMAIL.fullmatch(text):
        return "email"
    if looks_like_vin(text):
        return "vin"
    if is_ip(text):
        return "ip"
    if _DATE.fullmatch(text):
        return "date"
    return "hex" if _HEX.fullmatch(text) else "text"


def is_ip(text: str) -> bool:
    """Tell whether a text is an IP address."""
    if not _IP.fullmatch(text):
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def jwt_parts(text: str) -> tuple[dict[str, Any], Any, str] | None:
    """Read a JSON web token: header, payload, signature; None where it is none.

    Source:
        RFC 7519, 3; RFC 7515, 7.1: three parts in base64url, the first a JSON object that names its algorithm.
    """
    parts = text.split(".")
    if len(parts) != 3 or not text.startswith("eyJ"):
        return None
    try:
        head, payload = (json.loads(from_base64url(part)) for part in parts[:2])
    except (ValueError, binascii.Error, RecursionError):
        return None
    return (head, payload, parts[2]) if isinstance(head, dict) and "alg" in head else None


def from_base64url(text: str) -> bytes:
    """Decode base64url without padding."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


_KEYS = (
    r"(?:amps_)?[spr]k_(?:test|live)_[A-Za-z0-9_-]{4,}|gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{20,}"
    r"|xox[abprs]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{30,}|whsec_[A-Za-z0-9+/=_-]{8,}"
    r"|npm_[A-Za-z0-9]{30,}|glpat-[A-Za-z0-9_-]{16,}"
)
"""How well-known services begin their keys. Source: their manuals; Amps: /concepts/auth-model."""

ANYWHERE: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    ("jwt", ("eyJ",), JWT),
    (
        "pem",
        ("PRIVATE KEY-----",),
        re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----[A-Za-z0-9+/=\s\\]*-----END [A-Z ]*PRIVATE KEY-----"),
    ),
    (
        "token",
        ("k_test_", "k_live_", "gh", "xox", "AKIA", "AIza", "whsec_", "npm_", "glpat-"),
        re.compile(rf"(?<![A-Za-z0-9])(?:{_KEYS})"),
    ),
    (
        "userinfo",
        ("://",),
        re.compile(r"(?<=://)[^\s/@:\"'<>?#]{1,200}:[^\s/@\"'<>?#]{1,200}(?=@)"),
    ),
    ("bearer", ("earer ",), re.compile(r"(?<=earer )[A-Za-z0-9._~+/=-]{8,}")),
    (
        "email",
        ("@", "%40"),
        re.compile(rf"(?<![A-Za-z0-9._%+'-])(?:{EMAIL.pattern.replace('@', '(?:@|%40)')})"),
    ),
    ("vin", (), re.compile(r"(?<![A-Za-z0-9])[A-HJ-NPR-Z0-9]{17}(?![A-Za-z0-9])")),
)
"""What gives itself away in any text: rule, what must be in the text for it, and what it looks like."""


def found_in(text: str) -> list[tuple[str, re.Pattern[str]]]:
    """List the rules that a text may be caught by; most by none, which is quickly told."""
    if len(text) < 5:
        return []
    return [
        (rule, pattern)
        for rule, needed, pattern in ANYWHERE
        if (any(each in text for each in needed) if needed else len(text) >= 17)
    ]


def stands_alone(rule: str, text: str) -> bool:
    """Tell whether a match of `ANYWHERE` is meant: a VIN needs its check digit, a token its three parts."""
    if rule == "vin":
        return is_vin(text)
    return rule != "jwt" or jwt_parts(text) is not None


_DENSE = re.compile(r"[A-Za-z0-9+/_=.~-]{20,}")


def is_dense(text: str) -> bool:
    """Tell whether a text reads like a key rather than like words: 20 characters or more, letters and digits mixed.

    Ours: a UUID, an instant or a dotted version is none, for APIs name things with them.
    """
    if not _DENSE.fullmatch(text) or UUID.fullmatch(text) or _DATE.match(text):
        return False
    digits = sum(letter.isdigit() for letter in text)
    letters = sum(letter.isalpha() for letter in text)
    return digits >= 3 and letters >= 3 and digits + letters >= 0.8 * len(text)
