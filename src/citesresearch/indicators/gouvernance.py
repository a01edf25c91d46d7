"""Governance: who steers, who sits where, and what the Cités say of it along the path of maturity."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..data.dataset import Dataset
from ..governance.copilotes import SIDES, copilotes_documentes
from .indicator import Indicator, indicator
from .mesures import Closed, Row, closed_rows
from .questions import closed_question, frame_of, sides_of, texts, units_of


@indicator(
    libelle="Copilotes documentés",
    definition="Nombre de copilotes que les documents publics nomment, pour l’État, les collectivités et le service public de l’emploi.",
    formule="nombre de copilotes nommés ; au niveau national, nombre de Cités dont au moins un copilote de ce côté est nommé",
    base="les Cités dont un document nomme au moins un copilote",
    unite="copilotes",
    source="documents sur une Cité",
    secret="public",
)
def copilotes_nommes(dataset: Dataset) -> pd.DataFrame:
    named = copilotes_documentes(dataset).dropna(how="all")
    if named.empty:
        return pd.DataFrame()
    missing = len(dataset["cites"]) - len(named)
    copilotes = dataset["copilotes"].loc[lambda rows: rows["role"] == "copilote"]
    sources = copilotes.groupby("id_cde")["source"].agg(lambda s: " ".join(sorted(set(s))))
    rows = [
        {
            "modalite": side,
            "perimetre_type": "national",
            "valeur": int(named[side].gt(0).sum()),
            "unite": "cites",
            "base": len(named),
            "manquants": missing,
            "source": " ".join(sorted(set(copilotes["source"]))),
        }
        for side in SIDES
    ]
    rows += [
        {
            "modalite": side,
            "perimetre_type": "cite",
            "perimetre_id": cite,
            "valeur": count,
            "source": sources[str(cite)],
        }
        for cite, counts in named.iterrows()
        for side, count in counts.items()
    ]
    return pd.DataFrame(rows)


@indicator(
    libelle="Membres du comité de pilotage",
    definition="Part des Cités où chaque acteur siège au comité de pilotage.",
    formule="Cités où au moins un siège de l’acteur est déclaré, rapportées à la base",
    base="les Cités qui ont décrit leur comité de pilotage",
    unite="pourcentage",
    source="Les instances décrites dans les retours",
    secret="officiel",
    planche="membres_copil",
    forme="choix",
    champs=("instances.instance", "instances.acteur"),
)
def membres_copil(dataset: Dataset) -> pd.DataFrame:
    return frame_of(_members(dataset, "copil", {}))


@indicator(
    libelle="Acteurs présents dans chaque instance",
    definition="Part des Cités où chaque acteur siège au comité de pilotage, au comité technique, dans un groupe opérationnel.",
    formule="Cités où l’acteur siège dans l’instance (croisement « instance »), rapportées à celles qui l’ont décrite",
    base="les Cités qui ont décrit l’instance",
    unite="pourcentage",
    source="Les instances décrites dans les retours",
    secret="officiel",
    planche="copil_cotech",
    forme="matrice",
    champs=("instances.instance", "instances.acteur"),
)
def composition_instances(dataset: Dataset) -> pd.DataFrame:
    bodies = dataset.codebook["instances"]["instance"].vocabulary
    rows: list[Row] = []
    for body in bodies.modalites if bodies else ():
        rows += _members(dataset, body.code, {"croisement": "instance", "croisement_modalite": body.code})
    return frame_of(rows)


@indicator(
    libelle="Pilotage de la collectivité, selon la maturité",
    definition="Réponses sur le pilotage de la collectivité, pour chaque place sur le chemin de maturité. Les deux réponses viennent du même retour : une association n’est pas un effet.",
    formule="part de chaque réponse parmi les Cités de la même maturité (croisement « maturite ») ; part favorable et solde",
    base="les Cités qui ont répondu aux deux questions",
    unite="pourcentage",
    source="Les retours des Cités",
    secret="officiel",
    planche="copilotage_maturite",
    forme="matrice",
    champs=(),
)
def legitimite_collectivite_maturite(dataset: Dataset) -> pd.DataFrame:
    return _by_maturity(dataset, "legitimite_collectivite")


@indicator(
    libelle="Pilotage préfectoral, selon la maturité",
    definition="Réponses sur le pilotage préfectoral, pour chaque place sur le chemin de maturité. Les deux réponses viennent du même retour : une association n’est pas un effet.",
    formule="part de chaque réponse parmi les Cités de la même maturité (croisement « maturite ») ; part favorable et solde",
    base="les Cités qui ont répondu aux deux questions",
    unite="pourcentage",
    source="Les retours des Cités",
    secret="officiel",
    planche="copilotage_maturite",
    forme="matrice",
    champs=(),
)
def legitimite_prefecture_maturite(dataset: Dataset) -> pd.DataFrame:
    return _by_maturity(dataset, "legitimite_prefecture")


INDICATORS: tuple[Indicator, ...] = (
    copilotes_nommes,
    membres_copil,
    composition_instances,
    legitimite_collectivite_maturite,
    legitimite_prefecture_maturite,
)


def _members(dataset: Dataset, body: str, crossing: Row) -> list[Row]:
    """Who sits in one body. Where the return says that the body does not exist, nothing is asked."""
    units, lines = units_of(dataset, "retours"), dataset["instances"]
    described = dataset.codebook["instances"]["acteur"]
    if units.frame.empty or described.vocabulary is None:
        return []
    listed = tuple(m.code for m in described.vocabulary.modalites)
    chosen = np.zeros((len(units.ids), len(listed)))
    lines = lines[lines["instance"] == body]
    for unit, code in zip(units.of(lines).tolist(), texts(lines, described), strict=True):
        chosen[unit, listed.index(code)] = 1.0
    exists = np.full(len(units.ids), "", dtype=object)
    if body in units.table.columns:
        exists = np.array(texts(units.frame, units.table[body]), dtype=object)
    asked = (exists != "non") | chosen.any(axis=1)
    question = Closed(
        listed,
        (),
        units.place,
        chosen,
        np.repeat(asked[:, None], len(listed), axis=1),
        np.zeros(len(asked), dtype=bool),
        multiple=True,
    )
    return closed_rows(question, units.perimeters, units.key | crossing, "own")


def _by_maturity(dataset: Dataset, column: str) -> pd.DataFrame:
    """A question on a scale among the Cités of each place on the path; Cités of unknown maturity are in none."""
    units = units_of(dataset, "retours")
    field, path = units.table[column], units.table["maturite"]
    scale = field.vocabulary
    if units.frame.empty or scale is None or path.vocabulary is None:
        return frame_of([])
    places = np.array(texts(units.frame, path), dtype=object)
    everyone = np.ones(len(places), dtype=bool)
    question = closed_question(
        texts(units.frame, field),
        tuple(m.code for m in scale.modalites),
        tuple(m.code for m in scale.hors_echelle),
        units.place,
        everyone,
        ~everyone,
        sides_of(scale),
    )
    rows: list[Row] = []
    for step in path.vocabulary.modalites:
        here = places == step.code
        crossing = units.key | {"croisement": "maturite", "croisement_modalite": step.code}
        on_step = units.perimeters.among(units.place[here])
        found = closed_rows(question.among(here), on_step, crossing, "own")
        mine = {units.perimeters.cites[place] for place in units.place[here]}
        rows += [row for row in found if row["perimetre_type"] != "cite" or row["perimetre_id"] in mine]
    return frame_of(rows)
