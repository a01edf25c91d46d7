"""The returns of the Cités: closed questions, counts with exact totals, and the tables that repeat."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..codebook import Codebook
from .draws import Floats, counts_of, graded, integers_with_sum, split_total, stream
from .latent import Latents
from .reponses_fermees import answers_of, asked, draw_closed, draw_multiple
from .territoires import COMPLETE, PAUVRE, SANS_COTECH, SANS_RETOUR, Row, Territoire

__all__ = ["draw_hosts", "draw_returns"]

DATE = "2023-12-31"
PARTENAIRES, PARTENAIRES_MAX = 14, 27
REFERENTS = 815
ETP_MOYEN = 0.80
ENVELOPPE = 100_000
# Axis → number of actions, participations, rows of a Cité. Axis 1 has no published count of actions.
ACTIONS: Mapping[str, tuple[int, int | None, int]] = {
    "recenser_federer": (2_100, None, 3),
    "aller_vers": (5_400, 88_000, 6),
    "innover": (4_400, 30_000, 5),
}
# Presence of an actor in the COPIL (share of Cités), side that carries it.
PRESENCE: Mapping[str, tuple[float, str]] = {
    "prefecture": (0.95, "etat"),
    "delegue_prefet": (0.70, "etat"),
    "ddets": (0.85, "double_engagement"),
    "education_nationale": (0.25, "etat"),
    "ars": (0.12, "etat"),
    "collectivite_commune": (0.80, "collectivite"),
    "collectivite_epci": (0.75, "collectivite"),
    "departement": (0.60, "collectivite"),
    "region": (0.45, "collectivite"),
    "pole_emploi": (0.92, "france_travail"),
    "mission_locale": (0.88, "cercle"),
    "cap_emploi": (0.45, "cercle"),
    "plie": (0.40, "cercle"),
    "maison_emploi": (0.25, "cercle"),
    "organisme_formation": (0.30, "cercle"),
    "siae": (0.32, "cercle"),
    "ccas": (0.40, "cercle"),
    "caf": (0.35, "cercle"),
    "bailleur": (0.42, "cercle"),
    "association": (0.50, "cercle"),
    "centre_social": (0.30, "cercle"),
    "habitants": (0.12, "cercle"),
    "entreprise": (0.22, "cercle"),
    "club_entreprises": (0.28, "cercle"),
    "chambre": (0.20, "cercle"),
}
# Technical and operational bodies are narrower for institutions and wider for those who act.
INSTANCES = {"copil": 0.0, "cotech": -0.35, "groupe_operationnel": -0.6}


@dataclass(frozen=True)
class Draw:
    """What the draws of the returns share: the seed, the Cités, their latent values."""

    seed: int
    codebook: Codebook
    latents: Latents
    territoires: Sequence[Territoire]
    hosts: Mapping[str, str]

    @cached_property
    def place(self) -> dict[str, int]:
        """The position of each Cité in the latent variables."""
        return {t.id: i for i, t in enumerate(self.territoires)}

    def values(self, name: str, cites: Sequence[str]) -> Floats:
        """A latent variable for these Cités, in this order."""
        return np.asarray(self.latents[name][[self.place[c] for c in cites]], dtype=np.float64)

    def noise(self, cites: Sequence[str], *names: str) -> Floats:
        return stream(self.seed, *names).standard_normal(len(self.territoires))[[self.place[c] for c in cites]]


def draw_hosts(seed: int, territoires: Sequence[Territoire], governance: Mapping[str, Floats]) -> dict[str, str]:
    """The host of the coordinator in every Cité: collectivité where it is the stronger side, State where it is."""
    rng = stream(seed, "structure_porteuse")
    lean = governance["collectivite"] - governance["etat"] + rng.standard_normal(len(territoires))
    sides = graded(lean, counts_of((0.61, 0.23, 0.16), len(territoires)))
    chance = rng.random(len(territoires))
    hosts = {}
    for t, side, u in zip(territoires, sides, chance, strict=True):
        if side == 0:
            wide = t.echelle in ("intercommunale", "departementale")
            hosts[t.id] = "ccas" if u < 0.08 else "epci" if wide else "commune"
        elif side == 1:
            hosts[t.id] = _pick(u, {"maison_emploi": 0.35, "gip": 0.30, "association": 0.20, "mission_locale": 0.15})
        else:
            hosts[t.id] = _pick(u, {"prefecture": 0.55, "ddets": 0.45})
    return hosts


def _pick(u: float, shares: Mapping[str, float]) -> str:
    """The modality where a uniform draw falls."""
    ends = np.cumsum(list(shares.values()))
    return list(shares)[int(min(np.searchsorted(ends, u * ends[-1]), len(ends) - 1))]


def draw_returns(
    seed: int, codebook: Codebook, latents: Latents, territoires: Sequence[Territoire], hosts: Mapping[str, str]
) -> dict[str, list[Row]]:
    """`retours` and every table made from it, in the codebook's columns."""
    draw = Draw(seed, codebook, latents, territoires, hosts)
    returns: dict[str, Row] = {
        t.id: {"id_cde": t.id, "date_reference": DATE, "source": "DEMO_RETOURS"}
        for t in territoires
        if t.id not in SANS_RETOUR
    }
    _counts(draw, returns)
    measured = {
        "structure_porteuse": _host,
        "copil_presidence": _presidency,
        "coordonnateur_etp": _fte,
        "cohorte_personnes": _cohort,
    }
    for column in codebook["retours"].fields:
        if column.name in measured:
            measured[column.name](draw, returns)
        elif column.type == "boolean" or column.vocabulary is not None:
            draw_closed(column, seed, latents, draw.place, returns)
    _phases(draw, returns)
    tables = {"retours": [returns[cite] for cite in sorted(returns)]}
    special: dict[str, Callable[[Draw, dict[str, Row]], list[Row]]] = {
        "actions": _actions,
        "instances": _instances,
        "budget": _budget,
        "cofinancements": _cofunding,
        "droit_commun_actions": _common_law,
    }
    for table in codebook.tables.values():
        if table.name in special:
            tables[table.name] = special[table.name](draw, returns)
        elif table.descriptor.get("parent") == "retours":
            tables[table.name] = draw_multiple(table.name, codebook, seed, latents, draw.place, returns)
    # A team cannot have the coordinator that the Cité says it lacks.
    tables["equipe_projet"] = [
        row
        for row in tables["equipe_projet"]
        if row["membre"] != "coordonnateur" or returns[str(row["id_cde"])]["coordonnateur"] is not False
    ]
    return tables


# --- one column -------------------------------------------------------------------------------------


def _counts(draw: Draw, returns: dict[str, Row]) -> None:
    cites = sorted(returns)
    size = len(cites)
    circle = draw.values("cercle", cites) + 0.5 * draw.noise(cites, "partenaires")
    partners = integers_with_sum(circle, 4.5, PARTENAIRES * size, 4, PARTENAIRES_MAX)
    # The widest circle has the published maximum; the next ones give back what it takes.
    widest = int(np.argmax(circle))
    given = PARTENAIRES_MAX - int(partners[widest])
    partners[widest] = PARTENAIRES_MAX
    for i in np.argsort(circle)[size // 4 :]:
        if given and i != widest and partners[i] > 4:
            partners[i] -= 1
            given -= 1
    referents = split_total(np.asarray(partners * np.exp(0.3 * draw.noise(cites, "referents"))), REFERENTS, minimum=2)
    received = stream(draw.seed, "date_retour").integers(10, 75, size)
    for cite, p, r, days in zip(cites, partners, referents, received, strict=True):
        row = returns[cite]
        row["nombre_partenaires"], row["nombre_referents"] = int(p), int(r)
        row["date_retour"] = str(datetime.date.fromisoformat(DATE) + datetime.timedelta(days=int(days)))


def _host(draw: Draw, returns: dict[str, Row]) -> None:
    for cite in _asked(draw, "structure_porteuse", returns):
        returns[cite]["structure_porteuse"] = draw.hosts[cite]


def _presidency(draw: Draw, returns: dict[str, Row]) -> None:
    cites = _asked(draw, "copil_presidence", returns)
    noise = draw.noise(cites, "copil_presidence")
    lean = draw.values("etat", cites) - draw.values("collectivite", cites) + 0.7 * noise
    codes = ("prefet", "conjointe", "alternee", "autre", "elu")
    for cite, grade in zip(cites, graded(lean, counts_of((0.36, 0.30, 0.10, 0.03, 0.21), len(cites))), strict=True):
        returns[cite]["copil_presidence"] = codes[int(grade)]


def _fte(draw: Draw, returns: dict[str, Row]) -> None:
    cites = _asked(draw, "coordonnateur_etp", returns)
    latent = draw.values("coordination", cites) + 0.5 * draw.noise(cites, "coordonnateur_etp")
    tenths = integers_with_sum(latent, 3.0, round(ETP_MOYEN * 10 * len(cites)), 2, 10)
    for cite, value in zip(cites, tenths, strict=True):
        returns[cite]["coordonnateur_etp"] = int(value) / 10


def _cohort(draw: Draw, returns: dict[str, Row]) -> None:
    cites = _asked(draw, "cohorte_personnes", returns)
    sizes = np.rint(np.exp(3.5 + 0.45 * draw.noise(cites, "cohorte_personnes"))).astype(int)
    for i, (cite, people) in enumerate(zip(cites, sizes, strict=True)):
        if i % 17 != 16 or cite == COMPLETE:  # a few do not know
            returns[cite]["cohorte_personnes"] = int(people)


def _phases(draw: Draw, returns: dict[str, Row]) -> None:
    """When each of the three times began, as far as the Cité has gone on the path."""
    cites = sorted(returns)
    steps = np.stack([draw.noise(cites, "temps", str(k)) for k in range(3)])
    years = {t.id: t.annee for t in draw.territoires}
    for i, cite in enumerate(cites):
        reached = {"diagnostic": 1, "premieres_actions": 2, "approfondissement": 3}.get(
            str(returns[cite].get("maturite")), 0
        )
        month = years[cite] * 12 + (6 if years[cite] == 2020 else 8)
        names = ("date_diagnostic", "date_premieres_actions", "date_approfondissement")
        for name, mean, step in zip(names[:reached], (2, 7, 10), steps[:, i], strict=False):
            month += max(1, round(mean + 1.5 * step))
            returns[cite][name] = f"{month // 12}-{month % 12 + 1:02d}"


def _asked(draw: Draw, name: str, returns: dict[str, Row]) -> list[str]:
    """The Cités that answer: those of whom it is asked, the poor one apart."""
    column = draw.codebook["retours"][name]
    return [c for c in sorted(returns) if c != PAUVRE and asked(column, returns[c], returns)]


# --- tables that repeat -----------------------------------------------------------------------------


def _actions(draw: Draw, returns: dict[str, Row]) -> list[Row]:
    cites = sorted(returns)
    themes = [m.code for m in answers_of(draw.codebook["actions"]["theme"]).modalites]
    kinds = answers_of(draw.codebook["actions"]["type_action"])
    numbers = {c: 0 for c in cites}
    rows: list[Row] = []
    activity = dict(zip(cites, draw.values("actions", cites), strict=True))
    reach = dict(zip(cites, draw.values("beneficiaires", cites), strict=True))
    for axis, (total, people, per_cite) in ACTIONS.items():
        rng = stream(draw.seed, "actions", axis)
        types = [m.code for m in kinds.modalites if m.attributes["axe"] == axis]
        popular = np.linspace(2.0, 0.6, len(themes))
        groups: list[tuple[str, str, str]] = []
        for cite in cites:
            number = 2 if cite == PAUVRE else per_cite + int(rng.integers(-1, 2))
            seen = set()
            for _ in range(number):
                kind = types[int(rng.integers(len(types)))]
                seen.add((kind, themes[int(rng.choice(len(themes), p=popular / popular.sum()))]))
            groups += [(cite, *pair) for pair in sorted(seen)]
        weights = np.exp([0.45 * activity[g[0]] for g in groups] + 0.5 * rng.standard_normal(len(groups)))
        counts = split_total(np.asarray(weights), total, minimum=1)
        reached = None
        if people is not None:
            crowd = counts * np.exp([0.4 * reach[g[0]] for g in groups] + 0.4 * rng.standard_normal(len(groups)))
            reached = split_total(np.asarray(crowd), people, minimum=1)
        for k, (cite, kind, theme) in enumerate(groups):
            numbers[cite] += 1
            rows.append(
                {
                    "id_action": f"{cite}-a{numbers[cite]:03d}",
                    "id_cde": cite,
                    "axe": axis,
                    "type_action": kind,
                    "theme": theme,
                    "nombre": int(counts[k]),
                    "beneficiaires": None if reached is None else int(reached[k]),
                }
            )
    return sorted(rows, key=lambda row: str(row["id_action"]))


def _instances(draw: Draw, returns: dict[str, Row]) -> list[Row]:
    rng = stream(draw.seed, "instances")
    others = sorted(set(returns) - {COMPLETE})
    without_groups = set(stream(draw.seed, "instances", "groupes").permutation(others)[:25].tolist())
    rows: list[Row] = []
    for cite in sorted(returns):
        i = draw.place[cite]
        for body, shift in INSTANCES.items():
            # Drawn even where it is not used: one Cité's answer must not move the next one's.
            chance, seats = rng.random(len(PRESENCE)), rng.standard_normal(len(PRESENCE))
            absent = (
                cite == PAUVRE
                or (body == "cotech" and cite == SANS_COTECH)
                or (body == "groupe_operationnel" and cite in without_groups)
            )
            if absent:
                continue
            for (actor, (share, side)), u, z in zip(PRESENCE.items(), chance, seats, strict=True):
                lean = float(draw.latents[side][i])
                institution = side in ("etat", "collectivite")
                odds = np.log(share / (1 - share)) + 0.5 * lean + (2 * shift if institution else shift)
                if u >= 1 / (1 + np.exp(-odds)):
                    continue
                number = int(np.clip(np.rint(1.4 + 0.6 * lean + 0.5 * z), 1, 5)) if institution else 1
                rows.append({"id_cde": cite, "instance": body, "acteur": actor, "sieges": number})
    return rows


def _budget(draw: Draw, returns: dict[str, Row]) -> list[Row]:
    categories = [m.code for m in answers_of(draw.codebook["budget"]["categorie"]).modalites]
    rng = stream(draw.seed, "budget")
    unknown = set(stream(draw.seed, "budget", "inconnu").permutation(sorted(set(returns) - {COMPLETE}))[:4].tolist())
    labels = {t.id: t.annee for t in draw.territoires}
    pace = {0: 0.35, 1: 0.80, 2: 0.92, 3: 0.95}
    rows: list[Row] = []
    for cite in sorted(returns):
        split = rng.dirichlet((4.0, 4.5, 3.0))
        for year in range(labels[cite], 2024):
            drift = np.array([1.0, 1.0 + 0.1 * (year - 2020), 0.9 + 0.1 * (year - 2020)])
            used = pace[year - labels[cite]] * ENVELOPPE * float(np.clip(1 + 0.06 * rng.standard_normal(), 0.6, 1.05))
            spent = np.round(used * split * drift / (split * drift).sum(), 2)
            if cite == PAUVRE:
                continue
            for category, amount in zip(categories, spent, strict=True):
                blank = cite in unknown and year == 2023
                rows.append(
                    {"id_cde": cite, "annee": year, "categorie": category, "depense": None if blank else float(amount)}
                )
    return rows


def _cofunding(draw: Draw, returns: dict[str, Row]) -> list[Row]:
    cites = [c for c in sorted(returns) if c != PAUVRE]
    total = np.exp(11.0 + 0.5 * draw.values("cofinancement", cites) + 0.3 * draw.noise(cites, "cofinancement"))
    lean = draw.values("etat", cites) - draw.values("collectivite", cites)
    state = 1 / (1 + np.exp(-(0.9 * lean + 0.5 * draw.noise(cites, "cofinancement", "etat"))))
    rng = stream(draw.seed, "cofinancement", "autres")
    other, p147 = 0.10 + 0.25 * rng.random(len(cites)), 0.35 + 0.45 * rng.random(len(cites))
    free = [str(c) for c in rng.permutation([c for c in cites if c != COMPLETE])]
    nothing, unknown = set(free[:9]), set(free[9:14])
    rows: list[Row] = []
    for i, cite in enumerate(cites):
        both = total[i] * (1 - other[i])
        parts = {
            "p147": both * state[i] * p147[i],
            "autre_etat": both * state[i] * (1 - p147[i]),
            "collectivites_porteuses": both * (1 - state[i]),
            "autres": total[i] * other[i],
        }
        for origin, amount in parts.items():
            # Small sums are not raised: nobody co-funds two hundred euros.
            value: float | None = float(np.round(amount / 100) * 100) if amount >= 1_000 else 0.0
            if cite in nothing:
                value = 0.0
            elif cite in unknown:
                value = None
            rows.append({"id_cde": cite, "origine": origin, "montant": value})
    return rows


def _common_law(draw: Draw, returns: dict[str, Row]) -> list[Row]:
    """Fields of ordinary programmes where an action was identified, and how far each went."""
    vocabulary = answers_of(draw.codebook["droit_commun_actions"]["domaine"])
    fields = [m.code for m in vocabulary.modalites]
    cites = [c for c in sorted(returns) if c != PAUVRE]
    rng = stream(draw.seed, "droit_commun_actions")
    outcome = draw.values("droit_commun", cites)
    free = [str(c) for c in rng.permutation([c for c in cites if c != COMPLETE])]
    silent = set(free[:2])
    nothing = set(sorted(set(free) - silent, key=lambda c: float(outcome[cites.index(c)]))[:3])
    pairs: list[tuple[str, str]] = []
    scores: list[float] = []
    rows: list[Row] = []
    for cite, value in zip(cites, outcome, strict=True):
        number = int(np.clip(np.rint(3.6 + 0.9 * value + 0.7 * rng.standard_normal()), 1, len(fields)))
        chosen = sorted(rng.choice(len(fields), size=number, replace=False).tolist())
        noise = rng.standard_normal(len(fields))
        if cite in silent:
            continue
        if cite in nothing:
            rows.append({"id_cde": cite, "domaine": vocabulary.hors_echelle[0].code})
            continue
        for k in chosen:
            pairs.append((cite, fields[k]))
            scores.append(float(0.7 * value + noise[k]))
    # Best first: satisfying results, then under way, then weak results.
    codes = ("achevee_resultats_satisfaisants", "en_cours", "achevee_resultats_faibles")
    grades = graded(np.asarray(scores), counts_of((0.34, 0.46, 0.20), len(pairs)))
    rows += [
        {"id_cde": cite, "domaine": name, "avancement": codes[int(g)]}
        for (cite, name), g in zip(pairs, grades, strict=True)
    ]
    return sorted(rows, key=lambda row: (str(row["id_cde"]), str(row["domaine"])))
