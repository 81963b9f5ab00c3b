"""`ca trust` and `ca remove` with the system's real tools, on copies of its stores that only this test sees."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, Person
from tests.needs import need

TOPS = ("etc", "var", "usr")
"""Folders of the system that the tools write below: trust stores, Java's, and dpkg's word on what is to be done."""

UNSHARE = ("unshare", *(() if os.geteuid() == 0 else ("--map-root-user",)), "--mount")

LIST = """
cd /
find etc/ssl usr/local/share/ca-certificates -type l -printf '%p -> %l\\n' | sort
find etc/ssl usr/local/share/ca-certificates -type f ! -name cacerts -print0 | sort -z | xargs -0 sha256sum
"""

# curl as it is: with the proxy, and no CA but the system's
ASK = "env -u CURL_CA_BUNDLE -u SSL_CERT_FILE curl -sS -o {out} -w %{{http_code}} -H x-api-key:sk_test_demo {url}"
URL = "https://api.amps.ai/battery"


class Machine:
    """This machine, as far as this test sees it: what is written to its folders goes to a folder of the test's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mounts = []
        for top in TOPS:
            upper, work = folder / f"{top}-upper", folder / f"{top}-work"
            upper.mkdir()
            work.mkdir()
            options = f"lowerdir=/{top},upperdir={upper},workdir={work}"
            self._mounts.append(f"mount -t overlay overlay -o {options} /{top}")
        # As Debian builds it, whatever somebody did to it by hand before.
        built = self.types("update-ca-certificates", "--fresh")
        assert built.returncode == 0, built.stdout + built.stderr

    def types(self, *command: str) -> subprocess.CompletedProcess[str]:
        script = " && ".join([*self._mounts, 'exec "$@"'])
        return subprocess.run(
            [*UNSHARE, "sh", "-c", script, "sh", *command],
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def held(self) -> str:
        """Read every file and every link of the stores, but for Java's: its bytes hold dates."""
        return self.types("sh", "-ec", LIST).stdout

    def trusted_by_java(self) -> list[str]:
        """List the names in Java's store, which Debian keeps equal to the system's."""
        listed = self.types("keytool", "-list", "-cacerts", "-storepass", "changeit")
        assert listed.returncode == 0, listed.stdout + listed.stderr
        return sorted(line.split(",")[0] for line in listed.stdout.splitlines() if "trustedCertEntry" in line)


@pytest.fixture
def machine(own_home: Path, tmp_path: Path) -> Machine:
    for program in ("update-ca-certificates", "keytool", "unshare"):
        need(program)
    folder = tmp_path / "machine"
    folder.mkdir()
    return Machine(folder)


def asks(machine: Machine) -> str:
    command = ASK.format(out=os.devnull, url=URL)
    return machine.types(*COMMAND, "run", "--", "sh", "-c", f'{command} || echo " curl $?"').stdout.strip()


def test_the_systems_store_takes_our_ca_and_gives_it_back_to_the_byte(machine: Machine, own_home: Path) -> None:
    assert asks(machine) == "000 curl 60"
    before, java = machine.held(), machine.trusted_by_java()

    shown = machine.types(*COMMAND, "ca", "trust")
    assert shown.returncode == 1
    assert "update-ca-certificates" in shown.stderr
    assert "nothing was done" in shown.stderr
    assert machine.held() == before

    trusted = machine.types(*COMMAND, "ca", "trust", "--yes")
    assert trusted.returncode == 0, trusted.stderr
    assert trusted.stderr.splitlines()[-1].endswith("to undo it: replaysandbox ca remove")
    assert asks(machine) == "200"
    assert "replaysandbox-" in machine.held()
    assert len(machine.trusted_by_java()) == len(java) + 1
    again = machine.types(*COMMAND, "ca", "trust", "--yes")
    assert (again.returncode, "nothing to do" in again.stderr) == (0, True)

    removed = machine.types(*COMMAND, "ca", "remove", "--yes")
    assert removed.returncode == 0, removed.stderr
    assert machine.held() == before
    assert asks(machine) == "000 curl 60"


def test_an_nss_database_takes_our_ca_and_gives_it_back(person: Person, own_home: Path) -> None:
    need("certutil")
    database = own_home / ".pki" / "nssdb"
    database.mkdir(parents=True)
    profile = own_home / ".mozilla" / "firefox" / "abc.default"
    profile.mkdir(parents=True)
    for folder in (database, profile):
        subprocess.run(["certutil", "-d", f"sql:{folder}", "-N", "--empty-password"], check=True)

    def nicknames(folder: Path) -> str:
        return subprocess.run(
            ["certutil", "-d", f"sql:{folder}", "-L"], check=True, capture_output=True, text=True
        ).stdout

    trusted = person.types("ca", "trust", "--only", "browsers", "--yes")
    assert trusted.returncode == 0, trusted.stderr
    assert "is trusted by 2 stores" in trusted.stderr
    assert all("replaysandbox-" in nicknames(folder) for folder in (database, profile))
    removed = person.types("ca", "remove", "--only", "browsers", "--yes")
    assert removed.returncode == 0, removed.stderr
    assert not any("replaysandbox-" in nicknames(folder) for folder in (database, profile))


def test_a_file_that_is_no_certificate_is_told(person: Person) -> None:
    (person.folder / "ca.pem").write_text("no certificate")
    done = person.types("ca", "trust", "--ca-file", "ca.pem", "--yes")
    assert done.returncode == 2
    assert "ca.pem: holds no certificate" in done.stderr


def test_who_is_not_root_is_told_what_to_type(person: Person) -> None:
    ordinary = ("unshare", "--user", "--map-user=1000")  # the same person, but no longer called root
    done = subprocess.run(
        [*ordinary, *COMMAND, "ca", "trust", "--only", "system", "--yes"],
        cwd=person.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "needs root, so it was left alone" in done.stderr
    assert f"    sudo {' '.join(COMMAND)} ca trust --only system --ca-file" in done.stderr
