"""`repro` end to end: apps with planted bugs, run as they are; bundles that show the bug elsewhere, and are mended."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from replaysandbox.files.capture_writer import open_writer
from replaysandbox.files.captures import open_capture
from replaysandbox.launch.sandbox import Sandbox
from tests.repro import captures

APPS = Path(__file__).with_name("apps")
SANDBOX = (sys.executable, "-m", "replaysandbox")

WITHIN_S = 600
"""Only a hang takes as long; a machine that others use too is slow."""

pytestmark = [pytest.mark.timeout(2 * WITHIN_S), pytest.mark.slow, pytest.mark.usefixtures("own_home")]


class Project:
    """Somebody's project: an app, a capture, and a shell in its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def app(self, name: str, text: str | None = None) -> list[str]:
        """Put an app there, and give the command that runs it."""
        (self.folder / f"{name}.py").write_text(text or (APPS / f"{name}.py").read_text())
        return [sys.executable, f"{name}.py"]

    def types(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*SANDBOX, *words],
            cwd=self.folder,
            env=os.environ | environ,
            capture_output=True,
            text=True,
            timeout=WITHIN_S,
            check=False,
        )

    def shrinks(self, capture: Path, command: list[str], *options: str) -> Path:
        """Shrink a capture, and give the bundle."""
        done = self.types("repro", str(capture), "--confirm", "2", *options, "--", *command)
        assert done.returncode == 0, done.stderr
        return self.folder / done.stdout.strip()

    def tests(self, bundle: Path, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a bundle's test, with a replaysandbox on PATH."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(bundle)],
            cwd=self.folder,
            env=os.environ | environ | {"PATH": path},
            capture_output=True,
            text=True,
            timeout=WITHIN_S,
            check=False,
        )


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = tmp_path / "project"
    folder.mkdir()
    return Project(folder)


def left(bundle: Path, name: str = "minimal.capture") -> list[tuple[str, int, str]]:
    """List what a bundle's capture still holds: path, status, body."""
    with open_capture(bundle / name) as capture:
        answers = [(each.request.path, each.response) for each in capture]
        return [(path, told.status, capture.body(told.body).decode()) for path, told in answers if told is not None]


PLANTED: dict[str, tuple[Callable[[Path], Path], str, list[tuple[str, int, str]]]] = {
    "watch_action": (
        captures.watch_action,
        "AssertionError: went back to PENDING; watch_action.py, saw",
        [
            ("/actions/act_2", 200, '{"data":{"status":"EXECUTING"}}'),
            ("/actions/act_2", 200, '{"data":{"status":"PENDING"}}'),
        ],
    ),
    "back_off": (
        captures.back_off,
        "AttributeError: 'NoneType' object has no attribute 'strip'; back_off.py, wait",
        [("/ev-charger", 200, '{"data":{"items":[{"id":"charger_13"}]}}'), ("/ev-charger/charger_13", 429, "{}")],
    ),
    "day_of_charging": (
        captures.day_of_charging,
        "RuntimeError: a charging session is in no day of the home; day_of_charging.py, main",
        [
            (
                "/vehicle/car_3/charging",
                200,
                '{"data":{"sessions":[{"startedAt":"2026-05-09T22:40:00+00:00","energy":0}]}}',
            )
        ],
    ),
}


@pytest.mark.parametrize("name", list(PLANTED))
def test_a_planted_bug_is_shrunk_to_what_shows_it(project: Project, name: str) -> None:
    capture, reason, expected = PLANTED[name]
    bundle = project.shrinks(capture(project.folder / f"{name}.capture"), project.app(name))
    assert left(bundle) == expected
    about = json.loads((bundle / "bundle.json").read_text())
    assert "; ".join(about["failure"]["reason"]) == reason
    failing = project.tests(bundle)
    assert (failing.returncode, f"bug         is there: {reason}" in failing.stdout) == (1, True), failing.stdout
    assert project.tests(bundle, MENDED="1").returncode == 0


def test_400_exchanges_become_three_and_show_the_bug_elsewhere(project: Project, tmp_path: Path) -> None:
    capture = captures.idle_batteries(project.folder / "fleet.capture")
    with open_capture(capture) as whole:
        assert len(whole) == 400
    bundle = project.shrinks(capture, project.app("idle_batteries"), "-o", "bugs/idle")
    batteries, one, other = left(bundle)
    assert len(json.loads(batteries[2])["data"]["items"]) == 2
    assert one[2] == other[2] == '{"data":{"state":{"status":"idle","chargeRate":null}}}'
    assert len((bundle / "README.md").read_text().splitlines()) == 10

    # another machine: no CA, no key, no configuration; nothing but the app and the .zip
    machine = Project(tmp_path / "machine")
    machine.folder.mkdir()
    machine.app("idle_batteries")
    shutil.move(bundle.with_name("idle.zip"), machine.folder / "idle.zip")
    shutil.rmtree(project.folder)
    elsewhere = {name: str(tmp_path / "machine" / "home") for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    seen = machine.types("replay", "idle.zip", **elsewhere)
    assert seen.returncode == 1
    assert "bundle      runs its own command" in seen.stderr
    assert "TypeError: '<' not supported between instances of 'NoneType' and 'NoneType'" in seen.stderr
    with zipfile.ZipFile(machine.folder / "idle.zip") as archive:
        archive.extractall(machine.folder)
    assert machine.tests(machine.folder / "idle", **elsewhere).returncode == 1
    assert machine.tests(machine.folder / "idle", MENDED="1", **elsewhere).returncode == 0
    assert machine.types("replay", "--mended", "idle.zip", MENDED="1", **elsewhere).returncode == 0
    unknown = machine.types("replay", "--mended", "idle.zip", "--", sys.executable, "-c", "raise SystemExit(9)")
    assert unknown.returncode == 125
    assert "cannot be told" in unknown.stderr


FAILS_AT_TIMES = """
import os, pathlib, urllib.request, json
count = pathlib.Path("count")
turn = int(count.read_text()) + 1 if count.exists() else 1
count.write_text(str(turn))
for number in range(6):
    try:
        rate = json.load(urllib.request.urlopen(f"https://api.amps.ai/battery/{number}", timeout=20))["rate"]
    except urllib.error.HTTPError:
        continue
    if rate is None and turn % 2:
        raise ValueError("no rate")
"""


def rates(path: Path) -> Path:
    answers = ({"rate": None if number == 4 else 1.5, "id": number} for number in range(6))
    return captures.write(path, [captures.exchange(n, f"/battery/{n}", each) for n, each in enumerate(answers)])


def test_a_flaky_command_is_said_to_be_flaky(project: Project) -> None:
    command = project.app("at_times", FAILS_AT_TIMES)
    options = ("--jobs", "1", "--confirm", "6", "--max-trials", "250")
    done = project.types("repro", str(rates(project.folder / "a.capture")), *options, "--", *command)
    assert done.returncode == 0, done.stderr
    assert "confirmed   3 of 6 runs fail: ValueError: no rate" in done.stderr
    assert "flaky       it fails in 50% of runs; each trial is run up to 5 times" in done.stderr
    assert left(project.folder / "a.repro") == [("/battery/4", 200, '{"rate":null}')]
    assert "Fails in 3 of 6 runs" in (project.folder / "a.repro" / "README.md").read_text()
    assert project.types("replay", "--mended", "a.repro").returncode == 1


def test_runs_that_disturb_each_other_are_run_one_by_one(project: Project) -> None:
    text = """
import os, time
os.mkdir("lock")
try:
    time.sleep(0.3)
    raise ValueError("bad")
finally:
    os.rmdir("lock")
"""
    command = project.app("locked", text)
    done = project.types("repro", str(rates(project.folder / "a.capture")), "--jobs", "3", "--", *command)
    assert done.returncode == 0, done.stderr
    assert "confirmed   5 of 5 runs fail: ValueError: bad" in done.stderr
    assert "jobs        one trial at a time" in done.stderr
    assert left(project.folder / "a.repro") == []  # it fails whatever it is told


def test_a_command_that_does_not_fail_has_nothing_to_shrink(project: Project) -> None:
    capture = rates(project.folder / "a.capture")
    done = project.types("repro", str(capture), "--confirm", "2", "--", sys.executable, "-c", "pass")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == "confirmed   COMMAND ends with 0 in 2 runs: there is nothing to shrink"
    assert not (project.folder / "a.repro").exists()


def test_wrong_usage_is_told_before_anything_runs(project: Project) -> None:
    capture = rates(project.folder / "a.capture")
    (project.folder / "a.repro.zip").touch()
    there = project.types("repro", str(capture), "--", "touch", "ran")
    assert (there.returncode, "is there already" in there.stderr) == (2, True)
    none = project.types("repro", "nothing.capture", "--", "touch", "ran")
    assert (none.returncode, "cannot be read" in none.stderr) == (2, True)
    absent = project.types("repro", str(capture), "-o", "b", "--", "no-such-program")
    assert (absent.returncode, "command not found" in absent.stderr) == (2, True)
    no_bundle = project.types("replay", "--mended", str(capture), "--", "touch", "ran")
    assert (no_bundle.returncode, "is none" in no_bundle.stderr) == (125, True)
    assert not (project.folder / "ran").exists()


def test_trials_are_capped_and_the_smallest_so_far_is_kept(project: Project) -> None:
    command = project.app("back_off")
    capture = captures.back_off(project.folder / "a.capture")
    done = project.types("repro", str(capture), "--max-trials", "10", "--", *command)
    assert done.returncode == 0, done.stderr
    assert "not done    it could be smaller still: 10 trials were all it was given (--max-trials)" in done.stderr
    assert 2 < len(left(project.folder / "a.repro")) < 27


def test_ctrl_c_keeps_the_smallest_so_far(project: Project) -> None:
    script = "import time, urllib.request\ntime.sleep(0.2)\n" + FAILS_AT_TIMES.replace(" and turn % 2", "")
    command = project.app("slow", script)
    capture = rates(project.folder / "a.capture")
    running = subprocess.Popen(
        [*SANDBOX, "repro", str(capture), "--jobs", "1", "--confirm", "2", "--", *command],
        cwd=project.folder,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    for line in running.stderr:
        if line.startswith("confirmed"):
            break
    time.sleep(2)  # noqa: TID251 - some trials
    running.send_signal(signal.SIGINT)
    output, errors = running.communicate(timeout=60)
    assert running.returncode == 130, errors
    assert "not done    it could be smaller still: it was stopped by hand" in errors
    assert output == "a.repro\n"
    kept = "".join(body for *_, body in left(project.folder / "a.repro"))
    assert '"rate":null' in re.sub(r"\s", "", kept)


def test_a_command_that_never_ends_is_a_bug_too(project: Project) -> None:
    script = FAILS_AT_TIMES.replace('raise ValueError("no rate")', "import time; time.sleep(60)").replace(
        " and turn % 2", ""
    )
    command = project.app("hangs", script)
    capture = rates(project.folder / "a.capture")
    options = ("--timeout", "2", "--confirm", "1", "--max-trials", "6", "--jobs", "2")
    done = project.types("repro", str(capture), *options, "--", *command)
    assert done.returncode == 0, done.stderr
    assert "confirmed   1 of 1 run fail: did not end" in done.stderr


def test_secrets_stay_out_of_the_bundle(project: Project) -> None:
    secret = "sk_live_4f9a8b7c6d5e4f3a2b1c"
    raw = captures.exchange(0, "/battery/1", {"rate": None, "email": "jo.doe@home.example"})
    raw = replace(raw, request=replace(raw.request, headers=(("x-api-key", secret),)))
    text = 'import sys, urllib.request, json\nprint("key", sys.argv[1])\n'
    text += 'json.load(urllib.request.urlopen("https://api.amps.ai/battery/1"))["rate"] + 1\n'
    command = [*project.app("keyed", text), f"--api-key={secret}"]
    with open_writer(project.folder / "a.capture", captures.header(redaction="")) as writer:
        writer.append(raw)
    bundle = project.shrinks(project.folder / "a.capture", command)
    for file in bundle.iterdir():
        assert secret not in file.read_text(), file
        assert "jo.doe" not in file.read_text(), file
    assert "secrets in it were replaced" in (bundle / "report.md").read_text()
    assert project.types("redact", "--check", f"{bundle.name}/whole.capture").returncode == 0


def test_what_a_sandbox_has_answered_is_a_capture_that_says_which_world_it_was(project: Project) -> None:
    text = "import urllib.request, json\n"
    text += 'call = urllib.request.Request("https://api.amps.ai/battery", headers={"x-api-key": "sk_test_demo"})\n'
    text += 'assert json.load(urllib.request.urlopen(call))["data"]["items"][0]["vendor"] == "Nobody"\n'
    command = project.app("vendors", text)
    with Sandbox(pack="amps", seed=7, scenario="winter", at="2026-01-15T08:00:00Z", homes=3) as sandbox:
        subprocess.run(command, cwd=project.folder, env=os.environ | sandbox.env, check=False, capture_output=True)
        sandbox.journal.save(project.folder / "seen.capture")
    bundle = project.shrinks(project.folder / "seen.capture", command)
    assert left(bundle) == [("/battery", 200, '{"data":{"items":[{"vendor":""}]}}')]
    world = json.loads((bundle / "bundle.json").read_text())["world"]
    assert (world["scenario"], world["seed"], world["at"][:16]) == ("winter", 7, "2026-01-15T08:00")
    assert "replaysandbox run --scenario winter --seed 7 --at 2026-01-15T08:00:0" in (bundle / "README.md").read_text()


def test_other_tools_files_and_rules_go_into_the_bundle(project: Project) -> None:
    text = "import urllib.request, json\n"
    text += 'json.load(urllib.request.urlopen("https://api.amps.ai/battery/1?nonce2=7"))["rate"] + 1\n'
    command = project.app("rules", text)
    asked = captures.exchange(0, "/battery/1", {"rate": None, "id": 1}, query="nonce2=1")
    captures.write(project.folder / "a.capture", [asked])
    assert project.types("convert", "a.capture", "a.har").returncode == 0
    (project.folder / "rules.yaml").write_text("rules:\n  - path: /battery/{id}\n    ignore: [query:nonce2]\n")
    bundle = project.shrinks(project.folder / "a.har", command, "--match", "rules.yaml")
    assert left(bundle) == [("/battery/1", 200, '{"rate":null}')]
    assert project.types("replay", bundle.name).returncode == 1
    assert (
        project.types("replay", bundle.name, "--explain", "GET https://api.amps.ai/battery/2?nonce2=9").returncode == 1
    )
    assert (
        project.types("replay", bundle.name, "--explain", "GET https://api.amps.ai/battery/1?nonce2=9").returncode == 0
    )
