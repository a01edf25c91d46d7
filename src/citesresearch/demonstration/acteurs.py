"""The survey of actors: several respondents per Cité, each with a role class, and what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..codebook import Codebook, Modality
from .draws import Floats, counts_of, graded, split_total, stream
from .latent import Latents
from .reponses_fermees import answers_of
from .territoires import COMPLETE, PAUVRE, SANS_REPONDANT, SANS_RETOUR, Row, Territoire

__all__ = ["draw_actors"]

REPONDANTS = 171
CLASSES = {
    "etat": 0.30,
    "collectivite": 0.32,
    "emploi": 0.22,
    "cohesion_sociale": 0.11,
    "economie": 0.05,
}
# Question → latent variable of the Cité that its answer reflects.
REFLECTS = {
    "legitimite_prefecture": "etat",
    "legitimite_collectivite": "collectivite",
    "copilotage_equilibre": "equilibre",
    "connaissance_partenaires": "pratiques",
    "orientation_publics": "pratiques",
    "droit_commun_mieux_mobilise": "droit_commun",
    "habitants_informes": "acces_au_droit",
    "satisfaction_cooperation": "satisfaction",
}
# A person's own view weighs about as much as the state of the Cité.
PERSON = 1.0
# A class sees its own side more favourably.
OWN_SIDE = {("legitimite_prefecture", "etat"): 0.5, ("legitimite_collectivite", "collectivite"): 0.5}
SHARES = (0.24, 0.46, 0.22, 0.08)
# Type of finding → mean number of choices, share of respondents without an answer, share who choose none.
FINDINGS = {
    "point_fort": (1.7, 0.06, 0.02),
    "difficulte": (1.6, 0.08, 0.05),
    "plus_value": (2.4, 0.09, 0.02),
    "condition": (2.6, 0.12, 0.01),
}
MONOGRAPHIES = (1, 5, 9, 20, 28, 36, 44, 57, 66, 75)
FICTIVE = "[Parole fictive]"
PAROLES: Mapping[str, Sequence[str]] = {
    "genese": (
        "Au départ, nous cherchions surtout à nous comprendre.",
        "L’appel à candidatures a servi de déclic.",
    ),
    "gouvernance": (
        "Le comité de pilotage tranche, le comité technique prépare : chacun sait où il est.",
        "Quand l’un des deux pilotes s’efface, les autres attendent.",
        "Décider à deux prend du temps, mais personne ne revient en arrière.",
    ),
    "partenariats": (
        "Nous nous appelons désormais avant de monter une action.",
        "Les entreprises viennent quand on leur parle d’un besoin précis.",
        "Le bailleur nous a ouvert une porte que nous ne connaissions pas.",
    ),
    "axe_1": (
        "L’annuaire a fait tomber bien des idées reçues.",
        "Les rencontres entre professionnels comptent plus que les outils.",
    ),
    "axe_2": (
        "On gagne la confiance autour d’un café, pas derrière un guichet.",
        "Il faut revenir souvent au même endroit pour être attendu.",
    ),
    "axe_3": (
        "On a essayé, corrigé, puis recommencé autrement.",
        "Le droit de se tromper change la manière de travailler.",
    ),
    "maturite": ("Nous commençons seulement à récolter.", "La démarche tient sans que l’on ait à la porter."),
    "enseignements": (
        "Ce qui manque le plus, c’est de la visibilité sur la suite.",
        "Sans coordination, chacun serait reparti de son côté.",
    ),
}


def draw_actors(
    seed: int, codebook: Codebook, latents: Latents, territoires: Sequence[Territoire]
) -> dict[str, list[Row]]:
    """`repondants`, `reponses`, `besoins`, `enseignements`, `entretiens` and `verbatims`."""
    people = _respondents(seed, territoires)
    place = {t.id: i for i, t in enumerate(territoires)}
    sites = np.array([place[str(row["id_cde"])] for row in people])
    interviews = _interviews(seed, territoires)
    return {
        "repondants": people,
        "reponses": _answers(seed, codebook, latents, people, sites),
        "besoins": _needs(seed, codebook, people),
        "enseignements": _findings(seed, codebook, people),
        "entretiens": interviews,
        "verbatims": _quotations(seed, territoires),
    }


def _respondents(seed: int, territoires: Sequence[Territoire]) -> list[Row]:
    rng = stream(seed, "repondants")
    cites = [t.id for t in territoires if t.id not in SANS_REPONDANT]
    numbers = split_total(rng.gamma(2.5, size=len(cites)), REPONDANTS, minimum=1)
    classes = np.repeat(list(CLASSES), counts_of(list(CLASSES.values()), REPONDANTS))
    classes = classes[rng.permutation(REPONDANTS)]
    codes = rng.choice(16**6, size=REPONDANTS, replace=False)
    days = rng.integers(2, 30, REPONDANTS)
    owners = np.repeat(cites, numbers)
    rows: list[Row] = [
        {
            "id_repondant": f"r{code:06x}",
            "id_cde": str(cite),
            "classe_role": str(role),
            "date_reponse": f"2022-11-{day:02d}",
            "source": "DEMO_ENQUETE",
        }
        for code, cite, role, day in zip(codes, owners, classes, days, strict=True)
    ]
    # In the order of the random identifiers, which say nothing of the Cité.
    return sorted(rows, key=lambda row: str(row["id_repondant"]))


def _answers(seed: int, codebook: Codebook, latents: Latents, people: Sequence[Row], sites: np.ndarray) -> list[Row]:
    rows: list[Row] = []
    for question in _modalities(codebook, "reponses", "question"):
        rng = stream(seed, "reponses", question.code)
        scale = codebook.vocabulary(question.attributes["echelle"])
        own = np.array([OWN_SIDE.get((question.code, str(p["classe_role"])), 0.0) for p in people])
        latent: Floats = PERSON * rng.standard_normal(len(people)) + own
        if question.code in REFLECTS:
            latent = latent + latents[REFLECTS[question.code]][sites]
        order = rng.permutation(len(people))
        silent, outside = order[:9], order[9:17] if scale.hors_echelle else order[:0]
        inside = np.setdiff1d(order, np.concatenate([silent, outside]))
        shares = SHARES if len(scale.modalites) == len(SHARES) else [1.0] * len(scale.modalites)
        grades = graded(latent[inside], counts_of(shares, len(inside)))
        said = {int(i): scale.modalites[int(g)].code for i, g in zip(inside, grades, strict=True)}
        said |= {int(i): scale.hors_echelle[0].code for i in outside}
        rows += [
            {"id_repondant": people[i]["id_repondant"], "question": question.code, "modalite": said[i]}
            for i in sorted(said)
        ]
    return rows


def _modalities(codebook: Codebook, table: str, column: str, outside: bool = False) -> Sequence[Modality]:
    vocabulary = answers_of(codebook[table][column])
    return vocabulary.hors_echelle if outside else vocabulary.modalites


def _chosen(rng: np.random.Generator, codes: Sequence[str], mean: float) -> list[str]:
    """Some of the codes, the first ones more often; one at least."""
    number = int(np.clip(rng.poisson(mean - 1) + 1, 1, len(codes)))
    weights = np.linspace(2.0, 0.8, len(codes))
    return [codes[i] for i in sorted(rng.choice(len(codes), number, False, weights / weights.sum()).tolist())]


def _needs(seed: int, codebook: Codebook, people: Sequence[Row]) -> list[Row]:
    """Every respondent names needs of residents; the classes asked of their expectations name theirs."""
    every = _modalities(codebook, "besoins", "besoin")
    needs = [m.code for m in every if m.attributes["type"] == "besoin_habitants"]
    rng = stream(seed, "besoins")
    rows: list[Row] = []
    for person in people:
        role, key = person["classe_role"], person["id_repondant"]
        picks = _chosen(rng, needs, 3.6)
        rows += [{"id_repondant": key, "type": "besoin_habitants", "besoin": code} for code in picks]
        own = [m.code for m in every if m.attributes.get("classe_role") == role]
        if not own:
            continue
        picks, u = _chosen(rng, own, 1.9), rng.random()
        if u < 0.05:
            continue  # no answer
        if u < 0.08:
            picks = [m.code for m in _modalities(codebook, "besoins", "besoin", True)][1:]
        rows += [{"id_repondant": key, "type": "attente_acteurs", "besoin": code} for code in picks]
    return rows


def _findings(seed: int, codebook: Codebook, people: Sequence[Row]) -> list[Row]:
    rows: list[Row] = []
    for kind, (mean, silent, none) in FINDINGS.items():
        rng = stream(seed, "enseignements", kind)
        codes = [m.code for m in _modalities(codebook, "enseignements", "enseignement") if m.attributes["type"] == kind]
        nothing = [
            m.code for m in _modalities(codebook, "enseignements", "enseignement", True) if m.attributes["type"] == kind
        ]
        for person in people:
            picks, u = _chosen(rng, codes, mean), rng.random()
            if u < silent:
                continue
            rows += [
                {"id_repondant": person["id_repondant"], "type": kind, "enseignement": code}
                for code in (nothing if u < silent + none else picks)
            ]
    return rows


def _interviews(seed: int, territoires: Sequence[Territoire]) -> list[Row]:
    """Six to nine interviews in each of the ten monographs; none elsewhere."""
    rng = stream(seed, "entretiens")
    rows: list[Row] = []
    for number in MONOGRAPHIES:
        for _ in range(int(rng.integers(6, 10))):
            role = list(CLASSES)[int(rng.choice(len(CLASSES), p=list(CLASSES.values())))]
            shared = rng.random() < 0.2
            rows.append(
                {
                    "id_entretien": f"e{len(rows) + 1:03d}",
                    "id_cde": territoires[number - 1].id,
                    "classe_role": role,
                    "mode": "collectif" if shared else "individuel",
                    "personnes": int(rng.integers(2, 5)) if shared else 1,
                    "date_entretien": f"2022-{int(rng.integers(6, 11)):02d}",
                    "source": "DEMO_ENTRETIENS",
                }
            )
    return rows


def _quotations(seed: int, territoires: Sequence[Territoire]) -> list[Row]:
    """Fictional words, said to be so; one in six without consent."""
    rng = stream(seed, "verbatims")
    roles = [role for role in CLASSES if role != "economie"]
    rows: list[Row] = []
    for t in territoires:
        number = 6 if t.id == COMPLETE else int(rng.integers(0, 3))
        rubrics = rng.permutation(list(PAROLES))[:number]
        texts = [PAROLES[r][int(rng.integers(len(PAROLES[r])))] for r in rubrics]
        if t.id in SANS_RETOUR or t.id == PAUVRE:
            continue
        for rubric, text in zip(rubrics, texts, strict=True):
            rows.append(
                {
                    "id_verbatim": f"v{len(rows) + 1:03d}",
                    "id_cde": t.id,
                    "classe_role": roles[int(rng.integers(len(roles)))],
                    "rubrique": str(rubric),
                    "texte": f"{FICTIVE} {text}",
                    "consentement": bool(rng.random() < 5 / 6),
                    "date_recueil": "2022-10",
                    "source": "DEMO_ENTRETIENS",
                }
            )
    return rows
