"""Published estimates as plain rows, made once: a page asks for hundreds of them, one indicator at a time."""

from __future__ import annotations

from typing import Any

from ..publication import CitePublication, Publication, once

__all__ = ["Row", "network_rows", "own_rows"]

Row = dict[str, Any]


def own_rows(site: CitePublication, indicateur: str) -> list[Row]:
    """A Cité's published rows of one indicator, not crossed with another, in their order; empty where there are none."""

    def cut() -> dict[str, list[Row]]:
        own = site.estimates()
        found: dict[str, list[Row]] = {}
        for row in _records(own[own["croisement"] == ""]):
            found.setdefault(row["indicateur"], []).append(row)
        return found

    return once(site, "own rows", cut).get(indicateur, [])


def network_rows(publication: Publication, indicateur: str, kind: str = "national", ident: str = "") -> dict[str, Row]:
    """The published rows of one indicator in a perimeter, by modality: those that are neither missing nor withheld."""

    def cut() -> dict[tuple[str, str], dict[str, Row]]:
        rows = publication.estimate(indicateur, croisement="", statut="ok")
        found: dict[tuple[str, str], dict[str, Row]] = {}
        for row in _records(rows[rows["perimetre_type"] != "cite"]):
            found.setdefault((row["perimetre_type"], row["perimetre_id"]), {})[str(row["modalite"])] = row
        return found

    return once(publication, ("rows", indicateur), cut).get((kind, ident), {})


def _records(rows: Any) -> list[Row]:
    return rows.to_dict("records")  # type: ignore[no-any-return]
