"""The analyses as tables, for the publication: made at preparation, read by pages, made again for other choices.

Everything comes from the returns, so that Cités may be named. Lists of Cités are identifiers separated by spaces.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...stats.qca import membership
from ...stats.qca.minimisation import Kind
from .analysis import SOLUTIONS, Configurations, Cuts, ModelFound, Side, analyse, case_table
from .declared import CONDITIONS, OUTCOMES
from .robustness import robustness
from .sets import CaseSets, Measures, calibrated, measures_from, measures_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...data.dataset import Dataset

__all__ = ["COLUMNS", "COTES", "MEASURES", "WORDS_OF_KIND", "publish_configurations", "tables_of"]

MEASURES = "configurations_mesures"
COTES = ("presence", "absence")
WORDS_OF_KIND: dict[Kind, str] = {
    "conservative": "conservatrice",
    "intermediate": "intermediaire",
    "parsimonious": "parcimonieuse",
}
FIRST: tuple[Kind, ...] = ("intermediate", "conservative", "parsimonious")  # the one that plots and sentences show
_FIT = ("inclusion", "pri", "couverture", "couverture_propre", "typiques", "deviantes")

COLUMNS: dict[str, dict[str, str]] = {
    # One row an outcome and a side: what was asked, what chance gives, whether a solution may be announced, and why
    # there is none (a sentence in `conservatrice`…, empty where there is a solution).
    "configurations": dict.fromkeys(("resultat", "cote", "conditions"), "str")
    | {"cites": "int64", "au_resultat": "int64", "effectif": "int64", "inclusion": "float64", "pri": "float64"}
    | {"annoncee": "bool", "part": "float64", "part_hasard": "float64", "p": "float64", "p_erreur": "float64"}
    | {"tirages": "int64", **dict.fromkeys((*WORDS_OF_KIND.values(), "ecartees"), "str")},
    # One row a combination that some Cité has; `configuration`: 0 and 1 in the order of the conditions.
    "configurations_lignes": {"resultat": "str", "cote": "str", "ligne": "int64", "configuration": "str"}
    | {"cites": "int64", "inclusion": "float64", "pri": "float64", "issue": "str", "membres": "str"}
    | {"deviantes": "str"},
    # One row a term of a model, and one for the model as a whole (`terme` empty); every tied model.
    "configurations_termes": {"resultat": "str", "cote": "str", "solution": "str", "modele": "int64"}
    | {"expression": "str", "terme": "str", **dict.fromkeys(_FIT[:4], "float64")}
    | dict.fromkeys((*_FIT[4:], "non_couvertes", "hypotheses"), "str"),
    "configurations_necessaires": {"resultat": "str", "cote": "str", "expression": "str", "inclusion": "float64"}
    | {"couverture": "float64", "pertinence": "float64"},
    "configurations_robustesse": dict.fromkeys(("resultat", "cote", "terme", "famille", "variation", "etat"), "str"),
    # One row a Cité: its combination, its outcome ("oui", "non", empty where not known), its degrees of membership in
    # the outcome and in the first intermediate model of each side, and how many Cités share its combination.
    "configurations_cites": {"resultat": "str", "id_cde": "str", "ligne": "Int64", "mots": "str"}
    | {"au_resultat": "str", "place": "str", "manque": "str", "partagent": "Int64", "partagent_au_resultat": "Int64"}
    | {"degre_resultat": "float64", "degre_presence": "float64", "degre_absence": "float64", "libelle_resultat": "str"},
}


def publish_configurations(dataset: Dataset) -> dict[str, pd.DataFrame]:
    """The tables of `COLUMNS` for every declared outcome, and the measures that they are made from.

    All empty for a campagne without returns.
    """
    if dataset["retours"].empty:
        return {MEASURES: pd.DataFrame(columns=["id_cde", "nom", *CONDITIONS, *OUTCOMES]), **_tables({})}
    measures = measures_table(dataset)
    made = [tables_of(measures_from(measures, outcome)) for outcome in OUTCOMES]
    return {MEASURES: measures, **{name: pd.concat([m[name] for m in made], ignore_index=True) for name in COLUMNS}}


def tables_of(measures: Measures, cuts: Cuts | None = None) -> dict[str, pd.DataFrame]:
    """The tables of one outcome, robustness included, for any conditions, anchors and cuts."""
    found = analyse(calibrated(measures), cuts)
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in COLUMNS}
    for cote, side in zip(COTES, (found.presence, found.absence), strict=True):
        key = (measures.outcome.id, cote)
        rows["configurations"].append((*key, *_headline(found, side)))
        rows["configurations_lignes"] += [(*key, *row) for row in _rows(side)]
        rows["configurations_termes"] += [(*key, *row) for row in _terms(found.sets, side)]
        rows["configurations_necessaires"] += [
            (*key, one.expression, one.inclusion, one.coverage, one.relevance) for one in side.necessary
        ]
        moved = robustness(measures, found.cuts, negated=side.negated)
        rows["configurations_robustesse"] += [(*key, *row) for row in moved.itertuples(index=False)]
    rows["configurations_cites"] = [(measures.outcome.id, *row) for row in _cites(measures, found)]
    return _tables(rows)


def _tables(rows: dict[str, list[tuple[Any, ...]]]) -> dict[str, pd.DataFrame]:
    return {
        name: pd.DataFrame(rows.get(name, []), columns=list(columns)).astype(columns)
        for name, columns in COLUMNS.items()
    }


def _headline(found: Configurations, side: Side) -> tuple[Any, ...]:
    sets, chance = found.sets, side.chance
    here = sum((value > 0.5) != side.negated for value in sets.outcome)
    lot = (chance.observed, chance.by_chance, chance.p, chance.error, chance.deals) if chance else (None,) * 4 + (0,)
    return (
        " ".join(c.id for c in sets.conditions),
        len(sets.cases),
        here,
        found.cuts.n,
        found.cuts.inclusion,
        found.cuts.pri,
        side.claimed,
        *lot,
        *(side.reasons.get(kind, "") for kind in SOLUTIONS),
        _numbers(side.contradictory),
    )


def _rows(side: Side) -> list[tuple[Any, ...]]:
    return [
        (
            row.number,
            "".join(str(value) for value in row.configuration),
            row.n,
            row.inclusion,
            row.pri,
            row.output,
            _idents(row.cases),
            _idents(row.deviant),
        )
        for row in (side.table.rows if side.table else ())
    ]


def _terms(sets: CaseSets, side: Side) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for kind, models in side.models.items():
        for number, model in enumerate(models, start=1):
            key = (WORDS_OF_KIND[kind], number, model.expression)
            fit = model.fit
            rows.append((*key, "", fit.inclusion, fit.pri, fit.coverage, None, *_whole(model)))
            for term in fit.terms:
                cases = (_idents(sets.cases[i] for i in places) for places in (term.typical, term.deviant))
                figures = (term.inclusion, term.pri, term.coverage, term.unique_coverage)
                rows.append((*key, term.term, *figures, *cases, "", ""))
    return rows


def _whole(model: ModelFound) -> tuple[str, ...]:
    return (*(_idents(c) for c in (model.typical, model.deviant, model.uncovered)), _numbers(model.assumptions))


def _cites(measures: Measures, found: Configurations) -> list[tuple[Any, ...]]:
    level = measures.outcome
    degrees = _degrees(measures, found)
    table = case_table(found)
    groups = table[table["manque"] == ""].groupby("configuration")["bon_niveau"]
    size, reached = groups.size().to_dict(), groups.sum().to_dict()
    rows = []
    for row in table.to_dict("records"):
        ident, words = row["id_cde"], row["configuration"]
        known = not row["manque"]
        rows.append(
            (
                ident,
                row["ligne"],
                words,
                ("oui" if row["bon_niveau"] else "non") if known else "",
                row["place"],
                row["manque"],
                size[words] - 1 if known else pd.NA,
                reached[words] if known else pd.NA,
                *(degrees[name].get(ident) for name in ("resultat", *COTES)),
                level.presence,
            )
        )
    return rows


def _degrees(measures: Measures, found: Configurations) -> dict[str, dict[str, float]]:
    """Degrees of membership, for plots: by the same anchors, whose crossovers are the thresholds of the analysis."""
    by_degree = calibrated(replace(measures, fuzzy=True))
    degrees = {"resultat": dict(zip(by_degree.cases, by_degree.outcome, strict=True))}
    for cote, side in zip(COTES, (found.presence, found.absence), strict=True):
        degrees[cote] = {}
        models = next((side.models[kind] for kind in FIRST if kind in side.models), ())
        if models:
            held = membership(models[0].expression, by_degree.sets)
            degrees[cote] = dict(zip(by_degree.cases, held.tolist(), strict=True))
    return degrees


def _idents(cases: Iterable[Any]) -> str:
    return " ".join(str(case) for case in cases)


def _numbers(rows: Iterable[int]) -> str:
    return " ".join(str(number) for number in rows)
