"""Nothing that identifies a person enters a campagne, and the key that makes pseudonyms protects them."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from citesresearch.cli import main
from citesresearch.data.collecte.pseudonymes import Pseudonyms
from citesresearch.data.collecte.report import words
from citesresearch.errors import BLOCKED

from .case import HEAD, LINE, MAIL, NAME, PHONE, Case, problems
from .exports import KEY


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


def test_in_the_long_shape_too_who_answered_is_left_out(case: Case) -> None:
    rows = [("id_cde", "cde-001"), ("classe_role", "etat"), ("date_reponse", "2024"), ("Nom", NAME), ("E-mail", MAIL)]
    result = case.bring("identifiant,question,réponse\n" + "".join(f"p1,{q},{a}\n" for q, a in rows))
    assert result.written, words(result)
    assert "« Nom » et « E-mail »" in words(result).replace("\u00a0", " ")
    assert "Exemple" not in b"".join(case.state().values()).decode() + words(result)


def test_a_file_without_header_does_not_put_a_person_in_the_report(case: Case) -> None:
    """The first row is taken for the header: what identifies somebody in it is masked there too."""
    for text in (f"{NAME};{MAIL};oui\n", f"token;id_cde;classe_role;date_reponse;{MAIL}\nt1;cde-001;etat;2024;non\n"):
        result = case.bring(text)
        assert result.refused
        said = words(result) + (result.proposal.read_text("utf-8-sig") if result.proposal else "")
        assert "Exemple" not in said
        assert "example.org" not in said
