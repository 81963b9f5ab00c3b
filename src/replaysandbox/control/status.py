"""`/v1/ready`, `/v1/status`, `/v1/sessions`, `/v1/packs/reload`: how the sandbox itself is."""

from __future__ import annotations

from importlib import resources

from starlette.requests import Request
from starlette.responses import JSONResponse

from replaysandbox import __version__
from replaysandbox.control import asked
from replaysandbox.control.views import clock_view
from replaysandbox.core.pack import Pack
from replaysandbox.files.yaml_file import parse_yaml


async def ready(_: Request) -> JSONResponse:
    """Say that somebody listens; no more, since this needs no token."""
    return JSONResponse({"ready": True})


async def read_status(request: Request) -> JSONResponse:
    """Say what is loaded, where the clock stands, and what one session has seen."""
    asked.known(request)
    subject = asked.subject_of(request)
    session = asked.session_of(request)
    world, settings = subject.loaded.world, subject.settings
    return JSONResponse(
        {
            "version": __version__,
            "mode": subject.mode,
            "packs": [_pack_view(pack) for pack in subject.loaded.packs.values()],
            "problems": list(subject.problems),
            "scenario": settings.scenario,
            "realism": settings.realism,
            "seed": world.seed,
            "homes": world.homes,
            "pass": list(settings.pass_),
            "clock": clock_view(session.clock, asked.wall_of(request)),
            "session": session.name,
            "exchanges": len(session.journal),
            "calls": [
                {"pack": pack or None, "verdict": verdict, "count": count}
                for (pack, verdict), count in sorted(session.journal.calls.items())
            ],
        }
    )


def _pack_view(pack: Pack) -> dict[str, object]:
    routes = [route.name for route in pack.routes]
    return {"name": pack.name, "title": pack.title, "hosts": list(pack.hosts), "routes": routes}


async def list_sessions(request: Request) -> JSONResponse:
    """List the sessions that have begun."""
    asked.known(request)
    wall = asked.wall_of(request)
    sessions = [
        {"name": each.name, "exchanges": len(each.journal), "clock": clock_view(each.clock, wall)}
        for each in asked.subject_of(request).sessions.values()
    ]
    return JSONResponse({"sessions": sessions})


async def reset_session(request: Request) -> JSONResponse:
    """Put a session back to the scenario's start: clock, commands, settings, faults, journal."""
    asked.known(request)
    name = asked.named_session(request).name
    asked.subject_of(request).reset(name)
    return JSONResponse({"reset": name})


async def reload_packs(request: Request) -> JSONResponse:
    """Load the packs again; broken ones leave what is loaded as it is, and say why."""
    asked.known(request)
    subject = asked.subject_of(request)
    await subject.reload()
    loaded = sorted(subject.loaded.packs)
    return JSONResponse({"packs": loaded, "problems": list(subject.problems)}, 422 if subject.problems else 200)


async def describe(request: Request) -> JSONResponse:
    """Give this API's own OpenAPI description."""
    asked.known(request)
    text = resources.files("replaysandbox.control").joinpath("openapi.yaml").read_text("utf-8")
    return JSONResponse(parse_yaml(text, "openapi.yaml").data)
