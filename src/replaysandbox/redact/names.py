"""What the name of a field says of its value: a secret, something personal, a place, or nothing of the kind."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Meaning = Literal["", "secret", "personal", "place"]

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_SECRET = frozenset(
    (
        "password",
        "passwd",
        "pwd",
        "passphrase",
        "passcode",
        "secret",
        "secrets",
        "token",
        "tokens",
        "jwt",
        "credential",
        "credentials",
        "authorization",
        "cookie",
        "cookies",
        "otp",
        "csrf",
        "xsrf",
        "signature",
        "apikey",
        "bearer",
        "assertion",
        "pincode",
        "sessionid",
        "accesskey",
        "privatekey",
        "authcode",
    )
)
_SECRET_ALONE = frozenset(
    (
        "pin",
        "auth",
        "session",
        "sid",
        "sig",
        "code_verifier",
        "passwort",
    )
)
_SECRET_PHRASES = (
    "api key",
    "access key",
    "private key",
    "secret key",
    "session id",
    "session key",
    "auth code",
    "authorization code",
    "mfa code",
    "verification code",
    "security code",
    "device code",
    "user code",
    "code verifier",
    "code challenge",
    "auth key",
    "app key",
    "client key",
    "pass code",
    "pin code",
)
_PERSONAL = frozenset(
    (
        "vin",
        "email",
        "emails",
        "mail",
        "serial",
        "phone",
        "phones",
        "mobile",
        "telephone",
        "fax",
        "address",
        "addresses",
        "street",
        "postcode",
        "zipcode",
        "zip",
        "postal",
        "firstname",
        "lastname",
        "surname",
        "nickname",
        "fullname",
        "username",
        "displayname",
        "iban",
        "ssn",
        "birthday",
        "birthdate",
        "birth",
        "dob",
        "plate",
        "imei",
        "imsi",
        "iccid",
        "ssid",
        "ipaddress",
        "macaddress",
        "vins",
        "serialnumber",
        "sitename",
    )
)
_PERSONAL_ALONE = frozenset(
    (
        "sn",
        "gsn",
        "din",
        "sub",
        "tel",
        "ip",
        "mac",
        "login",
        "user",
        "owner",
        "name",
        "house",
    )
)
_PERSONAL_PHRASES = (
    "first name",
    "last name",
    "given name",
    "family name",
    "middle name",
    "full name",
    "display name",
    "nick name",
    "user name",
    "site name",
    "home name",
    "vehicle name",
    "device name",
    "owner name",
    "customer name",
    "contact name",
    "account name",
    "account number",
    "forwarded for",
    "real ip",
    "client ip",
    "remote addr",
    "house number",
    "external user ref",
)
_PLACE = frozenset(
    (
        "latitude",
        "longitude",
        "lat",
        "lng",
        "lon",
        "latlng",
        "latlong",
        "coordinates",
        "coords",
        "geopoint",
    )
)
_PLACE_ALONE = frozenset(
    (
        "long",
        "ll",
        "geo",
        "point",
    )
)

_SECRET_ENDS = ("token", "secret", "password", "apikey")
"""How names end that are written in one word: `authtoken`."""

_NEUTRAL_END = frozenset(
    (
        "type",
        "types",
        "expiry",
        "expires",
        "expiration",
        "exp",
        "url",
        "uri",
        "endpoint",
        "lifetime",
        "ttl",
        "count",
        "limit",
        "status",
        "enabled",
        "required",
        "length",
        "in",
        "at",
        "valid",
        "verified",
        "format",
        "algorithm",
        "alg",
        "method",
        "scheme",
        "policy",
        "source",
        "version",
        "label",
        "country",
        "state",
        "updated",
        "hint",
    )
)
"""Last words of names that speak *about* a secret or a person: `token_type`, `email_verified`."""

_LONGEST_KNOWN = 200
"""Longer names are not remembered: a key of somebody's JSON may have a megabyte. Ours. [letters]"""

_IDENTIFIER = re.compile(r"[a-z]+(?:[_.:-][a-z]+)*")


def words_of(name: str) -> tuple[str, ...]:
    """Split a name as programmers join it: `accessToken`, `access_token`, `Access-Token` are two words each."""
    return tuple(word.lower() for word in _WORDS.findall(name))


def meaning(name: str) -> Meaning:
    """Say what a field's name tells of its value.

    Args:
        name: Name of a header, query or form parameter, JSON key, or cookie; in any usual spelling.
    """
    return _known(name) if len(name) <= _LONGEST_KNOWN else _meaning(name)


def _meaning(name: str) -> Meaning:
    words = words_of(name)
    if not words or (len(words) > 1 and words[-1] in _NEUTRAL_END):
        return ""
    phrase = " ".join(words)
    joined = "".join(words)
    if joined.endswith(_SECRET_ENDS):
        return "secret"
    tables: tuple[tuple[Meaning, frozenset[str], frozenset[str], tuple[str, ...]], ...] = (
        ("secret", _SECRET, _SECRET_ALONE, _SECRET_PHRASES),
        ("place", _PLACE, _PLACE_ALONE, ()),
        ("personal", _PERSONAL, _PERSONAL_ALONE, _PERSONAL_PHRASES),
    )
    for told, anywhere, alone, phrases in tables:
        if not anywhere.isdisjoint((*words, joined)) or joined in alone or _holds(phrase, phrases):
            return told
    return ""


_known = lru_cache(maxsize=4096)(_meaning)


def _holds(phrase: str, phrases: tuple[str, ...]) -> bool:
    return any(f" {each} " in f" {phrase} " for each in phrases)


def is_neutral(name: str) -> bool:
    """Tell whether a key inside something secret or personal (an address) is about it rather than part of it."""
    words = words_of(name)
    return bool(words) and words[-1] in _NEUTRAL_END


def is_plain_word(name: str, value: str) -> bool:
    """Tell whether the value of a field `name` names a thing of the API (`safety_reserve`) and nobody's person."""
    return words_of(name) == ("name",) and len(value) <= 32 and _IDENTIFIER.fullmatch(value) is not None
