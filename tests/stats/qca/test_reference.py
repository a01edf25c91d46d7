"""Held to R's QCA package: Lipset's countries, tied models, negated outcomes, intermediate solutions, calibration."""

from __future__ import annotations

import pytest
from tests.stats.qca.tables import columns, decided_table

from citesresearch.stats.qca import (
    calibrate_crisp,
    calibrate_direct,
    fit_model,
    minimise,
    necessary_disjunctions,
    necessity,
    parse,
    truth_table,
)

LIPSET = ("DEV", "URB", "LIT", "IND", "STB")
PRINTED = 5.1e-4  # three decimals, and a half may be printed either way (0.3125 as 0.312)


def as_list(value):
    return value if isinstance(value, list) else [value]


def expressions(models):
    """Models as sets of terms: R joins and orders them in its own way."""
    return {parse(" + ".join(as_list(model))) for model in models}


def found(solution):
    return {parse(model.expression) for model in solution.models}


@pytest.fixture(scope="module")
def lipset(reference_rows):
    """Cases, conditions and outcome, crisp or fuzzy."""

    def load(name):
        rows = reference_rows(name)
        held = columns(rows, *LIPSET, "SURV")
        return [row["case"] for row in rows], {name: held[name] for name in LIPSET}, held["SURV"]

    return load


def check_rows(table, expected, tolerance):
    assert [row.number for row in table.rows] == [row["number"] for row in expected]
    for row, printed in zip(table.rows, expected, strict=True):
        assert (row.output, row.n) == (str(printed["OUT"]), printed["n"])
        assert row.inclusion == pytest.approx(printed["incl"], abs=tolerance)
        assert row.pri == pytest.approx(printed["PRI"], abs=tolerance)
        if "cases" in printed:
            assert sorted(row.cases) == sorted(as_list(printed["cases"]))


def numbered(rows):
    """R gives the configuration of a row; its number counts in binary."""
    return [{**row, "number": int("".join(map(str, row["config"])), 2) + 1} for row in rows]


def check_fit(fit, expected, tolerance):
    listed = expected["incl.cov"]
    terms = as_list(listed["terms"])
    assert {term.term for term in fit.terms} == set(terms)
    for position, text in enumerate(terms):
        term = next(term for term in fit.terms if term.term == text)
        printed = [as_list(listed[key])[position] for key in ("inclS", "PRI", "covS", "covU")]
        values = [term.inclusion, term.pri, term.coverage, term.unique_coverage]
        assert values == [value if value is None else pytest.approx(value, abs=tolerance) for value in printed]
    whole = [fit.inclusion, fit.pri, fit.coverage]
    assert whole == pytest.approx(expected["sol_inclS_PRI_covS"], abs=tolerance)


@pytest.mark.parametrize(
    ("key", "kind", "negated", "kept"),
    [
        ("conservative", "conservative", False, LIPSET),
        ("parsimonious", "parsimonious", False, LIPSET),
        ("neg_conservative", "conservative", True, LIPSET),
        ("neg_parsimonious", "parsimonious", True, LIPSET),
        ("four_cond_conservative", "conservative", False, LIPSET[:4]),
    ],
)
def test_lipset_crisp(reference, lipset, key, kind, negated, kept):
    expected = reference("qca_lipset_crisp")
    results, tolerance = expected["results"], expected["tolerance"]["abs"]
    cases, sets, outcome = lipset("lipset_crisp_LC")
    sets = {name: sets[name] for name in kept}
    table = truth_table(sets, outcome, cases=cases, inclusion_cut=1, negated=negated)
    rows = "four_cond_tt" if len(kept) == 4 else "neg_truth_table" if negated else "truth_table"
    check_rows(table, numbered(results[rows]["rows"]), tolerance)
    solution = minimise(table, kind)
    assert found(solution) == expressions(results[key]["models"])
    check_fit(fit_model(solution.models[0].expression, sets, outcome, negated=negated), results[key], tolerance)


def test_lipset_intermediate(reference, lipset):
    results = reference("qca_lipset_crisp")["results"]
    expected = results["intermediate_all_present"]["C1P1"]
    cases, sets, outcome = lipset("lipset_crisp_LC")
    table = truth_table(sets, outcome, cases=cases, inclusion_cut=1)
    solution = minimise(table, "intermediate", expectations=dict.fromkeys(LIPSET, True))
    assert found(solution) == expressions(expected["models"])
    (path,) = solution.derivations
    assert parse(path.conservative) == parse(" + ".join(expected["complex"]))
    assert parse(path.parsimonious) == parse(expected["parsimonious"])
    assert path.easy == (int(expected["EC"]),)
    assert path.difficult == tuple(int(number) for number in expected["DC"])
    check_fit(fit_model(solution.models[0].expression, sets, outcome), expected, 1e-9)
    assert found(minimise(table, "parsimonious")) == expressions(results["parsimonious_all_models"])


@pytest.mark.parametrize("kind", ["conservative", "parsimonious", "intermediate"])
def test_lipset_fuzzy(reference, lipset, kind):
    expected = reference("qca_more")["lipset_fuzzy"]
    cases, sets, outcome = lipset("lipset_fuzzy_LF")
    table = truth_table(sets, outcome, cases=cases, inclusion_cut=expected["incl.cut"])
    expectations = dict.fromkeys(LIPSET, True) if kind == "intermediate" else None
    printed = expected["intermediate_all_present" if kind == "intermediate" else kind]
    solution = minimise(table, kind, expectations=expectations)
    assert found(solution) == expressions(printed["models"])
    fit = fit_model(solution.models[0].expression, sets, outcome)
    assert [fit.inclusion, fit.pri, fit.coverage] == pytest.approx(printed["model"], abs=PRINTED)
    for term in fit.terms:
        values = [term.inclusion, term.pri, term.coverage, term.unique_coverage]
        assert values == [v if v is None else pytest.approx(v, abs=PRINTED) for v in printed["terms"][term.term]]
        if term.term in expected["cases_by_term"]:
            in_term = {cases[i] for i in (*term.typical, *term.deviant)}
            assert in_term == set(expected["cases_by_term"][term.term])


@pytest.fixture(scope="module")
def represent(reference):
    """Women in parliament, 22 countries."""
    held = reference("qca_more")["represent"]
    by_name = {name: [row[i] for row in held["data"]] for i, name in enumerate(held["columns"])}
    return held, by_name["case"], {name: by_name[name] for name in held["conditions"]}, by_name["WNP"]


def test_tied_models_and_their_assumptions(represent):
    expected, cases, sets, outcome = represent
    table = truth_table(sets, outcome, cases=cases, inclusion_cut=1)
    check_rows(table, expected["truth_table"], PRINTED)
    assert found(minimise(table)) == expressions(expected["conservative"])
    solution = minimise(table, "parsimonious")
    assert found(solution) == expressions(expected["parsimonious"])
    assert set(solution.prime_implicants) == set(expected["prime_implicants"])
    assert set(solution.essential) == {"WS", "ES*WM", "QU*LP"}
    for text, rows, unique in zip(
        expected["parsimonious"], expected["simplifying_assumptions"], expected["covU_by_model"], strict=True
    ):
        (model,) = [model for model in solution.models if parse(model.expression) == parse(text)]
        assert list(model.assumptions) == rows
        fit = fit_model(text, sets, outcome)
        assert {term.term: term.unique_coverage for term in fit.terms} == pytest.approx(unique, abs=PRINTED)
        for term in fit.terms:
            values = [term.inclusion, term.pri, term.coverage]
            assert values == pytest.approx(expected["terms_inclS_PRI_covS"][term.term], abs=PRINTED)
    absence = truth_table(sets, outcome, cases=cases, inclusion_cut=1, negated=True)
    assert found(minimise(absence)) == expressions(expected["negated_conservative"])


def test_rows_below_the_n_cut_become_remainders(represent):
    expected, cases, sets, outcome = represent
    table = truth_table(sets, outcome, cases=cases, inclusion_cut=1, n_cut=2)
    assert [row.number for row in table.rows if row.output == "?"] == expected["removed_below_2"]
    assert table.numbers("1") == (28, 32)
    assert len(table.numbers("?")) == 32 - 5


@pytest.mark.parametrize("negated", [False, True])
def test_necessity_of_conditions(represent, negated):
    expected, _, sets, outcome = represent
    printed = expected["necessity_inclN_RoN_covN"]["~WNP" if negated else "WNP"]
    values = {one.expression: one for one in necessity(sets, outcome, negated=negated)}
    assert set(values) == set(printed)
    for text, figures in printed.items():
        one = values[text]
        assert [one.inclusion, one.relevance, one.coverage] == pytest.approx(figures, abs=PRINTED)


def test_single_conditions_as_sufficient(represent):
    expected, _, sets, outcome = represent
    fit = fit_model(" + ".join(sets), sets, outcome)
    for term in fit.terms:
        values = [term.inclusion, term.pri, term.coverage, term.unique_coverage]
        assert values == pytest.approx(expected["sufficiency_inclS_PRI_covS_covU"][term.term], abs=PRINTED)


def test_necessary_disjunctions(represent, reference, lipset):
    expected, _, sets, outcome = represent
    cut = expected["necessary_disjunctions"]
    values = necessary_disjunctions(sets, outcome, size=5, inclusion_cut=cut["incl.cut"], coverage_cut=cut["cov.cut"])
    assert expressions(one.expression for one in values) == expressions(cut["inclN_RoN_covN"])
    crisp = reference("qca_more")["necessary_crisp"]["inclN_RoN_covN"]
    _, countries, survival = lipset("lipset_crisp_LC")
    of_lipset = necessary_disjunctions(countries, survival, size=5, inclusion_cut=1)
    for printed, listed in ((cut["inclN_RoN_covN"], values), (crisp, of_lipset)):
        assert expressions(one.expression for one in listed) == expressions(printed)
        for text, figures in printed.items():
            (one,) = [one for one in listed if parse(one.expression) == parse(text)]
            assert [one.inclusion, one.relevance, one.coverage] == pytest.approx(figures, abs=PRINTED)


def printed_table(held):
    return decided_table(held["conditions"], {row["number"]: row["OUT"] for row in held["truth_table"]})


def test_four_models_tied(reference):
    held = reference("qca_more")["protest"]
    solution = minimise(printed_table(held), "parsimonious")
    assert found(solution) == expressions(held["parsimonious"])
    assert set(solution.prime_implicants) == set(held["prime_implicants"])
    assert set(solution.essential) == set(held["essential"])


def test_intermediate_between_two_parsimonious_models(reference):
    held = reference("qca_more")["jobsecurity"]
    table = printed_table(held)
    assert found(minimise(table)) == expressions(held["conservative"])
    assert found(minimise(table, "parsimonious")) == expressions(held["parsimonious"])
    solution = minimise(table, "intermediate", expectations=held["expectations"])
    assert found(solution) == expressions(held["intermediate"])
    assert [list(path.easy) for path in solution.derivations] == [held["easy_counterfactuals"]] * 2


@pytest.mark.parametrize("outcome", ["U", "D", "L", "G", "E"])
def test_each_set_of_a_causal_chain(reference, outcome):
    held = reference("qca_more")["baumgartner"]
    sets = {name: [row[i] for row in held["data"]] for i, name in enumerate(held["columns"]) if i}
    values = sets.pop(outcome)
    solution = minimise(truth_table(sets, values, inclusion_cut=1), "parsimonious")
    assert found(solution) == expressions(held["parsimonious"][outcome])


def test_calibration(reference, reference_rows):
    held = reference("qca_calibration")
    results, vector = held["results"], held["data"]["vector"]
    raw = columns(reference_rows("lipset_raw_LR"), "DEV", "URB", "LIT")
    anchored = [
        ("DEV_direct_400_550_900", raw["DEV"], (400, 550, 900), 0.95),
        ("URB_25_50_65", raw["URB"], (25, 50, 65), 0.95),
        ("LIT_50_75_90", raw["LIT"], (50, 75, 90), 0.95),
        ("v_direct_2_5_9", vector, (2, 5, 9), 0.95),
        ("v_decreasing", vector, (9, 5, 2), 0.95),
        ("v_direct_idm99", vector, (2, 5, 9), 0.99),
    ]
    for key, values, (exclusion, crossover, inclusion), idm in anchored:
        fuzzy = calibrate_direct(values, exclusion=exclusion, crossover=crossover, inclusion=inclusion, idm=idm)
        assert fuzzy.membership == pytest.approx(results[key], abs=1e-9), key
    assert list(calibrate_crisp(vector, 5).membership) == results["crisp_5"]
