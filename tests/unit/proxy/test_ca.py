from __future__ import annotations

import contextlib
import errno
import os
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from replaysandbox.core.errors import SandboxError
from replaysandbox.proxy import ca
from replaysandbox.proxy.ca import Authority, open_authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return open_authority(tmp_path_factory.mktemp("ca") / "confdir")


def test_files_are_ours_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        folder = open_authority(tmp_path / "a" / "b").folder
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {
        ca.KEY_FILE: 0o600,
        ca.CERTIFICATE_FILE: 0o600,
    }


def test_a_folder_that_is_given_read_only_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    made = open_authority(tmp_path / "ca")
    for name in ("chmod", "replace"):
        monkeypatch.setattr(Path, name, read_only)
    assert open_authority(tmp_path / "ca").certificate == made.certificate


def test_a_folder_others_can_read_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "confdir"
    folder.mkdir(mode=0o755)
    open_authority(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_folder_others_can_write_is_refused(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "confdir"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(SandboxError, match="plant a CA key"):
        open_authority(folder)
    assert list(folder.iterdir()) == []


def test_a_link_and_a_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").write_text("")
    for name in ("link", "file"):
        with pytest.raises(SandboxError):
            open_authority(tmp_path / name)


def test_the_same_authority_is_found_again(authority: Authority) -> None:
    again = open_authority(authority.folder)
    assert again.certificate == authority.certificate
    assert again.leaf_key.public_key() != authority.leaf_key.public_key()


def test_two_installations_differ(authority: Authority, tmp_path: Path) -> None:
    other = open_authority(tmp_path / "other")
    assert other.key.public_key() != authority.key.public_key()
    assert other.certificate.subject != authority.certificate.subject


def test_many_first_starts_at_once_agree(tmp_path: Path) -> None:
    found: list[Authority] = []
    threads = [threading.Thread(target=lambda: found.append(open_authority(tmp_path / "confdir"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len({each.certificate.serial_number for each in found}) == 1
    pem = found[0].certificate.public_bytes(Encoding.PEM)
    assert (tmp_path / "confdir" / ca.CERTIFICATE_FILE).read_bytes() == pem
    assert sorted(file.name for file in (tmp_path / "confdir").iterdir()) == [ca.KEY_FILE, ca.CERTIFICATE_FILE]


def test_a_broken_key_file_says_what_to_do(tmp_path: Path) -> None:
    folder = open_authority(tmp_path / "confdir").folder
    (folder / ca.KEY_FILE).write_text("no key")
    with pytest.raises(SandboxError, match="delete it"):
        open_authority(folder)


def test_a_key_of_another_certificate_is_refused(authority: Authority, tmp_path: Path) -> None:
    folder = open_authority(tmp_path / "confdir").folder
    key = ec.generate_private_key(ec.SECP256R1())
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / ca.KEY_FILE).write_bytes(secret + authority.certificate.public_bytes(Encoding.PEM))
    with pytest.raises(SandboxError, match="not the one of its certificate"):
        open_authority(folder)


def test_one_that_ends_soon_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = open_authority(tmp_path / "confdir")
    end = old.certificate.not_valid_after_utc
    monkeypatch.setattr(ca, "_today", lambda: end - timedelta(days=31))
    assert open_authority(old.folder).certificate == old.certificate
    monkeypatch.setattr(ca, "_today", lambda: end - timedelta(days=29))
    new = open_authority(old.folder)
    assert new.certificate.not_valid_after_utc > end
    assert new.certificate_file.read_bytes() == new.certificate.public_bytes(Encoding.PEM)


def test_only_the_certificate_is_in_the_public_file(authority: Authority) -> None:
    assert b"PRIVATE" not in authority.certificate_file.read_bytes()
    assert b"PRIVATE" in (authority.folder / ca.KEY_FILE).read_bytes()
    assert "PrivateKey" not in repr(authority)


@pytest.mark.parametrize(
    "names", [("api.amps.ai",), ("a.example", "b.example"), ("127.0.0.1",), ("::1",), ("x" * 60 + ".example",)]
)
def test_leaves_pass_the_strictest_check_there_is(authority: Authority, names: tuple[str, ...]) -> None:
    """Python 3.13's own defaults: X.509 strict, as a client would check it."""
    leaf = authority.leaf(names)
    context = ssl.create_default_context(cadata=authority.certificate_file.read_text())
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    for name in names:
        _handshake(leaf, context, name)


def _handshake(leaf: ca.Leaf, context: ssl.SSLContext, name: str) -> None:
    from OpenSSL import SSL

    server_context = SSL.Context(SSL.TLS_SERVER_METHOD)
    server_context.use_certificate(leaf.certificate)
    server_context.use_privatekey(leaf.key)
    server = SSL.Connection(server_context)
    server.set_accept_state()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname=name)
    for _ in range(4):
        try:
            client.do_handshake()
        except ssl.SSLWantReadError:
            server.bio_write(outgoing.read())
            with contextlib.suppress(SSL.WantReadError):
                server.do_handshake()
            incoming.write(server.bio_read(65536))
        else:
            return
    raise AssertionError("no handshake")


def test_leaves_live_no_longer_than_clients_allow(authority: Authority) -> None:
    certificate = authority.leaf(("api.amps.ai",)).certificate
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert life < timedelta(days=200)
    assert certificate.not_valid_before_utc < datetime.now(UTC) < certificate.not_valid_after_utc  # noqa: TID251 - wall time is what clients check
    assert certificate.public_key() != authority.certificate.public_key()
    constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert not constraints.ca


def test_leaves_are_kept_and_bounded(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ca, "MAX_LEAVES", 3)
    first = authority.leaf(("first.example",))
    assert authority.leaf(("first.example",)) is first
    for number in range(3):
        authority.leaf((f"{number}.example",))
    assert authority.leaf(("first.example",)) is not first


@pytest.mark.parametrize("name", ["b\xfccher.example", "\u2603"])
def test_a_name_that_cannot_stand_in_a_certificate(authority: Authority, name: str) -> None:
    with pytest.raises(ValueError, match=r"ASCII|A-label|encode"):
        authority.leaf((name,))
