"""What the codebook alone gives: each shape of question worked out by hand on `petite_campagne`."""

from __future__ import annotations

import copy
import json
import math
import shutil
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest
from tests.indicators.petite_campagne import FIVE, FOUR, ONE, TABLES, THREE, TWO, dataset, tables

from citesresearch.codebook import load_codebook
from citesresearch.indicators import INDICATORS, indicators_of
from citesresearch.indicators.estimates import KEY, build_estimates
from citesresearch.stats.likert import likert_summary

NATIONAL = {"perimetre_type": "national", "croisement": ""}


@pytest.fixture(scope="module")
def estimates() -> pd.DataFrame:
    return build_estimates(dataset())


def one(table: pd.DataFrame, indicateur: str, modalite: str, **key: str) -> dict[str, object]:
    rows = table[(table["indicateur"] == indicateur) & (table["modalite"] == modalite)]
    for name, wanted in (key or NATIONAL).items():
        rows = rows[rows[name] == wanted]
    assert len(rows) == 1, rows.to_string()
    return {str(name): found for name, found in rows.iloc[0].items()}


def of_cite(table: pd.DataFrame, indicateur: str, cite: str) -> list[dict[str, object]]:
    rows = table[(table["indicateur"] == indicateur) & (table["perimetre_type"] == "cite")]
    mine = rows[rows["perimetre_id"] == cite]
    return [{str(name): found for name, found in row.items()} for _, row in mine.iterrows()]


def check(row: dict[str, object], **expected: object) -> None:
    """None stands for « no number »."""
    for name, wanted in expected.items():
        found = row[name]
        if wanted is None:
            assert isinstance(found, float), name
            assert math.isnan(found), f"{name} = {found}"
        else:
            assert found == pytest.approx(wanted, abs=1e-9) if isinstance(wanted, float) else found == wanted, name


# -- echelle -----------------------------------------------------------------------------------------------------------


def test_a_scale(estimates: pd.DataFrame) -> None:
    # Two answers on the scale, one « ne sait pas », one empty, one Cité without return.
    name = "legitimite_collectivite"
    counted = {"base": 2, "hors_echelle": 1, "manquants": 1}
    best = one(estimates, name, "tout_a_fait_d_accord")
    check(best, valeur=50.0, n=1, unite="pourcentage", statut="ok", **counted)
    # Certainly 1 Cité, and 3 if the silent two agree; Wilson of 1 in 2 at 95 %.
    check(best, recensement_bas=1, recensement_haut=3)
    assert best["general_bas"] == pytest.approx(9.4531, abs=1e-4)
    assert best["general_haut"] == pytest.approx(90.5469, abs=1e-4)
    check(one(estimates, name, "d_accord"), valeur=0.0, n=0, recensement_bas=0, recensement_haut=2, **counted)
    check(one(estimates, name, "favorable"), valeur=50.0, n=1, **counted)
    check(one(estimates, name, "solde"), valeur=0.0, unite="points", recensement_bas=None, **counted)
    check(one(estimates, name, "ne_sait_pas"), valeur=None, n=1, statut="nc", **counted)
    check(best, date_reference="2023-12-31", edition="essai", source="D1")


def test_a_scale_in_its_groups(estimates: pd.DataFrame) -> None:
    name = "legitimite_collectivite"
    check(one(estimates, name, "tout_a_fait_d_accord", perimetre_type="annee_label", perimetre_id="2020"), base=2, n=1)
    # Region 62: « ne sait pas », an empty answer, no return.
    empty = one(estimates, name, "d_accord", perimetre_type="region", perimetre_id="62")
    check(empty, valeur=None, statut="nd", base=0, hors_echelle=1, manquants=1, recensement_bas=0, recensement_haut=2)
    check(empty, general_bas=None)
    path = one(estimates, name, "plutot_pas_d_accord", perimetre_type="maturite", perimetre_id="premieres_actions")
    check(path, valeur=100.0, base=1, hors_echelle=1, manquants=0, recensement_haut=1)
    check(one(estimates, name, "solde", perimetre_type="structure_porteuse", perimetre_id="epci"), valeur=0.0, base=2)


def test_a_cite_beside_the_network(estimates: pd.DataFrame) -> None:
    name = "legitimite_collectivite"
    (answered,) = of_cite(estimates, name, ONE)
    check(answered, modalite="tout_a_fait_d_accord", valeur=100.0, n=1, base=1, statut="ok")
    (outside,) = of_cite(estimates, name, THREE)
    check(outside, modalite="ne_sait_pas", valeur=None, n=1, base=0, hors_echelle=1, statut="nc")
    (empty,) = of_cite(estimates, name, FOUR)
    check(empty, modalite="", valeur=None, base=0, manquants=1, statut="nd", motif="sans réponse")
    (absent,) = of_cite(estimates, name, FIVE)
    check(absent, modalite="", base=0, manquants=0, statut="nd", motif="pas de retour")


def test_a_scale_agrees_with_the_statistics() -> None:
    scale = load_codebook().vocabulary("satisfaction@1")
    answers = [m.code for m in scale.modalites for _ in range(3)] + ["non_concerne", "tres_satisfaisante", None]
    names = [f"demo-{i:03d}" for i in range(len(answers))]
    frames = tables(
        cites=[{"id_cde": n, "annee_label": 2020, "code_region": "61"} for n in names],
        retours=[{"id_cde": n, "satisfaction_copil": a} for n, a in zip(names, answers, strict=True)],
    )
    table = build_estimates(dataset(frames), [INDICATORS["satisfaction_copil"]])
    said = likert_summary(
        answers,
        [m.code for m in scale.modalites],
        favourable=[m.code for m in scale.modalites if m.favorable],
        outside=["non_concerne"],
    )
    assert said.shares is not None
    assert said.balance is not None
    for code, share in said.shares.items():
        check(one(table, "satisfaction_copil", str(code)), valeur=100 * share, base=said.base, manquants=said.missing)
    check(one(table, "satisfaction_copil", "solde"), valeur=100 * said.balance)


# -- choix, oui_non ----------------------------------------------------------------------------------------------------


def test_a_single_choice(estimates: pd.DataFrame) -> None:
    check(one(estimates, "perimetre_apres", "similaire"), valeur=200 / 3, n=2, base=3, hors_echelle=1, manquants=0)
    check(one(estimates, "perimetre_apres", "similaire"), recensement_bas=2, recensement_haut=3)  # demo-005 is silent
    check(one(estimates, "perimetre_apres", "ne_sait_pas"), valeur=None, n=1, statut="nc")
    assert estimates[(estimates["indicateur"] == "perimetre_apres") & (estimates["modalite"] == "solde")].empty


def test_a_multiple_choice_put_to_some(estimates: pd.DataFrame) -> None:
    # Asked of demo-001 and demo-002, which left it empty; not of demo-003; demo-004 did not say whether it is concerned.
    check(one(estimates, "public", "jeunes"), valeur=100.0, n=1, base=1, hors_echelle=0, manquants=1)
    check(one(estimates, "public", "jeunes"), recensement_bas=1, recensement_haut=4)
    check(one(estimates, "public", "seniors"), valeur=0.0, n=0, base=1)
    assert [row["modalite"] for row in of_cite(estimates, "public", ONE)] == ["jeunes", "femmes"]
    assert [row["motif"] for row in of_cite(estimates, "public", TWO)] == ["sans réponse"]
    (not_asked,) = of_cite(estimates, "public", THREE)
    check(not_asked, statut="nc", motif="question non posée", manquants=0)


def test_in_a_multiple_choice_none_is_an_answer(estimates: pd.DataFrame) -> None:
    counted = {"base": 3, "hors_echelle": 1, "manquants": 1}
    check(one(estimates, "articulation", "pilier_emploi"), valeur=200 / 3, n=2, **counted)
    check(one(estimates, "articulation", "instance_commune"), valeur=100 / 3, n=1, **counted)
    check(one(estimates, "articulation", "aucune"), valeur=None, n=1, statut="nc", **counted)
    (none,) = of_cite(estimates, "articulation", TWO)
    check(none, modalite="aucune", base=1, hors_echelle=1, statut="nc")


def test_yes_or_no_under_a_condition(estimates: pd.DataFrame) -> None:
    # demo-003 has no coordinator (not asked); demo-004 does not say; demo-002 left it empty.
    yes = one(estimates, "coordonnateur_en_poste", "oui")
    check(yes, valeur=100.0, n=1, base=1, manquants=1, recensement_bas=1, recensement_haut=4)
    check(one(estimates, "coordonnateur_en_poste", "non"), valeur=0.0, n=0)
    assert [row["statut"] for row in of_cite(estimates, "coordonnateur_en_poste", THREE)] == ["nc"]
    (unknown,) = of_cite(estimates, "coordonnateur_en_poste", FOUR)
    check(unknown, statut="nd", manquants=0)
    assert "restée sans réponse" in str(unknown["motif"])
    assert [row["modalite"] for row in of_cite(estimates, "coordonnateur", THREE)] == ["non"]


# -- nombre, serie, lines -------------------------------------------------------------------------------------------------


def test_a_number(estimates: pd.DataFrame) -> None:
    found = {m: one(estimates, "coordonnateur_etp", m) for m in ("total", "moyenne", "mediane", "minimum", "maximum")}
    assert [row["valeur"] for row in found.values()] == [1.5, 0.75, 0.75, 0.5, 1.0]
    mean = found["moyenne"]
    check(mean, unite="etp", n=2, base=2, manquants=0)
    # s² = 0,125; of 4 Cités perhaps concerned: se = √((1 − 2/4) × 0,125 / 2); t(1) = 12,7062.
    assert mean["recensement_haut"] == pytest.approx(0.75 + 12.7062 * math.sqrt(0.03125), abs=1e-3)
    assert mean["general_bas"] == pytest.approx(0.75 - 12.7062 * 0.25, abs=1e-3)
    check(found["total"], recensement_bas=None, general_haut=None)
    (own,) = of_cite(estimates, "coordonnateur_etp", TWO)
    check(own, modalite="", valeur=1.0, base=1)
    assert [row["statut"] for row in of_cite(estimates, "coordonnateur_etp", THREE)] == ["nc"]
    check(one(estimates, "coordonnateur_etp", "total", perimetre_type="region", perimetre_id="62"), statut="nd", base=0)


def test_a_date(estimates: pd.DataFrame) -> None:
    check(one(estimates, "date_approfondissement", "2022"), valeur=100.0, n=1, base=1, manquants=0)
    (own,) = of_cite(estimates, "date_approfondissement", ONE)
    check(own, modalite="2022-04", valeur=100.0)
    assert estimates[estimates["indicateur"] == "date_diagnostic"]["valeur"].isna().all()


def test_a_question_put_to_each_line(estimates: pd.DataFrame) -> None:
    # Three domains, one of unknown progress; « aucun » has none to tell.
    good = one(estimates, "avancement", "achevee_resultats_satisfaisants")
    check(good, valeur=50.0, n=1, base=2, manquants=1, recensement_bas=None, general_bas=None)
    check(one(estimates, "avancement", "favorable"), valeur=50.0)
    check(one(estimates, "avancement", "solde"), valeur=50.0)
    check(one(estimates, "domaine", "formation"), valeur=200 / 3, n=2, base=3, hors_echelle=1, manquants=1)
    assert {row["modalite"]: row["valeur"] for row in of_cite(estimates, "avancement", ONE)} == {
        "achevee_resultats_satisfaisants": 50.0,
        "en_cours": 50.0,
    }


# -- persons -------------------------------------------------------------------------------------------------------------


def test_answers_of_persons(estimates: pd.DataFrame) -> None:
    name = "acteurs_legitimite_prefecture"
    agree = one(estimates, name, "d_accord")
    check(agree, valeur=50.0, n=1, base=2, hors_echelle=1, manquants=1, date_reference="2022-11-30", source="D3")
    # Respondents of a same Cité are not independent, and not Cités.
    check(agree, recensement_bas=None, general_bas=None)
    state = one(estimates, name, "favorable", croisement="classe_role", croisement_modalite="etat")
    check(state, valeur=100.0, base=1, hors_echelle=1, manquants=0)
    assert INDICATORS[name].secret == "personnes"
    for cite in (ONE, FIVE):
        (row,) = of_cite(estimates, name, cite)
        check(row, statut="s", modalite="", valeur=None, n=None, base=None)


def test_choices_of_persons_by_kind(estimates: pd.DataFrame) -> None:
    check(one(estimates, "besoin_besoin_habitants", "emploi"), valeur=100.0, n=2, base=2, manquants=2)
    check(one(estimates, "besoin_besoin_habitants", "formation"), valeur=50.0, n=1)
    # An expectation is put to its class alone: two respondents of the State, one of them expects nothing.
    check(one(estimates, "besoin_attente_acteurs", "etat_coordonner"), valeur=50.0, n=1, base=2, hors_echelle=1)
    check(one(estimates, "besoin_attente_acteurs", "collectivite_moyens"), statut="nd", base=0, manquants=1)
    check(one(estimates, "besoin_attente_acteurs", "emploi_public"), valeur=100.0, base=1, hors_echelle=0)
    crossed = estimates[(estimates["indicateur"] == "besoin_attente_acteurs") & (estimates["croisement"] != "")]
    assert set(crossed.loc[crossed["croisement_modalite"] == "emploi", "modalite"]) == {
        "emploi_public",
        "emploi_interconnaissance",
        "emploi_concurrence",
        "emploi_innovation",
        "aucune_attente",
    }
    assert estimates.loc[estimates["indicateur"] == "enseignement_difficulte", "valeur"].isna().all()


# -- the codebook ---------------------------------------------------------------------------------------------------------


def test_every_question_and_every_exhibit_has_its_indicator() -> None:
    codebook = load_codebook()
    fields = {f"{t.name}.{f.name}" for t in codebook.tables.values() for f in t.fields if "planche" in f.extra}
    assert fields - {name for measure in INDICATORS.values() for name in measure.champs} == set()
    shown = [measure.planche for measure in INDICATORS.values() if measure.planche]
    assert set(shown) == set(codebook.vocabulary("planche@1").codes)
    assert shown == sorted(shown, key=codebook.vocabulary("planche@1").codes.index)


def test_a_question_added_to_the_codebook_brings_its_exhibit(tmp_path: Path) -> None:
    folder = tmp_path / "codebook"
    shutil.copytree(str(files("citesresearch.codebook")), folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = folder / "tables" / "retours.json"
    described = json.loads(path.read_text("utf-8"))
    described["schema"]["fields"].append(
        {
            "name": "satisfaction_caf",
            "type": "string",
            "libelle": "CAF",
            "question": {"texte": "Comment jugez-vous l’implication de la CAF ?", "origine": "proposée"},
            "echelle": "satisfaction@1",
            "theme": "partenariats",
            "planche": "acteurs_institutionnels",
        }
    )
    path.write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
    frames = tables()
    before = build_estimates(dataset(frames))
    frames["retours"]["satisfaction_caf"] = ["tres_satisfaisante", "non_concerne", None, "pas_tres_satisfaisante"]
    codebook = load_codebook(folder)
    after = build_estimates(dataset(frames, codebook))
    # One question more is also one that may be left empty.
    quality, was = (table["indicateur"].str.startswith("reponses_manquantes") for table in (after, before))
    new = after["indicateur"] == "satisfaction_caf"
    pd.testing.assert_frame_equal(after[~new & ~quality].reset_index(drop=True), before[~was].reset_index(drop=True))
    check(one(after, "reponses_manquantes_retours", "retours.satisfaction_caf"), valeur=25.0, n=1, base=4)
    check(one(after, "satisfaction_caf", "tres_satisfaisante"), valeur=50.0, base=2, hors_echelle=1, manquants=1)
    measure = indicators_of(codebook)["satisfaction_caf"]
    assert (measure.planche, measure.forme, measure.secret) == ("acteurs_institutionnels", "echelle", "officiel")
    assert "CAF" in measure.definition


# -- one answer changed ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "indicators"),
    [
        (
            "retours",
            0,
            "legitimite_collectivite",
            "d_accord",
            {"legitimite_collectivite", "legitimite_collectivite_maturite"},
        ),
        ("retours", 1, "perimetre_apres", "similaire", {"perimetre_apres"}),
        (
            "retours",
            1,
            "coordonnateur_en_poste",
            False,
            {
                "coordonnateur_en_poste",
                "coordination_type",
                "reponses_manquantes_retours",
                "reponses_manquantes_cite",
            },
        ),
        ("publics_cibles", 1, "public", "seniors", {"public"}),
        ("reponses", 0, "modalite", "tout_a_fait_d_accord", {"acteurs_legitimite_prefecture"}),
        ("cofinancements", 5, "montant", 7.0, {"cofinancement_montant", "cofinancement_origine"}),
    ],
)
def test_one_answer_changes_its_estimates_and_nothing_else(
    table: str, row: int, column: str, value: object, indicators: set[str], estimates: pd.DataFrame
) -> None:
    rows = copy.deepcopy(TABLES[table])
    rows[row][column] = value
    after = build_estimates(dataset(tables(**{table: rows})))
    changed = differences(estimates, after)
    assert set(changed["indicateur"]) == indicators
    cite = next(str(r["id_cde"]) for r in (rows[row], *TABLES["repondants"]) if "id_cde" in r)
    assert set(changed.loc[changed["perimetre_type"] == "cite", "perimetre_id"]) <= {cite}
    assert set(changed.loc[changed["perimetre_type"] == "annee_label", "perimetre_id"]) <= {"2020", "2021"} - (
        {"2021"} if cite in (ONE, TWO) else {"2020"}
    )


def test_one_answer_changes_exactly_the_rows_of_its_perimeters(estimates: pd.DataFrame) -> None:
    rows = copy.deepcopy(TABLES["retours"])
    rows[0]["legitimite_collectivite"] = "pas_du_tout_d_accord"
    changed = differences(estimates, build_estimates(dataset(tables(retours=rows))))
    perimeters = [
        ("national", ""),
        ("annee_label", "2020"),
        ("echelle", "communale"),
        ("region", "61"),
        ("structure_porteuse", "epci"),
        ("maturite", "approfondissement"),
    ]
    answers = ("tout_a_fait_d_accord", "pas_du_tout_d_accord")
    expected = {(*where, answer) for where in perimeters for answer in (*answers, "favorable", "solde")}
    expected |= {("cite", ONE, answer) for answer in answers}
    for name in ("legitimite_collectivite", "legitimite_collectivite_maturite"):
        found = changed.loc[changed["indicateur"] == name, ["perimetre_type", "perimetre_id", "modalite"]]
        assert set(found.itertuples(index=False, name=None)) == expected
        assert len(found) == len(expected)
    assert len(changed) == 2 * len(expected)


def differences(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The keys of the rows that are not the same in the two tables."""
    both = before.merge(after, on=list(KEY), how="outer", suffixes=("_avant", "_apres"), indicator=True)
    same = both["_merge"] == "both"
    for column in (c.removesuffix("_avant") for c in both.columns if c.endswith("_avant")):
        one_side, other = both[f"{column}_avant"], both[f"{column}_apres"]
        same &= (one_side == other) | (one_side.isna() & other.isna())
    return both.loc[~same, list(KEY)]
