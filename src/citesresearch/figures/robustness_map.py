"""What a solution becomes when one choice moves: a line a variation, a column a term, a mark for what is left of it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ..french import number, plural, typeset
from .chart import Chart
from .exhibit import KeyItem, credits, draw_key, place_key
from .sheet import Sheet, ellipsis, wrap
from .tables import Column, DataTable

__all__ = ["FAMILIES", "STATES", "robustness_map"]

STATES = {
    "identique": "identique",
    "proche": "proche (contenu ou contenant)",
    "absent": "absent",
    "sans_solution": "aucune solution",
}
FAMILIES = {
    "reperes": "Repère d’une condition",
    "niveau": "Niveau dit bon",
    "inclusion": "Inclusion demandée",
    "effectif": "Effectif par ligne",
}
ALONE = "sans_une_cite"
MOST = 8  # terms that a phone can hold side by side; the table has them all
LINE, HEAD, LEAD = 22, 26, 15


@dataclass(frozen=True)
class _Map:
    """States by family and variation, one per term; how many Cités may leave without the term going."""

    terms: tuple[str, ...]
    families: tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...]
    alone: tuple[str, ...]

    @property
    def moved(self) -> list[tuple[str, ...]]:
        return [states for _, lines in self.families for _, states in lines]


def robustness_map(
    rows: pd.DataFrame, words: dict[str, str], *, id: str, measure: str, source: str, date: str, synthetique: bool
) -> Chart:
    """Which terms of a solution are still there when anchors, level, cuts move, and when each Cité is left out.

    `rows`: `terme, famille, variation, etat` for every term, in their order; `words`: each term as it is read.
    Raises ValueError for no row or a state that is not known.
    """
    if rows.empty:
        raise ValueError("no term to follow")
    if set(rows["etat"]) - set(STATES):
        raise ValueError(f"unknown state: {sorted(set(rows['etat']) - set(STATES))}")
    found = _read(rows)
    drawn = min(len(found.terms), MOST)
    return Chart(
        id=id,
        titre=_title(found),
        sous_titre=typeset(measure),
        alt=_alt(found, words),
        draw=lambda width: _draw(width, found),
        donnees=_table(found, words, measure),
        notes=credits(
            source,
            date,
            "",
            *((f"T{i}", typeset(words[term])) for i, term in enumerate(found.terms[:drawn], start=1)),
            (
                "Lecture",
                typeset(
                    "une chose est déplacée à la fois. « Proche » : un terme plus court ou plus long de la même famille le remplace. "
                    "Dernière ligne : nombre de Cités dont le retrait laisse le terme identique ou proche."
                ),
            ),
            (
                "Non dessinés",
                typeset(f"{plural(len(found.terms) - drawn, 'terme')}, dans la table")
                if drawn < len(found.terms)
                else "",
            ),
        ),
        synthetique=synthetique,
    )


def _read(rows: pd.DataFrame) -> _Map:
    terms = tuple(dict.fromkeys(rows["terme"]))
    states = {(row["terme"], row["variation"]): row["etat"] for row in rows.to_dict("records")}
    families = []
    for family in FAMILIES:
        lines = dict.fromkeys(rows.loc[rows["famille"] == family, "variation"])
        if lines:
            families.append((family, tuple((line, tuple(states[term, line] for term in terms)) for line in lines)))
    alone = rows[rows["famille"] == ALONE]
    kept = alone[alone["etat"].isin(["identique", "proche"])].groupby("terme").size()
    total = alone["variation"].nunique()
    return _Map(terms, tuple(families), tuple(f"{kept.get(term, 0)}/{total}" for term in terms) if total else ())


def _held(found: _Map) -> list[int]:
    """In how many of the moved choices each term is identical or close."""
    return [sum(states[i] in ("identique", "proche") for states in found.moved) for i in range(len(found.terms))]


def _title(found: _Map) -> str:
    held, total = _held(found), len(found.moved)
    if not total:
        return "Aucun réglage à déplacer"
    of = f"{number(total)} réglages déplacés"
    if len(held) == 1:
        return typeset(f"Le terme reste, identique ou proche, dans {number(held[0])} des {of}")
    low, high = min(held), max(held)
    between = f"{number(low)}" if low == high else f"{number(low)} à {number(high)}"
    return typeset(f"Chaque terme reste, identique ou proche, dans {between} des {of}")


def _alt(found: _Map, words: dict[str, str]) -> str:
    total = len(found.moved)
    said = []
    for i, term in enumerate(found.terms):
        alone = f", et {found.alone[i].replace('/', ' retraits de Cité sur ')}" if found.alone else ""
        said.append(f"{words[term]} : {number(_held(found)[i])} réglages sur {number(total)}{alone}")
    return typeset(" ; ".join(said) + ".")


def _table(found: _Map, words: dict[str, str], measure: str) -> DataTable:
    columns = (Column("Ce qui est déplacé"), *(Column(typeset(words[term])) for term in found.terms))
    lines = [(line, *(STATES[s] for s in states)) for _, rows in found.families for line, states in rows]
    if found.alone:
        lines.append(("Chaque Cité retirée tour à tour", *(text.replace("/", " sur ") for text in found.alone)))
    return DataTable(typeset(measure), columns, tuple(tuple(typeset(cell) for cell in row) for row in lines))


# -- drawing -----------------------------------------------------------------------------------------------------------
def _draw_state(sheet: Sheet, state: str, x: float, y: float) -> None:
    if state == "identique":
        sheet.square(x, y, 6, "ink")
    elif state == "proche":
        sheet.square(x, y, 5.2, "band", "ink")
    elif state == "absent":
        sheet.square(x, y, 5.2, "paper", "mid")
    else:
        sheet.line(x - 5, y, x + 5, y, "mid", 2)


def _draw(width: float, found: _Map) -> Sheet:
    wide = width >= 480
    terms = found.terms[:MOST]
    left = 320.0 if wide else 0.0
    pitch = min(64.0, (width - left) / max(len(terms), 1))
    items = [
        KeyItem(words, lambda sheet, x, y, state=state: _draw_state(sheet, state, x, y))  # type: ignore[misc]
        for state, words in STATES.items()
    ]
    placed, lines = place_key(items, 0, width)
    sheet = Sheet(width, 20 * lines + 34)
    draw_key(sheet, placed)

    def across(i: int) -> float:
        return left + pitch * (i + 0.5)

    y = sheet.height - 8
    for i in range(len(terms)):
        sheet.text(across(i), y, f"T{i + 1}", 13, "ink", "center", bold=True)

    def label(words: str, color: str = "ink") -> float:
        """The words of a line; where its marks stand. On a phone they stand under the words."""
        parts = wrap(words, left - 16 if wide else width, 12)[:2]
        sheet.extend(LEAD * len(parts) + (LINE - LEAD) + (0 if wide else LEAD + 4))
        for k, part in enumerate(parts):
            sheet.text(0, start + LEAD + k * LEAD, ellipsis(part, width, 12), 12, color)
        return start + LEAD - 4 + (0 if wide else len(parts) * LEAD + 4)

    for family, rows in found.families:
        start = sheet.height
        sheet.extend(HEAD)
        sheet.line(0, start + 4, width, start + 4)
        sheet.text(0, start + 22, FAMILIES[family], 12, "muted", bold=True)
        for words, states in rows:
            start = sheet.height
            place = label(words)
            for i, state in enumerate(states[: len(terms)]):
                _draw_state(sheet, state, across(i), place)
    if found.alone:
        start = sheet.height
        sheet.extend(8)
        sheet.line(0, start + 4, width, start + 4)
        start = sheet.height
        place = label("Chaque Cité retirée tour à tour")
        for i, text in enumerate(found.alone[: len(terms)]):
            sheet.text(across(i), place + 4, text, 11, "ink", "center", bold=True)
    return sheet
