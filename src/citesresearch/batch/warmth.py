"""What the warm process does before it forks: reads the publications, draws one page of each, lays one out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

import nbformat

from .. import sections
from ..preparation import hold_publication, load_publication
from ..publish.page import export_page
from .depot import fetch
from .held import HeldPublication, Parts, part
from .processes import apart

__all__ = ["warm_up"]


def warm_up(campagnes: Iterable[str], folder: Path, depot: Mapping[str, str]) -> None:
    """Hold the publication of each campagne for every later `load_publication` of this process and its children, and
    make one page, so that what is imported, compiled or computed at first use is there once for all.

    `folder` is where there is room for what is each Cité's own; the file has no name there. `depot` gives the address
    where a publication was left, for a machine that does not see the campagne's folder.
    """
    for campagne in campagnes:
        with tempfile.TemporaryFile(dir=folder) as file:
            publication = HeldPublication(_read_apart(campagne, depot.get(campagne, ""), file, folder), file)
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


def _read_apart(campagne: str, where: str, file: IO[bytes], folder: Path) -> Parts:
    """Arrow starts threads to read files, and a process with threads must not fork; the whole takes memory, too."""
    return apart(lambda: part(fetch(where, folder) if where else load_publication(campagne), file))
