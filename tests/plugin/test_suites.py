"""Suites of an app, run with the plugin: serially, in parallel, and failing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from shutil import copyfile

import pytest

from replaysandbox.files.captures import open_capture
from tests.plugin.conftest import SUITES, Run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]  # a pytest and a sandbox start in each
PASSED = 15


def test_serially(run: Run) -> None:
    ran = run("-v", suite="app")
    ran.assert_outcomes(passed=PASSED)
    ran.stdout.re_match_lines([r"sandbox: http://127\.0\.0\.1:\d+, record: none"])


def test_in_parallel(run: Run) -> None:
    pytest.importorskip("xdist")
    ran = run("-n4", suite="app")
    ran.assert_outcomes(passed=PASSED)
    ran.stdout.fnmatch_lines(["*sandbox: one for each worker*"])


def test_failures_say_what_to_do(run: Run, pytester: pytest.Pytester) -> None:
    ran = run("--junitxml=report.xml", suite="broken")
    ran.assert_outcomes(passed=2, failed=4, errors=4, xfailed=1, skipped=1)
    text = ran.stdout.str()
    swallowed = _of(text, "test_a_miss_that_the_app_swallows")
    assert "1 call was answered by no route:\n  GET https://api.amps.ai/batterys?limit=1\n" in swallowed
    assert "nearest: GET /battery (amps): path: segment 1 is 'batterys', the route has 'battery'" in swallowed
    assert "To mend it: correct the call, or teach the pack this route" in swallowed
    assert "@pytest.mark.sandbox(fail_on='none')" in swallowed
    after = _of(text, "test_a_failure_after_a_miss")
    assert "assert 501 == 200" in after
    assert "200 GET https://api.amps.ai/battery  (simulate, GET /battery)" in after
    assert "501 GET https://api.amps.ai/vehicles  (miss)" in after
    assert "nearest: GET /vehicle (amps)" in after
    assert "1 call was answered by no route:\n  GET https://api.amps.ai/goodbye" in _of(text, "test_a_miss_at_the_end")
    assert "knows no 'scenaro'; did you mean scenario?" in _of(text, "test_a_mark_with_a_slip")
    assert "did you mean 'winter'?" in _of(text, "test_a_scenario_with_a_slip")
    missing = _of(text, "test_a_capture_that_is_not_there")
    assert re.search(
        r"no capture \S+/captures/test_broken\.test_a_capture_that_is_not_there\.capture; record it", missing
    )
    assert "pytest --sandbox-record once 'test_broken.py::test_a_capture_that_is_not_there'" in missing
    assert "to let it through: `pass: [other.example]` in replaysandbox.yaml" in _of(text, "test_another_host")
    against = _of(text, "test_a_call_against_the_contract")
    assert (
        "1 call was against the API's contract:\n  GET https://api.amps.ai/battery?limit=none\n"
        "    request query limit: " in against
    )
    _journal_is_attached(after, pytester.path)
    assert "sandbox-failures/test_broken.test_a_failure_after_a_miss.capture" in Path("report.xml").read_text()


def _of(text: str, test: str) -> str:
    """Take one test's part of the report."""
    parts = re.split(r"(?m)^_{3,} (?:ERROR at \w+ of )?(\w+) _{3,}$|^=+ short test summary", text)
    return "".join(part or "" for name, part in zip(parts[1::2], parts[2::2], strict=False) if name == test)


def _journal_is_attached(told: str, folder: Path) -> None:
    name = "sandbox-failures/test_broken.test_a_failure_after_a_miss.capture"
    again = f"replaysandbox replay {name} -- pytest test_broken.py::test_a_failure_after_a_miss"
    assert f"journal: {name}\nagain:   {again}" in told
    with open_capture(folder / name) as capture:
        assert [each.request.path for each in capture] == ["/battery", "/vehicles"]
    assert (folder / name).stat().st_mode & 0o077 == 0
    assert "sk_test_demo" not in (folder / name).read_text()
    replayed = _around("replay", name, "--", "pytest", "test_broken.py::test_a_failure_after_a_miss", folder=folder)
    assert replayed.returncode == 1, replayed.stderr
    assert "assert 501 == 200" in replayed.stdout
    assert "501 GET https://api.amps.ai/vehicles  (replay" in replayed.stdout


def _around(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a verb of the sandbox with pytest inside of it."""
    bin_folder = Path(sys.executable).parent
    return subprocess.run(
        [bin_folder / "replaysandbox", *words, "-pno:schemathesis", "-pno:cacheprovider"],
        cwd=folder,
        env=os.environ | {"PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_inside_of_a_sandbox_that_runs_it_uses_that(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    copyfile(SUITES / "app.py", pytester.path / "test_app.py")
    (pytester.path / "test_which.py").write_text(
        "def test_which(sandbox): assert len(sandbox.devices('vehicle')) == 7", encoding="utf-8"
    )
    ran = _around("run", "--homes", "7", "--", "pytest", folder=pytester.path)
    assert ran.returncode == 0, ran.stdout
    assert f"{PASSED + 1} passed" in ran.stdout


def test_a_command_that_is_not_there_says_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPLAYSANDBOX_COMMAND", "no-such-sandbox")
    ran = run(suite="app")
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    ran.stderr.fnmatch_lines(["ERROR: no-such-sandbox cannot be started:*", "*pipx install replaysandbox"])


def test_a_sandbox_that_does_not_start_says_why(run: Run, pytester: pytest.Pytester) -> None:
    (pytester.path / "replaysandbox.yaml").write_text("scenario: wintr\n", encoding="utf-8")
    ran = run("--sandbox-fail-on", "miss,violation", suite="app")
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    ran.stderr.fnmatch_lines(["ERROR: replaysandbox did not start:", "*did you mean 'winter'?"])


def test_somebodys_state_is_left_alone(run: Run, pytester: pytest.Pytester) -> None:
    (pytester.path / "replaysandbox.yaml").write_text("state: mine.db\n", encoding="utf-8")
    run("-k", "device_is_told", suite="app").assert_outcomes(passed=2, deselected=PASSED - 2)
    assert not (pytester.path / "mine.db").exists()


def test_nothing_is_left_behind(run: Run, pytester: pytest.Pytester, own_home: Path) -> None:
    pytester.makepyfile("import os\ndef test_end(sandbox):\n    os._exit(3)")
    assert run().ret == 3
    running = Path(os.environ["XDG_RUNTIME_DIR"], "replaysandbox")
    until = time.monotonic() + 20.0
    while list(running.glob("*.json")) and time.monotonic() < until:  # it ends by itself, since its input has closed
        threading.Event().wait(0.1)
    assert list(running.glob("*.json")) == [], "a sandbox outlived its tests"
