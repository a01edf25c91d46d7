"""What survey tools really give: two-row headers, choices that say « non », identifiers that change, answers that go."""

from __future__ import annotations

import pytest

from citesresearch.data.collecte.masques import masked_path
from citesresearch.data.collecte.report import words

from .case import HEAD, LINE, Case, problems

NEEDS = "Quels sont, selon vous, les besoins des habitants ?"
ASKED = [
    "À quelle Cité participez-vous ?",
    "À quelle famille d’acteurs appartenez-vous ?",
    "À quelle date répondez-vous ?",
]


def sheet(*rows: list[str]) -> str:
    return "".join(";".join(row) + "\n" for row in rows)


def needs(case: Case) -> list[str]:
    return sorted(row["besoin"] for row in case.rows("besoins"))


@pytest.mark.parametrize("second", [True, False])
def test_choices_whose_columns_have_no_name_are_read(case: Case, second: bool) -> None:
    head = ["Jeton", *ASKED, NEEDS, "", "", "Le copilotage entre l’État et la collectivité est équilibré"]
    below = ["", "", "", "", "Accéder à un emploi", "Se loger", "Se déplacer", ""]
    rows = [
        ["t1", "Alpha", "Services de l’État", "2024-01-05", "Accéder à un emploi", "", "Se déplacer", "D’accord"],
        ["t2", "Beta", "Collectivités", "2024-01-05", "", "", "", "D’accord"],
    ]
    rows[1][1] = rows[0][1]
    result = case.bring(sheet(head, *([below] if second else []), *rows))
    assert result.written, words(result)
    assert needs(case) == ["emploi", "mobilite"]


def test_a_filled_column_without_a_name_is_never_dropped_in_silence(case: Case) -> None:
    head, line = HEAD.replace(",", ";").split(";"), LINE.replace(",", ";").split(";")
    before = case.state()
    result = case.bring(sheet([*head[:4], "", *head[4:]], [*line[:4], "perdu", *line[4:]]))
    assert [code for code, _, _ in problems(result)] == ["colonne_sans_nom"]
    assert case.state() == before


def test_labels_below_names_are_one_header(case: Case) -> None:
    head = ["token", "q1", "q2", "q3", "q4"]
    below = ["", *ASKED, "Le copilotage entre l’État et la collectivité est équilibré"]
    result = case.bring(sheet(head, below, ["t1", "Alpha", "Services de l’État", "2024-01-05", "D’accord"]))
    assert result.written, words(result)
    assert [row["modalite"] for row in case.rows("reponses")] == ["d_accord"]


def test_none_of_these_is_no_answer_where_its_own_box_says_no(case: Case) -> None:
    head = f"{HEAD},besoins_besoin_habitants/emploi,besoins_besoin_habitants/aucun_besoin"
    case.bring(f"{head}\n{LINE},Non,Non\n{LINE.replace('501', '502')},Non,Oui\n")
    assert needs(case) == ["aucun_besoin"]


def test_the_words_of_a_choice_may_hold_the_mark_that_parts_them(case: Case) -> None:
    question = "À quelles conditions peut-elle réussir ?"
    head = f"_id,_uuid,id_cde,classe_role,date_reponse,{question}/Un binôme État/collectivité"
    result = case.bring(f"{head}\n501,u,cde-001,etat,2024-01-05,1\n")
    assert result.written, words(result)
    assert len(case.rows("enseignements")) == 1


def test_the_column_that_identifies_respondents_stays_the_same(case: Case) -> None:
    assert case.bring(f"{HEAD}\n{LINE}\n{LINE.replace('501', '502')}\n").written
    steadier = HEAD.replace("_uuid", "_uuid,meta/rootUuid")
    more = [LINE.replace("501", str(n)).replace(f"u-{n}", f"u-{n},uuid:{n}") for n in (501, 502, 503)]
    result = case.bring(steadier + "\n" + "\n".join(more) + "\n")
    assert result.written, words(result)
    assert len(case.rows("repondants")) == 3
    before = case.state()
    result = case.bring(f"{HEAD}\n{LINE}\n".replace("_id,", "", 1).replace("501,", "", 1))
    assert [code for code, _, _ in problems(result)] == ["identifiant_change"]
    assert "« _id »" in words(result).replace("\u00a0", " ")
    assert case.state() == before


def test_an_identifier_that_a_spreadsheet_has_rounded_is_refused(case: Case) -> None:
    result = case.bring(f"{HEAD}\n{LINE.replace('501,', chr(34) + '3,45679E+11' + chr(34) + ',', 1)}\n")
    assert [code for code, _, _ in problems(result)] == ["identifiant_abime"]


def test_answers_that_an_export_holds_no_more_are_told_and_removed_on_demand(case: Case) -> None:
    speech = ",verbatims_texte,verbatims_rubrique,verbatims_consentement"
    two = f"{HEAD},copilotage_equilibre{speech}\n{LINE},d_accord,Un mot.,genese,oui\n"
    case.bring(two + LINE.replace("501", "502") + ",d_accord,Deux mots.,genese,oui\n")
    told = case.bring(two)
    assert "1 répondant des tables, qui n’est pas dans cet export" in words(told).replace("\u00a0", " ")
    assert len(case.rows("repondants")) == 2
    assert case.bring(two, remove=True).written
    assert [len(case.rows(name)) for name in ("repondants", "reponses", "verbatims")] == [1, 1, 1]
    assert case.rows("verbatims")[0]["texte"] == "Un mot."


@pytest.mark.parametrize("state", ["validation_status_not_approved", "Not approved", "Rejected"])
def test_what_was_turned_down_in_the_tool_is_left_out_and_counted(case: Case, state: str) -> None:
    text = f"{HEAD},_validation_status\n{LINE},{state}\n{LINE.replace('501', '502')},\n"
    result = case.bring(text)
    assert "1 réponse non approuvée" in words(result).replace("\u00a0", " ")
    assert len(case.rows("repondants")) == 1
    case.bring(text, everything=True)
    assert len(case.rows("repondants")) == 2


def test_marks_and_entities_leave_free_words_and_it_is_said(case: Case) -> None:
    speech = "verbatims_texte,verbatims_rubrique,verbatims_consentement"
    result = case.bring(f"{HEAD},{speech}\n{LINE},\u200eL&#039;État &amp; la ville\u200f,genese,oui\n")
    assert result.written, words(result)
    assert [row["texte"] for row in case.rows("verbatims")] == ["L'État & la ville"]
    assert [p.code for p in result.problems] == ["texte_nettoye"]


def test_what_was_masked_is_kept_out_of_the_project_to_be_put_back(case: Case) -> None:
    speech = "verbatims_texte,verbatims_rubrique,verbatims_consentement"
    result = case.bring(f"{HEAD},{speech}\n{LINE},Selon Mme Inventée,genese,oui\n")
    path = masked_path(case.key)
    assert result.masked == path
    assert "Selon Mme Inventée" in path.read_text("utf-8-sig")
    assert path.stat().st_mode & 0o077 == 0
    assert not any("Inventée" in content.decode("utf-8", "replace") for content in case.state().values())


def test_each_choice_is_told_under_its_own_column(case: Case) -> None:
    """The two contradict each other: one is exclusive."""
    head = f"{HEAD},besoins_besoin_habitants/emploi,besoins_besoin_habitants/aucun_besoin"
    result = case.bring(f"{head}\n{LINE},1,1\n")
    columns = {column for _, _, column in problems(result)}
    assert "besoins_besoin_habitants/aucun_besoin" in columns, words(result)
