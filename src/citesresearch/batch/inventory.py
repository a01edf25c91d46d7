"""What a campagne offers its pages, in fingerprints: the slice of each Cité, and what all pages share.

A page reads its own Cité's rows and the network's. A change in the first makes one page stale, a change in the second
all of them. What is not known to be a Cité's own counts as shared: a page may be made again for nothing, never kept
wrongly. Reading this back costs milliseconds and no pandas; the file may be deleted at any moment.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..engine.processes import apart
from ..publication.parts import ESTIMATES, TEXTS, own_part
from ..storage.store import MANIFEST

if TYPE_CHECKING:
    import pandas as pd

    from ..data.campagne import Campagne
    from ..publication import Publication

__all__ = ["Inventory", "read_inventory"]

_SETTINGS = ("campagne", "titre", "edition", "date_edition", "synthetique", "seuils", "declared")


@dataclass(frozen=True)
class Inventory:
    """A campagne as the batch needs to know it.

    `names` gives the Cités in their order, `aliases` other names as (alias, identifier). `own` holds by Cité, and `shared`
    for all, the fingerprint of each table; `settings` those of the campagne's own words and thresholds.
    """

    campagne: str
    empreinte: str
    names: Mapping[str, str]
    aliases: tuple[tuple[str, str], ...]
    has_returns: bool
    settings: Mapping[str, str]
    shared: Mapping[str, str]
    own: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, publication: Publication) -> Inventory:
        """The inventory of a publication."""
        cites, aliases = publication.table("cites"), publication.table("alias_cites")
        names = dict(zip(cites["id_cde"].astype(str), cites["nom"].astype(str), strict=True))
        shared: dict[str, str] = {}
        own: dict[str, dict[str, str]] = {ident: {} for ident in names}
        for name, table in sorted(_tables(publication).items()):
            mine = own_part(name, table)
            rows = _fingerprints(table)
            # Whether there are such rows at all is the network's to say.
            shared[name] = _digest([f"{bool(len(table))}", *table.columns, *map(str, rows[mine.eq("").to_numpy()])])
            for ident, places in mine.groupby(mine).groups.items():
                if ident in own:
                    own[str(ident)][name] = _digest([*table.columns, *map(str, rows[table.index.get_indexer(places)])])
        return cls(
            publication.campagne,
            publication.empreinte,
            names,
            tuple(zip(aliases["alias"].astype(str), aliases["id_cde"].astype(str), strict=True)),
            len(publication.table("retours")) > 0,
            {key: _digest([json.dumps(getattr(publication, key), default=dict, sort_keys=True)]) for key in _SETTINGS},
            shared,
            own,
        )


def read_inventory(campagne: Campagne) -> Inventory:
    """The inventory of the prepared folder of a campagne, kept in a hidden file beside it.

    Raises CitesError when the campagne cannot be prepared.
    """
    from ..preparation import due

    if due(campagne):
        apart(partial(_prepare, campagne))
    manifest = (campagne.processed / MANIFEST).read_bytes()
    stamp = hashlib.sha256(manifest + Path(__file__).read_bytes()).hexdigest()
    path = campagne.processed.with_name(f".{campagne.processed.name}.inventaire.json")
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if said.pop("stamp") == stamp:
            return Inventory(**{**said, "aliases": tuple(map(tuple, said["aliases"]))})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass  # never made, made by another version, or damaged: made again
    made = apart(partial(_make, campagne))
    _keep(path, {"stamp": stamp, **asdict(made)})
    return made


def _prepare(campagne: Campagne) -> None:
    from ..preparation import prepare

    prepare(campagne)


def _make(campagne: Campagne) -> Inventory:
    from ..preparation import load_publication

    return Inventory.of(load_publication(str(campagne.raw)))


def _keep(path: Path, content: Mapping[str, Any]) -> None:
    """Write the cache if the place allows it: it only saves time."""
    try:
        aside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        aside.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        aside.replace(path)
    except OSError:
        return


def _tables(publication: Publication) -> dict[str, pd.DataFrame]:
    tables = {**publication.tables, ESTIMATES: publication.estimates}
    tables.pop(TEXTS, None)  # its files are looked at themselves
    return {name: table.reset_index(drop=True) for name, table in tables.items()}


def _fingerprints(table: pd.DataFrame) -> Any:
    """One number a row, from all its cells."""
    import pandas as pd

    plain = table.astype({name: "str" for name, kind in table.dtypes.items() if kind == "object"})
    return pd.util.hash_pandas_object(plain, index=False).to_numpy()


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
