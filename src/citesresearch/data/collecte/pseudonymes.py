"""Respondents under pseudonyms: a keyed hash of the identifier that the collecting tool gave them.

The key stands outside the project and outside the campagne: with it the same person receives the same pseudonym at
every import; without it nobody finds the person again, not even by hashing every possible identifier.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

from ...errors import CannotWrite, CitesError, reason

__all__ = ["Pseudonyms", "default_key_path", "key_path", "read_key", "write_key"]

VARIABLE = "CITESRESEARCH_CLE"
_BYTES = 32
_DIGITS = 12  # hexadecimal: two of a thousand respondents share one with a probability of 2 in a thousand million


class Pseudonyms:
    """Pseudonyms under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def _digest(self, *words: str) -> bytes:
        return hmac.new(self._key, "\x1f".join(words).encode(), hashlib.sha256).digest()

    def repondant(self, identifier: str) -> str:
        """« r » and twelve hexadecimal digits, always the same for an identifier; letter case and blanks do not count."""
        return "r" + self._digest("repondant", identifier.strip().casefold()).hex()[:_DIGITS]

    def verbatim(self, identifier: str) -> str:
        """« v » and digits, the same for the free words of one person; not linked to the person's pseudonym."""
        number = int.from_bytes(self._digest("verbatim", identifier.strip().casefold())[:5])
        return f"v{number:013d}"

    def fingerprint(self) -> str:
        """What tells one key from another without saying anything of it."""
        return self._digest("empreinte").hex()[:_DIGITS]


def default_key_path() -> Path:
    """Where the key stands unless said otherwise: in the user's own configuration."""
    home = os.environ.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path.home() / ".config") / "citesresearch" / "cle"


def key_path(asked: Path | None) -> Path:
    """The place of the key: the one asked for, that of the environment, or the default one."""
    named = os.environ.get(VARIABLE)
    return (asked or (Path(named) if named else default_key_path())).expanduser().resolve()


def read_key(path: Path, campagne: Path) -> tuple[bytes, bool]:
    """The key at `path`, and whether it is a new one, drawn now and not kept yet (see `write_key`).

    Raises CitesError for a key that stands in
    the campagne or in a folder under version control, that others may read, or that is no key.
    """
    _check_place(path, campagne.resolve())
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return secrets.token_bytes(_BYTES), True
    except (OSError, UnicodeDecodeError) as error:
        reason = reason(error) if isinstance(error, OSError) else "ce n’est pas une clé"
        raise CitesError(f"La clé {path} ne peut pas être lue : {reason}. {_LOST}") from error
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise CitesError(
            f"La clé {path} peut être lue par d’autres que vous : rien n’a été importé. Réservez-la (chmod 600 {path})."
        )
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) < _BYTES:
        raise CitesError(
            f"Le fichier {path} n’est pas une clé (attendu : {2 * _BYTES} chiffres hexadécimaux au moins). {_LOST}"
        )
    return key, False


_LOST = (
    "Retrouvez-en une copie : avec une autre clé, les personnes déjà importées recevraient un autre pseudonyme "
    "et seraient comptées deux fois."
)


def _check_place(path: Path, campagne: Path) -> None:
    if path == campagne or campagne in path.parents:
        raise CitesError(
            f"La clé {path} est dans le dossier de la campagne : qui reçoit les données recevrait de quoi retrouver les "
            "personnes. Mettez-la ailleurs, par --cle, et indiquez ce lieu à chaque import."
        )
    for folder in path.parents:
        if (folder / ".git").exists():
            raise CitesError(
                f"La clé {path} est dans un dossier suivi par git ({folder}) : elle finirait par être publiée avec lui. "
                "Mettez-la ailleurs, par --cle, et indiquez ce lieu à chaque import."
            )


def write_key(path: Path, key: bytes) -> None:
    """Keep the key, whole or not at all, for its owner only."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with os.fdopen(
                os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
            ) as stream:
                stream.write(key.hex() + "\n")
                stream.flush()
                os.fsync(stream.fileno())
            # link, not replace: of two imports that start at once, both must use the same key.
            os.link(aside, path)
        finally:
            aside.unlink(missing_ok=True)
    except FileExistsError:
        raise CitesError(f"La clé {path} vient d’être créée par un autre import : recommencez.") from None
    except OSError as error:
        raise CannotWrite(
            f"La clé ne peut pas être écrite dans {path} : {reason(error)}. Indiquez un autre lieu par --cle."
        ) from error
