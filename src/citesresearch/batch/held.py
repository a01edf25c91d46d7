"""A publication as a batch holds it: what all pages share in memory, what is each Cité's own in a file.

The same network figures stand on every page: a cut is made once. The rows of one Cité stand on one page: they wait in a
file, and that page reads them. So the memory of a batch does not grow with the number of its Cités.
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
from .inventory import ESTIMATES, OWN_TABLES, own_part

__all__ = ["HeldPublication", "Parts", "hold", "part"]


@dataclass(frozen=True)
class Parts:
    """A publication in two: `shared`, with one row of another's of each table (whether there are any is shared too), and
    by Cité where its own rows are in a file. `places` gives for each table the former places of the shared rows.
    """

    shared: Publication
    places: Mapping[str, np.ndarray[Any, Any]]
    own: Mapping[str, tuple[int, int]]


def part(publication: Publication, file: IO[bytes]) -> Parts:
    """Write each Cité's own rows to the file, and give the rest."""
    shared: dict[str, pd.DataFrame] = {}
    places: dict[str, np.ndarray[Any, Any]] = {}
    own: dict[str, dict[str, pd.DataFrame]] = {str(ident): {} for ident in publication.table("cites")["id_cde"]}
    for name, table in {**publication.tables, ESTIMATES: publication.estimates}.items():
        whole = table.reset_index(drop=True)
        mine = own_part(name, whole)
        others = mine.index[mine != ""][:1]
        places[name] = np.sort(np.concatenate([mine.index[mine == ""], others]).astype("int64"))
        shared[name] = whole.iloc[places[name]].reset_index(drop=True)
        about = mine if name != ESTIMATES else whole["perimetre_id"].where(whole["perimetre_type"] == "cite", "")
        for ident, rows in whole[about != ""].groupby(about, sort=False):
            own.setdefault(str(ident), {})[name] = rows
    written = {}
    for ident, tables in own.items():
        start = file.tell()
        pickle.dump(tables, file, pickle.HIGHEST_PROTOCOL)
        written[ident] = (start, file.tell())
    file.flush()
    estimates = shared.pop(ESTIMATES)
    return Parts(replace(publication, tables=shared, estimates=estimates), places, written)


def hold(publication: Publication) -> HeldPublication:
    """A publication parted into a file that has no name."""
    with tempfile.TemporaryFile() as file:
        return HeldPublication(part(publication, file), file)


class HeldPublication(Publication):
    """The same answers as the Publication that was parted; the tables are put together again for who asks for them."""

    def __init__(self, parts: Parts, file: IO[bytes]) -> None:
        said = {f.name: getattr(parts.shared, f.name) for f in fields(Publication)}
        for name in ("tables", "estimates"):  # made when they are asked for, below
            del said[name]
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if parts.own else b""
        vars(self).update(said, _parts=parts, _shared_by_all=_Shared.of(parts, content))

    @property
    def first(self) -> str:
        """The first Cité, in the order of their names."""
        shared: _Shared = vars(self)["_shared_by_all"]
        return str(shared.cites["id_cde"].iloc[0])

    def cite(self, id_cde: str) -> CitePublication:
        shared: _Shared = vars(self)["_shared_by_all"]
        return shared.cite(id_cde)

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        return {name: self._whole(name) for name in vars(self)["_parts"].shared.tables}

    @cached_property
    def estimates(self) -> pd.DataFrame:
        return self._whole(ESTIMATES)

    @cached_property
    def _own(self) -> list[dict[str, pd.DataFrame]]:
        shared: _Shared = vars(self)["_shared_by_all"]
        return [shared.own(ident) for ident in vars(self)["_parts"].own]

    def _whole(self, name: str) -> pd.DataFrame:
        """A table as it was, every row at its place."""
        parts: Parts = vars(self)["_parts"]
        kept = parts.shared.estimates if name == ESTIMATES else parts.shared.tables[name]
        frames = [kept.set_axis(parts.places[name]), *(tables[name] for tables in self._own if name in tables)]
        if len(frames) == 1:
            return kept
        whole = pd.concat(frames)
        return whole[~whole.index.duplicated()].sort_index().reset_index(drop=True)


class _Shared(Publication):
    """What the pages of Cités share. A cut is made once, then given as a copy that may be changed."""

    @classmethod
    def of(cls, parts: Parts, content: mmap.mmap | bytes) -> _Shared:
        made = cls(**{f.name: getattr(parts.shared, f.name) for f in fields(Publication)})
        vars(made).update(_where=parts.own, _content=content)
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

    def own(self, id_cde: str) -> dict[str, pd.DataFrame]:
        """The own rows of a Cité, by table, read from the file."""
        start, end = vars(self)["_where"][id_cde]
        tables: dict[str, pd.DataFrame] = pickle.loads(vars(self)["_content"][start:end])
        return tables

    def rows_of(self, table: str, id_cde: str) -> pd.DataFrame:
        """The rows about one Cité of a table that all pages share."""
        asked = ("rows", table)
        if asked not in self._cuts:
            self._cuts[asked] = self.table(table)
            parts = self._cuts[asked].groupby("id_cde", sort=False)
            self._cuts |= {(*asked, str(ident)): rows.reset_index(drop=True) for ident, rows in parts}
        empty = self._cuts[asked].iloc[:0]
        return self._cuts.get((*asked, id_cde), empty).copy(deep=False)


class _HeldCite(CitePublication):
    publication: _Shared

    def rows(self, table: str) -> pd.DataFrame:
        if table not in OWN_TABLES:
            return self.publication.rows_of(table, self.id)
        mine = self._tables.get(table)
        return self.publication.table(table).iloc[:0] if mine is None else mine.copy(deep=False)

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        return {name: rows.reset_index(drop=True) for name, rows in self.publication.own(self.id).items()}

    @cached_property
    def _own(self) -> pd.DataFrame:
        return self._tables.get(ESTIMATES, self.publication.estimates.iloc[:0])

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
