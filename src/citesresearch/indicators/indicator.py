"""What an indicator is: a formula with the words that a reader needs to trust it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

    from ..data.dataset import Dataset

__all__ = ["Forme", "Indicator", "PublishedFigure", "Secret", "indicator"]

Secret = Literal["public", "officiel", "personnes", "organismes", "fiscal"]
# What the rows of an indicator look like, and so which figure shows them: answers on an ordered scale, choices in a
# list, yes or no, a number, values by year, rows crossed with columns. Empty: facts repeated from a document.
Forme = Literal["", "echelle", "choix", "oui_non", "nombre", "serie", "matrice"]
Compute = Callable[["Dataset"], "pd.DataFrame"]


@dataclass(frozen=True)
class PublishedFigure:
    """A published figure (a code of `chiffres@1`) and the estimate of this indicator that computes it again.

    `modalite` None: the mean, the maximum or the total of a number, as the published figure says of itself.
    """

    code: str
    modalite: str | None
    croisement: str = ""
    croisement_modalite: str = ""
    perimetre_type: str = "national"
    perimetre_id: str = ""


@dataclass(frozen=True)
class Indicator:
    """One measure. `compute` returns rows of estimates (see `citesresearch.indicators.estimates.COLUMNS`); what it omits is empty.

    `secret` names the rule of disclosure of the source it is made from: published facts and official returns are
    exempt, answers of persons are not. `planche` is the exhibit it belongs to (`planche@1`), `forme` the shape of its
    rows, `champs` the questions it is made from (`table.field`), `chiffres` the published figures it computes again.
    """

    id: str
    theme: str
    libelle: str
    definition: str
    formule: str
    base: str
    unite: str
    source: str
    secret: Secret
    compute: Compute
    planche: str = ""
    forme: Forme = ""
    champs: tuple[str, ...] = ()
    chiffres: tuple[PublishedFigure, ...] = ()

    def __call__(self, dataset: Dataset) -> pd.DataFrame:
        return self.compute(dataset)


def indicator(
    *,
    libelle: str,
    definition: str,
    formule: str,
    base: str,
    unite: str,
    source: str,
    secret: Secret,
    planche: str = "",
    forme: Forme = "",
    champs: tuple[str, ...] = (),
    chiffres: tuple[PublishedFigure, ...] = (),
) -> Callable[[Compute], Indicator]:
    """Make an `Indicator` of a function: its id is the function's name, its theme the name of its module."""

    def declare(compute: Compute) -> Indicator:
        return Indicator(
            compute.__name__,
            compute.__module__.rsplit(".", 1)[-1],
            libelle,
            definition,
            formule,
            base,
            unite,
            source,
            secret,
            compute,
            planche,
            forme,
            champs,
            chiffres,
        )

    return declare
