"""The options that `run` and `up` share, for command line, environment and replaysandbox.yaml alike.

A new option is one line in `OPTIONS`, one field in `files.settings.Settings`, one key in
`settings.schema.json`; a test holds the three together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from replaysandbox.core.limits import Limits

Parse = Callable[[str], Any]

FINDING_KINDS = ("miss", "violation", "law", "none")
"""What `--fail-on` may name."""

REPORT_KINDS = ("json", "junit", "markdown", "sarif")
"""What `--report` may write."""


@dataclass(frozen=True, slots=True)
class Option:
    """One setting, wherever it is given.

    Attributes:
        name: Key in replaysandbox.yaml, field of Settings, and, in capitals, `REPLAYSANDBOX_NAME`.
        parse: Text → value; raises ValueError with a reason a user understands.
        default: Value when nobody says anything.
        metavar: What the help shows for the value; empty for a switch.
        help: One line for the help.
        many: May be given several times; in one text the values are parted by commas.
        secret: Never shown.
        commas: A value may hold commas: on the command line each has an option of its own.
    """

    name: str
    parse: Parse
    default: Any
    metavar: str
    help: str
    many: bool = False
    secret: bool = False
    commas: bool = False

    @property
    def flag(self) -> str:
        """The option on the command line."""
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """The option in the environment."""
        return "REPLAYSANDBOX_" + self.name.upper()


def word(text: str) -> str:
    """Take a name as it stands."""
    if not text.strip():
        raise ValueError("is empty")
    return text.strip()


def whole(lowest: int, highest: int) -> Parse:
    """Make a parser of whole numbers within bounds, both included."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"[-+]?[0-9_]{1,20}", text.strip()):
            raise ValueError(f"'{text}' is not a whole number")
        number = int(text)
        if not lowest <= number <= highest:
            raise ValueError(f"{number} is not within {lowest} to {highest}")
        return number

    return parse


def factor(text: str) -> float:
    """Parse how many sandbox seconds pass in one wall second."""
    try:
        number = float(text.strip().lower().lstrip("x"))
    except ValueError:
        raise ValueError(f"'{text}' is not a number such as 60 or 0.5") from None
    if not 0 < number <= 1_000_000:
        raise ValueError(f"{text} is not above 0 and at most 1,000,000; to stop the clock use --freeze")
    return number


def switch(text: str) -> bool:
    """Parse yes or no, as people write it in variables."""
    match text.strip().lower():
        case "1" | "true" | "yes" | "on":
            return True
        case "0" | "false" | "no" | "off" | "":
            return False
    raise ValueError(f"'{text}' is neither true nor false")


def instant(text: str) -> datetime:
    """Parse an ISO 8601 instant; without an offset it is UTC, without a time it is midnight."""
    try:
        at = datetime.fromisoformat(text.strip())
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"'{text}' is not an instant such as 2026-06-01T12:00:00Z") from None


def hour(text: str) -> str:
    """Check an hour of the day, `HH:MM`."""
    if not re.fullmatch(r"([01]?[0-9]|2[0-3]):[0-5][0-9]", text.strip()):
        raise ValueError(f"'{text}' is not an hour of the day such as 03:12")
    return text.strip().zfill(5)


def zone(text: str) -> str:
    """Check the name of a time zone."""
    try:
        return ZoneInfo(text.strip()).key
    except (KeyError, ValueError, OSError):  # unknown; odd characters; a folder such as "Europe"
        raise ValueError(f"'{text}' is not a time zone such as Europe/Berlin") from None


def host_glob(text: str) -> str:
    """Check a host name or glob such as `*.example.com`."""
    host = text.strip().lower()
    if "/" in host:
        raise ValueError(f"'{text}' is a URL or path; give only the host")
    if not re.fullmatch(r"[a-z0-9*?.\-_\[\]:]{1,253}", host):
        raise ValueError(f"'{text}' is not a host name or glob such as *.example.com")
    if host != "*" and not re.search(r"[a-z0-9]", host):
        raise ValueError(f"'{text}' names no host; for every host that is not imitated write '*'")
    return host


def host(text: str) -> str:
    """Check a host name: no glob, no port."""
    name = host_glob(text)
    if "*" in name or "?" in name:
        raise ValueError(f"'{text}' is a glob; name each live host")
    return name


def write_allowed(text: str) -> str:
    """Check a call that may go out though it writes: `METHOD /path`, or `all`."""
    method, _, path = text.strip().partition(" ")
    if text.strip() == "all":
        return "all"
    if not re.fullmatch(r"[A-Za-z]{1,24}", method) or not re.fullmatch(r"/[^?#\s]*", path.strip()):
        raise ValueError(f"'{text}' is not a method and a path such as 'POST /battery/{{id}}', nor the word all")
    return f"{method.upper()} {path.strip()}"


def upstream(text: str) -> str:
    """Check where a live host really is: `HOST=http(s)://ADDRESS[:PORT]`."""
    name, equals, url = text.strip().partition("=")
    if not equals or not re.fullmatch(r"https?://(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?/?", url):
        raise ValueError(f"'{text}' is not of the form HOST=https://127.0.0.1:8443")
    return f"{host(name)}={url.rstrip('/')}"


_FOR_PACK = re.compile(r"([A-Za-z0-9_-]+)=(.*[^=].*)", re.DOTALL)


def for_pack(text: str) -> tuple[str, str]:
    """Part `PACK=VALUE`; the pack is empty where only a value was given."""
    found = _FOR_PACK.fullmatch(text)
    return (found[1], found[2]) if found and not found[1].startswith("whsec_") else ("", text)


def receiver(text: str) -> str:
    """Check `URL` or `PACK=URL`."""
    pack, url = for_pack(text.strip())
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or re.search(r"[^\x21-\x7e]", url):
        raise ValueError(f"'{url}' is not a URL such as http://127.0.0.1:9000/hook")
    if urlsplit(url).username is not None:
        raise ValueError("a receiver's URL holds no user name or password: it is shown to people")
    return f"{pack}={url}" if pack else url


def report(text: str) -> str:
    """Check `KIND=FILE`."""
    kind, _, file = text.strip().partition("=")
    if kind not in REPORT_KINDS or not file:
        raise ValueError(f"'{text}' is not of the form KIND=FILE, with a kind out of {', '.join(REPORT_KINDS)}")
    return f"{kind}={file}"


def one_of(*choices: str) -> Parse:
    """Make a parser that takes one of some words."""

    def parse(text: str) -> str:
        if text.strip().lower() not in choices:
            raise ValueError(f"'{text}' is not one of {', '.join(choices)}")
        return text.strip().lower()

    return parse


_PORT = whole(0, 65535)
_SESSION_BY = "Calls that name no session share one: default; or have one per key: credential."
_ON_MISS = "What no route or capture answers: refuse, forward, record, or (replay) simulate."
_WRITES = "Let this write reach the live API: 'METHOD /path/{id}' (repeatable), or all."
_REALISM = "easy: each reading fresh, no limits; vendor: caches, lags, limits as the packs say."
_INSPECT = "Open mitmweb beside the sandbox, on this machine only, and show its calls there."
_LANE = "How calls are served: fast; or flow, by mitmproxy's own flows, seven times slower."
_FAIL_ON = "Findings that make `run` end with 65: miss, violation, law or none (repeatable)."
_REPORT = "At the end also write json, junit, markdown or sarif."
_SIGNED_WITH = "What they are signed with (default: this installation's own; `replaysandbox env` tells)."

OPTIONS: tuple[Option, ...] = (
    Option("pack", word, (), "P", "Imitate this API only (repeatable; default: all packs).", many=True),
    Option("pack_dir", word, (), "DIR", "Also look for packs in DIR (repeatable).", many=True, commas=True),
    Option("scenario", word, "default", "S", "The situation to start in."),
    Option("seed", whole(0, 2**63 - 1), None, "N", "Same seed, same devices (default: the scenario's)."),
    Option("homes", whole(1, 10**12), None, "N", "How many homes there are (default: the scenario's)."),
    Option("at", instant, None, "INSTANT", "Sandbox time starts here, e.g. 2026-06-01T12:00:00Z."),
    Option("world_at", hour, None, "HH:MM", "Devices behave as at this UTC hour; timestamps stay wall time."),
    Option("zone", zone, None, "IANA", "Curves of the day are read in this time zone."),
    Option("freeze", switch, False, "", "Sandbox time stands still."),
    Option("speed", factor, 1.0, "X", "Sandbox seconds per wall second."),
    Option("app_clock", switch, False, "", "COMMAND's clock follows the sandbox's, by libfaketime."),
    Option("state", word, None, "FILE", "Keep what devices are told in FILE (SQLite), and go on from there."),
    Option("fresh", switch, False, "", "Drop what the state file holds."),
    Option("realism", one_of("easy", "vendor"), "easy", "HOW", _REALISM),
    Option("pass", host_glob, (), "HOST", "Tunnel this host untouched (glob, repeatable).", many=True),
    Option("on_miss", one_of("refuse", "forward", "record", "simulate"), "refuse", "HOW", _ON_MISS),
    Option("live_host", host, (), "HOST", "A live host without a pack that may be reached (repeatable).", many=True),
    Option("allow_writes", write_allowed, (), "CALL", _WRITES, many=True),
    Option("upstream", upstream, (), "HOST=URL", "Where a live host really is, e.g. a test server.", many=True),
    Option("upstream_ca", word, None, "FILE", "Certificates that live hosts may also be signed with (PEM)."),
    Option("session_by", one_of("default", "credential"), "default", "HOW", _SESSION_BY),
    Option("fail_on", one_of(*FINDING_KINDS), ("miss",), "KIND", _FAIL_ON, many=True),
    Option(
        "report",
        report,
        (),
        "KIND=FILE",
        "At the end also write json, junit, markdown or sarif.",
        many=True,
        commas=True,
    ),
    Option("journal", word, None, "FILE", "Keep the journal in FILE as it happens, a JSON line each, redacted."),
    Option("bind", word, "127.0.0.1", "ADDR", "Address to listen on; not loopback needs --proxy-password."),
    Option("proxy_password", word, None, "SECRET", "Password that proxy clients must give.", secret=True),
    Option("port", _PORT, 4480, "N", "Port of the proxy; 0 for a free one."),
    Option("webhook", receiver, (), "[PACK=]URL", "Send webhooks there (repeatable).", many=True, commas=True),
    Option("webhook_secret", word, (), "[PACK=]SECRET", _SIGNED_WITH, many=True, secret=True),
    Option("control_port", _PORT, 4481, "N", "Port of the control API; 0 for a free one."),
    Option("lane", one_of("fast", "flow"), "fast", "HOW", _LANE),
    Option("inspect", switch, False, "", _INSPECT),
)

_NONE = ("connection_requests", "remembered", "capture_bytes")
_LEAST = dict.fromkeys(("head_bytes", "body_bytes", "template_bytes", "decoded_bytes"), 1024) | dict.fromkeys(_NONE, 0)
_MOST = {"head_bytes": 2**20, "body_bytes": 2**30, "request_s": 3600, "idle_s": 86_400, "connections": 100_000}

LIMITS: tuple[Option, ...] = tuple(
    Option(f"limit_{each.name}", whole(_LEAST.get(each.name, 1), _MOST.get(each.name, 2**40)), each.default, "N", "")
    for each in fields(Limits)
)
"""Bounds of `limits:` in replaysandbox.yaml and of `REPLAYSANDBOX_LIMIT_…`: no options of the command line."""

BY_NAME = {option.name: option for option in (*OPTIONS, *LIMITS)}
