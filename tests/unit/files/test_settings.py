from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.options import BY_NAME
from replaysandbox.files.settings import Settings, find_project, is_loopback, load_settings


def written(folder: Path, text: str) -> Path:
    (folder / "replaysandbox.yaml").write_text(text, "utf-8")
    return folder


def test_defaults_when_nobody_says_anything(tmp_path: Path) -> None:
    settings = load_settings({}, {}, tmp_path)
    assert settings == Settings(origins=settings.origins)
    assert set(settings.origins.values()) == {"default"}


def test_each_source_wins_over_the_next(tmp_path: Path) -> None:
    project = written(tmp_path, "seed: 1\nhomes: 1\nscenario: winter\n")
    environ = {"REPLAYSANDBOX_SEED": "2", "REPLAYSANDBOX_HOMES": "2"}
    settings = load_settings({"seed": "3", "homes": None}, environ, project)
    assert (settings.seed, settings.homes, settings.scenario, settings.speed) == (3, 2, "winter", 1.0)
    assert settings.origins["seed"] == "--seed"
    assert settings.origins["homes"] == "REPLAYSANDBOX_HOMES"
    assert settings.origins["scenario"].endswith("replaysandbox.yaml:3")
    assert settings.origins["speed"] == "default"


def test_a_verbs_own_defaults_give_way_to_every_source(tmp_path: Path) -> None:
    project = written(tmp_path, "control_port: 7001\n")
    settings = load_settings({}, {}, project, {"port": 0, "control_port": 0})
    assert (settings.port, settings.control_port) == (0, 7001)


def test_all_values_of_the_file_reach_the_settings(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    project = written(
        tmp_path,
        "pack: amps\npack_dir: [more]\nat: 2026-06-01T12:00:00Z\nworld_at: 12:30\nzone: Europe/Berlin\n"
        "freeze: true\nspeed: 60\npass: [a.example, '*.b.example']\nfail_on: [miss, violation]\nport: 0\n",
    )
    settings = load_settings({}, {}, project)
    assert settings.pack == ("amps",)
    assert settings.pack_dir == (tmp_path / "more",)
    assert settings.at == datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert (settings.world_at, settings.zone) == ("12:30", "Europe/Berlin")
    assert (settings.freeze, settings.speed, settings.port) == (True, 60.0, 0)
    assert settings.pass_ == ("a.example", "*.b.example")
    assert settings.fail_on == ("miss", "violation")


def test_the_file_is_found_upwards_and_its_paths_are_its_own(tmp_path: Path) -> None:
    project = written(tmp_path, "pack_dir: packs\n")
    (tmp_path / "packs").mkdir()
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    settings = load_settings({}, {}, deep)
    assert settings.project == project
    assert settings.pack_dir == (tmp_path / "packs",)


def test_a_projects_own_packs_come_last(tmp_path: Path) -> None:
    own = tmp_path / "sandbox" / "packs"
    own.mkdir(parents=True)
    (tmp_path / "more").mkdir()
    assert find_project(own) == tmp_path
    settings = load_settings({"pack_dir": ("more",)}, {}, tmp_path)
    assert settings.pack_dir == (tmp_path / "more", own)


def test_a_folder_of_scenarios_makes_a_project(tmp_path: Path) -> None:
    own = tmp_path / "sandbox" / "scenarios"
    own.mkdir(parents=True)
    assert find_project(own) == tmp_path
    assert load_settings({}, {}, tmp_path).project == tmp_path


def test_lists_in_one_text_are_parted_by_commas(tmp_path: Path) -> None:
    settings = load_settings({"fail_on": ("miss,violation",)}, {"REPLAYSANDBOX_PASS": "a.example, b.example"}, tmp_path)
    assert settings.pass_ == ("a.example", "b.example")
    assert settings.fail_on == ("miss", "violation")


def test_what_may_hold_a_comma_is_one_value_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "a,b").mkdir()
    given = {"webhook": ("http://127.0.0.1:9/h?a=1,2",), "report": ("json=a,b/c.json",), "pack_dir": ("a,b",)}
    settings = load_settings(given, {}, tmp_path)
    assert settings.webhook == given["webhook"]
    assert settings.report == (f"json={tmp_path}/a,b/c.json",)
    assert settings.pack_dir == (tmp_path / "a,b",)


def test_none_means_no_finding_fails(tmp_path: Path) -> None:
    assert load_settings({"fail_on": ("none",)}, {}, tmp_path).fail_on == ()


def test_every_problem_of_every_source_is_told_at_once(tmp_path: Path) -> None:
    project = written(tmp_path, "hoems: 3\nspeed: fast\n")
    environ = {"REPLAYSANDBOX_SEDE": "1", "REPLAYSANDBOX_ZONE": "Mars/Base"}
    with pytest.raises(SandboxError) as caught:
        load_settings({"port": "99999", "bind": "0.0.0.0"}, environ, project)
    told = {(Path(problem.file).name, problem.line): problem for problem in caught.value.problems}
    assert set(told) == {
        ("replaysandbox.yaml", 1),
        ("replaysandbox.yaml", 2),
        ("REPLAYSANDBOX_SEDE", 0),
        ("REPLAYSANDBOX_ZONE", 0),
        ("--port", 0),
        ("--bind", 0),
    }
    assert told["replaysandbox.yaml", 1].hint == "did you mean 'homes'?"
    assert told["REPLAYSANDBOX_SEDE", 0].hint == "did you mean 'REPLAYSANDBOX_SEED'?"


@pytest.mark.parametrize("text", ["[1, 2]", "just text", "a: b: c"])
def test_a_file_that_is_no_mapping_is_told_once(tmp_path: Path, text: str) -> None:
    with pytest.raises(SandboxError) as caught:
        load_settings({}, {}, written(tmp_path, text))
    assert len(caught.value.problems) == 1


def test_an_empty_file_is_fine(tmp_path: Path) -> None:
    assert load_settings({}, {}, written(tmp_path, "# nothing yet\n")).project == tmp_path


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"port": "4481"}, "--port"),
        ({"control_port": "4480"}, "--control-port"),
        ({"fail_on": ("none", "miss")}, "--fail-on"),
        ({"bind": "192.0.2.1"}, "--bind"),
        ({"pack_dir": ("no-such-folder",)}, "--pack-dir"),
    ],
)
def test_values_that_do_not_go_together_are_refused(tmp_path: Path, given: dict, place: str) -> None:
    with pytest.raises(SandboxError) as caught:
        load_settings(given, {}, tmp_path)
    assert [problem.file for problem in caught.value.problems] == [place]


def test_a_password_opens_other_addresses_and_is_never_shown(tmp_path: Path) -> None:
    settings = load_settings({"bind": "0.0.0.0"}, {"REPLAYSANDBOX_PROXY_PASSWORD": "canary-1"}, tmp_path)
    assert settings.value(BY_NAME["proxy_password"]) == "canary-1"
    assert "canary-1" not in repr(settings)


def test_variables_that_run_sets_for_its_child_are_no_settings(tmp_path: Path) -> None:
    child = {
        "REPLAYSANDBOX_PROXY": "http://127.0.0.1:1",
        "REPLAYSANDBOX_CONTROL_TOKEN": "x",
        "REPLAYSANDBOX_HOSTS": "h",
    }
    assert load_settings({}, child, tmp_path).port == 4480


@pytest.mark.parametrize(
    ("address", "answer"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("[::1]", True), ("localhost", True),
     ("0.0.0.0", False), ("::", False), ("192.168.1.5", False), ("example.com", False)],
)  # fmt: skip
def test_loopback(address: str, answer: bool) -> None:
    assert is_loopback(address) is answer


def test_limits_come_from_the_file_and_the_environment(tmp_path: Path) -> None:
    project = written(tmp_path, "limits:\n  body_bytes: 4096\n  sessions: 7\n")
    settings = load_settings({}, {"REPLAYSANDBOX_LIMIT_SESSIONS": "9"}, project)
    assert (settings.limits.body_bytes, settings.limits.sessions, settings.limits.connections) == (4096, 9, 4000)
    assert settings.origins["limit_body_bytes"].endswith("replaysandbox.yaml:2")
    assert settings.origins["limit_sessions"] == "REPLAYSANDBOX_LIMIT_SESSIONS"


@pytest.mark.parametrize(
    "text", ["limits: {sesions: 1}", "limits: {sessions: 0}", "limits: {sessions: x}", "limits: 3"]
)
def test_limits_that_are_none_are_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(SandboxError) as told:
        load_settings({}, {}, written(tmp_path, text))
    assert "limits" in str(told.value)


@pytest.mark.parametrize("variable", ["REPLAYSANDBOX_LIMIT_SESSIONS", "REPLAYSANDBOX_LIMIT_NONE"])
def test_a_limit_in_the_environment_is_judged(tmp_path: Path, variable: str) -> None:
    with pytest.raises(SandboxError, match=variable):
        load_settings({}, {variable: "0"}, tmp_path)
