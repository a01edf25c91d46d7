"""The path of maturity: a disc a Cité, piled on rising steps, this Cité on top of its pile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from ..codebook import Vocabulary
from ..french import listing, number, plural, typeset
from .chart import Chart
from .exhibit import Estimate, base_words, credits, extremes, hidden_words, missing_title, quoted, read_estimates, share
from .sheet import Sheet, ellipsis, text_width, wrap
from .tables import SIGNS, Cell, Column, DataTable

__all__ = ["path"]

GAP, PITCH, RISE, LEAD = 17, 15, 16, 15  # pixels: disc to disc, line to line of a pile, step to step, line to line


@dataclass(frozen=True)
class _Step:
    """A step: its place from 1, its words, how many Cités stand on it (None: not published), whether this one does."""

    place: int
    label: str
    count: int | None
    sign: str
    own: bool
    estimate: Estimate | None

    @property
    def others(self) -> int:
        return max((self.count or 0) - self.own, 0)


def path(
    rows: pd.DataFrame | Sequence[Estimate],
    vocabulary: Vocabulary,
    *,
    id: str,
    source: str,
    date: str,
    synthetique: bool,
    own: str | None = None,
    name: str | None = None,
) -> Chart:
    """How many Cités stand on each step of an ordered scale (best first, as every scale), the lowest step at the left.

    `rows` are published estimates of one indicator, one row a modality with its count in `n`; how many gave no answer is
    read from them too and said. `own` is the Cité's step, `name` its name: no other Cité is named.
    Raises ValueError for several indicators and KeyError for an `own` outside the list.
    """
    found = read_estimates(rows)
    if len({e.indicateur for e in found}) > 1:
        raise ValueError("several indicators on one path")
    at = {e.modalite: e for e in found}
    mine = vocabulary[own].code if own else None
    steps = [
        _step(place, typeset(m.libelle), at.get(m.code), m.code == mine)
        for place, m in enumerate(reversed(vocabulary.modalites), start=1)
    ]
    named = name if name and mine else "cette Cité"
    silent = _silent(found, vocabulary)
    base = base_words(
        (e.base for e in found if e.known and e.modalite in {m.code for m in vocabulary.modalites}), ("Cité", "Cités")
    )
    signs = [s.sign for s in steps if s.count is None]
    aside = vocabulary[own].libelle if own and not any(s.own for s in steps) else ""
    return Chart(
        id=id,
        titre=_title(steps, named),
        sous_titre=typeset(f"{vocabulary.titre}, un disque par Cité"),
        alt=_alt(steps, named, silent, signs),
        draw=lambda width: _draw(width, steps, named, silent),
        donnees=_table(steps, vocabulary.titre, named, silent),
        notes=credits(
            source,
            date,
            base,
            ("Hors du chemin", listing(silent)),
            ("Réponse", typeset(f"{named} : {aside}") if aside else ""),
            ("Non publié", hidden_words(signs, "étape")),
        ),
        synthetique=synthetique,
    )


def _step(place: int, label: str, estimate: Estimate | None, own: bool) -> _Step:
    if estimate is None:
        return _Step(place, label, None, "nd", own, None)
    counted = estimate.statut == "ok" and estimate.n is not None and estimate.base != 0
    count = round(estimate.n) if counted and estimate.n is not None else None
    return _Step(place, label, count, "" if counted else estimate.sign, own, estimate)


def _silent(found: Sequence[Estimate], vocabulary: Vocabulary) -> list[str]:
    """Who stands on no step: « 3 Cités sans réponse », « 2 Cités : Ne sait pas »."""
    missing = next((e.manquants for e in found if e.manquants is not None), None)
    words = [f"{plural(missing, 'Cité')} sans réponse"] if missing else []
    for m in vocabulary.hors_echelle:
        count = next((e.n for e in found if e.modalite == m.code and e.n), None)
        words += [f"{plural(count, 'Cité')} : {m.libelle}"] if count else []
    return [typeset(w) for w in words]


def _title(steps: Sequence[_Step], name: str) -> str:
    counts = {s.label: s.count for s in steps if s.count is not None}
    total = sum(counts.values())
    own = next((s for s in steps if s.own), None)
    if own is not None:
        words = f"{name[:1].upper()}{name[1:]} : étape {own.place} sur {len(steps)}"
        if own.count is None or len(counts) < len(steps):
            return typeset(words)
        if own.others:
            return typeset(f"{words}, comme {plural(own.others, 'autre Cité', 'autres Cités')} sur {number(total)}")
        return typeset(f"{words}, sans autre Cité")
    if not counts:
        return missing_title(s.sign for s in steps)
    if len(counts) < len(steps):
        return typeset(" ; ".join(f"{quoted(label)} : {plural(n, 'Cité')}" for label, n in counts.items()))
    tops, _ = extremes({label: float(n) for label, n in counts.items()})
    best = plural(counts[tops[0]], "Cité")
    if len(tops) == 1:
        return typeset(f"{best} sur {number(total)} à l’étape {quoted(tops[0])}, la plus fréquente")
    if len(tops) == len(steps):
        return typeset(f"Autant de Cités à chaque étape : {best}")
    return typeset(f"{best} sur {number(total)} à chacune des étapes {listing(quoted(t) for t in tops)}")


def _alt(steps: Sequence[_Step], name: str, silent: Sequence[str], signs: Sequence[str]) -> str:
    said = listing(f"{s.label} {plural(s.count, 'Cité')}" for s in steps if s.count is not None)
    own = next((s for s in steps if s.own), None)
    parts = [f"De la première étape à la dernière : {said}" if said else "Aucun nombre publié"]
    parts += [f"{name[:1].upper()}{name[1:]} : {own.label}"] if own else []
    parts += [listing(silent)] if silent else []
    parts += [hidden_words(signs, "étape")] if signs else []
    return typeset(". ".join(parts) + ".")


def _table(steps: Sequence[_Step], measure: str, name: str, silent: Sequence[str]) -> DataTable:
    with_own = any(s.own for s in steps)
    columns = [Column("Étape"), Column("Nombre de Cités", True), Column("Part", True)]
    columns += [Column(name[:1].upper() + name[1:])] if with_own else []
    lines = []
    for s in steps:
        value = s.estimate.valeur if s.estimate and s.count is not None else None
        line: list[Cell] = [f"{s.place}. {s.label}", number(s.count) if s.count is not None else s.sign]
        line.append(share(value) if value is not None else s.sign or "nd")
        line += ["oui" if s.own else "non"] if with_own else []
        lines.append(tuple(line))
    return DataTable(typeset(measure), tuple(columns), tuple(lines), typeset(listing(silent)))


# -- drawing -----------------------------------------------------------------------------------------------------------
def _draw(width: float, steps: Sequence[_Step], name: str, silent: Sequence[str]) -> Sheet:
    return (
        _stairs(width, steps, name, silent) if width >= 480 and len(steps) <= 4 else _list(width, steps, name, silent)
    )


def _rows(discs: int, columns: int) -> int:
    return -(-discs // columns)


def _lines(step: _Step, columns: int) -> int:
    """How many lines its pile takes, this Cité on one of its own; one for the words of what is not published."""
    return max(_rows(step.others, columns) + step.own, 0 if step.count is not None else 1)


def _stairs(width: float, steps: Sequence[_Step], name: str, silent: Sequence[str]) -> Sheet:
    """Steps side by side, each higher than the one before; the discs stand on them."""
    space = 8
    w = (width - space * (len(steps) - 1)) / len(steps)
    columns = int((w - 8) // GAP)
    texts = [wrap(s.label, w - 40 - _count_room(s) - 14, 12) for s in steps]
    tall = max(52, max(len(t) for t in texts) * LEAD + 18)
    piles = [_lines(s, columns) * PITCH + i * RISE for i, s in enumerate(steps)]
    ground = max(piles) + 14
    sheet = Sheet(width, ground + tall + (26 if silent else 2))
    for i, (step, lines) in enumerate(zip(steps, texts, strict=True)):
        x, base = i * (w + space), ground - i * RISE
        tip = 10
        back = [(x + tip, base + tall / 2)] if i else []
        sheet.polygon(
            [
                (x, base),
                (x + w - tip, base),
                (x + w, base + tall / 2),
                (x + w - tip, base + tall),
                (x, base + tall),
                *back,
            ],
            "panel",
        )
        _words(sheet, step, lines, x, base + tall / 2, w)

        def place(k: int, x: float = x, base: float = base) -> tuple[float, float]:
            return x + 10 + (k % columns) * GAP, base - 12 - (k // columns) * PITCH

        _discs(sheet, step, place, columns, name, width)
    if silent:
        sheet.text(0, ground + tall + 20, ellipsis(_unplaced(silent), width, 12), 12, "muted")
    return sheet


def _list(width: float, steps: Sequence[_Step], name: str, silent: Sequence[str]) -> Sheet:
    """Steps one under the other, the discs under each."""
    columns = int((width - 12) // GAP)
    texts = [wrap(s.label, width - 44 - _count_room(s) - 14, 12) for s in steps]
    talls = [max(40, len(t) * LEAD + 14) for t in texts]
    heights = [tall + 12 + _lines(s, columns) * PITCH + 12 for s, tall in zip(steps, talls, strict=True)]
    tail = wrap(_unplaced(silent), width, 12) if silent else []
    sheet = Sheet(width, sum(heights) + len(tail) * LEAD + 4)
    y = 0.0
    for step, lines, tall, height in zip(steps, texts, talls, heights, strict=True):
        sheet.polygon(
            [(0, y), (width - 10, y), (width, y + tall / 2), (width - 10, y + tall), (0, y + tall)],
            "panel",
        )
        _words(sheet, step, lines, 0, y + tall / 2, width)

        def place(k: int, top: float = y + tall + 14) -> tuple[float, float]:
            return 10 + (k % columns) * GAP, top + (k // columns) * PITCH

        _discs(sheet, step, place, columns, name, width)
        y += height
    for i, words in enumerate(tail):
        sheet.text(0, y + 12 + i * LEAD, words, 12, "muted")
    return sheet


def _unplaced(silent: Sequence[str]) -> str:
    return f"Hors du chemin : {listing(silent)}"


def _count_room(step: _Step) -> float:
    return text_width(number(step.count) if step.count is not None else step.sign, 16, True)


def _words(sheet: Sheet, step: _Step, lines: Sequence[str], x: float, middle: float, w: float) -> None:
    sheet.text(x + 22, middle + 6, str(step.place), 16, "muted", "center", bold=True)
    for i, words in enumerate(lines):
        sheet.text(x + 38, middle + 4.5 + (i - (len(lines) - 1) / 2) * LEAD, words, 12)
    total = number(step.count) if step.count is not None else step.sign
    sheet.text(x + w - 14, middle + 6, total, 16, "ink" if step.count is not None else "muted", "right", bold=True)


def _discs(
    sheet: Sheet,
    step: _Step,
    place: Callable[[int], tuple[float, float]],
    columns: int,
    name: str,
    width: float,
) -> None:
    if step.count is None:
        x, y = place(1 if step.own else 0)
        sheet.text(x - 6 if not step.own else x, y + 4.5, SIGNS[step.sign], 12, "muted")
    sheet.dots([place(k) for k in range(step.others)], 5, "net")
    if not step.own:
        return
    x, y = place(columns * _rows(step.others, columns))
    sheet.site(x, y, 6.5)
    if step.count is None:
        return  # the words take the line; the title and the table name the Cité
    room = width - x - 14
    words = name if text_width(name, 13, True) <= room else ellipsis("cette Cité", room, 13, True)
    sheet.text(x + 13, y + 4.5, words, 13, "cite", bold=True)
