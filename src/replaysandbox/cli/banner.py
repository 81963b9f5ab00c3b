"""What `up` prints when it is ready. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from replaysandbox import __version__
from replaysandbox.base_url import curl_line
from replaysandbox.files.running import Running
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.receivers import outside, shown_url
from replaysandbox.launch.serve import Serving

_MOST_HOSTS = 6
"""Live hosts that are named one by one; of more, only whose they are. Ours."""

READY_KEYS = ("proxy_url", "base_url", "ca_file", "control_url", "control_token", "dashboard_url", "mode", "pid")
"""Members of the line that programs read. Names are fixed: interface.md."""


def ready_line(running: Running) -> str:
    """Write the one line that programs read."""
    return json.dumps({key: getattr(running, key) for key in READY_KEYS})


def banner(serving: Serving) -> list[str]:
    """Tell a person where everything is, and what may leave the machine."""
    running, loaded = serving.running, serving.engine.loaded
    settings = serving.engine.settings
    realism = ", realism vendor" if settings.realism == "vendor" else ""
    bases = [f"{running.base_url}/{name}  (for https://{pack.hosts[0]})" for name, pack in loaded.packs.items()]
    curls = [curl_line(running.base_url, pack, pack.routes[0]) for pack in loaded.packs.values() if pack.routes]
    return [
        f"replaysandbox {__version__}: {running.mode}, scenario {settings.scenario}, seed {loaded.world.seed}{realism}",
        f"  proxy      {running.proxy_url}",
        *_labelled("base URL", bases),
        *_labelled("try", curls[:1]),
        f"  CA file    {running.ca_file}",
        f"  control    {running.control_url}/v1  (token: replaysandbox env)",
        f"  leaving    {leaving(running, serving.engine)}",
        *([f"  recording  {serving.recording.path}, redacted"] if serving.recording else []),
        *_labelled("webhooks", [f"{shown_url(url)}  (secret: replaysandbox env)" for url in running.webhooks]),
        "An app's environment: replaysandbox env. Ctrl-C stops the sandbox.",
    ]


def leaving(running: Running, engine: Engine) -> str:
    """Say what may leave this machine."""
    return "; ".join([*_live(engine), *_passed(running, engine)])


def _live(engine: Engine) -> list[str]:
    if not engine.reaches_out:
        return []
    settings = engine.settings
    what = "calls" if engine.mode in ("record", "compare") else "calls that nothing here answers"
    writes = ", ".join(settings.allow_writes) or "none"
    elsewhere = [f"{host} is at {url}" for host, url in (each.split("=", 1) for each in settings.upstream)]
    told = f"{what} go on to the LIVE hosts {_hosts(engine)}; writes that may: {writes}"
    return ["; ".join([told, *elsewhere])]


def _hosts(engine: Engine) -> str:
    """Name the live hosts; those of many packs by their packs."""
    named, packs = engine.hosts, engine.loaded.packs
    if len(named) <= _MOST_HOSTS:
        return ", ".join(named)
    return ", ".join([f"of the packs {', '.join(packs)} (--pack chooses)", *engine.settings.live_host])


def _passed(running: Running, engine: Engine) -> list[str]:
    if not engine.reaches_out:
        return [_untouched(running)]
    more = running.passes or outside(running.webhooks)
    return [_untouched(running).removeprefix("only ")] if more else []


def _untouched(running: Running) -> str:
    told = outside(running.webhooks)
    webhooks = [f"webhooks to {', '.join(told)}"] if told else []
    if "*" in running.passes:
        return "; ".join(["calls to every host that is not imitated, untouched", *webhooks])
    calls = [f"calls to {', '.join(running.passes)}, untouched"] if running.passes else []
    leaves = "; ".join([*calls, *webhooks])
    return f"only {leaves}" if leaves else "nothing leaves this machine"


def detached_lines(ready: Mapping[str, Any], log: Path) -> list[str]:
    """Tell a person about a sandbox that went into the background."""
    return [
        f"The sandbox runs in the background (process {ready['pid']}).",
        f"  proxy      {ready['proxy_url']}",
        f"  CA file    {ready['ca_file']}",
        f"  control    {ready['control_url']}/v1",
        f"  log        {log}",
        'Use it: eval "$(replaysandbox env)". End it: replaysandbox down.',
    ]


def _labelled(label: str, values: list[str]) -> list[str]:
    return [f"  {label if position == 0 else '':<9}  {value}" for position, value in enumerate(values)]
