"""What holds for every test: nothing leaves this machine, nothing of the person's own is read or written."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# --- Property tests: few examples each time, many when asked (HYPOTHESIS_PROFILE=thorough)

settings.register_profile("quick", max_examples=25, deadline=None)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# --- Network: loopback only

_OURS = {"localhost", ""}
_EVENTS = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"}
_attempts: list[str] = []


def _is_ours(host: object) -> bool:
    """Say whether a host is this machine: a loopback address, the name localhost, or none at all."""
    if host is None:
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    try:
        address = ipaddress.ip_address(name.split("%")[0])
    except ValueError:
        return name in _OURS
    return address.is_loopback or address.is_unspecified


def _host_of(event: str, args: tuple[Any, ...]) -> object:
    """Find the host in an audit event; None where it is an AF_UNIX path or an already connected socket."""
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        return args[0]
    address = args[1]
    return address[0] if isinstance(address, tuple) else None


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event in _EVENTS and not _is_ours(host := _host_of(event, args)):
        _attempts.append(f"{event} {host!r}")
        raise ConnectionRefusedError(f"tests speak to this machine only, not to {host!r} ({event})")


# An audit hook, not a patched function: it also sees C code and sockets made before the test began. A test
# that replaces getaddrinfo so that a live name leads to its own canary never gets here.
sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def no_network() -> Iterator[list[str]]:
    """Fail a test that tried to leave this machine, even where the code under test swallowed the refusal.

    A test that means to try takes this fixture and clears the list it yields.
    """
    _attempts.clear()
    yield _attempts
    assert not _attempts, f"tried to leave this machine: {', '.join(_attempts)}"


# --- Home: none of the person's own files and settings

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


def _point_home(patch: pytest.MonkeyPatch, home: Path) -> None:
    # What looks below HOME for how to work at all still finds it: pyenv's shims, and npm's way to its registry.
    for name, own in {"PYENV_ROOT": ".pyenv", "NPM_CONFIG_USERCONFIG": ".npmrc"}.items():
        if name not in os.environ and (Path.home() / own).exists():
            patch.setenv(name, str(Path.home() / own))
    for name, folder in {
        "HOME": home,
        "XDG_CACHE_HOME": home / ".cache",
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_DATA_HOME": home / ".local" / "share",
        "XDG_STATE_HOME": home / ".local" / "state",
        "XDG_RUNTIME_DIR": home / "run",
    }.items():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        patch.setenv(name, str(folder))


@pytest.fixture(autouse=True, scope="session")
def _clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give the whole run a home of its own, without the person's proxy and sandbox settings."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [*os.environ]:
            if name.startswith("REPLAYSANDBOX_") or name.upper() in _PROXIES:
                patch.delenv(name)
        _point_home(patch, tmp_path_factory.mktemp("home"))
        yield


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give one test a home of its own, for what registers itself there (a running sandbox, a CA)."""
    home = tmp_path / "home"
    _point_home(monkeypatch, home)
    return home


# --- Order: files that take longest come first, so that no worker is left alone with one at the end

_LONGEST = (
    "tests/repro/test_repro.py",
    "tests/docs/test_shell_blocks.py",
    "tests/cli/test_webhooks.py",
    "tests/packs/test_every_answer.py",
    "tests/plugin/test_captures_of_tests.py",
    "tests/plugin/test_suites.py",
    "tests/record/test_record.py",
    "tests/live/test_drift.py",
    "tests/specs/test_foreign.py",
    "tests/clients/test_clients.py",
    "tests/api/test_remembered.py",
    "tests/clients/test_other_stacks.py",
    "tests/hostile/test_many_connections.py",
    "tests/sdk",
    "tests/plugin",
    "tests/ci",
    "tests/cli",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first."""

    def place(item: pytest.Item) -> int:
        name = item.nodeid.partition("::")[0]
        return next((rank for rank, begin in enumerate(_LONGEST) if name.startswith(begin)), len(_LONGEST))

    items.sort(key=place)


# --- Report: how long the unit suite takes (a goal to watch, not a test: machines differ)

UNIT_GOAL_S = 10.0


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what the unit suite's tests took together, summed over the workers. [s]"""
    reports = [
        report
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport)
        and report.nodeid.startswith("tests/unit/")
        and "slow" not in report.keywords
    ]
    if reports:
        took_s = sum(report.duration for report in reports)
        verdict = "" if took_s < UNIT_GOAL_S else f", OVER its {UNIT_GOAL_S:.0f} s"
        terminalreporter.write_line(f"unit suite: {took_s:.1f} s of tests{verdict}")
