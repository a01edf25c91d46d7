"""Everything in a campagne's folder is read, ignored with its reason, or a problem; nothing is chosen in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.campagnes import TABLES, write_campagne
from tests.data.classeurs import rows_of, write_ods, xlsx

from citesresearch.codebook import load_codebook
from citesresearch.data.checking.problems import Problem, Problems
from citesresearch.data.checking.validation import read_and_validate
from citesresearch.data.reading import raw_bytes

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_campagne(tmp_path)


def check(folder: Path) -> Problems:
    return read_and_validate(folder, load_codebook())[1]


def told(folder: Path) -> list[tuple[str, str, str]]:
    return [(p.fichier, p.code, p.gravite) for p in check(folder)]


def words(problem: Problem) -> str:
    return problem.phrase().replace("\u00a0", " ").replace("\u202f", " ")


def test_a_folder_as_it_comes(folder: Path) -> None:
    """What evaluators send: tables in three formats, and all the rest of their folder."""
    rows = rows_of(TABLES["cite_communes"])
    (folder / "cite_communes.csv").unlink()
    xlsx({"cite_communes": rows, "Mode d’emploi": [["À lire"]]}).save(folder / "communes.xlsx")
    (folder / "copilotes.csv").unlink()
    write_ods(folder / "copilotes.ods", {"Feuille1": rows_of(TABLES["copilotes"])})
    (folder / "Sources.TXT").write_bytes((folder / "sources.csv").read_bytes().replace(b",", b"\t"))
    (folder / "sources.csv").unlink()
    (folder / "compte rendu.docx").write_bytes(b"PK\x03\x04")
    (folder / "photo.jpg").write_bytes(PNG)
    for name in ("Thumbs.db", ".DS_Store", "desktop.ini", "README.md", "datapackage.json", "problemes.csv"):
        (folder / name).write_bytes(b"\x00\x01")
    (folder / "~$communes.xlsx").write_bytes(b"x")
    (folder / ".~lock.copilotes.ods#").write_bytes(b"x")
    (folder / "~$parti.xlsx").write_bytes(b"x")
    (folder / "archives 2022").mkdir()
    (folder / "archives 2022" / "cites.csv").write_text("x", "utf-8")
    (folder / "traitees").mkdir()
    (folder / "traitees" / "problemes.csv").write_text("x", "utf-8")
    tables, problems = read_and_validate(folder, load_codebook())
    assert set(tables) == set(TABLES)
    assert not problems.blocking
    assert sorted((p.fichier, p.feuille, p.code) for p in problems if p.feuille is None) == [
        ("Sources.TXT", None, "nom_approche"),
        ("archives 2022", None, "dossier_ignore"),
        ("communes.xlsx", None, "fichier_ouvert"),
        ("copilotes.ods", None, "fichier_ouvert"),
        ("essai", None, "fichier_ignore"),
    ]
    assert [(p.feuille, p.code) for p in problems if p.feuille] == [("Mode d’emploi", "feuille_ignoree")]
    (ignored,) = [p for p in problems if p.code == "fichier_ignore"]
    assert ignored.lu == "compte rendu.docx et photo.jpg"


@pytest.mark.parametrize(
    ("name", "content", "code", "said"),
    [
        ("copilotes.csv", b"", "fichier_vide", "supprimer le fichier"),
        ("copilotes.csv", PNG, "fichier_binaire", "une image PNG"),
        ("copilotes.xlsx", PNG, "fichier_binaire", "une image PNG"),
        ("retours.xls", b"\xd0\xcf\x11\xe0", "fichier_binaire", "au format « Classeur Excel (.xlsx) »"),
        ("bilan.numbers", b"PK\x03\x04", "fichier_binaire", "Classeur Excel"),
        ("communes_2024.csv", b"a;b\n", "fichier_inconnu", "il n’est pas lu"),
        ("copilotes.xlsx", b"", "fichier_vide", "0 octet"),
        ("copilote.csv", b"a;b\n", "fichier_inconnu", "renommer en « copilotes.csv »"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(
    folder: Path, name: str, content: bytes, code: str, said: str
) -> None:
    (folder / "copilotes.csv").unlink()
    (folder / name).write_bytes(content)
    (problem,) = check(folder)
    assert (problem.fichier, problem.code) == (name, code)
    assert said in words(problem)
    assert problem.blocking == (code != "fichier_inconnu")


def test_a_folder_named_like_a_file(folder: Path) -> None:
    (folder / "copilotes.csv").unlink()
    (folder / "copilotes.csv").mkdir()
    (folder / "autres.xlsx").mkdir()
    assert told(folder) == [
        ("copilotes.csv", "fichier_illisible", "bloquant"),
        ("autres.xlsx", "fichier_illisible", "bloquant"),
    ]


@pytest.mark.parametrize("name", ["copilotes.csv", "copilotes.xlsx"])
def test_two_hundred_megabytes_are_not_read(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "copilotes.csv").unlink()
    with (folder / name).open("wb") as stream:
        stream.truncate(raw_bytes.MAX_BYTES + 1)
    (problem,) = check(folder)
    assert (problem.fichier, problem.code) == (name, "fichier_trop_gros")


def test_long_cells_are_told_with_their_place(folder: Path) -> None:
    text = TABLES["copilotes"].replace("Préfecture", "é" * 10_001)
    (folder / "copilotes.csv").write_text(text, "utf-8")
    (problem,) = check(folder)
    assert (problem.code, problem.ligne, problem.colonne) == ("cellule_trop_longue", 2, "libelle")
    assert len(problem.phrase()) < 400


# --- no choice in silence --------------------------------------------------------------------------------


def test_a_table_in_two_places_is_told_with_both(folder: Path) -> None:
    rows = rows_of(TABLES["copilotes"])
    xlsx({"copilotes": rows, "COPILOTES (2)": rows}).save(folder / "classeur.xlsx")
    write_ods(folder / "z.ods", {"copilotes": rows[:2]})
    found = [p for p in check(folder) if p.code == "table_en_double"]
    assert [(p.fichier, p.feuille) for p in found] == [
        ("classeur.xlsx", "copilotes"),
        ("classeur.xlsx", "COPILOTES (2)"),
        ("z.ods", "copilotes"),
    ]
    assert all(p.blocking and "elle est déjà dans « copilotes.csv »" in words(p) for p in found)


def test_a_file_under_two_cases(folder: Path) -> None:
    (folder / "Copilotes.csv").write_text(TABLES["copilotes"], "utf-8")
    if len(list(folder.glob("[Cc]opilotes.csv"))) == 1:
        pytest.skip("this file system does not tell the two names apart")
    assert ("copilotes.csv", "table_en_double", "bloquant") in told(folder)


def test_a_sheet_is_recognised_by_its_columns(folder: Path) -> None:
    (folder / "copilotes.csv").unlink()
    rows = rows_of(TABLES["copilotes"])
    xlsx({"Listes": [["préfecture", "commune"]], "Feuil1": rows}).save(folder / "divers.xlsx")
    tables, problems = read_and_validate(folder, load_codebook())
    assert len(tables["copilotes"]) == 3
    assert [(p.feuille, p.code, p.blocking) for p in problems] == [
        ("Feuil1", "nom_approche", False),
        ("Listes", "feuille_ignoree", False),
    ]
    assert "lu comme la table « copilotes »" in words(problems[0])


def test_a_sheet_that_may_be_a_table_blocks(folder: Path) -> None:
    (folder / "copilotes.csv").unlink()
    rows = rows_of(TABLES["copilotes"])
    rows[0][rows[0].index("libelle")] = "nom du copilote"
    xlsx({"Feuil1": rows, "Retour": [["x"]]}).save(folder / "divers.xlsx")
    found = check(folder)
    assert [(p.feuille, p.code, p.blocking) for p in found] == [
        ("Feuil1", "feuille_inconnue", True),
        ("Retour", "feuille_inconnue", True),
    ]
    assert "celle-ci ressemble à « copilotes »" in words(found[0])
    assert "celle-ci ressemble à « retours »" in words(found[1])


def test_the_only_sheet_of_a_workbook_named_like_a_table(folder: Path) -> None:
    (folder / "copilotes.csv").unlink()
    rows = rows_of(TABLES["copilotes"])
    rows[0][rows[0].index("libelle")] = "nom du copilote"
    xlsx({"Feuil1": rows, "Feuil2": []}).save(folder / "copilotes.xlsx")
    (problem,) = [p for p in check(folder) if p.blocking]
    assert (problem.feuille, problem.code, problem.ligne, problem.colonne) == (
        "Feuil1",
        "colonne_absente",
        1,
        "libelle",
    )
    xlsx({"Feuil1": [["a"]], "Feuil2": [["b"]]}).save(folder / "copilotes.xlsx")
    (problem,) = [p for p in check(folder) if p.blocking]
    assert (problem.code, problem.lu) == ("feuille_absente", "«\u00a0Feuil1\u00a0» et «\u00a0Feuil2\u00a0»")


def test_an_empty_sheet_of_a_table_is_told(folder: Path) -> None:
    (folder / "copilotes.csv").unlink()
    xlsx({"copilotes": [], "Feuil2": []}).save(folder / "divers.xlsx")
    (problem,) = check(folder)
    assert (problem.feuille, problem.code) == ("copilotes", "fichier_vide")
