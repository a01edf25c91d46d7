"""A demonstration campagne: 84 fictional Cités whose answers follow a declared model (docs/demonstration.md).

Published counts are met exactly and published shares after rounding, each on a declared base. The files are
raw: they go through reading, validation and publication like anybody's.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from ..codebook import load_codebook
from ..errors import CitesError
from .acteurs import draw_actors
from .documents import draw_documents
from .draws import normal
from .files import write_campagne
from .latent import LINKS, Latents, draw_governance, draw_outcomes
from .retours import draw_hosts, draw_returns
from .territoires import Row, Territoire, draw_territoires, territory_tables

__all__ = ["LINKS", "SEED", "Latents", "draw_latents", "draw_tables", "generate"]

SEED = 84
EDITION, DATE_EDITION = "fin 2023 (fictive)", "2024-04-30"


def draw_latents(seed: int = SEED, strength: float = 1.0) -> Latents:
    """The truth behind `generate(folder, seed, strength)`: latent governance and outcomes, one value per Cité.

    Cités are in the order of their identifiers (`demo-001` first). The governance does not depend on
    `strength`.
    """
    return _draw(seed, strength)[0]


def draw_tables(seed: int = SEED, strength: float = 1.0) -> dict[str, list[Row]]:
    """The territories and the returns that `generate` writes for this seed and strength, as rows, without files."""
    latents, territoires, hosts = _draw(seed, strength)
    return {
        **territory_tables(seed, territoires),
        **draw_returns(seed, load_codebook(), latents, territoires, hosts),
    }


def generate(folder: Path, seed: int = SEED, strength: float = 1.0) -> None:
    """Write the demonstration campagne in `folder`: raw CSV files and `campagne.toml`.

    `strength` multiplies the declared links from governance to outcomes (`LINKS`); at 0 there is no
    association, and the published figures are met all the same. The same seed and strength give the same
    bytes, for the same version of numpy. The folder appears whole or not at all; a former demonstration is
    replaced. Raises CitesError for a seed or a strength that cannot be used, for a folder that holds
    anything else, or where nothing can be written.
    """
    latents, territoires, hosts = _draw(seed, strength)
    codebook = load_codebook()
    tables = {
        **draw_documents(seed, latents, territoires),
        **territory_tables(seed, territoires),
        **draw_returns(seed, codebook, latents, territoires, hosts),
        **draw_actors(seed, codebook, latents, territoires),
    }
    write_campagne(folder, tables, _settings(seed, strength))


def _draw(seed: int, strength: float) -> tuple[Latents, list[Territoire], dict[str, str]]:
    if isinstance(seed, bool) or seed < 0:
        raise CitesError(f"La graine de la démonstration doit être un entier positif ou nul (lu : {seed}).")
    if not math.isfinite(strength) or strength < 0:
        raise CitesError(f"La force des liens doit être un nombre positif ou nul (lu : {strength}).")
    territoires = draw_territoires(seed)
    governance = draw_governance(seed, len(territoires))
    hosts = draw_hosts(seed, territoires, governance)
    local = np.array([float(hosts[t.id] in ("commune", "epci", "ccas")) for t in territoires])
    governance["porteur_collectivite"] = normal(local)
    first_wave = np.array([float(t.annee == 2020) for t in territoires])
    return Latents(governance, draw_outcomes(seed, governance, first_wave, strength)), territoires, hosts


def _settings(seed: int, strength: float) -> str:
    return f"""# Graine {seed}, force des liens {strength:g}. Modèle : docs/demonstration.md.
titre = "Démonstration"
edition = "{EDITION}"
date_edition = {DATE_EDITION}
synthetique = true

[seuils]
personnes = 5
fiscal = 11
organismes = 3
"""
