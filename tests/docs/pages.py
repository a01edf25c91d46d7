"""What the pages of the documentation hold: fenced blocks, and tables that say what to type."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

_TITLE = re.compile(r'title="([^"]+)"')
_SHEET = re.compile(r"^Feuille `(\w+)`")
_LINE = re.compile(r"ligne (\d+)")
_CODE = re.compile(r"^`(.*)`$")


@dataclass(frozen=True)
class Block:
    """A fenced block: its page, its first line, its language, the file that it is (`title`), its text."""

    page: str
    line: int
    language: str
    title: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Typed:
    """What a page says to type in a sheet: row of the sheet → column → cell."""

    page: str
    line: int
    sheet: str
    rows: dict[int, dict[str, str]] = field(default_factory=dict)


def pages() -> list[Path]:
    """The README and every page of docs/."""
    return [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]


def read_page(path: Path) -> list[Block | Typed]:
    """The blocks and the typed tables of a page, in their order. Raises ValueError where a fence is not closed."""
    name = path.relative_to(REPOSITORY).as_posix()
    found: list[Block | Typed] = []
    fence: tuple[int, str, str] | None = None
    inside: list[str] = []
    sheet = ""
    table: list[tuple[int, list[str]]] = []
    for number, line in enumerate([*path.read_text("utf-8").splitlines(), ""], start=1):
        stripped = line.strip()
        if fence is not None:
            if stripped == "```":
                found.append(Block(name, fence[0], fence[1], fence[2], "\n".join(inside) + "\n"))
                fence, inside = None, []
            else:
                inside.append(line)
        elif stripped.startswith("```"):
            words, title = stripped[3:].strip(), _TITLE.search(stripped)
            fence = (number, words.split(" ")[0] if words else "", title[1] if title else "")
        elif head := _SHEET.match(stripped):
            sheet = head[1]
        elif sheet and stripped.startswith("|"):
            table.append((number, [cell.strip() for cell in stripped.strip("|").split("|")]))
        elif table:
            found.append(_typed(name, sheet, table))
            sheet, table = "", []
    if fence is not None:
        raise ValueError(f"{name}:{fence[0]}: the block is never closed")
    return found


def _typed(page: str, sheet: str, table: list[tuple[int, list[str]]]) -> Typed:
    """The table under « Feuille `x` »: a column of the sheet a line, a row of the sheet a column."""
    (line, head), _, *lines = table
    rows = [int(found[1]) for cell in head[1:] if (found := _LINE.fullmatch(cell))]
    if len(rows) != len(head) - 1:
        raise ValueError(f"{page}:{line}: the columns of a table to type are « ligne N »")
    typed: dict[int, dict[str, str]] = {row: {} for row in rows}
    for at, cells in lines:
        column = _CODE.match(cells[0])
        if column is None or len(cells) != len(head):
            raise ValueError(f"{page}:{at}: a column name between backquotes, and {len(rows)} cells")
        for row, cell in zip(rows, cells[1:], strict=True):
            if cell:
                typed[row][column[1]] = cell
    return Typed(page, line, sheet, typed)
