"""The guide, done as it is written: commands typed, files laid down, cells filled in."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter

from .pages import Block, Typed

_SETTING = re.compile(r"^(\w+) = ", re.MULTILINE)


class Desk:
    """A folder of a new user, and the commands of one who has the package and nothing else.

    `package` is where the wheel was unpacked; no clone is seen from the desk.
    """

    def __init__(self, folder: Path, package: Path) -> None:
        folder.mkdir()
        self.folder, self.printed = folder, ""
        self._typed: list[Typed] = []
        self._env = {
            **{name: text for name, text in os.environ.items() if not name.startswith(("CITESRESEARCH", "XDG"))},
            "PYTHONPATH": str(package),
            "HOME": str(folder),
        }

    def type_commands(self, block: Block, skip: tuple[str, ...] = ()) -> None:
        """Run the lines of a `sh` block that do not begin with a text of `skip`; `printed` holds what they said."""
        self.save()
        self.printed = ""
        for line in block.text.splitlines():
            if not line.strip() or line.startswith(skip):
                continue
            program, *words = shlex.split(line)
            assert program == "citesresearch", f"{block}: {line}"
            run = subprocess.run(
                [sys.executable, "-m", "citesresearch", *words],
                cwd=self.folder,
                env=self._env,
                capture_output=True,
                text=True,
                check=False,
            )
            assert "Traceback" not in run.stderr, f"{block}: {line}\n{run.stderr}"
            self.printed += run.stdout + run.stderr

    def lay_down(self, block: Block) -> None:
        """Write the file that a block is; of settings, set the keys that it gives."""
        path = self.folder / block.title
        if block.language != "toml":
            path.write_text(block.text, encoding="utf-8")
            return
        text = path.read_text("utf-8")
        for line in block.text.splitlines():
            key = _SETTING.match(line)
            assert key is not None, f"{block}: {line}"
            (old,) = re.findall(rf"^{key[1]} = .*$", text, flags=re.MULTILINE)
            text = text.replace(old, line)
        path.write_text(text, encoding="utf-8")

    def fill_in(self, typed: Typed) -> None:
        """Type the rows of a table in its sheet of the workbook, which stays open until `save`."""
        self._typed.append(typed)

    def save(self) -> None:
        """Save and close the workbook; cells hold numbers where a spreadsheet would read them so."""
        if not self._typed:
            return
        path = self.folder / "ma-campagne" / "tables.xlsx"
        book = openpyxl.load_workbook(path)
        for typed in self._typed:
            sheet = book[typed.sheet]
            header = [cell.value for cell in sheet[1]]
            for row, cells in typed.rows.items():
                for column, text in cells.items():
                    assert column in header, f"{typed.page}:{typed.line}: no column « {column} » in « {typed.sheet} »"
                    place = header.index(column) + 1
                    as_text = sheet.column_dimensions[get_column_letter(place)].number_format == "@"
                    sheet.cell(row, place, text if as_text else _as_typed(text))
        book.save(path)
        self._typed.clear()


def _as_typed(text: str) -> str | float:
    """What a French spreadsheet keeps of what is typed in a cell of the general format."""
    return float(text.replace(",", ".")) if re.fullmatch(r"\d+(,\d+)?", text) else text


def shown(expected: str, printed: str) -> list[str]:
    """The lines that a page shows and that were not printed, in this order.

    « … » stands for anything; spaces that do not break, which pages cannot show, are spaces.
    """
    missing, place = [], 0
    lines = printed.replace("\u00a0", " ").replace("\u202f", " ").splitlines()
    for line in expected.splitlines():
        if not line.strip() or line.strip() == "…":
            continue
        pattern = re.compile(".*".join(re.escape(part) for part in line.rstrip().split("…")))
        at = next((i for i in range(place, len(lines)) if pattern.fullmatch(lines[i].rstrip())), None)
        if at is None:
            missing.append(line)
        else:
            place = at + 1
    return missing
