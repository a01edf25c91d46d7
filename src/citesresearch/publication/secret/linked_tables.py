"""The estimates made from persons, as linked tables of unknown counts: what the gate protects and the attack searches.

Unknown are the counts of answers of each Cité (of each class of Cités that belong to the same groups) and, where a
question is crossed with roles, of each class of roles. Every published row is a sum of them: the network holds all
Cités, a region some of them, « favourable » adds two answers up, a base all answers of the list. One question makes one
system; the numbers of respondents, which the bases of all questions give away, make the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...codebook import Codebook
from ...indicators import indicators_of
from ...indicators.perimetres import Perimeters
from ...indicators.questions import ROLE, sides_of
from ...stats.suppression.audit import System, stack

__all__ = [
    "BY_ROLE",
    "NETWORK",
    "PARTICIPATION",
    "RESPONDENTS",
    "LinkedQuestion",
    "Staff",
    "each_cite",
    "linkable",
    "parts_of",
    "put_to_roles",
    "questions_of",
    "same_persons",
    "spanned",
    "staff_of",
    "unnamed_sets",
    "with_rules",
]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Key = tuple[str, str, str]  # type and identifier of the perimeter, class of roles it is crossed with

RESPONDENTS, BY_ROLE = "repondants", "repondants_par_classe"
NETWORK: Key = ("national", "", "")
FAVOURABLE, BALANCE = "favorable", "solde"
# Its unit is the Cité: its bases are known to everyone.
PARTICIPATION = "cites_repondantes"


@dataclass(frozen=True)
class Atoms:
    """Cités that no group tells apart, counted as one unknown (A of them), then classes of roles (R).

    `members`: sets × (A + R). `sizes`: Cités of each atom. `linked`: whether roles are in the system.
    """

    members: Floats
    sizes: Ints
    roles: tuple[str, ...]

    @property
    def cites(self) -> int:
        return len(self.sizes)


@dataclass(frozen=True)
class LinkedQuestion:
    """The rows of one question in all its sets (S), as arrays; NaN where a row is absent or its figure not known.

    `rows` gives the place of each row in the table of estimates (S × K, −1 where there is none), K being M answers of
    the list, then « favourable » and the balance, then H answers outside the list. `n` has the same shape.
    """

    indicateur: str
    sets: tuple[Key, ...]
    codes: tuple[str, ...]
    listed: int
    rows: Ints
    n: Floats
    base: Floats
    outside: Floats
    missing: Floats
    atoms: Atoms
    multiple: bool
    sides: tuple[tuple[int, ...], tuple[int, ...]]
    role: str = ""
    twins: tuple[tuple[int, int], ...] = ()

    @property
    def persons(self) -> Floats:
        """The persons asked, by set: what the base, the answers outside it and the missing ones add up to."""
        return self.base + self.missing + (0 if self.multiple else self.outside)

    @property
    def kinds(self) -> int:
        """Unknown counts per atom: answers and missing ones, and where several may be given those who gave others."""
        return len(self._answers) + 1 + int(self.multiple)

    @property
    def _answers(self) -> list[int]:
        """The rows that are answers: those of the list, then those outside it."""
        return [k for k in range(len(self.codes)) if not self.listed <= k < self.listed + 2]

    def weights(self) -> Floats:
        """What each figure of a set sums up: the K rows, then base, outside, missing and persons (K + 4 × kinds)."""
        rows, kinds, listed = len(self.codes), self.kinds, self.listed
        table = np.zeros((rows + 4, kinds))
        for place, row in enumerate(self._answers):
            table[row, place] = 1
        for side, sign in zip(self.sides, (1, -1), strict=True):
            for code in side:
                table[listed + 1, code] = sign
                if sign == 1:
                    table[listed, code] = 1
        base, outside, missing, persons = range(rows, rows + 4)
        table[base, :listed] = 1
        if self.multiple:  # one answer at a time: the others who answered are the last count
            table[base, : len(self._answers)] = table[base, -1] = 1
        table[outside, listed : len(self._answers)] = 1
        table[missing, len(self._answers)] = 1
        table[persons] = table[base] + table[missing] + (0 if self.multiple else table[outside])
        return table

    def figures(self) -> Any:
        """Every figure of every set as a row of weights on the unknown counts ((S × (K + 4)) × ((A + R) × kinds))."""
        from scipy.sparse import csr_array, kron

        return csr_array(kron(csr_array(self.atoms.members), csr_array(self.weights())))

    def essential(self) -> Bools:
        """The figures of a set (K + 4) from which its others are sums: answers, missing ones, in a multiple choice the base."""
        kept = np.zeros(len(self.codes) + 4, dtype=bool)
        kept[self._answers] = True
        kept[len(self.codes) + 2] = True
        kept[len(self.codes)] = self.multiple
        if not np.isfinite(self.n[:, self._answers[-1]]).all():
            kept[len(self.codes) + 1] = True  # answers outside the list that have no row
        return kept

    def values(self) -> Floats:
        """What each figure is worth, in the order of `figures`; NaN where not known."""
        return np.column_stack([self.n, self.base, self.outside, self.missing, self.persons]).ravel()

    def rules(self, upper: float) -> System:
        """What everyone knows of the counts: persons of all roles are those of all Cités."""
        from scipy.sparse import csr_array, eye_array, kron, vstack

        atoms, kinds = self.atoms, self.kinds
        size = atoms.members.shape[1] * kinds
        parts, low, high = [csr_array((0, size))], [np.empty(0)], [np.empty(0)]
        if atoms.roles and not self.role:
            side = np.concatenate([np.ones(atoms.cites), -np.ones(len(atoms.roles))])
            parts.append(csr_array(kron(csr_array(side.reshape(1, -1)), eye_array(kinds))))
            low.append(np.zeros(kinds))
            high.append(np.zeros(kinds))
        return System(
            vstack(parts, format="csr"), np.concatenate(low), np.concatenate(high), np.full(size, float(upper))
        )

    def of_known(self, places: npt.ArrayLike, values: Floats, upper: float) -> System:
        """Some figures (their places in `figures`) known exactly."""
        return System(self.figures()[np.asarray(places, dtype=np.int64)], values, values, self._top(upper))

    def _top(self, upper: float) -> Floats:
        return np.full(self.atoms.members.shape[1] * self.kinds, float(upper))

    def lone_cites(self) -> Any:
        """The base of each Cité that sums and differences of sets isolate, as a sum of unknown counts.

        What bounds the respondents of the others is searched once, in the system of their numbers.
        """
        from scipy.sparse import csr_array, kron

        alone = np.eye(self.atoms.members.shape[1])[: self.atoms.cites][self.atoms.sizes == 1]
        alone = alone[spanned(self.atoms.members, alone)]
        return csr_array(kron(csr_array(alone), self.weights()[[len(self.codes)]]))

    def answer(self, code: int) -> LinkedQuestion:
        """One answer of a multiple choice as a question of its own: given, not given, or no answer at all."""
        keep = [code, *range(self.listed, len(self.codes) if code == 0 else self.listed + 2)]
        blank = np.full((len(self.sets), 0 if code == 0 else 1), -1)
        rows, n = np.hstack([self.rows[:, keep], blank]), np.hstack([self.n[:, keep], np.full(blank.shape, np.nan)])
        codes = (*(self.codes[k] for k in keep), *([] if code == 0 else [""]))
        return replace(self, codes=codes, listed=1, rows=rows.astype(np.int64), n=n, sides=((), ()))

    def counted(self, persons: Mapping[Key, float], upper: float) -> System:
        """What the published numbers of persons say: the answers of a set, with the missing ones, are so many."""
        wanted = [i for i, key in enumerate(self.sets) if key in persons]
        step = len(self.codes) + 4
        places = [i * step + step - 1 for i in wanted]
        return self.of_known(places, np.array([persons[self.sets[i]] for i in wanted], dtype=float), upper)


@dataclass(frozen=True)
class Staff:
    """Who answered: numbers of respondents by set (S), with the rows that tell them."""

    sets: tuple[Key, ...]
    rows: Ints
    total: Floats
    atoms: Atoms


# -- from the table of estimates -------------------------------------------------------------------------------------


def _atoms(perimeters: Perimeters) -> tuple[dict[Key, Floats], Ints]:
    """The classes of Cités that belong to the same perimeters: who is in each set, and how many Cités each holds."""
    profiles, sizes = np.unique(perimeters.members.T, axis=0, return_counts=True)
    return {(kind, ident, ""): profiles[:, i].astype(float) for i, (kind, ident) in enumerate(perimeters.keys)}, sizes


def _members(sets: list[Key], known: Mapping[Key, Floats], sizes: Ints, roles: tuple[str, ...]) -> Atoms:
    rows = [
        np.concatenate([known[(kind, ident, "")], np.zeros(len(roles))])
        if not role
        else np.concatenate([np.zeros(len(sizes)), np.array([float(role == name) for name in roles])])
        for kind, ident, role in sets
    ]
    return Atoms(np.array(rows).reshape(len(sets), len(sizes) + len(roles)), sizes, roles)


def _keys(rows: pd.DataFrame) -> list[Key]:
    return list(zip(rows["perimetre_type"], rows["perimetre_id"], rows["croisement_modalite"], strict=True))


def linkable(table: pd.DataFrame, perimeters: Perimeters) -> Bools:
    """The rows whose perimeter is known to be a sum of Cités, or a class of roles in the network."""
    known = {(kind, ident, "") for kind, ident in perimeters.keys}
    crossed = (table["croisement"] == ROLE) & (table["perimetre_type"] == "national")
    plain = np.array([key in known for key in _keys(table)], dtype=bool) & (table["croisement"] == "").to_numpy()
    return plain | crossed.to_numpy()


def staff_of(table: pd.DataFrame, perimeters: Perimeters) -> Staff | None:
    """The numbers of respondents of a table of estimates; None where no one was asked."""
    known, sizes = _atoms(perimeters)
    whole = table[(table["indicateur"] == RESPONDENTS) & (table["perimetre_type"] != "cite")]
    whole = whole[[key in known for key in _keys(whole)]]
    if whole.empty:
        return None
    sets = _keys(whole)
    total = whole["n"].to_numpy(dtype=float)
    return Staff(tuple(sets), whole.index.to_numpy(), total, _members(sets, known, sizes, ()))


def questions_of(table: pd.DataFrame, perimeters: Perimeters, codebook: Codebook) -> Iterator[LinkedQuestion]:
    """The questions of a table of estimates (its index says where each row is), those about roles cut by role."""
    known, sizes = _atoms(perimeters)
    table = table[(table["perimetre_type"] != "cite") & linkable(table, perimeters)]
    table = table[table["indicateur"] != RESPONDENTS]
    for (name, _, _), rows in table.groupby(["indicateur", "edition", "date_reference"], sort=False):
        if NETWORK in set(_keys(rows)) and len(set(_keys(rows))) > 1:
            yield from _cut(str(name), rows, known, sizes, codebook)


def _cut(
    name: str, rows: pd.DataFrame, known: Mapping[Key, Floats], sizes: Ints, codebook: Codebook
) -> Iterator[LinkedQuestion]:
    measure = indicators_of(codebook)[name]
    table, _, field = (measure.champs[0] if measure.champs else "").partition(".")
    described = codebook[table][field] if field and table in codebook.tables else None
    multiple = bool(described is not None and described.extra.get("choix_multiple"))
    vocabularies = [
        v for v in codebook.vocabularies.values() if set(rows["modalite"]) - {FAVOURABLE, BALANCE} <= set(v.codes)
    ]
    own = described.vocabulary if described is not None and described.vocabulary is not None else None
    vocabulary = own if own is not None and own in vocabularies else next(iter(vocabularies), None)
    here = set(rows["modalite"])
    roles_of = vocabulary.modalites if vocabulary else ()
    of_role = {m.code: str(m.attributes[ROLE]) for m in roles_of if ROLE in m.attributes and m.code in here}
    good, bad = sides_of(vocabulary)
    listed = {m.code for m in vocabulary.modalites} if vocabulary else set(rows["modalite"])
    for role in sorted(set(of_role.values())) or [""]:
        mine = rows[rows["modalite"].map(lambda code, role=role: of_role.get(code, "") == role)] if role else rows
        mine = mine[mine["croisement_modalite"].isin(["", role])] if role else mine
        codes = [code for code in dict.fromkeys(mine["modalite"]) if code in listed]
        outs = [c for c in dict.fromkeys(mine["modalite"]) if c not in listed and c not in (FAVOURABLE, BALANCE)]
        if not codes:
            continue
        order = (*codes, FAVOURABLE, BALANCE, *(outs or [""]))
        sets = [key for key in dict.fromkeys(_keys(mine)) if not (role and key[2])]
        roles = tuple(key[2] for key in sets if key[2])
        at, column = {key: i for i, key in enumerate(sets)}, {code: i for i, code in enumerate(order)}
        place = np.full((len(sets), len(order)), -1, dtype=np.int64)
        n = np.full((len(sets), len(order)), np.nan)
        sums = np.full((3, len(sets)), np.nan)
        twins = []
        for index, key, code, count, base, out, miss, value in zip(
            mine.index,
            _keys(mine),
            mine["modalite"],
            mine["n"],
            mine["base"],
            mine["hors_echelle"],
            mine["manquants"],
            mine["valeur"],
            strict=True,
        ):
            if key not in at:
                # A question put to one role says the same of the network and of that role.
                twins.append((int(index), int(place[at[NETWORK], column[code]])))
                continue
            i, k = at[key], column[code]
            place[i, k] = index
            n[i, k] = np.rint(value * base / 100) if code == BALANCE else count
            sums[:, i] = np.where(np.isnan(sums[:, i]), (base, out, miss), sums[:, i])
        sides = (
            tuple(codes.index(code) for code in good if code in codes),
            tuple(codes.index(code) for code in bad if code in codes),
        )
        if not outs:
            n[:, -1] = sums[1]  # answers outside the list have a column, though no row of their own here
        yield LinkedQuestion(
            name,
            tuple(sets),
            order,
            len(codes),
            place,
            n,
            sums[0],
            np.where(np.isnan(sums[1]) & ~np.isnan(sums[0]), 0, sums[1]),
            np.where(np.isnan(sums[2]) & ~np.isnan(sums[0]), 0, sums[2]),
            _members(sets, known, sizes, roles),
            multiple,
            sides,
            role,
            tuple(twins),
        )


def spanned(members: Floats, wanted: Floats) -> Bools:
    """Which rows of `wanted` are sums and differences of rows of `members`."""
    solved = np.linalg.lstsq(members.T, wanted.T, rcond=None)[0]
    found: Bools = np.abs(members.T @ solved - wanted.T).max(axis=0, initial=0) < 1e-6
    return found


def unnamed_sets(sets: tuple[Key, ...], members: Floats) -> Floats:
    """Sets of atoms that no row is about but that rows may isolate.

    The Cités of no group of a kind; what two sets share, and what one has and another not.
    """
    kinds = np.array([key[0] for key in sets])
    drawn = [1 - members[kinds == kind].sum(axis=0) for kind in dict.fromkeys(kinds)]
    drawn += [a * b for i, a in enumerate(members) for b in members[:i]]
    drawn += [a * (1 - b) for a in members for b in members]
    kept = np.unique(np.array(drawn).reshape(-1, members.shape[1]), axis=0)
    some: Floats = kept[(kept.sum(axis=1) > 0) & (kept.min(axis=1, initial=0) >= 0)]
    return some


def each_cite(question: LinkedQuestion, upper: float) -> System:
    """A question about Cités is answered once by each."""
    from scipy.sparse import csr_array, kron

    atoms = question.atoms
    rows = csr_array(kron(np.eye(atoms.cites), np.ones((1, question.kinds))))
    sizes = atoms.sizes.astype(float)
    return System(rows, sizes, sizes, np.full(rows.shape[1], float(upper)))


def same_persons(question: LinkedQuestion, persons: Mapping[Key, float]) -> bool:
    """Whether a question was put to the very persons counted: then its bases give their numbers away."""
    if question.indicateur == PARTICIPATION:
        return False
    shared = [(question.persons[i], persons[key]) for i, key in enumerate(question.sets) if key in persons]
    return bool(shared) and all(np.isnan(a) or a == b for a, b in shared)


def parts_of(questions: Iterator[LinkedQuestion]) -> Iterator[list[LinkedQuestion]]:
    """Each question as the systems that it is searched in: one, or one an answer where several may be given."""
    for question in questions:
        yield [question.answer(code) for code in range(question.listed)] if question.multiple else [question]


def put_to_roles(codebook: Codebook) -> frozenset[str]:
    """The indicators whose answers are each put to one class of roles only."""
    found = set()
    for name, measure in indicators_of(codebook).items():
        table, _, field = (measure.champs[0] if measure.champs else "").partition(".")
        if field and table in codebook.tables and (vocabulary := codebook[table][field].vocabulary) is not None:
            by = str(codebook[table][field].extra.get("modalites_par", ""))
            kinds = [m.attributes.get(by) for m in vocabulary.modalites if ROLE in m.attributes]
            if any(kind is None or name.endswith(f"_{kind}") for kind in kinds):
                found.add(name)
    return frozenset(found)


def with_rules(question: LinkedQuestion, persons: Mapping[Key, float], upper: float) -> System:
    """What is known of a question whatever is withheld of it."""
    return stack(question.rules(upper), question.counted(persons, upper))
