"""Known truth: a configuration planted on the conditions of a campagne, and none; how often each is told as it is.

The conditions of the Cités stay as they are, with their rare and empty combinations; only the outcome is made.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...data.campagne import find_campagne
from ...data.dataset import read_dataset
from ...french import percent
from ...stats.errors import NotComputable
from ...stats.qca import coverage_by_chance, membership, parse
from ...stats.qca.minimisation import Kind
from .analysis import CHANCE_LEVEL, Cuts, solutions_of, table_of
from .sets import CaseSets, case_sets

__all__ = ["KnownTruth", "known_truth", "truth_page"]

PLANTED = ("", "EQUILIBRE*COORDINATION", "COORDINATION*CERCLE", "EQUILIBRE*COORDINATION + ~CERCLE*DOUBLE_ENGAGEMENT")
NOISES = (0.0, 0.05, 0.1)


@dataclass(frozen=True)
class KnownTruth:
    """Rates over `runs` made outcomes. planted: the expression, or "" for none.

    claimed: a solution beyond chance (p ≤ .05). exact: claimed, and a tied model is the planted expression. sound:
    claimed, and in some tied model every term implies the planted expression (nothing false is said). present: mean
    share of Cités in the outcome.
    """

    planted: str
    noise: float
    runs: int
    present: float
    claimed: float
    exact: float
    sound: float


def known_truth(
    sets: CaseSets,
    planted: str = "",
    *,
    noise: float = 0.1,
    prevalence: float = 0.3,
    runs: int = 200,
    cuts: Cuts | None = None,
    kind: Kind = "intermediate",
    deals: int = 199,
    seed: int = 1_000,
) -> KnownTruth:
    """Make outcomes and analyse them. With `planted`, a Cité more in it than out has the outcome, the others do not,
    and each answer is turned round with probability `noise`; without, each has it with probability `prevalence`.

    Reading: without a planted configuration, `claimed` should be near .05 at most; with one, `exact` says how often
    84 Cités are enough to find it.
    """
    chosen = cuts or Cuts()
    rng = np.random.default_rng(seed)
    truth = membership(planted, sets.sets) > 0.5 if planted else None
    size = len(sets.cases)
    counts = {"claimed": 0, "exact": 0, "sound": 0}
    present = 0.0
    for _ in range(runs):
        drawn = rng.random(size) < prevalence if truth is None else truth ^ (rng.random(size) < noise)
        present += float(drawn.mean()) / runs
        made = replace(sets, outcome=tuple(float(here) for here in drawn))
        models = _claimed_models(made, chosen, kind, deals, int(rng.integers(2**31)))
        if not models:
            continue
        counts["claimed"] += 1
        if planted:
            counts["exact"] += any(parse(text) == parse(planted) for text in models)
            counts["sound"] += any(_implies(text, planted) for text in models)
    rates = {name: number / runs for name, number in counts.items()}
    return KnownTruth(planted, noise if planted else 0.0, runs, present, **rates)


def _claimed_models(sets: CaseSets, cuts: Cuts, kind: Kind, deals: int, seed: int) -> list[str]:
    """Texts of the tied models where the solution goes beyond chance; none otherwise."""
    try:
        table = table_of(sets, cuts)
        other = table_of(sets, cuts, negated=True)
        chance = coverage_by_chance(
            sets.sets,
            sets.outcome,
            n_cut=cuts.n,
            inclusion_cut=cuts.inclusion,
            pri_cut=cuts.pri,
            deals=deals,
            seed=seed,
        )
        if chance.p > CHANCE_LEVEL:
            return []
        return [model.expression for model in solutions_of(sets, table, other, kind)[0].models]
    except NotComputable:
        return []


def _implies(text: str, planted: str) -> bool:
    """Whether every term holds all the literals of some planted term."""
    return all(any(truth <= term for truth in parse(planted)) for term in parse(text))


def truth_page(sets: CaseSets, runs: int = 400) -> str:
    """The rates of the planted configurations, and of none, as a Markdown table in French."""
    lines = [
        "| configuration plantée | réponses retournées | Cités au résultat | solution annoncée | annoncée et juste | retrouvée exactement |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for planted in PLANTED:
        for noise in NOISES if planted else (0.0,):
            found = known_truth(sets, planted, noise=noise, runs=runs)
            rates = (found.present, found.claimed, *((found.sound, found.exact) if planted else ()))
            cells = [
                f"`{planted}`" if planted else "aucune",
                percent(100 * noise, 0) if planted else "",
                *(percent(100 * rate, 0) for rate in rates),
                *([] if planted else ["", ""]),
            ]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table for the conditions of a campagne."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--campagne", default="demonstration")
    parser.add_argument("--runs", type=int, default=400)
    asked = parser.parse_args(arguments)
    print(truth_page(case_sets(read_dataset(find_campagne(asked.campagne))), asked.runs))  # noqa: T201


if __name__ == "__main__":
    main()
