"""The questionnaire holds every exhibit of the restitution, with its words, its scale, its base and its place."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from citesresearch.codebook import Codebook, Field, Vocabulary, load_codebook

CODEBOOK = load_codebook()
PLANCHES = {m.code: m for m in CODEBOOK.vocabulary("planche@1").modalites}
DATA_TABLES = [table for table in CODEBOOK.tables.values() if any("planche" in f.extra for f in table.fields)]

# What the restitution shows, by the titles of its slides: title → fields that it is made from. Written by hand
# from the five documents.
EXHIBITS = """
Les premiers résultats = retours.nombre_partenaires retours.nombre_referents actions.nombre actions.beneficiaires
Détail des actions = actions.axe actions.type_action
Thématiques principales des actions = actions.theme
QPV concernés = cite_qpv.code_qpv
Année de labellisation = cites.annee_label
Périmètre géographique des Cités = cites.echelle
Cités ayant identifié un public cible = retours.public_cible_identifie
Feuilles de route actualisées au cours de l’expérimentation = retours.feuille_de_route_actualisee
Les publics cibles = publics_cibles.public
Installation d’une cohorte = retours.cohorte_installee
Focus sur les cohortes : les principaux apports = apports_cohorte.apport
Niveaux de satisfaction de l’axe 1, recenser et fédérer = retours.satisfaction_axe_1
Niveaux de satisfaction de l’axe 2, aller-vers et raccrocher = retours.satisfaction_axe_2
Niveaux de satisfaction de l’axe 3, innover = retours.satisfaction_axe_3
Les types d’actions déployés sur l’axe 1 = actions.axe actions.type_action
Les types d’actions déployés sur l’axe 2 = actions.axe actions.type_action
Les six catégories d’innovation = actions.axe actions.type_action
Les thématiques les plus travaillées par les Cités = actions.theme
Évolution des dépenses = budget.annee budget.depense
Détail des dépenses de l’enveloppe Cités de l’emploi = budget.categorie
L’accompagnement du réseau des Cités de l’emploi = animation_nationale.type animation_nationale.participants
Accompagnement individuel : un rendez-vous d’étape par an = retours.rendez_vous_etape
Création de liens avec d’autres Cités en dehors des temps d’animation nationale = retours.liens_autres_cites
Les membres du COPIL = instances.instance instances.acteur retours.copil_presidence
L’articulation avec le contrat de ville = articulations_contrat_ville.articulation
Comparaison des acteurs présents entre le COPIL et les COTECH = instances.instance instances.acteur retours.cotech
Un copilotage équilibré nécessaire = retours.legitimite_collectivite retours.legitimite_prefecture
Niveaux de satisfaction concernant les modalités de gouvernance = retours.satisfaction_copil
Les réponses concernant le copilotage État/collectivité par niveau de maturité = retours.maturite
La composition de l’équipe projet = equipe_projet.membre
La fréquence des réunions de travail = retours.frequence_copil retours.frequence_cotech
Liens renforcés entre la DEETS et la préfecture = retours.liens_deets_prefecture
Les principales missions du coordonnateur = missions_coordonnateur.mission
Temps dédié à la coordination = retours.coordonnateur_etp
Coordonnateurs restés en poste = retours.coordonnateur_en_poste
Postes de coordonnateur financés en totalité par les crédits délégués = retours.coordonnateur_financement
La structure porteuse du poste de coordination = retours.structure_porteuse
Les acteurs institutionnels = retours.satisfaction_prefecture retours.satisfaction_region
Cofinancement complétant l’enveloppe = cofinancements.origine cofinancements.montant
Satisfaction concernant l’implication des acteurs de l’emploi au sein de la démarche = retours.satisfaction_pole_emploi
Les liens avec les associations de proximité = retours.liens_associations
Les liens avec les bailleurs sociaux = retours.liens_bailleurs
Les liens avec les CCAS = retours.liens_ccas
Satisfaction concernant les entreprises et clubs d’entreprises = retours.satisfaction_entreprises
Liens renforcés avec le monde de l’entreprise = retours.liens_entreprises
L’articulation avec le PaQte ou le réseau « Les entreprises s’engagent » = retours.articulation_paqte
Le développement économique au sein de la Cité = retours.developpement_economique
Liens renforcés au sein de la collectivité = retours.liens_collectivite
Les besoins des habitants = besoins.besoin
Les attentes des acteurs = besoins.besoin repondants.classe_role
Les points forts des Cités de l’emploi = enseignements.enseignement
Les difficultés repérées = enseignements.enseignement
Les plus-values des Cités de l’emploi = enseignements.enseignement
Les conditions de réussite = enseignements.enseignement
Satisfaction concernant la meilleure mobilisation du droit commun = retours.droit_commun_mieux_mobilise
La mobilisation du droit commun = droit_commun_actions.domaine droit_commun_actions.avancement
Moyen terme : évolution des pratiques professionnelles = retours.pratiques_orientation
Plus long terme : information et accès au droit = retours.acces_information retours.acces_droits
Situation des Cités sur le cheminement de la coopération = retours.maturite
Les trois temps de mise en œuvre = retours.date_diagnostic retours.date_premieres_actions
Évolution du périmètre = retours.perimetre_apres
Enveloppe dédiée à un poste de coordonnateur = retours.coordination_apres
Évolution de la gouvernance = retours.gouvernance_apres
"""

# Answer scales, in their order, then what lies outside; copied by hand from the slides.
SCALES = {
    "retours.satisfaction_pole_emploi": "Très satisfaisante > Plutôt satisfaisante > Pas très satisfaisante > "
    "Pas du tout satisfaisante / Non concerné par la cité",
    "retours.satisfaction_axe_2": "Très forte > Forte > Moyenne > Faible /",
    "retours.legitimite_prefecture": "Tout à fait d’accord > D’accord > Plutôt pas d’accord > "
    "Pas du tout d’accord / Ne sait pas",
    "retours.developpement_economique": "Elle a développé une stratégie spécifique > Elle commence à s’en saisir > "
    "Elle ne s’en saisit pas /",
    "retours.maturite": "Approfondissement et essaimage > Premières actions > "
    "Diagnostic et embarquement des partenaires /",
}


def planches_of(column: Field) -> set[str]:
    """Every exhibit that a field names."""
    by_value = [set(codes.values()) for codes in column.extra.get("planche_par", {}).values()]
    return set().union({column.extra["planche"]} if "planche" in column.extra else set(), *by_value)


def answers_of(column: Field) -> Vocabulary:
    assert column.vocabulary is not None, column.name
    return column.vocabulary


def fields_by_exhibit(codebook: Codebook) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for planche in codebook.vocabulary("planche@1").modalites:
        found[planche.libelle] |= set(planche.attributes.get("champs", []))
    for table in codebook.tables.values():
        for column in table.fields:
            for code in planches_of(column):
                found[PLANCHES[code].libelle].add(f"{table.name}.{column.name}")
    return found


@pytest.mark.parametrize("line", EXHIBITS.strip().splitlines(), ids=lambda line: line.partition(" =")[0][:40])
def test_every_exhibit_of_the_restitution_has_its_fields(line: str) -> None:
    title, _, fields = line.partition(" = ")
    found = fields_by_exhibit(CODEBOOK)
    assert title in found
    assert set(fields.split()) <= found[title]


def test_no_exhibit_is_an_orphan() -> None:
    written = {line.partition(" = ")[0] for line in EXHIBITS.strip().splitlines()}
    proposed = {p.libelle for p in PLANCHES.values() if p.attributes["origine"] == "proposée"}
    assert {p.libelle for p in PLANCHES.values()} - proposed == written
    assert all(fields_by_exhibit(CODEBOOK)[p.libelle] for p in PLANCHES.values())


@pytest.mark.parametrize("place", SCALES)
def test_scales_keep_the_published_order_and_what_lies_outside(place: str) -> None:
    table, _, name = place.partition(".")
    vocabulary = CODEBOOK[table][name].vocabulary
    assert vocabulary is not None
    inside = " > ".join(m.libelle for m in vocabulary.modalites)
    outside = ", ".join(m.libelle for m in vocabulary.hors_echelle)
    assert f"{inside} / {outside}".strip() == SCALES[place]


def test_every_question_of_a_return_can_be_asked() -> None:
    technical = {"id_cde", "date_retour", "date_reference", "source"}
    for column in CODEBOOK["retours"].fields:
        if column.name in technical:
            continue
        assert column.extra["question"]["texte"], column.name
        assert column.extra["question"]["origine"] in ("publiée", "proposée"), column.name
        assert PLANCHES[column.extra["planche"]].attributes["theme"], column.name


def test_words_of_the_keys_exist() -> None:
    """Themes, batteries, exhibits, published figures and conditions lead somewhere."""
    themes = set(CODEBOOK.vocabulary("theme_indicateur@1").codes)
    batteries = set(CODEBOOK.vocabulary("batterie@1").codes)
    figures = set(CODEBOOK.vocabulary("chiffres@1").codes)
    units = set(CODEBOOK.vocabulary("unite@1").codes)
    for table in DATA_TABLES:
        for column in table.fields:
            extra = column.extra
            where = f"{table.name}.{column.name}"
            assert planches_of(column) <= set(PLANCHES), where
            assert {extra["theme"]} <= themes if "theme" in extra else True, where
            assert {extra["batterie"]} <= batteries if "batterie" in extra else True, where
            assert {extra["unite"]} <= units if "unite" in extra else True, where
            by_value = [c for codes in extra.get("chiffre_publie_par", {}).values() for c in codes.values()]
            assert set(by_value) | {extra.get("chiffre_publie")} - {None} <= figures | {None}, where
            if "si" in extra:
                condition = extra["si"]
                asked = CODEBOOK[condition.get("table", table.name)][condition["champ"]]
                accepted = {"oui", "non"} if asked.type == "boolean" else set(answers_of(asked).codes)
                assert set(condition["valeurs"]) <= accepted, where
            if "modalites_par" in extra:
                chooser = answers_of(CODEBOOK[table.name][extra["modalites_par"]])
                key = extra["modalites_par"]
                listed = answers_of(column)
                sorted_by = {m.attributes[key] for m in (*listed.modalites, *listed.hors_echelle)}
                assert sorted_by <= set(chooser.codes), where


def test_actors_questions_name_a_scale_and_an_exhibit() -> None:
    for question in CODEBOOK.vocabulary("question_acteurs@1").modalites:
        assert CODEBOOK.vocabulary(question.attributes["echelle"]).modalites
        assert question.attributes["planche"] in PLANCHES
    assert CODEBOOK["reponses"]["modalite"].extra["echelle_par"] == "question"


def test_a_multiple_choice_can_be_answered_by_none() -> None:
    """Otherwise nobody could tell « none of these » from no answer."""
    need_none = [
        CODEBOOK[name].fields[-1]
        for name in (
            "apports_cohorte",
            "articulations_contrat_ville",
            "missions_coordonnateur",
            "equipe_projet",
            "besoins",
            "enseignements",
        )
    ]
    assert all(column.extra["choix_multiple"] for column in need_none)
    assert [c.name for c in need_none if c.vocabulary is None or not c.vocabulary.hors_echelle] == []


@pytest.mark.parametrize(
    ("table", "secret"),
    [
        ("retours", "officiel"),
        ("actions", "officiel"),
        ("equipe_projet", "officiel"),
        ("cofinancements", "officiel"),
        ("repondants", "personnes"),
        ("reponses", "personnes"),
        ("besoins", "personnes"),
        ("enseignements", "personnes"),
        ("verbatims", "personnes"),
        ("entretiens", "personnes"),
    ],
)
def test_what_persons_say_is_never_official(table: str, secret: str) -> None:
    assert CODEBOOK[table].source_secret == secret


def test_sides_of_the_copilotage_are_declared() -> None:
    hosts = {m.code: m.attributes["cote"] for m in CODEBOOK.vocabulary("structure_porteuse@1").modalites}
    assert hosts["ddets"] == "etat"
    assert hosts["ccas"] == hosts["epci"] == hosts["commune"] == "collectivite"
    assert hosts["association"] == hosts["gip"] == "tiers"
    seats = {m.code: m.attributes["cote"] for m in CODEBOOK.vocabulary("acteur@2").modalites}
    assert {code for code, side in seats.items() if side == "etat"} >= {"prefecture", "ddets", "delegue_prefet"}
    assert set(seats) >= set(CODEBOOK.vocabulary("acteur@1").codes)
    chair = {
        m.code: (m.attributes["etat"], m.attributes["collectivite"])
        for m in CODEBOOK.vocabulary("presidence_copil@1").modalites
    }
    assert chair == {"prefet": (1, 0), "elu": (0, 1), "conjointe": (1, 1), "alternee": (1, 1), "autre": (0, 0)}


def test_no_role_class_designates_a_person() -> None:
    labels = " ".join(m.libelle.lower() for m in CODEBOOK.vocabulary("classe_role@1").modalites)
    assert not re.search("coordonnat|délégué|préfet|maire|élu", labels)


def test_a_new_question_needs_one_field_only(tmp_path: Path) -> None:
    """A codebook copied with one more field expands its scale, and finds its exhibit."""
    source = Path(__file__).parents[2] / "src/citesresearch/codebook"
    for kind in ("tables", "scales", "vocabularies"):
        (tmp_path / kind).mkdir()
        for path in (source / kind).glob("*.json"):
            (tmp_path / kind / path.name).write_bytes(path.read_bytes())
    path = tmp_path / "tables" / "retours.json"
    table = json.loads(path.read_text("utf-8"))
    table["schema"]["fields"].append(
        {
            "name": "satisfaction_caf",
            "type": "string",
            "libelle": "CAF",
            "question": {"texte": "Et la CAF ?", "origine": "proposée"},
            "echelle": "satisfaction@1",
            "batterie": "acteurs_institutionnels",
            "planche": "acteurs_institutionnels",
            "theme": "partenariats",
        }
    )
    path.write_text(json.dumps(table), "utf-8")
    codebook = load_codebook(tmp_path)
    assert codebook["retours"]["satisfaction_caf"].constraints["enum"][-1] == "non_concerne"
    assert "retours.satisfaction_caf" in fields_by_exhibit(codebook)["Les acteurs institutionnels"]
