"""Which neighbourhoods a Cité has: the user's list, else an approximation through its communes.

The true list (445 in all) is not public. The approximation takes every neighbourhood that lies in a commune of the
Cité: it may take in too many (a commune is larger than the Cité) or too few, and is printed as such.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from ...codebook.insee import InseeNames
from ...french import listing, number, plain, plural
from ..checking.problems import Collector, Problem, quoted
from .cells import QN, QPV

__all__ = ["APPROXIMATION", "GIVEN", "attach", "say_later"]

APPROXIMATION, GIVEN = "communes", "fournie"
_SHOWN = 8
_ARRONDISSEMENT = re.compile(r"(.+?) ([0-9]{1,2})(?:er|e|eme)? arrondissement")


def attach(
    qpv: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    names: InseeNames,
    correspondance: Mapping[str, tuple[str, ...]],
) -> tuple[pd.DataFrame, list[Problem]]:
    """The neighbourhoods of each Cité (`id_cde, code_qpv, methode`), sorted, and what to tell the user of its own list.

    `qpv` has `code_qpv, departement, communes`. A Cité named in `cite_qpv` has exactly the neighbourhoods of 2015
    listed there, those of 2024 replaced by the ones that the official table (`correspondance`) gives them; the others
    have those of their communes. A Cité without any has no row.
    """
    given, problems = _given(qpv, tables.get("cite_qpv"), correspondance)
    through = _through_communes(qpv, tables.get("cite_communes"), names)
    named = set() if tables.get("cite_qpv") is None else set(tables["cite_qpv"]["id_cde"])
    rows = [*((cite, code, GIVEN) for cite, code in given)]
    rows += [(cite, code, APPROXIMATION) for cite, code in through if cite not in named]
    frame = pd.DataFrame(sorted(set(rows)), columns=["id_cde", "code_qpv", "methode"]).astype("str")
    return frame, [*problems, *_without(frame, qpv, tables.get("cites"))]


def _without(attached: pd.DataFrame, qpv: pd.DataFrame, cites: pd.DataFrame | None) -> list[Problem]:
    """A warning where Cités have no neighbourhood: their pages cannot say anything of Insee's."""
    if cites is None or cites.empty:
        return []
    missing = sorted(set(cites["id_cde"]) - set(attached["id_cde"]))
    if not missing:
        return []
    notes = Collector("cites.csv")
    nowhere = not (qpv["communes"] != "").any()
    few = [*missing[:_SHOWN], *([f"{number(len(missing) - _SHOWN)} autres"] if len(missing) > _SHOWN else [])]
    notes.add(
        "quartiers_sans_cite",
        "des quartiers pour chaque Cité ; aucun fichier présent ne dit les communes des quartiers (colonne LIB_COM de DEMO)"
        if nowhere
        else "des quartiers pour chaque Cité ; aucun quartier des fichiers n’est dans leurs communes",
        "ajouter une édition de DEMO qui a la colonne LIB_COM, ou donner les quartiers dans cite_qpv.csv"
        if nowhere
        else "rien si ces Cités n’en ont pas ; sinon ajouter l’édition qui les couvre, ou les donner dans cite_qpv.csv",
        lu=f"{plural(len(missing), 'Cité')} sur {number(cites['id_cde'].nunique())} sans quartier : {listing(few)}",
        gravite="avertissement",
    )
    return notes.found


def say_later(listed: pd.DataFrame | None, correspondance: Mapping[str, tuple[str, ...]]) -> list[Problem]:
    """The warnings on codes of 2024 where there is no file of Insee to attach to."""
    return _given(pd.DataFrame({"code_qpv": []}), listed, correspondance)[1]


def _given(
    qpv: pd.DataFrame, listed: pd.DataFrame | None, correspondance: Mapping[str, tuple[str, ...]]
) -> tuple[list[tuple[str, str]], list[Problem]]:
    """The pairs of the user's list, with warnings on codes of 2024 and on codes that no file of Insee has."""
    if listed is None or listed.empty:
        return [], []
    notes = Collector("cite_qpv.csv")
    known = set(qpv["code_qpv"])
    pairs = []
    for row, cite, code in zip(listed.index, listed["id_cde"], map(str, listed["code_qpv"]), strict=True):
        if QPV.fullmatch(code):
            pairs.append((str(cite), code))
            if known and code not in known:
                notes.add(
                    "cle_orpheline",
                    "un quartier présent dans un fichier de l’Insee au moins",
                    "vérifier le code ; ses séries seront « nd »",
                    ligne=row,
                    colonne="code_qpv",
                    lu=code,
                    gravite="avertissement",
                )
        elif QN.fullmatch(code):
            earlier = correspondance.get(code, ())
            pairs += [(str(cite), former) for former in earlier]
            notes.add(
                "forme",
                "un quartier de la géographie de 2015 (QP…), celle du programme ; celui-ci est de 2024 (QN…)"
                + (
                    f" : la table officielle lui donne {listing(earlier)}, qui prennent sa place"
                    if earlier
                    else " : aucune série ne lui est rattachée"
                ),
                "rien si ces quartiers sont les bons : leurs limites ne sont pas les mêmes"
                if earlier
                else "donner ses codes de 2015 : la table officielle les donne (ANCT, data.gouv.fr, "
                + (
                    "mais aucun pour celui-ci)"
                    if correspondance
                    else f"{quoted('liste-correspondance-qp2024-qp2015.csv')}, à placer avec les fichiers de l’Insee)"
                ),
                ligne=row,
                colonne="code_qpv",
                lu=code,
                gravite="avertissement",
            )
    return pairs, notes.found


def _through_communes(qpv: pd.DataFrame, communes: pd.DataFrame | None, names: InseeNames) -> list[tuple[str, str]]:
    """The pairs found by département and name of commune, arrondissements counted with their commune.

    Names alone would not do: Saint-Denis is in Seine-Saint-Denis and in La Réunion.
    """
    if communes is None or communes.empty:
        return []
    places: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for code, departement, listed in zip(qpv["code_qpv"], qpv["departement"], qpv["communes"], strict=True):
        for said in str(listed).split(","):
            name, number = _commune(said)
            places.setdefault((departement, name), []).append((code, number))
    found = set()
    for cite, code, said in zip(communes["id_cde"], communes["code_commune"], communes["commune"], strict=True):
        name, number = _commune(said)
        among = names.arrondissements.get((cite, code), (number,) if number else ())
        for neighbourhood, part in places.get((departement_of_commune(code), name), ()):
            if not among or part in among:
                found.add((str(cite), neighbourhood))
    return sorted(found)


def departement_of_commune(code: str) -> str:
    """01004 → 01, 2A004 → 2A, 97209 → 972."""
    return code[:3] if code.startswith("97") else code[:2]


def _commune(said: str) -> tuple[str, int]:
    """The name to compare, and the number of the arrondissement (0 without)."""
    name = plain(said)
    if found := _ARRONDISSEMENT.fullmatch(name):
        return found[1], int(found[2])
    # Both spellings are met.
    return re.sub(r"^(.*\b)?st(e?)\b", r"\1saint\2", name), 0
