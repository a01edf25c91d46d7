"""Values that are well written and hardly true: each column's declared bounds, the rest of its table, other tables.

All are warnings: the person who knows may be right. The codebook declares `plausible` (min, max) of a number or a date;
no date is expected after the edition of the campagne, unless the codebook says `futur`.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from ...codebook import Codebook, Field, Table
from ...french import date as date_in_words
from ...french import listing, number, plural
from .cells import parse_number
from .problems import Collector, Problem, Source, quoted

__all__ = ["implausible"]

_ENOUGH = 5  # filled cells of a column, before one of them may look unlike the others
_FAR = 20  # times the median of its column
_APART = 5  # times the next largest value
_SERIALS = datetime.date(1899, 12, 30)  # the day from which spreadsheets count
_FIRST_SERIAL = (datetime.date(2019, 1, 1) - _SERIALS).days
_SHOWN = 5
_NAMED = 20
_NUMERIC = frozenset("0123456789+-\u2212")


def implausible(
    frames: Mapping[str, pd.DataFrame],
    orders: Mapping[str, Sequence[str]],
    codebook: Codebook,
    sources: Mapping[str, Source],
    edition: str,
) -> list[Problem]:
    """The warnings on the values of typed tables, whose files have their columns in these `orders`.

    `edition` is the ISO date of the campagne.
    """
    found: list[Problem] = []
    for name, frame in frames.items():
        table, notes = codebook[name], Collector(sources[name])
        for field in table.fields:
            column = frame[field.name].dropna()
            if field.date_partielle:
                _dates(column, field, edition, notes)
            elif field.type in ("integer", "number") and len(column):
                _numbers(column.astype(float), field, table, edition, notes)
        _words(frame, [name for name in orders[name] if name in frame], table, notes)
        _holes(frame, table, notes)
        found += notes.found
    return [*found, *_across(frames, sources)]


def _told(
    lines: pd.Index[int], notes: Collector, code: str, expected: str, remedy: str, column: str, read: Mapping[int, str]
) -> None:
    """The first rows one by one, then how many others."""
    more = len(lines) - _SHOWN
    for line in lines[:_SHOWN]:
        notes.add(code, expected, remedy, ligne=line, colonne=column, lu=read[line], gravite="avertissement")
    if more > 0:
        rest = plural(more, "autre cellule", "autres cellules")
        notes.add(code, f"{expected} ; {rest} du même genre", remedy, colonne=column, gravite="avertissement")


def _cells(column: pd.Series[Any]) -> list[tuple[int, Any]]:
    """The rows and values of a column."""
    return list(zip(column.index.tolist(), column.tolist(), strict=True))


# --- numbers ----------------------------------------------------------------------------------------


def _numbers(column: pd.Series[float], field: Field, table: Table, edition: str, notes: Collector) -> None:
    bounds = field.extra.get("plausible", {})
    low, high = bounds.get("min"), bounds.get("max")
    year = (field.constraints.get("minimum") or 0) >= 1900
    if year and edition:
        high = int(edition[:4])
    outside = pd.Series(False, index=column.index)
    if low is not None:
        outside |= column < low
    if high is not None:
        outside |= column > high
    read = {line: str(int(v)) if year else number(v) for line, v in _cells(column)} if outside.any() else {}
    if outside.any():
        span = f"entre {_said(low, year)} et {_said(high, year)}" if low is not None and high is not None else ""
        span = span or (f"de {_said(high, year)} au plus" if high is not None else f"de {_said(low, year)} au moins")
        _told(
            column.index[outside],
            notes,
            "peu_plausible",
            f"une valeur {span} d’ordinaire ({field.libelle})",
            "vérifier la valeur et son unité ; rien si elle est juste",
            field.name,
            read,
        )
    if not year and not field.part:
        _unlike_the_others(column[~outside], field, notes)
    if field.extra.get("unite") == "euros":
        _maybe_a_date(column, field, edition, notes)


def _said(bound: float, year: bool) -> str:
    return str(bound) if year else number(bound)


def _unlike_the_others(column: pd.Series[float], field: Field, notes: Collector) -> None:
    """One value that is far above all the others of its column."""
    some = column[column > 0].sort_values()
    if len(some) < _ENOUGH:
        return
    line, largest = _cells(some)[-1]
    if largest > _FAR * float(some.median()) and largest > _APART * float(some.iloc[-2]):
        notes.add(
            "peu_plausible",
            f"une valeur de l’ordre des autres de la colonne, dont la plus grande est {number(float(some.iloc[-2]))} ({field.libelle})",
            "vérifier le nombre de chiffres et l’unité ; rien si elle est juste",
            ligne=line,
            colonne=field.name,
            lu=number(largest),
            gravite="avertissement",
        )


def _maybe_a_date(column: pd.Series[float], field: Field, edition: str, notes: Collector) -> None:
    """An amount that a spreadsheet may have made of a date: among round amounts, the number of a recent day."""
    last = (datetime.date.fromisoformat(f"{edition[:4]}-12-31") - _SERIALS).days if edition else 0
    odd = column[column % 100 != 0]
    round_ones = len(column) - len(odd)
    serial = odd[(odd % 1 == 0) & odd.between(_FIRST_SERIAL, last)]
    if round_ones < len(odd) or not len(serial):
        return
    for line, value in _cells(serial):
        day = date_in_words((_SERIALS + datetime.timedelta(days=int(value))).isoformat())
        notes.add(
            "peu_plausible",
            f"un montant ({field.libelle}) ; c’est aussi le numéro que les tableurs donnent au {day}",
            "vérifier qu’une date n’a pas été tapée dans cette cellule ; rien si le montant est juste",
            ligne=line,
            colonne=field.name,
            lu=number(value),
            gravite="avertissement",
        )


def _holes(frame: pd.DataFrame, table: Table, notes: Collector) -> None:
    """For information, the one or two empty cells of columns that are filled everywhere else."""
    told = []
    for field in table.fields:
        closed = field.type != "string" or "enum" in field.constraints or field.date_partielle
        column = frame.loc[_asked(frame, field), field.name] if closed else frame[field.name].iloc[:0]
        empty = column.index[column.isna()]
        if 0 < len(empty) <= 2 and len(column) >= 3 * len(empty):
            told += [f"{quoted(field.name)} (ligne {line})" for line in empty]
    if told:
        more = [f"{number(len(told) - _NAMED)} autres"] if len(told) > _NAMED else []
        said = plural(len(told), "cellule vide dans une colonne remplie", "cellules vides dans des colonnes remplies")
        notes.add(
            "cellule_vide",
            f"{said} par ailleurs : {listing([*told[:_NAMED], *more])}",
            "",
            gravite="information",
        )


def _asked(frame: pd.DataFrame, field: Field) -> pd.Series[bool]:
    """The rows that a column is asked of."""
    condition = field.extra.get("si", {})
    filter_column = frame.get(condition.get("champ", ""))
    if filter_column is None:
        return pd.Series(True, index=frame.index)
    said = filter_column.map({1: "oui", 0: "non"}) if filter_column.dtype.kind in "bf" else filter_column
    asked: pd.Series[bool] = said.isin(list(condition.get("valeurs", ())))
    return asked


# --- words ------------------------------------------------------------------------------------------


def _words(frame: pd.DataFrame, order: Sequence[str], table: Table, notes: Collector) -> None:
    """A number, or « oui », alone of its kind in a column of words; right of an empty number, it may have moved there."""
    for left, name in zip([None, *order], order, strict=False):
        field = table[name]
        if field.type != "string" or field.date_partielle or "enum" in field.constraints:
            continue
        column = frame[name].dropna()
        counts = Counter(column.tolist())
        odd = {text for text in counts if text.lower() in ("oui", "non")}
        if "pattern" not in field.constraints:  # a form of its own says whether digits are expected
            odd |= {text for text in counts if text[:1] in _NUMERIC and parse_number(text) is not None}
        many = sum(counts[text] for text in odd)
        if not many or 2 * many > len(column) or many > max(2, len(column) // 50):
            continue  # they are ordinary there
        beside = left if left is not None and table[left].type in ("integer", "number") else None
        empty = [False] * len(frame) if beside is None else frame[beside].isna().tolist()
        for (line, text), alone in zip(_cells(frame[name]), empty, strict=True):
            if text not in odd:
                continue
            if beside is not None and alone:
                notes.add(
                    "valeur_decalee",
                    f"un texte ({field.libelle}) ; la cellule de {quoted(beside)}, à sa gauche, est vide",
                    f"remettre ce nombre dans la colonne {quoted(beside)} si c’est le sien",
                    ligne=line,
                    colonne=name,
                    lu=text,
                    gravite="avertissement",
                )
            else:
                notes.add(
                    "type_de_cellule",
                    f"un texte ({field.libelle})",
                    "vérifier la cellule : les autres de la colonne sont des mots",
                    ligne=line,
                    colonne=name,
                    lu=text,
                    gravite="avertissement",
                )


# --- dates ------------------------------------------------------------------------------------------


def _dates(column: pd.Series[str], field: Field, edition: str, notes: Collector) -> None:
    """Dates after the edition, and those that are earlier than anything of the programme."""
    if not edition or not len(column):
        return
    values = column.astype(str)
    planned = field.extra.get("plausible", {}).get("futur", False)
    # A year or a month alone sorts before its days: the edition's own is not after it.
    future = {} if planned else dict(_cells(values[values > edition]))
    for line, value in list(future.items())[:_SHOWN]:
        swapped = _swapped(value)
        advice = (
            f"écrire {quoted(swapped)} s’il s’agit du {date_in_words(swapped)}, jour et mois échangés ; "
            if swapped and swapped <= edition
            else ""
        )
        notes.add(
            "date_peu_plausible",
            f"une date qui ne suit pas celle de l’édition ({date_in_words(edition)} : date_edition de campagne.toml) ; {field.libelle}",
            f"{advice}vérifier la date",
            ligne=line,
            colonne=field.name,
            lu=date_in_words(value) if len(value) > 4 else value,
            gravite="avertissement",
        )
    if len(future) > _SHOWN:
        notes.add(
            "date_peu_plausible",
            f"des dates qui ne suivent pas celle de l’édition ; {plural(len(future) - _SHOWN, 'autre cellule', 'autres cellules')} du même genre",
            "vérifier ces dates, et date_edition dans campagne.toml",
            colonne=field.name,
            gravite="avertissement",
        )
    first = str(field.extra.get("plausible", {}).get("min", ""))
    if first and (early := column.index[values < first[:4]]).size:
        _told(
            early,
            notes,
            "date_peu_plausible",
            f"une date de {first[:4]} ou après, d’ordinaire ({field.libelle})",
            "vérifier l’année ; rien si elle est juste",
            field.name,
            dict(_cells(values[early[:_SHOWN]])),
        )


def _swapped(value: str) -> str:
    """The same date with day and month exchanged; empty where that is no other date."""
    if len(value) != 10 or int(value[8:]) > 12 or value[5:7] == value[8:]:
        return ""
    return f"{value[:4]}-{value[8:]}-{value[5:7]}"


# --- one table and the others -----------------------------------------------------------------------


def _across(frames: Mapping[str, pd.DataFrame], sources: Mapping[str, Source]) -> Iterator[Problem]:
    """What a table says that another one contradicts."""
    cites, budget = frames.get("cites"), frames.get("budget")
    if cites is not None and budget is not None and len(budget):
        notes = Collector(sources["budget"])
        label = cites.drop_duplicates("id_cde").set_index("id_cde")["annee_label"]
        since = budget["id_cde"].map(label)
        early = budget.index[budget["annee"] < since]
        read = {line: f"{budget['annee'][line]:.0f} (Cité labellisée en {since[line]:.0f})" for line in early[:_SHOWN]}
        _told(
            early,
            notes,
            "peu_plausible",
            "une année qui ne précède pas celle du label de la Cité",
            "vérifier l’année de la dépense",
            "annee",
            read,
        )
        yield from notes.found
    returns, bodies = frames.get("retours"), frames.get("instances")
    if returns is not None and bodies is not None and len(bodies):
        notes = Collector(sources["retours"])
        actors = bodies.groupby("id_cde")["acteur"].nunique()
        named = returns["id_cde"].map(actors)
        few = returns.index[returns["nombre_partenaires"] * 5 < named]
        read = {
            line: f"{returns['nombre_partenaires'][line]:.0f} pour {named[line]:.0f} acteurs" for line in few[:_SHOWN]
        }
        _told(
            few,
            notes,
            "peu_plausible",
            "un nombre de partenaires qui s’accorde avec les acteurs que la table « instances » nomme",
            "vérifier le nombre de partenaires de cette Cité",
            "nombre_partenaires",
            read,
        )
        yield from notes.found
