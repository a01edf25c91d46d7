"""Which files of a folder are Insee's, of which family and edition, and what stands in their cells.

A file is recognised by its name (`BASE_QP_IPRO_2021 (1).csv`), then by its columns; the edition stands in the name
alone. Whatever cannot be told is a problem: an edition is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...codebook.insee import InseeNames
from ...french import listing, plural
from ..inputs import TEXT_SUFFIXES, is_insee_input
from ..problems import Collector, Problem, Source, quoted
from ..raw_bytes import load_bytes
from ..rows import BLANKS, Rows
from ..text_files import text_rows
from ..workbooks import open_workbook

__all__ = ["InseeFile", "find_files", "read_grid"]

KEY = "CODGEO"
_HEADER_WITHIN = 30  # Insee's workbooks have titles and labels above the names of the columns
_EDITION = re.compile(r"(?<![A-Z])(IPRO|DEMO|REVN)(?![A-Z])[^0-9]{0,12}((?:19|20)[0-9]{2})(?![0-9])")
_FAMILY = re.compile(r"(?<![A-Z])(IPRO|DEMO|REVN)(?![A-Z])")
_NAMED = "IPRO_2021.csv"

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class InseeFile:
    """A file of an edition: its header (spreadsheet row and names) and its rows, as text stripped of blanks."""

    path: Path
    famille: str
    annee: int
    header_row: int
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def edition(self) -> str:
        return f"{self.famille} {self.annee}"


def find_files(folder: Path, names: InseeNames) -> tuple[list[InseeFile], list[Problem]]:
    """Every file of the folder that can be read, in the order of family and edition, and all problems.

    A file given twice with the same rows is read once, with a warning; two different files of one edition are a problem.
    """
    found: dict[tuple[str, int], InseeFile] = {}
    problems: list[Problem] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not is_insee_input(path):
            continue
        notes = Collector(path.name)
        read = _recognise(path, names, notes)
        if read is not None:
            known = found.setdefault((read.famille, read.annee), read)
            if known is not read:
                _twice(read, known, notes)
        problems += notes.found
    return [found[key] for key in sorted(found)], problems


def _twice(read: InseeFile, known: InseeFile, notes: Collector) -> None:
    same = [cells for _, cells in read.rows] == [cells for _, cells in known.rows] and read.header == known.header
    notes.add(
        "valeur_double",
        f"un seul fichier pour l’édition {read.edition} ({quoted(known.path.name)} en est déjà un)",
        "retirer ce fichier, qui est le même" if same else "garder le bon fichier et retirer l’autre",
        gravite="avertissement" if same else "bloquant",
    )


def _recognise(path: Path, names: InseeNames, notes: Collector) -> InseeFile | None:
    grids = list(read_grid(path, notes))
    if notes.found and any(problem.blocking for problem in notes.found):
        return None
    stem = path.stem.upper()
    tables = [(header, rows) for _, (header, rows) in grids]
    if not tables:
        _not_insee(path, bool(_FAMILY.search(stem)), notes)
        return None
    if len(tables) > 1:
        sheets = listing(quoted(sheet) for sheet, _ in grids)
        notes.add(
            "entete_absente",
            "une seule feuille par quartier prioritaire",
            "ne garder que la feuille des quartiers, ou l’enregistrer seule",
            lu=sheets,
        )
        return None
    (header_row, header), rows = tables[0]
    family, year = _edition(stem, header, names, notes)
    return None if family is None or year is None else InseeFile(path, family, year, header_row, header, tuple(rows))


def _edition(stem: str, header: tuple[str, ...], names: InseeNames, notes: Collector) -> tuple[str | None, int | None]:
    """The family and year of a file, or what keeps from telling them."""
    said = {m[1] for m in _FAMILY.finditer(stem)}
    shared = {code: len(set(header) & set(family.colonnes)) for code, family in names.familles.items()}
    best = max(shared.values())
    likely = [code for code, count in shared.items() if count == best and best > 1]
    expected = listing((f"{code} ({family.titre})" for code, family in names.familles.items()), "ou")
    if len(said) == 1 and not shared[next(iter(said))]:
        code = next(iter(said))
        notes.add(
            "entete_absente",
            f"des colonnes de {code}, telles que {_some(tuple(names.familles[code].colonnes))}",
            f"renommer le fichier s’il est de {likely[0]}"
            if likely
            else "vérifier que c’est la base par QPV de l’Insee",
            lu=" | ".join(name for name in header[:8] if name),
        )
        return None, None
    if len(said) != 1 and len(likely) != 1:
        notes.add(
            "entete_absente",
            f"les colonnes d’une famille de fichiers de l’Insee par QPV : {expected}",
            f"nommer le fichier d’après sa famille et son édition, comme {quoted(_NAMED)}, ou le retirer du dossier",
            lu=" | ".join(name for name in header[:8] if name),
        )
        return None, None
    code = next(iter(said)) if len(said) == 1 else likely[0]
    if len(said) == 1 and likely and code not in likely:
        notes.add(
            "entete_absente",
            f"des colonnes de {code}, comme le dit le nom du fichier ; elles sont de {listing(likely, 'ou')}",
            f"renommer le fichier en {quoted(f'{likely[0]}_AAAA.csv')}, avec l’année de son édition",
            lu=" | ".join(name for name in header[:8] if name),
        )
        return None, None
    named = _EDITION.search(stem)
    years = {named[2]} if named else set(re.findall(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])", stem))
    if len(years) != 1:
        notes.add(
            "fichier_inconnu",
            "l’année de l’édition dans le nom du fichier : ses colonnes ne la disent pas",
            f"renommer en {quoted(f'{code}_AAAA.csv')}, où AAAA est l’année de l’édition",
            gravite="bloquant",
        )
        return code, None
    return code, int(years.pop())


def _some(columns: Sequence[str], most: int = 6) -> str:
    return ", ".join([*map(quoted, columns[:most]), "…"])


def _not_insee(path: Path, named: bool, notes: Collector) -> None:
    notes.add(
        "entete_absente" if named else "fichier_inconnu",
        f"une colonne {quoted(KEY)} dans les {_HEADER_WITHIN} premières lignes, comme dans les bases de l’Insee par QPV",
        "reprendre le fichier d’origine, ou le retirer du dossier"
        if named
        else "rien s’il est de trop : il n’est pas lu",
        gravite="bloquant" if named else "avertissement",
    )


# --- cells ----------------------------------------------------------------------------------------


def read_grid(path: Path, notes: Collector) -> Iterator[tuple[str, tuple[tuple[int, tuple[str, ...]], list[Row]]]]:
    """Each sheet that has a `CODGEO` header: its name, ((row, names of columns), rows).

    Names are in capitals, without the blanks around them; columns without a name are left out, unless a cell stands
    under them (then it is a problem).
    """
    for name, rows in _sheets(path, notes):
        grid = [(row, list(cells)) for row, cells in rows.records]
        head = next(
            (i for i, (_, cells) in enumerate(grid[:_HEADER_WITHIN]) if KEY in (_name(cell) for cell in cells)), None
        )
        if head is not None:
            texts = dict(grid)
            for (row, column), fault in rows.faults.items():
                notes.add(fault.code, fault.attendu, fault.remede, ligne=row, lu=texts[row][column])
            yield name, _under(grid[head], grid[head + 1 :], notes)


def _sheets(path: Path, notes: Collector) -> Iterator[tuple[str, Rows]]:
    """Each sheet of a workbook, or the rows of a text file under an empty name."""
    if path.suffix.lower() in TEXT_SUFFIXES:
        data = load_bytes(path, notes)
        rows = None if data is None else text_rows(data, (KEY, "LIBGEO"), notes)
        # Insee's own files end without a line end; a cut row has fewer cells than their wide header.
        notes.found = [problem for problem in notes.found if problem.code != "fin_de_fichier"]
        if rows is not None:
            yield "", rows
        return
    workbook = open_workbook(path, notes)
    for name in () if workbook is None else workbook.names:
        notes.source = Source(path.name, name)
        sheet = workbook.sheet(name, notes) if workbook else None
        if sheet is not None:
            yield name, sheet.rows()
    notes.source = Source(path.name)


def _name(cell: str) -> str:
    return cell.strip(BLANKS).upper()


def _under(head: Row, rows: list[Row], notes: Collector) -> tuple[tuple[int, tuple[str, ...]], list[Row]]:
    """The rows under the named columns of a header."""
    row, cells = head
    places = [i for i, cell in enumerate(cells) if _name(cell)]
    header = tuple(_name(cells[i]) for i in places)
    for name in sorted({name for name in header if header.count(name) > 1}):
        notes.add(
            "colonne_double",
            "une seule colonne de ce nom",
            "supprimer l’une des deux colonnes, ou reprendre le fichier d’origine",
            ligne=row,
            colonne=name,
        )
    last = places[-1]
    nameless = [i for i in range(last) if not _name(cells[i])]
    kept: list[Row] = []
    short: list[int] = []
    beyond: list[int] = []
    for number, values in rows:
        if not "".join(values).strip(BLANKS):
            continue
        if len(values) <= last:
            short.append(number)
            continue
        kept.append((number, [values[i].strip(BLANKS) for i in places]))
        if "".join([*values[last + 1 :], *(values[i] for i in nameless)]).strip(BLANKS):
            beyond.append(number)
    if short:
        notes.add(
            "nombre_de_cellules",
            f"{plural(last + 1, 'cellule')} par ligne, comme l’en-tête",
            f"reprendre le fichier d’origine : {plural(len(short), 'ligne')} coupée{'s' * (len(short) > 1)}",
            ligne=short[0],
        )
    if beyond:
        notes.add(
            "colonne_sans_nom",
            "un nom en tête de chaque colonne remplie",
            f"vérifier le séparateur et l’en-tête ({plural(len(beyond), 'ligne concernée', 'lignes concernées')})",
            ligne=beyond[0],
        )
    return (row, header), kept
