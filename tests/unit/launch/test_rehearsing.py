from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.launch.rehearsing import rehearse_pack
from replaysandbox.launch.scaffolding import pack_from_openapi
from tests.unit.logins import login_folder

SUNNY = Path(__file__).parents[2] / "data" / "specs" / "sunny" / "sunny.yaml"


@pytest.mark.slow
def test_what_a_template_cannot_say_is_told_with_file_line_reason_and_remedy(tmp_path: Path) -> None:
    folder = tmp_path / "sunny"
    pack_from_openapi("sunny", SUNNY, folder)
    rehearse_pack(folder)
    template = folder / "templates" / "battery.json.j2"
    template.write_text(template.read_text().replace("level_pct }}", "levle_pct }}"))
    with pytest.raises(SandboxError) as caught:
        rehearse_pack(folder)
    (problem,) = caught.value.problems
    assert problem.file.endswith("templates/battery.json.j2")
    assert problem.line == 5
    assert problem.reason.startswith("a battery's reading has no 'levle_pct' (GET /v2/batteries/{id} at")
    assert problem.hint.startswith("did you mean 'level_pct'? known: at, ")


@pytest.mark.slow
def test_a_header_field_that_cannot_be_said_is_told_with_its_line_of_pack_yaml(tmp_path: Path) -> None:
    answer = "    rate_limited:\n      {status: 429, code: 1, message: a, headers: {Retry-After: '{{ %s }}'}}\n"
    login = ("    bad_body:", answer % "facts.retry_after_s" + "    bad_body:")
    fine = login_folder(tmp_path / "fine", login)
    folder = login_folder(tmp_path / "flawed", (login[0], answer % "facts.retry" + "    bad_body:"))
    for each in (fine, folder):
        contract = each / "openapi.yaml"
        contract.write_text(contract.read_text().replace('"401"', '"429"'))
    rehearse_pack(fine)  # a fact that each 429 has
    with pytest.raises(SandboxError) as caught:
        rehearse_pack(folder)
    (problem,) = caught.value.problems
    assert problem.file.endswith("flawed/login/pack.yaml")
    assert "facts.retry }}" in (folder / "pack.yaml").read_text().splitlines()[problem.line - 1]
    assert problem.reason.startswith("there is no 'retry' here (")
