"""Associations one under the other, each with its interval, on one axis: what is told from zero, and what could be.

τ-b and δ have a direction and share an axis from −1 to 1. ε² and V have none and their intervals hardly ever reach 0:
they stand below, as diamonds from 0 to 1, and are filled by their p.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from ..french import NBSP, listing, number, percent, plural, typeset
from ..publication.findings import LEVEL, STRENGTHS, SYMBOLS, Finding
from ..stats.precision import TOLERANCE
from .chart import Chart
from .exhibit import LEAD, KeyItem, credits, draw_key, draw_swatch, place_key
from .marks import Interval, Intervals, Marker, Points
from .sheet import Sheet, text_width, wrap
from .tables import Cell, Column, DataTable

__all__ = ["Groups", "by_family", "by_hypothesis", "forest", "p_words"]

Groups = Mapping[str, Sequence[Finding]]

FAMILIES = {"confirmatoire": "déclarées", "exploratoire": "explorées"}
METHODS = {"holm": "méthode de Holm", "bh": "méthode de Benjamini et Hochberg"}
# With a direction or without, told from zero or not.
MARKERS = {
    (True, True): Marker("square", 4.5, "ink", "ink"),
    (True, False): Marker("square", 4.5, "paper", "ink"),
    (False, True): Marker("diamond", 6, "ink", "ink"),
    (False, False): Marker("diamond", 6, "paper", "ink"),
}
LABELS, P_ROOM, TOLD = 190, 62, 10  # pixels: labels, the column of p; associations that the alt text tells
_At = Callable[[float], float]


def by_family(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Groups for `forest`: the pairs declared in advance, then the explored ones; a family without a pair is left out."""
    names = {"confirmatoire": "Déclarées à l’avance", "exploratoire": "Explorées"}
    found = {name: [f for f in findings if f.famille == family] for family, name in names.items()}
    return {name: those for name, those in found.items() if those}


def by_hypothesis(findings: Sequence[Finding], hypotheses: Mapping[int, str]) -> dict[str, list[Finding]]:
    """Groups for `forest`: a hypothesis each, in its own words, then the pairs that belong to none."""
    names = {h: f"Hypothèse {h} : {words}" for h, words in hypotheses.items()} | {0: "Sans hypothèse"}
    found = {name: [f for f in findings if f.hypothese == h] for h, name in names.items()}
    return {name: those for name, those in found.items() if those}


def forest(groups: Groups, *, id: str, source: str, date: str, base: str, synthetique: bool, titre: str = "") -> Chart:
    """A row an association, under the name of its group: value, 95 % interval, p after adjustment, in the order given.

    The square is full where the interval leaves 0 out; the figures are bold where the adjusted p is at most .05. The
    grey band holds what these Cités would not have shown 8 times in 10: an association that was not seen may lie there.
    It fills the axis where no size would have been seen. A finding without a value says why. Without `titre` the title
    counts the associations that the adjusted p tells from zero, each family apart.
    """
    rows = [_Row(typeset(group), f) for group, findings in groups.items() for f in findings]
    return Chart(
        id=id,
        titre=typeset(titre) or _title(rows),
        sous_titre=typeset(
            f"Associations ({_measures(rows)}), avec leur intervalle à 95 %" if rows else "Associations"
        ),
        alt=_alt(rows),
        draw=lambda width: _draw(width, rows),
        donnees=_table(rows),
        notes=credits(source, date, typeset(base), *_reading(rows)),
        synthetique=synthetique,
    )


def p_words(p: float | None) -> str:
    """A p as it is printed: « < 0,001 », « 0,034 », « 0,17 »; « nd » where there is none."""
    if p is None:
        return "nd"
    return f"<{NBSP}0,001" if p < 0.001 else number(p, 3 if p < 0.1 else 2)


@dataclass(frozen=True)
class _Row:
    group: str
    finding: Finding

    @property
    def label(self) -> str:
        return typeset(f"{self.finding.predicteur} → {self.finding.resultat_libelle}")

    @property
    def signed(self) -> bool:
        return self.finding.mesure not in ("epsilon2", "v")

    @property
    def interval(self) -> tuple[float, float] | None:
        f = self.finding
        return None if f.bas is None or f.haut is None else (f.bas, f.haut)

    @property
    def full(self) -> bool:
        """Whether its mark is filled: the interval leaves 0 out; without direction, p is at most .05."""
        if not self.signed:
            return self.finding.p is not None and self.finding.p <= LEVEL + TOLERANCE
        return self.interval is not None and not self.interval[0] <= 0 <= self.interval[1]

    @property
    def kept(self) -> bool:
        """Whether the adjusted p tells it from zero."""
        p = self.finding.p_ajuste
        return self.finding.valeur is not None and p is not None and p <= LEVEL + TOLERANCE

    @property
    def range(self) -> str:
        return f"[{number(self.interval[0], 2)} ; {number(self.interval[1], 2)}]" if self.interval else "[nd]"

    @property
    def figures(self) -> str:
        """« τ-b 0,22 [0,04 ; 0,39] », nothing without a value."""
        f = self.finding
        return "" if f.valeur is None else typeset(f"{SYMBOLS[f.mesure]} {number(f.valeur, 2)} {self.range}")

    @property
    def why(self) -> str:
        return typeset(f"indicible : {self.finding.motif or 'rien n’est calculable'}")


# -- words -------------------------------------------------------------------------------------------------------------
def _measures(rows: Sequence[_Row]) -> str:
    said = {"tau_b": "τ-b de Kendall", "delta": "δ de Cliff", "epsilon2": "ε²", "v": "V de Cramér"}
    return listing(words for measure, words in said.items() if any(r.finding.mesure == measure for r in rows)) or "nd"


def _title(rows: Sequence[_Row]) -> str:
    if not rows:
        return "Aucune association à montrer"
    counts = {}
    for family, name in FAMILIES.items():
        told = [r for r in rows if r.finding.famille == family and r.finding.valeur is not None]
        if told:
            counts[name] = (sum(r.kept for r in told), len(told))
    if not counts:
        return typeset(f"{plural(len(rows), 'association')}, dont rien ne peut être dit")
    if len(counts) > 1:
        said = [f"{number(kept)} sur {number(total)} {name}" for name, (kept, total) in counts.items()]
        return typeset(f"Associations qui se distinguent de zéro, p ajusté : {', '.join(said)}")
    ((kept, total),) = counts.values()
    if total == 1:
        return f"La seule association mesurée {'se distingue' if kept else 'ne se distingue pas'} de zéro, p ajusté"
    if not kept:
        return typeset(f"Aucune des {number(total)} associations mesurées ne se distingue de zéro, p ajusté")
    verb = "se distingue" if kept == 1 else "se distinguent"
    return typeset(f"{plural(kept, 'association')} sur {number(total)} {verb} de zéro, p ajusté")


def _alt(rows: Sequence[_Row]) -> str:
    if not rows:
        return "Aucune association à montrer."
    known = [r for r in rows if r.finding.valeur is not None]
    parts = [_title(rows)] if known else []
    # Where they are many, the widest are told; the order of the rows is kept.
    widest = sorted(known, key=lambda r: -abs(r.finding.valeur or 0))[:TOLD]
    told = [r for r in known if any(r is w for w in widest)]
    parts += [f"{r.label} : {r.figures}, p ajusté {p_words(r.finding.p_ajuste)}" for r in told]
    parts += [f"{plural(len(known) - len(told), 'autre')} dans le tableau"] if len(known) > len(told) else []
    silent = len(rows) - len(known)
    parts += [f"{plural(silent, 'association')} dont rien ne peut être dit"] if silent else []
    return typeset(". ".join(parts) + ".")


def _reading(rows: Sequence[_Row]) -> Iterator[tuple[str, str]]:
    known = [r for r in rows if r.finding.valeur is not None]
    if not known:
        return
    yield (
        "Lecture",
        typeset(
            "carré plein : l’intervalle à 95 % exclut 0 ; en gras : p ajusté d’au plus 0,05. "
            "Une association ne dit pas de cause ; un intervalle qui contient 0 ne prouve pas l’absence de lien."
        ),
    )
    if not all(r.signed for r in known):
        yield (
            "Losange",
            typeset(
                "ε² et V n’ont pas de sens et ne sont jamais négatifs ; plein : p d’au plus 0,05 avant ajustement."
            ),
        )
    yield (
        "Fond gris",
        typeset(
            "association trop faible pour être vue 8 fois sur 10 avec ces Cités, au seuil de 0,05 sans ajustement."
        ),
    )
    used = {(f.ajustement, f.famille, f.taille_famille) for r in known if (f := r.finding).ajustement in METHODS}
    said = [f"{METHODS[method]}, {number(size)} paires {FAMILIES[family]}" for method, family, size in sorted(used)]
    yield "p ajusté", typeset(" ; ".join(reversed(said)))


def _table(rows: Sequence[_Row]) -> DataTable:
    columns = (
        Column("Association"),
        Column("Groupe"),
        Column("Cités", True),
        Column("Manquantes", True),
        Column("Mesure"),
        Column("Valeur", True),
        Column("Intervalle à 95 %", True),
        Column("p", True),
        Column("p ajusté", True),
        Column("Plus petite visible 8 fois sur 10", True),
        Column("Paires de Cités dans le même sens", True),
        Column("Force"),
    )
    return DataTable("Associations", columns, tuple(_cells(row) for row in rows))


def _cells(row: _Row) -> tuple[Cell, ...]:
    f = row.finding
    known = f.valeur is not None
    return (
        row.label,
        row.group,
        number(f.n),
        number(f.manquants),
        SYMBOLS[f.mesure] if f.mesure else "///",
        "nd" if f.valeur is None else number(f.valeur, 2),
        typeset(row.range) if known else "nd",
        p_words(f.p),
        p_words(f.p_ajuste),
        number(f.detectable, 2) if f.detectable is not None else "aucune" if known else "nd",
        percent(f.concordantes, 0) if f.concordantes is not None else "nd" if row.signed else "///",
        STRENGTHS[f.force] + (typeset(f" : {f.motif}") if f.motif else ""),
    )


# -- drawing -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Line:
    """A row laid out: its top and height, the middle of its mark, the lines of its label, or of why there is no mark."""

    row: _Row
    top: float
    height: float
    middle: float
    label: list[str]
    why: list[str]


@dataclass(frozen=True)
class _Room:
    """Where the axis stands, in pixels, and where it begins: −1 or 0; it ends at 1."""

    wide: bool
    width: float
    left: float
    right: float
    low: float

    def at(self, value: float) -> float:
        return self.left + (value - self.low) / (1 - self.low) * (self.right - self.left)

    @property
    def steps(self) -> tuple[float, ...]:
        return (-1, -0.5, 0, 0.5, 1) if self.low else (0, 0.25, 0.5, 0.75, 1)


def _draw(width: float, rows: Sequence[_Row]) -> Sheet:
    wide = width >= 480
    values = max((text_width(r.figures, 12, r.kept) for r in rows), default=0)
    left, right = (LABELS + 14, width - P_ROOM - values - 14) if wide else (8, width - 8)
    placed, lines = place_key(_key(rows), 0, width)
    sheet = Sheet(width, 20 * lines + 4)
    draw_key(sheet, placed)
    panels = [
        (-1, [r for r in rows if r.signed or r.finding.valeur is None]),
        (0, [r for r in rows if not r.signed and r.finding.valeur is not None]),
    ]
    for low, held in panels:
        if held:
            _panel(sheet, _Room(wide, width, left, right, low), held)
    return sheet


def _key(rows: Sequence[_Row]) -> list[KeyItem]:
    known = [r for r in rows if r.finding.valeur is not None]
    hollow = [r for r in known if r.signed and not r.full]
    silent = " ou n’est pas donné" if any(r.interval is None for r in hollow) else ""
    items = []
    if any(r.signed and r.full for r in known):
        items.append(KeyItem("l’intervalle exclut 0", lambda sheet, x, y: _swatch(sheet, (x, y), MARKERS[True, True])))
    if hollow:
        items.append(
            KeyItem(
                f"l’intervalle contient 0{silent}", lambda sheet, x, y: _swatch(sheet, (x, y), MARKERS[True, False])
            )
        )
    if not all(r.signed for r in known):
        items.append(
            KeyItem("sans sens (ε², V), de 0 à 1", lambda sheet, x, y: _swatch(sheet, (x, y), MARKERS[False, False]))
        )
    if known:
        items.append(KeyItem("trop faible pour être vue 8 fois sur 10", draw_swatch("zone")))
    return items


def _panel(sheet: Sheet, room: _Room, rows: Sequence[_Row]) -> None:
    """One axis and its rows, added at the foot of the sheet."""
    drawn = any(r.finding.valeur is not None for r in rows)
    if not room.low:
        sheet.extend(14)
    y = sheet.height
    if drawn and room.wide:
        sheet.extend(22)
        _steps(sheet, room, y)
        sheet.text(room.width - P_ROOM, y + 14, f"[IC à 95{NBSP}%]", 11, "muted", "right")
        sheet.text(room.width, y + 14, "p ajusté", 11, "muted", "right")
    lines: list[_Line] = []
    for group, held in groupby(rows, key=lambda r: r.group):
        lines += _group(sheet, room, group, list(held))
    if drawn:
        _marks(sheet, room, y, [line for line in lines if line.row.finding.valeur is not None])
        y = sheet.height
        sheet.extend(40 if room.low else 22)
        _steps(sheet, room, y)
        if room.low:
            sheet.text(room.at(0) - 8, y + 32, "← sens contraire", 11, "muted", "right")
            sheet.text(room.at(0) + 8, y + 32, "même sens →", 11, "muted")


def _steps(sheet: Sheet, room: _Room, y: float) -> None:
    for step in room.steps:
        sheet.text(room.at(step), y + 14, number(step), 11, "muted", "center")


def _marks(sheet: Sheet, room: _Room, top: float, lines: Sequence[_Line]) -> None:
    """Each value with its interval, over the axis of its panel."""
    foot = sheet.height
    both = [(line.row.interval, line.middle, "ink" if line.row.full else "mid") for line in lines]
    known = tuple(Interval(*ends, middle, color) for ends, middle, color in both if ends)
    points = [
        Points(
            tuple(
                (line.row.finding.valeur or 0.0, line.middle)
                for line in lines
                if (line.row.signed, line.row.full) == kind
            ),
            marker,
        )
        for kind, marker in MARKERS.items()
    ]
    box = (room.left, top, room.right - room.left, foot - top)
    sheet.plot(box, (room.low, 1), (foot, top), [Intervals(known, 1.8), *points])


def _group(sheet: Sheet, room: _Room, group: str, rows: Sequence[_Row]) -> list[_Line]:
    heading = wrap(group, room.width - 4, 12, True)
    y = sheet.height
    sheet.extend(len(heading) * LEAD + 10)
    sheet.line(0, y, room.width, y)
    for i, words in enumerate(heading):
        sheet.text(0, y + 16 + i * LEAD, words, 12, "muted", bold=True)
    lines = []
    for row in rows:
        line = _placed(room, row, sheet.height)
        sheet.extend(line.height)
        _draw_row(sheet, room, line)
        lines.append(line)
    return lines


def _placed(room: _Room, row: _Row, top: float) -> _Line:
    label_room = LABELS if room.wide else room.width - 4
    parts = (row.finding.predicteur, f"→ {row.finding.resultat_libelle}")
    label = [words for part in parts for words in wrap(typeset(part), label_room, 13)]
    known = row.finding.valeur is not None
    said = [] if known else wrap(row.why, room.width - (room.left if room.wide else 4), 12)
    if room.wide:
        height = max(len(label), len(said)) * LEAD + 12
        return _Line(row, top, height, top + height / 2, label, said)
    under = len(label) * LEAD + 6
    return _Line(row, top, under + (48 if known else len(said) * LEAD + 10), top + under + 32, label, said)


def _draw_row(sheet: Sheet, room: _Room, line: _Line) -> None:
    row, f = line.row, line.row.finding

    def first(lines: list[str]) -> float:
        """The baseline of the first of the lines, which are centred on the mark."""
        return line.middle + 4.5 - LEAD * (len(lines) - 1) / 2

    start = first(line.label) if room.wide else line.top + 14
    for i, words in enumerate(line.label):
        sheet.text(0, start + i * LEAD, words, 13)
    under = start + len(line.label) * LEAD + 2  # where the figures, or why there are none, stand on a phone
    if f.valeur is None:
        for i, words in enumerate(line.why):
            y = (first(line.why) if room.wide else under) + i * LEAD
            sheet.text(room.left if room.wide else 0, y, words, 12, "muted")
        return
    _axis(sheet, room, line)
    p = p_words(f.p_ajuste)
    if room.wide:
        sheet.text(room.width - P_ROOM, line.middle + 4.5, row.figures, 12, "ink", "right", bold=row.kept)
        sheet.text(room.width, line.middle + 4.5, p, 12, "ink", "right", bold=row.kept)
    else:
        sheet.text(0, under, typeset(f"{row.figures}, p ajusté {p}"), 12, "ink" if row.kept else "muted", bold=row.kept)


def _axis(sheet: Sheet, room: _Room, line: _Line) -> None:
    """The axis behind a mark: what could not be seen, the steps, and 0."""
    top, foot = (line.top, line.top + line.height) if room.wide else (line.middle - 14, line.middle + 14)
    reach = 1.0 if line.row.finding.detectable is None else line.row.finding.detectable
    start = room.at(max(room.low, -reach))
    sheet.rect(start, line.middle - 9, room.at(reach) - start, 18, "zone")
    for step in room.steps:
        sheet.line(room.at(step), top, room.at(step), foot, *(("grid", 1) if step else ("ink", 1.2)))


def _swatch(sheet: Sheet, place: tuple[float, float], mark: Marker) -> None:
    """A mark in the key."""
    shape = sheet.square if mark.shape == "square" else sheet.diamond
    shape(*place, mark.radius, mark.fill, mark.edge)
