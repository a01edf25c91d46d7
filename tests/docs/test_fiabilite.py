"""docs/fiabilite.md has one line for each promise that a test keeps, and none is said broken."""

from __future__ import annotations

from pathlib import Path

from tests.promesses import PAGE, Promise, lines_of, promises, without_how_it_ended, write


def test_the_page_has_a_line_for_each_promise(repository: Path) -> None:
    lines = lines_of(repository / PAGE)
    wanted = [promise.line("oui") for promise in promises(repository)]
    assert len(wanted) > 25
    assert without_how_it_ended(lines) == without_how_it_ended(wanted), "run `make fiabilite`"
    assert not [line for line in lines if "**non**" in line or "non essayé" in line]


def test_a_line_says_how_its_test_ended(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / PAGE).write_text("# Titre\n\n| Faute |\nancien\n", encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_x.py").write_text(
        "@pytest.mark.promesse('A', 'b', 'c')\n@pytest.mark.torture\ndef test_un(): ...\n"
        "@pytest.mark.promesse('D', 'e', 'f')\ndef test_deux(): ...\n"
        "@pytest.mark.promesse('G', 'h', 'i')\ndef test_trois(): ...\n",
        encoding="utf-8",
    )
    write(tmp_path, {"tests/test_x.py::test_un": {"oui"}, "tests/test_x.py::test_deux": {"oui", "**non**"}})
    assert lines_of(tmp_path / PAGE) == [
        "| A | b | c | oui | make torture : `test_x.py`, un |",
        "| D | e | f | **non** | make test : `test_x.py`, deux |",
        "| G | h | i | non essayé | make test : `test_x.py`, trois |",
    ]
    write(tmp_path, {"tests/test_x.py::test_trois": {"oui"}})
    assert [line.split("|")[4].strip() for line in lines_of(tmp_path / PAGE)] == ["oui", "**non**", "oui"]
    assert (tmp_path / PAGE).read_text("utf-8").startswith("# Titre\n\n| Faute | Promis |")
    assert Promise("A", "b", "c", "x::test_y", False).line("oui").endswith("make test : `x`, y |")
