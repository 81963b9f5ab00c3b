from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.packs import read_pack
from tests.unit.files.pack_text import PACK, write_pack


def problems(tmp_path: Path, line: str) -> list[str]:
    text = PACK.replace("    template: one.json.j2\n", f"    template: one.json.j2\n    headers: {{X-A: '{line}'}}\n")
    with pytest.raises(SandboxError) as raised:
        read_pack(write_pack(tmp_path / "mine", text))
    return [f"{each.key}: {each.reason}" for each in raised.value.problems]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{{ nobody }}", "'nobody' is not known"),
        ("{{ at | sideways }}", "no filter 'sideways'"),
        ("{{ at ", "unexpected"),
        ('{{ at | mapped("none") }}', "no map 'none'"),
    ],
)
def test_a_header_field_that_cannot_be_filled_is_told_where_it_stands(tmp_path: Path, line: str, told: str) -> None:
    (problem,) = problems(tmp_path, line)
    assert problem.startswith("routes[1].headers.X-A") or "headers" in problem
    assert told in problem
