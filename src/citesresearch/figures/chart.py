"""A chart as readers meet it: a statement, a drawing for two widths, its source, and its data in a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from ..french import STAMP
from .marks import Plot
from .sheet import NARROW, SIZES, WIDE, Sheet, printable
from .svg import marks_svg
from .tables import DataTable
from .tokens import LIGHT, css_classes, css_properties

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Chart", "sheet_svg", "status"]


@dataclass(frozen=True)
class Chart:
    """A figure of the project.

    `titre` says what the figure shows, `sous_titre` what is measured and in which unit, `alt` the same with its numbers for
    those who do not see it. `draw` lays the drawing out for a width in pixels. `donnees` is the whole data table, `notes`
    the lines beside the drawing (Source, Date, Base, Lecture). `synthetique` stamps the figure: no option removes it.
    `indicateurs` names what it shows: the published page leads from there to their definitions.
    """

    id: str
    titre: str
    sous_titre: str
    alt: str
    draw: Callable[[float], Sheet] = field(repr=False)
    donnees: DataTable = field(repr=False)
    notes: tuple[tuple[str, str], ...] = ()
    synthetique: bool = False
    indicateurs: tuple[str, ...] = ()

    @property
    def figure(self) -> Figure:
        """The wide drawing: an ordinary matplotlib figure, free to be changed.

        Taken out of the page it loses its notes: the stamp of generated data is then written under it.
        """
        sheet = self.draw(WIDE)
        if self.synthetique:
            sheet.extend(24)
            sheet.text(0, sheet.height - 6, STAMP, 12, bold=True)
        from .drawing import figure_of

        return figure_of(sheet)

    def svg(self, width: float = WIDE, classes: str = "") -> Markup:
        """The drawing for a width, as SVG whose colours are classes."""
        return sheet_svg(self.draw(width), self.alt, classes)

    def html(self) -> Markup:
        """The whole figure: caption, both drawings (the page shows one), notes, folded data table."""
        notes = (*self.notes, *status(self.synthetique))
        lines = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*note) for note in notes)
        if self.indicateurs:
            lines += Markup("<!--indicateurs:{}-->").format(" ".join(self.indicateurs))  # filled in at publication
        return Markup(
            '<figure id="{id}" aria-labelledby="{id}-titre"><figcaption id="{id}-titre"><b>{titre}</b><span>{sous}</span>'
            '</figcaption>{wide}{slim}<div class="note"><dl>{lines}</dl></div>'
            '<details class="data"><summary>Données du graphique<span class="vh"> : {titre}</span></summary>{table}</details></figure>'
        ).format(
            id=self.id,
            titre=self.titre,
            sous=self.sous_titre,
            wide=sheet_svg(self.draw(WIDE), self.alt, "w", id=f"{self.id}-dessin"),
            slim=sheet_svg(self.draw(NARROW), self.alt, "m", said_by=f"{self.id}-dessin"),
            lines=lines,
            table=self.donnees.html(),
        )

    def emblem(self) -> Markup:
        """The drawing alone with its caption, for a cover."""
        return Markup('<figure class="emblem">{}<figcaption>{}</figcaption></figure>').format(
            self.svg(), self.sous_titre
        )

    def _repr_html_(self) -> str:
        """The figure in a notebook, where the page's style sheet is not: light colours, the wide drawing, folded table."""
        sizes = "".join(f".g .t{size}{{font-size:{size}px}}" for size in SIZES)
        style = f".cites-figure{{{css_properties(LIGHT)}}}{_NOTEBOOK}{sizes}{css_classes()}"
        return f'<style>{style}</style><div class="cites-figure">{self.html()}</div>'


def status(synthetique: bool) -> tuple[tuple[str, str], ...]:
    """The line that stands beside whatever shows generated data; none beside the rest."""
    return (("Statut", STAMP[0].lower() + STAMP[1:]),) if synthetique else ()


def sheet_svg(sheet: Sheet, alt: str, classes: str = "", id: str = "", said_by: str = "") -> Markup:
    """A sheet as the SVG of a page, in classes only; the same marks give the same bytes.

    Marks alone are written directly; with plots, which seaborn draws, matplotlib saves the whole. `said_by` is the `id` of
    another drawing of the page whose description `alt` is: it is not written twice.
    """
    if any(isinstance(mark, Plot) for mark in sheet.marks):
        from .drawing import figure_of
        from .saved import saved_svg

        marks = saved_svg(figure_of(sheet), f"{id} {said_by} {classes}")
    else:
        marks = marks_svg(sheet.marks)
    named = f' id="{escape(id)}"' if id else ""
    words = f'aria-labelledby="{escape(said_by)}"' if said_by else f'aria-label="{escape(printable(alt))}"'
    return Markup(
        f'<svg class="{escape(" ".join(["g", *classes.split()]))}"{named} viewBox="0 0 {sheet.width:g} {sheet.height:g}" '
        f'role="img" {words}>{marks}</svg>'
    )


# What a notebook needs of the page's style sheet; JupyterLab's own colours would make a dark scheme unreadable.
_NOTEBOOK = """
.cites-figure{max-width:42rem;padding:1rem;background:var(--paper);color:var(--ink);font:14px/1.45 sans-serif}
.cites-figure figure{margin:0}.cites-figure figcaption{margin:0 0 .8rem}
.cites-figure figcaption b{display:block;font-size:18px;line-height:1.3}.cites-figure figcaption span{color:var(--muted)}
.cites-figure .g{display:block;width:100%;height:auto;font-family:sans-serif}
.cites-figure .g.m,.cites-figure .vh{display:none}
.cites-figure dl{margin:.8rem 0;color:var(--muted);font-size:13px}
.cites-figure dt{float:left;clear:left;margin-right:.4em;font-weight:700;color:var(--ink)}.cites-figure dd{margin:0}
.cites-figure caption{text-align:left;color:var(--ink);font-weight:700}
.cites-figure table{border-collapse:collapse;font-size:13px;color:var(--ink)}.cites-figure .scroll{overflow-x:auto}
.cites-figure th,.cites-figure td{padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--grid);text-align:left;background:none}
.cites-figure tbody th{font-weight:400}.cites-figure .chiffres td,.cites-figure .chiffres thead th{text-align:right}
.cites-figure .chiffres thead th:first-child,.cites-figure .chiffres .mots{text-align:left}.cites-figure .src{display:block;color:var(--muted)}
.g text{fill:var(--ink);font-size:12px}.g .n{fill:none}.g .o{stroke-linecap:round}
.g .b{font-weight:700}.g .c{text-anchor:middle}.g .e{text-anchor:end}
"""
