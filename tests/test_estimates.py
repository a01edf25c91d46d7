"""The table of estimates: its shape, and what an indicator may not return."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from citesresearch.indicators import INDICATORS
from citesresearch.indicators.estimates import COLUMNS, KEY, NUMBERS, STATUSES, TEXTS, build_estimates
from tests.indicators.petite_campagne import dataset, tables

MEASURE = INDICATORS["cites_labellisees"]


def returning(rows: list[dict[str, object]]) -> pd.DataFrame:
    return build_estimates(dataset(), [replace(MEASURE, compute=lambda _: pd.DataFrame(rows))])


def test_columns_types_and_order_are_stable() -> None:
    table = build_estimates(dataset())
    assert tuple(table.columns) == COLUMNS
    assert set(table["statut"]) <= set(STATUSES)
    assert not table.duplicated(list(KEY)).any()
    assert not table[list(TEXTS)].isna().any(axis=None)
    assert all(table[column].dtype == "float64" for column in NUMBERS)
    assert set(table["statut"][table["valeur"].isna() & table["valeur_basse"].isna()]) <= {"nd", "nc", "s"}
    first_seen = list(dict.fromkeys(table["indicateur"]))
    assert first_seen == [name for name in INDICATORS if name in set(first_seen)]
    pd.testing.assert_frame_equal(table, build_estimates(dataset()))


def test_the_order_of_rows_in_a_file_changes_nothing() -> None:
    frames = {name: frame.iloc[::-1].reset_index(drop=True) for name, frame in tables().items()}
    frames["cites"] = tables()["cites"]
    pd.testing.assert_frame_equal(build_estimates(dataset(frames)), build_estimates(dataset()))


def test_an_indicator_is_completed() -> None:
    table = returning([{"perimetre_type": "national", "valeur": 3}, {"perimetre_type": "region", "perimetre_id": "01"}])
    assert list(table["unite"]) == ["cites", "cites"]
    assert list(table["statut"]) == ["ok", "nd"]
    assert list(table["perimetre_id"]) == ["", "01"]
    assert tuple(returning([]).columns) == COLUMNS


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"valeur": 1, "valeurs": 2}], "valeurs"),
        ([{"valeur": 1, "statut": "bon"}], "bon"),
        ([{"valeur": 1}, {"valeur": 2}], "same key"),
    ],
)
def test_what_an_indicator_may_not_return(rows: list[dict[str, object]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        returning(rows)


def test_a_campagne_without_returns_has_no_estimate_of_them() -> None:
    table = build_estimates(dataset({"cites": tables()["cites"]}))
    assert set(table["indicateur"]) == {"cites_labellisees", "cites_par_annee", "cites_par_echelle"}
