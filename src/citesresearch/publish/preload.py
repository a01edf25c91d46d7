"""What the warm process does before it forks: reads the publications, draws one page of each, lays one out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import nbformat

from .. import sections
from ..batch.depot import fetch
from ..engine.processes import apart
from ..preparation import hold_publication, publication_folder
from ..publication import Publication, read_tables
from .page import export_page

__all__ = ["warm_up"]


def warm_up(campagnes: Iterable[str], folder: Path, depot: Mapping[str, str]) -> None:
    """Hold the publication of each campagne for every later `load_publication` of this process and its children, and
    make one page, so that what is imported, compiled or computed at first use is there once for all.

    `folder` is where there is room for what a machine that does not see the campagne's folder reads from the address that
    `depot` gives.
    """
    for campagne in campagnes:
        publication = _read_apart(campagne, depot.get(campagne, ""), folder)
        hold_publication(campagne, publication)
        site = publication.cite(str(publication.cites["id_cde"].iloc[0]))
        shown: list[Any] = [sections.couverture(site), *(section(site) for section in sections.SECTIONS)]
        cells = []
        for one in shown:
            data, metadata = one._repr_mimebundle_()
            cell = nbformat.v4.new_code_cell()  # type: ignore[no-untyped-call]
            cell.outputs = [nbformat.v4.new_output("display_data", data=data, metadata=metadata)]  # type: ignore[no-untyped-call]
            cells.append(cell)
        export_page(nbformat.v4.new_notebook(cells=cells))  # type: ignore[no-untyped-call]


def _read_apart(campagne: str, where: str, folder: Path) -> Publication:
    """Arrow starts threads to read tables, and a process with threads must not fork. The estimates are mapped, not read."""
    place = apart(partial(fetch, where, folder) if where else partial(publication_folder, campagne))
    return Publication.load(place, apart(partial(read_tables, place)))
