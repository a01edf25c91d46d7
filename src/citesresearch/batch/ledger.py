"""What was attempted, and how it ended: one SQLite row per attempt, written by the parent process alone.

An executed notebook cannot be believed (after a dead kernel its metadata says `completed`); this file can.
The rollback journal with `synchronous=FULL` survives `kill -9` and a power cut; unlike WAL it also works on a
shared network folder.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from ..errors import CitesError
from ..storage.locks import NO_LOCKS

__all__ = ["FILE_NAME", "Attempt", "Ledger", "LedgerFull", "Outcome"]

FILE_NAME = "registre.sqlite"
Outcome = Literal["reussi", "echec", "interrompu"]
_VERSION = 2
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_REASONS = {
    sqlite3.SQLITE_CANTOPEN: "droits insuffisants, ou un dossier à sa place",
    sqlite3.SQLITE_READONLY: "fichier ou disque en lecture seule",
    sqlite3.SQLITE_PERM: "droits insuffisants",
    sqlite3.SQLITE_IOERR: "erreur de lecture ou d’écriture du disque",
    sqlite3.SQLITE_CORRUPT: "fichier abîmé",
    sqlite3.SQLITE_NOTADB: "ce n’est pas un registre",
}


@dataclass(frozen=True)
class Attempt:
    """One execution of one run.

    Times are ISO 8601 in UTC, `duration` is in seconds, checksums are SHA-256 in hex.

    `message` is empty for a success, else a French sentence with the last line of the error. The checksums
    are empty unless both files were put in place. `version` is the package's, `empreinte` identifies the
    campagne's data. `needs` names what the page was made from (see `Ledger.needs`), `stamps` the size and time
    of the notebook and of the page as they were left.
    """

    batch: str
    kind: str
    id: str
    started: str
    finished: str
    duration: float
    outcome: Outcome
    message: str
    notebook_sha256: str
    page_sha256: str
    version: str
    empreinte: str
    needs: str = ""
    stamps: str = ""


_COLUMNS = tuple(f.name for f in fields(Attempt))
_SCHEMA = f"""
CREATE TABLE attempts (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    {", ".join(f"{f.name} {'REAL' if f.name == 'duration' else 'TEXT'} NOT NULL" for f in fields(Attempt))},
    CHECK (outcome IN ('reussi', 'echec', 'interrompu'))
);
CREATE TABLE pieces (sha256 TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX attempts_of ON attempts (kind, id, number);
CREATE VIEW latest AS
    SELECT * FROM attempts WHERE number IN (SELECT max(number) FROM attempts GROUP BY kind, id);
PRAGMA user_version = {_VERSION};
"""


# What a ledger of the first version lacks.
_UPGRADE = f"""
CREATE TABLE pieces (sha256 TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID;
ALTER TABLE attempts ADD COLUMN needs TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN stamps TEXT NOT NULL DEFAULT '';
PRAGMA user_version = {_VERSION};
"""


class LedgerFull(CitesError):
    """The disk has no room for another row."""


class Ledger:
    """The ledger of a campagne; a context manager that closes the file.

    A damaged file is moved aside and a new one begun: `notice` then says so in French (else None).
    Raises CitesError when the file cannot be opened or written, or comes from a later version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notice: str | None = None
        self._pieces: dict[str, dict[str, str]] = {}
        try:
            self._connection = _open(path)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF not in _DAMAGED:
                raise CitesError(_trouble(path, error)) from error
            aside = _move_aside(path)
            self.notice = (
                f"Le registre « {path} » était illisible : il a été mis de côté (« {aside.name} ») et un "
                "nouveau commence. Les monographies déjà produites ne sont pas touchées."
            )
            self._connection = _open(path)

    def record(self, attempt: Attempt) -> None:
        """Add a row; it is on the disk when this returns. Raises CitesError when it cannot be written (LedgerFull: for want of room)."""
        marks = ", ".join("?" * len(_COLUMNS))
        try:
            with self._connection:
                self._connection.execute(
                    f"INSERT INTO attempts ({', '.join(_COLUMNS)}) VALUES ({marks})", astuple(attempt)
                )
        except sqlite3.DatabaseError as error:
            raise _refusal(self.path, error) from error

    def keep(self, needs: Mapping[str, Mapping[str, str]]) -> str:
        """Store what a run depends on, each part once for all the runs that share it; returns the text for `needs`."""
        parts = {}
        rows = []
        for part, pieces in needs.items():
            content = json.dumps(dict(pieces), ensure_ascii=False, sort_keys=True)
            parts[part] = hashlib.sha256(content.encode()).hexdigest()
            rows.append((parts[part], content))
        try:
            with self._connection:
                self._connection.executemany("INSERT OR IGNORE INTO pieces VALUES (?, ?)", rows)
        except sqlite3.DatabaseError as error:
            raise _refusal(self.path, error) from error
        return json.dumps(parts, sort_keys=True)

    def needs(self, attempt: Attempt) -> dict[str, dict[str, str]]:
        """What an attempt depended on: by part, the fingerprint of each piece."""
        found = {}
        for part, sha in json.loads(attempt.needs or "{}").items():
            if sha not in self._pieces:
                row = self._connection.execute("SELECT content FROM pieces WHERE sha256 = ?", (sha,)).fetchone()
                self._pieces[sha] = json.loads(row[0]) if row else {}
            found[part] = self._pieces[sha]
        return found

    def good(self) -> Mapping[str, Attempt]:
        """The last success of each run, by its id."""
        rest = "attempts WHERE number IN (SELECT max(number) FROM attempts WHERE outcome = 'reussi' GROUP BY id)"
        return {a.id: a for a in self._select(rest, ())}

    def attempts(self, id: str | None = None) -> tuple[Attempt, ...]:
        """All attempts in the order in which they ended, or those of one run."""
        if id is None:
            return self._select("attempts ORDER BY number", ())
        return self._select("attempts WHERE id = ? ORDER BY number", (id,))

    def latest(self) -> Mapping[tuple[str, str], Attempt]:
        """The last attempt of each run, by (kind, id)."""
        return {(a.kind, a.id): a for a in self._select("latest ORDER BY number", ())}

    def _select(self, rest: str, values: tuple[str, ...]) -> tuple[Attempt, ...]:
        query = f"SELECT {', '.join(_COLUMNS)} FROM {rest}"
        try:
            with closing(self._connection.execute(query, values)) as rows:
                return tuple(Attempt(*row) for row in rows)
        except sqlite3.DatabaseError as error:
            raise CitesError(_trouble(self.path, error)) from error

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _open(path: Path) -> sqlite3.Connection:
    # A disk that knows no locks refuses every one as if another program held it; the lock of the folder is enough there.
    address = f"{path.absolute().as_uri()}{'' if _locks(path.parent) else '?nolock=1'}"
    connection = sqlite3.connect(address, timeout=10, uri=True)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > _VERSION:
            raise CitesError(
                f"Le registre « {path} » vient d’une version plus récente de citesresearch : mettez "
                "citesresearch à jour, ou déplacez ce fichier."
            )
        if version == 0:
            connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
        elif version == 1:
            connection.executescript(f"BEGIN IMMEDIATE; {_UPGRADE} COMMIT;")
        elif connection.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            damaged = sqlite3.DatabaseError("quick_check failed")
            damaged.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise damaged
    except BaseException:
        connection.close()
        raise
    return connection


def _locks(folder: Path) -> bool:
    """Whether a file of this folder can be locked in the way that SQLite does."""
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            fcntl.lockf(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in NO_LOCKS
    return True


def _move_aside(path: Path) -> Path:
    """Rename a damaged ledger (and its journal) to the first free name, and return that name."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.abime-{number}{path.suffix}")).exists():
        number += 1
    path.replace(aside)
    journal = path.with_name(path.name + "-journal")
    if journal.exists():
        journal.replace(aside.with_name(aside.name + "-journal"))
    return aside


def _refusal(path: Path, error: sqlite3.DatabaseError) -> CitesError:
    full = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL
    return (LedgerFull if full else CitesError)(_trouble(path, error))


def _trouble(path: Path, error: sqlite3.DatabaseError) -> str:
    code = error.sqlite_errorcode & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return (
            f"Le disque est plein : le registre « {path} » n’a pas pu être écrit. Libérez de la place, puis relancez."
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"Le registre « {path} » est utilisé par un autre programme : fermez-le, puis relancez."
    why = _REASONS.get(code) or f"erreur {code} de SQLite"
    return f"Le registre « {path} » ne peut pas être ouvert ou écrit ({why})."
