"""The sandbox's process, as the plugin starts and ends it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from pytest_replaysandbox.process import NotStartedError, start

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
