"""Which files of a folder are Insee's, of which family and edition, and what stands in their cells.

Sub-folders and zip archives are looked into. A file is recognised by its name (`BASE_QP_IPRO_2021 (1).csv`), then by
its columns; the edition stands in the name alone. Whatever cannot be told is a problem: an edition is never guessed.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ...codebook.insee import InseeNames
from ...errors import reason
from ...french import listing, number, plain, plural
from ..checking.cells import Fault
from ..checking.problems import Collector, Problem, Source, quoted
from ..inputs import TEXT_SUFFIXES, insee_files, is_insee_input
from ..reading.raw_bytes import MAX_BYTES, load_bytes
from ..reading.rows import BLANKS
from ..reading.text_files import text_rows
from ..reading.workbooks import bare_sheets, workbook_of
from .cells import QN, QPV

__all__ = ["Found", "InseeFile", "find_files"]

KEY = "CODGEO"
# The official table between the geographies of 2015 and 2024 (ANCT).
LATER, EARLIER = "QP2024", ("QP2015", "QP2015_1", "QP2015_2", "QP2015_3")
_DICTIONARY = "COD_VAR"  # the list of variables that an archive of Insee also holds
_HEADER_WITHIN = 30  # Insee's workbooks have titles and labels above the names of the columns
_NAMED = "IPRO_2021.csv"
_BARE = (".xls", ".xlsb")
_EXPECTED = {"readme", "license", "licence", "lisez-moi", "lisezmoi"}
_SHOWN = 8

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class InseeFile:
    """A file of an edition: its header (spreadsheet row and names) and its rows, as text stripped of blanks.

    `annee` is the year of the edition; `nom` is what the file calls itself where that is not its edition (DEFM 2021
    holds the figures of IPRO 2022).
    """

    fichier: str
    famille: str
    annee: int
    header_row: int
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    nom: str = ""

    @property
    def edition(self) -> str:
        return f"{self.famille} {self.annee}" + (f" ({self.nom})" if self.nom else "")


@dataclass
class Found:
    """What a folder holds: files by family and edition, the neighbourhoods of 2015 of those of 2024, and problems."""

    files: list[InseeFile] = field(default_factory=list)
    correspondance: dict[str, tuple[str, ...]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class _Sheet:
    """The rows of a sheet, or of a text file (no name), held in memory; `faults` as in `Rows`."""

    name: str
    records: Sequence[tuple[int, Sequence[str]]]
    faults: Mapping[tuple[int, int], Fault] = field(default_factory=dict)


@dataclass(frozen=True)
class _SheetGrid:
    """The rows under a header; `sheet` is empty for a text file."""

    sheet: str
    header_row: int
    header: tuple[str, ...]
    rows: list[Row]
    problems: list[Problem]

    def codes(self, form: re.Pattern[str]) -> int:
        at = self.header.index(KEY)
        return sum(form.fullmatch(cells[at].upper()) is not None for _, cells in self.rows)


def find_files(folder: Path, names: InseeNames) -> Found:
    """Every file of the folder that can be read, in the order of family and edition, and all problems.

    An edition given twice with the same rows is read once, with a warning; two different files of one edition are a
    problem.
    """
    found = Found()
    read: dict[tuple[str, int], InseeFile] = {}
    for name, data, notes in _contents(folder, found):
        file = None if data is None else _recognise(name, data, names, notes, found)
        if file is not None:
            known = read.setdefault((file.famille, file.annee), file)
            if known is not file:
                # The thematic edition holds the same figures as the file by source, and others.
                if known.nom and not file.nom:
                    read[file.famille, file.annee], known, file = file, file, known
                    notes.source = Source(file.fichier)
                _twice(file, known, notes)
        found.problems += notes.found
    found.files = [read[key] for key in sorted(read)]
    return found


def _contents(folder: Path, found: Found) -> Iterator[tuple[str, bytes | None, Collector]]:
    """Each file that may be data, those of archives included: the name to tell, its bytes, where to note problems."""
    others: list[str] = []
    _closed_folders(folder, found)
    for path in insee_files(folder) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        if not is_insee_input(path):
            if plain(path.stem) not in _EXPECTED:
                others.append(name)
            continue
        notes = Collector(name)
        data = load_bytes(path, notes)
        if path.suffix.lower() == ".zip":
            if data is not None:
                yield from _members(name, data, notes)
            found.problems += notes.found
        else:
            yield name, data, notes
    if others:
        notes = Collector(folder.name)
        said = listing(
            [*others[:_SHOWN], *([f"{number(len(others) - _SHOWN)} autres"] if len(others) > _SHOWN else [])]
        )
        notes.add(
            "fichier_ignore",
            "des fichiers csv, xlsx, ods, xls, xlsb ou zip",
            "rien s’ils ne portent pas de données : ils ne sont pas lus",
            lu=said,
            gravite="avertissement",
        )
        found.problems += notes.found


def _closed_folders(folder: Path, found: Found) -> None:
    """Note each folder that may not be listed: what it holds would be missing without a word."""

    def note(error: OSError) -> None:
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            return  # the campagne has no such folder
        place = Path(error.filename)
        notes = Collector(f"{folder.name}/{place.relative_to(folder).as_posix()}" if place != folder else folder.name)
        notes.add(
            "fichier_illisible",
            "un dossier que cette commande peut ouvrir",
            "donner le droit de le lire, ou le retirer",
            lu=reason(error),
        )
        found.problems += notes.found

    for _ in os.walk(folder, onerror=note):
        pass


def _members(name: str, data: bytes, notes: Collector) -> Iterator[tuple[str, bytes | None, Collector]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = [info for info in archive.infolist() if not info.is_dir()]
            members = [
                info
                for info in inside
                if is_insee_input(Path(info.filename)) and not Path(info.filename).name.startswith((".", "__MACOSX"))
            ]
            if not any(not info.filename.lower().endswith(".zip") for info in members):
                notes.add(
                    "fichier_vide",
                    "un csv ou un classeur dans l’archive",
                    "en extraire les fichiers, ou la retirer du dossier",
                    lu=listing([info.filename for info in inside[:_SHOWN]]),
                    gravite="avertissement",
                )
            for info in members:
                told = Collector(f"{name}/{info.filename}")
                if info.filename.lower().endswith(".zip"):
                    told.add(
                        "fichier_ignore",
                        "une archive qui n’en contient pas d’autre",
                        "extraire cette archive dans le dossier",
                        gravite="avertissement",
                    )
                    yield told.source.fichier, None, told
                    continue
                with archive.open(info) as stream:
                    content = stream.read(MAX_BYTES + 1)  # what the archive says of its own sizes may be false
                if len(content) > MAX_BYTES:
                    told.add(
                        "fichier_trop_gros",
                        f"un fichier de {number(MAX_BYTES / 1e6, 0)} Mo au plus",
                        "vérifier que c’est la base par quartier",
                    )
                yield told.source.fichier, None if told.found else content, told
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        notes.add(
            "fichier_abime",
            "une archive zip entière et sans mot de passe",
            "la télécharger de nouveau, ou en extraire les fichiers dans le dossier",
        )


def _twice(read: InseeFile, known: InseeFile, notes: Collector) -> None:
    same = [cells for _, cells in read.rows] == [cells for _, cells in known.rows] and read.header == known.header
    kept = f"un seul fichier pour l’édition {known.edition} ({quoted(known.fichier)} en est déjà un)"
    if same or (read.nom and not known.nom):
        what = "qui est le même" if same else "dont les demandeurs d’emploi sont ceux de cette édition"
        notes.add(
            "valeur_double", kept, f"retirer ce fichier, {what} : il n’est compté qu’une fois", gravite="avertissement"
        )
    else:
        notes.add("valeur_double", kept, "garder le bon fichier et retirer l’autre")


def _recognise(name: str, data: bytes, names: InseeNames, notes: Collector, found: Found) -> InseeFile | None:
    """The edition that a file is; what is none, and what cannot be read, goes to `notes`."""
    sheets = list(_sheets(name, data, notes))
    if any(problem.blocking for problem in notes.found):
        return None
    if (table := _correspondance(sheets)) is not None:
        found.correspondance |= table
        told = plural(len(table), "quartier de 2024", "quartiers de 2024")
        notes.found = []
        notes.add(
            "fichier_insee",
            f"table officielle entre les quartiers de 2024 et ceux de 2015 : {told}",
            "",
            gravite="information",
        )
        return None
    stem = PurePosixPath(name).stem.upper()
    # The name of the archive or of the folder may say what the file's own does not.
    said = [stem, PurePosixPath(name).as_posix().upper()]
    grids = [grid for sheet in sheets if (grid := _grid(name, sheet)) is not None]
    here = [grid for grid in grids if grid.codes(QPV)] or [grid for grid in grids if grid.codes(QN)]
    if not here and any(_DICTIONARY in map(_name, cells) for sheet in sheets for _, cells in sheet.records[:5]):
        notes.found = []
        notes.add("fichier_ignore", "liste des variables de l’Insee : elle n’est pas lue", "", gravite="information")
        return None
    here = here or grids[:1]
    if not here:
        _not_insee(bool(_families(stem, names)), notes)
        return None
    if len(here) > 1:
        here = [grid for grid in here if plain(grid.sheet) in ("qp", "qpv")] or here
    if len(here) > 1:
        notes.add(
            "entete_absente",
            "une seule feuille par quartier prioritaire",
            "nommer « QP » la feuille à lire, ou ne garder qu’elle",
            lu=listing(quoted(grid.sheet) for grid in here),
        )
        return None
    (grid,) = here
    if len(sheets) > 1 and grid.codes(QPV):
        left = [quoted(sheet.name) for sheet in sheets if sheet.name != grid.sheet]
        unread = f"{listing(left)} : {'non lue' if len(left) == 1 else 'non lues'}"
        notes.add(
            "feuille_ignoree",
            f"feuille {quoted(grid.sheet)} lue, celle des quartiers ; {unread}",
            "",
            gravite="information",
        )
    notes.found += grid.problems
    notes.source = Source(name, grid.sheet or None)
    family, year, own = _edition(said, PurePosixPath(name).suffix, grid.header, names, notes)
    if family is None or year is None or any(problem.blocking for problem in notes.found):
        return None
    return InseeFile(name, family, year, grid.header_row, grid.header, tuple(grid.rows), own)


def _words(names: InseeNames) -> dict[str, tuple[str, int]]:
    """The words that name a family in a file's name, each with the years to add for the edition."""
    known = {code: (code, 0) for code in names.familles}
    for code, family in names.familles.items():
        known |= {word: (code, years) for word, years in family.noms_de_source.items()}
    return known


def _families(stem: str, names: InseeNames) -> dict[str, tuple[str, int]]:
    """The words of families that stand in a name."""
    return {word: said for word, said in _words(names).items() if re.search(rf"(?<![A-Z]){word}(?![A-Z])", stem)}


def _edition(
    said: Sequence[str], suffix: str, header: tuple[str, ...], names: InseeNames, notes: Collector
) -> tuple[str | None, int | None, str]:
    """The family and year of a file and the other name that it bears, or what keeps from telling them."""
    nothing = None, None, ""
    words = next((found for stem in said if (found := _families(stem, names))), {})
    families = {code for code, _ in words.values()}
    shared = {code: len(set(header) & set(family.colonnes)) for code, family in names.familles.items()}
    best = max(shared.values())
    likely = [code for code, count in shared.items() if count == best and best > 1]
    expected = listing((f"{code} ({family.titre})" for code, family in names.familles.items()), "ou")
    read = " | ".join(name for name in header[:8] if name)
    if len(families) == 1 and not shared[next(iter(families))]:
        code = next(iter(families))
        rename = (
            f"renommer le fichier en {quoted(f'{likely[0]}_AAAA{suffix}')}, avec l’année de son édition"
            if likely
            else ""
        )
        notes.add(
            "entete_absente",
            f"des colonnes de {code}, telles que {_some(tuple(names.familles[code].colonnes))}",
            rename or "reprendre la base par QPV de l’Insee, ou retirer ce fichier du dossier",
            lu=read,
        )
        return nothing
    if len(families) != 1 and len(likely) != 1:
        notes.add(
            "entete_absente",
            f"les colonnes d’une famille de fichiers de l’Insee par QPV : {expected}",
            f"nommer le fichier d’après sa famille et son édition, comme {quoted(Path(_NAMED).stem + suffix)}, ou le retirer du dossier",
            lu=read,
        )
        return nothing
    code = next(iter(families)) if len(families) == 1 else likely[0]
    if len(families) == 1 and likely and code not in likely:
        notes.add(
            "entete_absente",
            f"des colonnes de {code}, comme le dit le nom du fichier ; elles sont de {listing(likely, 'ou')}",
            f"renommer le fichier en {quoted(f'{likely[0]}_AAAA{suffix}')}, avec l’année de son édition",
            lu=read,
        )
        return nothing
    word, (_, later) = next(((w, s) for w, s in words.items() if s[0] == code), (code, (code, 0)))
    year = _year(said, word)
    if year is None:
        notes.add(
            "fichier_inconnu",
            "l’année de l’édition dans le nom du fichier : ses colonnes ne la disent pas",
            f"renommer en {quoted(f'{code}_AAAA{suffix}')}, où AAAA est l’année de l’édition",
            gravite="bloquant",
        )
        return nothing
    if not words and names.familles[code].noms_de_source:
        _say_dated(code, year, suffix, names, notes)
    return code, year + later, f"{word} {year}" if later else ""


def _year(said: Sequence[str], word: str) -> int | None:
    """The one year that a name says, that which follows the family first."""
    for stem in said:
        named = re.search(rf"(?<![A-Z]){word}(?![A-Z])[^0-9]{{0,12}}((?:19|20)[0-9]{{2}})(?![0-9])", stem)
        years = {named[1]} if named else set(re.findall(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])", stem))
        if len(years) == 1:
            return int(years.pop())
        if years:
            return None
    return None


def _say_dated(code: str, year: int, suffix: str, names: InseeNames, notes: Collector) -> None:
    """A name without its family does not say whether its year is that of the edition or that of the figures."""
    other = next(iter(names.familles[code].noms_de_source))
    notes.add(
        "nom_approche",
        f"le nom {quoted(f'{code}_{year}{suffix}')} ; lu comme l’édition {code} {year}, dont les effectifs sont ceux du 31 décembre {year - 1}",
        f"renommer ainsi, ou en {quoted(f'{other}_{year}{suffix}')} si {year} est l’année des effectifs",
        gravite="avertissement",
    )


def _some(columns: Sequence[str], most: int = 6) -> str:
    return ", ".join([*map(quoted, columns[:most]), "…"])


def _not_insee(named: bool, notes: Collector) -> None:
    notes.add(
        "entete_absente" if named else "fichier_inconnu",
        f"une colonne {quoted(KEY)} dans les {_HEADER_WITHIN} premières lignes, comme dans les bases de l’Insee par QPV",
        "reprendre le fichier d’origine, ou le retirer du dossier"
        if named
        else "rien s’il est de trop : il n’est pas lu",
        gravite="bloquant" if named else "avertissement",
    )


def _correspondance(sheets: Sequence[_Sheet]) -> dict[str, tuple[str, ...]] | None:
    """The neighbourhoods of 2015 of each of those of 2024, where a file is the official table; None where it is not."""
    for sheet in sheets:
        for i, (_, head) in enumerate(sheet.records[:_HEADER_WITHIN]):
            header = [_name(cell) for cell in head]
            columns = [j for j, name in enumerate(header) if name in EARLIER]
            if LATER in header and columns:
                key = header.index(LATER)
                pairs = {
                    _name(cells[key]): tuple(
                        code for j in columns if j < len(cells) and QPV.fullmatch(code := _name(cells[j]))
                    )
                    for _, cells in sheet.records[i + 1 :]
                    if key < len(cells)
                }
                return {later: earlier for later, earlier in pairs.items() if QN.fullmatch(later)}
    return None


# --- cells ----------------------------------------------------------------------------------------


def _sheets(name: str, data: bytes, notes: Collector) -> Iterator[_Sheet]:
    """Each sheet of a workbook, or the rows of a text file."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in TEXT_SUFFIXES:
        rows = text_rows(data, (KEY, "LIBGEO"), notes)
        if rows is not None:
            held = list(rows.records)
            # Insee's own files end without a line end; a cut row has fewer cells than their wide header.
            notes.found = [problem for problem in notes.found if problem.code != "fin_de_fichier"]
            yield _Sheet("", held)
        return
    if suffix in _BARE:
        yield from (_Sheet(title, records) for title, records in bare_sheets(data, notes))
        return
    workbook = workbook_of(data, notes)
    for sheet_name in () if workbook is None else workbook.names:
        notes.source = Source(name, sheet_name)
        sheet = workbook.sheet(sheet_name, notes) if workbook else None
        if sheet is not None:
            yield _Sheet(sheet_name, sheet.records, sheet.faults)
    notes.source = Source(name)


def _grid(name: str, sheet: _Sheet) -> _SheetGrid | None:
    """The rows under a `CODGEO` header; None where there is none.

    Names are in capitals, without the blanks around them; columns without a name are left out, unless a cell stands
    under them (then it is a problem).
    """
    notes = Collector(Source(name, sheet.name or None))
    head = next(
        (i for i, (_, cells) in enumerate(sheet.records[:_HEADER_WITHIN]) if KEY in (_name(cell) for cell in cells)),
        None,
    )
    if head is None:
        return None
    if sheet.faults:
        texts = dict(sheet.records)
        for (row, column), fault in sheet.faults.items():
            notes.add(fault.code, fault.attendu, fault.remede, ligne=row, lu=texts[row][column])
    header_row, header, kept = _under(sheet.records[head], sheet.records[head + 1 :], notes)
    return _SheetGrid(sheet.name, header_row, header, kept, notes.found)


def _name(cell: str) -> str:
    return cell.strip(BLANKS).upper()


def _under(
    head: tuple[int, Sequence[str]], rows: Sequence[tuple[int, Sequence[str]]], notes: Collector
) -> tuple[int, tuple[str, ...], list[Row]]:
    """The row and the names of a header, and the rows under its named columns."""
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
    for line, values in rows:
        if not "".join(values).strip(BLANKS):
            continue
        if len(values) <= last:
            short.append(line)
            continue
        kept.append((line, [values[i].strip(BLANKS) for i in places]))
        if "".join([*values[last + 1 :], *(values[i] for i in nameless)]).strip(BLANKS):
            beyond.append(line)
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
    return row, header, kept
