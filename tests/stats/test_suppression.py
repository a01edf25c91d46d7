"""Secondary suppression: small tables where the right answer is known, and a guarantee on any."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from citesresearch.stats.suppression.audit import System, possible_counts
from citesresearch.stats.suppression.choice import LinkedSystem, choose, information_lost


def table(counts: list[int], sums: list[list[int]], cost: list[float] | None = None) -> LinkedSystem:
    """Cells, then sums of cells, each a piece of its own, guarded once withheld."""
    figures = np.vstack([np.eye(len(counts)), np.array(sums, dtype=float)])
    size = len(figures)
    none = System(csr_array((0, len(counts))), np.empty(0), np.empty(0), np.full(len(counts), 100.0))
    values = figures @ np.array(counts, dtype=float)
    return LinkedSystem(
        csr_array(figures),
        values,
        np.eye(size, dtype=bool),
        none,
        values if cost is None else np.array(cost),
        csr_array(figures),
        np.arange(size),
        np.full(size, 3),
    )


def held(linked: LinkedSystem, *pieces: int) -> np.ndarray:
    out = np.zeros(len(linked.cost), dtype=bool)
    out[list(pieces)] = True
    return out


def test_one_withheld_group_takes_the_smallest_other_with_it() -> None:
    """3, 20, 9 and their total: the 3 is the rest of the total, unless the 9 is withheld too."""
    linked = table([3, 20, 9], [[1, 1, 1]])
    assert choose(linked, held(linked, 0)).held.tolist() == [True, False, True, False]


def test_what_is_hidden_already_takes_nothing_more() -> None:
    linked = table([3, 4, 20], [[1, 1, 1]])
    assert choose(linked, held(linked, 0, 1)).held.tolist() == [True, True, False, False]


def test_two_groups_that_sum_to_one_person_are_not_hidden_by_each_other() -> None:
    """0 and 1: their sum leaves two counts possible for each, which is too few."""
    linked = table([0, 1, 20, 9], [[1, 1, 1, 1]])
    assert choose(linked, held(linked, 0, 1)).held.tolist() == [True, True, False, True, False]


def test_a_second_partition_of_the_same_total_is_seen() -> None:
    """Cells by row and column; the margins of rows and columns are published: a rectangle of four is the least."""
    counts = [2, 30, 40, 50, 60, 70, 80, 90, 95]
    rows = [[int(i // 3 == r) for i in range(9)] for r in range(3)]
    columns = [[int(i % 3 == c) for i in range(9)] for c in range(3)]
    cost = [*map(float, counts), *[1e6] * 6]
    chosen = choose(table(counts, [*rows, *columns], cost), held(table(counts, [*rows, *columns], cost), 0)).held
    assert chosen.sum() == 4
    assert not chosen[9:].any()


def test_what_is_always_known_is_told_as_exposed() -> None:
    linked = table([3, 4], [[1, 1]])
    known = System(csr_array(np.eye(2)), np.array([3.0, 4.0]), np.array([3.0, 4.0]), np.full(2, 100.0))
    stuck = LinkedSystem(**{**vars(linked), "known": known})
    assert choose(stuck, held(stuck, 0)).exposed[0]


@settings(max_examples=20)
@given(st.lists(st.integers(0, 9), min_size=9, max_size=9), st.integers(0, 2**20))
def test_nothing_withheld_is_ever_recovered_and_pruning_only_gives_back(counts: list[int], seed: int) -> None:
    draw = np.random.default_rng(seed)
    sums = [list(map(int, draw.integers(0, 2, 9))) for _ in range(5)]
    linked = table(counts, sums)
    before = draw.random(len(linked.cost)) < 0.25
    found = choose(linked, before)
    assert (found.held >= before).all()
    assert (found.held <= found.greedy).all()
    assert not found.exposed.any()
    guarded = linked.guarded[np.flatnonzero(found.held)]
    assert (possible_counts(linked.system(found.held), guarded).possible >= 3).all()


def test_information_lost_is_the_share_of_cells() -> None:
    assert information_lost(np.array([True, False, True]), np.array([1.0, 6.0, 3.0])) == pytest.approx(0.4)
    assert information_lost(np.zeros(0, dtype=bool), np.zeros(0)) == 0
