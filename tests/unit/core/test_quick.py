from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace

import pytest

from replaysandbox.core.quick import quick


@dataclass(frozen=True, slots=True)
class Slow:
    name: str
    size: int = 3
    parts: Mapping[str, int] = field(default_factory=dict)
    known: list[int] | None = field(default=None, init=False, compare=False, repr=False)


@quick
@dataclass(frozen=True, slots=True)
class Quick:
    name: str
    size: int = 3
    parts: Mapping[str, int] = field(default_factory=dict)
    known: list[int] | None = field(default=None, init=False, compare=False, repr=False)


@quick
@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 0


@pytest.mark.parametrize("given", [("a",), ("a", 4), ("a", 4, {"b": 1})])
def test_filled_the_same(given: tuple[str, int, Mapping[str, int]]) -> None:
    slow, made = Slow(*given), Quick(*given)
    assert [getattr(made, each.name) for each in fields(made)] == [getattr(slow, each.name) for each in fields(slow)]
    assert repr(made) == repr(slow).replace("Slow", "Quick")
    assert made == Quick(*given)
    assert replace(made, size=7) == Quick(given[0], 7, made.parts)
    assert not hasattr(made, "__dict__")


def test_nothing_is_shared() -> None:
    assert Quick("a").parts is not Quick("a").parts


@pytest.mark.parametrize("given", [(), ("a", 1, {}, None), ("a", 1, {}, 2)])
def test_wrong_arguments(given: tuple[object, ...]) -> None:
    with pytest.raises(TypeError, match=r"Quick\.__init__\(\)"):
        Quick(*given)  # type: ignore[arg-type]  # that is what is tried


def test_still_a_value() -> None:
    assert {Point(1, 2): "there"}[Point(1, 2)] == "there"
    assert pickle.loads(pickle.dumps(Point(1, 2))) == copy.copy(Point(1, 2)) == Point(1, 2)


def test_only_mypy_watches() -> None:
    """It would say of either line that the field is read-only."""
    with pytest.raises(FrozenInstanceError):
        Slow("a").name = "b"  # type: ignore[misc]
    made = Quick("a")
    made.name = "b"  # type: ignore[misc]
    assert made.name == "b"


def test_what_would_be_left_out_is_refused() -> None:
    @dataclass(frozen=True, slots=True)
    class Checked:
        name: str

        def __post_init__(self) -> None: ...

    with pytest.raises(TypeError, match="__post_init__"):
        quick(Checked)
