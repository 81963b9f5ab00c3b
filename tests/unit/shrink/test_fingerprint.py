import pytest

from replaysandbox.shrink.fingerprint import NEVER, Ending, Fingerprint, fingerprint, normalised

PYTHON = """Reading …
Traceback (most recent call last):
  File "/home/me/app/old.py", line 3, in get
    return values[name]
KeyError: 'first'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/home/me/app/main.py", line 12, in <module>
    main()
    ~~~~^^
  File "/home/me/app/fleet.py", line 8, in total
    return a + b
TypeError: unsupported operand type(s) for +: 'NoneType' and 'float'
"""
PYTEST = """
FAILED tests/test_fleet.py::test_total[2] - TypeError: unsupported operand
ERROR tests/test_fleet.py::test_other - fixture 'x' not found
========= 1 failed, 1 error in 0.12s =========
"""
GROUP = """  + Exception Group Traceback (most recent call last):
  |   File "/app/a.py", line 1, in main
  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/app/a.py", line 9, in work
    |     raise ValueError("bad rate")
    | ValueError: bad rate
    +------------------------------------
"""
NODE = """/app/main.mjs:7
    return battery.state.chargeRate.toFixed(1)
                                    ^

TypeError: Cannot read properties of null (reading 'toFixed')
    at show (/app/main.mjs:7:36)

Node.js v22.1.0
"""


def reason(errors: str = "", output: str = "", status: int = 1) -> tuple[str, ...]:
    return fingerprint(Ending(status, errors, output)).reason


def test_of_python_it_is_the_last_exception_and_who_raised_it() -> None:
    assert reason(PYTHON) == ("TypeError: unsupported operand type(s) for +: 'NoneType' and 'float'", "fleet.py, total")
    assert reason(GROUP) == ("ValueError: bad rate", "a.py, work")


def test_of_a_test_run_it_is_the_names_of_failing_tests() -> None:
    expected = (
        "tests/test_fleet.py::test_total[2] - TypeError: unsupported operand",
        "tests/test_fleet.py::test_other - fixture 'x' not found",
    )
    assert reason(output=PYTEST, errors=PYTHON) == expected


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("FAIL: test_total (tests.Fleet.test_total)\n", "test_total (tests.Fleet.test_total)"),
        ("--- FAIL: TestTotal (0.01s)\nFAIL\n", "TestTotal"),
        ("test fleet::total ... FAILED\n", "fleet::total"),
        ("  \u25cf fleet \u203a adds up\n", "fleet \u203a adds up"),
        ("not ok 3 - adds up\n", "adds up"),
        (NODE, "TypeError: Cannot read properties of null (reading 'toFixed')"),
        ("panic: index out of range [2]\n\ngoroutine 1 [running]:\n", "panic: index out of range [2]"),
        ('Exception in thread "main" java.lang.NullPointerException: rate\n\tat A.b(A.java:3)\n',
         'Exception in thread "main" java.lang.NullPointerException: rate'),
        ("loading\nno battery is idle\n\n", "no battery is idle"),
    ],
)  # fmt: skip
def test_other_tools_are_understood(output: str, expected: str) -> None:
    assert reason(output=output) == (expected,)


def test_the_last_line_of_errors_comes_before_that_of_output() -> None:
    assert reason("it broke\n", "all fine\n") == ("it broke",)
    assert reason() == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<Car object at 0x7f01a2b3c4d5>", "<Car object at 0x7fffffffffff>"),
        ("at 2026-06-01T12:00:00.123Z", "at 2026-06-02 13:30:01+02:00"),
        ("took 0.12s", "took 13.5 s"),
        ("connect to 127.0.0.1:41231 failed", "connect to 127.0.0.1:5 failed".replace(":5 ", ":51001 ")),
        ("no file /tmp/pytest-of-me/pytest-3/a.json", "no file /var/folders/x1/T/tmpabc/b.json"),
        ("in /home/me/app/fleet.py", "in /srv/checkout/fleet.py"),
        ("id 1b4e28ba-2fa1-41d2-883f-0016d3cca427", "id 9b4e28ba-2fa1-41d2-883f-0016d3cca42f"),
        ("pid 4711 died", "pid 12 died"),
    ],
)
def test_what_differs_from_run_to_run_is_taken_out(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("list index 3", "list index 4"),
        ("GET https://api.amps.ai/battery/device_1 gave 404", "GET https://api.amps.ai/battery/device_2 gave 404"),
        ("in /app/fleet.py", "in /app/cars.py"),
        ("KeyError: 'rate'", "KeyError: 'level'"),
    ],
)
def test_what_tells_one_reason_from_another_stays(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


def test_colours_do_not_matter() -> None:
    assert reason("\x1b[31mValueError: bad\x1b[0m\n") == reason("ValueError: bad\n")


def test_a_run_that_never_ended_is_a_reason_of_its_own() -> None:
    ending = Ending(137, "Traceback …", timed_out=True)
    assert ending.failed
    assert fingerprint(ending) == Fingerprint(NEVER, ())
    assert str(fingerprint(ending)) == "did not end"
    assert str(Fingerprint(2, ("no",))) == "no (exit status 2)"
    assert str(Fingerprint(2, ())) == "exit status 2"


def test_a_secret_that_was_taken_out_fits_any_other() -> None:
    told = Fingerprint(1, ("key HIDDEN is refused (401)", "app.py, main"))
    assert told.fits(told)
    assert told.fits(Fingerprint(1, ("key sk_live_1 is refused (401)", "app.py, main")))
    assert not told.fits(Fingerprint(1, ("key sk_live_1 is refused (403)", "app.py, main")))
    assert not told.fits(Fingerprint(2, told.reason))
    assert not told.fits(Fingerprint(1, told.reason[:1]))
