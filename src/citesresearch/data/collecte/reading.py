"""From sheets whose shape is known to answers: each cell read as the answer to its question, or said not to be one."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from typing import Any

from ...codebook import Codebook
from ...codebook.formulaire import Item
from ..checking.free_text import note_masked
from ..checking.masking import mask
from ..checking.problems import Collector, Source, quoted
from .answers import AnswerPlace, Answers, Masking, Submission, Told, canonical, shown
from .correspondance import Correspondance
from .exports import ExportSheet
from .identite import is_identity
from .layout import LARGE, LINKS, LONG, REPEAT, Layout, resolve
from .questions import NO, YES, Target, bare, is_blank
from .unknown import Unknown

__all__ = ["gather"]

# Direction marks, zero-width and control characters: no meaning in a sentence, and nothing to see.
_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8}\d{0,2});")
_REREAD = "relire le texte importé ; un nom seul n’est pas reconnu"
# LimeSurvey's date for surveys that record none.
_NO_DATE = "1980-01-01"


def gather(layouts: Sequence[Layout], codebook: Codebook, decided: Correspondance, everything: bool = False) -> Answers:
    """Every answer of these sheets, and at once every column and answer that is not understood.

    What was turned down in the tool (not approved, rejected) is left out, unless `everything` is asked for.
    """
    found = Answers()
    reader = _ExportReader(codebook, decided, found, everything)
    for layout in layouts:
        if layout.form != REPEAT:
            reader.main(layout)
    for layout in layouts:
        if layout.form == REPEAT:
            reader.repeat(layout)
    reader.conclude()
    return found


class _ExportReader:
    def __init__(self, codebook: Codebook, decided: Correspondance, found: Answers, everything: bool) -> None:
        self.codebook, self.decided, self.found, self.everything = codebook, decided, found, everything
        self.left_out: set[tuple[str, str, str]] = set()
        self.told: dict[tuple[str, str], dict[tuple[str, tuple[int, int] | None], Told]] = {}
        self.links: dict[tuple[str, str, str], tuple[str, str]] = {}
        self._parsed: dict[tuple[str, str], Any] = {}
        self.unknown = Unknown(found.proposed)

    # --- sheets ---

    def main(self, layout: Layout) -> None:
        """The rows of a sheet in the wide shape (a row a submission) or in the long one (a row an answer)."""
        sheet, notes = layout.sheet, Collector(layout.sheet.source)
        self.unknown.columns(layout, notes)
        if layout.who is None:
            if not any(problem.code == "identifiant_change" for problem in layout.said):
                _no_identifier(layout, notes)
            self.found.problems += notes.found
            return
        _warn_of_numbers(layout, notes)
        first: dict[tuple[str, str], tuple[int, Sequence[str]]] = {}
        for row, cells in sheet.rows:
            if layout.sent is not None and not cells[layout.sent] and sheet.outil == "LimeSurvey":
                self.found.unsent[sheet.source] = self.found.unsent.get(sheet.source, 0) + 1
                continue
            if not self.everything and _turned_down(sheet, cells):
                self.found.turned_down[sheet.source] = self.found.turned_down.get(sheet.source, 0) + 1
                self.left_out |= {(_scope(sheet.source, name), name, cells[at]) for name, at in self._links(sheet)}
                continue
            who = self._who(layout, row, cells, notes)
            if who is None:
                continue
            key = layout.questions.form.nom, who
            place = AnswerPlace(sheet.source, row)
            if layout.form == LARGE and _is_second(layout, first.setdefault(key, (row, cells)), row, cells, notes):
                continue
            submission = self.found.submissions.setdefault(key, Submission(layout.questions, who, place))
            if layout.sent is not None and not cells[layout.sent].startswith(_NO_DATE):
                submission.sent = submission.sent or cells[layout.sent]
            for name, at in self._links(sheet):
                if cells[at]:
                    self.links[_scope(sheet.source, name), name, cells[at]] = key
            if layout.form == LONG:
                self._long(layout, key, row, cells, notes)
            for i, target in layout.targets.items():
                if i != layout.who or layout.questions.key_item is None:
                    large = layout.form == LARGE
                    name = layout.name_of(i)
                    self._cell(layout, key, target, i, row, cells[i], notes, name, part=target.part, keep_blank=large)
        self.found.problems += notes.found

    @staticmethod
    def _links(sheet: ExportSheet) -> list[tuple[str, int]]:
        return [(name, at) for _, name in LINKS if (at := sheet.column(name)) is not None]

    def repeat(self, layout: Layout) -> None:
        """The rows of a sheet of repeated elements, each of which says to which submission it belongs."""
        sheet, notes = layout.sheet, Collector(layout.sheet.source)
        self.unknown.columns(layout, notes)
        links = [(name, there) for name, there in LINKS if sheet.column(name) is not None]
        for turn, (row, cells) in enumerate(sheet.rows):
            key = None
            for name, there in links:
                text = cells[sheet.header.index(name)]
                key = key or self.links.get((_scope(sheet.source, there), there, text))
            if any((_scope(sheet.source, t), t, cells[sheet.header.index(n)]) in self.left_out for n, t in links):
                continue
            if key is None:
                column = links[0][0] if links else None
                notes.add(
                    "cle_orpheline",
                    "une ligne qui se rapporte à une réponse de la feuille principale (« _parent_index », « PARENT_KEY »)",
                    "importer ensemble la feuille principale et ses répétitions, telles que l’outil les donne",
                    ligne=row,
                    colonne=column,
                    lu=cells[sheet.header.index(column)] if column else None,
                )
                continue
            # The order in which they were typed, however the rows of the sheet are sorted.
            at = sheet.column("_index")
            order = int(cells[at]) if at is not None and cells[at].isdigit() else turn
            for i, target in layout.targets.items():
                self._cell(layout, key, target, i, row, cells[i], notes, turn=(order, row))
        self.found.problems += notes.found

    def _long(self, layout: Layout, key: tuple[str, str], row: int, cells: Sequence[str], notes: Collector) -> None:
        assert layout.question is not None
        assert layout.answer is not None
        name, text = cells[layout.question], cells[layout.answer]
        if is_blank(text):
            return
        target = resolve(name, layout.sheet, layout.questions, self.decided)
        if isinstance(target, Target):
            self._cell(layout, key, target, layout.answer, row, text, notes, name=name, part=True)
        elif target is None and is_identity(name):
            layout.identity += [name] if name not in layout.identity else []
        elif target is None:
            self.unknown.column(layout, name, row, layout.sheet.header[layout.question], notes)

    def _who(self, layout: Layout, row: int, cells: Sequence[str], notes: Collector) -> str | None:
        assert layout.who is not None
        text, item = cells[layout.who], layout.questions.key_item
        name = layout.sheet.header[layout.who]
        if not text:
            expected = f"une valeur ({item.label})" if item else "l’identifiant du répondant"
            notes.add("valeur_absente", expected, "remplir la cellule", ligne=row, colonne=name, lu="")
            return None
        if item is None:
            # A mere number is that of one tool: another tool counts from one too.
            if re.fullmatch(r"\d[.,]\d{1,20}E\+?\d{1,3}", text, re.IGNORECASE):
                notes.add(
                    "identifiant_abime",
                    "un identifiant entier : un tableur l’a pris pour un nombre et arrondi, plusieurs personnes n’en font plus qu’une",
                    "exporter de nouveau et importer le fichier tel quel, sans l’enregistrer depuis un tableur",
                    ligne=row,
                    colonne=name,
                )
                return None
            return f"{layout.numbers} {text}" if text.isdigit() else text
        # One that is not understood blocks the import; its other answers are looked at all the same.
        return (self._code(layout, item, name, row, text, notes) if item.choices else text) or text

    # --- cells ---

    def _cell(
        self,
        layout: Layout,
        key: tuple[str, str],
        target: Target,
        column: int,
        row: int,
        text: str,
        notes: Collector,
        name: str | None = None,
        turn: tuple[int, int] | None = None,
        part: bool = False,
        keep_blank: bool = False,
    ) -> None:
        """What one cell says; `part`: of a multiple choice, one choice among others that have rows of their own."""
        item = target.item
        name = layout.sheet.header[column] if name is None else name
        place = AnswerPlace(layout.sheet.source, row, name)
        if turn is None and target.tour is not None:
            turn = target.tour, 0
        told = self.told.setdefault(key, {}).setdefault((item.name, turn), Told(item))
        fault = layout.sheet.faults.get((row, column))
        if fault is not None:
            notes.add(fault.code, fault.attendu, fault.remede, ligne=row, colonne=name, lu=text)
            told.unclear = True
        elif is_blank(text):
            told.blank = told.blank or (place if keep_blank else None)
        elif target.code is not None:
            said = self._yes_or_no(layout, target.code, item, name, row, text, notes)
            told.unclear |= said is None
            if said is not None:
                (told.yes if said else told.no)[target.code] = place
        elif item.kind == "choix_multiple":
            codes = self._codes(layout, item, name, row, text, notes)
            told.unclear |= codes is None
            if codes is not None and part:
                told.yes |= dict.fromkeys(codes, place)
            elif codes is not None:
                told.whole.append((codes, place))
        elif item.choices:
            code = self._code(layout, item, name, row, text, notes)
            told.unclear |= code is None
            if code:
                told.texts.append((code, place))
        else:
            told.texts.append((self._open(item, text, place, notes), place))

    def _open(self, item: Item, text: str, place: AnswerPlace, notes: Collector) -> str:
        """A number, a date, or free words, of which what identifies a person is masked."""
        if item.kind != "texte":
            return canonical(text, self.codebook[item.table][item.column])
        clean = _CHARACTER.sub("", _entities(text))
        if clean != text:
            notes.add(
                "texte_nettoye",
                "un texte en caractères ordinaires : ses signes invisibles ont été retirés, ses codes HTML (« &amp; ») changés en lettres",
                "relire le texte importé",
                ligne=place.ligne,
                colonne=place.colonne,
                gravite="avertissement",
            )
        masked = mask(clean)
        if masked.kinds:
            self.found.masked.append(Masking(place, clean, masked.text))
        note_masked(masked, place.ligne, str(place.colonne), notes, _REREAD, "avertissement")
        return masked.text

    def _decide(self, layout: Layout, name: str, text: str, read: Callable[[], Any]) -> Any:
        """What the mapping says of an answer (« » for none), else what it says by itself; examined once a text."""
        said = self.decided.answer(layout.sheet.source, name, text)
        return read() if said is None else said

    def _code(self, layout: Layout, item: Item, name: str, row: int, text: str, notes: Collector) -> str | None:
        questions = layout.questions
        said = self._decide(layout, name, text, lambda: questions.choice(item, text))
        code: str | None = questions.choice(item, said) if said else said
        if code is None:
            self.unknown.answer(layout, item, name, row, text, notes)
        return code

    def _codes(
        self, layout: Layout, item: Item, name: str, row: int, text: str, notes: Collector
    ) -> frozenset[str] | None:
        memo = f"{layout.sheet.source}\x1f{name}", text
        if memo not in self._parsed:
            questions = layout.questions
            said = self._decide(layout, name, text, lambda: None)
            self._parsed[memo] = frozenset() if said == "" else questions.choices(item, text if said is None else said)
        codes: frozenset[str] | None = self._parsed[memo]
        if codes is None:
            self.unknown.answer(layout, item, name, row, text, notes)
        return codes

    def _yes_or_no(
        self, layout: Layout, code: str, item: Item, name: str, row: int, text: str, notes: Collector
    ) -> bool | None:
        said = bare(self._decide(layout, name, text, lambda: text))
        words = {bare(code), *(bare(m.libelle) for m in item.choices if m.code == code)}
        if said in YES | words:
            return True
        if said in NO or not said:
            return False
        notes.add(
            "oui_non",
            "« oui » ou « non » (1 ou 0, Y ou rien) : cette colonne est celle d’un choix",
            "donner dans la correspondance ce que cette réponse veut dire (oui, non, sans réponse)",
            ligne=row,
            colonne=name,
            lu=shown(text),
        )
        self.unknown.propose(name, text, f"{item.table}.{item.name}", "", None)
        return None

    # --- from what was told to answers ---

    def conclude(self) -> None:
        for key, told in self.told.items():
            submission = self.found.submissions[key]
            for (name, turn), said in told.items():
                answer = said.answer(self.found.problems)
                if answer is None:
                    continue
                if turn is None:
                    submission.answers[name] = answer
                elif answer.value:
                    submission.rows.setdefault(said.item.table, {}).setdefault(turn, {})[name] = answer


_STATES = {
    "_validation_status",
    "_validation_status/uid",
    "_validation_status/label",
    "ReviewState",
    "__system/reviewState",
}
_DOWN = {
    "notapproved",
    "validationstatusnotapproved",
    "nonapprouve",
    "nonapprouvee",
    "rejected",
    "rejete",
    "rejetee",
    "refuse",
    "refusee",
}


def _turned_down(sheet: ExportSheet, cells: Sequence[str]) -> bool:
    """Whether the tool says of a row that it was not approved."""
    return any(name in _STATES and bare(cells[i]) in _DOWN for i, name in enumerate(sheet.header) if name)


def _entities(text: str) -> str:
    """The letters that web tools write as codes, « &#039; », twice coded at most; text that only looks so is left."""
    for _ in range(2):
        text = _ENTITY.sub(lambda code: html.unescape(code[0]), text) if "&" in text else text
    return text


def _scope(source: Source, name: str) -> str:
    """Row numbers mean something within their file; other identifiers everywhere."""
    return source.fichier if name == "_index" else ""


def _is_second(
    layout: Layout, first: tuple[int, Sequence[str]], row: int, cells: Sequence[str], notes: Collector
) -> bool:
    """Whether a row is a second answer of the same Cité or person; noted unless it says the same as the first."""
    before, same = first
    if before == row:
        return False
    if any(cells[i] != same[i] for i in layout.targets):
        item = layout.questions.key_item
        notes.add(
            "cle_double",
            f"une seule ligne par {'Cité' if item else 'répondant'} (la ligne {before} porte déjà celle-ci)",
            "supprimer dans l’outil, ou dans le fichier, la réponse qui ne vaut pas",
            ligne=row,
            colonne=None if layout.who is None else layout.sheet.header[layout.who],
            # What identifies a respondent is not repeated.
            lu=cells[layout.who] if item and layout.who is not None else None,
        )
    return True


def _warn_of_numbers(layout: Layout, notes: Collector) -> None:
    """Warn where respondents are only numbered, as every survey numbers its own."""
    sheet, who = layout.sheet, layout.who
    if layout.questions.key_item or who is None or sheet.outil == "Kobo" or not sheet.rows:
        return
    if all(cells[who].isdigit() for _, cells in sheet.rows):
        notes.add(
            "identifiant_fragile",
            "un identifiant propre à chaque personne (jeton, uuid) ; un simple numéro est repris par tout autre questionnaire",
            "ne verser dans cette campagne qu’un questionnaire ainsi numéroté, ou nommer une autre colonne « identifiant » "
            "dans une correspondance",
            ligne=sheet.header_row,
            colonne=sheet.header[who],
            gravite="avertissement",
        )


def _no_identifier(layout: Layout, notes: Collector) -> None:
    item = layout.questions.key_item
    expected = (
        f"une colonne qui répond à {quoted(item.label)} ({quoted(item.name)})"
        if item
        else "une colonne qui identifie chaque répondant, remplie à chaque ligne (uuid, jeton, adresse électronique)"
    )
    champ = quoted(f"{item.table}.{item.name}") if item else "« identifiant »"
    notes.add(
        "colonne_absente",
        expected,
        f"l’ajouter à l’export, ou nommer dans une correspondance la colonne dont le champ est {champ}",
        ligne=layout.sheet.header_row,
        lu=shown(" | ".join(layout.sheet.header[:12])),
    )
