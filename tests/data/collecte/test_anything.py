"""Whatever a file holds: it is refused with nothing touched, or imported into tables that are valid and stay so."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citesresearch.data.campagne import find_campagne
from citesresearch.data.collecte.report import words
from citesresearch.data.dataset import read_tables

from .case import MAIL, PHONE, Case
from .exports import FORMS

NAMES = [path for form in FORMS.values() for path in (item.name for item in form.questions)]
HEADERS = st.one_of(
    st.sampled_from(
        ["_id", "_uuid", "token", "id", "_submission_time", "submitdate", "question", "réponse", "Nom", "E-mail"]
    ),
    st.sampled_from(
        ["id_cde", "classe_role", "date_reponse", "date_retour", "date_reference", "_index", "_parent_index"]
    ),
    st.sampled_from(NAMES),
    st.builds("{}/{}".format, st.sampled_from(NAMES), st.sampled_from(["emploi", "aucun", "2021", "x"])),
    st.builds("{}[{}]".format, st.sampled_from(["q1", *NAMES[:20]]), st.sampled_from(["SQ001", "emploi", "other"])),
    st.text(max_size=12),
)
CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            "cde-001",
            "cde-002",
            "Alpha",
            "etat",
            "État",
            "d_accord",
            "Ne sait pas",
            "emploi mobilite",
            "oui",
            "0",
            "1",
        ]
    ),
    st.sampled_from(
        ["2024", "2023-06", "2024-01-05T10:00:00", "12.0000", "N/A", "=1+1", "#REF!", MAIL, PHONE, "id_cde", "EXEMPLE"]
    ),
    st.text(max_size=15),
)
SHEETS = st.lists(HEADERS, min_size=1, max_size=9).flatmap(
    lambda header: st.tuples(
        st.just(header), st.lists(st.lists(CELLS, min_size=len(header), max_size=len(header) + 1), max_size=4)
    )
)
# Rows that are well formed but for what is drawn into them: most sheets of the other kind are refused at once.
ROW = st.tuples(
    st.sampled_from(["cde-001", "Bêta"]),
    st.sampled_from(["etat", "Emploi", "emploi"]),
    st.lists(CELLS, min_size=4, max_size=4),
)
NEARLY = st.tuples(st.lists(st.sampled_from(NAMES), max_size=4, unique=True), st.lists(ROW, max_size=3))


def line(cells: list[str]) -> str:
    return ";".join('"{}"'.format(cell.replace('"', '""')) for cell in cells)


def imported_or_refused(folder: Path, text: str) -> None:
    case = Case(folder)
    before = case.state()
    path = case.exports / "export.csv"
    path.write_text(text, encoding="utf-8", errors="replace", newline="")
    result = case.bring(path)
    assert words(result)
    if not result.written:
        assert case.state() == before
        return
    assert not result.problems.blocking
    assert not read_tables(find_campagne(case.folder))[1].blocking
    after = case.state()
    again = case.bring(path)
    assert not again.altered, words(again)
    assert not again.changes, words(again)
    assert case.state() == after
    assert MAIL not in b"".join(after.values()).decode()


def any_sheet(drawn: tuple[list[str], list[list[str]]]) -> str:
    header, rows = drawn
    return "\n".join(map(line, [header, *rows])) + "\n"


def any_answers(drawn: tuple[list[str], list[tuple[str, str, list[str]]]]) -> str:
    names, rows = drawn
    lines = [["token", "id_cde", "classe_role", "date_reponse", *names]]
    lines += [[f"t{n}", cite, role, "2024-01", *cells[: len(names)]] for n, (cite, role, cells) in enumerate(rows)]
    return "\n".join(map(line, lines)) + "\n"


TEXTS = st.one_of(SHEETS.map(any_sheet), NEARLY.map(any_answers))


@settings(max_examples=15)
@given(TEXTS)
def test_any_file(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    imported_or_refused(tmp_path_factory.mktemp("quelconque"), text)


@pytest.mark.torture
@settings(max_examples=600)
@given(TEXTS)
def test_any_file_at_length(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    imported_or_refused(tmp_path_factory.mktemp("longtemps"), text)
