"""Tables to be read: a caption, headers with their scope, the signs of official statistics spelled out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

__all__ = ["SIGNS", "SIGNS_IN_FULL", "Cell", "Column", "DataTable", "Detailed", "Linked", "Sign"]

# What a cell may say instead of a value (signs of the French statistical service).
SIGNS = {
    "s": "secret statistique",
    "nd": "non disponible",
    "///": "sans objet",
    "p": "provisoire",
    "n.s.": "non significatif",
}
# What the list of signs says more of each.
_MORE = {"s": " : la valeur existe, elle n’est pas publiée", "nd": ", ou illisible dans le document"}
SIGNS_IN_FULL = tuple((sign, words + _MORE.get(sign, "")) for sign, words in SIGNS.items())


@dataclass(frozen=True)
class Detailed:
    """A cell of two lines: what is read first, and under it, smaller, what makes it precise."""

    text: str
    detail: str


@dataclass(frozen=True)
class Sign:
    """A cell that shows a sign; whoever listens to the page hears its words."""

    sign: str
    words: str


@dataclass(frozen=True)
class Linked:
    """A cell of names that lead to their pages: groups on lines of their own, each with what introduces it.

    A name comes with the address of its page.
    """

    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


Cell = str | Detailed | Sign | Linked


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
        # Put together as plain text: pages hold thousands of cells, and each of them is escaped in `_cell`.
        starts = [f"<td{self._words(column)}>" for column in self.columns[1:]]
        body = Markup("".join(_row(row, starts) for row in self.rows))
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

    def _repr_html_(self) -> str:
        return str(self.html())


def _row(row: tuple[Cell, ...], starts: Sequence[str]) -> str:
    rest = "".join([f"{start}{_cell(text)}</td>" for start, text in zip(starts, row[1:], strict=True)])
    return f'<tr><th scope="row">{_cell(row[0])}</th>{rest}</tr>'


def _cell(text: Cell) -> str:
    if isinstance(text, str):
        return f'<abbr class="s" title="{escape(SIGNS[text])}">{text}</abbr>' if text in SIGNS else str(escape(text))
    if isinstance(text, Detailed):
        return f'{_cell(text.text)}<small class="src">{escape(text.detail)}</small>'
    if isinstance(text, Sign):
        return f'<span aria-hidden="true">{escape(text.sign)}</span><span class="vh">{escape(text.words)}</span>'
    lines = []
    for before, names in text.groups:
        links = ", ".join(f'<a href="{escape(href)}">{escape(name)}</a>' for name, href in names)
        lines.append(f'<span class="ln">{escape(before)}{links}</span>')
    return "".join(lines)
