"""Tables of text to typed tables, and every reason why a cell, a row or a key cannot be accepted.

Types of the frames (statsmodels refuses nullable ones, so there are none): `string` → pandas `str` (missing:
NaN); `integer` → int64, or float64 as soon as one is missing; `number` → float64; `boolean` → bool, or
float64 (1, 0, NaN) as soon as one is missing; partial dates → `str`, ISO. The index (`ligne`) is the row that
a spreadsheet shows.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..codebook import Codebook, Field, ForeignKey, Table
from ..french import date as date_in_words
from ..french import listing, number, of, plain, plural
from .problems import Collector, Gravite, Problem, Problems, quoted
from .reading import BLANKS, RawTable, read_table

__all__ = [
    "empty_table",
    "parse_number",
    "parse_partial_date",
    "read_and_validate",
    "validate_links",
    "validate_table",
]

YEARS = (1900, 2100)
# Beyond this a float no longer holds every integer: a code in a column of figures, or a slip of the hand.
_LARGEST = 2**53
# Comparisons spent on looking for near values in one table; identical letters are found without counting.
_NEAR_BUDGET = 40_000
_SHOWN_CODES = 8

_SPACES = " \u00a0\u2009\u202f"
_NUMBER = re.compile(rf"([+\-\u2212]?)([0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+|[0-9]+)(?:[.,]([0-9]+))?")
_PERCENT = re.compile(rf"[{_SPACES}]*%$")
_THOUSANDS = re.compile(r"[+\-\u2212]?[0-9]{1,3}(?:[.,'’][0-9]{3})+")
_SCIENTIFIC = re.compile(r"[+\-]?[0-9]+(?:[.,][0-9]+)?[eE][+\-]?[0-9]+")
_NOTHING = {
    "",
    "nd",
    "n d",
    "na",
    "n a",
    "nan",
    "none",
    "null",
    "nsp",
    "nc",
    "ns",
    "s",
    "inconnu",
    "non disponible",
}

_TRUE = {"oui", "true", "vrai", "1"}
_FALSE = {"non", "false", "faux", "0"}

_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_FRENCH_DATE = re.compile(r"(?:([0-9]{1,2})/)?([0-9]{1,2})/([0-9]{4})")
_MONTHS = {
    name: i
    for i, names in enumerate(
        [
            *(
                "janv janvier",
                "fevr fev fevrier",
                "mars mar",
                "avr avril",
                "mai",
                "juin",
                "juil juillet",
                "aout",
            ),
            *("sept sep septembre", "oct octobre", "nov novembre", "dec decembre"),
        ],
        start=1,
    )
    for name in names.split()
}

# Control characters (line breaks and tabs apart) and those that turn the reading direction.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# UTF-8 that was once read as cp1252 and saved so: « Ã© » for « é ».
_BROKEN_ACCENTS = re.compile("[ÃÂ][\u0080-\u00bf\u2013-\u20ac\u0152\u0153\u0160\u0161\u0178\u017d\u017e]|â€|Å[“’]")


@dataclass(frozen=True)
class _Fault:
    """What is wrong with a value, wherever it stands."""

    code: str
    attendu: str
    remede: str
    gravite: Gravite = "bloquant"


# --- near values ----------------------------------------------------------------------------------


class _Budget:
    """What may still be spent on comparing spellings: thousands of errors must not cost minutes."""

    def __init__(self, comparisons: int = _NEAR_BUDGET) -> None:
        self.left = comparisons


def _bare(text: str) -> str:
    """Letters and digits, without accents, case or leading zeros: « CDE 3 » and « cde-003 » are the same."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", plain(text)).replace(" ", "")


class _Nearest:
    """Finds the accepted value that must have been meant."""

    def __init__(self, words: Mapping[str, str], budget: _Budget) -> None:
        """`words` leads from each spelling (a code, its label) to the value to write."""
        self._budget = budget
        self._exact: dict[str, str | None] = {}
        for spelling, value in words.items():
            key = _bare(spelling)
            # Two values under one spelling: suggest neither.
            self._exact[key] = value if self._exact.get(key, value) == value else None
        self._spellings = [key for key in self._exact if key]

    def __call__(self, text: str) -> tuple[str, bool] | None:
        """The value, and whether it is sure: the same letters and digits, and not merely like ones."""
        key = _bare(text[:200])
        if key in self._exact:
            same = self._exact[key]
            return None if same is None else (same, True)
        if not key or self._budget.left < len(self._spellings):
            return None
        self._budget.left -= len(self._spellings)
        close = difflib.get_close_matches(key, self._spellings, n=1, cutoff=0.6)
        like = self._exact[close[0]] if close else None
        return None if like is None else (like, False)


# --- one value ------------------------------------------------------------------------------------


def parse_number(text: str, integer: bool = False, percent: bool = False) -> float | None:
    """The number that a French text writes: « 1 234,5 » → 1234.5; None where it is not written as a number.

    Spaces (ordinary, no-break, narrow, thin) are accepted between groups of three digits, comma and dot as
    decimal marks; exponents, infinities and thousands written with a dot are not. `percent` accepts a final
    %. `integer` refuses decimals other than one or two zeros (« 3,0 » is 3; « 1.000 » could be a thousand:
    refused).
    """
    if percent:
        text = _PERCENT.sub("", text)
    found = _NUMBER.fullmatch(text)
    if not found:
        return None
    sign, digits, decimals = found[1], re.sub(rf"[{_SPACES}]", "", found[2]), found[3] or ""
    if integer and decimals.strip("0") + decimals[2:]:
        return None
    value = float(f"{digits}.{decimals or '0'}")
    return -value if sign in ("-", "\u2212") and value else value


def parse_partial_date(text: str) -> str | None:
    """The ISO form of a date (AAAA, AAAA-MM, AAAA-MM-JJ, MM/AAAA, JJ/MM/AAAA); None for other writings.

    Raises ValueError, with a French noun phrase, for a date that does not exist or lies outside 1900–2100.
    """
    found = _ISO.fullmatch(text)
    if found:
        year, month, day = found[1], found[2], found[3]
    else:
        found = _FRENCH_DATE.fullmatch(text)
        if not found:
            return None
        day, month, year = found[1], found[2], found[3]
    if not YEARS[0] <= int(year) <= YEARS[1]:
        raise ValueError(f"une année entre {YEARS[0]} et {YEARS[1]}")
    if month is not None and not 1 <= int(month) <= 12:
        raise ValueError("un mois entre 01 et 12")
    try:
        datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise ValueError(f"un jour qui existe en {date_in_words(f'{year}-{int(month):02d}')}") from None
    return "-".join([year, *(f"{int(part):02d}" for part in (month, day) if part is not None)])


def _number_parser(field: Field) -> Callable[[str], float | _Fault]:
    integer = field.type == "integer"
    kind = "une part en %" if field.part else "un nombre entier" if integer else "un nombre"

    def parse(text: str) -> float | _Fault:
        value = parse_number(text, integer, field.part)
        if value is None:
            return _Fault("nombre_illisible", kind, _number_remedy(text, integer))
        if abs(value) > _LARGEST:
            return _Fault("hors_bornes", f"{kind} de {len(str(_LARGEST))} chiffres au plus", "vérifier la valeur")
        return value

    return parse


def _number_remedy(text: str, integer: bool) -> str:
    if plain(text) in _NOTHING:
        return "laisser la cellule vide quand la valeur manque"
    if "%" in text and parse_number(text, integer, percent=True) is not None:
        return "écrire le nombre sans le signe %, après avoir vérifié que cette colonne attend une part"
    if _SCIENTIFIC.fullmatch(text):
        return "écrire le nombre en entier : le tableur l’a abrégé"
    if _THOUSANDS.fullmatch(text):
        joined = re.sub(r"[.,'’]", "", text)
        return f"écrire {quoted(joined)} si ce sont des milliers ; arrondir si ce sont des décimales"
    if integer and parse_number(text) is not None:
        return "écrire un nombre sans décimales"
    return "écrire le nombre seul, sans unité ni texte ; laisser la cellule vide s’il manque"


def _parse_boolean(text: str) -> bool | _Fault:
    word = text.lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    near = {"o": "oui", "y": "oui", "yes": "oui", "x": "oui", "n": "non", "no": "non"}.get(plain(text))
    advice = (
        f"écrire {quoted(near)}" if near else "écrire « oui » ou « non » ; laisser la cellule vide si on ne sait pas"
    )
    return _Fault("oui_non", "« oui » ou « non »", advice)


_DATE_FORMS = "une date AAAA, AAAA-MM, AAAA-MM-JJ, MM/AAAA ou JJ/MM/AAAA"


def _date_parser(field: Field) -> Callable[[str], str | _Fault]:
    pattern = _compiled(field)

    def parse(text: str) -> str | _Fault:
        try:
            value = parse_partial_date(text)
        except ValueError as error:
            return _Fault("date_impossible", str(error), _date_remedy(text) or "corriger la date")
        if value is None:
            return _Fault("date_illisible", _DATE_FORMS, _date_remedy(text) or "écrire la date sous une de ces formes")
        if pattern and not pattern.fullmatch(value):
            return _Fault("forme", _form(field), "préciser la date")
        return value

    return parse


def _date_remedy(text: str) -> str | None:
    """« écrire « 2021-03 » » where the date that was meant can be recognised; None otherwise."""
    for candidate in _date_candidates(text):
        try:
            value = parse_partial_date(candidate)
        except ValueError:
            continue
        if value:
            words = date_in_words(value)
            return f"écrire {quoted(value)} s’il s’agit {f'du {words}' if len(value) == 10 else of(words)}"
    return None


def _date_candidates(text: str) -> Iterable[str]:
    if found := re.fullmatch(r"([0-9]{4})[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?(?:[ T].*)?", text):
        yield "-".join([found[1], *(part.zfill(2) for part in (found[2], found[3]) if part)])
    if found := re.fullmatch(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})(?: .*)?", text):
        year = found[3] if len(found[3]) == 4 else f"20{found[3]}"
        yield f"{found[1]}/{found[2]}/{year}"
        yield f"{found[2]}/{found[1]}/{year}"  # month first, as Americans write
    if found := re.fullmatch(r"(?:([0-9]{1,2})(?:er)? )?([a-z]+) ([0-9]{4}|[0-9]{2})", plain(text)):
        month = _MONTHS.get(found[2])
        if month:
            day = f"{found[1]}/" if found[1] else ""
            yield f"{day}{month}/{found[3] if len(found[3]) == 4 else '20' + found[3]}"
    # A spreadsheet's own count of days, when a date column was saved as numbers.
    if re.fullmatch(r"[0-9]{5}", text) and 30_000 <= int(text) <= 60_000:
        yield (datetime.date(1899, 12, 30) + datetime.timedelta(days=int(text))).isoformat()


def _compiled(field: Field) -> re.Pattern[str] | None:
    pattern = field.constraints.get("pattern")
    # ASCII: \d must not accept the digits of other scripts.
    return re.compile(pattern, re.ASCII) if pattern else None


def _form(field: Field) -> str:
    example = field.extra.get("exemple")
    if example:
        return f"une valeur telle que {quoted(str(example))}"
    return f"une valeur de la forme {quoted(str(field.constraints['pattern']))}"


def _text_parser(field: Field, budget: _Budget) -> Callable[[str], str | _Fault]:
    enum = field.constraints.get("enum")
    if enum is not None:
        return _enum_parser(field, [str(code) for code in enum], budget)
    pattern = _compiled(field)
    shortest, longest = field.constraints.get("minLength"), field.constraints.get("maxLength")

    def parse(text: str) -> str | _Fault:
        if pattern and not pattern.fullmatch(text):
            near = _in_form(text, pattern)
            return _Fault("forme", _form(field), f"écrire {quoted(near)}" if near else "corriger la valeur")
        if shortest is not None and len(text) < shortest:
            return _Fault("longueur", f"{plural(shortest, 'caractère')} au moins", "compléter la valeur")
        if longest is not None and len(text) > longest:
            return _Fault("longueur", f"{plural(longest, 'caractère')} au plus", "raccourcir la valeur")
        return text

    return parse


def _in_form(text: str, pattern: re.Pattern[str]) -> str | None:
    """The same value in the accepted form: case, accents, separators, leading zeros lost in a spreadsheet."""
    words = plain(text[:200])
    padded = [text.zfill(len(text) + i) for i in (1, 2)] if text.isdigit() else []
    for joint in ("-", "_", ""):
        joined = joint.join(words.split())
        padded += [joined, *(re.sub(r"[0-9]+", rf"{'0' * n}\g<0>", joined) for n in (1, 2))]
    stripped = re.sub(rf"[{_SPACES}]", "", text)
    for candidate in (stripped, text.lower(), text.upper(), *padded, *(p.upper() for p in padded)):
        if candidate != text and pattern.fullmatch(candidate):
            return candidate
    return None


def _enum_parser(field: Field, codes: Sequence[str], budget: _Budget) -> Callable[[str], str | _Fault]:
    accepted = set(codes)
    words = {code: code for code in codes}
    if field.vocabulary is not None:
        for code in field.vocabulary.codes:
            words.setdefault(field.vocabulary.libelle(code), code)
    nearest = _Nearest(words, budget)
    several = len(codes) > 1
    shown = [quoted(code) for code in codes[:_SHOWN_CODES]]
    rest = f" ou une des {len(codes) - _SHOWN_CODES} autres valeurs de la liste"
    expected = ", ".join(shown) + rest if len(codes) > _SHOWN_CODES else listing(shown, "ou")

    def parse(text: str) -> str | _Fault:
        if text in accepted:
            return text
        match nearest(text):
            case (near, True):
                advice = f"écrire {quoted(near)}"
            case (near, False):
                advice = f"écrire {quoted(near)}, la plus proche, si c’est bien elle"
            case _:
                advice = "choisir une de ces valeurs" if several else "écrire cette valeur"
        return _Fault("hors_liste", expected, advice)

    return parse


def _bounded(field: Field, parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """The same parser, refusing numbers outside the bounds (0 and 100 for a share, unless said otherwise)."""
    low = field.constraints.get("minimum", 0 if field.part else None)
    high = field.constraints.get("maximum", 100 if field.part else None)
    if low is None and high is None:
        return parse
    kind = "une part en %" if field.part else "un nombre entier" if field.type == "integer" else "un nombre"
    bounds = (
        f"entre {_plain_number(low)} et {_plain_number(high)}"
        if low is not None and high is not None
        else f"d’au moins {_plain_number(low)}"
        if low
        else "positif ou nul"
        if low is not None
        else f"d’au plus {_plain_number(high)}"
    )

    def checked(text: str) -> Any:
        value = parse(text)
        if isinstance(value, _Fault):
            return value
        if low is not None and value < float(low):
            advice = (
                "corriger la valeur : elle ne peut pas être négative"
                if value < 0 <= float(low)
                else "corriger la valeur"
            )
            return _Fault("hors_bornes", f"{kind} {bounds}", advice)
        if high is not None and value > float(high):
            advice = "vérifier la valeur et son unité" if field.part else "corriger la valeur"
            return _Fault("hors_bornes", f"{kind} {bounds}", advice)
        return value

    return checked


def _plain_number(bound: Any) -> str:
    # Years take no separator.
    value = float(bound)
    return str(int(value)) if value.is_integer() and abs(value) < 10_000 else number(value)


def _parser(field: Field, budget: _Budget) -> Callable[[str], Any]:
    match field.type:
        case "integer" | "number":
            return _bounded(field, _number_parser(field))
        case "boolean":
            return _parse_boolean
        case "string":
            return _date_parser(field) if field.date_partielle else _text_parser(field, budget)
        case _:
            raise ValueError(f"codebook: field {field.name!r} has the unknown type {field.type!r}")


def _damage(text: str) -> _Fault | None:
    """What is wrong with the characters themselves."""
    if _FORBIDDEN.search(text):
        return _Fault(
            "caractere_interdit",
            "un texte sans caractère de contrôle ni de sens d’écriture",
            "retaper la valeur à la main (elle contient un caractère invisible, sans doute copié-collé)",
        )
    if "\ufffd" in text:
        return _Fault("caractere_illisible", "des lettres lisibles", "retaper la valeur : une lettre y a été perdue")
    return None


def _reread(letters: re.Match[str]) -> str:
    try:
        return letters[0].encode("cp1252").decode("utf-8")
    except UnicodeError:
        return letters[0]  # these were not broken


def _broken_accents(text: str) -> _Fault | None:
    if not _BROKEN_ACCENTS.search(text):
        return None
    meant = re.sub(r"[^\x00-\x7f]+", _reread, text)
    if meant == text:
        return None
    return _Fault(
        "accents_abimes",
        "des lettres accentuées lisibles",
        f"écrire {quoted(meant)} ; vérifier les autres accents du fichier",
        "avertissement",
    )


# --- one table ------------------------------------------------------------------------------------


def empty_table(table: Table) -> pd.DataFrame:
    """The table without any row, with its columns and their types."""
    return pd.DataFrame(
        {field.name: _typed(field, []) for field in table.fields},
        index=pd.Index([], dtype="int64", name="ligne"),
    )


def _typed(field: Field, values: Sequence[Any]) -> pd.Series[Any]:
    """A column of its type; None is missing."""
    match field.type:
        case "integer":
            return pd.Series(values, dtype="float64" if None in values else "int64")
        case "number":
            return pd.Series(values, dtype="float64")
        case "boolean":
            return pd.Series(values, dtype="float64" if None in values else "bool")
        case _:
            return pd.Series(values, dtype="str")


def validate_table(raw: RawTable, table: Table) -> tuple[pd.DataFrame, list[Problem]]:
    """Type a raw table and check it against its descriptor: every problem at once, in the order of the rows.

    The frame has all the descriptor's columns in their order (those that the file does not have are missing
    throughout). A number or a date that cannot be read is left missing, a text that is not accepted is left
    as typed: a frame with blocking problems is only good for checking its links.
    """
    notes = Collector(raw.fichier)
    budget = _Budget()
    missing = set(table.descriptor["schema"].get("missingValues", [""]))
    rows = [int(row) for row in raw.frame.index]
    columns: dict[str, list[Any]] = {}
    for field in table.fields:
        if field.name in raw.frame:
            texts = [text.strip(BLANKS) for text in raw.frame[field.name].tolist()]
            columns[field.name] = _column(texts, field, table, rows, missing, budget, notes)
        else:
            columns[field.name] = [None] * len(rows)
    _check_order(columns, rows, table, notes)
    _check_keys(columns, rows, table, notes)
    # Built with all values before the frame: assigning column by column would fragment it.
    frame = pd.DataFrame({f.name: _typed(f, columns[f.name]) for f in table.fields})
    frame = frame.set_index(pd.Index(rows, dtype="int64", name="ligne"))
    return frame, sorted(notes.found, key=lambda problem: problem.ligne or 0)


def _column(
    texts: Sequence[str],
    field: Field,
    table: Table,
    rows: Sequence[int],
    missing: Collection[str],
    budget: _Budget,
    notes: Collector,
) -> list[Any]:
    """The typed values of a column; each different text is examined once."""
    parse = _parser(field, budget)
    values: dict[str, Any] = dict.fromkeys(missing)
    faults: dict[str, _Fault] = {}
    for text in dict.fromkeys(texts):
        if text in missing:
            continue
        outcome = _damage(text) or parse(text)
        if isinstance(outcome, _Fault):
            faults[text] = outcome
            values[text] = text if field.type == "string" and not field.date_partielle else None
        else:
            values[text] = int(outcome) if field.type == "integer" else outcome
            if field.type == "string" and (warned := _broken_accents(text)):
                faults[text] = warned
    if faults:
        for row, text in zip(rows, texts, strict=True):
            if fault := faults.get(text):
                notes.add(
                    fault.code,
                    fault.attendu,
                    fault.remede,
                    ligne=row,
                    colonne=field.name,
                    lu=text,
                    gravite=fault.gravite,
                )
    if field.required or field.name in table.primary_key:
        _check_present(texts, field, rows, missing, notes)
    typed = [values[text] for text in texts]
    if field.part and not faults:
        _check_fractions(typed, field, notes)
    return typed


def _check_present(
    texts: Sequence[str], field: Field, rows: Sequence[int], missing: Collection[str], notes: Collector
) -> None:
    empty = [(row, text) for row, text in zip(rows, texts, strict=True) if text in missing]
    if len(empty) == len(rows) > 1:
        notes.add(
            "colonne_vide",
            f"une valeur à chaque ligne ({field.libelle})",
            "remplir la colonne",
            colonne=field.name,
            lu="",
        )
        return
    for row, text in empty:
        notes.add(
            "valeur_absente",
            f"une valeur ({field.libelle})",
            "remplir la cellule",
            ligne=row,
            colonne=field.name,
            lu=text,
        )


def _check_fractions(values: Sequence[Any], field: Field, notes: Collector) -> None:
    """Warn where a whole column of shares looks like 0.45 instead of 45."""
    present = [value for value in values if value is not None]
    if len(present) >= 3 and max(present) <= 1 and any(0 < value < 1 for value in present):
        notes.add(
            "parts_en_fraction",
            "des parts en % (45 pour 45 %)",
            "multiplier par 100 si ces parts sont écrites entre 0 et 1",
            colonne=field.name,
            lu=f"{number(min(present))} à {number(max(present))}",
            gravite="avertissement",
        )


def _check_order(columns: Mapping[str, Sequence[Any]], rows: Sequence[int], table: Table, notes: Collector) -> None:
    """End dates not before their beginnings (`apres`), high values not under the low ones (`au_moins`)."""
    for field in table.fields:
        earlier, lower = field.extra.get("apres"), field.extra.get("au_moins")
        if earlier:
            for row, start, end in zip(rows, columns[earlier], columns[field.name], strict=True):
                # Partial dates compare as far as both are precise.
                if start and end and end[: len(start)] < start[: len(end)]:
                    notes.add(
                        "dates_inversees",
                        f"une date qui ne précède pas {quoted(earlier)} ({start})",
                        "corriger l’une des deux dates",
                        ligne=row,
                        colonne=field.name,
                        lu=end,
                    )
        if lower:
            for row, low, high in zip(rows, columns[lower], columns[field.name], strict=True):
                if low is not None and high is not None and high < low:
                    notes.add(
                        "valeurs_inversees",
                        f"une valeur d’au moins {number(low)}, celle de {quoted(lower)}",
                        "corriger l’une des deux valeurs",
                        ligne=row,
                        colonne=field.name,
                        lu=number(high),
                    )


def _check_keys(columns: Mapping[str, Sequence[Any]], rows: Sequence[int], table: Table, notes: Collector) -> None:
    """No two rows with the same primary key, nor with the same value where it is declared unique."""
    key = table.primary_key
    if key:
        _check_unique([columns[name] for name in key], key, rows, "cle_double", notes)
    for field in table.fields:
        if field.constraints.get("unique") and key != (field.name,):
            _check_unique([columns[field.name]], (field.name,), rows, "valeur_double", notes)


def _check_unique(
    values: Sequence[Sequence[Any]], names: Sequence[str], rows: Sequence[int], code: str, notes: Collector
) -> None:
    first: dict[tuple[Any, ...], int] = {}
    for row, *parts in zip(rows, *values, strict=True):
        key = tuple(parts)
        if None in key:
            continue
        if key in first:
            notes.add(
                code,
                f"une valeur différente à chaque ligne (la ligne {first[key]} porte déjà celle-ci)",
                "supprimer une des deux lignes, ou corriger celle qui se trompe",
                ligne=row,
                colonne=", ".join(names),
                lu=" | ".join(_key_text(part) for part in key),
            )
        else:
            first[key] = row


def _key_text(value: Any) -> str:
    """A key as text, the same whether its column holds integers, or floats because one is missing."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


# --- tables together ------------------------------------------------------------------------------


def validate_links(
    tables: Mapping[str, pd.DataFrame],
    codebook: Codebook,
    files: Mapping[str, str],
    known: Iterable[Problem] = (),
    unsure: Collection[str] = (),
    lost: Mapping[str, Collection[str]] | None = None,
) -> list[Problem]:
    """Keys that do not exist in the table they refer to, with the nearest one that does.

    `files` gives each table's file name. Cells with a blocking problem in `known` are not reported twice.
    Nothing is said of keys into the tables of `unsure`, which were not read, nor of keys that stand among the
    `lost` cells of a table: those of its rows that could not be read.
    """
    reported = {(p.fichier, p.ligne, p.colonne) for p in known if p.blocking}
    budget = _Budget()
    found: list[Problem] = []
    for name, frame in tables.items():
        notes = Collector(files[name])
        for key in codebook[name].foreign_keys:
            place = key.table or name
            if place not in unsure:
                gone = (lost or {}).get(place, ())
                _check_link(frame, key, tables.get(place), files, reported, gone, budget, notes)
        found += sorted(notes.found, key=lambda problem: problem.ligne or 0)
    return found


def _keys(frame: pd.DataFrame, names: Sequence[str]) -> list[tuple[str, ...] | None]:
    """The keys as tuples of text; None where a part is missing."""
    parts = [[None if pd.isna(v) else _key_text(v) for v in frame[name].tolist()] for name in names]
    # A key with a missing part refers to nothing: zip pairs the parts row by row.
    return [None if None in key else tuple(str(part) for part in key) for key in zip(*parts, strict=True)]


def _check_link(
    frame: pd.DataFrame,
    key: ForeignKey,
    target: pd.DataFrame | None,
    files: Mapping[str, str],
    reported: Collection[tuple[str, int | None, str | None]],
    lost: Collection[str],
    budget: _Budget,
    notes: Collector,
) -> None:
    keys = _keys(frame, key.fields)
    column = ", ".join(key.fields)
    if target is None:
        used = sum(k is not None for k in keys)
        if used:
            notes.add(
                "table_absente",
                f"la table {quoted(key.table)}, à laquelle {plural(used, 'ligne')} se rapportent"
                if used > 1
                else f"la table {quoted(key.table)}, à laquelle une ligne se rapporte",
                f"ajouter le fichier {quoted(f'{key.table}.csv')}",
                colonne=column,
            )
        return
    existing = {k for k in _keys(target, key.targets) if k is not None}
    # Sorted: a set has no fixed order, and the suggestion must be the same on every run.
    nearest = _Nearest({" | ".join(k): " | ".join(k) for k in sorted(existing)}, budget)
    place = files.get(key.table or "", notes.fichier)
    advice: dict[tuple[str, ...], str] = {}
    for row, k in zip(frame.index, keys, strict=True):
        if k is None or k in existing or all(part in lost for part in k):
            continue
        if any((notes.fichier, row, name) in reported for name in key.fields):
            continue
        if k not in advice:
            match nearest(" | ".join(k)):
                case (near, True):
                    correct = f"écrire {quoted(near)}"
                case (near, False):
                    correct = f"corriger la clé (la plus proche est {quoted(near)})"
                case _:
                    correct = "corriger la clé"
            advice[k] = f"{correct}, ou ajouter la ligne qui manque dans {quoted(place)}"
        notes.add(
            "cle_orpheline",
            f"une clé qui existe dans {quoted(place)} (colonne {listing(quoted(t) for t in key.targets)})",
            advice[k],
            ligne=row,
            colonne=column,
            lu=" | ".join(k),
        )


_DATA_SUFFIXES = {".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xls", ".xlsm", ".ods"}
# Written by the check itself.
PROBLEMS_FILE = "problemes.csv"


def read_and_validate(
    folder: Path, codebook: Codebook, names: Iterable[str] | None = None
) -> tuple[dict[str, pd.DataFrame], Problems]:
    """Read `<table>.csv` for each table of `names` (by default the codebook's) that the folder holds.

    Returns the typed tables that could be read, and all problems: those of each file, required tables that
    are absent, files that match no table, keys that lead nowhere. Never raises for what the folder holds.
    """
    wanted = list(codebook.tables if names is None else names)
    place = Collector(folder.name or str(folder))
    try:
        present = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        place.add(
            "fichier_illisible",
            "un dossier qui existe et que l’on a le droit de lire",
            "vérifier le chemin et les droits du dossier",
            lu=error.strerror or str(error),
        )
        return {}, Problems(place.found)
    files = {name: f"{name}.csv" for name in codebook.tables}
    frames: dict[str, pd.DataFrame] = {}
    lost: dict[str, Collection[str]] = {}
    found: list[Problem] = []
    # Nothing can be said of keys into a table that was not asked for, or not read.
    unsure = set(codebook.tables) - set(wanted)
    for name in wanted:
        table = codebook[name]
        if files[name] not in present:
            if table.required:
                unsure.add(name)
                found += _absent(table, files[name], present)
            continue
        raw, problems = read_table(folder / files[name], table)
        found += problems
        if raw is None:
            unsure.add(name)
            continue
        lost[name] = raw.lost
        frames[name], problems = validate_table(raw, table)
        found += problems
    found += _unmatched(present, [files[name] for name in wanted], files.values())
    found += validate_links(frames, codebook, files, found, unsure, lost)
    order = {files[name]: i for i, name in enumerate(wanted)}
    found.sort(key=lambda problem: (order.get(problem.fichier, len(order)), problem.ligne or 0))
    return frames, Problems(found)


def _absent(table: Table, file: str, present: Sequence[str]) -> list[Problem]:
    notes = Collector(file)
    near = _near_file(table.name, present)
    notes.add(
        "fichier_absent",
        f"un fichier {quoted(file)} ({table.title})",
        f"renommer ou enregistrer {quoted(near)} en {quoted(file)}" if near else "ajouter ce fichier au dossier",
        lu=near,
    )
    return notes.found


def _near_file(name: str, files: Iterable[str]) -> str | None:
    """The data file whose name, extension apart, looks most like the table's."""
    stems = {plain(Path(f).stem): f for f in files if Path(f).suffix.lower() in _DATA_SUFFIXES and not _own(f)}
    close = difflib.get_close_matches(plain(name), stems, n=1, cutoff=0.75)
    return stems[close[0]] if close else None


def _own(file: str) -> bool:
    """Hidden files, locks left by spreadsheets, and our own list of problems."""
    return file.startswith((".", "~$")) or file == PROBLEMS_FILE


def _unmatched(present: Iterable[str], read: Sequence[str], all_files: Collection[str]) -> list[Problem]:
    found: list[Problem] = []
    for file in present:
        if file in read or Path(file).suffix.lower() not in _DATA_SUFFIXES or _own(file):
            continue
        notes = Collector(file)
        close = difflib.get_close_matches(file.lower(), read, n=1, cutoff=0.6)
        if file in all_files:
            expected, advice = "une table de cette campagne", "rien si elle n’est pas à lire ici"
        elif Path(file).suffix.lower() != ".csv" and close:
            expected, advice = (
                "un fichier CSV",
                f"enregistrer au format « CSV UTF-8 » sous le nom {quoted(close[0])}",
            )
        else:
            expected = "un fichier qui porte le nom d’une table"
            advice = f"renommer en {quoted(close[0])}" if close else "rien s’il est de trop : il n’est pas lu"
        notes.add("fichier_inconnu", expected, advice, gravite="avertissement")
        found += notes.found
    return found
