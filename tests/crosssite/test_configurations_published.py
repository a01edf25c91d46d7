"""The published tables of the analyses, and what a page reads of them: as declared, or for other choices."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from tests.crosssite.test_configurations import RULE, measures
from tests.indicators.petite_campagne import dataset

from citesresearch.crosssite.configurations import (
    CONDITIONS,
    OUTCOMES,
    measures_from,
    measures_of,
    publish_configurations,
    read_configurations,
    tables_of,
)
from citesresearch.crosssite.configurations.published import COLUMNS, MEASURES
from citesresearch.errors import CitesError

# EC3 is deviant, P3 not covered, X not known.
CITES = {**RULE, "EC3": ("EC", 2.0), "EC4": ("EC", 3.0), "P3": ("P", 3.0), "X": ("E", math.nan)}


def published(cites) -> dict[str, pd.DataFrame]:
    """The tables of a campagne whose Cités are these: both outcomes have the same ranks."""
    made = measures(cites)
    columns = {name: made.values.get(name, dict.fromkeys(cites, 0.0)) for name in CONDITIONS}
    columns |= dict.fromkeys(OUTCOMES, made.ranks)
    table = pd.DataFrame({"nom": made.names, **columns}).rename_axis("id_cde").reset_index()
    each = [tables_of(measures_from(table, outcome)) for outcome in OUTCOMES]
    return {MEASURES: table, **{name: pd.concat([t[name] for t in each], ignore_index=True) for name in COLUMNS}}


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return published(CITES)


def test_a_planted_rule_is_read_in_the_tables(tables):
    lecture = read_configurations(tables.__getitem__)
    assert lecture.changed == ()
    head = lecture.rows("configurations", "presence").iloc[0]
    assert (head["cites"], head["au_resultat"], head["annoncee"]) == (len(CITES) - 1, 10, True)
    terms = lecture.rows("configurations_termes", "presence")
    whole = terms[(terms["solution"] == "intermediaire") & (terms["terme"] == "")].iloc[0]
    assert whole["expression"] == "EQUILIBRE*COORDINATION"
    assert (whole["deviantes"], whole["non_couvertes"]) == ("EC3", "P3")
    # Ten Cités are in the term, nine of them at the level, of ten at the level in all.
    assert (whole["inclusion"], whole["couverture"]) == pytest.approx((0.9, 0.9))
    cites = lecture.rows("configurations_cites").set_index("id_cde")
    assert list(cites.loc["EC1", ["partagent", "partagent_au_resultat"]]) == [3, 3]
    assert cites.loc["X", "manque"] == OUTCOMES["maturite"].libelle
    assert cites["partagent"].isna().tolist() == [ident == "X" for ident in CITES]
    # Degrees and the crisp analysis stand on the same side of one half.
    held = cites.dropna(subset="degre_presence")
    inside = set(whole["typiques"].split()) | {"EC3"}
    assert {ident for ident, degree in held["degre_presence"].items() if degree >= 0.5} == inside


def test_other_choices_are_made_again_from_the_published_measures(tables):
    lecture = read_configurations(
        tables.__getitem__, "droit_commun", "EQUILIBRE, COORDINATION", "EQUILIBRE 0,7", "effectif 3 ; inclusion=0.8"
    )
    assert [c.anchors.crossover for c in lecture.conditions] == [0.7, 0.8]
    assert (lecture.cuts.n, lecture.cuts.inclusion, lecture.cuts.pri) == (3, 0.8, 0.5)
    assert len(lecture.changed) == 4
    assert set(lecture.rows("configurations")["conditions"]) == {"EQUILIBRE COORDINATION"}
    assert lecture.rows("configurations_lignes", "presence")["configuration"].tolist() == ["00", "01", "10", "11"]
    # The declared analysis of another outcome is read, not made again.
    assert read_configurations(tables.__getitem__, "droit_commun").changed == ()
    # The level moved: everybody is at it, and nothing can be said.
    moved = read_configurations(tables.__getitem__, reperes="maturite 2")
    assert "ne varie pas" in moved.rows("configurations", "presence")["conservatrice"].iloc[0]
    assert not moved.rows("configurations")["annoncee"].any()


def test_everything_that_cannot_be_read_is_said_at_once(tables):
    with pytest.raises(CitesError) as caught:
        read_configurations(
            tables.__getitem__, "bonheur", "EQUILIBRE CHANCE", "CERCLE 12", "effectif 1,5 ; inclusion 0,2 ; peut-être"
        )
    said = str(caught.value)
    for words in ("bonheur", "CHANCE", "CERCLE 12", "effectif 1,5", "inclusion 0,2", "peut-être", "maturite"):
        assert words in said
    with pytest.raises(CitesError, match="rang le plus bas"):
        read_configurations(tables.__getitem__, reperes="maturite 1")
    with pytest.raises(CitesError, match="choisir"):
        read_configurations(tables.__getitem__, conditions="EQUILIBRE PORTEUR")


@pytest.mark.parametrize("spoil", ["constant", "few", "none"])
def test_cites_that_cannot_answer_give_whole_tables_and_a_reason(spoil):
    cites = {
        "constant": {ident: (held, 3.0) for ident, (held, _) in RULE.items()},
        "few": dict(list(RULE.items())[::6]),
        "none": {ident: (held, math.nan) for ident, (held, _) in RULE.items()},
    }[spoil]
    made = tables_of(measures(cites))
    assert {name: list(table.columns) for name, table in made.items()} == {n: list(c) for n, c in COLUMNS.items()}
    assert not made["configurations"]["annoncee"].any()
    assert made["configurations"]["conservatrice"].ne("").all()
    assert made["configurations_termes"].empty
    assert len(made["configurations_cites"]) == len(cites)


def test_published_measures_are_those_of_the_returns(tmp_path):
    given = dataset()
    made = publish_configurations(given)
    direct = measures_of(given)
    kept = made[MEASURES].set_index("id_cde")
    for name, values in direct.values.items():
        assert kept[name].to_dict() == pytest.approx(values, nan_ok=True)
    for name, table in made.items():
        table.to_parquet(tmp_path / f"{name}.parquet")
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / f"{name}.parquet"), table)
    silent = publish_configurations(dataset({"cites": pd.DataFrame({"id_cde": ["a"], "nom": ["A"]})}))
    assert {name: len(table) for name, table in silent.items()} == dict.fromkeys([MEASURES, *COLUMNS], 0)
