import re
from pathlib import Path

from replaysandbox.files.pack_errors import ENGINE_ERRORS, ERROR_FACTS, OPERATION_ERRORS

SOURCES = Path(__file__).parents[3] / "src" / "replaysandbox"


def test_every_error_that_is_raised_with_facts_has_them_listed() -> None:
    raised = {*ENGINE_ERRORS, *(name for names in OPERATION_ERRORS.values() for name in names)}
    assert raised - ERROR_FACTS.keys() == {"missing_credential", "invalid_credential"}


def test_the_facts_are_those_that_refusals_hold() -> None:
    files = [*(SOURCES / "operations").glob("*.py"), SOURCES / "asked.py"]
    found = [
        pair for file in files for pair in re.findall(r'Refusal\(\s*"(\w+)",\s*\{([^}]*)\}', file.read_text("utf-8"))
    ]
    assert len(found) > 30
    for name, text in found:
        facts = set(re.findall(r'"(\w+)": ', text)) - {"supportedActions", "supportedParameters"}
        assert facts <= set(ERROR_FACTS[name]), name
