"""Every kind of wrong value is found, with its row, its column, and what to write instead."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from citesresearch.codebook import Codebook, Field, ForeignKey, Modality, Table, Vocabulary
from citesresearch.data.checking.cells import parse_number, parse_partial_date
from citesresearch.data.checking.problems import Problem, Problems, Source
from citesresearch.data.checking.validation import empty_table, read_and_validate, validate_table
from citesresearch.data.reading.files import RawTable

NBSP = "\u00a0"
REQUIRED = {"required": True}
ECHELLE = Vocabulary(
    "echelle",
    1,
    "Échelle",
    (Modality("commune", "Communale"), Modality("agglomeration", "Agglomération ou métropole")),
    (Modality("ne_sait_pas", "Ne sait pas"),),
)


def table(*fields: Field, name: str = "cites", key: tuple[str, ...] = (), **more: Any) -> Table:
    return Table(
        name=name,
        title=more.get("title", "Les Cités"),
        ligne="une Cité",
        description="",
        source_secret="public",
        fields=fields,
        primary_key=key,
        foreign_keys=more.get("links", ()),
        required=more.get("required", False),
        descriptor={"schema": {"missingValues": more.get("missing", [""])}},
    )


def raw(columns: dict[str, list[str]], start: int = 2) -> RawTable:
    rows = len(next(iter(columns.values())))
    index = pd.Index(range(start, start + rows), name="ligne")
    return RawTable("cites", Source("cites.csv"), pd.DataFrame(columns, index=index, dtype="str"))


def column(field: Field, *texts: str, key: tuple[str, ...] = ()) -> tuple[list[Any], list[Problem]]:
    frame, problems = validate_table(raw({field.name: list(texts)}), table(field, key=key))
    return frame[field.name].tolist(), problems


def only(field: Field, text: str) -> Problem:
    """The one problem that this text makes, in the second row of three."""
    _, problems = column(field, "", text, "")
    assert len(problems) == 1, [p.phrase() for p in problems]
    problem = problems[0]
    assert (problem.ligne, problem.colonne, problem.lu, problem.gravite) == (3, field.name, text, "bloquant")
    return problem


def words(text: str) -> str:
    return text.replace(NBSP, " ").replace("\u202f", " ")


# --- types ------------------------------------------------------------------------------------


def test_columns_have_the_descriptor_s_order_and_types() -> None:
    described = table(
        Field("id_cde", "string", ""),
        Field("effectif", "integer", ""),
        Field("postes", "integer", ""),
        Field("taux", "number", ""),
        Field("copilotage", "boolean", ""),
        Field("qpv", "boolean", ""),
        Field("debut", "string", "", date_partielle=True),
        Field("commentaire", "string", ""),
    )
    columns = {
        "taux": ["22,3", ""],
        "id_cde": [" cde-001\u00a0", "NA"],
        "effectif": ["1\u202f234", "007"],
        "postes": ["3", ""],
        "copilotage": ["oui", "FAUX"],
        "qpv": ["1", ""],
        "debut": ["01/12/2020", ""],
    }
    frame, problems = validate_table(raw(columns, start=5), described)
    assert problems == []
    assert frame.columns.tolist() == list(described.columns)
    assert frame.index.tolist() == [5, 6]
    assert [str(t) for t in frame.dtypes] == [
        "str",
        "int64",
        "float64",
        "float64",
        "bool",
        "float64",
        "str",
        "str",
    ]
    first = frame.iloc[0].tolist()
    assert first[:7] == ["cde-001", 1234, 3.0, 22.3, True, 1.0, "2020-12-01"]
    assert frame["id_cde"].tolist()[1] == "NA"
    assert frame.isna().to_numpy().tolist() == [
        [False, False, False, False, False, False, False, True],
        [False, False, True, True, False, True, True, True],
    ]
    assert empty_table(described).dtypes.astype(str).tolist() == [
        *("str", "int64", "int64", "float64", "bool", "bool", "str", "str"),
    ]


def test_missing_values_are_those_of_the_descriptor() -> None:
    described = table(Field("effectif", "integer", ""), missing=["", "nd"])
    frame, problems = validate_table(raw({"effectif": ["nd", "3"]}), described)
    assert problems == []
    assert np.isnan(frame["effectif"].tolist()[0])


# --- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("1234", 1234),
        ("1 234", 1234),
        ("1\u00a0234\u00a0567", 1234567),
        ("14\u202f815,5", 14815.5),
        ("22.3", 22.3),
        ("1.234", 1.234),
        ("-4", -4),
        ("\u22124,5", -4.5),
        ("+3", 3),
        ("007", 7),
    ],
)
def test_numbers_as_the_french_write_them(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "1 23",
        "12 34",
        "1 2345",
        "1,234,5",
        "1.234.567",
        "1,2,3",
        "1e5",
        "inf",
        "nan",
        "-",
        ",5",
        "5,",
        "0x10",
        "٣",
        "1_000",
        "²",
        "12 %",
        "1 234.567,8",
    ],
)
def test_what_is_not_a_number(text: str) -> None:
    assert parse_number(text) is None


def test_whole_numbers_and_percent_signs() -> None:
    assert parse_number("3,0", integer=True) == 3
    assert parse_number("3,5", integer=True) is None
    assert parse_number("1.000", integer=True) is None
    assert parse_number("45,2\u202f%", percent=True) == 45.2


@pytest.mark.parametrize(
    ("text", "remede"),
    [
        ("1.234", "écrire « 1234 » si ce sont des milliers"),
        ("12,5", "sans décimales"),
        ("n.d.", "laisser la cellule vide"),
        ("1,2E+05", "le tableur l’a abrégé"),
        ("45 %", "sans le signe %"),
        ("douze", "écrire le nombre seul"),
        ("=A1+1", "écrire le nombre seul"),
    ],
)
def test_unreadable_integers_and_their_remedies(text: str, remede: str) -> None:
    problem = only(Field("effectif", "integer", ""), text)
    assert (problem.code, problem.attendu) == ("nombre_illisible", "un nombre entier")
    assert remede in words(problem.remede)


def test_bounds() -> None:
    count = Field("effectif", "integer", "", constraints={"minimum": 0})
    negative = only(count, "-5")
    assert (negative.code, negative.attendu) == ("hors_bornes", "un nombre entier positif ou nul")
    assert "négative" in negative.remede
    year = Field("annee", "integer", "", constraints={"minimum": 2020, "maximum": 2021})
    assert only(year, "2031").attendu == "un nombre entier entre 2020 et 2021"
    assert only(Field("effectif", "integer", ""), "9" * 17).code == "hors_bornes"
    assert column(year, "2020", "2021")[1] == []


def test_shares_lie_between_0_and_100() -> None:
    share = Field("taux", "number", "", part=True)
    assert column(share, "0", "100", "45,2 %") == ([0.0, 100.0, 45.2], [])
    assert words(only(share, "102").attendu) == "une part en % entre 0 et 100"
    assert only(share, "-1").code == "hors_bornes"
    _, (doubt,) = column(share, "0,45", "", "0,5", "1")
    assert (doubt.code, doubt.gravite, doubt.ligne) == ("parts_en_fraction", "avertissement", None)
    assert column(share, "0,45", "0,5", "12")[1] == []


# --- texts, lists, forms ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Commune", "commune"),
        ("AGGLOMERATION OU METROPOLE", "agglomeration"),
        ("ne sait pas", "ne_sait_pas"),
    ],
)
def test_a_label_that_names_one_code_is_read_as_that_code(text: str, code: str) -> None:
    field = Field("echelle", "string", "", constraints={"enum": list(ECHELLE.codes)}, vocabulary=ECHELLE)
    values, (problem,) = column(field, "", text, "")
    assert (problem.code, problem.gravite, problem.lu) == ("libelle_lu", "information", text)
    assert code in values


@pytest.mark.parametrize(
    ("text", "remede"),
    [
        ("comune", "écrire « commune », la plus proche, si c’est bien elle"),
        ("xyz", "choisir une de ces valeurs"),
    ],
)
def test_values_outside_a_list_and_the_code_to_write(text: str, remede: str) -> None:
    field = Field("echelle", "string", "", constraints={"enum": list(ECHELLE.codes)}, vocabulary=ECHELLE)
    problem = only(field, text)
    assert problem.code == "hors_liste"
    assert words(problem.attendu) == "« commune », « agglomeration » ou « ne_sait_pas »"
    assert words(problem.remede) == remede
    assert column(field, "commune", "ne_sait_pas")[1] == []


def test_long_lists_are_shortened() -> None:
    field = Field("x", "string", "", constraints={"enum": [f"code_{i}" for i in range(30)]})
    assert words(only(field, "???").attendu).endswith("« code_7 » ou une des 22 autres valeurs de la liste")
    nine = Field("x", "string", "", constraints={"enum": [f"code_{i}" for i in range(9)]})
    assert words(only(nine, "???").attendu).endswith("« code_7 » ou « code_8 »")


@pytest.mark.parametrize(
    ("pattern", "text", "remede"),
    [
        (r"(cde|demo)-\d{3}", "CDE 3", "écrire « cde-003 »"),
        (r"(cde|demo)-\d{3}", "cde-003x", "corriger la valeur"),
        (
            r"\d{5}",
            "1004",
            "écrire « 01004 » ; dans un tableur, mettre d’abord la colonne au format Texte, "
            "qui garde les zéros du début",
        ),
        (r"\d{5}", "01 004", "écrire « 01004 »"),
        (r"\d{5}", "٠١٠٠٤", "corriger la valeur"),
    ],
)
def test_forms_and_what_spreadsheets_do_to_codes(pattern: str, text: str, remede: str) -> None:
    problem = only(Field("code", "string", "", constraints={"pattern": pattern}), text)
    assert (problem.code, words(problem.attendu)) == ("forme", f"une valeur de la forme « {pattern} »")
    assert words(problem.remede) == remede


def test_a_form_is_explained_by_the_example_of_the_codebook() -> None:
    field = Field("id_cde", "string", "", constraints={"pattern": r"cde-\d{3}"}, extra={"exemple": "cde-003"})
    assert words(only(field, "?").attendu) == "une valeur telle que « cde-003 »"


def test_lengths_and_booleans() -> None:
    assert only(Field("x", "string", "", constraints={"maxLength": 3}), "abcd").code == "longueur"
    assert only(Field("x", "string", "", constraints={"minLength": 3}), "ab").code == "longueur"
    boolean = only(Field("x", "boolean", ""), "yes")
    assert (boolean.code, words(boolean.remede)) == ("oui_non", "écrire « oui »")
    assert column(Field("x", "boolean", ""), "Oui", "NON", "vrai", "0", "true")[0] == [
        True,
        False,
        True,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a\x00b", "caractere_interdit"),
        ("\u202eabc", "caractere_interdit"),
        ("a\u2066b", "caractere_interdit"),
        ("a\x85b", "caractere_interdit"),
        ("Saint-\ufffdtienne", "caractere_illisible"),
    ],
)
def test_characters_that_cannot_be_published(text: str, code: str) -> None:
    _, (problem,) = column(Field("nom", "string", ""), text)
    assert (problem.code, problem.gravite, problem.ligne, problem.colonne) == (code, "bloquant", 2, "nom")
    assert not any(c in problem.phrase() for c in "\x00\u202e\u2066\x85")


def test_ordinary_text_is_left_as_typed() -> None:
    texts = [
        "« l’œuvre »\ndeux lignes",
        "<script>alert(1)</script>",
        "=cmd()",
        "Île – ÂGE",
        "a\tb",
        "12\u00a0000",
    ]
    assert column(Field("nom", "string", ""), *texts) == (texts, [])


def test_broken_accents_are_doubted_with_the_right_word() -> None:
    _, (problem,) = column(Field("nom", "string", ""), "MÃ©tropole d’Orléans", "Évry")
    assert problem.code == "accents_abimes"
    assert (problem.gravite, problem.ligne) == ("avertissement", 2)
    assert words(problem.remede).startswith("écrire « Métropole d’Orléans »")


def test_required_cells_and_columns() -> None:
    name = Field("nom", "string", "Nom", constraints=REQUIRED)
    _, problems = column(name, "a", " ", "c")
    assert [(p.code, p.ligne, p.colonne, p.lu) for p in problems] == [("valeur_absente", 3, "nom", "")]
    _, (whole,) = column(name, "", "", "")
    assert (whole.code, whole.ligne, whole.colonne) == ("colonne_vide", None, "nom")
    # A column that the file does not have was reported by the reading; it is not reported again for each row.
    _, problems = validate_table(raw({"x": ["1", "2"]}), table(name, Field("x", "integer", "")))
    assert problems == []


# --- dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2021", "2021"),
        ("2021-06", "2021-06"),
        ("2020-02-29", "2020-02-29"),
        ("01/12/2020", "2020-12-01"),
        ("1/2/2020", "2020-02-01"),
        ("06/2021", "2021-06"),
    ],
)
def test_partial_dates(text: str, iso: str) -> None:
    assert parse_partial_date(text) == iso


@pytest.mark.parametrize(
    ("text", "code", "attendu", "remede"),
    [
        ("2021-02-30", "date_impossible", "un jour qui existe en février 2021", "corriger la date"),
        ("29/02/2021", "date_impossible", "un jour qui existe en février 2021", "corriger la date"),
        ("2021-13", "date_impossible", "un mois entre 01 et 12", "corriger la date"),
        (
            "03/25/2021",
            "date_impossible",
            "un mois entre 01 et 12",
            "écrire « 2021-03-25 » s’il s’agit du 25 mars 2021",
        ),
        ("0021", "date_impossible", "une année entre 1900 et 2100", "corriger la date"),
        ("mars 2021", "date_illisible", "une date AAAA", "écrire « 2021-03 » s’il s’agit de mars 2021"),
        ("août-21", "date_illisible", "une date AAAA", "écrire « 2021-08 » s’il s’agit d’août 2021"),
        (
            "1er décembre 2020",
            "date_illisible",
            "une date AAAA",
            "écrire « 2020-12-01 » s’il s’agit du 1er décembre 2020",
        ),
        ("2021-3-1", "date_illisible", "une date AAAA", "écrire « 2021-03-01 » s’il s’agit du 1er mars 2021"),
        ("2021-03-01 00:00:00", "date_illisible", "une date AAAA", "écrire « 2021-03-01 »"),
        ("44197", "date_illisible", "une date AAAA", "écrire « 2021-01-01 » s’il s’agit du 1er janvier 2021"),
        ("01/12/20", "date_illisible", "une date AAAA", "écrire « 2020-12-01 »"),
        ("bientôt", "date_illisible", "une date AAAA", "écrire la date sous une de ces formes"),
    ],
)
def test_dates_that_cannot_be_and_those_that_were_meant(text: str, code: str, attendu: str, remede: str) -> None:
    problem = only(Field("debut", "string", "", date_partielle=True), text)
    assert problem.code == code
    assert words(problem.attendu).startswith(attendu)
    assert words(problem.remede).startswith(remede)


def test_a_date_form_is_checked_once_normalised() -> None:
    whole = Field("debut", "string", "", constraints={"pattern": r"\d{4}-\d{2}-\d{2}"}, date_partielle=True)
    assert column(whole, "01/12/2020")[0] == ["2020-12-01"]
    assert only(whole, "2020").code == "forme"


def test_ends_do_not_precede_beginnings() -> None:
    described = table(
        Field("debut", "string", "", date_partielle=True),
        Field("fin", "string", "", date_partielle=True, extra={"apres": "debut"}),
    )
    columns = {
        "debut": ["2021-06", "2021-06", "2021", "2021-06-02", ""],
        "fin": ["2021", "2020-12-31", "2021-01", "01/06/2021", "2020"],
    }
    _, problems = validate_table(raw(columns), described)
    assert [(p.code, p.ligne, p.colonne, p.lu) for p in problems] == [
        ("dates_inversees", 3, "fin", "2020-12-31"),
        ("dates_inversees", 5, "fin", "2021-06-01"),
    ]
    assert "2021-06" in problems[0].attendu


def test_high_values_are_not_under_low_ones() -> None:
    described = table(Field("bas", "number", ""), Field("haut", "number", "", extra={"au_moins": "bas"}))
    _, problems = validate_table(raw({"bas": ["1,5", "1,5", ""], "haut": ["1,5", "1,4", "0"]}), described)
    assert [(p.code, p.ligne, p.colonne, p.lu) for p in problems] == [("valeurs_inversees", 3, "haut", "1,4")]


# --- keys ---------------------------------------------------------------------------------------------


def test_double_keys_name_the_row_that_has_them() -> None:
    _, problems = column(Field("id_cde", "string", ""), "a", "b", " a", "a", key=("id_cde",))
    assert [(p.code, p.ligne, p.colonne, p.lu) for p in problems] == [
        ("cle_double", 4, "id_cde", "a"),
        ("cle_double", 5, "id_cde", "a"),
    ]
    assert "la ligne 2 porte" in words(problems[0].attendu)


def test_keys_of_several_columns_and_unique_values() -> None:
    described = table(
        Field("id_cde", "string", ""),
        Field("annee", "integer", ""),
        Field("nom", "string", "", constraints={"unique": True}),
        key=("id_cde", "annee"),
    )
    columns = {"id_cde": ["a", "a", "a"], "annee": ["2020", "2021", "2 021"], "nom": ["x", "y", "x"]}
    _, problems = validate_table(raw(columns), described)
    assert [(p.code, p.ligne, p.colonne, p.lu) for p in problems] == [
        ("cle_double", 4, "id_cde, annee", "a | 2021"),
        ("valeur_double", 4, "nom", "x"),
    ]
    _, problems = column(Field("id_cde", "string", "", constraints={"unique": True}), "a", "a", key=("id_cde",))
    assert [p.code for p in problems] == ["cle_double"]


def test_a_part_of_a_key_cannot_be_empty() -> None:
    _, problems = column(Field("id_cde", "string", ""), "a", "", key=("id_cde",))
    assert [(p.code, p.ligne) for p in problems] == [("valeur_absente", 3)]


# --- a folder -------------------------------------------------------------------------------------------


def link(to: str, **columns: str) -> ForeignKey:
    return ForeignKey(tuple(columns), to, tuple(columns.values()))


def codebook() -> Codebook:
    cites = table(
        Field("id_cde", "string", "Identifiant", constraints={"required": True, "pattern": r"cde-\d{3}"}),
        Field("parent", "string", "Parent"),
        key=("id_cde",),
        required=True,
        links=(link("", parent="id_cde"),),
    )
    actions = table(
        Field("id_cde", "string", "Cité", constraints=REQUIRED),
        Field("source", "string", "Source"),
        Field("participants", "integer", "Participants"),
        name="actions",
        links=(link("cites", id_cde="id_cde"), link("sources", source="id_source")),
    )
    sources = table(Field("id_source", "string", "Source"), name="sources", key=("id_source",))
    return Codebook({t.name: t for t in (cites, actions, sources)}, {})


def check(folder: Path, **files: str) -> tuple[dict[str, pd.DataFrame], Problems]:
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return read_and_validate(folder, codebook())


def summary(problems: Problems) -> list[tuple[str, str, int | None, str | None, str | None]]:
    return [(p.fichier, p.code, p.ligne, p.colonne, p.lu) for p in problems]


def test_a_folder_without_problems(tmp_path: Path) -> None:
    (tmp_path / "campagne.toml").write_text("", encoding="utf-8")
    (tmp_path / "problemes.csv").write_text("", encoding="utf-8")
    (tmp_path / "~$cites.xlsx").write_text("", encoding="utf-8")
    tables, problems = check(
        tmp_path,
        cites="id_cde;parent\ncde-001;\ncde-002;cde-001\n",
        actions="id_cde;participants\ncde-002;12\n",
    )
    assert problems.report() == "Aucun problème."
    assert list(tables) == ["cites", "actions"]
    assert tables["actions"]["participants"].tolist() == [12]


def test_orphan_keys_and_the_nearest_existing_one(tmp_path: Path) -> None:
    _, problems = check(
        tmp_path,
        cites="id_cde;parent\ncde-001;\ncde-002;cde-009\n",
        actions="id_cde;source\n\ncde-1;S1\ncde-002;\nCde 002;s2\n",
        sources="id_source\nS1\n",
    )
    assert summary(problems) == [
        ("cites.csv", "cle_orpheline", 3, "parent", "cde-009"),
        ("actions.csv", "cle_orpheline", 3, "id_cde", "cde-1"),
        ("actions.csv", "cle_orpheline", 5, "id_cde", "Cde 002"),
        ("actions.csv", "cle_orpheline", 5, "source", "s2"),
    ]
    assert "la plus proche est" in problems[0].remede
    assert words(problems[1].remede).startswith("écrire « cde-001 », ou ajouter la ligne qui manque dans « cites.csv »")
    assert words(problems[2].remede).startswith("écrire « cde-002 »")


def test_keys_of_several_columns_and_of_numbers(tmp_path: Path) -> None:
    left = table(Field("id", "string", ""), Field("annee", "integer", ""), name="left", key=("id", "annee"))
    right = table(
        Field("id", "string", ""),
        Field("annee", "integer", ""),
        name="right",
        links=(link("left", id="id", annee="annee"),),
    )
    (tmp_path / "left.csv").write_text("id;annee\na;2020\nb;2021\n", encoding="utf-8")
    # An empty part makes the column of years a column of floats: 2020.0 is still 2020.
    (tmp_path / "right.csv").write_text("id;annee\na;2020\na;\nb;2020\n", encoding="utf-8")
    _, problems = read_and_validate(tmp_path, Codebook({"left": left, "right": right}, {}))
    assert summary(problems) == [("right.csv", "cle_orpheline", 4, "id, annee", "b | 2020")]


def test_a_cell_is_reported_once_and_its_children_are_not_blamed(tmp_path: Path) -> None:
    _, problems = check(tmp_path, cites="id_cde;parent\nCDE1;\ncde-002;CDE1\n", actions="id_cde\nCDE1\ncde-002\n")
    assert summary(problems) == [("cites.csv", "forme", 2, "id_cde", "CDE1")]


def test_keys_in_rows_that_could_not_be_read_are_not_called_orphans(tmp_path: Path) -> None:
    _, problems = check(
        tmp_path,
        cites='id_cde;parent\ncde-001\ncde-002;"x"y\ncde-003;\n',
        actions="id_cde;source\ncde-001;\ncde-002;\ncde-003;\ncde-004;\n",
    )
    assert [(p.code, p.ligne) for p in problems] == [
        ("nombre_de_cellules", 2),
        ("guillemets", 3),
        ("cle_orpheline", 5),
    ]


def test_an_unreadable_table_does_not_make_orphans(tmp_path: Path) -> None:
    _, problems = check(tmp_path, cites="", actions="id_cde;source\ncde-001;\n")
    assert [p.code for p in problems] == ["fichier_vide"]


def test_an_absent_table_that_others_need(tmp_path: Path) -> None:
    _, problems = check(tmp_path, cites="id_cde\ncde-001\n", actions="id_cde;source\ncde-001;S1\ncde-001;S2\n")
    assert summary(problems) == [("actions.csv", "table_absente", None, "source", None)]
    assert "2 lignes" in words(problems[0].attendu)
    assert words(problems[0].remede) == "ajouter le fichier « sources.csv »"


def test_required_files_and_files_that_match_nothing(tmp_path: Path) -> None:
    (tmp_path / "cite.csv").write_text("x", encoding="utf-8")
    (tmp_path / "vacances.csv").write_text("x", encoding="utf-8")
    (tmp_path / "README.md").write_text("x", encoding="utf-8")
    _, problems = check(tmp_path)
    assert [(p.fichier, p.code, p.gravite) for p in problems] == [
        ("cites.csv", "fichier_absent", "bloquant"),
        ("cite.csv", "fichier_inconnu", "avertissement"),
        ("vacances.csv", "fichier_inconnu", "avertissement"),
    ]
    assert words(problems[0].remede) == "corriger ou renommer « cite.csv »"
    assert words(problems[1].remede) == "renommer en « cites.csv »"


@pytest.mark.parametrize("make", [lambda p: None, lambda p: p.write_text("x")])
def test_a_folder_that_cannot_be_listed(tmp_path: Path, make: Any) -> None:
    place = tmp_path / "campagne"
    make(place)
    tables, problems = read_and_validate(place, codebook())
    assert (tables, [p.code for p in problems], problems.blocking) == ({}, ["fichier_illisible"], True)


def test_many_problems_take_little_time(tmp_path: Path) -> None:
    rng = random.Random(2020)
    listed = Field("echelle", "string", "", constraints={"enum": [f"modalite_{i}" for i in range(40)]})
    fields = [Field("id_cde", "string", "", constraints=REQUIRED), listed, Field("source", "string", "")]
    fields += [Field(f"n{i}", "integer", "", constraints={"minimum": 0}) for i in range(17)]
    big = table(*fields, name="big", key=("id_cde",), links=(link("sources", source="id_source"),))
    sources = table(Field("id_source", "string", ""), name="sources")
    lines = [";".join(big.columns)]
    for i in range(10_000):
        code = "".join(rng.choices("abcdefgh_", k=12)) if i % 6 == 0 else "modalite_3"
        source = f"source-{rng.random():.9f}" if i % 6 == 1 else "S1"
        figures = ["-3" if i % 6 == 2 and j == 0 else f"1 {j:03d}" for j in range(17)]
        lines.append(";".join([f"cde-{i:05d}", code, source, *figures]))
    (tmp_path / "big.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "sources.csv").write_text(
        "id_source\nS1\n" + "\n".join(f"source{i}" for i in range(500)) + "\n", encoding="utf-8"
    )
    start = time.process_time()
    _, problems = read_and_validate(tmp_path, Codebook({"big": big, "sources": sources}, {}))
    report = problems.report()
    assert time.process_time() - start < 5
    # A thousand of each kind, and how many more.
    assert len(problems) == 3 * 1001
    assert sum("autres ici" in p.attendu for p in problems) == 3
    assert report.count("\n") < 40
