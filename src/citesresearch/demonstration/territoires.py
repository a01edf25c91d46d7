"""Fictional Cités: names, regions and codes that exist nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .draws import split_total, stream

__all__ = [
    "COMPLETE",
    "DEPARTEMENTALES",
    "PAUVRE",
    "SANS_COORDONNATEUR",
    "SANS_COTECH",
    "SANS_REPONDANT",
    "SANS_RETOUR",
    "Row",
    "Territoire",
    "draw_territoires",
    "territory_tables",
]

Row = dict[str, object]

# Cités that show what real files contain.
COMPLETE = "demo-001"  # nothing is missing
SANS_RETOUR = ("demo-017", "demo-046", "demo-071")
SANS_REPONDANT = ("demo-012", "demo-046", "demo-063")  # one of them has no return either
PAUVRE = "demo-033"  # a return with a few figures and nearly no answer
SANS_COORDONNATEUR = "demo-058"
SANS_COTECH = "demo-029"
DEPARTEMENTALES = ("demo-052", "demo-080")

# Codes that Insee gives to no region; one region has two Cités only, as happens.
REGIONS = {
    "61": ("Hautes-Fictions", 18),
    "62": ("Marches-Imaginaires", 15),
    "63": ("Pays-des-Exemples", 13),
    "64": ("Rives-Inventées", 12),
    "65": ("Basse-Chimère", 10),
    "66": ("Plaines-Supposées", 8),
    "67": ("Terres-d’Essai", 6),
    "68": ("Îles-Hypothèse", 2),
}
HEADS = ("Bourg", "Mont", "Port", "Val", "Pont", "Roche", "Champ", "Clos", "Font", "Puy", "Bois", "Pré")
TAILS = ("Chimère", "Exemple", "Fiction", "Hypothèse", "Mirage", "Simulacre", "Utopie")

VAGUE_2020, VAGUE_2021 = 24, 60
# Scales of each wave: two thirds of the 60 are intercommunal and two departmental (published); the rest is assumed.
ECHELLES = {
    2020: {"communale": 14, "intercommunale": 6, "infracommunale": 4},
    2021: {"intercommunale": 40, "communale": 14, "pluricommunale": 4},
}
QPV = 445
QPV_WEIGHT = {
    "infracommunale": 1,
    "communale": 3,
    "pluricommunale": 4,
    "intercommunale": 6,
    "departementale": 14,
}
COMMUNES = {
    "infracommunale": 1,
    "communale": 1,
    "pluricommunale": 3,
    "intercommunale": 6,
    "departementale": 12,
}
DATE = "2023-12-31"


@dataclass(frozen=True)
class Territoire:
    """A fictional Cité: `annee` is its year of label, `qpv` the codes of its quarters."""

    id: str
    nom: str
    annee: int
    region: str
    echelle: str
    communes: int
    qpv: tuple[str, ...]


def draw_territoires(seed: int) -> list[Territoire]:
    """The 84 Cités, in the order of their identifiers; the first 24 are those of 2020."""
    size = VAGUE_2020 + VAGUE_2021
    ids = [f"demo-{i:03d}" for i in range(1, size + 1)]
    names = [f"{head}-{tail}" for tail in TAILS for head in HEADS]
    names = [names[i] for i in stream(seed, "noms").permutation(size)]
    regions = np.repeat(list(REGIONS), [count for _, count in REGIONS.values()])
    regions = regions[stream(seed, "regions").permutation(size)]
    years = [2020] * VAGUE_2020 + [2021] * VAGUE_2021
    scales = _scales(seed, ids, years)
    weights = np.array([QPV_WEIGHT[scales[cite]] for cite in ids], dtype=np.float64)
    weights *= np.exp(0.4 * stream(seed, "qpv").standard_normal(size))
    numbers = split_total(weights, QPV, minimum=1)
    ends = np.cumsum(numbers)
    quarters = [[f"demo-qp-{k:03d}" for k in range(end - n + 1, end + 1)] for n, end in zip(numbers, ends, strict=True)]
    for cite in DEPARTEMENTALES:
        # A quarter of a département also belongs to another Cité of its region: 445 codes, 447 rows.
        i = ids.index(cite)
        neighbour = next(
            j for j in range(size) if j != i and regions[j] == regions[i] and ids[j] not in DEPARTEMENTALES
        )
        quarters[i].append(quarters[neighbour][0])
    return [
        Territoire(
            cite,
            names[i],
            years[i],
            str(regions[i]),
            scales[cite],
            COMMUNES[scales[cite]],
            tuple(quarters[i]),
        )
        for i, cite in enumerate(ids)
    ]


def _scales(seed: int, ids: list[str], years: list[int]) -> dict[str, str]:
    found = dict.fromkeys(DEPARTEMENTALES, "departementale")
    for year, counts in ECHELLES.items():
        members = [cite for cite, y in zip(ids, years, strict=True) if y == year and cite not in found]
        scales = np.repeat(list(counts), list(counts.values()))
        for cite, scale in zip(
            members, scales[stream(seed, "echelles", str(year)).permutation(len(scales))], strict=True
        ):
            found[cite] = str(scale)
    return found


def territory_tables(seed: int, territoires: list[Territoire]) -> Mapping[str, list[Row]]:
    """The tables `cites`, `cite_communes` and `cite_qpv`."""
    origin: Row = {"source": "DEMO_TERRITOIRES", "date_reference": DATE}
    cites: list[Row] = [
        {
            "id_cde": t.id,
            "nom": t.nom,
            "annee_label": t.annee,
            "annee_label_origine": "documentee",
            "annee_label_source": "DEMO_TERRITOIRES",
            "code_region": t.region,
            "region": REGIONS[t.region][0],
            "echelle": t.echelle,
            "echelle_origine": "documentee",
            "echelle_source": "DEMO_TERRITOIRES",
            **origin,
        }
        for t in territoires
    ]
    communes: list[Row] = []
    for t in territoires:
        for k in range(1, t.communes + 1):
            # Département 00 does not exist.
            code = f"00{len(communes) + 1:03d}"
            name = t.nom if k == 1 else f"{t.nom} ({k})"
            communes.append({"id_cde": t.id, "code_commune": code, "commune": name, **origin})
    people = np.rint(np.exp(7.8 + 0.5 * stream(seed, "population").standard_normal(QPV)) / 10) * 10
    quarters: list[Row] = [
        {
            "id_cde": t.id,
            "code_qpv": code,
            "qpv": f"Quartier fictif {code[-3:]}",
            "population": int(people[int(code[-3:]) - 1]),
            **origin,
        }
        for t in territoires
        for code in t.qpv
    ]
    return {"cites": cites, "cite_communes": communes, "cite_qpv": quarters}
