from __future__ import annotations

import os
import ssl
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from replaysandbox.launch import bundle
from replaysandbox.launch.bundle import write_ca_files


def root(name: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


SYSTEM, THEIRS, OURS = root("system"), root("theirs"), root("ours")


def names(file: Path) -> list[str]:
    return [_name(certificate) for certificate in x509.load_pem_x509_certificates(file.read_bytes())]


def _name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose one system root is ours to choose."""
    (tmp_path / "system.crt").write_bytes(b"# roots of this system\n" + SYSTEM)
    (tmp_path / "theirs.pem").write_bytes(THEIRS)
    (tmp_path / "ours.pem").write_bytes(OURS)
    monkeypatch.setattr(bundle, "_SYSTEM_BUNDLES", (str(tmp_path / "missing"), str(tmp_path / "system.crt")))
    nowhere = str(tmp_path / "nowhere")
    known = ssl.DefaultVerifyPaths("", "", "SSL_CERT_FILE", nowhere, "SSL_CERT_DIR", nowhere)
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: known)
    return tmp_path


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NIX_SSL_CERT_FILE"])
def test_the_bundle_holds_the_systems_roots_the_users_and_ours(machine: Path, variable: str) -> None:
    files = write_ca_files(machine / "conf", machine / "ours.pem", {variable: str(machine / "theirs.pem")})
    assert names(files.bundle) == ["system", "theirs", "ours"]
    assert names(files.node_bundle) == ["ours"]


def test_node_keeps_the_users_extra_roots(machine: Path) -> None:
    user = {"NODE_EXTRA_CA_CERTS": str(machine / "theirs.pem")}
    files = write_ca_files(machine / "conf", machine / "ours.pem", user)
    assert names(files.node_bundle) == ["theirs", "ours"]
    assert names(files.bundle) == ["system", "ours"]


def test_a_folder_of_certificates_is_read_whole(machine: Path) -> None:
    folder = machine / "folder"
    folder.mkdir()
    (folder / "a.0").write_bytes(THEIRS)
    (folder / "README").write_text("no certificate")
    files = write_ca_files(machine / "conf", machine / "ours.pem", {"REQUESTS_CA_BUNDLE": str(folder)})
    assert names(files.bundle) == ["system", "theirs", "ours"]


def test_a_root_named_twice_or_broken_into_other_lines_is_there_once(machine: Path) -> None:
    (machine / "theirs.pem").write_bytes((SYSTEM + OURS).replace(b"\n", b"\r\n"))
    user = {"SSL_CERT_FILE": str(machine / "theirs.pem"), "CURL_CA_BUNDLE": str(machine / "theirs.pem")}
    assert names(write_ca_files(machine / "conf", machine / "ours.pem", user).bundle) == ["system", "ours"]


@pytest.mark.parametrize("content", [None, b"", b"not a certificate", b"\xff\xfe"])
def test_a_users_file_with_no_certificate_in_it_adds_none(machine: Path, content: bytes | None) -> None:
    file = machine / "broken.pem"
    if content is not None:
        file.write_bytes(content)
    files = write_ca_files(machine / "conf", machine / "ours.pem", {"SSL_CERT_FILE": str(file)})
    assert names(files.bundle) == ["system", "ours"]


def test_a_users_variable_that_can_be_no_file_adds_none(machine: Path) -> None:
    files = write_ca_files(machine / "conf", machine / "ours.pem", {"SSL_CERT_FILE": "x" * 5_000})
    assert names(files.bundle) == ["system", "ours"]


@pytest.mark.slow
def test_what_is_used_again_is_not_among_the_oldest(machine: Path) -> None:
    def surroundings(number: int) -> bundle.CaFiles:
        (machine / "theirs.pem").write_bytes(root(f"theirs {number}") if number else THEIRS)
        return write_ca_files(machine / "conf", machine / "ours.pem", {"SSL_CERT_FILE": str(machine / "theirs.pem")})

    first = surroundings(0)
    for number in range(1, 12):
        surroundings(number)
        assert surroundings(0) == first
    assert names(first.bundle) == ["system", "theirs", "ours"]
    assert len(list((machine / "conf").glob("bundle-*.pem"))) < 12


@pytest.mark.slow
def test_sandboxes_that_start_at_once_do_not_stumble_over_what_another_takes_away(machine: Path) -> None:
    def some(first: int) -> None:
        for number in range(first, first + 15):
            bundle._written(machine / "conf", "bundle", ".pem", [str(number).encode()])

    (machine / "conf").mkdir(mode=0o700)
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(some, 100 * worker) for worker in range(8)]:
            done.result()


def test_where_the_system_has_no_roots_certifis_serve(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (machine / "system.crt").unlink()
    monkeypatch.setattr(bundle, "_certifi", lambda: str(machine / "theirs.pem"))
    files = write_ca_files(machine / "conf", machine / "ours.pem", {})
    assert names(files.bundle) == ["theirs", "ours"]


def test_java_finds_the_same_roots(machine: Path) -> None:
    files = write_ca_files(machine / "conf", machine / "ours.pem", {"SSL_CERT_FILE": str(machine / "theirs.pem")})
    store = pkcs12.load_pkcs12(files.trust_store.read_bytes(), b"changeit")
    assert {_name(entry.certificate) for entry in store.additional_certs} == {"system", "theirs", "ours"}


def test_a_root_that_cannot_be_parsed_costs_only_itself(machine: Path) -> None:
    broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    (machine / "theirs.pem").write_bytes(broken + THEIRS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        user = {"SSL_CERT_FILE": str(machine / "theirs.pem")}
        files = write_ca_files(machine / "conf", machine / "ours.pem", user)
    store = pkcs12.load_pkcs12(files.trust_store.read_bytes(), b"changeit")
    assert {_name(entry.certificate) for entry in store.additional_certs} == {"system", "theirs", "ours"}


def test_folder_and_files_are_private_whatever_the_umask(machine: Path) -> None:
    before = os.umask(0)
    try:
        files = write_ca_files(machine / "conf", machine / "ours.pem", {})
    finally:
        os.umask(before)
    assert (machine / "conf").stat().st_mode & 0o777 == 0o700
    for file in (files.bundle, files.node_bundle, files.trust_store):
        assert file.stat().st_mode & 0o777 == 0o600


def test_the_same_surroundings_find_their_files_again(machine: Path) -> None:
    first = write_ca_files(machine / "conf", machine / "ours.pem", {})
    stamps = [file.stat().st_ino for file in (first.bundle, first.trust_store)]
    second = write_ca_files(machine / "conf", machine / "ours.pem", {})
    assert second == first
    assert [file.stat().st_ino for file in (second.bundle, second.trust_store)] == stamps


def test_other_surroundings_get_other_files_and_leave_the_first_alone(machine: Path) -> None:
    first = write_ca_files(machine / "conf", machine / "ours.pem", {})
    before = first.bundle.read_bytes()
    second = write_ca_files(machine / "conf", machine / "ours.pem", {"SSL_CERT_FILE": str(machine / "theirs.pem")})
    assert second.bundle != first.bundle
    assert first.bundle.read_bytes() == before


def test_the_folder_does_not_grow_for_ever(machine: Path) -> None:
    written = []
    for number in range(12):
        (machine / "theirs.pem").write_bytes(root(f"theirs {number}"))
        user = {"SSL_CERT_FILE": str(machine / "theirs.pem")}
        written.append(write_ca_files(machine / "conf", machine / "ours.pem", user))
    assert len(list((machine / "conf").glob("bundle-*"))) <= 8
    assert written[-1].bundle.exists()
    assert written[-1].trust_store.exists()
    assert not list((machine / "conf").glob(".*"))


def test_a_write_that_fails_leaves_no_half_file(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_ca_files(machine / "conf", machine / "ours.pem", {})
    assert list((machine / "conf").iterdir()) == []


def test_php_is_told_of_the_bundle_and_not_of_one_that_has_gone(machine: Path) -> None:
    files = write_ca_files(machine / "conf", machine / "ours.pem", {})
    settings = (files.php_ini / "replaysandbox.ini").read_text()
    assert settings == f'curl.cainfo="{files.bundle}"\nopenssl.cafile="{files.bundle}"\n'
    files.bundle.unlink()
    user = {"SSL_CERT_FILE": str(machine / "theirs.pem")}
    other = write_ca_files(machine / "conf", machine / "ours.pem", user)
    assert other.php_ini.is_dir()
    assert not files.php_ini.exists()
