"""The numbers of one file of Insee, as every doubt about them sees them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ...codebook.insee import InseeColumn

__all__ = ["ABSENT", "OK", "SECRET", "STATUSES", "Codes", "Edition", "Floats"]

STATUSES = ("ok", "s", "nd")
OK, SECRET, ABSENT = range(3)  # places in `STATUSES`

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Edition:
    """The numbers of one file. Arrays are neighbourhoods × columns.

    `ceiling` is the largest value that a withheld count may have (NaN where nothing bounds it, and where the cell is
    not withheld). `ensemble` holds the published row of all neighbourhoods, empty where the file has none.
    """

    fichier: str
    famille: str
    annee: int
    name: str
    codes: tuple[str, ...]
    libelles: tuple[str, ...]
    communes: tuple[str, ...]
    columns: tuple[InseeColumn, ...]
    value: Floats
    status: Codes
    ceiling: Floats
    ensemble: dict[str, float] = field(default_factory=dict)

    def set_aside(self, names: Collection[str]) -> None:
        """Hold these columns for absent: they are not what their names say."""
        for j, column in enumerate(self.columns):
            if column.colonne in names:
                self.value[:, j], self.ceiling[:, j], self.status[:, j] = np.nan, np.nan, ABSENT
