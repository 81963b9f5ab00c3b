from __future__ import annotations

from pathlib import Path

import pytest

from replaysandbox.launch.trust_stores import Root, browser_stores, carry_out, root_of, system_stores
from tests.clients.certificate import write_certificate

ROOT = Root(Path("/ca.pem"), "ab" * 32, "CD" * 20)


def everything(name: str) -> str | None:
    return f"/bin/{name}"


def nothing(name: str) -> str | None:
    return None


def test_a_root_has_a_name_of_its_own(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_certificate(tmp_path / name, "x.example")
    first, second = root_of(tmp_path / "a"), root_of(tmp_path / "b")
    assert first.name.startswith("replaysandbox-")
    assert first.name != second.name
    assert len(first.sha1) == 40
    (tmp_path / "empty").touch()
    with pytest.raises(ValueError, match="PEM"):
        root_of(tmp_path / "empty")


@pytest.mark.parametrize(
    ("folder", "trust", "remove"),
    [
        ("usr/local/share/ca-certificates", ("update-ca-certificates",), ("update-ca-certificates", "--fresh")),
        ("etc/pki/ca-trust/source/anchors", ("update-ca-trust",), ("update-ca-trust",)),
        ("etc/pki/trust/anchors", ("update-ca-certificates",), ("update-ca-certificates",)),
    ],
)
def test_linux_has_a_folder_and_a_command(tmp_path: Path, folder: str, trust: object, remove: object) -> None:
    (tmp_path / folder).mkdir(parents=True)
    (store,) = system_stores(ROOT, "linux", everything, tmp_path)
    assert store.as_root
    assert not store.holds()
    assert store.trust[-1] == trust
    assert store.remove[-1] == remove
    (tmp_path / folder / f"{ROOT.name}.crt").touch()
    assert store.holds()


def test_a_system_that_is_not_known_is_told(tmp_path: Path) -> None:
    (store,) = system_stores(ROOT, "linux", nothing, tmp_path)
    assert "apt-get install ca-certificates" in store.blocked


def test_other_systems_are_told_by_their_own_tools() -> None:
    (mac,) = system_stores(ROOT, "darwin", everything)
    assert {words[0] for words in (*mac.trust, *mac.remove)} == {"security"}
    assert ROOT.sha1 in mac.remove[-1]
    (windows,) = system_stores(ROOT, "win32", everything)
    assert {words[0] for words in (*windows.trust, *windows.remove)} == {"certutil"}
    assert not mac.holds()
    assert not windows.holds()


def test_browsers_have_databases_of_their_own(tmp_path: Path) -> None:
    assert browser_stores(ROOT, tmp_path, nothing) == []
    profile = tmp_path / ".mozilla/firefox/x.default"
    profile.mkdir(parents=True)
    (profile / "cert9.db").touch()
    (blocked,) = browser_stores(ROOT, tmp_path, nothing)
    assert "libnss3-tools" in blocked.blocked
    firefox, chromium = browser_stores(ROOT, tmp_path, everything)
    assert firefox.trust[0][:3] == ("/bin/certutil", "-d", f"sql:{profile}")
    assert [words[0] for words in chromium.trust] == ["mkdir", "/bin/certutil", "/bin/certutil"], "there is none yet"
    assert not chromium.holds()


def test_the_first_command_that_fails_is_told() -> None:
    assert carry_out((("true",), ("sh", "-c", "echo no room >&2; exit 3"), ("no-such-program",))) == "sh: no room"
    assert carry_out((("false",),)) == "false: status 1"
    assert carry_out((("no-such-program-here",),)) == "no-such-program-here: No such file or directory"
    assert carry_out(()) == ""


def test_what_a_command_says_may_be_in_any_encoding() -> None:
    assert carry_out((("sh", "-c", r"printf 'na\377' >&2; exit 1"),)) == "sh: na\ufffd"
