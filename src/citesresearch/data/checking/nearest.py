"""The accepted value that must have been meant: spelled with the same letters, or nearly so."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from ...codebook import Vocabulary
from ...french import listing, plain
from .problems import quoted

__all__ = ["TOTAL_ADVICE", "Budget", "Choices", "Nearest", "is_total"]

# Comparisons spent on looking for near values in one table; identical letters are found without counting.
_NEAR_BUDGET = 10_000
_SHOWN_CODES = 8
_TOTALS = {"total", "totaux", "total general", "sous total", "ensemble", "somme", "moyenne", "total ensemble"}
TOTAL_ADVICE = "retirer cette ligne si c’est un total : il est recalculé"
_SEVERAL = re.compile(r"[;,|/+\n]|\bet\b")


def is_total(text: str) -> bool:
    """Whether a cell says that its row adds up the others."""
    return len(text) < 40 and plain(text) in _TOTALS


class Budget:
    """What may still be spent on comparing spellings: thousands of errors must not cost minutes."""

    def __init__(self, comparisons: int = _NEAR_BUDGET) -> None:
        self.left = comparisons


def _bare(text: str) -> str:
    """Letters and digits, without accents, case or leading zeros: « CDE 3 » and « cde-003 » are the same."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", plain(text)).replace(" ", "")


class Nearest:
    """Finds the accepted value that must have been meant."""

    def __init__(self, words: Mapping[str, str], budget: Budget) -> None:
        """`words` leads from each spelling (a code, its label) to the value to write."""
        self._budget = budget
        self._exact: dict[str, str | None] = {}
        for spelling, value in words.items():
            key = _bare(spelling)
            # Two values under one spelling: suggest neither.
            self._exact[key] = value if self._exact.get(key, value) == value else None
        self._spellings = [key for key in self._exact if key]

    def sure(self, text: str) -> str | None:
        """The value of the same letters and digits."""
        return self._exact.get(_bare(text[:200]))

    def __call__(self, text: str) -> tuple[str, bool] | None:
        """The value, and whether it is sure: the same letters and digits, and not merely like ones."""
        key = _bare(text[:200])
        if key in self._exact:
            same = self._exact[key]
            return None if same is None else (same, True)
        if not key or self._budget.left < len(self._spellings):
            return None
        self._budget.left -= len(self._spellings)
        close = difflib.get_close_matches(key, self._spellings, n=1, cutoff=0.6)
        like = self._exact[close[0]] if close else None
        return None if like is None else (like, False)


class Choices:
    """A closed list of codes: the words that tell what is expected, and what to write instead of another text."""

    def __init__(self, codes: Sequence[str], vocabulary: Vocabulary | None, budget: Budget) -> None:
        """`vocabulary` holds these codes and gives their labels, under which an answer is often typed."""
        words = {code: code for code in codes}
        self._same: dict[str, str | None] = {}
        if vocabulary is not None:
            for code in codes:
                words.setdefault(vocabulary.libelle(code), code)
        for spelling, code in words.items():
            key = plain(spelling)
            self._same[key] = code if self._same.get(key, code) == code else None
        self._nearest = Nearest(words, budget)
        self._several = len(codes) > 1
        more = len(codes) > _SHOWN_CODES + 1  # never « une des 1 autres »
        shown = [quoted(code) for code in (codes[:_SHOWN_CODES] if more else codes)]
        rest = f" ou une des {len(codes) - _SHOWN_CODES} autres valeurs de la liste"
        self.expected = ", ".join(shown) + rest if more else listing(shown, "ou")

    def meant(self, text: str) -> str | None:
        """The only code that this text names, by its label or by itself, letter case and accents apart."""
        return self._same.get(plain(text)) if len(text) < 200 else None

    def advice(self, text: str) -> str:
        """« écrire … », the nearest code when there is one; one of several never stands for all."""
        if is_total(text):
            return TOTAL_ADVICE
        parts = [part for part in _SEVERAL.split(text[:200]) if part.strip()]
        if len(parts) > 1 and self._nearest.sure(text) is None:
            return "donner une seule valeur par ligne, une ligne pour chacune"
        match self._nearest(text):
            case (near, True):
                return f"écrire {quoted(near)}"
            case (near, False):
                return f"écrire {quoted(near)}, la plus proche, si c’est bien elle"
            case _:
                return "choisir une de ces valeurs" if self._several else "écrire cette valeur"
