"""Import, rule by rule, on exports of a few lines: what is refused, shown, dropped, masked, and what is left untouched."""

from __future__ import annotations

import csv
import re
import stat
import zipfile
from pathlib import Path

import pytest

from citesresearch.cli import BLOCKED, OK, main
from citesresearch.data.campagne import find_campagne
from citesresearch.data.collecte import Import, import_answers
from citesresearch.data.collecte.pseudonymes import Pseudonyms
from citesresearch.data.collecte.report import words
from citesresearch.data.dataset import read_tables

from ..campagnes import write_campagne
from .classeurs import xlsx
from .collecte import KEY

# Of persons who do not exist: the domain is reserved for examples, the number for fiction.
MAIL, PHONE, NAME = "camille.exemple@example.org", "01 99 00 12 34", "Mme Camille Exemple"

HEAD = "_id,_uuid,_submission_time,id_cde,classe_role,date_reponse"
LINE = "501,u-501,2024-01-05T09:00:00,cde-001,etat,2024-01-05"


class Case:
    """A small campagne, its key, and a folder for exports."""

    def __init__(self, root: Path) -> None:
        self.folder = write_campagne(
            root, copilotes="id_cde,acteur,cote,libelle,role,groupe,date_reference,datation,periode,source\n"
        )
        (self.folder / "copilotes.csv").unlink()
        self.exports = root / "recu"
        self.exports.mkdir()
        self.key = root / "cle"
        self.key.write_text(KEY)
        self.key.chmod(0o600)

    def file(self, text: str, name: str = "export.csv") -> Path:
        path = self.exports / name
        path.write_text(text, encoding="utf-8")
        return path

    def bring(self, *files: Path | str, **options: object) -> Import:
        paths = [self.file(f, f"export{i}.csv") if isinstance(f, str) else f for i, f in enumerate(files)]
        return import_answers(find_campagne(self.folder), paths, **{"key": self.key, **options})  # type: ignore[arg-type]

    def rows(self, table: str) -> list[dict[str, str]]:
        path = self.folder / f"{table}.csv"
        return list(csv.DictReader(path.read_text("utf-8").splitlines())) if path.exists() else []

    def state(self) -> dict[str, bytes]:
        """Every file of the campagne, hidden ones included, byte by byte (the lock, always empty, apart)."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path.name != ".import.lock"
        }


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)


def problems(result: Import) -> list[tuple[str, int | None, str | None]]:
    return [(p.code, p.ligne, p.colonne) for p in result.problems if p.blocking]


# --- again, and changed -----------------------------------------------------------------------------


def test_a_second_import_changes_no_byte_and_says_so(case: Case) -> None:
    text = f"{HEAD},copilotage_equilibre,besoins_besoin_habitants\n{LINE},d_accord,emploi mobilite\n"
    assert case.bring(text).written
    before = case.state()
    again = case.bring(text)
    assert not again.refused
    assert not again.written
    assert "Rien ne change" in words(again)
    assert case.state() == before


def test_a_changed_answer_is_shown_and_replaces_only_when_asked(case: Case) -> None:
    head = f"{HEAD},copilotage_equilibre,besoins_besoin_habitants\n"
    case.bring(f"{head}{LINE},d_accord,emploi mobilite\n")
    before = case.state()
    changed = f"{head}{LINE},ne_sait_pas,emploi langue\n"
    result = case.bring(changed)
    (who,) = [row["id_repondant"] for row in case.rows("repondants")]
    shown = words(result).replace("\u00a0", " ")
    assert result.refused
    assert not result.written
    assert case.state() == before
    assert (
        f"cde-001, {who}, « Le copilotage entre l’État et la collectivité est équilibré » : "
        "« D’accord » → « Ne sait pas » (export0.csv, ligne 2)" in shown
    )
    assert "« Accéder à un emploi ; Se déplacer » → « Accéder à un emploi ; " in shown
    assert "--remplacer" in shown
    assert case.bring(changed, replace=True).written
    assert [row["modalite"] for row in case.rows("reponses")] == ["ne_sait_pas"]
    assert {row["besoin"] for row in case.rows("besoins")} == {"emploi", "langue"}


def test_an_answer_withdrawn_is_a_change_too(case: Case) -> None:
    head = f"{HEAD},copilotage_equilibre\n"
    case.bring(f"{head}{LINE},d_accord\n")
    result = case.bring(f"{head}{LINE},\n")
    assert result.refused
    assert [(c.before, c.after) for c in result.changes] == [("D’accord", "")]
    case.bring(f"{head}{LINE},\n", replace=True)
    assert case.rows("reponses") == []


def test_a_new_answer_and_a_new_person_are_added_beside_what_is_there(case: Case) -> None:
    case.bring(f"{HEAD},copilotage_equilibre\n{LINE},d_accord\n")
    other = LINE.replace("501", "502").replace("cde-001", "cde-002")
    result = case.bring(
        f"{HEAD},copilotage_equilibre,orientation_publics\n{LINE},d_accord,d_accord\n{other},,d_accord\n"
    )
    assert result.written
    assert not result.changes
    assert result.merged is not None
    assert result.merged.new == {"repondants": 1}
    assert sorted(row["question"] for row in case.rows("reponses")) == [
        "copilotage_equilibre",
        *["orientation_publics"] * 2,
    ]


def test_an_edited_kobo_answer_is_the_same_person(case: Case) -> None:
    """Kobo gives an edited submission a new _uuid and keeps its _id: counted once (kobotoolbox/kobocat#572)."""
    case.bring(f"{HEAD},copilotage_equilibre\n{LINE},d_accord\n")
    result = case.bring(f"{HEAD},copilotage_equilibre\n{LINE.replace('u-501', 'u-999')},ne_sait_pas\n", replace=True)
    assert len(result.changes) == 1
    assert len(case.rows("repondants")) == 1


def test_a_preview_writes_nothing_not_even_a_key(case: Case) -> None:
    before, key = case.state(), case.exports / "ailleurs" / "cle"
    result = case.bring(f"{HEAD},copilotage_equilibre\n{LINE},d_accord\n", preview=True, key=key)
    assert "Aperçu, rien n’est écrit" in words(result)
    assert "repondants.csv" in words(result)
    assert case.state() == before
    assert not key.exists()
    assert case.bring(f"{HEAD},inconnue\n{LINE},x\n", preview=True).refused
    assert [path.name for path in case.exports.iterdir()] == ["export0.csv"]


def test_existing_rows_keep_their_words_and_their_order(case: Case) -> None:
    """A table that an office typed (semicolons, decimal comma, unsorted) loses nothing when a row is added."""
    head = "id_cde;date_retour;nombre_partenaires;coordonnateur;coordonnateur_etp;date_reference;source"
    (case.folder / "retours.csv").write_bytes(
        f"{head}\ncde-003;12/06/2023;1 200;oui;0,80;2023;D1\ncde-001;2023-06;;non;;2023;D1\n".encode("cp1252")
    )
    result = case.bring("id_cde,date_retour,date_reference,nombre_partenaires\nBêta,2023-07-01,2023,14\n")
    assert result.written == ["retours"], words(result)
    rows = case.rows("retours")
    assert [row["id_cde"] for row in rows] == ["cde-003", "cde-001", "cde-002"]
    assert (rows[0]["nombre_partenaires"], rows[0]["coordonnateur_etp"], rows[0]["date_retour"]) == (
        "1 200",
        "0,80",
        "12/06/2023",
    )
    same = case.bring("id_cde,date_retour,nombre_partenaires,coordonnateur_etp\ncde-003,2023-06-12,1200.0000,0.8\n")
    assert not same.changes
    assert not same.altered


# --- what is not understood ---------------------------------------------------------------------------


def test_everything_unknown_is_said_at_once_and_a_mapping_is_proposed(case: Case) -> None:
    text = f"{HEAD},copilotage_equilibr,Q7,orientation_publics\n{LINE},d_accord,A1,dacor\n"
    before = case.state()
    result = case.bring(text)
    assert sorted(problems(result)) == [
        ("colonne_inconnue", 1, "Q7"),
        ("colonne_inconnue", 1, "copilotage_equilibr"),
        ("hors_liste", 2, "orientation_publics"),
    ]
    assert case.state() == before
    assert result.proposal == case.exports / "correspondance.csv"
    read = csv.DictReader(result.proposal.read_text("utf-8-sig").splitlines(), delimiter=";")
    lines = {(r["colonne"], r["réponse lue"]): r for r in read}
    assert lines["copilotage_equilibr", ""]["champ"] == "reponses.copilotage_equilibre"
    assert lines["copilotage_equilibr", ""]["confiance"] == "97\u00a0%"
    assert lines["orientation_publics", "dacor"]["modalité"] == "d_accord"
    assert (lines["Q7", ""]["champ"], lines["Q7", ""]["confiance"]) == ("", "aucune")
    shown = words(result).replace("\u00a0", " ")
    assert "lu : « dacor »" in shown
    assert "« tout_a_fait_d_accord »" in shown


def test_the_proposal_once_checked_is_the_mapping(case: Case) -> None:
    text = f"{HEAD},copilotage_equilibr,Q7,orientation_publics\n{LINE},d_accord,A1,dacor\n"
    proposal = case.bring(text).proposal
    assert proposal is not None
    filled = proposal.read_text("utf-8-sig").replace(";Q7;;;;aucune", ";Q7;;ignorer;;aucune")
    checked = case.exports / "correspondance.csv"
    checked.write_text(filled, encoding="utf-8")
    result = case.bring(text, mapping=checked)
    assert result.written, words(result)
    assert {row["question"]: row["modalite"] for row in case.rows("reponses")} == dict.fromkeys(
        ("copilotage_equilibre", "orientation_publics"), "d_accord"
    )


def test_a_proposal_never_replaces_a_file_that_somebody_filled(case: Case) -> None:
    kept = case.file("mon;fichier\n", "correspondance.csv")
    text = f"{HEAD},Q7\n{LINE},A1\n"
    result = case.bring(text)
    assert result.proposal == case.exports / "correspondance-2.csv"
    assert kept.read_text() == "mon;fichier\n"
    assert case.bring(text).proposal == result.proposal  # the same proposal is not written twice


TOML = """
[colonnes]
"Question 1" = "reponses.copilotage_equilibre"
Q2 = "besoins.besoins_besoin_habitants"
"Q3 emploi" = { champ = "besoins.besoins_attente_acteurs", modalite = "etat_coordonner" }
Commentaire = "ignorer"
[reponses."Question 1"]
"A2" = "d_accord"
"A9" = "sans réponse"
[constantes]
"repondants.date_reponse" = "2024-02"
"repondants.source" = "D1"
"""


def test_a_mapping_in_toml_names_columns_choices_answers_and_constants(case: Case) -> None:
    mapping = case.file(TOML, "c.toml")
    head = "token,id_cde,classe_role,Question 1,Q2[mobilite],Q3 emploi,Commentaire"
    result = case.bring(f"{head}\nt1,cde-001,etat,A2,Y,Oui,bla\nt2,cde-002,etat,A9,,,\n", mapping=mapping)
    assert result.written, words(result)
    assert [(r["type"], r["besoin"]) for r in case.rows("besoins")] == [
        ("besoin_habitants", "mobilite"),
        ("attente_acteurs", "etat_coordonner"),
    ]
    assert [row["modalite"] for row in case.rows("reponses")] == ["d_accord"]
    assert {row["date_reponse"] for row in case.rows("repondants")} == {"2024-02"}


def test_a_subquestion_known_by_its_rank_alone_is_proposed_not_believed(case: Case) -> None:
    result = case.bring(f"{HEAD},besoinsbesoinhabitan[SQ003]\n{LINE},Y\n")
    assert problems(result) == [("colonne_inconnue", 1, "besoinsbesoinhabitan[SQ003]")]
    assert result.proposal is not None
    (line,) = csv.DictReader(result.proposal.read_text("utf-8-sig").splitlines(), delimiter=";")
    # The third choice of the list, and no likeness at all to vouch for it.
    assert (line["champ"], line["modalité"], line["confiance"]) == (
        "besoins.besoins_besoin_habitants",
        "mobilite",
        "0\u00a0%",
    )


def test_a_mapping_that_names_what_does_not_exist_is_refused(case: Case) -> None:
    mapping = case.file("colonne;champ\nQ1;reponses.copilotage_equilibr\n", "c.csv")
    result = case.bring(f"{HEAD},Q1\n{LINE},d_accord\n", mapping=mapping)
    assert ("hors_liste", 2, "champ") in problems(result)
    assert "reponses.copilotage_equilibre" in words(result)


def test_what_no_column_gives_is_asked_once(case: Case) -> None:
    """Two sources in the campagne: which one the answers belong to cannot be guessed."""
    sources = case.folder / "sources.csv"
    sources.write_text(
        sources.read_text("utf-8") + "D2,Autre,Autre,A,2023-07-25,,,,enquete,non,libre,Essai.\n", "utf-8"
    )
    text = f"{HEAD}\n{LINE}\n{LINE.replace('501', '502')}\n"
    result = case.bring(text)
    assert problems(result) == [("colonne_absente", None, "repondants.source")]
    assert "« D1 », « D2 »" in words(result).replace("\u00a0", " ")
    assert case.bring(text, source="D2").written
    # From then on the respondents that are there say it.
    assert case.bring(f"{HEAD}\n{LINE.replace('501', '503')}\n").written
    assert {row["source"] for row in case.rows("repondants")} == {"D2"}


def test_what_the_validation_finds_is_said_where_it_was_read(case: Case) -> None:
    before = case.state()
    result = case.bring(
        "id_cde,date_retour,date_reference,nombre_partenaires,coordonnateur_etp,coordonnateur\n"
        "cde-001,2023-07-01,2023,14,1,oui\ncde-002,le 3 juin,2023,beaucoup,9,oui\n"
    )
    assert sorted(problems(result)) == [
        ("date_illisible", 3, "date_retour"),
        ("hors_bornes", 3, "coordonnateur_etp"),
        ("nombre_illisible", 3, "nombre_partenaires"),
    ]
    assert {p.fichier for p in result.problems} == {"export0.csv"}
    assert case.state() == before


def test_a_campagne_that_is_wrong_already_is_not_made_worse(case: Case) -> None:
    (case.folder / "retours.csv").write_text("id_cde,date_retour,date_reference,source\ncde-009,2023,2023,D1\n")
    before = case.state()
    result = case.bring(f"{HEAD}\n{LINE}\n")
    assert problems(result) == [("cle_orpheline", 2, "id_cde")]
    assert result.problems[0].fichier == "retours.csv"
    assert case.state() == before


def test_answers_that_contradict_one_another_are_refused(case: Case) -> None:
    result = case.bring(
        f"{HEAD},copilotage_equilibre\n{LINE},d_accord\n", f"{HEAD},copilotage_equilibre\n{LINE},ne_sait_pas\n"
    )
    assert problems(result) == [("reponse_contradictoire", 2, "copilotage_equilibre")]
    double = case.bring(f"{HEAD},besoins_besoin_habitants,besoins_besoin_habitants/emploi\n{LINE},emploi,0\n")
    assert problems(double) == [("reponse_contradictoire", 2, "besoins_besoin_habitants/emploi")]


def test_two_answers_of_one_person_in_a_file_are_one_problem_and_the_same_twice_is_none(case: Case) -> None:
    head = "email,id_cde,classe_role,date_reponse,copilotage_equilibre,orientation_publics"
    line = f"{MAIL},cde-001,etat,2024,"
    result = case.bring(f"{head}\n{line}d_accord,d_accord\n{line}ne_sait_pas,ne_sait_pas\n")
    assert problems(result) == [("cle_double", 3, "email")]
    assert "example.org" not in words(result)
    assert case.bring(f"{head}\n{line}d_accord,d_accord\n{line}d_accord,d_accord\n").written
    assert len(case.rows("repondants")) == 1


def test_a_constant_stands_for_empty_cells_and_comes_back_the_same(case: Case) -> None:
    mapping = case.file("colonne;champ;modalité\n;repondants.classe_role;État\n;repondants.source;D1\n", "c.csv")
    text = "token,id_cde,classe_role,submissiondate\nt1,cde-001,,2024-01-05\nt2,cde-001,emploi,2024-01-05\n"
    assert case.bring(text, mapping=mapping).written
    assert sorted((r["classe_role"], r["date_reponse"]) for r in case.rows("repondants")) == [
        ("emploi", "2024-01-05"),
        ("etat", "2024-01-05"),
    ]
    again = case.bring(text, mapping=mapping)
    assert not again.changes
    assert not again.altered


def test_repeats_that_an_export_drops_are_missed(case: Case) -> None:
    result = case.bring("_id,_uuid,id_cde,date_retour,date_reference\n1,u,cde-001,2023-07-01,2023\n")
    assert [(p.code, p.gravite) for p in result.problems] == [("repetition_absente", "avertissement")]


def test_a_column_of_notes_in_a_plain_sheet_is_not_taken_for_a_tool_s(case: Case) -> None:
    result = case.bring("token,id_cde,classe_role,date_reponse,notes,start\nt1,cde-001,etat,2024,à relire,bas\n")
    assert problems(result) == [("colonne_inconnue", 1, "notes"), ("colonne_inconnue", 1, "start")]


def test_a_sheet_of_another_form_and_one_without_identifier_are_refused(case: Case) -> None:
    assert [p[0] for p in problems(case.bring("couleur,forme\nrouge,rond\n"))] == ["questionnaire_inconnu"]
    assert [p[0] for p in problems(case.bring("id_cde,classe_role,date_reponse\ncde-001,etat,2024\n"))] == [
        "colonne_absente"
    ]


def test_a_table_that_holds_more_than_ours_is_not_rewritten(case: Case) -> None:
    """A column that the reader leaves out, or a sheet of a workbook, would be lost."""
    (case.folder / "repondants.csv").write_text(
        "id_repondant,id_cde,classe_role,date_reponse,source,remarque\nr0a1b2c,cde-001,etat,2024,D1,à garder\n", "utf-8"
    )
    before = case.state()
    assert ("colonne_inconnue", 1, "remarque") in problems(case.bring(f"{HEAD}\n{LINE}\n"))
    assert case.state() == before
    (case.folder / "repondants.csv").unlink()
    rows = [
        ["id_repondant", "id_cde", "classe_role", "date_reponse", "source"],
        ["r0a1b2c", "cde-001", "etat", "2024", "D1"],
    ]
    xlsx({"repondants": rows}).save(case.folder / "tables.xlsx")
    assert [p[0] for p in problems(case.bring(f"{HEAD}\n{LINE}\n"))] == ["table_en_double"]
    # The same sheet without any row is a model, as `init` leaves it: the answers go into a file beside it.
    xlsx({"repondants": rows[:1]}).save(case.folder / "tables.xlsx")
    assert case.bring(f"{HEAD}\n{LINE}\n").written
    tables, found = read_tables(find_campagne(case.folder))
    assert not found.blocking
    assert len(tables["repondants"]) == 1


# --- tools ----------------------------------------------------------------------------------------------


def test_an_odk_archive_with_its_repeats(case: Case) -> None:
    path = case.exports / "retour.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "retour.csv",
            "SubmissionDate,s_identification-id_cde,s_identification-date_retour,s_identification-date_reference,meta-instanceID,KEY\n"
            "2024-01-05T09:00:00.000Z,cde-001,2023-07-01,2023,uuid:a,uuid:a\n",
        )
        archive.writestr(
            "retour-actions.csv",
            "actions_axe,actions_type_action,actions_theme,actions_nombre,PARENT_KEY,KEY\n"
            "aller_vers,forum,langue,2,uuid:a,uuid:a/actions[1]\n"
            "recenser_federer,reunions_partenaires,formation,1,uuid:zz,uuid:zz/actions[1]\n",
        )
    result = case.bring(path)
    assert problems(result) == [("cle_orpheline", 3, "PARENT_KEY")]
    with zipfile.ZipFile(path) as archive:
        main, repeat = (archive.read(name).decode() for name in archive.namelist())
    result = case.bring(
        case.file(main, "retour.csv"), case.file("\n".join(repeat.split("\n")[:2]) + "\n", "actions.csv")
    )
    assert "ODK, répétition" in words(result)
    assert [(r["id_action"], r["axe"], r["nombre"]) for r in case.rows("actions")] == [
        ("cde-001-a001", "aller_vers", "2")
    ]


def test_limesurvey_answers_that_were_never_sent_are_left_aside(case: Case) -> None:
    head = "id,submitdate,lastpage,startlanguage,token,idcde,classerole,copilotageequilibre"
    result = case.bring(
        f'{head}\n1,2024-01-05 09:00:00,3,fr,t1,Alpha,État,"D’accord"\n2,,1,fr,t2,Alpha,État,"D’accord"\n'
    )
    assert result.written, words(result)
    assert "1 réponse non envoyée" in words(result).replace("\u00a0", " ")
    assert [(row["id_cde"], row["date_reponse"]) for row in case.rows("repondants")] == [("cde-001", "2024-01-05")]


def test_mere_numbers_are_told_apart_between_tools_and_warned_of(case: Case) -> None:
    lime = "id,submitdate,lastpage,startlanguage,idcde,classerole\n501,2024-01-05 09:00:00,3,fr,cde-001,etat\n"
    result = case.bring(f"{HEAD}\n{LINE}\n", lime)
    assert [p.code for p in result.problems] == ["identifiant_fragile"]
    assert len(case.rows("repondants")) == 2


@pytest.mark.parametrize(
    "text",
    ["emploi mobilite", "Accéder à un emploi Se déplacer", "Se déplacer; Accéder à un emploi", "mobilite,emploi"],
)
def test_choices_in_one_cell_are_told_apart_however_they_are_separated(case: Case, text: str) -> None:
    case.bring(f'{HEAD},besoins_besoin_habitants\n{LINE},"{text}"\n')
    assert {row["besoin"] for row in case.rows("besoins")} == {"emploi", "mobilite"}


def test_no_everywhere_is_the_answer_none_and_nothing_anywhere_is_no_answer(case: Case) -> None:
    head = f"{HEAD},besoins_besoin_habitants/emploi,besoins_besoin_habitants/mobilite\n"
    case.bring(f"{head}{LINE},0,0\n{LINE.replace('501', '502')},,\n")
    assert [row["besoin"] for row in case.rows("besoins")] == ["aucun_besoin"]


# --- persons ------------------------------------------------------------------------------------------


def test_nothing_that_identifies_a_person_enters_the_campagne(case: Case) -> None:
    head = f"{HEAD},Nom,E-mail,Téléphone,_geolocation,username,Qui êtes-vous,verbatims_texte,verbatims_rubrique,verbatims_consentement"
    speech = f"J’ai vu {NAME}. Écrire à {MAIL} ou au {PHONE}."
    result = case.bring(f'{head}\n{LINE},Exemple,{MAIL},{PHONE},48.85 2.35,cexemple,{MAIL},"{speech}",genese,oui\n')
    assert result.written, words(result)
    (row,) = case.rows("verbatims")
    assert row["texte"] == "J’ai vu [nom masqué]. Écrire à [adresse électronique masquée] ou au [téléphone masqué]."
    assert (row["id_cde"], row["classe_role"], row["date_recueil"], row["source"]) == (
        "cde-001",
        "etat",
        "2024-01-05",
        "D1",
    )
    everything = b"".join(case.state().values()).decode() + words(result)
    for secret in ("Exemple", "example.org", "99 00", "cexemple", "48.85", "u-501"):
        assert secret not in everything, secret
    shown = words(result).replace("\u00a0", " ")
    assert "« Nom », « E-mail », « Téléphone », « _geolocation », « username » et « Qui êtes-vous »" in shown
    assert [p.code for p in result.problems] == ["donnee_personnelle"]
    assert (result.problems[0].ligne, result.problems[0].colonne) == (2, "verbatims_texte")
    again = case.bring(case.exports / "export0.csv")
    assert not again.altered
    assert not again.changes


def test_an_unknown_answer_that_names_somebody_is_neither_quoted_nor_proposed(case: Case) -> None:
    result = case.bring(f"{HEAD},copilotage_equilibre\n{LINE},voir {NAME} {MAIL}\n")
    assert problems(result) == [("hors_liste", 2, "copilotage_equilibre")]
    everything = words(result) + (result.proposal.read_text("utf-8-sig") if result.proposal else "")
    assert "Exemple" not in everything
    assert "example.org" not in everything


def test_the_pseudonym_is_a_keyed_hash_of_the_identifier(case: Case) -> None:
    """Worked beside: hmac-sha256 of « repondant » 0x1F « t-1 » under the key, first 12 hexadecimal digits."""
    import hashlib
    import hmac

    expected = "r" + hmac.new(bytes.fromhex(KEY), b"repondant\x1ft-1", hashlib.sha256).hexdigest()[:12]
    case.bring("token,id_cde,classe_role,date_reponse\n T-1 ,cde-001,etat,2024\n")
    assert [row["id_repondant"] for row in case.rows("repondants")] == [expected]
    other = Pseudonyms(bytes.fromhex("f" * 64))
    assert other.repondant("t-1") != expected


def test_the_key_is_made_for_its_owner_outside_the_project(
    case: Case, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CITESRESEARCH_CLE", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    result = case.bring(f"{HEAD}\n{LINE}\n", key=None)
    path = tmp_path / "config" / "citesresearch" / "cle"
    assert re.fullmatch(r"[0-9a-f]{64}\n", path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "comptées deux fois" in words(result)
    assert path.read_text().strip() not in b"".join(case.state().values()).decode()
    first = case.rows("repondants")
    assert not case.bring(f"{HEAD}\n{LINE}\n", key=None).altered
    assert case.rows("repondants") == first
    assert {p.name for p in path.parent.iterdir()} == {"cle"}


def test_another_key_is_refused_before_anybody_is_counted_twice(case: Case, tmp_path: Path) -> None:
    case.bring(f"{HEAD}\n{LINE}\n")
    before = case.state()
    for key in (tmp_path / "absente", tmp_path / "autre"):
        (tmp_path / "autre").write_text("ab" * 32)
        (tmp_path / "autre").chmod(0o600)
        result = case.bring(f"{HEAD}\n{LINE}\n", key=key)
        assert [p[0] for p in problems(result)] == ["cle_differente"]
        assert case.state() == before
    assert not (tmp_path / "absente").exists()


@pytest.mark.parametrize(
    ("where", "text", "mode", "said"),
    [
        ("campagne", KEY, 0o600, "dans le dossier de la campagne"),
        ("git", KEY, 0o600, "suivi par git"),
        ("ailleurs", KEY, 0o644, "lue par d’autres"),
        ("ailleurs", "abc", 0o600, "n’est pas une clé"),
        ("ailleurs", "é", 0o600, "n’est pas une clé"),
    ],
)
def test_a_key_that_would_not_protect_anybody_is_refused(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str], where: str, text: str, mode: int, said: str
) -> None:
    folder = case.folder if where == "campagne" else tmp_path / where
    folder.mkdir(exist_ok=True)
    if where == "git":
        (folder / ".git").mkdir()
    key = folder / "cle"
    key.write_text(text, encoding="utf-8")
    key.chmod(mode)
    export = case.file(f"{HEAD}\n{LINE}\n")
    assert main(["import", str(export), "-c", str(case.folder), "--cle", str(key)]) == BLOCKED
    assert said in capsys.readouterr().err
    assert case.rows("repondants") == []


# --- the command --------------------------------------------------------------------------------------


def test_the_command_imports_then_check_reads(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    export = case.file(f"{HEAD},copilotage_equilibre\n{LINE},d_accord\n")
    asked = ["import", str(export), "--campagne", str(case.folder), "--cle", str(case.key)]
    assert main([*asked, "--apercu"]) == OK
    assert case.rows("repondants") == []
    assert main(asked) == OK
    assert "1 ligne dans « repondants »" in capsys.readouterr().out.replace("\u00a0", " ")
    assert main(["check", "-c", str(case.folder)]) == OK
    export.write_text(f"{HEAD},copilotage_equilibre\n{LINE},ne_sait_pas\n")
    assert main(asked) == BLOCKED
    assert main([*asked, "--remplacer"]) == OK
    assert not read_tables(find_campagne(case.folder))[1].blocking


@pytest.mark.parametrize("name", ["absent.csv", "texte.pdf", "vide.csv", "faux.xlsx", "faux.zip"])
def test_a_file_that_cannot_be_read_is_a_sentence(case: Case, capsys: pytest.CaptureFixture[str], name: str) -> None:
    path = case.exports / name
    if name != "absent.csv":
        path.write_bytes(
            {"texte.pdf": b"%PDF-1.4 ", "vide.csv": b"", "faux.xlsx": b"PK\x03\x04abc", "faux.zip": b"PK\x03\x04abc"}[
                name
            ]
        )
    assert main(["import", str(path), "-c", str(case.folder), "--cle", str(case.key)]) == BLOCKED
    out = capsys.readouterr()
    assert name in out.out + out.err
    assert "Rien n’a été importé" in out.out


def test_an_export_inside_the_campagne_is_refused(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    path = case.folder / "export.csv"
    path.write_text(f"{HEAD}\n{LINE}\n")
    assert main(["import", str(path), "-c", str(case.folder), "--cle", str(case.key)]) == BLOCKED
    assert "ce qui désigne les répondants" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_said(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder in place of the lock: root, too, is refused."""
    export = case.file(f"{HEAD}\n{LINE}\n")
    (case.folder / ".import.lock").mkdir()
    assert main(["import", str(export), "-c", str(case.folder), "--cle", str(case.key)]) == BLOCKED
    assert "Impossible d’écrire" in capsys.readouterr().err
