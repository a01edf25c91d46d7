"""The shape of a sheet: which questionnaire it answers, how its rows are laid out, and what each column is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ...french import typeset
from ..checking.problems import Collector, Problem, quoted
from .answers import shown
from .correspondance import IDENTIFIER, IGNORE, Correspondance
from .exports import NO_TOOL as _NO_TOOL
from .exports import ExportSheet
from .identite import identifiers, is_identity, is_technical, looks_personal, submission_date
from .questions import Questions, Target, bare, is_blank, pairs

__all__ = ["LARGE", "LONG", "REPEAT", "Layout", "lay_out"]

LARGE, LONG, REPEAT = "large", "longue", "répétition"

_QUESTION = {"question", "codequestion", "variable", "item", "champ"}
_ANSWER = {"reponse", "reponses", "modalite", "valeur", "answer", "response", "value"}
# How the rows of a repeat name the row that they belong to, and the column of the main sheet that holds it.
LINKS = (
    ("_parent_index", "_index"),
    ("PARENT_KEY", "KEY"),
    ("_submission__uuid", "_uuid"),
    ("_submission__id", "_id"),
)


@dataclass
class Layout:
    """A sheet understood: its questionnaire, its shape, and its columns by what they are.

    `targets` lead from the place of a column to what it is about; `who` is the column that identifies the respondent,
    or the Cité; `question` and `answer` are those of the long shape. `unknown` columns have answers that nothing is
    known about, `unnamed` ones no name; `numbers` is the tool whose numbers identify respondents, `said` the problems met; `identity` ones were dropped, and `technical` counts those that the tool adds for itself.
    """

    sheet: ExportSheet
    questions: Questions
    form: str
    targets: dict[int, Target] = field(default_factory=dict)
    who: int | None = None
    sent: int | None = None
    question: int | None = None
    answer: int | None = None
    identity: list[str] = field(default_factory=list)
    technical: int = 0
    unknown: list[int] = field(default_factory=list)
    unnamed: list[int] = field(default_factory=list)
    numbers: str = ""
    said: list[Problem] = field(default_factory=list)

    def name_of(self, i: int) -> str:
        """The name of a column, or of the one that it goes on with."""
        return next((name for name in reversed(self.sheet.header[: i + 1]) if name), "")

    def words(self) -> str:
        """« Kobo, forme large (une colonne par question), questionnaire « Enquête auprès des acteurs » »."""
        shape = {
            LARGE: "forme large (une colonne par question)",
            LONG: "forme longue (une ligne par réponse)",
            REPEAT: "répétition (une ligne par élément répété)",
        }[self.form]
        return f"{self.sheet.outil}, {shape}, questionnaire {quoted(self.questions.form.titre)}"


def lay_out(
    sheet: ExportSheet,
    forms: Sequence[Questions],
    decided: Correspondance,
    notes: Collector,
    alone: bool = True,
    fixed: Mapping[tuple[str, str], str] | None = None,
) -> Layout | None:
    """The layout of a sheet; None, and why in `notes`, where it answers no questionnaire, or one cannot tell which.

    `fixed` gives the column that identifies respondents in this campagne, by questionnaire and tool.
    """
    pair = _long_pair(sheet)
    names = list(sheet.header) if pair is None else [*sheet.header, *_texts(sheet, pair[0])]
    scores = [_score(form, sheet, names, decided) for form in forms]
    best = max(scores)
    if best == 0:
        scores = [sum(form.near(name) is not None for name in names if name) for form in forms]
        best = max(scores)
    if scores.count(best) > 1 or best == 0:
        _refuse(sheet, forms, best, notes, alone)
        return None
    questions = forms[scores.index(best)]
    layout = Layout(sheet, questions, LARGE if pair is None else LONG)
    if pair is not None:
        layout.question, layout.answer = pair
    date = submission_date(sheet.header)
    layout.sent = None if date is None else sheet.header.index(date)
    _columns(layout, decided)
    _note_names(layout, notes)
    repeated = {item.name for group in questions.repeats.values() for item in group.items}
    told = {target.item.name for target in layout.targets.values() if target.tour is None}
    linked = any(name in sheet.header for name, _ in LINKS)
    if told and told <= repeated and pair is None and (linked or len(told) > 1):
        layout.form = REPEAT
    elif questions.key_item is not None:
        key = [i for i, target in layout.targets.items() if target.item is questions.key_item]
        layout.who = key[0] if key else None
    else:
        _identify(layout, decided, fixed or {}, notes)
    layout.said = notes.found
    return layout


def _long_pair(sheet: ExportSheet) -> tuple[int, int] | None:
    """The columns of the question and of its answer, in the long shape."""
    names = [bare(name) for name in sheet.header]
    question = [i for i, name in enumerate(names) if name in _QUESTION]
    answer = [i for i, name in enumerate(names) if name in _ANSWER]
    return (question[0], answer[0]) if len(question) == len(answer) == 1 else None


def _texts(sheet: ExportSheet, column: int) -> list[str]:
    return list(dict.fromkeys(cells[column] for _, cells in sheet.rows if cells[column]))


def _score(form: Questions, sheet: ExportSheet, names: Iterable[str], decided: Correspondance) -> int:
    found = 0
    for name in names:
        said = decided.column(sheet.source, name)
        item = form.by_champ(said[0]) if said else None
        found += item is not None or (said is None and bool(name) and form.find(name) is not None)
    return found


def _refuse(sheet: ExportSheet, forms: Sequence[Questions], best: int, notes: Collector, alone: bool) -> None:
    titles = " ou ".join(quoted(form.form.titre) for form in forms)
    if best:
        expected = f"des colonnes d’un seul questionnaire ({titles}) ; celles-ci vont avec plusieurs"
        remedy = "nommer dans une correspondance le champ d’une colonne au moins, table comprise (« reponses.… »)"
    else:
        expected = f"des colonnes qui répondent à un questionnaire de la campagne ({titles})"
        remedy = "retirer cette feuille, ou nommer les champs de ses colonnes dans une correspondance"
    notes.add(
        "questionnaire_inconnu",
        typeset(expected),
        remedy,
        ligne=sheet.header_row,
        lu=shown(" | ".join(sheet.header[:12])),
        # A workbook may hold notes beside the answers; a file that holds nothing else is a mistake.
        gravite="bloquant" if alone or best else "avertissement",
    )


def _columns(layout: Layout, decided: Correspondance) -> None:
    """What each column is: a question, an identity, a technical column, an empty one, or unknown."""
    sheet, questions = layout.sheet, layout.questions
    _unnamed(layout, decided)
    resolved = [resolve(name, sheet, questions, decided) if name else None for name in sheet.header]
    _by_place(resolved, layout, decided)
    for i, name in enumerate(sheet.header):
        if not name or i in (layout.question, layout.answer, layout.sent) or i in layout.targets:
            continue
        target = resolved[i]
        if isinstance(target, Target):
            layout.targets[i] = target
        elif target is not None:
            continue  # left out, or the identifier
        elif is_identity(name):
            layout.identity.append(name)
        elif is_technical(name, sheet.outil) or name in identifiers([name]):
            layout.technical += 1
        elif looks_personal(cells[i] for _, cells in sheet.rows):
            layout.identity.append(name)
        elif any(not is_blank(cells[i]) for _, cells in sheet.rows):
            layout.unknown.append(i)


def _filled(sheet: ExportSheet, i: int) -> bool:
    return any(not is_blank(cells[i]) for _, cells in sheet.rows)


def _unnamed(layout: Layout, decided: Correspondance) -> None:
    """Columns without a name that go on with the multiple choice on their left: each holds one of its choices."""
    sheet = layout.sheet
    on_left: Target | str | None = None
    place = 0
    for i, name in enumerate(sheet.header):
        if name:
            on_left, place = resolve(name, sheet, layout.questions, decided), i
        elif _filled(sheet, i):
            if isinstance(on_left, Target) and on_left.item.kind == "choix_multiple" and on_left.code is None:
                layout.targets[place] = layout.targets[i] = Target(on_left.item, part=True)
            elif on_left not in (IGNORE, IDENTIFIER):
                layout.unnamed.append(i)


def _by_place(resolved: list[Target | str | None], layout: Layout, decided: Correspondance) -> None:
    """Headers that several questions share (« Préfecture »), told apart by the questions of the columns beside them."""
    sheet, questions = layout.sheet, layout.questions
    last = len(questions.order)
    open_ = [
        bool(name)
        and decided.column(sheet.source, name) is None
        and (resolved[i] is None or (isinstance(resolved[i], Target) and questions.shared(name)))
        for i, name in enumerate(sheet.header)
    ]

    def place(i: int) -> int | None:
        target = resolved[i]
        if not isinstance(target, Target) or target.tour is not None or open_[i]:
            return None
        return questions.order.get(target.item.name)

    known = [at for at in map(place, range(len(sheet.header))) if at is not None]
    if known != sorted(known):
        return  # somebody has moved columns: their places say nothing
    # Alone of its kind between its neighbours first; then as many columns of one name as there are such questions.
    for alone in (True, False):
        places = [place(i) for i in range(len(sheet.header))]
        after = [last] * (len(places) + 1)
        for i in range(len(places) - 1, -1, -1):
            at = places[i]
            after[i] = after[i + 1] if at is None else at
        before, segments = -1, dict[tuple[int, int, str], list[int]]()
        for i, name in enumerate(sheet.header):
            if open_[i]:
                found = questions.between(name, before, after[i + 1])
                if alone and len(found) == 1:
                    resolved[i], open_[i] = found[0], False
                    places[i] = questions.order[found[0].item.name]
                elif not alone and found:
                    segments.setdefault((before, after[i + 1], name), []).append(i)
            at = places[i]
            before = before if at is None else at
        for (low, high, name), columns in segments.items():
            found = questions.between(name, low, high)
            for i, target in zip(columns, found, strict=False):
                if len(columns) == len(found):
                    resolved[i] = target


def _note_names(layout: Layout, notes: Collector) -> None:
    """Columns without a name, and those of one name that are about the same thing or about nothing known."""
    sheet = layout.sheet
    for i in layout.unnamed:
        notes.add(
            "colonne_sans_nom",
            f"un nom en tête de la colonne {i + 1}, qui est remplie",
            "exporter avec une seule ligne de titres, ou nommer cette colonne ; la vider si elle ne sert à rien",
            ligne=sheet.header_row,
            lu=" | ".join(shown(name) for name in sheet.header[max(0, i - 1) : i + 2]),
        )
    for name in dict.fromkeys(sheet.header):
        same = [i for i, other in enumerate(sheet.header) if name and other == name]
        about = {layout.targets.get(i) for i in same}
        if len(same) > 1 and (None in about or len(about) < len(same)) and not _left_out(layout, name):
            notes.add(
                "colonne_double",
                "une seule colonne de ce nom",
                "exporter avec les codes des questions en tête de colonne, non leurs libellés",
                ligne=sheet.header_row,
                colonne=name,
                lu=name,
            )


def _left_out(layout: Layout, name: str) -> bool:
    return is_identity(name) or is_technical(name, layout.sheet.outil)


def resolve(name: str, sheet: ExportSheet, questions: Questions, decided: Correspondance) -> Target | str | None:
    """What a header (or the question of a long row) is about: by the mapping, then by its name; a word if left out."""
    said = decided.column(sheet.source, name)
    choice = ""
    if said is None:
        # What was decided of « Q12 » holds for « Q12[SQ001] » and « groupe/Q12/choix ».
        for question, inside in pairs(name):
            said, choice = said or decided.column(sheet.source, question), inside
    if said is None:
        return questions.find(name)
    champ, modality = said
    if champ in (IGNORE, IDENTIFIER):
        return champ
    item = questions.by_champ(champ)
    if item is None or not (modality or choice):
        return None if item is None else Target(item)
    code = questions.choice(item, modality or choice)
    return None if code is None else Target(item, code)


def _identify(layout: Layout, decided: Correspondance, fixed: Mapping[tuple[str, str], str], notes: Collector) -> None:
    """The column that identifies respondents: that of the former imports, or a problem; chosen where there were none."""
    sheet, form = layout.sheet, layout.questions.form.nom
    layout.numbers = sheet.outil
    chosen = _identifier(sheet, decided)
    former = {tool: name for (nom, tool), name in fixed.items() if nom == form}
    for tool in dict.fromkeys([sheet.outil, *former]):
        same = [i for i, name in enumerate(sheet.header) if tool in former and bare(name) == bare(former[tool])]
        if same and all(cells[same[0]] for _, cells in sheet.rows):
            layout.who, layout.numbers = same[0], tool
            if chosen is None or chosen == same[0] or not _was_named(sheet, decided):
                return
            break
    else:
        if sheet.outil not in former and (not former or sheet.outil != _NO_TOOL):
            layout.who = chosen
            return
    layout.who = None
    names = ", ".join(quoted(name) for name in dict.fromkeys(former.values()))
    notes.add(
        "identifiant_change",
        f"la colonne qui désigne les répondants depuis le premier import de cette campagne ({names}), remplie à chaque ligne : "
        "désignées autrement, les mêmes personnes seraient comptées deux fois",
        "exporter de nouveau avec cette colonne ; pour en changer, retirer du dossier les tables des répondants et le fichier "
        "« .pseudonymes », puis importer de nouveau tous les exports",
        ligne=sheet.header_row,
        lu="" if chosen is None else sheet.header[chosen],
    )


def _was_named(sheet: ExportSheet, decided: Correspondance) -> bool:
    return any((decided.column(sheet.source, name) or ("",))[0] == IDENTIFIER for name in sheet.header)


def _identifier(sheet: ExportSheet, decided: Correspondance) -> int | None:
    """The column that identifies respondents: the one that a person named, else the steadiest that is always filled."""
    named = [i for i, name in enumerate(sheet.header) if (decided.column(sheet.source, name) or ("",))[0] == IDENTIFIER]
    if named:
        return named[0]
    for name in identifiers(sheet.header):
        i = sheet.header.index(name)
        if sheet.rows and all(cells[i] for _, cells in sheet.rows):
            return i
    return None
