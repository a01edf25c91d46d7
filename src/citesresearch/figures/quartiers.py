"""A Cité's priority neighbourhoods, one mark each, on the distribution of the others: never a mean of rates."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..french import date, listing, number, percent, plural, typeset
from ..publication.knowledge import of_estimate, sign_of
from .chart import Chart
from .exhibit import KeyItem, axis_words, block, credits, draw_key, hidden_words, missing_title, place_key
from .sheet import Sheet, ellipsis, text_width
from .tables import Cell, Column, DataTable, Detailed

__all__ = ["quartiers"]

SMALL = 30  # up to this many neighbourhoods, a group shows each of them
CROWD = 12  # beyond so many neighbourhoods in the Cité, their discs are smaller
DOT = 2.2  # pixels: the radius of a neighbourhood that is not the Cité's

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Group:
    """The known rates of a group of neighbourhoods, in increasing order; `size` also counts those without a rate."""

    name: str
    values: Floats
    size: int

    @property
    def reach(self) -> tuple[float, ...]:
        """What is drawn of the group, from end to end: all of a small one, the first to the ninth decile of a large one."""
        if len(self.values) <= SMALL:
            return tuple(float(v) for v in self.values[[0, -1]]) if len(self.values) else ()
        return self.quantile(0.1), self.quantile(0.9)

    def quantile(self, share: float) -> float:
        return float(np.quantile(self.values, share))


@dataclass(frozen=True)
class _Rate:
    """One rate: the Cité's neighbourhoods (name, value; a sign in place of a value), then the groups they are set on."""

    label: str
    date: str
    edition: str
    own: tuple[tuple[str, float | str], ...]
    groups: tuple[_Group, ...]

    @property
    def known(self) -> list[tuple[float, str]]:
        """The Cité's neighbourhoods whose rate is published, the lowest first."""
        return sorted((value, name) for name, value in self.own if isinstance(value, float))

    @property
    def when(self) -> str:
        """Its date; its edition where the file does not give the year of the data."""
        return self.date or self.edition

    @property
    def title(self) -> str:
        return typeset(f"{self.label} ({self.when})" if self.when else self.label)


def quartiers(
    rows: pd.DataFrame,
    labels: Mapping[str, str],
    own: Mapping[str, str],
    groups: Mapping[str, Collection[str]],
    *,
    id: str,
    source: str,
    synthetique: bool,
    more: Sequence[tuple[str, str]] = (),
) -> Chart:
    """Rates in percent by neighbourhood: for each rate, one strip a group, the Cité's neighbourhoods as discs on each.

    `rows` are estimates of one edition a rate: `perimetre_id` is the neighbourhood, `modalite` the rate, named and ordered by
    `labels`. `own` names the Cité's neighbourhoods by code, `groups` holds the codes of each group by its name, the widest
    last (the title compares with its median). A group of 30 known rates at most shows each; a larger one its median,
    its middle half and its deciles. All rates share one axis, so that a distance is the same everywhere. A rate which no
    neighbourhood of the Cité has is left out of the drawing, not of the table. Raises ValueError for two values of one
    rate in one neighbourhood, or when no rate of `labels` is in the rows.
    """
    read = (_rate(rows[rows["modalite"] == code], labels[code], own, groups) for code in labels)
    found = [rate for rate in read if rate is not None]
    if not found:
        raise ValueError("none of these rates is in the rows")
    signs = [value for rate in found for _, value in rate.own if isinstance(value, str)]
    return Chart(
        id=id,
        titre=_title(found, signs),
        sous_titre=typeset("Un signe par quartier prioritaire de la Cité, en %, sur la distribution des autres"),
        alt=_alt(found, signs),
        draw=lambda width: _draw(width, [rate for rate in found if rate.known]),
        donnees=_table(found),
        notes=credits(
            source,
            _dates(found),
            plural(len(own), "quartier prioritaire", "quartiers prioritaires") + " de la Cité",
            ("Lecture", "le taux de chaque quartier, sans moyenne ; une médiane est celle des quartiers du groupe."),
            ("Non publié", hidden_words(signs, "valeur")),
            *more,
        ),
        synthetique=synthetique,
    )


def _rate(
    rows: pd.DataFrame, label: str, own: Mapping[str, str], groups: Mapping[str, Collection[str]]
) -> _Rate | None:
    if rows.empty:
        return None
    if rows["perimetre_id"].duplicated().any():
        raise ValueError(f"two values of one rate in one neighbourhood, more than one date: {label!r}")
    by_code = rows.set_index("perimetre_id")
    shown = by_code["valeur"].where(by_code["statut"] == "ok")

    def value(code: str) -> float | str:
        if code not in by_code.index:
            return "nd"
        read = shown[code]
        return sign_of(of_estimate(str(by_code.loc[code, "statut"]), None)) if pd.isna(read) else float(read)

    return _Rate(
        typeset(label),
        date(when) if (when := str(rows["date_reference"].iloc[0])) else "",
        str(rows["edition"].iloc[0]) if "edition" in rows else "",
        tuple((typeset(name), value(code)) for code, name in own.items()),
        tuple(
            _Group(typeset(name), np.sort(shown.reindex(sorted(codes)).dropna().to_numpy(dtype=np.float64)), len(codes))
            for name, codes in groups.items()
        ),
    )


# -- words -------------------------------------------------------------------------------------------------------------
def _title(rates: Sequence[_Rate], signs: Sequence[str]) -> str:
    """Where the Cité's neighbourhoods stand for the first rate they have, against the median of the widest group."""
    rate = next((r for r in rates if r.known), None)
    if rate is None:
        return missing_title(signs)
    wide = rate.groups[-1]
    total = len(rate.known)
    if not len(wide.values):
        return typeset(f"{rate.label} : {_reach(rate)}")
    below = sum(round(value, 6) < round(wide.quantile(0.5), 6) for value, _ in rate.known)
    if total == 1:
        who = "le quartier de la Cité est" if below else "le quartier de la Cité n’est pas"
    elif below == total:
        who = f"les {number(total)} quartiers de la Cité sont"
    elif below:
        who = f"{plural(below, 'quartier')} sur {number(total)} {'est' if below == 1 else 'sont'}"
    else:
        who = f"aucun des {number(total)} quartiers de la Cité n’est"
    return typeset(f"{rate.label} : {who} sous la médiane de {wide.name[:1].lower()}{wide.name[1:]}")


def _dates(rates: Sequence[_Rate]) -> str:
    """The date of the rates where they have one; of each that has its own otherwise."""
    if len({rate.date for rate in rates}) == 1:
        return rates[0].date
    return listing(f"{rate.label.lower()} : {rate.date}" for rate in rates if rate.date)


def _reach(rate: _Rate) -> str:
    (low, first), (high, last) = rate.known[0], rate.known[-1]
    if len(rate.known) == 1:
        return f"{percent(low, 1)} à {first}"
    return f"de {percent(low, 1)} ({first}) à {percent(high, 1)} ({last})"


def _alt(rates: Sequence[_Rate], signs: Sequence[str]) -> str:
    parts = []
    for rate in rates:
        own = f"{_reach(rate)} dans la Cité" if rate.known else "aucune valeur publiée dans la Cité"
        others = [
            f"{group.name[:1].lower()}{group.name[1:]} {percent(group.quantile(0.5), 1)}"
            for group in rate.groups
            if len(group.values)
        ]
        parts.append(f"{rate.title} : {own}" + (f" ; médianes : {listing(others)}" if others else ""))
    hidden = f" {hidden_words(signs, 'valeur')}." if signs else ""
    return typeset(". ".join(parts) + f".{hidden}")


def _table(rates: Sequence[_Rate]) -> DataTable:
    lines: list[tuple[Cell, ...]] = [
        (name, *(value if isinstance(value := rate.own[k][1], str) else percent(value, 1) for rate in rates))
        for k, (name, _) in enumerate(rates[0].own)
    ]
    for k, group in enumerate(rates[0].groups):
        lines.append((Detailed(group.name, "médiane, moitié centrale"), *(_spread(rate.groups[k]) for rate in rates)))
    columns = (Column("Quartier"), *(Column(rate.title, True) for rate in rates))
    return DataTable("Taux par quartier prioritaire, en %", columns, tuple(lines))


def _spread(group: _Group) -> Cell:
    if not len(group.values):
        return "nd" if group.size else "///"
    middle = f"{number(group.quantile(0.25), 1)} à {number(group.quantile(0.75), 1)}"
    return Detailed(percent(group.quantile(0.5), 1), f"{middle}, {number(len(group.values))} QPV")


# -- drawing -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Axis:
    """From rates to pixels: the tens that hold every mark."""

    low: float
    high: float
    left: float
    right: float

    @classmethod
    def of(cls, rates: Sequence[_Rate], left: float, right: float) -> _Axis:
        marks = [value for rate in rates for value, _ in rate.known]
        marks += [value for rate in rates for group in rate.groups for value in group.reach]
        low, high = 10 * math.floor(min(marks) / 10), 10 * math.ceil(max(marks) / 10)
        return cls(low, high if high > low else low + 10, left, right)

    def at(self, value: float) -> float:
        return self.left + (value - self.low) * (self.right - self.left) / (self.high - self.low)

    def ticks(self) -> range:
        return range(int(self.low), int(self.high) + 1, 10)


def _draw(width: float, rates: Sequence[_Rate]) -> Sheet:
    if not rates:
        sheet = Sheet(width, 24)
        axis_words(sheet, 0, 16, "nd")
        return sheet
    wide = width >= 480
    axis = _Axis.of(rates, 172 if wide else 12, width - 14)
    placed, key_lines = place_key(_key(rates), 0, width)
    named = [_place_names(rate, axis, width) for rate in rates]
    discs = [_stack(rate, axis) for rate in rates]
    titles = [(ellipsis(rate.label, width, 14, True), rate.when) for rate in rates]
    lines_of = [1 if text_width(a, 14, True) + 8 + text_width(b, 12) <= width else 2 for a, b in titles]
    heads = [
        12 + 16 * (lines + len({line for _, line, _ in names})) for lines, names in zip(lines_of, named, strict=True)
    ]
    steps = [drawn.height + 24 + (0 if wide else 16) for drawn in discs]
    y = key_lines * 20 + 8.0
    sheet = Sheet(width, y + sum(heads) + sum(step * len(rates[0].groups) + 36 for step in steps) - 14)
    draw_key(sheet, placed)
    for rate, said, lines, names, head, step, drawn in zip(
        rates, titles, lines_of, named, heads, steps, discs, strict=True
    ):
        sheet.text(0, y + 16, said[0], 14, bold=True)
        beside = text_width(said[0], 14, True) + 8
        sheet.text(beside if lines == 1 else 0, y + 16 * lines, said[1], 12, "muted")
        for x, line, words in names:
            sheet.text(x, y + head - 8 - 16 * (max(n for _, n, _ in names) - line), words, 12, "cite", bold=True)
        top, foot = y + head, y + head + step * len(rate.groups)
        for tick in axis.ticks():
            sheet.line(axis.at(tick), top, axis.at(tick), foot, "grid")
            sheet.text(axis.at(tick), foot + 13, number(tick), 11, "muted", "center")
        for k, group in enumerate(rate.groups):
            _strip(sheet, group, drawn, top + (k + 1) * step - 18, axis, wide)
        y = foot + 36
    return sheet


def _key(rates: Sequence[_Rate]) -> list[KeyItem]:
    sizes = [len(group.values) for rate in rates for group in rate.groups]
    items = [KeyItem("quartier de la Cité", lambda sheet, x, y: sheet.dots([(x, y)], 4.5, "cite"), "cite")]
    if any(0 < size <= SMALL for size in sizes):
        items.append(KeyItem("autre quartier", lambda sheet, x, y: sheet.dots([(x, y)], DOT, "mid")))
    if any(size > SMALL for size in sizes):
        items.append(KeyItem("de 10 à 90 % du groupe", lambda sheet, x, y: sheet.line(x - 6, y, x + 6, y, "net", 2)))
        items.append(KeyItem("sa moitié centrale", lambda sheet, x, y: block(sheet, x - 6, y - 5, 14, 10, "band")))
        items.append(KeyItem("sa médiane", lambda sheet, x, y: sheet.line(x, y - 8, x, y + 8, "ink", 2.5)))
    return items


def _place_names(rate: _Rate, axis: _Axis, width: float) -> list[tuple[float, int, str]]:
    """The lowest and the highest neighbourhood over their marks: (x, line, words).

    The lowest ends at its mark and the highest starts there, so that one line most often holds both.
    """
    placed: list[tuple[float, int, str]] = []
    reach = -1.0
    for k, (value, name) in enumerate(rate.known[:1] + rate.known[1:][-1:]):
        figure = f" {percent(value, 1)}"
        words = ellipsis(name, min(width - 4, 290) - text_width(figure, 12, True), 12, True) + figure
        long = text_width(words, 12, True)
        x = min(max(axis.at(value) - (long - 6 if k == 0 else 6), 0), width - long)
        placed.append((x, 0 if x > reach else 1, words))
        reach = x + long + 12
    return placed


@dataclass(frozen=True)
class _Discs:
    """The Cité's neighbourhoods on a line: where each disc is, and how far above the line."""

    r: float
    points: tuple[tuple[float, float], ...]
    height: float


def _stack(rate: _Rate, axis: _Axis) -> _Discs:
    """Discs piled on the axis, from left to right, each on the lowest level where it hides no other; three levels."""
    r = 4.5 if len(rate.known) <= CROWD else 3.0
    ends: list[float] = []
    points = []
    for value, _ in rate.known:
        x = axis.at(value)
        level = next((k for k, end in enumerate(ends) if x - end >= 2 * r), len(ends))
        if level == 3:
            level = ends.index(min(ends))
        ends[level : level + 1] = [x]
        points.append((x, (2 * level + 1) * r + 1))
    return _Discs(r, tuple(points), 2 * r * len(ends) + 2)


def _strip(sheet: Sheet, group: _Group, discs: _Discs, y: float, axis: _Axis, wide: bool) -> None:
    """The axis of one group: the Cité's neighbourhoods on it, the group's own under it."""
    if len(group.values):
        count = plural(len(group.values), "quartier")
    else:
        count = "aucun taux" if group.size else "aucun autre quartier"
    if wide:
        sheet.text(0, y - 1, ellipsis(group.name, axis.left - 8, 12), 12)
        sheet.text(0, y + 12, count, 11, "muted")
    else:
        sheet.text(0, y - discs.height - 4, ellipsis(f"{group.name} : {count}", sheet.width, 12), 12)
    sheet.line(axis.left, y, axis.right, y, "rule")
    sheet.dots([(x, y - up) for x, up in discs.points], discs.r, "cite")
    below = y + 7
    if len(group.values) <= SMALL:
        sheet.dots([(axis.at(float(v)), below) for v in group.values], DOT, "mid")
        return
    low, high = (axis.at(value) for value in group.reach)
    left, middle, right = (axis.at(group.quantile(share)) for share in (0.25, 0.5, 0.75))
    sheet.line(low, below, high, below, "net", 2)
    block(sheet, left, below - 5, right - left, 10, "band")
    sheet.line(middle, below - 7, middle, below + 7, "ink", 2.5)
