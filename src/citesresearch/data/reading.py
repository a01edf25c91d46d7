"""Raw CSV files, as French offices write them, to tables of text numbered as a spreadsheet shows them.

Nothing is guessed by statistics. The encoding is decided in order: a UTF-16 (or 32) mark, strict UTF-8, then
cp1252. The delimiter is the one among `;` `,` and tab under which the header line shows most known columns.
The csv module reads in strict mode, so that every row is accounted for; whatever cannot be read as it was
meant becomes a `Problem`.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..codebook import Field, Table
from ..french import listing, number, plain, plural
from .problems import Collector, Problem, quoted

__all__ = ["BLANKS", "RawTable", "arrange", "read_table", "read_text"]

MAX_BYTES = 200_000_000
MAX_CELL = 10_000  # characters

# Every Unicode space, and the two invisible marks that copy and paste leave at the ends of cells.
BLANKS = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2000\u2001\u2002\u2003"
BLANKS += "\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"

# How alike two column names must be (difflib's ratio) to suggest one for the other, and to be sure of it.
_NEAR, _SURE = 0.75, 0.85

_DELIMITERS = (";", ",", "\t")
_DELIMITER_NAMES = {
    ";": "le point-virgule",
    ",": "la virgule",
    "\t": "la tabulation",
    "|": "la barre verticale",
}
_SAVE_AS_CSV = "enregistrer le fichier au format « CSV UTF-8 » depuis le tableur"

_MARKS = (
    # UTF-32 first: its mark begins like the one of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)

_SIGNATURES = (
    (b"PK\x03\x04", "un classeur (xlsx, ods) ou une archive zip"),
    (b"PK\x05\x06", "une archive zip"),
    (b"\xd0\xcf\x11\xe0", "un classeur Excel ancien (xls)"),
    (b"%PDF-", "un document PDF"),
    (b"\x89PNG", "une image PNG"),
    (b"\xff\xd8\xff", "une image JPEG"),
    (b"GIF8", "une image GIF"),
    (b"BM", ""),  # two letters: an image only if the rest is binary too
    (b"RIFF", ""),
    (b"\x1f\x8b", "une archive gzip"),
    (b"PAR1", "un fichier Parquet"),
    (b"SQLite format 3\x00", "une base SQLite"),
    (b"{\\rtf", "un document RTF"),
)

# How the letters of French look when UTF-8 bytes are read as cp1252; never met in French written in cp1252.
_UTF8_BYTES = re.compile(rb"\xc3[\x80-\xbf]|\xc2[\xa0-\xbf]|\xe2[\x80-\x82][\x80-\xbf]|\xc5[\x92\x93\xb8]")
# The first bytes of a French letter in UTF-8, alone at the end of the file.
_CUT_UTF8 = re.compile(rb"[\xc2\xc3\xc5]\Z|\xe2[\x80-\x82]?\Z")
# A Mac or DOS file read as cp1252: its « é » become these, between two lower-case letters.
_MAC_OR_DOS = re.compile(r"[a-z][ŽŠˆ‚ƒ„‡][a-z]")
_DECLARED_DELIMITER = re.compile(r'\ufeff?"?sep=([;,\t|])"?(?:\r\n|\r|\n)', re.IGNORECASE)


@dataclass(frozen=True)
class RawTable:
    """A table as it was typed: text only, empty cells as "".

    `frame` has the known columns, in the order of the file; its index (`ligne`) is the row a spreadsheet
    shows. `lost` holds the cells of rows that could not be read: keys that seem missing may stand there.
    """

    name: str
    path: Path
    frame: pd.DataFrame
    lost: frozenset[str] = frozenset()
    header_row: int = 1

    @property
    def fichier(self) -> str:
        """The name that problems give to the file."""
        return self.path.name


def read_table(path: Path, table: Table) -> tuple[RawTable | None, list[Problem]]:
    """Read a CSV file as text against the columns that the codebook knows.

    Returns the table (None when nothing of it can be used) and every problem met; never raises for what a
    file holds. Rows are numbered as in a spreadsheet: a record over several lines is one row, empty rows
    count and are left out.
    """
    notes = Collector(path.name)
    data = _load(path, notes)
    decoded = None if data is None else _decode(data, notes)
    if decoded is None:
        return None, notes.found
    text, mixed = decoded
    delimiter, text = _delimiter(text, table)
    lost: set[str] = set()
    records: Iterable[tuple[int, list[str]]] = _records(text, delimiter, notes, lost)
    if mixed:
        records = _unmix(list(records), notes)
    return arrange(records, table, path, notes, delimiter, lost), notes.found


def read_text(path: Path, notes: Collector) -> str | None:
    """The text of a file whose columns no table describes; None, and the reason in `notes`, where it has none."""
    data = _load(path, notes)
    decoded = None if data is None else _decode(data, notes)
    return None if decoded is None else decoded[0]


# --- bytes ----------------------------------------------------------------------------------------


def _load(path: Path, notes: Collector) -> bytes | None:
    """The bytes of the file, or None and the reason why not."""
    try:
        if path.is_dir():
            notes.add(
                "fichier_illisible",
                "un fichier CSV, non un dossier",
                "mettre le fichier à la place du dossier",
            )
            return None
        size = path.stat().st_size
        if not path.is_file():
            notes.add("fichier_illisible", "un fichier ordinaire", "remplacer par un fichier CSV")
            return None
        if size > MAX_BYTES:
            notes.add(
                "fichier_trop_gros",
                f"un fichier de {number(MAX_BYTES / 1e6, 0)} Mo au plus",
                "vérifier que c’est le bon fichier, ou le partager en plusieurs campagnes",
                lu=f"{number(size / 1e6, 0)} Mo",
            )
            return None
        data = path.read_bytes()
    except FileNotFoundError:
        notes.add("fichier_absent", "un fichier qui existe", f"ajouter {quoted(path.name)} au dossier")
        return None
    except PermissionError:
        notes.add(
            "fichier_illisible",
            "un fichier que l’on a le droit de lire",
            "changer les droits du fichier, ou le fermer s’il est ouvert dans un autre programme",
        )
        return None
    except OSError as error:
        notes.add(
            "fichier_illisible",
            "un fichier que l’ordinateur peut lire",
            f"recopier le fichier (le système répond {quoted(error.strerror or str(error))})",
        )
        return None
    return data if _is_text(data, notes) else None


def _is_text(data: bytes, notes: Collector) -> bool:
    if not data.removeprefix(codecs.BOM_UTF8).strip(b"\x00 \t\r\n;,"):
        notes.add(
            "fichier_vide",
            "une ligne d’en-tête puis une ligne par enregistrement",
            "vérifier l’enregistrement du fichier ; supprimer le fichier si cette table n’existe pas",
            lu=f"{number(len(data))} octets" if data else "0 octet",
        )
        return False
    if any(data.startswith(mark) for mark, _, _ in _MARKS):
        return True
    sample = data[:65536]
    controls = sum(sample.count(bytes([c])) for c in range(32) if c not in (9, 10, 11, 12, 13))
    binary = controls > len(sample) / 20
    for signature, kind in _SIGNATURES:
        if data.startswith(signature) and (kind or binary):
            notes.add("fichier_binaire", "un fichier de texte CSV", _SAVE_AS_CSV, lu=kind or "une image ou un média")
            return False
    if sample.count(b"\x00") > len(sample) / 3:
        notes.add("encodage", "un fichier en UTF-8", _SAVE_AS_CSV, lu="sans doute de l’UTF-16 sans sa marque")
        return False
    if binary:
        notes.add("fichier_binaire", "un fichier de texte CSV", _SAVE_AS_CSV, lu="un fichier binaire")
        return False
    return True


def _decode(data: bytes, notes: Collector) -> tuple[str, bool] | None:
    """The text of the file, and whether two encodings are mixed in it; None when it cannot be decoded."""
    for mark, encoding, name in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), False
            except UnicodeDecodeError:
                notes.add(
                    "fichier_tronque",
                    f"un fichier {name} entier",
                    f"{_SAVE_AS_CSV} (il est coupé ou abîmé)",
                )
                return None
    try:
        return data.decode("utf-8-sig"), False
    except UnicodeDecodeError as error:
        kept = data[: error.start]
        cut = error.reason == "unexpected end of data" and (not kept.isascii() or _CUT_UTF8.search(data))
    if cut:
        text = kept.decode("utf-8-sig")
        notes.add(
            "fichier_tronque",
            "un fichier entier",
            "copier de nouveau le fichier : sa fin manque (il s’arrête au milieu d’une lettre accentuée)",
            lu=text[-30:],
        )
        return text, False
    # Not UTF-8, then cp1252. Bytes that it does not define become U+FFFD, refused later with row and column.
    data = data.removeprefix(codecs.BOM_UTF8)
    text = data.decode("cp1252", errors="replace")
    mixed = _UTF8_BYTES.search(data) is not None
    strange = _MAC_OR_DOS.search(text)
    if strange and not mixed:
        around = text[max(0, strange.start() - 12) : strange.end() + 12]
        notes.add(
            "encodage_douteux",
            "des lettres accentuées lisibles",
            f"{_SAVE_AS_CSV} (il semble venir d’un Mac ou d’un logiciel ancien)",
            lu=around,
            gravite="avertissement",
        )
    return text, mixed


# --- records --------------------------------------------------------------------------------------


def _delimiter(text: str, table: Table) -> tuple[str, str]:
    """The delimiter of the file, and the text without the `sep=` line that Excel hides."""
    declared = _DECLARED_DELIMITER.match(text)
    if declared:
        return declared[1], text[declared.end() :]
    known = set(table.columns)
    alike = {plain(name) for name in table.columns}

    def score(delimiter: str) -> tuple[int, int, int]:
        cells = [cell.strip(BLANKS) for cell in _first_record(text, delimiter)]
        return len(known & set(cells)), len(alike & {plain(cell) for cell in cells}), len(cells)

    # max keeps the first of equals: the semicolon, which leaves decimal commas alone.
    return max(_DELIMITERS, key=score), text


def _first_record(text: str, delimiter: str) -> list[str]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return next((cells for cells in reader if any(cell.strip(BLANKS) for cell in cells)), [])
    except csv.Error:
        return []  # the strict reading that follows says what is wrong, and where


def _records(text: str, delimiter: str, notes: Collector, lost: set[str]) -> Iterator[tuple[int, list[str]]]:
    """The records that can be read, with their spreadsheet rows; the others are noted as problems."""
    stream = io.StringIO(text, newline="")
    lines: list[str] = []

    def feed() -> Iterator[str]:
        for line in stream:
            lines.append(line)
            yield line

    reader = csv.reader(feed(), delimiter=delimiter, strict=True)
    row = 0
    while True:
        lines.clear()
        row += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            first = lines[0].strip("\r\n") if lines else ""
            if "end of data" in str(error):
                expected = "un guillemet fermant pour chaque guillemet ouvrant"
                remedy = "fermer le guillemet ouvert ici : toute la suite est prise pour un seul texte"
            elif "limit" in str(error):
                expected = f"des cellules de {number(MAX_CELL)} caractères au plus"
                remedy = "raccourcir le texte, ou fermer le guillemet resté ouvert dans cette ligne"
            else:
                expected = "des guillemets seulement autour d’une cellule entière, doublés à l’intérieur"
                remedy = 'corriger les guillemets (") de cette ligne, ou enregistrer de nouveau depuis le tableur'
            notes.add("guillemets", expected, remedy, ligne=row, lu=first)
            stop = "limit" in str(error)
            if stop:
                # The reader would go on in the middle of the cell and report nonsense.
                lines.append(stream.read())
            for line in lines:
                lost.update(cell.strip(BLANKS + '"') for cell in re.split(rf"[{delimiter}\r\n]", line))
            if stop:
                return
            continue
        yield row, cells


def _unmix(records: list[tuple[int, list[str]]], notes: Collector) -> Iterator[tuple[int, list[str]]]:
    """Records where UTF-8 and cp1252 are mixed: each cell read in its own way, the rarer way reported."""
    header = next((cells for _, cells in records if any(cell.strip(BLANKS) for cell in cells)), [])
    utf8: list[tuple[int, int, str]] = []
    cp1252: list[tuple[int, int, str]] = []
    repaired: list[tuple[int, list[str]]] = []
    for row, cells in records:
        fixed = list(cells)
        for i, cell in enumerate(cells):
            if not cell.isascii():
                try:
                    fixed[i] = cell.encode("cp1252").decode("utf-8")
                    utf8.append((row, i, fixed[i]))
                except UnicodeError:
                    cp1252.append((row, i, cell))
        repaired.append((row, fixed))
    rarer, other = (utf8, "cp1252 (Windows)") if cp1252 and len(utf8) < len(cp1252) else (cp1252, "UTF-8")
    for row, i, cell in rarer or utf8:
        column = header[i].strip(BLANKS) if i < len(header) else None
        notes.add(
            "encodages_melanges",
            f"le même encodage que le reste du fichier, {other}",
            f"retaper les lettres accentuées de cette cellule, puis {_SAVE_AS_CSV}",
            ligne=row,
            colonne=column or None,
            lu=cell,
        )
    return iter(repaired)


# --- columns --------------------------------------------------------------------------------------


def arrange(
    records: Iterable[tuple[int, Sequence[str]]],
    table: Table,
    path: Path,
    notes: Collector,
    delimiter: str | None = None,
    lost: set[str] | None = None,
) -> RawTable | None:
    """Put numbered records (of a CSV file or a sheet) under the table's columns; the first is the header.

    Notes missing, unknown, double and nameless columns, and rows with too many or too few cells, which are
    left out: `lost` receives their cells.
    """
    before = len(notes.found)
    lost = set() if lost is None else lost
    filled = ((row, cells) for row, cells in records if any(cell.strip(BLANKS) for cell in cells))
    head = next(filled, None)
    if head is None:
        if len(notes.found) == before:
            notes.add("fichier_vide", "une ligne d’en-tête", "vérifier l’enregistrement du fichier")
        return None
    header_row, header = head[0], [cell.strip(BLANKS) for cell in head[1]]
    if not set(header) & set(table.columns):
        _no_header(header_row, header, filled, table, notes)
        return None
    positions = _positions(header, header_row, table, notes)
    rows, values = _collect(filled, header, positions, notes, delimiter, lost)
    frame = pd.DataFrame(
        {name: pd.Series(values[name], dtype="str") for name in positions},
    ).set_index(pd.Index(rows, dtype="int64", name="ligne"))
    if not rows and not lost:
        notes.add(
            "fichier_sans_ligne",
            f"une ligne par enregistrement ({table.ligne or 'au moins une'})",
            "ajouter les lignes, ou retirer le fichier",
            gravite="bloquant" if table.required else "avertissement",
        )
    return RawTable(table.name, path, frame, frozenset(lost), header_row)


def _no_header(
    row: int,
    header: Sequence[str],
    rest: Iterator[tuple[int, Sequence[str]]],
    table: Table,
    notes: Collector,
) -> None:
    known = set(table.columns)
    enough = min(2, len(known))
    for later, cells in (pair for pair, _ in zip(rest, range(20), strict=False)):
        if len(known & {cell.strip(BLANKS) for cell in cells}) >= enough:
            notes.add(
                "entete_decalee",
                f"les noms des colonnes dans la première ligne ; ils sont à la ligne {later}",
                "supprimer les lignes au-dessus des noms de colonnes",
                ligne=row,
                lu=" | ".join(header),
            )
            return
    notes.add(
        "entete_absente",
        f"une première ligne qui porte les noms des colonnes ({_some(table.columns)})",
        "ajouter la ligne d’en-tête, ou vérifier que c’est le bon fichier",
        ligne=row,
        lu=" | ".join(header),
    )


def _some(names: Sequence[str], most: int = 6) -> str:
    words = [quoted(name) for name in names[:most]]
    return ", ".join([*words, "…"]) if len(names) > most else listing(words)


def _positions(header: Sequence[str], row: int, table: Table, notes: Collector) -> dict[str, int]:
    """Where each known column stands; notes the missing, unknown and double ones."""
    first: dict[str, int] = {}
    for i, name in enumerate(header):
        if not name:
            continue
        if name in first:
            notes.add(
                "colonne_double",
                "une seule colonne de ce nom",
                "supprimer ou renommer l’une des deux colonnes",
                ligne=row,
                colonne=name,
                lu=name,
            )
        else:
            first[name] = i
    unknown = [name for name in first if name not in table.columns]
    missing = [field for field in table.fields if field.name not in first]
    explained = set()
    for field in missing:
        if field.required or field.name in table.primary_key:
            near = _alike(field, [name for name in unknown if name not in explained])
            explained.add(near)
            notes.add(
                "colonne_absente",
                f"la colonne {quoted(field.name)} ({field.libelle})",
                f"renommer la colonne {quoted(near)} en {quoted(field.name)}" if near else "ajouter cette colonne",
                ligne=row,
                colonne=field.name,
                lu=near,
            )
    optional = [field for field in missing if not (field.required or field.name in table.primary_key)]
    for name in unknown:
        if name in explained:
            continue
        meant, likeness = _meant(name, optional)
        # A name that is still nearer to a column of the file is a double of that one, not this column.
        if meant and _SURE <= likeness >= _meant(name, [f for f in table.fields if f not in missing])[1]:
            notes.add(
                "colonne_mal_nommee",
                f"la colonne {quoted(meant.name)} ({meant.libelle}), qui ne serait pas lue sous cet autre nom",
                f"renommer la colonne {quoted(name)} en {quoted(meant.name)} ; "
                "si elle est autre chose, la supprimer ou lui donner un nom tout différent",
                ligne=row,
                colonne=meant.name,
                lu=name,
            )
            continue
        near = meant.name if meant and likeness >= _NEAR else None
        notes.add(
            "colonne_inconnue",
            f"une des colonnes de la table ({_some(_near_first(name, table.columns, near))})",
            f"renommer la colonne en {quoted(near)}" if near else "rien si elle est de trop : elle n’est pas lue",
            ligne=row,
            colonne=name,
            lu=name,
            gravite="avertissement",
        )
    return {name: i for name, i in first.items() if name in table.columns}


def _near_first(name: str, columns: Sequence[str], near: str | None = None) -> list[str]:
    """The columns, those whose names look most like `name` first."""
    close = difflib.get_close_matches(name, columns, n=3, cutoff=0.6)
    return list(dict.fromkeys([*([near] if near else []), *close, *columns]))


def _meant(name: str, fields: Iterable[Field]) -> tuple[Field | None, float]:
    """The field whose name (or label) looks most like this one, and how much: 1 when they have the same letters."""
    best: tuple[Field | None, float] = (None, 0.0)
    written = plain(name[:200])
    matcher = difflib.SequenceMatcher(b=written)
    for field in fields if written else ():
        if written in (plain(field.name), plain(field.libelle)):
            return field, 1.0
        matcher.set_seq1(plain(field.name))
        # Cheap upper bounds first: a file may have thousands of columns.
        if matcher.real_quick_ratio() > best[1] and matcher.quick_ratio() > best[1] and matcher.ratio() > best[1]:
            best = field, matcher.ratio()
    return best


def _alike(field: Field, names: Sequence[str]) -> str | None:
    """The name among those that was meant for this column: same letters, its label, or nearly so."""
    by_plain = {plain(name): name for name in names if plain(name)}
    for words in (field.name, field.libelle):
        if plain(words) in by_plain:
            return by_plain[plain(words)]
    close = difflib.get_close_matches(plain(field.name), by_plain, n=1, cutoff=_NEAR)
    return by_plain[close[0]] if close else None


def _collect(
    records: Iterable[tuple[int, Sequence[str]]],
    header: Sequence[str],
    positions: dict[str, int],
    notes: Collector,
    delimiter: str | None,
    lost: set[str],
) -> tuple[list[int], dict[str, list[str]]]:
    """The cells of each known column and the rows they stand in; those of refused rows go to `lost`."""
    named = max((i for i, name in enumerate(header) if name), default=-1) + 1
    rows: list[int] = []
    values: dict[str, list[str]] = {name: [] for name in positions}
    nameless: set[int] = set()
    # After a decimal comma without quotes, « 45,2, » has one cell too many although the last one is empty.
    most = len(header) if delimiter == "," else None
    for row, cells in records:
        width = len(cells)
        while width > named and not cells[width - 1].strip(BLANKS):
            width -= 1
        if most is not None and len(cells) > most:
            width = len(cells)
        if width < named or width > len(header):
            lost.update(cell.strip(BLANKS) for cell in cells)
            notes.add(
                "nombre_de_cellules",
                f"{plural(named, 'cellule')}, une par colonne",
                _width_remedy(width > named, delimiter),
                ligne=row,
                lu=plural(width, "cellule"),
            )
            continue
        for i, cell in enumerate(cells[:width]):
            if len(cell) > MAX_CELL:
                notes.add(
                    "cellule_trop_longue",
                    f"{number(MAX_CELL)} caractères au plus",
                    "raccourcir le texte, ou vérifier qu’un guillemet n’est pas resté ouvert",
                    ligne=row,
                    colonne=header[i] or None,
                    lu=f"{cell[:40]}… ({number(len(cell))} caractères)",
                )
            if i < len(header) and not header[i] and i not in nameless and cell.strip(BLANKS):
                nameless.add(i)
                notes.add(
                    "colonne_sans_nom",
                    "un nom dans la première ligne pour chaque colonne remplie",
                    f"nommer ou supprimer la {number(i + 1)}e colonne",
                    ligne=row,
                    lu=cell,
                )
        rows.append(row)
        for name, i in positions.items():
            values[name].append(cells[i])
    return rows, values


def _width_remedy(too_many: bool, delimiter: str | None) -> str:
    separator = _DELIMITER_NAMES.get(delimiter or "", "le séparateur")
    if too_many:
        return f"mettre entre guillemets la cellule qui contient {separator}, ou supprimer les cellules en trop"
    return f"compléter la ligne, qui est coupée : les colonnes y sont séparées par {separator}"
