from __future__ import annotations

from pathlib import Path

import pytest

from replaysandbox.files.capture_line import header_line
from replaysandbox.files.foreign.sniff import sniffed
from tests.unit.files.foreign.made import DATA
from tests.unit.files.recorded import HEADER

FILES = {
    "vcrpy/new.yaml": "vcr",
    "vcrpy/new.json": "vcr",
    "vcrpy/old.yaml": "vcr",
    "betamax/preserve_exact_bytes.json": "vcr",
    "mitmproxy/live.flows": "flows",
    "mitmproxy/live.har": "har",
    "har-examples/full.har": "har",
}


@pytest.mark.parametrize("name", FILES)
def test_files_of_others_are_known_by_what_is_in_them(name: str, tmp_path: Path) -> None:
    (tmp_path / "nameless").write_bytes((DATA / name).read_bytes())
    assert sniffed(tmp_path / "nameless") == FILES[name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (header_line(HEADER), "capture"),
        (b'{"request": {}, "response": {}}', "wiremock"),
        (b'{"mappings": []}', "wiremock"),
        (b'\xef\xbb\xbf {"meta": {}, "data": {"pairs": []}}', "hoverfly"),
        (b"", ""),
        (b"hello", ""),
        (b"{", ""),
        (b'{"a": 1}', ""),
    ],
)
def test_what_is_in_a_file_says_its_format(text: bytes, name: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(text)
    assert sniffed(tmp_path / "x") == name


def test_a_folder_of_mappings_is_wiremocks(tmp_path: Path) -> None:
    assert sniffed(tmp_path) == ""
    (tmp_path / "mappings").mkdir()
    assert sniffed(tmp_path) == "wiremock"
