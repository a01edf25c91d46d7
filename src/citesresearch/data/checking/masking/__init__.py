"""What identifies a person in free text: found, and replaced by what it was; what only may do so is told for rereading.

Careful rather than clever. What has the form of an address, of a telephone or of a personal number is masked (see `forms`);
so is a name after a title, a first name and the name that goes with it, in either order (see `names`); not the name of a
place, of a school or of a public figure. What is left in doubt, a first name alone, a person told by their office, is not
changed: a reader's eye stays necessary, and `Masked.doubts` says for what.
Every pattern reads a text once: however odd it is, time grows with its length and no faster.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, zip_longest

from .forms import FORMS, doubtful_forms
from .names import found_names

__all__ = ["Masked", "is_mask", "mask", "without_marks"]

# Marks that no reader sees, behind which a name would hide; those that part words leave a blank.
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_KEPT = re.compile(r"\{\{([^{}]{1,500})\}\}")
_PARTING = re.compile("(?<=\\w)[\u200b-\u200d](?=\\w)")


@dataclass(frozen=True)
class Masked:
    """A text without what identifies a person in it, the kinds of things that were masked, in order, and what is in doubt."""

    text: str
    kinds: tuple[str, ...]
    doubts: tuple[str, ...] = ()


@lru_cache(maxsize=16384)
def mask(text: str) -> Masked:
    """Replace e-mails, telephone numbers, addresses, names… by « [nom masqué] » and the like.

    A text without any is returned as it is. Masking twice changes nothing more. What an evaluator has reread and put
    between double braces, « {{5 cours Gambetta}} », is left, braces included (see `without_marks`).
    """
    if "{{" not in text:
        return _masked(text)
    parts = _KEPT.split(text)
    masked = [_masked(part) for part in parts[::2]]
    kept = [f"{{{{{part}}}}}" for part in parts[1::2]]
    words = "".join(part for pair in zip_longest((m.text for m in masked), kept, fillvalue="") for part in pair)
    kinds, doubts = (
        tuple(chain.from_iterable(said)) for said in ((m.kinds for m in masked), (m.doubts for m in masked))
    )
    return Masked(words, kinds, tuple(dict.fromkeys(doubts)))


def without_marks(text: str) -> str:
    """The text to be read: without the braces that keep words from being masked."""
    return _KEPT.sub(r"\1", text) if "{{" in text else text


def _masked(text: str) -> Masked:
    seen = text if text.isascii() else _PARTING.sub(" ", _INVISIBLE.sub("", text))
    kinds: list[str] = []
    doubts = doubtful_forms(seen)
    for find in (*FORMS, found_names):
        places = []
        for start, end, kind in find(seen):
            if kind.startswith("?"):
                doubts.append(kind[1:])
            else:
                places.append((start, end, kind))
        seen = _replaced(seen, places)
        kinds += [kind for _, _, kind in places]
    return Masked(seen if kinds else text, tuple(kinds), tuple(dict.fromkeys(doubts)))


def is_mask(text: str) -> bool:
    """Whether a text is nothing but what was put in place of something else."""
    return text.startswith("[") and text.endswith(("masqué]", "masquée]")) and "]" not in text[:-1]


def _replaced(text: str, places: list[tuple[int, int, str]]) -> str:
    parts, last = [], 0
    for start, end, kind in places:
        agreed = "masquée" if kind.startswith(("adresse", "date")) else "masqué"
        parts += [text[last:start], f"[{kind} {agreed}]"]
        last = end
    return "".join([*parts, text[last:]])
