"""Several files of a folder replaced together: all of them or none, even when the program is killed.

New contents are written aside and flushed; one rename then says that they are complete, and only after it do they take
their places. Who opens the folder next finishes what a killed program had begun, so that the old files or the new ones
are read, never a mixture.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ..errors import CannotWrite, reason

__all__ = ["finish_replacement", "replace_together"]

_READY = ".remplacement"
_ASIDE = ".remplacement."  # and a suffix of its own: not complete yet


def replace_together(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Give these files of `folder` (by name) their new contents, all or none; the caller holds the folder's lock.

    Raises CitesError, with nothing replaced, where the folder cannot be written.
    """
    if not contents:
        return
    finish_replacement(folder)
    try:
        for left in folder.glob(f"{_ASIDE}*"):
            shutil.rmtree(left, ignore_errors=True)  # of a program killed before it had decided anything
        aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=folder))
        try:
            for name, content in contents.items():
                with (aside / name).open("wb") as stream:
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
                (aside / name).chmod(_mode(folder / name))
            _flush(aside)
            aside.rename(folder / _READY)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise CannotWrite(
            f"Impossible d’écrire dans {folder} : {reason(error)}. Rien n’a été remplacé. Vérifiez les droits et la place libre."
        ) from error
    finish_replacement(folder)


def finish_replacement(folder: Path) -> None:
    """Put in place what a replacement had written completely; nothing to do in the ordinary case.

    May run twice at once: each file is moved by one of the two. Raises CitesError where the folder cannot be written.
    """
    ready = folder / _READY
    if not ready.is_dir():
        return
    try:
        _flush(folder)
        for path in sorted(ready.iterdir()):
            try:
                path.replace(folder / path.name)
            except FileNotFoundError:
                continue  # another program has just moved it
        _flush(folder)
        try:
            ready.rmdir()
        except FileNotFoundError:
            return
    except OSError as error:
        raise CannotWrite(
            f"Un import interrompu attend dans {ready} et ne peut pas être achevé : {reason(error)}. "
            "Vérifiez les droits et la place libre, puis recommencez."
        ) from error


def _mode(path: Path) -> int:
    """The permissions that a file keeps; those of a new one are left to the system's habits."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _flush(folder: Path) -> None:
    """Ask the system to write the folder's own list of names; not every system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
