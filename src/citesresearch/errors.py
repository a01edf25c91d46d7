"""The one kind of error that a reader of French may see."""

from __future__ import annotations

import errno
import re

__all__ = ["CannotWrite", "CitesError", "because", "place_of"]


class CitesError(Exception):
    """Something the user can mend; the message is one or more French sentences.

    In a notebook only the sentence is shown, without a traceback: IPython asks the exception for
    `_render_traceback_` before it draws its own.
    """

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class CannotWrite(CitesError):
    """A place that cannot be written: nothing is said of the data (the command line gives it an exit code of its own)."""


_FRENCH = {
    errno.EACCES: "droits insuffisants",
    errno.EPERM: "droits insuffisants",
    errno.EROFS: "disque en lecture seule",
    errno.ENOSPC: "disque plein",
    errno.EDQUOT: "place permise épuisée",
    errno.ENOENT: "ce chemin n’existe pas",
    errno.ENOTDIR: "un fichier se trouve là où il faut un dossier",
    errno.EEXIST: "un fichier de ce nom s’y trouve déjà",
    errno.EISDIR: "un dossier se trouve là où il faut un fichier",
    errno.ENOTEMPTY: "le dossier n’est pas vide",
    errno.ENAMETOOLONG: "nom trop long",
    errno.EINVAL: "nom refusé par ce disque",
    errno.ELOOP: "liens qui tournent en rond",
    errno.EBUSY: "utilisé par un autre programme",
    errno.ETXTBSY: "utilisé par un autre programme",
    errno.EIO: "erreur de lecture ou d’écriture du disque",
    errno.EFBIG: "fichier trop gros pour ce disque",
    errno.EXDEV: "sur un autre disque",
    errno.EMFILE: "trop de fichiers ouverts",
    errno.ENFILE: "trop de fichiers ouverts",
    errno.ENOMEM: "mémoire épuisée",
    errno.ETIMEDOUT: "le disque ne répond pas",
    errno.ESTALE: "dossier du réseau qui ne répond plus",
}


def because(error: OSError) -> str:
    """Why the system refused, in French: its own words are English."""
    number = error.errno or 0
    return _FRENCH.get(number) or f"erreur {errno.errorcode.get(number, number)} du système"


def place_of(error: ValueError) -> str:
    """Where a text of TOML, of JSON or of no readable letters goes wrong, in French."""
    if isinstance(error, UnicodeDecodeError):
        return f"octet {error.start + 1} illisible en UTF-8"
    found = re.search(r"line (\d+),? column (\d+)", str(error))
    return f"ligne {found[1]}, colonne {found[2]}" if found else "à la fin du fichier"
