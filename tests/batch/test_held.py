"""A batch holds a publication in two parts: together they say exactly what the whole said."""

from __future__ import annotations

import pytest
from pandas.testing import assert_frame_equal

from citesresearch.batch.held import HeldPublication, hold
from citesresearch.batch.inventory import SHOWN_BY_ALL
from citesresearch.disclosure import Publication
from citesresearch.errors import CitesError
from citesresearch.preparation import load_publication

pytestmark = pytest.mark.xdist_group("demonstration")


@pytest.fixture(scope="module", params=["demonstration", "publique"])
def both(request: pytest.FixtureRequest, demonstration: Publication) -> tuple[Publication, HeldPublication]:
    whole = demonstration if request.param == "demonstration" else load_publication("publique")
    return whole, hold(whole)


def test_every_table_is_as_it_was(both: tuple[Publication, HeldPublication]) -> None:
    whole, held = both
    assert sorted(held.tables) == sorted(whole.tables)
    for name, table in whole.tables.items():
        assert_frame_equal(held.table(name), table, obj=name)
    assert_frame_equal(held.estimates, whole.estimates.reset_index(drop=True))


def test_a_cite_has_the_same_rows(both: tuple[Publication, HeldPublication]) -> None:
    whole, held = both
    with_cite = [name for name, table in whole.tables.items() if "id_cde" in table]
    assert len(with_cite) > 10
    for ident in whole.cites["id_cde"].iloc[::9]:
        plain, mine = whole.cite(ident), held.cite(ident)
        assert (mine.id, mine.nom) == (plain.id, plain.nom)
        for name in with_cite:
            assert_frame_equal(mine.rows(name), plain.rows(name), obj=f"{ident} {name}")
        assert_frame_equal(mine.estimates(), plain.estimates())
        for indicateur in sorted(set(plain.estimates()["indicateur"]))[::7]:
            assert_frame_equal(mine.estimates(indicateur), plain.estimates(indicateur))


def test_what_a_page_shares_holds_no_cite_s_own_estimates(both: tuple[Publication, HeldPublication]) -> None:
    whole, held = both
    shared = held.cite(whole.cites["id_cde"].iloc[0]).publication.estimates
    own = shared[shared["perimetre_type"] == "cite"]
    assert set(own["indicateur"]) <= set(SHOWN_BY_ALL)
    assert 0 < len(shared) < len(whole.estimates)


def test_a_name_is_found_or_refused_as_before(both: tuple[Publication, HeldPublication]) -> None:
    whole, held = both
    ident = whole.cites["id_cde"].iloc[3]
    assert held.cite(f" {ident} ").id == ident
    with pytest.raises(CitesError) as said:
        whole.cite("inconnue")
    with pytest.raises(CitesError) as again:
        held.cite("inconnue")
    assert str(again.value) == str(said.value)
