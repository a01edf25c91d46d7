"""A second, naive implementation, and what must hold for any data."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import combinations, product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.stats.qca.tables import decided_table

from citesresearch.stats import NotComputable
from citesresearch.stats.qca import (
    enhanced_minimise,
    fit_model,
    membership,
    minimise,
    necessary_disjunctions,
    necessity,
    parse,
    truth_table,
    write,
)
from citesresearch.stats.qca.minimisation import Kind
from citesresearch.stats.qca.truth_table import configuration

NAMES = "ABCDEFGH"


def outputs(k, letters="10?"):
    """Draw an output for each row."""
    return st.lists(st.sampled_from(letters), min_size=2**k, max_size=2**k).map(
        lambda drawn: {n: out for n, out in enumerate(drawn, 1)}
    )


def covered(expression, conditions):
    """Row numbers where the expression is true, by evaluating it on each configuration."""
    k = len(conditions)
    rows = []
    for n in range(1, 2**k + 1):
        values = dict(zip(conditions, map(bool, configuration(n, k)), strict=True))
        if any(all(values[name] == present for name, present in term) for term in parse(expression)):
            rows.append(n)
    return set(rows)


def naive_models(conditions, wanted, forbidden):
    """Every expression with the fewest terms, by trying all: terms that cover nothing forbidden and cannot be shorter."""
    k = len(conditions)
    spread = {}
    for pattern in product((0, 1, None), repeat=k):
        rows = {
            n
            for n in range(1, 2**k + 1)
            if all(want is None or want == got for want, got in zip(pattern, configuration(n, k), strict=True))
        }
        if rows & wanted and not rows & forbidden:
            spread[pattern] = rows
    largest = [p for p in spread if not any(spread[p] < spread[q] for q in spread)]
    for size in range(1, len(wanted) + 1):
        models = {
            frozenset(chosen)
            for chosen in combinations(largest, size)
            if wanted <= set().union(*(spread[p] for p in chosen))
        }
        if models:
            break
    return {
        frozenset(
            frozenset((name, bool(v)) for name, v in zip(conditions, p, strict=True) if v is not None) for p in model
        )
        for model in models
    }


@st.composite
def small_tables(draw):
    """Three conditions with any outputs, or four with at most four sufficient rows (trying all must stay quick)."""
    k = draw(st.sampled_from([2, 3, 3, 4]))
    if k < 4:
        return k, draw(outputs(k))
    ones = draw(st.sets(st.integers(1, 16), min_size=1, max_size=4))
    rest = draw(outputs(4, "0?"))
    return k, {n: "1" if n in ones else out for n, out in rest.items()}


@given(small_tables())
def test_all_and_only_the_minimal_models(drawn):
    k, decided = drawn
    conditions = NAMES[:k]
    table = decided_table(conditions, decided)
    wanted = {n for n, out in decided.items() if out == "1"}
    zeros = {n for n, out in decided.items() if out == "0"}
    assume(wanted)
    everything = set(decided)
    cases: tuple[tuple[Kind, set[str]], ...] = (("conservative", everything - wanted), ("parsimonious", zeros))
    for kind, forbidden in cases:
        if not forbidden:
            with pytest.raises(NotComputable) as caught:
                minimise(table, kind)
            assert caught.value.reason == "all_sufficient"
            continue
        solution = minimise(table, kind)
        assert {parse(model.expression) for model in solution.models} == naive_models(conditions, wanted, forbidden)
        assert len({model.expression for model in solution.models}) == len(solution.models)
        for model in solution.models:
            rows = covered(model.expression, conditions)
            assert rows - wanted == set(model.assumptions) <= set(table.numbers("?"))


@given(outputs(4), st.dictionaries(st.sampled_from("ABCD"), st.booleans(), min_size=1))
def test_intermediate_lies_between(decided, expectations):
    table = decided_table("ABCD", decided)
    wanted = set(table.numbers("1"))
    assume(wanted and table.numbers("0"))
    narrow, wide = minimise(table), minimise(table, "parsimonious")
    middle = minimise(table, "intermediate", expectations=expectations)
    for model in narrow.models:
        assert covered(model.expression, "ABCD") == wanted
    assert len(middle.derivations) == len(narrow.models) * len(wide.models)
    for path in middle.derivations:
        many = covered(path.parsimonious, "ABCD")
        assert set(path.easy) | set(path.difficult) == many - wanted
        assert not set(path.easy) & set(path.difficult)
        for text in path.models:
            rows = covered(text, "ABCD")
            assert wanted <= rows <= wanted | set(path.easy)
            assert rows <= many
    assert {text for path in middle.derivations for text in path.models} == {m.expression for m in middle.models}


@given(outputs(4))
def test_an_expectation_adds_only_what_it_allows(decided):
    """With presence expected everywhere, each assumption follows from a sufficient row by adding presences."""
    table = decided_table("ABCD", decided)
    wanted = [configuration(n, 4) for n in table.numbers("1")]
    assume(wanted and table.numbers("0"))
    solution = minimise(table, "intermediate", expectations=dict.fromkeys("ABCD", True))
    for number in solution.assumptions:
        gained = configuration(number, 4)
        assert any(all(b >= a for a, b in zip(row, gained, strict=True)) for row in wanted)


@given(outputs(3), st.sets(st.integers(1, 8), max_size=3))
def test_excluded_rows_are_never_covered(decided, excluded):
    table = decided_table("ABC", decided)
    assume(set(table.numbers("1")) - excluded and (table.numbers("0") or excluded))
    for model in minimise(table, "parsimonious", exclude=excluded).models:
        assert not covered(model.expression, "ABC") & excluded


@given(outputs(4))
def test_the_enhanced_analysis_never_contradicts_itself(decided):
    ones, zeros = (tuple(n for n, out in decided.items() if out == sign) for sign in "10")
    assume(ones and zeros)
    absence = decided_table("ABCD", {**dict.fromkeys(ones, "0"), **dict.fromkeys(zeros, "1")}, negated=True)
    both = enhanced_minimise(decided_table("ABCD", decided), absence)
    assert not set(both.presence.assumptions) & set(both.absence.assumptions)
    assert not set(both.contradictory) & {*both.presence.assumptions, *both.absence.assumptions}
    assert both.simultaneous == ()


def test_contradictory_assumptions_are_withheld():
    """A*B leads to the outcome, ~A*~B to its absence: A~B and ~AB would be claimed by both (A, B; ~A, ~B)."""
    presence, absence = decided_table("AB", {4: "1", 1: "0"}), decided_table("AB", {4: "0", 1: "1"}, negated=True)
    assert minimise(presence, "parsimonious").assumptions == (2, 3)
    assert minimise(absence, "parsimonious").assumptions == (2, 3)
    both = enhanced_minimise(presence, absence)
    assert both.contradictory == (2, 3)
    assert [model.expression for model in both.presence.models] == ["A*B"]
    assert [model.expression for model in both.absence.models] == ["~A*~B"]
    doubtful = (
        decided_table("AB", {4: "1", 3: "1", 1: "0"}),
        decided_table("AB", {4: "0", 3: "1", 1: "1"}, negated=True),
    )
    found = enhanced_minimise(*doubtful, "intermediate", expectations={"A": True})
    assert found.simultaneous == (3,)
    assert [model.expression for model in found.presence.models] == ["A*B"]
    with pytest.raises(ValueError, match="its absence"):
        enhanced_minimise(presence, presence)


def test_expectations_are_reversed_for_the_absence():
    """What favours the outcome is expected to be absent where it is not there: C is dropped, ~A and ~B stay."""
    presence = decided_table("ABC", {8: "1", 2: "0"})
    absence = decided_table("ABC", {8: "0", 2: "1"}, negated=True)
    both = enhanced_minimise(presence, absence, "intermediate", expectations=dict.fromkeys("ABC", True))
    assert [model.expression for model in both.absence.models] == ["~A*~B"]
    assert [model.expression for model in both.presence.models] == ["A*B*C"]


memberships = st.integers(0, 20).filter(lambda i: i != 10).map(lambda i: i / 20)


@st.composite
def fuzzy_data(draw):
    k, n = draw(st.integers(2, 3)), draw(st.integers(6, 9))
    sets = {name: draw(st.lists(memberships, min_size=n, max_size=n)) for name in NAMES[:k]}
    outcome = draw(st.lists(memberships, min_size=n, max_size=n))
    for values in (*sets.values(), outcome):
        assume(min(values) < 0.5 < max(values))
    return sets, outcome


def share(xs, ys):
    return sum(map(min, xs, ys)) / sum(xs) if sum(xs) else None


@given(fuzzy_data(), st.sampled_from([0.6, 0.8, 0.9]), st.booleans())
def test_rows_and_fit_by_plain_loops(data, cut, negated):
    sets, outcome = data
    table = truth_table(sets, outcome, inclusion_cut=cut, negated=negated)
    ys = [1 - y if negated else y for y in outcome]
    seen: set[Hashable] = set()
    for row in table.rows:
        xs = [
            min(v if here else 1 - v for v, here in zip(values, row.configuration, strict=True))
            for values in zip(*sets.values(), strict=True)
        ]
        both = sum(min(x, y, 1 - y) for x, y in zip(xs, ys, strict=True))
        assert row.cases == tuple(i for i, x in enumerate(xs) if x > 0.5)
        assert row.inclusion == pytest.approx(share(xs, ys))
        if sum(xs) - both > 1e-9:
            assert row.pri == pytest.approx((sum(map(min, xs, ys)) - both) / (sum(xs) - both), abs=1e-9)
        assert row.output == ("1" if row.inclusion >= cut - 1e-9 else "0")
        assert row.contradictory == (0 < sum(ys[int(str(i))] < 0.5 for i in row.cases) < row.n)
        seen.update(row.cases)
    assert seen == set(range(len(outcome)))  # every case in one row
    assume(table.numbers("1") and len(table.numbers("1")) < 2 ** len(sets))
    model = minimise(table).models[0]
    fit = fit_model(model.expression, sets, outcome, negated=negated)
    assert fit.coverage == pytest.approx(share(ys, list(membership(model.expression, sets))))
    assert fit.inclusion == pytest.approx(share(list(membership(model.expression, sets)), ys))
    for term in fit.terms:
        others = [other.term for other in fit.terms if other.term != term.term]
        if others:
            without = share(ys, list(membership(" + ".join(others), sets)))
            assert term.unique_coverage == pytest.approx(fit.coverage - without, abs=1e-12)
        assert term.coverage <= fit.coverage + 1e-12


@given(fuzzy_data(), st.randoms(use_true_random=False))
def test_the_order_of_cases_and_conditions_changes_nothing(data, random):
    sets, outcome = data
    order = list(range(len(outcome)))
    random.shuffle(order)
    names = list(sets)
    random.shuffle(names)
    turned = {name: [sets[name][i] for i in order] for name in names}
    first, second = truth_table(sets, outcome), truth_table(turned, [outcome[i] for i in order])
    assume(first.numbers("1") and len(first.numbers("1")) < 2 ** len(names))
    models = [{parse(model.expression) for model in minimise(table).models} for table in (first, second)]
    assert models[0] == models[1]


@given(fuzzy_data())
def test_necessity_is_sufficiency_turned_round(data):
    """x necessary for y is ~x sufficient for ~y: same inclusion, relevance the coverage of the turned relation."""
    sets, outcome = data
    for one in necessity(sets, outcome):
        turned = membership(one.expression, sets)
        ys = list(outcome)
        assert one.inclusion == pytest.approx(share(ys, list(turned)))
        assert one.coverage is None or one.coverage == pytest.approx(share(list(turned), ys))
        empty = [1 - min(x, y) for x, y in zip(turned, ys, strict=True)]
        if sum(empty) > 1e-9:
            assert one.relevance == pytest.approx(sum(1 - x for x in turned) / sum(empty))
    found = necessary_disjunctions(sets, outcome, size=3, inclusion_cut=0.8)
    literals = [parse(one.expression) for one in found]
    assert not any(a < b for a in literals for b in literals)
    assert all(one.inclusion >= 0.8 - 1e-9 for one in found)


@given(st.sets(st.dictionaries(st.sampled_from(NAMES), st.booleans(), min_size=1).map(lambda d: frozenset(d.items()))))
def test_writing_and_reading_are_inverse(terms):
    assume(terms)
    assert parse(write(terms)) == terms
    assert write(parse(write(terms)), NAMES) == write(terms, NAMES)
