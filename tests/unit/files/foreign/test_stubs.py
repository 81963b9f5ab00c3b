from __future__ import annotations

from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.foreign.stubs import body_file, pairs, read_json


def test_a_body_is_read_from_inside_its_folder_only(tmp_path: Path) -> None:
    root = tmp_path / "__files"
    (root / "a").mkdir(parents=True)
    (root / "a" / "b.json").write_bytes(b"{}")
    (tmp_path / "secret").write_bytes(b"secret")
    (root / "link").symlink_to(tmp_path / "secret")
    assert body_file(root, "a/b.json") == b"{}"
    for name in ("../secret", str(tmp_path / "secret"), "link", "a", "a/../../secret"):
        with pytest.raises(ValueError, match="outside the folder of bodies"):
            body_file(root, name)
    with pytest.raises(ValueError, match="cannot be read"):
        body_file(root, "none")


def test_broken_json_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b'{\n"a": }')
    with pytest.raises(SandboxError, match=r"x\.json:2: is no JSON"):
        read_json(path)


def test_a_query_is_percent_encoded() -> None:
    assert pairs([("a b", "c&d"), ("e", "")]) == "a%20b=c%26d&e="
