"""The plugin in a pytest of its own, as an app's developers run it: with the sandbox installed beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from tests.record.live_api import HOST, LiveApi, live_api

SUITES = Path(__file__).parent / "suites"
Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run pytest on suites of `suites/`, copied beside each other, in a process of its own."""
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT"):  # it is no worker, though we may be one
        monkeypatch.delenv(name, raising=False)

    def ran(*arguments: str, suite: str = "") -> pytest.RunResult:
        if suite:
            copyfile(SUITES / f"{suite}.py", pytester.path / f"test_{suite}.py")
        return pytester.runpytest_subprocess("-pno:schemathesis", "-pno:cacheprovider", *arguments, timeout=300)

    return ran


@pytest.fixture
def api(tmp_path: Path) -> Iterator[LiveApi]:
    """Play the live API, on loopback."""
    folder = tmp_path / "live"
    folder.mkdir()
    with live_api(folder) as running:
        yield running


@pytest.fixture
def live(api: LiveApi, monkeypatch: pytest.MonkeyPatch) -> LiveApi:
    """Play the live API, where the sandboxes of this test find it."""
    monkeypatch.setenv("REPLAYSANDBOX_UPSTREAM", f"{HOST}=https://127.0.0.1:{api.port}")
    monkeypatch.setenv("REPLAYSANDBOX_UPSTREAM_CA", str(api.certificate))
    return api
