"""From answers to rows of estimates: closed questions and numbers, in every perimeter, with their bases and intervals.

Bases. A unit (a Cité's return, a respondent, a line of a return) is **asked** when the condition of the question holds.
Asked, it answers on the list (`base`), outside it (`hors_echelle`) or not at all (`manquants`). In a multiple choice
« aucun » is an answer like another: it is in the base, and counted in `hors_echelle` too. A Cité without return is not
asked: it is not in `manquants`, but it is in the interval about the network.

Intervals. `recensement_bas` and `recensement_haut` bound what is true of the Cités of the perimeter, in counts of
Cités, whatever the silent ones would have said: n, and n + those who did not answer. They need no assumption; the
number of Cités concerned is base + haut − bas (`stats.census_interval` has the narrower interval that takes the silent
Cités for a random draw). For a mean they are `stats.fpc_mean`. `general_bas` and `general_haut` (Wilson, in %) are about such Cités in general. Both are
given only where the unit is a Cité: respondents and lines of a same Cité are not independent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..stats.errors import NotComputable
from ..stats.intervals import fpc_mean, proportion_interval
from .perimetres import Bools, Ints, Perimeters

__all__ = ["SECRET", "Closed", "Numbers", "Row", "closed_rows", "number_rows", "summary_rows"]

Floats = npt.NDArray[np.float64]
Row = dict[str, object]
CiteRows = Literal["own", "share", "secret"]

NO_RETURN, NO_ANSWER, NOT_ASKED = "pas de retour", "sans réponse", "question non posée"
UNKNOWN = "question posée selon une autre, restée sans réponse"
SECRET = "réponses de personnes : aucun chiffre par Cité"


@dataclass(frozen=True)
class Closed:
    """Answers to one closed question: U units, K modalities of the list then H outside it.

    place: the Cité of each unit (U). chosen: 1 where the unit gave that answer (U × (K + H)), or the weight of the
    line (a number of actions, of euros). asked: whether that modality was proposed to the unit (U × K). unknown: units
    of which one cannot know whether the question concerns them (U). own: what a Cité's own row says instead of the
    code (a whole date for a year).
    """

    modalites: tuple[str, ...]
    outside: tuple[str, ...]
    place: Ints
    chosen: Floats
    asked: Bools
    unknown: Bools
    multiple: bool = False
    favourable: tuple[str, ...] = ()
    unfavourable: tuple[str, ...] = ()
    own: tuple[str, ...] = ()

    def among(self, units: Bools) -> Closed:
        """The same question put to some of the units only."""
        own = tuple(said for said, kept in zip(self.own, units, strict=True) if kept) if self.own else ()
        return Closed(
            self.modalites,
            self.outside,
            self.place[units],
            self.chosen[units],
            self.asked[units],
            self.unknown[units],
            self.multiple,
            self.favourable,
            self.unfavourable,
            own,
        )


@dataclass(frozen=True)
class Numbers:
    """A number given by each of U Cités (NaN: no answer); `asked` and `unknown` as in `Closed`, one column."""

    place: Ints
    values: Floats
    asked: Bools
    unknown: Bools


def closed_rows(question: Closed, perimeters: Perimeters, key: Row, cites: CiteRows) -> list[Row]:
    """The rows of a closed question: each answer, the favourable share and the balance, the answers outside the list.

    `key` is added to every row (date, edition, source, crossing). `cites` says what a Cité's own rows are: its own
    answers ("own": the unit is the Cité), shares of its lines ("share"), or nothing but the word secret ("secret":
    respondents). Shares are in % of the base, the balance in points.
    """
    tally = _Tally(question, len(perimeters.cites), units_are_cites=cites == "own")
    rows = tally.rows(
        perimeters.members,
        [{"perimetre_type": kind, "perimetre_id": ident} | key for kind, ident in perimeters.keys],
    )
    if cites == "own":
        return rows + _own_answers(question, perimeters.cites, key)
    if cites == "secret":
        blank = {"perimetre_type": "cite", "modalite": "", "unite": "pourcentage", "statut": "s", "motif": SECRET}
        return rows + [blank | {"perimetre_id": cite} | key for cite in perimeters.cites]
    speaking = np.flatnonzero(tally.counts.any(axis=1))
    alone = np.zeros((len(speaking), len(perimeters.cites)), dtype=np.int64)
    alone[np.arange(len(speaking)), speaking] = 1
    keys = [{"perimetre_type": "cite", "perimetre_id": perimeters.cites[place]} | key for place in speaking]
    return rows + tally.rows(alone, keys, chosen_only=True)


class _Tally:
    """Counts by Cité, added up over the members of a perimeter."""

    def __init__(self, question: Closed, cites: int, units_are_cites: bool) -> None:
        self.question, self.units_are_cites = question, units_are_cites
        size = len(question.modalites)
        said: Any = question.chosen > 0
        inside = said.any(axis=1) if question.multiple else said[:, :size].any(axis=1)
        weight = np.ones(len(said)) if question.multiple else np.where(inside, question.chosen[:, :size].sum(axis=1), 1)
        asked: Any = question.asked
        silent = ~said.any(axis=1) & asked.any(axis=1)
        out = said[:, size:].any(axis=1)

        def by_cite(units: npt.NDArray[Any]) -> Floats:
            total = np.zeros((cites, *units.shape[1:]))
            np.add.at(total, question.place, units)
            return total

        self.counts = by_cite(question.chosen)
        self.base = by_cite((inside[:, None] & asked) * weight[:, None])
        self.missing = by_cite((silent[:, None] & asked).astype(float))
        self.out = by_cite((out[:, None] & asked).astype(float))
        self.proposed = asked.any(axis=0) | ~asked.any()
        # Cités that may have said yes: no answer, no return, or not known whether the question concerns them.
        answered = by_cite((said.any(axis=1) | ~(asked.any(axis=1) | question.unknown)).astype(float))
        self.silent: Floats = (answered == 0).astype(float)

    def rows(self, members: Ints, keys: Sequence[Row], chosen_only: bool = False) -> list[Row]:
        """The rows of each perimeter (a line of `members`); `chosen_only` leaves out the answers that no one gave."""
        columns = (self.counts, self.base, self.missing, self.out, self.silent)
        found = zip(keys, *((members @ column).tolist() for column in columns), strict=True)
        return [row for key, *totals in found for row in self._perimeter(chosen_only, key, *totals)]

    def _perimeter(
        self,
        chosen_only: bool,
        key: Row,
        counts: list[float],
        base: list[float],
        missing: list[float],
        out: list[float],
        silent: float,
    ) -> Iterator[Row]:
        question, size = self.question, len(self.question.modalites)
        for i, code in enumerate(question.modalites):
            if self.proposed[i] and (counts[i] or not chosen_only):
                yield self._share(key | {"modalite": code}, counts[i], base[i], missing[i], out[i], silent)
        if question.favourable and question.unfavourable and not chosen_only:
            good = sum(counts[question.modalites.index(code)] for code in question.favourable)
            bad = sum(counts[question.modalites.index(code)] for code in question.unfavourable)
            yield self._share(key | {"modalite": "favorable"}, good, base[0], missing[0], out[0], silent)
            balance: Row = {"valeur": 100 * (good - bad) / base[0]} if base[0] else {"statut": "nd"}
            counted: Row = {"base": base[0], "hors_echelle": out[0], "manquants": missing[0]}
            yield key | {"modalite": "solde", "unite": "points"} | counted | balance
        whole: Row = {"base": max(base, default=0), "hors_echelle": max(out, default=0), "statut": "nc"}
        whole |= {"unite": "pourcentage", "manquants": max(missing, default=0)}
        for i, code in enumerate(question.outside, start=size):
            if counts[i] or not chosen_only:
                yield key | whole | {"modalite": code, "n": counts[i]}

    def _share(self, key: Row, n: float, base: float, missing: float, out: float, silent: float) -> Row:
        row = key | {"unite": "pourcentage", "n": n, "base": base, "hors_echelle": out, "manquants": missing}
        if base:
            row["valeur"] = 100 * n / base
        else:
            row["statut"] = "nd"
        if self.units_are_cites and base + silent:
            row["recensement_bas"], row["recensement_haut"] = n, n + silent
            if base:
                row["general_bas"], row["general_haut"] = _wilson(round(n), round(base))
        return row


def _own_answers(question: Closed, cites: Sequence[str], key: Row) -> list[Row]:
    codes = (*question.modalites, *question.outside)
    size = len(question.modalites)
    unit_of = {int(place): unit for unit, place in enumerate(question.place)}
    rows: list[Row] = []
    for place, cite in enumerate(cites):
        row = key | {"perimetre_type": "cite", "perimetre_id": cite, "unite": "pourcentage"}
        unit = unit_of.get(place)
        given = [] if unit is None else np.flatnonzero(question.chosen[unit]).tolist()
        if unit is None or not given:
            rows.append(row | _silence(question, unit))
        for i in given:
            inside = i < size
            named = question.own[unit or 0] if question.own else codes[i]
            counted = {
                "n": 1,
                "base": int(inside or question.multiple),
                "hors_echelle": int(not inside),
                "manquants": 0,
            }
            rows.append(row | {"modalite": named} | counted | ({"valeur": 100.0} if inside else {"statut": "nc"}))
    return rows


def _silence(question: Closed | Numbers, unit: int | None) -> Row:
    """Why a Cité says nothing."""
    nothing: Row = {"modalite": "", "base": 0, "manquants": 0, "statut": "nd"}
    if unit is None:
        return nothing | {"motif": NO_RETURN}
    if question.unknown[unit]:
        return nothing | {"motif": UNKNOWN}
    if question.asked[unit].any():
        return nothing | {"manquants": 1, "motif": NO_ANSWER}
    return nothing | {"statut": "nc", "motif": NOT_ASKED}


def number_rows(numbers: Numbers, perimeters: Perimeters, key: Row, unite: str) -> list[Row]:
    """The rows of a number given by each Cité: total, mean, median, extremes, quartiles; then each Cité's own number.

    The mean alone has intervals: of the Cités of the perimeter (`recensement_*`), of such Cités in general.
    """
    known = np.isfinite(numbers.values)
    asked = numbers.asked
    missing = asked & ~known
    value = np.full(len(perimeters.cites), np.nan)
    value[numbers.place[known]] = numbers.values[known]
    lacking = np.zeros(len(perimeters.cites), dtype=bool)
    lacking[numbers.place[missing]] = True
    certain = np.zeros(len(perimeters.cites), dtype=bool)
    certain[numbers.place[known | ~(asked | numbers.unknown)]] = True
    rows: list[Row] = []
    for where, members in perimeters.groups():
        given = value[members & np.isfinite(value)]
        silent = int((members & ~certain).sum())
        found = summary_rows(given, int((members & lacking).sum()), where | key | {"unite": unite})
        if len(given):
            found[SUMMARIES.index("moyenne")] |= _mean_intervals(given, len(given) + silent)
        rows += found
    unit_of = {int(place): unit for unit, place in enumerate(numbers.place)}
    for place, cite in enumerate(perimeters.cites):
        row = {"perimetre_type": "cite", "perimetre_id": cite, "modalite": "", "unite": unite} | key
        unit = unit_of.get(place)
        if np.isfinite(value[place]):
            rows.append(row | {"valeur": value[place], "n": 1, "base": 1, "hors_echelle": 0, "manquants": 0})
        else:
            rows.append(row | _silence(numbers, unit))
    return rows


SUMMARIES = ("total", "moyenne", "mediane", "minimum", "maximum", "quartile_1", "quartile_3")


def summary_rows(values: Floats, missing: int, key: Row) -> list[Row]:
    """Total, mean, median, extremes and quartiles (linear, Hyndman and Fan's type 7) of known numbers; no interval.

    `missing` others are unknown.
    """
    common: Row = key | {"n": len(values), "base": len(values), "hors_echelle": 0, "manquants": missing}
    if not len(values):
        return [common | {"modalite": name, "statut": "nd"} for name in SUMMARIES]
    return [
        common | {"modalite": name, "valeur": value} for name, value in zip(SUMMARIES, _summaries(values), strict=True)
    ]


def _summaries(values: Floats) -> tuple[float, ...]:
    return (
        float(values.sum()),
        float(values.mean()),
        float(np.median(values)),
        float(values.min()),
        float(values.max()),
        *(float(quartile) for quartile in np.percentile(values, (25, 75))),
    )


def _mean_intervals(values: Floats, population: int) -> Row:
    found: Row = {}
    for name, total in (("recensement", population), ("general", None)):
        try:
            interval = fpc_mean(values, total)
        except NotComputable:  # a single value has no interval
            continue
        found |= {f"{name}_bas": interval.low, f"{name}_haut": interval.high}
    return found


@lru_cache(maxsize=65536)
def _wilson(count: int, n: int) -> tuple[float, float]:
    interval = proportion_interval(count, n)
    return 100 * interval.low, 100 * interval.high
