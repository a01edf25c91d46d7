"""Words follow from figures by written rules, and no word of cause is among them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.crosssite.campagnes_simulees import silent_findings, ten_findings, whole_findings

from citesresearch.crosssite import OUTCOMES, PREDICTORS
from citesresearch.crosssite.finding import STRENGTHS, Adjusted, Finding, LeaveOneOut, Threshold, Variant, doubts
from citesresearch.crosssite.sentences import RULES, judge

CAUSAL = re.compile(
    r"\b(effets?|impacts?|influenc\w*|caus\w*|grâce|entraîn\w*|favoris\w*|expliqu\w*|provoqu\w*|améliore\w*|détermin\w*|augment\w*|produi\w*|dû|due|responsable)\b",
    re.IGNORECASE,
)
MODEL = Adjusted("cotes proportionnelles", 80, (), (), 0.01, True, 0.5)
SURE = Finding(
    id="porteur_collectivite:maturite",
    modele="coordination",
    colonne="porteur_collectivite",
    predicteur="Coordination portée par une collectivité",
    resultat="maturite",
    resultat_libelle="Place sur le chemin de maturité",
    famille="confirmatoire",
    hypothese=2,
    attendu=1,
    n=80,
    manquants=4,
    mesure="delta",
    valeur=0.4,
    bas=0.2,
    haut=0.6,
    concordantes=74.0,
    test="permutations",
    p=0.002,
    p_erreur=0.0004,
    p_ajuste=0.02,
    taille_famille=10,
    detectable=0.35,
    modele_ajuste=MODEL,
    une_de_moins=LeaveOneOut(0.36, 0.44, "demo-001", "demo-002"),
)


def judged(**changes: object) -> Finding:
    finding = replace(SURE, **changes)  # type: ignore[arg-type]
    return judge(finding, PREDICTORS["porteur_collectivite"], OUTCOMES["maturite"])


@pytest.mark.parametrize(
    ("changes", "force", "said"),
    [
        ({}, "nette", "Association nette : les Cités où une collectivité porte la coordination se situent plus loin"),
        ({"valeur": None, "motif": "trop peu de Cités"}, "indicible", "On ne peut rien dire du lien entre"),
        ({"p": None}, "indicible", "On ne peut rien dire"),
        ({"p": 0.0501}, "non_vue", "Aucune association n’est vue"),
        ({"p": 0.05, "p_ajuste": 0.5}, "indice", "Une fois comptées les 10 paires de la famille"),
        ({"p_ajuste": None}, "indice", "Indice, à confirmer"),
        # Exploration suggests, whatever its figures.
        ({"famille": "exploratoire"}, "indice", "elle suggère une question, elle ne conclut pas"),
        ({"bas": -0.01}, "fragile", "l’intervalle contient zéro"),
        ({"bas": None, "haut": None}, "fragile", "l’intervalle ne peut pas être donné"),
        ({"une_de_moins": LeaveOneOut(0.0, 0.5, "a", "b")}, "fragile", "une seule Cité de moins"),
        ({"seuils": (Threshold(0.1, 0.4, -0.1, 20),)}, "fragile", "d’autres seuils de la typologie l’inversent"),
        # Four balanced Cités say nothing.
        ({"seuils": (Threshold(0.1, 0.4, -0.1, 4), Threshold(0.1, 0.5, None, 0))}, "nette", "Association nette"),
        ({"modele_ajuste": replace(MODEL, accord=False)}, "fragile", "le modèle avec témoins l’inverse"),
        ({"modele_ajuste": replace(MODEL, p=0.2)}, "fragile", "ne la retrouve pas"),
        # No model is not a disagreement.
        ({"modele_ajuste": Adjusted("", 80, (), (), None, None, None, "non identifié")}, "nette", "Association nette"),
        ({"meme_jugement": True}, "fragile", "sans les avis portés par la même personne"),
        (
            {"meme_jugement": True, "variante": Variant("x", 80, 0.3, 0.1, 0.5, 0.01)},
            "nette",
            "Association nette",
        ),
        ({"meme_jugement": True, "variante": Variant("x", 80, 0.3, 0.1, 0.5, 0.3)}, "fragile", "sans les avis"),
        ({"valeur": -0.4, "bas": -0.6, "haut": -0.2, "une_de_moins": None, "modele_ajuste": None}, "nette", "C’est le contraire de l’hypothèse"),
    ],
)  # fmt: skip
def test_the_written_rules(changes, force, said):
    finding = judged(**changes)
    assert finding.force == force
    assert said in finding.phrase.replace("\u00a0", " ").replace("\u202f", " ")


def test_every_strength_has_one_rule_and_words():
    assert [rule.force for rule in RULES] == ["indicible", "non_vue", "indice", "fragile", "nette"]
    assert set(STRENGTHS) == {rule.force for rule in RULES}
    assert RULES[-1].holds(SURE)


def test_a_null_says_what_could_have_been_seen():
    seen = judged(p=0.4).phrase
    assert "une association d’au moins δ = 0,35 aurait été vue huit fois sur dix" in seen
    assert "même la plus forte" in judged(p=0.4, detectable=None).phrase


def test_figures_stand_with_their_base():
    phrase = judged().phrase.replace("\u00a0", " ").replace("\u202f", " ")
    assert (
        "(δ = 0,40, de 0,20 à 0,60 ; 74 % des paires de Cités vont dans ce sens ; p = 0,002, p ajusté = 0,020 ; 80 Cités)"
        in phrase
    )
    assert "p < 0,001" in judged(p=0.0001).phrase
    # The share is of the pairs that go the way the sentence says.
    less = judged(valeur=-0.4, bas=-0.6, haut=-0.2, une_de_moins=None, concordantes=26.0).phrase
    assert "moins loin" in less
    assert "74\u00a0% des paires de Cités vont dans ce sens" in less
    assert "des paires" not in judged(p=0.4).phrase


def test_direction_is_never_given_to_categories_without_order():
    phrase = judge(
        replace(SURE, mesure="epsilon2", valeur=0.2, bas=0.1, haut=0.4, une_de_moins=None, concordantes=None),
        PREDICTORS["type_copilotage"],
        OUTCOMES["maturite"],
    ).phrase
    assert "diffère selon le type de copilotage" in phrase
    assert "plus loin" not in phrase
    # Two types only: a delta, still without a direction.
    two = judge(SURE, PREDICTORS["type_copilotage"], OUTCOMES["maturite"]).phrase
    assert "diffère selon le type de copilotage" in two


def test_no_word_of_cause_anywhere():
    phrases = [f.phrase for f in (*whole_findings(), *ten_findings(), *silent_findings())]
    phrases += [rule.condition for rule in RULES] + [judged(**c).phrase for c in ({}, {"p": 0.3}, {"bas": -0.1})]
    phrases += [w for o in OUTCOMES.values() for w in (o.libelle, o.nom, o.plus, o.moins)]
    phrases += [w for p in PREDICTORS.values() for w in (p.libelle, p.nom, p.plus)]
    for phrase in phrases:
        assert not CAUSAL.search(phrase), phrase


def test_doubts_of_a_finding_that_was_not_computed():
    assert doubts(replace(SURE, valeur=None)) == ()
