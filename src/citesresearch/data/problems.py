"""What is wrong in the data, said so that the person who typed it can mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..errors import CitesError

if TYPE_CHECKING:
    import pandas as pd

Gravite = Literal["bloquant", "avertissement"]


@dataclass(frozen=True)
class Problem:
    """One problem: where it is, what was read, what is expected, what to do (all in French).

    `ligne` is the row a spreadsheet shows (the header is row 1); None where the problem is the whole file's.
    `code` names the kind of problem, for grouping and tests (`hors_liste`, `cle_double`, `cle_orpheline`…).
    """

    gravite: Gravite
    code: str
    fichier: str
    ligne: int | None
    colonne: str | None
    lu: str | None
    attendu: str
    remede: str


class Problems(tuple[Problem, ...]):
    """All problems of a campagne, at once: filled in by the validation, read by people."""

    def __new__(cls, problems: Iterable[Problem] = ()) -> Problems:
        return super().__new__(cls, tuple(problems))


class InvalidData(CitesError):
    """The campagne cannot be used as it is; `problems` says why, all of it."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        super().__init__("données à corriger")
