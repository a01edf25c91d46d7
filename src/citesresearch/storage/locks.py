"""One program at a time: a lock that the system drops with its holder; where the disk has none, a file that names it.

A file left by a program that has gone never refuses for ever: its holder is looked for, and it is taken over.
"""

from __future__ import annotations

import errno
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

__all__ = ["NO_LOCKS", "Held", "hold_lock"]

# How a disk says that it knows no locks (NFS without lockd, some shared folders).
NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL)
_BUSY = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
_PAUSE = 0.1  # seconds between two tries
_WRITING = 10  # seconds after which a file that names nobody was left half-written


class Held(Exception):
    """Another program holds the lock; `who` names it where that is known, `advice` says which file and what to do."""

    def __init__(self, path: Path, named: dict[str, Any] | None = None) -> None:
        super().__init__(str(path))
        self.who = f"processus {named['pid']} sur « {named['machine']} »" if named else ""
        self.advice = (
            f"Si ce programme ne tourne plus, supprimez {path}."
            if named is not None
            else f"Le verrou {path} se libère dès que ce programme s’arrête."
        )


@contextmanager
def hold_lock(path: Path, patience: float = 0) -> Iterator[None]:
    """Hold the lock that `path` stands for, after at most `patience` seconds.

    Raises Held where another program keeps it, OSError where the file cannot be made.
    """
    until = time.monotonic() + patience
    while True:
        try:
            release = _take(path)
            break
        except Held:
            if time.monotonic() >= until:
                raise
            time.sleep(_PAUSE)
    try:
        yield
    finally:
        release()


def _take(path: Path) -> Callable[[], None]:
    place = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
    try:
        _lock(place)
    except OSError as error:
        os.close(place)
        if error.errno in _BUSY:
            raise Held(path) from error
        if error.errno in NO_LOCKS:
            return _take_by_name(path.with_name(f"{path.name}.tenu"))
        raise
    # Closing drops the lock; the file stays, or two programs could each lock their own.
    return lambda: os.close(place)


def _lock(place: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(place, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)


# -- where the disk knows no locks ---------------------------------------------------------------------------------


def _take_by_name(path: Path) -> Callable[[], None]:
    mine = json.dumps({"pid": os.getpid(), "machine": platform.node(), "depuis": _birth(os.getpid())})
    for _ in range(2):
        with suppress(FileExistsError):
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "w", encoding="utf-8") as file:
                file.write(mine)
            return lambda: _remove(path, mine)
        held = _read(path)
        if not _gone(path, held):
            raise Held(path, _named(held) or {"pid": "inconnu", "machine": "?"})
        _remove(path, held)
    raise Held(path, _named(_read(path)) or {"pid": "inconnu", "machine": "?"})


def _read(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace")
    return ""


def _named(held: str) -> dict[str, Any] | None:
    try:
        said = json.loads(held)
        return said if isinstance(said, dict) and {"pid", "machine"} <= said.keys() else None
    except ValueError:
        return None


def _gone(path: Path, held: str) -> bool:
    """Whether who wrote this file no longer runs; of another machine nothing is known."""
    named = _named(held)
    if named is None:
        try:
            return time.time() - path.stat().st_mtime > _WRITING
        except OSError:
            return True
    return named["machine"] == platform.node() and _birth(named["pid"]) != named.get("depuis")


def _remove(path: Path, held: str) -> None:
    """Remove the file while it says what it said: another program may have taken it over."""
    if _read(path) == held:
        path.unlink(missing_ok=True)


def _birth(pid: object) -> str | None:
    """What tells a running process from any other that ever had its number; None where it does not run."""
    try:
        started = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip() + started
    except (OSError, IndexError):
        pass
    try:
        os.kill(int(str(pid)), 0) if sys.platform != "win32" else None
    except (ProcessLookupError, ValueError, OverflowError):
        return None
    except PermissionError:
        pass
    return "en vie"
