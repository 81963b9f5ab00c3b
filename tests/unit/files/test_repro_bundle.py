import json
import os
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.captures import open_capture
from replaysandbox.files.repro_bundle import check_free, is_bundle, open_bundle, write_bundle
from tests.unit.files.recorded import HEADER, recorded
from tests.unit.shrink.made import BUNDLE

LARGE = b"\xff" * 300_000


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    rules = tmp_path / "rules.yaml"
    rules.write_text("headers: [x]\n")
    folder = tmp_path / "idle.repro"
    captures = {"minimal.capture": [recorded()], "whole.capture": [recorded(), recorded(body=LARGE)]}
    packed = write_bundle(folder, BUNDLE, HEADER, captures, {"README.md": "# Repro\n"}, rules)
    assert packed == tmp_path / "idle.repro.zip"
    return folder


@pytest.mark.parametrize("suffix", ["", ".zip"])
def test_what_is_written_is_read(bundle: Path, suffix: str) -> None:
    path = bundle.with_name(bundle.name + suffix)
    assert is_bundle(path)
    with open_bundle(path) as (folder, told):
        assert told == BUNDLE
        assert (folder / "match.yaml").read_text() == "headers: [x]\n"
        assert (folder / "README.md").read_text() == "# Repro\n"
        with open_capture(folder / "whole.capture") as capture:
            assert [capture.body(each.response.body) for each in capture if each.response] == [b"{}", LARGE]
    assert folder.exists() == (suffix == "")


def test_what_is_there_is_not_written_over(bundle: Path) -> None:
    with pytest.raises(SandboxError, match="is there already"):
        check_free(bundle)
    check_free(bundle.with_name("other.repro"))
    with pytest.raises(SandboxError, match=r"cannot be written.*\n.*-o DIR"):
        write_bundle(bundle, BUNDLE, HEADER, {}, {})


def test_what_is_called_a_capture_runs_no_command(bundle: Path) -> None:
    packed = bundle.with_name("idle.repro.zip")
    assert is_bundle(packed)
    assert is_bundle(packed.rename(packed.with_name("IDLE.ZIP")))
    assert not is_bundle(packed.with_name("IDLE.ZIP").rename(packed.with_name("idle.capture")))


def test_other_things_are_no_bundles(tmp_path: Path) -> None:
    file = tmp_path / "a.capture"
    file.write_text("{}")
    assert not is_bundle(file)
    assert not is_bundle(tmp_path)
    assert not is_bundle(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": "other"}, 'does not say "format"'),
        ({"version": 2}, "format version 2; this replaysandbox reads 1"),
        ({"command": []}, "names no command"),
        ({"command": "rm -rf /"}, "is no list of texts"),
        ({"replay": {"at_end": "never", "passes": []}}, "at_end is 'never'"),
        ({"made": "yesterday"}, "Invalid isoformat"),
        ({"failure": None}, "is no bundle's"),
    ],
)
def test_a_broken_one_says_why(bundle: Path, change: dict[str, Any], reason: str) -> None:
    about = bundle / "bundle.json"
    about.write_text(json.dumps(json.loads(about.read_text()) | change))
    with pytest.raises(SandboxError, match=reason), open_bundle(bundle):
        pass


def test_one_that_lacks_something_names_it(bundle: Path) -> None:
    about = bundle / "bundle.json"
    told = json.loads(about.read_text())
    del told["failure"]
    about.write_text(json.dumps(told))
    with pytest.raises(SandboxError, match=r"\[failure\] is missing"), open_bundle(bundle):
        pass


def test_a_zip_without_a_bundle_and_one_that_leads_outside(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../outside.json", "{}")
    with pytest.raises(SandboxError, match="is no bundle"), open_bundle(file):
        pass
    assert not list(tmp_path.parent.glob("outside.json"))


def test_a_broken_zip_is_told(bundle: Path) -> None:
    packed = bundle.with_name("idle.repro.zip")
    data = bytearray(packed.read_bytes())
    data[40:60] = b"x" * 20
    packed.write_bytes(data)
    with pytest.raises(SandboxError, match=r"cannot be unpacked|is no bundle"), open_bundle(packed):
        pass


def test_a_zip_that_is_spoilt_anywhere_is_told(bundle: Path) -> None:
    packed = bundle.with_name("idle.repro.zip")
    good = packed.read_bytes()
    for place in range(30, len(good), 101):
        packed.write_bytes(good[:place] + bytes((good[place] ^ 0xFF,)) + good[place + 1 :])
        with suppress(SandboxError), open_bundle(packed):
            pass


def test_a_pipe_is_no_bundle_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.zip")
    assert not is_bundle(tmp_path / "pipe.zip")
