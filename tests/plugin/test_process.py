"""The sandbox's process, as the plugin starts and ends it."""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path

import pytest
from pytest_replaysandbox.process import NotStartedError, adopt, start

from replaysandbox import Sandbox
from replaysandbox.files.folders import runtime_folder
from replaysandbox.files.running import all_running


@pytest.mark.usefixtures("own_home")
def test_one_whose_environment_is_not_told_does_not_stay(tmp_path: Path) -> None:
    command = tmp_path / "replaysandbox"
    command.write_text(f'#!/bin/sh\n[ "$1" = env ] && exit 3\nexec {sys.executable} -m replaysandbox "$@"\n', "utf-8")
    command.chmod(0o700)
    with pytest.raises(NotStartedError, match="does not tell its environment"):
        start({**os.environ, "REPLAYSANDBOX_COMMAND": str(command)}, tmp_path, records=False)
    assert all_running(runtime_folder()) == []


def test_variables_of_a_sandbox_that_has_gone_lead_to_nobody(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(own_home.parent)
    with Sandbox(pack="amps") as sandbox, socket.create_server(("127.0.0.1", 0)) as mute:
        found = adopt(sandbox.env)
        assert found is not None
        assert found.adopted
        assert adopt(sandbox.env | {"REPLAYSANDBOX_CONTROL_TOKEN": "of-the-one-before"}) is None
        assert adopt(sandbox.env | {"REPLAYSANDBOX_CONTROL": sandbox.proxy_url}) is None
        answering = threading.Thread(target=_answer_oddly, args=(mute,))
        answering.start()
        assert adopt(sandbox.env | {"REPLAYSANDBOX_CONTROL": f"http://127.0.0.1:{mute.getsockname()[1]}"}) is None
        answering.join()


def _answer_oddly(server: socket.socket) -> None:
    client, _ = server.accept()
    with client:
        client.recv(65536)
        client.sendall(b"220 mail.example ESMTP\r\n")
