"""The schemas of our own file formats are schemas: looked at here, so that no start has to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from replaysandbox.files.places import SCHEMAS

FILES = sorted((SCHEMAS / "formats").glob("*.schema.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_it_is_a_json_schema(file: Path) -> None:
    schema = json.loads(file.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_there_is_one_for_each_format() -> None:
    assert {file.name.partition(".")[0] for file in FILES} >= {"pack", "profile", "scenario", "settings"}
