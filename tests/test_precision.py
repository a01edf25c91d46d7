"""No printed or decided value hangs on the last bit of a float."""

from __future__ import annotations

import io
import math
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citesresearch.french import number, percent, rounded
from citesresearch.governance.indice import weigh
from citesresearch.stats.precision import settle, settle_all

NUMBERS = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)

# The two halves of one decimal number, as sums in another order leave it.
HALVES = [
    (49.85, 1, "49,9"),
    (0.15, 1, "0,2"),
    (2.5, 0, "3"),
    (-2.5, 0, "\u22123"),
    (1.005, 2, "1,01"),
    (33.349999999999994, 1, "33,4"),
]


@pytest.mark.parametrize(("value", "digits", "words"), HALVES)
def test_a_half_goes_away_from_zero_whichever_way_its_last_bit_falls(value: float, digits: int, words: str) -> None:
    for near in (value, math.nextafter(value, math.inf), math.nextafter(value, -math.inf)):
        assert number(near, digits) == words
        assert rounded(near, digits) == Decimal(words.replace(",", ".").replace("\u2212", "-"))


def test_a_share_that_a_sum_left_below_its_half_is_printed_as_by_hand() -> None:
    assert percent(100 * (0.1 + 0.2 + 0.1985), 1) == percent(49.85, 1) == "49,9\u00a0%"


@given(NUMBERS, st.integers(0, 3))
def test_the_last_bit_never_changes_what_is_printed(value: float, digits: int) -> None:
    assert number(settle(value), digits) == number(math.nextafter(settle(value), math.inf), digits)


@given(NUMBERS)
def test_a_settled_number_stays_and_is_near(value: float) -> None:
    assert settle(settle(value)) == settle(value)
    assert settle(value) == pytest.approx(value, rel=1e-9)


def test_an_array_is_settled_as_its_numbers_are() -> None:
    values = [0.1 + 0.2, 1 / 3, 7.0, -12345.678901234567, math.nan, math.inf, 1e-30, 123456789012.0]
    expected = [settle(value) for value in values]
    np.testing.assert_array_equal(settle_all(values), expected)
    assert expected[0] == 0.3


def test_all_the_weight_is_one() -> None:
    """.25 + .20 + .20 + .15 + .20 is 1 or 0.9999999999999998, as the terms are added: here always in their order."""
    known = np.ones((40, 5))
    covered = weigh(known * 0.3, known * 0.3, [0.25, 0.20, 0.20, 0.15, 0.20]).poids_couvert
    assert set(covered.tolist()) == {1.0}
    three = np.full((1, 3), 0.1)
    assert weigh(three, three, [0.1, 0.2, 0.3]).poids_couvert.tolist() == [1.0]


# Each is what another processor, or another setting of the same, does to sums.
SETTINGS = {
    "sans AVX-512": {"NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR"},
    "sans AVX2 ni FMA": {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"},
    "deux fils": {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"},
    "C sans AVX": {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F,-AVX"},
}
SCRIPT = """
import hashlib, sys
from pathlib import Path
from citesresearch.preparation import prepare
from citesresearch.data.campagne import find_campagne
campagne = find_campagne(sys.argv[1])
prepare(campagne, force=True)
for path in sorted(campagne.processed.rglob("*")):
    if path.is_file():
        print(hashlib.sha256(path.read_bytes()).hexdigest(), path.relative_to(campagne.processed))
"""

# The same without what takes long: the permutations of the findings, the programmes of the gate.
FIGURES = """
import hashlib, sys
from pandas.util import hash_pandas_object
from citesresearch.crosssite.cases import cases_of
from citesresearch.crosssite.configurations.sets import case_sets
from citesresearch.data.campagne import find_campagne
from citesresearch.data.dataset import read_dataset
from citesresearch.indicators.estimates import build_estimates
from citesresearch.governance.published import publish_governance
from citesresearch.stats.precision import settle_table
from citesresearch.codebook import EXEMPT
dataset = read_dataset(find_campagne(sys.argv[1]))
cases = cases_of(dataset)
tables = [publish_governance(dataset, EXEMPT), settle_table(build_estimates(dataset)), cases.governance, cases.outcomes]
for table in tables:
    for name, column in table.items():
        print(name, int(hash_pandas_object(column).sum()))
print(case_sets(dataset, fuzzy=True).sets)
"""


def prepared(project: Path, campagne: str, settings: dict[str, str], script: str = SCRIPT) -> str:
    """What the script prints, run by a process with these settings."""
    plain = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, campagne],
        cwd=project,
        env={**plain, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, demonstration_files: Path, repository: Path) -> Path:
    root = tmp_path_factory.mktemp("processeurs")
    shutil.copytree(demonstration_files, root / "data" / "raw" / "demonstration")
    (root / "data" / "raw" / "publique").symlink_to(repository / "data" / "raw" / "publique")
    return root


def as_text(path: Path) -> pd.DataFrame:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    return pd.read_csv(io.StringIO(text), sep=None, engine="python", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def few(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the first Cités of the demonstration: governance, findings and survey, in a few seconds."""
    root = tmp_path_factory.mktemp("quelques") / "projet"
    raw = root / "data" / "raw" / "quelques"
    shutil.copytree(project / "data" / "raw" / "demonstration", raw)
    tables = {path: as_text(path) for path in sorted(raw.glob("*.csv"))}
    people: set[str] = set()
    for by in ("id_cde", "id_repondant"):
        for path, table in tables.items():
            if by in table:
                kept = (
                    table["id_cde"].isin([f"demo-{i:03}" for i in range(1, 25)])
                    if by == "id_cde"
                    else table[by].isin(people)
                )
                tables[path] = table[kept]
        people = set(tables[raw / "repondants.csv"]["id_repondant"])
    for path, table in tables.items():
        table.to_csv(path, index=False)
    return root


@pytest.mark.promesse("Autre processeur", "Les mêmes chiffres", "Sans AVX2 ni FMA, deux fils, sur un extrait")
def test_another_processor_computes_the_same_figures(few: Path) -> None:
    usual = prepared(few, "quelques", {}, FIGURES)
    assert usual.count("\n") > 100
    assert prepared(few, "quelques", SETTINGS["sans AVX2 ni FMA"] | SETTINGS["deux fils"], FIGURES) == usual


@pytest.mark.promesse(
    "Autre processeur",
    "Les mêmes tables, à l’octet près",
    "Sans AVX-512, sans AVX2 ni FMA, deux fils, bibliothèque C sans AVX",
)
@pytest.mark.torture
@pytest.mark.parametrize("campagne", ["demonstration", "publique"])
@pytest.mark.parametrize("setting", SETTINGS)
def test_every_processor_prepares_the_same_bytes(project: Path, campagne: str, setting: str) -> None:
    usual = prepared(project, campagne, {})
    assert usual.count("\n") > 30
    assert prepared(project, campagne, SETTINGS[setting]) == usual


@pytest.mark.promesse(
    "Autre processeur",
    "Les mêmes pages, à l’octet près",
    "Sans AVX-512, sans AVX2 ni FMA, deux fils, bibliothèque C sans AVX",
)
@pytest.mark.torture
@pytest.mark.parametrize("setting", SETTINGS)
def test_every_processor_makes_the_same_pages(project: Path, repository: Path, tmp_path: Path, setting: str) -> None:
    def pages(name: str, settings: dict[str, str]) -> dict[str, bytes]:
        command = [
            sys.executable,
            "-m",
            "citesresearch",
            "run",
            "--campagne",
            "demonstration",
            "--build",
            str(tmp_path / name),
        ]
        run = subprocess.run(
            command, cwd=project, env={**os.environ, **settings}, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stdout + run.stderr
        return {
            path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.html") if path.parent.name == "pages"
        }

    usual, other = pages("usual", {}), pages("other", SETTINGS[setting])
    assert len(usual) == 88
    assert [name for name in usual if other[name] != usual[name]] == []
