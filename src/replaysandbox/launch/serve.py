"""Start and stop of everything together: engine, proxy, control API, the watch on packs."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from replaysandbox.control.api import build_app
from replaysandbox.control.server import serving
from replaysandbox.files.folders import ca_folder, runtime_folder
from replaysandbox.files.places import PROFILES, SCHEMAS
from replaysandbox.files.reports import report_targets, try_targets
from replaysandbox.files.running import Running, registered
from replaysandbox.files.settings import Settings
from replaysandbox.launch.comparing import Comparing
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.journaling import journaling
from replaysandbox.launch.keeping import kept_engine
from replaysandbox.launch.notifying import Notifier, notifying
from replaysandbox.launch.parent_proxy import parent_proxy
from replaysandbox.launch.receivers import receivers, webhook_secrets
from replaysandbox.launch.recording import Recording
from replaysandbox.launch.replaying import ReplayWish
from replaysandbox.launch.restarting import Sources, restarting
from replaysandbox.launch.wall import wall_clock
from replaysandbox.launch.watch import reloading, stamps
from replaysandbox.proxy.ca import open_authority
from replaysandbox.proxy.listening import listen
from replaysandbox.proxy.settings import ProxySettings

if TYPE_CHECKING:
    from replaysandbox.proxy.inspecting import Inspector

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Serving:
    """A sandbox that runs in this process."""

    engine: Engine
    notifier: Notifier
    running: Running
    recording: Recording | None = None
    comparing: Comparing | None = None


@asynccontextmanager
async def serve(
    settings: Settings,
    verb: str,
    environ: Mapping[str, str],
    folder: Path,
    say: Say,
    capture: Path | None = None,
    replay: ReplayWish | None = None,
    watchers: Sequence[object] = (),
) -> AsyncIterator[Serving]:
    """Run a sandbox while the block runs.

    Args:
        settings: What the user asked for.
        verb: What starts it: `up`, `run`, `record`, `replay`, `compare` or `probe`.
        environ: The environment the user called us in; a proxy in it becomes our parent.
        folder: Where the user stands.
        say: Tells the user something that happens meanwhile.
        capture: File that `record` writes.
        replay: What `replay` answers from.
        watchers: Further mitmproxy addons, that look on.

    Raises:
        SandboxError: A pack, a setting, a port or the place of a report is not as it should be.
    """
    try_targets(report_targets(settings.report))
    own = (settings.project / "sandbox",) if settings.project else ()
    folders = [place for place in (PROFILES, SCHEMAS, *settings.pack_dir, *own) if place.is_dir()]
    loaded = stamps(folders)
    async with AsyncExitStack() as stack:
        engine = stack.enter_context(kept_engine(settings, wall_clock(), say))
        sources = stack.enter_context(
            restarting(engine, Sources(capture, replay, compares=verb == "compare"), wall_clock(), say, folder)
        )
        keeper = sources.keeper
        if verb not in ("repro", "probe", "doctor"):  # whose calls are not the app's own
            stack.enter_context(journaling(engine, say))
        if verb == "up":  # beside a child's own output it would only disturb; `run` sums up at its end
            engine.say = say
        authority = open_authority(ca_folder(), leaves_last=settings.app_clock)
        token = secrets.token_urlsafe(24)
        # mitmproxy takes 0.6 s to import: only once the user's own files are known to be fine.
        from replaysandbox.proxy.master import run_proxy

        secrets_of = webhook_secrets(settings, engine.loaded.packs, ca_folder())
        listener = stack.enter_context(listen("127.0.0.1", settings.control_port, "--control-port"))
        control_port: int = listener.getsockname()[1]
        looking = settings.inspect and verb != "repro"  # whose sandboxes come and go by the hundred
        inspectors = [await stack.enter_async_context(_inspecting(settings))] if looking else []
        other_ports = {control_port, *(each.port for each in inspectors)}
        proxy_settings = ProxySettings(
            authority,
            bind=settings.bind,
            port=settings.port,
            password=settings.proxy_password,
            parent=parent_proxy(environ).url_for,
            own_ports=other_ports,
            upstreams=dict(each.split("=", 1) for each in settings.upstream),
            upstream_ca=settings.upstream_ca,
            strict=engine.reaches_out,
            keeper=sources,
            lane="flow" if engine.reaches_out or inspectors else settings.lane,
            limits=settings.limits,
        )
        proxy = await stack.enter_async_context(run_proxy(engine, proxy_settings, (*watchers, *inspectors)))
        own_ports = frozenset({*other_ports, int(proxy.url.rpartition(":")[2])})
        notifier = await stack.enter_async_context(notifying(engine, settings, secrets_of, own_ports))
        app = build_app(engine, notifier, token, control_port, wall_clock)
        await stack.enter_async_context(serving(app, listener))
        running = Running(
            pid=os.getpid(),
            verb=verb,
            mode=engine.mode,
            project=str(settings.project or folder),
            proxy_url=proxy.url,
            base_url=proxy.url,
            ca_file=str(authority.certificate_file),
            control_url=f"http://127.0.0.1:{control_port}",
            control_token=token,
            hosts=engine.hosts,
            passes=settings.pass_,
            proxy_password=settings.proxy_password,
            webhooks=tuple(each.url for each in receivers(settings)),
            webhook_secrets=secrets_of,
        )
        if verb != "repro":  # its sandboxes are nobody else's to steer
            stack.enter_context(registered(running, runtime_folder()))
        await stack.enter_async_context(reloading(engine, folders, loaded, say))
        for inspector in inspectors:
            say(f"mitmweb shows the calls: {inspector.url}")
        recording = keeper if isinstance(keeper, Recording) else None
        comparing = keeper if isinstance(keeper, Comparing) else None
        yield Serving(engine, notifier, running, recording, comparing)


@asynccontextmanager
async def _inspecting(settings: Settings) -> AsyncIterator[Inspector]:
    from replaysandbox.proxy.inspecting import inspecting  # half a second, for those who want it

    with listen("127.0.0.1", 0, "--inspect") as listener:
        async with inspecting(listener, settings.limits.journal_exchanges, settings.limits.journal_bytes) as inspector:
            yield inspector
