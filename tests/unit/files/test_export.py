import sys
from datetime import timedelta
from pathlib import Path

import pytest

from replaysandbox.core.device import FAMILIES
from replaysandbox.core.errors import SandboxError
from replaysandbox.core.reading import HvacReading
from replaysandbox.files.export import Span, export
from replaysandbox.operations.ids import device_id
from replaysandbox.world.dates import instant, instant_ms
from replaysandbox.world.reading import reading_at
from replaysandbox.world.world import model_of, nth
from tests.unit.worlds import AT, amps

pytestmark = pytest.mark.slow  # pyarrow takes half a second to import

INSTANTS = [instant_ms(AT + timedelta(minutes=15 * step)) for step in range(100)]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int, object], dict[str, object]]:
    import pyarrow.parquet

    file = tmp_path_factory.mktemp("export") / "fleet.parquet"
    count = export(file, amps().world, amps().packs["amps"], Span(FAMILIES, INSTANTS))
    table = pyarrow.parquet.read_table(file).to_pylist()
    assert len(table) == count == len(FAMILIES) * amps().world.homes * len(INSTANTS)
    return {(row["family"], row["home"], row["at"]): row for row in table}


@pytest.mark.parametrize("family", FAMILIES)
def test_each_row_is_the_devices_own_reading(family: str, rows: dict[object, dict[str, object]]) -> None:
    world = amps().world
    for home in range(world.homes):
        device = nth(world, family, home)
        for ms in INSTANTS[::7]:
            row, reading = rows[family, home, instant(ms)], reading_at(world, device, instant(ms))
            told = {name: row[name] for name in type(reading).__slots__ if name not in ("at", "mode_code")}
            assert told == {name: getattr(reading, name) for name in told}
            assert row["device"] == device_id(amps().packs["amps"], world, device)
            assert row["make"] == model_of(world, device).make
            assert row["mode"] == (reading.mode if isinstance(reading, HvacReading) else None)


def test_a_csv_holds_the_same(tmp_path: Path, rows: dict[object, dict[str, object]]) -> None:
    import pyarrow.csv

    export(tmp_path / "f.csv", amps().world, None, Span(("battery",), INSTANTS[:2]))
    table = pyarrow.csv.read_csv(tmp_path / "f.csv").to_pylist()
    assert [row["level_pct"] for row in table] == [
        rows["battery", row["home"], row["at"]]["level_pct"] for row in table
    ]
    assert "room_c" not in table[0]


def test_what_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    span = Span(("battery",), INSTANTS[:1])
    with pytest.raises(SandboxError, match=r"ends with neither \.parquet nor \.csv"):
        export(tmp_path / "f.xlsx", amps().world, None, span)
    with pytest.raises(SandboxError, match="cannot be written"):
        export(tmp_path / "nowhere" / "f.csv", amps().world, None, span)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(SandboxError, match=r"replaysandbox\[export\]"):
        export(tmp_path / "f.csv", amps().world, None, span)


@pytest.mark.parametrize("name", ["f.parquet", "f.csv"])
def test_half_an_export_is_none(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_off(*_: object) -> None:
        raise KeyboardInterrupt

    span = Span(("battery",), INSTANTS)
    export(tmp_path / name, amps().world, None, span)
    before = (tmp_path / name).read_bytes()
    monkeypatch.setattr("replaysandbox.files.export.fleet_readings", broken_off)
    with pytest.raises(KeyboardInterrupt):
        export(tmp_path / name, amps().world, None, span)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == before
