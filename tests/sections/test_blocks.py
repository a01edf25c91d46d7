"""The bricks of a page: nothing said is lost, nothing that the data say becomes markup."""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from markupsafe import Markup, escape

from citesresearch.figures.tables import Column, DataTable
from citesresearch.sections import blocks as b
from citesresearch.sections.blocks import METADATA, Block, Cover, PageInfo, Section, State, Timeline, TimelineEvent

EVIL = "<script>alert(1)</script>{{ 7*7 }}{% raw %}]]>\"'&amp;<!--nav-->"
INFO = PageInfo("T", "D", "c", None, "e", "2026-01-01", "0", "f", None)
FACT = b.FicheLine("fait", "2020", "document")
TABLE = DataTable("légende", (Column("nom"), Column("valeur", numeric=True)), (("ligne", "12"),), "base")

ALL: tuple[Block, ...] = (
    b.Paragraph("texte"),
    b.Subheading("titre"),
    b.BulletList(("un", "deux")),
    b.SideNote((("Source", "ANCT"), ("Date", "2023"))),
    b.Pair((b.Paragraph("gauche"), b.Subheading("suite")), b.SideNote((("Base", "81 Cités"),))),
    b.Fiche((b.FicheGroup("Où ?", (FACT, b.FicheLine("autre", "2021", "carte"))),)),
    b.FactList((FACT,)),
    b.TableBlock(TABLE),
    b.Timeline((b.TimelineEvent("2020", "mai", "dossier", True, "note"),)),
    b.State("vide", "Donnée non disponible", "Aucun retour.", "Le retour de la Cité."),
    b.State("partielle", "À compléter", "Deux sur huit.", "Le relevé."),
)
SECTION = Section("fiche", "Fiche d’identité", "chapeau", "complete", (b.Paragraph("contenu"),), numero=1)
COVER = Cover(
    "surtitre",
    "nom",
    "lieu",
    "phrase",
    "méta",
    "mention",
    (b.KeyFigure("5", "QPV", "quartiers", "2020"),),
    ("bref",),
    None,
    INFO,
)
# Words that choose how a block looks rather than being printed.
NOT_PRINTED = {"kind", "etat", "id", "page"}


def texts(value: Any) -> list[str]:
    """Every text that a block holds and must print."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for part in value for text in texts(part)]
    if dataclasses.is_dataclass(value):
        return [
            text
            for field in dataclasses.fields(value)
            if field.name not in NOT_PRINTED
            for text in texts(getattr(value, field.name))
        ]
    return []


_number = itertools.count()


def poisoned(value: Any) -> Any:
    """The same block with every text that it prints replaced by an injection, no two alike."""
    if isinstance(value, str):
        return f"{EVIL} {next(_number)}"
    if isinstance(value, tuple):
        return tuple(map(poisoned, value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.replace(
            value,
            **{
                field.name: poisoned(getattr(value, field.name))
                for field in dataclasses.fields(value)
                if field.name not in NOT_PRINTED
            },
        )
    return value


class Tags(HTMLParser):
    """Tags of a fragment; raises where one is closed that is not open, or left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.stack: list[str] = []
        self.said = ""
        self.feed(str(text))
        self.close()
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said += data


BLOCKS = pytest.mark.parametrize("block", [*ALL, SECTION, COVER], ids=lambda block: type(block).__name__)


@BLOCKS
def test_every_text_is_printed(block: Block) -> None:
    read = Tags(block.html())
    for text in texts(block):
        assert text in read.said


@BLOCKS
def test_no_text_becomes_markup(block: Block) -> None:
    evil = poisoned(block)
    read, good = Tags(evil.html()), Tags(block.html())
    assert [tag for tag, _ in read.seen] == [tag for tag, _ in good.seen]
    assert [sorted(attrs) for _, attrs in read.seen] == [sorted(attrs) for _, attrs in good.seen]
    assert read.said.count(EVIL) >= len(texts(block))
    assert str(escape(EVIL)) in evil.html()
    assert isinstance(block.html(), Markup)


@BLOCKS
def test_no_block_styles_itself(block: Block) -> None:
    names = {name for _, attrs in Tags(block.html()).seen for name in attrs}
    assert not {"style", "align", "width", "onclick"} & names


@pytest.mark.parametrize(
    ("etat", "pill"), [("complete", None), ("partielle", "Rubrique partielle"), ("vide", "Non disponible")]
)
def test_a_section_says_its_state_in_its_title(etat: b.Etat, pill: str | None) -> None:
    title = re.search(r"<h2.*?</h2>", dataclasses.replace(SECTION, etat=etat).html(), re.DOTALL)
    assert title
    assert ("pill" in title[0]) is (pill is not None)
    assert pill is None or pill in title[0]


def test_a_section_is_named_by_its_title() -> None:
    seen = Tags(SECTION.html()).seen
    tag, attrs = seen[0]
    assert (tag, attrs["id"]) == ("section", "fiche")
    assert [a["id"] for t, a in seen if t == "h2"] == [attrs["aria-labelledby"]]


def test_a_section_without_number_shows_none() -> None:
    html = dataclasses.replace(SECTION, numero=None).html()
    assert "None" not in html
    assert 'class="no"' not in html


@pytest.mark.parametrize("kind", ["vide", "partielle"])
def test_what_is_missing_says_why_and_what_would_fill_it(kind: Any) -> None:
    html = State(kind, "Donnée non disponible pour cette Cité", "Aucun retour.", "Le retour de la Cité.").html()
    assert f'class="state {kind}"' in html
    order = [html.index(w) for w in ("Donnée non disponible", "Aucun retour.", "Ce qui la remplirait", "Le retour de")]
    assert order == sorted(order)


def test_a_timeline_groups_its_years_and_marks_the_cite_s_own_events() -> None:
    frise = Timeline(
        (
            TimelineEvent("2020", "mai", "dossier", True, "a"),
            TimelineEvent("2021", "janvier", "annonce nationale", False, "b"),
            TimelineEvent("2021", "mars", "premières actions", True, "c"),
        )
    ).html()
    assert frise.count("<b>2021</b>") == 1
    assert frise.count('class="own"') == 2
    own = [part.split("</li>")[0] for part in frise.split('class="own"')[1:]]
    assert ["dossier" in own[0], "premières actions" in own[1]] == [True, True]
    assert frise.index("<b>2020</b>") < frise.index("dossier") < frise.index("<b>2021</b>") < frise.index("annonce")


def test_facts_of_one_document_and_date_show_their_credit_once() -> None:
    lines = (
        b.FicheLine("un", "2020", "article"),
        b.FicheLine("deux", "2020", "article"),
        b.FicheLine("trois", "2021", "article"),
        b.FicheLine("quatre", "2020", "article"),
    )
    for html in (b.FactList(lines).html(), b.Fiche((b.FicheGroup("Où ?", lines),)).html()):
        read = " ".join(Tags(html).said.split())
        assert read.endswith("un 2020 · articledeux 2020 · articletrois 2021 · articlequatre 2020 · article")
        shown = [attrs["class"] for tag, attrs in Tags(html).seen if tag == "small"]
        assert shown == ["src vh", "src", "src", "src"]


def test_a_cover_shows_no_empty_list() -> None:
    bare = dataclasses.replace(COVER, key_figures=(), en_bref=(), stamp=None).html()
    assert not {"ul", "section"} & {tag for tag, _ in Tags(bare).seen}
    assert "stamp" not in bare


def test_a_cell_tells_the_page_what_its_output_is() -> None:
    for rich, said in (
        (SECTION, {"section": {"id": "fiche", "numero": 1, "titre": "Fiche d’identité", "etat": "complete"}}),
        (COVER, {"page": dataclasses.asdict(INFO)}),
    ):
        data, metadata = rich._repr_mimebundle_()
        assert data == {"text/html": str(rich.html()), "text/plain": rich.titre}
        assert type(data["text/html"]) is str  # what a notebook stores
        assert json.loads(json.dumps(metadata)) == {METADATA: said}
