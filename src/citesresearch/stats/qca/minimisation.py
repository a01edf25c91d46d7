"""Minimisation of a truth table: conservative, parsimonious and intermediate solutions, with every tied model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from ..arguments import check_choice
from ..errors import NotComputable
from .cubes import MOST_MODELS, Cube, minimal_covers, prime_implicants, rows_of
from .truth_table import TruthTable

__all__ = ["Derivation", "Kind", "Model", "Solution", "minimise"]

Kind = Literal["conservative", "parsimonious", "intermediate"]
KINDS = ("conservative", "parsimonious", "intermediate")


@dataclass(frozen=True)
class Model:
    """One way to write the sufficient rows with as few terms as possible.

    assumptions: numbers of the remainders that its terms cover, that is, combinations (almost) never observed of
    which the model claims that they lead to the outcome.
    """

    terms: tuple[str, ...]
    assumptions: tuple[int, ...]

    @property
    def expression(self) -> str:
        """The terms joined by +."""
        return " + ".join(self.terms)


@dataclass(frozen=True)
class Derivation:
    """One conservative model, one parsimonious model, and the intermediate models between the two.

    easy: remainders accepted because they agree with the expectations; difficult: those of the parsimonious model
    that do not, and are refused.
    """

    conservative: str
    parsimonious: str
    easy: tuple[int, ...]
    difficult: tuple[int, ...]
    models: tuple[str, ...]


@dataclass(frozen=True)
class Solution:
    """All models tied for the fewest terms, in the order of their texts.

    prime_implicants: every term that could stand in a model; essential: terms of all the models. excluded: rows that
    were withheld. derivations: for an intermediate solution, where its models come from.
    """

    kind: Kind
    conditions: tuple[str, ...]
    negated: bool
    models: tuple[Model, ...]
    prime_implicants: tuple[str, ...]
    essential: tuple[str, ...]
    excluded: tuple[int, ...]
    derivations: tuple[Derivation, ...] = ()

    @property
    def assumptions(self) -> tuple[int, ...]:
        """Remainders that some model covers."""
        return tuple(sorted({number for model in self.models for number in model.assumptions}))


def minimise(
    table: TruthTable,
    kind: Kind = "conservative",
    *,
    expectations: Mapping[str, bool] | None = None,
    exclude: Iterable[int] = (),
) -> Solution:
    """Write the sufficient rows of a truth table as a sum of products with as few terms as possible.

    conservative: the observed rows only. parsimonious: any remainder may be assumed to lead to the outcome where it
    shortens an expression. intermediate: only remainders that agree with the expectations; from each pair of a
    conservative and a parsimonious model, a literal absent from the parsimonious term is dropped when it goes against
    what is expected, and the sufficient rows with the remainders so gained are minimised again.
    Rows "C" and "0" are never covered.

    Base: the rows of the table with output "1". expectations: for some conditions, whether their presence (True) or
    absence (False) should favour what this table explains; for a table of the absence of the outcome, the reverse of
    what holds for its presence. exclude: row numbers that no term may cover (untenable assumptions).
    Reading: several models: the data do not choose between them, all must be shown. conservative ⊆ intermediate ⊆
    parsimonious as sets of rows. A short parsimonious model may rest on assumptions: see them.
    Raises ValueError for an unknown kind, condition or row, or expectations with another kind; NotComputable:
    "nothing_sufficient" (no row "1"), "all_sufficient" (no row against: with remainders, or among all rows, every
    condition would be minimised away), "too_complex" (see `minimal_covers`).

    Quine (1952), doi:10.2307/2308219; McCluskey (1956), doi:10.1002/j.1538-7305.1956.tb03835.x; Ragin and Sonnett
    (2005), doi:10.1007/978-3-322-80441-9_9; as `minimize` of Duşa (2018), doi:10.32614/RJ-2018-080.
    """
    check_choice(kind, KINDS, "kind")
    k = len(table.conditions)
    withheld = tuple(sorted(set(exclude)))
    if any(not 1 <= number <= 2**k for number in withheld):
        raise ValueError(f"exclude: row numbers from 1 to {2**k} are needed, not {withheld!r}")
    expected = _expected(table, kind, expectations)
    wanted = {number - 1 for number in table.numbers("1")} - {number - 1 for number in withheld}
    if not wanted:
        raise NotComputable("nothing_sufficient", "minimise: no row of the truth table leads to the outcome")
    spare = {number - 1 for number in table.numbers("?")} - {number - 1 for number in withheld}
    if len(wanted) == 2**k or (kind != "conservative" and len(wanted | spare) == 2**k):
        raise NotComputable("all_sufficient", "minimise: no row speaks against the outcome; nothing is left to explain")
    if kind != "intermediate":
        allowed = wanted | spare if kind == "parsimonious" else wanted
        primes = prime_implicants(wanted, allowed, k)
        return _solution(kind, table, wanted, primes, minimal_covers(primes, wanted), withheld)
    return _intermediate(table, wanted, spare, expected, withheld)


def _expected(table: TruthTable, kind: Kind, expectations: Mapping[str, bool] | None) -> dict[int, bool]:
    """Expectations by bit of the condition."""
    if kind != "intermediate":
        if expectations:
            raise ValueError(f"expectations: they serve the intermediate solution only, not the {kind} one")
        return {}
    strange = sorted(set(expectations or {}) - set(table.conditions))
    if strange:
        raise ValueError(f"expectations: no condition is called {', '.join(strange)}")
    if not expectations:
        raise ValueError("expectations: an intermediate solution needs one at least (none: the conservative one)")
    if any(not isinstance(value, bool) for value in expectations.values()):
        raise ValueError("expectations: True (presence favours) or False (absence favours) for each condition named")
    last = len(table.conditions) - 1
    return {1 << (last - i): expectations[name] for i, name in enumerate(table.conditions) if name in expectations}


def _intermediate(
    table: TruthTable, wanted: set[int], spare: set[int], expected: dict[int, bool], withheld: tuple[int, ...]
) -> Solution:
    k = len(table.conditions)
    narrow = minimal_covers(prime_implicants(wanted, wanted, k), wanted)
    wide = minimal_covers(prime_implicants(wanted, wanted | spare, k), wanted)
    if len(narrow) * len(wide) > MOST_MODELS:
        raise NotComputable(
            "too_complex", f"minimise: {len(narrow)} conservative and {len(wide)} parsimonious models are tied"
        )
    between: dict[frozenset[int], tuple[list[Cube], list[tuple[Cube, ...]]]] = {}
    derivations = []
    for few in narrow:
        for many in wide:
            kept = [_easy(c, p, expected) for c in few for p in many if _inside(c, p)]
            easy = frozenset(row for cube in kept for row in rows_of(cube)) - wanted
            if easy not in between:
                primes = prime_implicants(wanted, wanted | easy, k)
                between[easy] = primes, minimal_covers(primes, wanted)
                if sum(len(covers) for _, covers in between.values()) > MOST_MODELS:
                    raise NotComputable("too_complex", f"minimise: more than {MOST_MODELS} models are tied")
            assumed = {row for cube in many for row in rows_of(cube)} - wanted
            derivations.append(
                Derivation(
                    " + ".join(_texts(few, table.conditions)),
                    " + ".join(_texts(many, table.conditions)),
                    _numbers(easy),
                    _numbers(assumed - easy),
                    tuple(sorted(" + ".join(_texts(cover, table.conditions)) for cover in between[easy][1])),
                )
            )
    primes = sorted({cube for found, _ in between.values() for cube in found})
    covers = sorted({cover for _, found in between.values() for cover in found})
    return _solution("intermediate", table, wanted, primes, covers, withheld, tuple(derivations))


def _inside(narrow: Cube, wide: Cube) -> bool:
    return narrow[0] & ~wide[0] == 0 and narrow[1] & ~wide[0] == wide[1]


def _easy(narrow: Cube, wide: Cube, expected: dict[int, bool]) -> Cube:
    """Free, in the narrow cube, the conditions that are free in the wide one and stand against the expectations."""
    free, value = narrow
    for bit, present in expected.items():
        if wide[0] & bit and not free & bit and bool(value & bit) != present:
            free, value = free | bit, value & ~bit
    return free, value


def _solution(
    kind: Kind,
    table: TruthTable,
    wanted: set[int],
    primes: list[Cube],
    covers: list[tuple[Cube, ...]],
    withheld: tuple[int, ...],
    derivations: tuple[Derivation, ...] = (),
) -> Solution:
    models = [
        Model(_texts(cover, table.conditions), _numbers({row for cube in cover for row in rows_of(cube)} - wanted))
        for cover in covers
    ]
    essential = set(covers[0]).intersection(*covers)
    return Solution(
        kind,
        table.conditions,
        table.negated,
        tuple(sorted(models, key=lambda model: model.expression)),
        _texts(primes, table.conditions),
        _texts(essential, table.conditions),
        withheld,
        derivations,
    )


def _numbers(rows: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(row + 1 for row in rows))


def _texts(cubes: Iterable[Cube], conditions: tuple[str, ...]) -> tuple[str, ...]:
    """Terms as texts: short ones first, then by the order of the conditions, presence before absence."""
    last = len(conditions) - 1
    written = []
    for free, value in cubes:
        held = [(i, not value >> (last - i) & 1) for i in range(last + 1) if not free >> (last - i) & 1]
        written.append((len(held), held, "*".join(("~" if absent else "") + conditions[i] for i, absent in held)))
    return tuple(text for _, _, text in sorted(written))
