"""French prose: numbers, percentages, dates, lists, plurals and the spaces between them.

Numbers go through babel (CLDR, locale fr): comma, narrow no-break space between thousands, true minus.
"""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

NBSP = "\u00a0"
NNBSP = "\u202f"
MINUS = "\u2212"
STAMP = "Données de démonstration (synthétiques)"  # on everything that is made of generated data

_EXACT = 12  # digits that two computations of one printed number share
_PARTIAL_DATE = re.compile(r"^\d{4}(-\d{2}(-\d{2})?)?$")


def rounded(value: float, digits: int) -> Decimal:
    """A number to `digits` decimals, half-way values away from zero: 49.85 and 49.849999999999994 are both 49.9."""
    exact = Decimal(int(value)) if float(value).is_integer() else Decimal(f"{value:.{_EXACT}g}")
    return exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


@lru_cache(maxsize=8192)
def number(value: float, digits: int | None = None, sign: bool = False) -> str:
    """A number as French readers write it: 31 915 ; 22,3 ; −4.

    `digits` fixes the decimals; without it as many as the value has, two at most. `sign` writes + before what is printed as positive.
    Halves are rounded away from zero, as readers expect (2,5 % → 3 %). Raises ValueError for NaN and infinities.
    """
    if not math.isfinite(value):
        raise ValueError(f"not a number that can be printed: {value}")
    pattern = "#,##0" + ("." + "0" * digits if digits else ".##" if digits is None else "")
    exact = rounded(value, 2 if digits is None else digits)
    text = format_decimal(exact, format=pattern, locale="fr").replace("-", MINUS)
    if not text.strip(MINUS + "0,"):
        text = text.removeprefix(MINUS)  # no « −0 »
    return f"+{text}" if sign and exact > 0 else text


def percent(value: float, digits: int | None = None) -> str:
    """A share already in percent (22.3 means 22,3 %), with its no-break space."""
    return f"{number(value, digits)}{NBSP}%"


def plural(count: float, singular: str, many: str | None = None) -> str:
    """The number and its noun: « 0 partenaire », « 1 partenaire », « 2 partenaires » (French: plural from 2 on)."""
    return f"{number(count)}{NBSP}{noun(count, singular, many)}"


def noun(count: float, singular: str, many: str | None = None) -> str:
    """The noun alone, in agreement with its number; the plural adds an s to each word unless `many` is given."""
    if abs(count) < 2:
        return singular
    return (
        many
        if many is not None
        else " ".join(w if w.endswith(("s", "x", "z")) else w + "s" for w in singular.split(" "))
    )


def listing(items: Iterable[str], last: str = "et") -> str:
    """« a, b et c »."""
    words = list(items)
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


_PROPER = ("Cap emploi", "Cité", "DEETS", "France Travail", "Insee", "Pôle emploi", "État")


def within(label: str) -> str:
    """A label as it is written inside a sentence: without its capital, unless it is an acronym or a proper name."""
    first = re.split(r"[ \u00a0\u202f’'(,-]", label, maxsplit=1)[0]
    if label.startswith(_PROPER) or (len(first) > 1 and first.isupper()):
        return label
    return label[:1].lower() + label[1:]


@lru_cache(maxsize=8192)
def date(iso: str) -> str:
    """A partial ISO date in words: 2021 → « 2021 », 2021-06 → « juin 2021 », 2020-12-01 → « 1er décembre 2020 ».

    Raises ValueError where the text is not a date that exists.
    """
    if not _PARTIAL_DATE.match(iso):
        raise ValueError(f"not a partial ISO date: {iso!r}")
    parts = [int(p) for p in iso.split("-")]
    if len(parts) == 1:
        return iso
    day = datetime.date(parts[0], parts[1], parts[2] if len(parts) == 3 else 1)
    if len(parts) == 2:
        return format_date(day, "MMMM y", locale="fr")
    words = format_date(day, "d MMMM y", locale="fr")
    return re.sub(r"^1 ", f"1er{NBSP}", words)


@lru_cache(maxsize=8192)
def typeset(text: str) -> str:
    """No-break spaces where French wants them: before : ; ! ? % », after «, between digits of a thousand.

    Narrow before ; ! ? and inside thousands, full before : and in quotes, as the Imprimerie nationale does.
    """
    text = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", NNBSP, text)
    text = re.sub(r"(?<![ \u00a0\u202f])[ \u00a0\u202f]+([;!?])", NNBSP + r"\1", text)
    text = re.sub(r"(?<![ \u00a0\u202f])[ \u00a0\u202f]+([:%»€])", NBSP + r"\1", text)
    text = re.sub(r"«[ \u00a0\u202f]*", "«" + NBSP, text)
    return text.replace("'", "’")


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Text for comparing and sorting: lower case, no accents, ligatures opened, punctuation as spaces."""
    text = text.lower().replace("œ", "oe").replace("æ", "ae")
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", text).strip()


def of(name: str) -> str:
    """« de Pau », « d’Angers », « du Havre », « des Mureaux », « de La Rochelle »."""
    if name.startswith("Le "):
        return f"du {name[3:]}"
    if name.startswith("Les "):
        return f"des {name[4:]}"
    return f"d’{name}" if plain(name)[:1] in set("aeiouy") else f"de {name}"


def duration(seconds: float) -> str:
    """« 4,2 s », « 42 s », « 3 min 05 s », « 2 h 07 min »."""
    if seconds < 9.95:
        return f"{number(seconds, 1)}{NBSP}s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole}{NBSP}s"
    if whole < 3600:
        return f"{whole // 60}{NBSP}min{NBSP}{whole % 60:02d}{NBSP}s"
    return f"{whole // 3600}{NBSP}h{NBSP}{whole % 3600 // 60:02d}{NBSP}min"
