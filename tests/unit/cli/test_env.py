from __future__ import annotations

import json
import subprocess

import pytest

from replaysandbox.cli.env import FORMATS, written

NASTY = "a b'c\"d$e`f\\g#h!*?"


@pytest.mark.parametrize("value", ["plain", "http://127.0.0.1:4480", NASTY, "", "two\nlines"])
def test_a_shell_reads_back_what_was_written(value: str) -> None:
    text = written({"NAME": value}, "sh")
    done = subprocess.run(["/bin/sh", "-c", f'{text}\nprintf %s "$NAME"'], capture_output=True, text=True, check=True)
    assert done.stdout == value


def test_each_format_has_its_form() -> None:
    variables = {"A": "x", "B": "it's y"}
    assert written(variables, "powershell") == "$Env:A = 'x'\n$Env:B = 'it''s y'"
    assert written(variables, "dotenv") == 'A=x\nB="it\'s y"'
    assert written(variables, "github") == "A<<REPLAYSANDBOX\nx\nREPLAYSANDBOX\nB<<REPLAYSANDBOX\nit's y\nREPLAYSANDBOX"
    assert json.loads(written(variables, "json")) == variables
    assert set(FORMATS) == {"sh", "dotenv", "github", "powershell"}
