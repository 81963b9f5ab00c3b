"""Recording and replaying for each test: live once, offline ever after."""

from __future__ import annotations

from pathlib import Path

import pytest

from replaysandbox.files.captures import open_capture
from tests.plugin.conftest import Run
from tests.record.live_api import LiveApi, json_answer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]  # a pytest and a sandbox start several times in each

SUITE = """
import httpx, pytest

CLIENT = httpx.Client(base_url="https://api.amps.ai", headers={"x-api-key": "sk_live_secret_of_mine"})

@pytest.mark.sandbox(capture=True)
def test_of_the_live_api():
    assert CLIENT.get("/battery").json() == {"from": "live"}

@pytest.mark.sandbox(capture="shared/%(shared)s.capture")
def test_by_name():
    assert CLIENT.get("/battery").json() == {"from": "live"}

def test_of_the_sandbox():
    assert CLIENT.get("/battery").status_code != 200 or CLIENT.get("/battery").json()["success"]
"""
LIVE = {"from": "live"}


OWN = "captures/test_live.test_of_the_live_api.capture"


def _suite(
    pytester: pytest.Pytester, call: str = 'CLIENT.get("/battery").json()', answer: str = '{"from": "live"}'
) -> Path:
    """Write the suite, and say where the first test's capture is."""
    text = SUITE % {"shared": "ours"}
    text = text.replace('CLIENT.get("/battery").json() ==', f"{call} ==", 1).replace('{"from": "live"}', answer)
    pytester.makepyfile(test_live=text)
    return pytester.path / OWN


def _paths(file: Path) -> list[str]:
    with open_capture(file) as capture:
        return [each.request.path for each in capture]


def test_recorded_once_and_replayed_offline(
    run: Run, live: LiveApi, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.answers["/battery"] = json_answer(LIVE)
    _suite(pytester)
    own, shared = (
        pytester.path / name for name in ("captures/test_live.test_of_the_live_api.capture", "shared/ours.capture")
    )

    run("--sandbox-record=once").assert_outcomes(passed=3)
    assert (_paths(own), _paths(shared)) == (["/battery"], ["/battery"])
    assert [each.path for each in live.heard] == ["/battery"] * 2, "only tests with a capture went live"
    assert "sk_live_secret_of_mine" not in own.read_text()
    assert not list(pytester.path.rglob(".*.draft*"))

    run("--sandbox-record=once").assert_outcomes(passed=3)
    assert len(live.heard) == 2, "what is there is not recorded again"

    for name in ("REPLAYSANDBOX_UPSTREAM", "REPLAYSANDBOX_UPSTREAM_CA"):
        monkeypatch.delenv(name)
    run("-n2").assert_outcomes(passed=3)
    assert len(live.heard) == 2, "offline"


def test_what_is_new_is_told_and_recorded_behind(run: Run, live: LiveApi, pytester: pytest.Pytester) -> None:
    live.answers["/battery"] = json_answer(LIVE)
    live.answers["/meter"] = json_answer({"from": "meter"})
    own = _suite(pytester)
    run("--sandbox-record=once").assert_outcomes(passed=3)
    pytester.makepyfile(
        test_live=(SUITE % {"shared": "ours"}).replace(
            'CLIENT.get("/battery").json() ==', 'CLIENT.get("/meter") and CLIENT.get("/battery").json() ==', 1
        )
    )

    ran = run()
    ran.assert_outcomes(passed=2, failed=1)
    ran.stdout.fnmatch_lines(
        [
            "1 call was answered by no exchange of captures/test_live.test_of_the_live_api.capture:",
            "  GET https://api.amps.ai/meter",
            "    nearest: GET https://api.amps.ai/battery (line 2)*",
            "    pytest --sandbox-record new_episodes 'test_live.py::test_of_the_live_api'",
        ]
    )
    run("--sandbox-record=new_episodes").assert_outcomes(passed=3)
    assert _paths(own) == ["/battery", "/meter"]
    run("--sandbox-record=all").assert_outcomes(passed=3)
    assert _paths(own) == ["/battery", "/meter", "/meter", "/battery"]


def test_a_failing_test_spoils_no_capture(run: Run, live: LiveApi, pytester: pytest.Pytester) -> None:
    live.answers["/battery"] = json_answer(LIVE)
    own = _suite(pytester)
    run("--sandbox-record=once").assert_outcomes(passed=3)
    before = own.read_bytes()
    live.answers["/battery"] = json_answer({"from": "elsewhere"})
    ran = run("--sandbox-record=rewrite")
    ran.assert_outcomes(passed=1, failed=2)
    assert own.read_bytes() == before
    kept = pytester.path / "sandbox-failures/test_live.test_of_the_live_api.capture"
    assert b"elsewhere" in kept.read_bytes(), "what was recorded is attached"
    live.answers["/battery"] = json_answer({"from": "live", "more": 1})
    _suite(pytester, answer='{"from": "live", "more": 1}')
    run("--sandbox-record=rewrite").assert_outcomes(passed=3)
    assert (_paths(own), b"more" in own.read_bytes()) == (["/battery"], True)


def test_unused_captures_are_reported(run: Run, pytester: pytest.Pytester) -> None:
    folder = pytester.path / "captures"
    folder.mkdir()
    pytester.makepyfile(test_live="def test_one(): pass\ndef test_two(): pass", test_other="def test_three(): pass")
    for name in ("test_live.test_gone", "test_elsewhere.test_x", "notes"):
        (folder / f"{name}.capture").write_text("", encoding="utf-8")
    ran = run("-n2", "-k", "one")
    ran.stdout.fnmatch_lines(["captures/test_live.test_gone.capture: no test wants it any more*"])
    assert "test_elsewhere" not in ran.stdout.str()
    assert "unused captures" not in run("test_live.py::test_one").stdout.str()
