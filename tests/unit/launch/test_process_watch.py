from __future__ import annotations

import os
import socket
import subprocess
import sys
import time

import pytest

from replaysandbox.launch.process_watch import ProcessWatch, _address

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ProcessWatch.works_here(), reason="needs /proc to see other processes"),
]

HOLD = (
    "import socket, sys; s = socket.create_connection(('127.0.0.1', int(sys.argv[1]))); "
    "print(s.getsockname()[1], flush=True); input()"
)


def test_a_grandchild_its_variables_and_its_connection_to_our_door_are_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        door = listener.getsockname()[1]
        command = ["sh", "-c", f'exec 3<&0; X_SEEN=yes "{sys.executable}" -c "{HOLD}" {door} <&3; :']
        with (
            ProcessWatch(os.getpid(), door) as watch,
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child,
        ):
            assert child.stdout is not None
            port = int(child.stdout.readline())
            deadline = time.monotonic() + 10
            while port not in watch.callers and time.monotonic() < deadline:
                time.sleep(0.01)  # noqa: TID251 - waits for another thread's look
            child.communicate("\n", timeout=10)
    python = next(each for each in watch.seen.values() if "X_SEEN" in each.environ)
    assert watch.callers[port] == python.pid
    assert python.parent == child.pid
    assert python.program == "python"
    assert watch.connections == set(), "what stays on this machine leads nowhere"


def test_no_variables_at_all_are_believed_at_the_second_look() -> None:
    with subprocess.Popen(["env", "-i", sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        watch = ProcessWatch(os.getpid(), 1)
        argv = (sys.executable, "-c", "input()")
        deadline = time.monotonic() + 10
        while (child.pid, argv) not in watch._bare and time.monotonic() < deadline:
            watch.look()
        assert (child.pid, argv) not in watch.seen
        watch.look()
        child.communicate(b"\n", timeout=10)
    assert watch.seen[child.pid, argv].environ == {}


@pytest.mark.parametrize(
    ("digits", "address"),
    [
        ("0100007F", "127.0.0.1"),
        ("0A7100CB", "203.0.113.10"),
        ("00000000000000000000000001000000", "::1"),
        ("0000000000000000FFFF00000A7100CB", "203.0.113.10"),
    ],
)
def test_the_kernels_addresses_are_read(digits: str, address: str) -> None:
    assert str(_address(digits)) == address
