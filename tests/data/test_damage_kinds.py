"""Damage drawn at random, kind by kind: a figure that changes is told, whatever the row."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.campagnes import campagne_at

from citesresearch.data.checking.problems import Problems
from citesresearch.data.dataset import read_tables

from .classeurs import xlsx

Table = list[list[Any]]
Damage = Callable[[dict[str, Table], random.Random], None]
CITES = [f"cite-{i}" for i in range(8)]
SETTINGS = 'titre = "Essai"\nedition = "printemps 2026"\ndate_edition = 2026-04-15\nsynthetique = true\n'


def tables() -> dict[str, Table]:
    """A small campagne whose every column is plausible."""
    sources: Table = [
        [
            "id_source",
            "titre",
            "titre_court",
            "auteur",
            "date_publication",
            "nature",
            "externe",
            "licence",
            "description",
        ],
        ["E1", "Questionnaires", "Questionnaires", "Équipe", "2026-03", "enquete", "non", "interne", "Inventés."],
    ]
    cites: Table = [
        [
            "id_cde",
            "nom",
            "annee_label",
            "annee_label_origine",
            "annee_label_source",
            "code_region",
            "region",
            "source",
            "date_reference",
        ]
    ]
    retours: Table = [
        [
            "id_cde",
            "date_retour",
            "nombre_partenaires",
            "nombre_referents",
            "coordonnateur",
            "coordonnateur_etp",
            "source",
            "date_reference",
        ]
    ]
    budget: Table = [["id_cde", "annee", "categorie", "depense"]]
    entretiens: Table = [["id_entretien", "id_cde", "classe_role", "mode", "personnes", "date_entretien", "source"]]
    for i, cite in enumerate(CITES):
        cites.append([cite, f"Quartier {i}", 2021, "documentee", "E1", "84", "Auvergne-Rhône-Alpes", "E1", "2026-03"])
        retours.append([cite, f"2026-03-{i + 1:02d}", 10 + i, 5 + i, "oui", 0.8, "E1", "2026-03"])
        budget.append([cite, 2022, "animation_territoriale", 10_000 + 800 * i])
        entretiens.append([f"e00{i}", cite, "etat", "collectif", 2 + i % 3, "2026-02", "E1"])
    return {"sources": sources, "cites": cites, "retours": retours, "budget": budget, "entretiens": entretiens}


def told(folder: Path, content: dict[str, Table], shown: dict[tuple[str, int, int], str] | None = None) -> Problems:
    """What is said of a workbook of these tables; `shown` are the formats of some of its cells."""
    folder.mkdir(exist_ok=True)
    (folder / "campagne.toml").write_text(SETTINGS, encoding="utf-8")
    book = xlsx(content)
    for (sheet, row, column), code in (shown or {}).items():
        book[sheet].cell(row + 1, column + 1).number_format = code
    book.save(folder / "tables.xlsx")
    return read_tables(campagne_at(folder))[1]


def put(sheet: str, column: str, value: Any) -> Damage:
    def damage(content: dict[str, Table], draw: random.Random) -> None:
        table = content[sheet]
        table[draw.randrange(1, len(table))][table[0].index(column)] = value(draw) if callable(value) else value

    return damage


def _shift(content: dict[str, Table], draw: random.Random) -> None:
    row = draw.choice(content["entretiens"][1:])
    row[4], row[5] = None, row[4]


def _column(sheet: str, column: str) -> Damage:
    def damage(content: dict[str, Table], draw: random.Random) -> None:
        place = content[sheet][0].index(column)
        for row in content[sheet]:
            del row[place]

    return damage


KINDS: dict[str, Damage] = {
    "a date in an amount": put("budget", "depense", datetime.date(2022, 11, 5)),
    "the number of a day in an amount": put("budget", "depense", 44_870),
    "a number in a name": put("cites", "nom", 44_870),
    "true in an identifier": put("entretiens", "id_entretien", True),
    "false in a name": put("cites", "nom", False),
    "a zero width alone": put("retours", "nombre_referents", "\u200b"),
    "a word joiner alone": put("budget", "depense", "\u2060"),
    "an optional column lost": _column("retours", "nombre_referents"),
    "an amount emptied": put("budget", "depense", None),
    "a cell moved to the right": _shift,
    "persons met by the million": put("entretiens", "personnes", 20_221_105),
    "far too many partners": put("retours", "nombre_partenaires", 44_870),
    "ten digits too many": put("budget", "depense", 16_800_000),
    "far above the others": put("retours", "nombre_referents", 450),
    "thousands or decimals": put("budget", "depense", "12.500"),
    "an answer emptied": put("retours", "coordonnateur", None),
    "full-time twice over": put("retours", "coordonnateur_etp", 2.5),
    "a date after the edition": put("retours", "date_retour", lambda draw: f"2026-{draw.randrange(5, 13):02d}-03"),
    "a date of another century": put("entretiens", "date_entretien", "1926-02"),
    "a year before the label": put("budget", "annee", 2020),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_damage_is_told(tmp_path: Path, kind: str) -> None:
    before = {p.phrase() for p in told(tmp_path / "avant", tables())}
    for seed in range(2):
        content = tables()
        KINDS[kind](content, random.Random(f"{kind} {seed}"))
        assert {p.phrase() for p in told(tmp_path / "essai", content)} - before, f"{kind}: nothing is said"


def test_a_sound_campagne_has_no_warning(tmp_path: Path) -> None:
    problems = told(tmp_path / "essai", tables())
    assert [p.phrase() for p in problems if p.gravite != "information"] == []


def test_a_date_shown_as_a_year_is_no_amount(tmp_path: Path) -> None:
    content = tables()
    content["budget"][3][3] = datetime.date(2022, 11, 5)
    problems = told(tmp_path / "essai", content, {("budget", 3, 3): "yyyy"})
    assert [(p.code, p.ligne, p.colonne) for p in problems if p.blocking] == [("type_de_cellule", 4, "depense")]
    # Where years are asked, a date shown as one is the year that everybody sees.
    content = tables()
    content["budget"][3][1] = datetime.date(2022, 11, 5)
    problems = told(tmp_path / "annees", content, {("budget", 3, 1): "yyyy"})
    assert not problems.blocking


def test_a_day_and_a_month_exchanged_are_recognised(tmp_path: Path) -> None:
    content = tables()
    content["retours"][2][1] = "03/12/2026"
    (problem,) = (p for p in told(tmp_path / "essai", content) if p.code == "date_peu_plausible")
    assert problem.ligne == 3
    assert "« 2026-03-12 »" in problem.remede.replace("\u00a0", " ")


def test_optional_columns_that_are_absent_are_named_once(tmp_path: Path) -> None:
    content = tables()
    _column("retours", "nombre_referents")(content, random.Random(0))
    (said,) = (
        p for p in told(tmp_path / "essai", content) if p.code == "colonnes_facultatives" and p.feuille == "retours"
    )
    assert "« nombre_referents »" in said.phrase().replace("\u00a0", " ")
    assert said.gravite == "information"


def test_a_number_in_a_column_of_words_beside_an_empty_one(tmp_path: Path) -> None:
    content = tables()
    head, *rows = content["retours"]
    at = head.index("nombre_referents")
    place = head.index("source")
    for row in content["retours"]:
        row.insert(at + 1, row.pop(place))
    rows[2][at], rows[2][at + 1] = None, 12
    problems = told(tmp_path / "essai", content)
    assert [(p.ligne, p.colonne) for p in problems if p.code == "valeur_decalee"] == [(4, "source")]


def test_csv_words_of_a_spreadsheet_for_true_and_false(tmp_path: Path) -> None:
    content = tables()
    content["cites"][1][1] = "VRAI"
    problems = told(tmp_path / "essai", content)
    assert [(p.code, p.colonne) for p in problems if p.blocking] == [("type_de_cellule", "nom")]
