"""Which estimates are withheld, and why: the threshold first, then whatever would let a withheld one be deduced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...codebook import EXEMPT, Codebook, load_codebook
from ...data.dataset import Dataset
from ...indicators import indicators_of
from ...indicators.estimates import NUMBERS
from ...indicators.perimetres import Perimeters, perimeters_of
from ...indicators.questions import ROLE
from ...stats.precision import settle_table
from ...stats.suppression.audit import System, stack
from ...stats.suppression.choice import LinkedSystem, choose
from .linked_tables import (
    BY_ROLE,
    NETWORK,
    PARTICIPATION,
    Atoms,
    Bools,
    Floats,
    Key,
    LinkedQuestion,
    Staff,
    linkable,
    parts_of,
    put_to_roles,
    questions_of,
    same_persons,
    spanned,
    staff_of,
    unnamed_sets,
    with_rules,
)

__all__ = ["NEEDED", "withhold", "withhold_below", "without_reasons"]

NEEDED = 3  # possible counts that a withheld cell keeps at least

SMALL = "base inférieure au seuil"
FEW = "trop peu de personnes d’une classe de rôles"
NETWORK_ONLY = "donné pour l’ensemble du réseau seulement"
ALONE = "groupe d’une seule Cité"
UNANIMOUS = "réponse unanime : elle dirait ce que chacun a répondu"
DEDUCED = "se déduirait de chiffres publiés, ou en ferait déduire un autre"
UNKNOWN = "périmètre dont on ne sait pas s’il recoupe un autre"

# Figures of the network that say again what the answers of a question are.
_ECHOES = ("desaccord_cites", "desaccord_paires", "desaccord_entre_cites", "ecart_retour_acteurs")
_WHOLE_COST = 1e6  # the network is what readers come for: withheld when nothing else protects


def withhold_below(
    estimates: pd.DataFrame, seuils: Mapping[str, int], codebook: Codebook | None = None
) -> pd.DataFrame:
    """Primary suppression: blank every estimate made from fewer units than the threshold of its source.

    `seuils` holds the minimum base per kind of source (`personnes`, `fiscal`, `organismes`). A base that is not known
    counts as too small. A withheld row keeps its key and unit, with `statut` "s" and, for the evaluator, a `motif`; a
    row of answers outside the list, which has no value, keeps its `statut` "nc" and loses its counts.
    """
    measures = indicators_of(codebook or load_codebook())
    kinds = estimates["indicateur"].map(lambda name: measures[name].secret)
    floor = kinds.map({**dict.fromkeys(EXEMPT, 0), **seuils})
    counted = estimates["base"].notna() | estimates["statut"].eq("ok")
    # A question that is not put to a set has neither base nor silence: nothing is said of its persons.
    asked = estimates[["base", "hors_echelle", "manquants"]].fillna(0).sum(axis=1).gt(0) | estimates["statut"].eq("ok")
    small = floor.gt(0) & ~estimates["base"].ge(floor) & counted & asked
    out = _blank(estimates.copy(), {SMALL: estimates.index[small]})
    # What an indicator declares secret has no number either, whatever it left there.
    out.loc[floor.gt(0) & out["statut"].eq("s"), list(NUMBERS)] = float("nan")
    return out


def _blank(table: pd.DataFrame, reasons: Mapping[str, Any]) -> pd.DataFrame:
    for motif, where in reasons.items():
        fresh = pd.Index(where)
        fresh = fresh[~(table.loc[fresh, "statut"].eq("s") & table.loc[fresh, "motif"].ne(""))]
        table.loc[fresh, list(NUMBERS)] = float("nan")
        valued = fresh[table.loc[fresh, "statut"].ne("nc")]
        table.loc[valued, "statut"] = "s"
        table.loc[fresh, "motif"] = motif
    return table


def without_reasons(held: pd.DataFrame, codebook: Codebook | None = None) -> pd.DataFrame:
    """The estimates as they may be published: nothing says why a cell is withheld."""
    out = held.copy()
    measures = indicators_of(codebook or load_codebook())
    secret = ~out["indicateur"].map({name: measure.secret for name, measure in measures.items()}).isin(EXEMPT)
    out.loc[secret & out["valeur"].isna(), "motif"] = ""
    out.loc[out["statut"].eq("s"), "motif"] = ""
    return out


def withhold(estimates: pd.DataFrame, dataset: Dataset, prune: bool = True) -> pd.DataFrame:
    """The estimates after disclosure control: nothing below a threshold, nothing that lets such a thing be deduced.

    Thresholds are those of the campagne. Exempt sources are untouched. What is withheld has `statut` "s", no number,
    and its `motif`, which is the evaluator's to read and is not published. `prune` False stops at the greedy
    algorithm (`stats.suppression`), for comparison.
    """
    estimates = settle_table(estimates)  # once, before anything is decided: see `precision`
    seuils = dataset.campagne.seuils
    measures = indicators_of(dataset.codebook)
    kinds = estimates["indicateur"].map({name: measure.secret for name, measure in measures.items()})
    secret = estimates[~kinds.isin(EXEMPT)]
    out = withhold_below(estimates, seuils, dataset.codebook)
    if secret.empty:
        return out
    perimeters = perimeters_of(dataset)
    same = _same_as_network(secret, perimeters)
    gate = _Gate(secret.drop(list(same)), out, perimeters, dataset, prune)
    out = _blank(out, gate.reasons())
    # A group of all Cités says what the network says, and is silent where it is.
    motifs = out["motif"].to_dict()
    silent: dict[str, list[int]] = {}
    for copy, row in same.items():
        if motifs[row]:
            silent.setdefault(str(motifs[row]), []).append(copy)
    return _blank(out, silent)


def _same_as_network(secret: pd.DataFrame, perimeters: Perimeters) -> dict[int, int]:
    """The rows of groups that hold all the Cités, each with the row of the network that says the same."""
    whole = [key for key, members in zip(perimeters.keys, perimeters.members, strict=True) if members.all()]
    place = ["perimetre_type", "perimetre_id"]
    key = ["indicateur", "modalite", "croisement", "croisement_modalite", "date_reference", "edition", "source"]
    network = secret[secret["perimetre_type"] == "national"]
    at = dict(zip(network[key].itertuples(index=False, name=None), network.index, strict=True))
    groups = secret[[where in whole for where in secret[place].itertuples(index=False, name=None)]]
    groups = groups[groups["perimetre_type"] != "national"]
    named = zip(groups.index, groups[key].itertuples(index=False, name=None), strict=True)
    return {int(index): int(at[said]) for index, said in named if said in at}


@dataclass(frozen=True)
class _Gate:
    """The rows that are not exempt, as computed (`secret`) and after the threshold (`out`, all rows)."""

    secret: pd.DataFrame
    out: pd.DataFrame
    perimeters: Perimeters
    dataset: Dataset
    prune: bool

    @property
    def floor(self) -> int:
        return int(self.dataset.campagne.seuils["personnes"])

    def reasons(self) -> dict[str, list[int]]:
        """The rows to withhold besides those below the threshold, by reason."""
        found: dict[str, list[int]] = {why: [] for why in (ALONE, UNANIMOUS, NETWORK_ONLY, FEW, UNKNOWN, DEDUCED)}
        shown = self.secret[(self.secret["perimetre_type"] != "cite") & self.secret["statut"].ne("s")]
        found[UNKNOWN] += shown.index[~linkable(shown, self.perimeters)].tolist()
        closed: set[Key] = set()
        persons: dict[Key, float] = {}
        staff = staff_of(self.secret, self.perimeters)
        if staff is not None:
            closed, persons = self._staff(staff, found)
        self._network_only(closed, persons, found)
        incomplete = set()
        apart = {BY_ROLE, PARTICIPATION, *put_to_roles(self.dataset.codebook)}
        linked = self.secret[~self.secret["indicateur"].isin(apart)]
        for part in parts_of(questions_of(linked, self.perimeters, self.dataset.codebook)):
            if self._questions(part, closed, persons, found):
                incomplete.add(part[0].indicateur)
        echoes = self.secret[self.secret["indicateur"].isin(_ECHOES) & self.secret["statut"].eq("ok")]
        for index, code in echoes["modalite"].items():
            if any(name.endswith(f"_{code}") for name in incomplete):
                found[DEDUCED].append(int(str(index)))
        return found

    def _staff(self, staff: Staff, found: dict[str, list[int]]) -> tuple[set[Key], dict[Key, float]]:
        """Close sets; returns those closed, and the numbers of respondents that stay published."""
        alone = _lone(staff.atoms)
        small = ~(staff.total >= self.floor)
        # Where all the network's respondents are in one group, its classes of roles are the network's.
        network = np.array([key == NETWORK for key in staff.sets])
        everyone = ~network & (staff.total == staff.total[network].max(initial=0))
        shut = _closed_sets(staff, alone | small | everyone, self._hidden_sets(staff), self.prune)
        closed = {key for key, gone in zip(staff.sets, shut, strict=True) if gone}
        for i in np.flatnonzero(shut & ~small):
            found[ALONE if alone[i] else DEDUCED].append(int(staff.rows[i]))
        return closed, {key: float(t) for key, t in zip(staff.sets, staff.total, strict=True) if key not in closed}

    def _hidden_sets(self, staff: Staff) -> Floats:
        """Sets that no row is about, and that must not be deduced: a single Cité; few persons in a rest or an overlap."""
        atoms, members = staff.atoms, staff.atoms.members
        told = self.dataset["repondants"]["id_cde"].value_counts().reindex(list(self.perimeters.cites)).fillna(0)
        profiles, inverse = np.unique(self.perimeters.members.T, axis=0, return_inverse=True)
        here = np.zeros(len(profiles))
        np.add.at(here, np.asarray(inverse).ravel(), told.to_numpy())
        sets = unnamed_sets(staff.sets, members)
        sets = sets[(sets @ here > 0) & (sets @ here < self.floor)]
        # Most overlaps are no sum of the published sets at all: only those that are can be deduced.
        return np.vstack([np.eye(atoms.cites)[atoms.sizes == 1], sets[spanned(members, sets)]])

    def _network_only(self, closed: set[Key], persons: dict[Key, float], found: dict[str, list[int]]) -> None:
        """What crosses a role with a place, and which Cités took part: for the whole network only.

        An answer that fewer than two units of the network gave is withheld there too: it would tell of every group
        what they did not answer. So is a class of roles of few persons, with another one to hide it.
        """
        by_role = put_to_roles(self.dataset.codebook)
        table = self.secret[self.secret["indicateur"].isin({BY_ROLE, PARTICIPATION, *by_role})]
        table = table[table["perimetre_type"] != "cite"]
        whole = table["perimetre_type"] == "national"
        found[NETWORK_ONLY] += table.index[~whole].tolist()
        groups = bool((~whole).any())
        roles = table[whole & (table["indicateur"] == BY_ROLE)].sort_values("n", kind="stable")
        held = roles[roles["n"].gt(0) & roles["n"].lt(self.floor)].index.tolist()
        rest = [index for index in roles[roles["n"].gt(0)].index if index not in held]
        # Each class withheld has one person at least, since it has rows elsewhere: their sum must leave room beyond.
        while held and rest and (len(held) < 2 or roles.loc[held, "n"].sum() < NEEDED + len(held) - 1):
            held.append(rest.pop(0))
        if groups and roles["n"].eq(0).any():
            # A class of nobody in the network is a class of nobody in each group.
            held += roles[roles["n"].eq(0)].index.tolist()
            held += rest[: 1 if roles.loc[held, "n"].sum() == 0 else 0]
        found[FEW] += held
        for index, code, n in roles[["modalite", "n"]].itertuples(name=None):
            key = ("national", "", str(code))
            if index in held or NETWORK in closed:
                closed.add(key)
            else:
                persons[key] = float(n)
        other = table[whole & (table["indicateur"] != BY_ROLE)]
        rare = other["statut"].ne("nc") & other["n"].lt(NEEDED - 1) & other["base"].gt(0) & groups
        if groups and self._participation_tells(other[other["indicateur"] == PARTICIPATION]):
            rare = rare | other["indicateur"].eq(PARTICIPATION)
        answers = other["indicateur"].isin(by_role)
        gone = {role for kind, _, role in closed if kind == "national" and role}
        put_to = [
            self._role_of(str(name), str(code))
            for name, code in zip(other["indicateur"], other["modalite"], strict=True)
        ]
        of_closed = answers & (other["croisement_modalite"].isin(gone) | np.isin(put_to, list(gone)))
        found[DEDUCED] += other.index[(rare | of_closed) & other["statut"].ne("s")].tolist()

    def _participation_tells(self, rows: pd.DataFrame) -> bool:
        """Whether the number of Cités that took part leaves a group of Cités fewer than three possible ones."""
        cites = len(self.perimeters.cites)
        sizes = self.perimeters.members.sum(axis=1)
        sizes = sizes[sizes < cites]
        for n in rows["n"].dropna():
            room = np.minimum(sizes, n) - np.maximum(0, n - (cites - sizes)) + 1
            if (room < np.minimum(NEEDED, sizes + 1)).any():
                return True
        return False

    def _role_of(self, indicateur: str, code: str) -> str:
        """The class of roles that an answer is put to; empty where it is put to all."""
        if indicateur == PARTICIPATION:
            return ""
        table, _, field = indicators_of(self.dataset.codebook)[indicateur].champs[0].partition(".")
        vocabulary = self.dataset.codebook[table][field].vocabulary
        listed = vocabulary.modalites if vocabulary is not None else ()
        return next((str(m.attributes.get(ROLE, "")) for m in listed if m.code == code), "")

    def _questions(
        self, parts: list[LinkedQuestion], closed: set[Key], persons: Mapping[Key, float], found: dict[str, list[int]]
    ) -> bool:
        """Choose the rows of one question to withhold; whether some of the network's own are.

        `parts` is the question itself, or the answers of a multiple choice one by one, that share their bases: a set
        withheld for one of them is withheld for all, until none asks for more.
        """
        first = parts[0]
        known = persons if same_persons(first, persons) else {}
        missing = self._missing_of(first)
        base = {
            SMALL: self._small(parts),
            ALONE: _lone(first.atoms),
            DEDUCED: np.array([key in closed for key in first.sets]),
            UNANIMOUS: np.any([_unanimous(part) for part in parts], axis=0),
        }
        whole = first.sets.index(NETWORK)
        shut = np.any(list(base.values()), axis=0)
        # Of the others the persons asked are published: their base is no secret.
        unknown = base[SMALL] | base[DEDUCED] | base[ALONE]
        rows = [np.full(len(part.codes), shut[whole]) for part in parts]
        rare = [part.n[whole, : part.listed] < NEEDED - 1 for part in parts]
        if shut[whole] or (shut.any() and any(r.any() for r in rare)):
            # An answer that at most one person of the network gave is known of every group, whichever are published.
            shut = np.ones(len(shut), dtype=bool) & ((np.arange(len(shut)) != whole) | shut[whole])
            for hidden, part, few in zip(rows, parts, rare, strict=True):
                hidden[: part.listed] |= few
        searched: dict[int, Bools] = {}
        while not shut[whole] and (
            todo := [at for at in range(len(parts)) if at not in searched or (searched[at] != shut).any()]
        ):
            for at in todo:
                part = parts[at]
                shut, rows[at] = _choose_rows(part, shut, rows[at], known, missing, unknown, len(parts) > 1, self.prune)
                searched[at] = shut.copy()
        for part, hidden in zip(parts, rows, strict=True):
            for i, key in enumerate(part.sets):
                there = part.rows[i] >= 0
                why = next((name for name, where in base.items() if where[i]), DEDUCED)
                gone = part.rows[i][there & (hidden if key == NETWORK else shut[i])]
                found.setdefault(why, []).extend(gone.tolist() if why != SMALL else [])
        return any((hidden & (part.rows[whole] >= 0)).any() for part, hidden in zip(parts, rows, strict=True))

    def _small(self, parts: list[LinkedQuestion]) -> Bools:
        """The sets with a row below the threshold."""
        rows = np.hstack([part.rows for part in parts])
        small = (self.out["motif"] == SMALL).to_numpy()
        place = dict(zip(self.out.index, range(len(self.out)), strict=True))
        return np.array([any(small[place[row]] for row in line if row >= 0) for line in rows])

    def _missing_of(self, question: LinkedQuestion) -> float | None:
        """How many persons left the question empty, when the table of missing answers says so of the network."""
        rows = self.secret[self.secret["indicateur"] == "reponses_manquantes_acteurs"]
        codes = [str(code).partition(".")[2] for code in rows["modalite"]]
        mine = rows[[bool(code) and question.indicateur.endswith(f"_{code}") for code in codes]]
        return float(mine["n"].iloc[0]) if len(mine) and self.out.loc[mine.index[0], "statut"] == "ok" else None


def _choose_rows(
    question: LinkedQuestion,
    shut: Bools,
    hidden: Bools,
    persons: Mapping[Key, float],
    missing: float | None,
    unknown_base: Bools,
    one_of_several: bool,
    prune: bool,
) -> tuple[Bools, Bools]:
    """The sets to withhold (S), and the rows of the network (K), so that nothing withheld can be deduced.

    The pieces are each row of the network, then each other set with all its rows; `unknown_base` says whose base is
    to be protected too.
    """
    from scipy.sparse import vstack

    rows, sets, columns = question.rows, len(question.sets), len(question.codes)
    there, whole, step = rows >= 0, question.sets.index(NETWORK), columns + 4
    shown = np.zeros((sets, step, columns + sets), dtype=bool)
    for i in range(sets):
        if i != whole:
            shown[i, :, columns + i] = True
    for k in np.flatnonzero(there[whole]):
        shown[whole, k, k] = shown[whole, columns:, k] = True
    values = question.values()
    kept = np.hstack([there, np.ones((sets, 4), dtype=bool)])
    # Of a set shown whole, the answers say all; sums of them would only weigh the programmes down.
    kept[np.arange(sets) != whole] &= question.essential()
    known = ~np.isnan(values) & kept.ravel()
    figures, top = question.figures(), float(np.nanmax(question.persons, initial=0)) + NEEDED
    rules = with_rules(question, persons, top)
    if missing is not None:
        rules = stack(rules, question.of_known([whole * step + columns + 2], np.array([missing]), top))
    if one_of_several and not shut[whole]:
        # The other answers show the network's base, whatever becomes of this one.
        places = whole * step + columns + np.array([0, 2])
        rules = stack(rules, question.of_known(places, values[places], top))
    # To protect once withheld: answers of the list and « favourable », and the base of a whole set.
    at = [(i, int(k)) for i in range(sets) for k in np.flatnonzero(there[i, : question.listed + 1])]
    at += [(int(i), columns) for i in np.flatnonzero(unknown_base) if i != whole]
    lone = question.lone_cites()
    linked = LinkedSystem(
        figures[known],
        values[known],
        shown.reshape(sets * step, -1)[known],
        rules,
        np.concatenate([_WHOLE_COST + np.nan_to_num(question.n[whole]), question.base * there.sum(axis=1)]),
        vstack([figures[[i * step + k for i, k in at]], lone], format="csr"),
        np.array([*(k if i == whole else columns + i for i, k in at), *[-1] * lone.shape[0]], dtype=np.int64),
        np.full(len(at) + lone.shape[0], NEEDED),
    )
    gone = np.concatenate([hidden | ~there[whole], np.where(np.arange(sets) == whole, False, shut)])
    held = choose(linked, gone, prune).held
    out = held[columns:].copy()
    out[whole] = shut[whole]
    return out, held[:columns]


def _closed_sets(staff: Staff, closed: Bools, hidden: Floats, prune: bool) -> Bools:
    """The sets whose number of respondents is to be withheld, `closed` being so in any case."""
    from scipy.sparse import csr_array, vstack

    members = csr_array(staff.atoms.members)
    size, whole = members.shape[1], np.array([key == NETWORK for key in staff.sets])
    linked = LinkedSystem(
        members,
        staff.total,
        np.eye(len(staff.sets), dtype=bool),
        System(csr_array((0, size)), np.empty(0), np.empty(0), np.full(size, np.nanmax(staff.total) + NEEDED)),
        staff.total + _WHOLE_COST * whole,
        vstack([members, csr_array(hidden)], format="csr"),
        np.concatenate([np.arange(len(staff.sets)), np.full(len(hidden), -1)]),
        np.full(len(staff.sets) + len(hidden), NEEDED),
    )
    return choose(linked, closed, prune).held


def _lone(atoms: Atoms) -> Bools:
    """The sets of a single Cité: what they say is said of it."""
    cites = atoms.members[:, : atoms.cites]
    return np.asarray((cites @ atoms.sizes == 1) & cites.any(axis=1), dtype=bool)


def _unanimous(question: LinkedQuestion) -> Bools:
    """The sets where all gave the same answer, or all stood on the same side."""
    listed, base = question.listed, question.base[:, None]
    same = (question.n[:, :listed] == base).any(axis=1) & (listed > 1 or question.multiple)
    side = question.n[:, listed : listed + 1]
    opposed = ((side == 0) | (side == base)).any(axis=1) & all(question.sides)
    found: Bools = (same | opposed) & (question.base > 0)
    return found
