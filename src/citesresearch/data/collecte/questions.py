"""Which question a column of an export is about, and which answer a text gives: by name, by code or by words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ...codebook import Field, Modality, Table
from ...codebook.formulaire import GROUPS, Formulaire, Item
from ...french import plain

__all__ = ["NO", "YES", "Questions", "Target", "bare", "is_blank", "pairs"]

YES = {"oui", "o", "y", "yes", "x", "vrai", "true", "1"}
NO = {"non", "n", "no", "faux", "false", "0"}
# What collecting tools write where a question was not put or not answered.
_BLANK = {"", "na", "sansreponse", "noanswer", "questionnotshown"}
_LONGEST_CODE = 20  # LimeSurvey cuts the codes of questions there
_NUMBERED = re.compile(r"\w+\s*[.:]\s+(.+)", re.DOTALL)


def bare(text: str) -> str:
    """Letters and digits alone: LimeSurvey's codes have no underscore, people's spellings no accents."""
    return plain(text).replace(" ", "")


def is_blank(text: str) -> bool:
    """Whether a cell holds no answer, or says so in words (« N/A », « Sans réponse »)."""
    return not text or (len(text) < 30 and bare(text) in _BLANK)


@dataclass(frozen=True)
class Target:
    """What a column is about: a question, or one of the choices of a multiple choice (its cells say yes or no).

    `tour` is the number of the block, where a question that is repeated is laid out in numbered blocks. `part`: its cells
    hold one chosen answer among others of the same question.
    """

    item: Item
    code: str | None = None
    tour: int | None = None
    part: bool = False


class Questions:
    """The questions of one questionnaire, found by what an export may call them."""

    def __init__(self, form: Formulaire, main: Table) -> None:
        self.form, self.main = form, main
        self.items = {item.name: item for item in form.questions}
        self.repeats = {item.name: item for item in form.walk() if item.kind == "repetition"}
        self._names: dict[str, set[str]] = {}
        self.order = {item.name: i for i, item in enumerate(form.questions)}
        self._alike: dict[str, list[Item]] = {}
        for item in form.questions:
            for words in {bare(item.label), bare(item.court)} - {""}:
                self._alike.setdefault(words, []).append(item)
        for item in form.items:
            self._name(item, None)
        self._answers: dict[str, dict[str, str | None]] = {}

    @property
    def key(self) -> Field:
        """The column that identifies a row of the main table."""
        return self.main[self.main.primary_key[0]]

    @property
    def key_item(self) -> Item | None:
        """The question whose answer is that key; None where the key is a pseudonym."""
        return self.items.get(self.key.name)

    def _name(self, item: Item, group: Item | None) -> None:
        if item.kind in GROUPS:
            for child in item.items:
                self._name(child, item)
                if item.kind == "repetition":
                    self._spell(child.column, child)
            return
        self._spell(item.name, item)
        self._spell(bare(item.name)[:_LONGEST_CODE], item)
        # A detail is named after its choice, an item of a battery may be after its subject: within their group only.
        if group is None or group.kind != "detail":
            self._spell(item.label, item)
        for words in (item.label, item.court):
            if group is not None and words:
                self._spell(f"{group.label} {words}", item)

    def _spell(self, words: str, item: Item) -> None:
        if key := bare(words):
            self._names.setdefault(key, set()).add(item.name)

    def words(self) -> Iterator[str]:
        """The names and the words of the questions, as a tool may write them at the head of a column."""
        for item in self.items.values():
            yield from (item.name, item.label)

    def named(self, words: str) -> Item | None:
        """The question that bears this name or these words; None where several do."""
        found = self._names.get(bare(words), set())
        exact = words if words in found else next(iter(found)) if len(found) == 1 else None
        return None if exact is None else self.items[exact]

    def find(self, header: str) -> Target | None:
        """What the column under this header is about; None where that is not sure."""
        for question, choice in pairs(header):
            item = self.named(question)
            if item is not None and item.kind == "choix_multiple":
                code = self.choice(item, choice)
                if code is not None:
                    return Target(item, code)
        for words in _singles(header):
            item = self.named(words)
            if item is not None:
                return Target(item)
        inside = _subquestion(header)
        # Within brackets a name only: the words of a choice may be those of another question.
        if inside and inside[1] in self.items:
            return Target(self.items[inside[1]])
        return self._block(bare(header)) or self._joined(bare(header))

    def shared(self, header: str) -> bool:
        """Whether the words of a header are those of several questions."""
        return any(len(self._alike.get(bare(words), ())) > 1 for words in _singles(header)) and header not in self.items

    def between(self, header: str, before: int, after: int) -> list[Target]:
        """What a header that several questions share may be about, by its place between those of two columns, in order."""
        found = {
            Target(item)
            for words in _singles(header)
            for item in self._alike.get(bare(words), ())
            if before < self.order[item.name] < after
        }
        found |= {
            Target(item, code)
            for question, choice in pairs(header)
            for item in self._alike.get(bare(question), ())
            if item.kind == "choix_multiple" and before <= self.order[item.name] <= after
            if (code := self.choice(item, choice)) is not None
        }
        return sorted(found, key=lambda target: self.order[target.item.name])

    def _block(self, header: str) -> Target | None:
        """A question of a numbered block: « actions_1_axe », where the tool knows no repeat."""
        for name, group in self.repeats.items():
            found = re.fullmatch(rf"{bare(name)}(\d+)(.+)", header)
            for item in group.items if found else ():
                if found and found[2] in (bare(item.column), bare(item.label), bare(item.court)):
                    return Target(item, tour=int(found[1]))
        return None

    def _joined(self, header: str) -> Target | None:
        """A choice behind the name of its question: « equipeprojet_coordonnateur »."""
        found = {
            (item.name, code)
            for item in self.items.values()
            if item.kind == "choix_multiple" and header.startswith(bare(item.name))
            if (code := self.choice(item, header.removeprefix(bare(item.name))))
        }
        return Target(self.items[next(iter(found))[0]], next(iter(found))[1]) if len(found) == 1 else None

    def subject(self, header: str) -> Item | None:
        """The multiple choice that a column is about although the choice itself is not recognised."""
        for question, _ in pairs(header):
            item = self.named(question)
            if item is not None and item.kind == "choix_multiple":
                return item
        return None

    def near(self, header: str) -> tuple[Item, float] | None:
        """The question whose name or words look most like this header, and how much (1: the same letters)."""
        best: tuple[Item, float] | None = None
        for words in _singles(header):
            for name in difflib.get_close_matches(bare(words[:200]), self._names, n=1, cutoff=0.6):
                likeness = difflib.SequenceMatcher(None, bare(words[:200]), name).ratio()
                if best is None or likeness > best[1]:
                    best = self.items[min(self._names[name])], likeness
        return best

    def by_champ(self, champ: str) -> Item | None:
        """The question that a mapping names: « reponses.copilotage_equilibre », or its last part alone."""
        table, _, name = champ.rpartition(".")
        item = self.items.get(name)
        return item if item is not None and table in ("", item.table) else None

    # --- answers ---

    def choice(self, item: Item, text: str) -> str | None:
        """The code that a text gives, by its code or its words; None where there is none, or several."""
        if item.name not in self._answers:
            self._answers[item.name] = _spellings(item.choices)
        known = self._answers[item.name]
        found = known.get(bare(text))
        if found is None and {m.code for m in item.choices} == {"oui", "non"}:
            return "oui" if bare(text) in YES else "non" if bare(text) in NO else None
        return found

    def choices(self, item: Item, text: str) -> frozenset[str] | None:
        """The codes of a cell that holds several, however they are separated; None where that is not sure.

        Kobo separates codes, and words too, by spaces: the text is cut into known words, in the only way there is.
        """
        codes = {m.code for m in item.choices}
        parts = re.split(r"[\s;,|]+", text.strip())
        if all(part in codes for part in parts):
            return frozenset(parts)
        pieces = [piece for part in re.split(r"[;|\n]", text) if (piece := part.strip())]
        if len(pieces) > 1:
            found = [self.choice(item, piece) for piece in pieces]
            if None not in found:
                return frozenset(code for code in found if code)
        # A cell holds words or codes, never both: « Jeunes diplômés » is not « Jeunes » and the code « diplomes ».
        for spelled in ({bare(m.libelle): m.code for m in item.choices}, {bare(code): code for code in codes}):
            cuts = _cuts(bare(text), spelled)
            if cuts:
                return cuts[0] if len(cuts) == 1 else None
        return None

    def near_choice(self, item: Item, text: str) -> tuple[str, float] | None:
        """The code whose spelling looks most like this text, or whose rank its number gives (« A2 », « SQ003 »)."""
        spelled = {key: code for key, code in _spellings(item.choices).items() if code}
        for key in difflib.get_close_matches(bare(text[:200]), spelled, n=1, cutoff=0.6):
            return str(spelled[key]), difflib.SequenceMatcher(None, bare(text[:200]), key).ratio()
        ranked = re.fullmatch(r"(?:A|AO|SQ)0{0,3}([1-9]\d{0,3})", text.strip(), re.IGNORECASE)
        if ranked and 1 <= int(ranked[1]) <= len(item.choices):
            return item.choices[int(ranked[1]) - 1].code, 0.0
        return None


def _spellings(choices: Sequence[Modality]) -> dict[str, str | None]:
    """Codes by their spellings; None for a spelling of two. A code always means itself."""
    found: dict[str, str | None] = {}
    for modality in choices:
        key = bare(modality.libelle)
        found[key] = modality.code if found.get(key, modality.code) == modality.code else None
    return found | {bare(modality.code): modality.code for modality in choices}


def _cuts(text: str, spelled: dict[str, str]) -> list[frozenset[str]]:
    """The different sets of codes into whose spellings a text can be cut; two are enough to know that it is not sure."""
    found: list[list[frozenset[str]]] = [[] for _ in range(len(text) + 1)]
    found[0] = [frozenset()]
    for end in range(1, len(text) + 1):
        for key, code in spelled.items():
            if text.endswith(key, 0, end):
                for before in found[end - len(key)]:
                    cut = before | {code}
                    if cut not in found[end] and len(found[end]) < 2:
                        found[end].append(cut)
    return found[-1]


def _subquestion(header: str) -> tuple[str, str] | None:
    """(« Q12 », « SQ001 ») of « Q12[SQ001] », from the first bracket to the last."""
    words, opened, rest = header.partition("[")
    inside = rest.rstrip()
    return (words.rstrip(), inside[:-1]) if words.strip() and opened and inside[:-1] and inside.endswith("]") else None


def pairs(header: str) -> Iterator[tuple[str, str]]:
    """(question, choice) as Kobo (« groupe/question/choix »), LimeSurvey (« q[SQ001] ») and ODK write them."""
    inside = _subquestion(header)
    if inside:
        numbered = _NUMBERED.fullmatch(inside[0])
        yield from ((words, inside[1]) for words in (inside[0], *([numbered[1]] if numbered else [])))
    # The words of a choice, or of a question, may hold the mark that parts them.
    parts = header.split("/")
    for i in range(len(parts) - 1, 0, -1):
        choice = "/".join(parts[i:])
        yield parts[i - 1], choice
        if i > 1:
            yield "/".join(parts[:i]), choice


def _singles(header: str) -> Iterable[str]:
    """The words of a header that may name its question, the whole first."""
    yield header
    inside = _subquestion(header)
    if inside:
        numbered = _NUMBERED.fullmatch(inside[0])
        yield from (f"{numbered[1]} {inside[1]}",) if numbered else ()
    elif numbered := _NUMBERED.fullmatch(header):
        yield numbered[1]
    parts = header.split("/")
    yield from ("/".join(parts[i:]) for i in range(1, len(parts)))
    if "-" in header:
        yield header.rpartition("-")[2]
