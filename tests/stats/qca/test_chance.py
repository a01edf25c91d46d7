"""What chance finds: against every permutation, and at both extremes."""

from __future__ import annotations

from itertools import permutations

import pytest

from citesresearch.stats import NotComputable
from citesresearch.stats.qca import coverage_by_chance, truth_table

SETS = {"A": [1, 1, 1, 1, 0, 0, 0, 0], "B": [1, 1, 0, 0, 1, 1, 0, 0]}


def covered(outcome, negated=False):
    """Share of the cases of the outcome in sufficient rows, from the truth table itself."""
    table = truth_table(SETS, outcome, inclusion_cut=0.8, negated=negated)
    inside = {i for i, y in enumerate(outcome) if (y == 0) == negated}
    taken = {case for row in table.rows if row.output == "1" for case in row.cases}
    return len(inside & taken) / len(inside)


@pytest.mark.parametrize("negated", [False, True])
@pytest.mark.parametrize("outcome", [[1, 1, 0, 0, 0, 0, 0, 0], [1, 0, 1, 0, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0, 1, 0]])
def test_against_every_permutation(outcome, negated):
    found = coverage_by_chance(SETS, outcome, deals=1500, negated=negated)
    assert found.observed == pytest.approx(covered(outcome, negated))
    dealt = [covered(list(one), negated) for one in set(permutations(outcome))]
    exact = sum(share >= found.observed - 1e-12 for share in dealt) / len(dealt)
    assert found.p == pytest.approx(exact, abs=5 * found.error + 1e-3)
    assert found.by_chance == pytest.approx(sum(dealt) / len(dealt), abs=0.05)


def test_extremes_and_seed():
    nothing = coverage_by_chance(SETS, [1, 0, 1, 0, 1, 0, 1, 0], deals=50)
    assert (nothing.observed, nothing.p) == (0, 1)
    first, again = (coverage_by_chance(SETS, [1, 1, 0, 0, 0, 0, 0, 0], deals=99, seed=3) for _ in range(2))
    assert first == again
    assert 1 / 100 <= first.p <= 1
    with pytest.raises(NotComputable):
        coverage_by_chance(SETS, [1] * 8)
    with pytest.raises(ValueError, match="deals"):
        coverage_by_chance(SETS, [1, 1, 0, 0, 0, 0, 0, 0], deals=0)
