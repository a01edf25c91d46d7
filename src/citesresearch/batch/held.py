"""A publication that remembers its cuts: the same network figures stand on every page of a batch."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pandas as pd

from ..disclosure import CitePublication, Publication

__all__ = ["HeldPublication"]


class HeldPublication(Publication):
    """The same answers as a Publication. A cut is made once, then given as a copy that may be changed."""

    @classmethod
    def of(cls, publication: Publication) -> HeldPublication:
        return cls(**{name: getattr(publication, name) for name in publication.__dataclass_fields__})

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

    def rows_of(self, table: str, id_cde: str) -> pd.DataFrame:
        """The rows of a published table that are about one Cité."""
        asked = ("rows", table)
        if asked not in self._cuts:
            self._cuts[asked] = self.table(table)
            parts = self._cuts[asked].groupby("id_cde", sort=False)
            self._cuts |= {(*asked, str(ident)): part.reset_index(drop=True) for ident, part in parts}
        empty = self._cuts[asked].iloc[:0]
        return self._cuts.get((*asked, id_cde), empty).copy(deep=False)

    def estimates_of(self, id_cde: str) -> pd.DataFrame:
        """The estimates of one Cité."""
        asked = ("own",)
        if asked not in self._cuts:
            own = self.estimates[self.estimates["perimetre_type"] == "cite"]
            self._cuts[asked] = own.iloc[:0]
            self._cuts |= {(*asked, str(ident)): part for ident, part in own.groupby("perimetre_id", sort=False)}
        return self._cuts.get((*asked, id_cde), self._cuts[asked])


class _HeldCite(CitePublication):
    publication: HeldPublication

    def rows(self, table: str) -> pd.DataFrame:
        return self.publication.rows_of(table, self.id)

    @cached_property
    def _own(self) -> pd.DataFrame:
        return self.publication.estimates_of(self.id)

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
