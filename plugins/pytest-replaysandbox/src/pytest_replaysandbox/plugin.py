"""The hooks: one sandbox for each process of tests, begun anew for each test.

One process, one port and one session, `default`, for all tests of a worker: whatever an app keeps from test to test
(a client made at import, a pool, a child process) leads to the same place, and finds there what this test asked for.
"""

from __future__ import annotations

import os
import runpy
import shutil
import sys
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_replaysandbox.captures import RECORD
from pytest_replaysandbox.mark import DESCRIPTION, KINDS, BadMarkError, kinds_of

if TYPE_CHECKING:
    from pytest_replaysandbox.handle import Sandbox
    from pytest_replaysandbox.process import Process
    from pytest_replaysandbox.suite import Suite

_SUITE: pytest.StashKey[Suite] = pytest.StashKey()
_UNUSED: pytest.StashKey[list[str]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--sandbox-record`, `--sandbox-fail-on`, `--sandbox-allow-network`."""
    group = parser.getgroup("sandbox", "energy-device APIs by replaysandbox")
    group.addoption(
        "--sandbox-record",
        choices=RECORD,
        default="none",
        help="What tests with a capture do at the live API: nothing (none, the default); record where there is no "
        "capture yet (once), what it lacks (new_episodes), all again, behind it (all) or in its place (rewrite).",
    )
    group.addoption(
        "--sandbox-fail-on",
        default="miss",
        metavar="KIND",
        help=f"Findings that fail a test: {', '.join(KINDS)}, several with commas. [miss]",
    )
    group.addoption("--sandbox-allow-network", action="store_true", help="Let tests speak to other machines.")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """Start the sandbox, and set the environment, before the first conftest or test module is imported."""
    options = early_config.known_args_namespace
    early_config.stash[_UNUSED] = []
    if not (options.version or options.help):
        fail_on = _fail_on(options.sandbox_fail_on)
        if _is_controller(options):
            _there_is_one()
        else:
            stack = ExitStack()
            early_config.add_cleanup(stack.close)
            early_config.stash[_SUITE] = stack.enter_context(_suite(options, fail_on, early_config.rootpath))
    return (yield)


def _fail_on(text: str) -> frozenset[str]:
    try:
        return kinds_of(text)
    except BadMarkError as error:
        raise pytest.UsageError(f"--sandbox-fail-on: {error}") from None


def _there_is_one() -> None:
    """Say now, and once, what each worker of xdist would say when it starts."""
    from pytest_replaysandbox.command import NOT_FOUND, find_command

    if find_command(os.environ, sys.executable, shutil.which) is None:
        raise pytest.UsageError(NOT_FOUND)


def _is_controller(options: Any) -> bool:
    """Tell whether xdist's workers, and not this process, run the tests."""
    if os.environ.get("PYTEST_XDIST_WORKER") or getattr(options, "usepdb", False):
        return False
    return bool(getattr(options, "numprocesses", None) or getattr(options, "tx", None))


@contextmanager
def _suite(options: Any, fail_on: frozenset[str], folder: Path) -> Iterator[Suite]:
    from pytest_replaysandbox.control_client import ControlError
    from pytest_replaysandbox.network import loopback_only
    from pytest_replaysandbox.suite import Suite

    record = options.sandbox_record
    with ExitStack() as stack:
        process = _process(dict(os.environ), folder, records=record != "none")
        stack.callback(process.stop)
        suite = Suite(process, record, fail_on, folder)
        try:
            suite.begin()
        except ControlError as error:
            raise pytest.UsageError(
                f"this replaysandbox and pytest-replaysandbox do not go together: {error}"
            ) from None
        stack.enter_context(_environment(process.env))
        if not options.sandbox_allow_network:
            stack.enter_context(loopback_only())
        yield suite


def _process(environ: Mapping[str, str], folder: Path, *, records: bool) -> Process:
    from pytest_replaysandbox.process import NotStartedError, adopt, start

    found = adopt(environ)
    if found is not None and records:
        raise pytest.UsageError("--sandbox-record starts a sandbox of its own: not inside of `replaysandbox run`")
    if found is not None and "PYTEST_XDIST_WORKER" in environ:
        if found.control.call("GET", "/status")["mode"] != "simulate":
            raise pytest.UsageError("the workers of xdist cannot share one replay: leave out -n")
        found = None  # each has its own
    try:
        return found or start(environ, folder, records=records)
    except NotStartedError as error:
        raise pytest.UsageError(str(error)) from None


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Lead this process and its children to the sandbox."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    shim = Path(os.environ.get("PYTHONPATH", "").partition(os.pathsep)[0], "sitecustomize.py")
    if shim.is_file():
        runpy.run_path(str(shim))  # what the environment alone does for child processes: aiohttp
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", DESCRIPTION)
    suite = config.stash.get(_SUITE, None)
    adopted = suite is not None and suite.process.adopted  # it may be replaying what an earlier run kept
    if not adopted and "PYTEST_XDIST_WORKER" not in os.environ and not config.option.collectonly:
        from pytest_replaysandbox.failures import clear

        clear(config.rootpath)


def pytest_report_header(config: pytest.Config) -> str:
    """Say where the sandbox is."""
    suite = config.stash.get(_SUITE, None)
    record = config.option.sandbox_record
    where = "one for each worker" if suite is None else suite.process.proxy_url
    return f"sandbox: {where}, record: {record}" + ("" if record == "none" else ", LIVE calls of tests with a capture")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    """Note which captures the tests want, before any is deselected."""
    suite = config.stash.get(_SUITE, None)
    if suite is not None:
        partial = any("::" in argument for argument in config.invocation_params.args) or config.getoption("lf", False)
        suite.collected(items, partial=bool(partial))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin anew for a test, as its mark says."""
    suite = item.config.stash.get(_SUITE, None)
    if suite is not None:
        suite.enter(item)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test that passed, but whose calls did not."""
    suite = item.config.stash.get(_SUITE, None)
    try:
        result = yield
    except BaseException:
        if suite is not None:
            suite.failed_by_itself(item)
        raise
    _judge(item)
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Look at the calls made while a test was torn down, and close its capture."""
    suite = item.config.stash.get(_SUITE, None)
    try:
        result = yield
        _judge(item)
    finally:
        if suite is not None:
            suite.leave(item)
    return result


def _judge(item: pytest.Item) -> None:
    suite = item.config.stash.get(_SUITE, None)
    said = suite.judged(item) if suite is not None else ""
    if said:
        pytest.fail(said, pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to a failure what the sandbox saw, and where that is kept."""
    report = yield
    suite = item.config.stash.get(_SUITE, None)
    told = suite.failed(item) if report.failed and suite is not None else ""
    if told:
        report.sections.append((f"sandbox {report.when}", told))
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Note the captures that no test wants, for this process or for xdist's controller."""
    suite = session.config.stash.get(_SUITE, None)
    if suite is not None:
        session.config.stash[_UNUSED] = suite.unused()
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["sandbox_unused"] = suite.unused()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker of xdist has noted: each has collected all tests."""
    unused = getattr(node, "workeroutput", {}).get("sandbox_unused", ())
    node.config.stash[_UNUSED] = sorted({*node.config.stash.get(_UNUSED, []), *unused})


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """List the captures that no test wants."""
    unused = config.stash.get(_UNUSED, [])
    if unused:
        terminalreporter.section("unused captures")
        for path in unused:
            terminalreporter.write_line(f"{path}: no test wants it any more; delete it, or rename the test back")


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    """The sandbox of this test: `devices()`, `clock`, `faults`, `journal`, `webhooks`, `env`, addresses."""
    from pytest_replaysandbox.handle import Sandbox

    return Sandbox(request.config.stash[_SUITE].process)
