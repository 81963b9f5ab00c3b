"""A process's variables held against those it should have: what was dropped or written over. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import PurePath

from replaysandbox.launch.environment import SHIMS
from replaysandbox.launch.no_proxy import covers, entries
from replaysandbox.launch.obstacle import Obstacle, masked, title

PROXY_NAMES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
BUNDLE_NAMES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
NAMES = (*PROXY_NAMES, "NO_PROXY", "no_proxy", *BUNDLE_NAMES, "NODE_OPTIONS", "PYTHONPATH", "JAVA_TOOL_OPTIONS")
"""Variables that lead an app here; a process that lacks one may go another way."""

_INHERIT = "whoever starts it must pass its own environment on (no env -i, no clean list of variables)"
_PYTHON_ALONE = re.compile(r"-[A-Za-z]*[IES][A-Za-z]*")
_PYTHON_PROGRAM = re.compile(r"[^-].*|-|-[A-Za-z]*[cm].*", re.DOTALL)
"""What ends Python's own options: a file, `-`, `-c` or `-m`."""

_OVER_JAVA = ("_JAVA_OPTIONS", "JDK_JAVA_OPTIONS")
"""Variables of Java's that win over `JAVA_TOOL_OPTIONS`."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A process that was seen.

    Attributes:
        pid: Its number.
        parent: That of its parent.
        argv: Its command line.
        environ: The variables it was started with.
    """

    pid: int
    parent: int
    argv: tuple[str, ...]
    environ: Mapping[str, str]

    @property
    def program(self) -> str:
        """Name of the program, without version: `python` for `python3.13`."""
        return re.sub(r"[0-9.]+$", "", PurePath(self.argv[0]).name.lower()) if self.argv else ""

    @property
    def title(self) -> str:
        """What to call it."""
        return f"{title(self.argv)} (pid {self.pid})" if self.pid else title(self.argv)


def obstacles_in(seen: Seen, wanted: Mapping[str, str], hosts: Sequence[str]) -> Iterator[Obstacle]:
    """Say what in a process's variables and command line leads its calls past the sandbox.

    Args:
        seen: The process.
        wanted: The variables it should have.
        hosts: Imitated hosts.
    """
    yield from _proxies(seen, wanted)
    yield from _exceptions(seen, hosts)
    yield from _bundles(seen, wanted)
    yield from _over_java(seen)
    if seen.program in ("node", "nodejs"):
        yield from _node(seen)
    elif seen.program == "python":
        yield from _python(seen)
    elif seen.program == "java":
        yield from _java(seen, wanted)


def _differing(seen: Seen, wanted: Mapping[str, str], names: Sequence[str]) -> str:
    """Name the variables that are not as they should be."""
    parts = []
    for name in names:
        value = seen.environ.get(name)
        if name in wanted and value != wanted[name]:
            parts.append(f"{name} is missing" if value is None else f"{name} is {masked(value) or 'empty'}")
    return ", ".join(parts)


def _proxies(seen: Seen, wanted: Mapping[str, str]) -> Iterator[Obstacle]:
    if found := _differing(seen, wanted, PROXY_NAMES):
        yield Obstacle(f"{seen.title} is not told of our proxy", found, _INHERIT)


def _exceptions(seen: Seen, hosts: Sequence[str]) -> Iterator[Obstacle]:
    for entry in entries(seen.environ):
        led_past = [host for host in hosts if covers(entry, host)]
        if led_past:
            evidence = f"NO_PROXY has '{entry}', which covers {led_past[0]}"
            remedy = f"take '{entry}' out of NO_PROXY and no_proxy where they are set after us"
            yield Obstacle(f"{seen.title} calls {led_past[0]} without a proxy", evidence, remedy)


def _bundles(seen: Seen, wanted: Mapping[str, str]) -> Iterator[Obstacle]:
    if found := _differing(seen, wanted, BUNDLE_NAMES):
        remedy = f"{_INHERIT}; or let the system trust our CA: replaysandbox ca trust"
        yield Obstacle(f"{seen.title} may not trust our CA", found, remedy)


def _over_java(seen: Seen) -> Iterator[Obstacle]:
    for name in _OVER_JAVA:
        value = seen.environ.get(name, "")
        options = re.findall(r"-D(?:https?\.proxy\w+|https?\.nonProxyHosts|javax\.net\.ssl\.trustStore\w*)", value)
        if options:
            remedy = f"take these options out of {name}"
            yield Obstacle(f"Java follows {name} before us", f"{name} holds {', '.join(options)}", remedy)


def _node(seen: Seen) -> Iterator[Obstacle]:
    if str(SHIMS / "node") not in seen.environ.get("NODE_OPTIONS", ""):
        value = seen.environ.get("NODE_OPTIONS")
        found = "NODE_OPTIONS is missing" if value is None else f"NODE_OPTIONS is {masked(value) or 'empty'}"
        remedy = (
            "keep what is in NODE_OPTIONS and add to it; Node before 24, and apps with an own Agent, need our preload"
        )
        yield Obstacle(f"{seen.title} runs without our preload", found, remedy)


def _python(seen: Seen) -> Iterator[Obstacle]:
    options = list(takewhile(lambda word: not _PYTHON_PROGRAM.fullmatch(word), seen.argv[1:]))
    alone = next((word for word in options if _PYTHON_ALONE.fullmatch(word)), "")
    if alone:
        remedy = f"start it without {alone}, or have its aiohttp sessions made with trust_env=True"
        what = f"{seen.title} does not look at PYTHONPATH"
        yield Obstacle(what, f"it was started with {alone}: aiohttp in it ignores proxies", remedy, blocks=False)
    elif str(SHIMS / "python") not in seen.environ.get("PYTHONPATH", ""):
        value = seen.environ.get("PYTHONPATH")
        found = "PYTHONPATH is missing" if value is None else f"PYTHONPATH is {masked(value) or 'empty'}"
        remedy = "keep what is in PYTHONPATH and add to it, or have aiohttp's sessions made with trust_env=True"
        yield Obstacle(f"aiohttp in {seen.title} ignores proxies", found, remedy, blocks=False)


def _java(seen: Seen, wanted: Mapping[str, str]) -> Iterator[Obstacle]:
    if found := _differing(seen, wanted, ("JAVA_TOOL_OPTIONS",)):
        yield Obstacle(f"{seen.title} knows neither our proxy nor our CA", found, _INHERIT)
    own = [
        word.partition("=")[0] for word in seen.argv if re.match(r"-D(?:https?\.proxy|javax\.net\.ssl\.trust)", word)
    ]
    if own:
        remedy = "leave these options out; they win over what we set"
        yield Obstacle(f"{seen.title} has proxy or CA of its own", f"its command line has {', '.join(own)}", remedy)
