"""The governance models as figures: types and numbers of the copilotage, how far they hold, types of coordination.

Made from the returns alone. Outcomes declared in the same returns go with them or not: an association, never more.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..codebook import Vocabulary
from ..data.dataset import Dataset
from ..governance.coordination import coordination
from ..governance.modeles_copilotage import copilotage, sensitivity
from .indicator import Indicator, indicator
from .mesures import Numbers, Row, closed_rows, number_rows
from .perimetres import Perimeters
from .questions import closed_question, frame_of, units_of

_RETURNS = "Les retours des Cités"
_YES_NO = ("oui", "non")


@indicator(
    libelle="Type de copilotage",
    definition="Part des Cités de chaque type de copilotage État et collectivité, d’après l’indice de copilotage.",
    formule="Cités du type rapportées à celles dont l’indice est défini (moitié du poids au moins) ; seuils δ et τ de la campagne",
    base="les Cités dont l’indice de copilotage est défini",
    unite="pourcentage",
    source=_RETURNS,
    secret="officiel",
    champs=copilotage.champs,
)
def copilotage_type(dataset: Dataset) -> pd.DataFrame:
    types = copilotage(dataset)["type"]
    return _shares(dataset, types, dataset.codebook.vocabulary("type_copilotage@1"))


@indicator(
    libelle="Nombres de l’indice de copilotage",
    definition="Portage par chaque côté (E, C), déséquilibre (D), équilibre (B), force (P), force conjointe (K), poids couvert et part des tirages gardant le type.",
    formule="moyenne, médiane, minimum et maximum de chaque nombre (croisement « nombre ») ; P et K valent au plus 0,80 quand tout est connu",
    base="les Cités dont l’indice de copilotage est défini",
    unite="indice",
    source=_RETURNS,
    secret="officiel",
    champs=copilotage.champs,
)
def copilotage_nombres(dataset: Dataset) -> pd.DataFrame:
    units = units_of(dataset, "retours")
    if units.frame.empty:
        return frame_of([])
    found = copilotage(dataset).reindex(units.ids)
    everyone = np.ones(len(units.ids), dtype=bool)
    rows: list[Row] = []
    for name in (m.code for m in dataset.codebook.vocabulary("nombre_copilotage@1").modalites):
        values = found[name].to_numpy(dtype="float64")
        crossing = units.key | {"croisement": "nombre", "croisement_modalite": name}
        made = number_rows(Numbers(units.place, values, everyone, ~everyone), units.perimeters, crossing, "indice")
        rows += [row for row in made if row["modalite"] != "total"]  # an index does not add up
    return frame_of(rows)


@indicator(
    libelle="Type de copilotage stable",
    definition="Part des Cités dont le type résiste au choix des poids : gardé par 80 % au moins de 1 000 tirages.",
    formule="Cités au type stable rapportées à la base ; poids tirés d’une loi de Dirichlet(20 × poids), graine fixe",
    base="les Cités dont l’indice de copilotage est défini",
    unite="pourcentage",
    source=_RETURNS,
    secret="officiel",
    champs=copilotage.champs,
)
def copilotage_stable(dataset: Dataset) -> pd.DataFrame:
    return _shares(dataset, copilotage(dataset)["type_stable"].map({1.0: "oui", 0.0: "non"}), None)


@indicator(
    libelle="Type de copilotage selon d’autres choix",
    definition="Types obtenus avec d’autres seuils, des poids égaux, ou sans l’une des composantes.",
    formule="part de chaque type pour chaque choix (croisement « scenario »), une seule chose changeant à la fois",
    base="les Cités dont l’indice est défini avec ce choix",
    unite="pourcentage",
    source=_RETURNS,
    secret="officiel",
    champs=copilotage.champs,
)
def copilotage_sensibilite(dataset: Dataset) -> pd.DataFrame:
    listed = dataset.codebook.vocabulary("type_copilotage@1")
    parts = [_shares(dataset, types, listed, scenario) for scenario, types in _scenarios(dataset)]
    return pd.concat(parts, ignore_index=True) if parts else frame_of([])


@indicator(
    libelle="Type de copilotage inchangé selon d’autres choix",
    definition="Part des Cités qui gardent leur type avec d’autres seuils, des poids égaux, ou sans l’une des composantes.",
    formule="Cités du même type rapportées à la base, pour chaque choix (croisement « scenario »)",
    base="les Cités dont l’indice est défini avec les deux choix",
    unite="pourcentage",
    source=_RETURNS,
    secret="officiel",
    champs=copilotage.champs,
)
def copilotage_type_garde(dataset: Dataset) -> pd.DataFrame:
    own = copilotage(dataset)["type"]
    parts = [
        _shares(
            dataset, types.eq(own).map({True: "oui", False: "non"}).where(types.notna() & own.notna()), None, scenario
        )
        for scenario, types in _scenarios(dataset)
    ]
    return pd.concat(parts, ignore_index=True) if parts else frame_of([])


@indicator(
    libelle="Type de coordination",
    definition="Part des Cités de chaque type de coordination : avec ou sans coordonnateur, poste à consolider, poste installé selon qui le porte.",
    formule="Cités du type rapportées à la base ; poste installé : 0,8 ETP ou plus et coordonnateur resté le même",
    base="les Cités dont les réponses suffisent à dire le type",
    unite="pourcentage",
    source=_RETURNS,
    secret="officiel",
    champs=coordination.champs,
)
def coordination_type(dataset: Dataset) -> pd.DataFrame:
    return _shares(dataset, coordination(dataset)["type"], dataset.codebook.vocabulary("type_coordination@1"))


INDICATORS: tuple[Indicator, ...] = (
    copilotage_type,
    copilotage_nombres,
    copilotage_stable,
    copilotage_sensibilite,
    copilotage_type_garde,
    coordination_type,
)


def _scenarios(dataset: Dataset) -> list[tuple[str, pd.Series]]:
    if dataset["retours"].empty:
        return []
    return [(str(scenario), types) for scenario, types in sensitivity(dataset).items()]


def _shares(dataset: Dataset, codes: pd.Series, listed: Vocabulary | None, scenario: str = "") -> pd.DataFrame:
    """The share of the Cités with each code (yes or no without a list), and each Cité's own; a scenario: the network only."""
    units = units_of(dataset, "retours")
    if units.frame.empty:
        return frame_of([])
    given = codes.reindex(units.ids)
    modalites = _YES_NO if listed is None else tuple(m.code for m in listed.modalites)
    everyone = np.ones(len(given), dtype=bool)
    question = closed_question(
        [str(code) if known else "" for code, known in zip(given, given.notna(), strict=True)],
        modalites,
        (),
        units.place,
        everyone,
        ~everyone,
    )
    crossing = {"croisement": "scenario", "croisement_modalite": scenario} if scenario else {}
    found = units.perimeters
    network = Perimeters(found.cites, found.keys[:1], found.members[:1])
    return frame_of(closed_rows(question, network if scenario else found, units.key | crossing, "own"))
