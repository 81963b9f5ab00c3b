"""`probe` typed as a user would, before live APIs that play Amps and, behind OAuth, Tesla."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from replaysandbox.files.captures import open_capture
from tests.guards.tree import ROOT
from tests.live.playing import KEY, Playing
from tests.record.conftest import Person
from tests.record.live_api import HOST, Answer, Heard, LiveApi, json_answer

QUICK = "rate: {per_minute: 60000}"


def own_pack(person: Person, name: str, change: Callable[[str], str] = str) -> str:
    """Copy a pack of ours whose live API may be asked as often as anybody likes."""
    folder = person.folder / "mine" / name
    shutil.copytree(ROOT / "profiles" / name, folder)
    file = folder / "pack.yaml"
    file.write_text(change(file.read_text("utf-8").replace("format: 1", f"format: 1\n{QUICK}", 1)), "utf-8")
    return str(folder)


@pytest.fixture
def probes(person: Person, monkeypatch: pytest.MonkeyPatch) -> Callable[..., subprocess.CompletedProcess[str]]:
    monkeypatch.setenv("THE_KEY", KEY)

    def probe(pack: str, *options: str) -> subprocess.CompletedProcess[str]:
        return person.types("probe", pack, "--key-env", "THE_KEY", *person.api.options, *options, "-o", "it.capture")

    return probe


def test_it_asks_all_that_can_be_read_and_drift_reads_what_it_keeps(person: Person, api: LiveApi, probes: Any) -> None:
    api.otherwise = Playing()
    done = probes(own_pack(person, "amps"))
    assert done.returncode == 0, done.stderr
    assert "probed      16 calls, answered 16 with 200" in done.stderr
    assert "not asked   1 route, no id for them: GET /actions/{id}" in done.stderr
    assert {heard.method for heard in api.heard} == {"GET"}
    assert {dict(heard.headers)["x-api-key"] for heard in api.heard} == {KEY}
    assert KEY.encode() not in person.all_bytes()
    assert KEY not in done.stdout + done.stderr
    drift = person.types("drift", "it.capture")
    assert drift.returncode == 0, drift.stdout + drift.stderr
    assert "11 agree" in drift.stdout


def test_most_calls_and_a_busy_api_are_heeded(person: Person, api: LiveApi, probes: Any) -> None:
    playing = Playing()
    busy = {"/ev-charger": ["1"], "/hvac": ["86400"]}

    def now_and_then(heard: Heard, handler: Any) -> Answer:
        asked = busy.get(heard.path, [])
        if asked:
            return json_answer({}, ("Retry-After", asked.pop()), status=429)
        return playing(heard, handler)

    api.otherwise = now_and_then
    pack = own_pack(person, "amps")
    done = probes(pack)
    assert [heard.path for heard in api.heard] == ["/battery", "/ev-charger", "/ev-charger", "/hvac"]
    assert "stopped     the API asks to wait 86400 s" in done.stderr
    assert "probed      4 calls, answered 2 with 200, 2 with 429" in done.stderr
    api.heard.clear()
    done = probes(pack, "--max-calls", "3")
    assert len(api.heard) == 3
    assert "stopped     3 calls made" in done.stderr
    assert done.returncode == 0


def test_a_token_is_got_for_a_client_and_kept_nowhere(
    person: Person, api: LiveApi, probes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_host(text: str) -> str:
        text = re.sub(r"(?m)^hosts: .*$", f"hosts: [{HOST}]", text)
        return re.sub(r"host: (\[[^\]]*\]|[^,]*), ", "", text)

    monkeypatch.setenv("THE_KEY", "cnryclient41:cnrysecret87")
    api.otherwise = Playing("tesla")
    done = probes(own_pack(person, "tesla", one_host))
    assert done.returncode == 0, done.stderr
    assert [heard.method for heard in api.heard].count("POST") == 1
    read = [dict(heard.headers) for heard in api.heard if heard.method == "GET" and heard.path != "/status"]
    tokens = {headers["Authorization"] for headers in read}
    assert len(tokens) == 1
    kept = person.all_bytes()
    for secret in (*tokens, "cnrysecret87", "cnryclient41:cnrysecret87"):
        assert secret.removeprefix("Bearer ").encode() not in kept
        assert secret not in done.stderr
    with open_capture(person.folder / "it.capture") as capture:
        statuses = [each.response.status for each in capture if each.response]
    assert statuses == [200] * len(api.heard)


def test_no_key_a_refused_key_and_an_unknown_pack_are_told(person: Person, api: LiveApi, probes: Any) -> None:
    unset = person.types("probe", "amps", "--key-env", "NO_SUCH_KEY", "-o", "it.capture")
    assert (unset.returncode, "NO_SUCH_KEY is not set" in unset.stderr) == (2, True)
    assert not Path(person.folder / "it.capture").exists()
    unknown = probes("amqs")
    assert (unknown.returncode, "there is no pack 'amqs'" in unknown.stderr) == (2, True)
    api.otherwise = lambda heard, handler: json_answer({}, status=401)
    refused = probes(own_pack(person, "amps"))
    assert refused.returncode == 1
    assert "answered 6 with 401" in refused.stderr


def test_the_key_is_no_option(person: Person) -> None:
    done = person.types("probe", "--help")
    assert "--key-env NAME" in done.stdout
    assert " --key " not in done.stdout
