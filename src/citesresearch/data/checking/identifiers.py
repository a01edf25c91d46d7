"""Identifiers of Cités, which name pages and files: each must be usable as a name of its own, on every machine."""

from __future__ import annotations

from ...storage.names import why_refused
from ..reading.columns import RawTable
from .problems import Collector, Problem, quoted

__all__ = ["NAMED", "check_identifiers"]

NAMED = ("cites", "id_cde")  # the table and the column that name pages


def check_identifiers(raw: RawTable) -> list[Problem]:
    """The identifiers that a page cannot bear, and those that only the case of letters tells apart."""
    notes = Collector(raw.source)
    _, column = NAMED
    seen: dict[str, str] = {}
    for row, cell in raw.frame[column].items() if column in raw.frame else ():
        text = str(cell).strip(" \t\r\n\xa0\u202f")
        why = why_refused(text) if text else ""
        twin = seen.setdefault(text.casefold(), text)
        if not why and twin != text:
            why = f"seule la casse le distingue de {quoted(twin)}, et certains disques ne la voient pas"
        if why:
            notes.add(
                "identifiant_reserve",
                f"un identifiant qui puisse nommer la page de la Cité ({why})",
                "en choisir un autre, par exemple suivi d’un mot ou d’un numéro, dans toutes les tables",
                ligne=int(str(row)),
                colonne=column,
                lu=text,
            )
    return notes.found
