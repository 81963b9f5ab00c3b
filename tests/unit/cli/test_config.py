from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from replaysandbox.cli.config import command, shown
from replaysandbox.files.options import BY_NAME
from replaysandbox.files.settings import Settings


def test_it_shows_each_setting_with_its_origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "replaysandbox.yaml").write_text("homes: 5\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REPLAYSANDBOX_SCENARIO", "winter")
    monkeypatch.setenv("REPLAYSANDBOX_PROXY_PASSWORD", "canary-2")
    said = CliRunner().invoke(command, ["show", "--seed", "7"], catch_exceptions=False).output
    lines = {line.split()[0]: line.split(maxsplit=1)[1] for line in said.splitlines()}
    assert lines["seed"].split() == ["7", "--seed"]
    assert lines["scenario"].split() == ["winter", "REPLAYSANDBOX_SCENARIO"]
    assert lines["homes"].split() == ["5", "replaysandbox.yaml:1"]
    assert lines["port"].split() == ["4480", "default"]
    assert lines["proxy_password"].split()[0] == "(set)"
    assert "canary-2" not in said


@pytest.mark.parametrize(
    ("name", "settings", "text"),
    [
        ("at", Settings(at=datetime(2026, 6, 1, 12, tzinfo=UTC)), "2026-06-01T12:00:00Z"),
        ("pass", Settings(pass_=("a", "b")), "a, b"),
        ("pass", Settings(), "–"),
        ("freeze", Settings(freeze=True), "true"),
        ("proxy_password", Settings(), "not set"),
    ],
)
def test_values_are_shown_as_they_are_given(name: str, settings: Settings, text: str) -> None:
    assert shown(settings, BY_NAME[name]) == text
