from pathlib import Path

import pytest

from replaysandbox.core.capture import BodyFile
from replaysandbox.core.match_rules import MatchRules
from replaysandbox.files.bodies import DamagedBodyError
from replaysandbox.launch.held import Held
from replaysandbox.launch.replaying import Replaying, ReplayWish
from tests.unit.files.recorded import HEADER, STARTED, recorded
from tests.unit.launch.test_replaying import ASKED, body


def test_exchanges_in_memory_are_replayed_by_their_own_numbers(tmp_path: Path) -> None:
    held = Held(HEADER, {4: recorded(body=b"1"), 9: recorded(body=b"2")})
    script = Replaying(held, ReplayWish(tmp_path / "x"), MatchRules(), STARTED, None)
    assert body(script.answer(ASKED, "a").outcome) == b"1"
    assert script.used == {4}
    assert body(script.answer(ASKED, "a").outcome) == b"2"
    assert script.used == {4, 9}


def test_a_body_in_a_file_is_not_at_hand() -> None:
    held = Held(HEADER, {})
    assert (held.get(0), held.body(b"x")) == (None, b"x")
    with pytest.raises(DamagedBodyError, match="not at hand"):
        held.body(BodyFile("0" * 64, 3))
