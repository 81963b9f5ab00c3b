from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from replaysandbox.cli.summary import MOST_LINES, again, summary
from replaysandbox.core.exchange import NearMiss
from replaysandbox.core.finding import Finding
from replaysandbox.files.settings import Settings
from replaysandbox.launch.tally import Tally

STARTED = datetime(2026, 6, 1, 3, 12, 9, tzinfo=UTC)
NEAR = NearMiss("GET /battery", "amps", "path", "segment 1 is 'baterry', the route has 'battery'")


def line(tally: Tally, label: str) -> str:
    """Give the one line that begins with a label, without it."""
    found = [each for each in summary(tally) if each.split(" ")[0] == label]
    assert len(found) == 1, found
    return found[0].removeprefix(label).strip()


def test_a_quiet_run_says_so() -> None:
    tally = Tally()
    assert line(tally, "calls").startswith("none")
    assert line(tally, "devices") == "none touched"
    assert line(tally, "misses") == "none"
    assert line(tally, "left") == "0 calls left this machine"
    assert not any("refused" in each or "guesses" in each for each in summary(tally))


def test_where_lists_alone_were_read_they_are_told() -> None:
    read = Counter({"GET /battery": 2, "GET /vehicle": 1})
    assert line(Tally(read=read), "devices") == "none by its own id; read: GET /battery (2 times), GET /vehicle"
    assert line(Tally(read=read, devices={"d"}), "devices") == "1: d"


def test_calls_are_told_by_pack_and_mode() -> None:
    calls = Counter({("amps", "simulate"): 12, ("amps", "miss"): 1, ("", "refused"): 2})
    assert line(Tally(calls=calls), "calls") == "15: amps 1 miss, 12 simulate; other hosts 2 refused"


def test_a_miss_names_what_came_near() -> None:
    call = "GET https://api.amps.ai/baterry"
    lines = summary(Tally(missed=Counter({call: 2}), near={call: (NEAR,)}))
    at = lines.index(f"miss        {call} (2 times)")
    assert lines[at + 1].strip() == f"near: GET /battery (amps): path: {NEAR.reason}"


def test_a_template_that_cannot_render_is_no_miss_of_a_route() -> None:
    call, why = "GET https://api.x.test/a", "The pack x cannot render its answer: a.json.j2: 'dvice' is undefined"
    lines = summary(Tally(missed=Counter({call: 2}), failed={call: why}))
    at = lines.index(f"failed      {call} (2 times)")
    assert lines[at + 1].strip() == why
    assert not any(each.startswith("miss ") for each in lines)


def test_a_host_that_was_not_reached_says_why() -> None:
    told = summary(Tally(unreached=Counter({("slow.test", "192.0.2.1:443: Connection refused"): 2})))
    assert "unreached   slow.test (2 times): 192.0.2.1:443: Connection refused" in told


def test_a_refused_host_names_the_option_that_lets_it_through() -> None:
    assert line(Tally(refused=Counter({"example.com": 1})), "refused") == (
        "example.com; to let it through: --pass example.com"
    )


def test_what_left_is_named() -> None:
    assert line(Tally(forwarded=Counter({"example.com": 2})), "left") == (
        "2 calls left this machine: example.com (2 times)"
    )
    assert line(Tally(forwarded=Counter({"a.example": 1})), "left") == "1 call left this machine: a.example"


def test_violations_and_guesses_are_told() -> None:
    broken = Finding("response", "breaking", "amps", "listBatteries", "is missing", "/data/items/*/id", 200)
    asked = Finding("request", "breaking", "amps", "pushBattery", "is not as promised: type object", "/action", count=2)
    law = Finding("law", "breaking", "amps", "GET /battery", "breaks the law 'level'")
    tally = Tally(checked=3, broken=(broken,), guesses={"a", "b"})
    assert line(tally, "violation") == "listBatteries 200 /data/items/*/id: is missing"
    assert line(Tally(broken=(asked,)), "violation") == (
        "request pushBattery /action: is not as promised: type object (2 times)"
    )
    assert line(Tally(broken=(law,)), "law") == "GET /battery: breaks the law 'level'"
    assert line(tally, "guesses").startswith("2 answered fields")
    assert line(Tally(checked=3), "violations") == "none in 3 exchanges held to the contract"


def test_long_lists_are_cut_and_counted() -> None:
    lines = summary(Tally(devices={f"d{n}" for n in range(9)}, refused=Counter({f"h{n}": 1 for n in range(9)})))
    assert sum(each.startswith("refused") for each in lines) == MOST_LINES
    assert "and 4 more refused hosts" in "\n".join(lines)
    assert "and 4 more" in next(each for each in lines if each.startswith("devices"))


def test_findings_are_the_kinds_that_may_fail_a_run() -> None:
    assert Tally().findings == frozenset()
    assert Tally(missed=Counter({"x": 1})).findings == {"miss"}
    assert Tally(broken=(Finding("request", "risky", "amps", "o", "r"),)).findings == {"violation"}
    assert Tally(broken=(Finding("law", "breaking", "amps", "o", "r"),)).findings == {"law"}
    assert Tally(refused=Counter({"h": 1})).findings == frozenset()


@pytest.mark.parametrize(
    ("settings", "first"),
    [
        (Settings(), "again: replaysandbox run --world-at 03:12 --seed 7 -- python 'my app.py'"),
        (
            Settings(world_at="20:00", scenario="winter"),
            "again: replaysandbox run --world-at 20:00 --seed 7 --scenario winter -- python 'my app.py'",
        ),
        (
            Settings(at=STARTED, freeze=True, speed=60.0),
            "again: replaysandbox run --at 2026-06-01T03:12:09.000Z --seed 7 --freeze --speed 60 -- python 'my app.py'",
        ),
        (
            Settings(pack=("a", "b"), pack_dir=(Path("/my packs"),), pass_=("*.x",), fail_on=()),
            (
                "again: replaysandbox run --world-at 03:12 --seed 7 --pack a --pack b --pack-dir '/my packs' "
                "--pass '*.x' --fail-on none -- python 'my app.py'"
            ),
        ),
        (
            Settings(port=1, control_port=2, bind="0.0.0.0", proxy_password="canary-3"),
            "again: replaysandbox run --world-at 03:12 --seed 7 -- python 'my app.py'",
        ),
    ],
)
def test_again_repeats_what_was_asked_for(settings: Settings, first: str) -> None:
    lines = again(settings, 7, STARTED, ["python", "my app.py"], own_time=settings.at is not None)
    assert lines[0] == first
    assert "canary-3" not in "\n".join(lines)


def test_a_run_on_wall_time_says_how_to_get_the_same_bytes() -> None:
    assert "--at 2026-06-01T03:12:09.000Z" in again(Settings(), 7, STARTED, ["x"], own_time=False)[1]
    of_the_scenario = again(Settings(scenario="winter"), 7, STARTED, ["x"], own_time=True)
    assert of_the_scenario == ["again: replaysandbox run --at 2026-06-01T03:12:09.000Z --seed 7 --scenario winter -- x"]


def test_webhooks_that_were_not_taken_are_told_with_the_reason() -> None:
    assert not any(each.startswith("webhooks") for each in summary(Tally()))
    untaken = Counter({"http://127.0.0.1:9/hook: answered 500": 2})
    assert line(Tally(untaken=untaken), "webhooks") == "not taken by http://127.0.0.1:9/hook: answered 500 (2 times)"
