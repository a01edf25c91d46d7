"""A finished folder put in the place of the former one, in one step where the system can.

Whoever opens the place finds the former folder or the new one, whole, even when the program is killed in between. Linux
and macOS exchange two folders at once; elsewhere two renames do, and the next command puts right what a killed one left.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .locks import Held, hold_lock

__all__ = ["aside", "locked", "put_in_place", "tidy", "unlisted"]

_UNFINISHED, _FORMER = ".tmp", ".old"
_PREFIX, _HELD = ".citesresearch.", ".verrou"
_AT_FDCWD = -100


@contextmanager
def locked(place: Path, wait: float) -> Iterator[None]:
    """Hold `place`, whose folder is made, for this process alone; what killed ones left beside it is put right.

    Raises Held when another holds it that long, OSError where the place cannot be written.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with hold_lock(place.parent / f".{place.name}.lock", wait):
        _sweep(place)
        yield


def tidy(place: Path) -> None:
    """Put right what killed commands left beside `place`, unless a living one is at work there or nothing may be written."""
    try:
        if _left(place):
            with locked(place, 0):
                return
    except (OSError, Held):
        return


@contextmanager
def aside(place: Path) -> Iterator[Path]:
    """An empty folder on the disk of `place`, which the caller holds; gone at the end unless it was put in place."""
    made = Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=_UNFINISHED, dir=place.parent))
    try:
        made.chmod(0o755)
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def unlisted(parent: Path) -> Iterator[Path]:
    """An empty hidden folder in `parent`, gone at the end; those that killed processes left there go too.

    A living process holds the lock that its folder has inside: there is no lock to leave beside a user's files.
    """
    for left in parent.glob(f"{_PREFIX}*"):
        try:
            with hold_lock(left / _HELD):
                pass
        except (OSError, Held):
            continue
        shutil.rmtree(left, ignore_errors=True)
    made = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    try:
        with hold_lock(made / _HELD):
            yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def put_in_place(new: Path, place: Path) -> None:
    """Put the finished folder `new`, made by `aside`, at `place`; what was there goes. Raises OSError, with nothing changed."""
    if not place.exists():
        new.replace(place)
        return
    former = new
    if not _exchange(new, place):
        former = new.with_suffix(_FORMER)
        place.replace(former)
        try:
            new.replace(place)
        except OSError:
            former.replace(place)
            raise
    shutil.rmtree(former, ignore_errors=True)


def _left(place: Path) -> list[Path]:
    """What unfinished commands have beside `place`: their folders bear its name and a word drawn at random."""
    named = re.compile(rf"\.{re.escape(place.name)}\.[^.]+({_UNFINISHED}|{_FORMER})")
    try:
        return sorted(path for path in place.parent.iterdir() if named.fullmatch(path.name))
    except OSError:
        return []


def _sweep(place: Path) -> None:
    for left in _left(place):
        inner = left / "previous"  # as versions up to 0.1 laid it
        former = inner if inner.is_dir() else left
        if left.suffix == _FORMER and not place.exists() and any(former.iterdir()):
            former.replace(place)
        shutil.rmtree(left, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where this system or this disk cannot."""
    call = _exchanger()
    return call is not None and call(os.fsencode(one), os.fsencode(other)) == 0


def _exchanger() -> Callable[[bytes, bytes], int] | None:
    if sys.platform not in ("linux", "darwin"):
        return None
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        return lambda one, other: int(library.renameat2(_AT_FDCWD, one, _AT_FDCWD, other, ctypes.c_uint(2)))
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        return lambda one, other: int(library.renamex_np(one, other, ctypes.c_uint(2)))
    return None
