"""Files as French offices write them are read; files that cannot be read are explained, with the row."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from citesresearch.codebook import Field, Table
from citesresearch.data.checking.problems import Problem
from citesresearch.data.reading import raw_bytes
from citesresearch.data.reading.files import RawTable, read_table

NBSP = "\u00a0"
REQUIRED = {"required": True}
TABLE = Table(
    name="cites",
    title="Les Cités",
    ligne="une Cité",
    description="",
    source_secret="public",
    fields=(
        Field("id_cde", "string", "Identifiant", constraints=REQUIRED),
        Field("nom", "string", "Nom de la Cité", constraints=REQUIRED),
        Field("effectif", "integer", "Effectif"),
    ),
    primary_key=("id_cde",),
    foreign_keys=(),
    required=True,
    descriptor={"schema": {}},
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cites.csv"


def read(path: Path, content: str | bytes) -> tuple[RawTable | None, list[Problem]]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return read_table(path, TABLE)


def good(path: Path, content: str | bytes) -> RawTable:
    raw, problems = read(path, content)
    assert problems == []
    assert raw is not None
    return raw


def bad(path: Path, content: str | bytes) -> Problem:
    _, problems = read(path, content)
    assert len(problems) == 1, [p.phrase() for p in problems]
    return problems[0]


def told(problem: Problem) -> str:
    return problem.phrase().replace(NBSP, " ")


LINES = "id_cde;nom;effectif\r\ncde-001;Évry – l’œuvre à 5 €;12\r\ncde-002;NA;\r\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le-bom", "utf-16-be-bom", "utf-32"]
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_encodings_delimiters_and_line_ends(path: Path, encoding: str, delimiter: str, newline: str) -> None:
    text = LINES.replace(";", delimiter).replace("\r\n", newline)
    mark = "\ufeff" if encoding.endswith("-bom") else ""
    frame = good(path, (mark + text).encode(encoding.removesuffix("-bom"))).frame
    assert frame.columns.tolist() == ["id_cde", "nom", "effectif"]
    assert frame.index.tolist() == [2, 3]
    # « NA » is a text, an empty cell is an empty text.
    assert frame.to_numpy().tolist() == [["cde-001", "Évry – l’œuvre à 5 €", "12"], ["cde-002", "NA", ""]]


def test_rows_are_those_of_a_spreadsheet(path: Path) -> None:
    raw = good(path, '\n\nid_cde;nom;effectif\ncde-001;"deux\nlignes ; et ""plus""";1\n\n;;\ncde-002;b;2\n')
    assert raw.header_row == 3
    assert raw.frame.index.tolist() == [4, 7]
    assert raw.frame.loc[4, "nom"] == 'deux\nlignes ; et "plus"'
    assert raw.frame.loc[7, "effectif"] == "2"


def test_commas_in_other_cells_do_not_make_the_delimiter(path: Path) -> None:
    # More commas than semicolons, even in the header line.
    raw, problems = read(path, "id_cde;nom;a,b,c,d,e\ncde-001;x,y,z;1,2,3\n")
    assert raw is not None
    assert raw.frame.to_numpy().tolist() == [["cde-001", "x,y,z"]]
    assert [p.code for p in problems] == ["colonne_inconnue"]


def test_a_declared_delimiter_is_a_line_that_spreadsheets_hide(path: Path) -> None:
    raw = good(path, "sep=|\r\nid_cde|nom|effectif\r\ncde-001|a;b,c|1\r\n")
    assert raw.frame.index.tolist() == [2]
    assert raw.frame.loc[2, "nom"] == "a;b,c"


def test_header_cells_are_trimmed_and_empty_columns_at_the_end_ignored(path: Path) -> None:
    raw = good(path, "\ufeff id_cde ;nom\u00a0;effectif;;\ncde-001;a;1;;\ncde-002;b;2;;;;\n")
    assert raw.frame.columns.tolist() == ["id_cde", "nom", "effectif"]


# --- files that are not tables of text -----------------------------------------------------


def test_absent_file_and_folder_and_pipe(path: Path) -> None:
    _, (absent,) = read_table(path, TABLE)
    assert absent.code == "fichier_absent"
    path.mkdir()
    _, (folder,) = read_table(path, TABLE)
    assert (folder.code, "non un dossier" in folder.attendu) == ("fichier_illisible", True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_does_not_wait_for_ever(path: Path) -> None:
    os.mkfifo(path)
    _, (problem,) = read_table(path, TABLE)
    assert problem.code == "fichier_illisible"


@pytest.mark.parametrize(
    ("error", "words"),
    [(PermissionError(13, "denied"), "le droit de lire"), (OSError(5, "I/O"), "recopier le fichier")],
)
def test_a_file_that_the_system_refuses(
    path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, words: str
) -> None:
    path.write_text(LINES, encoding="utf-8")

    def refuse(self: Path) -> bytes:
        raise error

    monkeypatch.setattr(Path, "read_bytes", refuse)
    raw, (problem,) = read_table(path, TABLE)
    assert raw is None
    assert problem.code == "fichier_illisible"
    assert words in told(problem)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\r\n \r\n", b";;\n;;\n", "\ufeff".encode("utf-16-le")])
def test_empty_files(path: Path, content: bytes) -> None:
    assert bad(path, content).code == "fichier_vide"


def test_a_table_without_rows(path: Path) -> None:
    problem = bad(path, "id_cde;nom;effectif\n")
    assert (problem.code, problem.gravite) == ("fichier_sans_ligne", "bloquant")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "une image PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "une image JPEG"),
        (b"PK\x03\x04" + b"x" * 50, "un classeur"),
        (b"%PDF-1.7\n", "un document PDF"),
        (bytes(range(256)) * 4, "un fichier binaire"),
    ],
)
def test_other_formats_under_the_name_of_a_csv(path: Path, content: bytes, words: str) -> None:
    problem = bad(path, content)
    assert problem.code == "fichier_binaire"
    assert words in told(problem)
    assert "CSV UTF-8" in told(problem)


def test_too_big_a_file_is_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with path.open("wb") as stream:
        stream.truncate(raw_bytes.MAX_BYTES + 1)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("200 MB were read"))
    _, (problem,) = read_table(path, TABLE)
    assert (problem.code, told(problem).count("200 Mo")) == ("fichier_trop_gros", 2)


# --- encodings ------------------------------------------------------------------------------


def test_utf16_without_its_mark_and_utf16_cut(path: Path) -> None:
    assert bad(path, LINES.encode("utf-16-le")).code == "encodage"
    assert bad(path, LINES.encode("utf-16")[:-1]).code == "fichier_tronque"


def test_two_encodings_in_one_file_name_the_cell(path: Path) -> None:
    content = "id_cde;nom;effectif\ncde-001;Évry;1\ncde-002;Sète;2\n".encode() + "cde-003;Nîmes;3\n".encode("cp1252")
    raw, (problem,) = read(path, content)
    assert (problem.code, problem.ligne, problem.colonne, problem.lu) == (
        "encodages_melanges",
        4,
        "nom",
        "Nîmes",
    )
    assert "UTF-8" in problem.attendu
    assert raw is not None
    assert raw.frame["nom"].tolist() == ["Évry", "Sète", "Nîmes"]


def test_the_rarer_encoding_is_the_one_to_mend(path: Path) -> None:
    content = (
        "id_cde;nom;effectif\ncde-001;Évry\u00a0!;1\ncde-002;Sète;2\n".encode("cp1252") + "cde-003;Nîmes;3\n".encode()
    )
    problem = bad(path, content)
    assert (problem.ligne, problem.lu, "cp1252" in problem.attendu) == (4, "Nîmes", True)


def test_a_letter_cut_at_the_end(path: Path) -> None:
    whole = "id_cde;effectif;nom\ncde-001;1;Évry\ncde-002;2;Sé".encode()
    raw, (problem,) = read(path, whole[:-1])
    assert (problem.code, problem.lu) == ("fichier_tronque", "nom␊cde-001;1;Évry␊cde-002;2;S")
    assert raw is not None
    assert raw.frame["nom"].tolist() == ["Évry", "S"]
    assert bad(path, b"id_cde;effectif;nom\ncde-001;1;Saint-\xc3").code == "fichier_tronque"
    # In cp1252 a file may well end with an accented letter.
    raw, (problem,) = read(path, "id_cde;effectif;nom\ncde-001;1;Cité".encode("cp1252"))
    assert raw is not None
    assert raw.frame.loc[2, "nom"] == "Cité"
    assert (problem.code, problem.gravite) == ("fin_de_fichier", "avertissement")


def test_an_old_mac_file_is_doubted(path: Path) -> None:
    problem = bad(path, "id_cde;nom;effectif\ncde-001;une metropole métropole;1\n".encode("mac_roman"))
    assert (problem.code, problem.gravite) == ("encodage_douteux", "avertissement")


# --- the shape of the table ---------------------------------------------------------------------


def test_a_missing_column_is_found_under_another_name(path: Path) -> None:
    raw, (problem,) = read(path, "id_cde;NOM ;effectif\ncde-001;a;1\n")
    assert (problem.code, problem.gravite, problem.ligne) == ("colonne_absente", "bloquant", 1)
    assert (problem.colonne, problem.lu) == ("nom", "NOM")
    assert problem.remede.replace(NBSP, " ") == "renommer la colonne « NOM » en « nom »"
    assert raw is not None
    assert raw.frame.columns.tolist() == ["id_cde", "effectif"]


def test_a_column_under_its_label(path: Path) -> None:
    _, (problem,) = read(path, "Identifiant;nom\ncde-001;a\n")
    assert problem.remede.replace(NBSP, " ") == "renommer la colonne « Identifiant » en « id_cde »"


def test_a_missing_column_that_nothing_resembles(path: Path) -> None:
    _, problems = read(path, "id_cde;xyz\ncde-001;a\n")
    assert [(p.code, p.gravite) for p in problems] == [
        ("colonne_absente", "bloquant"),
        ("colonne_inconnue", "avertissement"),
    ]
    assert problems[0].remede == "ajouter cette colonne"


@pytest.mark.parametrize("name", ["efectif", "Effectif", "EFFECTIF ", "effectifs"])
def test_an_optional_column_under_a_misspelt_name_blocks(path: Path, name: str) -> None:
    # Its figures would be left out without anyone noticing.
    problem = bad(path, f"id_cde;nom;{name}\ncde-001;a;1\n")
    assert (problem.code, problem.gravite, problem.ligne) == ("colonne_mal_nommee", "bloquant", 1)
    assert (problem.colonne, problem.lu) == ("effectif", name.strip())
    assert problem.remede.replace(NBSP, " ").startswith(f"renommer la colonne « {name.strip()} » en « effectif »")


def test_an_unknown_column_warns_with_the_nearest_name(path: Path) -> None:
    problem = bad(path, "id_cde;nom;effectif_min\ncde-001;a;1\n")
    assert (problem.code, problem.gravite, problem.colonne) == (
        "colonne_inconnue",
        "avertissement",
        "effectif_min",
    )
    assert problem.remede.replace(NBSP, " ") == "renommer la colonne en « effectif »"


def test_a_name_still_nearer_to_a_column_of_the_file_does_not_block(path: Path) -> None:
    wide = replace(TABLE, fields=(*TABLE.fields, Field("effectif_2", "integer", "Second effectif")))
    path.write_text("id_cde;nom;effectif;effectifs\ncde-001;a;1;2\n", encoding="utf-8")
    _, problems = read_table(path, wide)
    assert [(p.code, p.gravite, p.colonne) for p in problems] == [("colonne_inconnue", "avertissement", "effectifs")]
    # Two columns look alike: the nearest is meant, whatever their order.
    path.write_text("id_cde;nom;efectif_2\ncde-001;a;2\n", encoding="utf-8")
    _, problems = read_table(path, wide)
    assert [(p.code, p.colonne) for p in problems] == [("colonne_mal_nommee", "effectif_2")]


def test_a_column_twice(path: Path) -> None:
    raw, (problem,) = read(path, "id_cde;nom;nom\ncde-001;a;b\n")
    assert (problem.code, problem.gravite, problem.colonne) == ("colonne_double", "bloquant", "nom")
    assert raw is not None
    assert raw.frame["nom"].tolist() == ["a"]


def test_a_filled_column_without_a_name(path: Path) -> None:
    problem = bad(path, "id_cde;nom;;effectif\ncde-001;a;;1\ncde-002;b;perdu;2\n")
    assert (problem.code, problem.ligne, problem.lu) == ("colonne_sans_nom", 3, "perdu")
    assert "3e colonne" in problem.remede


def test_a_header_further_down_and_no_header(path: Path) -> None:
    late = bad(path, "Tableau 1\n\nid_cde;nom;effectif\ncde-001;a;1\n")
    assert (late.code, "à la ligne 3" in late.attendu) == ("entete_decalee", True)
    none = bad(path, "cde-001;a;1\ncde-002;b;2\n")
    assert (none.code, none.ligne, none.lu) == ("entete_absente", 1, "cde-001 | a | 1")


def test_too_few_and_too_many_cells(path: Path) -> None:
    raw, problems = read(path, "id_cde;nom;effectif\ncde-001;a;1\ncde-002;b\ncde-003;c;3;x\ncde-004;d;4\n")
    assert [(p.code, p.ligne, p.lu) for p in problems] == [
        ("nombre_de_cellules", 3, f"2{NBSP}cellules"),
        ("nombre_de_cellules", 4, f"4{NBSP}cellules"),
    ]
    assert "coupée" in problems[0].remede
    assert "entre guillemets" in problems[1].remede
    assert raw is not None
    assert raw.frame.index.tolist() == [2, 5]
    assert {"cde-002", "cde-003"} <= raw.lost


def test_a_decimal_comma_without_quotes_is_never_hidden_by_an_empty_cell(path: Path) -> None:
    # id 1, name 45,2, effectif missing: four cells of which the last is empty.
    problem = bad(path, "id_cde,nom,effectif\ncde-001,45,2,\n")
    assert (problem.code, problem.ligne, "la virgule" in problem.remede) == ("nombre_de_cellules", 2, True)


def test_an_unclosed_quote_names_the_row_where_it_opens(path: Path) -> None:
    raw, (problem,) = read(path, 'id_cde;nom;effectif\ncde-001;a;1\ncde-002;"b;2\ncde-003;c;3\n')
    assert (problem.code, problem.ligne, problem.lu) == ("guillemets", 3, 'cde-002;"b;2')
    assert "fermer le guillemet" in problem.remede
    assert raw is not None
    assert raw.frame.index.tolist() == [2]
    assert {"cde-002", "cde-003"} <= raw.lost


def test_a_misplaced_quote_does_not_hide_the_rows_that_follow(path: Path) -> None:
    raw, (problem,) = read(path, 'id_cde;nom;effectif\ncde-001;"a"b;1\ncde-002;la "Cité";2\n')
    assert (problem.code, problem.ligne) == ("guillemets", 2)
    assert raw is not None
    assert raw.frame["nom"].tolist() == ['la "Cité"']


def test_very_long_cells(path: Path) -> None:
    problem = bad(path, f"id_cde;nom;effectif\ncde-001;{'x' * 10_001};1\n")
    assert (problem.code, problem.ligne, problem.colonne) == ("cellule_trop_longue", 2, "nom")
    assert "10\u202f001 caractères" in (problem.lu or "")
    endless = bad(path, f'id_cde;nom;effectif\ncde-001;"{"x" * 200_000};1\ncde-002;b;2\n')
    assert (endless.code, endless.ligne) == ("guillemets", 2)
    assert len(endless.phrase()) < 400
