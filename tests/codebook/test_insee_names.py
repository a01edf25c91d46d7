"""The table of names holds together: one name a measure, cuts that bound, places that exist."""

from __future__ import annotations

import pytest

from citesresearch.codebook import load_codebook
from citesresearch.codebook.insee import load_insee_names

NAMES = load_insee_names()
COLUMNS = [column for family in NAMES.familles.values() for column in family.colonnes.values()]


def test_an_indicator_is_one_measure() -> None:
    """The same name in two families is the same measure of the same unit (allocataires)."""
    said: dict[str, set[tuple[str, str, bool]]] = {}
    for column in COLUMNS:
        said.setdefault(column.indicateur, set()).add((column.libelle, column.unite, column.additif))
    assert [name for name, ways in said.items() if len(ways) > 1] == []
    for family in NAMES.familles.values():
        names = [column.indicateur for column in family.colonnes.values()]
        assert len(names) == len(set(names))


def test_only_counts_add_up() -> None:
    assert {c.unite for c in COLUMNS if c.additif} == {"personnes", "habitants"}
    assert not [c.colonne for c in COLUMNS if c.unite in ("pourcentage", "euros", "rapport") and c.additif]
    assert {c.unite for c in COLUMNS} <= set(load_codebook().vocabulary("unite@1").codes)


def test_totals_and_sisters_are_columns_of_the_family() -> None:
    for column in COLUMNS:
        family = NAMES.familles[column.famille].colonnes
        for total, sisters in column.totaux:
            assert total in family, (column.colonne, total)
            assert set(sisters) <= set(family), (column.colonne, sisters)
            assert family[total].note == column.note


def test_cuts_of_job_seekers() -> None:
    column = NAMES.familles["IPRO"].colonnes["ABC_CAPBEP_F"]
    assert column.indicateur == "defm_abc_cap_bep_femmes"
    assert column.coupes == (("qualification", "cap_bep"), ("sexe", "femmes"))
    assert dict(column.totaux) == {
        "ABC_F": ("ABC_INFCAPBEP_F", "ABC_BAC_F", "ABC_SUPBAC_F"),
        "ABC_CAPBEP": ("ABC_CAPBEP_H",),
    }


def test_every_departement_has_its_region() -> None:
    assert len(NAMES.regions) == 101
    assert (NAMES.regions["2A"], NAMES.regions["90"], NAMES.regions["974"]) == ("94", "27", "04")


def test_words() -> None:
    assert NAMES.libelle("taux_pauvrete") == "Taux de pauvreté (seuil de 60 %)"
    with pytest.raises(KeyError, match="chomage"):
        NAMES.libelle("chomage")
