"""The Dockerfile's own steps, carried out where no container engine is: in a clean virtual environment.

Read from the file as it stands, then adapted: the image's folders become the test's, system packages are taken for
granted, the listening address is loopback, and pip may use its cache. A real build is `docker build .`.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
import venv
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.guards.tree import ROOT

FILE = ROOT / "Dockerfile"
KEY = "x-api-key: sk_test_demo"


def instructions() -> list[tuple[str, str]]:
    """Read the file's instructions: (word, rest), continued lines joined."""
    lines = [line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(word, rest) for line in joined.splitlines() if line for word, _, rest in [line.partition(" ")]]


def all_of(word: str) -> list[str]:
    return [rest for each, rest in instructions() if each == word]


def variables() -> dict[str, str]:
    return dict(pair.split("=", 1) for rest in all_of("ENV") for pair in shlex.split(rest))


class Image:
    """What a build makes, in folders of a test's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "venv" / "bin"
        for name in ("ca", "data", "project", "run"):
            (folder / name).mkdir(mode=0o700)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def here(self, text: str) -> str:
        """Put the test's folders in the place of the image's."""
        return re.sub(r"(?<![\w.])/(src|ca|data|project)\b", lambda found: str(self.folder / found[1]), text)

    @property
    def environment(self) -> dict[str, str]:
        theirs = {name: self.here(value) for name, value in variables().items()}
        kept = {name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")}
        return {
            **kept,
            **theirs,
            "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}",
            "XDG_RUNTIME_DIR": str(self.folder / "run"),
            "REPLAYSANDBOX_BIND": "127.0.0.1",
            "REPLAYSANDBOX_PORT": str(self.port),
            "REPLAYSANDBOX_CONTROL_PORT": "0",
        }

    def build(self) -> None:
        venv.create(self.folder / "venv", with_pip=True)
        for word, rest in instructions():
            if word == "COPY":
                *sources, target = self.here(rest).split()
                for source in sources:
                    copy(ROOT / source, Path(target), named=target.endswith("/"))
            elif word == "RUN" and rest.startswith("pip "):
                step = self.here(rest).replace("--no-cache-dir ", "--quiet --disable-pip-version-check ")
                done = subprocess.run(
                    ["sh", "-ec", step], env=self.environment, capture_output=True, text=True, timeout=300, check=False
                )
                assert done.returncode == 0, done.stdout + done.stderr


def copy(source: Path, target: Path, *, named: bool) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target / source.name if named else target)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    made = Image(tmp_path_factory.mktemp("image"))
    made.build()
    return made


@pytest.fixture
def container(image: Image) -> Iterator[subprocess.Popen[str]]:
    command = json.loads(all_of("CMD")[-1])
    with subprocess.Popen(
        [*command, "--pack", "amps"],
        cwd=image.folder / "project",
        env=image.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as running:
        try:
            yield running
        finally:
            if running.poll() is None:
                running.kill()


def healthy(image: Image) -> bool:
    check = all_of("HEALTHCHECK")[-1].partition("CMD ")[2]
    done = subprocess.run(["sh", "-c", check], env=image.environment, capture_output=True, timeout=20, check=False)
    return done.returncode == 0


@pytest.mark.slow
@pytest.mark.timeout(480)
def test_its_steps_make_a_sandbox_that_answers_and_stops(
    image: Image, container: subprocess.Popen[str], tmp_path: Path
) -> None:
    deadline = time.monotonic() + 60
    while not healthy(image):
        assert container.poll() is None, container.stdout and container.stdout.read()
        assert time.monotonic() < deadline, "never healthy"
    installed = (image.bin / "replaysandbox").read_text("utf-8").splitlines()[0]
    assert installed.startswith(f"#!{image.bin}/"), "it is the clean environment's own"

    exported = image.folder / "ca"
    assert sorted(file.name for file in exported.iterdir()) == ["bundle.pem", "ca.pem"]
    assert (exported / "ca.pem").stat().st_mode & 0o777 == 0o644
    assert "PRIVATE" not in (exported / "bundle.pem").read_text()

    # as an app in another container, to which the alias makes the name lead here
    url = "https://api.amps.ai/battery?limit=1"
    asked = ["curl", "-sS", "-i", "--noproxy", "*", "--connect-to", f"::127.0.0.1:{image.port}", "-H", KEY, url]
    done = subprocess.run(
        asked,
        env={**os.environ, "CURL_CA_BUNDLE": str(exported / "bundle.pem")},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert "x-sandbox: simulate" in done.stdout.lower(), done.stdout + done.stderr

    # the proxy is reached by others, so it wants a password: none was given, and so nobody has it
    done = subprocess.run(
        ["curl", "-sS", "--proxy", f"http://127.0.0.1:{image.port}", "--cacert", str(exported / "ca.pem"), url],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert "407" in done.stderr

    container.send_signal(signal.SIGTERM)
    assert container.wait(20) == 0


def test_it_ends_as_an_ordinary_user() -> None:
    words = [word for word, _ in instructions()]
    (user,) = all_of("USER")
    assert user != "root"
    assert words.index("USER") < words.index("CMD")
    assert any(f"useradd --create-home --uid 10001 {user}" in step for step in all_of("RUN"))


def test_each_port_and_volume_it_names_is_used() -> None:
    assert variables()["REPLAYSANDBOX_PORT"] in all_of("EXPOSE")
    assert json.loads(all_of("VOLUME")[0]) == [variables()["SANDBOX_CA_EXPORT"], variables()["XDG_DATA_HOME"]]
    assert "/healthz" in all_of("HEALTHCHECK")[0]


def test_what_it_copies_is_let_in_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").split()
    let_in = {line[1:] for line in lines if line.startswith("!")}
    copied = {source.split("/")[0] for rest in all_of("COPY") for source in rest.split()[:-1]}
    assert lines[0] == "*"
    assert copied == let_in
    assert not any(fnmatch(".venv", name) for name in let_in)
