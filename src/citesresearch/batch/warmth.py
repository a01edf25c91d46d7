"""What the warm process does before it forks: reads the publications, draws one page of each, lays one out."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import nbformat

from .. import sections
from ..preparation import hold_publication, load_publication
from ..publish.page import export_page
from .held import HeldPublication
from .processes import apart

__all__ = ["warm_up"]


def warm_up(campagnes: Iterable[str]) -> None:
    """Hold the publication of each campagne for every later `load_publication` of this process and its children, and
    make one page, so that what is imported, compiled or computed at first use is there once for all.
    """
    for campagne in campagnes:
        # Arrow starts threads to read files, and a process with threads must not fork.
        publication = HeldPublication.of(apart(partial(load_publication, campagne)))
        hold_publication(campagne, publication)
        site = publication.cite(str(publication.cites["id_cde"].iloc[0]))
        shown: list[Any] = [sections.couverture(site), *(section(site) for section in sections.SECTIONS)]
        cells = []
        for part in shown:
            data, metadata = part._repr_mimebundle_()
            cell = nbformat.v4.new_code_cell()  # type: ignore[no-untyped-call]
            cell.outputs = [nbformat.v4.new_output("display_data", data=data, metadata=metadata)]  # type: ignore[no-untyped-call]
            cells.append(cell)
        export_page(nbformat.v4.new_notebook(cells=cells))  # type: ignore[no-untyped-call]
