"""What a control request asks for, read from its query and body; wrong ones end in a clear 400."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from replaysandbox.control.subject import Notifier, Session, Subject
from replaysandbox.core.duration import parse_duration
from replaysandbox.core.json_body import BadBody, read_json
from replaysandbox.core.session import DEFAULT


def wrong(message: str, status: int = 400) -> HTTPException:
    """Make the answer to a request that cannot be understood."""
    return HTTPException(status, message)


def subject_of(request: Request) -> Subject:
    """Give the engine this API is about."""
    subject: Subject = request.app.state.subject
    return subject


def notifier_of(request: Request) -> Notifier:
    """Give what makes due things happen."""
    notifier: Notifier = request.app.state.notifier
    return notifier


def wall_of(request: Request) -> datetime:
    """Read the wall clock."""
    wall: datetime = request.app.state.wall()
    return wall


def session_of(request: Request) -> Session:
    """Find the session that `?session=` names."""
    return _session(request, request.query_params.get("session", DEFAULT))


def named_session(request: Request) -> Session:
    """Find the session that the path names."""
    return _session(request, request.path_params["name"])


def _session(request: Request, name: str) -> Session:
    sessions = subject_of(request).sessions
    if name not in sessions:
        raise wrong(f"there is no session '{name[:80]}'; it begins with its first request", 404)
    return sessions[name]


def known(request: Request, *names: str) -> None:
    """Refuse query parameters that this path does not take."""
    allowed = {"session", *names}
    extra = sorted(set(request.query_params) - allowed)
    if extra:
        raise wrong(f"unknown query parameter '{extra[0]}'; this path takes: {', '.join(sorted(allowed))}")


def instant(request: Request, name: str) -> datetime | None:
    """Read an instant from the query; None where it is not given."""
    text = request.query_params.get(name)
    return None if text is None else parsed_instant(text, name)


def parsed_instant(text: object, name: str) -> datetime:
    """Parse an ISO 8601 instant; it must have an offset."""
    try:
        # A `+` that was not escaped arrives as a blank, and no other blank stands before an offset.
        at = datetime.fromisoformat(str(text).strip().replace(" ", "+") if "T" in str(text) else str(text))
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise wrong(f"{name} is '{str(text)[:60]}'; it takes an instant such as 2026-06-01T12:00:00Z")


def span(text: object, name: str) -> timedelta:
    """Parse a length of time."""
    try:
        return parse_duration(str(text))
    except (ValueError, OverflowError) as error:
        raise wrong(f"{name}: {error}") from None


def whole(request: Request, name: str, default: int, most: int) -> int:
    """Read a whole number from the query, at least 0."""
    text = request.query_params.get(name, str(default))
    if not text.isdecimal() or not text.isascii() or len(text) > 20 or int(text) > most:
        raise wrong(f"{name} is '{text[:40]}'; it takes a whole number from 0 to {most}")
    return int(text)


def flag(request: Request, name: str) -> bool | None:
    """Read true or false from the query; None where it is not given."""
    text = request.query_params.get(name)
    if text is None:
        return None
    if text.lower() not in ("true", "false"):
        raise wrong(f"{name} is '{text[:40]}'; it takes true or false")
    return text.lower() == "true"


async def json_object(request: Request) -> dict[str, Any]:
    """Read a JSON object, strictly."""
    value = read_json(await request.body())
    if isinstance(value, BadBody):
        raise wrong(f"the body {value.reason}")
    if not isinstance(value, dict):
        raise wrong("the body is not a JSON object")
    return value


async def body(request: Request, *names: str) -> dict[str, Any]:
    """Read a JSON object with these members and no others."""
    value = await json_object(request)
    extra = sorted(set(value) - set(names))
    if extra:
        raise wrong(f"unknown member '{extra[0][:60]}'; this path takes: {', '.join(names)}")
    return value
