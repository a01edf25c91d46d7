"""What a governance model is: one row per Cité, with named columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..stats.precision import settle_table

if TYPE_CHECKING:
    import pandas as pd

    from ..codebook import Codebook
    from ..data.dataset import Dataset

__all__ = ["ColumnType", "GovernanceColumn", "GovernanceModel", "governance_model"]

Describe = Callable[["Dataset"], "pd.DataFrame"]
ColumnType = Literal["binaire", "ordinal", "nominal", "quantitatif"]
_CODED = ("ordinal", "nominal")


@dataclass(frozen=True)
class GovernanceColumn:
    """A column of a model: what it measures and how it may be analysed.

    `binaire` and `quantitatif` columns hold floats (0.0 or 1.0 for the first), `ordinal` and `nominal` ones codes of
    `vocabulaire` (a scale is ordered best first). `sens` is the direction that the hypotheses of the evaluation give:
    1 where more is expected to go with better outcomes, −1 with worse ones, 0 where they say nothing. `lecture` says how
    to read its extremes; `champs` the questions it is made from (`table.field`) where they are not the model's.
    """

    libelle: str
    type: ColumnType = "quantitatif"
    sens: Literal[-1, 0, 1] = 0
    lecture: str = ""
    vocabulaire: str = ""
    champs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.type in _CODED) != bool(self.vocabulaire):
            raise ValueError(f"{self.libelle!r}: a list of codes goes with a nominal or ordinal column, and only there")

    def order(self, codebook: Codebook) -> tuple[str, ...]:
        """The codes of a nominal column in the order of their list, of an ordinal one from the weakest to the strongest.

        Codes outside a scale (« ne sait pas ») are left out. Raises ValueError for a column of numbers.
        """
        if not self.vocabulaire:
            raise ValueError(f"{self.libelle!r} holds numbers")
        codes = tuple(m.code for m in codebook.vocabulary(self.vocabulaire).modalites)
        return codes[::-1] if self.type == "ordinal" else codes


@dataclass(frozen=True)
class GovernanceModel:
    """A way to describe how a Cité is governed.

    Called on a dataset it returns one row per Cité of the campagne, indexed by `id_cde`, with the columns that `columns`
    names and explains; a Cité about which nothing is known has a row of missing values, never zeros. `champs` are the
    questions that it is made from (`table.field`): an outcome made from one of them shares its source.
    """

    id: str
    libelle: str
    definition: str
    source: str
    columns: Mapping[str, GovernanceColumn]
    describe: Describe
    champs: tuple[str, ...] = ()

    def __call__(self, dataset: Dataset) -> pd.DataFrame:
        every = dataset["cites"]["id_cde"]
        described = self.describe(dataset).reindex(index=every, columns=list(self.columns))
        # One type per column whatever is known, so that a campagne without returns has the same table, empty.
        typed = described.astype({n: "str" if c.type in _CODED else "float64" for n, c in self.columns.items()})
        return settle_table(typed)  # equal numbers are equal whatever the processor: ranks and ties hang on it

    def coverage(self, dataset: Dataset) -> tuple[int, int]:
        """How many Cités the model describes, of how many."""
        table = self(dataset)
        return int(table.notna().any(axis=1).sum()), len(table)

    def sources_of(self, column: str) -> tuple[str, ...]:
        """The questions that a column is made from."""
        return self.columns[column].champs or self.champs


def governance_model(
    *,
    libelle: str,
    definition: str,
    source: str,
    columns: Mapping[str, GovernanceColumn],
    champs: tuple[str, ...] = (),
) -> Callable[[Describe], GovernanceModel]:
    """Make a `GovernanceModel` of a function, whose name becomes the id of the model."""
    return lambda describe: GovernanceModel(describe.__name__, libelle, definition, source, columns, describe, champs)
