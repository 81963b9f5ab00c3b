"""The compiled and the explaining validator agree on every answer of every pack, and on those answers spoiled."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import unquote

import orjson
import pytest

from replaysandbox.check import content_type
from replaysandbox.contract.validators import errors, holds
from replaysandbox.core.contract import find_operation, is_json, response_place
from replaysandbox.core.pointers import followed, joined
from replaysandbox.exercise import exercise
from replaysandbox.files.packs import pack_folders
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all
from replaysandbox.sample import spoiled

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
SPOILED_EACH = 40


@pytest.mark.parametrize("name", sorted(pack_folders()))
def test_both_validators_agree(name: str) -> None:
    loaded = load_all(Settings(pack=(name,), scenario="offline-devices"), START).loaded
    checker = loaded.checkers[name]
    values = broken = 0
    seen = set()
    for told in exercise(loaded, loaded.packs[name], (START,), 1):
        exchange = told.seen
        operation = find_operation(checker.contract, exchange.method, unquote(exchange.path), exchange.host)
        place = response_place(operation, exchange.status) if operation else ""
        kind = content_type(exchange.headers)
        if not place or not is_json(kind) or (place, len(exchange.body)) in seen:
            continue
        seen.add((place, len(exchange.body)))
        clause = joined(followed(checker.contract.document, place)[0], "content", kind, "schema")
        value = orjson.loads(exchange.body)
        bad = [each for _, each in spoiled(value)]
        for each in [value, *bad[:: max(len(bad) // SPOILED_EACH, 1)]]:
            fine = holds(checker.responses, clause, each)
            assert fine == (not errors(checker.responses, clause, each)), (clause, each)
            values, broken = values + 1, broken + (not fine)
    assert values > 500
    assert 100 < broken < values
