"""The questionnaires that the codebook implies: which questions are asked, in which order, under which names.

A questionnaire collects one main table (`retours`, `repondants`) and the tables whose `parent` it is. XLSForm, the
printable page and the import all read it from here, so that an export comes back without a mapping. The names:

- a question of the main table bears the name of its column (`copil_presidence`); of `reponses`, the question's code;
- the choices of a child table, its name (`equipe_projet`), followed by what the other key says (`instances_copil`,
  `besoins_attente_acteurs`, `budget_annee`): a multiple choice, one row per chosen code;
- what is said of each choice, that name and the code (`cofinancements_p147`, `instances_copil_prefecture`,
  `budget_2021_coordination_parcours`): the value column of the row;
- a table with an identifier of its own is repeated (`actions`), its questions named after table and column (`actions_axe`);
- answers are the codes of the vocabularies, « oui » and « non » for yes or no.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ..errors import CitesError
from . import Codebook, Field, Modality, Table, Vocabulary

__all__ = ["Formulaire", "Item", "Relevance", "formulaire", "formulaires"]

Kind = Literal[
    "section", "batterie", "detail", "repetition", "choix", "choix_multiple", "entier", "nombre", "date", "texte"
]
GROUPS = ("section", "batterie", "detail", "repetition")
_BOOLEAN = (Modality("oui", "Oui"), Modality("non", "Non"))
# More steps of a bounded key than this are not laid out one by one.
_STEPS = 12
# « Comment jugez-vous l’implication de cet acteur : Préfecture ? »
_STEM = " : "


@dataclass(frozen=True)
class Relevance:
    """Asked only if the answer to `item` is, or contains, one of `codes`; without codes, if it has an answer."""

    item: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """One question, or a group of them (`items`).

    The answer goes to `column` of `table`, in the row whose other keys are `given`; a multiple choice makes one row
    per code. `all_rows`: each chosen code makes one row per question of the detail that follows, even left empty.
    `filter` names the question that limits the choices to those whose attribute `filter_by` is its answer.
    `court` is what distinguishes a question from those that are asked with the same words ("" where nothing does).
    `exclusive` are the codes that exclude all others; `list_id` identifies the list that the choices come from.
    """

    kind: Kind
    name: str
    label: str
    table: str = ""
    column: str = ""
    given: Mapping[str, str] = field(default_factory=dict, hash=False)
    choices: tuple[Modality, ...] = ()
    list_id: str = ""
    filter: str = ""
    filter_by: str = ""
    si: tuple[Relevance, ...] = ()
    required: bool = False
    exclusive: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""
    hint: str = ""
    all_rows: bool = False
    court: str = ""
    items: tuple[Item, ...] = ()

    def walk(self) -> Iterator[Item]:
        """This item and all that it holds, in the order of the form."""
        yield self
        for item in self.items:
            yield from item.walk()


@dataclass(frozen=True)
class Formulaire:
    """A questionnaire: its words and its items.

    `table` is its main table; `parole` declares the table of free words that it also fills (see formulaires.json),
    empty where it has none; `repris` are the columns of that table taken from answers of the main one.
    """

    nom: str
    titre: str
    presentation: str
    table: str
    donnees_personnelles: tuple[str, ...]
    parole: str
    repris: Mapping[str, str] = field(hash=False)
    items: tuple[Item, ...] = ()

    def walk(self) -> Iterator[Item]:
        """Every item, groups included, in the order of the form."""
        for item in self.items:
            yield from item.walk()

    @property
    def questions(self) -> tuple[Item, ...]:
        """Every item that has an answer."""
        return tuple(item for item in self.walk() if item.kind not in GROUPS)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that the answers fill, the main one first."""
        return tuple(dict.fromkeys([self.table, *(item.table for item in self.questions)]))

    def __getitem__(self, name: str) -> Item:
        for item in self.walk():
            if item.name == name:
                return item
        raise KeyError(f"{name!r} is not in the questionnaire {self.nom}")


def formulaires(codebook: Codebook, cites: Sequence[tuple[str, str]] = ()) -> tuple[Formulaire, ...]:
    """Every questionnaire that the codebook declares; see `formulaire`."""
    return tuple(formulaire(codebook, declared["nom"], cites) for declared in codebook.formulaires)


def formulaire(codebook: Codebook, nom: str, cites: Sequence[tuple[str, str]] = ()) -> Formulaire:
    """The questionnaire of that name. `cites` (identifier, name) become a list to choose from in place of a free text.

    Raises CitesError when it is not declared, or when two of its questions would bear the same name.
    """
    declared = next((d for d in codebook.formulaires if d["nom"] == nom), None)
    if declared is None:
        known = ", ".join(str(d["nom"]) for d in codebook.formulaires) or "aucun"
        raise CitesError(f"Le questionnaire « {nom} » n’existe pas. Questionnaires déclarés : {known}.")
    build = _Build(codebook, declared, tuple(Modality(ident, name) for ident, name in cites))
    made = Formulaire(
        nom,
        declared["titre"],
        declared.get("presentation", ""),
        declared["table"],
        tuple(declared.get("donnees_personnelles", ())),
        declared.get("parole", {}).get("table", ""),
        declared.get("parole", {}).get("repris", {}),
        tuple(build.sections()),
    )
    names = [item.name for item in made.walk()]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CitesError(f"Codebook, questionnaire « {nom} » : plusieurs questions se nommeraient {', '.join(twice)}.")
    return made


class _Build:
    """The items of one questionnaire, table after table, gathered by theme."""

    def __init__(self, codebook: Codebook, declared: Mapping[str, Any], cites: tuple[Modality, ...]) -> None:
        self.codebook, self.declared, self.cites = codebook, declared, cites
        self.main = codebook[declared["table"]]
        self.children = [
            t for t in codebook.tables.values() if t.descriptor.get("parent") == self.main.name and t.filled_in
        ]
        self.words: Mapping[str, str] = declared.get("questions", {})

    def sections(self) -> Iterator[Item]:
        """One section per theme, in the order in which the main table, then its children, first meet them."""
        themes: dict[str, list[tuple[str, Item]]] = {}
        for column in self._asked():
            item = self._single(column, self.main, column.name)
            # Who answers comes first, whatever theme their column serves.
            theme = "" if column.required else str(column.extra.get("theme", ""))
            themes.setdefault(theme, []).append((str(column.extra.get("batterie", "")), item))
        for table in self.children:
            for theme, battery, item in self._child(table):
                themes.setdefault(theme, []).append((battery, item))
        identity = [item for _, item in themes.pop("", [])]
        if identity:
            yield Item("section", "s_identification", "Pour commencer", items=tuple(identity))
        titles = self.codebook.vocabularies.get("theme_indicateur@1")
        for theme, found in themes.items():
            title = titles.libelle(theme) if titles and theme in titles.codes else theme.replace("_", " ").capitalize()
            yield Item("section", f"s_{theme}", title, items=tuple(self._batteries(theme, found)))
        if parole := self.declared.get("parole"):
            yield self._parole(parole)

    def _asked(self) -> Iterator[Field]:
        """The columns of the main table that are asked: neither its own identifier nor what the import fills in."""
        linked = {name for key in self.main.foreign_keys for name in key.fields}
        for column in self.main.fields:
            own = column.name in self.main.primary_key and column.name not in linked
            if not own and not column.tacit and column.name not in self.declared.get("non_demandes", ()):
                yield column

    def _batteries(self, theme: str, found: Iterable[tuple[str, Item]]) -> Iterator[Item]:
        """The items of a theme, those of one battery and one scale gathered where the first of them stands."""
        runs: dict[tuple[str, str], list[Item]] = {}
        for battery, item in found:
            runs.setdefault((battery, item.list_id) if battery else ("", item.name), []).append(item)
        titles = self.codebook.vocabularies.get("batterie@1")
        for (battery, _), items in runs.items():
            if not battery or len(items) == 1:
                yield from items
                continue
            title = titles.libelle(battery) if titles and battery in titles.codes else ""
            yield Item("batterie", f"b_{theme}_{battery}", title, items=tuple(_shortened(items)))

    def _single(self, column: Field, table: Table, name: str) -> Item:
        """The question of one column."""
        kind, choices, ident = _answer(column)
        if column.name == "id_cde" and self.cites:
            kind, choices, ident = "choix", self.cites, "cites"
        limits = column.constraints
        hint = column.description if kind in ("entier", "nombre") else ""
        if kind == "date":
            hint = "AAAA, AAAA-MM ou AAAA-MM-JJ (par exemple 2023-06)"
        elif column.extra.get("exemple") and kind == "texte":
            hint = f"par exemple {column.extra['exemple']}"
        return Item(
            kind,
            name,
            self._label(column, name),
            table.name,
            column.name,
            choices=choices,
            list_id=ident,
            si=self._si(column.extra.get("si"), "" if table is self.main else f"{table.name}_"),
            required=column.required,
            minimum=limits.get("minimum"),
            maximum=limits.get("maximum"),
            pattern="" if kind == "choix" else str(limits.get("pattern", "")),
            hint=hint,
        )

    def _label(self, column: Field, name: str) -> str:
        return self.words.get(name) or column.extra.get("question", {}).get("texte") or column.libelle

    def _si(self, raw: Mapping[str, Any] | None, prefix: str = "") -> tuple[Relevance, ...]:
        """The condition that the codebook declares, on a question of this questionnaire."""
        if not raw:
            return ()
        own = prefix if raw.get("table", "") != self.main.name else ""
        return (Relevance(f"{own}{raw['champ']}", tuple(raw["valeurs"])),)

    # --- child tables ---

    def _child(self, table: Table) -> Iterator[tuple[str, str, Item]]:
        """(theme, battery, item) for each question that fills a child table."""
        parent = {name for key in table.foreign_keys if key.table == self.main.name for name in key.fields}
        keys = [table[name] for name in table.primary_key if name not in parent]
        values = [column for column in table.fields if column.name not in {*table.primary_key, *parent}]
        theme = next((str(c.extra["theme"]) for c in (*keys, *values) if c.extra.get("theme")), table.name)
        last = keys[-1]
        if last.vocabulary is None:
            yield theme, "", self._repeat(table, values)
        elif len(values) == 1 and values[0].extra.get("echelle_par") == last.name:
            yield from self._questions(table, last, values[0], last.vocabulary)
        elif len(keys) == 1:
            yield from ((theme, "", item) for item in self._choices(table, last, values, table.name, {}))
        elif last.extra.get("modalites_par") == keys[0].name:
            yield from ((theme, "", item) for item in self._by_type(table, keys[0], last))
        elif last.extra.get("choix_multiple"):
            for step in _steps(keys[0], table):
                given = {keys[0].name: step.code}
                for item in self._choices(table, last, values, f"{table.name}_{step.code}", given, step):
                    yield theme, "", item
        else:
            yield from ((theme, "", item) for item in self._grid(table, keys[0], last, values))

    def _questions(self, table: Table, key: Field, value: Field, asked: Vocabulary) -> Iterator[tuple[str, str, Item]]:
        for question in asked.modalites:
            scale = self.codebook.vocabulary(question.attributes["echelle"])
            item = Item("choix", question.code, question.libelle, table.name, value.name, {key.name: question.code})
            item = replace(item, choices=(*scale.modalites, *scale.hors_echelle), list_id=scale.id)
            yield str(question.attributes.get("theme", "")), str(question.attributes.get("batterie", "")), item

    def _by_type(self, table: Table, kind: Field, key: Field) -> Iterator[Item]:
        """One multiple choice per value of the key that the others follow from."""
        assert key.vocabulary is not None
        everything = (*key.vocabulary.modalites, *key.vocabulary.hors_echelle)
        for step in _steps(kind, table):
            choices = tuple(m for m in everything if m.attributes.get(kind.name) == step.code)
            if not choices:
                continue
            # Choices that belong to one answer of the main table (a class of roles) are shown to that one alone.
            by = {name for m in choices for name in m.attributes if name in self.main.columns}
            name = f"{table.name}_{step.code}"
            item = self._multiple(table, key, name, {kind.name: step.code}, choices, step)
            if by:
                column = by.pop()
                concerned = tuple(dict.fromkeys(m.attributes[column] for m in choices if column in m.attributes))
                item = replace(item, filter=column, filter_by=column, si=(*item.si, Relevance(column, concerned)))
            yield item

    def _multiple(
        self,
        table: Table,
        key: Field,
        name: str,
        given: Mapping[str, str],
        choices: tuple[Modality, ...],
        step: Modality | None = None,
    ) -> Item:
        assert key.vocabulary is not None
        label = self.words.get(name) or self._label(key, name) + (f" {step.libelle}" if step else "")
        outside = {m.code for m in key.vocabulary.hors_echelle}
        si = self._si(key.extra.get("si")) + self._si(step.attributes.get("si") if step else None)
        return Item(
            "choix_multiple",
            name,
            label,
            table.name,
            key.name,
            given,
            choices,
            key.vocabulary.id if len(choices) == len(key.vocabulary.codes) else name,
            si=si,
            exclusive=tuple(m.code for m in choices if m.code in outside) if key.extra.get("choix_multiple") else (),
            court=step.libelle if step else "",
        )

    def _choices(
        self,
        table: Table,
        key: Field,
        values: Sequence[Field],
        name: str,
        given: Mapping[str, str],
        step: Modality | None = None,
    ) -> Iterator[Item]:
        """A multiple choice, then what is said of each chosen code."""
        assert key.vocabulary is not None
        asked = self._multiple(table, key, name, given, (*key.vocabulary.modalites, *key.vocabulary.hors_echelle), step)
        yield asked
        for value in values:
            details = []
            for choice in asked.choices:
                unless = value.extra.get("requis_sauf", {}).get("valeurs", asked.exclusive)
                if choice.code in unless:
                    continue
                made = self._value(table, key, value, values, name, {**given, key.name: choice.code}, choice)
                details.append(replace(made, si=(Relevance(name, (choice.code,)),)))
            codes = tuple(code for item in details for code in item.si[0].codes)
            label = self.words.get(f"{table.name}_{value.name}") or self._label(value, "")
            group = f"d_{name}" if len(values) == 1 else f"d_{name}_{value.name}"
            yield Item("detail", group, label, si=(Relevance(name, codes),), items=tuple(details))

    def _value(
        self,
        table: Table,
        key: Field,
        value: Field,
        values: Sequence[Field],
        name: str,
        given: Mapping[str, str],
        choice: Modality,
    ) -> Item:
        suffix = choice.code if len(values) == 1 else f"{value.name}_{choice.code}"
        made = self._single(value, table, f"{name}_{suffix}")
        required = made.required or "requis_sauf" in value.extra
        return replace(made, label=choice.libelle, given=given, required=required, si=(), hint="")

    def _grid(self, table: Table, first: Field, key: Field, values: Sequence[Field]) -> Iterator[Item]:
        """Which years (or whatever the first key says), then one value for each of the other key's codes."""
        assert key.vocabulary is not None
        name = f"{table.name}_{first.name}"
        steps = _steps(first, table)
        yield Item(
            "choix_multiple",
            name,
            self._label(first, name),
            table.name,
            first.name,
            choices=steps,
            list_id=first.vocabulary.id if first.vocabulary else name,
            all_rows=True,
        )
        for step in steps:
            items = [
                self._value(
                    table,
                    key,
                    value,
                    values,
                    f"{table.name}_{step.code}",
                    {first.name: step.code, key.name: choice.code},
                    choice,
                )
                for value in values
                for choice in (*key.vocabulary.modalites, *key.vocabulary.hors_echelle)
            ]
            words = self.words.get(f"{table.name}_{values[0].name}") or self._label(values[0], "")
            si = (Relevance(name, (step.code,)),)
            yield Item("detail", f"d_{table.name}_{step.code}", f"{step.libelle} : {words}", si=si, items=tuple(items))

    def _repeat(self, table: Table, values: Sequence[Field]) -> Item:
        """A table whose rows have an identifier of their own: as many times as needed."""
        items = []
        for column in values:
            name = f"{table.name}_{column.name}"
            item = self._single(column, table, name)
            if by := column.extra.get("modalites_par"):
                item = replace(item, filter=f"{table.name}_{by}", filter_by=by)
            items.append(item)
        return Item("repetition", table.name, table.title, table.name, items=tuple(items))

    def _parole(self, raw: Mapping[str, Any]) -> Item:
        """Free words, and, once there are some, what must be known of them (consent first of all)."""
        table = self.codebook[raw["table"]]
        items: list[Item] = []
        for name in raw["champs"]:
            item = self._single(table[name], table, f"{table.name}_{name}")
            written = (Relevance(items[0].name),) if items else ()
            items.append(replace(item, required=bool(items), si=written, hint=""))
        return Item("section", f"s_{table.name}", raw.get("titre", table.title), items=tuple(items))


def _shortened(items: Sequence[Item]) -> list[Item]:
    """The items of a battery, each with what distinguishes it as its `court` where all begin with the same words."""
    heads = {item.label.partition(_STEM)[0] for item in items}
    if len(heads) > 1 or not all(_STEM in item.label for item in items):
        return list(items)
    tails = [item.label.partition(_STEM)[2].strip(" ?\u00a0\u202f") for item in items]
    return [replace(item, court=tail) for item, tail in zip(items, tails, strict=True)]


def _answer(column: Field) -> tuple[Kind, tuple[Modality, ...], str]:
    """How a column is answered: the kind of question, its choices and the list that they come from."""
    if column.vocabulary is not None:
        return "choix", (*column.vocabulary.modalites, *column.vocabulary.hors_echelle), column.vocabulary.id
    if column.type == "boolean":
        return "choix", _BOOLEAN, "oui_non"
    if column.type == "integer":
        return "entier", (), ""
    if column.type == "number":
        return "nombre", (), ""
    return ("date" if column.date_partielle else "texte"), (), ""


def _steps(column: Field, table: Table) -> tuple[Modality, ...]:
    """The values of a key, when they can be laid out: a closed list, or whole numbers between two bounds."""
    if column.vocabulary is not None:
        return (*column.vocabulary.modalites, *column.vocabulary.hors_echelle)
    low, high = column.constraints.get("minimum"), column.constraints.get("maximum")
    if column.type != "integer" or low is None or high is None or high - low >= _STEPS:
        raise CitesError(
            f"Codebook, table « {table.name} » : le champ « {column.name} » n’a ni liste fermée ni bornes proches ; "
            "un questionnaire ne peut pas le demander."
        )
    return tuple(Modality(str(value), str(value)) for value in range(int(low), int(high) + 1))
