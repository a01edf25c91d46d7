"""Tables to be read: a caption, headers with their scope, the signs of official statistics spelled out."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup, escape

__all__ = ["SIGNS", "Cell", "Column", "DataTable", "Detailed", "Linked", "Mark"]

# What a cell may say instead of a value (signs of the French statistical service).
SIGNS = {
    "s": "secret statistique",
    "nd": "non disponible",
    "///": "sans objet",
    "p": "provisoire",
    "n.s.": "non significatif",
}


@dataclass(frozen=True)
class Detailed:
    """A cell of two lines: what is read first, and under it, smaller, what makes it precise."""

    text: str
    detail: str


@dataclass(frozen=True)
class Mark:
    """A cell that shows a sign; whoever listens to the page hears its words."""

    sign: str
    words: str


@dataclass(frozen=True)
class Linked:
    """A cell of names that lead to their pages: groups on lines of their own, each with what introduces it.

    A name comes with the address of its page.
    """

    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


Cell = str | Detailed | Mark | Linked


@dataclass(frozen=True)
class Column:
    """A column: its header, and whether its cells are figures (then aligned on the right)."""

    titre: str
    numeric: bool = False


@dataclass(frozen=True)
class DataTable:
    """A table whose cells are already words. The first cell of a row names the row.

    Raises ValueError when a row does not have one cell per column.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{len(row)} cells for {len(self.columns)} columns: {row!r}")

    def html(self) -> Markup:
        """The table, in a group that the keyboard can scroll where it is wider than the page (not a landmark: pages hold thirty)."""
        head = Markup("").join(
            Markup('<th scope="col"{}>{}</th>').format(self._words(column), column.titre) for column in self.columns
        )
        body = Markup("").join(self._row(row) for row in self.rows)
        note = Markup("<span> — {}</span>").format(self.note) if self.note else Markup("")
        return Markup(
            '<div class="scroll" role="group" aria-label="{}" tabindex="0"><table{}><caption>{}{}</caption>'
            "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
        ).format(
            f"Tableau : {self.caption}",
            Markup(' class="chiffres"') if self._figures else Markup(""),
            self.caption,
            note,
            head,
            body,
        )

    @property
    def _figures(self) -> bool:
        return any(column.numeric for column in self.columns)

    def _words(self, column: Column) -> Markup:
        """What sets a column of words apart in a table of figures; nine cells in ten are figures and need no mark."""
        apart = self._figures and not column.numeric and column is not self.columns[0]
        return Markup(' class="mots"') if apart else Markup("")

    def _row(self, row: tuple[Cell, ...]) -> Markup:
        first = Markup('<th scope="row">{}</th>').format(_cell(row[0]))
        rest = (
            Markup("<td{}>{}</td>").format(self._words(column), _cell(text))
            for column, text in zip(self.columns[1:], row[1:], strict=True)
        )
        return Markup("<tr>{}{}</tr>").format(first, Markup("").join(rest))

    def _repr_html_(self) -> str:
        return str(self.html())


def _cell(text: Cell) -> Markup:
    if isinstance(text, Detailed):
        return Markup('{}<small class="src">{}</small>').format(_cell(text.text), text.detail)
    if isinstance(text, Mark):
        return Markup('<span aria-hidden="true">{}</span><span class="vh">{}</span>').format(text.sign, text.words)
    if isinstance(text, Linked):
        lines = (
            Markup('<span class="ln">{}{}</span>').format(
                before, Markup(", ").join(Markup('<a href="{}">{}</a>').format(href, name) for name, href in names)
            )
            for before, names in text.groups
        )
        return Markup("").join(lines)
    if text in SIGNS:
        return Markup('<abbr class="s" title="{}">{}</abbr>').format(SIGNS[text], text)
    return escape(text)
