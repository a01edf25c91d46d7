"""What a campagne has no longer since its last preparation, and files that cannot be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.campagnes import campagne_at, write_campagne

from citesresearch.cli import main
from citesresearch.codebook import load_codebook
from citesresearch.data.checking.former import lost_since
from citesresearch.data.checking.problems import Problems
from citesresearch.data.dataset import read_tables
from citesresearch.data.inputs import inputs_of_campagne
from citesresearch.preparation import prepare

COMMUNES = "id_cde,code_commune,commune,source,date_reference\n" + "".join(
    f"cde-001,0100{i},Commune {i},D1,2024-09\n" for i in range(1, 9)
)


def lost(folder: Path) -> str:
    campagne = campagne_at(folder)
    found: Problems = lost_since(campagne.processed, read_tables(campagne)[0], load_codebook())
    assert {p.gravite for p in found} <= {"avertissement"}
    return " ".join(str(p.lu) for p in found).replace("\u00a0", " ")


def test_rows_and_columns_lost_since_the_last_preparation_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_campagne(tmp_path, cite_communes=COMMUNES)
    assert lost(folder) == ""  # never prepared
    prepare(campagne_at(folder))
    assert lost(folder) == ""
    table = folder / "cite_communes.csv"
    table.write_text("".join(COMMUNES.splitlines(keepends=True)[:3]), encoding="utf-8")
    assert "6 lignes de moins dans cite_communes" in lost(folder)
    main(["check", "-c", str(folder)])
    assert "6 lignes de moins dans cite_communes" in capsys.readouterr().out.replace("\u00a0", " ")
    table.unlink()
    assert "8 lignes de moins dans cite_communes" in lost(folder)
    table.write_text(COMMUNES.replace(",source", "").replace(",D1", ""), encoding="utf-8")
    assert "« source »" in lost(folder)


@pytest.mark.parametrize(("name", "read"), [("note.docx", False), ("cite_communes.csv", True)])
def test_a_file_that_cannot_be_read_stops_only_who_needs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, read: bool
) -> None:
    folder = write_campagne(tmp_path, cite_communes=COMMUNES)
    (folder / name).touch()
    true_open, true_read = Path.open, Path.read_bytes

    def denied(path: Path, true: Any, *args: Any, **options: Any) -> Any:
        if path.name == name:
            raise PermissionError(13, "Permission denied", str(path))
        return true(path, *args, **options)

    monkeypatch.setattr(Path, "open", lambda path, *a, **o: denied(path, true_open, *a, **o))
    monkeypatch.setattr(Path, "read_bytes", lambda path: denied(path, true_read))
    # What is no table is no input at all.
    assert inputs_of_campagne(campagne_at(folder)).get(name) == ("illisible" if read else None)
    assert main(["prepare", "-c", str(folder)]) == (1 if read else 0)
    said = capsys.readouterr()
    assert ("le droit de lire" in said.out + said.err) == read
    assert "Traceback" not in said.out + said.err
