"""A pair from the cases to its finding, on whole, small, awkward and empty campagnes."""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.crosssite.campagnes_simulees import (
    SEED,
    SOME,
    among,
    silent_findings,
    ten,
    ten_findings,
    whole,
    whole_cases,
    whole_findings,
)

from citesresearch.crosssite import EXPLORED, FAMILY, associate, cases_of, find_all
from citesresearch.crosssite.family import MAIN
from citesresearch.crosssite.known_truth import simulate
from citesresearch.crosssite.measure import ordered_value
from citesresearch.crosssite.positions import positions
from citesresearch.crosssite.records import findings_table
from citesresearch.crosssite.specifications import specification_curve
from citesresearch.stats import adjust_pvalues


def numbers(value: object) -> list[float]:
    """Every float of a finding, at any depth."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [n for field in dataclasses.fields(value) for n in numbers(getattr(value, field.name))]
    if isinstance(value, tuple):
        return [n for item in value for n in numbers(item)]
    return [value] if isinstance(value, float) else []


def test_a_declared_pair_holds_all_that_a_reader_may_ask():
    f = whole_findings()[0]
    assert f.id == "copilotage_institutionnel:maturite"
    assert f.n + f.manquants == 84
    assert f.croisement is not None
    assert sum(map(sum, f.croisement.effectifs)) == f.n
    assert f.croisement.lignes == ("Portage faible", "Équilibré", "Collectivité dominante", "État dominant")
    assert f.croisement.colonnes[-1] == "Approfondissement et essaimage"
    assert f.meme_source
    assert not f.meme_jugement
    assert len(f.seuils) == 9
    assert f.modele_ajuste is not None
    assert [t.nom for t in f.modele_ajuste.termes][:2] == [
        "force du copilotage (P)",
        "déséquilibre du copilotage (|D|)",
    ]
    assert len(f.modele_ajuste.termes) <= 4
    assert f.courbure is not None
    assert f.une_de_moins is not None
    assert f.une_de_moins.bas <= (f.valeur or 0) <= f.une_de_moins.haut


def test_values_again_from_the_frame():
    cases = whole_cases()
    table = pd.DataFrame({"x": cases.governance["coordination.etp"], "y": cases.outcomes["cohorte_installee"]}).dropna()
    f = next(f for f in whole_findings() if f.id == "coordination_etp:cohorte_installee")
    assert f.n == len(table)
    yes, no = (table["x"][table["y"] == side].to_numpy() for side in (1, 0))
    above = np.sign(yes[:, None] - no[None, :]).sum() / (len(yes) * len(no))
    assert f.valeur == pytest.approx(above)
    assert f.concordantes == pytest.approx(
        100 * (yes[:, None] > no[None, :]).sum() / (yes[:, None] != no[None, :]).sum()
    )


def test_thresholds_move_the_balanced_group():
    f = next(f for f in whole_findings() if f.id == "copilotage:droit_commun_domaines")
    by_pair = {(t.delta, t.tau): t for t in f.seuils}
    cases = whole_cases()
    d = cases.governance["copilotage.desequilibre"].abs()
    strong = cases.governance[["copilotage.etat", "copilotage.collectivite"]].max(axis=1)
    y = cases.outcomes["droit_commun_domaines"]
    known = d.notna() & y.notna()
    reached = np.asarray(y[known], dtype=np.float64)
    for (delta, tau), cell in by_pair.items():
        balanced = np.asarray(((d <= delta + 1e-12) & (strong >= tau - 1e-12))[known], dtype=np.float64)
        assert cell.equilibrees == balanced.sum()
        assert cell.valeur == pytest.approx(ordered_value(balanced, reached, "delta"))


def test_families_are_adjusted_each_on_its_own_and_computed_p_only():
    findings = whole_findings()
    confirmed, explored = findings[: len(FAMILY)], findings[len(FAMILY) :]
    assert [f.id for f in findings] == [pair.id for pair in (*FAMILY, *SOME)]
    assert [f.p_ajuste for f in confirmed] == pytest.approx(adjust_pvalues([f.p for f in confirmed], "holm"))
    assert [f.p_ajuste for f in explored] == pytest.approx(adjust_pvalues([f.p for f in explored], "bh"))
    assert {f.taille_famille for f in confirmed} == {10}


def test_a_pair_that_cannot_be_computed_leaves_the_others_their_p():
    cases = whole_cases()
    constant = replace(cases, outcomes=cases.outcomes.assign(liens_collectivite=3.0))
    findings = {f.id: f for f in find_all(constant, explored=())}
    lost = findings["contrat_de_ville:liens_collectivite"]
    assert (lost.p, lost.p_ajuste, lost.force) == (None, None, "indicible")
    assert "ne change pas d’une Cité à l’autre" in lost.phrase
    kept = [f for f in findings.values() if f.famille == "confirmatoire" and f.p is not None]
    assert len(kept) == 9
    assert all(f.p_ajuste is not None and f.p_ajuste >= (f.p or 0) for f in kept)
    # The declared size stays: the smallest p is still multiplied by ten.
    least = min(kept, key=lambda f: f.p or 1)
    assert least.p_ajuste == pytest.approx(min(1.0, 10 * (least.p or 1)))


def test_the_same_data_give_the_same_findings():
    again = find_all(cases_of(simulate(SEED, 1.0)), explored=SOME[:2])
    assert again[: len(FAMILY)] == whole_findings()[: len(FAMILY)]
    assert [f.p for f in again[-2:]] == [f.p for f in whole_findings()[len(FAMILY) :][:2]]


def test_an_outcome_inside_the_index_is_refused_in_french():
    f = associate("copilotage.force_conjointe", "levier_cofinancement", whole_cases())
    assert f.force == "indicible"
    assert "entre lui-même dans cette mesure" in f.phrase
    assert f.n > 60


def test_shared_judgements_are_said_and_the_variant_stands_beside():
    f = next(f for f in whole_findings() if f.id == "copilotage:satisfaction_axe_2")
    alone = next(f for f in whole_findings() if f.id == "copilotage_institutionnel:satisfaction_axe_2")
    assert f.meme_jugement
    assert f.variante is not None
    assert (f.variante.predicteur, f.variante.n, f.variante.valeur) == (
        "copilotage_institutionnel",
        alone.n,
        alone.valeur,
    )
    assert not any(f.meme_jugement for f in whole_findings()[: len(FAMILY)])


def test_any_column_may_be_asked_of_the_same_objects():
    ordered = associate("france_travail.satisfaction", "satisfaction_axe_1", whole_cases())
    assert ordered.mesure == "tau_b"
    assert ordered.meme_jugement
    assert ordered.croisement is not None
    assert ordered.croisement.lignes[0] == "Pas du tout satisfaisante"
    listed = associate("coordination.structure_porteuse", "cohorte_installee", whole_cases())
    assert listed.mesure == "v"
    with pytest.raises(KeyError):
        associate("copilotage", "bonheur", whole_cases())


def test_ten_cites_with_every_difficulty():
    """A constant outcome, a type with one Cité, no survey: it runs, and says what cannot be said."""
    assert len(ten()["cites"]) == 10
    findings = ten_findings()
    by_id = {f.id: f for f in findings}
    assert by_id["copilotage_institutionnel:maturite"].force == "indicible"
    assert "ne change pas" in by_id["copilotage_institutionnel:maturite"].motif
    typed = by_id["type_copilotage:satisfaction_axe_2"]
    assert typed.croisement is not None
    assert 1 in [sum(line) for line in typed.croisement.effectifs]
    assert {f.n for f in findings if f.force != "indicible"} <= set(range(6, 11))
    for f in findings:
        assert f.phrase.endswith(".")
        assert "nan" not in f.phrase.lower().split()
        assert all(math.isfinite(n) for n in numbers(f)), f
        if f.force != "indicible":
            assert f.bas is None  # too few for an interval
            assert f.modele_ajuste is not None
            assert not f.modele_ajuste.termes
            assert f.modele_ajuste.motif


def test_a_campagne_without_returns_says_so_everywhere():
    for f in silent_findings():
        assert (f.n, f.manquants, f.force, f.p) == (0, 84, "indicible", None)
        assert f.phrase.endswith("aucune Cité n’a remis de retour.")


@pytest.mark.parametrize("cites", [[], ["demo-001"], [f"demo-{i:03d}" for i in range(1, 8)]], ids=len)
def test_however_few_nothing_is_raised(cites):
    cases = cases_of(among(whole(), cites))
    assert len(find_all(cases, explored=EXPLORED[::9])) > len(FAMILY)
    assert len(positions(cases)) == len(cites)
    assert all(specification_curve(cases, pair).motif for pair in MAIN) == (len(cites) < 2)


@pytest.mark.parametrize("findings", [whole_findings, ten_findings, silent_findings])
def test_no_cell_holds_what_json_cannot(findings):
    table = findings_table(findings())
    for column in ("croisement", "modele_ajuste", "courbure", "une_de_moins", "seuils", "variante"):
        for cell in table[column]:
            json.loads(cell, parse_constant=pytest.fail)
