"""The exhibits of the restitution: for each one its figures, with the Cité's own answer where there is a Cité.

Which figure shows an exhibit follows from the shape (`forme`) and the list of its indicators, so that a new question in
the codebook has its exhibit without code here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypedDict

import pandas as pd

from ..codebook import Vocabulary
from ..figures.bars import bars
from ..figures.crosstab import crosstab
from ..figures.exhibit import Estimate, read_estimates
from ..figures.likert import likert
from ..figures.membership import membership
from ..figures.path import path
from ..figures.series import series
from ..figures.tables import Column, DataTable, Detailed
from ..french import NBSP, listing, number, of, percent, plural, typeset
from ..publication import CitePublication, Publication, once
from ..publication.wording import credit, origins
from .blocks import Block, ChartBlock, Pair, SideNote, Subheading, TableBlock
from .lignes import Row, own_rows

__all__ = ["answers", "exhibit", "exhibits", "has_exhibits", "planches_of"]

CITES = ("Cité", "Cités")
_STATISTICS = {"moyenne": "Moyenne", "mediane": "Médiane", "minimum": "Minimum", "maximum": "Maximum", "total": "Total"}


class _Common(TypedDict):
    """What every figure of an exhibit says of itself."""

    id: str
    source: str
    date: str
    synthetique: bool


def _renamed(common: _Common, i: int) -> _Common:
    """The same for the i-th figure of several."""
    return {
        "id": f"{common['id']}-{i}",
        "source": common["source"],
        "date": common["date"],
        "synthetique": common["synthetique"],
    }


def planches_of(publication: Publication, partie: str) -> tuple[str, ...]:
    """The exhibits of a part of the restitution, in their order."""
    listed = publication.codebook.vocabulary("planche@1").modalites
    return tuple(m.code for m in listed if m.attributes["partie"] == partie)


def has_exhibits(publication: Publication, planches: Iterable[str]) -> bool:
    """Whether this campagne has estimates for at least one of these exhibits."""
    return any(len(_national(publication, _described(publication, planche))) for planche in planches)


def answers(site: CitePublication, planches: Iterable[str]) -> tuple[int, int]:
    """How many indicators of these exhibits the Cité's own return fills, of how many it was asked.

    Answers of persons do not count: they are not the Cité's.
    """
    publication, asked = site.publication, tuple(planches)

    def official() -> frozenset[str]:
        described = publication.table("indicateurs")
        return frozenset(described.loc[described["planche"].isin(asked) & (described["secret"] == "officiel"), "id"])

    wanted = once(publication, ("official", asked), official)
    own = site.estimates()
    pairs = zip(own["indicateur"].tolist(), own["statut"].tolist(), strict=True)
    found = [(code, statut) for code, statut in pairs if code in wanted]
    return len({code for code, statut in found if statut in ("ok", "nc")}), len({code for code, _ in found})


def exhibits(
    publication: Publication, planches: Iterable[str], site: CitePublication | None = None
) -> tuple[Block, ...]:
    """Several exhibits, each under its title; those that the campagne has no data for are left out."""
    return tuple(block for planche in planches for block in exhibit(publication, planche, site))


def exhibit(publication: Publication, planche: str, site: CitePublication | None = None) -> tuple[Block, ...]:
    """One exhibit: its title, then a figure for each shape and list of its indicators; nothing without data.

    With a Cité, its own answers stand on the network's distribution.
    """
    if _national(publication, _described(publication, planche)).empty:
        return ()
    named = publication.codebook.vocabulary("planche@1")[planche]
    # The restitution's own title may conclude more than the figure does of one Cité.
    title = named.libelle if site is None else named.attributes.get("titre_page", named.libelle)
    blocks: list[Block] = [Subheading(typeset(title))]
    for k, (group, rows) in enumerate(_groups(publication, planche), start=1):
        if len(rows):
            figures = _figures(publication, f"f-{planche}-{k}".replace("_", "-"), planche, group, rows, site)
            blocks += _defined(figures, tuple(group["id"]))
    return tuple(blocks)


def _groups(publication: Publication, planche: str) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """The indicators of an exhibit, together where they share a figure, and their rows for the network."""

    def cut() -> list[tuple[pd.DataFrame, pd.DataFrame]]:
        groups = _described(publication, planche).groupby(["forme", "liste"], sort=False)
        return [(group, _national(publication, group)) for _, group in groups]

    return once(publication, ("groups", planche), cut)


def _defined(blocks: list[Block], codes: tuple[str, ...]) -> list[Block]:
    """The figures with the indicators they show: one each where there are as many, else all of them."""
    drawn = [place for place, block in enumerate(blocks) if isinstance(block, ChartBlock)]
    each = [(code,) for code in codes] if len(drawn) == len(codes) else [codes] * len(drawn)
    for place, shown in zip(drawn, each, strict=True):
        block = blocks[place]
        if isinstance(block, ChartBlock):
            blocks[place] = ChartBlock.of(block.chart, *shown)
    return blocks


def _described(publication: Publication, planche: str) -> pd.DataFrame:
    def cut() -> pd.DataFrame:
        described = publication.table("indicateurs")
        return described[described["planche"] == planche]

    return once(publication, ("described", planche), cut)


def _national(publication: Publication, described: pd.DataFrame) -> pd.DataFrame:
    codes = tuple(described["id"])

    def gather() -> pd.DataFrame:
        found = [publication.estimate(code, perimetre_type="national") for code in codes]
        return pd.concat(found) if found else publication.estimates.iloc[:0]

    return once(publication, ("national", codes), gather)


@dataclass(frozen=True)
class _Network:
    """What the figures of a group of indicators show of the network: the same on every page."""

    forme: str
    vocabulary: Vocabulary | None
    labels: dict[str, str]
    nouns: tuple[str, str]
    common: _Common
    plain: pd.DataFrame
    # The same rows as the figures read them: all, the « oui » alone, and the choices of each indicator.
    read: list[Estimate]
    yes: list[Estimate]
    choices: dict[str, list[Estimate]]


def _network(publication: Publication, ident: str, planche: str, group: pd.DataFrame, rows: pd.DataFrame) -> _Network:
    forme, liste = str(group["forme"].iloc[0]), group["liste"].iloc[0]
    plain = rows[rows["croisement"] == ""]
    sources, dates = origins(rows)
    read = read_estimates(plain) if forme not in ("nombre", "matrice", "serie") else []
    return _Network(
        forme,
        publication.codebook.vocabulary(liste) if liste else None,
        _short(dict(zip(group["id"], group["libelle"], strict=True))),
        _counted(publication, planche, group),
        {
            "id": ident,
            "source": listing(credit(publication, source) for source in sources),
            "date": dates,
            "synthetique": publication.synthetique,
        },
        plain,
        read,
        [e for e in read if e.modalite == "oui"],
        {
            code: [e for e in read if e.indicateur == code and e.modalite not in ("favorable", "solde")]
            for code in group["id"]
        },
    )


def _figures(
    publication: Publication,
    ident: str,
    planche: str,
    group: pd.DataFrame,
    rows: pd.DataFrame,
    site: CitePublication | None,
) -> list[Block]:
    """The figures that suit the shape of these indicators; numbers go to a table."""
    seen = once(publication, ("network", ident), lambda: _network(publication, ident, planche, group, rows))
    forme, vocabulary, labels, nouns, common = seen.forme, seen.vocabulary, seen.labels, seen.nouns, seen.common
    own = _own_answers(site, labels) if nouns is CITES else {}
    name = site.nom if site is not None and own else None
    if forme == "nombre":
        return [_numbers(publication, group, rows, site, common)]
    if forme == "matrice":
        return _matrices(publication, group, rows, vocabulary, site, common)
    if forme == "serie":
        return _by_year(seen, amounts=group["unite"].iloc[0] == "euros")
    if planche == "chemin_maturite" and vocabulary is not None:
        return [ChartBlock(path(seen.read, vocabulary, own=next(iter(own.values()), None), name=name, **common))]
    if forme == "echelle" and vocabulary is not None:
        return [ChartBlock(likert(seen.read, vocabulary, labels, nouns=nouns, own=own or None, name=name, **common))]
    if forme == "oui_non":
        said = {code: 100.0 if answer == "oui" else 0.0 for code, answer in own.items()}
        # Without each of its answers the figure says nothing of the Cité: a silence is not a « non ».
        chosen = [code for code, value in said.items() if value] if set(said) == set(labels) else None
        return [
            ChartBlock(
                bars(
                    seen.yes,
                    labels,
                    measure=f"Part de « oui », en % des {nouns[1]}",
                    nouns=nouns,
                    order="liste",
                    chosen=chosen,
                    name=name,
                    intervals="recensement" if nouns is CITES else None,
                    **common,
                )
            )
        ]
    if vocabulary is None:
        return [_shares(publication, group, seen.plain, common)]
    return _choices_of(site, seen, vocabulary)


def _by_year(seen: _Network, *, amounts: bool) -> list[Block]:
    """A series an indicator."""
    return [
        ChartBlock(
            series(
                seen.plain[seen.plain["indicateur"] == code],
                {code: label},
                measure=f"{label}, en {'euros' if amounts else '% des Cités'}",
                unit="€" if amounts else "%",
                digits=0,
                stacked=amounts,
                **_renamed(seen.common, i),
            )
        )
        for i, (code, label) in enumerate(seen.labels.items(), start=1)
    ]


def _choices_of(site: CitePublication | None, seen: _Network, vocabulary: Vocabulary) -> list[Block]:
    """Bars an indicator, one a modality, with the answers that the Cité chose."""
    blocks: list[Block] = []
    for i, (code, label) in enumerate(seen.labels.items(), start=1):
        chosen = _choices(site, code) if seen.nouns is CITES else None
        blocks.append(
            ChartBlock(
                bars(
                    seen.choices[code],
                    {code: label},
                    vocabulary=vocabulary,
                    measure=f"{label}, en %",
                    nouns=seen.nouns,
                    chosen=chosen,
                    name=site.nom if site is not None and chosen else None,
                    intervals="recensement" if seen.nouns is CITES else None,
                    **_renamed(seen.common, i),
                )
            )
        )
    return blocks


def _counted(publication: Publication, planche: str, group: pd.DataFrame) -> tuple[str, str]:
    """What a base counts, singular and plural: Cités unless the question or its exhibit says otherwise (`unite_base`)."""
    table, _, field = str(group["champs"].iloc[0]).partition(" ")[0].partition(".")
    asked = publication.codebook[table][field].extra.get("unite_base") if field else None
    said = asked or publication.codebook.vocabulary("planche@1")[planche].attributes.get("unite_base")
    return (said[0], said[1]) if said else CITES


def _short(labels: dict[str, str]) -> dict[str, str]:
    """The labels without the words that they all begin with: the title of the exhibit says them already."""
    heads = {label.rpartition(" : ")[0] for label in labels.values()}
    if len(heads) > 1 or heads == {""}:
        return labels
    return {code: label.rpartition(" : ")[2] for code, label in labels.items()}


def _own_answers(site: CitePublication | None, codes: Iterable[str]) -> dict[str, str]:
    """The Cité's answer to each single-answer question, by indicator; questions without an answer are left out."""
    if site is None:
        return {}

    def read() -> dict[str, str]:
        own = site.estimates()
        own = own[(own["croisement"] == "") & own["statut"].isin(["ok", "nc"]) & (own["modalite"] != "")]
        single = own[~own["indicateur"].duplicated(keep=False)]
        return dict(zip(single["indicateur"], single["modalite"], strict=True))

    told = once(site, "answers", read)
    return {code: told[code] for code in sorted(told.keys() & set(codes))}


def _choices(site: CitePublication | None, code: str) -> list[str] | None:
    """What the Cité chose in a list of choices; None without a Cité or without an answer."""
    if site is None:
        return None
    own = [row for row in own_rows(site, code) if row["statut"] in ("ok", "nc")]
    return [row["modalite"] for row in own if row["valeur"] > 0] if own else None


def _numbers(
    publication: Publication,
    group: pd.DataFrame,
    rows: pd.DataFrame,
    site: CitePublication | None,
    common: _Common,
) -> Pair:
    """Numbers of the network in a table, the Cité's own beside them."""
    statistics = [s for s in _STATISTICS if s in set(rows["modalite"])]
    network = once(publication, ("numbers", tuple(group["id"])), lambda: _lines(publication, group, rows, statistics))
    lines: list[tuple[str | Detailed, ...]] = []
    for (code, crossing), words, cells in network:
        mine = [_number(own) if (own := _own_number(site, code, crossing)) else "nd"] if site is not None else []
        lines.append((words, *mine, *cells))
    columns = [Column("Indicateur")]
    if site is not None:
        columns.append(Column("Cette Cité", True))
    columns += [Column(_STATISTICS[s], True) for s in statistics]
    title = publication.codebook.vocabulary("planche@1").libelle(group["planche"].iloc[0])
    table = DataTable(typeset(title), tuple(columns), tuple(lines), "réseau" if site is not None else "")
    return Pair((TableBlock(table),), SideNote.of(publication, ("Source", common["source"]), ("Date", common["date"])))


def _lines(
    publication: Publication, group: pd.DataFrame, rows: pd.DataFrame, statistics: list[str]
) -> list[tuple[tuple[str, str], Detailed, list[str]]]:
    """The network's lines of a table of numbers: the indicator and the group they are about, their words, their cells."""
    lists = publication.codebook
    crossings = dict(zip(group["id"], group["liste_croisement"], strict=True))
    labels = dict(zip(group["id"], group["libelle"], strict=True))
    lines = []
    for key, part in rows.groupby(["indicateur", "croisement_modalite"], sort=False):
        code, crossing = (str(name) for name in key)
        words = labels[code]
        if crossing:
            words = (
                f"{words} : {lists.vocabulary(crossings[code]).libelle(crossing)}"
                if crossings[code]
                else f"{words} : {crossing}"
            )
        unit = _unit(publication, part["unite"].iloc[0])
        values = {str(row["modalite"]): row for row in part.to_dict("records")}
        bases = part["base"].dropna()
        detail = f"{unit} ; base : {number(bases.iloc[0])}" if len(bases) else unit
        cells = [_number(values[s]) if s in values else "///" for s in statistics]
        lines.append(((code, crossing), Detailed(typeset(words), typeset(detail)), cells))
    return lines


def _own_number(site: CitePublication, code: str, crossing: str) -> Row | None:
    """The first row of an indicator of numbers, for one group where it is crossed; None where the Cité has none."""

    def cut() -> dict[tuple[str, str], Row]:
        rows: list[Any] = site.estimates().to_dict("records")
        return {(row["indicateur"], row["croisement_modalite"]): row for row in reversed(rows)}

    return once(site, "own numbers", cut).get((code, crossing))


def _shares(publication: Publication, group: pd.DataFrame, rows: pd.DataFrame, common: _Common) -> Pair:
    """Shares whose modalities stand in no list (years, say), in a table."""
    lines = tuple(
        (str(row["modalite"]), "nd" if pd.isna(row["n"]) else number(row["n"]), _number(row))
        for _, row in rows.iterrows()
    )
    title = publication.codebook.vocabulary("planche@1").libelle(group["planche"].iloc[0])
    table = DataTable(typeset(title), (Column("Modalité"), Column("Effectif", True), Column("Part", True)), lines)
    bases = rows["base"].dropna()
    base = plural(bases.max(), *_counted(publication, str(group["planche"].iloc[0]), group)) if len(bases) else "nd"
    return Pair(
        (TableBlock(table),),
        SideNote.of(publication, ("Source", common["source"]), ("Date", common["date"]), ("Base", base)),
    )


def _matrices(
    publication: Publication,
    group: pd.DataFrame,
    rows: pd.DataFrame,
    vocabulary: Vocabulary | None,
    site: CitePublication | None,
    common: _Common,
) -> list[Block]:
    """Rows crossed with columns: who sits where, or one question against another."""
    if vocabulary is None:
        return []
    blocks: list[Block] = []
    for i, described in enumerate(group.to_dict("records"), start=1):
        code, named = str(described["id"]), _renamed(common, i)
        other = publication.codebook.vocabulary(described["liste_croisement"])
        mine = rows[rows["indicateur"] == code]
        if {"copil", "cotech"} <= set(other.codes):
            bodies = _bodies(site, code)
            seated = mine.groupby("modalite")["n"].transform("max") != 0
            mine = mine[seated]  # an actor that sits nowhere has no line
            name = site.nom if site is not None and bodies else None
            blocks.append(ChartBlock(membership(mine, vocabulary, own=bodies, name=name, **named)))
            continue
        counted = mine[~mine["modalite"].isin(["favorable", "solde"])]
        lines, columns = vocabulary, other
        if len(other.modalites) > len(vocabulary.modalites):  # many short lines read better than many thin columns
            counted = counted.rename(columns={"modalite": "croisement_modalite", "croisement_modalite": "modalite"})
            lines, columns = other, vocabulary
        said = publication.codebook.vocabulary("planche@1")[described["planche"]].attributes.get("unite_matrice")
        each = (said[0], said[1]) if said else CITES
        measure = f"{described['libelle']}, nombre {of(each[1])}"
        blocks.append(ChartBlock(crosstab(counted, lines, columns, measure=measure, nouns=each, **named)))
    return blocks


def _bodies(site: CitePublication | None, code: str) -> dict[str, list[str]] | None:
    """The actors that sit in each body of the Cité; a body that it does not describe is left out."""
    if site is None:
        return None
    own = site.estimates(code)
    own = own[(own["statut"] == "ok") & (own["croisement_modalite"] != "")]
    bodies = {
        str(body): rows.loc[rows["valeur"].fillna(0) > 0, "modalite"].tolist()
        for body, rows in own.groupby("croisement_modalite")
    }
    return bodies or None


def _unit(publication: Publication, code: str) -> str:
    units = publication.codebook.vocabulary("unite@1")
    return units.libelle(code) if code in units.codes else code


def _number(row: Any) -> str:
    """A value of the table of estimates in words, or the sign that stands for it."""
    if row["statut"] != "ok" or math.isnan(row["valeur"]):
        return str(row["statut"]) if row["statut"] in ("s", "nd") else "///"
    if row["unite"] == "pourcentage":
        return percent(row["valeur"], 0)
    if row["unite"] == "euros":
        return f"{number(row['valeur'], 0)}{NBSP}€"
    return number(row["valeur"], None if abs(row["valeur"]) < 10 else 0)
