"""A campagne's tables, validated and frozen: what every measure starts from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ..codebook import Codebook, load_codebook
from ..storage.store import checksum
from .campagne import Campagne
from .checking.problems import InvalidData, Problems
from .checking.validation import empty_table, read_and_validate
from .inputs import inputs_of_campagne
from .insee import read_insee
from .reading.texts import read_texts

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Dataset", "read_dataset", "read_tables"]


@dataclass(frozen=True)
class Dataset:
    """The validated tables of one campagne, by name; a table that the campagne does not have is empty, not absent.

    `empreinte` identifies the raw files (12 hexadecimal characters); `problems` holds the warnings that did not block.
    """

    campagne: Campagne
    codebook: Codebook = field(repr=False)
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    problems: Problems = field(repr=False)
    empreinte: str

    def __getitem__(self, name: str) -> pd.DataFrame:
        """The table of that name; changing the frame you receive does not change the dataset.

        Raises KeyError for a name that the codebook does not know.
        """
        if name not in self._known:
            self._known[name] = empty_table(self.codebook[name])
        return self._known[name].copy(deep=False)

    @cached_property
    def _known(self) -> dict[str, pd.DataFrame]:
        """The tables of the campagne, and the empty ones that have been asked for: typing one takes milliseconds."""
        return dict(self.tables)

    def derived(self, make: Callable[[Dataset], pd.DataFrame]) -> pd.DataFrame:
        """What `make` computes of this dataset, computed once: several models rest on the same components."""
        if make not in self._derived:
            self._derived[make] = make(self)
        return self._derived[make].copy(deep=False)

    @cached_property
    def _derived(self) -> dict[Callable[[Dataset], pd.DataFrame], pd.DataFrame]:
        return {}


def read_dataset(campagne: Campagne) -> Dataset:
    """Read and validate the raw files of a campagne.

    Raises InvalidData, which holds every problem found, when one of them blocks.
    """
    tables, problems = read_tables(campagne)
    if problems.blocking:
        raise InvalidData(problems)
    return Dataset(campagne, load_codebook(campagne.codebook), tables, problems, checksum(inputs_of_campagne(campagne)))


def read_tables(campagne: Campagne) -> tuple[dict[str, pd.DataFrame], Problems]:
    """The tables of a campagne that could be read, those made from other files included, and all problems.

    Never raises for what the folders hold.
    """
    codebook = load_codebook(campagne.codebook)
    tables, problems = read_and_validate(campagne.raw, codebook, campagne.beside, campagne.date_edition)
    insee, more = read_insee(campagne.insee, tables)
    cites = tables.get("cites")
    names = {} if cites is None else dict(zip(cites["id_cde"], cites["nom"].astype(str), strict=True))
    texts, also = read_texts(campagne.raw, codebook, names)
    return tables | insee | texts, Problems([*problems, *more, *also])
