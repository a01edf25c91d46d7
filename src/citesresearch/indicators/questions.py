"""One indicator per question, from the codebook alone: a new field with its exhibit (`planche`) needs no code.

Read here are the closed questions, dates and numbers of `retours`, of the tables whose parent is `retours` or
`repondants`, and what the themes do not already make by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from weakref import ReferenceType, ref

import numpy as np

from ..codebook import Codebook, Field, Modality, Table, Vocabulary
from .indicator import Forme, Indicator, PublishedFigure, Secret
from .mesures import Closed, Numbers, Row, closed_rows, number_rows
from .perimetres import Bools, Ints, Perimeters, perimeters_of, provenance_of

if TYPE_CHECKING:
    import pandas as pd

    from ..data.dataset import Dataset

__all__ = [
    "Units",
    "closed_question",
    "frame_of",
    "question_indicators",
    "sides_of",
    "sums_by_unit",
    "texts",
    "units_of",
]

RETURNS, PEOPLE = "retours", "repondants"
ROLE = "classe_role"
PERSONS = "personnes"
YES, NO = "oui", "non"

FORMULES: dict[Forme, str] = {
    "echelle": "part de chaque réponse dans la base ; si l’échelle a un côté favorable, part des réponses favorables et solde (part favorable moins part défavorable, en points)",
    "choix": "part de la base qui donne chaque réponse",
    "oui_non": "part de « oui » et de « non » dans la base",
    "nombre": "total, moyenne, médiane, quartiles, minimum et maximum des nombres donnés",
    "serie": "part de la base pour chaque année",
}


def question_indicators(codebook: Codebook, made: Collection[str] = ()) -> tuple[Indicator, ...]:
    """The indicators of every question with an exhibit, but those in `made` (`table.field`), in the codebook's order."""
    return tuple(
        indicator
        for table in codebook.tables.values()
        if table.name == RETURNS or _parent(table) in (RETURNS, PEOPLE)
        for field in table.fields
        if "planche" in field.extra and f"{table.name}.{field.name}" not in made
        for indicator in _of_field(codebook, table, field)
    )


# -- words ---------------------------------------------------------------------------------------------------------


def _of_field(codebook: Codebook, table: Table, field: Field) -> Iterator[Indicator]:
    asked_by = next((f for f in table.fields if f.extra.get("echelle_par") == field.name), None)
    if asked_by is not None:
        return  # this column says which question; the column of the answers makes the indicators
    if "echelle_par" in field.extra:
        yield from _questions_of(codebook, table, field)
        return
    split = field.extra.get("planche_par")
    if split:
        ((column, planches),) = split.items()
        kinds = table[column].vocabulary
        for kind, planche in planches.items():
            libelle = kinds.libelle(kind) if kinds else field.libelle
            yield _indicator(
                codebook,
                table,
                field,
                ident=f"{field.name}_{kind}",
                libelle=f"{field.libelle} : {libelle.lower()}",
                planche=planche,
                compute=_choices(table, field, kind=(column, kind)),
                forme="choix",
            )
        return
    forme = _forme(table, field)
    if forme is None:
        return
    yield _indicator(
        codebook,
        table,
        field,
        ident=field.name,
        libelle=_libelle(codebook, field.libelle, field.extra.get("batterie")),
        planche=field.extra["planche"],
        compute=_computation(table, field, forme),
        forme=forme,
    )


def _questions_of(codebook: Codebook, table: Table, field: Field) -> Iterator[Indicator]:
    """Answers of persons, one line a question: the list of questions names the scale of each."""
    column = field.extra["echelle_par"]
    listed = table[column].vocabulary
    if listed is None:
        return
    for question in listed.modalites:
        scale = codebook.vocabulary(question.attributes["echelle"])
        yield _indicator(
            codebook,
            table,
            field,
            ident=f"acteurs_{question.code}",
            libelle=_libelle(codebook, question.libelle, question.attributes.get("batterie")),
            planche=question.attributes.get("planche", field.extra["planche"]),
            compute=_answers(table, field, column, question.code, scale),
            forme="echelle",
            theme=question.attributes.get("theme"),
            texte=question.libelle,
            champs=(f"{table.name}.{column}",),
        )


def _indicator(
    codebook: Codebook,
    table: Table,
    field: Field,
    *,
    ident: str,
    libelle: str,
    planche: str,
    compute: Callable[[Dataset], pd.DataFrame],
    forme: Forme,
    theme: str | None = None,
    texte: str | None = None,
    champs: tuple[str, ...] = (),
) -> Indicator:
    question = field.extra.get("question") or {}
    said = texte or question.get("texte")
    definition = f"Réponses à la question « {said} »." if said else (field.description or field.libelle)
    exhibits = codebook.vocabularies.get("planche@1")
    base = exhibits[planche].attributes.get("base", "") if exhibits and planche in exhibits.codes else ""
    return Indicator(
        ident,
        theme or field.extra.get("theme", table.name),
        libelle,
        definition,
        FORMULES[forme],
        base or f"{table.ligne} où la question a une réponse",
        field.extra.get("unite", "") if forme == "nombre" else "pourcentage",
        table.title,
        cast(Secret, table.source_secret),
        compute,
        planche,
        forme,
        (f"{table.name}.{field.name}", *champs),
        _published(field, forme),
    )


def _libelle(codebook: Codebook, libelle: str, batterie: str | None) -> str:
    """An item of a battery is said with the words that its siblings share."""
    named = codebook.vocabularies.get("batterie@1")
    if batterie is None or named is None or batterie not in named.codes:
        return libelle
    return f"{named.libelle(batterie)} : {libelle}"


def _published(field: Field, forme: Forme) -> tuple[PublishedFigure, ...]:
    code = field.extra.get("chiffre_publie")
    if code is None:
        return ()
    if forme == "nombre":
        return (PublishedFigure(code, None),)
    modalite = field.extra.get("modalite_publiee")
    if modalite is None and forme == "oui_non":
        modalite = YES
    if modalite is None and all(sides_of(field.vocabulary)):
        modalite = "favorable"
    return () if modalite is None else (PublishedFigure(code, modalite),)


def _forme(table: Table, field: Field) -> Forme | None:
    """The shape of a field's rows; None for a text that no list closes."""
    if field.type == "boolean":
        return "oui_non"
    if field.type in ("integer", "number"):
        return "nombre" if table.name == RETURNS else None
    if field.date_partielle:
        return "serie" if table.name == RETURNS else None
    if field.vocabulary is None:
        return None
    return "echelle" if _is_scale(table, field) else "choix"


def _is_scale(table: Table, field: Field) -> bool:
    described = [raw for raw in table.descriptor["schema"]["fields"] if raw["name"] == field.name]
    return any(raw.get("echelle") for raw in described) or bool(sides_of(field.vocabulary)[0])


def _parent(table: Table) -> str:
    return str(table.descriptor.get("parent", ""))


def sides_of(vocabulary: Vocabulary | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The favourable and the unfavourable answers; what is neither is neutral."""
    listed = vocabulary.modalites if vocabulary else ()
    return (
        tuple(m.code for m in listed if m.favorable is True),
        tuple(m.code for m in listed if m.favorable is False),
    )


# -- units ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Units:
    """Who answers: the Cités by their returns, or the respondents of the survey of actors."""

    table: Table
    frame: pd.DataFrame
    ids: pd.Index[str]
    place: Any
    perimeters: Perimeters
    key: Row

    def of(self, lines: pd.DataFrame) -> Ints:
        """The unit (its position) of each line of a table of theirs."""
        found: Ints = self.ids.get_indexer(lines[self.table.primary_key[0]].array).astype(np.int64)
        return found

    @property
    def persons(self) -> bool:
        return self.table.source_secret == PERSONS


# The units of the dataset in hand: a hundred indicators ask for the same ones.
_recent: list[tuple[ReferenceType[Dataset], dict[str, Units]]] = []


def units_of(dataset: Dataset, table: str) -> Units:
    """The units of `retours`, of `repondants` or of `cites`, with where each belongs."""
    import pandas as pd

    if not _recent or _recent[0][0]() is not dataset:
        _recent[:] = [(ref(dataset), {})]
    known = _recent[0][1]
    if table not in known:
        described, frame = dataset.codebook[table], dataset[table]
        perimeters = next(iter(known.values())).perimeters if known else perimeters_of(dataset)
        ids = pd.Index(frame[described.primary_key[0]])
        places = perimeters.places(frame["id_cde"])
        known[table] = Units(described, frame, ids, places, perimeters, provenance_of(dataset, table).key())
    return known[table]


def texts(frame: pd.DataFrame, field: Field) -> list[str]:
    """The answers of a column as codes, "" where there is none; a yes-or-no is « oui » or « non »."""
    if field.name not in frame:
        return [""] * len(frame)
    column = frame[field.name]
    known = column.notna()
    if field.type == "boolean":
        return [(YES if value else NO) if there else "" for value, there in zip(column, known, strict=True)]
    return [str(value) if there else "" for value, there in zip(column, known, strict=True)]


def asked_of(field: Field, table: Table, frame: pd.DataFrame, units: Units, unit: Any = None) -> tuple[Bools, Bools]:
    """Whether the question is asked of each row of `frame`, and where one cannot know (`si`).

    `unit` is the unit of each row, where the rows are not the units themselves.
    """
    condition = field.extra.get("si")
    if not condition:
        return np.ones(len(frame), dtype=bool), np.zeros(len(frame), dtype=bool)
    if condition.get("table", table.name) == table.name:
        given = np.array(texts(frame, table[condition["champ"]]), dtype=object)
    else:
        given = np.array(texts(units.frame, units.table[condition["champ"]]), dtype=object)
        given = given if unit is None else given[unit]
    return np.isin(given, condition["valeurs"]), given == ""


# -- computations ----------------------------------------------------------------------------------------------------


def closed_question(
    given: list[str],
    modalites: tuple[str, ...],
    outside: tuple[str, ...],
    place: Any,
    asked: Bools,
    unknown: Bools,
    sides: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    weights: Any = None,
    own: tuple[str, ...] = (),
) -> Closed:
    """A question with one answer a unit (code, "" for none), weighted where `weights` are given."""
    at = {code: i for i, code in enumerate((*modalites, *outside))}
    chosen = np.zeros((len(given), len(at)))
    for unit, code in enumerate(given):
        if code:
            chosen[unit, at[code]] = 1.0 if weights is None else weights[unit]
    # What is answered was asked, whatever the filter says.
    asked = asked | chosen.any(axis=1)
    return Closed(
        modalites,
        outside,
        place,
        chosen,
        np.repeat(asked[:, None], max(1, len(modalites)), axis=1),
        unknown & ~asked,
        favourable=sides[0],
        unfavourable=sides[1],
        own=own,
    )


def sums_by_unit(units: Units, lines: pd.DataFrame, column: str) -> Any:
    """The sum of a column over the lines of each unit; NaN where none of its lines has a number."""
    sums = lines.groupby(units.table.primary_key[0])[column].sum(min_count=1)
    return sums.reindex(units.ids).to_numpy(dtype="float64")


def frame_of(rows: list[Row]) -> pd.DataFrame:
    """Rows of estimates as a table; empty where there is none."""
    import pandas as pd

    # No guess at types here: a hundred small tables are put end to end and typed once.
    return pd.DataFrame(rows, dtype=object)


def _rows_of(question: Closed, units: Units, own: bool = True) -> list[Row]:
    """The rows of a question; what persons answered is crossed with their role at the level of the network."""
    if not units.persons:
        return closed_rows(question, units.perimeters, units.key, "own" if own else "share")
    rows = closed_rows(question, units.perimeters, units.key, "secret")
    role = next((f for f in units.table.fields if f.name == ROLE), None)
    if role is None or role.vocabulary is None:
        return rows
    network = Perimeters(units.perimeters.cites, units.perimeters.keys[:1], units.perimeters.members[:1])
    roles = np.array(texts(units.frame, role), dtype=object)
    for code in (m.code for m in role.vocabulary.modalites):
        of_role = roles == code
        if of_role.any():
            crossing = units.key | {"croisement": ROLE, "croisement_modalite": code}
            crossed = closed_rows(question.among(of_role), network, crossing, "secret")
            rows += [row for row in crossed if row["perimetre_type"] != "cite"]
    return rows


def _computation(table: Table, field: Field, forme: Forme) -> Callable[[Dataset], pd.DataFrame]:
    if table.name == RETURNS:
        return _numbers(table, field) if forme == "nombre" else _single(table, field, forme)
    if field.extra.get("choix_multiple"):
        return _choices(table, field)
    return _lines(table, field)


def _listed(field: Field) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if field.type == "boolean":
        return (YES, NO), ()
    if field.vocabulary is None:
        raise ValueError(f"the field {field.name} has no list of answers")
    return tuple(m.code for m in field.vocabulary.modalites), tuple(m.code for m in field.vocabulary.hors_echelle)


def _single(table: Table, field: Field, forme: Forme) -> Callable[[Dataset], pd.DataFrame]:
    def compute(dataset: Dataset) -> pd.DataFrame:
        units = units_of(dataset, table.name)
        if units.frame.empty:
            return frame_of([])
        given = texts(units.frame, field)
        asked, unknown = asked_of(field, table, units.frame, units)
        if forme == "serie":
            whole, given = tuple(given), [date[:4] for date in given]
            years = sorted({int(year) for year in given if year})
            listed = tuple(str(year) for year in range(years[0], years[-1] + 1)) if years else ()
            question = closed_question(given, listed, (), units.place, asked, unknown, own=whole)
        else:
            listed, outside = _listed(field)
            question = closed_question(given, listed, outside, units.place, asked, unknown, sides_of(field.vocabulary))
        return frame_of(_rows_of(question, units))

    return compute


def _numbers(table: Table, field: Field) -> Callable[[Dataset], pd.DataFrame]:
    def compute(dataset: Dataset) -> pd.DataFrame:
        units = units_of(dataset, table.name)
        if units.frame.empty or field.name not in units.frame:
            return frame_of([])
        asked, unknown = asked_of(field, table, units.frame, units)
        values = units.frame[field.name].to_numpy(dtype="float64")
        asked = asked | np.isfinite(values)
        numbers = Numbers(units.place, values, asked, unknown & ~asked)
        return frame_of(number_rows(numbers, units.perimeters, units.key, field.extra.get("unite", "")))

    return compute


def _choices(table: Table, field: Field, kind: tuple[str, str] | None = None) -> Callable[[Dataset], pd.DataFrame]:
    """A multiple choice: one line a choice; `kind` keeps the lines and the modalities of one value of a column."""

    def compute(dataset: Dataset) -> pd.DataFrame:
        units = units_of(dataset, _parent(table))
        if units.frame.empty or field.vocabulary is None:
            return frame_of([])
        lines = dataset[table.name]
        attribute = field.extra.get("modalites_par")

        def kept(modalities: tuple[Modality, ...]) -> tuple[Modality, ...]:
            if kind is None or attribute != kind[0]:
                return modalities
            return tuple(m for m in modalities if m.attributes.get(kind[0]) == kind[1])

        inside, outside = kept(field.vocabulary.modalites), kept(field.vocabulary.hors_echelle)
        if kind is not None:
            lines = lines[lines[kind[0]] == kind[1]]
        at = {m.code: i for i, m in enumerate((*inside, *outside))}
        chosen = np.zeros((len(units.ids), len(at)))
        unit = units.of(lines)
        for i, code in zip(unit.tolist(), texts(lines, field), strict=True):
            chosen[i, at[code]] = 1.0
        asked, unknown = asked_of(field, table, units.frame, units)
        asked = asked | chosen.any(axis=1)
        proposed = np.repeat(asked[:, None], len(inside), axis=1)
        # An answer proposed to some units only names them by a column of theirs (the role of a respondent).
        for column in (f for f in units.table.fields if f.vocabulary is not None and f.name != attribute):
            value = np.array(texts(units.frame, column), dtype=object)
            for i, modality in enumerate(inside):
                if column.name in modality.attributes:
                    proposed[:, i] &= value == modality.attributes[column.name]
        question = Closed(
            tuple(m.code for m in inside),
            tuple(m.code for m in outside),
            units.place,
            chosen,
            proposed,
            unknown & ~asked,
            multiple=True,
        )
        return frame_of(_rows_of(question, units))

    return compute


def _lines(table: Table, field: Field) -> Callable[[Dataset], pd.DataFrame]:
    """A closed question put to each line of a table: shares of the lines."""
    sibling = next((f for f in table.fields if f.extra.get("choix_multiple") and f is not field), None)

    def compute(dataset: Dataset) -> pd.DataFrame:
        units = units_of(dataset, _parent(table))
        lines = dataset[table.name]
        if lines.empty:
            return frame_of([])
        unit = units.of(lines)
        asked, unknown = asked_of(field, table, lines, units, unit)
        if sibling is not None and sibling.vocabulary is not None:
            # « Aucun » has no progress, no size: nothing is asked of that line.
            nothing = [m.code for m in sibling.vocabulary.hors_echelle]
            asked &= ~np.isin(np.array(texts(lines, sibling), dtype=object), nothing)
        listed, outside = _listed(field)
        question = closed_question(
            texts(lines, field), listed, outside, units.place[unit], asked, unknown, sides_of(field.vocabulary)
        )
        return frame_of(_rows_of(question, units, own=False))

    return compute


def _answers(
    table: Table, field: Field, column: str, question: str, scale: Vocabulary
) -> Callable[[Dataset], pd.DataFrame]:
    """One question of the survey of actors, its answers being lines of a table."""

    def compute(dataset: Dataset) -> pd.DataFrame:
        units = units_of(dataset, _parent(table))
        if units.frame.empty:
            return frame_of([])
        lines = dataset[table.name]
        lines = lines[lines[column] == question]
        given = [""] * len(units.ids)
        for i, code in zip(units.of(lines).tolist(), texts(lines, field), strict=True):
            given[i] = code
        everyone = np.ones(len(given), dtype=bool)
        closed = closed_question(
            given,
            tuple(m.code for m in scale.modalites),
            tuple(m.code for m in scale.hors_echelle),
            units.place,
            everyone,
            ~everyone,
            sides_of(scale),
        )
        return frame_of(_rows_of(closed, units))

    return compute
