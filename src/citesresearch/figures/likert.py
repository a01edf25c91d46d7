"""Answers on an ordered scale: shares either side of a zero line, the Cité's own answer framed and pointed at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from ..codebook import Modality, Vocabulary
from ..french import listing, number, of, plural, rounded, typeset
from .chart import Chart
from .exhibit import (
    CITES,
    LEAD,
    Estimate,
    KeyItem,
    Nouns,
    axis_words,
    base_words,
    block,
    credits,
    draw_key,
    draw_swatch,
    extremes,
    hidden_words,
    missing_title,
    place_key,
    quoted,
    ramp,
    read_estimates,
    share,
    short_name,
)
from .sheet import Sheet, ellipsis, text_width, wrap
from .tables import Cell, Column, DataTable

__all__ = ["likert"]

_ON = {"s4": "on4", "s3": "on3", "s2": "on2", "s1": "on1", "paper": "ink"}


@dataclass(frozen=True)
class _Scale:
    """A scale as it is drawn: levels from the least to the most favourable, each with the tokens of its bar and words."""

    levels: tuple[Modality, ...]
    colors: tuple[tuple[str, str], ...]
    outside: tuple[Modality, ...]
    two_sided: bool

    @property
    def only(self) -> str:
        """The words of the favourable answer where there is one only, which can then be named; else empty."""
        good = [level.libelle for level in self.levels if level.favorable]
        return quoted(good[0]) if len(good) == 1 else ""

    @property
    def sided(self) -> bool:
        """Whether some answers are favourable, so that their share can be said."""
        return any(level.favorable for level in self.levels)


@dataclass(frozen=True)
class _Question:
    """A row of the figure: its label, the share of each level from the least favourable, what else is known of it."""

    label: str
    cells: tuple[Estimate | None, ...]
    outside: tuple[float | None, ...]
    base: float | None
    favourable: float | None
    sign: str  # why there are no shares; empty when there are
    own: Modality | None

    @property
    def shares(self) -> list[float]:
        """In percent; empty where they are not published."""
        return [] if self.sign else [cell.valeur or 0.0 if cell else 0.0 for cell in self.cells]


def likert(
    rows: pd.DataFrame | Sequence[Estimate],
    vocabulary: Vocabulary,
    labels: Mapping[str, str],
    *,
    id: str,
    source: str,
    date: str,
    synthetique: bool,
    measure: str | None = None,
    nouns: Nouns = CITES,
    own: Mapping[str, str] | None = None,
    name: str | None = None,
) -> Chart:
    """The answers to one or several questions on the scale `vocabulary`, in the order of `labels` (indicateur → words).

    `rows` are published estimates of one perimeter: a row per modality (share in %, n, base), « favorable » where the scale
    has sides, outside-scale answers as counts. Where every modality is favourable or unfavourable, the bars lie either
    side of a zero line; otherwise (a level in the middle, or none with a side) they are stacked from the left, up to 7
    levels. A question of which one level is withheld shows none. `own` gives the Cité's answer (indicateur → code), `name`
    its name; `measure` what is measured, the scale's title by default; `nouns` what the bases count.
    Raises ValueError for a scale of more than 7 levels without sides, and KeyError for an answer outside the list.
    """
    scale = _scale(vocabulary)
    found = read_estimates(rows)
    questions = [
        _question(typeset(label), [e for e in found if e.indicateur == code], scale, vocabulary, (own or {}).get(code))
        for code, label in labels.items()
    ]
    called = short_name(name, 150)
    titled = measure or vocabulary.titre
    answered = any(q.own for q in questions)
    outside = {
        m.libelle: [n for q in questions if (n := q.outside[i]) is not None]
        for i, m in enumerate(vocabulary.hors_echelle)
    }
    reading = "à droite du trait, les réponses favorables." if scale.two_sided else ""
    return Chart(
        id=id,
        titre=_title(questions, scale),
        sous_titre=typeset(
            f"{titled}, en % des {nouns[1]}" + (f". Encadré : la réponse {of(called)}" if answered and name else "")
        ),
        alt=_alt(questions, scale, titled, called),
        draw=lambda width: _draw(width, questions, scale, called, answered),
        donnees=_table(questions, scale, titled, vocabulary, called, own is not None),
        notes=credits(
            source,
            date,
            base_words((q.base for q in questions if not q.sign), nouns, outside),
            ("Lecture", typeset(reading)),
            ("Non publié", hidden_words(q.sign for q in questions if q.sign)),
        ),
        synthetique=synthetique,
    )


def _scale(vocabulary: Vocabulary) -> _Scale:
    levels = tuple(reversed(vocabulary.modalites))
    good, bad = [m for m in levels if m.favorable], [m for m in levels if m.favorable is False]
    two_sided = bool(good) and bool(bad) and len(good) + len(bad) == len(levels)
    if not good and not bad:
        colors = ramp(len(levels))
    else:
        tokens = []
        for level in levels:
            if level.favorable is None:
                tokens.append("paper")
            elif level.favorable:
                tokens.append("s4" if level is good[-1] else "s3")
            else:  # alone beside other levels, the pale one: in grey it must not pass for the other side
                tokens.append("s1" if level is bad[0] and two_sided else "s2")
        colors = tuple((token, _ON[token]) for token in tokens)
    return _Scale(levels, colors, vocabulary.hors_echelle, two_sided)


def _question(
    label: str, found: Sequence[Estimate], scale: _Scale, vocabulary: Vocabulary, answer: str | None
) -> _Question:
    by_code = {e.modalite: e for e in found}
    cells = tuple(by_code.get(level.code) for level in scale.levels)
    outside = tuple(e.n if (e := by_code.get(m.code)) else None for m in scale.outside)
    given = [cell for cell in cells if cell]
    sign = ""
    if any(cell.statut == "s" for cell in given) or any(e.statut == "s" for e in found if e.modalite == ""):
        sign = "s"
    elif not given or not all(cell.known for cell in given):
        sign = "nd"
    favourable = None
    if scale.sided and not sign:
        said = by_code.get("favorable")
        if said is None:
            sides = zip(scale.levels, cells, strict=True)
            favourable = sum(cell.valeur or 0 for level, cell in sides if level.favorable and cell)
        elif said.known:
            favourable = said.valeur
    base = next((cell.base for cell in given if cell.base is not None), None)
    return _Question(label, cells, outside, base, favourable, sign, vocabulary[answer] if answer else None)


# -- words -------------------------------------------------------------------------------------------------------------
def _title(questions: Sequence[_Question], scale: _Scale) -> str:
    shown = [q for q in questions if not q.sign]
    if not shown:
        return missing_title(q.sign for q in questions)
    if scale.sided:
        shares = {q.label: int(rounded(q.favourable, 0)) for q in shown if q.favourable is not None}
        return _sided_title(shares, len(questions), scale.only) if shares else missing_title("s")
    return _plain_title(shown, scale)


def _sided_title(shares: Mapping[str, float], asked: int, only: str) -> str:
    """From the favourable shares as they are printed; `only` names the favourable answer where there is one only."""
    said = "de réponses favorables"
    if len(shares) == 1:
        ((label, value),) = shares.items()
        return typeset(f"{label} : {only} à {share(value)}" if only else f"{label} : {share(value)} {said}")
    tops, lows = extremes(shares)
    best, worst = shares[tops[0]], shares[lows[0]]
    if best == worst:
        said = f"de {only}" if only else said
        return typeset(f"{share(best)} {said} sur chacune des {number(len(shares))} lignes")

    def end(value: float, who: list[str]) -> str:
        return f"{share(value)} ({who[0] if len(who) == 1 else f'{number(len(who))} lignes'})"

    reach = f"de {end(worst, lows)} à {end(best, tops)}"
    if only:
        return typeset(f"{only} : {reach}")
    everywhere = "partout" if len(shares) == asked else f"sur les {number(len(shares))} lignes publiées"
    ahead = sum(value > 50 for value in shares.values())
    if ahead == len(shares):
        return typeset(f"Une majorité {said} {everywhere}, {reach}")
    if all(value < 50 for value in shares.values()):
        return typeset(f"Moins de la moitié {said} {everywhere}, {reach}")
    if not ahead:
        return typeset(f"Jamais plus de la moitié {said}, {reach}")
    return typeset(f"Une majorité {said} sur {number(ahead)} des {number(len(shares))} lignes, {reach}")


def _plain_title(shown: Sequence[_Question], scale: _Scale) -> str:
    """The most frequent answer of each question, up to three of them."""

    def most(q: _Question) -> str:
        tops, _ = extremes({level.libelle: value for level, value in zip(scale.levels, q.shares, strict=True)})
        value = max(q.shares)
        return f"{listing(quoted(t) for t in tops)} ({share(value)}{' chacune' if len(tops) > 1 else ''})"

    if len(shown) <= 3:
        return typeset(" ; ".join(f"{q.label} : surtout {most(q)}" for q in shown))
    first = [max(range(len(q.shares)), key=lambda k, q=q: q.shares[k]) for q in shown]  # type: ignore[misc]
    best = max(set(first), key=lambda k: (first.count(k), k))
    return typeset(
        f"{quoted(scale.levels[best].libelle)}, réponse la plus fréquente sur {number(first.count(best))} "
        f"des {number(len(shown))} lignes"
    )


def _alt(questions: Sequence[_Question], scale: _Scale, measure: str, name: str) -> str:
    shown = [q for q in questions if not q.sign]
    told = shown[:8]
    if scale.sided:
        said = [f"{q.label} {share(q.favourable) if q.favourable is not None else 'non publié'}" for q in told]
        body = f"part {scale.only or 'de réponses favorables'}, {listing(said)}"
    else:
        pairs = (
            (q.label, listing(f"{m.libelle} {share(v)}" for m, v in zip(scale.levels, q.shares, strict=True)))
            for q in told
        )
        body = " ; ".join(f"{label}, {words}" for label, words in pairs)
    parts = [f"{measure} : {body}" if shown else f"{measure} : aucune part publiée"]
    if len(told) < len(shown):
        parts.append(f"{plural(len(shown) - len(told), 'autre ligne', 'autres lignes')} dans le tableau")
    mine = listing(f"{q.own.libelle} ({q.label})" for q in questions if q.own)
    parts += [f"Réponse {of(name)} : {mine}"] if mine else []
    parts += [words] if (words := hidden_words(q.sign for q in questions if q.sign)) else []
    return typeset(". ".join(parts) + ".")


def _table(
    questions: Sequence[_Question], scale: _Scale, measure: str, vocabulary: Vocabulary, name: str, with_own: bool
) -> DataTable:
    """Best first as in the codebook: each level with its share, then favourable, base, answers outside the scale."""
    order = list(reversed(range(len(scale.levels))))
    columns = [Column("Ligne"), *(Column(scale.levels[k].libelle, True) for k in order)]
    columns += [Column("Favorable", True)] if scale.sided else []
    columns += [
        Column("Base", True),
        *(Column(f"{m.libelle} (nombre, hors base)", True) for m in vocabulary.hors_echelle),
    ]
    columns += [Column(f"Réponse {of(name)}")] if with_own else []
    lines = []
    for q in questions:
        line: list[Cell] = [q.label]
        for k in order:
            cell = q.cells[k]
            if cell is not None and cell.known and cell.valeur is not None:
                line.append(share(cell.valeur))
            else:
                line.append(cell.sign if cell is not None else q.sign or "nd")
        if scale.sided:
            line.append(share(q.favourable) if q.favourable is not None else q.sign or "s")
        line.append(number(q.base) if q.base is not None else q.sign or "nd")
        line += [number(n) if n is not None else ("s" if q.sign == "s" else "nd") for n in q.outside]
        if with_own:
            line.append(q.own.libelle if q.own else "nd")
        lines.append(tuple(line))
    return DataTable(typeset(measure), tuple(columns), tuple(lines))


# -- drawing -----------------------------------------------------------------------------------------------------------
def _draw(width: float, questions: Sequence[_Question], scale: _Scale, name: str, answered: bool) -> Sheet:
    wide = width >= 480
    bar = 24 if wide else 22
    bases = [f"sur {number(q.base)}" for q in questions if q.base is not None and not q.sign]
    column = max([62, *(text_width(words, 11) + 14 for words in bases)])
    label_room = 184 if wide else width - column - 8
    left, right = (200, width - column - 12) if wide else (5, width - 5)
    texts = [wrap(q.label, label_room, 13) for q in questions]
    pointers = [_pointer_room(q) for q in questions]
    heights = [
        max(bar + 8 + pointer, len(lines) * LEAD + 12) if wide else max(len(lines), 2) * LEAD + bar + 16 + pointer
        for lines, pointer in zip(texts, pointers, strict=True)
    ]
    entries = [
        KeyItem(level.libelle, draw_swatch(token)) for level, (token, _) in zip(scale.levels, scale.colors, strict=True)
    ]
    if answered:
        entries.append(KeyItem(name, _draw_frame, "cite"))
    placed, key_lines = place_key(entries, 0, width)
    top = key_lines * 20 + (28 if wide else 12)
    sheet = Sheet(width, top + sum(heights) + 4)
    draw_key(sheet, placed)
    if wide:
        heading = "Favorable" if scale.sided else "Base"
        sheet.text(width - 1, top - 6, heading, 12, "muted", "right")

    zero, unit = _zero(questions, scale, left, right)
    y = float(top)
    for q, lines, height, pointer in zip(questions, texts, heights, pointers, strict=True):
        if wide:
            middle = y + (height - pointer) / 2
            first = middle + 4.5 - LEAD * (len(lines) - 1) / 2
        else:
            middle = y + max(len(lines), 2) * LEAD + 7 + bar / 2
            first = y + LEAD * (max(len(lines), 2) - len(lines)) + 12
        for i, words in enumerate(lines):
            sheet.text(0 if wide else 4, first + i * LEAD, words, 13)
        _right_column(sheet, q, scale, middle if wide else y + 14)
        _row(sheet, q, scale, (zero, unit, left), middle - bar / 2, bar)
        y += height
    return sheet


def _pointer_room(q: _Question) -> int:
    """Pixels under a bar: for the pointer at the own answer, or for the answer in words where there is no segment."""
    if q.own is None:
        return 8
    return 16 if not q.sign and q.own.code in {c.modalite for c in q.cells if c} else 24


def _zero(questions: Sequence[_Question], scale: _Scale, left: float, right: float) -> tuple[float, float]:
    """Where the zero line is, and how many pixels one percent takes."""
    if not scale.two_sided:
        return left, (right - left) / 100
    below = [
        sum(v for v, m in zip(q.shares, scale.levels, strict=True) if not m.favorable) for q in questions if q.shares
    ]
    above = [sum(v for v, m in zip(q.shares, scale.levels, strict=True) if m.favorable) for q in questions if q.shares]
    worst, best = max([2.0, *below]), max([2.0, *above])
    unit = (right - left) / (worst + best)
    return left + worst * unit, unit


def _right_column(sheet: Sheet, q: _Question, scale: _Scale, y: float) -> None:
    """The favourable share, and under it how many answered."""
    edge = sheet.width - 1
    if q.sign:
        return
    if not scale.sided:
        words = number(q.base) if q.base is not None else "nd"
        if sheet.width < 480:
            words = f"sur {words}"
        sheet.text(edge, y + 4.5, words, 12, "muted", "right")
        return
    if q.favourable is not None:
        sheet.text(edge, y, share(q.favourable), 13, ha="right", bold=True)
    else:
        sheet.text(edge, y, "s", 13, "muted", "right", bold=True)
    if q.base is not None:
        sheet.text(edge, y + 14, f"sur {number(q.base)}", 11, "muted", "right")


def _row(sheet: Sheet, q: _Question, scale: _Scale, axis: tuple[float, float, float], y: float, bar: float) -> None:
    zero, unit, left = axis
    if q.sign:
        sheet.line(zero, y - 4, zero, y + bar + 4, "ink", 1.2)
        room = text_width("s secret statistique", 13, True) + 10
        x = zero + 8 if zero + 8 + room < sheet.width else left
        axis_words(sheet, x, y + bar / 2 + 4.5, q.sign)
    else:
        before = (
            sum(v for v, m in zip(q.shares, scale.levels, strict=True) if not m.favorable) if scale.two_sided else 0
        )
        x = zero - before * unit
        own_at: tuple[float, float] | None = None
        for level, value, (token, on) in zip(scale.levels, q.shares, scale.colors, strict=True):
            w = value * unit
            if value > 0:
                block(sheet, x, y, max(w - 1.2, 0.8), bar, token)
                words = number(value, 0)
                if w > text_width(words, 12) + 6:
                    sheet.text(x + w / 2 - 0.6, y + bar / 2 + 4.5, words, 12, on, "center")
            if q.own is not None and level.code == q.own.code:
                own_at = (x, w)
            x += w
        sheet.line(zero - 0.6, y - 4, zero - 0.6, y + bar + 4, "ink", 1.2)
        if own_at is not None:
            _frame(sheet, *own_at, y, bar)
            return
    if q.own is not None:  # no segment to point at: outside the scale, or nothing published of the network
        sheet.dots([(left + 6, y + bar + 11)], 4.5, "cite")
        words = ellipsis(typeset(q.own.libelle), sheet.width - left - 18, 12, True)
        sheet.text(left + 15, y + bar + 15, words, 12, "cite", bold=True)


def _frame(sheet: Sheet, x: float, w: float, y: float, bar: float) -> None:
    """The own answer: a frame in the Cité's accent with a halo, and a pointer from below."""
    w = max(w - 1.2, 3)
    x = min(max(x, 4), sheet.width - w - 4)
    sheet.rect(x - 1.6, y - 1.6, w + 3.2, bar + 3.2, None, "paper", 3.4)
    sheet.rect(x - 2.2, y - 2.2, w + 4.4, bar + 4.4, None, "cite", 2.4)
    cx = min(max(x + w / 2, 7), sheet.width - 7)
    sheet.polygon([(cx - 6, y + bar + 12), (cx + 6, y + bar + 12), (cx, y + bar + 4)], "cite")


def _draw_frame(sheet: Sheet, x: float, y: float) -> None:
    sheet.rect(x - 6, y - 6, 12, 12, None, "cite", 2.4)
