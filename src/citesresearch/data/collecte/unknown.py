"""Columns and answers that are not understood: said once each, with the nearest meaning, for a person to decide."""

from __future__ import annotations

from ...codebook.formulaire import Item
from ..checking.masking import mask
from ..checking.nearest import Budget, Choices
from ..checking.problems import Collector, quoted
from .answers import shown
from .correspondance import Proposed
from .layout import Layout
from .questions import Questions, is_blank, pairs

__all__ = ["Unknown"]

# A column whose name is at least so near to a question has its answers proposed too, unless they are as many as words.
_LIKELY, _MOST_ANSWERS = 0.8, 30
_ONE_CHOICE = 0.9


class Unknown:
    """What is not understood in the sheets of an import; `proposed` receives one line each, by column and answer."""

    def __init__(self, proposed: dict[tuple[str, str], Proposed]) -> None:
        self.proposed = proposed

    def columns(self, layout: Layout, notes: Collector) -> None:
        """The columns of a sheet that nothing is known about."""
        for i in layout.unknown:
            name = layout.sheet.header[i]
            self.column(layout, name, layout.sheet.header_row, name, notes)
            near = None if layout.questions.subject(name) else layout.questions.near(name)
            texts = list(dict.fromkeys(cells[i] for _, cells in layout.sheet.rows if not is_blank(cells[i])))
            if near is not None and near[0].choices and near[1] >= _LIKELY and len(texts) <= _MOST_ANSWERS:
                # Its answers will be asked for next: said at once.
                item = near[0]
                for text in texts:
                    known = layout.questions.choices(item, text) if item.kind == "choix_multiple" else None
                    if known is None and layout.questions.choice(item, text) is None:
                        self._near_answer(layout.questions, item, name, text)

    def column(self, layout: Layout, name: str, row: int, column: str, notes: Collector) -> None:
        """A column, or the question of a row of the long shape."""
        questions = layout.questions
        subject, near = questions.subject(name), questions.near(name)
        if subject is not None:
            inside = next(choice for question, choice in pairs(name) if questions.named(question) is subject)
            choice = questions.near_choice(subject, inside)
            champ, modality = f"{subject.table}.{subject.name}", choice[0] if choice else ""
            expected = f"un choix de la question {quoted(subject.label)}"
            confidence = choice[1] if choice else None
        else:
            champ, modality = (f"{near[0].table}.{near[0].name}", "") if near else ("", "")
            expected = f"une question du questionnaire {quoted(questions.form.titre)}"
            confidence = near[1] if near else None
        remedy = f"{_advice(champ)}, ou y écrire « ignorer »"
        notes.add("colonne_inconnue", expected, remedy, ligne=row, colonne=shown(column), lu=shown(name))
        self.propose(name, "", champ, modality, confidence)

    def answer(self, layout: Layout, item: Item, name: str, row: int, text: str, notes: Collector) -> None:
        """An answer to a question that is understood."""
        choices = Choices([m.code for m in item.choices], None, Budget())
        near = self._near_answer(layout.questions, item, name, text)
        notes.add("hors_liste", choices.expected, _advice(near), ligne=row, colonne=name, lu=shown(text))

    def _near_answer(self, questions: Questions, item: Item, name: str, text: str) -> str:
        near = questions.near_choice(item, text)
        if item.kind == "choix_multiple" and near is not None and near[1] < _ONE_CHOICE:
            near = None  # several choices, of which one would be taken for all
        self.propose(name, text, f"{item.table}.{item.name}", near[0] if near else "", near[1] if near else None)
        return near[0] if near else ""

    def propose(self, name: str, text: str, champ: str, modality: str, confidence: float | None) -> None:
        """A line of the mapping to check."""
        if mask(text).kinds or mask(name).kinds:
            return  # what identifies somebody is not copied in another file
        found, what, article = (modality, "modalité", "la") if text else (champ, "champ", "le")
        advice = f"vérifier, ou corriger {article} {what}" if found else f"écrire {article} {what}"
        self.proposed.setdefault((name, text), Proposed(name, text, champ, modality, confidence, advice))


def _advice(near: str) -> str:
    if near:
        return f"vérifier dans la correspondance proposée que c’est {quoted(near)}"
    return "remplir sa ligne de la correspondance proposée"
