"""The names of Insee's columns by priority neighbourhood: one grammar for every edition (`insee.json`).

A column is a measure, and perhaps one or two cuts of it (`ABC` + `_CAPBEP` + `_F`). Cuts are partitions or parts of
one: the parts never exceed their total. That is what bounds a withheld count.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["Comparability", "DateRule", "InseeColumn", "InseeFamily", "InseeNames", "load_insee_names"]

# The smallest count that Insee publishes by QPV; a withheld one that nothing else bounds is below it.
SMALLEST_COUNT = 5


@dataclass(frozen=True)
class InseeColumn:
    """A column of a family of files. `coupes` pairs each cut with its modality: (("qualification", "bac"), ("sexe", "femmes")).

    `note` is the column that says whether the row has this block; `date` the rule of its reference date, empty where
    no rule is established; `totaux` the columns of which this one is a part, each with the other parts of that total.
    `ecart_admis`: how many times larger or smaller than in a neighbouring edition its values may ordinarily be.
    """

    famille: str
    colonne: str
    indicateur: str
    base: str
    libelle: str
    unite: str
    additif: bool
    sens: str
    source: str
    note: str
    date: str
    bornes: tuple[float | None, float | None]
    coupes: tuple[tuple[str, str], ...] = ()
    totaux: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sans_objet_si_nul: str = ""
    ecart_admis: float = 2.0

    @property
    def whole(self) -> bool:
        """Whether its values are whole numbers (persons, inhabitants, euros)."""
        return self.unite in ("personnes", "habitants", "euros")


@dataclass(frozen=True)
class InseeFamily:
    """A family of files (IPRO, DEMO, REVN), with the row that describes it among the sources.

    `noms_de_source` are other names that its files bear, each with the years to add for the edition that holds the
    same figures: DEFM2021 is dated by its own year, IPRO_2022 by the one before.
    """

    code: str
    titre: str
    source: Mapping[str, str] = field(hash=False)
    colonnes: Mapping[str, InseeColumn] = field(hash=False)
    noms_de_source: Mapping[str, int] = field(default_factory=dict, hash=False)

    @property
    def id_source(self) -> str:
        return self.source["id_source"]


@dataclass(frozen=True)
class DateRule:
    """What a rule of dates is about, and how many years before the edition it stands (None: by edition only)."""

    libelle: str
    ans_avant: int | None = None
    jour: str = ""


@dataclass(frozen=True)
class Comparability:
    """Why two editions must not be compared (`rupture`) or with care (`reserve`), for indicators of that prefix."""

    indicateurs: str
    editions: tuple[str, str]
    niveau: str
    raison: str


@dataclass(frozen=True)
class InseeNames:
    """Everything known of the files: names, cuts, dates, warnings, départements of regions."""

    familles: Mapping[str, InseeFamily]
    totaux: frozenset[str]
    coupes: Mapping[str, Mapping[str, str]] = field(hash=False)
    titres_coupes: Mapping[str, str] = field(hash=False)
    regles: Mapping[str, DateRule] = field(hash=False)
    dates: Mapping[tuple[str, str], str] = field(hash=False)
    comparabilite: tuple[Comparability, ...] = ()
    arrondissements: Mapping[tuple[str, str], tuple[int, ...]] = field(default_factory=dict, hash=False)
    regions: Mapping[str, str] = field(default_factory=dict, hash=False)

    def libelle(self, indicateur: str) -> str:
        """The French words of an indicator of any family; raises KeyError where there is none."""
        for family in self.familles.values():
            for column in family.colonnes.values():
                if column.indicateur == indicateur:
                    return column.libelle
        raise KeyError(f"{indicateur!r} is no indicator of insee.json")

    def date(self, rule: str, famille: str, annee: int) -> str:
        """The reference date of a column in an edition; empty where it is not established.

        A rule counts years back from the edition, or holds for the editions listed only, each with its reason.
        """
        known = self.regles.get(rule)
        if known is not None and known.ans_avant is not None:
            return f"{annee - known.ans_avant}{known.jour}"
        return self.dates.get((rule, f"{famille} {annee}"), "")

    def warnings(self, indicateur: str, earlier: str, later: str) -> list[Comparability]:
        """What is known against comparing these editions, those between them included."""
        return [
            known
            for known in self.comparabilite
            if indicateur.startswith(known.indicateurs) and earlier <= known.editions[0] and known.editions[1] <= later
        ]


def _expand(block: Mapping[str, Any], cuts: Mapping[str, Any]) -> Iterator[InseeColumn]:
    """The columns of a block, cuts included."""
    for raw in block["colonnes"]:
        said = {**block, **raw}
        low, high = said.get("bornes", (0, None) if said["unite"] != "pourcentage" else (None, None))
        common = {
            "famille": said["famille"],
            "base": said["indicateur"],
            "unite": said["unite"],
            "additif": bool(said.get("additif")),
            "sens": said.get("sens", ""),
            "source": said["source"],
            "note": said["note"],
            "date": said["date"],
            "bornes": (low, high),
            "ecart_admis": float(said.get("ecart_admis", 2.0)),
        }
        whole = ((said["dans"], ()),) if "dans" in said else ()
        yield InseeColumn(
            colonne=said["colonne"],
            indicateur=said["indicateur"],
            libelle=said["libelle"],
            totaux=whole,
            sans_objet_si_nul=said.get("sans_objet_si_nul", ""),
            **common,
        )
        for names in said.get("coupes", ()):
            for modalities in _combinations([cuts[name]["modalites"] for name in names]):
                suffixes = [m["suffixe"] for m in modalities]
                totals = []
                for i, name in enumerate(names):
                    # The same column without this cut, and its sisters along this cut.
                    around = [*suffixes[:i], "", *suffixes[i + 1 :]]
                    sisters = [
                        said["colonne"] + "".join([*suffixes[:i], m["suffixe"], *suffixes[i + 1 :]])
                        for m in cuts[name]["modalites"]
                        if m["suffixe"] != suffixes[i]
                    ]
                    totals.append((said["colonne"] + "".join(around), tuple(sisters)))
                yield InseeColumn(
                    colonne=said["colonne"] + "".join(suffixes),
                    indicateur="_".join([said["indicateur"], *(m["code"] for m in modalities)]),
                    libelle=f"{said['libelle']} : {', '.join(m['libelle'].lower() for m in modalities)}",
                    coupes=tuple((name, m["code"]) for name, m in zip(names, modalities, strict=True)),
                    totaux=tuple(totals),
                    **common,
                )


def _combinations(lists: list[list[dict[str, str]]]) -> Iterator[list[dict[str, str]]]:
    if not lists:
        yield []
        return
    for first in lists[0]:
        for rest in _combinations(lists[1:]):
            yield [first, *rest]


@cache
def load_insee_names() -> InseeNames:
    """The grammar of the files, read once.

    Raises ValueError when two columns of a family bear the same name.
    """
    raw = json.loads((files(__package__) / "insee.json").read_text(encoding="utf-8"))
    columns: dict[str, dict[str, InseeColumn]] = {f["code"]: {} for f in raw["familles"]}
    for block in raw["blocs"]:
        for column in _expand(block, raw["coupes"]):
            if column.colonne in columns[column.famille]:
                raise ValueError(f"insee.json: {column.famille}.{column.colonne} stands twice")
            columns[column.famille][column.colonne] = column
    return InseeNames(
        {
            f["code"]: InseeFamily(
                f["code"],
                f["titre"],
                {**raw["source_commune"], **f["source"]},
                columns[f["code"]],
                f.get("noms_de_source", {}),
            )
            for f in raw["familles"]
        },
        frozenset(raw["totaux"]),
        {name: {m["code"]: m["libelle"] for m in cut["modalites"]} for name, cut in raw["coupes"].items()},
        {name: cut["libelle"] for name, cut in raw["coupes"].items()},
        {r["regle"]: DateRule(r["libelle"], r.get("ans_avant"), r.get("jour", "")) for r in raw["regles_dates"]},
        {(d["regle"], d["edition"]): d["date"] for d in raw["dates_etablies"]},
        tuple(
            Comparability(c["indicateurs"], (c["editions"][0], c["editions"][1]), c["niveau"], c["raison"])
            for c in raw["comparabilite"]
        ),
        {(a["id_cde"], a["code_commune"]): tuple(a["numeros"]) for a in raw["arrondissements"]},
        {departement: region for region, places in raw["regions"].items() for departement in places},
    )
