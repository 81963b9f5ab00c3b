from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from replaysandbox.launch.child_variables import Seen
from replaysandbox.launch.diagnosis import Distrust, Observed, diagnose
from replaysandbox.launch.environment import Surroundings, environment
from replaysandbox.launch.process_watch import Connection

HOSTS = ("api.amps.ai",)
WANTED = environment({}, Surroundings("http://127.0.0.1:4480", HOSTS, Path("/b.pem"), Path("/n.pem")))
CAME = Counter({("connect", "api.amps.ai", "simulate"): 2})


def process(*argv: str, pid: int = 7) -> Seen:
    return Seen(pid, 1, argv, WANTED)


def whats(**observed: Any) -> list[str]:
    return [each.what for each in diagnose(Observed(0, **{"calls": CAME, **observed}), WANTED, HOSTS)]


def test_calls_that_come_and_nothing_else_is_nothing() -> None:
    assert whats(seen=(process("python3", "app.py"),)) == []


def test_no_call_is_said_only_where_nothing_else_says_why() -> None:
    assert whats(calls=Counter()) == ["no call came to the sandbox"]
    distrust = Distrust("api.amps.ai", "alert: unknown ca", process("wget"), 2)
    (found,) = diagnose(Observed(4, distrusts=(distrust,)), WANTED, HOSTS)
    assert found.what == "wget (pid 7) refuses our certificate for api.amps.ai"
    assert found.evidence == "2 handshakes: alert: unknown ca"
    assert found.remedy == "wget with GnuTLS reads the system's store alone: replaysandbox ca trust"


def test_what_blocks_comes_first() -> None:
    strangers = CAME + Counter({("connect", "example.com", "refused"): 3})
    past = {Connection(7, "203.0.113.1", 5432, "tcp"), Connection(7, "203.0.113.1", 443, "tcp")}
    found = diagnose(Observed(0, strangers, seen=(process("php", "a.php"),), connections=past), WANTED, HOSTS)
    assert [(each.what, each.blocks) for each in found] == [
        ("php a.php (pid 7) goes past the proxy", True),
        ("php a.php (pid 7) also speaks to another machine", False),
        ("example.com is imitated by no pack", False),
    ]
    assert "curl extension" in found[0].remedy


def test_a_connection_of_an_unknown_process_is_nobodys() -> None:
    assert whats(connections={Connection(99, "203.0.113.1", 443, "tcp")}) == []


def test_what_a_python_noted_is_not_said_twice() -> None:
    note = {"event": "connect", "pid": 7, "argv": ["python", "a.py"], "host": "203.0.113.1", "port": 443}
    seen, past = (process("python", "a.py"),), {Connection(7, "203.0.113.1", 443, "tcp")}
    assert whats(seen=seen, connections=past, notes=(note,)) == ["python a.py goes past the proxy"]
    note |= {"trust_env": False, "library": "httpx"}
    assert whats(seen=seen, connections=past, notes=(note,)) == ["httpx in python a.py ignores the environment"]
    assert whats(seen=seen, notes=(note | {"host": "127.0.0.1"},)) == []


def test_a_name_that_was_not_found_is_told_where_no_connection_followed() -> None:
    note = {"event": "lookup", "pid": 7, "argv": ["python", "a.py"], "host": "api.amps.ai", "port": 443}
    assert whats(notes=(note,)) == ["python a.py goes past the proxy"]
    note |= {"trust_env": False, "library": "httpx"}
    (found,) = diagnose(Observed(0, notes=(note,)), WANTED, HOSTS)
    assert found.what == "httpx in python a.py ignores the environment"
    assert found.evidence == "a client of httpx with trust_env=False looked api.amps.ai up itself, and went no further"
    assert whats(notes=(note | {"host": "localhost"}, note | {"port": 5432})) == []
    connect = note | {"event": "connect", "host": "203.0.113.1"}
    (found,) = diagnose(Observed(0, notes=(note, connect)), WANTED, HOSTS)
    assert found.evidence.endswith("connected to 203.0.113.1:443")


@pytest.mark.parametrize(("verify", "said"), [("/own.pem", True), ("/b.pem", False), ("", False)])
def test_roots_of_its_own_are_named_and_ours_are_not(verify: str, said: bool) -> None:
    note = {"event": "connect", "pid": 7, "argv": ["p"], "host": "127.0.0.1", "port": 4480, "verify": verify}
    assert bool(whats(notes=(note,))) is said


def test_a_name_looked_up_is_only_a_hint() -> None:
    (found,) = diagnose(
        Observed(0, CAME, seen=(process("php", "a.php"),), connections={Connection(7, "192.0.2.1", 53, "udp")}),
        WANTED,
        HOSTS,
    )
    assert not found.blocks
    assert "192.0.2.1" in found.evidence


def test_children_do_not_say_again_what_their_parent_has_wrong() -> None:
    bare = dict(WANTED) | {"https_proxy": "http://corp.example:1"}
    seen = (Seen(7, 1, ("sh",), bare), Seen(8, 7, ("curl",), bare), Seen(9, 1, ("sh",), bare))
    assert whats(seen=seen) == ["sh (pid 7) is not told of our proxy"]
