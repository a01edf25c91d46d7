"""Published figures beside computed ones."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from citesresearch.data.campagne import Campagne
from citesresearch.data.dataset import Dataset, read_dataset
from citesresearch.indicators import INDICATORS
from citesresearch.indicators.comparaison import compare


@pytest.fixture(scope="module")
def demonstration(demonstration_dataset: Dataset) -> Dataset:
    return demonstration_dataset


@pytest.fixture(scope="module")
def estimates(demonstration_estimates: pd.DataFrame) -> pd.DataFrame:
    return demonstration_estimates


@pytest.fixture(scope="module")
def published(repository: Path) -> pd.DataFrame:
    folder = repository / "data" / "raw" / "publique"
    campagne = Campagne("publique", "", "", "2026-01-01", folder, folder / "traitees")
    return read_dataset(campagne)["chiffres_publies"]


@pytest.fixture(scope="module")
def compared(estimates: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    return compare(estimates, published, INDICATORS.values()).set_index("id_chiffre")


@pytest.mark.parametrize(
    ("chiffre", "value"),
    [
        ("part_public_cible_s0", 78),
        ("part_feuilles_de_route_actualisees_s0", 61),
        ("part_cohorte_s0", 57),
        ("accord_pilotage_collectivite_s0", 80),
        ("accord_pilotage_prefectoral_s0", 87),
        ("part_liens_deets_prefecture_s0", 45),
        ("part_coordonnateurs_en_poste_s0", 62),
        ("part_postes_finances_totalite_s0", 63),
        ("part_liens_entreprises_s0", 67),
        ("part_liens_collectivite_s0", 56),
        ("partenaires_moyenne_s0", 14),
        ("partenaires_maximum_gazette_2024", 27),
        ("referents_s0", 815),
        ("actions_axe_2_s0", 5400),
        ("beneficiaires_axe_2_s0", 88000),
        ("actions_axe_3_s0", 4400),
        ("beneficiaires_axe_3_s0", 30000),
        ("etp_coordination_moyen_s0", 0.80),
        ("qpv_concernes_s0", 445),
        ("repondants_besoins_s1", 171),
        ("cites_repondantes_cap_metiers_2023", 81),
        ("cites_vague_2020_s1", 24),
        ("cites_vague_2021_s1", 60),
        ("cites_total_s3", 84),
        ("nouvelles_cites_departementales_s2", 2),
        ("part_nouvelles_cites_intercommunales_s2", 66.7),
        ("cafe_cites_s0", 44),
        ("cafe_cites_participants_s0", 50),
        ("groupes_travail_nationaux_s0", 8),
        ("articles_publies_s0", 319),
        ("actions_recensees_s0", 229),
        ("rendez_vous_par_an_s0", 1),
    ],
)
def test_the_demonstration_meets_what_was_published(compared: pd.DataFrame, chiffre: str, value: float) -> None:
    row = compared.loc[chiffre]
    assert (row["valeur_publiee"], row["valeur_arrondie"], row["difference"]) == (value, value, 0)
    assert row["etat"] == "egal"


def test_no_published_national_figure_is_hidden(compared: pd.DataFrame, published: pd.DataFrame) -> None:
    assert list(compared.index) == list(published.loc[published["perimetre_type"] == "national", "id_chiffre"])
    assert set(compared["etat"]) == {"egal", "autre_edition", "non_calculable"}
    assert (compared.loc[compared["etat"] != "egal", "motif"] != "").all()
    assert "lu" in str(compared.loc["cofinancement_s0", "motif"])
    earlier = compared.loc["referents_s1"]
    assert (earlier["etat"], earlier["valeur_publiee"], earlier["difference"]) == ("autre_edition", 803, 12)


def test_every_figure_that_the_codebook_announces_is_computed(compared: pd.DataFrame, demonstration: Dataset) -> None:
    announced: set[str] = set()
    for table in demonstration.codebook.tables.values():
        for field in table.fields:
            announced |= {field.extra["chiffre_publie"]} if "chiffre_publie" in field.extra else set()
            for codes in field.extra.get("chiffre_publie_par", {}).values():
                announced |= set(codes.values())
    met = compared[compared["etat"] == "egal"]
    assert announced - set(met["chiffre"]) == set()


def test_a_difference_is_said_at_the_published_precision(estimates: pd.DataFrame, published: pd.DataFrame) -> None:
    changed = published.copy()
    mine = changed["id_chiffre"].isin(["etp_coordination_moyen_s0", "part_cohorte_s0"])
    changed.loc[mine, "valeur"] += 0.01
    compared = compare(estimates, changed, INDICATORS.values()).set_index("id_chiffre")
    assert compared.loc["etp_coordination_moyen_s0", "etat"] == "different"
    assert compared.loc["etp_coordination_moyen_s0", "difference"] == pytest.approx(-0.01)
    assert compared.loc["part_cohorte_s0", "difference"] == pytest.approx(-0.22)


def test_without_data_or_with_a_withheld_value_the_reason_is_given(
    estimates: pd.DataFrame, published: pd.DataFrame
) -> None:
    held = estimates[estimates["indicateur"] != "qpv_concernes"].copy()
    withheld = held["indicateur"] == "repondants"
    held["valeur"], held["statut"] = held["valeur"].mask(withheld), held["statut"].mask(withheld, "s")
    compared = compare(held, published, INDICATORS.values()).set_index("id_chiffre")
    assert compared.loc["qpv_concernes_s0", "motif"] == "la campagne n’a pas les données de cet indicateur"
    assert compared.loc["repondants_besoins_s1", "motif"] == "valeur retenue"
    assert compared.loc[["qpv_concernes_s0", "repondants_besoins_s1"], "valeur_calculee"].isna().all()


# -- the demonstration's estimates as a whole ------------------------------------------------------------------------


def test_shares_of_a_closed_question_add_up(estimates: pd.DataFrame, demonstration: Dataset) -> None:
    retours = demonstration.codebook["retours"]
    single = [m.id for m in INDICATORS.values() if m.champs == (f"retours.{m.id}",) and m.forme in ("echelle", "choix")]
    assert len(single) > 40
    national = estimates[(estimates["perimetre_type"] == "national") & (estimates["croisement"] == "")]
    for name in single:
        vocabulary = retours[name].vocabulary
        assert vocabulary is not None
        rows = national[national["indicateur"] == name].set_index("modalite")
        inside = rows.loc[[m.code for m in vocabulary.modalites]]
        assert inside["valeur"].sum() == pytest.approx(100), name
        assert inside["n"].sum() == inside["base"].iloc[0], name
        outside = rows.loc[[m.code for m in vocabulary.hors_echelle], "n"].sum()
        asked = inside["base"].iloc[0] + outside + inside["manquants"].iloc[0]
        assert asked <= 81, name
        assert retours[name].extra.get("si") or asked == 81, name
        assert (inside["general_bas"] <= inside["valeur"]).all(), name
        assert (inside["general_haut"] >= inside["valeur"]).all(), name
        assert (inside["recensement_haut"] - inside["n"]).nunique() == 1, name


def test_a_cite_without_return_says_nothing_of_itself(estimates: pd.DataFrame) -> None:
    silent = estimates[(estimates["perimetre_type"] == "cite") & (estimates["perimetre_id"] == "demo-017")]
    said = silent[silent["statut"] == "ok"]
    assert set(said["indicateur"]) <= {
        "communes_couvertes",
        "departements_couverts",
        "population_documentee",
        "contexte_documente",
        "copilotes_nommes",
        "retours_recus",
        "qpv_concernes",
        "cites_par_annee",
        "cites_par_echelle",
    }


def test_nothing_of_persons_is_computed_for_a_cite(estimates: pd.DataFrame) -> None:
    persons = estimates["indicateur"].map(lambda name: INDICATORS[name].secret) == "personnes"
    rows = estimates[persons & (estimates["perimetre_type"] == "cite")]
    assert len(rows) > 0
    assert set(rows["statut"]) == {"s"}
    assert rows[["valeur", "n", "base", "manquants"]].isna().all(axis=None)
