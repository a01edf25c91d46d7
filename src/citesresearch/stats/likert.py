"""Summary of one question answered on an ordered scale."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from .arguments import is_missing

__all__ = ["LikertSummary", "likert_summary"]


@dataclass(frozen=True)
class LikertSummary:
    """Distribution of the answers on a scale; every share is over `base` and lies between 0 and 1.

    counts, shares: by level, in the order of the scale (shares None when the base is 0).
    outside: counts of the answers outside the scale. missing: absent ones. total = base + outside + missing.
    favourable, neutral, unfavourable: shares; balance = favourable − unfavourable, −1 to 1.
    median: the level of the middle answer (the less favourable one of two middles).
    mean, sd: of the scores 1 (least favourable) to k (most favourable), to compare with outside publications
    only: they suppose equal steps between levels. sd is None below two answers.
    """

    counts: Mapping[Hashable, int]
    shares: Mapping[Hashable, float] | None
    outside: Mapping[Hashable, int]
    missing: int
    base: int
    total: int
    favourable_count: int
    neutral_count: int
    unfavourable_count: int
    favourable: float | None
    neutral: float | None
    unfavourable: float | None
    balance: float | None
    median: Hashable | None
    mean: float | None
    sd: float | None


def likert_summary(
    answers: Iterable[object],
    scale: Sequence[Hashable],
    *,
    favourable: Collection[Hashable],
    neutral: Collection[Hashable] = (),
    outside: Sequence[Hashable] = (),
) -> LikertSummary:
    """Distribution, favourable share and net balance of the answers to one question.

    share(level) = count(level) / base; balance = favourable share − unfavourable share.

    Base: the answers on the scale. Answers in `outside` (« non concerné », « ne sait pas ») and missing ones
    (None, NaN) are outside it, each counted apart: here, unlike elsewhere, missing values are accepted.
    answers: one code per respondent. scale: levels, most favourable first. favourable, neutral: levels of the
    scale; the others are unfavourable. outside: codes that are answers but not levels.
    Reading: favourable 0: no favourable answer; 1: all of them. Balance −1: all unfavourable; +1: all
    favourable; 0: as many of each, whether few or many (print the shares beside). Base 0: shares, balance,
    median and mean are None.
    Raises ValueError for a code that is neither on the scale nor in `outside` (a typing mistake must not
    leave the base unseen), for a level twice, or for a favourable or neutral level that is not on the scale.

    Agresti (2010), Analysis of Ordinal Categorical Data, doi:10.1002/9780470594001; net balance: OECD (2003),
    Business Tendency Surveys: A Handbook, doi:10.1787/9789264177444-en.
    """
    _check_scale(scale, favourable, neutral, outside)
    seen: Counter[Hashable] = Counter()
    missing = 0
    for answer in answers:
        if is_missing(answer):
            missing += 1
        elif isinstance(answer, Hashable):
            seen[answer] += 1
        else:
            raise ValueError(f"answers: {answer!r} is not an answer code")
    unknown = [code for code in seen if code not in scale and code not in outside]
    if unknown:
        raise ValueError(
            "answers: neither on the scale nor declared outside it: " + ", ".join(sorted(map(repr, unknown)))
        )
    counts = {level: seen[level] for level in scale}
    apart = {code: seen[code] for code in outside}
    base = sum(counts.values())
    good = sum(counts[level] for level in favourable)
    middle = sum(counts[level] for level in neutral)
    bad = base - good - middle
    mean, sd = _scores(tuple(counts.values()))
    return LikertSummary(
        counts=MappingProxyType(counts),
        shares=MappingProxyType({level: n / base for level, n in counts.items()}) if base else None,
        outside=MappingProxyType(apart),
        missing=missing,
        base=base,
        total=base + sum(apart.values()) + missing,
        favourable_count=good,
        neutral_count=middle,
        unfavourable_count=bad,
        favourable=good / base if base else None,
        neutral=middle / base if base else None,
        unfavourable=bad / base if base else None,
        balance=(good - bad) / base if base else None,
        median=_lower_median(counts, base),
        mean=mean,
        sd=sd,
    )


def _check_scale(
    scale: Sequence[Hashable],
    favourable: Collection[Hashable],
    neutral: Collection[Hashable],
    outside: Sequence[Hashable],
) -> None:
    named = [*scale, *outside]
    if not scale:
        raise ValueError("scale: at least one level is needed")
    if len(set(named)) != len(named):
        raise ValueError("scale and outside: a code stands twice")
    strange = [level for level in (*favourable, *neutral) if level not in scale]
    if strange:
        raise ValueError(f"favourable and neutral: not on the scale: {strange}")
    if len({*favourable, *neutral}) != len(favourable) + len(neutral):
        raise ValueError("favourable and neutral: a level stands twice")


def _lower_median(counts: Mapping[Hashable, int], base: int) -> Hashable | None:
    reached = 0
    for level in reversed(list(counts)):  # from the least favourable up
        reached += counts[level]
        if base and 2 * reached >= base:
            return level
    return None


def _scores(counts: Sequence[int]) -> tuple[float | None, float | None]:
    """Mean and standard deviation of the scores k, k − 1... 1 of the levels, most favourable first."""
    base = sum(counts)
    if base == 0:
        return None, None
    scored = list(zip(range(len(counts), 0, -1), counts, strict=True))
    mean = sum(score * n for score, n in scored) / base
    if base == 1:
        return mean, None
    return mean, math.sqrt(sum(n * (score - mean) ** 2 for score, n in scored) / (base - 1))
