"""The bricks of a page: small frozen objects that know their HTML, whatever rubric uses them.

The HTML comes from Jinja2 templates that escape every text: nothing that stands in the data can become markup.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ..figures.chart import Chart, status
from ..figures.tables import DataTable
from ..french import typeset

if TYPE_CHECKING:
    from ..publication import Publication

__all__ = [
    "Answer",
    "Block",
    "BulletList",
    "ChartBlock",
    "Cover",
    "Etat",
    "FactList",
    "Fiche",
    "FicheGroup",
    "FicheLine",
    "Folded",
    "KeyFigure",
    "PageInfo",
    "Pair",
    "Paragraph",
    "Quote",
    "Quotes",
    "Section",
    "SideNote",
    "State",
    "Subheading",
    "TableBlock",
    "Timeline",
    "TimelineEvent",
]

Etat = Literal["complete", "partielle", "vide"]
METADATA = "citesresearch"  # the key under which the outputs of a cell say what they are


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("citesresearch.sections"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


def render(name: str, **values: Any) -> Markup:
    """A template of `sections/templates/`, every value escaped."""
    return Markup(_templates().get_template(f"{name}.html.j2").render(**values))


class Block(Protocol):
    """Anything that a section may hold."""

    def html(self) -> Markup: ...


@dataclass(frozen=True)
class Paragraph:
    text: str

    def html(self) -> Markup:
        return Markup("<p>{}</p>").format(self.text)


@dataclass(frozen=True)
class Subheading:
    text: str

    def html(self) -> Markup:
        return Markup("<h3>{}</h3>").format(self.text)


@dataclass(frozen=True)
class BulletList:
    items: tuple[str, ...]

    def html(self) -> Markup:
        return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(i) for i in self.items))


@dataclass(frozen=True)
class SideNote:
    """What stands beside: sources, dates, how to read. Each line is a term and its words."""

    lines: tuple[tuple[str, str], ...]

    def __bool__(self) -> bool:
        return any(words for _, words in self.lines)

    @classmethod
    def of(cls, publication: Publication, *lines: tuple[str, str]) -> SideNote:
        """These lines typeset, then the stamp of generated data: no option removes it."""
        return cls(tuple((term, typeset(words)) for term, words in (*lines, *status(publication.synthetique)) if words))

    def html(self) -> Markup:
        """A line without words is left out: it would name what nobody said."""
        return render("note", lines=[line for line in self.lines if line[1]])


@dataclass(frozen=True)
class Pair:
    """Content with its side note: beside it on a wide screen, under it on a narrow one."""

    content: tuple[Block, ...]
    note: SideNote

    def html(self) -> Markup:
        return render("pair", content=self.content, note=self.note)


@dataclass(frozen=True)
class FicheLine:
    """A documented fact: its words, its date, its document."""

    texte: str
    date: str
    source: str


def by_document(lines: tuple[FicheLine, ...]) -> list[tuple[tuple[str, str], list[str]]]:
    """The lines in their order, those that follow one another from one document and date together.

    One pair per credit: (date, source), and the words of its lines. A page shows the credit once, under the last of them;
    each line keeps its own in the text, for whoever listens to the page or copies a line.
    """
    return [
        (credit, [line.texte for line in group])
        for credit, group in groupby(lines, lambda line: (line.date, line.source))
    ]


@dataclass(frozen=True)
class FicheGroup:
    titre: str
    lines: tuple[FicheLine, ...]


@dataclass(frozen=True)
class Fiche:
    """The identity card: Où ? Quand ? Qui ? …"""

    groups: tuple[FicheGroup, ...]

    def html(self) -> Markup:
        return render("fiche", groups=[(group.titre, by_document(group.lines)) for group in self.groups])


@dataclass(frozen=True)
class FactList:
    """Documented facts, one under the other, with their date and their document."""

    lines: tuple[FicheLine, ...]

    def html(self) -> Markup:
        return render("faits", facts=by_document(self.lines))


@dataclass(frozen=True)
class Quote:
    """Words recorded with consent, and the class of roles they are credited to."""

    texte: str
    credit: str


@dataclass(frozen=True)
class Quotes:
    quotes: tuple[Quote, ...]

    def html(self) -> Markup:
        return render("paroles", quotes=self.quotes)


@dataclass(frozen=True)
class TableBlock:
    """A table; `folded` under its caption where it is long and only some readers want it."""

    table: DataTable
    folded: bool = False

    def html(self) -> Markup:
        if not self.folded:
            return self.table.html()
        return Markup('<details class="data"><summary>{}</summary>{}</details>').format(
            self.table.caption, self.table.html()
        )


@dataclass(frozen=True)
class ChartBlock:
    chart: Chart

    @classmethod
    def of(cls, chart: Chart, *indicateurs: str) -> ChartBlock:
        """A figure with the indicators that it shows, whose definitions it leads to."""
        return cls(replace(chart, indicateurs=indicateurs))

    def html(self) -> Markup:
        return self.chart.html()


@dataclass(frozen=True)
class Folded:
    """Content to be opened: too long or too technical to be read through, there for whoever looks for it."""

    titre: str
    content: tuple[Block, ...]

    def html(self) -> Markup:
        inside = Markup("").join(block.html() for block in self.content)
        return Markup('<details class="data"><summary>{}</summary>{}</details>').format(self.titre, inside)


@dataclass(frozen=True)
class TimelineEvent:
    """An event; `own` marks the Cité's among those of the programme."""

    annee: str
    moment: str
    texte: str
    own: bool
    source: str


@dataclass(frozen=True)
class Timeline:
    """Events grouped by year, in the order given."""

    events: tuple[TimelineEvent, ...]

    def html(self) -> Markup:
        years: dict[str, list[TimelineEvent]] = {}
        for event in self.events:
            years.setdefault(event.annee, []).append(event)
        return render("frise", years=years)


@dataclass(frozen=True)
class State:
    """What is missing, why, and what would fill it: never an empty chart, never a zero."""

    kind: Literal["partielle", "vide"]
    titre: str
    texte: str
    remede: str

    def html(self) -> Markup:
        return render("etat", state=self)


@dataclass(frozen=True)
class KeyFigure:
    valeur: str
    unite: str
    libelle: str
    base: str


@dataclass(frozen=True)
class Answer:
    """One sentence of the answer that a page gives, and what limits it, side by side."""

    phrase: str
    limite: str


@dataclass(frozen=True)
class PageInfo:
    """What the page template needs to know of the page as a whole.

    `fichier` names the page where it is neither a Cité's nor the synthesis.
    """

    title: str
    description: str
    campagne: str
    cite: str | None
    edition: str
    date_edition: str
    version: str
    empreinte: str
    stamp: str | None
    fichier: str = ""
    programme: str = ""


@dataclass(frozen=True)
class Section:
    """A rubric of a page, in one of its three states."""

    id: str
    titre: str
    chapo: str
    etat: Etat
    blocks: tuple[Block, ...] = field(repr=False)
    numero: int | None = None

    def html(self) -> Markup:
        return render("rubrique", section=self)

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        said = {"id": self.id, "numero": self.numero, "titre": self.titre, "etat": self.etat}
        return _bundle(self.html(), self.titre, {"section": said})


@dataclass(frozen=True)
class Cover:
    """The head of a page: name, sentence, key figures, what the page holds; or its answers, each with its limit."""

    kicker: str
    titre: str
    sous_titre: str
    lede: str
    meta: str
    stamp: str | None
    key_figures: tuple[KeyFigure, ...]
    en_bref: tuple[str, ...]
    motif: Chart | None
    page: PageInfo
    reponses: tuple[Answer, ...] = ()

    def html(self) -> Markup:
        return render("couverture", cover=self)

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        return _bundle(self.html(), self.titre, {"page": asdict(self.page)})


def _bundle(html: Markup, plain: str, said: dict[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """What IPython stores: the HTML for the page, a title for a terminal, and what the output is."""
    return {"text/html": str(html), "text/plain": plain}, {METADATA: said}
