"""Where people stand and what is around them: no home, no terminal, outputs that take no more, odd words."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, Person
from tests.cli.test_steering import base_url, get
from tests.cli.test_up import FREE, first_line, listens

__all__ = ["base_url"]

SHELL = f"{sys.executable} -m replaysandbox"


def in_shell(person: Person, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script of bash, in which $R is the command."""
    return subprocess.run(
        ["bash", "-c", script],
        cwd=person.folder,
        env=os.environ | {"R": SHELL},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("script", "status", "says"),
    [
        ("set -o pipefail; $R pack list | true", 141, ""),
        ("$R config show > /dev/full", 2, "replaysandbox: No space left on device"),
        ("$R config show >&-", 0, ""),
        ("$R run --pack amps -- no-such-program 2>&-", 127, ""),
        ("$R record x.capture --pack amps -- true 2>&-", 0, ""),
        ("mkdir gone; cd gone; rmdir ../gone; $R run -- true", 125, "the folder you stand in is gone"),
        ("$R up --state '~no-such-user/s.db'", 2, "--state: '~no-such-user/s.db' begins with the home of a user"),
        (f"$R up --proxy-password x --bind {'a' * 70}", 2, "cannot be listened on"),
        ("touch x; $R replay x --explain 'GET https://[x'", 125, "--explain takes a method and a URL"),
        ("REPLAYSANDBOX_PROXY=http://x:abc $R doctor", 1, ""),
        ("PYTHONIOENCODING=ascii $R devices --homes 1", 0, ""),
        ("$R replay $'\\xff.capture'", 125, "\\udcff.capture: cannot be read"),
        ("mkdir 'ünï côdé' && cd 'ünï côdé' && LC_ALL=C $R run --pack amps -- true", 0, "left        0 calls"),
    ],
)
def test_what_is_not_our_bug_is_not_called_one(person: Person, script: str, status: int, says: str) -> None:
    done = in_shell(person, script)
    assert done.returncode == status, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_command_may_open_as_many_files_as_without_us(person: Person) -> None:
    assert in_shell(person, "ulimit -Sn 700; $R run --pack amps -- sh -c 'ulimit -Sn'").stdout == "700\n"


@pytest.mark.skipif(shutil.which("unshare") is None, reason="Linux has it")
@pytest.mark.parametrize("words", ["run -- true", "doctor", "ca path", "redact x"])
def test_a_user_without_a_home_is_told_so(person: Person, words: str) -> None:
    (person.folder / "x").write_text("x", "utf-8")
    environ = f"env -u HOME -u XDG_DATA_HOME -u XDG_CONFIG_HOME -u XDG_CACHE_HOME XDG_RUNTIME_DIR={person.folder}"
    done = in_shell(person, f"chmod 700 .; unshare --user --map-user=12345 {environ} $R {words}")
    assert done.returncode == (125 if words.startswith("run") else 2), done.stderr
    assert "HOME: is not set" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (person.folder / "~").exists()


def test_a_closed_terminal_does_not_end_what_nohup_started(person: Person) -> None:
    ignoring = (
        "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", ignoring, *COMMAND, "up", *FREE, "--format", "json", "--pack", "amps"],
        cwd=person.folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    ready = first_line(running)
    running.send_signal(signal.SIGHUP)
    time.sleep(0.5)  # noqa: TID251 - long enough to stop
    assert listens(ready["proxy_url"])
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=20)
    assert running.returncode == 0


def test_a_session_may_be_called_anything(person: Person, base_url: str) -> None:
    for name in ("a b", "../status", "x?y=1", "ü"):
        done = person.types("session", "reset", name)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
    assert "no device has the id" in person.types("devices", "--day", "a b").stderr


def test_a_sandbox_that_does_not_answer_is_told(person: Person, base_url: str) -> None:
    pid = int(person.types("doctor").stderr.partition("pid ")[2].partition(",")[0])
    (file,) = Path(os.environ["XDG_RUNTIME_DIR"]).rglob(f"{pid}.json")
    text = file.read_text("utf-8")
    head, _, rest = text.partition('"control_url": "http://127.0.0.1:')
    with file.open("r+", encoding="utf-8") as same:  # the lock is on this very file
        same.write(f'{head}"control_url": "http://127.0.0.1:1"' + rest.partition('"')[2])
        same.truncate()
    for words in (("clock",), ("devices",), ("journal",)):
        done = person.types(*words)
        assert done.returncode == 2
        assert "does not answer" in done.stderr
        assert "Traceback" not in done.stderr
    file.write_text(text, "utf-8")


def test_who_follows_the_journal_sees_what_comes_after_a_reset(person: Person, base_url: str) -> None:
    get(base_url, "/amps/hvac")
    get(base_url, "/amps/hvac")
    following = person.starts("journal", "--follow")
    assert following.stdout is not None
    assert [following.stdout.readline().split()[0] for _ in range(2)] == ["1", "2"]
    person.types("session", "reset")
    get(base_url, "/amps/battery")
    assert "GET /battery" in following.stdout.readline()
    following.send_signal(signal.SIGINT)
    following.communicate(timeout=20)
