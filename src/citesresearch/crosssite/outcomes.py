"""What a Cité may have reached, declared before anything is compared: one value per Cité, from its own return.

Nothing here comes from the survey of actors. Answers outside a scale (« ne sait pas », « non concerné ») and empty ones
are missing values: they are never a rank, and each finding counts them. Per 1 000 inhabitants, the denominator is the
population of the Cité's quarters (`cite_qpv.population`); a Cité with an unknown one has no rate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

if TYPE_CHECKING:
    from ..data.dataset import Dataset

__all__ = ["OUTCOMES", "Nature", "Outcome", "Type"]

Type = Literal["binaire", "ordinal", "quantitatif"]
# A fact is counted or dated by the Cité; a judgement is what the person who filled the return thinks.
Nature = Literal["fait", "jugement"]
Measure = Callable[["Dataset"], "pd.Series[float]"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One outcome. Called on a dataset it returns one number per Cité of the campagne (NaN: not known), `id_cde` as index.

    nom, plus, moins: the words of sentences (« la maturité », « se situent plus loin », « se situent moins loin »).
    sens: 1 where more is better, 0 where neither is. justification: why it may be called an outcome, in one sentence.
    champs: the questions it is made from; `echelle` the one whose ordered answers are the levels, lowest = 1.
    """

    id: str
    libelle: str
    nom: str
    plus: str
    moins: str
    justification: str
    type: Type
    nature: Nature
    champs: tuple[str, ...]
    base: str
    unite: str
    measure: Measure
    sens: int = 1
    echelle: str = ""

    def __call__(self, dataset: Dataset) -> pd.Series[float]:
        return self.measure(dataset).reindex(dataset["cites"]["id_cde"]).astype("float64").rename(self.id)

    def levels(self, dataset: Dataset) -> tuple[str, ...]:
        """The words of the levels 1, 2…, lowest first (« Non », « Oui » for a binary one); none for a number."""
        if self.type == "binaire":
            return ("Non", "Oui")
        if not self.echelle:
            return ()
        return tuple(m.libelle for m in reversed(_scale_of(dataset, self.echelle)))


def _scale_of(dataset: Dataset, champ: str) -> tuple[Any, ...]:
    table, _, name = champ.partition(".")
    vocabulary = dataset.codebook[table][name].vocabulary
    if vocabulary is None:
        raise ValueError(f"{champ} has no scale")
    return vocabulary.modalites


def _ranked(champ: str) -> Measure:
    """Rank of the answer on its scale, 1 for the lowest; NaN outside the scale."""

    def measure(dataset: Dataset) -> pd.Series[float]:
        scale = _scale_of(dataset, champ)
        ranks = {m.code: float(len(scale) - i) for i, m in enumerate(scale)}
        table, _, name = champ.partition(".")
        answers = dataset[table].set_index("id_cde")[name]
        return answers.map(ranks).astype("float64")

    return measure


def _yes(name: str) -> Measure:
    def measure(dataset: Dataset) -> pd.Series[float]:
        answers = dataset["retours"].set_index("id_cde")[name].astype("object")
        return answers.map({True: 1.0, False: 0.0, "oui": 1.0, "non": 0.0}).astype("float64")

    return measure


def _whole(lines: pd.DataFrame, column: str) -> pd.Series[float]:
    """Sum of each Cité's lines; NaN where one of them is not known: a part is not the whole."""
    amounts = lines[column].astype("float64")
    total: pd.Series[float] = amounts.groupby(lines["id_cde"]).agg(lambda kept: kept.sum(skipna=False))
    return total


def _per_thousand(column: str) -> Measure:
    def measure(dataset: Dataset) -> pd.Series[float]:
        lines = dataset["actions"]
        if column == "beneficiaires":
            # Participations are not asked of the first axis.
            lines = lines[lines["axe"] != "recenser_federer"]
        people = _whole(dataset["cite_qpv"], "population")
        return 1000 * _whole(lines, column) / people.where(people > 0)

    return measure


def _leverage(*origins: str) -> Measure:
    """Euros of co-funding (of these origins, or of all) for one euro of the envelope that was spent."""

    def measure(dataset: Dataset) -> pd.Series[float]:
        lines = dataset["cofinancements"]
        if origins:
            lines = lines[lines["origine"].isin(origins)]
        spent = _whole(dataset["budget"], "depense")
        return _whole(lines, "montant") / spent.where(spent > 0)

    return measure


def _common_law(state: str = "") -> Measure:
    """Number of fields where an action of ordinary programmes was identified, or the share of them in that state."""

    def measure(dataset: Dataset) -> pd.Series[float]:
        lines = dataset["droit_commun_actions"]
        named = (lines["domaine"] != "aucun").astype("float64")
        number = named.groupby(lines["id_cde"]).sum()
        if not state:
            return number
        lines = lines[lines["domaine"] != "aucun"]
        known = lines["avancement"].eq(state).astype("float64").where(lines["avancement"].notna())
        share: pd.Series[float] = known.groupby(lines["id_cde"]).agg(lambda kept: kept.mean(skipna=False))
        return 100 * share

    return measure


_RETURN = "les Cités qui ont remis un retour et répondu dans l’échelle"


def _satisfaction(axis: int, name: str) -> Outcome:
    return Outcome(
        id=f"satisfaction_axe_{axis}",
        libelle=f"Satisfaction, axe {axis}",
        nom=f"la satisfaction sur l’axe {axis}, « {name} »",
        plus=f"se disent plus satisfaites de l’axe {axis}",
        moins=f"se disent moins satisfaites de l’axe {axis}",
        justification=f"L’axe {axis} est l’un des trois objectifs donnés à toute Cité ; la Cité dit elle-même s’il lui paraît atteint.",
        type="ordinal",
        nature="jugement",
        champs=(f"retours.satisfaction_axe_{axis}",),
        base=_RETURN,
        unite="rang",
        measure=_ranked(f"retours.satisfaction_axe_{axis}"),
        echelle=f"retours.satisfaction_axe_{axis}",
    )


def _links(field: str, libelle: str, whom: str, justification: str) -> Outcome:
    return Outcome(
        id=field,
        libelle=libelle,
        nom=f"l’évolution des liens {whom}",
        plus=f"déclarent plus souvent des liens renforcés {whom}",
        moins=f"déclarent moins souvent des liens renforcés {whom}",
        justification=justification,
        type="ordinal",
        nature="jugement",
        champs=(f"retours.{field}",),
        base=_RETURN,
        unite="rang",
        measure=_ranked(f"retours.{field}"),
        echelle=f"retours.{field}",
    )


_DECLARED: tuple[Outcome, ...] = (
    Outcome(
        id="maturite",
        libelle="Place sur le chemin de maturité",
        nom="la place sur le chemin de maturité",
        plus="se situent plus loin sur le chemin de maturité",
        moins="se situent moins loin sur le chemin de maturité",
        justification="Le chemin de maturité résume, du diagnostic à l’essaimage, ce que l’expérimentation devait construire : une coopération qui agit.",
        type="ordinal",
        nature="jugement",
        champs=("retours.maturite",),
        base=_RETURN,
        unite="rang",
        measure=_ranked("retours.maturite"),
        echelle="retours.maturite",
    ),
    Outcome(
        id="droit_commun_mieux_mobilise",
        libelle="Droit commun mieux mobilisé",
        nom="l’accord avec « la Cité a permis de mieux mobiliser le droit commun »",
        plus="disent plus souvent avoir mieux mobilisé le droit commun",
        moins="disent moins souvent avoir mieux mobilisé le droit commun",
        justification="Amener les programmes ordinaires de l’emploi aux habitants des quartiers est la raison d’être d’une Cité ; l’enveloppe n’en est que le moyen.",
        type="ordinal",
        nature="jugement",
        champs=("retours.droit_commun_mieux_mobilise",),
        base=_RETURN,
        unite="rang",
        measure=_ranked("retours.droit_commun_mieux_mobilise"),
        echelle="retours.droit_commun_mieux_mobilise",
    ),
    Outcome(
        id="droit_commun_domaines",
        libelle="Domaines de droit commun mobilisés",
        nom="le nombre de domaines du droit commun où une action est identifiée",
        plus="identifient des actions dans plus de domaines du droit commun",
        moins="identifient des actions dans moins de domaines du droit commun",
        justification="Un domaine compté (formation, mobilité, garde d’enfants…) est une mobilisation du droit commun que l’on peut nommer, au-delà de l’opinion qu’on en a.",
        type="quantitatif",
        nature="fait",
        champs=("droit_commun_actions.domaine",),
        base="les Cités qui ont répondu, celles qui n’en ont identifié aucun comptées pour 0",
        unite="domaines",
        measure=_common_law(),
    ),
    Outcome(
        id="droit_commun_aboutis",
        libelle="Droit commun : part des domaines aboutis",
        nom="la part des domaines du droit commun dont l’action est achevée avec des résultats satisfaisants",
        plus="déclarent une plus grande part de domaines du droit commun aboutis",
        moins="déclarent une moindre part de domaines du droit commun aboutis",
        justification="Une action identifiée n’est pas une action aboutie : la restitution nationale distingue les deux.",
        type="quantitatif",
        nature="jugement",
        champs=("droit_commun_actions.avancement",),
        base="les Cités qui ont identifié au moins un domaine et dit où en est chacun",
        unite="pourcentage",
        measure=_common_law("achevee_resultats_satisfaisants"),
    ),
    _satisfaction(1, "Recenser et fédérer"),
    _satisfaction(2, "Aller-vers et raccrocher"),
    _satisfaction(3, "Innover"),
    _links(
        "liens_deets_prefecture",
        "Liens DEETS–préfecture",
        "entre la DEETS et la préfecture",
        "La Cité devait faire travailler ensemble les deux services de l’État qui la portent.",
    ),
    _links(
        "liens_entreprises",
        "Liens avec les entreprises",
        "avec le monde de l’entreprise",
        "Sans employeurs, une coordination de l’emploi n’a pas de débouché.",
    ),
    _links(
        "liens_collectivite",
        "Liens dans la collectivité",
        "entre les services cohésion sociale et emploi de la collectivité",
        "Rapprocher l’emploi et la cohésion sociale est l’objet même d’une Cité, d’abord chez ceux qui la portent.",
    ),
    Outcome(
        id="actions_pour_1000",
        libelle="Actions pour 1 000 habitants",
        nom="le nombre d’actions pour 1 000 habitants des quartiers",
        plus="comptent plus d’actions pour 1 000 habitants",
        moins="comptent moins d’actions pour 1 000 habitants",
        justification="Ce que la Cité met en œuvre, rapporté aux habitants à qui elle s’adresse : une grande Cité n’est pas active par sa seule taille.",
        type="quantitatif",
        nature="fait",
        champs=("actions.nombre", "cite_qpv.population"),
        base="les Cités qui ont déclaré des actions et dont la population des quartiers est connue",
        unite="actions pour 1 000 habitants",
        measure=_per_thousand("nombre"),
    ),
    Outcome(
        id="beneficiaires_pour_1000",
        libelle="Participations pour 1 000 habitants",
        nom="le nombre de participations pour 1 000 habitants des quartiers",
        plus="comptent plus de participations pour 1 000 habitants",
        moins="comptent moins de participations pour 1 000 habitants",
        justification="L’axe 2 demande d’aller vers les habitants : ce sont des participations (une personne peut en avoir plusieurs), rapportées à la population.",
        type="quantitatif",
        nature="fait",
        champs=("actions.beneficiaires", "cite_qpv.population"),
        base="les Cités dont toutes les participations des axes 2 et 3 et la population des quartiers sont connues",
        unite="participations pour 1 000 habitants",
        measure=_per_thousand("beneficiaires"),
    ),
    Outcome(
        id="cohorte_installee",
        libelle="Cohorte installée",
        nom="l’installation d’une cohorte",
        plus="ont plus souvent installé une cohorte",
        moins="ont moins souvent installé une cohorte",
        justification="Suivre les mêmes habitants dans la durée est l’engagement le plus concret qu’une Cité pouvait prendre.",
        type="binaire",
        nature="fait",
        champs=("retours.cohorte_installee",),
        base="les Cités qui ont remis un retour et répondu",
        unite="oui ou non",
        measure=_yes("cohorte_installee"),
    ),
    Outcome(
        id="levier_cofinancement",
        libelle="Levier de cofinancement",
        nom="le cofinancement obtenu pour un euro d’enveloppe dépensé",
        plus="obtiennent plus de cofinancement pour un euro d’enveloppe",
        moins="obtiennent moins de cofinancement pour un euro d’enveloppe",
        justification="L’enveloppe devait amorcer d’autres financements : ce qui s’y ajoute dit qui s’engage.",
        type="quantitatif",
        nature="fait",
        champs=("cofinancements.montant", "budget.depense"),
        base="les Cités dont tous les cofinancements et toutes les dépenses sont connus",
        unite="euros par euro",
        measure=_leverage(),
    ),
    Outcome(
        id="cofinancement_collectivites",
        libelle="Cofinancement des collectivités",
        nom="le cofinancement des collectivités porteuses pour un euro d’enveloppe dépensé",
        plus="obtiennent plus de cofinancement des collectivités porteuses",
        moins="obtiennent moins de cofinancement des collectivités porteuses",
        justification="Les documents nationaux disent que les moyens des collectivités ne suivent pas là où l’État pilote seul : cela se compte.",
        type="quantitatif",
        nature="fait",
        champs=("cofinancements.montant", "budget.depense"),
        base="les Cités dont ce cofinancement et toutes les dépenses sont connus",
        unite="euros par euro",
        measure=_leverage("collectivites_porteuses"),
    ),
    Outcome(
        id="coordination_apres",
        libelle="Coordination après l’expérimentation",
        nom="l’avenir du poste de coordination",
        plus="ont plus souvent l’assurance de garder un poste de coordination",
        moins="ont moins souvent l’assurance de garder un poste de coordination",
        justification="Une expérimentation réussie laisse quelque chose derrière elle : un poste de coordination dont l’enveloppe est acquise.",
        type="ordinal",
        nature="fait",
        champs=("retours.coordination_apres",),
        base=_RETURN,
        unite="rang",
        measure=_ranked("retours.coordination_apres"),
        echelle="retours.coordination_apres",
    ),
)
OUTCOMES: dict[str, Outcome] = {outcome.id: outcome for outcome in _DECLARED}
