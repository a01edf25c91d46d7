"""A second import: what is the same, what is new, what has changed, and what was there before."""

from __future__ import annotations

from citesresearch.data.collecte.report import words

from .case import HEAD, LINE, Case


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
