"""The scheme of a governance: bodies one under the other, who sits in each by side, who chairs, who hosts the coordinator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from ..french import NBSP, listing, number, of, plural, typeset, within
from .chart import Chart
from .exhibit import LEAD, Nouns, credits, short_name
from .sheet import Sheet, wrap
from .tables import Column, DataTable

__all__ = ["TYPES", "Body", "scheme"]

TYPES: Nouns = ("type d’acteurs", "types d’acteurs")


@dataclass(frozen=True)
class Body:
    """A body, or a post, of a governance.

    lieu: where one sits, for the title (« au comité de pilotage »); detail: what is known of it (who chairs it, or that it
    does not exist); membres: its actors by side, in words; None where they are not known or where nobody sits; complet:
    whether they are all that sit in it, so that a side without any is one where nobody sits.
    """

    titre: str
    lieu: str = ""
    detail: str = ""
    membres: Mapping[str, Sequence[str]] | None = None
    complet: bool = True

    @property
    def size(self) -> int:
        """How many actors sit in it."""
        return sum(map(len, (self.membres or {}).values()))

    def sides(self, cotes: Sequence[str]) -> list[tuple[str, str]]:
        """Each side with its actors, then those where nobody sits, in words."""
        if self.membres is None:
            return []
        found = [(cote, listing(seated)) for cote in cotes if (seated := self.membres.get(cote))]
        empty = [cote for cote in cotes if not self.membres.get(cote)]
        if self.complet and empty:
            found.append(("Aucun acteur", listing(within(cote) for cote in empty)))
        return [(typeset(cote), typeset(words)) for cote, words in found]


def scheme(
    bodies: Sequence[Body],
    cotes: Sequence[str],
    *,
    id: str,
    source: str,
    date: str,
    synthetique: bool,
    name: str,
    nouns: Nouns = TYPES,
) -> Chart:
    """A box a body, from the one that steers to the post that coordinates, linked in that order; a line a side.

    `cotes` are all the sides, in their order: one where nobody sits says so. Without any member the title says what the
    boxes hold. Raises ValueError without a body.
    """
    if not bodies:
        raise ValueError("no body to draw")
    named = [replace(b, titre=typeset(b.titre), lieu=typeset(b.lieu), detail=typeset(b.detail)) for b in bodies]
    return Chart(
        id=id,
        titre=_title(named, nouns),
        sous_titre=typeset(f"Instances {of(short_name(name))}, par côté"),
        alt=_alt(named, cotes, nouns),
        draw=lambda width: _draw(width, named, cotes),
        donnees=_table(named, cotes),
        notes=credits(source, date, ""),
        synthetique=synthetique,
    )


def _title(bodies: Sequence[Body], nouns: Nouns) -> str:
    told = [body for body in bodies if body.size and body.lieu]
    if not told:
        return typeset(f"Composition des instances non disponible : {listing(within(body.titre) for body in bodies)}")
    first, *others = told
    words = [f"{plural(first.size, *nouns)} {first.lieu}", *(f"{number(b.size)} {b.lieu}" for b in others)]
    return typeset(listing(words))


def _alt(bodies: Sequence[Body], cotes: Sequence[str], nouns: Nouns) -> str:
    said = []
    for body in bodies:
        words = f"{body.titre}, {within(body.detail)}" if body.detail else body.titre
        if body.membres is not None:
            sides = [f"{within(cote)} {number(len(seated))}" for cote in cotes if (seated := body.membres.get(cote))]
            words += f" : {plural(body.size, *nouns)} ({', '.join(sides)})" if sides else " : aucun acteur"
        said.append(words)
    return typeset(f"{'. '.join(said)}.")


def _table(bodies: Sequence[Body], cotes: Sequence[str]) -> DataTable:
    def told(body: Body) -> str:
        parts = [body.detail] if body.detail else []
        return " ; ".join(parts + [f"{cote} : {words}" for cote, words in body.sides(cotes)]) or "nd"

    lines = tuple((body.titre, typeset(told(body))) for body in bodies)
    return DataTable("Qui siège où", (Column("Instance"), Column("Ce qui en est dit")), lines)


# -- drawing -----------------------------------------------------------------------------------------------------------
_PAD, _GAP, _SIDE = 12, 18, 132
_Lines = list[tuple[str, str]]


def _draw(width: float, bodies: Sequence[Body], cotes: Sequence[str]) -> Sheet:
    wide = width >= 480
    room = width - 2 * _PAD
    heads = [(wrap(b.titre, room, 14, True), wrap(b.detail, room, 13) if b.detail else []) for b in bodies]
    rows = [_rows(body, cotes, room, wide) for body in bodies]
    heights = [
        _PAD + 18 * len(head) + 17 * len(detail) + sum(map(_height, sides)) + 8
        for (head, detail), sides in zip(heads, rows, strict=True)
    ]
    sheet = Sheet(width, sum(heights) + _GAP * (len(bodies) - 1))
    y = 0.0
    for place, ((head, detail), sides, height) in enumerate(zip(heads, rows, heights, strict=True)):
        if place:
            sheet.line(width / 2, y - _GAP, width / 2, y, "mid", 2)
        sheet.rect(0.5, y + 0.5, width - 1, height - 1, "panel", "rule")
        at = y + _PAD
        for words in head:
            sheet.text(_PAD, at + 10, words, 14, bold=True)
            at += 18
        for words in detail:
            sheet.text(_PAD, at + 9, words, 13)
            at += 17
        for side in sides:
            for i, (cote, words) in enumerate(side):
                sheet.text(_PAD, at + 13 + i * LEAD, cote, 12, "muted")
                sheet.text(_PAD + (_SIDE if wide else 0), at + 13 + i * LEAD, words, 12)
            at += _height(side)
        y += height + _GAP
    return sheet


def _height(side: _Lines) -> float:
    return LEAD * len(side) + 5


def _rows(body: Body, cotes: Sequence[str], room: float, wide: bool) -> list[_Lines]:
    """The lines of each side: its name at their left on a wide sheet, at their head on a narrow one."""
    if not wide:
        return [[("", line) for line in wrap(f"{cote}{NBSP}: {words}", room, 12)] for cote, words in body.sides(cotes)]
    found = []
    for cote, words in body.sides(cotes):
        names, actors = wrap(cote, _SIDE - 8, 12), wrap(words, room - _SIDE, 12)
        found.append(list(zip_longest(names, actors, fillvalue="")))
    return found
