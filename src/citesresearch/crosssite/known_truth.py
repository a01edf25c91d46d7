"""Do the analyses find what was put in, and nothing else? Campagnes whose truth is known, drawn without files.

`python -m citesresearch.crosssite.known_truth --runs 200` prints the table of docs/methodes/constats.md. Each run draws
the demonstration's returns for another seed, as they would be read from its files, and makes the confirmatory family.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..codebook import Table, load_codebook
from ..data.campagne import Campagne
from ..data.checking.problems import Problems
from ..data.dataset import Dataset
from ..demonstration import draw_tables
from ..french import number, percent
from ..stats import NotComputable, adjust_pvalues, proportion_interval
from .association import known_values
from .cases import cases_of
from .family import FAMILY, DeclaredPair
from .finding import LEVEL
from .measure import Association, measure
from .outcomes import OUTCOMES
from .predictors import PREDICTORS

__all__ = ["Truth", "known_truth", "simulate", "truth_table"]

FIRST_SEED = 1_000
RESAMPLES = 999
"""Permutations of each simulated pair: the error of one p hardly counts in a rate over runs."""


@dataclass(frozen=True)
class Truth:
    """What `runs` campagnes with links of this strength gave; one value a pair, in the order of `pairs`.

    moyenne: mean of the sizes. signales: share of runs with p ≤ .05; retenus: with Holm's p ≤ .05. couverture: share of
    intervals that hold `moyenne`, taken for the true value. calcules: runs where the pair could be computed.
    famille: share of runs with at least one pair retained.
    """

    strength: float
    runs: int
    pairs: tuple[str, ...]
    calcules: tuple[int, ...]
    moyenne: tuple[float, ...]
    signales: tuple[float, ...]
    retenus: tuple[float, ...]
    couverture: tuple[float, ...]
    famille: float


def simulate(seed: int, strength: float) -> Dataset:
    """A demonstration campagne as it would be read from its files, returns and territories only."""
    codebook = load_codebook()
    tables = {name: _typed(codebook[name], rows) for name, rows in draw_tables(seed, strength).items()}
    campagne = Campagne("simulation", "Simulation", "", "2024-01-31", Path("raw"), Path("processed"), True)
    return Dataset(campagne, codebook, tables, Problems(()), f"{seed:012d}")


def _typed(table: Table, rows: Sequence[dict[str, object]]) -> pd.DataFrame:
    """Rows as a frame with the types that reading gives: text, numbers, yes or no (a float where one is missing)."""
    frame = pd.DataFrame(list(rows), columns=list(table.columns))
    for field in table.fields:
        values = frame[field.name]
        if field.type in ("integer", "number"):
            kind = "int64" if field.type == "integer" and values.notna().all() else "float64"
        elif field.type == "boolean":
            kind = "bool" if values.notna().all() else "float64"
        else:
            kind = "str"
        frame[field.name] = values.astype(np.dtype(kind) if kind != "str" else pd.StringDtype(na_value=np.nan))
    return frame


def known_truth(
    runs: int, strength: float, *, first_seed: int = FIRST_SEED, pairs: Sequence[DeclaredPair] = FAMILY
) -> Truth:
    """Make the family on `runs` campagnes of the given strength, seeds `first_seed` and following."""
    found = [_family(first_seed + i, strength, pairs) for i in range(runs)]
    shape = (runs, len(pairs))
    sizes, lows, highs, ps = (np.full(shape, np.nan) for _ in range(4))
    for i, associations in enumerate(found):
        for j, one in enumerate(associations):
            if one is not None:
                sizes[i, j], ps[i, j] = one.valeur, np.nan if one.p is None else one.p
                lows[i, j] = np.nan if one.bas is None else one.bas
                highs[i, j] = np.nan if one.haut is None else one.haut
    adjusted = np.array([adjust_pvalues(row, "holm", family_size=len(pairs)) for row in ps])
    there = np.isfinite(sizes)
    mean = np.where(there, sizes, 0.0).sum(axis=0) / there.sum(axis=0)
    covered = (lows <= mean) & (mean <= highs)
    known = np.isfinite(lows)

    def share(hits: Any, base: Any) -> tuple[float, ...]:
        return tuple((hits & base).sum(axis=0) / base.sum(axis=0))

    return Truth(
        strength,
        runs,
        tuple(pair.id for pair in pairs),
        tuple(int(n) for n in there.sum(axis=0)),
        tuple(float(m) for m in mean),
        share(ps <= LEVEL, there),
        share(adjusted <= LEVEL, there),
        share(covered, known),
        float((adjusted <= LEVEL).any(axis=1).mean()),
    )


def _family(seed: int, strength: float, pairs: Sequence[DeclaredPair]) -> list[Association | None]:
    cases = cases_of(simulate(seed, strength))
    found: list[Association | None] = []
    for pair in pairs:
        predictor, outcome = PREDICTORS[pair.predictor], OUTCOMES[pair.outcome]
        known = known_values(cases, predictor, outcome)
        x, y = (known[side].to_numpy(dtype="float64") for side in ("x", "y"))
        try:
            found.append(measure(x, y, predictor.key in cases.nominal, n_resamples=RESAMPLES, seed=seed))
        except NotComputable:
            found.append(None)
    return found


def truth_table(without: Truth, given: Truth) -> str:
    """Both experiments side by side, as a Markdown table in French."""
    lines = [
        "| paire | p ≤ 0,05 sans lien | taille moyenne avec liens | p ≤ 0,05 avec liens | retenue (Holm) avec liens | couverture des intervalles, sans puis avec liens |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for j, pair in enumerate(without.pairs):
        cells = [
            f"`{pair}`",
            percent(100 * without.signales[j], 0),
            number(given.moyenne[j], 2),
            percent(100 * given.signales[j], 0),
            percent(100 * given.retenus[j], 0),
            f"{percent(100 * without.couverture[j], 0)} ; {percent(100 * given.couverture[j], 0)}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    wrong = proportion_interval(round(without.famille * without.runs), without.runs)
    lines += [
        "",
        f"Au moins une paire retenue (Holm), sans aucun lien : {percent(100 * without.famille, 1)} des campagnes "
        f"(de {percent(100 * wrong.low, 1)} à {percent(100 * wrong.high, 1)} ; nominal : 5 % au plus) ; "
        f"avec liens : {percent(100 * given.famille, 1)}. {without.runs} campagnes simulées de chaque sorte.",
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table: `--runs` campagnes without links, and as many with links of the declared strength."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--strength", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=FIRST_SEED, help="graine de la première campagne")
    asked = parser.parse_args(arguments)
    both = [known_truth(asked.runs, strength, first_seed=asked.seed) for strength in (0.0, asked.strength)]
    print(truth_table(*both))  # noqa: T201


if __name__ == "__main__":
    main()
