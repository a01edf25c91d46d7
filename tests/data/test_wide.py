"""Answers typed one row per respondent become the same table as answers typed one row each."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.campagnes import write_campagne
from tests.data.classeurs import xlsx

from citesresearch.codebook import load_codebook
from citesresearch.data.checking.problems import Collector, Problem
from citesresearch.data.checking.validation import read_and_validate, validate_table
from citesresearch.data.reading.rows import Rows
from citesresearch.data.reading.wide import as_typed, tabulate, wide_form

BOOK = load_codebook()


def read(name: str, *lines: Sequence[Any]) -> tuple[pd.DataFrame, list[Problem]]:
    """The typed table and its problems, where they were typed."""
    notes = Collector(f"{name}.csv")
    raw = tabulate(Rows(enumerate(lines, start=1)), BOOK[name], notes)
    assert raw is not None, [p.phrase() for p in notes.found]
    frame, problems = validate_table(raw, BOOK[name])
    return frame, [*notes.found, *(as_typed(p, raw) for p in problems)]


def cells(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    return [tuple(None if pd.isna(v) else v for v in row) for row in frame.itertuples(index=False)]


def words(problem: Problem) -> str:
    return problem.phrase().replace("\u00a0", " ").replace("\u202f", " ")


def test_which_tables_have_a_wide_form() -> None:
    found = {name for name, table in BOOK.tables.items() if wide_form(table)}
    assert found == {
        *("apports_cohorte", "articulations_contrat_ville", "besoins", "budget", "cofinancements", "droit_commun_actions"),
        *("enseignements", "equipe_projet", "instances", "missions_coordonnateur", "publics_cibles", "reponses"),
    }  # fmt: skip


def test_one_column_per_question_by_code_or_by_wording() -> None:
    wording = "Le pilotage préfectoral a permis de légitimer le rôle de coordination de la Cité"
    frame, problems = read(
        "reponses",
        ["id_repondant", wording.upper(), "satisfaction_cooperation"],
        ["r000001", "tout_a_fait_d_accord", ""],
        ["r000002", "", "tres_satisfaisante"],
        ["r000003", "", ""],
    )
    assert problems == []
    assert cells(frame) == [
        ("r000001", "legitimite_prefecture", "tout_a_fait_d_accord"),
        ("r000002", "satisfaction_cooperation", "tres_satisfaisante"),
    ]


def test_crosses_and_words_and_figures_say_the_same() -> None:
    for yes, no in (("x", ""), ("oui", "non"), ("1", "0"), ("X", "non"), ("VRAI", "FAUX")):
        frame, problems = read(
            "besoins",
            ["id_repondant", "emploi", "Se déplacer", "etat_resultats"],
            ["r000001", yes, no, yes],
            ["r000002", no, yes, no],
        )
        assert problems == []
        assert sorted(cells(frame))[:3] == [
            ("r000001", "attente_acteurs", "etat_resultats"),
            ("r000001", "besoin_habitants", "emploi"),
            # Who says no to every expectation answered « none of these »; an empty box says nothing.
            ("r000002", "attente_acteurs", "aucune_attente") if no else ("r000002", "besoin_habitants", "mobilite"),
        ]


def test_no_everywhere_is_an_answer_and_empty_boxes_are_none() -> None:
    frame, problems = read(
        "apports_cohorte",
        ["id_cde", *[m.code for m in BOOK.vocabulary("apport_cohorte@1").modalites]],
        ["cde-001", *["non"] * len(BOOK.vocabulary("apport_cohorte@1").modalites)],
        ["cde-002", *[""] * len(BOOK.vocabulary("apport_cohorte@1").modalites)],
    )
    assert problems == []
    assert cells(frame) == [("cde-001", "aucun")]


def test_amounts_stand_in_the_cells() -> None:
    origins = BOOK.vocabulary("origine_cofinancement@1").codes
    frame, problems = read(
        "cofinancements", ["id_cde", *origins[:2]], ["cde-001", "1 200,50", ""], ["cde-002", "", "0"]
    )
    assert problems == []
    assert cells(frame) == [("cde-001", origins[0], 1200.5), ("cde-002", origins[1], 0.0)]
    frame, problems = read(
        "instances", ["id_cde", "instance", "prefecture"], ["cde-001", "copil", "x"], ["cde-002", "copil", "2"]
    )
    assert problems == []
    assert cells(frame) == [("cde-001", "copil", "prefecture", None), ("cde-002", "copil", "prefecture", 2.0)]


@pytest.mark.parametrize(
    ("name", "header", "line", "code", "column", "said"),
    [
        ("besoins", ["id_repondant", "emploi", "Se loger"], ["r000001", "x", "peut-être"], "oui_non", "Se loger", "« oui » ou « non »"),
        ("besoins", ["id_repondant", "emploi", "aucun_besoin"], ["r000001", "x", "x"], "choix_exclusif", "aucun_besoin", "vider cette cellule"),
        ("cofinancements", ["id_cde", "p147"], ["cde-001", "beaucoup"], "nombre_illisible", "p147", "écrire le nombre"),
        ("besoins", ["id_repondant", "emploi", "formtion"], ["r000001", "x", "x"], "colonne_mal_nommee", "formation", "renommer la colonne « formtion » en « formation »"),
        ("besoins", ["id_repondant", "emploi", "vacances"], ["r000001", "x", "x"], "colonne_inconnue", "vacances", "n’est pas lue"),
        ("besoins", ["id_repondant", "emploi", "emploi"], ["r000001", "x", "x"], "colonne_double", "emploi", "supprimer ou renommer"),
        ("publics_cibles", ["id_cde", "jeunes"], ["CDE 1", "x"], "forme", "id_cde", "écrire « cde-001 »"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_where_it_was_typed(
    name: str, header: list[str], line: list[str], code: str, column: str, said: str
) -> None:
    _, problems = read(name, header, ["", *[""] * (len(header) - 1)], line)
    found = [p for p in problems if p.code == code]
    assert len(found) == 1, [p.phrase() for p in problems]
    assert found[0].ligne == (1 if code.startswith("colonne") else 3)
    assert found[0].colonne == column
    assert said in words(found[0])


def test_a_respondent_twice_is_one_problem() -> None:
    frame, problems = read(
        "besoins", ["id_repondant", "emploi", "mobilite"], ["r000001", "x", "x"], ["r000001", "x", ""], ["", "x", "x"]
    )
    assert [(p.code, p.ligne, p.colonne) for p in dict.fromkeys(problems)] == [
        ("cle_double", 3, "id_repondant"),
        ("valeur_absente", 4, "id_repondant"),
    ]
    assert len(frame) == 4


def test_a_header_of_both_forms_is_not_guessed(tmp_path: Path) -> None:
    notes = Collector("reponses.csv")
    lines = [["id_repondant", "question", "legitimite_prefecture"], ["r000001", "legitimite_prefecture", "d_accord"]]
    assert tabulate(Rows(enumerate(lines, start=1)), BOOK["reponses"], notes) is None
    (problem,) = notes.found
    assert (problem.code, problem.ligne) == ("forme_ambigue", 1)
    assert "retirer la colonne « question », ou « legitimite_prefecture »" in words(problem)


def test_a_wide_sheet_in_a_folder_is_the_long_table_to_all_who_read_it(tmp_path: Path) -> None:
    folder = write_campagne(
        tmp_path,
        repondants="id_repondant,id_cde,classe_role,date_reponse,source\n"
        "r000001,cde-001,etat,2022-11,D1\nr000002,cde-002,emploi,2022-11,D1\n",
        reponses="id_repondant,question,modalite\n"
        "r000001,legitimite_prefecture,d_accord\nr000001,copilotage_equilibre,ne_sait_pas\n"
        "r000002,copilotage_equilibre,pas_du_tout_d_accord\n",
    )
    long, none = read_and_validate(folder, BOOK)
    assert none.report() == "Aucun problème."
    (folder / "reponses.csv").unlink()
    header = ["id_repondant", "legitimite_prefecture", "copilotage_equilibre"]
    answers: list[list[Any]] = [["r000001", "d_accord", "ne_sait_pas"], ["r000002", None, "pas_du_tout_d_accord"]]
    xlsx({"Feuil1": [header, *answers]}).save(folder / "export.xlsx")
    wide, problems = read_and_validate(folder, BOOK)
    assert [p.code for p in problems] == ["nom_approche"]
    pd.testing.assert_frame_equal(wide["reponses"], long["reponses"])
    answers[1] = ["r00000x", None, "pas d'accord"]
    xlsx({"reponses": [header, *answers]}).save(folder / "export.xlsx")
    _, problems = read_and_validate(folder, BOOK)
    assert [(p.code, p.feuille, p.ligne, p.colonne) for p in problems] == [
        ("cle_orpheline", "reponses", 3, "id_repondant"),
        ("hors_liste", "reponses", 3, "copilotage_equilibre"),
    ]


QUESTIONS = BOOK.vocabulary("question_acteurs@1")


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 5), st.sampled_from([m.code for m in QUESTIONS.modalites])),
        st.integers(0, 3),
        min_size=1,
    ),
    st.randoms(use_true_random=False),
)
@settings(max_examples=30)
def test_wide_and_long_are_the_same_answers(answers: dict[tuple[int, str], int], order: random.Random) -> None:
    given_answers = {
        (f"r00000{i}", question): BOOK.vocabulary(QUESTIONS[question].attributes["echelle"]).codes[rank]
        for (i, question), rank in answers.items()
    }
    people = sorted({person for person, _ in given_answers})
    asked = sorted({question for _, question in given_answers}, reverse=True)
    order.shuffle(asked)
    lines = [[person, *(given_answers.get((person, question), "") for question in asked)] for person in people]
    wide, problems = read("reponses", ["id_repondant", *asked], *lines)
    long, none = read(
        "reponses", ["id_repondant", "question", "modalite"], *([*key, v] for key, v in given_answers.items())
    )
    assert problems == none == []
    assert sorted(cells(wide)) == sorted(cells(long))
