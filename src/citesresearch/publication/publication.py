"""What may be shown of a campagne, and of one Cité: what pages, downloads and notebooks read.

They never see a table of persons nor a withheld value.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from ..codebook import EXEMPT, Codebook, codebook_of
from ..errors import CitesError
from ..french import listing, plain
from .estimates import TEXT, PublishedEstimates

__all__ = ["CitePublication", "Publication", "once", "read_tables"]

_META = "publication.json"
_ESTIMATES = "estimates.arrow"

T = TypeVar("T")


@dataclass(frozen=True)
class Publication:
    """What may be shown of a campagne, after disclosure control.

    `edition` and `date_edition` are the only dates a page shows of itself; `empreinte` identifies the raw files;
    `indicateurs` are those that a page may ask for: the campagne's own, and those of the house, which another programme
    does not all have. `synthetique` comes from the data's own provenance and stamps every page.
    """

    campagne: str
    titre: str
    edition: str
    date_edition: str
    synthetique: bool
    version: str
    empreinte: str
    seuils: Mapping[str, int]
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    published: PublishedEstimates = field(repr=False)
    indicateurs: Sequence[str] = field(default=(), repr=False)
    declared: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def codebook(self) -> Codebook:
        return codebook_of(self.declared)

    @property
    def cites(self) -> pd.DataFrame:
        """The Cités, one row each, in the order of their names."""
        return self._by_name.copy(deep=False)

    @cached_property
    def _by_name(self) -> pd.DataFrame:
        cites = self.table("cites")
        return cites.sort_values("nom", key=lambda names: names.map(plain), ignore_index=True)

    def table(self, name: str) -> pd.DataFrame:
        """A published table; empty where the campagne has none. Raises KeyError for a table that is never published."""
        if name not in self._known:
            described = self.codebook[name]
            if described.source_secret not in EXEMPT:
                raise KeyError(f"the table {name!r} is never published")
            self._known[name] = pd.DataFrame({column: pd.Series(dtype="str") for column in described.columns})
        return self._known[name].copy(deep=False)

    @cached_property
    def _known(self) -> dict[str, pd.DataFrame]:
        """The tables of the campagne, and the empty ones that pages have asked for."""
        return dict(self.tables)

    @cached_property
    def estimates(self) -> pd.DataFrame:
        """Every published estimate, in the order of the indicators."""
        return self.published.frame

    def estimate(self, indicateur: str, **key: str) -> pd.DataFrame:
        """The rows of one indicator, further chosen by columns of the key (`perimetre_type="national"`).

        Empty where the campagne has no such row. A cut is made once, then given as a copy that may be changed: a page asks
        for hundreds of them. Raises KeyError for what is no indicator or no column.
        """
        asked = (indicateur, *sorted(key.items()))
        if asked not in self._cuts:
            if indicateur not in self.published.indicators and indicateur not in self.indicateurs:
                raise KeyError(f"no indicator {indicateur!r}")
            self._cuts[asked] = self.published.rows(indicateur=indicateur, **key)
        return self._cuts[asked].copy(deep=False)

    @cached_property
    def _cuts(self) -> dict[tuple[Any, ...], pd.DataFrame]:
        return {}

    def rows_about(self, name: str, id_cde: str) -> pd.DataFrame:
        """The rows of a published table that are about one Cité."""
        table = self.table(name)
        if name not in self._places:
            self._places[name] = table.groupby("id_cde", sort=False).indices
        rows: pd.DataFrame = table.iloc[self._places[name].get(id_cde, [])]
        return rows.reset_index(drop=True)

    @cached_property
    def _places(self) -> dict[str, Mapping[Any, Any]]:
        return {}

    def cite(self, id_cde: str) -> CitePublication:
        """What may be shown of one Cité. Raises CitesError, with the nearest names, when there is no such Cité."""
        cites = self.table("cites")
        if not id_cde.strip():
            raise CitesError(
                f"Aucune Cité n’est indiquée : donnez au paramètre « cite » un identifiant de la campagne « {self.campagne} », "
                f"par exemple « {cites['id_cde'].iloc[0]} »."
            )
        row = cites[cites["id_cde"] == id_cde.strip()]
        if row.empty:
            raise CitesError(
                f"La Cité « {id_cde} » n’existe pas dans la campagne « {self.campagne} ».{self._nearest(id_cde)}"
            )
        return CitePublication(self, row["id_cde"].iloc[0], row["nom"].iloc[0])

    def _nearest(self, wanted: str) -> str:
        """« Vouliez-vous dire … ? », from identifiers, names and aliases; empty when nothing is near."""
        cites, aliases = self.table("cites"), self.table("alias_cites")
        names = dict(zip(cites["id_cde"], cites["nom"], strict=True))
        spelled: dict[str, str] = {plain(ident): ident for ident in names}
        spelled |= {
            plain(alias): ident
            for alias, ident in zip(aliases.get("alias", ()), aliases.get("id_cde", ()), strict=True)
        }
        spelled |= {plain(name): ident for ident, name in names.items()}
        near = difflib.get_close_matches(plain(wanted), spelled, n=3, cutoff=0.6)
        near += [key for key in spelled if plain(wanted) and plain(wanted) in key.split()][:3]
        idents = list(dict.fromkeys(spelled[key] for key in near))[:3]
        if not idents:
            return " La commande « citesresearch status » donne la liste."
        return f" Vouliez-vous dire {listing((f'« {ident} » ({names[ident]})' for ident in idents), 'ou')} ?"

    @cached_property
    def kept(self) -> dict[Hashable, Any]:
        """What `once` has made."""
        return {}

    # -- on disk -----------------------------------------------------------------------------------------------------
    def save(self, folder: Path) -> None:
        """Write the publication: one Parquet file a table, the estimates in one of Arrow, and what identifies it."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in self.tables.items():
            table.to_parquet(folder / f"{name}.parquet")
        self.published.save(folder / _ESTIMATES)
        said = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("tables", "published")}
        (folder / _META).write_text(
            json.dumps({**said, "tables": sorted(self.tables)}, ensure_ascii=False, default=dict),
            encoding="utf-8",
        )

    @classmethod
    def load(cls, folder: Path, tables: Mapping[str, pd.DataFrame] | None = None) -> Publication:
        """Read back what `save` wrote; `tables` are those that `read_tables` has read already."""
        said: dict[str, Any] = json.loads((folder / _META).read_text(encoding="utf-8"))
        del said["tables"]
        said["indicateurs"] = tuple(said["indicateurs"])
        read = read_tables(folder) if tables is None else tables
        return cls(**said, tables=read, published=PublishedEstimates.open(folder / _ESTIMATES))


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """The published tables that `Publication.save` wrote. Arrow starts threads to read them."""
    said = json.loads((folder / _META).read_text(encoding="utf-8"))
    return {name: _read(folder / f"{name}.parquet") for name in said["tables"]}


def _read(path: Path) -> pd.DataFrame:
    """A table of Parquet. Equal texts of a column are one object: tables say the same few words on many rows."""
    import pyarrow.parquet as pq

    schema = pq.read_schema(path)
    index = [name for name in (schema.pandas_metadata or {}).get("index_columns", []) if isinstance(name, str)]
    columns = [name for name in schema.names if name not in index]
    texts = [name for name in columns if str(schema.field(name).type) in ("string", "large_string")]
    table = pq.read_table(path, read_dictionary=texts).unify_dictionaries()
    others = table.drop_columns(texts).to_pandas()
    made: dict[str, Any] = {}
    for name in columns:
        if name not in texts:
            made[name] = others[name]
            continue
        column = table.column(name).combine_chunks()
        words = np.array([*column.dictionary.to_pylist(), None], dtype=object)  # a blank cell takes the last
        cells = words[column.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)]
        made[name] = pd.Series(cells, index=others.index, dtype=TEXT)
    frame = pd.DataFrame(made, index=others.index)
    frame.columns = pd.Index(columns, dtype=TEXT)
    return frame


@dataclass(frozen=True)
class CitePublication:
    """One Cité seen through the publication: what a monograph notebook holds."""

    publication: Publication
    id: str
    nom: str

    def rows(self, table: str) -> pd.DataFrame:
        """The rows of a published table that are about this Cité."""
        return self.publication.rows_about(table, self.id)

    def value(self, column: str) -> Any:
        """Its cell in the table of Cités; None where nothing is known."""
        value = self.rows("cites")[column].iloc[0]
        return None if pd.isna(value) else value

    def estimates(self, indicateur: str | None = None) -> pd.DataFrame:
        """Its published estimates, of one indicator or of all."""
        rows = self._own if indicateur is None else self._own.iloc[self._places.get(indicateur, [])]
        return rows.reset_index(drop=True)

    @cached_property
    def kept(self) -> dict[Hashable, Any]:
        """What `once` has made."""
        return {}

    @cached_property
    def _own(self) -> pd.DataFrame:
        return self.publication.published.rows(perimetre_type="cite", perimetre_id=self.id)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """The rows of each indicator among its own estimates."""
        found: dict[str, list[int]] = {}
        for place, name in enumerate(self._own["indicateur"].tolist()):
            found.setdefault(name, []).append(place)
        return found


def once(owner: Publication | CitePublication, key: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives, kept with a publication, or with a Cité seen through it, under `key`.

    For what depends on the owner and the key alone. It is shared: whoever gets it must not change it.
    """
    if key not in owner.kept:
        owner.kept[key] = make()
    made: T = owner.kept[key]
    return made
