"""Tables: what a screen reader needs, the signs spelled out, nothing that can inject."""

from __future__ import annotations

import re

import pytest

from citesresearch.figures.tables import SIGNS, Column, DataTable, Detailed

COLUMNS = (Column("Cité"), Column("Communes", True))


def test_a_table_has_its_caption_and_scoped_headers() -> None:
    html = DataTable("Communes par Cité", COLUMNS, (("Belfort", "2"), ("Pau", "1"))).html()
    assert "<caption>Communes par Cité</caption>" in html
    assert re.findall(r'<th scope="col"[^>]*>([^<]+)', html) == ["Cité", "Communes"]
    assert re.findall(r'<th scope="row">([^<]+)', html) == ["Belfort", "Pau"]
    assert re.findall(r"<td[^>]*>([^<]+)", html) == ["2", "1"]


def test_figures_are_aligned_and_words_are_not() -> None:
    columns = (*COLUMNS, Column("Région"))
    html = DataTable("t", columns, (("Belfort", "2", "Bourgogne"),)).html()
    assert '<table class="chiffres">' in html  # the style sheet aligns its cells, except those of words
    assert re.findall(r'<(t[hd])[^>]* class="mots">([^<]+)', html) == [("th", "Région"), ("td", "Bourgogne")]
    assert "class" not in re.sub(r'class="scroll"', "", DataTable("t", columns[2:], (("Bourgogne",),)).html())


def test_the_scrolling_region_can_be_reached_and_is_named() -> None:
    html = DataTable("Communes", COLUMNS, ()).html()
    assert html.startswith('<div class="scroll" role="group" aria-label="Tableau : Communes" tabindex="0">')


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_is_spelled_out(sign: str) -> None:
    html = DataTable("t", COLUMNS, (("Belfort", sign),)).html()
    assert f'<td><abbr class="s" title="{SIGNS[sign]}">{sign}</abbr></td>' in html


@pytest.mark.parametrize("text", ["nde", "S", "0", "Nd", "///…"])
def test_a_word_that_only_looks_like_a_sign_stays_a_word(text: str) -> None:
    assert "<abbr" not in DataTable("t", COLUMNS, (("Belfort", text),)).html()


def test_a_detailed_cell_reads_its_sign_and_its_detail() -> None:
    html = DataTable("t", COLUMNS, (("Belfort", Detailed("nd", "illisible")),)).html()
    assert 'title="non disponible">nd</abbr><small class="src">illisible</small>' in html


def test_every_text_is_escaped() -> None:
    bad = "<script>\"'&"
    html = DataTable(bad, (Column(bad), Column(bad)), ((bad, Detailed(bad, bad)), (bad, bad)), bad).html()
    assert "<script" not in html
    assert html.count("&lt;script&gt;&#34;&#39;&amp;") == 10  # the caption is also the name of the region


@pytest.mark.parametrize("row", [(), ("Belfort",), ("Belfort", "2", "3")])
def test_a_row_has_one_cell_per_column(row: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=f"{len(row)} cells for 2 columns"):
        DataTable("t", COLUMNS, (row,))


def test_a_note_follows_the_caption() -> None:
    assert "<caption>t<span> — en 2023</span></caption>" in DataTable("t", COLUMNS, (), "en 2023").html()
