"""An attack on a publication: what a reader with a solver deduces of the cells that it withholds.

It knows what everyone may know: the published rows, the Cités of each group, and that answers are counted in whole
persons. It says which tables give a withheld cell away, never the cell nor its value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...codebook import EXEMPT
from ...french import listing, plural, typeset
from ...indicators import indicators_of
from ...indicators.estimates import NUMBERS
from ...indicators.perimetres import Perimeters
from ...stats.suppression.audit import System, possible_counts, stack
from ..publication import Publication
from .linked_tables import (
    BY_ROLE,
    NETWORK,
    PARTICIPATION,
    RESPONDENTS,
    Key,
    LinkedQuestion,
    Staff,
    each_cite,
    parts_of,
    questions_of,
    same_persons,
    spanned,
    staff_of,
    unnamed_sets,
    with_rules,
)
from .withholding import NEEDED

__all__ = ["Attack", "Searched", "attack"]

_SAME = [
    "indicateur",
    "modalite",
    "perimetre_type",
    "perimetre_id",
    "croisement",
    "croisement_modalite",
    "date_reference",
]


@dataclass(frozen=True)
class Searched:
    """One table: how many cells it withholds (or sets it is silent about), and how many of them are recovered."""

    indicateur: str
    retenues: int
    retrouvees: int
    libelle: str


@dataclass(frozen=True)
class Attack:
    """What an attack found, table by table."""

    tables: tuple[Searched, ...]

    @property
    def searched(self) -> int:
        return sum(table.retenues for table in self.tables)

    @property
    def recovered(self) -> int:
        return sum(table.retrouvees for table in self.tables)

    def report(self) -> str:
        """The result in French; tables are named, cells and values never."""
        if not self.searched:
            return "Secret statistique : aucune case retenue, rien à retrouver."
        said = f"Secret statistique : {plural(self.searched, 'case retenue')} dans {plural(len(self.tables), 'table')}"
        found = [table for table in self.tables if table.retrouvees]
        if not found:
            return typeset(f"{said} ; aucune n’est retrouvée.")
        names = listing(f"« {table.libelle} »" for table in found)
        return typeset(
            f"{said} ; {plural(self.recovered, 'case')} {'se retrouvent' if self.recovered > 1 else 'se retrouve'} "
            f"par le calcul, dans : {names}. Ne publiez pas ces tables : relevez le seuil de la campagne, ou regroupez."
        )


def attack(publication: Publication, perimeters: Perimeters, former: Publication | None = None) -> Attack:
    """Search every withheld cell of a publication, with the figures of a former one where it is given.

    A cell is recovered when fewer than three whole counts are possible for it. Raises ValueError when published figures
    contradict one another.
    """
    table = publication.estimates
    measures = indicators_of(publication.codebook)
    secret = table[~table["indicateur"].map({name: measure.secret for name, measure in measures.items()}).isin(EXEMPT)]
    known = secret if former is None else _with_former(secret, former.estimates)
    held = secret.index[secret["statut"].eq("s")]
    found: dict[str, list[int]] = {}

    def note(name: str, searched: int, recovered: int) -> None:
        counts = found.setdefault(name, [0, 0])
        counts[0] += searched
        counts[1] += recovered

    persons: dict[Key, float] = {}
    staff = staff_of(known, perimeters)
    floor = publication.seuils["personnes"]
    if staff is not None:
        persons = {key: float(t) for key, t in zip(staff.sets, staff.total, strict=True) if not np.isnan(t)}
        roles = known[(known["indicateur"] == BY_ROLE) & (known["perimetre_type"] == "national")]
        told = zip(roles["modalite"], roles["n"], strict=True)
        persons |= {("national", "", str(code)): float(n) for code, n in told if not np.isnan(n)}
        note(RESPONDENTS, *_search_staff(staff, floor))
    for parts in parts_of(questions_of(known, perimeters, publication.codebook)):
        for part in parts:
            note(part.indicateur, *_search(part, set(held), persons, floor))
    return Attack(
        tuple(
            Searched(name, counts[0], counts[1], measures[name].libelle) for name, counts in found.items() if counts[0]
        )
    )


def _with_former(table: pd.DataFrame, former: pd.DataFrame) -> pd.DataFrame:
    """The rows with what a former publication told of the very same figures (same date)."""
    told = former[former["statut"].ne("s")].drop_duplicates(_SAME).set_index(_SAME)[list(NUMBERS)]
    again = told.reindex(pd.MultiIndex.from_frame(table[_SAME]))
    out = table.copy()
    for column in NUMBERS:
        out[column] = out[column].fillna(pd.Series(again[column].to_numpy(), index=out.index))
    return out


def _search_staff(staff: Staff, floor: int) -> tuple[int, int]:
    """The sets of respondents that are withheld, or that no row is about: a Cité alone, a few persons in an overlap."""
    from scipy.sparse import csr_array

    members, sizes, total = staff.atoms.members, staff.atoms.sizes, staff.total
    known = ~np.isnan(total)
    hidden = np.vstack([members[~known], np.eye(len(sizes))[sizes == 1]])
    system = System(
        csr_array(members[known]), total[known], total[known], np.full(len(sizes), np.nanmax(total, initial=0) + NEEDED)
    )
    ranges = possible_counts(system, csr_array(hidden), NEEDED)
    # Nobody at all is a set that hides nobody.
    lost = int(((ranges.possible < NEEDED) & (ranges.high > 0)).sum())
    drawn = unnamed_sets(staff.sets, members)
    drawn = drawn[spanned(members[known], drawn)]
    if len(drawn):
        values = drawn @ np.linalg.lstsq(members[known], total[known], rcond=None)[0]
        lost += int(((values > 0.5) & (values < floor - 0.5)).sum())
    return len(hidden) + len(drawn), lost


def _search(question: LinkedQuestion, held: set[int], persons: dict[Key, float], floor: int) -> tuple[int, int]:
    """The withheld rows of one question: answers of the list and « favourable », and bases below the threshold."""
    from scipy.sparse import vstack

    columns, step = len(question.codes), len(question.codes) + 4
    rows, needed = [], []
    sizes = question.atoms.members[:, : question.atoms.cites] @ question.atoms.sizes
    of_cites = question.indicateur == PARTICIPATION
    bases = []
    for i, key in enumerate(question.sets):
        mine = [k for k in range(question.listed + 1) if int(question.rows[i, k]) in held]
        rows += [i * step + k for k in mine]
        needed += [min(NEEDED, int(sizes[i]) + 1) if of_cites else NEEDED] * len(mine)
        if mine and key != NETWORK and np.isnan(question.base[i]) and not of_cites:
            bases.append(i * step + columns)
    if not rows:
        return 0, 0
    known_persons = (
        {NETWORK: persons[("national", "", question.role)]}
        if (question.role and ("national", "", question.role) in persons)
        else ({} if question.role else persons)
    )
    known_persons = known_persons if same_persons(question, known_persons) else {}
    values = question.values()
    kept = ~np.isnan(values)
    top = float(np.nanmax(np.concatenate([values[kept], [*persons.values()], [0]]))) + NEEDED
    figures = question.figures()
    rules = with_rules(question, known_persons, top)
    if of_cites:
        rules = stack(rules, each_cite(question, top))
    system = stack(System(figures[kept], values[kept], values[kept], rules.upper), rules)
    lone = question.lone_cites()[: 0 if of_cites else None]
    ranges = possible_counts(system, vstack([figures[rows], figures[bases], lone], format="csr"), NEEDED)
    few = ranges.possible[: len(rows)] < np.array(needed)
    small = (ranges.possible[len(rows) :] < NEEDED) & (ranges.high[len(rows) :] > 0)
    small[: len(bases)] &= ranges.high[len(rows) : len(rows) + len(bases)] < floor
    return len(rows), int(few.sum() + small.sum())
