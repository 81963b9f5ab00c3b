"""House rule: one term per concept (ARCHITECTURE.md, "Words"). Here are its rivals that a search finds."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.guards.tree import PACKAGE, modules, project_files, text_of

RIVALS = {
    "cassette": "capture",
    "cassettes": "captures",
    "chaos": "fault",
    "episode": "exchange",
    "episodes": "exchanges",
    "preset": "scenario",
    "presets": "scenarios",
    "recordings": "captures",
    "sanitise": "redact",
    "sanitize": "redact",
    "scrub": "redact",
    "telemetry": "reading",
    "tenant": "session",
    "toxic": "fault",
    "toxics": "faults",
}
"""Word that must not appear → word we use."""

FOREIGN = ("new_episodes", "telemetryCount", "VCR cassette", "VCR cassettes")
"""Names that belong to others and are quoted as such."""

VAGUE = {"utils", "util", "common", "helpers", "helper", "manager", "base", "misc"}
"""Names that say nothing of what is inside; no module may bear one, nor a class end with one."""

PARAMETERS = {"now": "at", "ts": "at"}
"""Parameter that must not appear → the one we use."""

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_FOLDERS = ("src", "plugins", "profiles", "docs", "addons")
_PAGES = ("README.md", "ARCHITECTURE.md", "CHANGELOG.md")


def words_in(text: str) -> set[str]:
    """Split prose, snake_case and CamelCase alike into lower-case words."""
    for phrase in FOREIGN:
        text = text.replace(phrase, "")
    return {word.lower() for word in _WORD.findall(text)}


def _without_table_of_words(path: Path, text: str) -> str:
    return re.sub(r"(?ms)^## Words$.*?(?=^## |\Z)", "", text) if path.name == "ARCHITECTURE.md" else text


def _spoken() -> list[tuple[str, str]]:
    paths = [path for path in project_files() if path.parts[0] in _FOLDERS or str(path) in _PAGES]
    read = [(path, text_of(path)) for path in paths]
    return [(str(path), _without_table_of_words(path, text)) for path, text in read if text is not None]


def test_no_rival_of_our_words_is_used() -> None:
    found = [
        f"{name}:{number}: {word}, say {RIVALS[word]}"
        for name, text in _spoken()
        for number, line in enumerate(text.splitlines(), 1)
        for word in sorted(words_in(line) & RIVALS.keys())
    ]
    assert found == [], "\n".join(found)


def test_no_module_and_no_class_has_a_vague_name() -> None:
    named = [f"{path}: a name that says nothing" for path in modules() if {path.stem, *path.parts[:-1]} & VAGUE]
    classes = [
        f"{path}:{node.lineno}: {node.name}"
        for path in modules()
        for node in ast.walk(ast.parse((PACKAGE / path).read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and _WORD.findall(node.name)[-1].lower() in VAGUE
    ]
    assert named + classes == [], "\n".join(named + classes)


def test_instants_are_called_at() -> None:
    found = [
        f"{path}:{node.lineno}: parameter '{node.arg}', say '{PARAMETERS[node.arg]}'"
        for path in modules()
        for node in ast.walk(ast.parse((PACKAGE / path).read_text(encoding="utf-8")))
        if isinstance(node, ast.arg) and node.arg in PARAMETERS
    ]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("text", ["a cassette", "Cassette", "load_cassette", "CassetteLoader", "old-cassette"])
def test_a_word_is_found_in_every_spelling(text: str) -> None:
    assert "cassette" in words_in(text)


def test_a_quoted_foreign_name_is_no_rival() -> None:
    assert not words_in("VCR's new_episodes reads VCR cassettes") & RIVALS.keys()
