"""The territory of a Cité: its priority neighbourhoods in Insee's files, beside the other ones.

Counts are summed over neighbourhoods, and a sum with blanks in it is « at least »: `valeur` is the sum of what is
published, `valeur_haute` adds the largest values that withheld counts may have (see `data.insee.values`); both leave out
the neighbourhoods that are not available, which `manquants` counts: where there are some, no upper bound holds for the
whole perimeter. Rates, medians and ratios are never summed nor averaged: each neighbourhood
keeps its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..codebook.insee import InseeColumn, load_insee_names
from ..data.dataset import Dataset
from .indicator import Indicator, indicator
from .questions import frame_of

__all__ = ["INDICATORS"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

CATEGORIES = {"defm_abc": "abc", "defm_a": "a"}
CUTS = ("sexe", "age", "duree", "qualification")
RATES = (
    "taux_emploi",
    "taux_emploi_femmes",
    "taux_emploi_etrangers",
    "part_emplois_precaires",
    "part_emplois_duree_limitee",
    "taux_pauvrete",
    "revenu_median",
)
NO_QUARTER = "aucun quartier prioritaire rattaché à cette Cité"
NO_OTHER = "aucun autre quartier prioritaire à comparer"
MISSING, WITHHELD = "aucune valeur dans le fichier pour ces quartiers", "valeurs sous secret"
_SOURCE = "Insee, bases par quartier prioritaire (data/raw/insee)"


@dataclass(frozen=True)
class Cells:
    """One indicator in one edition: a value, a status and a ceiling per neighbourhood (Q)."""

    edition: str
    date: str
    source: str
    unite: str
    value: Floats
    status: npt.NDArray[np.object_]
    ceiling: Floats

    @property
    def known(self) -> Bools:
        known: Bools = self.status == "ok"
        return known


@dataclass(frozen=True)
class Places:
    """Perimeters of neighbourhoods: `members[p, q]` is true where the neighbourhood q belongs to the perimeter `keys[p]`."""

    codes: tuple[str, ...]
    keys: tuple[tuple[str, str], ...]
    members: Bools

    def columns(self) -> dict[str, list[str]]:
        return {
            "perimetre_type": [kind for kind, _ in self.keys],
            "perimetre_id": [ident for _, ident in self.keys],
        }


def _cells(dataset: Dataset, wanted: Sequence[str]) -> dict[str, list[Cells]]:
    """The cells of these indicators, by indicator then by edition; neighbourhoods in the order of the table `qpv`."""
    table = dataset["insee_qpv"]
    table = table[table["indicateur"].isin(wanted)]
    codes = list(dataset["qpv"]["code_qpv"])
    found: dict[str, list[Cells]] = {}
    for (name, edition), rows in table.groupby(["indicateur", "edition"], observed=True, sort=True):
        rows = rows.set_index("code_qpv").reindex(codes)
        first = rows.iloc[0]
        found.setdefault(str(name), []).append(
            Cells(
                str(edition),
                str(first["date_reference"]),
                str(first["source"]),
                str(first["unite"]),
                rows["valeur"].to_numpy(dtype=np.float64),
                rows["statut"].astype("object").to_numpy(),
                rows["plafond"].to_numpy(dtype=np.float64),
            )
        )
    return found


def _places(dataset: Dataset) -> Places:
    """Each Cité's neighbourhoods, the others of its départements, the others of its region; then all of them."""
    qpv, attached = dataset["qpv"], dataset["rattachement_qpv"]
    codes = pd.Index(qpv["code_qpv"])
    departement, region = qpv["departement"].to_numpy(), qpv["code_region"].to_numpy()
    own_departements = dataset["cite_departements"].groupby("id_cde")["code_departement"].agg(set).to_dict()
    by_cite = attached.groupby("id_cde")["code_qpv"].agg(list).to_dict()
    keys: list[tuple[str, str]] = []
    members: list[Bools] = []
    cites = dataset["cites"]
    for cite, code_region in zip(cites["id_cde"], cites["code_region"], strict=True):
        own = np.zeros(len(codes), dtype=bool)
        places = codes.get_indexer(pd.Index(by_cite.get(cite, [])))
        own[places[places >= 0]] = True
        near = own_departements.get(cite) or set(departement[own])
        keys += [("cite", cite), ("autres_qpv_departement", cite), ("autres_qpv_region", cite)]
        members += [own, np.isin(departement, sorted(near)) & ~own, (region == str(code_region)) & ~own]
    keys.append(("tous_qpv", ""))
    members.append(np.ones(len(codes), dtype=bool))
    return Places(tuple(codes), tuple(keys), np.vstack(members))


def _sums(cells: Cells, places: Places) -> pd.DataFrame:
    """The sum of a count over each perimeter, with its bounds and what is missing in it."""
    inside = places.members.astype(np.float64)
    known, withheld, absent = (cells.status == said for said in ("ok", "s", "nd"))
    total = inside @ np.where(known, cells.value, 0.0)
    n, secret, missing, base = (
        inside @ flag.astype(np.float64) for flag in (known, withheld, absent, np.ones(len(known), dtype=bool))
    )
    # A ceiling that is not known makes the whole bound unknown.
    ceiling = inside @ np.where(withheld & ~np.isnan(cells.ceiling), cells.ceiling, 0.0)
    boundless = inside @ (withheld & np.isnan(cells.ceiling)).astype(np.float64) > 0
    own = np.array([kind == "cite" for kind, _ in places.keys])
    some = n > 0
    status = np.select([some, (base == 0) & ~own, secret > 0], ["ok", "nc", "s"], "nd")
    reason = np.select([some, (base == 0) & own, base == 0, secret > 0], ["", NO_QUARTER, NO_OTHER, WITHHELD], MISSING)
    return pd.DataFrame(
        {
            **places.columns(),
            "date_reference": cells.date,
            "edition": cells.edition,
            "source": cells.source,
            "valeur": np.where(some, total, np.nan),
            "valeur_basse": np.where(some, total, np.nan),
            "valeur_haute": np.where(boundless | ~some, np.nan, total + ceiling),
            "n": n,
            "base": base,
            "manquants": missing,
            "hors_echelle": secret,
            "unite": cells.unite,
            "statut": status,
            "motif": reason,
        }
    )


def _job_seekers(dataset: Dataset) -> Iterator[tuple[dict[str, str], list[Cells]]]:
    """The counts of job-seekers, whole then cut: the columns of their key, their editions in the order of time."""
    columns: dict[str, InseeColumn] = {
        column.indicateur: column
        for column in load_insee_names().familles["IPRO"].colonnes.values()
        if column.base in CATEGORIES and len(column.coupes) < 2 and all(cut in CUTS for cut, _ in column.coupes)
    }
    read = _cells(dataset, list(columns))
    for name, column in columns.items():
        if name in read:
            cut, code = column.coupes[0] if column.coupes else ("", "")
            key = {"modalite": CATEGORIES[column.base], "croisement": cut, "croisement_modalite": code}
            yield key, read[name]


def _stack(parts: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True) if parts else frame_of([])


@indicator(
    libelle="Demandeurs d’emploi des quartiers prioritaires",
    definition="Demandeurs d’emploi inscrits en fin de mois, catégories A, B et C (« abc ») ou A seule (« a »), des quartiers prioritaires d’une Cité, "
    "des autres quartiers de son département et de sa région, de tous ; par sexe, âge, ancienneté et niveau de formation.",
    formule="somme des effectifs publiés, « au moins » ; borne haute : plus chaque effectif sous secret à sa plus grande valeur possible",
    base="les quartiers du périmètre présents dans un fichier de l’Insee au moins ; « n » ont une valeur",
    unite="personnes",
    source=_SOURCE,
    secret="public",
)
def demandeurs_emploi(dataset: Dataset) -> pd.DataFrame:
    if dataset["insee_qpv"].empty:
        return frame_of([])
    places = _places(dataset)
    parts = []
    for key, editions in _job_seekers(dataset):
        for cells in editions:
            rows = _sums(cells, places)
            # Where there is nothing to cut, the whole says so once.
            parts.append((rows[rows["base"] > 0] if key["croisement"] else rows).assign(**key))
    return _stack(parts)


def _spans(editions: Sequence[Cells], places: Places) -> dict[tuple[int, int], Bools]:
    """The pairs of editions to compare, each with the perimeters that it concerns: one to the next, first to last.

    A Cité's are those that cover it: an edition of a few neighbourhoods elsewhere does not come between its own. Covering
    is holding at least half as many of its neighbourhoods as the edition that has the most.
    """
    inside = places.members.astype(np.float64)
    present = np.array([inside @ (cells.status != "nd").astype(np.float64) for cells in editions])
    covers = (present > 0) & (2 * present >= present.max(axis=0))
    perimeters: dict[str, list[int]] = {}
    for p, (_, ident) in enumerate(places.keys):
        perimeters.setdefault(ident, []).append(p)
    found: dict[tuple[int, int], Bools] = {}
    for members in perimeters.values():
        own = covers[:, members[0]]
        used = [int(e) for e in np.flatnonzero(own if own.any() else covers[:, -1])]
        for span in (*pairwise(used), *([(used[0], used[-1])] if len(used) > 2 else [])):
            wanted = found.setdefault(span, np.zeros(len(places.keys), dtype=bool))
            # With all neighbourhoods, which every Cité is compared with.
            wanted[[*members, -1]] = True
    return found


def _warned(indicateur: str, earlier: str, later: str) -> str:
    """Why two editions must not be compared, or else with which care; empty when nothing is known against it."""
    known = load_insee_names().warnings(indicateur, earlier, later)
    breaks = [said.raison for said in known if said.niveau == "rupture"]
    return " ".join(breaks or [said.raison for said in known])


@indicator(
    libelle="Évolution des demandeurs d’emploi des quartiers prioritaires",
    definition="Évolution des demandeurs d’emploi d’une date à la suivante, et de la première à la dernière, aux mêmes périmètres.",
    formule="somme à la seconde date rapportée à la somme à la première, moins un, en %, sur les seuls quartiers publiés aux deux dates",
    base="les quartiers du périmètre ; « n » ont une valeur aux deux dates ; le motif dit pourquoi deux éditions se comparent mal",
    unite="pourcentage",
    source=_SOURCE,
    secret="public",
)
def demandeurs_emploi_evolution(dataset: Dataset) -> pd.DataFrame:
    if dataset["insee_qpv"].empty:
        return frame_of([])
    places = _places(dataset)
    inside = places.members.astype(np.float64)
    base = inside.sum(axis=1)
    parts = []
    for key, editions in _job_seekers(dataset):
        for (i, j), wanted in _spans(editions, places).items():
            first, last = editions[i], editions[j]
            both = first.known & last.known
            before, after = (inside @ np.where(both, cells.value, 0.0) for cells in (first, last))
            n = inside @ both.astype(np.float64)
            with np.errstate(divide="ignore", invalid="ignore"):
                change = np.where(before > 0, (after / before - 1) * 100, np.nan)
            rows = pd.DataFrame(
                {
                    **places.columns(),
                    **key,
                    "date_reference": last.date,
                    "edition": f"{first.edition} à {last.edition}",
                    "source": last.source,
                    "valeur": change,
                    "n": n,
                    "base": base,
                    "manquants": base - n,
                    "unite": "pourcentage",
                    "motif": _warned("defm", first.edition, last.edition),
                }
            )
            parts.append(rows[(rows["n"] > 0) & wanted])
    return _stack(parts)


@indicator(
    libelle="Demandeurs d’emploi de l’ensemble des QPV, publiés par l’Insee",
    definition="Ligne « Ensemble » des éditions qui en ont une : elle compte aussi les quartiers dont l’effectif n’est pas montré.",
    formule="valeur lue dans le fichier, arrondie par l’Insee ; elle n’est pas la somme des quartiers",
    base="l’ensemble des quartiers prioritaires, tel que l’Insee le définit dans l’édition",
    unite="personnes",
    source=_SOURCE,
    secret="public",
)
def demandeurs_emploi_ensemble(dataset: Dataset) -> pd.DataFrame:
    table = dataset["insee_ensemble"]
    table = table[table["indicateur"].isin(list(CATEGORIES))]
    return pd.DataFrame(
        {
            "modalite": table["indicateur"].map(CATEGORIES),
            "perimetre_type": "tous_qpv",
            **{name: table[name] for name in ("date_reference", "edition", "source", "valeur", "unite")},
        }
    )


@indicator(
    libelle="Taux des quartiers prioritaires",
    definition="Taux d’emploi, part des emplois précaires ou à durée limitée, taux de pauvreté, revenu disponible médian de chaque quartier prioritaire.",
    formule="valeur publiée ; ni somme ni moyenne de quartiers. Une édition qui reprend les valeurs de la précédente n’est pas répétée",
    base="les quartiers présents dans un fichier de l’Insee au moins",
    unite="pourcentage",
    source=_SOURCE,
    secret="public",
)
def taux_qpv(dataset: Dataset) -> pd.DataFrame:
    if dataset["insee_qpv"].empty:
        return frame_of([])
    codes = list(dataset["qpv"]["code_qpv"])
    parts = []
    for name, editions in _cells(dataset, RATES).items():
        former: Cells | None = None
        for cells in editions:
            if former is not None and np.array_equal(former.value, cells.value, equal_nan=True):
                continue
            former = cells
            parts.append(
                pd.DataFrame(
                    {
                        "modalite": name,
                        "perimetre_type": "qpv",
                        "perimetre_id": codes,
                        "date_reference": cells.date,
                        "edition": cells.edition,
                        "source": cells.source,
                        "valeur": cells.value,
                        "unite": cells.unite,
                        "statut": cells.status,
                    }
                )
            )
    return _stack(parts)


@indicator(
    libelle="Quartiers prioritaires rattachés à la Cité",
    definition="Nombre de quartiers prioritaires de 2015 rattachés à la Cité : liste fournie (« fournie ») ou approximation par les communes (« communes »), "
    "qui peut en prendre trop ou trop peu ; à lire à côté du nombre documenté, quand il y en a un.",
    formule="nombre de codes distincts",
    base="les quartiers présents dans un fichier de l’Insee au moins",
    unite="qpv",
    source=_SOURCE,
    secret="public",
)
def qpv_rattaches(dataset: Dataset) -> pd.DataFrame:
    attached = dataset["rattachement_qpv"]
    if dataset["insee_qpv"].empty:
        return frame_of([])
    counted = attached.groupby("id_cde").agg(n=("code_qpv", "nunique"), methode=("methode", "first"))
    counted = counted.reindex(list(dataset["cites"]["id_cde"]))
    found = counted["n"].notna()
    return pd.DataFrame(
        {
            "modalite": counted["methode"].fillna("communes").to_numpy(),
            "perimetre_type": "cite",
            "perimetre_id": counted.index.to_numpy(),
            "valeur": counted["n"].to_numpy(dtype=np.float64),
            "n": counted["n"].fillna(0).to_numpy(dtype=np.float64),
            "motif": np.where(found, "", NO_QUARTER),
        }
    )


@indicator(
    libelle="Habitants des quartiers prioritaires",
    definition="Population municipale des quartiers prioritaires d’une Cité, des autres quartiers de son département et de sa région, de tous.",
    formule="somme des populations publiées, « au moins » quand il en manque",
    base="les quartiers du périmètre présents dans un fichier de l’Insee au moins ; « n » ont une valeur",
    unite="habitants",
    source=_SOURCE,
    secret="public",
)
def territoire_population(dataset: Dataset) -> pd.DataFrame:
    if dataset["insee_qpv"].empty:
        return frame_of([])
    places = _places(dataset)
    return _stack([_sums(cells, places) for cells in _cells(dataset, ["population"]).get("population", [])])


INDICATORS: tuple[Indicator, ...] = (
    demandeurs_emploi,
    demandeurs_emploi_evolution,
    demandeurs_emploi_ensemble,
    taux_qpv,
    qpv_rattaches,
    territoire_population,
)
