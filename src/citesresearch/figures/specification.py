"""One association under all reasonable choices: every value from the lowest to the highest, and which choices give it.

A value has no interval here: the choices repeat each other on the same Cités, so that counting those « told from zero »
would prove nothing. What is tested is their median, against shuffled outcomes (`crosssite.specifications`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import median

from ..french import number, plural, typeset
from ..publication.findings import Curve, Specification
from .chart import Chart
from .exhibit import LEAD, KeyItem, credits, draw_key, place_key
from .forest import p_words
from .marks import Marker, Points
from .sheet import Sheet, ellipsis, wrap
from .tables import Cell, Column, DataTable

__all__ = ["specification"]

LABELS, HEIGHT, LINE = 196, 190, 17  # pixels: labels of the strip, the curve, a line of the strip
ABOUT = "corrélation partielle des rangs, de −1 à 1"
ORDER = "par valeur croissante"
# The choice made in advance has a shape of its own, in ink: accents are kept for a Cité and its peers.
DECLARED, HALO = Marker("diamond", 6, "ink"), Marker("diamond", 10, "paper")
_At = Callable[[float], float]
# What is chosen, and how a specification answers.
FACETS: tuple[tuple[str, Callable[[Specification], str]], ...] = (
    ("Indice", lambda s: s.variante),
    ("Mesure et seuils", lambda s: s.mesure.replace(" plutôt que non", "")),
    ("Témoins", lambda s: s.temoins),
    ("Résultat", lambda s: s.codage),
)


@dataclass(frozen=True)
class _Choice:
    """One answer to one choice: its words, and the places on the curve of the specifications that hold it."""

    facet: str
    words: str
    places: tuple[int, ...]


@dataclass(frozen=True)
class _Choices:
    """The specifications that have a value, from the lowest, and the choices they come from."""

    pair: str
    curve: Curve
    known: tuple[Specification, ...]
    choices: tuple[_Choice, ...]

    @property
    def values(self) -> list[float]:
        return [s.valeur for s in self.known if s.valeur is not None]

    @property
    def declared(self) -> int | None:
        """The place of the choice made in advance."""
        return next((i for i, s in enumerate(self.known) if s.declaree), None)


def specification(
    curve: Curve,
    pair: str,
    indices: Mapping[str, str],
    *,
    id: str,
    source: str,
    date: str,
    synthetique: bool,
    titre: str = "",
) -> Chart:
    """The specification curve of a pair: a point a choice, the declared one a diamond, the choices of each under it.

    The value of each is a partial correlation of ranks, over the `curve.n` Cités where every choice is possible. On a
    phone the curve stands alone; the table sums up each choice in both. Without `titre` the title says how many have
    the sign of their median. `pair` names the two, `indices` each variant of the index. A curve without specifications says why.
    """
    curve = replace(
        curve,
        specifications=tuple(replace(s, variante=indices.get(s.variante, s.variante)) for s in curve.specifications),
    )
    known = tuple(sorted((s for s in curve.specifications if s.valeur is not None), key=lambda s: s.valeur or 0.0))
    look = _Choices(pair, curve, known, tuple(_choices(known)))
    without = len(curve.specifications) - len(known)
    return Chart(
        id=id,
        titre=typeset(titre) or _title(look),
        sous_titre=typeset(f"{pair} : {ABOUT}"),
        alt=_alt(look),
        draw=lambda width: _draw(width, look),
        donnees=_table(look),
        notes=credits(
            source,
            date,
            typeset(f"{plural(curve.n, 'Cité')}, les mêmes pour tous les choix"),
            ("Hasard", _chance(curve) if known else ""),
            (
                "Lecture",
                typeset(
                    "chaque point est une façon de calculer la même association. Elles se recoupent : c’est leur médiane "
                    "qui est comparée au hasard, non chacune. Une association ne dit pas de cause."
                )
                if known
                else "",
            ),
            ("Sans valeur", typeset(f"{plural(without, 'choix', 'choix')} où plus rien ne varie") if without else ""),
        ),
        synthetique=synthetique,
    )


def _choices(known: Sequence[Specification]) -> list[_Choice]:
    found = []
    for facet, answer in FACETS:
        answers = [answer(s) for s in known]
        found += [
            _Choice(facet, typeset(words), tuple(i for i, said in enumerate(answers) if said == words))
            for words in sorted(set(answers))
        ]
    return found


# -- words -------------------------------------------------------------------------------------------------------------
def _title(look: _Choices) -> str:
    if not look.known:
        return typeset("Aucune courbe : rien à comparer")
    return typeset(f"{_same_sign(look.values)}, médiane {number(median(look.values), 2)}")


def _same_sign(values: Sequence[float]) -> str:
    """How many have the sign of the median, counted: a rounded share would say « all » of nearly all."""
    sign, word = (1, "positive") if median(values) >= 0 else (-1, "négative")
    same = sum(v * sign > 0 for v in values)
    verb = "donne" if same < 2 else "donnent"
    return f"{plural(same, 'façon')} de calculer sur {number(len(values))} {verb} une association {word}"


def _chance(curve: Curve) -> str:
    if curve.p is None:
        return ""
    error = f" (erreur de tirage {number(curve.p_erreur, 3)})" if curve.p_erreur is not None else ""
    said = p_words(curve.p)
    equal = "" if said.startswith("<") else "= "
    return typeset(
        f"une médiane au moins aussi loin de 0 quand les résultats sont redistribués : p {equal}{said}{error}"
    )


def _alt(look: _Choices) -> str:
    values, curve = look.values, look.curve
    if not values:
        return typeset(f"{look.pair} : aucune courbe, {curve.motif or 'rien n’est calculable'}.")
    parts = [
        f"{look.pair}, sur {plural(curve.n, 'Cité')} : "
        f"de {number(values[0], 2)} à {number(values[-1], 2)}, médiane {number(median(values), 2)}",
        _same_sign(values),
    ]
    if look.declared is not None:
        parts.append(f"Choix déclaré : {number(values[look.declared], 2)}")
    if curve.p is not None:
        parts.append(_chance(curve)[:1].upper() + _chance(curve)[1:])
    return typeset(". ".join(parts) + ".")


def _table(look: _Choices) -> DataTable:
    columns = (
        Column("Choix"),
        Column("De quoi"),
        Column("Façons de calculer", True),
        Column("Minimum", True),
        Column("Médiane", True),
        Column("Maximum", True),
        Column("Au-dessus de 0", True),
    )
    rows: list[tuple[Cell, ...]] = []
    values = look.values
    if look.declared is not None:
        rows.append(_cells("Choix déclaré", "", [values[look.declared]]))
    if values:
        rows.append(_cells("Tous les choix", "", values))
    rows += [_cells(c.words, c.facet, [values[i] for i in c.places]) for c in look.choices]
    return DataTable(
        typeset(f"Ce que donne chaque choix : {ABOUT}"),
        columns,
        tuple(rows),
        typeset("toutes les valeurs : table « constats_courbes »") if rows else "",
    )


def _cells(words: str, facet: str, values: Sequence[float]) -> tuple[Cell, ...]:
    spread = (number(v, 2) for v in (min(values), median(values), max(values)))
    return (words, facet, number(len(values)), *spread, number(sum(v > 0 for v in values)))


# -- drawing -----------------------------------------------------------------------------------------------------------
def _draw(width: float, look: _Choices) -> Sheet:
    wide = width >= 480
    if not look.known:
        lines = wrap(typeset(f"Aucune courbe : {look.curve.motif or 'rien n’est calculable'}"), width - 4, 13)
        sheet = Sheet(width, len(lines) * LEAD + 12)
        for i, words in enumerate(lines):
            sheet.text(0, 16 + i * LEAD, words, 13, "muted")
        return sheet
    left, right = (LABELS + 14 if wide else 44), width - 10
    items = [KeyItem("un choix", lambda sheet, x, y: sheet.dots([(x, y)], 2.5, "mid"))]
    if look.declared is not None:
        items.append(KeyItem("choix déclaré", _declared))
    placed, lines_of_key = place_key(items, 0 if not wide else left, width)
    top = 20 * lines_of_key + 14
    sheet = Sheet(width, top + HEIGHT + 30)
    draw_key(sheet, placed)
    step = (right - left) / max(1, len(look.known) - 1)

    def across(place: float) -> float:
        return left + place * step if step and len(look.known) > 1 else (left + right) / 2

    radius = min(2.5, max(1.2, 0.6 * step))
    _curve(sheet, look, (left, right, top), across, radius)
    if wide:
        _strip(sheet, look, (left, right), across)
    return sheet


def _curve(sheet: Sheet, look: _Choices, room: tuple[float, float, float], across: _At, radius: float) -> None:
    values, (left, right, top) = look.values, room
    widest = max(abs(values[0]), abs(values[-1]))
    unit = next((u for u in (0.05, 0.1, 0.2) if widest <= 4 * u), 0.5)
    # Whole steps on either side of 0, which always shows.
    first, last = min(0, math.floor(values[0] / unit)), max(1, math.ceil(values[-1] / unit))

    def up(value: float) -> float:
        return top + HEIGHT * (last - value / unit) / (last - first)

    for k in range(first, last + 1):
        sheet.line(left - 4, up(k * unit), right + 4, up(k * unit), *(("grid", 1) if k else ("ink", 1.2)))
        sheet.text(left - 8, up(k * unit) + 4, number(k * unit), 11, "muted", "right")
    middle = median(values)
    sheet.line(left - 4, up(middle), right + 4, up(middle), "net")
    sheet.text(left, up(middle) - 6, f"médiane {number(middle, 2)}", 11, "muted")
    places = [(across(i), value) for i, value in enumerate(values)]
    layers = [Points(tuple(places), Marker("disc", radius, "mid"))]
    if look.declared is not None:
        layers += [Points((places[look.declared],), marker) for marker in (HALO, DECLARED)]
    sheet.plot((left, top, right - left, HEIGHT), (left, right), (first * unit, last * unit), layers)
    sheet.text((left + right) / 2, top + HEIGHT + 20, ORDER, 11, "muted", "center")
    if look.declared is None:
        return
    x, y = across(look.declared), up(values[look.declared])
    # The curve rises: what is free is over it at its left and under it at its right.
    late = x > (left + right) / 2
    said = number(values[look.declared], 2)
    sheet.text(
        x - 8 if late else x + 8, y - 10 if late else y + 18, said, 13, "ink", "right" if late else "left", bold=True
    )


def _strip(sheet: Sheet, look: _Choices, ends: tuple[float, float], across: _At) -> None:
    """Under the curve, a line a choice: a point under each value that it gave."""
    top, dots, declared = sheet.height, [], []
    for facet, choices in groupby(look.choices, key=lambda c: c.facet):
        y = sheet.height
        sheet.extend(22)
        sheet.line(0, y + 2, sheet.width, y + 2)
        sheet.text(0, y + 17, facet, 11, "muted", bold=True)
        for choice in choices:
            y = sheet.height
            sheet.extend(LINE)
            sheet.text(0, y + 12, ellipsis(choice.words, LABELS, 11), 11)
            sheet.line(ends[0], y + 8, ends[1], y + 8, "grid")
            dots += [(across(i), y + 8) for i in choice.places]
            declared += [(across(i), y + 8) for i in choice.places if i == look.declared]
    layers = (Points(tuple(dots), Marker("disc", 1.3, "mid")), Points(tuple(declared), DECLARED))
    sheet.plot((ends[0], top, ends[1] - ends[0], sheet.height - top), ends, (sheet.height, top), layers)


def _declared(sheet: Sheet, x: float, y: float) -> None:
    """The choice made in advance, in the key."""
    sheet.diamond(x, y, DECLARED.radius, DECLARED.fill)
