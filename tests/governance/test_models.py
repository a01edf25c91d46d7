"""The other models: their interface, then each rule on a Cité worked out by hand."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from tests.indicators.petite_campagne import FIVE, FOUR, ONE, THREE, TWO, dataset, tables

from citesresearch.codebook import load_codebook
from citesresearch.data.campagne import find_campagne
from citesresearch.data.dataset import Dataset, read_dataset
from citesresearch.governance import GOVERNANCE_MODELS, GovernanceColumn, GovernanceModel
from citesresearch.indicators.estimates import build_estimates

Rows = list[dict[str, object]]
CODEBOOK = load_codebook()


def seats(cite: str, body: str, *actors: str, sieges: int | None = 1) -> Rows:
    return [{"id_cde": cite, "instance": body, "acteur": actor, "sieges": sieges} for actor in actors]


BODIES = [
    *seats(ONE, "copil", "prefecture", "ddets", "collectivite_epci", "pole_emploi", "ccas", "entreprise"),
    *seats(ONE, "cotech", "ddets", "pole_emploi", "mission_locale", sieges=None),
    *seats(TWO, "copil", "prefecture", "departement"),
    *seats(TWO, "groupe_operationnel", "pole_emploi"),
]
TEAM: Rows = [
    {"id_cde": ONE, "membre": "prefecture"},
    {"id_cde": ONE, "membre": "ddets"},
    {"id_cde": ONE, "membre": "chef_projet_contrat_ville"},
    {"id_cde": TWO, "membre": "aucune"},
]


@pytest.fixture(scope="module")
def small() -> Dataset:
    return dataset(tables(instances=BODIES, equipe_projet=TEAM))


def row(model: str, data: Dataset, cite: str) -> dict[str, object]:
    """What a model says of a Cité: its known columns."""
    return {str(name): value for name, value in GOVERNANCE_MODELS[model](data).loc[cite].dropna().items()}


# -- the interface -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("model", GOVERNANCE_MODELS.values(), ids=list(GOVERNANCE_MODELS))
def test_every_model_keeps_its_word(model: GovernanceModel, small: Dataset, repository: Path) -> None:
    fields = {f"{table.name}.{f.name}" for table in CODEBOOK.tables.values() for f in table.fields}
    assert model.libelle
    assert model.definition.endswith(".")
    public = read_dataset(find_campagne(repository / "data" / "raw" / "publique"))
    for data, size in ((small, 5), (public, 84)):
        found = model(data)
        assert list(found) == list(model.columns)
        assert list(found.index) == list(data["cites"]["id_cde"])
        assert len(found) == size
        for name, column in model.columns.items():
            known = found[name].dropna()
            assert set(model.sources_of(name)) <= fields
            assert model.sources_of(name), name
            if column.type in ("nominal", "ordinal"):
                assert set(known) <= set(CODEBOOK.vocabulary(column.vocabulaire).codes), name
                assert set(known) <= set(column.order(CODEBOOK)), "no answer outside the scale"
            else:
                assert found.dtypes[name] == "float64"
                assert column.type == "quantitatif" or set(known) <= {0.0, 1.0}
    if model.id != "copilotes_documentes":
        assert model.coverage(public) == (0, 84), "no return, nothing said"
        assert model(small).loc[FIVE].isna().all()


def test_an_ordinal_column_goes_from_the_weakest_answer_up() -> None:
    links = GOVERNANCE_MODELS["double_engagement"].columns["liens"]
    assert links.order(CODEBOOK) == ("affaiblis", "inchanges", "renforces")
    hosts = GOVERNANCE_MODELS["coordination"].columns["structure_porteuse"]
    assert hosts.order(CODEBOOK)[0] == "prefecture"
    with pytest.raises(ValueError, match="holds numbers"):
        GOVERNANCE_MODELS["coordination"].columns["etp"].order(CODEBOOK)
    with pytest.raises(ValueError, match="list of codes"):
        GovernanceColumn("Sans liste", "nominal")


# -- the coordinator ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"coordonnateur": False}, "sans_coordonnateur"),
        ({"coordonnateur": True, "coordonnateur_etp": 0.7}, "poste_a_consolider"),
        ({"coordonnateur": True, "coordonnateur_etp": 1.0, "coordonnateur_en_poste": False}, "poste_a_consolider"),
        (
            {"coordonnateur_etp": 0.8, "coordonnateur_en_poste": True, "structure_porteuse": "ccas"},
            "poste_installe_collectivite",
        ),
        (
            {"coordonnateur_etp": 1.0, "coordonnateur_en_poste": True, "structure_porteuse": "ddets"},
            "poste_installe_ailleurs",
        ),
        (
            {"coordonnateur_etp": 1.0, "coordonnateur_en_poste": True, "structure_porteuse": "association"},
            "poste_installe_ailleurs",
        ),
        ({"coordonnateur_etp": 1.0, "coordonnateur_en_poste": True}, None),
        ({"coordonnateur_etp": 1.0, "structure_porteuse": "ccas"}, None),
        ({"coordonnateur": True, "structure_porteuse": "ccas"}, None),
    ],
)
def test_types_of_coordination(answers: dict[str, object], expected: str | None) -> None:
    """What is not known leaves the type unknown only where it could change it."""
    data = dataset(tables(retours=[{"id_cde": ONE, **answers}]))
    assert row("coordination", data, ONE).get("type") == expected


def test_host_time_and_missions() -> None:
    missions: Rows = [
        {"id_cde": ONE, "mission": code} for code in ("animation_partenariat", "lien_habitants", "montage_actions")
    ]
    data = dataset(tables(missions_coordonnateur=[*missions, {"id_cde": TWO, "mission": "aucun"}]))
    one, two = row("coordination", data, ONE), row("coordination", data, TWO)
    assert (one["etp"], one["en_poste"], one["structure_porteuse"], one["cote_porteur"]) == (
        0.5,
        1,
        "epci",
        "collectivite",
    )
    assert (one["missions"], one["missions_terrain"], one["porteur_collectivite"]) == (3, 2, 1)
    assert (two["missions"], two["missions_terrain"]) == (0, 0), "« aucun » is an answer"
    assert row("coordination", data, THREE) == {"coordonnateur": 0.0, "type": "sans_coordonnateur"}
    assert row("coordination", data, FOUR) == {}


# -- the contrat de ville ----------------------------------------------------------------------------------------------
def test_forms_of_adossement(small: Dataset) -> None:
    assert row("contrat_de_ville", small, THREE) == {
        "adosse": 1,
        "articulations": 2,
        "pilier_emploi": 1,
        "instance_commune": 1,
        "equipe_commune": 0,
        "programmation_commune": 0,
        "diagnostic_commun": 0,
    }
    two = row("contrat_de_ville", small, TWO)
    assert (two["adosse"], two["articulations"], two["chef_de_projet"]) == (0, 0, 0)
    assert row("contrat_de_ville", small, ONE)["chef_de_projet"] == 1
    assert row("contrat_de_ville", small, FOUR) == {}, "no answer is not « no link »"


# -- who sits where ----------------------------------------------------------------------------------------------------
def test_composition_and_overlap(small: Dataset) -> None:
    one, two = row("composition_instances", small, ONE), row("composition_instances", small, TWO)
    assert (one["copil_acteurs"], one["cotech_acteurs"]) == (6, 3)
    assert one["recouvrement"] == pytest.approx(2 / 7)
    assert one["copil_part_etat"] == pytest.approx(2 / 6)
    assert one["cotech_part_etat"] == pytest.approx(1 / 3), "seats unknown: by actor"
    assert sum(float(str(v)) for k, v in one.items() if k.startswith("copil_part")) == pytest.approx(1)
    assert two["copil_part_collectivite"] == 0.5
    assert "recouvrement" not in two, "one body alone overlaps with nothing"
    assert row("composition_instances", small, THREE) == {}


def test_the_two_services_of_the_state_and_france_travail(small: Dataset) -> None:
    one, two = row("double_engagement", small, ONE), row("double_engagement", small, TWO)
    assert one == {"copil": 1, "cotech": 0, "equipe_projet": 1, "presences": 2}
    assert two == {"copil": 0, "equipe_projet": 0}, "no COTECH described: no total"
    assert row("france_travail", small, ONE) == {"copil": 1, "cotech": 1, "equipe_projet": 0, "presences": 2}
    assert row("france_travail", small, TWO) == {"copil": 0, "equipe_projet": 0, "groupe_operationnel": 1}
    linked = dataset(
        tables(retours=[{"id_cde": ONE, "liens_deets_prefecture": "renforces"}, {"id_cde": TWO, "liens_deets_prefecture": "ne_sait_pas"}])
    )  # fmt: skip
    assert row("double_engagement", linked, ONE)["liens_renforces"] == 1
    assert "liens_renforces" not in row("double_engagement", linked, TWO)


def test_the_circle_of_partners(small: Dataset) -> None:
    """ONE over its bodies: 2 of the State, 1 collectivité, 2 of employment, 1 social, 1 company."""
    one = row("cercle_partenaires", small, ONE)
    assert (one["acteurs"], one["cotes"], one["acteurs_sociaux_insertion"]) == (7, 5, 2)
    shares = [2 / 7, 1 / 7, 2 / 7, 1 / 7, 1 / 7]
    assert one["diversite_shannon"] == pytest.approx(-sum(p * math.log(p) for p in shares))
    assert one["diversite_blau"] == pytest.approx((1 - sum(p * p for p in shares)) / 0.8)
    alone = dataset(
        tables(instances=seats(ONE, "copil", "prefecture", "ddets"), retours=[{"id_cde": ONE, "nombre_partenaires": 3}])
    )
    one = row("cercle_partenaires", alone, ONE)
    assert (one["diversite_shannon"], one["diversite_blau"], one["cotes"], one["partenaires"]) == (0, 0, 1, 3)


def test_the_rows_are_those_of_the_campagne_in_its_order() -> None:
    frames = tables()
    frames["cites"] = frames["cites"].iloc[::-1].reset_index(drop=True)
    for model in GOVERNANCE_MODELS.values():
        pd.testing.assert_index_equal(
            model(dataset(frames)).index, pd.Index([FIVE, FOUR, THREE, TWO, ONE]), check_names=False, exact=False
        )


@pytest.mark.parametrize(
    "changes",
    [
        {"instances": seats(ONE, "groupe_operationnel", "prefecture")},
        {"articulations_contrat_ville": [{"id_cde": ONE, "articulation": "aucune"}]},
        {"retours": [{"id_cde": ONE, "copil_presidence": "prefet"}]},
        {"retours": [{"id_cde": ONE}], "equipe_projet": [{"id_cde": ONE, "membre": "aucune"}]},
    ],
    ids=["only groups", "only outside the list", "bare", "bare with a team"],
)
def test_returns_that_say_almost_nothing(changes: dict[str, Rows]) -> None:
    data = dataset(tables(**changes))
    for model in GOVERNANCE_MODELS.values():
        assert len(model(data)) == 5, model.id
    assert build_estimates(data)["indicateur"].eq("copilotage_type").any()
