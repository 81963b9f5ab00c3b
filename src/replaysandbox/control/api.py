"""The control API's table of routes, and the app made of it. `openapi.yaml` describes the same table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Match, Route
from starlette.types import ASGIApp, ExceptionHandler

from replaysandbox.control import capture, clock, deliveries, devices, faults, journal, links, restart, status
from replaysandbox.control.guard import Guard, refusal
from replaysandbox.control.subject import Notifier, Subject
from replaysandbox.core.errors import SandboxError

ROUTES = (
    ("GET", "/v1/ready", status.ready),
    ("GET", "/v1/openapi.json", status.describe),
    ("GET", "/v1/status", status.read_status),
    ("GET", "/v1/sessions", status.list_sessions),
    ("POST", "/v1/sessions/{name}/reset", status.reset_session),
    ("GET", "/v1/sessions/{name}/capture", capture.read_capture),
    ("GET", "/v1/faults", faults.list_faults),
    ("POST", "/v1/faults", faults.add_fault),
    ("DELETE", "/v1/faults", faults.clear_faults),
    ("POST", "/v1/packs/reload", status.reload_packs),
    ("POST", "/v1/restart", restart.restart),
    ("GET", "/v1/clock", clock.read_clock),
    ("PUT", "/v1/clock", clock.set_clock),
    ("POST", "/v1/clock/advance", clock.advance_clock),
    ("GET", "/v1/journal", journal.read_journal),
    ("DELETE", "/v1/journal", journal.clear_journal),
    ("GET", "/v1/devices", devices.list_devices),
    ("GET", "/v1/devices/{id}", devices.read_device),
    ("PATCH", "/v1/devices/{id}", devices.steer_device),
    ("POST", "/v1/devices/{id}/link", links.connect),
    ("DELETE", "/v1/devices/{id}/link", links.disconnect),
    ("GET", "/v1/deliveries", deliveries.list_deliveries),
    ("POST", "/v1/deliveries/{id}/resend", deliveries.resend_delivery),
)


def build_app(subject: Subject, notifier: Notifier, token: str, port: int, wall: Callable[[], datetime]) -> ASGIApp:
    """Make the control API of an engine.

    Args:
        subject: The engine.
        notifier: What makes due things happen on its clocks.
        token: What requests must carry.
        port: Port it will be served on; `Host` must name it.
        wall: Reads the wall clock.
    """
    routes = [Route(path, handler, methods=[method]) for method, path, handler in ROUTES]
    app = Starlette(routes=routes, exception_handlers=_HANDLERS)
    app.state.subject = subject
    app.state.notifier = notifier
    app.state.wall = wall
    app.router.redirect_slashes = False
    return Guard(app, token, port)


async def _told(request: Request, error: Exception) -> JSONResponse:
    """Say what is wrong with a request, in JSON."""
    assert isinstance(error, HTTPException)  # noqa: S101 - for the type checker: it is registered for these alone
    if error.status_code == 405:
        allowed = ", ".join(_methods(request))
        return refusal(405, "method_not_allowed", f"this path takes: {allowed}", Allow=allowed)
    names = {400: "bad_request", 404: "not_found", 409: "conflict"}
    return refusal(error.status_code, names.get(error.status_code, "refused"), error.detail)


def _methods(request: Request) -> list[str]:
    """List the methods a path takes, over all routes of its own."""
    routes = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for route in routes for method in route.methods})


async def _not_kept(_: Request, error: Exception) -> JSONResponse:
    """Say that the state file could not be written; then nothing has changed."""
    return refusal(507, "not_kept", f"the sandbox's state could not be kept, so this did not happen: {error}")


async def _cannot(_: Request, error: Exception) -> JSONResponse:
    """Say what is wrong with a file or a folder of the user's."""
    return refusal(409, "conflict", str(error))


async def _failed(_: Request, error: Exception) -> JSONResponse:
    """Say that it is our fault; starlette raises on, so that the traceback is seen."""
    return refusal(500, "bug", f"{type(error).__name__}: {error}")


_HANDLERS: Mapping[Any, ExceptionHandler] = {
    HTTPException: _told,
    OSError: _not_kept,
    SandboxError: _cannot,
    Exception: _failed,
}
