"""Published figures by edition: the same indicator in two documents, each on a scale of its own."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..codebook import Codebook
from ..french import listing, number, plural, typeset
from ..tables import Column, DataTable
from ..wording import dated, figure
from .chart import Chart
from .sheet import Sheet, text_width, wrap

__all__ = ["editions"]

BAR, GAP = 13, 7  # pixels: height of a bar, space after it


def editions(figures: pd.DataFrame, codebook: Codebook, series: tuple[str, ...], *, synthetique: bool = False) -> Chart:
    """The national editions of the indicators of `series`, in that order; those without any row are left out.

    `figures` is the table `chiffres_publies`. Each indicator has its own scale from zero, since units differ; a figure that
    cannot be read is said « nd », a range runs from its low to its high end. Undated editions come first. Raises
    ValueError when no indicator of the series is published.
    """
    labels = codebook.vocabulary("chiffres@1")
    rows = figures[(figures["perimetre_type"] == "national") & figures["indicateur"].isin(series)]
    if rows.empty:
        raise ValueError("no published figure in this series")
    groups = [
        (labels.libelle(code), [row for _, row in mine.sort_values("date_reference", na_position="first").iterrows()])
        for code in series
        if len(mine := rows[rows["indicateur"] == code])
    ]
    units = codebook.vocabulary("unite@1")
    return Chart(
        id="f-editions",
        titre=_title(groups),
        sous_titre="Chiffres nationaux tels que publiés ; chaque indicateur a son échelle",
        alt=typeset(
            " ".join(
                f"{label} : {listing((f'{figure(row, codebook)} ({dated(row)})' for row in group), 'puis')}."
                for label, group in groups
            )
        ),
        draw=lambda width: _draw(width, groups, codebook),
        donnees=DataTable(
            "Chiffres publiés par édition",
            (
                Column("Indicateur"),
                Column("Valeur", True),
                Column("Unité"),
                Column("Date"),
                Column("Édition"),
                Column("Source"),
            ),
            tuple(
                (label, _value(row), units.libelle(row["unite"]), dated(row), _edition(row), str(row["source"]))
                for label, group in groups
                for row in group
            ),
        ),
        notes=(
            ("Source", listing(sorted(set(rows["source"])))),
            ("Base", "ensemble des Cités ; nombre de Cités comptées non précisé"),
            ("Lecture", "deux éditions ne se soustraient pas : leurs dates et leurs périmètres diffèrent."),
        ),
        synthetique=synthetique,
    )


def _edition(row: pd.Series[Any]) -> str:
    return "" if pd.isna(row["edition"]) else typeset(str(row["edition"]))


def _value(row: pd.Series[Any]) -> str:
    if not pd.isna(row["valeur"]):
        return number(row["valeur"])
    return "nd" if pd.isna(row["valeur_basse"]) else f"{number(row['valeur_basse'])} à {number(row['valeur_haute'])}"


def _title(groups: list[tuple[str, list[pd.Series[Any]]]]) -> str:
    """What the editions show together, in words that follow from the values alone."""
    twice = [group for _, group in groups if sum(not pd.isna(row["valeur"]) for row in group) > 1]
    if not twice:
        return typeset(
            f"{plural(len(groups), 'chiffre')} {'publié' if len(groups) < 2 else 'publiés'} dans une seule édition"
        )
    pairs = [[row["valeur"] for row in group if not pd.isna(row["valeur"])] for group in twice]
    higher = sum(values[-1] > values[0] for values in pairs)
    same = sum(values[-1] == values[0] for values in pairs)
    parts = []
    if higher:
        parts.append(f"{number(higher)} plus {'élevé' if higher < 2 else 'élevés'} dans la dernière édition")
    if same:
        parts.append(f"{number(same)} identique{'s' if same > 1 else ''}")
    if len(pairs) - higher - same:
        lower = len(pairs) - higher - same
        parts.append(f"{number(lower)} plus {'bas'}")
    return typeset(
        f"Sur {plural(len(twice), 'indicateur publié', 'indicateurs publiés')} au moins deux fois, {listing(parts)}"
    )


def _draw(width: float, groups: list[tuple[str, list[pd.Series[Any]]]], codebook: Codebook) -> Sheet:
    headings = [wrap(label, width - 4, 13, True) for label, _ in groups]
    height = sum(
        len(heading) * 17 + len(rows) * (BAR + GAP) + 16 for heading, (_, rows) in zip(headings, groups, strict=True)
    )
    sheet = Sheet(width, height)
    y = 0.0
    for heading, (_, rows) in zip(headings, groups, strict=True):
        for words in heading:
            y += 17
            sheet.text(0, y - 4, words, 13, bold=True)
        y += 3
        for i, row in enumerate(rows):
            _bar(sheet, y, row, rows, codebook, last=i == len(rows) - 1)
            y += BAR + GAP
        y += 13
    return sheet


def _bar(
    sheet: Sheet, y: float, row: pd.Series[Any], rows: list[pd.Series[Any]], codebook: Codebook, last: bool
) -> None:
    """One edition: filled for the latest, outlined for the earlier ones, its value and date written at the end."""
    tops = [v for r in rows for v in (r["valeur"], r["valeur_haute"]) if not pd.isna(v)]
    when = dated(row)
    words = f"{figure(row, codebook)} · {when}" if sheet.width >= 480 else figure(row, codebook)
    room = (
        sheet.width
        - max(
            text_width(f"{figure(r, codebook)} · {dated(r)}" if sheet.width >= 480 else figure(r, codebook), 12)
            for r in rows
        )
        - 14
    )
    if not tops or (pd.isna(row["valeur"]) and pd.isna(row["valeur_haute"])):
        sheet.line(0, y, 0, y + BAR, "ink", 1.5)
        sheet.text(8, y + BAR - 3, typeset(f"nd, illisible dans le document · {when}"), 12, "muted")
        return
    unit = max(room, 40) / max(max(tops), 1e-9)
    start = 0.0 if pd.isna(row["valeur_basse"]) else row["valeur_basse"] * unit
    end = (row["valeur_haute"] if pd.isna(row["valeur"]) else row["valeur"]) * unit
    if last:
        sheet.rect(start, y, max(end - start, 1.5), BAR, "mid")
    else:
        sheet.rect(start + 0.75, y + 0.75, max(end - start - 1.5, 1), BAR - 1.5, "paper", "mid", 1.5)
    sheet.line(0, y - 2, 0, y + BAR + 2, "ink", 1.5)
    sheet.text(end + 7, y + BAR - 3, words, 12, "ink" if last else "muted")
