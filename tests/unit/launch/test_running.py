from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.running import Running
from replaysandbox.launch.running import chosen

ONE = Running(
    pid=1,
    verb="up",
    mode="simulate",
    project="/home/me/app",
    proxy_url="http://127.0.0.1:4480",
    base_url="http://127.0.0.1:4480",
    ca_file="/ca.pem",
    control_url="http://127.0.0.1:4481",
    control_token="t",
)
OTHER = replace(ONE, pid=2, project="/home/me/other", proxy_url="http://127.0.0.1:5000")
INNER = replace(ONE, pid=3, project="/home/me/app/part", proxy_url="http://127.0.0.1:6000")


@pytest.mark.parametrize(
    ("running", "folder", "port", "pid"),
    [
        ([ONE], "/home/me/app", None, 1),
        ([ONE], "/elsewhere", None, 1),
        ([ONE, OTHER], "/home/me/other/deep", None, 2),
        ([ONE, INNER], "/home/me/app/part/deep", None, 3),
        ([ONE, INNER], "/home/me/app", None, 1),
        ([ONE, OTHER], "/home/me/app", 5000, 2),
    ],
)
def test_the_nearest_is_meant(running: list[Running], folder: str, port: int | None, pid: int) -> None:
    assert chosen(running, Path(folder), port).pid == pid


@pytest.mark.parametrize(
    ("running", "folder", "port", "says"),
    [
        ([], "/", None, "none runs"),
        ([ONE], "/", 9, "none runs with its proxy on port 9"),
        ([ONE, OTHER], "/elsewhere", None, "--port 4480 .* --port 5000"),
        ([ONE, replace(ONE, pid=9)], "/home/me/app", None, "several run"),
    ],
)
def test_where_it_is_not_clear_the_user_is_asked(
    running: list[Running], folder: str, port: int | None, says: str
) -> None:
    with pytest.raises(SandboxError, match=says):
        chosen(running, Path(folder), port)
