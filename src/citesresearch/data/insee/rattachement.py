"""Which neighbourhoods a Cité has: the user's list, else an approximation through its communes.

The true list (445 in all) is not public. The approximation takes every neighbourhood that lies in a commune of the
Cité: it may take in too many (a commune is larger than the Cité) or too few, and is printed as such.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from ...codebook.insee import InseeNames
from ...french import plain, plural
from ..problems import Collector, Problem
from .cells import QN, QPV

__all__ = ["APPROXIMATION", "GIVEN", "attach"]

APPROXIMATION, GIVEN = "communes", "fournie"
_ARRONDISSEMENT = re.compile(r"(.+?) ([0-9]{1,2})(?:er|e|eme)? arrondissement")


def attach(
    qpv: pd.DataFrame, tables: Mapping[str, pd.DataFrame], names: InseeNames
) -> tuple[pd.DataFrame, list[Problem]]:
    """The neighbourhoods of each Cité (`id_cde, code_qpv, methode`), sorted, and what to tell the user of its own list.

    `qpv` has `code_qpv, departement, communes`. A Cité named in `cite_qpv` has exactly the neighbourhoods of 2015
    listed there; the others have those of their communes. A Cité without any has no row.
    """
    given, problems = _given(qpv, tables.get("cite_qpv"))
    through = _through_communes(qpv, tables.get("cite_communes"), names)
    named = set() if tables.get("cite_qpv") is None else set(tables["cite_qpv"]["id_cde"])
    rows = [*((cite, code, GIVEN) for cite, code in given)]
    rows += [(cite, code, APPROXIMATION) for cite, code in through if cite not in named]
    frame = pd.DataFrame(sorted(rows), columns=["id_cde", "code_qpv", "methode"]).astype("str")
    return frame, problems


def _given(qpv: pd.DataFrame, listed: pd.DataFrame | None) -> tuple[list[tuple[str, str]], list[Problem]]:
    """The pairs of the user's list, with warnings on codes of 2024 and on codes that no file of Insee has."""
    if listed is None or listed.empty:
        return [], []
    notes = Collector("cite_qpv.csv")
    known = set(qpv["code_qpv"])
    pairs = []
    rows = [int(row) for row in listed.index]
    codes = [str(code) for code in listed["code_qpv"]]
    later = [i for i, code in enumerate(codes) if QN.fullmatch(code)]
    if later:
        notes.add(
            "forme",
            "des quartiers de la géographie de 2015 (QP…), celle du programme",
            f"rien, ou donner leurs codes de 2015 : {plural(len(later), 'quartier')} de 2024 (QN…) sans aucune série rattachée",
            ligne=rows[later[0]],
            colonne="code_qpv",
            lu=codes[later[0]],
            gravite="avertissement",
        )
    for row, cite, code in zip(rows, listed["id_cde"], codes, strict=True):
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
