"""Insee's files by priority neighbourhood (geography of 2015): every edition of a folder, in one long table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ...codebook.insee import InseeColumn, InseeNames, load_insee_names
from ...french import date as date_words
from ...french import listing, plural
from ..checking.problems import Collector, Problem, Problems
from .cells import departement_of
from .doubts import compare_editions
from .edition import STATUSES, Edition
from .files import find_files
from .rattachement import attach, say_later
from .values import read_edition

__all__ = ["TABLES", "read_insee"]

TABLES = ("insee_qpv", "insee_ensemble", "qpv", "rattachement_qpv")


def read_insee(folder: Path | None, tables: Mapping[str, pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], Problems]:
    """Read every file of Insee in `folder`, and attach the Cités of a campagne to the neighbourhoods.

    `tables` are the campagne's: `cite_communes` and `cite_qpv` attach. Returns the tables of `TABLES`, with `sources`
    completed by those of the families read; nothing where the folder has no file. Never raises for what files hold.
    """
    if folder is None:
        return {}, Problems()
    names = load_insee_names()
    found = find_files(folder, names)
    problems = found.problems
    editions: list[Edition] = []
    for file in found.files:
        edition, more = read_edition(file, names)
        problems += more
        if edition is not None:
            editions.append(edition)
    editions, more = compare_editions(editions)
    problems += more
    if not editions:
        return {}, Problems([*problems, *say_later(tables.get("cite_qpv"), found.correspondance)])
    qpv = _neighbourhoods(editions, names)
    attached, more = attach(qpv, tables, names, found.correspondance)
    problems += [*more, *(_described(edition, attached, names) for edition in editions)]
    read = {
        "insee_qpv": _long(editions, list(qpv["code_qpv"]), names),
        "insee_ensemble": _totals(editions, names),
        "qpv": qpv,
        "rattachement_qpv": attached,
    }
    if "sources" in tables:
        read["sources"] = _sources(tables["sources"], editions, names)
    return read, Problems(problems)


def _described(edition: Edition, attached: pd.DataFrame, names: InseeNames) -> Problem:
    """What a file is taken for: its edition, its dates, its neighbourhoods, the Cités that have some of them."""
    dates = {column.date: names.date(column.date, edition.famille, edition.annee) for column in edition.columns}
    told = [f"{names.regles[rule].libelle} : {date_words(date)}" for rule, date in dates.items() if date]
    cites = attached.loc[attached["code_qpv"].isin(edition.codes), "id_cde"].nunique()
    notes = Collector(edition.fichier)
    notes.add(
        "fichier_insee",
        f"édition {edition.name} ; {listing(told) if told else 'date des mesures non établie'} ; "
        f"{plural(len(edition.codes), 'quartier')} ; {plural(cites, 'Cité rattachée', 'Cités rattachées')}",
        "",
        gravite="information",
    )
    return notes.found[0]


def _neighbourhoods(editions: Sequence[Edition], names: InseeNames) -> pd.DataFrame:
    """One row per neighbourhood of any edition; its words come from the latest file that has them."""
    labels: dict[str, str] = {}
    communes: dict[str, str] = {}
    for edition in sorted(editions, key=lambda e: e.annee):
        for code, label, place in zip(edition.codes, edition.libelles, edition.communes, strict=True):
            labels[code] = label or labels.get(code, "")
            communes[code] = place or communes.get(code, "")
    codes = sorted(labels)
    departements = [departement_of(code) for code in codes]
    return pd.DataFrame(
        {
            "code_qpv": codes,
            "libelle": [labels[code] for code in codes],
            "departement": departements,
            "code_region": [names.regions.get(place, "") for place in departements],
            "communes": [communes[code] for code in codes],
        }
    ).astype("str")


def _long(editions: Sequence[Edition], codes: list[str], names: InseeNames) -> pd.DataFrame:
    """One row per edition, indicator and neighbourhood, those that the file does not have included (`nd`)."""
    index = pd.Index(codes)
    columns: list[tuple[Edition, InseeColumn]] = []
    values, statuses, ceilings = [], [], []
    for edition in editions:
        place = index.get_indexer(pd.Index(edition.codes))
        shape = len(codes), len(edition.columns)
        value, ceiling = np.full(shape, np.nan), np.full(shape, np.nan)
        status = np.full(shape, STATUSES.index("nd"), dtype=np.int8)
        value[place], status[place], ceiling[place] = edition.value, edition.status, edition.ceiling
        columns += [(edition, column) for column in edition.columns]
        values.append(value.T.ravel())
        statuses.append(status.T.ravel())
        ceilings.append(ceiling.T.ravel())

    def repeated(said: list[str]) -> pd.Categorical:
        return pd.Categorical(np.repeat(np.array(said, dtype=object), len(codes)))

    return pd.DataFrame(
        {
            "code_qpv": pd.Categorical.from_codes(
                np.tile(np.arange(len(codes)), len(columns)).astype(np.int32), categories=pd.Index(codes)
            ),
            "indicateur": repeated([column.indicateur for _, column in columns]),
            "date_reference": repeated([names.date(c.date, e.famille, e.annee) for e, c in columns]),
            "edition": repeated([edition.name for edition, _ in columns]),
            "valeur": np.concatenate(values),
            "statut": pd.Categorical.from_codes(np.concatenate(statuses), categories=pd.Index(STATUSES)),
            "plafond": np.concatenate(ceilings),
            "additif": np.repeat([column.additif for _, column in columns], len(codes)),
            "unite": repeated([column.unite for _, column in columns]),
            "source": repeated([names.familles[e.famille].id_source for e, _ in columns]),
        }
    )


def _totals(editions: Sequence[Edition], names: InseeNames) -> pd.DataFrame:
    """What Insee publishes of all neighbourhoods together (the row « Ensemble » of some editions)."""
    rows = []
    for edition in editions:
        for column in edition.columns:
            if column.indicateur in edition.ensemble:
                rows.append(
                    (
                        column.indicateur,
                        names.date(column.date, edition.famille, edition.annee),
                        edition.name,
                        edition.ensemble[column.indicateur],
                        column.unite,
                        names.familles[edition.famille].id_source,
                    )
                )
    frame = pd.DataFrame(rows, columns=["indicateur", "date_reference", "edition", "valeur", "unite", "source"])
    return frame.astype({name: "str" for name in frame.columns if name != "valeur"}).astype({"valeur": "float64"})


def _sources(known: pd.DataFrame, editions: Sequence[Edition], names: InseeNames) -> pd.DataFrame:
    """The campagne's sources, and those of the families read that it does not name itself."""
    said = set(known["id_source"])
    more = []
    for code in sorted({edition.famille for edition in editions}):
        if names.familles[code].id_source not in said:
            years = listing(sorted(str(edition.annee) for edition in editions if edition.famille == code))
            more.append({**names.familles[code].source, "periode": f"éditions {years}"})
    if not more:
        return known
    added = pd.DataFrame(more).reindex(columns=known.columns)
    added["externe"] = True
    return pd.concat([known, added.astype(known.dtypes.to_dict())], ignore_index=False)
