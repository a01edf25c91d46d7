"""One table of estimates, cut in every way that pages cut it: the same rows as pandas finds in the whole, mapped or not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citesresearch.indicators.estimates import COLUMNS, KEY, NUMBERS
from citesresearch.publication import Publication
from citesresearch.publication.estimates import PublishedEstimates

_WORD = st.sampled_from(["", "a", "é", "cite", "qpv", "ZZ"])
_ROWS = st.lists(st.tuples(_WORD, _WORD, _WORD, st.floats(allow_nan=True, width=32)), max_size=30)


def table_of(rows: list[tuple[str, str, str, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["indicateur", "perimetre_type", "perimetre_id", "valeur"])
    return table.astype({"indicateur": "str", "perimetre_type": "str", "perimetre_id": "str", "valeur": "float64"})


def as_objects(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype(object).reset_index(drop=True)


@given(_ROWS, st.dictionaries(st.sampled_from(["indicateur", "perimetre_type", "perimetre_id"]), _WORD))
def test_a_cut_is_what_pandas_finds(rows: list[tuple[str, str, str, float]], key: dict[str, str]) -> None:
    table = table_of(rows)
    wanted = table
    for column, value in key.items():
        wanted = wanted[wanted[column] == value]
    pd.testing.assert_frame_equal(
        as_objects(PublishedEstimates.of(table).rows(**key)), as_objects(wanted), check_column_type=False
    )


def test_every_cut_of_the_demonstration_is_in_the_file(demonstration: Publication, tmp_path: Path) -> None:
    """Every perimeter and every indicator: none is parted from the others."""
    whole = demonstration.estimates
    demonstration.published.save(tmp_path / "e.arrow")
    mapped = PublishedEstimates.open(tmp_path / "e.arrow")
    (tmp_path / "e.arrow").unlink()  # what is mapped stays
    assert list(whole.columns) == list(COLUMNS)
    pd.testing.assert_frame_equal(mapped.frame, whole)
    assert mapped.indicators == set(whole["indicateur"])
    for (kind, ident), rows in list(whole.groupby(["perimetre_type", "perimetre_id"], sort=False))[::5]:
        found = mapped.rows(perimetre_type=str(kind), perimetre_id=str(ident))
        pd.testing.assert_frame_equal(found.reset_index(drop=True), rows.reset_index(drop=True))
    for name, rows in list(whole.groupby("indicateur", sort=False))[::9]:
        assert len(mapped.rows(indicateur=str(name))) == len(rows)
        own = mapped.rows(indicateur=str(name), perimetre_type="cite")
        assert len(own) == (rows["perimetre_type"] == "cite").sum()


def test_the_types_are_those_of_estimates(demonstration: Publication) -> None:
    table = demonstration.published.rows(indicateur="repondants")
    assert all(table[name].dtype == "float64" for name in NUMBERS)
    assert all(pd.api.types.is_string_dtype(table[name].dtype) for name in KEY)


def test_what_is_not_there_is_empty_and_what_cannot_be_asked_is_refused(demonstration: Publication) -> None:
    assert demonstration.estimate("repondants", perimetre_type="planete").empty
    with pytest.raises(KeyError, match="no indicator 'repondant'"):
        demonstration.estimate("repondant")
    with pytest.raises(KeyError, match="couleur"):
        demonstration.estimate("repondants", couleur="bleu")
    with pytest.raises(KeyError, match="valeur"):
        demonstration.estimate("repondants", valeur="1")


def test_a_cut_given_twice_is_not_changed_by_who_had_it_first(demonstration: Publication) -> None:
    first = demonstration.estimate("repondants")
    first["valeur"] = -1.0
    assert not (demonstration.estimate("repondants")["valeur"] == -1.0).any()
