"""The cells of Insee's files: numbers as offices write and spoil them, blanks, codes of neighbourhoods."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from ..reading.rows import BLANKS

__all__ = ["LOST", "QN", "QPV", "Unread", "count_or_number", "departement_of", "nearest_code"]

QPV = re.compile(r"QP[0-9]{2}[0-9AB][0-9]{3}", re.ASCII)
# The geography of 2024: never joined to the one of 2015.
QN = re.compile(r"QN[0-9]{2}[0-9AB][0-9]{2}[MINC]", re.ASCII)

# What a narrow no-break space becomes in an encoding that lacks it.
LOST = "?\ufffd"
_SPACES = "".join(sorted(set(BLANKS) - set("\n\r")))
_GROUPED = re.compile(rf"[0-9]{{1,3}}(?:[{re.escape(_SPACES)}{re.escape(LOST)}'’][0-9]{{3}})+")
_SECRET = {"s", "secret"}
_ABSENT = {"nd", "n.d.", "...", "…", "ns", "n.s.", "///", "non disponible"}
_BLANK = {"", "na", "nan", "none", "null", "-", "–"}

Unread = Literal["illisible", "ambigu"]


@lru_cache(maxsize=200_000)  # the same numbers stand in every file
def count_or_number(text: str, whole: bool, decimals: bool = False) -> float | str:
    """The number of a cell, or "" (blank), "s", "nd", or why it cannot be read ("illisible", "ambigu").

    `whole`: whole numbers are expected, and « 1,149 » may be either 1 149 or a decimal: it is "ambigu". Others may have
    `decimals` all the same (euros).
    """
    said = text.strip(BLANKS)
    if said.isdigit() and said.isascii():
        return float(said)
    low = said.lower()
    if low in _BLANK:
        return ""
    if low in _SECRET:
        return "s"
    if low in _ABSENT:
        return "nd"
    sign = -1.0 if said[0] in "-−" else 1.0
    said = said.lstrip("-−+").strip(BLANKS)
    head, point, tail = said, "", ""
    if found := re.fullmatch(r"(.*?)([.,])([0-9]+)", said, re.ASCII | re.DOTALL):
        head, point, tail = found.groups()
    if _GROUPED.fullmatch(head):
        head = re.sub(r"[^0-9]", "", head)
    if not (head.isdigit() and head.isascii()):
        return "illisible"
    if whole and point:
        if len(tail) == 3:
            return "ambigu"
        if tail.strip("0") and not decimals:
            return "illisible"
    return sign * float(f"{head}.{tail}" if point else head)


def departement_of(code_qpv: str) -> str:
    """The département of a neighbourhood's code: QP001001 → 01, QP02A001 → 2A, QP972003 → 972."""
    part = code_qpv[2:5]
    return part[1:] if part.startswith("0") else part


def nearest_code(text: str) -> str | None:
    """The code that a spreadsheet may have shortened (QP1001 → QP001001); None where none is likely."""
    if found := re.fullmatch(r"QP([0-9]{4,5})", text, re.ASCII):
        return f"QP{found[1].zfill(6)}"
    return None
