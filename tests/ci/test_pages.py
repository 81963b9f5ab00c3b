"""docs/ci.md and the compose file: their YAML is YAML, and names what is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from replaysandbox.files.yaml_file import read_yaml
from tests.ci.test_action import ACTION
from tests.guards.tree import ROOT

PAGE = (ROOT / "docs" / "ci.md").read_text("utf-8")
SNIPPETS: list[dict[str, Any]] = [yaml.safe_load(text) for text in re.findall(r"(?ms)^```yaml\n(.*?)^```", PAGE)]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "recipes" / "compose.yaml").read_text("utf-8"))


def test_the_github_snippet_gives_the_action_only_what_it_takes() -> None:
    (used,) = [step for step in SNIPPETS[0]["jobs"]["test"]["steps"] if "replaysandbox" in step.get("uses", "")]
    assert set(used["with"]) <= set(ACTION["inputs"])


def test_the_gitlab_snippet_collects_the_reports_it_writes() -> None:
    job = SNIPPETS[1]["test"]
    for file in job["artifacts"]["reports"]["junit"]:
        assert any(file in line for line in job["script"])


def test_the_alias_is_a_host_that_the_pack_imitates() -> None:
    sandbox = COMPOSE["services"]["sandbox"]
    pack = sandbox["environment"]["REPLAYSANDBOX_PACK"]
    hosts = read_yaml(ROOT / "profiles" / pack / "pack.yaml", "pack.yaml").data["hosts"]
    assert set(sandbox["networks"]["default"]["aliases"]) <= set(hosts)
    assert any(f"https://{host}/battery" in COMPOSE["services"]["app"]["command"] for host in hosts)
    assert (ROOT / "docs" / "recipes" / sandbox["build"] / "Dockerfile").is_file()


@pytest.mark.parametrize("volume", [each["volumes"][0] for each in COMPOSE["services"].values()])
def test_both_share_the_ca(volume: str) -> None:
    assert volume.split(":")[:2] == ["ca", "/ca"]


def test_the_image_is_of_a_python_that_we_say_we_run_on() -> None:
    tag = re.search(r"(?m)^FROM python:(\d\.\d+)", (ROOT / "Dockerfile").read_text("utf-8"))
    classifiers = tomllib.loads(Path(ROOT / "pyproject.toml").read_text("utf-8"))["project"]["classifiers"]
    assert tag is not None
    assert f"Programming Language :: Python :: {tag[1]}" in classifiers
