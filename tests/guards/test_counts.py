"""Texts for people say `1 call`, not `1 calls`: by one helper, `core/counted.py`."""

from __future__ import annotations

import re

from tests.guards.tree import PACKAGE

COUNTED = re.compile(r"\{[^{}]*(?:count|len\(|sum\(|total)[^{}]*\} (?:more )?[a-z]+s\b")


def test_a_count_and_its_noun_are_written_by_the_helper() -> None:
    found = [
        f"{path}:{number}: {line.strip()}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if any("many(" not in match[0] for match in COUNTED.finditer(line))
    ]
    assert not found, "use many(count, noun) of core/counted.py:\n" + "\n".join(found)
