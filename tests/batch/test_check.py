"""A notebook that would make the same report N times is refused before anything runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from citesresearch.batch.check import check_notebooks
from citesresearch.engine.run import Run
from citesresearch.errors import CitesError

WriteNotebook = Callable[..., Path]


def check(path: Path) -> None:
    parameters = {"cite": "cde-003", "campagne": "publique"}
    check_notebooks([Run("publique", "monographie", "cde-003", path, parameters)])


def test_a_good_notebook_passes(notebook: WriteNotebook) -> None:
    check(notebook("bon.ipynb", "%matplotlib inline\nprint(cite)", "cite = cite.strip()", "def (:"))
    check(notebook("annote.ipynb", parameters='cite: str = ""\ncampagne: str | None = None'))


@pytest.mark.parametrize(
    ("parameters", "cells", "said"),
    [
        (None, ["print(1)"], "n’a aucune cellule de code marquée « parameters »"),
        (
            'citee = ""\ncampagne = ""',
            [],
            "« cite » dans sa cellule « parameters » ; « citee » est sans doute",
        ),
        ('cite = ""', [], "ne déclare pas le paramètre « campagne »"),
        ('cite = ""\ncampagne = ""\nedition = ""', [], "un paramètre « edition » que rien ne lui donne"),
        ('cite = "cde-001"\ncampagne = ""', [], "une valeur par défaut au paramètre « cite »"),
        (
            'cite = ""\ncampagne = ""',
            ["x = 1", 'cite = "cde-001"'],
            "cellule 3 : « cite » y reçoit une autre",
        ),
        ("cite = (", [], "n’est pas du Python correct"),
    ],
)
def test_a_bad_notebook_is_refused(
    notebook: WriteNotebook, parameters: str | None, cells: list[str], said: str
) -> None:
    with pytest.raises(CitesError) as raised:
        check(notebook("mauvais.ipynb", *cells, parameters=parameters))
    assert said in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1  # a misspelt parameter is said once, not as missing and surplus


def test_two_parameters_cells_are_refused(notebook: WriteNotebook) -> None:
    path = notebook("double.ipynb", "print(1)")
    path.write_text(path.read_text("utf-8").replace('"metadata": {}', '"metadata": {"tags": ["parameters"]}'))
    with pytest.raises(CitesError, match="a 2 cellules marquées « parameters »"):
        check(path)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[]", b'{"nbformat": 3}'])
def test_what_is_no_notebook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "n.ipynb"
    path.write_bytes(content)
    with pytest.raises(CitesError, match="n’est pas un notebook"):
        check(path)


def test_an_absent_notebook_is_said(tmp_path: Path) -> None:
    with pytest.raises(CitesError, match="introuvable"):
        check(tmp_path / "absent.ipynb")
