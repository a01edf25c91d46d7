"""A questionnaire on paper, for interviews: one HTML file without script, ready to be printed on A4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from ..codebook import Modality
from ..codebook.formulaire import Formulaire, Item, Relevance
from ..french import listing, typeset

__all__ = ["printable"]

# Rows left blank for what is repeated, and characters under which choices stand side by side.
_BLANK_ROWS = 10
_SHORT = 44
# A single choice among more than these is written down.
_WRITTEN = 30


@dataclass(frozen=True)
class FormBlock:
    """What stands under one number: a question, a table of questions, a table to fill in."""

    shape: str
    label: str
    number: str = ""
    si: str = ""
    hint: str = ""
    heads: tuple[str, ...] = ()
    rows: tuple[Any, ...] = ()
    choices: tuple[Modality, ...] = ()
    outside: frozenset[str] = frozenset()
    short: bool = False
    legends: tuple[tuple[str, str], ...] = field(default=())


def _same(item: Item, other: Item) -> bool:
    """Whether both are the same multiple choice, asked of two things."""
    return other.kind == "choix_multiple" and (other.table, other.list_id) == (item.table, item.list_id)


def printable(form: Formulaire, titre: str = "", stamp: str = "") -> str:
    """The page. `titre` names the campagne; `stamp` is printed on every page, where its data are generated."""
    page = _Page(form)
    sections = [(section.label, list(page.blocks(section.items))) for section in form.items]
    text: str = _template().render(form=form, campagne=titre, stamp=stamp, sections=sections)
    return text


@cache
def _template() -> Any:
    import jinja2

    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["fr"] = typeset
    source = (files(__package__) / "questionnaire.html.j2").read_text(encoding="utf-8")
    return environment.from_string(source)


class _Page:
    """Numbers the questions as they come, and says conditions by these numbers."""

    def __init__(self, form: Formulaire) -> None:
        self.form = form
        self.numbers: dict[str, str] = {}

    def _number(self, *items: Item) -> str:
        number = str(len(set(self.numbers.values())) + 1)
        self.numbers |= {item.name: number for item in items}
        return number

    def blocks(self, items: Sequence[Item]) -> Iterator[FormBlock]:
        """The blocks of a section; a multiple choice takes in the details that follow it."""
        rest = list(items)
        while rest:
            item = rest.pop(0)
            if item.kind == "batterie":
                yield self._battery(item)
            elif item.kind == "repetition":
                yield self._repeat(item)
            elif item.kind == "choix_multiple":
                asked: list[Item] = [item]
                details: list[Item] = []
                while rest and (rest[0].kind == "detail" or _same(item, rest[0])):
                    (details if rest[0].kind == "detail" else asked).append(rest.pop(0))
                if len(asked) > 1:
                    yield self._crossed(asked)
                else:
                    yield self._grid(item, details) if item.all_rows else self._multiple(item, details)
            else:
                yield self._single(item)

    def _single(self, item: Item) -> FormBlock:
        number = self._number(item)
        if not item.choices or len(item.choices) > _WRITTEN:
            return FormBlock(item.kind, item.label, number, self._si(item.si), item.hint)
        return self._choice(item, number)

    def _choice(self, item: Item, number: str) -> FormBlock:
        short = sum(len(m.libelle) + 4 for m in item.choices) < 2 * _SHORT
        shape = "plusieurs" if item.kind == "choix_multiple" else "une"
        said = self._si(item.si)
        return FormBlock(
            shape, item.label, number, said, choices=item.choices, outside=frozenset(item.exclusive), short=short
        )

    def _battery(self, item: Item) -> FormBlock:
        first = item.items[0]
        number = self._number(*item.items)
        stem = first.label.partition(" : ")[0] if first.court else ""
        rows = tuple(inner.court or inner.label for inner in item.items)
        heads = tuple(m.libelle for m in first.choices)
        return FormBlock("batterie", item.label, number, self._si(item.si), stem, heads, rows)

    def _multiple(self, item: Item, details: Sequence[Item]) -> FormBlock:
        number = self._number(item)
        if not details:
            return self._choice(item, number)
        asked = {d.given[item.column]: d for detail in details for d in detail.items}
        scale = next((d.choices for d in asked.values() if d.choices), ())
        rows = tuple((m.libelle, m.code in asked) for m in item.choices)
        heads = tuple(m.libelle for m in scale)
        return FormBlock("details", item.label, number, self._si(item.si), details[0].label, heads, rows)

    def _crossed(self, asked: Sequence[Item]) -> FormBlock:
        """The same choices asked several times (of each body), side by side."""
        label = asked[0].label.removesuffix(asked[0].court).strip()
        number = self._number(*asked)
        notes = tuple((item.court, self._si(item.si)) for item in asked if item.si)
        rows = tuple(m.libelle for m in asked[0].choices)
        hint = "Cocher ; écrire à côté le nombre, s’il est connu."
        return FormBlock("croisee", label, number, "", hint, tuple(item.court for item in asked), rows, legends=notes)

    def _grid(self, item: Item, details: Sequence[Item]) -> FormBlock:
        rows = tuple(inner.label for inner in details[0].items)
        heads = tuple(m.libelle for m in item.choices)
        hint = details[0].label.partition(" : ")[2]
        return FormBlock("grille", item.label, self._number(item), self._si(item.si), hint, heads, rows)

    def _repeat(self, item: Item) -> FormBlock:
        """A table with blank rows; the choices of its columns are numbered above it."""
        number = self._number(item, *item.items)
        legends = tuple(
            (inner.label, " · ".join(f"{i}. {m.libelle}" for i, m in enumerate(inner.choices, start=1)))
            for inner in item.items
            if inner.choices
        )
        heads = tuple(inner.label for inner in item.items)
        return FormBlock("repetition", item.label, number, "", "", heads, tuple(range(_BLANK_ROWS)), legends=legends)

    def _si(self, conditions: Sequence[Relevance]) -> str:
        """« Seulement si la réponse à la question 12 est « Oui ». »"""
        said = []
        for condition in conditions:
            asked = self.form[condition.item]
            words = {m.code: m.libelle for m in asked.choices}
            number = self.numbers.get(condition.item, "")
            place = f"à la question {number}" if number else f"à « {asked.label} »"
            if not condition.codes:
                said.append(f"il y a une réponse {place}")
            else:
                among = listing([f"« {words[code]} »" for code in condition.codes], "ou")
                said.append(f"la réponse {place} est {among}")
        return f"Seulement si {' et '.join(said)}.".replace("si il ", "s’il ") if said else ""
