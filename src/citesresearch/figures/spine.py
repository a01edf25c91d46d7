"""Where a Cité stands on several numbers at once: the range of the network, its middle half, its median, the peers'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..french import number, of, plural, typeset
from .chart import Chart
from .exhibit import CITES, LEAD, KeyItem, base_words, credits, draw_key, place_key, short_name, site_key
from .sheet import Sheet, wrap
from .tables import Column, DataTable

__all__ = ["ENOUGH", "Place", "spine"]

ENOUGH = 8  # Cités from which a quarter of them is something to be compared with


@dataclass(frozen=True)
class Place:
    """A number of a Cité (None where it is not known) in the distribution of the network, and the median of its peers.

    `noms` are what is counted, in singular and plural.
    """

    label: str
    noms: tuple[str, str]
    minimum: float
    quartile_1: float
    mediane: float
    quartile_3: float
    maximum: float
    base: float
    own: float | None = None
    pairs: float | None = None

    @property
    def side(self) -> int | None:
        """0 inside the middle half of the network, 1 above it, −1 below; None where that would say nothing."""
        if self.own is None or self.base < ENOUGH or self.minimum == self.maximum:
            return None
        return int(self.own > self.quartile_3) - int(self.own < self.quartile_1)

    @property
    def told(self) -> str:
        """« 22 partenaires »."""
        return plural(self.own, *self.noms) if self.own is not None else "nd"


def spine(
    places: Sequence[Place],
    *,
    id: str,
    source: str,
    date: str,
    synthetique: bool,
    name: str | None = None,
    pairs: str = "",
) -> Chart:
    """One line a number, each on its own scale from the least to the greatest value of the network, the same on all pages.

    Pale: the range of the network; dark: its middle half; tick: its median; diamond: the median of the peers, whom
    `pairs` names; disc: this Cité, `name`. Raises ValueError without any place.
    """
    if not places:
        raise ValueError("nothing to place")
    called = short_name(name)
    return Chart(
        id=id,
        titre=_title(places, name),
        sous_titre=typeset(
            "Chaque nombre sur son échelle, du minimum au maximum des Cités ; en foncé, la moitié centrale du réseau"
        ),
        alt=_alt(places, called, pairs),
        draw=lambda width: _draw(width, places, called, bool(pairs)),
        donnees=_table(places, called, pairs),
        notes=credits(
            source,
            date,
            base_words((place.base for place in places), CITES),
            ("Pairs", typeset(pairs)),
            (
                "Lecture",
                typeset(
                    "« proche du réseau » : dans la moitié centrale, entre le quart le plus bas et le quart le plus haut des Cités. "
                    "Un écart entre deux Cités ne dit rien de leurs effets."
                ),
            ),
        ),
        synthetique=synthetique,
    )


def _title(places: Sequence[Place], name: str | None) -> str:
    known = [place for place in places if place.side is not None]
    if not known or name is None:
        return typeset(f"{plural(len(places), 'nombre')} du réseau, du minimum au maximum des Cités")
    close = sum(place.side == 0 for place in known)
    said = plural(close, "nombre proche", "nombres proches") if close else "aucun nombre proche"
    return typeset(f"{name} : {said} du réseau, sur {number(len(known))}")


def _alt(places: Sequence[Place], name: str, pairs: str) -> str:
    said = []
    for place in places:
        words = (
            f"{place.label} : réseau de {number(place.minimum)} à {number(place.maximum)}, moitié centrale de "
            f"{number(place.quartile_1)} à {number(place.quartile_3)}, médiane {number(place.mediane)}"
        )
        words += f", médiane des pairs {number(place.pairs)}" if pairs and place.pairs is not None else ""
        said.append(f"{words}, {name} {number(place.own)}" if place.own is not None else words)
    return typeset(f"{' ; '.join(said)}.")


def _table(places: Sequence[Place], name: str, pairs: str) -> DataTable:
    heads = [name[:1].upper() + name[1:], "Médiane", "Moitié centrale", "Minimum", "Maximum", "Base"]
    rows = []
    for place in places:
        line = [place.label, number(place.own) if place.own is not None else "nd", number(place.mediane)]
        line.append(typeset(f"{number(place.quartile_1)} à {number(place.quartile_3)}"))
        line += [number(place.minimum), number(place.maximum), number(place.base)]
        if pairs:
            line.insert(3, number(place.pairs) if place.pairs is not None else "nd")
        rows.append(tuple(line))
    if pairs:
        heads.insert(2, "Médiane des pairs")
    return DataTable(
        typeset(f"La place {of(name)} dans le réseau"),
        (Column("Nombre"), *(Column(head, True) for head in heads)),
        tuple(rows),
    )


# -- drawing -----------------------------------------------------------------------------------------------------------
_ROW = 46


def _draw(width: float, places: Sequence[Place], name: str, with_pairs: bool) -> Sheet:
    wide = width >= 480
    left, right = (172.0, width - 118) if wide else (8.0, width - 70)
    items = [site_key(name)] if any(place.own is not None for place in places) else []
    if with_pairs:
        items.append(KeyItem("médiane des pairs", lambda sheet, x, y: sheet.diamond(x, y, 6, "peer", "paper", 1.5)))
    items.append(KeyItem("médiane du réseau", lambda sheet, x, y: sheet.line(x, y - 7, x, y + 7, "ink", 2)))
    placed, lines = place_key(items, 0, width)
    labels = [wrap(place.label, left - 16 if wide else width - 80, 13, True) for place in places]
    heights = [_ROW if wide else _ROW + len(words) * LEAD for words in labels]
    top = lines * 20 + 26
    sheet = Sheet(width, top + sum(heights))
    draw_key(sheet, placed)
    if any(place.own is not None for place in places):
        sheet.text(width - 62 if wide else width - 1, top - 8, "cette Cité", 12, "cite", "right", True)
    if wide:
        sheet.text(width - 1, top - 8, "réseau", 12, "muted", "right")
    y = float(top)
    for place, words, height in zip(places, labels, heights, strict=True):
        first = y + 16 - (len(words) - 1) * LEAD / 2 if wide else y + 12
        for i, line in enumerate(words):
            sheet.text(0, first + i * LEAD, line, 13, bold=True)
        axis = y + 12 if wide else y + len(words) * LEAD + 12
        _track(sheet, place, (left, right), axis, with_pairs)
        value = number(place.own) if place.own is not None else "nd"
        if wide:
            sheet.text(width - 62, axis + 5, value, 14, "cite" if place.own is not None else "muted", "right", True)
            sheet.text(width - 1, axis + 5, number(place.mediane), 13, "muted", "right")
        else:
            sheet.text(width - 1, axis + 5, value, 14, "cite" if place.own is not None else "muted", "right", True)
        y += height
    return sheet


def _track(sheet: Sheet, place: Place, span: tuple[float, float], y: float, with_pairs: bool) -> None:
    """The axis of a number with its marks, its ends written under it."""
    left, right = span
    wide = place.maximum - place.minimum

    def at(value: float) -> float:
        return left + (right - left) * ((value - place.minimum) / wide if wide else 0.5)

    sheet.rect(left, y - 4, right - left, 8, "band")
    low, high = at(place.quartile_1), at(place.quartile_3)
    sheet.rect(low, y - 7, max(high - low, 2), 14, "mid")
    middle = at(place.mediane)
    sheet.line(middle, y - 11, middle, y + 11, "paper", 5)  # seen on the dark half
    sheet.line(middle, y - 11, middle, y + 11, "ink", 2)
    if with_pairs and place.pairs is not None:
        sheet.diamond(at(place.pairs), y, 7, "peer", "paper", 1.5)
    if place.own is not None:
        sheet.site(at(place.own), y, 6.5)
    sheet.text(left, y + 24, number(place.minimum), 11, "muted")
    sheet.text(right, y + 24, number(place.maximum), 11, "muted", "right")
