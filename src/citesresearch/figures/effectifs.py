"""Counts at several dates: one line a category, « at least » where counts are missing, cut where dates do not compare."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..french import date as date_words
from ..french import number, percent, plural, rounded, typeset
from .chart import Chart
from .exhibit import axis_words, credits, missing_title
from .sheet import Sheet, ellipsis, text_width
from .tables import Column, DataTable, Detailed

__all__ = ["Count", "effectifs"]

_HEIGHT, _TOP, _FOOT = 244, 48, 34  # pixels: the sheet, above the highest mark, under the axis


@dataclass(frozen=True)
class Count:
    """A count at a date (ISO). `high` is its upper bound; None where nothing bounds it: then it is « at least » `low`.

    `low` None: there is no count, and `sign` says why (« s » or « nd »).
    """

    date: str
    low: float | None
    high: float | None
    sign: str = "nd"

    @property
    def exact(self) -> bool:
        return self.low is not None and self.low == self.high

    @property
    def short(self) -> str:
        """The count on its mark: « 656 », « ≥ 656 » where it may be more."""
        return self.sign if self.low is None else f"{'' if self.exact else '≥ '}{number(self.low)}"

    @property
    def words(self) -> str:
        if self.low is None:
            return self.sign
        if self.exact:
            return number(self.low)
        return f"au moins {number(self.low)}" if self.high is None else f"{number(self.low)} à {number(self.high)}"


def effectifs(
    lines: Mapping[str, Sequence[Count]],
    breaks: Collection[tuple[str, str]],
    *,
    id: str,
    measure: str,
    source: str,
    nouns: tuple[str, str],
    base: str,
    synthetique: bool,
    more: Sequence[tuple[str, str]] = (),
) -> Chart:
    """Counts at dates, from zero: a line a category of `lines` (the widest first), its name on the line.

    `breaks` holds the pairs of successive dates that do not compare: the line stops between them. A count that may be more
    has an upright stroke up to its bound, an arrow where it has none. Raises ValueError without a date, or when two
    categories have different dates.
    """
    dates = [[count.date for count in counts] for counts in lines.values()]
    if not dates or not dates[0]:
        raise ValueError("no date")
    if any(other != dates[0] for other in dates):
        raise ValueError("the categories have different dates")
    found = {typeset(name): tuple(counts) for name, counts in lines.items()}
    return Chart(
        id=id,
        titre=_title(found, breaks, nouns),
        sous_titre=typeset(measure),
        alt=_alt(found, breaks, nouns),
        draw=lambda width: _draw(width, found, breaks),
        donnees=_table(found, breaks, measure),
        notes=credits(source, _span(dates[0]), base, *more),
        synthetique=synthetique,
    )


# -- words -------------------------------------------------------------------------------------------------------------
def _span(dates: Sequence[str]) -> str:
    first, last = date_words(dates[0]), date_words(dates[-1])
    return first if len(dates) == 1 else f"du {first} au {last}"


def _title(lines: Mapping[str, Sequence[Count]], breaks: Collection[tuple[str, str]], nouns: tuple[str, str]) -> str:
    """The last count of the widest category; and since when it rose or fell, over exact counts that compare."""
    name, counts = next(iter(lines.items()))
    known = [count for count in counts if count.low is not None]
    if not known:
        return missing_title([count.sign for count in counts])
    last = known[-1]
    assert last.low is not None
    at_least = "" if last.exact else "au moins "
    said = f"{at_least}{plural(last.low, *nouns)} ({_inside(name)}) le {date_words(last.date)}"
    whole = _comparable(counts, breaks)
    if len(whole) > 1 and whole[-1] is last and whole[0].low:
        change = float(rounded(100 * (last.low / whole[0].low - 1), 1))
        moved = (
            f"{percent(change, 1) if change < 0 else '+' + percent(change, 1)} depuis le {date_words(whole[0].date)}"
        )
        said += f", {moved}" if change else f", comme le {date_words(whole[0].date)}"
    return typeset(said[:1].upper() + said[1:])


def _inside(name: str) -> str:
    return name[:1].lower() + name[1:]


def _comparable(counts: Sequence[Count], breaks: Collection[tuple[str, str]]) -> list[Count]:
    """The last exact counts in a row between which nothing breaks."""
    row: list[Count] = []
    for count in counts:
        if row and (row[-1].date, count.date) in breaks:
            row = []
        row = [*row, count] if count.exact else []
    return row


def _alt(lines: Mapping[str, Sequence[Count]], breaks: Collection[tuple[str, str]], nouns: tuple[str, str]) -> str:
    parts = [
        f"{name} : " + ", ".join(f"{count.words} le {date_words(count.date)}" for count in counts)
        for name, counts in lines.items()
    ]
    cut = [f"{date_words(a)} et {date_words(b)}" for a, b in sorted(breaks)]
    warned = f" Dates qui ne se comparent pas : {' ; '.join(cut)}." if cut else ""
    return typeset(f"{nouns[1].capitalize()}. {'. '.join(parts)}.{warned}")


def _table(lines: Mapping[str, Sequence[Count]], breaks: Collection[tuple[str, str]], measure: str) -> DataTable:
    dates = [count.date for count in next(iter(lines.values()))]
    broken = {later for _, later in breaks}
    rows = tuple(
        (
            Detailed(date_words(when), "ne se compare pas à la date précédente")
            if when in broken
            else date_words(when),
            *(counts[k].words for counts in lines.values()),
        )
        for k, when in enumerate(dates)
    )
    return DataTable(typeset(measure), (Column("Date"), *(Column(name, True) for name in lines)), rows)


# -- drawing -----------------------------------------------------------------------------------------------------------
def _draw(width: float, lines: Mapping[str, Sequence[Count]], breaks: Collection[tuple[str, str]]) -> Sheet:
    sheet = Sheet(width, _HEIGHT)
    marks = [value for counts in lines.values() for c in counts for value in (c.low, c.high) if value is not None]
    if not marks:
        axis_words(sheet, 0, _TOP, next(iter(lines.values()))[0].sign)
        return sheet
    dates = [count.date for count in next(iter(lines.values()))]
    top = max(marks) or 1
    margin = 44.0 if width >= 480 else 26.0
    left, right = margin, width - margin
    step = (right - left) / max(len(dates) - 1, 1)
    xs = [left + k * step for k in range(len(dates))] if len(dates) > 1 else [(left + right) / 2]
    bottom = _HEIGHT - _FOOT

    def at(value: float) -> float:
        return bottom - value / top * (bottom - _TOP - 16)

    sheet.line(0, bottom, width, bottom, "rule")
    for x, when in zip(xs, dates, strict=True):
        sheet.line(x, bottom, x, bottom + 4, "rule")
        sheet.text(x, bottom + 18, date_words(when[:7] if width >= 480 else when[:4]), 11, "muted", "center")
    for k, later in enumerate(dates[1:]):
        if (dates[k], later) in breaks:
            x = (xs[k] + xs[k + 1]) / 2
            sheet.line(x, _TOP, x, bottom, "grid")
            sheet.text(x, bottom - 6, "rupture", 11, "muted", "center")
    for rank, (name, counts) in enumerate(lines.items()):
        color, weight = ("cite", 2.5) if rank == 0 else ("mid", 1.5)
        for k, (one, two) in enumerate(pairwise(counts)):
            if one.low is not None and two.low is not None and (one.date, two.date) not in breaks:
                sheet.line(xs[k], at(one.low), xs[k + 1], at(two.low), color, weight)
        for x, count in zip(xs, counts, strict=True):
            _mark(sheet, x, count, at, color, rank)
        _name(sheet, name, counts, xs, at, color=color, rank=rank)
    return sheet


def _mark(sheet: Sheet, x: float, count: Count, at: Callable[[float], float], color: str, rank: int) -> None:
    if count.low is None:
        sheet.text(x, at(0) - 8 - 14 * rank, count.sign, 11, "muted", "center")
        return
    y = at(count.low)
    if not count.exact:
        tip = at(count.high) if count.high is not None else y - 12
        sheet.line(x, y, x, tip, color, 1.5)
        if count.high is None:
            sheet.polygon([(x - 3.5, tip), (x + 3.5, tip), (x, tip - 5)], color)
        else:
            sheet.line(x - 4, tip, x + 4, tip, color, 1.5)
    if rank == 0:
        sheet.dots([(x, y)], 4.5, color)
    else:
        sheet.ring(x, y, 4, color)
    words = y - (10 if count.exact else 22) if rank == 0 else y + 17
    sheet.text(x, words, count.short, 12, "ink", "center", bold=rank == 0)


def _name(
    sheet: Sheet,
    name: str,
    counts: Sequence[Count],
    xs: Sequence[float],
    at: Callable[[float], float],
    *,
    color: str,
    rank: int,
) -> None:
    """The name of a line over its first segment, or under it."""
    known = [(x, at(c.low)) for x, c in zip(xs, counts, strict=True) if c.low is not None]
    if not known:
        return
    words = ellipsis(name, sheet.width - 4, 12, True)
    doubt = 12 if rank == 0 and not all(c.exact for c in counts[:2]) else 0  # the stroke of a count that may be more
    y = min(y for _, y in known[:2]) - 28 - doubt if rank == 0 else max(y for _, y in known[:2]) + 33
    sheet.text(
        min(max(known[0][0] - 30, 0), sheet.width - text_width(words, 12, True)),
        y,
        words,
        12,
        color if rank == 0 else "muted",
        bold=True,
    )
