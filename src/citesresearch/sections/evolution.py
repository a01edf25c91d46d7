"""A Cité beside its own past: how a number moved between two dates, where both count the same thing in the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from ..french import date, typeset
from ..publication import CitePublication
from ..publication.wording import credit, figure
from .blocks import Block, BulletList, Subheading

__all__ = ["moves", "past_blocks"]

# What must be the same for two editions to be compared; the date is that of the fact, never of its document.
_SAME_FIGURE = ["indicateur", "compte", "base", "unite", "qualificatif"]
_SAME_ESTIMATE = ["indicateur", "unite", "source"]
_UNDATED = ("non_datee", "publication", "periode")


def past_blocks(site: CitePublication) -> tuple[Block, ...]:
    """Its moves under a title; nothing where no two of its numbers can be compared."""
    said = moves(site)
    return (Subheading("La Cité et ses éditions précédentes"), BulletList(said)) if said else ()


def moves(site: CitePublication) -> tuple[str, ...]:
    """« Partenaires : passe de 12 partenaires à 15 partenaires entre 2021 et 2023 », one sentence a number."""
    return (*_of_figures(site), *_of_estimates(site))


def _of_figures(site: CitePublication) -> Iterable[str]:
    """The figures that documents publish of the Cité, exact and dated by themselves."""
    rows = site.rows("chiffres_publies")
    if rows.empty:
        return ()
    codebook = site.publication.codebook
    rows = rows[(rows["statut"] == "publie") & rows["valeur"].notna() & rows["date_reference"].notna()]
    rows = rows[~rows["datation"].isin(_UNDATED) & (rows["qualificatif"] == "exact")]
    labels = codebook.vocabulary("chiffres@1")
    return _moved(
        site, rows, _SAME_FIGURE, lambda row: labels.libelle(row["indicateur"]), lambda row: figure(row, codebook)
    )


def _of_estimates(site: CitePublication) -> Iterable[str]:
    """The numbers of the Cité's own returns; the series of its neighbourhoods have figures of their own."""
    described = site.publication.table("indicateurs").set_index("id")
    numbers = described[(described["forme"] == "nombre") & (described["secret"] == "officiel")]
    rows = site.estimates()
    rows = rows[rows["indicateur"].isin(numbers.index) & (rows["croisement"] == "") & (rows["modalite"] == "")]
    rows = rows[(rows["statut"] == "ok") & rows["valeur"].notna() & (rows["date_reference"] != "")]
    units = site.publication.codebook.vocabulary("unite@1")
    listed = {m.code for m in units.modalites}
    rows = rows[rows["unite"].isin(listed)].assign(statut="publie", qualificatif="exact")
    return _moved(
        site,
        rows,
        _SAME_ESTIMATE,
        lambda row: str(numbers.loc[row["indicateur"], "libelle"]),
        lambda row: figure(row, site.publication.codebook),
    )


def _moved(
    site: CitePublication,
    rows: pd.DataFrame,
    same: list[str],
    named: Callable[[pd.Series], str],
    told: Callable[[pd.Series], str],
) -> Iterable[str]:
    """From the first to the last date of each group; two figures of one date cannot be put in order and say nothing."""
    for _, group in rows.groupby(same, sort=False, dropna=False):
        if group["date_reference"].nunique() < 2 or group["date_reference"].duplicated().any():
            continue
        group = group.sort_values("date_reference")
        first, last = group.iloc[0], group.iloc[-1]
        between = f"entre {_day(first)} et {_day(last)}"
        before, after = told(first), told(last)
        moved = f"reste à {after}" if before == after else f"passe de {before} à {after}"
        sources = dict.fromkeys(
            credit(site.publication, ident) for ident in (*first["source"].split(), *last["source"].split())
        )
        yield typeset(f"{named(last)} : {moved} {between} ({', '.join(sources)}).")


def _day(row: pd.Series) -> str:
    """« 2021 », « juin 2021 », « le 31 décembre 2021 »."""
    when = str(row["date_reference"])
    return f"le {date(when)}" if len(when) == 10 else date(when)
