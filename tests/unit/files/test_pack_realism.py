from __future__ import annotations

from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.core.realism import Limit, Readings, Realism, Sleep
from replaysandbox.files.packs import read_pack
from tests.unit.files.pack_text import PACK, TEMPLATES, write_pack

SWITCHED = PACK.replace("parameters:\n", "parameters:\n  fresh: {type: boolean, default: false}\n")


def read(tmp_path: Path, realism: str) -> Realism | None:
    return read_pack(write_pack(tmp_path / "mine", SWITCHED + f"realism: {realism}\n", TEMPLATES)).realism


def test_a_pack_need_not_say_anything(tmp_path: Path) -> None:
    assert read_pack(write_pack(tmp_path / "mine")).realism is None


def test_all_words_are_read(tmp_path: Path) -> None:
    readings = "readings: {every_s: 900, lag_s: 60, sooner: {fresh: 60}, live: [GET /things]}"
    limits = "limits: [{calls: 3, per_s: 60, by: id, routes: [GET /*]}, {calls: 2, refill_s: 0.5}]"
    sleep = "sleep: {families: [vehicle], after_s: 900, wakes: [GET /things], wakes_s: 15}"
    assert read(tmp_path, f"{{{readings}, {limits}, {sleep}, webhooks_s: 180}}") == Realism(
        Readings(900, 60, {"fresh": 60}, ("GET /things",)),
        (Limit(3, 60, by="id", routes=("GET /*",)), Limit(2, refill_s=0.5)),
        180,
        Sleep(("vehicle",), 900, ("GET /things",), 15),
    )


@pytest.mark.parametrize(
    ("realism", "reason"),
    [
        ("{readings: {live: [GET /thing]}}", "there is no route 'GET /thing'"),
        ("{limits: [{calls: 1, per_s: 1, routes: [POST /*]}]}", "there is no route 'POST /\\*'"),
        ("{readings: {sooner: {frsh: 60}}}", "there is no boolean parameter 'frsh'"),
        ("{sleep: {families: [vehicle], after_s: 9, wakes: [POST /wake]}}", "there is no route 'POST /wake'"),
        ("{limits: [{calls: 1}]}", "limits"),
        ("{limits: [{calls: 1, per_s: 1, refill_s: 1}]}", "limits"),
        ("{limits: [{calls: 0, per_s: 1}]}", "calls"),
        ("{readings: {every_s: 0}}", "every_s"),
    ],
)
def test_what_leads_nowhere_is_told_with_its_place(tmp_path: Path, realism: str, reason: str) -> None:
    with pytest.raises(SandboxError, match=reason) as told:
        read(tmp_path, realism)
    assert all(problem.line for problem in told.value.problems)
