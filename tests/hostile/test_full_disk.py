"""No room and no rights, on a file system of its own: what cannot be kept is said, and the app goes on being served."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from tests.hostile.sandbox import Sandbox, environment, started
from tests.hostile.test_faults import _ask, _push
from tests.proxy.talking import dial, hear
from tests.unit.files.pack_text import PACK, TEMPLATES, write_pack

_DISK = 'mount -t tmpfs -o size=1m tmpfs "$0"; '
FULL = 'cat /dev/zero > "$0/filling" 2>/dev/null; '
READ_ONLY = 'mount -o remount,ro "$0"; '
ON_DISK = ("unshare", *(() if os.geteuid() == 0 else ("--map-root-user",)), "--mount", "sh", "-c")


def on_disk(disk: Path, state: str = "") -> list[str]:
    """Begin a command line whose command sees a small disk of its own at a folder, in a state."""
    disk.mkdir()
    return [*ON_DISK, f'{_DISK}{state}exec "$@"', str(disk)]


def types(
    folder: Path, before: list[str], *arguments: str, environ: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, "-m", "replaysandbox", *arguments]
    env = environment(folder, environ)
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)


def _fill(sandbox: Sandbox, disk: Path) -> Path:
    """Fill the disk, as the process sees it."""
    filling = Path(f"/proc/{sandbox.child.pid}/root{disk}/filling")
    with filling.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(512)):
            pass
    with pytest.raises(OSError, match="No space left"):
        filling.with_name("more").write_bytes(bytes(8192))
    return filling


def test_no_room_for_what_it_says(tmp_path: Path) -> None:
    """Standard error takes nothing: packs are loaded anew, broken and mended, and every call is answered."""
    write_pack(tmp_path / "mine", PACK, TEMPLATES)
    template = tmp_path / "mine" / "templates" / "list.json.j2"
    with started(tmp_path, f"--pack-dir={tmp_path}", log=Path("/dev/full")) as sandbox:
        for text in ("{{ broken", '{"first": 1}', "{{ broken", '{"first": 2}'):
            template.write_text(text)
            for _ in range(100):
                answer = _ask(sandbox.port, "/things", "api.mine.test", "")
                assert answer.status in (200, 500)
                if text[-2:-1] == answer.body[-2:-1].decode():
                    break
                os.sched_yield()
            assert _ask(sandbox.port, "/nothing").status == 501
            assert _ask(sandbox.port).status == 200
        sandbox.child.terminate()
        assert sandbox.child.wait(10) == 0


def test_no_room_for_commands(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with started(tmp_path, f"--state={disk}/state.sqlite", before=on_disk(disk)) as sandbox:
        battery = _ask(sandbox.port, "/battery?limit=1").json["data"]["items"][0]["id"]
        assert _tell(sandbox, battery) == (202, b"")
        filling = _fill(sandbox, disk)
        answers = [_tell(sandbox, battery) for _ in range(40)]  # the last pages of the file may have room still
        status, said = answers[-1]
        assert (status, b"full" in said) == (507, True), said
        before = _ask(sandbox.port, "/actions?limit=50").json
        assert _tell(sandbox, battery)[0] == 507
        assert _ask(sandbox.port, "/actions?limit=50").json["data"] == before["data"]
        filling.unlink()
        assert _tell(sandbox, battery)[0] == 202
    assert "Traceback" not in (tmp_path / "log").read_text()


def _tell(sandbox: Sandbox, battery: str) -> tuple[int, bytes]:
    with dial(sandbox) as client:  # type: ignore[arg-type]  # it has a port
        client.sendall(_push(battery))
        answer = hear(client)
    return answer.status, answer.body if answer.status >= 300 else b""


REFUSED = {
    "state": ("run", "--state={disk}/state.sqlite", "--", "true"),
    "report": ("run", "--report=json={disk}/report.json", "--", "true"),
    "record": ("record", "{disk}/it.capture", "--", "true"),
}


@pytest.mark.parametrize("state", [FULL, READ_ONLY], ids=["full", "read-only"])
@pytest.mark.parametrize("verb", REFUSED)
def test_no_room_from_the_start(tmp_path: Path, verb: str, state: str) -> None:
    disk = tmp_path / "disk"
    before = on_disk(disk, state)
    done = types(tmp_path, before, *(each.format(disk=disk) for each in REFUSED[verb]), environ={})
    assert done.returncode == 125, done.stderr
    assert "Traceback" not in done.stderr
    assert "disk/" in done.stderr
    assert ("No space left" in done.stderr or "full" in done.stderr) is (state == FULL)


@pytest.mark.parametrize("state", [FULL, READ_ONLY], ids=["full", "read-only"])
def test_no_room_for_the_authority(tmp_path: Path, state: str) -> None:
    disk = tmp_path / "disk"
    done = types(tmp_path, on_disk(disk, state), "run", "--", "true", environ={"XDG_DATA_HOME": str(disk)})
    assert done.returncode == 125, done.stderr
    assert "Traceback" not in done.stderr
    assert str(disk) in done.stderr


DETACHED = """
set -e
"$1" -m replaysandbox up --detach --port 0 --control-port 0
eval "$("$1" -m replaysandbox env)"
cat /dev/zero > "$XDG_RUNTIME_DIR/filling" 2>/dev/null || true
for each in 1 2 3; do
    curl -s -o /dev/null -w '%{http_code}\\n' https://api.amps.ai/nothing
    curl -s -o /dev/null -w '%{http_code}\\n' https://api.amps.ai/battery -H 'x-api-key: sk_test_full'
done
"$1" -m replaysandbox down
"""


def test_no_room_for_the_log_in_the_background(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    command = [*on_disk(disk), "sh", "-c", DETACHED, "sh", sys.executable]
    env = environment(tmp_path, {"XDG_RUNTIME_DIR": str(disk)})
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("501\n200\n") == 3, done.stdout
