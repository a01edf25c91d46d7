"""Specification curve, positions of the Cités, and the tables that carry them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from tests.crosssite.campagnes_simulees import silent_findings, ten_findings, whole_cases, whole_findings

from citesresearch.crosssite import FAMILY
from citesresearch.crosssite.crosstab import thirds
from citesresearch.crosssite.family import MAIN, DeclaredPair
from citesresearch.crosssite.measure import mid_ranks
from citesresearch.crosssite.positions import positions
from citesresearch.crosssite.records import curves_of, curves_table, findings_of, findings_table
from citesresearch.crosssite.specifications import specification_curve

QUICK = {"shuffles": 49}


def test_the_declared_choice_is_a_rank_correlation():
    curve = specification_curve(whole_cases(), MAIN[0], **QUICK)
    (declared,) = [s for s in curve.specifications if s.declaree]
    assert (declared.variante, declared.codage) == ("copilotage_institutionnel", "rangs")
    cases = whole_cases()
    everything = pd.concat(
        [cases.governance.filter(regex=r"^copilotage.*\.(etat|force_conjointe)$"), cases.controls], axis=1
    )
    kept = everything.notna().all(axis=1) & cases.outcomes["maturite"].notna()
    k = cases.governance.loc[kept, "copilotage_institutionnel.force_conjointe"]
    assert curve.n == kept.sum()
    assert declared.valeur == pytest.approx(spearmanr(k, cases.outcomes.loc[kept, "maturite"]).statistic)


def test_a_controlled_choice_against_regressions_written_out():
    cases = whole_cases()
    curve = specification_curve(cases, MAIN[0], **QUICK)
    (one,) = [
        s
        for s in curve.specifications
        if (s.variante, s.mesure, s.temoins, s.codage)
        == ("copilotage_sans_porteur", "force conjointe (K)", "vague et échelle", "le plus haut niveau ou non")
    ]
    needed = [c for c in map(str, cases.governance) if c.startswith("copilotage") and c.endswith("force_conjointe")]
    table = pd.concat([cases.governance[needed], cases.controls, cases.outcomes["maturite"]], axis=1).dropna()
    held = np.column_stack([np.ones(len(table)), cases.controls.loc[table.index]])

    def left(values: np.ndarray) -> np.ndarray:
        return np.asarray(values - held @ np.linalg.lstsq(held, values, rcond=None)[0])

    x = left(mid_ranks(table["copilotage_sans_porteur.force_conjointe"]))
    y = left((table["maturite"] == 3).to_numpy(dtype="float64"))
    assert one.valeur == pytest.approx(float(np.corrcoef(x, y)[0, 1]))


def test_the_curve_is_whole_ordered_and_repeatable():
    curve = specification_curve(whole_cases(), MAIN[0], **QUICK)
    # 4 variants × (K + 9 thresholds) × 3 controls × 3 codings.
    assert len(curve.specifications) == 4 * 10 * 3 * 3
    values = [s.valeur for s in curve.specifications if s.valeur is not None]
    assert values == sorted(values)
    assert curve.mediane == pytest.approx(np.median(values))
    assert curve.meme_sens == pytest.approx(100 * np.mean(np.array(values) > 0))
    assert 1 / 50 <= (curve.p or 0) <= 1
    assert curve == specification_curve(whole_cases(), MAIN[0], **QUICK)


def test_a_curve_never_holds_a_variant_that_holds_the_outcome():
    curve = specification_curve(whole_cases(), FAMILY[2], **QUICK)
    assert {s.variante for s in curve.specifications} == {"copilotage_sans_cofinancement"}


def test_chance_alone_gives_a_middling_p():
    cases = whole_cases()
    rng = np.random.default_rng(2)
    ps = []
    for _ in range(20):
        shuffled = cases.outcomes.assign(maturite=rng.permutation(cases.outcomes["maturite"]))
        ps.append(specification_curve(replace(cases, outcomes=shuffled), MAIN[0], **QUICK).p or 0.0)
    # Uniform: mean ½ with standard error .29/√20, and at most 4 of 20 below .05 (1 in 400 otherwise).
    assert np.mean(ps) == pytest.approx(0.5, abs=0.26)
    assert sum(p <= 0.05 for p in ps) <= 4


def test_a_constant_outcome_has_no_curve_and_says_why():
    cases = whole_cases()
    flat = replace(cases, outcomes=cases.outcomes.assign(maturite=2.0))
    curve = specification_curve(flat, MAIN[0], **QUICK)
    assert (curve.specifications, curve.p) == ((), None)
    assert "ne change pas" in curve.motif


def test_a_control_that_never_changes_changes_nothing():
    cases = whole_cases()
    same = replace(cases, controls=cases.controls.assign(vague=1.0, echelle=0.0))
    by_controls: dict[str, list[float | None]] = {}
    for s in sorted(
        specification_curve(same, MAIN[0], **QUICK).specifications, key=lambda s: (s.variante, s.mesure, s.codage)
    ):
        by_controls.setdefault(s.temoins, []).append(s.valeur)
    assert by_controls["vague et échelle"] == pytest.approx(by_controls["aucun témoin"])


def test_a_copilotage_that_never_changes_has_no_curve():
    cases = whole_cases()
    flat = cases.governance.assign(**{c: 0.5 for c in map(str, cases.governance) if c.startswith("copilotage")})
    curve = specification_curve(replace(cases, governance=flat), MAIN[0], **QUICK)
    assert (curve.specifications, curve.motif) == ((), "le copilotage ne change pas d’une Cité à l’autre")


def test_positions_by_hand():
    """Six Cités, both sides in the same order but for one that stands at the top of one and the bottom of the other."""
    cases = whole_cases()
    ids = cases.outcomes.index[:7].tolist()
    six = replace(
        cases,
        governance=cases.governance.loc[ids].assign(**{"copilotage.force_conjointe": [1.0, 2, 3, 4, 5, 6, np.nan]}),
        outcomes=cases.outcomes.loc[ids].assign(droit_commun_domaines=[6.0, 1, 2, 3, 4, 5, 7]),
    )
    table = positions(six, DeclaredPair("copilotage", "droit_commun_domaines", 1)).set_index("id_cde")
    # Places are (rank − ½)/6: the first goes from 8 to 92, the others lose one place each.
    assert table.loc[ids[0], "ecart"] == pytest.approx(100 * 5 / 6)
    assert table.loc[ids[1], "ecart"] == pytest.approx(-100 / 6)
    assert table["position"].tolist() == ["inattendue_haute", *["typique"] * 5, ""]
    assert table.loc[ids[6], "motif"] == "la gouvernance n’est pas connue"
    turned = positions(six, DeclaredPair("copilotage", "droit_commun_domaines", 1, attendu=-1)).set_index("id_cde")
    assert turned.loc[ids[0], "position"] == "typique"
    assert turned.loc[ids[5], "position"] == "inattendue_haute"


def test_every_cite_has_a_position_or_a_reason():
    table = positions(whole_cases())
    assert len(table) == 84
    assert ((table["position"] == "") == (table["motif"] != "")).all()
    known = table[table["position"] != ""]
    assert (known["niveau"] != "").all()
    assert known["ecart"].abs().max() <= 100


def test_thirds_keep_equal_values_together():
    words, place = thirds(pd.Series([1.0, 1, 1, 1, 2, 3]))
    assert list(place) == [0, 0, 0, 0, 1, 1]
    assert words == ["le bas (1)", "le haut (de 2 à 3)"]


@pytest.mark.parametrize("findings", [whole_findings, ten_findings, silent_findings])
def test_findings_come_back_from_a_file_as_they_were(tmp_path: Path, findings):
    findings_table(findings()).to_parquet(tmp_path / "constats.parquet")
    assert findings_of(pd.read_parquet(tmp_path / "constats.parquet")) == findings()


def test_curves_come_back_too():
    curves = tuple(specification_curve(whole_cases(), pair, **QUICK) for pair in MAIN)
    assert curves_of(curves_table(curves)) == curves
    assert findings_of(findings_table(())) == ()
