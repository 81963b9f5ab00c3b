"""House rule: our YAML files name their schema, so that editors complete keys and show units."""

from __future__ import annotations

import re
from pathlib import Path

from tests.guards.tree import ROOT, project_files

_HEAD = re.compile(r"# yaml-language-server: \$schema=(\S+)")


def _fault(path: Path) -> str | None:
    """Say what is wrong with the head of one YAML file, or None."""
    first = (ROOT / path).read_text(encoding="utf-8").split("\n", 1)[0]
    head = _HEAD.fullmatch(first.rstrip())
    if head is None:
        return f"{path}:1: no '# yaml-language-server: $schema=…' line"
    if not (ROOT / path.parent / head.group(1)).is_file():
        return f"{path}:1: the schema {head.group(1)} is not there"
    return None


def test_each_file_of_profiles_names_a_schema_that_exists() -> None:
    paths = [path for path in project_files() if path.parts[0] == "profiles" and path.suffix in {".yaml", ".yml"}]
    assert paths, "no profiles found: is this a checkout?"
    found = [fault for path in paths if (fault := _fault(path)) is not None]
    assert found == [], "\n".join(found)
