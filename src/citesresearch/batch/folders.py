"""The folder of a campagne's results: made, locked, and the place of what is not finished."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from ..engine.worker import DISK_FULL
from ..errors import CannotWrite, CitesError, reason
from ..french import NBSP
from ..storage.locks import Held, hold_lock
from ..storage.store import claim, mark
from .identity import check_owner, sign
from .ledger import FILE_NAME

__all__ = ["LOCK", "UNFINISHED", "hold", "make_folders", "os_sentence", "remove_others", "unfinished"]

UNFINISHED = "en_cours"
_FOLDERS = ("notebooks", "pages", "journaux")
LOCK = ".verrou"
_HOLDER = "lot.json"


def make_folders(root: Path, raw: Path | None = None) -> None:
    """Make the folders of a campagne, whose files are in `raw`, and write a file in each.

    Raises CitesError where somebody else's files or another campagne's results stand there, CannotWrite where that cannot be.
    """
    if not (root / FILE_NAME).is_file():  # a ledger is nobody else's
        claim(root)
    if raw is not None:
        check_owner(root, raw)
    for folder in (root, *(root / name for name in _FOLDERS)):
        probe = folder / f".essai-{os.getpid()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe.write_text("essai", encoding="utf-8")
            probe.unlink()
            if folder == root:
                mark(root) if raw is None else sign(root, raw)
        except OSError as error:
            raise CannotWrite(f"Rien n’a été exécuté{NBSP}: {os_sentence(error, folder)}") from error


def remove_others(root: Path, made: Collection[str], planned: Collection[str]) -> None:
    """Remove the files of the runs `made` once that are planned no more: a page without a source leaves the site.

    Raises CannotWrite where they cannot be removed.
    """
    for ident in sorted(set(made) - set(planned)):
        for folder in _FOLDERS:
            for path in (root / folder / f"{ident}{suffix}" for suffix in (".html", ".ipynb", ".log")):
                try:
                    path.unlink(missing_ok=True)
                except OSError as error:
                    raise CannotWrite(f"Rien n’a été exécuté{NBSP}: {os_sentence(error, path)}") from error


def os_sentence(error: OSError, path: Path) -> str:
    """What an error of the file system means for `path`, in French."""
    if error.errno in DISK_FULL:
        return f"le disque de « {path} » est plein."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"on ne peut pas écrire dans « {path} » (droits insuffisants ou disque en lecture seule)."
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"« {path} » ou un dossier qui le contient est un fichier, pas un dossier."
    if error.errno == errno.EISDIR:
        return f"« {path} » est un dossier, pas un fichier."
    return f"on ne peut pas écrire dans « {path} » ({reason(error)})."


@contextmanager
def hold(root: Path) -> Iterator[None]:
    """Hold the campagne's results for this process alone. Raises CitesError, naming who holds them."""
    held = ExitStack()
    try:
        held.enter_context(hold_lock(root / LOCK))
    except Held as error:
        holder = root / UNFINISHED / _HOLDER
        try:
            said = json.loads(holder.read_text(encoding="utf-8"))
            who = f" (processus {said['pid']} sur « {said['machine']} », depuis {said['debut']})"
        except (OSError, ValueError, KeyError):
            who = f" ({error.who})" if error.who else ""  # it has only just begun, or is about to end
        raise CitesError(
            f"Un autre lot est en cours dans « {root} »{who}{NBSP}: attendez sa fin, ou choisissez un autre dossier. {error.advice}"
        ) from error
    except OSError as error:
        raise CannotWrite(f"Rien n’a été exécuté{NBSP}: {os_sentence(error, root / LOCK)}") from error
    with held:
        yield


@contextmanager
def unfinished(folder: Path) -> Iterator[Path]:
    """An empty folder for unfinished files, on the disk of the results; removed at the end."""
    import platform

    if folder.exists() and not (folder / _HOLDER).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise CitesError(
            f"Rien n’a été exécuté{NBSP}: citesresearch n’a pas écrit {folder}, dont il a besoin. Déplacez-le, puis relancez."
        )
    try:
        if folder.exists():
            shutil.rmtree(folder)  # left by a batch that was killed: the lock says that it is nobody's
        folder.mkdir()
        holder = {
            "pid": os.getpid(),
            "machine": platform.node(),
            "debut": datetime.now().astimezone().strftime("%H:%M"),
        }
        (folder / _HOLDER).write_text(json.dumps(holder), encoding="utf-8")
    except OSError as error:
        raise CannotWrite(f"Rien n’a été exécuté{NBSP}: {os_sentence(error, folder)}") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
