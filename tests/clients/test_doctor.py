"""`doctor -- COMMAND` around apps that do not come to the sandbox, each for a reason that it must name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.island import RUN, Island
from tests.needs import need

PROGRAMS = Path(__file__).parent / "programs"
DOCTOR = (RUN[0], "doctor")
CURL = "curl -s -o /dev/null -H x-api-key:sk_test_demo https://api.amps.ai/battery"


def examined(offline: Island, *command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    done = offline.run(*DOCTOR, "--", *command, **environ)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def python(program: str, *arguments: str) -> tuple[str, ...]:
    return sys.executable, str(PROGRAMS / program), *arguments


@pytest.mark.parametrize("program", ["requests_app.py", "httpx_sync.py", "aiohttp_app.py", "urllib_app.py"])
def test_an_app_that_comes_has_nothing_in_its_way(offline: Island, program: str) -> None:
    done = examined(offline, *python(program))
    assert done.returncode == 0, done.stdout
    assert "came    1 to api.amps.ai: tunnel (HTTPS through the proxy)" in done.stdout
    assert "✗" not in done.stdout
    assert done.stderr.splitlines()[-1] == "doctor: nothing keeps an app from the sandbox"


def test_nodes_fetch_comes_by_tls(offline: Island) -> None:
    done = examined(offline, "node", str(PROGRAMS / "fetch.cjs"))
    assert done.returncode == 0, done.stdout
    assert "came    1 to api.amps.ai: " in done.stdout


@pytest.mark.parametrize(("library", "program"), [("requests", "no_trust_env.py"), ("httpx", "httpx_no_trust_env.py")])
def test_trust_env_false_is_named(offline: Island, library: str, program: str) -> None:
    done = examined(offline, *python(program))
    assert done.returncode == 1
    assert f"✗ {library} in python {program} ignores the environment" in done.stdout
    assert "with trust_env=False connected to 203.0.113.10:443" in done.stdout
    assert "came    nothing" in done.stdout


def test_a_pinned_ca_is_named_with_the_handshake_it_ends(offline: Island) -> None:
    pinned = str(offline.folder / "second.pem")
    done = examined(offline, *python("pinned.py", pinned))
    assert done.returncode == 1
    assert "refused 1 handshake for api.amps.ai: alert: unknown ca" in done.stdout
    assert f"verify is '{pinned}'" in done.stdout


def test_curls_own_bundle_is_named(offline: Island) -> None:
    done = examined(offline, "sh", "-c", f"{CURL} --cacert {offline.folder / 'second.pem'} || sleep 0.2")
    assert done.returncode == 1
    assert "refuses our certificate for api.amps.ai" in done.stdout
    assert "alert: unknown ca" in done.stdout


def test_variables_that_were_dropped_are_named(offline: Island) -> None:
    done = examined(offline, "sh", "-c", "env -u HTTPS_PROXY -u https_proxy -u SSL_CERT_FILE sh -c 'sleep 0.5; true'")
    assert done.returncode == 1
    assert "HTTPS_PROXY is missing, https_proxy is missing" in done.stdout
    assert "SSL_CERT_FILE is missing" in done.stdout
    assert done.stdout.count("is not told of our proxy") == 1, "said of the first process only"


def test_no_proxy_that_covers_a_host_is_named(offline: Island) -> None:
    done = examined(offline, "sh", "-c", "NO_PROXY=.amps.ai sh -c 'sleep 0.5; true'")
    assert done.returncode == 1
    assert "NO_PROXY has '.amps.ai', which covers api.amps.ai" in done.stdout


def test_variables_that_the_app_changes_itself_are_named_without_their_secret(offline: Island) -> None:
    done = examined(offline, *python("changes_proxy.py"))
    assert done.returncode == 1
    assert "HTTPS_PROXY became http://…@127.0.0.1:9" in done.stdout
    assert "secret" not in done.stdout


def test_node_without_our_preload_goes_past_and_both_are_named(offline: Island) -> None:
    done = examined(offline, "env", "-u", "NODE_OPTIONS", "node", str(PROGRAMS / "past.cjs"))
    assert done.returncode == 1
    assert "runs without our preload" in done.stdout
    assert "NODE_OPTIONS is missing" in done.stdout


def test_a_connection_past_the_proxy_is_seen(offline: Island) -> None:
    hold = "import socket, time; s = socket.create_connection(('203.0.113.20', 8443)); time.sleep(0.5)"
    program = f"exec(bytes.fromhex('{hold.encode().hex()}'))"
    done = examined(offline, sys.executable, "-I", "-c", program)
    assert done.returncode == 1
    assert "goes past the proxy" in done.stdout
    assert "it connected to 203.0.113.20:8443" in done.stdout


def test_python_that_leaves_our_shim_aside_is_noted(offline: Island) -> None:
    done = examined(offline, sys.executable, "-I", str(PROGRAMS / "urllib_app.py"))
    assert done.returncode == 0, done.stdout
    assert "it was started with -I: aiohttp in it ignores proxies" in done.stdout


def test_an_app_that_does_not_call_is_told_so(offline: Island) -> None:
    done = examined(offline, "sh", "-c", "sleep 0.2; exit 3")
    assert done.returncode == 1
    assert "✗ no call came to the sandbox" in done.stdout
    assert "it ended with 3" in done.stdout


def test_a_refused_host_is_noted_with_the_option_that_lets_it_through(offline: Island) -> None:
    done = examined(offline, "sh", "-c", f"{CURL}; curl -s https://metering.example/; true")
    assert done.returncode == 0, done.stdout
    assert "to let it through: --pass metering.example" in done.stdout


def test_wget_with_gnutls_is_told_of_the_systems_store(offline: Island) -> None:
    need("wget")
    done = examined(offline, "wget", "-q", "-O", "/dev/null", "--tries=1", "https://api.amps.ai/battery")
    assert done.returncode == 1
    assert "wget (pid" in done.stdout
    assert "refuses our certificate for api.amps.ai" in done.stdout
    assert "wget with GnuTLS reads the system's store alone: replaysandbox ca trust" in done.stdout
