"""The evaluator's text on the page: what he wrote, and nothing that a browser would run or fetch."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.campagnes import write_campagne

from citesresearch import load_publication, sections
from citesresearch.sections.textes import prose

TAGS = {"p", "ul", "li", "strong", "em", "blockquote", "div"}


class Read(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.words += data


def check_inert(text: str) -> None:
    read = Read(str(prose(text)))
    assert {tag for tag, _ in read.tags} <= TAGS
    assert [attrs for _, attrs in read.tags if attrs and attrs != [("class", "quotes")]] == []


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[cliquez](javascript:alert(1))",
    "[cliquez](JaVaScRiPt:alert(1))",
    "[cliquez](data:text/html;base64,PHNjcmlwdD4=)",
    "![image](https://exemple.invalid/pixel.png)",
    '<p style="background:url(https://exemple.invalid)">x</p>',
    "<svg/onload=alert(1)>",
    '<iframe src="https://exemple.invalid"></iframe>',
    "<style>*{display:none}</style>",
    "</main></body><script>1</script>",
    "<!-- a --><!--nav--><!--site-->",
    '**<a href="x" onmouseover="y">gras</a>**',
    "&lt;script&gt; &#60;script&#62;",
    "> <object data=x>",
    "- <form action=x><input autofocus onfocus=alert(1)>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_of_a_text_becomes_markup(attack: str) -> None:
    check_inert(attack)
    check_inert(f"Avant.\n\n{attack}\n\n*après*")


@given(st.text("<>/*[]()!#-&;\"'= \nabscript:", max_size=60))
def test_no_text_at_all_becomes_markup(text: str) -> None:
    check_inert(text)


def test_the_little_markdown_is_shown() -> None:
    made = str(
        prose("Un **gras** et un *italique*.\n\n- un\n- deux\n\n> Une parole\n> suivie\n\n## Suite\n\n3 * 4 * 5")
    )
    assert made == (
        "<p>Un <strong>gras</strong> et un <em>italique</em>.</p><ul><li>un</li><li>deux</li></ul>"
        '<div class="quotes"><blockquote><p>Une parole suivie</p></blockquote></div>'
        "<p><strong>Suite</strong></p><p>3 * 4 * 5</p>"
    )


def test_a_link_keeps_its_words_and_the_address_of_the_web_only() -> None:
    assert str(prose("[le guide](https://exemple.invalid/g)")) == "<p>le guide (https://exemple.invalid/g)</p>"
    assert str(prose("[le guide](javascript:x)")) == "<p>le guide</p>"


TEXT = "# Genèse\nUn collectif.\n# Zoom sur le café\nUne <b>matinée</b>.\n# Points de vigilance\n- le départ\n# Droit de réponse\nNous corrigeons."
VERSIONS = "id_cde,version,date,changements\ncde-001,provisoire,2026-02-01,\ncde-001,definitive,2026-03-04,Le nombre de communes.\n"


def test_a_text_and_its_versions_reach_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_campagne(tmp_path, versions=VERSIONS)
    (folder / "textes").mkdir()
    (folder / "textes" / "cde-001.md").write_text(TEXT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    publication = load_publication("essai")
    site, other = publication.cite("cde-001"), publication.cite("cde-002")
    assert "<p>Un collectif.</p>" in sections.genese(site).html()
    told = sections.zoom_et_paroles(site)
    assert (told.etat, told.chapo) == ("complete", "1\u00a0encadré et la réponse de la Cité.")
    assert "<h3>Zoom sur le café</h3><p>Une &lt;b&gt;matinée&lt;/b&gt;.</p>" in told.html()
    assert "<h3>Droit de réponse de la Cité</h3><p>Nous corrigeons.</p>" in told.html().replace("\n", "")
    assert "<h3>Points de vigilance, selon l’évaluateur</h3><ul><li>le départ</li></ul>" in sections.enseignements(
        site
    ).html().replace("\n", "")
    assert sections.couverture(site).meta.startswith("Version définitive du 4 mars 2026.")
    annexe = sections.annexe(site).html()
    assert annexe.index("Le nombre de communes.") < annexe.index("première version")
    assert "encadré" not in sections.zoom_et_paroles(other).chapo or sections.zoom_et_paroles(other).etat == "vide"
    assert "Version" not in sections.couverture(other).meta
    assert "Aucune version n’est déclarée" in sections.annexe(other).html()
