"""Typical mistakes in a workbook are each told with sheet, row, column and remedy; other files get one sentence."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from tests.campagnes import TABLES
from tests.data.classeurs import rows_of, write_ods, write_sheet_xml, xlsx

from citesresearch.codebook import load_codebook
from citesresearch.data.checking.problems import Problems
from citesresearch.data.checking.validation import read_and_validate
from citesresearch.data.reading import workbooks
from citesresearch.data.reading.files import read_rows

NUMBERS = ("annee_label", "valeur", "valeur_basse", "valeur_haute")


def sheets() -> dict[str, list[list[object]]]:
    """The small campagne, as it would be typed: numbers are numbers, codes are texts."""
    return {name: rows_of(text, NUMBERS) for name, text in TABLES.items()}


def check(folder: Path, book: openpyxl.Workbook) -> tuple[dict[str, pd.DataFrame], Problems]:
    book.save(folder / "campagne.xlsx")
    return read_and_validate(folder, load_codebook())


def words(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_workbook_says_the_same_as_text_files(tmp_path: Path) -> None:
    texts = tmp_path / "textes"
    texts.mkdir()
    for name, text in TABLES.items():
        (texts / f"{name}.csv").write_text(text, encoding="utf-8")
    expected, none = read_and_validate(texts, load_codebook())
    assert none.report() == "Aucun problème."
    book = tmp_path / "classeur"
    book.mkdir()
    found, problems = check(book, xlsx(sheets()))
    assert problems.report() == "Aucun problème."
    document = tmp_path / "document"
    document.mkdir()
    write_ods(document / "campagne.ods", sheets())
    opened, problems = read_and_validate(document, load_codebook())
    assert problems.report() == "Aucun problème."
    assert list(found) == list(opened) == list(expected)
    for name, frame in expected.items():
        pd.testing.assert_frame_equal(found[name], frame)
        pd.testing.assert_frame_equal(opened[name], frame)


# --- the mistakes -----------------------------------------------------------------------------------

Mistake = Callable[[openpyxl.Workbook], object]
MISTAKES: list[tuple[Mistake, str, str | None, int | None, str | None, str]] = []


def mistake(
    code: str, sheet: str | None, row: int | None, column: str | None, remedy: str
) -> Callable[[Mistake], Mistake]:
    def keep(damage: Mistake) -> Mistake:
        MISTAKES.append((damage, code, sheet, row, column, remedy))
        return damage

    return keep


def cell(book: openpyxl.Workbook, sheet: str, column: str, row: int, value: Any, number_format: str = "") -> None:
    page: Worksheet = book[sheet]
    at = [c.value for c in page[1]].index(column) + 1
    page.cell(row, at, value)
    if number_format:
        page.cell(row, at).number_format = number_format


@mistake(
    "forme",
    "cite_communes",
    2,
    "code_commune",
    "écrire « 01004 » ; dans un tableur, mettre d’abord la colonne au format Texte",
)
def code_that_lost_its_zero(book: openpyxl.Workbook) -> None:
    cell(book, "cite_communes", "code_commune", 2, 1004)


@mistake("formule_sans_valeur", "cites", 3, "annee_label", "l’enregistrer, ou remplacer la formule par sa valeur")
def formula_never_computed(book: openpyxl.Workbook) -> None:
    cell(book, "cites", "annee_label", 3, "=2020+1")


@mistake("erreur_de_formule", "cites", 4, "region", "corriger la formule, ou taper la valeur")
def error(book: openpyxl.Workbook) -> None:
    cell(book, "cites", "region", 4, "#N/A")


@mistake("cellules_fusionnees", "cites", 1, "code_region", "défusionner « F1:G1 »")
def merged_header(book: openpyxl.Workbook) -> None:
    book["cites"].merge_cells("F1:G1")


@mistake("cellules_fusionnees", "cite_communes", 3, "id_cde", "défusionner « A3:A4 » et recopier la valeur")
def merged_rows(book: openpyxl.Workbook) -> None:
    book["cite_communes"].merge_cells("A3:A4")


@mistake("entete_decalee", "cites", 1, None, "supprimer les lignes au-dessus")
def title_above_the_header(book: openpyxl.Workbook) -> None:
    book["cites"].insert_rows(1, 2)
    book["cites"]["A1"] = "Les Cités de l’emploi"


@mistake("entete_repetee", "cites", 2, None, "supprimer cette ligne")
def labels_under_the_header(book: openpyxl.Workbook) -> None:
    book["cites"].insert_rows(2)
    for i, field in enumerate(load_codebook()["cites"].fields, start=1):
        book["cites"].cell(2, i, field.libelle)


@mistake("entete_repetee", "cite_communes", 4, None, "supprimer cette ligne")
def header_again(book: openpyxl.Workbook) -> None:
    page = book["cite_communes"]
    page.insert_rows(4)
    for i, name in enumerate([c.value for c in page[1]], start=1):
        page.cell(4, i, name)


@mistake("texte_hors_tableau", "cites", 7, None, "supprimer ce texte (titre, note, total)")
def note_under_the_table(book: openpyxl.Workbook) -> None:
    book["cites"]["B7"] = "Source : préfecture, mars 2024"


@mistake("valeur_absente", "cites", 4, "region", "remplir la cellule")
def empty_cell(book: openpyxl.Workbook) -> None:
    cell(book, "cites", "region", 4, "")


@mistake("colonne_absente", "cites", 1, "annee_label", "renommer la colonne « Année label » en « annee_label »")
def misspelt_column(book: openpyxl.Workbook) -> None:
    cell(book, "cites", "annee_label", 1, "Année label")


@mistake("colonne_double", "copilotes", 1, "acteur", "supprimer ou renommer")
def column_twice(book: openpyxl.Workbook) -> None:
    for row in range(1, 5):
        book["copilotes"].cell(row, 11, book["copilotes"].cell(row, 2).value)


@mistake("colonne_sans_nom", "cites", 3, None, "nommer ou supprimer la 14e colonne")
def column_without_name(book: openpyxl.Workbook) -> None:
    book["cites"]["N3"] = "à vérifier"


@mistake("libelle_lu", "cites", 2, "echelle", "rien : cette valeur est lue ainsi")
def label_instead_of_code(book: openpyxl.Workbook) -> None:
    cell(book, "cites", "echelle", 2, "Communale ")


@mistake("cle_double", "cites", 5, "id_cde", "supprimer une des deux lignes")
def same_site_twice(book: openpyxl.Workbook) -> None:
    book["cites"].append([c.value for c in book["cites"][2]])
    book["cites"]["B5"] = "Delta"


@mistake("cle_orpheline", "copilotes", 2, "id_cde", "la plus proche est")
def site_that_does_not_exist(book: openpyxl.Workbook) -> None:
    cell(book, "copilotes", "id_cde", 2, "cde-010")


@mistake("date_impossible", "cites", 2, "date_reference", "corriger la date")
def day_that_does_not_exist(book: openpyxl.Workbook) -> None:
    cell(book, "cites", "date_reference", 2, "31/02/2023")


@mistake("date_illisible", "cites", 2, "date_reference", "écrire « 2024-09-05 »")
def date_with_its_hour(book: openpyxl.Workbook) -> None:
    cell(book, "cites", "date_reference", 2, datetime.datetime(2024, 9, 5, 14, 30), "dd/mm/yyyy hh:mm")


@mistake("nombre_illisible", "chiffres_publies", 2, "valeur", "écrire le nombre sans le signe %")
def percentage_in_a_column_of_numbers(book: openpyxl.Workbook) -> None:
    cell(book, "chiffres_publies", "valeur", 2, 0.803, "0.0%")


@mistake("nombre_illisible", "chiffres_publies", 3, "valeur", "écrire le nombre seul")
def unit_in_the_cell(book: openpyxl.Workbook) -> None:
    cell(book, "chiffres_publies", "valeur", 3, "815 référents")


@mistake("nombre_illisible", "chiffres_publies", 3, "valeur", "dans un tableur, mettre la cellule au format Nombre")
def number_shown_as_a_date(book: openpyxl.Workbook) -> None:
    cell(book, "chiffres_publies", "valeur", 3, datetime.date(1902, 3, 25), "dd/mm/yyyy")


@mistake("oui_non", "sources", 2, "externe", "écrire « oui »")
def cross_for_yes(book: openpyxl.Workbook) -> None:
    cell(book, "sources", "externe", 2, "x")


@mistake("nombre_trop_long", "chiffres_publies", 2, "compte", "format Texte")
def number_too_long(book: openpyxl.Workbook) -> None:
    cell(book, "chiffres_publies", "compte", 2, 12345678901234567)


@mistake("cellules_masquees", "cites", None, None, "les afficher, puis supprimer")
def hidden_row(book: openpyxl.Workbook) -> None:
    book["cites"].row_dimensions[3].hidden = True


@mistake("cellules_masquees", "cites", None, None, "retirer le filtre")
def filtered_rows(book: openpyxl.Workbook) -> None:
    book["cites"].auto_filter.ref = "A1:L4"
    book["cites"].row_dimensions[3].hidden = True


@mistake("cellules_masquees", "cites", None, None, "les afficher")
def hidden_column(book: openpyxl.Workbook) -> None:
    book["cites"].column_dimensions["C"].hidden = True


@mistake("cellules_masquees", "copilotes", None, None, "les afficher")
def hidden_sheet(book: openpyxl.Workbook) -> None:
    book["copilotes"].sheet_state = "hidden"


@mistake("table_en_double", "Les Cités", None, None, "garder celle des deux qui est à jour")
def sheet_twice(book: openpyxl.Workbook) -> None:
    book.copy_worksheet(book["cites"]).title = "Les Cités"


@mistake("feuille_inconnue", "Feuil1", None, None, "donner à la feuille le nom de la table")
def sheet_without_name_or_header(book: openpyxl.Workbook) -> None:
    book["copilotes"].title = "Feuil1"
    cell(book, "Feuil1", "role", 1, "fonction")


@mistake("nom_approche", "Copilotes ", None, None, "renommer en « copilotes »")
def sheet_named_otherwise(book: openpyxl.Workbook) -> None:
    book["copilotes"].title = "Copilotes "


@mistake("feuille_ignoree", "Notes", None, None, "rien si elle est de trop")
def notes_for_the_reader(book: openpyxl.Workbook) -> None:
    book.create_sheet("Notes", 0).append(["Remplir une ligne par Cité"])


def test_there_are_twenty_mistakes_at_least() -> None:
    assert len({damage for damage, *_ in MISTAKES}) >= 20


@pytest.mark.parametrize(
    ("damage", "code", "sheet", "row", "column", "remedy"), MISTAKES, ids=lambda v: getattr(v, "__name__", "")
)
def test_a_mistake_is_told_with_its_place_and_its_remedy(
    tmp_path: Path, damage: Mistake, code: str, sheet: str, row: int | None, column: str | None, remedy: str
) -> None:
    book = xlsx(sheets())
    damage(book)
    _, problems = check(tmp_path, book)
    found = [p for p in problems if (p.code, p.feuille, p.ligne, p.colonne) == (code, sheet, row, column)]
    assert len(found) == 1, problems.report()
    assert words(remedy) in words(found[0].remede)
    assert words(found[0].phrase()).startswith(f"campagne.xlsx, feuille « {sheet} »")
    # One mistake is told once: nothing else in the same sheet, but for a name read otherwise.
    assert {p.code for p in problems if p.feuille == sheet} <= {code, "nom_approche"}


# --- in OpenDocument ----------------------------------------------------------------------------------

SPAN = '<table:table-cell office:value-type="string" table:number-columns-spanned="2"><text:p>région</text:p></table:table-cell>'
DOWN = '<table:table-cell office:value-type="string" table:number-rows-spanned="2"><text:p>cde-002</text:p></table:table-cell>'
ERROR = (
    '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
    'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
)
PERCENT = (
    '<table:table-cell office:value-type="percentage" office:value="0.803"><text:p>80 %</text:p></table:table-cell>'
)


@pytest.mark.parametrize(
    ("sheet", "row", "column", "typed", "code", "remedy"),
    [
        ("cite_communes", 2, "code_commune", 1004, "forme", "format Texte"),
        ("cites", 1, "code_region", SPAN, "cellules_fusionnees", "défusionner « F1:G1 »"),
        ("cite_communes", 3, "id_cde", DOWN, "cellules_fusionnees", "défusionner « A3:A4 »"),
        ("cites", 4, "annee_label", ERROR, "erreur_de_formule", "taper la valeur"),
        (
            "cites",
            4,
            "annee_label",
            '<table:table-cell table:formula="of:=2020+1"/>',
            "formule_sans_valeur",
            "sa valeur",
        ),
        ("chiffres_publies", 2, "valeur", PERCENT, "nombre_illisible", "sans le signe %"),
        ("sources", 2, "externe", True, "", ""),
    ],
)
def test_a_mistake_in_an_open_document(
    tmp_path: Path, sheet: str, row: int, column: str, typed: object, code: str, remedy: str
) -> None:
    typed_sheets = sheets()
    rows = typed_sheets[sheet]
    rows[row - 1][rows[0].index(column)] = typed
    write_ods(tmp_path / "campagne.ods", typed_sheets)
    _, problems = read_and_validate(tmp_path, load_codebook())
    assert [(p.code, p.feuille, p.ligne) for p in problems] == ([(code, sheet, row)] if code else []), problems.report()
    assert all(words(remedy) in words(p.remede) for p in problems)


def test_rows_that_an_open_document_hides_are_said(tmp_path: Path) -> None:
    write_ods(tmp_path / "campagne.ods", sheets(), hidden_rows=[3])
    _, problems = read_and_validate(tmp_path, load_codebook())
    assert {p.code for p in problems} == {"cellules_masquees"}
    assert not problems.blocking


# --- cells to text --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (3.0, "", "3"),
        (1004, "00000", "1004"),  # the zeros are a picture: the cell does not hold them
        (0.1 + 0.2, "", "0.3"),
        (1e-7, "", "0.0000001"),
        (-2.5, "", "-2.5"),
        (0.8, "0%", "80 %"),
        (0.57, "0.00%", "57 %"),
        (True, "", "oui"),
        (False, "", "non"),
        (datetime.date(2021, 3, 5), "dd/mm/yyyy", "2021-03-05"),
        (datetime.date(2021, 3, 1), "mmm-yy", "2021-03"),
        (datetime.date(2021, 3, 1), 'mmmm" "yyyy', "2021-03"),
        (datetime.date(2021, 1, 1), "yyyy", "2021"),
        (datetime.datetime(2021, 3, 5, 14, 30), "dd/mm/yyyy hh:mm", "2021-03-05 14:30:00"),
        (datetime.time(14, 30), "hh:mm", "14:30:00"),
        (datetime.timedelta(hours=30), "[h]:mm", "30:00:00"),
        ("  é\n", "", "  é\n"),
        ("01004", "", "01004"),
        ("#REF!", "", "#REF!"),
    ],
)
def test_a_cell_is_what_a_person_reads(tmp_path: Path, value: Any, number_format: str, text: str) -> None:
    book = xlsx({"s": [["avant"], [value]]})
    if number_format:
        book["s"]["A2"].number_format = number_format
    book.save(tmp_path / "a.xlsx")
    rows, problems = read_rows(tmp_path / "a.xlsx")
    assert (rows, problems) == ([(1, ["avant"]), (2, [text])], [])


MONTH = (
    '<number:date-style style:name="N1"><number:month number:textual="true"/><number:year/></number:date-style>'
    '<style:style style:name="ce1" style:data-style-name="N1"/>'
)


def test_a_date_without_its_day_in_an_open_document(tmp_path: Path) -> None:
    date = 'office:value-type="date" office:date-value="2021-03-01"><text:p>mars 21</text:p></table:table-cell>'
    cells = [f'<table:table-cell table:style-name="ce1" {date}', f"<table:table-cell {date}"]
    write_ods(tmp_path / "a.ods", {"s": [cells]}, styles=MONTH)
    assert read_rows(tmp_path / "a.ods") == ([(1, ["2021-03", "2021-03-01"])], [])


def test_one_sheet_is_asked_for_where_there_are_several(tmp_path: Path) -> None:
    xlsx({"a": [["x"]], "vide": [], "b": [["y"]]}).save(tmp_path / "a.xlsx")
    assert read_rows(tmp_path / "a.xlsx", "b") == ([(1, ["y"])], [])
    for asked in (None, "c"):
        rows, (problem,) = read_rows(tmp_path / "a.xlsx", asked)
        assert rows is None
        assert problem.code == "feuille_absente"
        assert "« a », « vide » et « b »" in words(str(problem.lu))
    xlsx({"a": [["x"]], "vide": []}).save(tmp_path / "a.xlsx")
    assert read_rows(tmp_path / "a.xlsx") == ([(1, ["x"])], [])


# --- files that are no workbook ---------------------------------------------------------------------------


def archive(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


SOUND = io.BytesIO()
xlsx({"s": [["a", "b"], [1, 2]] * 50}).save(SOUND)


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", "fichier_vide", "0 octet"),
        (bytes(512), "fichier_vide", "512 octets"),
        (b"id_cde;nom\ncde-001;a\n", "fichier_binaire", "changer son extension en « .csv »"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "fichier_binaire", "une image PNG"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "fichier_binaire", "un classeur Excel ancien (xls)"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "fichier_chiffre", "retirer ce mot de passe"),
        (archive(**{"content.xml": b"<a/>", "META-INF__manifest.xml": b"encryption-data"}), "fichier_chiffre", "mot de passe"),
        (archive(**{"word__document.xml": b"<a/>"}), "fichier_binaire", "un document Word"),
        (archive(**{"content.xml": b"<a/>", "mimetype": b"application/vnd.oasis.opendocument.text"}), "fichier_binaire", "un document OpenDocument"),
        (archive(**{"xl__workbook.bin": b"x"}), "fichier_binaire", "xlsb"),
        (archive(**{"photo.xml": b"<a/>"}), "fichier_binaire", "une archive zip"),
        (archive(**{"xl__workbook.xml": b"<a/>"}), "fichier_abime", "copie saine"),
        (archive(**{"content.xml": b"<a><b></a>"}), "fichier_abime", "copie saine"),
        (SOUND.getvalue()[:1500], "fichier_abime", "copie saine"),
        (SOUND.getvalue()[:900] + bytes(80) + SOUND.getvalue()[980:], "fichier_abime", "copie saine"),
        (archive(**{"content.xml": b" " * (workbooks.MAX_UNZIPPED + 1)}), "fichier_trop_gros", "copier les seules cellules remplies"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_no_workbook_is_told_in_one_sentence(tmp_path: Path, content: bytes, code: str, said: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    rows, problems = read_rows(tmp_path / "a.xlsx")
    assert rows is None
    assert [p.code for p in problems] == [code]
    assert said in words(problems[0].phrase())


BILLION = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        # Two cells: calamine alone would ask for 550 GB and end the process.
        (f"<worksheet><sheetData>{FAR}</sheetData></worksheet>", "fichier_trop_gros"),
        (BILLION, "fichier_abime"),
        ("<worksheet><sheetData>", "fichier_abime"),
        ('<worksheet><sheetData><row r="x"><c r="A1"><v>1</v></c></row></sheetData></worksheet>', "fichier_abime"),
        (
            '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>99</v></c></row></sheetData></worksheet>',
            "fichier_abime",
        ),
    ],
)
def test_a_sheet_that_cannot_be_held_or_read(tmp_path: Path, sheet: str, code: str) -> None:
    write_sheet_xml(tmp_path / "a.xlsx", sheet)
    rows, problems = read_rows(tmp_path / "a.xlsx", "s")
    assert rows is None
    assert [(p.code, p.feuille) for p in problems] == [(code, "s")]


def test_a_declared_size_is_not_believed(tmp_path: Path) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    far = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'  # formatted, empty
    write_sheet_xml(
        tmp_path / "a.xlsx",
        f'<worksheet xmlns="{main}"><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>{far}'
        "</sheetData></worksheet>",
    )
    assert read_rows(tmp_path / "a.xlsx") == ([(1, ["1"])], [])


def test_cells_without_their_place_and_formulas_that_give_an_empty_text(tmp_path: Path) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cells = '<c><v>1</v></c><c t="str"><f>IF(A1=1,"","x")</f><v></v></c><c><f>A1+1</f><v>2</v></c>'
    write_sheet_xml(
        tmp_path / "a.xlsx", f'<worksheet xmlns="{main}"><sheetData><row>{cells}</row></sheetData></worksheet>'
    )
    assert read_rows(tmp_path / "a.xlsx") == ([(1, ["1", "", "2"])], [])


def test_formulas_and_markup_stay_text_wherever_they_go(tmp_path: Path) -> None:
    book = xlsx(sheets())
    book["cites"]["G2"].value, book["cites"]["G2"].data_type = "=cmd()|' /C calc'!A0", "s"  # a text, for the workbook
    book["cites"]["G3"] = '<script>alert("x")</script>'
    cell(book, "cites", "annee_label", 4, '=HYPERLINK("http://exemple.fr";"2021")')
    tables, problems = check(tmp_path, book)
    assert tables["cites"]["region"].tolist()[:2] == ["=cmd()|' /C calc'!A0", '<script>alert("x")</script>']
    (problem,) = problems
    assert (problem.code, problem.ligne, problem.colonne) == ("formule_sans_valeur", 4, "annee_label")
    problems.write_csv(tmp_path / "problemes.csv")
    assert "'=HYPERLINK" in (tmp_path / "problemes.csv").read_text("utf-8-sig")
