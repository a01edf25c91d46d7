"""What a governance model is: one row per Cité, with named columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from ..data.dataset import Dataset

__all__ = ["GovernanceModel", "governance_model"]

Describe = Callable[["Dataset"], "pd.DataFrame"]


@dataclass(frozen=True)
class GovernanceModel:
    """A way to describe how a Cité is governed.

    Called on a dataset it returns one row per Cité of the campagne, indexed by `id_cde`, with the columns that `columns`
    names and explains; a Cité about which nothing is known has a row of missing values, never zeros.
    """

    id: str
    libelle: str
    definition: str
    source: str
    columns: Mapping[str, str]
    describe: Describe

    def __call__(self, dataset: Dataset) -> pd.DataFrame:
        every = dataset["cites"]["id_cde"]
        described: pd.DataFrame = self.describe(dataset).reindex(index=every, columns=list(self.columns))
        return described

    def coverage(self, dataset: Dataset) -> tuple[int, int]:
        """How many Cités the model describes, of how many."""
        table = self(dataset)
        return int(table.notna().any(axis=1).sum()), len(table)


def governance_model(
    *, libelle: str, definition: str, source: str, columns: Mapping[str, str]
) -> Callable[[Describe], GovernanceModel]:
    """Make a `GovernanceModel` of a function, whose name becomes the id of the model."""
    return lambda describe: GovernanceModel(describe.__name__, libelle, definition, source, columns, describe)
