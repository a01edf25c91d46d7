"""Every regular expression of the package, and texts made to have each one go over the same words again and again.

Run by itself it measures how the time of each grows with the length of such texts, and prints those that grow faster.
"""

from __future__ import annotations

import ast
import importlib
import itertools
import pkgutil
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import citesresearch
from citesresearch.codebook import load_codebook
from citesresearch.data.checking.masking import mask
from citesresearch.french import plain, typeset

_METHODS = ("search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")
_CHARS = "aZ0 _-.,'’\n@é/:;(*[]<>#«\u00a0\"&="
SHORT, TIMES, TOO_FAST = 1000, 4, 0.0008  # characters, how many times longer, seconds that say nothing
LINEAR = 9  # what a text four times as long may take; a square takes sixteen


@dataclass(frozen=True)
class Found:
    """A pattern, where it stands, and the methods by which it reads texts."""

    place: str
    pattern: re.Pattern[Any]
    methods: frozenset[str]


def package_patterns() -> list[Found]:
    """All of them: compiled at the head of a module, written in a call, or declared by a column of the codebook."""
    found: list[Found] = []
    for info in pkgutil.walk_packages(citesresearch.__path__, "citesresearch."):
        if not info.name.endswith("__main__"):
            found += module_patterns(importlib.import_module(info.name))
    for table in load_codebook().tables.values():
        for field in table.fields:
            if form := field.constraints.get("pattern"):
                found.append(Found(f"{table.name}.{field.name}", re.compile(form, re.ASCII), frozenset({"fullmatch"})))
    return found


def module_patterns(module: Any) -> Iterator[Found]:
    """Those of one module."""
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    used: dict[str, set[str]] = {}
    for call in calls:
        owner, method = call.func.value, call.func.attr  # type: ignore[attr-defined]
        if isinstance(owner, ast.Name) and owner.id == "re" and call.args and method in (*_METHODS, "compile"):
            pattern = _written(call, vars(module))
            if method != "compile" and pattern is not None:
                yield Found(f"{module.__name__}:{call.lineno}", pattern, frozenset({method}))
            elif pattern is not None and pattern not in _held(module):
                yield Found(f"{module.__name__}:{call.lineno}", pattern, frozenset({"search"}))
        elif isinstance(owner, ast.Name) and method in _METHODS:
            used.setdefault(owner.id, set()).add(method)
    for name, value in vars(module).items():
        for pattern in _inside(value):
            yield Found(f"{module.__name__}.{name}", pattern, frozenset(used.get(name, {"search"})))


def _held(module: Any) -> list[re.Pattern[Any]]:
    return [pattern for value in vars(module).values() for pattern in _inside(value)]


def _inside(value: Any) -> list[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        return [value]
    if isinstance(value, dict):
        return [pattern for part in value.values() for pattern in _inside(part)]
    if isinstance(value, (tuple, list)):
        return [pattern for part in value for pattern in _inside(part)]
    return []


def _written(call: ast.Call, names: dict[str, Any]) -> re.Pattern[Any] | None:
    """The pattern of a call; what only the running function knows stands as « x »."""
    flags = next((eval(ast.unparse(k.value), {**names, "re": re}) for k in call.keywords if k.arg == "flags"), 0)
    for extra in call.args[1:]:
        if "re." in ast.unparse(extra) and "(" not in ast.unparse(extra):
            flags |= eval(ast.unparse(extra), {"re": re})
    first = call.args[0]
    parts = first.values if isinstance(first, ast.JoinedStr) else [first]
    text: list[Any] = []
    for part in parts:
        try:
            node = part.value if isinstance(part, ast.FormattedValue) else part
            text.append(eval(ast.unparse(node), dict(names)))
        except Exception:  # noqa: BLE001 - anything that depends on a local name
            text.append("x")
    if not all(isinstance(part, (str, bytes)) for part in text):
        return None
    return re.compile(text[0] if len(text) == 1 else "".join(map(str, text)), flags)


# --- texts ---


def attacks(pattern: re.Pattern[Any]) -> Iterator[tuple[Any, Any, Any]]:
    """(beginning, unit, end): each repeat of the pattern given what it repeats, then something else."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree = parser.parse(source, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags)
    seen: set[tuple[str, str]] = set()
    for before, item in _repeats(tree, ""):
        units = {_example(item), *(c for c in _CHARS if _one(item, c))}
        for start, unit in itertools.product({before, ""}, sorted(units)):
            if unit and (start, unit) not in seen:
                seen.add((start, unit))
                yield tuple(_as(pattern, text) for text in (start, unit, "\x00"))
    if _example(tree):
        yield tuple(_as(pattern, text) for text in ("", _example(tree)[:-1] or "a", "\x00"))


def _as(pattern: re.Pattern[Any], text: str) -> Any:
    return text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")


def _repeats(tree: Any, before: str) -> Iterator[tuple[str, Any]]:
    for op, said in tree:
        if op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            low, high, item = said
            if high is codes.MAXREPEAT or high > 8:
                yield before, item
            yield from _repeats(item, before)
            before += _example(item) * low
        elif op is codes.SUBPATTERN:
            yield from _repeats(said[3], before)
            before += _example(said[3])
        elif op is codes.ATOMIC_GROUP:
            yield from _repeats(said, before)
            before += _example(said)
        elif op is codes.BRANCH:
            for branch in said[1]:
                yield from _repeats(branch, before)
            before += _example(said[1][0])
        elif op in (codes.ASSERT, codes.ASSERT_NOT):
            yield from _repeats(said[1], before)
        else:
            before += _example([(op, said)])


def _example(tree: Any) -> str:
    """A short text that the tree may match."""
    text = ""
    for op, said in tree:
        if op is codes.LITERAL:
            text += chr(said)
        elif op in (codes.IN, codes.NOT_LITERAL, codes.ANY):
            text += next((c for c in _CHARS if _char(op, said, c)), _any_of(op, said))
        elif op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            text += _example(said[2]) * max(said[0], 1)
        elif op is codes.SUBPATTERN:
            text += _example(said[3])
        elif op is codes.ATOMIC_GROUP:
            text += _example(said)
        elif op is codes.BRANCH:
            text += _example(said[1][0])
    return text


def _any_of(op: Any, said: Any) -> str:
    for kind, value in said if op is codes.IN else ():
        if kind is codes.LITERAL:
            return chr(value)
        if kind is codes.RANGE:
            return chr(value[0])
    return "a"


def _one(item: Any, char: str) -> bool:
    """Whether what is repeated is one character that may be this one."""
    tree = list(item)
    while len(tree) == 1 and tree[0][0] is codes.SUBPATTERN:
        tree = list(tree[0][1][3])
    return len(tree) == 1 and _char(tree[0][0], tree[0][1], char)


def _char(op: Any, said: Any, char: str) -> bool:
    if op is codes.ANY:
        return char != "\n"
    if op is codes.LITERAL:
        return char == chr(said)
    if op is codes.NOT_LITERAL:
        return char != chr(said)
    if op is not codes.IN:
        return False
    denied = said[0][0] is codes.NEGATE
    within = False
    for kind, value in said[1 if denied else 0 :]:
        if kind is codes.LITERAL:
            within |= char == chr(value)
        elif kind is codes.RANGE:
            within |= value[0] <= ord(char) <= value[1]
        elif kind is codes.CATEGORY:
            name = str(value).rpartition("_")[2]
            held = {"DIGIT": char.isdigit(), "SPACE": char.isspace(), "WORD": char.isalnum() or char == "_"}[name]
            within |= held != ("_NOT_" in str(value))
    return within != denied


# --- growth ---


def seconds(read: Callable[[Any], object], text: Any, times: int = 3) -> float:
    """The best of a few times: what else the machine does only adds."""
    best = 1e9
    for _ in range(times):
        start = time.process_time()
        read(text)
        best = min(best, time.process_time() - start)
        if best > 1:
            break
    return best


def reader(found: Found, method: str) -> Callable[[Any], object]:
    """What reads a text as the package does."""
    if method in ("sub", "subn"):
        return lambda text: found.pattern.sub("" if isinstance(found.pattern.pattern, str) else b"", text)
    if method == "finditer":
        return lambda text: list(found.pattern.finditer(text))
    read: Callable[[Any], object] = getattr(found.pattern, method)
    return read


def grows(read: Callable[[Any], object], start: Any, unit: Any, end: Any) -> float:
    """How many times longer a text takes that is `TIMES` times longer; 0 where both are too fast to tell."""
    count = max(1, SHORT // len(unit))
    text = start + unit * (count * TIMES) + end
    if seconds(read, text, 1) < TOO_FAST:
        return 0.0
    return seconds(read, text) / max(seconds(read, start + unit * count + end), 1e-7)


def too_fast(found: Found) -> str | None:
    """The sentence that tells a pattern whose time grows faster than the text."""
    for method in sorted(found.methods):
        read = reader(found, method)
        for start, unit, end in attacks(found.pattern):
            if all(grows(read, start, unit, end) > LINEAR for _ in range(3)):
                return f"{found.place} ({method}): {start!r} + {unit!r} * n: {found.pattern.pattern!r}"
    return None


def slow_words(read: Callable[[Any], object]) -> str | None:
    """The same for a function that reads users' words with several patterns, or word by word."""
    for unit in UNITS:
        if all(grows(read, "", unit, "!") > LINEAR for _ in range(3)):
            return f"{read}: {unit!r} * n"
    return None


UNITS = (
    *_CHARS, "12 rue ", "Jean ", "Mme ", "DUPONT ", "par ", "06 ", "0", "a.", "a@", "a-", "12 rue a-", "J. ", "née ", "Jean-", "[", "(",
    "le maire ", "quai ", "école ", "école maternelle ", "1 ans, ", "06 12 34 56 78 ", "a@b.fr ", "d’", "« a », ", "\u200d", "Élise",
)  # fmt: skip


def main() -> int:
    every = package_patterns()
    faults = [said for said in map(too_fast, every) if said]
    reading: list[Callable[[Any], object]] = [mask.__wrapped__, plain.__wrapped__, typeset.__wrapped__]
    faults += [said for said in map(slow_words, reading) if said]
    sys.stdout.write("\n".join(faults) + "\n" if faults else f"{len(every)} patterns\n")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
