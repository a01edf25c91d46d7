"""The copilotage plane: the State across, the collectivité up, a mark a Cité, and the four types as regions.

A stable type is a disc, one that other weights would change a hollow diamond: shape says it, not colour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..codebook import Vocabulary
from ..french import listing, number, percent, plural, typeset
from .chart import Chart
from .exhibit import KeyItem, base_words, credits, draw_key, extremes, place_key, quoted, short_name, site_key
from .marks import Marker, Points
from .sheet import Sheet
from .tables import Cell, Column, DataTable

__all__ = ["NUMBERS", "copilotage_plane", "signed"]

# The numbers of a Cité as they are printed, always together: column, sign, words.
NUMBERS = (
    ("etat", "E", "portage par l’État"),
    ("collectivite", "C", "portage par la collectivité"),
    ("desequilibre", "D", "déséquilibre"),
    ("equilibre", "B", "équilibre"),
    ("force", "P", "force"),
    ("force_conjointe", "K", "force conjointe"),
)
READ = ("D", "B", "P", "K")
LEFT, SIDE, ASIDE, LINE = 44, 400, 190, 20  # pixels: axis, square at most, numbers beside it, line to line
# A type that most draws of the weights keep, and one that they do not.
STABLE, UNSTABLE = Marker("disc", 3.5, "net"), Marker("diamond", 4.5, "paper", "mid")
_At = Callable[[float, float], tuple[float, float]]  # from E and C to pixels


@dataclass(frozen=True)
class _Site:
    """A Cité on the plane, with its printed numbers."""

    ident: str
    name: str
    etat: float
    collectivite: float
    desequilibre: float
    type: str
    stabilite: float
    stable: bool
    numbers: tuple[str, ...]


def copilotage_plane(
    rows: pd.DataFrame,
    vocabulary: Vocabulary,
    *,
    ecart_equilibre: float,
    portage: float,
    id: str,
    source: str,
    date: str,
    synthetique: bool,
    own: str | None = None,
) -> Chart:
    """Where each Cité stands between the State (E) and the collectivité (C), with the regions of the types.

    `rows`: one row per Cité with `id_cde, nom` and the columns of the model `copilotage`; those without a type are not
    drawn, and counted. `vocabulary` lists the types; `ecart_equilibre` (δ) and `portage` (τ) draw the regions. `own` is
    this Cité, the only one named on the drawing; without it the table names every Cité, as returns allow.
    """
    marks = [_mark(row, vocabulary) for row in rows[rows["type"].notna()].to_dict("records")]
    mine = next((mark for mark in marks if mark.ident == own), None)
    missing = len(rows) - len(marks)
    counts = {m.libelle: sum(mark.type == m.code for mark in marks) for m in vocabulary.modalites}
    return Chart(
        id=id,
        titre=_title(marks, mine, counts, vocabulary),
        sous_titre=typeset("Portage par l’État (E) et par la collectivité (C), de 0 à 1, une marque par Cité"),
        alt=_alt(marks, mine, counts, vocabulary, missing),
        draw=lambda width: _draw(width, marks, mine, vocabulary, ecart_equilibre, portage),
        donnees=_summary(marks, mine, vocabulary) if own else _whole(marks, vocabulary),
        notes=credits(
            source,
            date,
            base_words([len(marks)], ("Cité", "Cités")),
            (
                "Sans type",
                typeset(f"{plural(missing, 'Cité')} : pas de retour, ou trop de réponses manquantes")
                if missing
                else "",
            ),
            (
                "Lecture",
                typeset(
                    f"sur la diagonale, autant de chaque côté ; D va de −1 (l’État seul) à +1 (la collectivité seule). "
                    f"Équilibré : D de {signed(-ecart_equilibre)} à {signed(ecart_equilibre)} ; portage faible : aucun côté à {number(portage, 2)}."
                ),
            ),
        ),
        synthetique=synthetique,
    )


def signed(value: float) -> str:
    """An imbalance in words of figures: « −0,26 », « 0,00 », « +0,40 »."""
    return number(value, 2, sign=True)


def _mark(row: dict[Any, Any], vocabulary: Vocabulary) -> _Site:
    return _Site(
        str(row["id_cde"]),
        str(row["nom"]),
        float(row["etat"]),
        float(row["collectivite"]),
        float(row["desequilibre"]),
        vocabulary[str(row["type"])].code,
        float(row["stabilite"]),
        row["type_stable"] == 1,
        tuple(signed(row[c]) if c == "desequilibre" else number(row[c], 2) for c, _, _ in NUMBERS),
    )


# -- words -------------------------------------------------------------------------------------------------------------
def _title(marks: Sequence[_Site], mine: _Site | None, counts: dict[str, int], vocabulary: Vocabulary) -> str:
    if mine is not None:
        words = f"{mine.name} : {quoted(vocabulary.libelle(mine.type))}, D = {signed(mine.desequilibre)}"
        return typeset(words if mine.stable else f"{words}, type peu stable")
    if not marks:
        return "Aucun indice de copilotage disponible"
    tops, _ = extremes({label: float(n) for label, n in counts.items()})
    most = plural(counts[tops[0]], "Cité")
    if len(tops) == 1:
        return typeset(f"{most} sur {number(len(marks))} du type {quoted(tops[0])}, le plus fréquent")
    return typeset(f"{most} sur {number(len(marks))} de chacun des types {listing(quoted(t) for t in tops)}")


def _alt(
    marks: Sequence[_Site], mine: _Site | None, counts: dict[str, int], vocabulary: Vocabulary, missing: int
) -> str:
    unstable = sum(not mark.stable for mark in marks)
    parts = [listing(f"{label} {plural(n, 'Cité')}" for label, n in counts.items()) if marks else "Aucune Cité placée"]
    parts += [f"{plural(unstable, 'type')} peu {'stable' if unstable < 2 else 'stables'}"] if marks else []
    parts += [f"{plural(missing, 'Cité')} sans type"] if missing else []
    if mine is not None:
        said = ", ".join(f"{sign} {value}" for (_, sign, _), value in zip(NUMBERS, mine.numbers, strict=True))
        held = "type stable" if mine.stable else "type peu stable"
        parts.append(f"{mine.name} : {said}, {vocabulary.libelle(mine.type)}, {held}")
    return typeset(". ".join(parts) + ".")


def _whole(marks: Sequence[_Site], vocabulary: Vocabulary) -> DataTable:
    columns = (
        Column("Cité"),
        *(Column(f"{words[:1].upper()}{words[1:]} ({sign})", True) for _, sign, words in NUMBERS),
        Column("Type"),
        Column("Tirages gardant le type", True),
    )
    rows = [
        (m.name, *m.numbers, vocabulary.libelle(m.type), percent(100 * m.stabilite, 0))
        for m in sorted(marks, key=lambda m: m.desequilibre)
    ]
    return DataTable("Les Cités, du plus d’État au plus de collectivité", columns, tuple(rows))


def _summary(marks: Sequence[_Site], mine: _Site | None, vocabulary: Vocabulary) -> DataTable:
    columns = (
        Column("Type"),
        Column("Cités", True),
        Column("Types stables", True),
        Column("E médian", True),
        Column("C médian", True),
        Column("D, du plus bas au plus haut", True),
        Column("Cette Cité"),
    )
    rows: list[tuple[Cell, ...]] = []
    for kind in vocabulary.modalites:
        those = [mark for mark in marks if mark.type == kind.code]
        leans = sorted(mark.desequilibre for mark in those)
        rows.append(
            (
                kind.libelle,
                number(len(those)),
                number(sum(mark.stable for mark in those)),
                number(float(pd.Series([m.etat for m in those]).median()), 2) if those else "///",
                number(float(pd.Series([m.collectivite for m in those]).median()), 2) if those else "///",
                f"{signed(leans[0])} à {signed(leans[-1])}" if those else "///",
                "oui" if mine is not None and mine.type == kind.code else "non",
            )
        )
    return DataTable("Les Cités par type de copilotage", columns, tuple(rows))


# -- drawing -----------------------------------------------------------------------------------------------------------
def _draw(
    width: float, marks: Sequence[_Site], mine: _Site | None, vocabulary: Vocabulary, delta: float, tau: float
) -> Sheet:
    side = min(width - LEFT - 12, SIDE)
    beside = width - LEFT - side >= ASIDE
    items = [
        KeyItem("type stable", lambda sheet, x, y: sheet.dots([(x, y)], 4, STABLE.fill)),
        KeyItem("type peu stable", lambda sheet, x, y: sheet.diamond(x, y, 5, UNSTABLE.fill, UNSTABLE.edge)),
    ]
    if mine is not None:
        name = short_name(mine.name, width - 60)
        items.append(site_key(name) if mine.stable else KeyItem(name, _own_diamond, "cite"))
    placed, lines = place_key(items, 0, width)
    top = 20 * lines + 48
    sheet = Sheet(width, top + side + 44 + (0 if beside or mine is None else LINE * len(READ)))
    draw_key(sheet, placed)

    def at(etat: float, collectivite: float) -> tuple[float, float]:
        return LEFT + etat * side, top + (1 - collectivite) * side

    _regions(sheet, at, delta, tau)
    for step in (0, 0.25, 0.5, 0.75, 1):
        x, y = at(step, step)
        sheet.text(x, top + side + 16, number(step), 11, "muted", "center")
        sheet.text(LEFT - 8, y + 4, number(step), 11, "muted", "right")
    # Between two names of regions, which leave little room on a phone.
    axis = "Portage par l’État (E)" if side == SIDE else "État (E)"
    sheet.text(LEFT + side / 2, top + side + 36, axis, 12, "ink", "center")
    sheet.text(0, top - 30, "Portage par la collectivité (C)", 12)
    _names(sheet, at, vocabulary)
    stable = [m for m in marks if m.stable and m is not mine]
    unstable = [m for m in marks if not m.stable and m is not mine]
    if mine is None:
        layers = [
            Points(tuple((m.etat, m.collectivite) for m in those), marker)
            for those, marker in ((stable, STABLE), (unstable, UNSTABLE))
        ]
        sheet.plot((LEFT, top, side, side), (0, 1), (0, 1), layers)
    else:  # every monograph has one: seaborn would cost more than all the rest of it
        sheet.dots([at(m.etat, m.collectivite) for m in stable], STABLE.radius, STABLE.fill)
        for m in unstable:
            sheet.diamond(*at(m.etat, m.collectivite), UNSTABLE.radius, UNSTABLE.fill, UNSTABLE.edge)
        place = at(mine.etat, mine.collectivite)
        (Sheet.site if mine.stable else _draw_own_unstable)(sheet, *place)
        _four(sheet, mine, *((LEFT + side + 24, top + 14) if beside else (LEFT, top + side + 60)))
    return sheet


def _draw_own_unstable(sheet: Sheet, x: float, y: float) -> None:
    """This Cité's mark where its type is not stable: a hollow diamond with the halo that the disc has."""
    sheet.diamond(x, y, 10, "paper")
    _own_diamond(sheet, x, y)


def _own_diamond(sheet: Sheet, x: float, y: float) -> None:
    sheet.diamond(x, y, 7, "paper", "cite", 3)


def _four(sheet: Sheet, mine: _Site, x: float, y: float) -> None:
    """The four numbers of this Cité, together, beside the plane or under it."""
    said = {sign: (words, value) for (_, sign, words), value in zip(NUMBERS, mine.numbers, strict=True)}
    for line, sign in enumerate(READ):
        words, value = said[sign]
        sheet.text(x, y + line * LINE, f"{sign} = {value}", 13, "cite", bold=True)
        sheet.text(x + 84, y + line * LINE, words, 12, "muted")


def _regions(sheet: Sheet, at: _At, delta: float, tau: float) -> None:
    """The balanced wedge between C/E = r and its inverse, then the square where nobody reaches τ over its foot."""
    ratio = (1 - delta) / (1 + delta)
    sheet.polygon([at(0, 0), at(1, ratio), at(1, 1), at(ratio, 1)], "zone")
    sheet.polygon([at(0, 0), at(tau, 0), at(tau, tau), at(0, tau)], "panel", "rule")
    (x1, y1), (x2, y2) = at(tau, tau), at(1, 1)
    sheet.line(x1, y1, x2, y2)
    sheet.polygon([at(0, 0), at(1, 0), at(1, 1), at(0, 1)], None, "rule")


def _names(sheet: Sheet, at: _At, vocabulary: Vocabulary) -> None:
    """The types outside the square, at their corners: no mark of a Cité can meet a name."""
    words = {m.code: m.libelle for m in vocabulary.modalites}
    (left, foot), (right, top) = at(0, 0), at(1, 1)
    sheet.text(left, top - 8, words["collectivite_dominante"], 12, "muted")
    sheet.text(right, top - 8, words["equilibre"], 12, "muted", "right")
    sheet.text(left, foot + 36, words["portage_faible"], 12, "muted")
    sheet.text(right, foot + 36, words["etat_dominant"], 12, "muted", "right")
