"""What is known of a datum: six states that are never one another, and the words of each, in one place.

Known; known to be zero; unknown (no document, no answer); withheld; not asked; not applicable. A state is worked out from
the data; a section or a figure never guesses it from an empty table or a total.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ..french import NBSP, plural

__all__ = ["Knowledge", "counted", "nothing_shown", "of_count", "of_estimate", "sign_of", "state_of"]

Knowledge = Literal["connu", "zero", "inconnu", "secret", "non_pose", "sans_objet"]

_SIGNS: dict[Knowledge, str] = {"inconnu": "nd", "non_pose": "nd", "secret": "s", "sans_objet": "///"}


def of_count(count: float, documented: bool) -> Knowledge:
    """The state of a number of rows: without any, zero only where a document, or a list that is complete, says so."""
    return "connu" if count else "zero" if documented else "inconnu"


def of_estimate(statut: str, valeur: float | None) -> Knowledge:
    """The state of a published estimate, from its status and its value (None: no number)."""
    if statut == "ok" and valeur is not None:
        return "connu" if valeur else "zero"
    return {"s": "secret", "nc": "sans_objet"}.get(statut, "inconnu")  # type: ignore[return-value]


def sign_of(state: Knowledge) -> str:
    """What stands in a table where there is no value: « s », « nd » or « /// »; empty where there is one."""
    return _SIGNS.get(state, "")


def state_of(sign: str) -> Knowledge:
    """The state that a sign stands for: what is neither withheld nor without object is unknown."""
    return {"s": "secret", "///": "sans_objet"}.get(sign, "inconnu")  # type: ignore[return-value]


def counted(count: float, state: Knowledge, nouns: tuple[str, str], none: str) -> str:
    """A number of things in words: « 3 communes », « aucun quartier », « communes non documentées ».

    `none` says that there is none (« aucune commune »). Empty where the question does not arise or was not asked.
    """
    return {
        "connu": plural(count, *nouns),
        "zero": none,
        "inconnu": f"{nouns[1]} non documenté{'e' if none.startswith('aucune') else ''}s",
        "secret": f"{nouns[1]}{NBSP}: secret statistique",
    }.get(state, "")


def nothing_shown(states: Iterable[Knowledge]) -> str:
    """The title of a figure that has no value to show: why it has none."""
    seen = set(states)
    if "secret" in seen:
        return "Réponses couvertes par le secret statistique"
    if seen == {"sans_objet"}:
        return "Sans objet : il n’y a rien à répartir"
    if seen == {"non_pose"}:
        return "Question qui n’a pas été posée"
    return "Aucune réponse disponible"
