"""A file of nothing but wrong lines: a bounded list and a count, in memory that does not follow the lines."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from citesresearch.codebook import load_codebook
from citesresearch.data.checking.problems import MOST, Problem
from citesresearch.data.reading.files import read_table


def wrong_lines(folder: Path, lines: int, name: str) -> tuple[list[Problem], int]:
    """The problems of a file whose rows have another separator than its header, and the memory beyond its own size."""
    table = load_codebook()[name]
    path = folder / f"{name}.csv"
    text = ";".join(table.columns) + "\n" + "".join(f"cite-{i:07d}|2021|x\n" for i in range(lines))
    path.write_text(text, encoding="utf-8")
    tracemalloc.start()
    try:
        _, problems = read_table(path, table)
        return problems, tracemalloc.get_traced_memory()[1] - 2 * len(text)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["budget", "repondants"])  # one may be typed in the wide form, the other not
def test_the_list_is_bounded_and_says_how_many_more(tmp_path: Path, name: str) -> None:
    problems, _ = wrong_lines(tmp_path, 5000, name)
    assert len(problems) == MOST + 1
    assert [p.ligne for p in problems[:2]] == [2, 3]
    assert "4\u202f000\u00a0autres" in problems[-1].attendu
    assert problems[-1].blocking


def test_memory_does_not_follow_the_number_of_wrong_lines(tmp_path: Path) -> None:
    _, some = wrong_lines(tmp_path, 30_000, "budget")
    _, more = wrong_lines(tmp_path, 90_000, "budget")
    assert more < 1.5 * some
