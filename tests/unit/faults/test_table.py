import importlib
import json
import pkgutil
import re
from pathlib import Path
from typing import Any

import pytest

from replaysandbox import faults
from replaysandbox.core.fault import FaultRule
from replaysandbox.faults.from_json import SELECTORS, rule_from_json
from replaysandbox.faults.from_push import rule_from_push
from replaysandbox.faults.from_words import rule_from_credential, rules_from_header
from replaysandbox.faults.kind import Argument, Fault
from replaysandbox.faults.table import FAULTS
from replaysandbox.files.faults import read_faults
from replaysandbox.files.yaml_file import parse_yaml

ROOT = Path(__file__).resolve().parents[3]
ALL = [pytest.param(fault, id=name) for name, fault in FAULTS.items()]


def test_each_fault_in_the_folder_is_in_the_table() -> None:
    modules = {
        each.name: importlib.import_module(f"{faults.__name__}.{each.name}")
        for each in pkgutil.iter_modules(faults.__path__)
    }
    on_disk = {name: module.FAULT for name, module in modules.items() if hasattr(module, "FAULT")}
    assert on_disk == dict(FAULTS)


@pytest.mark.parametrize("fault", ALL)
def test_a_fault_is_whole(fault: Fault) -> None:
    names = {argument.name for argument in fault.arguments}
    assert [part is not None for part in (fault.before, fault.delay, fault.outage, fault.fate)].count(True) == 1
    assert fault.seen
    assert {*fault.signs, *([fault.main] if fault.main else [])} <= names
    assert set(fault.barred) <= set(SELECTORS)
    assert not names & {"fault", "id", *SELECTORS}


@pytest.mark.parametrize("fault", ALL)
def test_arguments_are_told_with_unit_and_bounds(fault: Fault) -> None:
    for argument in fault.arguments:
        assert argument.help
        assert argument.name.endswith("_s") is ("[s]" in argument.help), argument.name
        assert (argument.maximum > argument.minimum) is (argument.kind in ("whole", "number")), argument.name


def test_one_name_means_one_kind_of_value_everywhere() -> None:
    uses = [argument for fault in FAULTS.values() for argument in fault.arguments]
    kinds = {argument.name: (argument.kind, argument.minimum, argument.maximum) for argument in uses}
    assert all(kinds[argument.name] == (argument.kind, argument.minimum, argument.maximum) for argument in uses)


# --- The schema says the same


def bounds(argument: Argument) -> dict[str, Any]:
    if argument.kind in ("whole", "number"):
        kind = "integer" if argument.kind == "whole" else "number"
        return {"type": kind, "minimum": argument.minimum, "maximum": argument.maximum}
    return {"enum": list(argument.choices)} if argument.choices else {"minLength": 1}


def test_the_schema_has_the_same_keys_and_bounds() -> None:
    schema = json.loads((ROOT / "schemas/formats/fault.schema.json").read_text("utf-8"))
    known = [*SELECTORS.values(), *(argument for fault in FAULTS.values() for argument in fault.arguments)]
    properties = schema["properties"]
    assert properties.pop("fault")["enum"] == list(FAULTS)
    assert set(properties) == {argument.name for argument in known}
    assert schema["additionalProperties"] is False
    for argument in known:
        told = properties[argument.name]
        assert argument.help in told["description"]
        if argument.kind != "instant":
            assert bounds(argument).items() <= told.items()


# --- The page says the same


def test_the_page_has_each_fault_with_its_arguments() -> None:
    page = (ROOT / "docs/faults.md").read_text("utf-8")
    rows = [line.split("|")[1:-1] for line in page.splitlines() if re.match(r"\| `\w+` \|", line)]
    told = {row[0].strip(" `"): [cell.strip() for cell in row[1:]] for row in rows}
    assert list(told) == [*FAULTS, *SELECTORS]
    for name, fault in FAULTS.items():
        assert re.findall(r"`(\w+)`", told[name][0]) == [argument.name for argument in fault.arguments]
        assert told[name][1] == fault.seen


def examples(language: str) -> list[str]:
    page = (ROOT / "docs/faults.md").read_text("utf-8")
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", page)


def test_each_example_of_the_page_chooses_a_fault() -> None:
    headers, credentials = (block.splitlines() for block in examples("text"))
    rule, push = (json.loads(block) for block in examples("json"))
    (scenario,) = examples("yaml")
    assert all(isinstance(rules_from_header(line.removeprefix("X-Sandbox-Fault: ")), tuple) for line in headers)
    assert all(isinstance(rule_from_credential(line), FaultRule) for line in credentials)
    assert isinstance(rule_from_json(rule, "f1"), FaultRule)
    assert isinstance(rule_from_push(push["sandbox"]), FaultRule)
    rules, problems = read_faults(parse_yaml(scenario, "page"))
    assert len(rules) == 2
    assert problems == []
