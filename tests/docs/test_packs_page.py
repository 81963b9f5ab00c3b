"""docs/packs.md names every word of the pack format."""

from __future__ import annotations

import json
from typing import Any

import pytest

from replaysandbox.files.places import SCHEMAS
from replaysandbox.operations.table import OPERATIONS
from replaysandbox.render.filters import FILTERS
from tests.guards.tree import ROOT

PAGE = (ROOT / "docs" / "packs.md").read_text("utf-8")
WHOLE: dict[str, Any] = json.loads((SCHEMAS / "formats" / "pack.schema.json").read_text("utf-8"))
SCHEMA: dict[str, Any] = WHOLE["properties"]
OBVIOUS = {"format", "title", "learnt", "example_key", "routes", "route"}
"""Keys that the tutorial's pack shows and nobody needs explained."""
ELSEWHERE = {"webhooks"}
"""Keys with a page of their own."""


@pytest.mark.parametrize("word", [*OPERATIONS, *FILTERS])
def test_every_operation_and_filter_is_told(word: str) -> None:
    assert f"`{word}`" in PAGE


@pytest.mark.parametrize("key", sorted({*SCHEMA, *WHOLE["$defs"]["route"]["properties"]} - OBVIOUS - ELSEWHERE))
def test_every_key_of_the_file_and_of_a_route_is_told(key: str) -> None:
    assert f"`{key}`" in PAGE or f"`{key}:" in PAGE
