"""The shim in a Python of its own, with a stand-in for aiohttp; the real one: tests/clients/test_clients.py."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from replaysandbox.launch.environment import SHIMS

SHIM = SHIMS / "python"
CLIENT = """
class ClientSession:
    def __init__(self, base_url=None, *, trust_env=False):
        "Make a session."
        self.said = trust_env
"""


def python(code: str, *path: Path, proxy: str = "http://127.0.0.1:4480") -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(map(str, path))}
    if proxy:
        environ["REPLAYSANDBOX_PROXY"] = proxy
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environ)


@pytest.fixture
def aiohttp(tmp_path: Path) -> Path:
    package = tmp_path / "site"
    (package / "aiohttp").mkdir(parents=True)
    (package / "aiohttp" / "__init__.py").write_text("from .client import ClientSession\n")
    (package / "aiohttp" / "client.py").write_text(CLIENT)
    return package


@pytest.mark.parametrize("call", ["ClientSession()", "ClientSession('https://x', trust_env=False)"])
def test_a_session_reads_the_environments_proxy_and_looks_as_before(aiohttp: Path, call: str) -> None:
    code = (
        "import inspect; from aiohttp import ClientSession; "
        f"print({call}.said, ClientSession.__init__.__doc__, inspect.signature(ClientSession), "
        "'ClientSession' in inspect.getsource(inspect.getmodule(ClientSession)))"
    )
    done = python(code, SHIM, aiohttp)
    assert done.stdout == "True Make a session. (base_url=None, *, trust_env=False) True\n"
    assert done.stderr == ""


def test_without_a_sandbox_nothing_is_touched(aiohttp: Path) -> None:
    done = python("import sys, aiohttp; print(aiohttp.ClientSession().said)", SHIM, aiohttp, proxy="")
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_another_aiohttp_than_we_know_loads_as_it_is(aiohttp: Path) -> None:
    (aiohttp / "aiohttp" / "client.py").write_text("ClientSession = None\n")
    done = python("import aiohttp; print(aiohttp.ClientSession)", SHIM, aiohttp)
    assert (done.stdout, done.stderr) == ("None\n", "")


def test_a_missing_client_is_missing_in_the_usual_words(aiohttp: Path) -> None:
    (aiohttp / "aiohttp" / "client.py").unlink()
    assert "No module named 'aiohttp.client'" in python("import aiohttp", SHIM, aiohttp).stderr


def test_the_sitecustomize_behind_ours_still_runs(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("MARK = 'theirs'\n")
    done = python("import sitecustomize; print(sitecustomize.MARK, sitecustomize.__file__)", SHIM, tmp_path)
    assert done.stdout == f"theirs {tmp_path / 'sitecustomize.py'}\n"


def test_its_errors_are_told_as_without_us(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("raise RuntimeError('theirs is broken')\n")
    assert python("", SHIM, tmp_path).stderr == python("", tmp_path).stderr
    assert "theirs is broken" in python("", SHIM, tmp_path).stderr


def test_two_installations_of_ours_do_not_find_each_other_for_ever(tmp_path: Path) -> None:
    for name in ("other", "theirs"):
        (tmp_path / name).mkdir()
    (tmp_path / "other" / "sitecustomize.py").write_text((SHIM / "sitecustomize.py").read_text())
    (tmp_path / "theirs" / "sitecustomize.py").write_text("print('once')\n")
    done = python("", SHIM, tmp_path / "other", SHIM, tmp_path / "theirs")
    assert (done.stdout, done.stderr) == ("once\n", "")
