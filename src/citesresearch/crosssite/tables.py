"""The findings of a campagne, and all that was declared before they were looked for, as tables of the publication."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ..governance import GOVERNANCE_MODELS
from .cases import cases_of
from .family import HYPOTHESES, MAIN
from .find import find_all
from .finding import STRENGTHS
from .outcomes import OUTCOMES
from .positions import positions
from .predictors import PREDICTORS
from .records import curves_table, findings_table
from .sentences import RULES
from .specifications import specification_curve

if TYPE_CHECKING:
    from ..data.dataset import Dataset

__all__ = ["declared", "publish_findings"]


def publish_findings(dataset: Dataset) -> dict[str, pd.DataFrame]:
    """The tables of the publication that come from the findings: made of returns and public facts only.

    `constats`: one row a finding; `constats_courbes`: one row a specification curve, of the main pairs in their order;
    `constats_positions`: one row a Cité. They carry no answer of the survey of actors. Then what is `declared`.
    """
    cases = cases_of(dataset)
    return {
        "constats": findings_table(find_all(cases)),
        "constats_courbes": curves_table(specification_curve(cases, pair) for pair in MAIN),
        "constats_positions": positions(cases),
        **declared(),
    }


def declared() -> dict[str, pd.DataFrame]:
    """What was written before any data was read, the same for every campagne, so that pages print it from here.

    `hypotheses`; `resultats`, one row an outcome; `predicteurs`, one row a predictor, with how to read its numbers;
    `regles_constats`, in the order in which they are tried.
    """
    return {
        "hypotheses": pd.DataFrame(list(HYPOTHESES.items()), columns=["numero", "texte"]),
        "resultats": pd.DataFrame(
            [(o.id, o.libelle, o.nom, o.plus, o.moins, " ".join(o.champs)) for o in OUTCOMES.values()],
            columns=["id", "libelle", "nom", "plus", "moins", "champs"],
        ),
        "predicteurs": pd.DataFrame(
            [
                (
                    p.id,
                    p.key,
                    p.libelle,
                    p.nom,
                    p.plus,
                    p.croise,
                    p.indice,
                    GOVERNANCE_MODELS[p.model].columns[p.column].lecture,
                )
                for p in PREDICTORS.values()
            ],
            columns=["id", "cle", "libelle", "nom", "plus", "croise", "indice", "lecture"],
        ),
        "regles_constats": pd.DataFrame(
            [(rule.force, STRENGTHS[rule.force], rule.condition) for rule in RULES],
            columns=["force", "libelle", "condition"],
        ),
    }
