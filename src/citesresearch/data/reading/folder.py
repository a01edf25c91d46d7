"""The files of a campagne's folder: which tables stand where, and what is said of everything else in it.

A table is a text file of its name, or a sheet of a workbook: a sheet of its name, or one recognised by its columns.
Nothing is chosen in silence: a table found twice, a sheet that might be a table and a file that is not read are said.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from ...codebook import Codebook, Table
from ...french import listing, number, plain
from ...storage.store import MARKER, PROBLEMS_FILE, is_ours
from ..checking.problems import Collector, Problem, Source, quoted
from ..inside import leads_out, say_leads_out
from .columns import RawTable
from .files import read_table
from .rows import BLANKS, column_letters, filled
from .texts import FOLDER as TEXTS
from .wide import tabulate, wide_form
from .workbooks import WORKBOOK_SUFFIXES, BookSheet, open_workbook

__all__ = ["Folder", "read_folder"]

_TEXT_SUFFIXES = (".csv", ".tsv", ".txt", ".tab")
_CLOSED_SUFFIXES = (".xls", ".xlsb", ".numbers")  # data that cannot be read here
# `modeles` and `textes` are what `citesresearch init` lays beside the tables.
_EXPECTED = {"campagne.toml", "datapackage.json", "thumbs.db", "desktop.ini", "ehthumbs.db", "modeles", "textes"}
# Sheets of the workbook that `init` writes; they are looked at all the same, in case somebody typed a table there.
_EXPECTED_SHEETS = {"lisez moi", "definitions", "listes deroulantes"}
_EXPECTED_STEMS = {"readme", "license", "licence", "lisez-moi", "lisezmoi"}
_SHOWN = 8


@dataclass
class Folder:
    """What a folder holds: its raw tables, where each stands, and every problem met on the way.

    `sources` has every table of the codebook, those that are absent under the name that their file would have.
    `unsure` are the tables of whose content nothing can be said: unread, required but absent, or found twice.
    """

    tables: dict[str, RawTable] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    found: list[Problem] = field(default_factory=list)

    def put(self, name: str, source: Source, raw: RawTable | None, notes: Collector) -> None:
        """Keep a table, the first of its name; note that there is another."""
        first, held = self.sources.get(name), self.tables.get(name)
        if first is not None and held is not None and _model(held) and raw is not None and not _model(raw):
            # A file left as a model, beside the sheet that has the rows.
            self.found = [
                p
                for p in self.found
                if p.code != "fichier_sans_ligne" or (p.fichier, p.feuille) != (first.fichier, first.feuille)
            ]
        elif first is not None:
            if raw is not None and _model(raw):
                # A sheet left as a model, beside the file that has the rows.
                notes.found = [problem for problem in notes.found if problem.code != "fichier_sans_ligne"]
                return
            notes.add(
                "table_en_double",
                f"la table {quoted(name)} à un seul endroit ; elle est déjà dans {first.named()}",
                "garder celle des deux qui est à jour, retirer ou renommer l’autre",
            )
            self.unsure.add(name)
            return
        self.sources[name] = source
        if raw is None:
            self.unsure.add(name)
        else:
            self.tables[name] = raw


def _model(raw: RawTable) -> bool:
    """Whether a table has no row, and none that was lost on the way."""
    return raw.frame.empty and not raw.lost


def read_folder(place: Path, codebook: Codebook, beside: Collection[str] = ()) -> Folder:
    """Read every table that the folder holds; `beside` names what is none, whatever it looks like.

    Never raises for what the folder holds; raises OSError if it cannot be listed.
    """
    folder, names = Folder(), _Names(codebook)
    entries = sorted((path for path in place.iterdir() if path.name not in beside), key=lambda path: path.name)
    outside = [path for path in entries if not _own(path) and leads_out(path, place)]
    entries = [path for path in entries if path not in outside]
    for path in outside:
        folder.found += say_leads_out(path.name)
        if (table := names.table(path.stem)) is not None:
            folder.put(table.name, Source(path.name), None, Collector(path.name))
    ignored: list[str] = []
    # Text files first: the sheet is the one that is said to come twice.
    for path in (entry for entry in entries if entry.suffix.lower() in _TEXT_SUFFIXES and not _own(entry)):
        _read_text(path, names, folder)
    for path in (entry for entry in entries if not _own(entry)):
        suffix = path.suffix.lower()
        if suffix in WORKBOOK_SUFFIXES:
            _read_workbook(path, names, folder)
        elif suffix in _CLOSED_SUFFIXES:
            folder.found += _closed(path)
        elif suffix not in _TEXT_SUFFIXES and path.is_dir():
            folder.found += _subfolder(path)
        elif suffix not in _TEXT_SUFFIXES:
            ignored.append(path.name)
    folder.found += [*_locks(entries), *_ignored(place, ignored)]
    for table in names.tables:
        if table.name not in folder.sources:
            folder.sources[table.name] = Source(f"{table.name}.csv")
            if table.required:
                folder.unsure.add(table.name)
                folder.found += _absent(table, [entry.name for entry in entries if not _own(entry)])
    return folder


# --- names ------------------------------------------------------------------------------------------


class _Names:
    """Which table a name, or a header, means."""

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self._by_name: dict[str, str] = {}
        self.tables = [table for table in codebook.tables.values() if table.filled_in]
        for table in self.tables:
            # A sheet's name has 31 characters at most.
            for words in (table.title[:31], table.title, table.name):
                self._by_name[plain(words)] = table.name

    def table(self, name: str) -> Table | None:
        """The table of that name or title, letter case, accents and spaces apart."""
        found = self._by_name.get(plain(name))
        return None if found is None else self.codebook[found]

    def near(self, name: str, others: Iterable[str]) -> str | None:
        """The table whose name looks most like this one; None where another file or sheet of `others` bears that name."""
        close = difflib.get_close_matches(plain(name), self._by_name, n=1, cutoff=0.75)
        found = self._by_name[close[0]] if close else None
        taken = {table.name for other in others if (table := self.table(other)) is not None}
        return None if found in taken else found

    def by_header(self, sheet: BookSheet) -> tuple[list[str], list[str]]:
        """The tables whose columns a sheet has (those of the most), and those of which it has a part only."""
        whole: dict[str, int] = {}
        part: dict[str, int] = {}
        rows = (cells for _, cells in sheet.records if filled(cells))
        for cells in islice(rows, 20):
            header = {cell.strip(BLANKS) for cell in cells} - {""}
            for table in self.tables:
                known, needed = _known(header, table)
                if known >= 2:
                    better = whole if needed else part
                    better[table.name] = max(better.get(table.name, 0), known)
            if whole or part:
                break
        return _most(whole), _most(part)


def _known(header: set[str], table: Table) -> tuple[int, bool]:
    """How many of a table's columns a header has, in the long or in the wide form, and whether all that are needed."""
    needed = {f.name for f in table.fields if f.required or f.name in table.primary_key}
    known = len(header & set(table.columns))
    form = wide_form(table)
    if form is not None and set(form.keys) <= header and not needed <= header:
        choices = {code for name in header if (code := form.spellings().get(plain(name)))}
        # Two choices: one alone may be any word.
        if len(choices) >= 2:
            return len(form.keys) + len(choices), True
    return known, needed <= header


def _most(scores: dict[str, int]) -> list[str]:
    return [name for name, score in scores.items() if score == max(scores.values())]


# --- text files -------------------------------------------------------------------------------------


def _read_text(path: Path, names: _Names, folder: Folder) -> None:
    notes = Collector(path.name)
    table = names.table(path.stem)
    if table is None:
        folder.found += _unknown_file(path, names)
        return
    raw, problems = read_table(path, table)
    if path.name != f"{table.name}.csv":
        _read_as(table, notes, f"{table.name}.csv")
    folder.put(table.name, notes.source, raw, notes)
    folder.found += notes.found + problems


def _read_as(table: Table, notes: Collector, name: str, how: str = "") -> None:
    notes.add(
        "nom_approche",
        f"le nom {quoted(name)} ; lu comme la table {quoted(table.name)} ({table.title}){how}",
        f"renommer en {quoted(name)} si c’est bien elle ; sinon, donner un nom tout différent",
        gravite="avertissement",
    )


def _unknown_file(path: Path, names: _Names) -> list[Problem]:
    notes = Collector(path.name)
    near = names.near(path.stem, (other.stem for other in path.parent.iterdir()))
    advice = f"renommer en {quoted(f'{near}.csv')}" if near else "rien s’il est de trop : il n’est pas lu"
    notes.add("fichier_inconnu", "un fichier qui porte le nom d’une table", advice, gravite="avertissement")
    return notes.found


# --- workbooks --------------------------------------------------------------------------------------


def _read_workbook(path: Path, names: _Names, folder: Folder) -> None:
    """Read the sheets that are tables; say what each of the others is taken for."""
    notes = Collector(path.name)
    workbook = open_workbook(path, notes)
    folder.found += notes.found
    own = names.table(path.stem)
    if workbook is None:
        if own is not None and own.name not in folder.sources:
            folder.put(own.name, notes.source, None, notes)
        return
    before = set(folder.sources)
    sheets: list[BookSheet] = []
    for name in workbook.names:
        notes = Collector(Source(path.name, name))
        sheet = workbook.sheet(name, notes)
        folder.found += notes.found
        if sheet is not None and any(filled(cells) for _, cells in sheet.records):
            sheets.append(sheet)
        elif (table := names.table(name)) is not None:
            if sheet is not None:
                notes.add("fichier_vide", "une ligne d’en-tête", "remplir la feuille, ou la supprimer")
                folder.found += notes.found
            folder.put(table.name, notes.source, None, notes)
    only = own if len(sheets) == 1 else None
    for sheet in sheets:
        _read_sheet(path, sheet, only, names, workbook.names, folder)
    if own is not None and own.name not in folder.sources and set(folder.sources) == before:
        notes = Collector(path.name)
        among = listing([quoted(sheet.name) for sheet in sheets])
        advice = f"nommer ainsi la feuille qui porte la table, et ses colonnes comme dans {quoted(f'{own.name}.csv')}"
        notes.add("feuille_absente", f"une feuille {quoted(own.name)}", advice, lu=among)
        folder.found += notes.found
        folder.unsure.add(own.name)


def _read_sheet(
    path: Path, sheet: BookSheet, only: Table | None, names: _Names, others: Iterable[str], folder: Folder
) -> None:
    notes = Collector(Source(path.name, sheet.name))
    table = names.table(sheet.name)
    if table is not None and sheet.name != table.name:
        _read_as(table, notes, table.name)
    if table is None:
        table = only or _recognised(sheet, names, others, notes)
    if table is not None:
        _say_hidden(sheet, notes)
        folder.put(table.name, notes.source, tabulate(sheet.rows(), table, notes), notes)
    folder.found += notes.found


def _recognised(sheet: BookSheet, names: _Names, others: Iterable[str], notes: Collector) -> Table | None:
    """The table whose columns the sheet has; None, and why, when none or several."""
    whole, part = names.by_header(sheet)
    near = names.near(sheet.name, others)
    if len(whole) == 1:
        table = names.codebook[whole[0]]
        _read_as(table, notes, table.name, ", dont elle a les colonnes")
        return table
    likely = whole or part or ([near] if near else [])
    ours = plain(sheet.name) in _EXPECTED_SHEETS
    if likely and not (ours and not whole):
        tables = listing([quoted(name) for name in likely[:_SHOWN]], "ou")
        notes.add(
            "feuille_inconnue",
            f"une feuille qui porte le nom d’une table ; celle-ci ressemble à {tables}",
            "donner à la feuille le nom de la table, et à ses colonnes les noms attendus ; "
            "si elle n’en est pas une, la retirer du classeur",
        )
    elif not ours:
        notes.add(
            "feuille_ignoree",
            "une feuille qui porte le nom ou les colonnes d’une table",
            "rien si elle est de trop : elle n’est pas lue",
            gravite="avertissement",
        )
    return None


def _say_hidden(sheet: BookSheet, notes: Collector) -> None:
    """Warn of what is read although a person who opens the workbook does not see it."""
    rows, columns = [str(row) for row in sheet.hidden_rows], [column_letters(i) for i in sheet.hidden_columns]
    parts = ["la feuille entière"] if sheet.hidden else []
    parts += [f"{what} {_some(cells)}" for what, cells in (("lignes", rows), ("colonnes", columns)) if cells]
    if parts:
        notes.add(
            "cellules_masquees",
            "des cellules visibles : celles qui sont masquées sont lues comme les autres",
            "retirer le filtre, puis supprimer les lignes qui ne sont pas à compter"
            if sheet.filtered and rows
            else "les afficher, puis supprimer ce qui n’est pas à compter",
            lu=listing(parts),
            gravite="avertissement",
        )


def _some(words: Sequence[str]) -> str:
    more = len(words) - _SHOWN
    return listing([*words[:_SHOWN], f"{number(more)} autres"] if more > 1 else words)


# --- everything else --------------------------------------------------------------------------------


def _own(path: Path) -> bool:
    """Hidden files, locks left by spreadsheets, what systems leave, what a campagne has beside its tables, our lists."""
    name = path.name.lower()
    if name.startswith((".", "~$")) or name in {*_EXPECTED, PROBLEMS_FILE}:
        return True
    return (plain(path.stem).replace(" ", "-") in _EXPECTED_STEMS and path.suffix.lower() not in WORKBOOK_SUFFIXES) or (
        path.is_dir() and path.suffix == "" and (name == TEXTS or _is_prepared(path))
    )


def _is_prepared(path: Path) -> bool:
    """Whether the check, the preparation, a run or a publication wrote a folder, or one in it."""
    return is_ours(path) or any(path.glob(f"*/{MARKER}"))


def _closed(path: Path) -> list[Problem]:
    notes = Collector(path.name)
    notes.add(
        "fichier_binaire",
        "un classeur xlsx ou ods, ou un fichier CSV",
        "l’ouvrir dans le tableur et l’enregistrer au format « Classeur Excel (.xlsx) » ; le retirer s’il est de trop",
        lu=path.suffix.lower(),
    )
    return notes.found


def _subfolder(path: Path) -> list[Problem]:
    notes = Collector(path.name)
    notes.add(
        "dossier_ignore",
        "les tables dans le dossier de la campagne, non dans un sous-dossier",
        "y déplacer les fichiers qui sont à lire ; rien si ce dossier est de trop",
        gravite="avertissement",
    )
    return notes.found


def _locks(entries: Iterable[Path]) -> list[Problem]:
    """Workbooks that somebody has open: what is on the disk may not be what is on the screen."""
    present = [entry.name for entry in entries]
    found: list[Problem] = []
    for name in present:
        excel, libreoffice = name.startswith("~$"), name.startswith(".~lock.") and name.endswith("#")
        owner = name[2:] if excel else name[7:-1] if libreoffice else None
        if owner in present:
            notes = Collector(owner)
            notes.add(
                "fichier_ouvert",
                "un fichier fermé : ce qui n’est pas encore enregistré n’est pas lu",
                "enregistrer et fermer le fichier, puis recommencer",
                gravite="avertissement",
            )
            found += notes.found
    return found


def _ignored(place: Path, names: Sequence[str]) -> list[Problem]:
    if not names:
        return []
    notes = Collector(place.name or str(place))
    notes.add(
        "fichier_ignore",
        "des fichiers CSV, xlsx ou ods",
        "rien si ces fichiers ne sont pas des tables : ils ne sont pas lus",
        lu=_some(names),
        gravite="avertissement",
    )
    return notes.found


def _absent(table: Table, present: Sequence[str]) -> list[Problem]:
    file = f"{table.name}.csv"
    notes = Collector(file)
    suffixes = (*_TEXT_SUFFIXES, *WORKBOOK_SUFFIXES, *_CLOSED_SUFFIXES)
    stems = {plain(Path(name).stem): name for name in present if Path(name).suffix.lower() in suffixes}
    close = difflib.get_close_matches(plain(table.name), stems, n=1, cutoff=0.75)
    near = stems[close[0]] if close else None
    notes.add(
        "fichier_absent",
        f"un fichier {quoted(file)}, ou une feuille {quoted(table.name)} d’un classeur ({table.title})",
        f"corriger ou renommer {quoted(near)}" if near else "ajouter ce fichier au dossier",
        lu=near,
    )
    return notes.found
