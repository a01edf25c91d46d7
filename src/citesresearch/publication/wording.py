"""Published facts in words: a figure with its qualifier and unit, its date, its document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..french import NBSP, STAMP, date, listing, noun, number, percent, typeset
from .publication import once

if TYPE_CHECKING:
    from ..codebook import Codebook
    from .publication import Publication

__all__ = ["STAMP", "credit", "dated", "document", "documents", "figure", "list_source", "origins"]

# Written before the number; « exact », « moyenne » and « objectif » are said by the label, not before the number.
_BEFORE = ("environ", "plus_de", "moins_de", "pres_de", "au_plus", "au_moins")


def figure(row: pd.Series[Any], codebook: Codebook) -> str:
    """A row of `chiffres_publies` in words: « près de 3 fois », « 60 à 70 personnes », « 22,3 % ».

    A figure that its document does not let one read is « nd ».
    """
    if row["statut"] == "illisible":
        return "nd"
    unit = codebook.vocabulary("unite@1")[row["unite"]]

    def words(value: float) -> str:
        if unit.code == "pourcentage":
            return percent(value)
        return f"{number(value)}{NBSP}{noun(value, unit.attributes['singulier'], unit.libelle)}"

    value = row["valeur"]
    text = f"{number(row['valeur_basse'])} à {words(row['valeur_haute'])}" if pd.isna(value) else words(value)
    if row["qualificatif"] in _BEFORE:
        return f"{codebook.vocabulary('qualificatif@1').libelle(row['qualificatif'])} {text}"
    return text


def dated(row: pd.Series[Any]) -> str:
    """The date of a fact as its document gives it: « septembre 2020 », « document du 25 juillet 2023 », « non datée… »."""
    when, kind, period = row.get("date_reference"), row.get("datation"), row.get("periode")
    if kind == "periode" and not pd.isna(period):
        return typeset(str(period))
    if not pd.isna(when):
        words = date(str(when))
        return f"document {'du' if len(str(when)) == 10 else 'de'} {words}" if kind == "publication" else words
    return "non datée" if pd.isna(period) else typeset(str(period))


def document(publication: Publication, ident: str) -> str:
    """A document as it is credited beside a fact: its author and its title."""
    if ident not in _sources(publication):
        return ident
    auteur, titre, _ = _sources(publication)[ident]
    return typeset(f"{auteur}, « {titre} »")


def list_source(publication: Publication) -> str:
    """Where the list of the Cités comes from, and how sure the year of label is."""
    cites = publication.table("cites")
    sure = (
        ""
        if (cites["annee_label_origine"] != "inferee").all()
        else " ; année déduite de l’ordre des identifiants sauf mention contraire"
    )
    return typeset(documents(publication, cites["source"].unique()) + sure)


def credit(publication: Publication, ident: str) -> str:
    """A document in three or four words, for the line of a fact."""
    sources = _sources(publication)
    return typeset(sources[ident][2]) if ident in sources else ident


def _sources(publication: Publication) -> dict[str, tuple[str, str, str]]:
    """The author, the title and the short title of each document."""

    def read() -> dict[str, tuple[str, str, str]]:
        rows = publication.table("sources")
        said = zip(*(rows[name].astype("str") for name in ("auteur", "titre", "titre_court")), strict=True)
        return dict(zip(rows["id_source"], said, strict=True))

    return once(publication, "sources", read)


def origins(rows: pd.DataFrame) -> tuple[list[str], str]:
    """The documents that rows of estimates are made from, each once, and their dates in words."""
    idents = dict.fromkeys(ident for text in rows["source"].unique() for ident in str(text).split())
    return list(idents), listing(date(when) for when in sorted(set(rows["date_reference"]) - {""}))


def documents(publication: Publication, idents: Iterable[str]) -> str:
    """Several documents, each once, in the order given: in full up to two, in short beyond."""
    each = list(dict.fromkeys(idents))
    say = document if len(each) <= 2 else credit
    return typeset(" ; ".join(say(publication, ident) for ident in each))
