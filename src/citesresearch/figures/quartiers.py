"""A Cité's priority neighbourhoods, one mark each, on the distribution of the others: never a mean of rates."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..french import date, listing, number, percent, plural, typeset
from ..tables import Cell, Column, DataTable, Detailed
from .chart import Chart
from .exhibit import SIGN_OF, KeyItem, axis_words, block, credits, draw_key, hidden_words, missing_title, place_key
from .sheet import Sheet, ellipsis, text_width

__all__ = ["quartiers"]

SMALL = 30  # up to this many neighbourhoods, a group shows each of them
CROWD = 12  # beyond so many neighbourhoods in the Cité, their discs are smaller
STRIP = 34  # pixels from strip to strip

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Group:
    """The known rates of a group of neighbourhoods, in increasing order; `size` also counts those without a rate."""

    name: str
    values: Floats
    size: int

    def quantile(self, share: float) -> float:
        return float(np.quantile(self.values, share))


@dataclass(frozen=True)
class _Rate:
    """One rate: the Cité's neighbourhoods (name, value; a sign in place of a value), then the groups they are set on."""

    label: str
    date: str
    own: tuple[tuple[str, float | str], ...]
    groups: tuple[_Group, ...]

    @property
    def known(self) -> list[tuple[float, str]]:
        """The Cité's neighbourhoods whose rate is published, the lowest first."""
        return sorted((value, name) for name, value in self.own if isinstance(value, float))

    @property
    def title(self) -> str:
        return typeset(f"{self.label} ({date(self.date)})" if self.date else self.label)


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

    `rows` are estimates of one date a rate: `perimetre_id` is the neighbourhood, `modalite` the rate, named and ordered by
    `labels`. `own` names the Cité's neighbourhoods by code, `groups` holds the codes of each group by its name, the widest
    last (the title compares with its median). A group of 30 known rates at most shows each; a larger one its middle half,
    its median and its reach. All rates share one axis, so that a distance is the same everywhere. A rate which no
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
            listing(dict.fromkeys(date(rate.date) for rate in found if rate.date)),
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
        return SIGN_OF.get(str(by_code.loc[code, "statut"]), "nd") if pd.isna(read) else float(read)

    return _Rate(
        typeset(label),
        str(rows["date_reference"].iloc[0]),
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
        marks += [float(v) for rate in rates for group in rate.groups for v in group.values]
        low, high = 10 * math.floor(min(marks, default=0) / 10), 10 * math.ceil(max(marks, default=0) / 10)
        return cls(low, high if high > low else low + 10, left, right)

    def at(self, value: float) -> float:
        return self.left + (value - self.low) * (self.right - self.left) / (self.high - self.low)

    def ticks(self) -> range:
        crowded = (self.right - self.left) / (self.high - self.low) < 4.5
        return range(int(self.low), int(self.high) + 1, 20 if crowded else 10)


def _draw(width: float, rates: Sequence[_Rate]) -> Sheet:
    wide = width >= 480
    axis = _Axis.of(rates, 176 if wide else 12, width - 14)
    placed, key_lines = place_key(_key(rates), 0, width)
    strip = STRIP if wide else STRIP + 12
    named = [_place_names(rate, axis, width) for rate in rates]
    heads = [26 + 16 * len({line for _, line, _ in names}) for names in named]
    y = key_lines * 20 + 8.0
    sheet = Sheet(width, y + sum(heads) + len(rates) * (strip * len(rates[0].groups) + 38) if rates else y + 24)
    if not rates:
        axis_words(sheet, 0, y + 12, "nd")
        return sheet
    draw_key(sheet, placed)
    for rate, names, head in zip(rates, named, heads, strict=True):
        sheet.text(0, y + 16, ellipsis(rate.title, width, 14, True), 14, bold=True)
        top, foot = y + head, y + head + strip * len(rate.groups)
        for tick in axis.ticks():
            sheet.line(axis.at(tick), top, axis.at(tick), foot, "grid")
            sheet.text(axis.at(tick), foot + 13, number(tick), 11, "muted", "center")
        for x, line, words in names:
            sheet.text(x, y + 36 + line * 16, words, 12, "cite", bold=True)
        for k, group in enumerate(rate.groups):
            _strip(sheet, rate, group, top + k * strip, axis, wide)
        y = foot + 38
    return sheet


def _key(rates: Sequence[_Rate]) -> list[KeyItem]:
    sizes = [len(group.values) for rate in rates for group in rate.groups]
    items = [KeyItem("quartier de la Cité", lambda sheet, x, y: sheet.dots([(x, y)], 4.5, "cite"), "cite")]
    if any(0 < size <= SMALL for size in sizes):
        items.append(KeyItem("autre quartier", lambda sheet, x, y: sheet.dots([(x, y)], 2.2, "mid")))
    if any(size > SMALL for size in sizes):
        items.append(KeyItem("moitié centrale", lambda sheet, x, y: block(sheet, x - 6, y - 5, 14, 10, "band")))
        items.append(KeyItem("médiane", lambda sheet, x, y: sheet.line(x, y - 8, x, y + 8, "ink", 2.5)))
    return items


def _place_names(rate: _Rate, axis: _Axis, width: float) -> list[tuple[float, int, str]]:
    """The lowest and the highest neighbourhood, each over its mark: (x, line, words); on two lines where they would meet."""
    placed: list[tuple[float, int, str]] = []
    reach = -1.0
    for value, name in rate.known[:1] + rate.known[1:][-1:]:
        figure = f" {percent(value, 1)}"
        words = ellipsis(name, min(width - 4, 290) - text_width(figure, 12, True), 12, True) + figure
        long = text_width(words, 12, True)
        x = min(max(axis.at(value) - long / 2, 0), width - long)
        placed.append((x, 0 if x > reach else 1, words))
        reach = x + long + 12
    return placed


def _strip(sheet: Sheet, rate: _Rate, group: _Group, top: float, axis: _Axis, wide: bool) -> None:
    """One group on the axis, and the Cité's neighbourhoods over it."""
    y = top + STRIP / 2 + (0 if wide else 12)
    count = plural(len(group.values), "quartier") if len(group.values) else "aucun taux"
    if wide:
        sheet.text(0, y, ellipsis(group.name, 168, 12), 12)
        sheet.text(0, y + 13, count, 11, "muted")
    else:
        sheet.text(0, y - 16, ellipsis(f"{group.name} : {count}", sheet.width, 12), 12)
    sheet.line(axis.left, y, axis.right, y, "rule")
    if len(group.values) > SMALL:
        first, last = (axis.at(float(group.values[k])) for k in (0, -1))
        sheet.line(first, y, last, y, "net", 1.5)
        left, right = axis.at(group.quantile(0.25)), axis.at(group.quantile(0.75))
        block(sheet, left, y - 7, right - left, 14, "band")
    else:
        sheet.dots([(axis.at(float(v)), y) for v in group.values], 2.2, "mid")
    r = 4.5 if len(rate.known) <= CROWD else 3.0
    points = _spread_out([axis.at(value) for value, _ in rate.known], y, r)
    sheet.dots(points, r + 1.5, "paper")
    sheet.dots(points, r, "cite")
    if len(group.values) > SMALL:  # over the discs, which are never as tall
        x = axis.at(group.quantile(0.5))
        sheet.line(x, y - 13, x, y + 13, "paper", 5)
        sheet.line(x, y - 13, x, y + 13, "ink", 2.5)


def _spread_out(places: Sequence[float], y: float, r: float) -> list[tuple[float, float]]:
    """Discs of radius `r` at these places, in increasing order, moved up or down where they would hide one another."""
    levels = [0.0, -2 * r, 2 * r]
    last = [-math.inf] * len(levels)
    points = []
    for x in places:
        level = next((k for k, end in enumerate(last) if x - end >= 2 * r), min(range(len(last)), key=last.__getitem__))
        last[level] = x
        points.append((x, y + levels[level]))
    return points
