"""The gate: from a dataset and its estimates to what may be published, and nothing else."""

from __future__ import annotations

import pandas as pd

from ..codebook import EXEMPT, load_codebook
from ..data.checking.masking import mask, without_marks
from ..data.dataset import Dataset
from ..governance.published import publish_choices, publish_governance, publish_models
from ..indicators import indicators_of
from ..indicators.comparaison import COLUMNS as COMPARED
from ..indicators.comparaison import compare
from ..stats.precision import settle_table
from ..version import __version__
from .dictionary import describe_indicators
from .estimates import PublishedEstimates
from .publication import Publication
from .secret.withholding import withhold, without_reasons

__all__ = ["publish", "publish_fieldwork", "publish_words"]


def publish_words(dataset: Dataset) -> pd.DataFrame:
    """The words of actors that may be published: with consent, and credited to a class of roles or to no one.

    A class is named where at least the threshold of persons of that class were met in that Cité, since a role and a
    Cité identify one person. The words of the other classes stay without a class, and only where those classes
    together reach the threshold: otherwise the missing credit would name them. What identifies a person in the text
    itself is masked (see `masking`). One row a verbatim:
    `id_cde, rubrique, texte, classe_role, date_reference, source`.
    """
    floor = dataset.campagne.seuils["personnes"]
    words = dataset["verbatims"]
    words = words[words["consentement"].isin(["oui", True])]
    met = dataset["entretiens"]
    by_class = met.groupby(["id_cde", "classe_role"])["personnes"].sum()
    small = by_class[by_class < floor].groupby("id_cde").sum()
    pairs = list(zip(words["id_cde"], words["classe_role"], strict=True))
    named = pd.Series([by_class.get(pair, 0) >= floor for pair in pairs], index=words.index, dtype=bool)
    hidden = pd.Series([small.get(cite, 0) >= floor for cite, _ in pairs], index=words.index, dtype=bool)
    words = words[named | hidden]
    return pd.DataFrame(
        {
            "id_cde": words["id_cde"],
            "rubrique": words["rubrique"],
            "texte": words["texte"].map(lambda text: without_marks(mask(str(text)).text)),
            "classe_role": words["classe_role"].where(named[words.index], ""),
            "date_reference": words["date_recueil"],
            "source": words["source"],
        }
    ).reset_index(drop=True)


def publish_fieldwork(dataset: Dataset) -> pd.DataFrame:
    """How many persons were met in each Cité, when, of which classes of roles: without counts by class.

    Cités where fewer persons than the threshold were met have no row. One row a Cité:
    `id_cde, personnes, entretiens, debut, fin, classes, source` (`classes` holds codes, separated by spaces).
    """
    met = dataset["entretiens"]
    columns = ["id_cde", "personnes", "entretiens", "debut", "fin", "classes", "source"]
    rows = [
        (
            cite,
            int(told["personnes"].sum()),
            len(told),
            told["date_entretien"].min(),
            told["date_entretien"].max(),
            " ".join(sorted(set(told["classe_role"]))),
            told["source"].iloc[0],
        )
        for cite, told in met.groupby("id_cde")
        if told["personnes"].sum() >= dataset.campagne.seuils["personnes"]
    ]
    return pd.DataFrame(rows, columns=columns)


def publish(
    dataset: Dataset,
    estimates: pd.DataFrame,
    reference: pd.DataFrame | None = None,
    held: pd.DataFrame | None = None,
) -> Publication:
    """Pass the dataset and its estimates through the gate.

    `held` is what `withhold` makes of these estimates, where it is known already.

    `reference` holds published figures (`chiffres_publies`) to stand beside those that the returns of this campagne give
    again; without it, or without returns, there is no comparison.
    """
    from ..crosssite.configurations import publish_configurations
    from ..crosssite.tables import publish_findings  # a page reads findings, it never makes them

    # Why a cell is withheld is the evaluator's to know: it stays in the campagne's own table of estimates.
    held = without_reasons(withhold(estimates, dataset) if held is None else held, dataset.codebook)
    campagne = dataset.campagne
    tables = {
        name: table
        for name, table in dataset.tables.items()
        if dataset.codebook[name].source_secret in EXEMPT and dataset.codebook[name].published
    }
    made = {
        "paroles": publish_words(dataset),
        "terrain": publish_fieldwork(dataset),
        "gouvernance": publish_governance(dataset, EXEMPT),
        "choix_copilotage": publish_choices(dataset),
        "modeles_gouvernance": publish_models(),
        "comparaison": compare(held, reference, indicators_of(dataset.codebook).values())
        if reference is not None and len(dataset["retours"])
        else pd.DataFrame(columns=list(COMPARED)),
        "indicateurs": describe_indicators(dataset.codebook, estimates),
        **publish_findings(dataset),
        **publish_configurations(dataset),
    }
    tables |= {name: settle_table(table) for name, table in made.items()}
    return Publication(
        campagne.nom,
        campagne.titre,
        campagne.edition,
        campagne.date_edition,
        campagne.synthetique,
        __version__,
        dataset.empreinte,
        dict(campagne.seuils),
        tables,
        PublishedEstimates.of(held),
        tuple(dict.fromkeys([*indicators_of(dataset.codebook), *indicators_of(load_codebook())])),
        dataset.codebook.declared,
    )
