"""Tables written as French offices write them: three encodings, decimal commas, no-break thousands, dates by day."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..codebook import Field, Table, load_codebook
from ..errors import CannotWrite, CitesError, reason
from ..storage.store import PROBLEMS_FILE, claim
from ..storage.swap import put_in_place, unlisted
from .territoires import Row

__all__ = ["write_campagne"]

NBSP = "\u00a0"
# First line of the settings: what tells a generated folder from a real campagne.
GENERATED = "# Fichier écrit par le générateur de la démonstration"
# What checking and preparing the campagne leave in its folder; made again when needed.
PREPARED = "traitees"
BUILT = {PROBLEMS_FILE, PREPARED, f".{PREPARED}.lock"}


@dataclass(frozen=True)
class Format:
    """How an office saves its files."""

    encoding: str
    delimiter: str
    newline: str
    french: bool  # decimal comma, JJ/MM/AAAA


EXCEL_UTF8 = Format("utf-8-sig", ";", "\r\n", True)
EXCEL_WINDOWS = Format("cp1252", ";", "\r\n", True)
PLAIN = Format("utf-8", ",", "\n", False)
# Every other table comes from a recent Excel.
FORMATS = {
    **dict.fromkeys(
        ("budget", "cofinancements", "instances", "besoins", "verbatims", "copilotes", "fiches"), EXCEL_WINDOWS
    ),
    **dict.fromkeys(("sources", "cite_qpv", "cite_communes", "reponses", "animation_nationale", "evenements"), PLAIN),
}
# Sums of money are typed with spaces between thousands.
THOUSANDS = {("budget", "depense"), ("cofinancements", "montant")}


def write_campagne(folder: Path, tables: Mapping[str, Sequence[Row]], settings: str) -> None:
    """Write `campagne.toml` and one CSV per table, aside, then put the whole folder in its place.

    A former demonstration is replaced. Raises CitesError when the folder holds anything else, or cannot be
    written.
    """
    codebook = load_codebook()
    contents = {f"{name}.csv": _content(codebook[name], rows) for name, rows in tables.items()}
    contents["campagne.toml"] = f"{GENERATED}.\n{settings}".encode()
    place = folder.resolve()
    _check_place(place)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with unlisted(place.parent) as room:
            new = room / place.name
            new.mkdir()
            for name, content in contents.items():
                (new / name).write_bytes(content)
            put_in_place(new, place)
    except OSError as error:
        raise CannotWrite(
            f"Impossible d’écrire la démonstration dans {place} : {reason(error)}. "
            "Vérifiez les droits et la place libre."
        ) from error


def _check_place(place: Path) -> None:
    """Refuse to replace what is not a demonstration: a real campagne, or somebody's files."""
    if not place.exists():
        return
    if not place.is_dir():
        raise CitesError(f"{place} est un fichier : donnez à la démonstration un dossier à elle.")
    present = {path.name for path in place.iterdir()}
    if not present:
        return
    stamp = place / "campagne.toml"
    ours = {f"{name}.csv" for name in load_codebook().tables} | {stamp.name} | BUILT
    foreign = sorted(present - ours)
    if PREPARED in present:
        claim(place / PREPARED)
    generated = stamp.is_file() and GENERATED in stamp.read_text(encoding="utf-8", errors="replace")
    if foreign or not generated:
        what = f" ({', '.join(foreign[:3])})" if foreign else ""
        raise CitesError(
            f"Le dossier {place} contient autre chose qu’une démonstration{what} : rien n’a été écrit. "
            "Choisissez un dossier vide ou nouveau."
        )


def _content(table: Table, rows: Sequence[Row]) -> bytes:
    how = FORMATS.get(table.name, EXCEL_UTF8)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=how.delimiter, lineterminator=how.newline)
    writer.writerow(table.columns)
    for row in rows:
        unknown = row.keys() - set(table.columns)
        if unknown:
            raise ValueError(f"{table.name} has no column {sorted(unknown)}")
        writer.writerow([_cell(row.get(f.name), f, table.name, how) for f in table.fields])
    return stream.getvalue().encode(how.encoding)


def _cell(value: object, field: Field, table: str, how: Format) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        grouped = f"{value:,.2f}" if (table, field.name) in THOUSANDS else f"{value:g}".replace(",", "")
        return grouped.replace(",", NBSP).replace(".", ",") if how.french else grouped.replace(",", "")
    text = str(value)
    if field.date_partielle and how.french:
        return "/".join(reversed(text.split("-")))
    return text
