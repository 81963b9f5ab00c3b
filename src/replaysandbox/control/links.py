"""`/v1/devices/{id}/link`: the account by which an API reaches a device, connected and disconnected by hand."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse

from replaysandbox.control import asked
from replaysandbox.control.device_views import device_by_id
from replaysandbox.core.clock import at_wall
from replaysandbox.core.command_log import linked_at
from replaysandbox.core.entries import Link


async def connect(request: Request) -> JSONResponse:
    """Connect a device, or connect it again, in every API or in `?pack=`."""
    return await _changed(request, linked=True)


async def disconnect(request: Request) -> JSONResponse:
    """Disconnect a device in every API or in `?pack=`: that API no longer lists it, and finds it no more."""
    return await _changed(request, linked=False)


async def _changed(request: Request, *, linked: bool) -> JSONResponse:
    """Tell each API's log, unless it is so already; only a first connection by hand is told although it is so."""
    asked.known(request, "pack")
    subject, session = asked.subject_of(request), asked.session_of(request)
    device = device_by_id(subject.loaded, request.path_params["id"])
    if device is None:
        raise asked.wrong(f"no device has the id '{request.path_params['id'][:80]}'", 404)
    at = at_wall(session.clock, asked.wall_of(request))
    packs = _packs(request)
    for pack in packs:
        log = session.session.log
        is_linked = linked_at(log, pack, device, at)
        first = linked and not any(link.at <= at for link in log.links.get((pack, device), ()))
        if is_linked is not linked or first:
            subject.tell(session, Link(log.count + 1, at, pack, device, linked))
    await asked.notifier_of(request).settled(session.name)
    log = session.session.log
    return JSONResponse({"linked": {name: linked_at(log, name, device, at) for name in subject.loaded.packs}})


def _packs(request: Request) -> list[str]:
    packs = list(asked.subject_of(request).loaded.packs)
    wanted = request.query_params.get("pack")
    if wanted is not None and wanted not in packs:
        raise asked.wrong(f"there is no pack '{wanted[:80]}'; there are: {', '.join(packs)}")
    return packs if wanted is None else [wanted]
