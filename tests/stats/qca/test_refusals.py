"""Data that cannot answer, calls that are wrong: a sentence, never a solution."""

from __future__ import annotations

import dataclasses
import inspect
import math
import random
import re
from importlib import import_module

import pytest
from tests.stats.qca.tables import decided_table

from citesresearch.stats import NotComputable, qca
from citesresearch.stats.qca import (
    calibrate_crisp,
    calibrate_direct,
    fit_model,
    membership,
    minimise,
    necessary_disjunctions,
    necessity,
    parse,
    same_expression,
    truth_table,
)
from citesresearch.stats.qca.cubes import minimal_covers, prime_implicants

SETS = {"A": [1, 1, 1, 0, 0, 0], "B": [1, 0, 1, 0, 1, 0]}
OUTCOME = [1, 1, 1, 0, 0, 0]


def reason_of(call, *args, **options):
    with pytest.raises(NotComputable) as caught:
        call(*args, **options)
    return caught.value.reason, str(caught.value)


@pytest.mark.parametrize(
    ("sets", "outcome", "reason", "named"),
    [
        (SETS, [1] * 6, "constant", "the outcome"),
        (SETS, [0.6, 0.7, 0.8, 0.9, 1, 0.5], "constant", "the outcome"),
        ({**SETS, "C": [0] * 6}, OUTCOME, "constant", "on C"),
        ({**SETS, "C": [0.1, 0.2, 0.3, 0.4, 0.45, 0.5]}, OUTCOME, "constant", "on C"),
        ({"A": [1], "B": [0]}, [1], "too_few", "1 cases for 2 conditions"),
        ({**SETS, "C": [0, 1, 0, 1, 0, 1], "D": [1, 1, 0, 0, 1, 0]}, OUTCOME, "too_few", "8 at least"),
        ({name: [0, 1] * 20 for name in "ABCDEFGHIJK"}, [0, 1] * 20, "too_complex", "11 conditions"),
        ({"A": [], "B": []}, [], "empty", "no case"),
    ],
)
def test_data_that_cannot_answer(sets, outcome, reason, named):
    given_reason, message = reason_of(truth_table, sets, outcome)
    assert given_reason == reason
    assert named in message


def test_all_rows_remainders():
    reason, message = reason_of(truth_table, SETS, OUTCOME, n_cut=3)
    assert reason == "empty"
    assert "remainder" in message


def test_a_contradictory_row_is_shown_and_not_explained():
    """Cases 0 and 2 share A*B and differ in outcome: inclusion .5, no solution may cover the row."""
    table = truth_table(SETS, [1, 1, 0, 0, 0, 0], inclusion_cut=0.8, cases="uvwxyz")
    (row,) = table.contradictory
    assert (row.number, row.cases, row.deviant, row.inclusion, row.output) == (4, ("u", "w"), ("w",), 0.5, "0")
    assert [model.expression for model in minimise(table, "parsimonious").models] == ["A*~B"]
    between = truth_table(SETS, [1, 1, 0, 0, 0, 0], inclusion_cut=0.8, contradiction_cut=0.5)
    assert between.numbers("C") == (4,)
    assert [model.expression for model in minimise(between, "parsimonious").models] == ["A*~B"]
    lone = truth_table(SETS, [1, 0, 0, 0, 0, 0])
    assert reason_of(minimise, lone)[0] == "nothing_sufficient"


def test_no_row_against():
    table = decided_table("AB", {1: "1", 2: "1"})
    assert reason_of(minimise, table, "parsimonious")[0] == "all_sufficient"
    assert reason_of(minimise, table, "intermediate", expectations={"A": True})[0] == "all_sufficient"
    assert [model.expression for model in minimise(table).models] == ["~A"]
    assert reason_of(minimise, decided_table("AB", dict.fromkeys(range(1, 5), "1")))[0] == "all_sufficient"


def test_pri_cut_removes_a_row_that_says_as_much_of_the_absence():
    """A case at .5 in the outcome makes its row sufficient for both; PRI sees it."""
    sets = {"A": [1, 1, 0, 0], "B": [1, 0, 1, 0]}
    table = truth_table(sets, [0.55, 1, 0, 0], inclusion_cut=0.5)
    row = next(row for row in table.rows if row.number == 4)
    assert row.inclusion == pytest.approx(0.55)
    assert row.pri == pytest.approx((0.55 - 0.45) / (1 - 0.45))
    assert truth_table(sets, [0.55, 1, 0, 0], inclusion_cut=0.5, pri_cut=0.5).numbers("1") == (3,)


def test_exactly_half():
    assert calibrate_direct([1, 2, 3], exclusion=1, crossover=2, inclusion=3).ambiguous == (1,)
    assert calibrate_direct([1, 2, 3], exclusion=3, crossover=2, inclusion=1).ambiguous == (1,)
    sets: dict[str, list[float]] = {"A": [1, 1, 1, 0, 0, 0.5], "B": [1, 0, 1, 0, 1, 0]}
    with pytest.raises(ValueError, match=r"A: 1 case\(s\) at exactly 0.5.*z"):
        truth_table(sets, OUTCOME, cases="uvwxyz")
    table = truth_table(sets, OUTCOME, cases="uvwxyz", set_aside_ambiguous=True)
    assert table.unplaced == ("z",)
    assert sum(row.n for row in table.rows) == 5
    # It still counts for its degree: row A*~B holds v (1, in) and z (.5, out).
    assert next(row for row in table.rows if row.number == 3).inclusion == pytest.approx(1 / 1.5)


@pytest.mark.parametrize("bad", [None, math.nan, "x", 1.2, -0.1, math.inf])
def test_bad_memberships(bad):
    for call in (truth_table, necessity, necessary_disjunctions):
        with pytest.raises(ValueError, match="A: "):
            call({**SETS, "A": [bad, 1, 1, 0, 0, 0]}, OUTCOME)
        with pytest.raises(ValueError, match="outcome: "):
            call(SETS, [bad, 1, 1, 0, 0, 0])
    with pytest.raises(ValueError, match="A: "):
        fit_model("A", {"A": [bad, 1]}, [1, 0])


@pytest.mark.parametrize(
    ("sets", "options", "match"),
    [
        ({"A": [1, 0, 1, 0], "B": [1, 0]}, {}, "A and B: 4 and 2"),
        ({"A*B": [1, 0], "C": [1, 0]}, {}, "not a name of condition"),
        ({}, {}, "one condition at least"),
        ({"A": [1, 1, 1, 0, 0, 0]}, {}, "two conditions at least"),
        (SETS, {"cases": "abc"}, "3 names, 6 cases"),
        (SETS, {"cases": "aabcde"}, "each once"),
        (SETS, {"inclusion_cut": 1.2}, "inclusion_cut"),
        (SETS, {"pri_cut": math.nan}, "pri_cut"),
        (SETS, {"n_cut": 0}, "n_cut"),
        (SETS, {"contradiction_cut": 0.9}, "above inclusion_cut"),
    ],
)
def test_wrong_calls_of_the_table(sets, options, match):
    with pytest.raises(ValueError, match=match):
        truth_table(sets, OUTCOME, **options)


@pytest.mark.parametrize(
    ("kind", "options", "match"),
    [
        ("complex", {}, "kind"),
        ("parsimonious", {"expectations": {"A": True}}, "intermediate solution only"),
        ("intermediate", {}, "one at least"),
        ("intermediate", {"expectations": {"Z": True}}, "no condition is called Z"),
        ("intermediate", {"expectations": {"A": 1}}, "True"),
        ("conservative", {"exclude": [5]}, "from 1 to 4"),
    ],
)
def test_wrong_calls_of_the_minimisation(kind, options, match):
    with pytest.raises(ValueError, match=match):
        minimise(truth_table(SETS, OUTCOME), kind, **options)


@pytest.mark.parametrize("text", ["", "A +", "A**B", "A*~A", "A B", "2A", "~", "A-B"])
def test_texts_that_are_no_expression(text):
    with pytest.raises(ValueError, match="expression"):
        parse(text)


def test_reading_expressions():
    assert same_expression("A*~B + C", " C+~B * A ")
    assert not same_expression("A", "A + B")
    assert parse("équilibre*~portage_etat") == {frozenset({("équilibre", True), ("portage_etat", False)})}
    with pytest.raises(ValueError, match="no membership is given for C"):
        membership("A*C", SETS)


def test_wrong_anchors():
    for anchors in ((1, 1, 2), (1, 3, 2), (2, 2, 2), (1, 2, math.nan)):
        with pytest.raises(ValueError, match="anchors"):
            calibrate_direct([1, 2], exclusion=anchors[0], crossover=anchors[1], inclusion=anchors[2])
    with pytest.raises(ValueError, match="idm"):
        calibrate_direct([1, 2], exclusion=0, crossover=1, inclusion=2, idm=0.5)
    assert reason_of(calibrate_crisp, [], 1)[0] == "empty"
    # Far from the anchors: no overflow, and never outside [0, 1].
    assert calibrate_direct([-1e9, 1e9], exclusion=0, crossover=1, inclusion=2).membership == (0, 1)


def test_nothing_to_be_necessary_for():
    for call in (necessity, necessary_disjunctions):
        assert reason_of(call, SETS, [0] * 6)[0] == "constant"
    assert reason_of(fit_model, "A", SETS, [0] * 6)[0] == "constant"
    (full, none) = necessity({"X": [1, 1]}, [1, 1])
    assert (full.inclusion, full.coverage, full.relevance) == (1, 1, None)
    assert (none.inclusion, none.coverage, none.relevance) == (0, None, 1)


def test_too_many_tied_models_are_refused_not_cut():
    """Pairs of neighbours in a cycle: each of many separate blocks can be written in two ways, 2^n in all."""
    cubes = [(0, i) for i in range(26)]
    doubled = [(1 << 30, i) for i in range(26)]  # other cubes over the same rows
    reason, message = reason_of(minimal_covers, cubes + doubled, range(26))
    assert reason == "too_complex"
    assert "tied" in message


def test_each_cover_is_met_once():
    """Row 0 is in the first two cubes, which together cover everything: reached from either, listed once."""
    cubes = [(1, 0), (2, 0), (0, 1), (4, 1), (0, 2), (4, 2)]
    found = minimal_covers(cubes, [0, 1, 2])
    assert {frozenset(cover) for cover in found} == {
        frozenset(pair)
        for pair in (((1, 0), (2, 0)), ((1, 0), (0, 2)), ((1, 0), (4, 2)), ((2, 0), (0, 1)), ((2, 0), (4, 1)))
    }
    assert len(found) == 5


def test_eight_conditions():
    """84 cases whose outcome is A*B + ~C*D exactly: found, whatever the other conditions."""
    draw = random.Random(84)
    sets = {name: [draw.randint(0, 1) for _ in range(84)] for name in "ABCDEFGH"}
    outcome = membership("A*B + ~C*D", sets)
    table = truth_table(sets, outcome)
    parsimonious = minimise(table, "parsimonious")
    assert "A*B + ~C*D" in {model.expression for model in parsimonious.models}
    for solution in (minimise(table), parsimonious):
        for model in solution.models:
            assert (membership(model.expression, sets) == outcome).all()
    primes = prime_implicants([n - 1 for n in table.numbers("1")], [n - 1 for n in table.numbers("1")], 8)
    assert len(minimise(table).prime_implicants) == len(primes)


def test_each_function_says_what_it_is(repository):
    page = (repository / "docs" / "methodes" / "configurations.md").read_text("utf-8")
    for name in qca.__all__:
        described = getattr(qca, name)
        if inspect.isfunction(described) and name not in ("membership", "parse", "same_expression", "write"):
            text = inspect.getdoc(described) or ""
            assert "Base" in text, name
            assert "Reading:" in text, name
            assert "Raises" in text or "errors as in" in text, name
            assert re.search(r"doi:10\.\d{4,}/\S+|ISBN 97", text), name
            assert f"`{name}`" in page


def test_results_are_frozen():
    for module in ("calibration", "chance", "enhanced", "fit", "minimisation", "necessity", "truth_table"):
        for _, kind in inspect.getmembers(import_module(f"citesresearch.stats.qca.{module}"), inspect.isclass):
            if dataclasses.is_dataclass(kind):
                assert vars(kind)["__dataclass_params__"].frozen, kind
