"""What keeps an app of this shell from the sandbox, as far as can be told without running it."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from replaysandbox.files.running import Running
from replaysandbox.launch.child_variables import NAMES, Seen, obstacles_in
from replaysandbox.launch.environment import environment
from replaysandbox.launch.obstacle import Obstacle, masked
from replaysandbox.launch.running import surroundings
from replaysandbox.proxy.listening import port_owner

_PATIENCE_S = 3.0
"""How long a sandbox on this machine may take to say that it lives. Ours. [s]"""

_SHELL = "this shell"
_EVAL = 'eval "$(replaysandbox env)"'

_CURLRC = re.compile(r"(?m)^\s*(?:--?)?(proxy|noproxy|cacert|capath|insecure|x|k)\b.*$")

_NEEDS_MORE = {
    "chromium": ("browsers read the proxy of the environment on Linux, but no roots of it", "replaysandbox ca trust"),
    "google-chrome": ("as Chromium", "replaysandbox ca trust"),
    "firefox": ("it has a proxy and roots of its own", "replaysandbox ca trust, and the proxy in its settings"),
    "php": ("its streams look at no proxy; its curl extension does", "use the extension, or the base URL"),
}
"""Programs that variables alone do not lead here: why, and what does."""


def running_obstacles(running: Running, user: Mapping[str, str]) -> Iterator[Obstacle]:
    """Hold a shell against the sandbox that runs.

    Args:
        running: The sandbox.
        user: The shell's variables.
    """
    dead = _dead(running)
    if dead:
        remedy = f"end it (kill {running.pid}) and start it again: replaysandbox up"
        yield Obstacle(f"the sandbox at {running.proxy_url} does not answer", dead, remedy)
        return
    wanted = environment(user, surroundings(running, user))
    # As if the user's own were not there: it is what `eval` would set, whatever is set now.
    wrong = [each for each in obstacles_in(Seen(0, 0, (_SHELL,), user), wanted, running.hosts) if each.blocks]
    if not any(user.get(name) == wanted.get(name) for name in ("HTTPS_PROXY", "https_proxy")):
        there = masked(user.get("HTTPS_PROXY", "")) or "not set"
        evidence = f"HTTPS_PROXY is {there}; the sandbox is {running.proxy_url}"
        yield Obstacle("this shell does not lead to the running sandbox", evidence, _EVAL)
        return
    for each in wrong:
        yield Obstacle(each.what, each.evidence, f"{_EVAL}, after whatever else sets them")


def _dead(running: Running) -> str:
    """Say how a sandbox fails to answer; empty when all of it does."""
    for url, path in ((running.proxy_url, "/healthz"), (running.control_url, "/v1/ready")):
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=_PATIENCE_S)
        try:
            connection.request("GET", path)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            return f"GET {url}{path}: {str(error) or type(error).__name__}"
        finally:
            connection.close()
        if status != 200 and running.proxy_password is None:
            return f"GET {url}{path} answers {status}"
    return ""


def stale_obstacles(running: Sequence[Running], user: Mapping[str, str]) -> Iterator[Obstacle]:
    """Find variables that lead to a sandbox which has gone."""
    proxy = user.get("REPLAYSANDBOX_PROXY", "")
    try:
        port = urlsplit(proxy).port
    except ValueError:  # no port of ours
        port = None
    if proxy and port not in {each.port for each in running}:
        left = [name for name in NAMES if proxy in user.get(name, "")]
        evidence = f"REPLAYSANDBOX_PROXY is {proxy.rpartition('@')[2]}, and nobody is there; also {', '.join(left)}"
        remedy = f"open a new shell, or start one there: replaysandbox up --port {port or 0}"
        yield Obstacle("the variables of this shell have outlived their sandbox", evidence, remedy)


def port_obstacles(port: int, control_port: int, running: Sequence[Running]) -> Iterator[Obstacle]:
    """Find ports that `up` would want, and somebody else has."""
    ours = {each.port for each in running} | {int(each.control_url.rpartition(":")[2]) for each in running}
    for option, wanted in (("--port", port), ("--control-port", control_port)):
        owner = port_owner(wanted) if wanted and wanted not in ours else ""
        if owner:
            yield Obstacle(f"`up` cannot have port {wanted}", f"{owner} listens on it", f"{option} 0 picks a free one")


def file_obstacles(home: Path, folder: Path) -> Iterator[Obstacle]:
    """Find files that set what we set, and win.

    Args:
        home: The person's home folder.
        folder: Where they stand.
    """
    curlrc = home / ".curlrc"
    for line in _CURLRC.finditer(_text(curlrc)):
        evidence = f"{curlrc} says '{line[0].strip().split()[0]}'"
        yield Obstacle("curl follows its own file before the environment", evidence, "take the line out, or curl -q")
    dotenv = folder / ".env"
    for line in re.finditer(r"(?m)^\s*(?:export\s+)?(\w+)\s*=", _text(dotenv)):
        if line[1] in NAMES:
            remedy = "take it out; an app that loads the file with override=True would not come here"
            yield Obstacle(f"{dotenv.name} sets {line[1]}", f"in {dotenv}", remedy, blocks=False)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""


def shell_obstacles(user: Mapping[str, str]) -> Iterator[Obstacle]:
    """Find variables of the user's own that even `run` does not win over."""
    yield from obstacles_in(Seen(0, 0, (_SHELL,), user), {}, ())
    if user.get("NODE_TLS_REJECT_UNAUTHORIZED") == "0":
        what = "Node trusts anybody here, so it will not tell when our CA is missing"
        yield Obstacle(what, "NODE_TLS_REJECT_UNAUTHORIZED is 0", "unset NODE_TLS_REJECT_UNAUTHORIZED", blocks=False)


def stack_notes(which: Callable[[str], str | None], output: Callable[[Sequence[str]], str]) -> Iterator[Obstacle]:
    """Say which of the programs here need more than variables.

    Args:
        which: Finds a program.
        output: Runs a command and gives what it prints.
    """
    for program, (why, remedy) in _NEEDS_MORE.items():
        if place := which(program):
            yield Obstacle(f"{program} needs more than variables", f"{place}: {why}", remedy, blocks=False)
    wget = which("wget")
    if wget and "gnutls" in output((wget, "--version")):
        yield Obstacle(
            "wget needs more than variables", f"{wget} is built with GnuTLS", "replaysandbox ca trust", False
        )
