"""Finding a campagne, and settings that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.campagnes import write_campagne

from citesresearch.data.campagne import find_campagne, known_campagnes
from citesresearch.data.dataset import read_tables
from citesresearch.errors import CitesError

GOOD = 'titre = "Essai"\nedition = "mars 2026"\ndate_edition = 2026-03-01\n'


def campagne(root: Path, name: str = "essai", settings: str = GOOD) -> Path:
    folder = root / "data" / "raw" / name
    folder.mkdir(parents=True)
    (folder / "campagne.toml").write_text(settings, encoding="utf-8")
    return folder


def test_by_name_from_anywhere_in_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    campagne(tmp_path)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    found = find_campagne("essai")
    assert (found.titre, found.date_edition, found.synthetique) == ("Essai", "2026-03-01", False)
    assert found.processed == tmp_path / "data" / "processed" / "essai"
    assert found.seuils == {"personnes": 5, "fiscal": 11, "organismes": 3}


def test_by_folder_outside_any_project(tmp_path: Path) -> None:
    folder = tmp_path / "Ma campagne été"
    folder.mkdir()
    (folder / "campagne.toml").write_text(GOOD + "[seuils]\npersonnes = 11\n", encoding="utf-8")
    found = find_campagne(folder)
    assert found.seuils["personnes"] == 11
    assert found.processed == folder / "traitees"


def test_an_unknown_name_suggests_the_nearest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    campagne(tmp_path, "publique")
    monkeypatch.chdir(tmp_path)
    assert known_campagnes() == ["publique"]
    with pytest.raises(CitesError, match=r"« pubique » est introuvable.*« publique »"):
        find_campagne("pubique")


def test_no_name_at_all() -> None:
    with pytest.raises(CitesError, match="Aucune campagne n’est indiquée"):
        find_campagne("  ")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("titre = ", "n’est pas un TOML lisible"),
        ('titre = "x"\nedition = "y"\n', "date_edition"),
        (GOOD + "[seuils]\npersonne = 5\n", "« seuils.personne » est inconnu"),
        (GOOD + "[seuils]\npersonnes = true\n", "entier d’au moins 1"),
        (GOOD + "[seuils]\npersonnes = 0\n", "entier d’au moins 1"),
        (GOOD + "sintetique = true\n", "« sintetique » est une clé inconnue"),
        (GOOD + 'synthetique = "oui"\n', "true ou false"),
        (GOOD.replace("2026-03-01", '"mars"'), "une date telle que"),
        ("seuils = 3\n" + GOOD, "« seuils »"),
    ],
)
def test_settings_that_cannot_be_used_are_said_in_french(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str, said: str
) -> None:
    campagne(tmp_path, settings=settings)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CitesError, match=said):
        find_campagne("essai")


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    campagne(tmp_path, settings="sintetique = true\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CitesError) as caught:
        find_campagne("essai")
    assert all(key in str(caught.value) for key in ("titre", "edition", "date_edition", "sintetique"))


def test_the_folder_of_insee_that_the_settings_name_is_not_told_as_unread(tmp_path: Path) -> None:
    folder = write_campagne(tmp_path, settings=GOOD + '[chemins]\ninsee = "donnees/insee"\n')
    (folder / "donnees" / "insee").mkdir(parents=True)
    (folder / "autre").mkdir()
    for place in ("autre", "donnees"):
        (folder / place / "note.csv").write_text("a\n1\n", encoding="utf-8")
    _, problems = read_tables(find_campagne(folder))
    assert [p.fichier for p in problems if p.code == "dossier_ignore"] == ["autre"]
