from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.contracts import read_contract_files
from replaysandbox.files.packs import read_pack
from replaysandbox.files.scaffolds import contract_name, free_folder, write_pack
from replaysandbox.scaffold.from_contract import Source, scaffold

SUNNY = Path(__file__).parents[2] / "data" / "specs" / "sunny" / "sunny.yaml"


def test_a_pack_with_a_contract_of_several_files_is_written_whole(tmp_path: Path) -> None:
    contract, files = read_contract_files(SUNNY)
    name = contract_name(files)
    made = scaffold(contract, Source("sunny", name, "tests", "2026-06-01"))
    folder = tmp_path / "packs" / "sunny"
    write_pack(folder, made.files, files)
    assert (folder / "contract" / "parts" / "devices.yaml").is_file()
    pack = read_pack(folder)
    assert pack.contract is not None
    assert len(pack.contract.calls) == len(pack.routes) == 6
    with pytest.raises(SandboxError, match="is there already; nothing was written"):
        write_pack(folder, made.files, files)
    assert [each.name for each in folder.parent.iterdir()] == ["sunny"]


def test_one_file_lies_beside_the_pack_and_an_empty_folder_is_free(tmp_path: Path) -> None:
    spec = tmp_path / "Weird Name.JSON"
    spec.write_text("{}")
    (tmp_path / "out").mkdir()
    write_pack(tmp_path / "out", {"pack.yaml": "x", "templates/a.j2": "y"}, [spec])
    assert sorted(each.name for each in (tmp_path / "out").rglob("*")) == [
        "a.j2",
        "openapi.json",
        "pack.yaml",
        "templates",
    ]


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SandboxError, match="is there already"):
        free_folder(tmp_path / "file")
    with pytest.raises(SandboxError, match="cannot be written"):
        write_pack(tmp_path / "file" / "below", {"pack.yaml": "x"}, [])
