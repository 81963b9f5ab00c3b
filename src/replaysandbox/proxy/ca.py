"""Our certificate authority: made once per installation, kept in a private folder. No mitmproxy in here."""

from __future__ import annotations

import ipaddress
import os
import stat
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.files.folders import make_private
from replaysandbox.files.whole import make_once, write_whole

KEY_FILE = "ca-key.pem"
"""Key and certificate together, so that two processes that start at once can never mix theirs."""

CERTIFICATE_FILE = "ca.pem"

CA_LIFE = timedelta(days=3650)
"""As long as mitmproxy's. Source: mitmproxy, certs.py."""

LEAF_LIFE = timedelta(days=199)
"""Apple's clients refuse more than 200 days from 2026 on. Source: CA/Browser Forum, ballot SC-081v3, 2025."""

CA_BEGAN = datetime(2000, 1, 1, tzinfo=UTC)
"""Long ago, for clients whose clock follows the sandbox's (`--app-clock`). Ours."""

BACKDATED = timedelta(days=2)
"""For clients whose clock is behind. Source: mitmproxy, certs.py."""

RENEWED_BEFORE = timedelta(days=30)
"""A CA this close to its end is made anew, so that none ends in the middle of a run. Ours."""

MAX_LEAVES = 1000
"""Certificates kept at a time; the one used longest ago goes first. Ours."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A certificate for one host, with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Authority:
    """Our CA: signs a certificate for any host that a client asks us for.

    Attributes:
        folder: The private folder it lives in.
        certificate: Its certificate, which clients are told to trust.
        key: Its key, which never leaves the folder.
        leaf_key: One key for all leaves of this process: not the CA's, and gone with the process.
        leaves_last: Leaves are valid as long as the CA: for clients with another clock than this machine's. Only
            Apple's refuse them for it.
    """

    folder: Path
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    leaf_key: ec.EllipticCurvePrivateKey = field(repr=False)
    leaves_last: bool = False
    _leaves: OrderedDict[tuple[str, ...], Leaf] = field(default_factory=OrderedDict, repr=False)

    @property
    def certificate_file(self) -> Path:
        """PEM file with the certificate alone."""
        return self.folder / CERTIFICATE_FILE

    def leaf(self, names: tuple[str, ...]) -> Leaf:
        """Sign, or find again, the certificate for a host.

        Args:
            names: Host names or addresses it is for, the one asked for first.

        Raises:
            ValueError: A name cannot stand in a certificate.
        """
        known = self._leaves.get(names)
        if known is None:
            known = self._leaves[names] = Leaf(_leaf_certificate(self, names), self.leaf_key)
            while len(self._leaves) > MAX_LEAVES:
                self._leaves.popitem(last=False)
        self._leaves.move_to_end(names)
        return known


def open_authority(folder: Path, *, leaves_last: bool = False) -> Authority:
    """Open our CA, making folder and key on first use, and a new one when the old one ends.

    Args:
        folder: The private folder it lives in.
        leaves_last: As of `Authority`.

    Raises:
        SandboxError: The folder is not ours alone, or what is in it cannot be used.
    """
    _make_private(folder)
    file = folder / KEY_FILE
    try:
        if not file.exists():
            make_once(file, _new_authority())
        key, certificate = _load(file.read_bytes())
        if certificate.not_valid_after_utc - RENEWED_BEFORE < _today():
            write_whole(file, _new_authority())
            key, certificate = _load(file.read_bytes())
        _publish_certificate(folder / CERTIFICATE_FILE, certificate)
    except (OSError, ValueError, TypeError) as error:
        hint = "delete it: a new CA is made, which clients must then be told to trust"
        raise SandboxError(Problem(str(file), 0, "", f"our CA cannot be used: {error}", hint)) from error
    return Authority(folder, certificate, key, ec.generate_private_key(ec.SECP256R1()), leaves_last)


def _make_private(folder: Path) -> None:
    """Make the folder with mode 0700, and refuse one that others own or can write: they could plant a key."""
    try:
        make_private(folder)
        found = folder.lstat()
    except OSError as error:
        raise SandboxError(Problem(str(folder), 0, "", f"cannot be made: {error.strerror}")) from error
    if not stat.S_ISDIR(found.st_mode):
        raise SandboxError(Problem(str(folder), 0, "", "is not a folder", "move it away"))
    if found.st_uid != os.geteuid():
        raise SandboxError(Problem(str(folder), 0, "", "belongs to another user, who could plant a CA key in it"))
    if stat.S_IMODE(found.st_mode) & 0o022:
        hint = f"chmod 700 {folder}, and delete {KEY_FILE} in it unless you know who made it"
        raise SandboxError(Problem(str(folder), 0, "", "can be written by others, who could plant a CA key", hint))
    if stat.S_IMODE(found.st_mode) != 0o700:  # as it may be given to a container, where nothing can be changed
        folder.chmod(0o700)


def _load(pem: bytes) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = serialization.load_pem_private_key(pem, None)
    certificate = x509.load_pem_x509_certificate(pem)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise ValueError("its key is not the one of its certificate")
    return key, certificate


def _publish_certificate(file: Path, certificate: x509.Certificate) -> None:
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    if not file.exists() or file.read_bytes() != pem:
        write_whole(file, pem)


def _new_authority() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    serial = x509.random_serial_number()
    names = [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "replaysandbox"),
        # people with several machines see which is which in their system's store
        x509.NameAttribute(NameOID.COMMON_NAME, f"replaysandbox CA {serial & 0xFFFFFFFF:08x}"),
    ]
    today = _today()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(names))
        .issuer_name(x509.Name(names))
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(CA_BEGAN)
        .not_valid_after(today + CA_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return secret + certificate.public_bytes(serialization.Encoding.PEM)


def _leaf_certificate(authority: Authority, names: Sequence[str]) -> x509.Certificate:
    identifier = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    common = [x509.NameAttribute(NameOID.COMMON_NAME, names[0])] if len(names[0]) <= 64 else []
    first = _today() - BACKDATED
    last = first + LEAF_LIFE
    if authority.leaves_last:
        first, last = authority.certificate.not_valid_before_utc, authority.certificate.not_valid_after_utc
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name(common))
        .issuer_name(authority.certificate.subject)
        .public_key(authority.leaf_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        # Source: RFC 5280, 4.2.1.6: critical where the subject is empty.
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=not common)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(authority.key, hashes.SHA256())
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _today() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a certificate lives in wall time, whatever the sandbox's clock says
