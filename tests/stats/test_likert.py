"""Summary of an ordered scale, against R (likert) and by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citesresearch.stats import likert_summary

SCALE = ("tres", "plutot", "peu", "pas")
GOOD = ("tres", "plutot")
answer_lists = st.lists(st.sampled_from([*SCALE, "nsp", None]), max_size=40)


def summary(answers) -> Any:
    return likert_summary(answers, SCALE, favourable=GOOD, outside=("nsp",))


def test_by_hand():
    found = summary(["tres", "tres", "plutot", "pas", "nsp", None, float("nan"), pd.NA, "nsp"])
    assert dict(found.counts) == {"tres": 2, "plutot": 1, "peu": 0, "pas": 1}
    assert list(found.counts) == list(SCALE)
    assert dict(found.outside) == {"nsp": 2}
    assert (found.base, found.missing, found.total) == (4, 3, 9)
    assert (found.favourable, found.unfavourable, found.balance) == (0.75, 0.25, 0.5)
    assert found.median == "plutot"  # scores 1, 3, 4, 4: the lower middle is 3
    assert found.mean == 3
    assert found.sd == pytest.approx(2**0.5)


def _check(found, theirs, levels, tolerance):
    assert found.base == theirs["n_valid"]
    assert found.missing == theirs["n_missing"]
    assert [found.shares[level] for level in levels] == pytest.approx(theirs["shares"], abs=tolerance)
    assert found.shares[levels[-1]] == pytest.approx(theirs["top_box"], abs=tolerance)
    assert found.favourable == pytest.approx(theirs["top2"], abs=tolerance)
    assert found.unfavourable == pytest.approx(theirs["bottom2"], abs=tolerance)
    assert found.balance == pytest.approx(theirs["net_balance"], abs=tolerance)
    assert found.mean == pytest.approx(theirs["mean"], abs=tolerance)
    assert found.sd == pytest.approx(theirs["sd"], abs=tolerance)
    assert levels.index(found.median) + 1 == theirs["median_type1"]


def test_r_likert_on_81_sites(reference, reference_rows):
    """reference/likert_summary.json: R formulas and likert() on sites81."""
    held = reference("likert_summary")
    tolerance = held["tolerance"]["abs"]
    rows = reference_rows("sites81")
    for place, (item, column) in enumerate((("sat", "satisfaction"), ("mat", "maturity"))):
        found: Any = likert_summary(
            [int(row[column]) for row in rows], (4, 3, 2, 1), favourable=(4, 3), neutral=(), outside=()
        )
        sites = held["results"]["sites"]
        _check(found, sites["formula"][item], [1, 2, 3, 4], tolerance)
        assert 100 * found.unfavourable == pytest.approx(sites["low"][place], abs=1e-9)
        assert 100 * found.neutral == sites["neutral"][place]
        assert 100 * found.favourable == pytest.approx(sites["high"][place], abs=1e-9)


def test_r_likert_on_pisa(reference, shared_rows):
    """reference/likert_summary.json: R likert() and formulas on 400 pupils, with missing answers."""
    held = reference("likert_summary")
    rows, levels = shared_rows("pisa_st24_400"), held["data"]["levels"]
    package = held["results"]["likert_pkg"]
    for item, theirs in held["results"]["formula"].items():
        answers = [None if row[item] in ("", "NA") else row[item] for row in rows]
        found: Any = likert_summary(answers, levels[::-1], favourable=levels[2:])
        _check(found, theirs, levels, held["tolerance"]["abs"])
        place = package["items"].index(item)
        assert found.mean == pytest.approx(package["mean"][place], abs=1e-9)
        assert found.sd == pytest.approx(package["sd"][place], abs=1e-9)
        assert 100 * found.favourable == pytest.approx(package["high"][place], abs=1e-9)


@given(answer_lists)
def test_everything_is_counted_once(answers):
    found = summary(answers)
    assert found.total == len(answers)
    assert found.favourable_count + found.neutral_count + found.unfavourable_count == found.base
    if found.base:
        assert sum(found.shares.values()) == pytest.approx(1)
        assert -1 <= found.balance <= 1


@given(answer_lists)
def test_outside_and_missing_never_move_a_share(answers):
    kept = [answer for answer in answers if answer in SCALE]
    assert summary(answers).shares == summary(kept).shares
    assert summary(answers).balance == summary(kept).balance


@given(answer_lists)
def test_reversing_the_scale_reverses_the_balance(answers):
    flipped = likert_summary(answers, SCALE[::-1], favourable=("pas", "peu"), outside=("nsp",))
    straight = summary(answers)
    if straight.base:
        assert flipped.balance == pytest.approx(-straight.balance)


def test_neutral_levels_stay_in_the_base():
    found: Any = likert_summary(
        ["bon", "moyen", "moyen", "mauvais"], ("bon", "moyen", "mauvais"), favourable=("bon",), neutral=("moyen",)
    )
    assert (found.favourable, found.neutral, found.unfavourable, found.balance) == (0.25, 0.5, 0.25, 0)


def test_nobody_on_the_scale():
    for answers in ([], ["nsp", None]):
        found = summary(answers)
        assert found.base == 0
        assert found.shares is found.favourable is found.balance is found.median is found.mean is None
    assert summary(["tres"]).sd is None


@pytest.mark.parametrize(
    "answers", [np.array(["tres", "pas"]), pd.Series(["tres", "pas", None]), pd.Categorical(["tres", "pas", None])]
)
def test_arrays_and_series(answers):
    assert summary(answers).base == 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: summary(["Tres"]), "'Tres'"),
        (lambda: likert_summary([], (), favourable=()), "at least one level"),
        (lambda: likert_summary([], ("a", "a"), favourable=()), "twice"),
        (lambda: likert_summary([], ("a", "b"), favourable=("c",)), "not on the scale"),
        (lambda: likert_summary([], ("a", "b"), favourable=("a",), neutral=("a",)), "twice"),
        (lambda: likert_summary([], ("a", "b"), favourable=("a",), outside=("b",)), "twice"),
    ],
)
def test_wrong_calls_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
