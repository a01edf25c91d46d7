"""A chart as readers meet it: a statement, a drawing for two widths, its source, and its data in a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup

from ..tables import DataTable
from .sheet import NARROW, WIDE, Sheet
from .tokens import LIGHT, css_classes, css_properties

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["STAMP", "Chart"]

STAMP = "données de démonstration (synthétiques)"


@dataclass(frozen=True)
class Chart:
    """A figure of the project.

    `titre` says what the figure shows, `sous_titre` what is measured and in which unit, `alt` the same with its numbers for
    those who do not see it. `draw` lays the drawing out for a width in pixels. `donnees` is the whole data table, `notes`
    the lines beside the drawing (Source, Date, Base, Lecture). `synthetique` stamps the figure: no option removes it.
    """

    id: str
    titre: str
    sous_titre: str
    alt: str
    draw: Callable[[float], Sheet] = field(repr=False)
    donnees: DataTable = field(repr=False)
    notes: tuple[tuple[str, str], ...] = ()
    synthetique: bool = False

    @property
    def figure(self) -> Figure:
        """The wide drawing: an ordinary matplotlib figure, free to be changed."""
        return self.draw(WIDE).figure

    def svg(self, width: float = WIDE, classes: str = "") -> Markup:
        """The drawing for a width, as SVG whose colours are classes."""
        return self.draw(width).svg(self.alt, classes)

    def html(self) -> Markup:
        """The whole figure: caption, both drawings (the page shows one), notes, folded data table."""
        notes = (*self.notes, ("Statut", STAMP)) if self.synthetique else self.notes
        lines = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*note) for note in notes)
        return Markup(
            '<figure id="{id}" aria-labelledby="{id}-titre"><figcaption id="{id}-titre"><b>{titre}</b><span>{sous}</span>'
            '</figcaption>{wide}{slim}<div class="note"><dl>{lines}</dl></div>'
            '<details class="data"><summary>Données du graphique<span class="vh"> : {titre}</span></summary>{table}</details></figure>'
        ).format(
            id=self.id,
            titre=self.titre,
            sous=self.sous_titre,
            wide=self.svg(WIDE, "w"),
            slim=self.svg(NARROW, "m"),
            lines=lines,
            table=self.donnees.html(),
        )

    def emblem(self) -> Markup:
        """The drawing alone with its caption, for a cover."""
        return Markup('<figure class="emblem">{}<figcaption>{}</figcaption></figure>').format(
            self.svg(), self.sous_titre
        )

    def _repr_html_(self) -> str:
        """The figure in a notebook, where the page's style sheet is not: light colours, one drawing, the table open."""
        style = (
            f"<style>.cites-figure{{{css_properties(LIGHT)}max-width:40rem;background:#fff;color:#1a1d21;padding:1rem}}"
            ".cites-figure svg.m,.cites-figure .vh{display:none}.cites-figure figcaption span{display:block}"
            ".g{font-family:sans-serif}.g .n{fill:none}.g .b{font-weight:700}.g .c{text-anchor:middle}.g .e{text-anchor:end}"
            + "".join(f".g .t{size}{{font-size:{size}px}}" for size in (11, 12, 13, 14, 16))
            + f"{css_classes()}</style>"
        )
        return f'{style}<div class="cites-figure">{self.html()}</div>'
