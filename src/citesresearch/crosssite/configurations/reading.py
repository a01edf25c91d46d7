"""What a page reads: the published tables of the declared analysis, or the same made again for other choices.

Other choices start from the measures that the publication carries, never from the returns themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from ...errors import CitesError
from ...french import number
from .analysis import Cuts
from .declared import CONDITIONS, DEFAULT_CONDITIONS, DEFAULT_OUTCOME, OUTCOMES, Condition, GoodLevel
from .published import COLUMNS, MEASURES, tables_of
from .sets import measures_from

__all__ = ["Analysis", "read_configurations"]

CUTS = {"effectif": "n", "inclusion": "inclusion", "pri": "pri"}


@dataclass(frozen=True)
class Analysis:
    """The tables of one outcome, and the choices behind them; `changed`: those that are not the declared ones, in words."""

    outcome: GoodLevel
    conditions: tuple[Condition, ...]
    cuts: Cuts
    changed: tuple[str, ...]
    tables: Mapping[str, pd.DataFrame]

    def rows(self, name: str, cote: str | None = None) -> pd.DataFrame:
        """The rows of a table, of one side (`presence`, `absence`) where it has two."""
        table = self.tables[name]
        return table if cote is None else table[table["cote"] == cote].reset_index(drop=True)


def read_configurations(
    table: Callable[[str], pd.DataFrame], resultat: str = "", conditions: str = "", reperes: str = "", seuils: str = ""
) -> Analysis:
    """The analysis asked for; empty words mean what is declared.

    table: gives a published table by its name (`publication.table`). resultat: a declared outcome. conditions: names of
    declared conditions, separated by spaces or commas. reperes: « CERCLE 12,5 ; maturite 2 »: crossovers of conditions,
    rank from which the level is called good. seuils: « effectif 3 ; inclusion 0,8 ; pri 0,6 ».
    Raises CitesError saying everything that cannot be read.
    """
    outcome = OUTCOMES.get(resultat.strip() or DEFAULT_OUTCOME)
    names = tuple(dict.fromkeys(re.split(r"[\s,;]+", conditions.strip()))) if conditions.strip() else DEFAULT_CONDITIONS
    faults = [] if outcome else [f"résultat « {resultat.strip()} » ; résultats déclarés : {', '.join(OUTCOMES)}"]
    unknown = [name for name in names if name not in CONDITIONS]
    if unknown:
        faults.append(f"condition « {', '.join(unknown)} » ; conditions déclarées : {', '.join(CONDITIONS)}")
    movable = {*names, outcome.id} if outcome else set(names)
    moved = _numbers(reperes, movable, "repère", faults)
    cuts = _numbers(seuils, set(CUTS), "seuil", faults)
    for name, value in {**moved, **cuts}.items():
        _check(name, value, outcome, faults)
    if faults or outcome is None:
        raise CitesError("Réglages de l’analyse à corriger :\n" + "\n".join(f"  - {fault}." for fault in faults))
    declared = Cuts()
    chosen = Cuts(
        int(cuts.get("effectif", declared.n)), cuts.get("inclusion", declared.inclusion), cuts.get("pri", declared.pri)
    )
    sets = tuple(CONDITIONS[name].moved(moved[name]) if name in moved else CONDITIONS[name] for name in names)
    level = outcome.moved(int(moved[outcome.id])) if outcome.id in moved else outcome
    changed = _changed(sets, level, chosen, declared)
    if not changed:
        tables = {name: _of_outcome(table(name), outcome.id) for name in COLUMNS}
    else:
        measures = measures_from(table(MEASURES), outcome.id, names)
        tables = tables_of(replace(measures, conditions=sets, outcome=level), chosen)
    return Analysis(level, sets, chosen, changed, tables)


def _of_outcome(table: pd.DataFrame, outcome: str) -> pd.DataFrame:
    return table[table["resultat"] == outcome].reset_index(drop=True)


def _numbers(text: str, names: set[str], what: str, faults: list[str]) -> dict[str, float]:
    """« name number » pairs separated by semicolons."""
    found: dict[str, float] = {}
    for part in filter(None, (piece.strip() for piece in re.split(r"[;\n]", text))):
        read = re.fullmatch(r"(\w{1,60})(?:\s{0,3}[=:])?\s{0,3}(\d{1,9}(?:[.,]\d{1,9})?)", part)
        if read is None or read[1] not in names or read[1] in found:
            expected = ", ".join(sorted(names))
            faults.append(f"{what} « {part} » ; attendu : un nom ({expected}), chacun une fois, puis un nombre")
        else:
            found[read[1]] = float(read[2].replace(",", "."))
    return found


def _check(name: str, value: float, outcome: GoodLevel | None, faults: list[str]) -> None:
    whole = "effectif" if name == "effectif" else outcome.id if outcome else ""
    if name == whole and (value != int(value) or value < (1 if name == "effectif" else 2)):
        least = "1 au moins" if name == "effectif" else "2 au moins (1 est le rang le plus bas)"
        faults.append(f"« {name} {number(value)} » ; attendu : un nombre entier, {least}")
    if (name == "inclusion" and not 0.5 < value <= 1) or (name == "pri" and not 0 <= value <= 1):
        between = "plus de 0,5, 1 au plus" if name == "inclusion" else "de 0 à 1"
        faults.append(f"« {name} {number(value)} » ; attendu : {between}")


def _changed(sets: tuple[Condition, ...], level: GoodLevel, cuts: Cuts, declared: Cuts) -> tuple[str, ...]:
    said = []
    if tuple(c.id for c in sets) != DEFAULT_CONDITIONS:
        said.append(f"conditions {', '.join(c.libelle for c in sets)}")
    for c in sets:
        if c.anchors != CONDITIONS[c.id].anchors:
            said.append(f"{c.libelle} : bascule à {number(c.anchors.crossover)}")
    if level.rang != OUTCOMES[level.id].rang:
        said.append(f"{level.libelle} : dès le rang {level.rang}")
    for name, field in CUTS.items():
        if getattr(cuts, field) != getattr(declared, field):
            said.append(f"{name} d’au moins {number(getattr(cuts, field))}")
    return tuple(said)
