"""Each indicator on a campagne of three Cités, its values worked out by hand from `tests/campagnes.py`."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from tests.campagnes import campagne_at, write_campagne

from citesresearch.codebook import load_codebook
from citesresearch.data.dataset import read_dataset
from citesresearch.indicators import INDICATORS
from citesresearch.indicators.estimates import COLUMNS, build_estimates
from citesresearch.indicators.questions import question_indicators


@pytest.fixture(scope="module")
def estimates(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return build_estimates(read_dataset(campagne_at(write_campagne(tmp_path_factory.mktemp("projet")))))


def value(table: pd.DataFrame, indicateur: str, column: str = "valeur", **key: str) -> object:
    rows = table[table["indicateur"] == indicateur]
    for name, wanted in key.items():
        rows = rows[rows[name] == wanted]
    assert len(rows) == 1, rows.to_string()
    return rows[column].iloc[0]


def test_cites_labellisees(estimates: pd.DataFrame) -> None:
    assert value(estimates, "cites_labellisees", perimetre_type="national") == 3
    assert value(estimates, "cites_labellisees", perimetre_type="annee_label", perimetre_id="2021") == 2
    assert value(estimates, "cites_labellisees", perimetre_type="region", perimetre_id="11") == 2
    assert value(estimates, "cites_labellisees", perimetre_type="echelle", perimetre_id="communale") == 1
    # The scale of one Cité of three is not known: it is missing, not in a group of its own.
    assert value(estimates, "cites_labellisees", "manquants", perimetre_type="echelle", perimetre_id="communale") == 1


def test_communes_couvertes_counts_a_shared_commune_once(estimates: pd.DataFrame) -> None:
    assert value(estimates, "communes_couvertes", perimetre_type="national") == 2
    assert value(estimates, "communes_couvertes", perimetre_type="cite", perimetre_id="cde-002") == 2
    assert value(estimates, "communes_couvertes", perimetre_type="annee_label", perimetre_id="2020") == 1
    assert value(estimates, "communes_couvertes", "base", perimetre_type="national") == 2  # cde-003 has no commune


def test_departements_couverts_is_silent_without_its_table(estimates: pd.DataFrame) -> None:
    assert estimates[estimates["indicateur"] == "departements_couverts"].empty


def test_population_documentee(estimates: pd.DataFrame) -> None:
    assert value(estimates, "population_documentee", perimetre_id="cde-001") == 52795
    assert value(estimates, "population_documentee", "date_reference", perimetre_id="cde-001") == "2019"


def test_contexte_documente_keeps_a_range_without_a_middle(estimates: pd.DataFrame) -> None:
    where = {"modalite": "cohorte_taille", "perimetre_id": "cde-001"}
    assert math.isnan(float(str(value(estimates, "contexte_documente", **where))))
    assert value(estimates, "contexte_documente", "valeur_basse", **where) == 60
    assert value(estimates, "contexte_documente", "valeur_haute", **where) == 70
    assert value(estimates, "contexte_documente", "statut", **where) == "ok"


def test_chiffres_nationaux_keeps_two_editions_and_the_unreadable_one(estimates: pd.DataFrame) -> None:
    assert value(estimates, "chiffres_nationaux", modalite="referents", edition="1re") == 803
    assert value(estimates, "chiffres_nationaux", modalite="referents", edition="2e") == 815
    assert value(estimates, "chiffres_nationaux", "statut", modalite="cofinancement") == "nd"
    assert math.isnan(float(str(value(estimates, "chiffres_nationaux", modalite="cofinancement"))))


def test_copilotes_nommes_leaves_leaders_of_groups_out(estimates: pd.DataFrame) -> None:
    mine = {"perimetre_type": "cite", "perimetre_id": "cde-001"}
    assert [
        value(estimates, "copilotes_nommes", modalite=side, **mine) for side in ("etat", "collectivite", "emploi")
    ] == [1, 1, 0]
    assert value(estimates, "copilotes_nommes", "manquants", perimetre_type="national", modalite="etat") == 2
    assert estimates[(estimates["indicateur"] == "copilotes_nommes") & (estimates["perimetre_id"] == "cde-002")].empty


# What the codebook gives is worked out once for each shape, in test_questions.py.
BY_SHAPE = {"echelle", "choix", "oui_non", "nombre", "serie"}


def test_every_indicator_is_worked_by_hand_here() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("test_*.py")))
    made = {measure.id: measure for measure in question_indicators(load_codebook())}
    assert {measure.forme for measure in made.values()} <= BY_SHAPE
    assert [name for name in INDICATORS if f'"{name}"' not in text and name not in made] == []


def test_the_table_has_its_columns_and_says_why_a_value_is_missing(estimates: pd.DataFrame) -> None:
    assert tuple(estimates.columns) == COLUMNS
    without = estimates[estimates["valeur"].isna() & estimates["valeur_basse"].isna()]
    assert set(without["statut"]) <= {"nd", "nc", "s"}
    assert set(estimates["indicateur"]) <= set(INDICATORS)


def test_one_more_cite_changes_its_figures_and_no_other(tmp_path: Path, estimates: pd.DataFrame) -> None:
    from tests.campagnes import TABLES

    more = TABLES["cites"] + "cde-004,Delta,2021,inferee,D1,93,Provence,,,,D1,2024-09\n"
    after = build_estimates(read_dataset(campagne_at(write_campagne(tmp_path, cites=more))))
    assert value(after, "cites_labellisees", perimetre_type="national") == 4
    theirs = ["cites_labellisees", "copilotes_nommes", "cites_par_annee", "cites_par_echelle"]
    pd.testing.assert_frame_equal(
        estimates[~estimates["indicateur"].isin(theirs)].reset_index(drop=True),
        after[~after["indicateur"].isin(theirs)].reset_index(drop=True),
    )
