"""Every question of the demonstration counted a second time, by hand-written loops over the raw files.

The engine that makes the indicators is worked by hand, shape by shape, in `test_questions.py`; here each indicator that
it makes is held to a naive count that shares no code with it.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from citesresearch.codebook import load_codebook
from citesresearch.indicators import INDICATORS


@pytest.fixture(scope="module")
def folder(demonstration_files: Path) -> Path:
    return demonstration_files


@pytest.fixture(scope="module")
def national(demonstration_estimates: pd.DataFrame) -> dict[str, pd.DataFrame]:
    table = demonstration_estimates
    table = table[(table["perimetre_type"] == "national") & (table["croisement"] == "")]
    return {str(name): rows.set_index("modalite") for name, rows in table.groupby("indicateur")}


def rows_of(folder: Path, table: str) -> list[dict[str, str]]:
    """A raw file, decoded and split without the package."""
    raw = (folder / f"{table}.csv").read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252")
    delimiter = ";" if text.split("\n", 1)[0].count(";") else ","
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def asked(measure: str) -> tuple[str, str]:
    table, _, field = INDICATORS[measure].champs[0].partition(".")
    return table, field


SINGLE = [
    name
    for name, measure in INDICATORS.items()
    if measure.planche and measure.forme in ("echelle", "choix") and measure.champs and asked(name)[0] == "retours"
]
YES_NO = [
    name
    for name, measure in INDICATORS.items()
    if measure.planche and measure.forme == "oui_non" and measure.champs and asked(name)[0] == "retours"
]
NUMBERS = [
    name
    for name, measure in INDICATORS.items()
    if measure.planche and measure.forme == "nombre" and measure.champs and asked(name)[0] == "retours"
]


@pytest.mark.parametrize("name", SINGLE)
def test_answers_of_a_single_question(name: str, folder: Path, national: dict[str, pd.DataFrame]) -> None:
    table, field = asked(name)
    vocabulary = load_codebook()[table][field].vocabulary
    assert vocabulary
    told = Counter(row[field] for row in rows_of(folder, table) if row[field])
    inside = [m.code for m in vocabulary.modalites]
    base = sum(told[code] for code in inside)
    assert base
    found = national[name]
    for code in inside:
        assert found.loc[code, "n"] == told[code], code
        assert found.loc[code, "valeur"] == pytest.approx(100 * told[code] / base), code
        assert found.loc[code, "base"] == base
    for modality in vocabulary.hors_echelle:
        assert found.loc[modality.code, "n"] == told[modality.code]
    favourable = [m.code for m in vocabulary.modalites if m.favorable]
    if "favorable" in found.index:
        share = 100 * sum(told[code] for code in favourable) / base
        assert found.loc["favorable", "valeur"] == pytest.approx(share)
        against = 100 * sum(told[m.code] for m in vocabulary.modalites if m.favorable is False) / base
        assert found.loc["solde", "valeur"] == pytest.approx(share - against)


@pytest.mark.parametrize("name", YES_NO)
def test_answers_of_yes_or_no(name: str, folder: Path, national: dict[str, pd.DataFrame]) -> None:
    table, field = asked(name)
    told = Counter(row[field].strip().lower() for row in rows_of(folder, table) if row[field].strip())
    yes, no = told["oui"] + told["1"] + told["vrai"], told["non"] + told["0"] + told["faux"]
    assert yes + no == sum(told.values())
    found = national[name]
    assert (found.loc["oui", "n"], found.loc["non", "n"], found.loc["oui", "base"]) == (yes, no, yes + no)
    assert found.loc["oui", "valeur"] == pytest.approx(100 * yes / (yes + no))


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers(name: str, folder: Path, national: dict[str, pd.DataFrame]) -> None:
    table, field = asked(name)
    told = [row[field] for row in rows_of(folder, table) if row[field].strip()]
    values = sorted(float(text.replace("\u202f", "").replace("\u00a0", "").replace(",", ".")) for text in told)
    found = national[name]["valeur"]
    middle = len(values) // 2
    median = values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
    assert found["total"] == pytest.approx(sum(values))
    assert found["moyenne"] == pytest.approx(sum(values) / len(values))
    assert found["mediane"] == pytest.approx(median)
    assert (found["minimum"], found["maximum"]) == (values[0], values[-1])


CHOICES = [
    name
    for name, measure in INDICATORS.items()
    if measure.planche
    and measure.forme == "choix"
    and len(measure.champs) == 1
    and load_codebook()[asked(name)[0]].descriptor.get("parent") == "retours"
    and load_codebook()[asked(name)[0]][asked(name)[1]].extra.get("choix_multiple")
]


@pytest.mark.parametrize("name", CHOICES)
def test_choices_of_cites(name: str, folder: Path, national: dict[str, pd.DataFrame]) -> None:
    """How many Cités chose each modality: one Cité counts once, « aucun » counts for the base only."""
    table, field = asked(name)
    chosen: dict[str, set[str]] = {}
    for row in rows_of(folder, table):
        if row[field]:
            chosen.setdefault(row[field], set()).add(row["id_cde"])
    base = len(set().union(*chosen.values()))
    vocabulary = load_codebook()[table][field].vocabulary
    assert vocabulary
    for modality in vocabulary.modalites:
        assert national[name]["n"][modality.code] == len(chosen.get(modality.code, set())), modality.code
        assert national[name]["base"][modality.code] >= base


def test_there_is_something_to_count() -> None:
    assert len(SINGLE) > 40
    assert len(YES_NO) >= 6
    assert len(NUMBERS) >= 4
    assert len(CHOICES) >= 5
