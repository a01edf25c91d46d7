"""Closed questions of a return, drawn from the codebook: each has a latent variable, and counts or shares to meet.

A question that the codebook adds and that is not named here is drawn too, tied to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..codebook import Codebook, Field, Vocabulary
from .draws import Floats, counts_of, graded, stream
from .latent import Latents
from .territoires import COMPLETE, PAUVRE, SANS_COORDONNATEUR, SANS_COTECH, Row

__all__ = ["QUESTIONS", "DrawnQuestion", "answers_of", "asked", "draw_closed", "draw_multiple"]


@dataclass(frozen=True)
class DrawnQuestion:
    """How a closed question is answered.

    `latent` orders the Cités (None: chance alone), with `bruit` standard deviations of noise; `counts` are the
    exact numbers of each modality, in the order of the scale (« oui » first for a yes or no), `shares` their
    proportions; `outside` counts the answers out of the scale, `missing` those that are missing besides the
    poor Cité's, which answers if `poor`; `forced` imposes answers.
    """

    latent: str | None = None
    bruit: float = 0.0
    counts: Sequence[int] = ()
    shares: Sequence[float] = ()
    outside: Mapping[str, int] = field(default_factory=dict)
    missing: int = 0
    poor: bool = False
    forced: Mapping[str, object] = field(default_factory=dict)


NSP = "ne_sait_pas"
NC = "non_concerne"


def _satisfaction(shares: Sequence[float], non_concerned: int = 0, missing: int = 1) -> DrawnQuestion:
    outside = {NC: non_concerned}
    return DrawnQuestion("satisfaction", 0.8, shares=shares, outside=outside, missing=missing)


def _agreement(latent: str, shares: Sequence[float], unsure: int, bruit: float = 0.6) -> DrawnQuestion:
    return DrawnQuestion(latent, bruit, shares=shares, outside={NSP: unsure}, missing=1)


# Counts that meet a published share say which; the others are assumptions.
QUESTIONS: Mapping[str, DrawnQuestion] = {
    "public_cible_identifie": DrawnQuestion(counts=(62, 18), poor=True, forced={COMPLETE: True}),  # 78 %
    "feuille_de_route_actualisee": DrawnQuestion("actions", 1.0, counts=(49, 31)),  # 61 %
    "cohorte_installee": DrawnQuestion("cohorte", counts=(45, 35), poor=True, forced={COMPLETE: True}),  # 57 %
    "satisfaction_axe_1": DrawnQuestion("satisfaction", 0.6, shares=(0.30, 0.48, 0.18, 0.04), missing=1),
    "satisfaction_axe_2": DrawnQuestion("satisfaction", 0.6, shares=(0.22, 0.47, 0.25, 0.06), missing=2),
    "satisfaction_axe_3": DrawnQuestion("satisfaction", 0.6, shares=(0.14, 0.38, 0.35, 0.13), missing=4),
    "rendez_vous_etape": DrawnQuestion(shares=(0.15, 0.75, 0.10), outside={NSP: 2}, missing=1),
    "liens_autres_cites": DrawnQuestion(shares=(0.55, 0.45), missing=2),
    "copil": DrawnQuestion(counts=(80, 0)),
    "cotech": DrawnQuestion(counts=(79, 0), forced={SANS_COTECH: False}),
    "legitimite_collectivite": DrawnQuestion("collectivite", 0.5, counts=(20, 40, 10, 5), outside={NSP: 5}),  # 80 %
    "legitimite_prefecture": DrawnQuestion("etat", 0.5, counts=(25, 42, 7, 3), outside={NSP: 3}),  # 87 %
    "satisfaction_copil": _satisfaction((0.30, 0.47, 0.17, 0.06), 0),
    "satisfaction_cotech": DrawnQuestion(
        "satisfaction", 0.8, shares=(0.33, 0.46, 0.16, 0.05), missing=1, forced={SANS_COTECH: NC}
    ),
    "satisfaction_groupes": _satisfaction((0.27, 0.45, 0.21, 0.07), 8),
    "satisfaction_equipe_projet": _satisfaction((0.41, 0.41, 0.14, 0.04), 3),
    "frequence_copil": DrawnQuestion(shares=(0, 0, 0.02, 0.05, 0.23, 0.45, 0.25), outside={"irreguliere": 3}),
    "frequence_cotech": DrawnQuestion(
        shares=(0, 0.03, 0.32, 0.30, 0.30, 0.05, 0),
        outside={"irreguliere": 4},
        missing=1,
        forced={SANS_COTECH: "instance_absente"},
    ),
    "frequence_equipe_projet": DrawnQuestion(
        shares=(0.20, 0.25, 0.35, 0.12, 0.08, 0, 0),
        outside={"irreguliere": 5, "instance_absente": 2},
        missing=1,
    ),
    "liens_deets_prefecture": DrawnQuestion("liens_deets_prefecture", counts=(36, 38, 6)),  # 45 %
    "coordonnateur": DrawnQuestion(counts=(80, 0), poor=True, forced={SANS_COORDONNATEUR: False}),
    "coordonnateur_en_poste": DrawnQuestion("coordination", 0.8, counts=(49, 30)),  # 62 %
    "coordonnateur_financement": DrawnQuestion("coordination", 0.8, counts=(50, 20, 9)),  # 63 %
    "satisfaction_prefecture": _satisfaction((0.36, 0.44, 0.15, 0.05), 0),
    "satisfaction_delegue_prefet": _satisfaction((0.43, 0.39, 0.13, 0.05), 4),
    "satisfaction_ddets": _satisfaction((0.28, 0.46, 0.20, 0.06), 0, 2),
    "satisfaction_commune": _satisfaction((0.34, 0.42, 0.17, 0.07), 5),
    "satisfaction_epci": _satisfaction((0.30, 0.40, 0.21, 0.09), 9),
    "satisfaction_departement": _satisfaction((0.12, 0.38, 0.33, 0.17), 12, 2),
    "satisfaction_region": _satisfaction((0.08, 0.34, 0.38, 0.20), 22, 3),
    "satisfaction_pole_emploi": _satisfaction((0.44, 0.42, 0.11, 0.03), 0),
    "satisfaction_mission_locale": _satisfaction((0.47, 0.39, 0.11, 0.03), 1),
    "satisfaction_cap_emploi": _satisfaction((0.20, 0.45, 0.25, 0.10), 14, 2),
    "satisfaction_plie": _satisfaction((0.34, 0.40, 0.18, 0.08), 30),
    "satisfaction_organismes_formation": _satisfaction((0.18, 0.50, 0.25, 0.07), 8, 2),
    "satisfaction_siae": _satisfaction((0.26, 0.48, 0.20, 0.06), 6, 2),
    "liens_associations": DrawnQuestion("liens_cohesion_sociale", 0.6, shares=(0.55, 0.33, 0.10, 0.02), missing=1),
    "liens_bailleurs": DrawnQuestion(
        "liens_cohesion_sociale", 0.6, shares=(0.36, 0.37, 0.19, 0.08), outside={NC: 5}, missing=1
    ),
    "liens_ccas": DrawnQuestion(
        "liens_cohesion_sociale", 0.6, shares=(0.44, 0.33, 0.15, 0.08), outside={NC: 7}, missing=2
    ),
    "satisfaction_entreprises": _satisfaction((0.12, 0.40, 0.36, 0.12), 6, 2),
    "satisfaction_clubs_entreprises": _satisfaction((0.15, 0.38, 0.33, 0.14), 17, 3),
    "liens_entreprises": DrawnQuestion("liens_entreprises", counts=(52, 23, 3), outside={NSP: 2}),  # 67 %
    "articulation_paqte": DrawnQuestion(
        "liens_entreprises", 1.0, shares=(0.28, 0.27, 0.2, 0.25), outside={NSP: 6}, missing=1
    ),
    "developpement_economique": DrawnQuestion("liens_entreprises", 1.0, shares=(0.26, 0.50, 0.24), missing=1),
    "liens_collectivite": DrawnQuestion("liens_collectivite", counts=(45, 31, 4)),  # 56 %
    "droit_commun_mieux_mobilise": _agreement("droit_commun", (0.22, 0.46, 0.23, 0.09), 4, 0.0),
    "pratiques_interconnaissance": _agreement("pratiques", (0.46, 0.42, 0.09, 0.03), 1),
    "pratiques_orientation": _agreement("pratiques", (0.28, 0.47, 0.19, 0.06), 3),
    "pratiques_parcours": _agreement("pratiques", (0.17, 0.42, 0.30, 0.11), 4),
    "pratiques_aller_vers": _agreement("pratiques", (0.24, 0.41, 0.26, 0.09), 3),
    "acces_information": _agreement("acces_au_droit", (0.26, 0.50, 0.19, 0.05), 5),
    "acces_droits": _agreement("acces_au_droit", (0.15, 0.44, 0.30, 0.11), 9),
    "acces_emploi": _agreement("acces_au_droit", (0.12, 0.40, 0.34, 0.14), 8),
    "maturite": DrawnQuestion("maturite", counts=(24, 37, 19)),
    "perimetre_apres": DrawnQuestion(shares=(0.50, 0.20, 0.30), outside={NSP: 5}, missing=1),
    "coordination_apres": DrawnQuestion("apres", shares=(0.35, 0.42, 0.23), outside={NSP: 6}, missing=1),
    "gouvernance_apres": DrawnQuestion(shares=(0.35, 0.20, 0.30, 0.10, 0.05), outside={NSP: 6}, missing=2),
}
UNKNOWN = DrawnQuestion(missing=1)


def answers_of(field: Field) -> Vocabulary:
    """The list of answers of a field; raises ValueError when the codebook gives it none."""
    if field.vocabulary is None:
        raise ValueError(f"the codebook gives no list of answers to {field.name}")
    return field.vocabulary


def asked(field: Field, row: Row, returns: Mapping[str, Row]) -> bool:
    """Whether the question of this field was asked of this row, by the codebook's condition `si`."""
    condition = field.extra.get("si")
    if not condition:
        return True
    if condition.get("table"):
        row = returns.get(str(row["id_cde"]), {})
    value = row.get(condition["champ"])
    text = {True: "oui", False: "non"}.get(value, value) if isinstance(value, bool) else value
    return text in condition["valeurs"]


def draw_closed(column: Field, seed: int, latents: Latents, place: Mapping[str, int], rows: Mapping[str, Row]) -> None:
    """Answer one closed question for every row that it is asked of; `place` gives each Cité its latent values.

    Raises ValueError where the counts declared do not fit the number of answers.
    """
    question = QUESTIONS.get(column.name, UNKNOWN)
    rng = stream(seed, "retours", column.name)
    order = [str(cite) for cite in rng.permutation(sorted(rows))]
    noise = dict(zip(order, rng.standard_normal(len(order)), strict=True))
    open_to = [c for c in order if asked(column, rows[c], rows)]
    for cite in open_to:
        rows[cite][column.name] = question.forced.get(cite)
    left = [c for c in open_to if c not in question.forced and (question.poor or c != PAUVRE)]
    free = [c for c in left if c not in (COMPLETE, PAUVRE)]
    silent, free = free[: question.missing], free[question.missing :]
    answered = set(left) - set(silent)
    for code, number in question.outside.items():
        outside, free = free[:number], free[number:]
        for cite in outside:
            rows[cite][column.name] = code
        answered -= set(outside)
    cites = [c for c in left if c in answered]
    values: Sequence[object] = (
        (True, False) if column.type == "boolean" else [m.code for m in answers_of(column).modalites]
    )
    counts = list(question.counts) or counts_of(question.shares or [1.0] * len(values), len(cites))
    latent = np.array(
        [
            (latents[question.latent][place[c]] + question.bruit * noise[c]) if question.latent else noise[c]
            for c in cites
        ]
    )
    try:
        grades = graded(latent, counts)
    except ValueError as error:
        raise ValueError(f"retours.{column.name}: {error}") from error
    for cite, grade in zip(cites, grades, strict=True):
        rows[cite][column.name] = values[int(grade)]


@dataclass(frozen=True)
class DrawnChoices:
    """How many of the choices are made on average, which latent raises the number, how many choose none."""

    mean: float = 3.0
    latent: str | None = None
    none: int = 0
    missing: int = 1


MULTIPLE: Mapping[str, DrawnChoices] = {
    "publics_cibles": DrawnChoices(2.6, missing=0),
    "apports_cohorte": DrawnChoices(3.0, none=2, missing=1),
    "articulations_contrat_ville": DrawnChoices(2.2, "contrat_de_ville", none=9, missing=1),
    "missions_coordonnateur": DrawnChoices(4.5, "coordination", missing=1),
    "equipe_projet": DrawnChoices(4.2, "cercle", none=3, missing=2),
}


def draw_multiple(
    table: str,
    codebook: Codebook,
    seed: int,
    latents: Latents,
    place: Mapping[str, int],
    returns: Mapping[str, Row],
) -> list[Row]:
    """The rows of a table of multiple choices whose parent is `retours`: one per choice made."""
    how = MULTIPLE.get(table, DrawnChoices())
    column = next(f for f in codebook[table].fields if f.extra.get("choix_multiple"))
    vocabulary = answers_of(column)
    rng = stream(seed, table)
    codes = [m.code for m in vocabulary.modalites]
    # The first choices of the list are the most frequent: as in questionnaires.
    weights = np.linspace(2.0, 0.7, len(codes))
    order = [str(c) for c in rng.permutation(sorted(returns))]
    cites = [c for c in order if c != PAUVRE and asked(column, {"id_cde": c}, returns)]
    free = [c for c in cites if c != COMPLETE]
    silent = set(free[: how.missing])
    lean: Floats = latents[how.latent] if how.latent else rng.standard_normal(len(place))
    # None at all: the lowest on the latent, where there is one.
    nothing = set(sorted(set(free) - silent, key=lambda c: float(lean[place[c]]))[: how.none])
    rows: list[Row] = []
    for cite in sorted(set(cites) - silent):
        number = int(np.clip(np.rint(how.mean + 0.8 * lean[place[cite]]), 1, len(codes)))
        # Drawn for every Cité, so that the next ones do not depend on this one's answer.
        chosen = set(rng.choice(len(codes), size=number, replace=False, p=weights / weights.sum()).tolist())
        picks = [code for i, code in enumerate(codes) if i in chosen]
        if cite in nothing:
            picks = [vocabulary.hors_echelle[0].code]
        rows += [{"id_cde": cite, column.name: code} for code in picks]
    return rows
