"""The real files, where they are: every edition read, and three Cités worked out by hand from the raw files.

The files are those of `insee_qpv` in the folder of source documents (beside the repository, or at CITESRESEARCH_SHARED);
without them these tests skip and say so. The commands in the notes are run in that folder. `v COLUMN CODES FILE` stands for

    awk -F';' -v C=COLUMN 'NR==1 {for (i=1; i<=NF; i++) {sub(/ +$/, "", $i); k[$i]=i}}
        $1 ~ /CODES/ {print $1, $k[C], $k["NOTE_PE"]}' FILE.csv
"""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from citesresearch.data.campagne import find_campagne
from citesresearch.data.dataset import Dataset, read_dataset
from citesresearch.indicators.estimates import build_estimates
from citesresearch.indicators.territoire import INDICATORS

NORTH = [f"QP0130{n:02d}" for n in (3, 5, 32, *range(42, 61))]


@pytest.fixture(scope="module")
def dataset(repository: Path, shared: Path) -> Dataset:
    folder = shared / "insee_qpv" if (shared / "insee_qpv").is_dir() else shared / "data" / "insee_qpv"
    if not folder.is_dir():
        pytest.skip(f"Insee's files are not there: {folder}")
    campagne = find_campagne(repository / "data" / "raw" / "publique")
    return read_dataset(dataclasses.replace(campagne, insee=folder))


@pytest.fixture(scope="module")
def estimates(dataset: Dataset) -> pd.DataFrame:
    return build_estimates(dataset, INDICATORS)


def seekers(
    estimates: pd.DataFrame, cite: str, edition: str, modalite: str = "abc", sexe: str = ""
) -> dict[Hashable, Any]:
    rows = estimates[estimates["indicateur"].eq("demandeurs_emploi") & estimates["perimetre_type"].eq("cite")]
    rows = rows[rows["perimetre_id"].eq(cite) & rows["edition"].eq(edition) & rows["modalite"].eq(modalite)]
    (found,) = rows[rows["croisement_modalite"].eq(sexe)].to_dict("records")
    return found


def check(row: dict[Hashable, Any], **expected: object) -> None:
    assert {name: row[name] for name in expected} == expected


def codes(dataset: Dataset, cite: str) -> list[str]:
    rows = dataset["rattachement_qpv"]
    return rows.loc[rows["id_cde"] == cite, "code_qpv"].tolist()


def test_every_edition_is_read_without_a_word(dataset: Dataset) -> None:
    assert [p.phrase() for p in dataset.problems if p.gravite != "information"] == []
    (last,) = (p.phrase() for p in dataset.problems if p.fichier == "IPRO_2022.csv")
    assert "31 décembre 2021" in last.replace("\u00a0", " ")
    assert "1\u202f345\u00a0quartiers" in last
    editions = set(dataset["insee_qpv"]["edition"])
    assert editions >= {f"IPRO {year}" for year in range(2017, 2022)} | {"DEMO 2021", "REVN 2021"}
    assert dataset["rattachement_qpv"]["id_cde"].nunique() == 84


def test_sums_agree_with_the_published_row_of_all_neighbourhoods(dataset: Dataset) -> None:
    """The row « Ensemble » counts those that are not shown: a little more than the sum, and never less."""
    rows, total = dataset["insee_qpv"], dataset["insee_ensemble"]
    for name in ("defm_abcde", "defm_abc", "defm_a"):
        for edition in ("IPRO 2017", "IPRO 2018", "IPRO 2019"):
            summed = rows.loc[(rows["indicateur"] == name) & (rows["edition"] == edition), "valeur"].sum()
            published = total.loc[(total["indicateur"] == name) & (total["edition"] == edition), "valeur"].iloc[0]
            assert 0.99 * published < summed <= published, (name, edition)


def test_belfort_where_nothing_is_blank(dataset: Dataset, estimates: pd.DataFrame) -> None:
    # awk -F';' 'substr($1,3,3)=="090" && $6 ~ /Belfort|Bavilliers/ {print $1, $6}' DEMO_2021.csv: four codes.
    assert codes(dataset, "cde-003") == ["QP090001", "QP090002", "QP090003", "QP090004"]
    # v ABC '^QP09000[1-4]' IPRO_2017: 163 + 306 + 294 + 1 319 = 2 082; IPRO_2018: 176 + 325 + 298 + 1 301 = 2 100.
    check(seekers(estimates, "cde-003", "IPRO 2017"), valeur=2082.0, valeur_haute=2082.0, n=4.0, base=4.0)
    check(seekers(estimates, "cde-003", "IPRO 2018"), valeur=2100.0, date_reference="2017-12-31")
    # v ABC_F … IPRO_2017: 82 + 128 + 128 + 546 = 884.
    check(seekers(estimates, "cde-003", "IPRO 2017", sexe="femmes"), valeur=884.0)
    # IPRO_2020: 2 219, IPRO_2021: 2 337 (+5,3 %); A in IPRO_2021: 1 578.
    check(seekers(estimates, "cde-003", "IPRO 2021"), valeur=2337.0, date_reference="2020-12-31")
    check(seekers(estimates, "cde-003", "IPRO 2021", "a"), valeur=1578.0)
    change = estimates[
        estimates["indicateur"].eq("demandeurs_emploi_evolution")
        & estimates["perimetre_id"].eq("cde-003")
        & estimates["perimetre_type"].eq("cite")
        & estimates["edition"].eq("IPRO 2020 à IPRO 2021")
        & estimates["modalite"].eq("abc")
        & estimates["croisement"].eq("")
    ]
    assert change["valeur"].tolist() == [pytest.approx(100 * (2337 / 2219 - 1))]
    # v TP60 … REVN_2021 and v TX_TOT_EMPL … IPRO_2021, one by one.
    rates = estimates[estimates["indicateur"].eq("taux_qpv")].set_index(["modalite", "edition", "perimetre_id"])[
        "valeur"
    ]
    assert [rates["taux_pauvrete", "REVN 2021", c] for c in codes(dataset, "cde-003")] == [37.1, 54.6, 38.0, 42.5]
    assert [rates["taux_emploi", "IPRO 2021", c] for c in codes(dataset, "cde-003")] == [40.1, 34.2, 48.7, 41.7]


def test_marseille_nord_where_one_neighbourhood_is_withheld(dataset: Dataset, estimates: pd.DataFrame) -> None:
    # awk -F';' '$6 ~ /Marseille 1[3-6]e/ {print $1}' DEMO_2021.csv: 22 codes, those of the 13th to 16th alone.
    assert codes(dataset, "cde-009") == NORTH
    # v ABC (these) IPRO_2020: 21 values, 33 186; QP013056 is blank with NOTE_PE=0 and ABCDE=114.
    # Its bound is 114, not 4: 33 186 + 114 = 33 300.
    check(
        seekers(estimates, "cde-009", "IPRO 2020"),
        valeur=33186.0,
        valeur_haute=33300.0,
        n=21.0,
        base=22.0,
        hors_echelle=1.0,
        manquants=0.0,
    )
    # v ABC_F: 14 226 over 20; QP013054 blank (ABC=223) and QP013056 blank (ABCDE=114): 14 226 + 223 + 114 = 14 563.
    check(
        seekers(estimates, "cde-009", "IPRO 2020", sexe="femmes"),
        valeur=14226.0,
        valeur_haute=14563.0,
        n=20.0,
        hors_echelle=2.0,
    )
    # v ABC … IPRO_2021: 22 values, 33 789.
    check(seekers(estimates, "cde-009", "IPRO 2021"), valeur=33789.0, valeur_haute=33789.0, n=22.0)


def test_saint_brieuc_where_sexes_are_withheld_together(dataset: Dataset, estimates: pd.DataFrame) -> None:
    assert codes(dataset, "cde-065") == ["QP022003", "QP022004", "QP022005", "QP022006"]
    # v ABC '^QP02200[3-6]' IPRO_2021: 134 + 362 + 729 + 192 = 1 417.
    # v ABC_F: blank + 208 + 352 + 96 = 656; v ABC_H: blank + 154 + 377 + 96 = 627; the 134 of the first are one or the other.
    women, men = (seekers(estimates, "cde-065", "IPRO 2021", sexe=sex) for sex in ("femmes", "hommes"))
    check(seekers(estimates, "cde-065", "IPRO 2021"), valeur=1417.0, valeur_haute=1417.0)
    check(women, valeur=656.0, valeur_haute=790.0, n=3.0, hors_echelle=1.0, manquants=0.0)
    check(men, valeur=627.0, valeur_haute=761.0)


def test_saint_claude_where_a_neighbourhood_is_missing(dataset: Dataset, estimates: pd.DataFrame) -> None:
    # v ABC '^QP03900[34]' IPRO_2021: QP039003 141, QP039004 blank with NOTE_PE=3, its whole block blank.
    assert codes(dataset, "cde-046") == ["QP039003", "QP039004"]
    row = seekers(estimates, "cde-046", "IPRO 2021")
    check(row, valeur=141.0, n=1.0, base=2.0, manquants=1.0, hors_echelle=0.0, valeur_haute=141.0)


@pytest.mark.parametrize("cite", ["cde-035", "cde-079"])
def test_the_west_indies_have_no_job_seekers_in_these_files(
    dataset: Dataset, estimates: pd.DataFrame, cite: str
) -> None:
    assert codes(dataset, cite)  # their neighbourhoods are known through DEMO
    for year in range(2017, 2022):
        row = seekers(estimates, cite, f"IPRO {year}")
        assert (row["statut"], row["n"]) == ("nd", 0.0)
        assert row["manquants"] == row["base"] > 0


def test_a_small_count_is_not_what_most_blanks_hide(dataset: Dataset) -> None:
    """Why a withheld count is bounded by its total: where both sexes are blank, they hold the whole total together."""
    rows = dataset["insee_qpv"]
    wide = rows[rows["edition"] == "IPRO 2021"].pivot(
        index="code_qpv", columns="indicateur", values=["valeur", "statut"]
    )
    both = (wide["statut", "defm_abc_femmes"] == "s") & (wide["statut", "defm_abc_hommes"] == "s")
    totals = wide.loc[both, ("valeur", "defm_abc")].dropna().astype(float)
    assert len(totals) == 125
    assert totals.min() == 91.0
    assert totals.max() == 379.0
