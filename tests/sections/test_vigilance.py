"""Points of support and points to watch: each rule at its boundary, nothing on what is missing, withheld or outside a scale."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from tests.indicators.petite_campagne import FIVE, FOUR, ONE, THREE, TWO, dataset, tables

from citesresearch.indicators.estimates import build_estimates
from citesresearch.publication import Publication
from citesresearch.publication.estimates import PublishedEstimates
from citesresearch.publication.gate import publish
from citesresearch.sections.vigilance import RULES, Reply, applied, below, counted, lacks, lowest, only, rule_blocks

Rows = list[dict[str, object]]
SOURCES: Rows = [{"id_source": "D1", "titre": "R", "titre_court": "Retours", "auteur": "ANCT", "nature": "article"}]
GROUP: dict[str, object] = {"id_cde": ONE, "instance": "groupe_operationnel", "acteur": "prefecture", "sieges": 1}
UNDER_WAY: dict[str, object] = {"id_cde": ONE, "domaine": "sante", "avancement": "en_cours"}
EIGHT = tuple(f"demo-00{i}" for i in range(1, 9))


def made(**rows: Rows) -> Publication:
    data = dataset(tables(**{"sources": SOURCES, **rows}))
    return publish(data, build_estimates(data))


@pytest.fixture(scope="module")
def publication() -> Publication:
    return made()


def returns(**columns: Sequence[object]) -> Publication:
    """As many Cités as answers, each with one return."""
    count = len(next(iter(columns.values())))
    cites: Rows = [
        {"id_cde": i, "nom": i, "annee_label": 2020, "code_region": "61", "echelle": None} for i in EIGHT[:count]
    ]
    rows: Rows = [
        {"id_cde": i} | {name: given[place] for name, given in columns.items()} for place, i in enumerate(EIGHT[:count])
    ]
    return made(cites=cites, retours=rows, instances=[GROUP], droit_commun_actions=[UNDER_WAY])


def found(publication: Publication, cite: str) -> list[str]:
    return [said.rule.id for said in applied(publication.cite(cite))[0]]


def words(publication: Publication, cite: str) -> str:
    page = "".join(str(block.html()) for block in rule_blocks(publication.cite(cite)))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize(
    ("holds", "reply", "expected"),
    [
        (below(0.5), Reply(value=0.49), True),
        (below(0.5), Reply(value=0.5), False),
        (below(0.5), Reply(), False),
        (lacks("economie"), Reply(frozenset("ab"), cotes=frozenset({"etat"})), True),
        (lacks("economie"), Reply(frozenset("ab"), cotes=frozenset({"etat", "economie"})), False),
        (lacks("economie"), Reply(), False),  # nobody described the committee: it lacks nothing
        (counted(0), Reply(listed=4), True),
        (counted(1), Reply(frozenset("a"), listed=4), True),
        (counted(1), Reply(frozenset("ab"), listed=4), False),
        (counted(0), Reply(), False),
        (only("etat"), Reply(frozenset({"etat"})), True),
        (only("etat"), Reply(frozenset({"etat", "emploi"})), False),
        (only("etat"), Reply(frozenset({"emploi"})), False),
        (lowest, Reply(as_low=2, base=8), True),  # a quarter exactly is outside the middle half
        (lowest, Reply(as_low=3, base=11), False),
        (lowest, Reply(), False),
    ],
)
def test_each_condition_at_its_boundary(holds: Callable[[Reply], bool], reply: Reply, expected: bool) -> None:
    assert holds(reply) is expected


def test_the_rules_of_a_return() -> None:
    publication = returns(
        coordonnateur=[True, True, False, True],
        coordonnateur_etp=[0.4, 0.5, None, None],
        cohorte_installee=[False, True, None, True],
        liens_entreprises=["renforces", "inchanges", "affaiblis", None],
        acces_droits=["d_accord", "ne_sait_pas", "pas_du_tout_d_accord", None],
    )
    assert found(publication, ONE) == ["acces_droits", "liens_entreprises", "poste_court", "cohorte"]
    assert found(publication, TWO) == []
    assert found(publication, THREE) == ["acces_droits_non", "liens_entreprises_moindres", "poste_absent"]
    assert found(publication, FOUR) == []
    page = words(publication, ONE).replace("\u00a0", " ")
    assert (
        "Le temps de coordination est de 0,4 équivalent temps plein, moins d’un mi-temps (médiane du réseau : 0,45, "
        in page
    )
    assert "base : 2 Cités)." in page
    assert "Aucune cohorte n’est installée (comme 1 Cité sur 3)." in page
    assert "Sur l’accès des habitants aux droits, la Cité répond « d’accord » (comme 1 Cité sur 2)." in page
    assert f"8 règles sur {len(RULES)} ont une réponse à lire." in page
    assert "Aucun point d’attention relevé par les règles" in words(publication, TWO)


@pytest.mark.parametrize(
    ("answers", "held"), [(6 * ["tres_forte"] + 2 * ["faible"], True), (5 * ["forte"] + 3 * ["faible"], False)]
)
def test_a_satisfaction_under_the_middle_half(answers: list[object], held: bool) -> None:
    publication = returns(satisfaction_axe_1=answers)
    assert ("satisfaction_axe_1_basse" in found(publication, EIGHT[7])) is held
    assert found(publication, EIGHT[0]) == []
    if held:
        said = applied(publication.cite(EIGHT[7]))[0][0].phrase.replace("\u00a0", " ")
        assert (
            said
            == "Sur sa satisfaction dans l’axe 1, la Cité répond « faible » (à ce niveau ou plus bas : 2 Cités sur 8)."
        )


def test_a_favourable_answer_is_never_a_point_to_watch() -> None:
    assert found(returns(satisfaction_axe_1=7 * ["tres_forte"] + ["forte"]), EIGHT[7]) == []


def test_few_answers_make_no_distribution() -> None:
    assert found(returns(satisfaction_axe_1=["tres_forte"] * 6 + ["faible"]), EIGHT[6]) == []


def test_a_committee_and_its_money(publication: Publication) -> None:
    # demo-001 describes a COPIL of the préfecture and the EPCI; demo-002 one of the préfecture alone.
    assert {"copil_sans_social", "copil_sans_economie"} <= set(found(publication, ONE))
    assert "copil_sans_collectivite" not in found(publication, ONE)
    assert "copil_sans_collectivite" in found(publication, TWO)
    origins = ("p147", "autre_etat", "collectivites_porteuses", "autres")
    money: Rows = [{"id_cde": ONE, "origine": o, "montant": 5.0 if o == "p147" else 0.0} for o in origins]
    money += [{"id_cde": TWO, "origine": o, "montant": 0.0} for o in origins]
    money += [{"id_cde": THREE, "origine": o, "montant": 5.0 if o == "p147" else None} for o in origins]
    paid = made(cofinancements=money)
    assert "cofinancement_unique" in found(paid, ONE)
    assert "cofinancement_nul" in found(paid, TWO)
    assert not [rule for rule in found(paid, THREE) if rule.startswith("cofinancement")]  # an amount is missing


def test_nothing_is_said_of_what_is_withheld_or_of_a_silent_cite(publication: Publication) -> None:
    assert rule_blocks(publication.cite(FIVE)) == ()
    hidden = publication.estimates.copy()
    own = hidden["perimetre_type"] == "cite"
    hidden = hidden.assign(statut=hidden["statut"].mask(own, "s"), valeur=hidden["valeur"].mask(own))
    assert applied(replace(publication, published=PublishedEstimates.of(hidden)).cite(ONE)) == ((), 0)


def test_rules_are_named_once_and_name_no_cause() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert not re.search(r"\b(effet|cause|grâce|à cause|parce|explique|permet)\b", rule.phrase)
        assert not rule.phrase.endswith(".")
