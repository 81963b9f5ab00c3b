"""What was seen while a command ran in the sandbox → what keeps it from the sandbox. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from replaysandbox.core.counted import many
from replaysandbox.launch.child_variables import BUNDLE_NAMES, PROXY_NAMES, Seen, obstacles_in
from replaysandbox.launch.obstacle import Obstacle, masked, title
from replaysandbox.launch.process_watch import Connection

_WEB_PORTS = (80, 443, 8080, 8443)
_NAMES_PORT = 53

_DISTRUST = {
    "wget": "wget with GnuTLS reads the system's store alone: replaysandbox ca trust",
    "curl": "a --cacert, a .curlrc or CURL_CA_BUNDLE of its own names other roots: leave it out",
    "java": "leave out its own -Djavax.net.ssl.trustStore, or import our CA into that store (keytool -importcert)",
    "chrome": "browsers have a store of their own: replaysandbox ca trust --only browsers",
    "chromium": "browsers have a store of their own: replaysandbox ca trust --only browsers",
    "firefox": "browsers have a store of their own: replaysandbox ca trust --only browsers",
}
_DISTRUSTED = (
    "it reads other roots than the variables we set name, or pins the live API's: leave that setting out, let the "
    "system trust our CA (replaysandbox ca trust), or use the base URL, which needs no CA"
)

_PAST = {
    "php": "PHP's own streams look at no proxy: use its curl extension, or the base URL",
    "node": "keep our preload in NODE_OPTIONS",
    "java": "keep JAVA_TOOL_OPTIONS, and make no ProxySelector of its own",
    "dotnet": "leave HttpClientHandler.UseProxy on",
}
_TRUST_ENV = "leave trust_env alone, or hand it the proxy of HTTPS_PROXY and the roots of SSL_CERT_FILE yourself"
_WENT_PAST = (
    "have its HTTP client read HTTPS_PROXY, use the base URL, or have the name lead to our port (hosts file, network "
    "alias), which answers TLS by name"
)


@dataclass(frozen=True, slots=True)
class Distrust:
    """Handshakes that one program broke off, all in the same words. `process` is None where it was not seen."""

    host: str
    said: str
    process: Seen | None
    count: int


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen while a command ran.

    Attributes:
        status: How the command ended.
        calls: (way in, host, verdict) → how many calls.
        distrusts: Handshakes that clients broke off.
        seen: Processes.
        connections: Connections that lead away from this machine.
        notes: What Python processes noted themselves.
        looked: Whether processes can be looked at on this system.
    """

    status: int
    calls: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    distrusts: Sequence[Distrust] = ()
    seen: Sequence[Seen] = ()
    connections: Collection[Connection] = ()
    notes: Sequence[Mapping[str, Any]] = ()
    looked: bool = True


def diagnose(observed: Observed, wanted: Mapping[str, str], hosts: Sequence[str]) -> list[Obstacle]:
    """Say what keeps a command's calls from the sandbox, what blocks first.

    Args:
        observed: What was seen while it ran.
        wanted: The variables it was given.
        hosts: Imitated hosts.
    """
    found = [
        *_of_python(observed, wanted),
        *_of_handshakes(observed),
        *_of_variables(observed, wanted, hosts),
        *_of_connections(observed),
        *_of_strangers(observed),
    ]
    if not observed.calls and not observed.distrusts and not any(each.blocks for each in found):
        found.append(_no_call(observed))
    return sorted(_once(found), key=lambda each: not each.blocks)


def _once(found: Sequence[Obstacle]) -> list[Obstacle]:
    """Keep the first of those that say the same of several processes of one program."""
    kept: dict[tuple[str, str], Obstacle] = {}
    for each in found:
        kept.setdefault((each.what.partition(" (pid ")[0] + each.what.partition(")")[2], each.evidence), each)
    return list(kept.values())


def _of_python(observed: Observed, wanted: Mapping[str, str]) -> Iterator[Obstacle]:
    past = {
        (note["pid"], note["port"])
        for note in observed.notes
        if note["event"] == "connect" and not _is_ours(note["host"])
    }
    for note in observed.notes:
        who = title(note["argv"])
        if note["event"] == "variables":
            yield from _changed(who, note["changed"])
            continue
        if note["event"] == "lookup":
            if (note["pid"], note["port"]) not in past and int(note["port"]) in _WEB_PORTS:
                yield from _looked_up(who, note)
            continue
        place = f"{note['host']}:{note['port']}"
        if note.get("trust_env") is False and not _is_ours(note["host"]):
            library = note.get("library", "its HTTP client")
            evidence = f"a client of {library} with trust_env=False connected to {place}"
            yield Obstacle(f"{library} in {who} ignores the environment", evidence, _TRUST_ENV)
        elif not _is_ours(note["host"]):
            yield _went_past(who, "python", place, int(note["port"]))
        verify = note.get("verify", "")
        if verify and verify not in (wanted.get(name) for name in BUNDLE_NAMES):
            remedy = "leave verify alone, or have it name the file in SSL_CERT_FILE"
            blocks = bool(observed.distrusts)
            yield Obstacle(f"{who} trusts only the roots it names", f"verify is {verify!r}", remedy, blocks)


def _looked_up(who: str, note: Mapping[str, Any]) -> Iterator[Obstacle]:
    """Say who would have gone past the proxy, had the name been found."""
    host = note["host"]
    if _is_ours(host):
        return
    if note.get("trust_env") is False:
        library = note.get("library", "its HTTP client")
        evidence = f"a client of {library} with trust_env=False looked {host} up itself, and went no further"
        yield Obstacle(f"{library} in {who} ignores the environment", evidence, _TRUST_ENV)
    else:
        evidence = f"it looked {host} up itself, and went no further; a client that uses the proxy leaves names to it"
        yield Obstacle(f"{who} goes past the proxy", evidence, _PAST.get("python", _WENT_PAST))


def _changed(who: str, changed: Mapping[str, str | None]) -> Iterator[Obstacle]:
    for name, value in changed.items():
        told = f"{name} was taken away" if value is None else f"{name} became {masked(value) or 'empty'}"
        kind = "proxy" if name in PROXY_NAMES else "exceptions from the proxy" if "PROXY" in name.upper() else "roots"
        remedy = f"have it leave {name} alone where it is set already (load_dotenv does so without override=True)"
        yield Obstacle(f"{who} changes its {kind} itself", told, remedy)


def _of_handshakes(observed: Observed) -> Iterator[Obstacle]:
    for each in observed.distrusts:
        program = each.process.program if each.process is not None else ""
        who = each.process.title if each.process is not None else "a client"
        times = many(each.count, "handshake")
        remedy = _DISTRUST.get(program, _DISTRUSTED)
        yield Obstacle(f"{who} refuses our certificate for {each.host}", f"{times}: {each.said}", remedy)


def _of_variables(observed: Observed, wanted: Mapping[str, str], hosts: Sequence[str]) -> Iterator[Obstacle]:
    """Say it of the first process only that has them wrong: its children inherit them."""
    by_pid = {each.pid: each for each in observed.seen}
    for each in observed.seen:
        parent = by_pid.get(each.parent)
        before = {(one.evidence, one.remedy) for one in obstacles_in(parent, wanted, hosts)} if parent else set()
        yield from (one for one in obstacles_in(each, wanted, hosts) if (one.evidence, one.remedy) not in before)


def _of_connections(observed: Observed) -> Iterator[Obstacle]:
    by_pid = {each.pid: each for each in observed.seen}
    told = {(note["pid"], note.get("host"), note.get("port")) for note in observed.notes}
    for each in sorted(observed.connections, key=lambda one: (one.pid, one.port, one.address)):
        process = by_pid.get(each.pid)
        if (each.pid, each.address, each.port) in told or process is None:
            continue
        if each.port == _NAMES_PORT:
            what = f"{process.title} looks names up itself"
            evidence = f"it asked the name server {each.address}; a client that uses the proxy leaves names to it"
            yield Obstacle(what, evidence, _PAST.get(process.program, _WENT_PAST), blocks=False)
        else:
            yield _went_past(process.title, process.program, f"{each.address}:{each.port}", each.port)


def _went_past(who: str, program: str, place: str, port: int) -> Obstacle:
    if port in _WEB_PORTS:
        return Obstacle(f"{who} goes past the proxy", f"it connected to {place}", _PAST.get(program, _WENT_PAST))
    remedy = "nothing, where that is a database or the like: only HTTP and HTTPS come here"
    return Obstacle(f"{who} also speaks to another machine", f"it connected to {place}", remedy, blocks=False)


def _of_strangers(observed: Observed) -> Iterator[Obstacle]:
    refused = Counter[str]()
    for (_, host, verdict), count in observed.calls.items():
        if verdict == "refused" and host:
            refused[host] += count
    for host, count in refused.items():
        what = f"{host} is imitated by no pack"
        yield Obstacle(what, f"{many(count, 'call')} to it refused", f"to let it through: --pass {host}", blocks=False)


def _no_call(observed: Observed) -> Obstacle:
    programs = ", ".join(dict.fromkeys(title(each.argv) for each in observed.seen)) or "no process was seen"
    remedy = (
        "if it should have called: its HTTP client looks at no proxy (PHP's streams, a proxy set to none in its own "
        "configuration), or what calls is a process that ran before (a daemon, a container): start that one in here"
    )
    return Obstacle("no call came to the sandbox", f"it ended with {observed.status}; seen: {programs}", remedy)


def _is_ours(host: str) -> bool:
    return host in ("localhost", "::1", "0.0.0.0", "::") or host.startswith("127.")  # noqa: S104 - compared, not bound
