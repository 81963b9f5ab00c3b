"""A session, and which one a request belongs to. First hit wins: header, baggage, proxy user, path, credential."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from urllib.parse import unquote

from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.exchange import Request, header, remembering
from replaysandbox.core.fault import FaultRule
from replaysandbox.core.quick import quick
from replaysandbox.core.realism import PulledKey, Spent, SpentKey

DEFAULT = "default"
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PATH = re.compile(r"/~([^/]*)(/.*|$)")


@quick
@dataclass(frozen=True, slots=True)
class Session:
    """What an answer depends on beside the packs, the world and the instant.

    Attributes:
        name: Its name.
        log: What it was told to do.
        rules: Faults it was told to raise.
        hits: Fault rule → how often it has hit.
        seen: How many requests came before.
        spent: Calls that count against limits; None where none does.
        pulled: Device → instant at which it was last asked for sooner than its readings come.
    """

    name: str = DEFAULT
    log: CommandLog = field(default_factory=CommandLog)
    rules: tuple[FaultRule, ...] = ()
    hits: Mapping[str, int] = field(default_factory=dict)
    seen: int = 0
    spent: Mapping[SpentKey, Spent] | None = field(default_factory=dict)
    pulled: Mapping[PulledKey, datetime] = field(default_factory=dict)


def valid_session_name(name: str) -> bool:
    """Tell whether a text can name a session: letters, digits, dot, dash, underscore, at most 64."""
    return _NAME.fullmatch(name) is not None


def choose_session(request: Request, credential: str = "") -> tuple[str, Request]:
    """Choose the session of a request, and take a session's prefix off its path.

    Args:
        request: The request; a `/~name` prefix counts on the base-URL way in only.
        credential: The caller's credential where sessions go by credential; empty where they do not.

    Returns:
        The name as asked for (it may be no valid one: see `valid_session_name`) and the request without prefix.
    """
    if request.known is None or credential:
        return _chosen(request, credential)
    found: tuple[str, Request] | None = request.known.get("session")
    if found is None:
        found = request.known["session"] = _chosen(request, credential)
        remembering(found[1], request.known)
    return found


def _chosen(request: Request, credential: str) -> tuple[str, Request]:
    prefixed = _PATH.fullmatch(request.path) if request.way == "base" else None
    rest = replace(request, path=prefixed[2] or "/") if prefixed else request
    asked = header(request.headers, "x-sandbox-session") or _baggage(request) or request.proxy_user
    if not asked and prefixed:
        asked = unquote(prefixed[1])
    if not asked and credential:
        asked = "key-" + sha256(credential.encode()).hexdigest()[:12]
    return asked or DEFAULT, rest


def _baggage(request: Request) -> str:
    """Read `sandbox-session` from W3C baggage.

    Source: W3C, Propagation format for distributed context: Baggage, 2024, section 3.
    """
    baggage = header(request.headers, "baggage")
    for member in baggage.split(",") if baggage else ():
        name, _, value = member.partition(";")[0].partition("=")
        if name.strip() == "sandbox-session":
            return unquote(value.strip())
    return ""
