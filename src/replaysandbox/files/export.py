"""Readings of a fleet over a span as a table in a file: Parquet or CSV, a row for each device and instant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np

from replaysandbox.core.device import DeviceRef
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.pack import Pack
from replaysandbox.core.reading import (
    MODES,
    BatteryReading,
    EvChargerReading,
    HomeReading,
    HvacReading,
    SolarReading,
    VehicleReading,
)
from replaysandbox.files.places import shown
from replaysandbox.files.whole import ANYBODYS, drafted
from replaysandbox.operations.ids import device_id
from replaysandbox.world.fleet import fleet_of, fleet_readings
from replaysandbox.world.world import World, model_of

KINDS: Final = (".parquet", ".csv")

_READINGS: Final[dict[str, type[Any]]] = {
    "battery": BatteryReading,
    "ev_charger": EvChargerReading,
    "hvac": HvacReading,
    "solar_inverter": SolarReading,
    "vehicle": VehicleReading,
    "meter": HomeReading,
}
_HOMES: Final = 500
"""Homes that are worked out at a time. Ours: arrays of some 50,000 numbers stay in the processor's cache."""

_INSTANTS: Final = 96
"""Instants that are worked out at a time: a day by the quarter of an hour."""

_WORDS: Final = ("device", "family", "make", "model", "mode_code")
_FLAGS: Final = ("plugged", "connected", "permanent")


@dataclass(frozen=True, slots=True)
class Span:
    """What to export.

    Attributes:
        families: Families, in the order of the rows.
        instants: Instants, rising. [ms since 1970]
    """

    families: Sequence[str]
    instants: Sequence[int]


def export(file: Path, world: World, pack: Pack | None, span: Span) -> int:
    """Write the readings of all homes, to the last digit those of the devices one by one.

    Args:
        file: Where to; its ending says whether Parquet or CSV.
        world: The world, as nobody has told its devices what to do.
        pack: API whose ids name the devices; None for none.
        span: Families and instants.

    Returns:
        How many rows were written.

    Raises:
        SandboxError: The file's ending is another, it cannot be written, or pyarrow is not installed.
    """
    if file.suffix.lower() not in KINDS:
        raise _wrong(file, f"ends with neither {' nor '.join(KINDS)}", "the ending says what is written")
    names = _columns(span.families)
    count = 0
    with _writer(file, names) as write:
        for family in span.families:
            for block in _blocks(world, pack, family, span.instants):
                write(block)
                count += len(block["at"])
    return count


def _columns(families: Sequence[str]) -> list[str]:
    """List the columns: who and when, then every quantity of every family."""
    quantities = [each.name for family in families for each in fields(_READINGS[family]) if each.name != "at"]
    return ["at", "home", "slot", "device", "family", "make", "model", *dict.fromkeys(quantities)]


def _blocks(world: World, pack: Pack | None, family: str, instants: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Work out some homes and instants at a time: column → numbers, or (words, position of each row's word)."""
    for first in range(0, world.homes, _HOMES):
        homes = range(first, min(first + _HOMES, world.homes))
        fleet = fleet_of(world, homes)
        for slot in range(world.counts[family]):
            devices = [DeviceRef(family, home, slot) for home in homes]
            models = [model_of(world, device) for device in devices]
            words = {
                "device": [device_id(pack, world, device) for device in devices] if pack else [""] * len(devices),
                "make": [model.make for model in models],
                "model": [model.model for model in models],
            }
            for start in range(0, len(instants), _INSTANTS):
                some = instants[start : start + _INSTANTS]
                reading = fleet_readings(fleet, family, slot, some)
                shape = (len(homes), len(some))
                row = np.repeat(np.arange(len(homes)), len(some))
                block: dict[str, Any] = {
                    each.name: np.broadcast_to(getattr(reading, each.name), shape).ravel() for each in fields(reading)
                }
                block |= {name: (each, row) for name, each in words.items()}
                block |= {"home": row + first, "slot": np.full(len(row), slot), "family": ([family], row * 0)}
                yield block


@contextmanager
def _writer(file: Path, names: Sequence[str]) -> Iterator[Any]:
    try:
        arrow = import_module("pyarrow")
        kind = import_module("pyarrow.parquet" if file.suffix.lower() == ".parquet" else "pyarrow.csv")
    except ImportError:
        hint = "pip install 'replaysandbox[export]'"
        raise _wrong(file, "needs pyarrow to be written, which is not installed", hint) from None
    schema = arrow.schema([(_shown(name), _kind(arrow, name)) for name in names])

    def column(block: dict[str, Any], name: str) -> Any:
        values = block.get(name)
        if values is None:
            return arrow.nulls(len(block["at"]), _kind(arrow, name))
        if name == "mode_code":
            values = (MODES, values)
        if isinstance(values, tuple):
            return arrow.DictionaryArray.from_arrays(arrow.array(values[1], arrow.int32()), list(values[0])).cast(
                _kind(arrow, name)
            )
        return arrow.array(values).cast(_kind(arrow, name))

    maker = kind.ParquetWriter if kind.__name__.endswith("parquet") else kind.CSVWriter
    try:  # whole: half of one ends as a whole one does, and nobody could tell
        with drafted(file, ANYBODYS) as draft, maker(str(draft), schema) as out:
            yield lambda block: out.write_table(arrow.table([column(block, name) for name in names], schema=schema))
    except OSError as error:
        raise _wrong(file, f"cannot be written: {error}", "name a file in a folder that you can write") from error


def _shown(name: str) -> str:
    return "mode" if name == "mode_code" else name


def _kind(arrow: Any, name: str) -> Any:
    if name == "at":
        return arrow.timestamp("ms", tz="UTC")
    if name in _WORDS:
        return arrow.string()
    if name in _FLAGS:
        return arrow.bool_()
    return arrow.int64() if name in ("home", "slot") else arrow.float64()


def _wrong(file: Path, reason: str, hint: str) -> SandboxError:
    return SandboxError(Problem(shown(file), 0, "--export", reason, hint))
