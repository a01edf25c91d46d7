"""The map of the front page: how many Cités in each département, drawn without any request, overseas listed beside it.

Real Cités only: a fictional Cité stands on no real map.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd
from markupsafe import Markup

from ..french import NBSP, listing, number, plural, typeset
from ..publication import Publication

__all__ = ["CLASSES", "Carte", "carte_of", "grade"]

# From how many Cités a département takes each tint, and the words of the key.
CLASSES = ((0, "aucune"), (1, "1"), (2, "2 ou 3"), (4, "4 et plus"))
_PARIS = ("75", "92", "93", "94")
_PARIS_BOX = "602 262 66 46"


@dataclass(frozen=True)
class Carte:
    """The map and what goes with it: the drawing, the inset of Paris, overseas, the table that says the same."""

    drawing: Markup
    inset: Markup
    outre_mer: tuple[tuple[str, str, int, int], ...]  # code, name, how many Cités, tint
    rows: tuple[tuple[str, str, int], ...]
    credit: str


def grade(count: int) -> int:
    """The tint of a département, 0 to 3, by its number of Cités."""
    return max(i for i, (least, _) in enumerate(CLASSES) if count >= least)


def carte_of(publication: Publication) -> Carte | None:
    """The map of a campagne of real Cités; None for generated data and where no département is known."""
    where = publication.table("cite_departements")
    if publication.synthetique or where.empty:
        return None
    outlines = _outlines()
    shapes: dict[str, list[str]] = outlines["departements"]
    counts = Counter(where.drop_duplicates(["id_cde", "code_departement"])["code_departement"])
    names = _names(where)
    inland = {code: count for code, count in counts.items() if code in shapes}
    most = max(counts.values())
    top = listing(sorted(names[code] for code, count in counts.items() if count == most))
    words = typeset(
        f"Carte : {plural(len(inland), 'département')} de métropole {'comptent' if len(inland) > 1 else 'compte'} au moins une Cité ; "
        f"le maximum est de {plural(most, 'Cité')} ({top}). Le tableau donne chaque département."
    )
    return Carte(
        _svg(outlines["viewBox"], words, shapes, inland, names, shapes),
        _svg(_PARIS_BOX, "Agrandissement de Paris et de la petite couronne.", shapes, inland, names, _PARIS, "paris"),
        tuple((code, names[code], n, grade(n)) for code, n in sorted(counts.items()) if code not in shapes),
        tuple(sorted(((names[code], code, n) for code, n in counts.items()), key=lambda row: (-row[2], row[1]))),
        typeset(outlines["credit"]),
    )


@cache
def _outlines() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(
        (files(__package__) / "template" / "departements.json").read_text(encoding="utf-8")
    )
    return read


def _names(where: pd.DataFrame) -> dict[str, str]:
    return dict(zip(where["code_departement"], map(typeset, where["departement"]), strict=True))


def _svg(
    box: str,
    words: str,
    shapes: dict[str, list[str]],
    counts: dict[str, int],
    names: dict[str, str],
    codes: Any,
    kind: str = "",
) -> Markup:
    drawn = Markup("").join(
        Markup('<path data-dep="{}" class="q{}" d="{}">{}</path>').format(
            code, grade(counts.get(code, 0)), shapes[code][1], _tip(names.get(code), counts.get(code, 0))
        )
        for code in codes
    )
    return Markup('<svg class="france {}" viewBox="{}" role="img" aria-label="{}">{}</svg>').format(
        kind, box, words, drawn
    )


def _tip(name: str | None, count: int) -> Markup:
    """The name under the pointer; the table says the same to everyone."""
    if not name:
        return Markup("")
    return Markup("<title>{}{}: {}{}{}</title>").format(
        name, NBSP, number(count), NBSP, "Cités" if count > 1 else "Cité"
    )
