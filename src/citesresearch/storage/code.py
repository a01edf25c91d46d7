"""The code that makes something: a module, all that it imports, and the files that lie beside them.

Nobody lists what a page or a figure depends on: imports say it. Read as text, in milliseconds, without importing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

__all__ = ["code_of", "fingerprints"]

_PACKAGE = Path(__file__).parents[1]
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]+)|import[ \t]+([.\w]+))", re.MULTILINE
)
_FOR_TYPES = re.compile(r"^if TYPE_CHECKING:\n(?:[ \t]+.*\n|\n)+", re.MULTILINE)  # decides nothing of what is made


def code_of(*modules: str, package: Path = _PACKAGE) -> frozenset[Path]:
    """The files that decide what these modules of the package do: theirs, those of all they import, at any depth.

    A package that holds one of them is run too; what lies there and is no Python (words, templates, styles) counts as
    read by it.
    """
    found: set[Path] = set()
    seen: set[str] = set()
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if "." in name:
            waiting.append(name.rpartition(".")[0])
        path = _file(name, package)
        if path is None or path in found:  # a name inside a module is no file of its own
            continue
        found.add(path)
        if path.name == "__init__.py":
            found |= _beside(path.parent)
        waiting += _imports(path, name, package)
    return frozenset(found)


def fingerprints(*modules: str) -> dict[str, str]:
    """The code of these modules, by its path in the package: the fingerprint of each file."""
    return dict(_fingerprints(modules))


@cache
def _fingerprints(modules: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (path.relative_to(_PACKAGE).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()[:16])
        for path in sorted(code_of(*modules))
    )


def _file(name: str, package: Path) -> Path | None:
    place = package.joinpath(*name.split("."))
    for path in (place / "__init__.py", place.with_suffix(".py")):
        if path.is_file():
            return path
    return None


def _beside(folder: Path) -> set[Path]:
    """The files of a package that are not Python, in its folders that are no packages too."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc"))
    return {path for path in files if not _of_another(path, folder)}


def _of_another(path: Path, folder: Path) -> bool:
    return any((parent / "__init__.py").is_file() for parent in path.parents[: path.parents.index(folder)])


def _imports(path: Path, name: str, package: Path) -> Iterator[str]:
    """The names inside the package that a module imports, modules or what they hold."""
    text = _FOR_TYPES.sub("", path.read_text(encoding="utf-8"))
    here = name.split(".")
    if path.name != "__init__.py":
        here = here[:-1]
    for origin, names, whole in _IMPORT.findall(text):
        if whole:
            base = whole
        elif origin.startswith("."):
            inner = origin.lstrip(".")
            up = len(origin) - len(inner) - 1
            base = ".".join([package.name, *here[: len(here) - up], *([inner] if inner else [])])
        else:
            base = origin
        head, _, inside = base.partition(".")
        if head != package.name:
            continue
        prefix = f"{inside}." if inside else ""
        for part in re.sub(r"#.*", "", names).strip("() \n").split(","):
            if word := part.split(" as ")[0].strip():
                yield f"{prefix}{word}"
        if inside:
            yield inside
