"""Where a figure is true: the whole network, its groups, each Cité; and since when, from which source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..codebook import Vocabulary
from ..data.dataset import Dataset
from ..governance.modeles_copilotage import types_of

__all__ = ["Perimeters", "Provenance", "perimeters_of", "provenance_of"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

# Groups of Cités: the type of perimeter, the table and the column that make it.
GROUPS = (
    ("annee_label", "cites", "annee_label"),
    ("echelle", "cites", "echelle"),
    ("region", "cites", "code_region"),
    ("structure_porteuse", "retours", "structure_porteuse"),
    ("maturite", "retours", "maturite"),
)


@dataclass(frozen=True)
class Perimeters:
    """The network, then its groups. `members[g, c]` is 1 where the Cité `cites[c]` belongs to the perimeter `keys[g]`.

    A Cité whose group is not known belongs to no group of that type.
    """

    cites: tuple[str, ...]
    keys: tuple[tuple[str, str], ...]
    members: Ints

    def places(self, ids: pd.Series[str]) -> Ints:
        """The position of each Cité named; −1 for one that the campagne does not have."""
        return pd.Index(self.cites).get_indexer(pd.Index(ids)).astype(np.int64)

    def among(self, places: Ints) -> Perimeters:
        """The same perimeters, of these Cités only (their positions); those where none of them is are left out."""
        kept = np.zeros(len(self.cites), dtype=np.int64)
        kept[places] = 1
        members = self.members * kept
        some = np.flatnonzero(members.any(axis=1))
        return Perimeters(self.cites, tuple(self.keys[place] for place in some), members[some])

    def groups(self) -> Iterator[tuple[dict[str, object], Bools]]:
        """Each perimeter as the columns of its key, with its members."""
        inside: Bools = self.members.astype(bool)
        for place, (kind, ident) in enumerate(self.keys):
            yield {"perimetre_type": kind, "perimetre_id": ident}, inside[place]


@dataclass(frozen=True)
class Provenance:
    """The date on which figures are true, the edition they belong to, the sources they come from."""

    date_reference: str
    edition: str
    source: str

    def key(self) -> dict[str, object]:
        return {"date_reference": self.date_reference, "edition": self.edition, "source": self.source}


def perimeters_of(dataset: Dataset) -> Perimeters:
    """The perimeters of a campagne; groups in the order of their list where they have one, else of their codes."""
    cites = dataset["cites"]
    ids = tuple(cites["id_cde"])
    keys = [("national", "")]
    rows: list[Ints] = [np.ones(len(ids), dtype=np.int64)]
    for kind, known, listed in _groups(dataset):
        known = known.reindex(list(ids))
        present = set(known.dropna().tolist())
        names = sorted(present) if listed is None else [m.code for m in listed.modalites if m.code in present]
        for name in names:
            keys.append((kind, str(name)))
            rows.append((known == name).to_numpy().astype(np.int64))
    return Perimeters(ids, tuple(keys), np.vstack(rows))


def _groups(dataset: Dataset) -> Iterator[tuple[str, pd.Series, Vocabulary | None]]:
    """Each way to group the Cités: its name, the group of each Cité, the list of the groups where there is one."""
    for kind, table, column in GROUPS:
        frame = dataset[table]
        if column in frame and not frame.empty:
            yield kind, frame.set_index("id_cde")[column], dataset.codebook[table][column].vocabulary
    # The type of copilotage is made from several answers of the return.
    yield "copilotage", types_of(dataset), dataset.codebook.vocabulary("type_copilotage@1")


def provenance_of(dataset: Dataset, table: str) -> Provenance:
    """The latest date and the sources of a table, with the edition of the campagne.

    The date is that of the whole table: one answer more does not change the date of every figure of its perimeter.
    """
    frame, described = dataset[table], dataset.codebook[table]
    dates = [f.name for f in described.fields if f.date_partielle and f.name in frame]
    date = "date_reference" if "date_reference" in dates else next(iter(dates), "")
    latest = max((str(said) for said in frame[date].dropna()), default="") if date else ""
    sources = {str(name) for name in frame["source"].dropna()} if "source" in frame else set()
    return Provenance(latest, dataset.campagne.edition, " ".join(sorted(sources)))
