"""Published figures beside the same figures computed again: equal, different, or why they cannot be computed."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pandas as pd

from ..french import rounded
from .indicator import Indicator, PublishedFigure

__all__ = ["COLUMNS", "compare"]

COLUMNS = (
    "id_chiffre",
    "chiffre",
    "valeur_publiee",
    "unite",
    "date_reference",
    "edition",
    "source",
    "indicateur",
    "modalite",
    "valeur_calculee",
    "valeur_arrondie",
    "difference",
    "n",
    "base",
    "etat",
    "motif",
)
EQUAL, DIFFERENT, EARLIER, NOT_COMPUTABLE = "egal", "different", "autre_edition", "non_calculable"

# Figures that a question computes besides the one that the codebook names beside it.
_ALSO = {"partenaires_maximum": "nombre_partenaires"}
# What a published number of things is, from the word that its document puts before it.
_SUMMARY = {"moyenne": "moyenne", "au_plus": "maximum", "au_moins": "minimum"}


def compare(estimates: pd.DataFrame, published: pd.DataFrame, indicators: Iterable[Indicator]) -> pd.DataFrame:
    """One row per published national figure (`chiffres_publies`), with the figure computed from `estimates`.

    The computed value is rounded to the precision of the published one, halves upwards, and `difference` is computed
    minus published. `etat` is « egal » or « different » for the latest edition of a figure, « autre_edition » for the
    earlier ones (their difference is shown all the same: the campagne is not of their date), « non_calculable » with
    its `motif` otherwise. Between two editions of the same date the first in the table is the latest.
    """
    indicators = tuple(indicators)
    found = {figure.code: (measure.id, figure) for measure in indicators for figure in measure.chiffres}
    ids = {measure.id for measure in indicators}
    found |= {code: (ident, PublishedFigure(code, None)) for code, ident in _ALSO.items() if ident in ids}
    national = published[published["perimetre_type"] == "national"]
    latest = _latest(national)
    rows = []
    for position, (_, figure) in enumerate(national.iterrows()):
        row: dict[str, Any] = {
            "id_chiffre": figure["id_chiffre"],
            "chiffre": figure["indicateur"],
            "valeur_publiee": figure["valeur"],
            "etat": NOT_COMPUTABLE,
            "motif": "",
            **{name: figure[name] for name in ("unite", "date_reference", "edition", "source")},
        }
        rows.append(row)
        if figure["statut"] != "publie":
            row["motif"] = "le chiffre publié ne peut pas être lu dans son document"
        elif figure["indicateur"] not in found:
            row["motif"] = "aucune question du codebook ne permet de le calculer"
        elif pd.isna(figure["valeur"]):
            row["motif"] = "le document donne une fourchette, non une valeur"
        else:
            row |= _computed(figure, *found[figure["indicateur"]], estimates)
            if row["etat"] != NOT_COMPUTABLE and latest[figure["indicateur"]] != position:
                row["etat"], row["motif"] = EARLIER, "la campagne n’est pas de la date de cette édition"
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _latest(national: pd.DataFrame) -> dict[str, int]:
    """The position of the latest edition of each figure; a year ends in December, an undated edition comes first."""
    best: dict[str, tuple[str, int]] = {}
    for position, (_, figure) in enumerate(national.iterrows()):
        said = figure["date_reference"]
        date = "" if pd.isna(said) else str(said)
        end = date + "-12-31"[len(date) - 4 :] if date else ""
        if figure["indicateur"] not in best or end > best[figure["indicateur"]][0]:
            best[figure["indicateur"]] = (end, position)
    return {code: position for code, (_, position) in best.items()}


def _computed(figure: pd.Series[Any], ident: str, which: PublishedFigure, estimates: pd.DataFrame) -> dict[str, Any]:
    modalite = which.modalite
    if modalite is None:
        modalite = _SUMMARY.get(str(figure["qualificatif"]), "total")
    rows = estimates[
        (estimates["indicateur"] == ident)
        & (estimates["modalite"] == modalite)
        & (estimates["perimetre_type"] == which.perimetre_type)
        & (estimates["perimetre_id"] == which.perimetre_id)
        & (estimates["croisement"] == which.croisement)
        & (estimates["croisement_modalite"] == which.croisement_modalite)
    ]
    said: dict[str, Any] = {"indicateur": ident, "modalite": modalite}
    if rows.empty:
        return said | {"motif": "la campagne n’a pas les données de cet indicateur"}
    row = rows.iloc[0]
    if row["statut"] != "ok":
        return said | {"motif": "valeur retenue" if row["statut"] == "s" else "valeur non disponible dans la campagne"}
    # A published number of Cités is the count behind a share.
    counted = row["unite"] == "pourcentage" and figure["unite"] != "pourcentage"
    value = float(row["n"] if counted else row["valeur"])
    decimals = _decimals(figure)
    rounded = _round(value, decimals)
    difference = rounded - _round(float(figure["valeur"]), decimals)
    return said | {
        "valeur_calculee": value,
        "valeur_arrondie": float(rounded),
        "difference": float(difference),
        "n": row["n"],
        "base": row["base"],
        "etat": DIFFERENT if difference else EQUAL,
    }


def _decimals(figure: pd.Series[Any]) -> int:
    """To how many decimals the figure is published: those of its value; « 80 % d’un ETP » is read to the hundredth."""
    exponent = Decimal(repr(float(figure["valeur"]))).normalize().as_tuple().exponent
    written = max(0, -exponent) if isinstance(exponent, int) else 0
    read = str(figure.get("valeur_lue", ""))
    return max(written, 2) if "%" in read and figure["unite"] != "pourcentage" else written


def _round(value: float, decimals: int) -> Decimal:
    return rounded(value, decimals)
