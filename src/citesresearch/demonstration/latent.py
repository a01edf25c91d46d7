"""The declared truth of the demonstration: how Cités are governed, and what follows from it.

All latent variables are standard normal over the 84 Cités. The links below, times `strength`, are the whole
of what ties outcomes to governance: at zero there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .draws import Floats, normal, stream

__all__ = ["LINKS", "SHARED", "WAVE", "Latents", "draw_governance", "draw_outcomes"]

# Correlations put between the governance variables themselves, whatever the strength.
COLLECTIVITE_WITH_ETAT = 0.2
DOUBLE_WITH_ETAT = 0.4

# Outcome → governance variable → coefficient. `equilibre` is the weaker of the two sides; `porteur_collectivite`
# says that the coordinator's host is a commune, an EPCI or a CCAS.
LINKS: Mapping[str, Mapping[str, float]] = {
    "maturite": {
        "equilibre": 0.6,
        "porteur_collectivite": 0.3,
        "coordination": 0.3,
        "cercle": 0.2,
        "contrat_de_ville": 0.2,
    },
    "droit_commun": {"equilibre": 0.5, "france_travail": 0.4, "double_engagement": 0.3},
    "satisfaction": {"equilibre": 0.4, "cercle": 0.3, "coordination": 0.3},
    "liens_deets_prefecture": {"double_engagement": 0.7},
    "liens_entreprises": {"cercle": 0.4, "france_travail": 0.3},
    "liens_collectivite": {"collectivite": 0.5, "contrat_de_ville": 0.4},
    "liens_cohesion_sociale": {"cercle": 0.5},
    "cohorte": {"coordination": 0.4, "france_travail": 0.2},
    "actions": {"coordination": 0.4, "cercle": 0.3},
    "beneficiaires": {"coordination": 0.3, "cercle": 0.3},
    "cofinancement": {"collectivite": 0.5, "equilibre": 0.3},
    "pratiques": {"equilibre": 0.3, "cercle": 0.4},
    "acces_au_droit": {"france_travail": 0.3, "cercle": 0.3},
    "apres": {"equilibre": 0.4, "contrat_de_ville": 0.3, "porteur_collectivite": 0.2},
}
# What the year of label adds for a Cité of 2020, whatever the strength: time is not governance.
WAVE: Mapping[str, float] = {"maturite": 0.5, "actions": 0.3}
# Share of the outcomes' own variance that they have in common (a Cité where things go well), without any
# link to governance.
SHARED = 0.3


@dataclass(frozen=True)
class Latents:
    """Governance and outcomes, one value per Cité in the order of the identifiers."""

    governance: Mapping[str, Floats]
    outcomes: Mapping[str, Floats]

    def __getitem__(self, name: str) -> Floats:
        """A latent variable by its name; raises KeyError when there is none."""
        return self.governance[name] if name in self.governance else self.outcomes[name]


def draw_governance(seed: int, size: int) -> dict[str, Floats]:
    """The latent governance of `size` Cités; the host of the coordinator is added once it is known."""

    def noise(name: str) -> Floats:
        return stream(seed, "gouvernance", name).standard_normal(size)

    etat = normal(noise("etat"))
    collectivite = normal(_mixed(etat, noise("collectivite"), COLLECTIVITE_WITH_ETAT))
    return {
        "etat": etat,
        "collectivite": collectivite,
        "equilibre": normal(np.minimum(etat, collectivite)),
        "double_engagement": normal(_mixed(etat, noise("double_engagement"), DOUBLE_WITH_ETAT)),
        **{name: normal(noise(name)) for name in ("france_travail", "cercle", "contrat_de_ville", "coordination")},
    }


def draw_outcomes(
    seed: int, governance: Mapping[str, Floats], first_wave: Floats, strength: float
) -> dict[str, Floats]:
    """The latent outcomes: declared links times `strength`, the wave, what outcomes share, and noise."""
    size = len(first_wave)
    common = stream(seed, "resultats", "commun").standard_normal(size)
    outcomes = {}
    for name, links in LINKS.items():
        own = stream(seed, "resultats", name).standard_normal(size)
        value = np.sqrt(SHARED) * common + np.sqrt(1 - SHARED) * own + WAVE.get(name, 0.0) * first_wave
        for driver, coefficient in links.items():
            value = value + strength * coefficient * governance[driver]
        outcomes[name] = value
    return outcomes


def _mixed(base: Floats, noise: Floats, correlation: float) -> Floats:
    return np.asarray(correlation * base + np.sqrt(1 - correlation**2) * noise, dtype=np.float64)
