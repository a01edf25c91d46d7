"""The strict reading of a page: what is sound passes, each fault is seen and said."""

from __future__ import annotations

import nbformat
import pytest

from citesresearch.publish.markup import read_markup
from citesresearch.publish.page import Around, csp, export_page, fill_navigation

STYLE = "b{color:red}"
SOUND = (
    f'<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{csp(STYLE)}">'
    f"<title>Une page</title><style>{STYLE}</style></head><body><main><h1>Titre</h1><p>Texte</p>"
    "<ul><li><p>Un</p></li></ul></main></body></html>"
)


def with_body(html: str) -> str:
    return SOUND.replace("<p>Texte</p>", html)


def test_a_sound_page_has_no_fault(monographie: nbformat.NotebookNode) -> None:
    assert read_markup(SOUND).faults == []
    assert read_markup(fill_navigation(export_page(monographie), Around())).faults == []


TABLE = "<table><caption>Une</caption><thead><tr><th{}>A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
SVG = '<svg role="img" viewBox="0 0 1 1" aria-label="{}"><path d="M0 0"/></svg>'


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<p>ouvert", "</main> ferme <p>"),
        ("<b><i>croisé</b></i>", "</b> ferme <i>"),
        ("<marquee>x</marquee>", "élément inconnu <marquee>"),
        ("<p><div>bloc</div></p>", "<div> dans du texte"),
        ("<li>seul</li>", "<li> dans <main>"),
        ("<ul><b>x</b></ul>", "<b> dans <ul>"),
        ("<ul>mots</ul>", "du texte est posé directement dans <ul>"),
        (TABLE.format(""), "n’a pas de portée"),
        (TABLE.format(' scope="col"').replace("<caption>Une</caption>", ""), "n’a pas de légende"),
        (SVG.format("Graphique"), "ne dit pas ce qu’elle montre"),
        (SVG.format("No description has been provided for this image"), "ne dit pas ce qu’elle montre"),
        ('<img alt="" src="data:image/png;base64,AA">', "ne dit pas ce qu’elle montre"),
        (
            '<img alt="Une image qui se dit en entier" src="https://x.test/a.png">',
            "la page demande « https://x.test/a.png »",
        ),
        ('<p style="color:red">x</p>', "porte un style"),
        ('<p onclick="x()">x</p>', "porte un style ou un script"),
        ('<p id="a">x</p><p id="a">y</p>', "« a » sert 2 fois"),
        ('<p aria-labelledby="rien">x</p>', "« rien », qui n’existe pas"),
        ("<h3>Trop bas</h3>", "saute un niveau"),
        ("<h1>Second</h1>", "2 <h1>"),
        ("<!--nav-->", "un commentaire est resté"),
        ("<script>alert(1)</script>", "refuse le <script>"),
        ('<p class="a" class="b">x</p>', "deux fois le même attribut"),
    ],
)
def test_a_fault_is_seen(html: str, said: str) -> None:
    faults = read_markup(with_body(html)).faults
    assert any(said in fault for fault in faults), faults


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<!DOCTYPE html>\n", "", "ne commence pas"),
        (' lang="fr"', ' lang="en"', "langue"),
        ("Une page", " ", "pas de titre"),
        ("color:red", "color:blue}@import 'x'", "refuse le <style>"),
        ("default-src 'none'", "default-src *", "politique de sécurité stricte"),
    ],
)
def test_a_fault_of_the_frame_is_seen(old: str, new: str, said: str) -> None:
    faults = read_markup(SOUND.replace(old, new, 1)).faults
    assert any(said in fault for fault in faults), faults


def test_links_anchors_rubrics_and_figures_are_told() -> None:
    found = read_markup(
        with_body('<section class="rub" id="r"><figure id="f"><p><a href="x.html#y">x</a></p></figure></section>')
    )
    assert (found.links, found.ids, found.figures, found.rubrics) == (["x.html#y"], ["r", "f"], ["f"], ["r"])
