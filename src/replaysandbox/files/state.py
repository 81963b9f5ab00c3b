"""`--state FILE`: what sessions were told, kept in SQLite, so that a sandbox goes on where it stood.

One row an entry, committed before anybody is answered: a process that is killed loses nothing that it acknowledged.
What a session is follows from its entries alone (`operations/bending.told_all`), so nothing else is kept but clocks
and deliveries.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

import orjson

from replaysandbox.core.clock import Clock
from replaysandbox.core.entries import Entry
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.files.entries import entry_from, entry_text
from replaysandbox.files.places import shown
from replaysandbox.world.world import World

VERSION: Final = "1"
"""Format version of the file; another is refused."""

_TABLES: Final = """
    CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS sessions (name TEXT PRIMARY KEY, clock TEXT);
    CREATE TABLE IF NOT EXISTS entries (place INTEGER PRIMARY KEY, session TEXT NOT NULL, entry TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS deliveries (id TEXT PRIMARY KEY, session TEXT NOT NULL, delivery TEXT NOT NULL);
"""
_NAMES: Final = ("about", "sessions", "entries", "deliveries")
_FRESH: Final = "start with --fresh to drop what it holds, or name another file"


@dataclass(frozen=True, slots=True)
class WorldFacts:
    """What a world must have in common with the one a file was kept for.

    Attributes:
        seed: World seed.
        scenario: Name of the scenario.
        started: Instant from which the scenario's own levels hold.
        hour: What moves the devices' hour of day (`--world-at`, `--zone`), in words.
    """

    seed: int
    scenario: str
    started: datetime
    hour: str


class State:
    """A state file that is open; nobody else can open it meanwhile."""

    def __init__(self, file: Path, connection: sqlite3.Connection) -> None:
        self.file = file
        self._connection = connection
        self._world: World | None = None

    @classmethod
    def open(cls, file: Path, *, fresh: bool = False) -> Self:
        """Open a state file, or make one.

        Args:
            file: Where it is.
            fresh: Drop what it holds.

        Raises:
            SandboxError: It cannot be opened, is no state file, is another version's, or somebody else has it open.
        """
        try:
            with suppress(FileExistsError):
                os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            connection = sqlite3.connect(file, timeout=0.2, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise _wrong(file, f"cannot be opened: {error}", "name a file in a folder that you can write") from error
        try:
            _refuse_others(file, connection)
            _prepare(connection, fresh=fresh)
            state = cls(file, connection)
            state._check_version()
        except SandboxError:
            connection.close()
            raise
        except sqlite3.OperationalError as error:
            connection.close()
            locked = "locked" in str(error)
            reason = "is in use by another sandbox" if locked else f"cannot be used: {error}"
            raise _wrong(file, reason, "stop that one (replaysandbox down), or name another file") from error
        except sqlite3.DatabaseError as error:
            connection.close()
            raise _wrong(file, f"is no state file: {error}", "name another file") from error
        return state

    def facts(self) -> WorldFacts | None:
        """Tell the world it was kept for; None where it is new."""
        about = self._about()
        if "started" not in about:
            return None
        return WorldFacts(
            int(about["seed"]), about["scenario"], datetime.fromisoformat(about["started"]), about["hour"]
        )

    def belongs(self, world: World, facts: WorldFacts) -> None:
        """Keep this world's entries from now on.

        Raises:
            SandboxError: It was kept for another world.
        """
        known = self.facts()
        if known is not None and replace(known, started=facts.started) != facts:
            said = f"--seed {known.seed} --scenario {known.scenario}" + (f" {known.hour}" if known.hour else "")
            raise _wrong(self.file, f"was kept by a sandbox with {said}", f"start with these, or {_FRESH}")
        if known is None:
            pairs = {"seed": facts.seed, "scenario": facts.scenario, "started": facts.started.isoformat()}
            self._write(
                [("INSERT INTO about VALUES (?, ?)", (name, str(value))) for name, value in pairs.items()]
                + [("INSERT INTO about VALUES ('hour', ?)", (facts.hour,))]
            )
        self._world = world

    def entries(self, world: World) -> Mapping[str, Sequence[Entry]]:
        """Read the entries of each session, in the order in which they were accepted.

        Raises:
            SandboxError: One cannot be read, or is about a device that this world does not have.
        """
        found: dict[str, list[Entry]] = {}
        for place, session, text in self._connection.execute("SELECT * FROM entries ORDER BY place"):
            try:
                found.setdefault(session, []).append(entry_from(world, text))
            except ValueError as error:
                raise _wrong(self.file, f"entry {place} cannot be used: {error}", _FRESH) from error
        return found

    def clocks(self) -> Mapping[str, Clock]:
        """Read the clocks of the sessions that have begun."""
        rows = self._connection.execute("SELECT name, clock FROM sessions WHERE clock IS NOT NULL")
        return {name: _clock(orjson.loads(text)) for name, text in rows}

    def deliveries(self, most: int) -> Sequence[tuple[str, Mapping[str, Any]]]:
        """Read the deliveries, oldest first: session and value. Of those that wait for nothing the newest are kept.

        Args:
            most: How many; the others are forgotten, or the file would grow for ever.
        """
        oldest = "DELETE FROM deliveries WHERE delivery NOT LIKE ? AND rowid <= (SELECT max(rowid) FROM deliveries) - ?"
        self._write([(oldest, ('%"state":"waiting"%', most))])
        rows = self._connection.execute("SELECT session, delivery FROM deliveries ORDER BY rowid")
        return [(session, orjson.loads(text)) for session, text in rows]

    def told(self, session: str, entries: Sequence[Entry]) -> None:
        """Keep entries; when it returns they are safe from the end of this process.

        Raises:
            OSError: They cannot be written.
        """
        assert self._world is not None  # noqa: S101 - `belongs` comes first
        world = self._world
        self._write(
            [
                ("INSERT INTO entries (session, entry) VALUES (?, ?)", (session, entry_text(world, entry)))
                for entry in entries
            ]
        )

    def clocked(self, session: str, clock: Clock) -> None:
        """Keep a session's clock.

        Raises:
            OSError: It cannot be written.
        """
        text = orjson.dumps(clock).decode()
        self._write([("INSERT OR REPLACE INTO sessions VALUES (?, ?)", (session, text))])

    def reset(self, session: str) -> None:
        """Forget a session.

        Raises:
            OSError: It cannot be written.
        """
        tables = ("entries", "deliveries")
        self._write(
            [(f"DELETE FROM {table} WHERE session = ?", (session,)) for table in tables]  # noqa: S608 - two constants
            + [("DELETE FROM sessions WHERE name = ?", (session,))]
        )

    def delivered(self, session: str, delivery_id: str, delivery: Mapping[str, Any]) -> None:
        """Keep how a delivery stands.

        Raises:
            OSError: It cannot be written.
        """
        row = (delivery_id, session, orjson.dumps(delivery).decode())
        upsert = "INSERT INTO deliveries VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET delivery = excluded.delivery"
        self._write([(upsert, row)])

    def close(self) -> None:
        """Let others open it."""
        self._connection.close()

    def _about(self) -> dict[str, str]:
        return dict(self._connection.execute("SELECT name, value FROM about").fetchall())

    def _check_version(self) -> None:
        version = self._about().get("version")
        if version is None:
            self._connection.execute("INSERT INTO about VALUES ('version', ?)", (VERSION,))
        elif version != VERSION:
            raise _wrong(self.file, f"is of format version {version}; this is version {VERSION}", _FRESH)

    def _write(self, statements: Iterable[tuple[str, tuple[Any, ...]]]) -> None:
        """Carry out statements, all or none."""
        try:
            with self._connection:
                self._connection.execute("BEGIN")
                for statement, values in statements:
                    self._connection.execute(statement, values)
        except sqlite3.Error as error:
            raise OSError(f"{shown(self.file)}: {error}") from error


def _refuse_others(file: Path, connection: sqlite3.Connection) -> None:
    """Leave another program's database alone, before anything in it is changed: `--fresh` would drop its tables."""
    # An exclusive lock, held until the process ends however it ends.
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    found = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    if found and sorted(found) != sorted(_NAMES):
        reason = f"is the database of another program: it has the table {min(found)}"
        raise _wrong(file, reason, "name another file")


def _prepare(connection: sqlite3.Connection, *, fresh: bool) -> None:
    # Every commit is in the file before it returns; a power cut may cost the last ones, a kill none.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("BEGIN EXCLUSIVE")
    if fresh:
        for table in _NAMES:
            connection.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    connection.execute("COMMIT")


def _clock(values: Mapping[str, Any]) -> Clock:
    instants = {name: datetime.fromisoformat(values[name]) for name in ("wall", "at")}
    return Clock(speed=values["speed"], frozen=values["frozen"], shift_ms=values["shift_ms"], **instants)


def _wrong(file: Path, reason: str, hint: str) -> SandboxError:
    return SandboxError(Problem(shown(file), 0, "--state", reason, hint))
