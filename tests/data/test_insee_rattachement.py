"""Which neighbourhoods a Cité has, and what a campagne does of Insee's folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.campagnes import SETTINGS, campagne_at, write_campagne

from citesresearch.data.campagne import find_campagne
from citesresearch.data.dataset import Dataset, read_dataset
from citesresearch.data.inputs import inputs_of_campagne
from citesresearch.errors import CitesError
from citesresearch.preparation import load_publication, prepare

from .insee_forms import as_published, demo, grown, ipro

COMMUNES = (
    "id_cde,code_commune,commune,source,date_reference\n"
    "cde-001,01053,Bourg-en-Bresse,D1,2024-09\n"
    "cde-002,93066,Saint-Denis,D1,2024-09\n"
    "cde-003,2A004,Ajaccio,D1,2024-09\n"
)
LISTED = "id_cde,code_qpv,qpv,population,source,date_reference\n"


def place(root: Path, **tables: str) -> Path:
    """A small campagne with its communes, and two files of Insee."""
    folder = write_campagne(root, **{"cite_communes": COMMUNES, **tables})
    insee = root / "data" / "raw" / "insee"
    insee.mkdir()
    (insee / "IPRO_2021.csv").write_bytes(as_published(ipro()))
    (insee / "DEMO_2021.csv").write_bytes(as_published(demo()))
    return folder


def attached(dataset: Dataset, cite: str) -> list[tuple[str, str]]:
    rows = dataset["rattachement_qpv"]
    rows = rows[rows["id_cde"] == cite]
    return list(zip(rows["code_qpv"], rows["methode"], strict=True))


def test_the_communes_of_a_cite_and_their_departement(tmp_path: Path) -> None:
    dataset = read_dataset(campagne_at(place(tmp_path)))
    assert attached(dataset, "cde-001") == [("QP001001", "communes"), ("QP001002", "communes")]
    # Saint-Denis of Seine-Saint-Denis: neither the one of La Réunion, nor a commune of the Ain so named.
    assert attached(dataset, "cde-002") == [("QP093001", "communes")]
    assert attached(dataset, "cde-003") == [("QP02A001", "communes")]


@pytest.mark.parametrize(
    ("cite", "commune", "expected"),
    [
        ("cde-009", "13055,Marseille", ["QP013054"]),  # Marseille Nord: 13th to 16th arrondissements
        ("cde-001", "13055,Marseille", ["QP013001", "QP013054"]),
        ("cde-001", "13209,Marseille 9e Arrondissement", ["QP013001"]),
        ("cde-001", "97411,Saint-Denis", ["QP974049"]),
        ("cde-001", "97411,SAINT DENIS", ["QP974049"]),
        ("cde-001", "93001,Aubervilliers", ["QP093001"]),  # the second commune of the neighbourhood
        ("cde-001", "69123,Lyon", []),
    ],
)
def test_arrondissements_and_spellings(tmp_path: Path, cite: str, commune: str, expected: list[str]) -> None:
    cites = (
        "id_cde,nom,annee_label,annee_label_origine,annee_label_source,code_region,region,echelle,echelle_origine,echelle_source,source,date_reference\n"
        f"{cite},Alpha,2020,documentee,D1,11,Île-de-France,,,,D1,2024-09\n"
    )
    communes = f"id_cde,code_commune,commune,source,date_reference\n{cite},{commune},D1,2024-09\n"
    bare = {"copilotes": "id_cde,acteur,cote,libelle,role,groupe,date_reference,datation,periode,source\n"}
    figures = (
        "id_chiffre,indicateur,perimetre_type,id_cde,code_region,valeur,valeur_basse,valeur_haute,qualificatif,statut,unite,valeur_lue,"
        "compte,base,date_reference,datation,periode,edition,source,planche,externe\n"
    )
    dataset = read_dataset(
        campagne_at(place(tmp_path, cites=cites, cite_communes=communes, chiffres_publies=figures, **bare))
    )
    assert [code for code, _ in attached(dataset, cite)] == expected


def test_the_list_given_by_the_user_replaces_the_approximation_of_its_cites(tmp_path: Path) -> None:
    given = LISTED + "cde-001,QP001003,Les Pins,,D1,2024-09\ncde-001,QP001999,Inconnu,,D1,2024-09\n"
    dataset = read_dataset(campagne_at(place(tmp_path, cite_qpv=given)))
    assert attached(dataset, "cde-001") == [("QP001003", "fournie"), ("QP001999", "fournie")]
    assert attached(dataset, "cde-002") == [("QP093001", "communes")]
    (warning,) = (p for p in dataset.problems if p.gravite != "information")
    assert (warning.fichier, warning.ligne, warning.lu, warning.blocking) == ("cite_qpv.csv", 3, "QP001999", False)


def test_neighbourhoods_of_2024_are_not_attached(tmp_path: Path) -> None:
    dataset = read_dataset(campagne_at(place(tmp_path, cite_qpv=LISTED + "cde-001,QN00101M,Neuf,,D1,2024-09\n")))
    assert attached(dataset, "cde-001") == []
    (warning,) = (p for p in dataset.problems if p.fichier == "cite_qpv.csv")
    assert "2024" in warning.attendu
    assert "liste-correspondance-qp2024-qp2015.csv" in warning.remede
    assert any(p.code == "quartiers_sans_cite" and "cde-001" in str(p.lu) for p in dataset.problems)


def test_the_official_table_gives_the_former_neighbourhoods(tmp_path: Path) -> None:
    folder = place(tmp_path, cite_qpv=LISTED + "cde-001,QN00101M,Neuf,,D1,2024-09\ncde-001,QN00102M,Loin,,D1,2024-09\n")
    table = "QP2024;Label_QP2024;Statut;QP2015_1;QP2015_2;QP2015_3\nQN00101M;Neuf;x;QP001001;QP001003;\nQN00102M;Loin;entrant;;;\n"
    (tmp_path / "data" / "raw" / "insee" / "liste-correspondance-qp2024-qp2015.csv").write_text(table, encoding="utf-8")
    dataset = read_dataset(campagne_at(folder))
    assert attached(dataset, "cde-001") == [("QP001001", "fournie"), ("QP001003", "fournie")]
    replaced, without = (p.phrase() for p in dataset.problems if p.fichier == "cite_qpv.csv")
    assert "QP001001 et QP001003" in replaced
    assert "aucune série" in without


def test_the_sources_of_the_files_join_those_of_the_campagne(tmp_path: Path) -> None:
    dataset = read_dataset(campagne_at(place(tmp_path)))
    sources = dataset["sources"].set_index("id_source")
    assert set(sources.index) == {"D1", "INSEE_DEMO", "INSEE_IPRO"}
    assert sources.loc["INSEE_IPRO", "periode"] == "éditions 2021"
    assert set(sources["externe"]) <= {True, False}


def test_problems_of_insee_stop_the_campagne_with_the_others(tmp_path: Path) -> None:
    folder = place(tmp_path)
    path = tmp_path / "data" / "raw" / "insee" / "IPRO_2021.csv"
    path.write_bytes(path.read_bytes().replace(b"QP001002", b"QP1002"))
    with pytest.raises(CitesError, match=r"IPRO_2021\.csv"):
        read_dataset(campagne_at(folder))


# --- where the files are --------------------------------------------------------------------------


def test_a_changed_file_of_insee_makes_the_prepared_folder_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = place(tmp_path)
    monkeypatch.chdir(tmp_path)
    campagne = campagne_at(folder)
    assert prepare(campagne) == "jamais préparée"
    assert prepare(campagne) is None
    insee = tmp_path / "data" / "raw" / "insee"
    (insee / "README.md").write_text("lisez-moi", encoding="utf-8")
    assert prepare(campagne) is None
    (insee / "anciennes").mkdir()  # sub-folders are read too
    (insee / "anciennes" / "IPRO_2020.csv").write_bytes(as_published(grown(ipro())))
    assert prepare(campagne) == "les fichiers bruts ont changé"
    publication = load_publication("essai")
    seekers = publication.estimate("demandeurs_emploi", perimetre_type="cite", perimetre_id="cde-001")
    assert set(seekers["date_reference"]) == {"2019-12-31", "2020-12-31"}
    assert len(publication.table("rattachement_qpv")) == 4
    # The long table stays behind the gate: pages read estimates.
    assert "insee_qpv" not in publication.tables


def test_the_folder_may_be_elsewhere(tmp_path: Path) -> None:
    folder = place(tmp_path)
    elsewhere = tmp_path / "Mes fichiers"
    (tmp_path / "data" / "raw" / "insee").rename(elsewhere)
    campagne = campagne_at(folder)
    assert read_dataset(campagne)["insee_qpv"].empty
    (folder / "campagne.toml").write_text(f'{SETTINGS}[chemins]\ninsee = "../../../Mes fichiers"\n', encoding="utf-8")
    campagne = campagne_at(folder)
    assert len(read_dataset(campagne)["qpv"]) == 8
    assert "insee/IPRO_2021.csv" in inputs_of_campagne(campagne)


def test_fictional_cites_are_not_given_real_neighbourhoods(tmp_path: Path) -> None:
    folder = place(tmp_path)
    (folder / "campagne.toml").write_text(f"{SETTINGS}synthetique = true\n", encoding="utf-8")
    assert find_campagne(folder).insee is None
    assert read_dataset(find_campagne(folder))["rattachement_qpv"].empty
