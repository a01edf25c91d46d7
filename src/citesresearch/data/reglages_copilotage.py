"""What a campagne may declare of the copilotage index: its weights and its two thresholds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..codebook import Codebook, load_codebook
from ..french import listing, number

__all__ = ["CopilotageSettings", "read_copilotage"]

_WHOLE = 1e-6  # weights written with a few decimals add up to 1 within this


@dataclass(frozen=True)
class CopilotageSettings:
    """The weights of the components (they add up to 1), in the order of `composante_copilotage@1`, and the thresholds.

    `ecart_equilibre` (δ): the largest |D| of a balanced copilotage. `portage` (τ): the least value of the stronger side
    below which nobody carries the Cité. `poids_couvert`: the least share of the weight that answers must cover.
    `stabilite`: the least share of draws that keep a stable type.
    """

    poids: Mapping[str, float]
    ecart_equilibre: float
    portage: float
    poids_couvert: float
    stabilite: float

    @classmethod
    def of(cls, declared: Mapping[str, float], codebook: Codebook) -> CopilotageSettings:
        """The codebook's own choice, with what a campagne has declared in its place."""
        components, limits = _defaults(codebook)
        weights = {name: declared.get(name, value) for name, value in components.items()}
        return cls(weights, **{name: declared.get(name, value) for name, value in limits.items()})


def read_copilotage(raw: Mapping[str, Any]) -> tuple[dict[str, float], list[str]]:
    """What the section [copilotage] of `campagne.toml` declares, and what is wrong with it, in French."""
    components, limits = _defaults(load_codebook())
    known = {**components, **{name: limits[name] for name in ("ecart_equilibre", "portage")}}
    declared, wrong = {}, []
    for key, value in raw.items():
        if key not in known:
            wrong.append(f"« copilotage.{key} » est inconnu (attendus : {', '.join(known)})")
        elif isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            wrong.append(f"« copilotage.{key} » doit être un nombre tel que 0.20 (lu : {value!r})")
        elif not 0 <= value <= 1 or (key == "portage" and value == 0):
            wrong.append(f"« copilotage.{key} » doit être compris entre 0 et 1 (lu : {value!r})")
        else:
            declared[key] = float(value)
    total = math.fsum(declared.get(name, value) for name, value in components.items())
    if not wrong and abs(total - 1) > _WHOLE:
        wrong.append(
            f"les poids de [copilotage] font {number(total)} en somme au lieu de 1 : donnez ensemble ceux de {listing(components)}"
        )
    return declared, wrong


def _defaults(codebook: Codebook) -> tuple[dict[str, float], dict[str, float]]:
    components = codebook.vocabulary("composante_copilotage@1").modalites
    limits = codebook.vocabulary("seuil_copilotage@1").modalites
    return (
        {m.code: float(m.attributes["poids"]) for m in components},
        {m.code: float(m.attributes["valeur"]) for m in limits},
    )
