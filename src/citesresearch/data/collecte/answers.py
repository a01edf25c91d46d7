"""The answers of an export: for each respondent or Cité, what was answered to each question, and where it was read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...codebook import Field
from ...codebook.formulaire import Item
from ...french import listing
from ..checking.cells import Fault, cell_parser
from ..checking.masking import mask
from ..checking.nearest import Budget
from ..checking.problems import Collector, Problem, Source, quoted
from .correspondance import Proposed
from .questions import Questions

__all__ = ["AnswerPlace", "Answers", "CollectedAnswer", "Masking", "Submission", "Told", "canonical", "shown"]


@dataclass(frozen=True)
class AnswerPlace:
    """Where something was read, as the person who has the file sees it."""

    source: Source
    ligne: int
    colonne: str | None = None

    def named(self) -> str:
        return f"{self.source}, ligne {self.ligne}"


@dataclass(frozen=True)
class CollectedAnswer:
    """An answer: a text in the form of the tables (« » for none), or the codes of a multiple choice, and where each was read if that is not the same place."""

    value: str | frozenset[str]
    place: AnswerPlace
    places: Mapping[str, AnswerPlace] = field(default_factory=dict)

    def place_of(self, code: str) -> AnswerPlace:
        """Where a choice was read."""
        return self.places.get(code, self.place)


@dataclass(frozen=True)
class Masking:
    """A text in which something was masked: where it was read, as it was, as it is brought in."""

    place: AnswerPlace
    read: str
    masked: str

    def cells(self) -> tuple[str, ...]:
        return str(self.place.source), str(self.place.ligne), self.place.colonne or "", self.read, self.masked


@dataclass
class Submission:
    """What one respondent (`who`, as the tool calls them) or one Cité (`who`, its identifier) answered.

    `rows` holds what is repeated: by the name of the repeat and the number of the row, the answers of that row.
    """

    questions: Questions
    who: str
    place: AnswerPlace
    sent: str = ""
    answers: dict[str, CollectedAnswer] = field(default_factory=dict)
    rows: dict[str, dict[tuple[int, int], dict[str, CollectedAnswer]]] = field(default_factory=dict)


@dataclass
class Answers:
    """All that was read: submissions by questionnaire and identifier, what is not understood, what was said of it."""

    submissions: dict[tuple[str, str], Submission] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    proposed: dict[tuple[str, str], Proposed] = field(default_factory=dict)
    unsent: dict[Source, int] = field(default_factory=dict)
    turned_down: dict[Source, int] = field(default_factory=dict)
    masked: list[Masking] = field(default_factory=list)


def canonical(text: str, column: Field) -> str:
    """A text as the tables write it: « oui », 12300, 0.5, 2023-06-12; one that cannot be read stays, to be refused."""
    if column.date_partielle:
        # Tools add the time of day.
        text = re.sub(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:.*", r"\1", text)
    elif column.type in ("integer", "number"):
        text = text.rstrip("0").rstrip(".") if re.fullmatch(r"-?\d+\.\d+", text) else text
    elif column.type != "boolean":
        return text
    value: Any = cell_parser(column, Budget())(text)
    if isinstance(value, Fault):
        return text
    if isinstance(value, bool):
        return "oui" if value else "non"
    return f"{value:.15g}" if isinstance(value, (int, float)) else str(value)


def shown(text: str) -> str:
    """A text as a report may quote it: without what identifies a person."""
    return mask(text).text


@dataclass
class Told:
    """What was said in answer to one question, cell after cell."""

    item: Item
    texts: list[tuple[str, AnswerPlace]] = field(default_factory=list)
    whole: list[tuple[frozenset[str], AnswerPlace]] = field(default_factory=list)
    yes: dict[str, AnswerPlace] = field(default_factory=dict)
    no: dict[str, AnswerPlace] = field(default_factory=dict)
    blank: AnswerPlace | None = None
    unclear: bool = False

    def answer(self, problems: list[Problem]) -> CollectedAnswer | None:
        """The one answer that the cells give; None where none speaks of it, or where they contradict one another."""
        item = self.item
        if self.unclear:
            return None
        if item.kind != "choix_multiple":
            return self._agreed(self.texts, problems) or (CollectedAnswer("", self.blank) if self.blank else None)
        whole = self._agreed(self.whole, problems)
        if self.whole and whole is None:
            return None
        chosen = frozenset(self.yes) | (whole.value if whole and isinstance(whole.value, frozenset) else frozenset())
        denied = chosen & self.no.keys()
        if denied:
            place = self.no[min(denied)]
            read = listing(quoted(code) for code in sorted(denied))
            problems += self._contradiction(place, "le choix dit par ailleurs", read)
            return None
        places: Iterable[AnswerPlace] = (*self.yes.values(), *([whole.place] if whole else ()), *self.no.values())
        first = next(iter(places), self.blank)
        if first is None:
            return None
        if not chosen and self.no and len(item.exclusive) == 1 and not self.no.keys() & set(item.exclusive):
            # « non » everywhere is an answer: the tables say so by a code of its own, unless that one too says « non ».
            chosen = frozenset(item.exclusive)
        return CollectedAnswer(chosen, first, self.yes)

    def _agreed(self, told: Sequence[tuple[Any, AnswerPlace]], problems: list[Problem]) -> CollectedAnswer | None:
        values = {value for value, _ in told}
        if len(values) > 1:
            first, (value, place) = told[0], next(pair for pair in told if pair[0] != told[0][0])
            read = value if isinstance(value, str) else ", ".join(sorted(value))
            problems += self._contradiction(place, f"la même réponse que {first[1].named()}", shown(read))
            return None
        return CollectedAnswer(*told[0]) if told else None

    def _contradiction(self, place: AnswerPlace, expected: str, read: str) -> list[Problem]:
        notes = Collector(place.source)
        notes.add(
            "reponse_contradictoire",
            f"{expected} : une seule réponse à {quoted(self.item.label)}",
            "garder dans le fichier celle des deux qui vaut",
            ligne=place.ligne,
            colonne=place.colonne,
            lu=read,
        )
        return notes.found
