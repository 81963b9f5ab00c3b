"""House rule: no file says where it was made: no path of a person's machine, no address of a registry."""

from __future__ import annotations

import re

import pytest

from tests.guards.tree import project_files, text_of

LOCK_FILES = {
    "Pipfile.lock",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "pdm.lock",
    "pnpm-lock.yaml",
    "poetry.lock",
    "pylock.toml",
    "uv.lock",
    "yarn.lock",
}
"""They record the addresses that packages came from; constraints.txt does not."""

TRACES = {
    "a path of a machine": r"(?<![\w.~}-])/(?:work|root|Users)/[\w.]",
    "the name of a package registry": r"\b(?:pypi|pythonhosted|npmjs|yarnpkg)\.(?:org|com)\b",
    "the address of a package": r"://\S+\.(?:whl|tgz|tar\.gz)\b",
    "a choice of package index": r"--find-links[ =]|index-url(?: ?= ?| )\S|\bregistry ?= ?\S*//",
}

WORK = "work"
"""Kept apart, so that this page holds no path of any machine itself."""


def traces_in(text: str) -> list[str]:
    """Name what a text gives away, with the place. Lines from 1."""
    return [
        f"{number}: {kind}: {match.group()}"
        for kind, pattern in TRACES.items()
        for number, line in enumerate(text.splitlines(), 1)
        for match in re.finditer(pattern, line)
    ]


def test_no_file_says_where_it_was_made() -> None:
    texts = ((path, text_of(path)) for path in project_files())
    found = [f"{path}:{trace}" for path, text in texts if text is not None for trace in traces_in(text)]
    assert found == [], "\n".join(found)


def test_there_is_no_lock_file() -> None:
    assert [str(path) for path in project_files() if path.name in LOCK_FILES] == []


@pytest.mark.parametrize(
    "text",
    [
        "cd /" + "work/main",
        'PATH="/' + 'root/.local/bin"',
        "file:///" + "Users/ada/x",
        "https://registry." + "npmjs" + ".org/axios",
        "http://127.0.0.1:8080/simple/x-1.0-py3-none-any" + ".whl",
        "pip install --index-url" + " http://127.0.0.1/simple x",
        "registry" + "=https://example.org/",
    ],
)
def test_a_trace_is_found(text: str) -> None:
    assert traces_in(text)


@pytest.mark.parametrize("text", ["GET /users/u1/vehicles", f"~/{WORK}/x", "docs/root/x", f"${{ROOT}}/{WORK}/x"])
def test_what_is_no_trace_passes(text: str) -> None:
    assert not traces_in(text)
