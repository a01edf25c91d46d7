"""What all the figures of the exhibits have in common.

Published estimates read once from their table (`Estimate`), the words of a value, of a base and of a cell that says why
it is empty, a key that runs on as many lines as it needs, a ramp of greys for what has no side.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..french import NBSP, listing, noun, number, percent, plural, typeset
from ..french import date as date_words
from ..publication.knowledge import nothing_shown, of_estimate, sign_of, state_of
from .sheet import Sheet, ellipsis, text_width
from .tables import SIGNS

__all__ = [
    "CITES",
    "LEAD",
    "Estimate",
    "KeyItem",
    "Nouns",
    "axis_words",
    "base_words",
    "block",
    "credits",
    "draw_key",
    "draw_swatch",
    "extremes",
    "hidden_words",
    "missing_title",
    "place_key",
    "quoted",
    "ramp",
    "read_estimates",
    "ring_of",
    "share",
    "short_name",
    "site_key",
    "written",
]

Nouns = tuple[str, str]  # what is counted, singular and plural
CITES: Nouns = ("Cité", "Cités")
LEAD = 15  # pixels from line to line of a label


# -- estimates ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Estimate:
    """A published estimate; a number is None where there is none."""

    indicateur: str
    modalite: str
    perimetre_type: str
    croisement_modalite: str
    statut: str
    valeur: float | None
    n: float | None
    base: float | None
    hors_echelle: float | None
    manquants: float | None
    recensement: tuple[float, float] | None
    general: tuple[float, float] | None

    @property
    def known(self) -> bool:
        """Whether there is a value to show; a base of nobody gives none."""
        return self.statut == "ok" and self.valeur is not None and self.base != 0

    @property
    def sign(self) -> str:
        """What stands where there is no value: « s », « nd » or « /// »."""
        return sign_of(of_estimate(self.statut, None))


_READ = (
    *("indicateur", "modalite", "perimetre_type", "croisement_modalite", "statut"),
    *("valeur", "n", "base", "hors_echelle", "manquants"),
    *("recensement_bas", "recensement_haut", "general_bas", "general_haut"),
)


def read_estimates(rows: pd.DataFrame | Sequence[Estimate]) -> list[Estimate]:
    """The rows of a table of published estimates, in their order; rows that were read before stay as they are.

    Raises ValueError when two rows are about the same thing: a figure shows one perimeter, one date, one source.
    """
    found = [_estimate(row) for row in _records(rows)] if isinstance(rows, pd.DataFrame) else list(rows)
    keys = [(e.indicateur, e.modalite, e.croisement_modalite) for e in found]
    if len(set(keys)) < len(keys):
        double = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"two estimates of the same thing, more than one perimeter or date: {double!r}")
    return found


def _records(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The rows as dictionaries of what is there: a blank cell has no entry."""
    names = [name for name in _READ if name in rows]
    for values in zip(*(rows[name].tolist() for name in names), strict=True):
        yield {name: value for name, value in zip(names, values, strict=True) if not _blank(value)}


def _blank(value: Any) -> bool:
    return value is None or value is pd.NA or value != value


def _estimate(row: Mapping[str, Any]) -> Estimate:
    withheld = row.get("statut") == "s"  # nothing of a withheld row is read, whatever it still holds

    def text(column: str) -> str:
        return str(row.get(column, ""))

    def cell(column: str) -> float | None:
        return None if withheld or column not in row else float(row[column])

    def bounds(name: str) -> tuple[float, float] | None:
        low, high = cell(f"{name}_bas"), cell(f"{name}_haut")
        return None if low is None or high is None else (low, high)

    return Estimate(
        indicateur=text("indicateur"),
        modalite=text("modalite"),
        perimetre_type=text("perimetre_type"),
        croisement_modalite=text("croisement_modalite"),
        statut=text("statut"),
        valeur=cell("valeur"),
        n=cell("n"),
        base=cell("base"),
        hors_echelle=cell("hors_echelle"),
        manquants=cell("manquants"),
        recensement=bounds("recensement"),
        general=bounds("general"),
    )


# -- words -------------------------------------------------------------------------------------------------------------
def share(value: float) -> str:
    """A share in whole percents; what rounds to nothing without being nothing is « < 1 % »."""
    return f"<{NBSP}1{NBSP}%" if 0 < value < 0.5 else percent(value, 0)


def written(value: float, unit: str | Nouns, digits: int | None = None) -> str:
    """A value with its unit: « 45 % », « 12 Cités », « 18 k€ »."""
    if unit == "%":
        return share(value) if digits is None else percent(value, digits)
    if isinstance(unit, str):
        return f"{number(value, digits)}{NBSP}{unit}".rstrip(NBSP)
    return f"{number(value, digits)}{NBSP}{noun(value, *unit)}"


def quoted(label: str) -> str:
    return f"«{NBSP}{label}{NBSP}»"


def short_name(name: str | None, room: float = 240) -> str:
    """The Cité's name where it fits in a key, « cette Cité » where it does not."""
    return name if name and text_width(name, 12, True) <= room else "cette Cité"


def base_words(
    bases: Iterable[float | None], nouns: Nouns, outside: Mapping[str, Sequence[float]] | None = None
) -> str:
    """« 81 Cités », « 52 à 80 Cités selon la ligne », then what lies outside the scale: label → counts, one a row."""
    known = sorted(b for b in bases if b is not None)  # amounts in euros are bases too: whole ones are enough
    if not known:
        words = "non disponible"
    elif known[0] == known[-1]:
        words = f"{number(known[0], 0)}{NBSP}{noun(known[0], *nouns)}"
    else:
        words = f"{number(known[0], 0)} à {number(known[-1], 0)}{NBSP}{noun(known[-1], *nouns)} selon la ligne"
    parts = []
    for label, counts in (outside or {}).items():
        if counts and max(counts) > 0:
            low, high = number(min(counts)), number(max(counts))
            parts.append(f"{quoted(label)} ({high if low == high else f'{low} à {high}'})")
    return typeset(f"{words}, hors {listing(parts)}" if parts else words)


def hidden_words(signs: Iterable[str], what: str = "ligne") -> str:
    """How many have no value and why, in a few words; empty when all have one. `what` is what is counted."""
    given = list(signs)
    parts = [f"{plural(given.count(s), what)} : {SIGNS[s]}" for s in ("s", "nd") if s in given]
    return typeset(" ; ".join(parts))


def missing_title(signs: Iterable[str]) -> str:
    """The title of a figure without any value to show, from the signs that stand in their place."""
    return nothing_shown(state_of(sign) for sign in signs)


def extremes(values: Mapping[str, float]) -> tuple[list[str], list[str]]:
    """Who has the greatest value and who the least, as they are printed: two that round alike are equal."""
    if not values:
        return [], []
    shown = {label: round(value, 6) for label, value in values.items()}
    top, low = max(shown.values()), min(shown.values())
    return [k for k, v in shown.items() if v == top], [k for k, v in shown.items() if v == low]


def credits(source: str, date: str, base: str, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """The notes beside a figure; an ISO date is put in words, an empty line is left out."""
    when = date_words(date) if re.fullmatch(r"\d{4}(-\d{2}){0,2}", date) else date
    lines = (("Source", typeset(source)), ("Date", typeset(when)), ("Base", base), *more)
    return tuple((term, words) for term, words in lines if words)


# -- marks -------------------------------------------------------------------------------------------------------------
_RAMPS = {1: "mid", 2: "band ink", 3: "band mid ink", 4: "zone band mid ink", 5: "paper zone band mid ink"}
_RAMPS |= {6: "paper zone band mid muted ink", 7: "paper zone band rule mid muted ink"}
_PALE = {"paper", "zone", "band", "rule"}


def ramp(levels: int) -> tuple[tuple[str, str], ...]:
    """Greys from pale to dark for 1 to 7 levels, each with the token of its words. Raises ValueError beyond."""
    if levels not in _RAMPS:
        raise ValueError(f"{levels} levels cannot be told apart by their grey")
    return tuple((token, "ink" if token in _PALE else "paper") for token in _RAMPS[levels].split())


def block(sheet: Sheet, x: float, y: float, w: float, h: float, token: str) -> None:
    """A piece of a bar: pale ones have an outline, so that they are seen on the page."""
    if token in _PALE and w > 3:
        sheet.rect(x + 0.5, y + 0.5, w - 1, h - 1, token, "net", 1)
    else:
        sheet.rect(x, y, w, h, token)


@dataclass(frozen=True)
class KeyItem:
    """An entry of a key: its mark, drawn in a square of 12 pixels around (x, y), and its words."""

    words: str
    mark: Callable[[Sheet, float, float], None]
    color: str = "ink"

    @property
    def bold(self) -> bool:
        return self.color == "cite"


def draw_swatch(token: str) -> Callable[[Sheet, float, float], None]:
    return lambda sheet, x, y: block(sheet, x - 6, y - 6, 12, 12, token)


def ring_of(token: str) -> Callable[[Sheet, float, float], None]:
    return lambda sheet, x, y: sheet.ring(x, y, 5, token)


def site_key(name: str) -> KeyItem:
    return KeyItem(name, lambda sheet, x, y: sheet.site(x, y, 6), "cite")


PlacedKey = list[tuple[float, int, KeyItem]]


def place_key(items: Sequence[KeyItem], left: float, right: float) -> tuple[PlacedKey, int]:
    """The entries from left to right, on a new line when there is no more room: (x, line, entry), and how many lines."""
    placed: PlacedKey = []
    x, line = left, 0
    for item in items:
        w = 18 + text_width(item.words, 12, item.bold)
        if x > left and x + w > right:
            x, line = left, line + 1
        placed.append((x, line, item))
        x += w + 18
    return placed, line + 1 if placed else 0


def draw_key(sheet: Sheet, placed: PlacedKey, top: float = 0) -> None:
    for x, line, item in placed:
        y = top + 12 + line * 20
        item.mark(sheet, x + 6, y - 4)
        sheet.text(x + 18, y, ellipsis(item.words, sheet.width - x - 20, 12, item.bold), 12, item.color, bold=item.bold)


def axis_words(sheet: Sheet, x: float, y: float, sign: str) -> None:
    """Why there is no mark, in words on the axis."""
    sheet.text(x, y, sign, 13, "muted", bold=True)
    sheet.text(x + text_width(sign, 13, True) + 6, y, SIGNS[sign], 12, "muted")
