"""Who sits where: the share of Cités whose steering committee and whose technical committee has each class of actors."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from ..codebook import Vocabulary
from ..french import NBSP, listing, number, of, plural, typeset
from .chart import Chart
from .exhibit import (
    CITES,
    LEAD,
    Estimate,
    KeyItem,
    Nouns,
    axis_words,
    base_words,
    credits,
    draw_key,
    hidden_words,
    missing_title,
    place_key,
    read_estimates,
    share,
    short_name,
)
from .sheet import Sheet, wrap
from .tables import Cell, Column, DataTable

__all__ = ["membership"]

COPIL, COTECH = "copil", "cotech"


@dataclass(frozen=True)
class _Actor:
    """A class of actors: its share in each body, and whether it sits in the Cité's own (None: not known)."""

    label: str
    cells: tuple[Estimate | None, Estimate | None]
    own: tuple[bool | None, bool | None]

    @property
    def shares(self) -> tuple[float | None, float | None]:
        copil, cotech = (cell.valeur if cell and cell.known else None for cell in self.cells)
        return copil, cotech

    @property
    def gap(self) -> int | None:
        """Points from COTECH to COPIL, between the shares as they are printed."""
        copil, cotech = self.shares
        return None if copil is None or cotech is None else round(copil) - round(cotech)

    def sign(self, body: int) -> str:
        cell = self.cells[body]
        return cell.sign if cell else "nd"


def membership(
    rows: pd.DataFrame | Sequence[Estimate],
    vocabulary: Vocabulary,
    *,
    id: str,
    source: str,
    date: str,
    synthetique: bool,
    nouns: Nouns = CITES,
    own: Mapping[str, Collection[str]] | None = None,
    name: str | None = None,
) -> Chart:
    """Presence of each class of actors in the COPIL (disc) and in the COTECH (square), in % of Cités, in list order.

    `rows` are published estimates of one indicator: `modalite` the actor, `croisement_modalite` « copil » or « cotech »,
    other bodies being left out. `own` gives the actors of the Cité's own bodies; a body that it leaves out is not known,
    or does not exist.
    """
    found = [e for e in read_estimates(rows) if e.croisement_modalite in (COPIL, COTECH)]
    at = {(e.modalite, e.croisement_modalite): e for e in found}
    actors = [
        _Actor(
            typeset(m.libelle),
            (at.get((m.code, COPIL)), at.get((m.code, COTECH))),
            (_sits(own, COPIL, m.code), _sits(own, COTECH, m.code)),
        )
        for m in vocabulary.modalites
        if (m.code, COPIL) in at or (m.code, COTECH) in at
    ]
    called = short_name(name, 110)
    bases = {
        body: base_words((e.base for e in found if e.known and e.croisement_modalite == body), nouns)
        for body in (COPIL, COTECH)
    }
    base = bases[COPIL] if bases[COPIL] == bases[COTECH] else f"COPIL : {bases[COPIL]} ; COTECH : {bases[COTECH]}"
    signs = [a.sign(b) for a in actors for b in (0, 1) if a.shares[b] is None]
    shown = own is not None
    return Chart(
        id=id,
        titre=_title(actors),
        sous_titre=typeset(f"Présence au comité de pilotage et au comité technique, en % des {nouns[1]}"),
        alt=_alt(actors, called, shown, signs),
        draw=lambda width: _draw(width, actors, called if shown else ""),
        donnees=_table(actors, called, shown),
        notes=credits(
            source,
            date,
            typeset(base),
            ("Lecture", "à droite, un disque : l’acteur siège ; un tiret : il n’y siège pas." if shown else ""),
            ("Non publié", hidden_words(signs, "part")),
        ),
        synthetique=synthetique,
    )


def _sits(own: Mapping[str, Collection[str]] | None, body: str, actor: str) -> bool | None:
    return None if own is None or body not in own else actor in own[body]


def _title(actors: Sequence[_Actor]) -> str:
    gaps = [a.gap for a in actors if a.gap is not None]
    if not gaps:
        return missing_title(a.sign(b) for a in actors for b in (0, 1) if a.shares[b] is None)
    more, less = sum(g > 0 for g in gaps), sum(g < 0 for g in gaps)
    total = number(len(gaps))
    if not more and not less:
        return typeset(f"Autant au COPIL qu’au COTECH : {plural(len(gaps), 'acteur')} sur {total}")
    side, count, other = ("COPIL", more, "COTECH") if more >= less else ("COTECH", less, "COPIL")
    verb = "est plus présent" if count == 1 else "sont plus présents"
    return typeset(f"{plural(count, 'acteur')} sur {total} {verb} au {side} qu’au {other}")


def _alt(actors: Sequence[_Actor], name: str, with_own: bool, signs: Sequence[str]) -> str:
    both = [a for a in actors if a.gap is not None]
    told = sorted(both, key=lambda a: -abs(a.gap or 0))[:6]
    said = [f"{a.label}, {share(a.shares[0] or 0)} au COPIL et {share(a.shares[1] or 0)} au COTECH" for a in told]
    parts = [f"Écarts les plus grands : {' ; '.join(said)}" if said else "Aucune part publiée"]
    if with_own:
        for body, label in ((0, "COPIL"), (1, "COTECH")):
            seats = [a.label for a in actors if a.own[body]]
            known = any(a.own[body] is not None for a in actors)
            parts.append(
                f"{label} {of(name)} : {listing(seats) or 'aucun de ces acteurs' if known else 'non disponible'}"
            )
    parts += [hidden_words(signs, "part")] if signs else []
    return typeset(". ".join(parts) + ".")


def _table(actors: Sequence[_Actor], name: str, with_own: bool) -> DataTable:
    columns = [Column("Acteur"), Column("COPIL", True), Column("Base COPIL", True), Column("COTECH", True)]
    columns += [Column("Base COTECH", True), Column("Écart, en points", True)]
    columns += [Column(f"COPIL {of(name)}"), Column(f"COTECH {of(name)}")] if with_own else []
    lines = []
    for a in actors:
        line: list[Cell] = [a.label]
        for body, value in enumerate(a.shares):
            cell = a.cells[body]
            line.append(share(value) if value is not None else a.sign(body))
            line.append(number(cell.base) if cell and cell.base is not None else a.sign(body))
        hidden = "s" if "s" in (a.sign(0), a.sign(1)) else "nd"
        line.append(number(a.gap, 0, sign=True) if a.gap is not None else hidden)
        line += [{True: "oui", False: "non", None: "nd"}[sits] for sits in a.own] if with_own else []
        lines.append(tuple(line))
    return DataTable("Acteurs présents au COPIL et au COTECH", tuple(columns), tuple(lines))


def _draw(width: float, actors: Sequence[_Actor], name: str) -> Sheet:
    wide = width >= 480
    mine = 124 if name and wide else 108 if name else 10
    left, right = (196, width - mine - 22) if wide else (12, width - mine - 22)
    texts = [wrap(a.label, 176 if wide else right, 13) for a in actors]
    heights = [max(30, len(t) * LEAD + 8) if wide else len(t) * LEAD + 26 for t in texts]
    entries = [
        KeyItem("au COPIL", lambda sheet, x, y: sheet.dots([(x, y)], 5.5, "ink")),
        KeyItem("au COTECH", lambda sheet, x, y: sheet.square(x, y, 5, "paper", "ink", 2)),
    ]
    placed, lines_of_key = place_key(entries, left if wide else 0, right + 20)
    top = max(lines_of_key * 20, 40 if name else 0) + 10
    end = top + sum(heights)
    sheet = Sheet(width, end + 24)
    columns = (width - mine * 0.73, width - mine * 0.27)
    if name:
        sheet.rect(width - mine, 0, mine, end, "panel")
        head = name if wide else short_name(name, mine - 4)
        sheet.text(width - mine / 2, 16, head, 12, "cite", "center", bold=True)
        for x, words in zip(columns, ("COPIL", "COTECH"), strict=True):
            sheet.text(x, 34, words, 11, "ink", "center")
    draw_key(sheet, placed, 0)

    def at(value: float) -> float:
        return left + value * (right - left) / 100

    for tick, words in ((0, f"0{NBSP}%"), (50, "50"), (100, f"100{NBSP}%")):
        sheet.line(at(tick), top - 4, at(tick), end, "grid")
        sheet.text(at(tick), end + 16, words, 11, "muted", "center")
    y = float(top)
    for a, lines, height in zip(actors, texts, heights, strict=True):
        middle = y + height / 2 if wide else y + len(lines) * LEAD + 12
        first = middle + 4.5 - LEAD * (len(lines) - 1) / 2 if wide else y + 12
        for i, words in enumerate(lines):
            sheet.text(0 if wide else 4, first + i * LEAD, words, 13)
        _marks(sheet, a, at(0), (right - left) / 100, middle)
        if name:
            for x, sits in zip(columns, a.own, strict=True):
                if sits:
                    sheet.dots([(x, middle)], 6, "cite")
                elif sits is False:
                    sheet.line(x - 6, middle, x + 6, middle, "muted", 1.5)
                else:
                    sheet.text(x, middle + 4.5, "nd", 12, "muted", "center")
        y += height
    return sheet


def _marks(sheet: Sheet, actor: _Actor, zero: float, unit: float, y: float) -> None:
    copil, cotech = (None if v is None else zero + v * unit for v in actor.shares)
    if copil is None and cotech is None:
        axis_words(sheet, zero + 8, y + 4.5, "s" if "s" in (actor.sign(0), actor.sign(1)) else "nd")
        return
    if copil is not None and cotech is not None:
        sheet.line(min(copil, cotech), y, max(copil, cotech), y, "net", 2)
    if cotech is not None:
        sheet.square(cotech, y, 5, "paper", "ink", 2)
    if copil is not None:  # a disc that would hide its square shrinks inside it
        sheet.dots([(copil, y)], 3 if cotech is not None and abs(copil - cotech) < 9 else 5.5, "ink")
    if copil is None or cotech is None:
        missing = 0 if copil is None else 1
        drawn = copil if copil is not None else cotech or 0.0
        words = f"{('COPIL', 'COTECH')[missing]} : {actor.sign(missing)}"
        ahead = drawn < zero + 50 * unit
        sheet.text(drawn + (12 if ahead else -12), y + 4.5, typeset(words), 12, "muted", "left" if ahead else "right")
