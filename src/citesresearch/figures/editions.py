"""Published figures by edition: the same indicator in two documents, each on a scale of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from ..codebook import Codebook
from ..french import listing, noun, number, plural, typeset
from ..publication.wording import dated, figure
from .chart import Chart
from .sheet import Sheet, ellipsis, text_width, wrap
from .tables import Column, DataTable

__all__ = ["editions", "has_editions"]

BAR, GAP, SMALL = 13, 7, 15  # pixels: height of a bar, space after it, height of a line under it
LABEL = 14  # pixels kept before and after the words at the end of a bar


def has_editions(figures: pd.DataFrame, series: tuple[str, ...]) -> bool:
    """Whether a figure of these series is published for the network: those of one Cité are not drawn."""
    return bool((figures["indicateur"].isin(series) & (figures["perimetre_type"] == "national")).any())


def editions(
    figures: pd.DataFrame,
    codebook: Codebook,
    series: tuple[str, ...],
    *,
    source: Callable[[str], str] = str,
    synthetique: bool = False,
) -> Chart:
    """The national editions of the indicators of `series`, in that order; those without any row are left out.

    `figures` is the table `chiffres_publies`; `source` names a document from its identifier. Each indicator has its own
    scale from zero, since units differ; a figure that cannot be read is said « nd », a range runs from its low to its
    high end. Undated editions come first. Raises ValueError when no indicator of the series is published.
    """
    labels = codebook.vocabulary("chiffres@1")
    rows = figures[(figures["perimetre_type"] == "national") & figures["indicateur"].isin(series)]
    if rows.empty:
        raise ValueError("no published figure in this series")
    groups = [
        (
            labels.libelle(code),
            [row for _, row in mine.sort_values("date_reference", na_position="first", kind="stable").iterrows()],
        )
        for code in series
        if len(mine := rows[rows["indicateur"] == code])
    ]
    return Chart(
        id="f-editions",
        titre=_title(groups),
        sous_titre=typeset("Chiffres nationaux tels que publiés ; chaque indicateur a son échelle"),
        alt=typeset(
            " ".join(
                f"{label} : {listing((f'{figure(row, codebook)} ({dated(row)})' for row in group), 'puis')}."
                for label, group in groups
            )
        ),
        draw=lambda width: _draw(width, groups, codebook),
        donnees=_table(groups, codebook, source),
        notes=(
            ("Source", listing(source(ident) for ident in sorted(set(rows["source"])))),
            ("Base", "ensemble des Cités ; nombre de Cités comptées non précisé"),
            ("Lecture", "deux éditions ne se soustraient pas : leurs dates et leurs périmètres diffèrent."),
        ),
        synthetique=synthetique,
    )


def _table(
    groups: Sequence[tuple[str, Sequence[pd.Series[Any]]]], codebook: Codebook, source: Callable[[str], str]
) -> DataTable:
    units = codebook.vocabulary("unite@1")
    columns = (
        Column("Indicateur"),
        Column("Valeur", True),
        Column("Unité"),
        Column("Date"),
        Column("Édition"),
        Column("Source"),
    )
    rows = tuple(
        (label, _value(row), units.libelle(row["unite"]), dated(row), _edition(row), source(row["source"]))
        for label, group in groups
        for row in group
    )
    return DataTable("Chiffres publiés par édition", columns, rows)


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
        return typeset(f"{plural(len(groups), 'indicateur publié')}, sans deux éditions à comparer")
    pairs = [[row["valeur"] for row in group if not pd.isna(row["valeur"])] for group in twice]
    higher = sum(values[-1] > values[0] for values in pairs)
    same = sum(values[-1] == values[0] for values in pairs)
    found = ((higher, "plus élevé"), (same, "identique"), (len(pairs) - higher - same, "plus bas"))
    parts = [(count, f"{noun(count, 'est', 'sont')} {_agreed(count, how)}") for count, how in found if count]
    if len(parts) == 1:
        all_of_them = "L’indicateur publié" if len(twice) == 1 else f"Les {number(len(twice))} indicateurs publiés"
        when = "d’une édition à l’autre" if same else "dans la dernière édition"
        return typeset(f"{all_of_them} au moins deux fois {parts[0][1]} {when}")
    said = [f"{number(count)} {words}" for count, words in parts]
    said[0] += " dans la dernière édition"
    return typeset(f"Sur {plural(len(twice), 'indicateur publié')} au moins deux fois, {listing(said)}")


def _agreed(count: int, how: str) -> str:
    """« plus élevés », « identiques », « plus bas »: « plus » never changes."""
    *before, word = how.split(" ")
    return " ".join([*before, noun(count, word)])


def _draw(width: float, groups: list[tuple[str, list[pd.Series[Any]]]], codebook: Codebook) -> Sheet:
    """Each indicator under its name; all longest bars end at the same place, so that no scale looks larger than another.

    Where value and date do not fit beside the bars, the dates go under them.
    """
    beside = [_words(row, codebook, True) for _, rows in groups for row in rows]
    dates = max(text_width(words) for words in beside) <= 0.6 * width
    tops = [max((v for row in rows for v in _ends(row)), default=0) or 1 for _, rows in groups]
    # The largest scale at which every bar leaves room for its own words, and at least a third of the width.
    free = (
        (width - LABEL - text_width(_words(row, codebook, dates))) * top / max(_ends(row)[1], 1e-9)
        for (_, rows), top in zip(groups, tops, strict=True)
        for row in rows
        if _ends(row)
    )
    room = max(min(free, default=width), width / 3)
    headings = [wrap(label, width, 13, True) for label, _ in groups]
    under = [[[] if dates else wrap(dated(row), width, 11) for row in rows] for _, rows in groups]
    height = sum(
        17 * len(heading) + sum(BAR + GAP + SMALL * len(lines) for lines in group) + 16
        for heading, group in zip(headings, under, strict=True)
    )
    sheet = Sheet(width, height)
    y = 0.0
    for heading, (_, rows), group, top in zip(headings, groups, under, tops, strict=True):
        for words in heading:
            y += 17
            sheet.text(0, y - 4, words, 13, bold=True)
        y += 3
        for row, lines in zip(rows, group, strict=True):
            _bar(sheet, y, row, room / top, _words(row, codebook, dates), last=row is rows[-1])
            y += BAR + GAP
            for words in lines:
                sheet.text(0, y + 4, words, 11, "muted")
                y += SMALL
        y += 13
    return sheet


def _words(row: pd.Series[Any], codebook: Codebook, with_date: bool) -> str:
    """What is written at the end of a bar, or in its place."""
    said = figure(row, codebook) if _ends(row) else typeset("nd, illisible dans le document")
    return f"{said} · {dated(row)}" if with_date else said


def _ends(row: pd.Series[Any]) -> list[float]:
    """Where a bar begins and ends on its scale; nothing for a figure that cannot be read."""
    if not pd.isna(row["valeur"]):
        return [0.0, row["valeur"]]
    return [] if pd.isna(row["valeur_haute"]) else [row["valeur_basse"], row["valeur_haute"]]


def _bar(sheet: Sheet, y: float, row: pd.Series[Any], unit: float, words: str, last: bool) -> None:
    """One edition: filled for the latest, outlined for the earlier ones, its value and date written at the end."""
    start, end = (v * unit for v in _ends(row) or (0.0, 0.0))
    if _ends(row) and last:
        sheet.rect(start, y, max(end - start, 1.5), BAR, "mid")
    elif _ends(row):
        sheet.rect(start + 0.75, y + 0.75, max(end - start - 1.5, 1), BAR - 1.5, "paper", "mid", 1.5)
    sheet.line(0, y - 2, 0, y + BAR + 2, "ink", 1.5)
    words = ellipsis(words, sheet.width - end - 7)
    sheet.text(end + 7, y + BAR - 3, words, 12, "ink" if last and _ends(row) else "muted")
