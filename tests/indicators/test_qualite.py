"""Data quality, worked out by hand: what is missing, what contradicts itself, who disagrees, what is kept secret."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.indicators.petite_campagne import FIVE, FOUR, ONE, TABLES, THREE, TWO, dataset, tables
from tests.indicators.test_questions import check, of_cite, one

from citesresearch.indicators import INDICATORS
from citesresearch.indicators.estimates import NUMBERS, build_estimates
from citesresearch.indicators.qualite import COHERENCES
from citesresearch.indicators.qualite import INDICATORS as QUALITY
from citesresearch.publication.secret.withholding import withhold_below

Rows = list[dict[str, object]]
SIX = [f"demo-00{i}" for i in range(1, 7)]
FOR, AGAINST, UNSURE = "d_accord", "pas_du_tout_d_accord", "ne_sait_pas"
DISAGREEMENTS = ("desaccord_cites", "desaccord_paires", "desaccord_entre_cites")


@pytest.fixture(scope="module")
def estimates() -> pd.DataFrame:
    return build_estimates(dataset(), QUALITY)


# -- missing -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "n", "base"),
    [
        ("retours.legitimite_collectivite", 1, 4),  # « ne sait pas » is an answer; demo-004 left it empty
        ("retours.coordonnateur_etp", 0, 2),  # asked of the two who have a coordinator
        ("retours.coordonnateur_en_poste", 1, 2),
        ("publics_cibles", 1, 2),  # demo-002 has identified a public, and names none
        ("actions", 1, 4),
        ("budget.depense", 1, 6),  # six lines, one without amount
        ("droit_commun_actions.avancement", 1, 3),  # « aucun » has no progress
    ],
)
def test_missing_answers_of_the_returns(estimates: pd.DataFrame, question: str, n: int, base: int) -> None:
    row = one(estimates, "reponses_manquantes_retours", question)
    check(row, valeur=100 * n / base, n=n, base=base, unite="pourcentage", statut="ok", source="D1")


def test_a_question_put_to_no_one_is_not_complete(estimates: pd.DataFrame) -> None:
    check(one(estimates, "reponses_manquantes_retours", "retours.cohorte_personnes"), valeur=None, base=0, statut="nd")


@pytest.mark.parametrize(
    ("question", "n"),
    [("reponses.legitimite_prefecture", 1), ("besoins.attente_acteurs", 1), ("besoins.besoin_habitants", 2)],
)
def test_missing_answers_of_the_survey(estimates: pd.DataFrame, question: str, n: int) -> None:
    check(one(estimates, "reponses_manquantes_acteurs", question), valeur=25.0 * n, n=n, base=4, source="D3")
    assert set(estimates.loc[estimates["indicateur"] == "reponses_manquantes_acteurs", "perimetre_type"]) == {
        "national"
    }


def test_missing_answers_of_a_cite(estimates: pd.DataFrame) -> None:
    name = "reponses_manquantes_cite"
    (nearly_empty,) = of_cite(estimates, name, FOUR)
    asked = nearly_empty["base"]
    assert isinstance(asked, float)
    check(nearly_empty, n=asked - 1, valeur=100 * (asked - 1) / asked)  # one answer, and no table
    (absent,) = of_cite(estimates, name, FIVE)
    check(absent, valeur=None, statut="nd", motif="pas de retour")
    shares = [of_cite(estimates, name, cite)[0]["valeur"] for cite in (ONE, TWO, THREE, FOUR)]
    check(one(estimates, name, "moyenne"), valeur=sum(map(float, map(str, shares))) / 4, base=4)
    check(one(estimates, name, "maximum"), valeur=nearly_empty["valeur"])
    # An answer more is an answer less to ask for; the second Cité of its region is the other one that may change.
    returns = [
        row | {"satisfaction_copil": "tres_satisfaisante"} if row["id_cde"] == FOUR else row
        for row in TABLES["retours"]
    ]
    after = build_estimates(dataset(tables(retours=returns)), [INDICATORS[name]])
    check(of_cite(after, name, FOUR)[0], n=asked - 2, base=asked)
    check(of_cite(after, name, ONE)[0], valeur=shares[0])


# -- contradictions ----------------------------------------------------------------------------------------------------


def seat(cite: str, actor: str, body: str = "copil") -> dict[str, object]:
    return {"id_cde": cite, "instance": body, "acteur": actor, "sieges": 1}


# What ONE says against itself, what TWO says that agrees, and what else the tables hold. THREE says nothing of it.
CASES: dict[str, tuple[dict[str, object], dict[str, object], dict[str, Rows]]] = {
    "coherence_coordonnateur_absent": (
        {"coordonnateur": False, "coordonnateur_etp": 0.5},
        {"coordonnateur": False},
        {"missions_coordonnateur": []},
    ),
    "coherence_coordonnateur_muet": (
        {"coordonnateur": True},
        {"coordonnateur": True, "structure_porteuse": "epci"},
        {"missions_coordonnateur": []},
    ),
    "coherence_cohorte_absente": (
        {"cohorte_installee": False},
        {"cohorte_installee": False, "cohorte_personnes": 0},
        {"apports_cohorte": [{"id_cde": ONE, "apport": "confiance"}]},
    ),
    "coherence_cohorte_vide": (
        {"cohorte_installee": True, "cohorte_personnes": 0},
        {"cohorte_installee": True, "cohorte_personnes": 12},
        {},
    ),
    "coherence_public_cible": (
        {"public_cible_identifie": False},
        {"public_cible_identifie": False},
        {"publics_cibles": [{"id_cde": ONE, "public": "jeunes"}]},
    ),
    "coherence_copil_absent": (
        {"copil": False, "satisfaction_copil": "tres_satisfaisante"},
        {"copil": False, "frequence_copil": "instance_absente"},  # outside the scale: it agrees
        {"instances": []},
    ),
    "coherence_copil_muet": ({"copil": True}, {"copil": True}, {"instances": [seat(TWO, "prefecture")]}),
    "coherence_cotech_absent": (
        {"cotech": False},
        {"cotech": False},
        {"instances": [seat(ONE, "prefecture", "cotech"), seat(TWO, "prefecture")]},
    ),
    "coherence_cotech_muet": (
        {"cotech": True},
        {"cotech": True},
        {"instances": [seat(ONE, "prefecture"), seat(TWO, "prefecture", "cotech")]},
    ),
    "coherence_partenaires": (
        # The prefecture sits in both bodies: two actors, not three.
        {"nombre_partenaires": 1},
        {"nombre_partenaires": 2},
        {
            "instances": [
                seat(cite, *where)
                for cite in (ONE, TWO)
                for where in (("prefecture", "copil"), ("prefecture", "cotech"), ("pole_emploi", "cotech"))
            ]
        },
    ),
    "coherence_axes": (
        {"satisfaction_axe_1": "forte", "satisfaction_axe_2": "forte"},
        {"satisfaction_axe_1": "forte"},
        {"actions": [{"id_cde": cite, "axe": "recenser_federer"} for cite in (ONE, TWO)]},
    ),
    "coherence_depenses": (
        {},
        {},
        {
            "budget": [
                {"id_cde": ONE, "annee": 2019, "categorie": "animation_territoriale", "depense": 10.0},
                {"id_cde": TWO, "annee": 2019, "categorie": "animation_territoriale", "depense": 0.0},
                {"id_cde": TWO, "annee": 2020, "categorie": "animation_territoriale", "depense": 10.0},
            ]
        },
    ),
    "coherence_etapes": (
        {"maturite": "diagnostic", "date_premieres_actions": "2022"},
        {"maturite": "premieres_actions", "date_premieres_actions": "2022"},
        {},
    ),
    "coherence_copilotes": (
        {},
        {},
        {
            "copilotes": [
                {"id_cde": c, "role": "copilote", "cote": "emploi", "libelle": "x"} for c in (ONE, TWO, THREE)
            ],
            # THREE does not describe its COPIL: nothing to check there.
            "instances": [seat(ONE, "prefecture"), seat(TWO, "pole_emploi")],
        },
    ),
}


def test_every_check_has_its_case() -> None:
    assert set(CASES) == {measure.id for measure in COHERENCES}


@pytest.mark.parametrize("name", CASES)
def test_a_contradiction_is_counted_among_those_that_can_be_checked(name: str) -> None:
    bad, good, others = CASES[name]
    returns: Rows = [{"id_cde": ONE} | bad, {"id_cde": TWO} | good, {"id_cde": THREE}]
    empty: dict[str, Rows] = {key: [] for key in ("actions", "budget")}
    frames = {k: frame for k, frame in tables(retours=returns, **(empty | others)).items() if len(frame)}
    found = build_estimates(dataset(frames), [INDICATORS[name]])
    check(one(found, name, "oui"), valeur=50.0, n=1, base=2, statut="ok")
    cites = found[found["perimetre_type"] == "cite"]
    assert cites[["perimetre_id", "modalite"]].to_numpy().tolist() == [[ONE, "oui"]]


# -- disagreements -----------------------------------------------------------------------------------------------------

OPINIONS = ([FOR, FOR, AGAINST], [FOR, AGAINST], [FOR, FOR], [AGAINST, AGAINST], [FOR, FOR], [FOR, UNSURE])


def survey(opinions: tuple[list[str], ...], said: tuple[str, ...] = (FOR,) * 6) -> pd.DataFrame:
    """Estimates of six Cités, their informants' opinions on one question and their own returns on the same."""
    question = "legitimite_prefecture"
    people: Rows = []
    answers: Rows = []
    for cite, given in zip(SIX, opinions, strict=True):
        for answer in given:
            person = f"r{len(people)}"
            people.append({"id_repondant": person, "id_cde": cite, "classe_role": "etat", "date_reponse": "2022-11"})
            answers.append({"id_repondant": person, "question": question, "modalite": answer})
    frames = tables(
        cites=[{"id_cde": c, "nom": c, "annee_label": 2020, "code_region": "61", "echelle": "communale"} for c in SIX],
        retours=[{"id_cde": cite, question: answer} for cite, answer in zip(SIX, said, strict=True)],
        repondants=people,
        reponses=answers,
    )
    return build_estimates(dataset(frames), [INDICATORS[name] for name in (*DISAGREEMENTS, "ecart_retour_acteurs")])


def test_informants_who_disagree() -> None:
    found = survey(OPINIONS)
    q = "legitimite_prefecture"
    # Five Cités of two opinions (one has but one opinion), two of them split.
    cites = one(found, "desaccord_cites", q)
    check(cites, valeur=40.0, n=2, base=5, statut="ok")
    assert cites["general_bas"] == pytest.approx(11.762, abs=1e-3)  # Wilson of 2 in 5 at 95 %
    # Pairs: 3 + 1 + 1 + 1 + 1, of which 2 + 1 are opposed.
    check(one(found, "desaccord_paires", q), valeur=300 / 7, n=3, base=7)
    # 8 for and 4 against make 66 pairs, 32 opposed; less those within a same Cité.
    check(one(found, "desaccord_entre_cites", q), valeur=2900 / 59, n=29, base=59)
    assert set(found["perimetre_type"]) == {"national"}


def test_actors_against_the_return_of_their_cite() -> None:
    found = survey(OPINIONS, (FOR, UNSURE, FOR, FOR, AGAINST, FOR))
    # 1 of 3, none asked where the return is unsure, 0 of 2, 2 of 2, 2 of 2, 0 of 1.
    check(one(found, "ecart_retour_acteurs", "legitimite_prefecture"), valeur=62.5 * 0.8, n=5, base=10)


@pytest.mark.parametrize(
    ("opinions", "why"),
    [
        ((*OPINIONS[:4], [FOR, UNSURE], [FOR]), "trop peu de Cités"),
        (([FOR, FOR],) * 6, "unanime"),
        (([FOR, AGAINST],) * 6, "unanime"),
    ],
)
def test_what_would_tell_a_colleague_s_answer_is_withheld(opinions: tuple[list[str], ...], why: str) -> None:
    found = withhold_below(survey(opinions), {"personnes": 5})
    for name in DISAGREEMENTS:
        row = one(found, name, "legitimite_prefecture")
        check(row, statut="s", **dict.fromkeys(NUMBERS))
        assert why in str(row["motif"])


def test_actors_all_of_the_return_s_opinion_are_withheld() -> None:
    check(
        one(survey(([FOR],) * 6), "ecart_retour_acteurs", "legitimite_prefecture"), statut="s", valeur=None, base=None
    )


def test_quality_takes_no_exhibit_over() -> None:
    assert [measure.planche for measure in QUALITY if measure.planche] == []
    assert INDICATORS["coordonnateur_etp"].planche == "etp"
