"""What an indicator is: a formula with the words that a reader needs to trust it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

    from ..data.dataset import Dataset

__all__ = ["Indicator", "Secret", "indicator"]

Secret = Literal["public", "officiel", "personnes", "organismes", "fiscal"]
Compute = Callable[["Dataset"], "pd.DataFrame"]


@dataclass(frozen=True)
class Indicator:
    """One measure. `compute` returns rows of estimates (see `citesresearch.estimates.COLUMNS`); what it omits is empty.

    `secret` names the rule of disclosure of the source it is made from: published facts and official returns are
    exempt, answers of persons are not.
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

    def __call__(self, dataset: Dataset) -> pd.DataFrame:
        return self.compute(dataset)


def indicator(
    *, libelle: str, definition: str, formule: str, base: str, unite: str, source: str, secret: Secret
) -> Callable[[Compute], Indicator]:
    """Make an `Indicator` of a function: its id is the function's name, its theme the name of its module."""

    def declare(compute: Compute) -> Indicator:
        theme = compute.__module__.rsplit(".", 1)[-1]
        return Indicator(compute.__name__, theme, libelle, definition, formule, base, unite, source, secret, compute)

    return declare
