"""What stands beside the answers: sources, national animation, dated events, identity cards, copilotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..french import STAMP
from .draws import split_total, stream
from .latent import Latents
from .territoires import PAUVRE, SANS_COORDONNATEUR, SANS_RETOUR, Row, Territoire

__all__ = ["draw_documents"]

# Published figures of the national animation.
CAFE_CITES, PARTICIPANTS = 44, 50
GROUPES = (
    "la garde d’enfants",
    "la mobilité",
    "la participation des habitants",
    "les entreprises",
    "la santé",
    "la langue",
    "l’aller-vers",
    "l’évaluation",
)
ARTICLES, ACTIONS_RECENSEES = 319, 229
YEARS = (2021, 2022, 2023)
DATE = "2023-12-31"

FICHES: Sequence[tuple[str, str, Sequence[str]]] = (
    (
        "comment",
        "principe",
        (
            "La Cité s’appuie sur des instances qui existaient avant elle.",
            "La Cité a préféré créer ses propres instances.",
            "La Cité part des besoins exprimés par les habitants.",
        ),
    ),
    (
        "contexte",
        "historique",
        (
            "Une démarche locale pour l’emploi existait avant la Cité.",
            "Les acteurs de l’emploi et du social se rencontraient peu avant la Cité.",
        ),
    ),
    (
        "contexte",
        "contexte_emploi",
        (
            "L’emploi local tient surtout aux services.",
            "L’industrie recrute, loin des quartiers prioritaires.",
            "Les offres d’emploi demandent souvent un permis de conduire.",
        ),
    ),
)

# Identifier → title, short title, date, nature, what it holds.
SOURCES = {
    "DEMO_TERRITOIRES": (
        "Territoires fictifs de la démonstration",
        "Démonstration, territoires",
        "2023-12-31",
        "generee",
        "Noms, codes et habitants inventés.",
    ),
    "DEMO_RETOURS": (
        "Retours fictifs des Cités sur trois ans",
        "Démonstration, retours",
        "2024-03-31",
        "retours",
        "Réponses tirées au hasard d’un modèle déclaré.",
    ),
    "DEMO_ENQUETE": (
        "Enquête fictive auprès des acteurs",
        "Démonstration, enquête",
        "2022-11-30",
        "enquete",
        "Répondants et réponses tirés au hasard.",
    ),
    "DEMO_ENTRETIENS": (
        "Entretiens fictifs",
        "Démonstration, entretiens",
        "2022-11-30",
        "generee",
        "Paroles inventées : aucune n’a été recueillie.",
    ),
    "DEMO_ANIMATION": (
        "Animation nationale fictive",
        "Démonstration, animation nationale",
        "2023-12-31",
        "generee",
        "Rencontres et comptes inventés, sur les totaux publiés.",
    ),
}


def draw_documents(seed: int, latents: Latents, territoires: Sequence[Territoire]) -> Mapping[str, list[Row]]:
    """`sources`, `animation_nationale`, `evenements`, `fiches` and `copilotes`."""
    return {
        "sources": [
            {
                "id_source": code,
                "titre": title,
                "titre_court": short,
                "auteur": "citesresearch, générateur de la démonstration",
                "date_publication": date,
                "nature": nature,
                "externe": False,
                "licence": "Licence Ouverte 2.0",
                "description": f"{STAMP}. {words}",
            }
            for code, (title, short, date, nature, words) in SOURCES.items()
        ],
        "animation_nationale": _animation(seed, len(territoires)),
        "evenements": _events(seed, territoires),
        "fiches": _cards(seed, territoires),
        "copilotes": _steering(latents, territoires),
    }


def _animation(seed: int, cites: int) -> list[Row]:
    rng = stream(seed, "animation_nationale")
    people = split_total(rng.gamma(8.0, size=CAFE_CITES), CAFE_CITES * PARTICIPANTS, minimum=15)
    months = sorted(rng.integers(0, 36, CAFE_CITES).tolist())
    rows: list[Row] = [
        {
            "id_animation": f"cafe_cites_{k:02d}",
            "type": "cafe_cites",
            "libelle": f"Café-cités n° {k}",
            "nombre": 1,
            "participants": int(n),
            "date_debut": f"{2021 + month // 12}-{month % 12 + 1:02d}",
        }
        for k, (n, month) in enumerate(zip(people, months, strict=True), start=1)
    ]
    rows += [
        {
            "id_animation": f"groupe_travail_{k}",
            "type": "groupe_travail",
            "libelle": f"Groupe de travail sur {theme}",
            "nombre": 1,
            "date_debut": str(YEARS[k % len(YEARS)]),
        }
        for k, theme in enumerate(GROUPES, start=1)
    ]
    weights = np.array([0.5, 1.0, 1.1])
    for kind, total, words in (
        ("article", ARTICLES, "Articles publiés"),
        ("action_recensee", ACTIONS_RECENSEES, "Actions recensées"),
    ):
        for year, number in zip(YEARS, split_total(weights, total), strict=True):
            rows.append(_year(kind, words, year, int(number)))
    # One meeting a year with each Cité, once all are labelled.
    rows += [_year("rendez_vous", "Rendez-vous d’étape", year, cites) for year in YEARS[1:]]
    return [{**row, "source": "DEMO_ANIMATION"} for row in rows]


def _year(kind: str, words: str, year: int, number: int) -> Row:
    return {
        "id_animation": f"{kind}_{year}",
        "type": kind,
        "libelle": f"{words} en {year}",
        "nombre": number,
        "date_debut": str(year),
    }


def _events(seed: int, territoires: Sequence[Territoire]) -> list[Row]:
    """The two waves, and the first steps of each Cité; the three times of a Cité are in its return alone."""
    rng = stream(seed, "evenements")
    rows: list[Row] = [
        {
            "id_evenement": f"demo_vague_{year}",
            "perimetre_type": "national",
            "date_debut": str(year),
            "precision": "annee",
            "libelle": f"Labellisation de {sum(t.annee == year for t in territoires)} Cités fictives.",
        }
        for year in (2020, 2021)
    ]
    steps = (
        ("label", "La Cité est labellisée.", 0),
        ("copil", "Le comité de pilotage se réunit pour la première fois.", 3),
        ("coordination", "La coordination est pourvue.", 5),
    )
    for t in territoires:
        month = t.annee * 12 + (6 if t.annee == 2020 else 7)
        delays = rng.integers(0, 3, len(steps))
        told = 1 if t.id in SANS_RETOUR or t.id == PAUVRE else len(steps)
        for (name, words, after), delay in zip(steps[:told], delays, strict=False):
            if name == "coordination" and t.id == SANS_COORDONNATEUR:
                continue
            when = month + after + int(delay)
            rows.append(
                {
                    "id_evenement": f"{t.id.replace('-', '_')}_{name}",
                    "perimetre_type": "cite",
                    "id_cde": t.id,
                    "date_debut": f"{when // 12}-{when % 12 + 1:02d}",
                    "precision": "mois",
                    "libelle": words,
                }
            )
    return [{**row, "source": "DEMO_TERRITOIRES"} for row in rows]


def _cards(seed: int, territoires: Sequence[Territoire]) -> list[Row]:
    """A few lines of context that no question of the return gives."""
    rng = stream(seed, "fiches")
    rows: list[Row] = []
    for t in territoires:
        picks = [(rubric, topic, texts[int(rng.integers(len(texts)))]) for rubric, topic, texts in FICHES]
        if t.id in SANS_RETOUR or t.id == PAUVRE:
            continue
        rows += [
            {
                "id_cde": t.id,
                "rubrique": rubric,
                "ordre": 1 if rubric == "comment" else k,
                "objet": topic,
                "texte": text,
                "date_reference": DATE,
                "datation": "annee",
                "source": "DEMO_TERRITOIRES",
            }
            for k, (rubric, topic, text) in enumerate(picks)
        ]
    return rows


def _steering(latents: Latents, territoires: Sequence[Territoire]) -> list[Row]:
    rows: list[Row] = []
    for i, t in enumerate(territoires):
        if t.id in SANS_RETOUR or t.id == PAUVRE:
            continue
        wide = t.echelle in ("intercommunale", "departementale")
        named = [("prefecture", "etat", "Préfecture")]
        if latents["double_engagement"][i] > 0:
            named.append(("ddets", "etat", "DDETS"))
        actor, words = ("collectivite_epci", "Intercommunalité") if wide else ("collectivite_commune", "Commune")
        if latents["collectivite"][i] > -1:
            named.append((actor, "collectivite", words))
        if latents["france_travail"][i] > 1:
            named.append(("pole_emploi", "emploi", "Pôle emploi"))
        rows += [
            {
                "id_cde": t.id,
                "acteur": actor,
                "cote": side,
                "libelle": words,
                "role": "copilote",
                "date_reference": DATE,
                "datation": "annee",
                "source": "DEMO_TERRITOIRES",
            }
            for actor, side, words in named
        ]
    return rows
