"""Keys that lead from one table to another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd

from ...codebook import Codebook, ForeignKey
from ...french import listing, plural
from .nearest import TOTAL_ADVICE, Budget, Nearest, is_total
from .problems import Collector, Problem, Source, quoted

__all__ = ["as_keys_stand", "key_text", "keys_of", "validate_links"]


def key_text(value: Any) -> str:
    """A key as text, the same whether its column holds integers, or floats because one is missing."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def validate_links(
    tables: Mapping[str, pd.DataFrame],
    codebook: Codebook,
    sources: Mapping[str, Source],
    known: Iterable[Problem] = (),
    unsure: Collection[str] = (),
    lost: Mapping[str, Collection[str]] | None = None,
) -> list[Problem]:
    """Keys that do not exist in the table they refer to, with the nearest one that does.

    `sources` tells where each table stands. Cells with a blocking problem in `known` are not reported twice.
    Nothing is said of keys into the tables of `unsure`, which were not read, nor of keys that stand among the
    `lost` cells of a table: those of its rows that could not be read.
    """
    reported = {(p.source, p.ligne, p.colonne) for p in known if p.blocking}
    # One that is to be corrected itself is nobody's spelling, nor is one that leads nowhere.
    doubtful = reported | _orphans(tables, codebook, sources, unsure)
    budget = Budget()
    found: list[Problem] = []
    for name, frame in tables.items():
        notes = Collector(sources[name])
        for key in codebook[name].foreign_keys:
            place = key.table or name
            if place not in unsure:
                gone = (lost or {}).get(place, ())
                _check_link(frame, key, tables.get(place), sources, reported, doubtful, gone, budget, notes)
        found += sorted(notes.found, key=lambda problem: problem.ligne or 0)
    return found


def as_keys_stand(
    tables: Mapping[str, pd.DataFrame], codebook: Codebook, sources: Mapping[str, Source], found: Iterable[Problem]
) -> list[Problem]:
    """The same problems: a key refused for its form is advised as it stands in the table it leads to, or in those that lead to it.

    « cite‑1 » is « cite-1 », which is there, rather than the « cite-01 » that its form alone would have.
    """
    found = list(found)
    refused = {(p.source, p.ligne, p.colonne) for p in found if p.blocking}
    links = [
        (name, field, key.table or name, target)
        for name in tables
        for key in codebook[name].foreign_keys
        for field, target in zip(key.fields, key.targets, strict=True)
    ]
    leads = {(sources[name], field): (place, target) for name, field, place, target in links}
    own = {(sources[place], target): (place, target) for _, _, place, target in links if place in tables}

    @cache
    def standing(name: str, column: str) -> Nearest:
        cells = tables[name][column].dropna() if name in tables else pd.Series(dtype=object)
        kept = {key_text(v) for row, v in cells.items() if (sources[name], row, column) not in refused}
        return Nearest({key: key for key in sorted(kept)}, Budget(0))

    def advised(problem: Problem) -> Problem:
        target = leads.get((problem.source, problem.colonne or "")) or own.get((problem.source, problem.colonne or ""))
        if problem.code != "forme" or target is None or problem.lu is None:
            return problem
        places = [target, *((name, field) for name, field, *to in links if tuple(to) == target)]
        near = next((key for place in places if (key := standing(*place).sure(problem.lu)) is not None), None)
        return problem if near is None else replace(problem, remede=f"écrire {quoted(near)}")

    return [advised(problem) for problem in found]


def keys_of(frame: pd.DataFrame, names: Sequence[str]) -> list[tuple[str, ...] | None]:
    """The keys as tuples of text; None where a part is missing."""
    parts = [[None if pd.isna(v) else key_text(v) for v in frame[name].tolist()] for name in names]
    # A key with a missing part refers to nothing: zip pairs the parts row by row.
    return [None if None in key else tuple(str(part) for part in key) for key in zip(*parts, strict=True)]


def _orphans(
    tables: Mapping[str, pd.DataFrame], codebook: Codebook, sources: Mapping[str, Source], unsure: Collection[str]
) -> set[tuple[Source, int | None, str | None]]:
    """The cells whose key does not exist in the table that it refers to."""
    found: set[tuple[Source, int | None, str | None]] = set()
    for name, frame in tables.items():
        for key in codebook[name].foreign_keys:
            target = tables.get(key.table or name)
            if target is None or (key.table or name) in unsure:
                continue
            existing = set(keys_of(target, key.targets))
            for row, k in zip(frame.index, keys_of(frame, key.fields), strict=True):
                if k is not None and k not in existing:
                    found |= {(sources[name], row, field) for field in key.fields}
    return found


def _check_link(
    frame: pd.DataFrame,
    key: ForeignKey,
    target: pd.DataFrame | None,
    sources: Mapping[str, Source],
    reported: Collection[tuple[Source, int | None, str | None]],
    doubtful: Collection[tuple[Source, int | None, str | None]],
    lost: Collection[str],
    budget: Budget,
    notes: Collector,
) -> None:
    keys = keys_of(frame, key.fields)
    column = ", ".join(key.fields)
    if target is None:
        used = sum(k is not None for k in keys)
        if used:
            notes.add(
                "table_absente",
                f"la table {quoted(key.table)}, à laquelle {plural(used, 'ligne')} se rapportent"
                if used > 1
                else f"la table {quoted(key.table)}, à laquelle une ligne se rapporte",
                f"ajouter le fichier {quoted(f'{key.table}.csv')}",
                colonne=column,
            )
        return
    place = sources.get(key.table or "", notes.source)
    existing, believed = set[tuple[str, ...]](), set[tuple[str, ...]]()
    for row, k in zip(target.index, keys_of(target, key.targets), strict=True):
        if k is not None:
            existing.add(k)
            if not any((place, row, name) in doubtful for name in key.targets):
                believed.add(k)
    # Sorted: a set has no fixed order, and the suggestion must be the same on every run.
    nearest = Nearest({" | ".join(k): " | ".join(k) for k in sorted(believed)}, budget)
    refused = Nearest({" | ".join(k): " | ".join(k) for k in sorted(existing - believed)}, budget)
    advice: dict[tuple[str, ...], str] = {}
    for row, k in zip(frame.index, keys, strict=True):
        if k is None or k in existing or all(part in lost for part in k):
            continue
        if any((notes.source, row, name) in reported for name in key.fields):
            continue
        if k not in advice:
            match nearest(" | ".join(k)), refused.sure(" | ".join(k)):
                case _ if is_total(k[0]):
                    correct = TOTAL_ADVICE
                case (near, True), _:
                    correct = f"écrire {quoted(near)}"
                case _, str(wrong):
                    correct = f"corriger d’abord {quoted(wrong)} dans {place.named()}"
                case (near, False), _:
                    correct = f"corriger la clé (la plus proche est {quoted(near)})"
                case _:
                    correct = "corriger la clé"
            advice[k] = f"{correct}, ou ajouter la ligne qui manque dans {place.named()}"
        notes.add(
            "cle_orpheline",
            f"une clé qui existe dans {place.named()} (colonne {listing(quoted(t) for t in key.targets)})",
            advice[k],
            ligne=row,
            colonne=column,
            lu=" | ".join(k),
        )
