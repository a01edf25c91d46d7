"""CSV files, as French offices write them, to rows of text numbered as a spreadsheet shows them.

Nothing is guessed by statistics. The encoding is decided in order: a UTF-16 (or 32) mark, strict UTF-8, then
cp1252. The delimiter is the one among `;` `,` and tab under which the header line shows most known columns.
The csv module reads in strict mode, so that every row is accounted for; whatever cannot be read as it was
meant becomes a `Problem`.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Collection, Iterable, Iterator

from ...french import number, plain
from ..checking.problems import Collector
from .raw_bytes import SAVE_AS_CSV, UNICODE_MARKS, is_text
from .rows import BLANKS, MAX_CELL, LostCells, Rows, filled

__all__ = ["DELIMITER_NAMES", "text_rows"]

_DELIMITERS = (";", ",", "\t")
DELIMITER_NAMES = {
    ";": "le point-virgule",
    ",": "la virgule",
    "\t": "la tabulation",
    "|": "la barre verticale",
}
# How the letters of French look when UTF-8 bytes are read as cp1252; never met in French written in cp1252.
_UTF8_BYTES = re.compile(rb"\xc3[\x80-\xbf]|\xc2[\xa0-\xbf]|\xe2[\x80-\x82][\x80-\xbf]|\xc5[\x92\x93\xb8]")
# The first bytes of a French letter in UTF-8, alone at the end of the file.
_CUT_UTF8 = re.compile(rb"[\xc2\xc3\xc5]\Z|\xe2[\x80-\x82]?\Z")
# A Mac or DOS file read as cp1252: its « é » become these, between two lower-case letters.
_MAC_OR_DOS = re.compile(r"[a-z][ŽŠˆ‚ƒ„‡][a-z]")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_DECLARED_DELIMITER = re.compile(r'\ufeff?"?sep=([;,\t|])"?(?:\r\n|\r|\n)', re.IGNORECASE)


def text_rows(data: bytes, known: Collection[str], notes: Collector) -> Rows | None:
    """The rows of a text file whose header is expected to hold `known` names; None when it is no text.

    A record over several lines is one row; empty rows count. Every problem goes to `notes`.
    """
    decoded = _decode(data, notes) if is_text(data, notes) else None
    if decoded is None:
        return None
    text, mixed = decoded
    if "\n" in text and text[-1] not in "\r\n" and not notes.found:
        # Spreadsheets and programs end the last line too; a cut in the middle of a figure leaves nothing else to see.
        notes.add(
            "fin_de_fichier",
            "une fin de ligne après la dernière cellule",
            "vérifier que cette fin du fichier est bien la dernière cellule, entière",
            lu=text[-30:],
            gravite="avertissement",
        )
    delimiter, text = _delimiter(text, known)
    lost = LostCells()
    records: Iterable[tuple[int, list[str]]] = _records(text, delimiter, notes, lost)
    if mixed:
        records = _unmix(list(records), notes)
    return Rows(records, delimiter, lost)


def _decode(data: bytes, notes: Collector) -> tuple[str, bool] | None:
    """The text of the file, and whether two encodings are mixed in it; None when it cannot be decoded."""
    for mark, encoding, name in UNICODE_MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), False
            except UnicodeDecodeError:
                notes.add(
                    "fichier_tronque",
                    f"un fichier {name} entier",
                    f"{SAVE_AS_CSV} (il est coupé ou abîmé)",
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
            f"{SAVE_AS_CSV} (il semble venir d’un Mac ou d’un logiciel ancien)",
            lu=around,
            gravite="avertissement",
        )
    return text, mixed


# --- records --------------------------------------------------------------------------------------


def _delimiter(text: str, names: Collection[str]) -> tuple[str, str]:
    """The delimiter of the file, and the text without the `sep=` line that Excel hides."""
    declared = _DECLARED_DELIMITER.match(text)
    if declared:
        return declared[1], text[declared.end() :]
    known = set(names)
    alike = {plain(name) for name in names}

    def score(delimiter: str) -> tuple[int, int, int]:
        cells = [cell.strip(BLANKS) for cell in _first_record(text, delimiter)]
        return len(known & set(cells)), len(alike & {plain(cell) for cell in cells}), len(cells)

    # max keeps the first of equals: the semicolon, which leaves decimal commas alone.
    return max(_DELIMITERS, key=score), text


def _lines(text: str) -> Iterator[str]:
    """The lines of a text with their ends, one by one: a stream of its own would be another copy of the whole."""
    return (found[0] for found in _LINE.finditer(text))


def _first_record(text: str, delimiter: str) -> list[str]:
    reader = csv.reader(_lines(text), delimiter=delimiter)
    try:
        return next((cells for cells in reader if filled(cells)), [])
    except csv.Error:
        return []  # the strict reading that follows says what is wrong, and where


def _records(text: str, delimiter: str, notes: Collector, lost: LostCells) -> Iterator[tuple[int, list[str]]]:
    """The records that can be read, with their spreadsheet rows; the others are noted as problems."""
    stream = _lines(text)
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
                lines += stream
            for line in lines:
                lost.put(cell.strip(BLANKS + '"') for cell in re.split(rf"[{delimiter}\r\n]", line))
            if stop:
                return
            continue
        yield row, cells


def _unmix(records: list[tuple[int, list[str]]], notes: Collector) -> Iterator[tuple[int, list[str]]]:
    """Records where UTF-8 and cp1252 are mixed: each cell read in its own way, the rarer way reported."""
    header = next((cells for _, cells in records if filled(cells)), [])
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
            f"retaper les lettres accentuées de cette cellule, puis {SAVE_AS_CSV}",
            ligne=row,
            colonne=column or None,
            lu=cell,
        )
    return iter(repaired)
