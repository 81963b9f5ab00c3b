"""Certificate files for the child: the roots it would trust without us, and ours. Reads and writes files."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import ssl
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from replaysandbox.files.folders import make_private
from replaysandbox.files.whole import write_whole
from replaysandbox.launch.environment import TRUST_STORE_PASSWORD, USER_BUNDLE_VARIABLES

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----\s.+?-----END CERTIFICATE-----", re.DOTALL)

_SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Gentoo
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # RHEL 7
    "/etc/ssl/cert.pem",  # Alpine, macOS, FreeBSD
)
"""Where systems keep their roots. Source: Go, crypto/x509 root_linux.go and root_bsd.go, 2024."""

_KEPT = 8
"""Files of one kind that stay in the folder: a long-running sandbox may still be using an older one. Ours."""


@dataclass(frozen=True, slots=True)
class CaFiles:
    """The certificate files written for a child.

    Attributes:
        bundle: PEM: the system's roots, the user's own and ours.
        node_bundle: PEM: what the user had in `NODE_EXTRA_CA_CERTS`, and ours.
        trust_store: PKCS12 for Java: the same as `bundle`.
        php_ini: Folder with settings for PHP that name `bundle`.
    """

    bundle: Path
    node_bundle: Path
    trust_store: Path
    php_ini: Path


def write_ca_files(folder: Path, ca_file: Path, user: Mapping[str, str]) -> CaFiles:
    """Write what the child's clients are to trust into a private folder.

    Each file is named by the hash of its content: sandboxes with different surroundings do not overwrite each
    other's, and the same surroundings find their files there already.

    Args:
        folder: Our private folder; made with mode 0700 when it is not there.
        ca_file: Our CA's certificate. [PEM]
        user: The environment the user called us in.
    """
    make_private(folder)
    ours = _certificates(ca_file)
    theirs = [pem for name in USER_BUNDLE_VARIABLES for pem in _certificates_at(user.get(name, ""))]
    everything = _unique([*_system_roots(), *theirs, *ours])
    node = _unique([*_certificates_at(user.get("NODE_EXTRA_CA_CERTS", "")), *ours])
    bundle = _written(folder, "bundle", ".pem", everything)
    return CaFiles(
        bundle=bundle,
        node_bundle=_written(folder, "node", ".pem", node),
        trust_store=_trust_store(folder, everything),
        php_ini=_php_folder(bundle),
    )


def _system_roots() -> list[bytes]:
    """Read the system's roots; certifi's where there are none to be found."""
    known = ssl.get_default_verify_paths()
    for place in (known.openssl_cafile, *_SYSTEM_BUNDLES, known.openssl_capath):
        found = _certificates_at(place)
        if found:
            return found
    return _certificates_at(_certifi())


def _certifi() -> str:
    try:
        import certifi
    except ImportError:
        return ""
    return certifi.where()


def _certificates_at(place: str) -> list[bytes]:
    """Read the certificates of a file, or of all files in a folder; a place that cannot be read has none."""
    if not place:
        return []
    path = Path(place)
    try:
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        return [pem for file in files if file.is_file() for pem in _certificates(file)]
    except OSError:  # a folder that is not for us to look into, or no name of a file at all
        return []


def _certificates(file: Path) -> list[bytes]:
    try:
        return _CERTIFICATE.findall(file.read_bytes())
    except OSError:
        return []


def _unique(certificates: Iterable[bytes]) -> list[bytes]:
    """Keep the first of each certificate, however its lines are broken; the order stays."""
    return list({b"".join(pem.split()): pem for pem in certificates}.values())


def _written(folder: Path, kind: str, suffix: str, certificates: list[bytes]) -> Path:
    content = b"\n".join(certificates) + b"\n"
    file = folder / f"{kind}-{_digest(content)}{suffix}"
    if not _is_kept(file):
        write_whole(file, content)
        _forget_old(folder, f"{kind}-*{suffix}")
    return file


def _is_kept(file: Path) -> bool:
    """Tell whether a file is there; one that is in use again is not among the oldest."""
    with contextlib.suppress(OSError):
        os.utime(file)
        return True
    return file.exists()


def _trust_store(folder: Path, certificates: list[bytes]) -> Path:
    """Write Java's trust store, named by what is in it: its bytes hold a random salt."""
    file = folder / f"java-{_digest(b''.join(certificates))}.p12"
    if not _is_kept(file):
        write_whole(file, _pkcs12(certificates))
        _forget_old(folder, "java-*.p12")
    return file


def _php_folder(bundle: Path) -> Path:
    """Write settings for PHP into a folder of their own: its curl extension reads no variable for its roots."""
    folder = bundle.with_name(bundle.stem.replace("bundle", "php"))
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / "replaysandbox.ini"
    if not file.exists():
        write_whole(file, f'curl.cainfo="{bundle}"\nopenssl.cafile="{bundle}"\n'.encode())
        for old in folder.parent.glob("php-*"):
            if not old.with_name(old.name.replace("php", "bundle")).with_suffix(".pem").exists():
                shutil.rmtree(old, ignore_errors=True)
    return folder


def _pkcs12(certificates: list[bytes]) -> bytes:
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    named = [
        pkcs12.PKCS12Certificate(certificate, f"root {number}".encode())
        for number, certificate in enumerate(_parsed(certificates))
    ]
    return pkcs12.serialize_java_truststore(named, BestAvailableEncryption(TRUST_STORE_PASSWORD.encode()))


def _parsed(certificates: list[bytes]) -> list[Certificate]:
    """Parse what can be parsed: system stores hold a few old roots that break a rule."""
    from cryptography.x509 import load_pem_x509_certificate

    parsed = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for pem in certificates:
            with contextlib.suppress(ValueError):
                parsed.append(load_pem_x509_certificate(pem))
    return parsed


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _forget_old(folder: Path, pattern: str) -> None:
    """Take away those that were longest not asked for; another sandbox may be doing so at this moment."""
    by_age: list[tuple[int, Path]] = []
    for file in folder.glob(pattern):
        with contextlib.suppress(FileNotFoundError):
            by_age.append((file.stat().st_mtime_ns, file))
    for _, file in sorted(by_age, reverse=True)[_KEPT:]:
        file.unlink(missing_ok=True)
