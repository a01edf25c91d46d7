"""Bars of shares, counts or amounts, their value at the end."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from ..codebook import Vocabulary
from ..french import listing, number, of, plural, typeset, within
from .chart import Chart
from .exhibit import (
    CITES,
    LEAD,
    Estimate,
    KeyItem,
    Nouns,
    axis_words,
    base_words,
    credits,
    draw_key,
    draw_swatch,
    hidden_words,
    missing_title,
    place_key,
    quoted,
    read_estimates,
    short_name,
    site_key,
    written,
)
from .sheet import Sheet, text_width, wrap
from .tables import SIGNS, Cell, Column, DataTable

__all__ = ["bars"]


@dataclass(frozen=True)
class _Bar:
    code: str
    label: str
    estimate: Estimate
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class _Look:
    """What the drawing needs besides the bars."""

    unit: str | Nouns
    digits: int | None
    own: Mapping[str, float]
    chosen: Collection[str] | None
    medians: Mapping[str, float]
    name: str

    def words(self, value: float) -> str:
        return written(value, self.unit, self.digits)


def bars(
    rows: pd.DataFrame | Sequence[Estimate],
    labels: Mapping[str, str],
    *,
    id: str,
    measure: str,
    source: str,
    date: str,
    synthetique: bool,
    vocabulary: Vocabulary | None = None,
    unit: str | Nouns = "%",
    digits: int | None = None,
    nouns: Nouns = CITES,
    order: Literal["valeur", "liste"] = "valeur",
    own: Mapping[str, float] | None = None,
    chosen: Collection[str] | None = None,
    medians: Mapping[str, float] | None = None,
    name: str | None = None,
    intervals: Literal["recensement", "general"] | None = None,
) -> Chart:
    """Horizontal bars of published estimates (rows of the table of estimates), the value at the end.

    With a `vocabulary`, the rows are about one indicator and each of its modalities is a bar; without, each indicator has
    one row and one bar, named by `labels`. Bars come by value, the greatest first, or in the order of the list.
    `measure` is the subtitle and says the unit. `unit` is written after values (« % », « k€ », or a noun in singular and
    plural); `nouns` is what the bases count. `own` gives the Cité's own value by bar (a disc on the axis, its number at the
    right), `chosen` the bars that the Cité answered yes to (a disc before the bar), `medians` a tick by bar. Rows of the
    perimeter « cite » are the Cité's own bars, in its accent. `intervals` adds a thin line: what the network would be with
    all its Cités (counts of shares are brought to the population asked), or such sites in general.
    Raises ValueError when rows do not name their bars one by one.
    """
    found = read_estimates(rows)
    entries = _bars(found, labels, vocabulary, intervals, unit)
    if order == "valeur":
        entries.sort(key=lambda b: -(b.estimate.valeur or 0) if b.estimate.known else math.inf)
    look = _Look(unit, digits, own or {}, chosen, medians or {}, short_name(name))
    signs = [b.estimate.sign for b in entries if not b.estimate.known]
    outside = {
        m.libelle: [e.n for e in found if e.modalite == m.code and e.n is not None]
        for m in (vocabulary.hors_echelle if vocabulary else ())
    }
    mine = _mine(entries)
    return Chart(
        id=id,
        titre=_title(entries, look, mine),
        sous_titre=typeset(measure),
        alt=_alt(entries, look, measure),
        draw=lambda width: _draw(width, entries, look),
        donnees=_table(entries, look, measure, outside, intervals),
        notes=credits(
            source,
            date,
            "" if mine else base_words((b.estimate.base for b in entries if b.estimate.known), nouns, outside),
            ("Trait fin", _interval_words(intervals) if any(b.interval for b in entries) else ""),
            ("Non publié", hidden_words(signs)),
        ),
        synthetique=synthetique,
    )


def _bars(
    found: list[Estimate],
    labels: Mapping[str, str],
    vocabulary: Vocabulary | None,
    intervals: str | None,
    unit: str | Nouns,
) -> list[_Bar]:
    if vocabulary is None:
        codes = [e.indicateur for e in found]
        if len(set(codes)) < len(codes):
            raise ValueError("several rows of one indicator: give the vocabulary of its modalities")
        named = [(e.indicateur, labels[e.indicateur], e) for e in found]
    else:
        if len({e.indicateur for e in found}) > 1:
            raise ValueError("several indicators: their modalities are not bars of one figure")
        by_code = {e.modalite: e for e in found}
        named = [(m.code, m.libelle, by_code[m.code]) for m in vocabulary.modalites if m.code in by_code]
    return [_Bar(code, typeset(label), e, _interval(e, intervals, unit)) for code, label, e in named]


def _interval(estimate: Estimate, kind: str | None, unit: str | Nouns) -> tuple[float, float] | None:
    """The interval on the axis of the bars; None where it cannot be brought to it."""
    if not estimate.known or kind is None:
        return None
    if kind == "general":
        return estimate.general
    if estimate.recensement is None or unit != "%":
        return estimate.recensement
    low, high = estimate.recensement
    asked = (estimate.base or 0) + high - low  # those who answered, and all the silent ones, without return or not
    # Counts of a network of which some answered outside the scale have no share of their own.
    if estimate.hors_echelle or not asked:
        return None
    return 100 * low / asked, 100 * high / asked


def _interval_words(kind: str | None) -> str:
    if kind == "recensement":
        return "ce que la valeur serait au moins et au plus si toutes les Cités interrogées avaient répondu : c’est certain."
    return typeset("valeur plausible pour de tels sites en général (confiance de 95 %).")


def _mine(entries: Sequence[_Bar]) -> bool:
    """Whether the bars are the Cité's own."""
    return bool(entries) and all(b.estimate.perimetre_type == "cite" for b in entries)


def _values(entries: Sequence[_Bar]) -> dict[str, float]:
    return {b.label: b.estimate.valeur for b in entries if b.estimate.known and b.estimate.valeur is not None}


def _title(entries: Sequence[_Bar], look: _Look, mine: bool) -> str:
    values = _values(entries)
    if not values:
        return missing_title(b.estimate.sign for b in entries)
    if mine and look.medians:
        compared = [
            (v, look.medians[b.code])
            for b in entries
            if b.code in look.medians and (v := values.get(b.label)) is not None
        ]
        if compared:
            above = sum(value > median for value, median in compared)
            count = plural(above, "valeur") if above else "aucune valeur"
            return typeset(
                f"{_subject(look.name)} : {count} sur {number(len(compared))} au-dessus de la médiane du réseau"
            )
    shown = {label: look.words(value) for label, value in values.items()}
    if len(values) == 1:
        ((label, words),) = shown.items()
        return typeset(f"{label} : {words}")
    best, last = max(values.values()), min(values.values())
    tops = [label for label, words in shown.items() if words == look.words(best)]
    lows = [label for label, words in shown.items() if words == look.words(last)]
    if len(tops) == len(values):
        return typeset(f"La même valeur partout : {look.words(best)}")
    first = (
        listing(map(quoted, tops))
        if any("," in label for label in tops)
        else listing((tops[0], *map(within, tops[1:])))
    )
    head = f"{first} en tête" if len(tops) <= 2 else f"{number(len(tops))} lignes en tête"
    tie = ", à égalité" if len(tops) > 1 else ""
    tail = (
        f", {within(lows[0])} en dernier ({look.words(last)})" if len(lows) == 1 and len(values) == len(entries) else ""
    )
    return typeset(f"{head}{tie} ({look.words(best)}){tail}")


def _subject(name: str) -> str:
    return name[:1].upper() + name[1:]


def _alt(entries: Sequence[_Bar], look: _Look, measure: str) -> str:
    values = [(label, look.words(value)) for label, value in _values(entries).items()]
    told = values if len(values) <= 10 else [*values[:5], *values[-2:]]
    body = listing(f"{label} {words}" for label, words in told)
    dots = f" ; {plural(len(values) - len(told), 'ligne')} dans le tableau" if len(told) < len(values) else ""
    own = listing(f"{b.label} {look.words(look.own[b.code])}" for b in entries if b.code in look.own)
    chosen = listing(quoted(b.label) for b in entries if b.code in (look.chosen or ()))
    parts = [f"{measure} : {body}{dots}" if body else f"{measure} : aucune valeur publiée"]
    parts += [f"{_subject(look.name)} : {own}"] if own else []
    parts += [f"Réponse {of(look.name)} : {chosen}"] if chosen else []
    parts += [words] if (words := hidden_words(b.estimate.sign for b in entries if not b.estimate.known)) else []
    return typeset(". ".join(parts) + ".")


def _table(
    entries: Sequence[_Bar],
    look: _Look,
    measure: str,
    outside: Mapping[str, Sequence[float]],
    intervals: str | None,
) -> DataTable:
    counted = any(b.estimate.n is not None for b in entries)
    based = any(b.estimate.base is not None for b in entries)
    ranged = any(b.interval for b in entries)
    columns = [Column("Ligne"), Column("Valeur", True)]
    columns += [Column("Nombre", True)] if counted else []
    columns += [Column("Base", True)] if based else []
    columns += [Column("Intervalle", True)] if ranged else []
    columns += [Column("Médiane du réseau", True)] if look.medians else []
    columns += [Column(_subject(look.name), True)] if look.own or look.chosen is not None else []
    lines: list[tuple[Cell, ...]] = []
    for b in entries:
        e = b.estimate
        line: list[Cell] = [b.label, look.words(e.valeur) if e.known and e.valeur is not None else e.sign]
        line += [e.sign if e.n is None else number(e.n, 0)] if counted else []
        line += [e.sign if e.base is None else number(e.base, 0)] if based else []
        if ranged:
            line.append(f"{look.words(b.interval[0])} à {look.words(b.interval[1])}" if b.interval else "nd")
        if look.medians:
            line.append(look.words(look.medians[b.code]) if b.code in look.medians else "nd")
        if look.chosen is not None:
            line.append("oui" if b.code in look.chosen else "non")
        elif look.own:
            line.append(look.words(look.own[b.code]) if b.code in look.own else "nd")
        lines.append(tuple(line))
    for label, counts in outside.items():
        if counted and counts:
            aside: list[Cell] = [label, "///", number(sum(counts)), *["///"] * (len(columns) - 3)]
            lines.append(tuple(aside))
    note = "réponses hors échelle : en nombre, hors de la base" if any(outside.values()) and counted else ""
    return DataTable(typeset(measure), tuple(columns), tuple(lines), note)


def _draw(width: float, entries: Sequence[_Bar], look: _Look) -> Sheet:
    wide = width >= 480
    mine = _mine(entries)
    gutter = 24 if look.chosen is not None else 0
    own_column = max((text_width(look.words(v), 13, True) for v in look.own.values()), default=-14) + 14
    values = [look.words(b.estimate.valeur) for b in entries if b.estimate.known and b.estimate.valeur is not None]
    value_room = max((text_width(words, 13, True) for words in values), default=0) + 12
    if wide:
        longest = max((text_width(b.label, 13) for b in entries), default=0)
        label_room = min(longest + 2, 236)
        left = label_room + 14 + gutter
    else:
        label_room = width - 4 - gutter
        left = 4 + gutter
    right = width - value_room - own_column
    texts = [wrap(b.label, label_room, 13) for b in entries]
    bar = 16 if wide else 14
    heights = [max(32, len(t) * LEAD + 12) if wide else len(t) * LEAD + bar + 20 for t in texts]
    items = _key_items(entries, look, mine)
    placed, key_lines = place_key(items, 0 if not wide else min(left, 170), width)
    top = key_lines * 20 + (8 if key_lines else 2)
    sheet = Sheet(width, top + sum(heights) + 2)
    draw_key(sheet, placed)

    marks: list[float] = [
        v for b in entries if b.estimate.known for v in (b.estimate.valeur, *(b.interval or ())) if v is not None
    ]
    marks += [v for b in entries for v in (look.own.get(b.code), look.medians.get(b.code)) if v is not None]
    low, high = min([0.0, *marks]), max([0.0, *marks])
    scale = (right - left) / ((high - low) or 1.0)

    def at(value: float) -> float:
        return left + (value - low) * scale

    y = float(top)
    for b, lines, height in zip(entries, texts, heights, strict=True):
        middle = y + height / 2 if wide else y + len(lines) * LEAD + 6 + bar / 2
        first = middle + 4.5 - LEAD * (len(lines) - 1) / 2 if wide else y + 12
        for i, words in enumerate(lines):
            sheet.text(0 if wide else 4 + gutter, first + i * LEAD, words, 13)
        _mark_bar(sheet, b, look, at, y=middle, bar=bar, mine=mine)
        if look.chosen is not None:
            x = left - 14 if wide else 10
            if b.code in look.chosen:
                sheet.site(x, middle, 6)
            else:
                sheet.line(x - 5, middle, x + 5, middle, "net", 1.5)
        if b.code in look.own:
            sheet.text(width - 1, middle + 4.5, look.words(look.own[b.code]), 13, "cite", "right", bold=True)
        y += height
    return sheet


def _key_items(entries: Sequence[_Bar], look: _Look, mine: bool) -> list[KeyItem]:
    items = []
    if mine:
        items.append(KeyItem(look.name, draw_swatch("cite"), "cite"))
    elif look.own or look.chosen is not None:
        items.append(site_key(look.name if look.own else f"réponse : {look.name}"))
        items.append(KeyItem("réseau", draw_swatch("mid")))
    if look.medians:
        items.append(KeyItem("médiane du réseau", lambda sheet, x, y: sheet.line(x, y - 8, x, y + 8, "ink", 3)))
    return items


def _mark_bar(
    sheet: Sheet, b: _Bar, look: _Look, at: Callable[[float], float], *, y: float, bar: float, mine: bool
) -> None:
    e, zero = b.estimate, at(0)
    reach = zero
    if e.known and e.valeur is not None:
        x = at(e.valeur)
        sheet.rect(min(zero, x), y - bar / 2, abs(x - zero), bar, "cite" if mine else "mid")
        reach = max(zero, x)
    sheet.line(zero, y - bar / 2 - 3, zero, y + bar / 2 + 3, "ink", 1.2)
    if b.interval:
        low, high = at(b.interval[0]), at(b.interval[1])
        for color, lw in (("paper", 3.5), ("ink", 1.2)):  # a halo, so that the line is seen on its own bar
            sheet.line(low, y, high, y, color, lw)
            for x in (low, high):
                sheet.line(x, y - 4, x, y + 4, color, lw)
        reach = max(reach, high)
    if b.code in look.medians:
        x = at(look.medians[b.code])
        sheet.line(x, y - bar / 2 - 4, x, y + bar / 2 + 4, "paper", 6)
        sheet.line(x, y - bar / 2 - 4, x, y + bar / 2 + 4, "ink", 3)
        reach = max(reach, x)
    words = look.words(e.valeur) if e.known and e.valeur is not None else ""
    room = text_width(words or f"{e.sign} {SIGNS[e.sign]}", 13, True) + 16
    if b.code in look.own:
        x = at(look.own[b.code])
        sheet.site(x, y, 6)
        if reach - 6 < x < reach + room:  # the disc would hide the words
            reach = x + 6
    if words:
        sheet.text(reach + 8, y + 4.5, words, 13, "cite" if mine else "ink", bold=True)
    else:
        axis_words(sheet, reach + 8, y + 4.5, e.sign)
