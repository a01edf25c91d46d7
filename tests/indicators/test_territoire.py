"""Sums over neighbourhoods with their bounds, changes on the same neighbourhoods, rates left as they are."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.campagnes import campagne_at, write_campagne
from tests.data.insee_forms import Cells, as_published

from citesresearch.codebook.insee import load_insee_names
from citesresearch.data.dataset import read_dataset
from citesresearch.indicators.estimates import build_estimates
from citesresearch.indicators.territoire import INDICATORS

HEADER = ["CODGEO", "LIBGEO", "TX_TOT_EMPL", "ABCDE", "ABC", "ABC_F", "ABC_H", "A", "NOTE_PE"]
COMMUNES = (
    "id_cde,code_commune,commune,source,date_reference\n"
    "cde-001,75101,Ville,D1,2024-09\ncde-002,92001,Autre,D1,2024-09\ncde-003,13001,Rien,D1,2024-09\n"
)
DEPARTEMENTS = (
    "id_cde,code_departement,departement,source,date_reference\n"
    "cde-001,75,Paris,D1,2024-09\ncde-002,92,Hauts-de-Seine,D1,2024-09\ncde-003,13,Bouches-du-Rhône,D1,2024-09\n"
)
# Three neighbourhoods of cde-001, one other in its département, one of cde-002 in the same region, one far away.
DEMO = [
    ["CODGEO", "LIBGEO", "LIB_COM", "POP_MUN"],
    *(
        [code, f"Quartier {code}", commune, people]
        for code, commune, people in (
            ("QP075001", "Ville", "1 000"),
            ("QP075002", "Ville", "2 000"),
            ("QP075003", "Ville, Voisine", ""),
            ("QP075004", "Voisine", "500"),
            ("QP092001", "Autre", "3 000"),
            ("QP059001", "Lille", "4 000"),
        )
    ),
]


def edition(*rows: str) -> Cells:
    return [
        HEADER,
        *([code, f"Quartier {code}", *cells.split("|")] for code, cells in (row.split(" ") for row in rows)),
    ]


FORMER = edition(
    "Ensemble 41,0|900|800|||600|",
    "QP075001 40,0|110|100|60|40|70|0",
    "QP075002 50,0|220|200|||150|0",
    "QP075003 ||||||0",
    "QP075004 45,0|60|50|25|25|30|0",
    "QP092001 60,0|310|300|150|150|200|0",
    "QP059001 30,0||||||3",
)
LATER = edition(
    "QP075001 40,0|120|110|66|44|77|0",
    "QP075002 50,0|240|||||0",
    "QP075003 |34|30|15|15|20|0",
    "QP075004 45,0|60|55|30|25|30|0",
    "QP092001 60,0|300|270|150|120|180|0",
    "QP059001 30,0|400|390|190|200|250|0",
)


@pytest.fixture(scope="module")
def estimates(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    root = tmp_path_factory.mktemp("projet")
    folder = write_campagne(root, cite_communes=COMMUNES, cite_departements=DEPARTEMENTS)
    insee = root / "data" / "raw" / "insee"
    insee.mkdir()
    for name, cells in (("IPRO_2018", FORMER), ("IPRO_2019", LATER), ("DEMO_2021", DEMO)):
        (insee / f"{name}.csv").write_bytes(as_published(cells))
    return build_estimates(read_dataset(campagne_at(folder)), INDICATORS)


def row(estimates: pd.DataFrame, indicateur: str, **key: str) -> pd.Series:
    found = estimates[estimates["indicateur"] == indicateur]
    for column, value in {"croisement": "", **key}.items():
        found = found[found[column] == value]
    assert len(found) == 1, found.to_string()
    return found.iloc[0]


def seekers(
    estimates: pd.DataFrame, kind: str, ident: str, edition: str, modalite: str = "abc", **key: str
) -> pd.Series:
    return row(
        estimates,
        "demandeurs_emploi",
        perimetre_type=kind,
        perimetre_id=ident,
        edition=edition,
        modalite=modalite,
        **key,
    )


COUNTED = ["valeur", "valeur_basse", "valeur_haute", "n", "base", "manquants", "hors_echelle"]


def test_a_sum_with_withheld_counts_is_at_least(estimates: pd.DataFrame) -> None:
    # 110 + 30, one withheld: at most the 240 of its categories A to E.
    whole = seekers(estimates, "cite", "cde-001", "IPRO 2019")
    assert whole[COUNTED].tolist() == [140.0, 140.0, 380.0, 2.0, 3.0, 0.0, 1.0]
    assert whole["date_reference"] == "2018-12-31"
    # Both sexes of the second neighbourhood are withheld: 200 between them, not 4 each; the third says nothing.
    women = seekers(estimates, "cite", "cde-001", "IPRO 2018", croisement="sexe", croisement_modalite="femmes")
    assert women[["valeur", "n", "hors_echelle"]].tolist() == [60.0, 1.0, 2.0]


def test_bounds_are_those_of_the_available_neighbourhoods(estimates: pd.DataFrame) -> None:
    every = seekers(estimates, "tous_qpv", "", "IPRO 2018")
    assert every[["valeur", "n", "base", "manquants", "hors_echelle"]].tolist() == [650.0, 4.0, 6.0, 1.0, 1.0]
    # The withheld one is part of no published total: under 5. The missing one is counted apart.
    assert every["valeur_haute"] == 654.0


def test_the_others_leave_the_cite_out(estimates: pd.DataFrame) -> None:
    assert seekers(estimates, "autres_qpv_departement", "cde-001", "IPRO 2019")["valeur"] == 55.0
    assert seekers(estimates, "autres_qpv_region", "cde-001", "IPRO 2019")["valeur"] == 55.0 + 270.0
    # The only neighbourhood of its département: no one to compare with.
    alone = seekers(estimates, "autres_qpv_departement", "cde-002", "IPRO 2019")
    assert (alone["statut"], alone["motif"]) == ("nc", "aucun autre quartier prioritaire à comparer")


def test_a_cite_without_neighbourhood_says_so(estimates: pd.DataFrame) -> None:
    none = seekers(estimates, "cite", "cde-003", "IPRO 2019")
    assert (none["statut"], none["base"], none["motif"]) == (
        "nd",
        0.0,
        "aucun quartier prioritaire rattaché à cette Cité",
    )
    counted = row(estimates, "qpv_rattaches", perimetre_id="cde-003")
    assert (counted["statut"], counted["n"]) == ("nd", 0.0)
    assert row(estimates, "qpv_rattaches", perimetre_id="cde-001")["valeur"] == 3.0


def test_change_is_on_the_neighbourhoods_known_at_both_dates(estimates: pd.DataFrame) -> None:
    # 100 to 110: the neighbourhoods known at one date only would make it 300 to 140.
    change = row(
        estimates, "demandeurs_emploi_evolution", perimetre_id="cde-001", perimetre_type="cite", modalite="abc"
    )
    assert change["valeur"] == pytest.approx(10.0)
    assert change[["n", "base", "manquants"]].tolist() == [1.0, 3.0, 2.0]
    assert change["edition"] == "IPRO 2018 à IPRO 2019"
    assert change["motif"].startswith("L’évolution publiée par l’Insee s’écarte")


def test_editions_that_are_no_series_are_said_to_be_none() -> None:
    known = load_insee_names().warnings("defm_abc", "IPRO 2017", "IPRO 2018")
    assert [said.niveau for said in known] == ["rupture"]
    assert load_insee_names().warnings("defm_abc", "IPRO 2030", "IPRO 2031") == []
    # A span warns of every step that it covers.
    assert len(load_insee_names().warnings("defm_abc", "IPRO 2017", "IPRO 2021")) == 4


def test_rates_keep_one_value_a_neighbourhood(estimates: pd.DataFrame) -> None:
    rates = estimates[estimates["indicateur"] == "taux_qpv"]
    assert set(rates["perimetre_type"]) == {"qpv"}
    # The later edition repeats the rates of the former: they are not two dates.
    assert set(rates["edition"]) == {"IPRO 2018"}
    values = rates.set_index("perimetre_id")["valeur"]
    assert values["QP075001"] == 40.0
    assert rates.set_index("perimetre_id").loc["QP075003", "statut"] == "nd"
    summed = estimates[
        estimates["perimetre_type"].isin(["cite", "tous_qpv", "autres_qpv_departement", "autres_qpv_region"])
    ]
    assert set(summed["unite"]) <= {"personnes", "habitants", "qpv", "pourcentage"}
    assert set(summed.loc[summed["unite"] == "pourcentage", "indicateur"]) == {"demandeurs_emploi_evolution"}


def test_population_of_the_neighbourhoods(estimates: pd.DataFrame) -> None:
    people = row(estimates, "territoire_population", perimetre_type="cite", perimetre_id="cde-001")
    assert people[["valeur", "n", "base", "manquants"]].tolist() == [3000.0, 2.0, 3.0, 1.0]
    assert people["date_reference"] == "2018"


def test_the_published_row_of_all_neighbourhoods_is_not_their_sum(estimates: pd.DataFrame) -> None:
    published = row(estimates, "demandeurs_emploi_ensemble", modalite="abc")
    assert published[["perimetre_type", "edition", "date_reference", "valeur"]].tolist() == [
        "tous_qpv",
        "IPRO 2018",
        "2017-12-31",
        800.0,
    ]
    assert seekers(estimates, "tous_qpv", "", "IPRO 2018")["valeur"] == 650.0


def test_without_files_no_figure(tmp_path: Path) -> None:
    dataset = read_dataset(campagne_at(write_campagne(tmp_path)))
    assert build_estimates(dataset, INDICATORS).empty
