"""The peers of a Cité by each declared criterion: scale, size, year of label, region; and the medians of those peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import pandas as pd

from ..figures.spine import ENOUGH
from ..figures.tables import Column, DataTable
from ..french import NBSP, date, number, typeset
from ..publication import CitePublication, Publication, once

__all__ = ["Peers", "medians_table", "peers_of", "thirds"]


@dataclass(frozen=True)
class Peers:
    """The Cités that share a criterion with this one, itself among them, and the criterion in words."""

    words: str
    ids: frozenset[str]


def peers_of(site: CitePublication) -> tuple[Peers, ...]:
    """A group by criterion, in the declared order; those of fewer than `ENOUGH` Cités, or of an unknown value, are left out."""
    publication = site.publication
    return tuple(
        Peers(words, ids)
        for words, groups in once(publication, ("pairs",), lambda: _criteria(publication))
        for ids in groups
        if site.id in ids and len(ids) >= ENOUGH
    )


def _criteria(publication: Publication) -> list[tuple[str, list[frozenset[str]]]]:
    found = []
    for column, words in (
        ("echelle", "même échelle"),
        ("", "même taille"),
        ("annee_label", "même année"),
        ("code_region", "même région"),
    ):
        groups = (
            thirds(_sizes(publication))
            if not column
            else [frozenset(rows["id_cde"]) for _, rows in publication.cites.dropna(subset=column).groupby(column)]
        )
        found.append((words, groups))
    return found


def _sizes(publication: Publication) -> dict[str, float]:
    """The inhabitants of each Cité's priority neighbourhoods; their number where inhabitants are known of none.

    A Cité one of whose neighbourhoods has no population has no size: a part is not the whole.
    """

    def add() -> dict[str, float]:
        rows = publication.tables.get("cite_qpv")
        if rows is None or rows.empty:
            return {}
        by_cite = rows.groupby("id_cde")
        if "population" not in rows or rows["population"].isna().all():
            return {str(ident): float(count) for ident, count in by_cite.size().items()}
        whole = by_cite["population"].agg(lambda given: given.sum() if given.notna().all() else float("nan"))
        return {str(ident): float(size) for ident, size in whole.dropna().items()}

    return once(publication, "sizes", add)


def thirds(sizes: Mapping[str, float]) -> list[frozenset[str]]:
    """The Cités in three groups from the least size to the greatest; equal sizes are never parted."""
    if not sizes:
        return []
    known = pd.Series(sizes, dtype="float64")
    low, high = known.quantile([1 / 3, 2 / 3])
    parts = (known <= low, (known > low) & (known <= high), known > high)
    return [frozenset(known.index[part]) for part in parts if part.any()]


def medians_table(site: CitePublication, numbers: Mapping[str, str]) -> DataTable | None:
    """The Cité's numbers beside the median of the network and of each group of peers; None without any peers.

    `numbers` gives the words of each indicator. A median of fewer than `ENOUGH` known values is « nd ».
    """
    peers = peers_of(site)
    if not peers:
        return None
    known = once(site.publication, ("nombres", tuple(numbers)), lambda: _known(site.publication, tuple(numbers)))
    everyone = frozenset(site.publication.cites["id_cde"])
    columns = [Column("Nombre"), Column("Cette Cité", True), Column("Réseau", True)]
    columns += [Column(f"{p.words[:1].upper()}{p.words[1:]} ({number(len(p.ids))})", True) for p in peers]
    lines = []
    for code, words in numbers.items():
        values = known[code]
        own = values.get(site.id)
        cells = [_median(values, ids) for ids in (everyone, *(p.ids for p in peers))]
        lines.append((words, "nd" if own is None else number(own), *cells))
    rows = site.publication.estimate(next(iter(numbers)), perimetre_type="national")
    note = f"{date(str(rows['date_reference'].max()))} ; entre parenthèses, le nombre de pairs, elle comprise{_size_note(site)}"
    return DataTable("Médianes du réseau et des pairs", tuple(columns), tuple(lines), typeset(note))


def _known(publication: Publication, codes: Sequence[str]) -> dict[str, dict[str, float]]:
    """The published number of each Cité, by indicator."""
    found = {}
    for code in codes:
        rows = publication.estimate(code, perimetre_type="cite", croisement="")
        rows = rows[(rows["statut"] == "ok") & (rows["modalite"] == "")]
        found[code] = dict(zip(rows["perimetre_id"], rows["valeur"].astype(float), strict=True))
    return found


def _median(values: Mapping[str, float], ids: frozenset[str]) -> str:
    told = [value for ident, value in values.items() if ident in ids]
    return number(median(told)) if len(told) >= ENOUGH else "nd"


def _size_note(site: CitePublication) -> str:
    """What « même taille » is: the third of the Cités, from how many inhabitants to how many."""
    sizes = _sizes(site.publication)
    mine = next((ids for ids in thirds(sizes) if site.id in ids and len(ids) >= ENOUGH), frozenset[str]())
    if not mine:
        return ""
    rows = site.publication.tables["cite_qpv"]
    counted = "QPV" if "population" not in rows or rows["population"].isna().all() else "habitants en QPV"
    low, high = (number(find(sizes[ident] for ident in mine)) for find in (min, max))
    return f" ; même taille : le tiers des Cités de {low} à {high}{NBSP}{counted}"
