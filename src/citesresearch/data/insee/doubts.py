"""What cannot be true in a file of Insee, or only with difficulty: told with its file, edition and column.

Public statistics never stop a campagne: what is impossible is set aside (`nd`), what is only surprising is kept; both are
warnings. The relations hold in every edition that we have read: parts within their total, both sexes, ages and
seniorities adding up to it within one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ...codebook.insee import InseeColumn
from ...french import listing, number, plain, plural
from ..checking.problems import Collector, Problem, quoted
from .cells import departement_of

if TYPE_CHECKING:
    from .edition import Edition

__all__ = ["TOLD", "compare_editions", "impossible_cells"]

TOLD = 5  # cells named one by one in a problem of a column
_ADD_UP = {"sexe", "age", "duree"}
_ROUNDING = 1
_FEW = 5  # neighbourhoods below which two editions are not compared
_MANY = 50
_FOLLOWS = 0.4
_WHOLE_FAMILY = 100

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


# --- one edition ----------------------------------------------------------------------------------


def impossible_cells(
    edition: str,
    codes: Sequence[str],
    lines: Sequence[int],
    value: Floats,
    columns: Sequence[InseeColumn],
    notes: Collector,
) -> Bools:
    """The cells that contradict others of their file (neighbourhoods × columns), each told in `notes`."""
    wrong = np.zeros(value.shape, dtype=bool)
    for j, column in enumerate(columns):
        if column.unite == "pourcentage" and (said := _as_fractions(value[:, j], column)):
            notes.add(
                "parts_en_fraction",
                f"des taux en % ({column.libelle}, édition {edition})",
                "reprendre le fichier d’origine, ou multiplier la colonne par 100 : écrite entre 0 et 1, elle n’est pas lue",
                colonne=column.colonne,
                lu=said,
                gravite="avertissement",
            )
            wrong[:, j] = True
    value = np.where(wrong, np.nan, value)
    relations = list(_relations(columns))
    broken = [(*_broken(value, *relation), relation) for relation in relations]
    # What is false nearly everywhere comes first: the columns themselves are not what their names say.
    for bad, compared, (parts, total, adds) in sorted(broken, key=lambda b: -b[0].sum() / max(1, b[1].sum())):
        members = [*parts, total]
        if bad.sum() >= 3 and 2 * bad.sum() > compared.sum() and not wrong[:, members].all(axis=0).any():
            names = [columns[j].colonne for j in members]
            notes.add(
                "edition_douteuse",
                f"{_rule(names, adds)} (édition {edition}) ; ce n’est pas le cas de {number(int(bad.sum()))} quartiers sur {number(int(compared.sum()))}",
                "reprendre le fichier d’origine : ces colonnes, peut-être échangées, ne sont pas lues",
                colonne=", ".join(names),
                gravite="avertissement",
            )
            wrong[:, members] = True
    value = np.where(wrong, np.nan, value)
    for parts, total, adds in relations:
        bad, _ = _broken(value, parts, total, adds)
        names = [columns[j].colonne for j in (*parts, total)]
        for i in np.flatnonzero(bad)[:TOLD]:
            notes.add(
                "edition_douteuse",
                f"{_rule(names, adds)} (édition {edition}, {codes[i]})",
                "reprendre le fichier d’origine : ces cellules ne sont pas lues",
                ligne=lines[i],
                colonne=", ".join(names),
                lu=f"{' + '.join(number(value[i, j]) for j in parts)} pour {number(value[i, total])}",
                gravite="avertissement",
            )
        if (more := int(bad.sum()) - TOLD) > 0:
            notes.add(
                "edition_douteuse",
                f"{_rule(names, adds)} (édition {edition})",
                f"reprendre le fichier d’origine : {plural(more, 'autre quartier', 'autres quartiers')} dont ces cellules ne sont pas lues",
                colonne=", ".join(names),
                gravite="avertissement",
            )
        wrong[np.ix_(np.flatnonzero(bad), np.array([*parts, total]))] = True
    return wrong


def _as_fractions(value: Floats, column: InseeColumn) -> str:
    """The span of a column of rates that is written between 0 and 1; empty where it is not."""
    known = value[~np.isnan(value)]
    least = 3 if column.bornes[0] == 0 else 10  # changes of a few tenths of a point are ordinary
    if len(known) < least or np.abs(known).max() > 1 or not (known % 1).any():
        return ""
    return f"{number(known.min(), 3)} à {number(known.max(), 3)}"


def _relations(columns: Sequence[InseeColumn]) -> Iterator[tuple[tuple[int, ...], int, bool]]:
    """The parts (by position) of a total: each within it, then those that add up to it."""
    at = {column.colonne: j for j, column in enumerate(columns)}
    for j, column in enumerate(columns):
        cuts = [name for name, _ in column.coupes] or [""] * len(column.totaux)
        for cut, (total, sisters) in zip(cuts, column.totaux, strict=True):
            if total not in at:
                continue
            yield (j,), at[total], False
            parts = (j, *(at[name] for name in sisters if name in at))
            if cut in _ADD_UP and len(parts) == len(sisters) + 1 and j == min(parts):
                yield parts, at[total], True


def _broken(value: Floats, parts: tuple[int, ...], total: int, adds: bool) -> tuple[Bools, Bools]:
    """Where a relation is false, and where it can be judged."""
    summed = value[:, list(parts)].sum(axis=1)
    judged: Bools = ~np.isnan(summed + value[:, total])
    with np.errstate(invalid="ignore"):
        off = summed - value[:, total]
        bad: Bools = judged & ((np.abs(off) > _ROUNDING) if adds else (off > 0))
    return bad, judged


def _rule(names: Sequence[str], adds: bool) -> str:
    *parts, total = names
    return f"{' + '.join(parts)} = {total}" if adds else f"{parts[0]} au plus égal à {total}"


# --- editions beside one another --------------------------------------------------------------------


def compare_editions(editions: Sequence[Edition]) -> tuple[list[Edition], list[Problem]]:
    """The editions to keep, and what is surprising of each beside the others of its family.

    An edition that repeats another is left out: the same figures have no two dates. One that repeats it for a few of its
    neighbourhoods is kept.
    """
    problems: list[Problem] = []
    kept: list[Edition] = []
    for edition in editions:
        notes = Collector(edition.fichier)
        same = next((known for known in kept if _repeats(edition, known)), None)
        whole = same is not None and len(edition.codes) > 0.9 * len(same.codes)
        if not whole:
            kept.append(edition)
        if same is not None:
            counted = "n’est pas comptée" if whole else "est lue telle quelle pour ses quelques quartiers"
            notes.add(
                "edition_douteuse",
                f"d’autres effectifs que ceux de l’édition {same.name} ({quoted(same.fichier)})",
                f"vérifier l’année du nom de chaque fichier et retirer celui qui est de trop : l’édition {edition.name}, qui a les mêmes, {counted}",
                gravite="avertissement",
            )
        problems += notes.found
    displaced, more = _displaced(kept)
    problems += more
    kept = [edition for edition in kept if not any(edition is other for other in displaced)]
    for famille in dict.fromkeys(edition.famille for edition in kept):
        family = [edition for edition in kept if edition.famille == famille]
        problems += _incomplete(family, kept)
        swapped = [_exchanged(earlier, later) for earlier, later in pairwise(family)]
        for k, (earlier, later) in enumerate(pairwise(family)):
            for pair in sorted(swapped[k]):
                wrong = _to_blame(swapped, k, pair, family)
                problems += _say_exchanged(earlier, later, pair, wrong)
                for edition in wrong:
                    edition.set_aside(pair)
            problems += _unlike(earlier, later)
    return kept, problems


def _displaced(editions: Sequence[Edition]) -> tuple[list[Edition], list[Problem]]:
    """The editions to leave out: their codes name other neighbourhoods than elsewhere, as after a column was sorted alone.

    Where two editions contradict each other and no third one settles it, both are kept and it is told.
    """
    named = [{code: plain(label) for code, label in zip(e.codes, e.libelles, strict=True) if label} for e in editions]
    left_out: list[Edition] = []
    problems: list[Problem] = []
    for k, edition in enumerate(editions):
        compared = [j for j, words in enumerate(named) if j != k and len(words.keys() & named[k].keys()) >= _FEW]
        unlike = [j for j in compared if not _same_names(named[k], named[j])]
        settled = any(
            _same_names(named[i], named[j])
            for i in unlike
            for j in unlike
            if i < j and named[i].keys() & named[j].keys()
        )
        if 2 * len(unlike) <= len(compared) or (not settled and max(unlike) > k):
            continue
        one = unlike[0]
        notes = Collector(edition.fichier)
        notes.add(
            "edition_douteuse",
            f"les noms de quartiers de l’édition {editions[one].name} ({quoted(editions[one].fichier)}) : "
            "la plupart des codes en portent ici un autre, comme si une colonne avait été triée sans les autres",
            f"reprendre le fichier d’origine : l’édition {edition.name} n’est pas comptée"
            if settled
            else "comparer les deux fichiers à ceux d’origine ; les valeurs sont lues telles quelles",
            colonne="CODGEO, LIBGEO",
            gravite="avertissement",
        )
        problems += notes.found
        if settled:
            left_out.append(edition)
    return left_out, problems


def _same_names(one: Mapping[str, str], two: Mapping[str, str]) -> bool:
    both = one.keys() & two.keys()
    return 2 * sum(one[code] == two[code] for code in both) >= len(both)


def _to_blame(
    swapped: Sequence[set[tuple[str, str]]], k: int, pair: tuple[str, str], family: Sequence[Edition]
) -> list[Edition]:
    """Which of the editions k and k + 1 has two columns exchanged, as their other neighbours tell; both where none does."""
    before, after = swapped[k - 1] if k else None, swapped[k + 1] if k + 1 < len(swapped) else None
    earlier_differs, later_differs = before is not None and pair in before, after is not None and pair in after
    if later_differs or (before is not None and not earlier_differs):
        return [family[k + 1]]
    if earlier_differs or after is not None:
        return [family[k]]
    return [family[k], family[k + 1]]


def _say_exchanged(earlier: Edition, later: Edition, pair: tuple[str, str], wrong: Sequence[Edition]) -> list[Problem]:
    notes = Collector(wrong[-1].fichier)
    other = earlier if wrong[-1] is later else later
    where = (
        "l’une des deux ; elles ne sont lues dans aucune" if len(wrong) > 1 else "celle-ci ; elles n’y sont pas lues"
    )
    notes.add(
        "edition_douteuse",
        f"des colonnes dans le même ordre que dans l’édition {other.name} ({quoted(other.fichier)}) ; "
        f"elles semblent échangées dans {where} (édition {wrong[-1].name})",
        "comparer aux fichiers d’origine",
        colonne=", ".join(pair),
        gravite="avertissement",
    )
    return notes.found


def _side_by_side(one: Edition, two: Edition) -> tuple[list[InseeColumn], Floats, Floats]:
    """The columns that both have, and their values in the neighbourhoods that both have (columns × neighbourhoods)."""
    first, rows = {code: i for i, code in enumerate(one.codes)}, {code: i for i, code in enumerate(two.codes)}
    here = [(first[code], i) for code, i in rows.items() if code in first]
    at = {column.colonne: j for j, column in enumerate(one.columns)}
    both = [(at[column.colonne], j) for j, column in enumerate(two.columns) if column.colonne in at]
    left = one.value[np.ix_([i for i, _ in here], [j for j, _ in both])]
    right = two.value[np.ix_([i for _, i in here], [j for _, j in both])]
    return [two.columns[j] for _, j in both], left.T, right.T


def _repeats(edition: Edition, known: Edition) -> bool:
    """Whether nearly all counts of two editions are the same, neighbourhood by neighbourhood."""
    if edition.famille != known.famille:
        return False
    columns, left, right = _side_by_side(known, edition)
    counts = [j for j, column in enumerate(columns) if column.additif]
    both = ~np.isnan(left[counts] + right[counts])
    return bool(both.sum() >= _FEW and (left[counts] == right[counts])[both].mean() > 0.95)


def _incomplete(family: Sequence[Edition], every: Sequence[Edition]) -> Iterator[Problem]:
    """The files that have far fewer neighbourhoods than others."""
    for edition in family:
        others = [other for other in family if other is not edition and len(edition.codes) < 0.9 * len(other.codes)]
        others = others or [
            other for other in every if len(other.codes) >= _WHOLE_FAMILY and 2 * len(edition.codes) < len(other.codes)
        ]
        if not others:
            continue
        most = max(others, key=lambda other: len(other.codes))
        places = sorted(
            {departement_of(code) for code in most.codes} - {departement_of(code) for code in edition.codes}
        )
        where = (
            f", aucun dans {plural(len(places), 'département')} ({listing(places[:TOLD])}{'…' if len(places) > TOLD else ''})"
            if places
            else ""
        )
        notes = Collector(edition.fichier)
        notes.add(
            "edition_douteuse",
            f"autant de quartiers que dans l’édition {most.name} ({number(len(most.codes))})",
            "vérifier que le fichier n’est pas coupé ; rien si cette édition est partielle : "
            "une Cité garde sa dernière édition qui la couvre",
            lu=f"édition {edition.name} : {plural(len(edition.codes), 'quartier')}{where}",
            gravite="avertissement",
        )
        yield from notes.found


def _in_logs(earlier: Edition, later: Edition) -> tuple[list[InseeColumn], Floats, Floats]:
    """The logarithms of what both editions have; changes go either way and through zero: they are not compared."""
    columns, left, right = _side_by_side(earlier, later)
    use = [j for j, column in enumerate(columns) if (column.bornes[0] or 0) >= 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        old, new = np.log(left[use]), np.log(right[use])
    old[~np.isfinite(old)] = np.nan
    new[~np.isfinite(new)] = np.nan
    return [columns[j] for j in use], old, new


def _unlike(earlier: Edition, later: Edition) -> Iterator[Problem]:
    """Columns whose values have another magnitude from one edition to the next."""
    columns, old, new = _in_logs(earlier, later)
    notes = Collector(later.fichier)
    for column, change in zip(columns, new - old, strict=True):
        known = change[~np.isnan(change)]
        ratio = float(np.exp(np.median(known))) if len(known) >= _FEW else 1.0
        if not 1 / column.ecart_admis <= ratio <= column.ecart_admis:
            notes.add(
                "edition_douteuse",
                f"des valeurs de l’ordre de celles de l’édition {earlier.name} ({quoted(earlier.fichier)}) pour {column.libelle}",
                "comparer aux fichiers d’origine, et vérifier l’unité ; les valeurs sont lues telles quelles",
                colonne=column.colonne,
                lu=f"édition {later.name} : {_times(ratio)} fois celles-ci (médiane de {plural(len(known), 'quartier')})",
                gravite="avertissement",
            )
    if shuffled := [
        column.colonne for column, one, two in zip(columns, old, new, strict=True) if not _follow(one, two)
    ]:
        more = len(shuffled) - TOLD
        notes.add(
            "edition_douteuse",
            f"de grandes valeurs là où l’édition {earlier.name} ({quoted(earlier.fichier)}) en a de grandes, de petites où elle en a de petites",
            "comparer aux fichiers d’origine : des cellules ont sans doute changé de ligne ; les valeurs sont lues telles quelles",
            colonne=", ".join([*shuffled[:TOLD], *([f"{number(more)} autres"] if more > 0 else [])]),
            gravite="avertissement",
        )
    yield from notes.found


def _follow(one: Floats, two: Floats) -> bool:
    """Whether a column goes from one neighbourhood to the next as in another edition (0.6 at least in Insee's own files)."""
    both = ~np.isnan(one + two)
    one, two = one[both], two[both]
    if len(one) < _MANY or one.std() == 0 or two.std() == 0:
        return True
    return bool(np.corrcoef(one, two)[0, 1] > _FOLLOWS)


def _times(ratio: float) -> str:
    """A ratio with two significant digits: a thousandth is not « 0,00 »."""
    return number(ratio, 2 if ratio >= 0.1 else 1 - int(np.floor(np.log10(ratio))))


def _exchanged(earlier: Edition, later: Edition) -> set[tuple[str, str]]:
    """The pairs of columns that are far nearer to each other's former values than to their own."""
    columns, old, new = _in_logs(earlier, later)
    units = np.array([column.unite for column in columns])
    # A few hundred neighbourhoods are enough; a gap counts for one at most, whatever its size.
    step = 1 + old.shape[1] // 300
    old, new = old[:, ::step], new[:, ::step]
    own = np.minimum(np.abs(new - old), 1)
    found = set()
    for i, column in enumerate(columns):
        others = np.flatnonzero((units == column.unite) & (np.arange(len(columns)) > i))
        kept = own[i] + own[others]
        swapped = np.minimum(np.abs(new[i] - old[others]), 1) + np.minimum(np.abs(new[others] - old[i]), 1)
        both = ~np.isnan(kept + swapped)
        count = both.sum(axis=1)
        straight, crossed = (np.where(both, gaps, 0).sum(axis=1) / np.maximum(count, 1) for gaps in (kept, swapped))
        enough = (count >= _FEW) & (straight > 0.1) & (crossed < np.where(count >= _MANY, 0.75, 0.5) * straight)
        for j in others[enough]:
            one, two = sorted((column.colonne, columns[j].colonne))
            found.add((one, two))
    return found
