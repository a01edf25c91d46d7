"""The one kind of error that a reader of French may see, what the command line says by its exit code, and the system's reasons."""

from __future__ import annotations

import errno
import re

__all__ = [
    "BLOCKED",
    "INTERRUPTED",
    "MISUSED",
    "OK",
    "SIGNALLED",
    "UNWRITABLE",
    "CannotWrite",
    "CitesError",
    "place_of",
    "reason",
]

# Exit codes. Of several commands the highest is returned; from SIGNALLED on, a signal stopped the command.
OK, BLOCKED, MISUSED, UNWRITABLE = 0, 1, 2, 3
SIGNALLED, INTERRUPTED = 128, 130

_REASONS = {
    "le disque est plein": ("ENOSPC", "EDQUOT", "EFBIG"),
    "droits insuffisants": ("EACCES", "EPERM"),
    "disque en lecture seule": ("EROFS",),
    "introuvable": ("ENOENT",),
    "un fichier est à la place d’un dossier": ("ENOTDIR", "EEXIST"),
    "un dossier est à la place d’un fichier": ("EISDIR",),
    "le dossier n’est pas vide": ("ENOTEMPTY",),
    "nom trop long": ("ENAMETOOLONG",),
    "un autre programme s’en sert": ("EBUSY", "ETXTBSY"),
    "le disque ou le réseau ne répond pas bien": ("EIO", "ESTALE", "ETIMEDOUT"),
    "trop de fichiers ouverts": ("EMFILE", "ENFILE"),
    "des liens qui tournent en rond": ("ELOOP",),
    "verrous impossibles sur ce disque": ("ENOLCK",),
    "ce disque ne le permet pas": ("ENOSYS", "EOPNOTSUPP", "EXDEV"),
    "pas assez de mémoire": ("ENOMEM",),
    "nom refusé par le système": ("EINVAL", "EILSEQ"),
}
# By name: no system has them all.
_BY_NUMBER = {getattr(errno, name, None): words for words, names in _REASONS.items() for name in names}


class CitesError(Exception):
    """Something the user can mend; the message is one or more French sentences.

    In a notebook only the sentence is shown, without a traceback: IPython asks the exception for
    `_render_traceback_` before it draws its own.
    """

    exit_code = BLOCKED

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class CannotWrite(CitesError):
    """A place cannot be written: nothing is said of the data."""

    exit_code = UNWRITABLE


def reason(error: OSError) -> str:
    """Why the system refuses, in French: its own words are those of another language."""
    number = error.errno or 0
    return (number and _BY_NUMBER.get(number)) or f"erreur {errno.errorcode.get(number, number)} du système"


def place_of(error: ValueError) -> str:
    """Where a text of TOML, of JSON or of no readable letters goes wrong, in French."""
    if isinstance(error, UnicodeDecodeError):
        return f"octet {error.start + 1} illisible en UTF-8"
    found = re.search(r"line (\d+),? column (\d+)", str(error))
    return f"ligne {found[1]}, colonne {found[2]}" if found else "à la fin du fichier"
