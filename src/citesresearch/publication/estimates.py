"""The published estimates, in one Arrow file sorted by perimeter: the one place where a reader of figures finds them.

A batch, a notebook and the machines of a Dask cluster map the same file and cut it in the same way. Nothing is parted, so
that a row which is not found is a row that the campagne does not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["TEXT", "PublishedEstimates"]

# Texts as Python's own: pages take thousands of small cuts, which cost Arrow three times more.
TEXT = pd.StringDtype("python", na_value=np.nan)

_PERIMETER = ("perimetre_type", "perimetre_id")
_PLACE = "place"  # where a row stands in the order of the indicators
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class _Words:
    """A column of texts: the place of each cell's text among the different ones; a blank cell has the last, NaN."""

    codes: npt.NDArray[np.int32]
    words: npt.NDArray[np.object_]

    @cached_property
    def code_of(self) -> dict[str, int]:
        return {word: code for code, word in enumerate(self.words[:-1])}

    def cells(self, places: Places | slice) -> pd.api.extensions.ExtensionArray:
        return pd.array(self.words[self.codes[places]], dtype=TEXT)


class PublishedEstimates:
    """A table of estimates, one row per key, read by perimeter and by indicator without loading the rest.

    `columns` gives its columns in their order: texts, or numbers (NaN where there is none); `place` the place of each row
    in the order of the indicators. Rows are sorted by `perimetre_type` and `perimetre_id`.
    """

    def __init__(self, columns: Mapping[str, _Words | npt.NDArray[np.float64]], place: npt.NDArray[np.int32]) -> None:
        self._columns = columns
        self._place = place

    def __len__(self) -> int:
        return len(self._place)

    @classmethod
    def of(cls, table: pd.DataFrame) -> PublishedEstimates:
        """The same rows, sorted. Raises KeyError for a table without perimeters."""
        kinds, idents = (_words(table[name]) for name in _PERIMETER)
        order = np.lexsort((_ranks(idents), _ranks(kinds)))  # a stable sort: rows of a perimeter keep their order
        columns: dict[str, _Words | npt.NDArray[np.float64]] = {}
        for name in table.columns:
            if pd.api.types.is_numeric_dtype(table[name].dtype):
                columns[name] = table[name].to_numpy(dtype=np.float64)[order]
            else:
                said = _words(table[name])
                columns[name] = _Words(said.codes[order], said.words)
        return cls(columns, order.astype(np.int32))

    # -- on disk -----------------------------------------------------------------------------------------------------
    def save(self, path: Path) -> None:
        """Write the file that `open` maps; one that is mapped already is replaced, never written over."""
        import pyarrow as pa

        arrays = {_PLACE: pa.array(self._place)}
        for name, column in self._columns.items():
            if isinstance(column, _Words):
                blank = column.codes == len(column.words) - 1
                codes = pa.array(column.codes, mask=blank if blank.any() else None)
                arrays[name] = pa.DictionaryArray.from_arrays(codes, pa.array(column.words[:-1], pa.string()))
            else:
                arrays[name] = pa.array(column, from_pandas=False)
        batch = pa.record_batch(arrays)
        # The format of streams is read without any thread: the process that maps the file may fork.
        aside = path.with_name(f"{path.name}.tmp")
        with pa.OSFile(str(aside), "wb") as file, pa.ipc.new_stream(file, batch.schema) as stream:
            stream.write_batch(batch)
        aside.replace(path)

    @classmethod
    def open(cls, path: Path) -> PublishedEstimates:
        """Map a file that `save` wrote: what is not asked for is not read. The file may be removed meanwhile."""
        import pyarrow as pa

        batch = pa.ipc.open_stream(
            pa.memory_map(str(path)), options=pa.ipc.IpcReadOptions(use_threads=False)
        ).read_next_batch()
        columns: dict[str, _Words | npt.NDArray[np.float64]] = {}
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            if name == _PLACE:
                place = column.to_numpy()
            elif pa.types.is_dictionary(column.type):
                words = np.array([*column.dictionary.to_pylist(), np.nan], dtype=object)
                codes = column.indices.fill_null(len(words) - 1) if column.null_count else column.indices
                columns[name] = _Words(codes.to_numpy(), words)
            else:
                columns[name] = column.to_numpy()
        return cls(columns, place)

    # -- reading -----------------------------------------------------------------------------------------------------
    @property
    def frame(self) -> pd.DataFrame:
        """The whole table, in the order of the indicators."""
        return self._rows(np.argsort(self._place, kind="stable")).reset_index(drop=True)

    @property
    def indicators(self) -> frozenset[str]:
        """The indicators that have at least one row."""
        return frozenset(self._texts("indicateur").code_of)

    def rows(self, **key: str) -> pd.DataFrame:
        """The rows whose columns hold these texts, in the order of the indicators. Raises KeyError for an unknown column."""
        start, stop = self._span(key)
        chosen = np.ones(stop - start, dtype=bool)
        for column, value in key.items():
            said = self._texts(column)
            if value not in said.code_of:
                return self._rows(np.array([], dtype=np.intp))
            chosen &= said.codes[start:stop] == said.code_of[value]
        places = np.flatnonzero(chosen) + start
        return self._rows(places[np.argsort(self._place[places], kind="stable")])

    def _texts(self, column: str) -> _Words:
        found = self._columns[column]
        if not isinstance(found, _Words):
            raise KeyError(f"the estimates cannot be chosen by the number {column!r}")
        return found

    def _span(self, key: Mapping[str, str]) -> tuple[int, int]:
        """Between which rows those of a perimeter, or of a type of perimeters, are; all of them without any."""
        if "perimetre_type" not in key:
            return 0, len(self)
        if "perimetre_id" in key:
            return self._perimeters.get((key["perimetre_type"], key["perimetre_id"]), (0, 0))
        spans = [span for (kind, _), span in self._perimeters.items() if kind == key["perimetre_type"]]
        return (spans[0][0], spans[-1][1]) if spans else (0, 0)

    @cached_property
    def _perimeters(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Where the rows of each perimeter begin and end."""
        if not len(self):
            return {}
        kinds, idents = (self._texts(name) for name in _PERIMETER)
        starts = np.flatnonzero((np.diff(kinds.codes) != 0) | (np.diff(idents.codes) != 0)) + 1
        bounds = [0, *starts.tolist(), len(self)]
        return {
            (kinds.words[kinds.codes[start]], idents.words[idents.codes[start]]): (start, stop)
            for start, stop in pairwise(bounds)
        }

    def _rows(self, places: Places) -> pd.DataFrame:
        made: dict[str, Any] = {
            name: column.cells(places) if isinstance(column, _Words) else column[places]
            for name, column in self._columns.items()
        }
        frame = pd.DataFrame(made, index=pd.Index(self._place[places]), copy=False)
        frame.columns = pd.Index(list(made), dtype=TEXT)
        return frame


def _words(column: pd.Series) -> _Words:
    codes, words = pd.factorize(column.astype(object).where(column.notna(), None))
    return _Words(np.where(codes < 0, len(words), codes).astype(np.int32), np.array([*words, np.nan], dtype=object))


def _ranks(said: _Words) -> npt.NDArray[np.int64]:
    """For each cell the place of its text among the texts in order."""
    order = sorted(range(len(said.words) - 1), key=lambda code: str(said.words[code]))
    ranks = np.empty(len(said.words), dtype=np.int64)
    ranks[order] = np.arange(len(order))
    ranks[-1] = len(order)
    return ranks[said.codes]
