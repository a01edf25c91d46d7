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
_FOR_TYPES = re.compile(r"^if TYPE_CHECKING:\n(?:[ \t].*\n|\n)+", re.MULTILINE)  # decides nothing of what is made


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
        if path is None:  # a name inside a module, or one that a package loads when it is used
            waiting += _handed(name, package)
            continue
        if path in found:
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


def _handed(name: str, package: Path) -> list[str]:
    """The module from which the stub of a package takes this name."""
    home, _, word = name.rpartition(".")
    stub = package.joinpath(*home.split("."), "__init__.pyi")
    handed = set(_names(stub.read_text(encoding="utf-8"), f"{package.name}.{home}")) if stub.is_file() else set()
    return [origin for origin, told in handed if told == word]


def _beside(folder: Path) -> set[Path]:
    """The files of a package that are not Python, in its folders that are no packages too."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc"))
    return {path for path in files if not _of_another(path, folder)}


def _of_another(path: Path, folder: Path) -> bool:
    return any((parent / "__init__.py").is_file() for parent in path.parents[: path.parents.index(folder)])


def _imports(path: Path, name: str, package: Path) -> Iterator[str]:
    """The names inside the package that a module imports, modules or what they hold."""
    text = _FOR_TYPES.sub("", path.read_text(encoding="utf-8"))
    here = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for origin, word in _names(text, f"{package.name}.{here}".rstrip(".")):
        yield from (origin, f"{origin}.{word}" if origin else word)


def _names(text: str, here: str) -> Iterator[tuple[str, str]]:
    """What a text of the package `here` imports from its own top package: (module inside it, name)."""
    top = here.partition(".")[0]
    for origin, names, whole in _IMPORT.findall(text):
        base = whole or origin
        if base.startswith("."):
            inner = base.lstrip(".")
            home = here.split(".")
            base = ".".join([*home[: len(home) - (len(base) - len(inner) - 1)], *([inner] if inner else [])])
        head, _, inside = f"{base}.".partition(".")
        if head != top:
            continue
        words = (part.split(" as ")[0].strip() for part in re.sub(r"#.*", "", names).strip("() \n").split(","))
        yield from ((inside.rstrip("."), word) for word in words if word or whole)
