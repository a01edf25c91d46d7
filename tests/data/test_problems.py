"""Problems are said in French, grouped, counted, and harmless wherever they are shown."""

from __future__ import annotations

import csv
import io
import pickle
from pathlib import Path

import pytest

from citesresearch.data.checking.problems import InvalidData, Problem, Problems, inert_cell, visible
from citesresearch.errors import CitesError

NBSP = "\u00a0"


def problem(**changes: object) -> Problem:
    said: dict[str, object] = {
        "gravite": "bloquant",
        "code": "hors_liste",
        "fichier": "cites.csv",
        "ligne": 12,
        "colonne": "echelle",
        "lu": "communal",
        "attendu": "« commune » ou « agglomeration »",
        "remede": "écrire « commune »",
    }
    return Problem(**{**said, **changes})  # type: ignore[arg-type]


def test_a_problem_is_one_french_sentence_with_its_spaces() -> None:
    assert problem().phrase() == (
        f"cites.csv, ligne{NBSP}12, colonne «{NBSP}echelle{NBSP}»{NBSP}: lu{NBSP}: «{NBSP}communal{NBSP}»{NBSP}; "
        f"attendu{NBSP}: «{NBSP}commune{NBSP}» ou «{NBSP}agglomeration{NBSP}»{NBSP}; "
        f"à faire{NBSP}: écrire «{NBSP}commune{NBSP}»."
    )


def test_the_sentence_leaves_out_what_is_not_known() -> None:
    whole = problem(ligne=None, colonne=None, lu=None, attendu="un fichier CSV", remede="ajouter le fichier")
    assert whole.phrase() == f"cites.csv{NBSP}: attendu{NBSP}: un fichier CSV{NBSP}; à faire{NBSP}: ajouter le fichier."
    assert "une cellule vide" in problem(lu="").phrase()


def test_values_keep_their_own_spaces_and_apostrophes() -> None:
    remede = problem(remede=f"écrire «{NBSP}l'axe 1 : agir ?{NBSP}» : c'est mieux").remede
    assert f"«{NBSP}l'axe 1 : agir ?{NBSP}»" in remede
    assert remede.endswith(f"»{NBSP}: c’est mieux")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b\r\n\tc", "a␀b␍␊␉c"),
        ("\u202egnp.exe", "[U+202E]gnp.exe"),
        ("\x1b[31mrouge", "␛[31mrouge"),
        ("\x9b31m", "[U+009B]31m"),
        ("zéro\u200blargeur", "zéro[U+200B]largeur"),
        ("perdu\udc81", "perdu[U+DC81]"),
        ("Cité – « œuvre » 12\u202f000 €", "Cité – « œuvre » 12\u202f000 €"),
    ],
)
def test_invisible_characters_are_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_long_values_are_cut_and_stay_so() -> None:
    once = problem(lu="\u202e" * 10_000).lu
    assert once is not None
    assert len(once) == 120
    assert once.endswith("…")
    # Problems are written to a manifest and built again from it.
    assert problem(lu=once).lu == once


@pytest.mark.parametrize("cell", ["=1+1", "+33", "-5", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "＝1"])
def test_cells_cannot_begin_a_formula(cell: str) -> None:
    assert inert_cell(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["cde-001", "1 = 1", "<script>", "", "−5"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert inert_cell(cell) == cell


def test_blocking_is_decided_by_one_problem() -> None:
    warning = problem(gravite="avertissement")
    assert not Problems().blocking
    assert not Problems([warning]).blocking
    assert Problems([warning, problem()]).blocking


def test_the_csv_opens_in_a_french_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "problemes.csv"
    path.write_text("ancien", encoding="utf-8")
    Problems([problem(lu='=HYPERLINK("http://x";"é")\n'), problem(ligne=None, colonne=None, lu=None)]).write_csv(path)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0][:7] == ["gravité", "fichier", "feuille", "ligne", "colonne", "problème", "valeur lue"]
    assert rows[1][3:7] == ["12", "echelle", "Valeur hors de la liste", '\'=HYPERLINK("http://x";"é")␊']
    assert rows[2][3:7] == ["", "", "Valeur hors de la liste", ""]
    assert [p.name for p in tmp_path.iterdir()] == ["problemes.csv"]


def test_a_place_that_cannot_be_written_is_said_in_french(tmp_path: Path) -> None:
    with pytest.raises(CitesError, match=r"Impossible d’écrire la liste des problèmes"):
        Problems([problem()]).write_csv(tmp_path / "absent" / "problemes.csv")
    folder = tmp_path / "problemes.csv"
    folder.mkdir()
    with pytest.raises(CitesError, match=r"Impossible d’écrire"):
        Problems([problem()]).write_csv(folder)
    assert list(tmp_path.iterdir()) == [folder]


def test_the_frame_has_french_columns_and_whole_rows() -> None:
    frame = Problems([problem(), problem(ligne=None)]).to_frame()
    assert frame["ligne"].astype("string").tolist()[0] == "12"
    assert frame["ligne"].isna().tolist() == [False, True]
    assert frame["valeur lue"].tolist() == ["communal", "communal"]
    assert len(Problems().to_frame()) == 0


def test_the_report_groups_by_file_and_kind_and_counts() -> None:
    problems = Problems(
        [
            *(problem(ligne=row) for row in (3, 7, 9)),
            problem(gravite="avertissement", code="colonne_inconnue", ligne=1, colonne="Nom", lu="Nom"),
            *(problem(code="cle_double", ligne=row, lu=f"cde-{row:03d}") for row in range(20, 28)),
            problem(
                fichier="sources.csv",
                gravite="avertissement",
                code="fichier_sans_ligne",
                ligne=None,
                colonne=None,
            ),
        ]
    )
    report = problems.report(limit_per_group=2).replace(NBSP, " ")
    lines = report.splitlines()
    assert lines[0] == "13 problèmes, dont 11 bloquants, dans 2 fichiers."
    assert "cites.csv : 12 problèmes, dont 11 bloquants" in lines
    assert "  Valeur hors de la liste (3 problèmes bloquants)" in lines
    # The same mistake is said once, with its rows.
    assert sum("communal" in line for line in lines) == 2
    assert any(line.startswith("  - lignes 3, 7 et 9, colonne « echelle » : lu : « communal »") for line in lines)
    assert "  … et 6 autres du même genre" in lines
    assert "  Colonne inconnue (1 avertissement)" in lines
    assert "sources.csv : 1 avertissement" in lines
    # What blocks comes before what does not.
    assert report.index("Clé en double") < report.index("Colonne inconnue")
    assert problems.report(limit_per_group=None).count("cde-0") == 8


def test_one_problem_and_no_problem_agree_in_number() -> None:
    assert Problems([problem()]).report().replace(NBSP, " ").splitlines()[0] == "1 problème bloquant."
    assert Problems().report() == "Aucun problème."


def test_invalid_data_carries_its_report_even_to_another_process() -> None:
    error = InvalidData(Problems([problem()]))
    assert "Les données sont à corriger" in str(error)
    assert "communal" in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert again.problems == error.problems
    assert isinstance(again.problems, Problems)
