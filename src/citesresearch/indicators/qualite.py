"""Quality of the data: answers that are missing, answers that contradict others, informants of a same Cité who disagree.

What comes from the survey of actors is computed for the network alone. A unanimous result about colleagues would tell
each of them what the others said: it is withheld, like a result on too few Cités.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..codebook import Field, Table, Vocabulary
from ..data.dataset import Dataset
from ..stats.intervals import proportion_interval
from .indicator import Indicator, indicator
from .mesures import Numbers, Row, closed_rows, number_rows
from .perimetres import Bools, Ints
from .questions import asked_of, closed_question, frame_of, sides_of, texts, units_of

_RETURNS = "Les retours des Cités"
_SURVEY = "L’enquête auprès des acteurs"
_NATIONAL: Row = {"perimetre_type": "national", "unite": "pourcentage"}

# -- missing answers ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _AskedQuestion:
    """A question put to U units: whose Cité each is (`place`), whether it was asked, whether it answered."""

    code: str
    place: Ints
    asked: Bools
    answered: Bools
    of_lines: bool = False

    @property
    def missing(self) -> Bools:
        silent: Bools = self.asked & ~self.answered
        return silent


@indicator(
    libelle="Réponses manquantes des retours",
    definition="Pour chaque question des retours, part de ceux à qui elle est posée et qui n’y répondent pas.",
    formule="réponses vides rapportées aux questions posées ; « ne sait pas » et « non concerné » sont des réponses ; une table de choix ou de lignes manque quand la Cité n’y a aucune ligne",
    base="les retours à qui la question est posée ; pour une question sur les lignes d’une table, ces lignes",
    unite="pourcentage",
    source=_RETURNS,
    secret="officiel",
)
def reponses_manquantes_retours(dataset: Dataset) -> pd.DataFrame:
    key = units_of(dataset, "retours").key
    return frame_of([_missing_row(question) | key for question in _questions_of_returns(dataset)])


@indicator(
    libelle="Réponses manquantes de l’enquête auprès des acteurs",
    definition="Pour chaque question de l’enquête, part des répondants qui n’y répondent pas, dans tout le réseau.",
    formule="réponses vides rapportées aux répondants ; « ne sait pas » est une réponse ; une liste de choix manque quand le répondant n’y a rien choisi",
    base="les répondants de l’enquête auprès des acteurs",
    unite="pourcentage",
    source=_SURVEY,
    secret="personnes",
)
def reponses_manquantes_acteurs(dataset: Dataset) -> pd.DataFrame:
    key = units_of(dataset, "repondants").key
    return frame_of([_missing_row(question) | key for question in _questions_of_persons(dataset)])


@indicator(
    libelle="Réponses manquantes d’une Cité",
    definition="Part des questions de son retour qu’une Cité laisse sans réponse ; moyenne, médiane et extrêmes du réseau et de ses groupes.",
    formule="questions posées sans réponse rapportées aux questions posées à la Cité ; les lignes des tables ne comptent pas, une table vide compte pour une question",
    base="les Cités qui ont remis un retour ; pour une Cité, les questions qui lui sont posées",
    unite="pourcentage",
    source=_RETURNS,
    secret="officiel",
    forme="nombre",
)
def reponses_manquantes_cite(dataset: Dataset) -> pd.DataFrame:
    units = units_of(dataset, "retours")
    if units.frame.empty:
        return frame_of([])
    questions = [question for question in _questions_of_returns(dataset) if not question.of_lines]
    asked: Ints = np.sum([question.asked for question in questions], axis=0)
    missing: Ints = np.sum([question.missing for question in questions], axis=0)
    share = np.full(len(asked), np.nan)
    np.divide(100.0 * missing, asked, out=share, where=asked > 0)
    everyone = np.ones(len(asked), dtype=bool)
    rows = number_rows(Numbers(units.place, share, everyone, ~everyone), units.perimeters, units.key, "pourcentage")
    counts = dict(zip(units.ids, zip(missing.tolist(), asked.tolist(), strict=True), strict=True))
    for row in rows:
        if row["perimetre_type"] == "cite" and row["perimetre_id"] in counts:
            row["n"], row["base"] = counts[str(row["perimetre_id"])]
            row["manquants"] = row["n"]
    return frame_of([row for row in rows if row["modalite"] != "total"])


def _missing_row(question: _AskedQuestion) -> Row:
    asked, missing = int(question.asked.sum()), int(question.missing.sum())
    counted: Row = {"modalite": question.code, "n": missing, "base": asked, "manquants": missing}
    return _NATIONAL | counted | ({"valeur": 100 * missing / asked} if asked else {"statut": "nd"})


def _questions_of_returns(dataset: Dataset) -> Iterator[_AskedQuestion]:
    """Every question of the returns: their columns, their tables (one line at least), the columns of those lines."""
    units = units_of(dataset, "retours")
    if units.frame.empty:
        return
    for table in dataset.codebook.tables.values():
        if table.name == units.table.name:
            for field in _asked_fields(table):
                asked, _ = asked_of(field, table, units.frame, units)
                answered = _filled(units.frame, field)
                yield _AskedQuestion(f"{table.name}.{field.name}", units.place, asked | answered, answered)
        elif table.descriptor.get("parent") == units.table.name and table.filled_in:
            lines = dataset[table.name]
            unit = units.of(lines)
            listed = next((f for f in table.fields if f.extra.get("choix_multiple")), None)
            asked = np.ones(len(units.ids), dtype=bool)
            if listed is not None:
                asked, _ = asked_of(listed, table, units.frame, units)
            there = np.isin(np.arange(len(units.ids)), unit)
            yield _AskedQuestion(table.name, units.place, asked | there, there)
            for field in _asked_fields(table):
                asked, _ = asked_of(field, table, lines, units, unit)
                spared = field.extra.get("requis_sauf")
                if spared:
                    given = np.array(texts(lines, table[spared["champ"]]), dtype=object)
                    asked = asked & ~np.isin(given, spared["valeurs"])
                answered = _filled(lines, field)
                place = units.place[unit]
                yield _AskedQuestion(f"{table.name}.{field.name}", place, asked | answered, answered, of_lines=True)


def _questions_of_persons(dataset: Dataset) -> Iterator[_AskedQuestion]:
    """Every question of the survey of actors: those of a list of questions, and each kind of choices."""
    units = units_of(dataset, "repondants")
    if units.frame.empty:
        return
    everyone = np.ones(len(units.ids), dtype=bool)
    for table in dataset.codebook.tables.values():
        if table.descriptor.get("parent") != units.table.name or not table.filled_in:
            continue
        lines = dataset[table.name]
        for column, value in _kinds(table):
            mine = lines if column is None else lines[lines[column.name] == value]
            answers = [f for f in table.fields if "echelle_par" in f.extra or f.extra.get("choix_multiple")]
            told = mine[_filled(mine, answers[0])] if answers else mine
            answered = np.isin(np.arange(len(units.ids)), units.of(told))
            code = f"{table.name}.{value}" if column is not None else table.name
            yield _AskedQuestion(code, units.place, everyone, answered)


def _kinds(table: Table) -> list[tuple[Field | None, str]]:
    """The questions that a table of persons holds: the values of the column that tells them apart."""
    for field in table.fields:
        by = str(field.extra.get("echelle_par") or next(iter(field.extra.get("planche_par", {})), ""))
        listed = table[by].vocabulary if by else None
        if listed is not None:
            split = field.extra.get("planche_par", {}).get(by)
            return [(table[by], m.code) for m in listed.modalites if split is None or m.code in split]
    return [(None, "")]


def _asked_fields(table: Table) -> list[Field]:
    """The columns that are questions: those with an exhibit, but what names the line."""
    return [f for f in table.fields if "planche" in f.extra and f.name not in table.primary_key]


def _filled(frame: pd.DataFrame, field: Field) -> Bools:
    if field.name not in frame:
        return np.zeros(len(frame), dtype=bool)
    known: Bools = frame[field.name].notna().to_numpy(dtype=bool)
    return known


# -- contradictions ----------------------------------------------------------------------------------------------------


class _Returns:
    """The returns of a campagne, read by column and by table, one cell a return."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset, self.units = dataset, units_of(dataset, "retours")

    def said(self, column: str) -> npt.NDArray[Any]:
        """The answers as codes, "" where there is none."""
        return np.array(texts(self.units.frame, self.units.table[column]), dtype=object)

    def yes(self, column: str) -> Bools:
        return np.asarray(self.said(column) == "oui", dtype=bool)

    def no(self, column: str) -> Bools:
        return np.asarray(self.said(column) == "non", dtype=bool)

    def judged(self, column: str) -> Bools:
        """Where the answer is on the list, not outside it."""
        vocabulary = self.units.table[column].vocabulary
        inside = [m.code for m in vocabulary.modalites] if vocabulary else []
        return np.isin(self.said(column), inside)

    def given(self, *columns: str) -> Bools:
        """Where at least one of these columns has an answer."""
        found: Bools = np.any([self.said(column) != "" for column in columns], axis=0)
        return found

    def number(self, column: str) -> npt.NDArray[np.float64]:
        if column not in self.units.frame:
            return np.full(len(self.units.ids), np.nan)
        return self.units.frame[column].to_numpy(dtype="float64")

    def lines(self, table: str) -> pd.DataFrame:
        return self.dataset[table]

    def among(self, lines: pd.DataFrame) -> Bools:
        """Where the Cité has one of these lines at least."""
        return np.asarray(self.units.ids.isin(lines["id_cde"]), dtype=bool)

    def body(self, name: str) -> pd.DataFrame:
        lines = self.lines("instances")
        return lines[lines["instance"] == name]


_Verify = Callable[[_Returns], tuple[Bools, Bools]]


def _coherence(
    libelle: str, definition: str, base: str, champs: tuple[str, ...], source: str = _RETURNS
) -> Callable[[_Verify], Indicator]:
    """Make a check an indicator: `verify` gives the returns that it can be made on, and those that fail it."""

    def declare(verify: _Verify) -> Indicator:
        def compute(dataset: Dataset) -> pd.DataFrame:
            returns = _Returns(dataset)
            units = returns.units
            if units.frame.empty:
                return frame_of([])
            verifiable, contrary = verify(returns)
            given = [
                ("oui" if bad else "non") if known else "" for known, bad in zip(verifiable, contrary, strict=True)
            ]
            nobody = np.zeros(len(given), dtype=bool)
            question = closed_question(given, ("oui", "non"), (), units.place, nobody, nobody)
            rows = closed_rows(question, units.perimeters, units.key, "own")
            # A Cité has a row where there is something to check again with it, and then only.
            return frame_of(
                [
                    row
                    for row in rows
                    if row["perimetre_type"] == "national"
                    or (row["perimetre_type"] == "cite" and row["modalite"] == "oui")
                ]
            )

        return Indicator(
            verify.__name__,
            "qualite",
            libelle,
            definition,
            "Cités dont les réponses se contredisent, rapportées à celles où la vérification est possible",
            base,
            "pourcentage",
            source,
            "officiel",
            compute,
            forme="oui_non",
            champs=champs,
        )

    return declare


@_coherence(
    "Poste décrit sans coordonnateur",
    "Le retour dit qu’il n’y a pas de coordonnateur, et donne pourtant un temps de travail, un financement, une structure porteuse ou des missions.",
    "les retours qui disent ne pas avoir de coordonnateur",
    ("retours.coordonnateur", "retours.coordonnateur_etp", "retours.structure_porteuse"),
)
def coherence_coordonnateur_absent(returns: _Returns) -> tuple[Bools, Bools]:
    named = returns.among(returns.lines("missions_coordonnateur"))
    return returns.no("coordonnateur"), returns.given(*_POST, "coordonnateur_en_poste") | named


@_coherence(
    "Coordonnateur sans poste décrit",
    "Le retour dit qu’il y a un coordonnateur, sans temps de travail, ni financement, ni structure porteuse, ni mission.",
    "les retours qui disent avoir un coordonnateur",
    ("retours.coordonnateur", "retours.coordonnateur_etp", "retours.structure_porteuse"),
)
def coherence_coordonnateur_muet(returns: _Returns) -> tuple[Bools, Bools]:
    named = returns.among(returns.lines("missions_coordonnateur"))
    return returns.yes("coordonnateur"), ~(returns.given(*_POST) | named)


@_coherence(
    "Cohorte décrite sans cohorte",
    "Le retour dit qu’aucune cohorte n’est installée, et donne pourtant un nombre de personnes suivies ou des apports.",
    "les retours qui disent ne pas avoir de cohorte",
    ("retours.cohorte_installee", "retours.cohorte_personnes", "apports_cohorte.apport"),
)
def coherence_cohorte_absente(returns: _Returns) -> tuple[Bools, Bools]:
    followed = returns.number("cohorte_personnes") > 0
    return returns.no("cohorte_installee"), followed | returns.among(returns.lines("apports_cohorte"))


@_coherence(
    "Cohorte sans personne",
    "Le retour dit qu’une cohorte est installée, et qu’elle suit zéro personne.",
    "les retours qui disent avoir une cohorte et en donnent la taille",
    ("retours.cohorte_installee", "retours.cohorte_personnes"),
)
def coherence_cohorte_vide(returns: _Returns) -> tuple[Bools, Bools]:
    size = returns.number("cohorte_personnes")
    return returns.yes("cohorte_installee") & np.isfinite(size), size == 0


@_coherence(
    "Publics cités sans public cible",
    "Le retour dit qu’aucun public cible n’est identifié, et en cite pourtant.",
    "les retours qui disent ne pas avoir identifié de public cible",
    ("retours.public_cible_identifie", "publics_cibles.public"),
)
def coherence_public_cible(returns: _Returns) -> tuple[Bools, Bools]:
    return returns.no("public_cible_identifie"), returns.among(returns.lines("publics_cibles"))


@_coherence(
    "COPIL décrit sans COPIL",
    "Le retour dit qu’il n’y a pas de comité de pilotage, et en donne pourtant la composition, la présidence, le rythme ou une appréciation.",
    "les retours qui disent ne pas avoir de comité de pilotage",
    ("retours.copil", "instances.acteur"),
)
def coherence_copil_absent(returns: _Returns) -> tuple[Bools, Bools]:
    judged = returns.judged("frequence_copil") | returns.judged("satisfaction_copil")
    return returns.no("copil"), returns.among(returns.body("copil")) | returns.given("copil_presidence") | judged


@_coherence(
    "COPIL sans composition",
    "Le retour dit qu’un comité de pilotage existe, sans dire qui y siège.",
    "les retours qui disent avoir un comité de pilotage",
    ("retours.copil", "instances.acteur"),
)
def coherence_copil_muet(returns: _Returns) -> tuple[Bools, Bools]:
    return returns.yes("copil"), ~returns.among(returns.body("copil"))


@_coherence(
    "COTECH décrit sans COTECH",
    "Le retour dit qu’il n’y a pas de comité technique, et en donne pourtant la composition, le rythme ou une appréciation.",
    "les retours qui disent ne pas avoir de comité technique",
    ("retours.cotech", "instances.acteur"),
)
def coherence_cotech_absent(returns: _Returns) -> tuple[Bools, Bools]:
    judged = returns.judged("frequence_cotech") | returns.judged("satisfaction_cotech")
    return returns.no("cotech"), returns.among(returns.body("cotech")) | judged


@_coherence(
    "COTECH sans composition",
    "Le retour dit qu’un comité technique existe, sans dire qui y siège.",
    "les retours qui disent avoir un comité technique",
    ("retours.cotech", "instances.acteur"),
)
def coherence_cotech_muet(returns: _Returns) -> tuple[Bools, Bools]:
    return returns.yes("cotech"), ~returns.among(returns.body("cotech"))


@_coherence(
    "Moins de partenaires que de membres",
    "Le retour déclare moins de partenaires que d’acteurs différents au comité de pilotage et au comité technique.",
    "les retours qui donnent un nombre de partenaires et décrivent une de ces instances",
    ("retours.nombre_partenaires", "instances.acteur"),
)
def coherence_partenaires(returns: _Returns) -> tuple[Bools, Bools]:
    seats = pd.concat([returns.body("copil"), returns.body("cotech")])
    different = seats.groupby("id_cde")["acteur"].nunique().reindex(returns.units.ids).to_numpy(dtype="float64")
    declared = returns.number("nombre_partenaires")
    return np.isfinite(declared) & np.isfinite(different), declared < different


@_coherence(
    "Axe apprécié sans action",
    "Le retour apprécie un axe où il ne déclare aucune action.",
    "les retours qui déclarent des actions et apprécient un axe au moins",
    ("actions.axe", "retours.satisfaction_axe_1", "retours.satisfaction_axe_2", "retours.satisfaction_axe_3"),
)
def coherence_axes(returns: _Returns) -> tuple[Bools, Bools]:
    lines = returns.lines("actions")
    axes = returns.dataset.codebook["actions"]["axe"].vocabulary
    listed = axes.modalites if axes else ()
    judged = np.array([returns.judged(f"satisfaction_axe_{i}") for i, _ in enumerate(listed, start=1)])
    there = np.array([returns.among(lines[lines["axe"] == axe.code]) for axe in listed])
    return returns.among(lines) & judged.any(axis=0), (judged & ~there).any(axis=0)


@_coherence(
    "Dépense avant la labellisation",
    "Le retour déclare une dépense de l’enveloppe dans une année antérieure à celle de la labellisation.",
    "les retours qui donnent une dépense au moins, et dont l’année de labellisation est connue",
    ("budget.annee", "budget.depense", "cites.annee_label"),
    "Les retours des Cités et la liste des Cités",
)
def coherence_depenses(returns: _Returns) -> tuple[Bools, Bools]:
    spent = returns.lines("budget")
    spent = spent[spent["depense"] > 0]
    cites = returns.lines("cites").set_index("id_cde")["annee_label"]
    early = spent[spent["annee"] < spent["id_cde"].map(cites).astype("float64")]
    labelled = cites.reindex(returns.units.ids).notna().to_numpy(dtype=bool)
    return returns.among(spent) & labelled, returns.among(early)


@_coherence(
    "Date d’une étape à venir",
    "Le retour date une étape du chemin de maturité postérieure à celle où la Cité dit être.",
    "les retours qui disent où en est la Cité sur le chemin de maturité",
    ("retours.maturite", "retours.date_premieres_actions", "retours.date_approfondissement"),
)
def coherence_etapes(returns: _Returns) -> tuple[Bools, Bools]:
    early = np.zeros(len(returns.units.ids), dtype=bool)
    for field in returns.units.table.fields:
        condition = field.extra.get("si") or {}
        if field.date_partielle and condition.get("champ") == "maturite":
            early |= returns.given(field.name) & ~np.isin(returns.said("maturite"), condition["valeurs"])
    return returns.given("maturite"), early


@_coherence(
    "Copilote absent du COPIL",
    "Un document public nomme un copilote de l’État, des collectivités ou du service public de l’emploi, et aucun acteur de ce côté ne siège au comité de pilotage que décrit le retour.",
    "les Cités dont un document nomme un copilote et dont le retour décrit le comité de pilotage",
    ("copilotes.cote", "instances.acteur"),
    "Les documents publics et les retours des Cités",
)
def coherence_copilotes(returns: _Returns) -> tuple[Bools, Bools]:
    named = returns.lines("copilotes")
    named = named[(named["role"] == "copilote") & named["cote"].notna()]
    seats = returns.body("copil")
    actors = returns.dataset.codebook["instances"]["acteur"].vocabulary
    side = {m.code: m.attributes.get("cote") for m in actors.modalites} if actors else {}
    seated = set(zip(seats["id_cde"], seats["acteur"].map(side), strict=True))
    absent = [key not in seated for key in zip(named["id_cde"], named["cote"], strict=True)]
    return returns.among(named) & returns.among(seats), returns.among(named[np.array(absent, dtype=bool)])


_POST = ("coordonnateur_etp", "coordonnateur_financement", "structure_porteuse")
COHERENCES = (
    coherence_coordonnateur_absent,
    coherence_coordonnateur_muet,
    coherence_cohorte_absente,
    coherence_cohorte_vide,
    coherence_public_cible,
    coherence_copil_absent,
    coherence_copil_muet,
    coherence_cotech_absent,
    coherence_cotech_muet,
    coherence_partenaires,
    coherence_axes,
    coherence_depenses,
    coherence_etapes,
    coherence_copilotes,
)

# -- disagreements -----------------------------------------------------------------------------------------------------

TOO_FEW = "trop peu de Cités"
UNANIMOUS = "résultat unanime : chacun saurait ce que l’autre a répondu"


@dataclass(frozen=True)
class _Sides:
    """Of each Cité (C), how many informants answered favourably and unfavourably; other answers are in neither."""

    code: str
    good: Ints
    bad: Ints

    @property
    def several(self) -> Bools:
        """The Cités where two informants at least took a side."""
        found: Bools = self.good + self.bad >= 2
        return found

    def secret(self, threshold: int) -> str:
        """Why nothing may be said of this question, "" when something may."""
        cites, split = int(self.several.sum()), int((self.good * self.bad > 0).sum())
        return TOO_FEW if cites < threshold else UNANIMOUS if split in (0, cites) else ""


@indicator(
    libelle="Cités dont les informants sont en désaccord",
    definition="Pour chaque question de perception, part des Cités où deux informants au moins ont des avis opposés, l’un favorable, l’autre défavorable.",
    formule="Cités avec un avis favorable et un avis défavorable, rapportées aux Cités d’au moins deux avis ; un résultat unanime n’est pas publié",
    base="les Cités où deux informants au moins donnent un avis favorable ou défavorable",
    unite="pourcentage",
    source=_SURVEY,
    secret="personnes",
    forme="oui_non",
    champs=("reponses.question",),
)
def desaccord_cites(dataset: Dataset) -> pd.DataFrame:
    def row(sides: _Sides) -> Row:
        cites, split = int(sides.several.sum()), int((sides.good * sides.bad > 0).sum())
        general = proportion_interval(split, cites)
        return _share(split, cites) | {"general_bas": 100 * general.low, "general_haut": 100 * general.high}

    return _disagreement(dataset, row)


@indicator(
    libelle="Paires d’informants d’une même Cité en désaccord",
    definition="Pour chaque question de perception, part des paires d’informants d’une même Cité dont les avis sont opposés.",
    formule="paires d’un avis favorable et d’un avis défavorable, rapportées aux paires d’avis d’une même Cité ; une Cité de quatre informants compte six paires ; un résultat unanime n’est pas publié",
    base="les paires d’avis favorables ou défavorables d’une même Cité",
    unite="pourcentage",
    source=_SURVEY,
    secret="personnes",
    forme="oui_non",
    champs=("reponses.question",),
)
def desaccord_paires(dataset: Dataset) -> pd.DataFrame:
    def row(sides: _Sides) -> Row:
        return _share(int((sides.good * sides.bad).sum()), int(_pairs(sides.good + sides.bad).sum()))

    return _disagreement(dataset, row)


@indicator(
    libelle="Paires d’informants de Cités différentes en désaccord",
    definition="Pour chaque question de perception, part des paires d’informants de deux Cités différentes dont les avis sont opposés : le repère de la part entre informants d’une même Cité.",
    formule="paires d’un avis favorable et d’un avis défavorable, rapportées aux paires d’avis de deux Cités différentes",
    base="les paires d’avis favorables ou défavorables de deux Cités différentes",
    unite="pourcentage",
    source=_SURVEY,
    secret="personnes",
    forme="oui_non",
    champs=("reponses.question",),
)
def desaccord_entre_cites(dataset: Dataset) -> pd.DataFrame:
    # Withheld with the others: from it and the answers of the network, those within a same Cité would be deduced.
    def row(sides: _Sides) -> Row:
        good, bad = int(sides.good.sum()), int(sides.bad.sum())
        within = int(_pairs(sides.good + sides.bad).sum())
        opposed = good * bad - int((sides.good * sides.bad).sum())
        return _share(opposed, (good + bad) * (good + bad - 1) // 2 - within)

    return _disagreement(dataset, row)


@indicator(
    libelle="Acteurs d’un autre avis que le retour de leur Cité",
    definition="Pour chaque question posée aux Cités et aux acteurs, part des acteurs dont l’avis est opposé à celui du retour de leur Cité.",
    formule="acteurs d’un avis opposé, rapportés aux acteurs dont l’avis et celui du retour sont favorables ou défavorables ; un résultat unanime n’est pas publié",
    base="les répondants qui donnent un avis, dans les Cités dont le retour en donne un",
    unite="pourcentage",
    source="L’enquête auprès des acteurs et les retours des Cités",
    secret="personnes",
    forme="oui_non",
    champs=("reponses.question",),
)
def ecart_retour_acteurs(dataset: Dataset) -> pd.DataFrame:
    people, returns = units_of(dataset, "repondants"), units_of(dataset, "retours")
    rows: list[Row] = []
    for sides, scale in _sides(dataset):
        if returns.frame.empty or sides.code not in returns.table.columns:
            continue
        field = returns.table[sides.code]
        if field.vocabulary is None or field.vocabulary.id != scale.id:
            continue
        favourable, unfavourable = sides_of(scale)
        said = np.full(len(people.perimeters.cites), "", dtype=object)
        said[returns.place] = texts(returns.frame, field)
        opposed = np.where(np.isin(said, favourable), sides.bad, np.where(np.isin(said, unfavourable), sides.good, 0))
        judged = np.where(np.isin(said, [*favourable, *unfavourable]), sides.good + sides.bad, 0)
        n, base, cites = int(opposed.sum()), int(judged.sum()), int((judged > 0).sum())
        secret = TOO_FEW if cites < _threshold(dataset) else UNANIMOUS if n in (0, base) else ""
        rows.append(_NATIONAL | people.key | {"modalite": sides.code} | (_withheld(secret) or _share(n, base)))
    return frame_of(rows)


INDICATORS: tuple[Indicator, ...] = (
    reponses_manquantes_retours,
    reponses_manquantes_acteurs,
    reponses_manquantes_cite,
    *COHERENCES,
    ecart_retour_acteurs,
    desaccord_cites,
    desaccord_paires,
    desaccord_entre_cites,
)


def _disagreement(dataset: Dataset, row: Callable[[_Sides], Row]) -> pd.DataFrame:
    """One row a question of the survey, withheld where it would speak of persons."""
    key = units_of(dataset, "repondants").key
    return frame_of(
        [
            _NATIONAL | key | {"modalite": sides.code} | (_withheld(sides.secret(_threshold(dataset))) or row(sides))
            for sides, _ in _sides(dataset)
        ]
    )


def _sides(dataset: Dataset) -> Iterator[tuple[_Sides, Vocabulary]]:
    """The sides taken in each Cité, for each question of the survey whose scale has two sides."""
    units, table = units_of(dataset, "repondants"), dataset.codebook["reponses"]
    questions = table["question"].vocabulary
    if units.frame.empty or questions is None:
        return
    lines = dataset["reponses"]
    place = units.place[units.of(lines)]
    answers, asked = np.array(texts(lines, table["modalite"]), dtype=object), lines["question"].to_numpy()
    for question in questions.modalites:
        scale = dataset.codebook.vocabulary(question.attributes["echelle"])
        favourable, unfavourable = sides_of(scale)
        if not (favourable and unfavourable):
            continue
        good, bad = (
            np.bincount(
                place[(asked == question.code) & np.isin(answers, side)], minlength=len(units.perimeters.cites)
            ).astype(np.int64)
            for side in (favourable, unfavourable)
        )
        yield _Sides(question.code, good, bad), scale


def _pairs(number: Ints) -> Ints:
    """How many pairs so many persons make."""
    pairs: Ints = number * (number - 1) // 2
    return pairs


def _share(n: int, base: int) -> Row:
    return {"n": n, "base": base} | ({"valeur": 100 * n / base} if base else {"statut": "nd"})


def _withheld(secret: str) -> Row:
    return {"statut": "s", "motif": secret} if secret else {}


def _threshold(dataset: Dataset) -> int:
    return int(dataset.campagne.seuils["personnes"])
