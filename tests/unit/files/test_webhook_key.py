from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from replaysandbox.core.webhooks import Signing
from replaysandbox.deliver.signing import well_formed
from replaysandbox.files.webhook_key import KEY_FILE, own_secret


def test_an_installation_has_its_own_secrets_one_for_each_pack(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    found = {(place, pack): own_secret(tmp_path / place, pack) for place in ("one", "other") for pack in ("a", "b")}
    assert len(set(found.values())) == 4
    assert own_secret(tmp_path / "one", "a") == found["one", "a"]
    assert all(well_formed(Signing("standard"), secret) for secret in found.values())


def test_only_the_user_can_read_the_key(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        own_secret(tmp_path, "a")
    finally:
        os.umask(before)
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_two_who_make_it_at_once_have_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: own_secret(tmp_path, "a"), range(8)))) == 1
