"""Where a machine keeps the roots it trusts, and the commands that put ours in and take it out again.

Every step is a command that a person could type, so that what is shown beforehand is all that is done. Debian's
store and NSS are tested with the real tools (tests/cli/test_ca.py); the others are as their systems document them.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

Command = tuple[str, ...]
Which = Callable[[str], str | None]

_FOLDER_STORES = (
    ("/usr/local/share/ca-certificates", "update-ca-certificates", ("--fresh",)),  # Debian, Ubuntu, Alpine
    ("/etc/pki/ca-trust/source/anchors", "update-ca-trust", ()),  # Fedora, RHEL
    ("/etc/pki/trust/anchors", "update-ca-certificates", ()),  # openSUSE
)
"""Folder for a machine's own roots, the command that takes them over, and what it must be told after one has gone.

Without `--fresh` Debian's leaves the links of a root that has gone, and keeps it in Java's store. Source: their
manual pages and scripts, 2024.
"""

_KEYCHAIN = "/Library/Keychains/System.keychain"

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "brave-browser", "microsoft-edge")
"""Browsers that read the NSS database of the home folder. Source: Chromium, docs/linux/cert_management.md."""

_FIREFOX = (
    ".mozilla/firefox",
    "snap/firefox/common/.mozilla/firefox",
    ".var/app/org.mozilla.firefox/.mozilla/firefox",
    "Library/Application Support/Firefox/Profiles",
)
"""Where Firefox keeps its profiles, below the home folder; each has an NSS database of its own."""

_NO_CERTUTIL = (
    "its database is written by certutil, which is not here: apt-get install libnss3-tools, or brew install nss"
)


@dataclass(frozen=True, slots=True)
class Root:
    """The certificate that stores are to trust.

    Attributes:
        file: PEM file.
        sha256: Its fingerprint, hex.
        sha1: The fingerprint by which macOS and Windows name certificates, hex.
    """

    file: Path
    sha256: str
    sha1: str

    @property
    def name(self) -> str:
        """What it is called in a store: the same for one certificate, another for another."""
        return f"replaysandbox-{self.sha256[:12]}"


@dataclass(frozen=True, slots=True)
class Store:
    """One place where roots are kept.

    Attributes:
        title: What people call it.
        trust: Commands that put the root in; running them again changes nothing more.
        remove: Commands that take it out.
        holds: Tells whether the root is in there.
        as_root: Whether the commands need root.
        blocked: Why nothing can be done here, or empty.
    """

    title: str
    trust: tuple[Command, ...] = ()
    remove: tuple[Command, ...] = ()
    holds: Callable[[], bool] = lambda: False
    as_root: bool = False
    blocked: str = ""


def root_of(file: Path) -> Root:
    """Read what names a certificate.

    Raises:
        ValueError: There is no certificate in the file.
        OSError: It cannot be read.
    """
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificate

    der = load_pem_x509_certificate(file.read_bytes()).public_bytes(Encoding.DER)
    sha1 = hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()
    return Root(file, hashlib.sha256(der).hexdigest(), sha1)


def system_stores(root: Root, system: str, which: Which, top: Path = Path("/")) -> list[Store]:
    """List the stores that belong to the system: of those there are, one.

    Args:
        root: Our root.
        system: `linux`, `darwin`, `win32`, as Python names it.
        which: Finds a program.
        top: Where the file system begins.
    """
    if system == "darwin":
        return [_mac(root)]
    if system == "win32":
        return [_windows(root)]
    for folder, update, after in _FOLDER_STORES:
        place = top / folder.lstrip("/")
        if place.is_dir() and which(update):
            return [_folder_store(root, place, update, after)]
    known = ", ".join(dict.fromkeys(update for _, update, _ in _FOLDER_STORES))
    why = f"none of the ways known here is there ({known}); Debian: apt-get install ca-certificates"
    return [Store("the system's store", blocked=why)]


def browser_stores(root: Root, home: Path, which: Which) -> list[Store]:
    """List the NSS databases of browsers that are there.

    Args:
        root: Our root.
        home: The person's home folder.
        which: Finds a program.
    """
    folders = [(f"Firefox ({profile.name})", profile) for profile in _firefox_profiles(home)]
    shared = home / ".pki" / "nssdb"
    if (shared / "cert9.db").is_file() or any(which(browser) for browser in _BROWSERS):
        folders.append(("Chromium and its kin", shared))
    certutil = which("certutil")
    if certutil is None:
        return [Store(title, blocked=_NO_CERTUTIL) for title, _ in folders]
    return [_nss(root, title, folder, certutil) for title, folder in folders]


def _firefox_profiles(home: Path) -> Iterable[Path]:
    return sorted({found.parent for place in _FIREFOX for found in (home / place).glob("*/cert9.db")})


def _folder_store(root: Root, folder: Path, update: str, after: Command) -> Store:
    target = folder / f"{root.name}.crt"
    return Store(
        f"the system's store ({folder})",
        trust=(("install", "-m", "644", str(root.file), str(target)), (update,)),
        remove=(("rm", "-f", str(target)), (update, *after)),
        holds=target.is_file,
        as_root=True,
    )


def _mac(root: Root) -> Store:
    add = ("security", "add-trusted-cert", "-d", "-r", "trustRoot", "-k", _KEYCHAIN, str(root.file))
    remove = (
        ("security", "remove-trusted-cert", "-d", str(root.file)),
        ("security", "delete-certificate", "-Z", root.sha1, _KEYCHAIN),
    )
    listed = ("security", "find-certificate", "-a", "-Z", _KEYCHAIN)
    return Store("the System keychain", (add,), remove, lambda: root.sha1 in _output(listed), as_root=True)


def _windows(root: Root) -> Store:
    add = ("certutil", "-user", "-addstore", "Root", str(root.file))
    remove = ("certutil", "-user", "-delstore", "Root", root.sha1)
    listed = ("certutil", "-user", "-store", "Root", root.sha1)
    return Store("the user's Root store", (add,), (remove,), lambda: _succeeds(listed))


def _nss(root: Root, title: str, folder: Path, certutil: str) -> Store:
    database = (certutil, "-d", f"sql:{folder}")
    make: tuple[Command, ...] = ()
    if not (folder / "cert9.db").is_file():
        make = (("mkdir", "-p", str(folder)), (*database, "-N", "--empty-password"))
    return Store(
        f"{title}: {folder}",
        trust=(*make, (*database, "-A", "-t", "C,,", "-n", root.name, "-i", str(root.file))),
        remove=((*database, "-D", "-n", root.name),),
        holds=lambda: (folder / "cert9.db").is_file() and _succeeds((*database, "-L", "-n", root.name)),
    )


def carry_out(commands: Sequence[Command]) -> str:
    """Run commands one after the other, until one fails.

    Returns:
        What the one that failed said; empty when all went well.
    """
    for command in commands:
        try:
            done = _run(command)
        except OSError as error:
            return f"{command[0]}: {error.strerror}"
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip() or f"status {done.returncode}"
            return f"{command[0]}: {said}"
    return ""


def _run(command: Command) -> subprocess.CompletedProcess[str]:
    """Run a command; what it says may be in any encoding."""
    return subprocess.run(
        command, capture_output=True, text=True, errors="replace", check=False, stdin=subprocess.DEVNULL
    )


def _succeeds(command: Command) -> bool:
    return carry_out((command,)) == ""


def _output(command: Command) -> str:
    try:
        return _run(command).stdout
    except OSError:
        return ""
