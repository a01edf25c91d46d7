"""The page of a notebook: everything that a reader needs, nothing that the notebook alone needed."""

from __future__ import annotations

import base64
import hashlib
import html
import itertools
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

from citesresearch.errors import CitesError
from citesresearch.publish.page import NAVIGATION, SITE, Around, Link, export_page, fill_navigation
from citesresearch.sections.blocks import ChartBlock, Paragraph, Section

from .conftest import CODE, STAMP, cell, chart, code, cover, executed, page_info, sections

EVIL = "</title><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}]]><!--nav-->\"'"
VOID = {"meta", "link", "br", "hr", "img", "input", "path", "rect", "circle", "line"}


class Page(HTMLParser):
    """A page as its tags: raises on one that is never closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def values(self, attribute: str, tag: str | None = None) -> list[str]:
        return [a[attribute] or "" for t, a in self.tags if attribute in a and tag in (None, t)]


def result(**data: str) -> nbformat.NotebookNode:
    kinds = {kind.replace("__", "/").replace("_", "+"): text for kind, text in data.items()}
    made: nbformat.NotebookNode = nbformat.v4.new_output("execute_result", data=kinds, execution_count=1)
    return made


def test_every_output_is_there_once_and_in_order(monographie: nbformat.NotebookNode) -> None:
    monographie.cells.append(code(result(text__html="<p>sortie nue</p>"), result(text__plain="texte <nu>")))
    page = export_page(monographie)
    said = ["Ses quartiers prioritaires comptent", "La démarche est impulsée", "Deux réponses sur huit", "Aucun relevé"]
    said += ["<p>sortie nue</p>", "texte &lt;nu&gt;"]
    assert [page.count(words) for words in said] == [1] * len(said)
    places = [page.index(words) for words in said]
    assert places == sorted(places)


def test_what_only_the_notebook_needed_is_hidden(monographie: nbformat.NotebookNode) -> None:
    noise = [nbformat.v4.new_output("stream", name=name, text=f"bruit {name}") for name in ("stdout", "stderr")]
    monographie.cells.append(code(*noise))
    page = export_page(monographie)
    assert "code_jamais_montre" in CODE
    for hidden in ("code_jamais_montre", "bruit", "Indiquez la Cité"):
        assert hidden not in page


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (nbformat.v4.new_output("error", ename="KeyError", evalue="x", traceback=["secret"]), "cellule 6.*KeyError"),
        (
            nbformat.v4.new_output("display_data", data={"image/png": "AAAA", "text/plain": "<Figure>"}),
            "cellule 6.*image",
        ),
        (result(image__svg_xml="<svg/>"), "cellule 6.*image"),
        (cell(cover()).outputs[0], "cellule 6.*seconde couverture"),
    ],
    ids=["error", "png", "svg", "second cover"],
)
def test_a_broken_page_is_never_made(
    monographie: nbformat.NotebookNode, output: nbformat.NotebookNode, said: str
) -> None:
    monographie.cells.append(code(output))
    with pytest.raises(CitesError, match=said):
        export_page(monographie)


def test_a_notebook_that_was_not_executed_is_refused() -> None:
    with pytest.raises(CitesError, match="exécutez-le en entier"):
        export_page(executed(code()))


def test_the_same_notebook_gives_the_same_bytes(monographie: nbformat.NotebookNode, tmp_path: Path) -> None:
    nbformat.write(monographie, tmp_path / "n.ipynb")
    assert export_page(monographie) == export_page(monographie) == export_page(tmp_path / "n.ipynb")


def test_the_page_stands_alone(monographie: nbformat.NotebookNode) -> None:
    text = export_page(monographie)
    page = Page(text)
    assert not {"script", "link", "iframe", "object", "embed", "base", "form"} & {tag for tag, _ in page.tags}
    assert page.values("src") == page.values("style") == []
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert all(link.startswith("#") or re.fullmatch(r"[./\w-]+\.html", link) for link in page.values("href"))
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style
    assert text.count("<style") == 1
    assert not re.search(r"url\(|@import|https?:", style[1])


def test_the_policy_lets_the_page_s_own_style_through_and_nothing_else(monographie: nbformat.NotebookNode) -> None:
    text = export_page(monographie)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style
    (policy,) = (a["content"] for t, a in Page(text).tags if t == "meta" and "http-equiv" in a)
    hashed = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy
    assert f"style-src 'sha256-{hashed}'" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy


def test_the_page_says_what_it_is(monographie: nbformat.NotebookNode) -> None:
    text = export_page(monographie)
    page = Page(text)
    assert page.values("lang", "html") == ["fr"]
    assert "<title>Belfort — monographie</title>" in text
    assert [a["content"] for t, a in page.tags if t == "meta" and a.get("name") == "description"] == [
        "Cité de l’emploi labellisée en 2020."
    ]
    foot = text[text.index("<footer") :]
    for words in ("novembre 2026", "citesresearch 0.1.0", "0123456789ab", "Pour citer", "Licence Ouverte"):
        assert words in foot


def test_the_outline_is_whole(monographie: nbformat.NotebookNode) -> None:
    page = Page(export_page(monographie))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    anchors = [link[1:] for link in page.values("href") if link.startswith("#")]
    assert set(anchors) <= set(ids)
    assert {s.id for s in sections()} <= set(anchors), "each rubric is in the contents"
    for reference in page.values("aria-labelledby"):
        assert reference in ids
    assert [tag for tag, _ in page.tags].count("main") == 1


def test_tables_and_figures_have_their_words(monographie: nbformat.NotebookNode) -> None:
    page = Page(export_page(monographie))
    assert len(page.values("scope", "th")) == [tag for tag, _ in page.tags].count("th") > 0
    tags = [tag for tag, _ in page.tags]
    assert tags.count("caption") == tags.count("table") > 0
    assert all(a.get("aria-label") or a.get("aria-labelledby") for t, a in page.tags if t == "svg")


def test_each_state_shows(monographie: nbformat.NotebookNode) -> None:
    text = export_page(monographie)
    assert text.count("Rubrique partielle") == 1
    assert "Donnée non disponible pour cette Cité" in text
    assert text.count("Ce qui la remplirait") == 2


def test_text_from_the_data_is_inert() -> None:
    evil = Section("paroles", EVIL, EVIL, "complete", (Paragraph(EVIL),), numero=1)
    text = export_page(executed(cell(cover(EVIL, page_info(EVIL, EVIL), EVIL)), cell(evil)))
    page = Page(text)
    assert "script" not in {tag for tag, _ in page.tags}
    assert "img" not in {tag for tag, _ in page.tags}
    assert "49" not in re.sub(r"<style>.*?</style>|sha256-[^']*'", "", text, flags=re.DOTALL)
    assert text.count(NAVIGATION) == 1
    assert html.escape(EVIL, quote=False).replace('"', "&#34;").replace("'", "&#39;") in text


def test_the_stamp_is_on_every_printed_page_of_generated_data_only(monographie: nbformat.NotebookNode) -> None:
    stamped = export_page(executed(cell(cover(STAMP)), *map(cell, sections())))
    plain = export_page(monographie)
    margin = re.compile(r"@bottom-left ?{ ?content: ?\"Données de démonstration \(synthétiques\)\"")
    assert margin.search(stamped)
    assert not margin.search(plain)
    assert STAMP in stamped[stamped.index("<footer") :]
    assert "démonstration" not in plain


def test_navigation_goes_where_there_is_somewhere_to_go(monographie: nbformat.NotebookNode) -> None:
    text = export_page(monographie)
    near = [
        ("Dans la même région", [Link("c.html", "Cergy"), Link("d.html", "Dijon")]),
        ("Même type", [Link(f"e{i}.html", f"E{i}") for i in range(13)]),
    ]
    page = fill_navigation(text, Around(previous=Link("a.html", "Agen <b>"), near=near))
    assert NAVIGATION not in page
    assert [a["href"] for t, a in Page(page).tags if t == "a" and a.get("rel") == "prev"] == ["a.html"]
    assert 'rel="next"' not in page
    assert "Agen &lt;b&gt;" in page
    assert page.index("c.html") < page.index("d.html")
    assert "<summary>Même type (13\u00a0autres Cités)</summary>" in page, "a long list is folded"
    alone = fill_navigation(text, Around())
    assert SITE not in alone
    assert 'aria-label="Suite"' not in alone, "no empty landmark"
    Page(alone)


def test_a_page_that_lost_a_rubric_is_refused() -> None:
    first, _, third = sections()
    with pytest.raises(CitesError, match="Il manque à la page la rubrique 2"):
        export_page(executed(cell(cover()), cell(first), cell(third)))


def test_a_page_leads_to_the_other_pages_of_the_site_and_says_which_one_it_is(
    monographie: nbformat.NotebookNode,
) -> None:
    site = [Link("synthese.html", "Synthèse nationale"), Link("indicateurs.html", "Indicateurs")]
    page = fill_navigation(export_page(monographie), Around(site=site), "synthese.html")
    head = page[: page.index("<main")]
    assert '<a href="synthese.html" aria-current="page">Synthèse nationale</a>' in head
    assert '<a href="indicateurs.html">Indicateurs</a>' in head


def test_a_page_offers_its_files_with_their_size(monographie: nbformat.NotebookNode) -> None:
    page = fill_navigation(export_page(monographie), Around(files=[(Link("t/x.csv", "CSV"), "3\u00a0ko")]))
    assert '<a href="t/x.csv" download>CSV</a> (3\u00a0ko)' in page


def test_a_figure_leads_to_the_definition_of_what_it_shows() -> None:
    charts = (ChartBlock(replace(chart("f-1"), indicateurs=("referents", "inconnu"))), ChartBlock(chart("f-2")))
    text = export_page(executed(cell(cover()), cell(Section("fiche", "Fiche", "Faits.", "complete", charts, numero=1))))
    page = fill_navigation(text, Around(indicateurs={"referents": "Référents <nommés>"}))
    assert page.count('<a href="indicateurs.html#referents">Référents &lt;nommés&gt;</a>') == 1
    assert "inconnu" not in page, "what has no definition has no link"
    assert "<!--" not in fill_navigation(text, Around())
    Page(page)
