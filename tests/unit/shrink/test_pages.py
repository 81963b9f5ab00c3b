import ast
from dataclasses import replace

import pytest

from replaysandbox.shrink.fingerprint import Fingerprint
from replaysandbox.shrink.pages import name_of_test, readme, report, test_code
from replaysandbox.shrink.removed import Removed
from tests.unit.files.recorded import recorded
from tests.unit.shrink.made import BUNDLE

REMOVED = Removed((400, 1), (9000, 20), {f"GET h/{n}": 1 for n in range(50)}, {("GET h/a", "/items"): (9, 2)}, {}, {})

code_of = test_code  # pytest takes what is called test_… for a test
del test_code


def test_the_readme_has_ten_lines() -> None:
    lines = readme(BUNDLE, "idle.repro", REMOVED).splitlines()
    assert len(lines) == 10
    assert lines[0] == "# Repro: KeyError: 'rate'; app.py, total (exit status 1)"
    assert "Fails in 4 of 5 runs: `python 'my app.py' --home 3`, with 1 exchange of 400" in lines[2]
    assert "replaysandbox run --scenario winter --seed 7 --at 2026-06-01T12:00:00Z" in lines[7]
    assert "by a live API" in readme(replace(BUNDLE, world=None), "idle.repro", REMOVED)


@pytest.mark.parametrize(
    ("folder", "name"), [("idle.repro", "test_idle_repro"), ("7-Büro", "test_7_b_ro"), ("…", "test_repro")]
)
def test_a_test_has_a_name_that_python_takes(folder: str, name: str) -> None:
    assert name_of_test(folder) == name


def test_the_test_is_python_whatever_the_bug_is_called() -> None:
    wild = Fingerprint(1, ('it said """ and \\ and {curly} and \u2028',))
    code = code_of(replace(BUNDLE, bug=replace(BUNDLE.bug, fingerprint=wild)), "test_it")
    tree = ast.parse(code)
    (function,) = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert function.name == "test_it"
    (command,) = [node.value for node in tree.body if isinstance(node, ast.Assign) and "COMMAND" in ast.dump(node)]
    assert ast.literal_eval(command) == list(BUNDLE.command)


def test_the_report_names_what_went_and_counts_the_rest() -> None:
    text = report([recorded("/battery")], REMOVED, ["shrunk      in 7 trials"], "line 1\nline 2\n")
    assert "400 exchanges → 1; 9,000 bytes of answers → 20." in text
    assert "- `GET api.amps.ai/battery` → 200" in text
    assert "- and 10 more" in text
    assert "- `GET h/a /items`: 9 → 2" in text
    assert "## Fields removed" not in text
    assert text.endswith("    line 1\n    line 2\n")
