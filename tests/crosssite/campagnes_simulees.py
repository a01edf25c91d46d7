"""Simulated campagnes, made once for the tests: the demonstration's returns, whole or cut to ten awkward Cités."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd

from citesresearch.crosssite import EXPLORED, Cases, Finding, cases_of, find_all
from citesresearch.crosssite.known_truth import simulate
from citesresearch.data.dataset import Dataset

SEED = 84
# Of the explored pairs, those of the copilotage and one outcome of each other predictor: enough, and half the time.
SOME = tuple(
    pair
    for pair in EXPLORED
    if pair.predictor in ("copilotage", "type_copilotage")
    or pair.outcome in ("satisfaction_axe_2", "coordination_apres")
)


@cache
def whole() -> Dataset:
    return simulate(SEED, 1.0)


@cache
def whole_cases() -> Cases:
    return cases_of(whole())


@cache
def whole_findings() -> tuple[Finding, ...]:
    return find_all(whole_cases(), explored=SOME)


def among(dataset: Dataset, cites: list[str]) -> Dataset:
    """The same campagne with these Cités only, in every table that names Cités."""
    tables = {
        name: table[table["id_cde"].isin(cites)].reset_index(drop=True) if "id_cde" in table else table
        for name, table in dataset.tables.items()
    }
    return replace(dataset, tables=tables)


def without_returns(dataset: Dataset) -> Dataset:
    """A campagne of public facts: nobody has returned anything."""
    kept = ("cites", "cite_communes", "cite_qpv")
    return replace(dataset, tables={name: dataset.tables[name] for name in kept})


@cache
def ten() -> Dataset:
    """Ten Cités: one maturity for all, one Cité alone of its type of copilotage, no survey of actors."""
    types = whole_cases().governance["copilotage_institutionnel.type"].dropna()
    alone = types[types == types.value_counts().index[-1]].index[:1].tolist()
    others = types[types == types.value_counts().index[0]].index[:9].tolist()
    cut = among(whole(), sorted(alone + others))
    same = pd.Series(["premieres_actions"] * len(cut["retours"]), dtype="str")
    return replace(cut, tables={**cut.tables, "retours": cut["retours"].assign(maturite=same)})


@cache
def ten_findings() -> tuple[Finding, ...]:
    return find_all(ten(), explored=SOME)


@cache
def silent_findings() -> tuple[Finding, ...]:
    return find_all(without_returns(whole()), explored=SOME)
