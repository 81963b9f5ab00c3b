from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.launch.rehearsing import rehearse_pack
from replaysandbox.launch.scaffolding import pack_from_openapi

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
