"""The evaluator's own texts: cut at their headings, refused with a sentence when they cannot be placed."""

from __future__ import annotations

from pathlib import Path

import pytest

from citesresearch.codebook import load_codebook
from citesresearch.data.checking.problems import Problem
from citesresearch.data.reading.texts import read_texts

NAMES = {"cde-001": "Alpha", "cde-002": "Bêta"}


def read(folder: Path, **files: str | bytes) -> tuple[list[tuple[str, str, str, str]], list[Problem]]:
    (folder / "textes").mkdir()
    for name, text in files.items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / "textes" / f"{name.replace('_', '-')}.md").write_bytes(data)
    tables, problems = read_texts(folder, load_codebook(), NAMES)
    rows = tables["textes"]
    return list(rows[["id_cde", "rubrique", "titre", "texte"]].itertuples(index=False, name=None)), list(problems)


def test_each_heading_fills_its_rubric(tmp_path: Path) -> None:
    text = "\ufeff# Genèse\nUn collectif ancien.\n\n# Zoom sur : le café des métiers\r\nPremier.\n\nSecond.\n# DROIT DE REPONSE\nD’accord.\n"
    rows, problems = read(tmp_path, cde_001=text)
    assert rows == [
        ("cde-001", "genese", "", "Un collectif ancien."),
        ("cde-001", "zoom", "le café des métiers", "Premier.\n\nSecond."),
        ("cde-001", "reponse", "", "D’accord."),
    ]
    assert problems == []


def test_without_a_heading_the_whole_text_is_kept(tmp_path: Path) -> None:
    assert read(tmp_path, cde_002="Deux lignes.\nDe texte.")[0] == [("cde-002", "zoom", "", "Deux lignes.\nDe texte.")]


def test_an_office_encoding_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, cde_001="# Genèse\nL’été, 5 €".encode("cp1252"))[0][0][3] == "L’été, 5 €"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("cde-009", "Texte.", ("cle_orpheline", "bloquant", None)),
        ("beta", "Texte.", ("cle_orpheline", "bloquant", None)),
        ("cde-001", "# Genèse\na\n\n# Budget\nb", ("hors_liste", "bloquant", 4)),
        ("cde-001", "# Genèse\n\n", ("valeur_absente", "avertissement", 1)),
        ("cde-001", "# Genèse\nAppelez Mme Exemple au 01 23 45 67 89.", ("donnee_personnelle", "avertissement", 1)),
        ("cde-001", b"%PDF-1.7\x00\x01\x02\x03", ("fichier_binaire", "bloquant", None)),
    ],
    ids=["unknown", "by name", "heading", "empty", "person", "binary"],
)
def test_what_cannot_be_placed_is_said_with_its_line(
    tmp_path: Path, name: str, text: str | bytes, said: tuple[str, str, int | None]
) -> None:
    rows, problems = read(tmp_path, **{name: text})
    assert [(p.code, p.gravite, p.ligne) for p in problems] == [said]
    assert not any("Exemple" in words or "01 23" in words for *_, words in rows)
    if name == "beta":
        assert "cde-002.md" in problems[0].remede


def test_no_folder_is_no_text(tmp_path: Path) -> None:
    assert read_texts(tmp_path, load_codebook(), NAMES)[0] == {}
