"""`clock`, `fault`, `journal`, `session`: a running sandbox steered by commands typed."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.cli.conftest import Person

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture
def base_url(person: Person) -> str:
    free = ("--port", "0", "--control-port", "0")
    ready = person.types("up", "--detach", "--format", "json", *free, "--at", "2026-06-01T12:00:00Z", "--freeze")
    return str(json.loads(ready.stdout)["base_url"])


def get(base_url: str, path: str) -> tuple[int, Any]:
    request = urllib.request.Request(base_url + path, headers={"x-api-key": "sk_test_1"})
    try:
        with DIRECT.open(request, timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_the_sandbox_is_steered_by_commands(person: Person, base_url: str) -> None:
    assert person.types("clock").stdout == "2026-06-01T12:00:00.000Z  stands still\n"
    assert person.types("clock", "+6h").stdout.startswith("2026-06-01T18:00:00.000Z")
    assert person.types("clock", "-30m").stdout.startswith("2026-06-01T17:30:00.000Z")
    assert person.types("clock", "-1.5h", "--session", "default").stdout.startswith("2026-06-01T16:00:00.000Z")
    assert person.types("clock", "2026-01-01T00:00:00Z").stdout.startswith("2026-01-01T00:00:00.000Z")
    assert get(base_url, "/amps/hvac")[1]["meta"]["timestamp"] == "2026-01-01T00:00:00.000Z"
    assert "runs at 1 times" in person.types("clock", "run").stdout
    wrong = person.types("clock", "yesterday")
    assert (wrong.returncode, "'yesterday' is not +6h" in wrong.stderr) == (2, True)

    added = person.types("fault", "add", "status=503", "route=GET /hvac", "times=1")
    assert added.stdout.startswith("fault-1  status"), added.stderr
    status, body = get(base_url, "/amps/hvac")
    assert (status, body["success"]) == (503, False)
    assert get(base_url, "/amps/hvac")[0] == 200
    assert "hit 1 time" in person.types("fault", "list").stdout
    bad = person.types("fault", "add", "staus=503")
    assert (bad.returncode, "did you mean 'status'?" in bad.stderr) == (2, True)
    assert person.types("fault", "clear").stdout == "1 cleared\n"

    get(base_url, "/amps/baterry")
    journal = person.types("journal")
    assert "503  fault=status" in journal.stdout
    assert "near: GET /battery (amps): path: segment 1 is 'baterry'" in journal.stdout
    assert len(person.types("journal", "--miss").stdout.splitlines()) == 4
    assert "default" in person.types("session", "list").stdout
    assert person.types("session", "reset").stdout == "default is as it began\n"
    assert person.types("journal").stdout == ""
    assert person.types("clock").stdout == "2026-06-01T12:00:00.000Z  stands still\n"
    assert person.types("session", "reset", "nobody").returncode == 2
