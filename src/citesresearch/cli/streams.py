"""What the command line prints goes through whatever encoding the stream has: a word is respelled, never refused."""

from __future__ import annotations

import codecs
import io
import os
import sys
import unicodedata

__all__ = ["drop_output", "speak_anywhere"]

_NAME = "citesresearch.readable"
# What has no accent to lose, by what a reader takes for it.
_ALIKE = {
    "\u2010": "-",
    "\u2011": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2212": "-",
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "«": '"',
    "»": '"',
    "·": "-",
    "•": "-",
    "…": "...",
    "œ": "oe",
    "Œ": "Oe",
    "æ": "ae",
    "Æ": "Ae",
    "ß": "ss",
    "ø": "o",
    "ł": "l",
    "×": "x",
    "÷": "/",
    "→": "->",
    "←": "<-",
    "≤": "<=",
    "≥": ">=",
    "≠": "<>",
    "≈": "~",
    "δ": "delta",
    "Δ": "Delta",
    "τ": "tau",
    "γ": "gamma",
    "α": "alpha",
    "χ": "chi",
    "€": "EUR",
    "°": "o",
    "█": "#",
    "░": ".",
}


def _respelled(error: UnicodeError) -> tuple[str, int]:
    """The same characters for a stream that lacks them: without accents, or by what looks alike."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    words = []
    for char in error.object[error.start : error.end]:
        for alike in (_ALIKE.get(char), _without_marks(char)):
            if alike is not None and _fits(alike, error.encoding):
                words.append(alike)
                break
        else:
            words.append("?")
    return "".join(words), error.end


def _without_marks(char: str) -> str | None:
    if unicodedata.category(char) == "Zs":
        return " "
    if unicodedata.category(char) == "Cf":
        return ""  # invisible anyway
    parts = unicodedata.normalize("NFKD", char)
    bare = "".join(_ALIKE.get(part, part) for part in parts if not unicodedata.combining(part))
    return bare if bare != char else None


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def speak_anywhere() -> None:
    """Have the standard streams of this process respell what they cannot encode."""
    codecs.register_error(_NAME, _respelled)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_NAME)


def drop_output() -> None:
    """Send nowhere what the output still holds: its reader has gone, or its disk is full, and leaving would say so again."""
    try:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device, not a path
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        pass  # a stream without a file
