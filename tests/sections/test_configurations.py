"""The page on configurations: announced beyond chance only, Cités named and linked, whole on data that cannot answer."""

from __future__ import annotations

import json
import math
import re
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.crosssite.test_configurations import RULE
from tests.crosssite.test_configurations_published import CITES, published

import citesresearch
from citesresearch import sections
from citesresearch.crosssite.configurations import Analysis
from citesresearch.publication import Publication
from citesresearch.publication.estimates import PublishedEstimates
from citesresearch.publish.page import export_page
from citesresearch.sections.configurations_phrases import phrases
from citesresearch.sections.parmi import _configuration

SECTIONS = (
    sections.table_de_verite,
    sections.configurations_presence,
    sections.configurations_absence,
    sections.robustesse_configurations,
    sections.methode_configurations,
)
CAUSE = re.compile(
    r"\b(effets?|impacts?|influenc\w*|caus\w*|grâce|entraîn\w*|favoris\w*|expliqu\w*|provoqu\w*|améliore\w*|détermin\w*|conduit|conduisent|mène\w*|permet\w*)\b",
    re.IGNORECASE,
)


@cache
def tables_for(cites: tuple[tuple[str, tuple[str, float]], ...]) -> dict[str, pd.DataFrame]:
    return published(dict(cites))


def publication(cites, returns: bool = True) -> Publication:
    """A publication of these Cités whose configurations are as they are given."""
    tables = dict(tables_for(tuple(cites.items())))
    place: dict[str, Any] = {"region": "Rives", "code_region": "62", "annee_label": 2021, "annee_label_origine": "lue"}
    held = list(cites) if returns else []
    tables |= {
        "cites": pd.DataFrame({"id_cde": list(cites), "nom": [f"Cité {i}" for i in cites]}).assign(**place),
        "retours": pd.DataFrame({"id_cde": held, "source": "D1", "date_reference": "2023-12-31"}),
        "sources": pd.DataFrame([{"id_source": "D1", "titre": "Retours", "titre_court": "retours", "auteur": "ANCT"}]),
    }
    if not returns:
        tables = {name: t.iloc[:0] if name.startswith("configurations") else t for name, t in tables.items()}
    empty = pd.DataFrame(columns=["indicateur", "perimetre_type", "perimetre_id"])
    return Publication(
        "essai", "Essai", "essai", "2024-01-31", True, "0", "0" * 12, {}, tables, PublishedEstimates.of(empty)
    )


def plain(html: object) -> str:
    return str(html).replace("\u00a0", " ").replace("\u202f", " ")


def pages(held: Publication, lecture: Analysis) -> str:
    made = [sections.couverture_configurations(held, lecture).html(), *(s(held, lecture).html() for s in SECTIONS)]
    return plain("".join(made))


@pytest.fixture(scope="module")
def planted() -> Publication:
    return publication(CITES)


def test_a_planted_rule_is_announced_with_its_limits(planted: Publication) -> None:
    lecture = sections.lire_configurations(planted)
    cover = sections.couverture_configurations(planted, lecture)
    first, _, last = phrases(lecture, len(CITES))
    assert plain(first.texte) == (
        "Un bon niveau de coopération se rencontre régulièrement là où sont réunis un copilotage équilibré et un poste de coordination installé : 9 Cités sur 10 ainsi configurées."
    )
    assert plain(first.limite).startswith("1 des 10 Cités de ce côté est hors de cette combinaison.")
    assert plain(last.limite).startswith("33 des 34 Cités répondent à tout")
    assert len(cover.en_bref) == 3
    assert cover.titre.startswith("1\u00a0combinaison pour ce niveau")
    assert "Non annoncée" not in plain(sections.configurations_presence(planted, lecture).html())


def test_cites_are_named_and_linked_where_they_stand(planted: Publication) -> None:
    lecture = sections.lire_configurations(planted)
    page = plain(sections.configurations_presence(planted, lecture).html())
    row = page[page.index("Déviantes<small") :]
    row = row[: row.index("</tr>")]
    assert re.findall(r'href="([^"]+)"', row) == ["EC3.html"]
    table = plain(sections.table_de_verite(planted, lecture).html())
    assert table.count('scope="row"') == 15
    assert set(re.findall(r'href="(\w+)\.html"', table)) == set(CITES) - {"X"}
    assert re.search(r"De ce niveau : [^/]*>Cité EC1</a>.*Les autres : <a href=\"EC3\.html\"", table)


def test_figures_and_the_tied_models_are_all_there(planted: Publication) -> None:
    lecture = sections.lire_configurations(planted)
    terms = lecture.rows("configurations_termes", "absence")
    page = plain(sections.configurations_absence(planted, lecture).html())
    for expression in terms["expression"].unique():
        for term in expression.split(" + "):
            assert term.replace("*", " * ") in page
    assert page.count("Ensemble du modèle") == terms["expression"].nunique()
    robust = plain(sections.robustesse_configurations(planted, lecture).html())
    assert robust.count("<figure") == 2


def test_noise_is_not_announced_and_says_what_that_means() -> None:
    # The level goes round by fives over combinations in another order: some rows look regular, no more than by chance.
    ranks = [3.0, 2.0, 2.0, 3.0, 2.0]
    noise = {
        f"{ident}{k}": (held, ranks[(i + 2 * k) % 5])
        for i, (ident, (held, _)) in enumerate(RULE.items())
        for k in (0, 1)
    }
    held = publication(noise)
    lecture = sections.lire_configurations(held)
    assert not lecture.rows("configurations")["annoncee"].any()
    cover = sections.couverture_configurations(held, lecture)
    assert cover.titre == "Aucune combinaison ne ressort"
    assert all("Aucune combinaison ne ressort" in line for line in cover.en_bref[:2])
    assert "ne dit pas que gouvernance et résultat sont sans lien" in plain(cover.html())
    page = pages(held, lecture)
    assert "se rencontre régulièrement" not in page
    assert "ressortent" not in page


@pytest.mark.parametrize(
    ("cites", "words"),
    [
        ({ident: (held, 3.0) for ident, (held, _) in RULE.items()}, "ne varie pas"),
        ({ident: (held + "E", rank) for ident, (held, rank) in RULE.items()}, "ne varie pas"),
        ({ident: (held, 3.0 - i % 2) for i, (ident, (held, _)) in enumerate(RULE.items())}, "Aucune combinaison"),
        (dict(list(RULE.items())[::6]), "Trop peu de Cités"),
        ({ident: (held, math.nan) for ident, (held, _) in RULE.items()}, "combinaison"),
    ],
)
def test_what_cannot_answer_is_a_sentence_never_a_solution(cites, words: str) -> None:
    held = publication(cites)
    lecture = sections.lire_configurations(held)
    page = pages(held, lecture)
    assert words in page
    assert "Aucune combinaison ne ressort" in page
    assert "Ensemble du modèle" not in page
    assert not re.search(r"\bnan\b|<NA>|None", page)
    assert sections.configurations_presence(held, lecture).etat == "vide"


@pytest.mark.parametrize("cites", [CITES, RULE, {ident: (held, 3.0) for ident, (held, _) in RULE.items()}])
def test_no_word_of_cause_and_no_hole(cites) -> None:
    held = publication(cites)
    page = pages(held, sections.lire_configurations(held))
    said = re.sub(r"<[^>]+>", " ", page)
    assert not CAUSE.findall(said)
    assert not re.search(r"\bnan\b|<NA>|\bNone\b|\binf\b", page)


def test_without_returns_every_section_says_so() -> None:
    held = publication(RULE, returns=False)
    lecture = sections.lire_configurations(held)
    assert "Aucun retour" in plain(sections.couverture_configurations(held, lecture).html())
    assert [make(held, lecture).etat for make in SECTIONS] == ["vide"] * 4 + ["complete"]
    assert _configuration(held.cite("EC1")) == ()


def test_a_monograph_says_its_configuration_and_who_shares_it(planted: Publication) -> None:
    (said,) = _configuration(planted.cite("EC3"))
    assert plain(said) == (
        "Sa configuration : un copilotage équilibré, un poste de coordination installé, un seul service de l’État engagé et un cercle restreint de partenaires ; "
        "3 autres Cités la partagent ; 3 des 4 ont un bon niveau de coopération."
    )
    assert "il manque : bon niveau" in plain(_configuration(planted.cite("X"))[0])
    assert "aucune des 2 n’a un bon niveau" in plain(_configuration(planted.cite("D1"))[0])
    # One outcome for all: no table of rows, and still the right neighbours.
    same = publication({ident: (held, 3.0) for ident, (held, _) in RULE.items()})
    assert "1 autre Cité la partage ; 2 des 2 ont" in plain(_configuration(same.cite("EC1"))[0])


def test_the_notebook_makes_the_page_with_its_own_parameters(
    planted: Publication, monkeypatch: pytest.MonkeyPatch, repository: Path
) -> None:
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    monkeypatch.setattr(citesresearch, "load_publication", lambda campagne: planted, raising=False)
    notebook = json.loads((repository / "notebooks" / "configurations.ipynb").read_text(encoding="utf-8"))
    code = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for given, words in (({}, "combinaison pour ce niveau"), ({"seuils": "effectif 3"}, "Réglages modifiés")):
        space: dict[str, object] = {}
        exec(code[0], space)
        space |= given
        outputs = []
        for source in code[1:]:
            *before, last = source.splitlines()
            exec("\n".join(before), space)
            data, metadata = eval(last, space)._repr_mimebundle_()
            outputs.append(new_code_cell("", outputs=[new_output("execute_result", data=data, metadata=metadata)]))
        page = plain(export_page(new_notebook(cells=outputs)))
        assert words in page
        assert "Données de démonstration (synthétiques)" in page
