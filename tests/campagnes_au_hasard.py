"""Small campagnes drawn at random, hard on the gate: few Cités, lone ones in their group, two to six respondents each.

Only what the survey of actors needs is there: Cités with their groups, returns with theirs, respondents and answers.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from citesresearch.codebook import load_codebook
from citesresearch.data.checking.problems import Problems
from citesresearch.data.dataset import Dataset
from tests.campagnes import SETTINGS, TABLES, write_campagne
from tests.indicators.petite_campagne import CAMPAGNE

QUESTIONS = ("legitimite_prefecture", "habitants_informes", "satisfaction_cooperation")


def small_campagne(seed: int, seuil: int = 5) -> Dataset:
    """A campagne of 5 to 18 Cités and their respondents; the same seed gives the same one."""
    draw, codebook = np.random.default_rng(seed), load_codebook()
    size = int(draw.integers(5, 19))
    ids = [f"demo-{i:03}" for i in range(size)]

    def codes(vocabulary: str) -> list[str]:
        return [m.code for m in codebook.vocabulary(vocabulary).modalites]

    def some(values: list[str], missing: float = 0.0) -> list[str | None]:
        weights = draw.dirichlet(np.full(len(values), 0.8))
        return [None if draw.random() < missing else str(draw.choice(values, p=weights)) for _ in range(size)]

    regions = [str(61 + i) for i in range(int(draw.integers(2, 6)))]
    cites = pd.DataFrame(
        {
            "id_cde": ids,
            "nom": ids,
            "annee_label": draw.choice([2020, 2021], size),
            "code_region": some(regions),
            "echelle": some(codes("echelle@1")[: int(draw.integers(2, 5))], 0.15),
            "source": "D0",
            "date_reference": "2023-12-31",
        }
    )
    structure, stage = codebook["retours"]["structure_porteuse"], codebook["retours"]["maturite"]
    assert structure.vocabulary is not None
    assert stage.vocabulary is not None
    returns = pd.DataFrame(
        {
            "id_cde": ids,
            "structure_porteuse": some([m.code for m in structure.vocabulary.modalites][:3], 0.2),
            "maturite": some([m.code for m in stage.vocabulary.modalites], 0.1),
            "source": "D1",
            "date_reference": "2023-12-31",
        }
    )
    for field in codebook["retours"].fields:  # what no one answered has its column all the same
        if field.name not in returns:
            blank = pd.Series(np.nan, index=returns.index, dtype="float64")
            returns[field.name] = blank if field.type in ("integer", "number", "boolean") else blank.astype("str")
    roles = codes("classe_role@1")
    many = draw.poisson(draw.uniform(1.5, 4.0), size)
    who = [(cite, str(draw.choice(roles))) for cite, n in zip(ids, many, strict=True) for _ in range(int(n))]
    people = pd.DataFrame(who, columns=["id_cde", "classe_role"])
    people["id_repondant"] = [f"r{i:06x}" for i in range(len(people))]
    people["date_reponse"], people["source"] = "2022-11-05", "D3"
    answers, choices = [], []
    for question in QUESTIONS:
        listed = next(m for m in codebook.vocabulary("question_acteurs@1").modalites if m.code == question)
        scale = codebook.vocabulary(listed.attributes["echelle"])
        possible = [m.code for m in (*scale.modalites, *scale.hors_echelle)]
        weights = draw.dirichlet(np.full(len(possible), 1.0))
        for person in people["id_repondant"]:
            if draw.random() > 0.08:
                answers.append((person, question, str(draw.choice(possible, p=weights))))
    strengths = [
        m.code for m in codebook.vocabulary("enseignement@1").modalites if m.attributes.get("type") == "point_fort"
    ]
    for person in people["id_repondant"]:
        for strength in strengths:
            if draw.random() < 0.4:
                choices.append((person, "point_fort", strength))
    tables = {
        "cites": cites,
        "retours": returns,
        "repondants": people,
        "reponses": pd.DataFrame(answers, columns=["id_repondant", "question", "modalite"]),
        "enseignements": pd.DataFrame(choices, columns=["id_repondant", "type", "enseignement"]),
    }
    campagne = type(CAMPAGNE)(
        "hasard",
        "Au hasard",
        "essai",
        "2024-01-31",
        CAMPAGNE.raw,
        CAMPAGNE.processed,
        True,
        {"personnes": seuil, "fiscal": 11, "organismes": 3},
    )
    return Dataset(campagne, codebook, tables, Problems(()), "0" * 12)


def write_small_campagne(root: Path, seed: int, seuil: int = 5) -> Path:
    """The same campagne as files under `root/data/raw/hasard`."""
    dataset = small_campagne(seed, seuil)
    sources = TABLES["sources"] + "".join(
        f"{ident},Document,Document,Auteur,2023-07-25,,,,article,non,libre,Essai.\n" for ident in ("D0", "D2", "D3")
    )
    settings = SETTINGS + f"synthetique = true\n[seuils]\npersonnes = {seuil}\n"
    cites = dataset["cites"].assign(
        region=dataset["cites"]["code_region"],
        annee_label_origine="documentee",
        annee_label_source="D0",
        echelle_origine=dataset["cites"]["echelle"].map(lambda known: "documentee" if isinstance(known, str) else None),
        echelle_source=dataset["cites"]["echelle"].map(lambda known: "D0" if isinstance(known, str) else None),
    )
    numbers = {"nombre_partenaires": 5, "nombre_referents": 2, "coordonnateur_etp": 1.0}
    returns = dataset["retours"].assign(date_retour="2024-01-15", coordonnateur="oui", **numbers)
    frames = {**dataset.tables, "cites": cites, "retours": returns}
    written = {name: frame.to_csv(index=False) for name, frame in frames.items()}
    folder = write_campagne(root, "hasard", settings, **{**written, "sources": sources})
    for name in set(TABLES) - set(frames) - {"sources"}:
        (folder / f"{name}.csv").unlink()
    return folder
