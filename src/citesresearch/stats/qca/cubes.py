"""Prime implicants and minimal covers, on rows written as whole numbers.

A cube is a pair (free, value) of bit patterns: the bits of `free` are conditions that do not matter, those of
`value` the conditions that are present. It covers the rows that equal `value` outside `free`. Sets of rows are
whole numbers too (bit r for row r), so that « covers » is one operation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ..errors import NotComputable

__all__ = ["MOST_MODELS", "MOST_STEPS", "Cube", "as_bits", "minimal_covers", "prime_implicants", "rows_of"]

Cube = tuple[int, int]

MOST_MODELS = 5_000
MOST_STEPS = 250_000


def rows_of(cube: Cube) -> Iterator[int]:
    """Yield the rows that a cube covers."""
    free, value = cube
    inside = free
    while True:
        yield value | inside
        if not inside:
            return
        inside = (inside - 1) & free


def as_bits(rows: Iterable[int]) -> int:
    """Return a set of rows as one whole number."""
    bits = 0
    for row in rows:
        bits |= 1 << row
    return bits


def prime_implicants(wanted: Iterable[int], allowed: Iterable[int], conditions: int) -> list[Cube]:
    """Return the largest cubes inside `allowed` that cover a row of `wanted` at least (Quine and McCluskey).

    Neighbours that differ in one condition are merged, level by level; what merges with nothing is prime.
    """
    level: dict[int, set[int]] = {0: set(allowed)}
    wanted_bits = as_bits(wanted)
    primes: list[Cube] = []
    while level:
        merged: dict[int, set[int]] = defaultdict(set)
        absorbed: dict[int, set[int]] = defaultdict(set)
        for free, values in level.items():
            for bit in (1 << i for i in range(conditions) if not free >> i & 1):
                for value in values:
                    if not value & bit and value | bit in values:
                        merged[free | bit].add(value)
                        absorbed[free].update((value, value | bit))
        primes += [(free, value) for free, values in level.items() for value in values - absorbed[free]]
        level = merged
    return sorted(cube for cube in primes if as_bits(rows_of(cube)) & wanted_bits)


def minimal_covers(cubes: list[Cube], wanted: Iterable[int]) -> list[tuple[Cube, ...]]:
    """Return every set of as few cubes as possible that covers all wanted rows.

    Depth-first with exclusion: on the row with the fewest cubes left, the i-th branch takes the i-th cube and gives
    up those before it, so that each cover is met once. Rows implied by others are dropped first; dominated cubes are
    kept, because they may stand in a tied model. Raises NotComputable ("too_complex") beyond MOST_MODELS covers or
    MOST_STEPS branches: never a part of the tied models.
    """
    # A column is the set of the cubes (bit i for cube i) that cover one wanted row.
    columns = _needed_rows({as_bits(i for i, cube in enumerate(cubes) if _covers(cube, row)) for row in set(wanted)})
    steps = 0
    found: list[int] = []

    def search(left: list[int], chosen: int, room: int) -> None:
        nonlocal steps
        steps += 1
        if steps > MOST_STEPS:
            raise NotComputable("too_complex", f"minimise: more than {MOST_STEPS} branches among {len(cubes)} terms")
        if not left:
            found.append(chosen)
            if len(found) > MOST_MODELS:
                raise NotComputable("too_complex", f"minimise: more than {MOST_MODELS} models are tied")
            return
        if _apart(left) > room:
            return
        given_up, narrowest = 0, min(left, key=int.bit_count)
        for cube in _members(narrowest):
            rest = [column & ~given_up for column in left if not column & cube]
            if all(rest):
                search(rest, chosen | cube, room - 1)
            given_up |= cube

    room = _apart(columns)
    while not found:
        search(columns, 0, room)
        room += 1
    return [tuple(cube for i, cube in enumerate(cubes) if chosen >> i & 1) for chosen in found]


def _covers(cube: Cube, row: int) -> bool:
    return row & ~cube[0] == cube[1]


def _members(bits: int) -> Iterator[int]:
    """Yield each member of a set of bits, as a bit."""
    while bits:
        lowest = bits & -bits
        yield lowest
        bits ^= lowest


def _needed_rows(columns: set[int]) -> list[int]:
    """Drop a row whose cubes include all those of another row: covering the other covers it."""
    kept: list[int] = []
    for column in sorted(columns, key=lambda bits: (bits.bit_count(), bits)):
        if not any(other & ~column == 0 for other in kept):
            kept.append(column)
    return kept


def _apart(columns: list[int]) -> int:
    """Count rows no two of which share a cube: as many cubes at least are needed."""
    taken = count = 0
    for column in sorted(columns, key=int.bit_count):
        if not taken & column:
            taken |= column
            count += 1
    return count
