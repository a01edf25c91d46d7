"""The text of one cell to its value, or to the reason why it cannot be accepted and what to write instead."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ...codebook import Field
from ...french import date as date_in_words
from ...french import listing, number, of, plain, plural
from ..reading.amounts import AmountMarks, advice, both_readings, grouped_number
from .nearest import TOTAL_ADVICE, Budget, Choices, is_total
from .problems import Gravite, quoted

__all__ = [
    "Fault",
    "Kind",
    "broken_accents",
    "cell_parser",
    "damage",
    "emptied",
    "other_kind",
    "parse_number",
    "parse_partial_date",
]

YEARS = (1900, 2100)
# Beyond this a float no longer holds every integer: a code in a column of figures, or a slip of the hand.
_LARGEST = 2**53

_SPACES = " \u00a0\u2009\u202f"
_NUMBER = re.compile(rf"([+\-\u2212]?)([0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+|[0-9]+)(?:[.,]([0-9]+))?")
_PERCENT = re.compile(rf"(?<![{_SPACES}])[{_SPACES}]*%$")
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
# Those that leave a cell empty to the eye: zero widths, controls.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\u2060\ufeff]")
_LOGICAL = {"VRAI", "FAUX", "TRUE", "FALSE"}
# What spreadsheets, English or French, write for a formula that has no result.
_ERROR = re.compile(r"#(?:N/A|REF!|DIV/0!|VALUE!|VALEUR!|NAME\?|NOM\?|NUM!|NOMBRE!|NULL!|NUL!|SPILL!|CALC!)|Err ?:\d+")
# UTF-8 that was once read as cp1252 and saved so: « Ã© » for « é ».
_BROKEN_ACCENTS = re.compile("[ÃÂ][\u0080-\u00bf\u2013-\u20ac\u0152\u0153\u0160\u0161\u0178\u017d\u017e]|â€|Å[“’]")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a value, wherever it stands; `meant` is the one it is read as all the same."""

    code: str
    attendu: str
    remede: str
    gravite: Gravite = "bloquant"
    meant: str | None = None


# How a workbook holds a cell whose text alone would not tell: « 2022 » may be a date, « oui » true.
Kind = Literal["date", "logique"]


# --- numbers, dates, lists ------------------------------------------------------------------------


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


def _number_parser(field: Field, marks: AmountMarks) -> Callable[[str], float | Fault]:
    integer = field.type == "integer"
    kind = "une part en %" if field.part else "un nombre entier" if integer else "un nombre"
    low, high = _bounds(field)

    def doubtful(text: str) -> float | Fault | None:
        """What a cell that reads in two ways is; None where it does not, or where one way is out of bounds."""
        readings = both_readings(text)
        if readings is None:
            return None
        possible = [r for r in readings if (low is None or r >= low) and (high is None or r <= high)]
        if len(possible) == 1:
            return possible[0]
        if not possible:
            return None
        value = marks.reading(text)
        used = listing(quoted(mark) for mark in sorted(marks.decimal | marks.doubtful))
        mixed = (
            f", dont on sait lire la marque : la colonne mêle {used}" if len(marks.decimal | marks.doubtful) > 1 else ""
        )
        return Fault("nombre_illisible", f"{kind}{mixed}", advice(text)) if value is None else value

    def parse(text: str) -> float | Fault:
        if not integer and (outcome := doubtful(text)) is not None:
            return outcome
        value = parse_number(text, integer, field.part)
        if value is None and not integer:
            value = grouped_number(text)
        if value is None:
            return Fault("nombre_illisible", kind, _number_remedy(text, integer))
        if abs(value) > _LARGEST:
            return Fault("hors_bornes", f"{kind} de {len(str(_LARGEST))} chiffres au plus", "vérifier la valeur")
        return value

    return parse


def _number_remedy(text: str, integer: bool) -> str:
    if plain(text) in _NOTHING:
        return "laisser la cellule vide quand la valeur manque"
    if "%" in text and parse_number(text, integer, percent=True) is not None:
        return "écrire le nombre sans le signe %, après avoir vérifié que cette colonne attend une part"
    if _SCIENTIFIC.fullmatch(text):
        return "écrire le nombre en entier : le tableur l’a abrégé"
    if (shown := _ISO.fullmatch(text[:10])) and shown[3]:
        return "écrire le nombre ; dans un tableur, mettre la cellule au format Nombre : elle est au format Date"
    if _THOUSANDS.fullmatch(text):
        joined = re.sub(r"[.,'’]", "", text)
        return f"écrire {quoted(joined)} si ce sont des milliers ; arrondir si ce sont des décimales"
    if integer and parse_number(text) is not None:
        return "écrire un nombre sans décimales"
    return "écrire le nombre seul, sans unité ni texte ; laisser la cellule vide s’il manque"


def _parse_boolean(text: str) -> bool | Fault:
    word = text.lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    near = {"o": "oui", "y": "oui", "yes": "oui", "x": "oui", "n": "non", "no": "non"}.get(plain(text))
    advice = (
        f"écrire {quoted(near)}" if near else "écrire « oui » ou « non » ; laisser la cellule vide si on ne sait pas"
    )
    return Fault("oui_non", "« oui » ou « non »", advice)


_DATE_FORMS = "une date AAAA, AAAA-MM, AAAA-MM-JJ, MM/AAAA ou JJ/MM/AAAA"


def _date_parser(field: Field) -> Callable[[str], str | Fault]:
    pattern = _compiled(field)

    def parse(text: str) -> str | Fault:
        try:
            value = parse_partial_date(text)
        except ValueError as error:
            return Fault("date_impossible", str(error), _date_remedy(text) or "corriger la date")
        if value is None:
            return Fault("date_illisible", _DATE_FORMS, _date_remedy(text) or "écrire la date sous une de ces formes")
        if pattern and not pattern.fullmatch(value):
            return Fault("forme", _form(field), "préciser la date")
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


def _text_parser(field: Field, budget: Budget) -> Callable[[str], str | Fault]:
    enum = field.constraints.get("enum")
    if enum is not None:
        return _enum_parser(field, [str(code) for code in enum], budget)
    pattern = _compiled(field)
    shortest, longest = field.constraints.get("minLength"), field.constraints.get("maxLength")

    def parse(text: str) -> str | Fault:
        if pattern and not pattern.fullmatch(text):
            near = _in_form(text, pattern, str(field.extra.get("exemple", "")))
            return Fault("forme", _form(field), _form_remedy(text, near))
        if shortest is not None and len(text) < shortest:
            return Fault("longueur", f"{plural(shortest, 'caractère')} au moins", "compléter la valeur")
        if longest is not None and len(text) > longest:
            return Fault("longueur", f"{plural(longest, 'caractère')} au plus", "raccourcir la valeur")
        return text

    return parse


def _form_remedy(text: str, near: str | None) -> str:
    if is_total(text):
        return TOTAL_ADVICE
    if near is None:
        return "corriger la valeur"
    if text.isdigit() and near.endswith(text):
        kept = "dans un tableur, mettre d’abord la colonne au format Texte, qui garde les zéros du début"
        return f"écrire {quoted(near)} ; {kept}"
    return f"écrire {quoted(near)}"


def _in_form(text: str, pattern: re.Pattern[str], example: str) -> str | None:
    """The same value in the accepted form: case, accents, separators, leading zeros lost in a spreadsheet.

    Of several, the first that is as long as the example: « CDE 1 » is « cde-001 » rather than « cde-1 ».
    """
    words = plain(text[:200])
    padded = [text.zfill(len(text) + i) for i in (1, 2)] if text.isdigit() else []
    for joint in ("-", "_", ""):
        joined = joint.join(words.split())
        padded += [joined, *(re.sub(r"[0-9]+", rf"{'0' * n}\g<0>", joined) for n in (1, 2))]
    stripped = re.sub(rf"[{_SPACES}]", "", text)
    # Another letter case alone comes before any other separator.
    for candidate in (text.lower(), text.upper()):
        if candidate != text and pattern.fullmatch(candidate):
            return candidate
    candidates = (stripped, text.lower(), text.upper(), *padded, *(p.upper() for p in padded))
    found = [candidate for candidate in candidates if candidate != text and pattern.fullmatch(candidate)]
    return next((candidate for candidate in found if len(candidate) == len(example)), next(iter(found), None))


def _enum_parser(field: Field, codes: Sequence[str], budget: Budget) -> Callable[[str], str | Fault]:
    accepted = set(codes)
    choices = Choices(codes, field.vocabulary, budget)

    def parse(text: str) -> str | Fault:
        if text in accepted:
            return text
        code = choices.meant(text)
        if code is not None:
            return Fault(
                "libelle_lu", f"le code {quoted(code)}", "rien : cette valeur est lue ainsi", "information", code
            )
        return Fault("hors_liste", choices.expected, choices.advice(text))

    return parse


def _bounds(field: Field) -> tuple[float | None, float | None]:
    return (
        field.constraints.get("minimum", 0 if field.part else None),
        field.constraints.get("maximum", 100 if field.part else None),
    )


def _bounded(field: Field, parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """The same parser, refusing numbers outside the bounds (0 and 100 for a share, unless said otherwise)."""
    low, high = _bounds(field)
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
        if isinstance(value, Fault):
            return value
        if low is not None and value < float(low):
            advice = (
                "corriger la valeur : elle ne peut pas être négative"
                if value < 0 <= float(low)
                else "corriger la valeur"
            )
            return Fault("hors_bornes", f"{kind} {bounds}", advice)
        if high is not None and value > float(high):
            advice = "vérifier la valeur et son unité" if field.part else "corriger la valeur"
            return Fault("hors_bornes", f"{kind} {bounds}", advice)
        return value

    return checked


def _plain_number(bound: Any) -> str:
    # Years take no separator.
    value = float(bound)
    return str(int(value)) if value.is_integer() and abs(value) < 10_000 else number(value)


def cell_parser(field: Field, budget: Budget, marks: AmountMarks | None = None) -> Callable[[str], Any]:
    """What turns the text of a cell of this field into its value (str, float or bool) or a Fault.

    `marks` are those of the other cells of its column, which may tell what « 12.500 » is. Raises ValueError for a type that the codebook does not use.
    """
    match field.type:
        case "integer" | "number":
            return _bounded(field, _number_parser(field, marks or AmountMarks()))
        case "boolean":
            return _parse_boolean
        case "string":
            return _date_parser(field) if field.date_partielle else _text_parser(field, budget)
        case _:
            raise ValueError(f"codebook: field {field.name!r} has the unknown type {field.type!r}")


def damage(text: str) -> Fault | None:
    """What is wrong with the characters themselves."""
    if _FORBIDDEN.search(text):
        return Fault(
            "caractere_interdit",
            "un texte sans caractère de contrôle ni de sens d’écriture",
            "retaper la valeur à la main (elle contient un caractère invisible, sans doute copié-collé)",
        )
    if "\ufffd" in text:
        return Fault("caractere_illisible", "des lettres lisibles", "retaper la valeur : une lettre y a été perdue")
    if _ERROR.fullmatch(text):
        return Fault(
            "erreur_de_formule",
            "une valeur, non une erreur du tableur",
            "corriger la formule, ou taper la valeur à sa place ; laisser la cellule vide si la valeur manque",
        )
    return None


def emptied(text: str) -> Fault | None:
    """A cell that looks empty and holds an invisible character: a value may have been lost there."""
    if not _INVISIBLE.search(text):
        return None
    return Fault(
        "caractere_interdit",
        "une valeur, ou une cellule vraiment vide : celle-ci ne contient qu’un caractère invisible",
        "vider la cellule, ou retaper la valeur qui s’y trouvait",
        "avertissement",
    )


def other_kind(field: Field, text: str, kind: Kind | None) -> Fault | None:
    """A cell that a spreadsheet holds as something else than what its column asks."""
    if field.type == "string" and not field.date_partielle:
        if (kind == "logique" or text in _LOGICAL) and text not in field.constraints.get("enum", ()):
            return Fault(
                "type_de_cellule",
                "un texte, non une valeur logique du tableur (VRAI, FAUX)",
                "mettre la cellule au format Texte et retaper la valeur",
            )
    elif field.type in ("integer", "number") and kind == "date" and (field.constraints.get("minimum") or 0) < 1900:
        if parse_number(text) is None:
            return None  # a whole date is no number: that is said otherwise
        return Fault(
            "type_de_cellule", "un nombre, non une date", "mettre la cellule au format Nombre et retaper le nombre"
        )
    return None


def _reread(letters: re.Match[str]) -> str:
    try:
        return letters[0].encode("cp1252").decode("utf-8")
    except UnicodeError:
        return letters[0]  # these were not broken


def broken_accents(text: str) -> Fault | None:
    if not _BROKEN_ACCENTS.search(text):
        return None
    meant = re.sub(r"[^\x00-\x7f]+", _reread, text)
    if meant == text:
        return None
    return Fault(
        "accents_abimes",
        "des lettres accentuées lisibles",
        f"écrire {quoted(meant)} ; vérifier les autres accents du fichier",
        "avertissement",
    )
