"""`--state` from outside: who may use the file, and what it says. test_webhooks.py kills sandboxes that have one."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Person
from tests.cli.test_up import FREE, first_line


def test_a_second_sandbox_is_refused_and_another_world_too(person: Person) -> None:
    running = person.starts("up", *FREE, "--format", "json", "--state", "sandbox.db")
    first_line(running)
    second = person.types("up", *FREE, "--state", "sandbox.db")
    assert second.returncode == 2
    assert "in use by another sandbox" in second.stderr
    running.kill()
    running.communicate()
    other = person.types("run", "--state", "sandbox.db", "--seed", "7", "--", "true")
    assert other.returncode == 125
    assert "was kept by a sandbox with --seed 1" in other.stderr
    assert "hint:" in other.stderr
    assert "Traceback" not in second.stderr + other.stderr
    assert person.types("run", "--state", "sandbox.db", "--seed", "7", "--fresh", "--", "true").returncode == 0
    alone = person.types("run", "--fresh", "--", "true")
    assert alone.returncode == 125
    assert "--state FILE" in alone.stderr


def test_a_run_goes_on_where_the_last_one_stood(person: Person, tmp_path: Path) -> None:
    push = tmp_path / "push.sh"
    push.write_text(
        "id=$(curl -s 'https://api.amps.ai/battery?limit=1' -H 'x-api-key: sk_test_demo' | "
        'sed -E \'s/.*"id":"(device_[^"]*)".*/\\1/\')\n'
        "curl -s https://api.amps.ai/battery/$id -H 'x-api-key: sk_test_demo' -H 'Content-Type: application/json' "
        '-d \'{"action":{"command":"idle"}}\'\n'
    )
    pushed = person.types("run", "--state", "s.db", "--", "sh", str(push))
    action = json.loads(pushed.stdout)["data"]["id"]
    assert (person.folder / "s.db").stat().st_mode & 0o777 == 0o600
    curl = ("curl", "-s", "https://api.amps.ai/actions", "-H", "x-api-key: sk_test_demo")
    seen = person.types("run", "--state", "s.db", "--", *curl)
    assert [each["id"] for each in json.loads(seen.stdout)["data"]["items"]] == [action]
    assert "s.db holds 1 command: the sandbox goes on from there" in seen.stderr
