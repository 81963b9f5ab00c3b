from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.packs import pack_folders, read_pack, read_packs
from tests.unit.files.pack_text import PACK, TEMPLATES, write_pack


def test_a_pack_is_read_whole(tmp_path: Path) -> None:
    pack = read_pack(write_pack(tmp_path / "mine"))
    assert (pack.name, pack.hosts, pack.routes[0].name) == ("mine", ("api.mine.test",), "GET /things")
    assert pack.routes[0].parameters[0].maximum == 50
    assert pack.errors["device_not_found"].status == 404
    assert pack.headers == (("Content-Type", "application/json; charset=utf-8"),)
    assert sorted(pack.templates) == sorted(TEMPLATES)


def test_all_problems_of_a_pack_are_told_at_once(tmp_path: Path) -> None:
    text = PACK.replace("template: list.json.j2", "template: lst.json.j2").replace("query: [limit]", "query: [limt]")
    templates = {**TEMPLATES, "error.json.j2": "{{ erorr.code }}"}
    with pytest.raises(SandboxError) as caught:
        read_pack(write_pack(tmp_path / "mine", text, templates))
    told = [str(problem) for problem in caught.value.problems]
    assert len(told) == 3
    assert any("templates/error.json.j2:1: 'erorr' is not known here" in each for each in told)
    assert any("pack.yaml:21: [routes.0.template] there is no template 'lst.json.j2'" in each for each in told), told
    assert any("did you mean 'limit'?" in each for each in told)


def test_the_users_pack_wins_over_ours(tmp_path: Path) -> None:
    folder = write_pack(tmp_path / "amps")
    assert pack_folders((tmp_path,))["amps"] == folder
    assert pack_folders((folder,))["amps"] == folder
    assert pack_folders()["amps"] != folder


def test_an_unknown_pack_is_told_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="did you mean 'amps'"):
        read_packs(["apms"])


def test_two_packs_must_not_own_one_host(tmp_path: Path) -> None:
    write_pack(tmp_path / "one")
    write_pack(tmp_path / "two")
    with pytest.raises(SandboxError, match=r"the host api\.mine\.test belongs to the pack 'one' as well"):
        read_packs(["one", "two"], (tmp_path,))


@pytest.mark.parametrize("target", ["/etc/hostname", "../../outside.j2"])
def test_a_template_that_leads_out_of_the_pack_is_refused(tmp_path: Path, target: str) -> None:
    (tmp_path / "outside.j2").write_text("secret")
    folder = write_pack(tmp_path / "mine")
    (folder / "templates" / "evil.json.j2").symlink_to(target)
    with pytest.raises(SandboxError, match="leads out of the pack's folder"):
        read_pack(folder)


def test_a_contract_must_be_inside_too(tmp_path: Path) -> None:
    (tmp_path / "contract.yaml").write_text("openapi: 3.1.0\n")
    with pytest.raises(SandboxError, match="there is no file"):
        read_pack(write_pack(tmp_path / "mine", PACK + "contract: ../contract.yaml\n"))
