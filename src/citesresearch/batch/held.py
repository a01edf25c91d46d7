"""A publication as a batch holds it: what all pages share in memory, the estimates of each Cité in a file.

The same network figures stand on every page: a cut is made once. The estimates of one Cité stand on one page: they wait in
a file, and that page reads them. So the memory of a batch hardly grows with the number of its Cités.
"""

from __future__ import annotations

import mmap
import pickle
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import IO, Any

import numpy as np
import pandas as pd

from ..disclosure import CitePublication, Publication
from .inventory import ESTIMATES, SHOWN_BY_ALL, own_part

__all__ = ["HeldPublication", "Parts", "hold", "part"]


Place = tuple[int, int]  # where a piece begins and ends in the file


@dataclass(frozen=True)
class Parts:
    """A publication in two: `shared`, without the Cités' own estimates, and where in a file those of each Cité are.

    `places` gives the former places of the estimates that stayed.
    """

    shared: Publication
    places: np.ndarray[Any, Any]
    own: Mapping[str, Place]


def part(publication: Publication, file: IO[bytes]) -> Parts:
    """Write each Cité's estimates to the file, and give the rest."""
    whole = publication.estimates.reset_index(drop=True)
    kept = whole.index[own_part(ESTIMATES, whole) == ""].to_numpy()
    cites = whole[whole["perimetre_type"] == "cite"]
    own: dict[str, Place] = {}
    for ident, rows in cites.groupby("perimetre_id", sort=False).indices.items():
        start = file.tell()
        pickle.dump(cites.iloc[rows], file, pickle.HIGHEST_PROTOCOL)
        own[str(ident)] = (start, file.tell())
    file.flush()
    return Parts(replace(publication, estimates=whole.iloc[kept].reset_index(drop=True)), kept, own)


def hold(publication: Publication) -> HeldPublication:
    """A publication parted into a file that has no name."""
    with tempfile.TemporaryFile() as file:
        return HeldPublication(part(publication, file), file)


class HeldPublication(Publication):
    """The same answers as the Publication that was parted; all estimates are put together again for who asks for them."""

    _parts: Parts
    _shared_by_all: _Shared

    def __init__(self, parts: Parts, file: IO[bytes]) -> None:
        said = {f.name: getattr(parts.shared, f.name) for f in fields(Publication)}
        del said["estimates"]  # made when they are asked for, below
        vars(self).update(said, _parts=parts, _shared_by_all=_Shared.of(parts, file))

    def cite(self, id_cde: str) -> CitePublication:
        return self._shared_by_all.cite(id_cde)

    def estimate(self, indicateur: str, **key: str) -> pd.DataFrame:
        if key.get("perimetre_type", "cite") == "cite" and indicateur not in SHOWN_BY_ALL:
            return super().estimate(indicateur, **key)
        return self._shared_by_all.estimate(indicateur, **key)

    @cached_property
    def estimates(self) -> pd.DataFrame:
        own = [self._shared_by_all.own(ident) for ident in self._parts.own]
        if not own:
            return self._parts.shared.estimates
        whole = pd.concat([self._parts.shared.estimates.set_axis(self._parts.places), *own])
        return whole[~whole.index.duplicated()].sort_index().reset_index(drop=True)


class _Shared(Publication):
    """What the pages of Cités share. A cut is made once, then given as a copy that may be changed."""

    _parts: Parts
    _content: mmap.mmap | bytes

    @classmethod
    def of(cls, parts: Parts, file: IO[bytes]) -> _Shared:
        made = cls(**{f.name: getattr(parts.shared, f.name) for f in fields(Publication)})
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if parts.own else b""
        vars(made).update(_parts=parts, _content=content)
        return made

    @cached_property
    def _cuts(self) -> dict[tuple[Any, ...], pd.DataFrame]:
        return {}

    def estimate(self, indicateur: str, **key: str) -> pd.DataFrame:
        asked = ("estimate", indicateur, *key.items())
        if asked not in self._cuts:
            self._cuts[asked] = super().estimate(indicateur, **key)
        return self._cuts[asked].copy(deep=False)

    def table(self, name: str) -> pd.DataFrame:
        asked = ("table", name)
        if asked not in self._cuts:
            self._cuts[asked] = super().table(name)
        return self._cuts[asked].copy(deep=False)

    @property
    def cites(self) -> pd.DataFrame:
        if ("cites",) not in self._cuts:
            self._cuts[("cites",)] = super().cites
        return self._cuts[("cites",)].copy(deep=False)

    def cite(self, id_cde: str) -> CitePublication:
        names = self._names
        if id_cde not in names:
            id_cde = super().cite(id_cde).id  # spaces around it, or a sentence that says what was wanted
        return _HeldCite(self, id_cde, names[id_cde])

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(zip(self.cites["id_cde"], self.cites["nom"], strict=True))

    def own(self, id_cde: str) -> pd.DataFrame:
        """The estimates of a Cité, read from the file."""
        if id_cde not in self._parts.own:
            return self.estimates.iloc[:0]
        start, end = self._parts.own[id_cde]
        rows: pd.DataFrame = pickle.loads(self._content[start:end])
        return rows

    @cached_property
    def _rows(self) -> dict[str, dict[str, np.ndarray[Any, Any]]]:
        return {}

    def rows_of(self, name: str, id_cde: str) -> pd.DataFrame:
        """The rows of a published table that are about one Cité."""
        table = self.table(name)
        if name not in self._rows:
            self._rows[name] = table.groupby("id_cde", sort=False).indices  # type: ignore[assignment]
        return table.iloc[self._rows[name].get(id_cde, [])].reset_index(drop=True)


class _HeldCite(CitePublication):
    publication: _Shared

    def rows(self, table: str) -> pd.DataFrame:
        return self.publication.rows_of(table, self.id)

    @cached_property
    def _own(self) -> pd.DataFrame:
        return self.publication.own(self.id)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """The rows of each indicator among its own estimates."""
        found: dict[str, list[int]] = {}
        for place, name in enumerate(self._own["indicateur"].tolist()):
            found.setdefault(name, []).append(place)
        return found

    def estimates(self, indicateur: str | None = None) -> pd.DataFrame:
        if indicateur is None:
            return super().estimates()
        return self._own.iloc[self._places.get(indicateur, [])].reset_index(drop=True)
