import pytest

from replaysandbox.cli.repro_lines import confirmed_lines, shown, shrunk_lines
from replaysandbox.launch.reproducing import Confirmed
from replaysandbox.launch.shrinking import Budget, Shrunk
from replaysandbox.launch.trials import Trial
from replaysandbox.shrink.bug import Bug, Ran
from replaysandbox.shrink.fingerprint import Ending, Fingerprint
from tests.unit.shrink.driving import pieces

WRONG = Fingerprint(1, ("KeyError: 'rate'",))
TRIAL = Trial(Ran(WRONG), Ending(1))


def test_how_it_fails_is_told_and_how_often() -> None:
    bug = Bug(WRONG, frozenset(("GET https://api.amps.ai/x",)), 3, 5)
    lines = confirmed_lines(Confirmed(bug, (TRIAL,) * 5, 1))
    assert lines[0] == "confirmed   3 of 5 runs fail: KeyError: 'rate' (exit status 1)"
    assert lines[1] == "flaky       it fails in 60% of runs; each trial is run up to 4 times"
    assert "GET https://api.amps.ai/x" in lines[2]
    assert lines[3] == "jobs        one trial at a time"
    assert len(confirmed_lines(Confirmed(Bug(WRONG, frozenset(), 5, 5), (TRIAL,) * 5, 2))) == 1


def test_nothing_to_shrink_is_told() -> None:
    assert confirmed_lines(Confirmed(None, (TRIAL,), 2)) == [
        "confirmed   COMMAND ends with 0 in 1 run: there is nothing to shrink"
    ]


def test_what_is_left_is_told() -> None:
    left = pieces(1)
    again = Confirmed(Bug(WRONG, frozenset(("GET x",)), 5, 5), (TRIAL,), 2)
    lines = shrunk_lines(1400, Shrunk(left, left), again, Budget(10, 10, trials=7))
    assert lines[0].startswith("shrunk      to 1 exchange of 1,400, in 7 trials and ")
    assert lines[1:] == [
        "minimal     nothing more can be left out or made simpler alone",
        "fails       in 5 of 5 runs with what is left",
        "misses      1 call without an answer, which COMMAND takes in its stride",
    ]
    spent = shrunk_lines(2, Shrunk(left, left, "time was up"), again, Budget(10, 10))
    assert spent[1] == "not done    it could be smaller still: time was up"


def test_there_is_no_bar_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with shown(400, Budget(10, 10)) as told:
        told(None)  # type: ignore[arg-type]  # it is not looked at
    assert capsys.readouterr().err == ""
