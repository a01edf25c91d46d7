"""What can be deduced of withheld counts: cases worked out by hand, and by trying every count."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from citesresearch.stats.suppression.audit import System, possible_counts, rounded_share, stack


def system(rows: Sequence[Sequence[float]], values: Sequence[float], upper: float = 50) -> System:
    size = len(rows[0])
    known = np.array(values, dtype=float)
    return System(csr_array(np.array(rows, dtype=float)), known, known, np.full(size, upper))


def ranges(found: System, *targets: Sequence[float]) -> list[tuple[int, int]]:
    out = possible_counts(found, csr_array(np.array(targets, dtype=float)), enough=100)
    return list(zip(out.low.tolist(), out.high.tolist(), strict=True))


def test_the_rest_of_a_total_is_known_exactly() -> None:
    """Three groups of 12, the second and the third published: the first is 12 − 5 − 4."""
    (first,) = ranges(system([[1, 1, 1], [0, 1, 0], [0, 0, 1]], [12, 5, 4]), [1, 0, 0])
    assert first == (3, 3)


def test_two_groups_withheld_hide_each_other_within_their_sum() -> None:
    assert ranges(system([[1, 1, 1], [0, 0, 1]], [12, 10]), [1, 0, 0], [0, 1, 0]) == [(0, 2), (0, 2)]
    assert possible_counts(system([[1, 1, 1], [0, 0, 1]], [12, 10]), csr_array([[1.0, 0, 0]])).possible.tolist() == [3]


def test_linked_tables_deduce_what_neither_deduces_alone() -> None:
    """A 2 × 2 table, both margins, and one cell that a third table gives."""
    margins = [[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0]]
    assert ranges(system(margins, [5, 9, 6]), [1, 0, 0, 0]) == [(0, 5)]
    assert ranges(system([*margins, [0, 1, 0, 0]], [5, 9, 6, 2]), [1, 0, 0, 0], [0, 0, 0, 1]) == [(3, 3), (6, 6)]


def test_a_percentage_and_its_base_give_the_count_away() -> None:
    """43 % of 7 persons: 3 of them. 43 % of an unknown base under 20: 3 of 7, 6 of 14, 7 of 16 (43.75 is 44)."""
    upper = np.full(2, 19.0)
    share = rounded_share(np.array([1.0, 0]), np.array([0, 1.0]), 43, 0, upper)
    known = System(csr_array([[0, 1.0]]), np.array([7.0]), np.array([7.0]), upper)
    assert ranges(stack(known, share), [1, 0]) == [(3, 3)]
    at_least = System(csr_array([[0, 1.0]]), np.array([1.0]), np.array([np.inf]), upper)
    assert ranges(stack(at_least, share), [0, 1]) == [(7, 14)]


def test_whole_persons_are_fewer_than_fractions_of_them() -> None:
    """Three pairs sum to 3, 3 and 3: one and a half each, which nobody is."""
    odd = system([[1, 1, 0], [0, 1, 1], [1, 0, 1]], [3, 3, 3])
    assert possible_counts(odd, csr_array([[1.0, 0, 0]])).possible[0] < 1


def test_contradictory_figures_are_refused() -> None:
    with pytest.raises(ValueError, match="agree"):
        possible_counts(system([[1, 0], [1, 0]], [2, 3]), csr_array([[1.0, 0]]))


@settings(max_examples=8)
@given(st.lists(st.integers(0, 3), min_size=6, max_size=6), st.lists(st.booleans(), min_size=5, max_size=5))
def test_ranges_are_those_found_by_trying_every_count(counts: list[int], shown: list[bool]) -> None:
    """A 2 × 3 table: what the audit says of each cell is what an enumeration says."""
    table = np.array(counts).reshape(2, 3)
    sums = [np.outer(np.arange(2) == i, np.ones(3)) for i in range(2)]
    sums += [np.outer(np.ones(2), np.arange(3) == j) for j in range(3)]
    rows = [s.ravel() for s, kept in zip(sums, shown, strict=True) if kept] or [np.zeros(6)]
    known = system([list(map(float, row)) for row in rows], [float(row @ table.ravel()) for row in rows], upper=3)
    agree = [x for x in product(range(4), repeat=6) if all(row @ np.array(x) == row @ table.ravel() for row in rows)]
    found = np.array(agree)
    expected = list(zip(found.min(axis=0).tolist(), found.max(axis=0).tolist(), strict=True))
    assert ranges(known, *np.eye(6).tolist()) == expected
