"""The page « Gouvernance et résultats »: what may be said, said by rules, whatever the campagne holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest
from tests.crosssite.campagnes_simulees import ten, whole, without_returns

from citesresearch.crosssite.family import MAIN
from citesresearch.crosssite.finding import Crosstab
from citesresearch.crosssite.tables import findings_of
from citesresearch.data.dataset import Dataset
from citesresearch.disclosure import Publication, publish
from citesresearch.estimates import build_estimates
from citesresearch.indicators import INDICATORS
from citesresearch.sections import gouvernance_resultats as page
from citesresearch.sections.blocks import Cover, Section
from citesresearch.sections.constats import comparison
from citesresearch.sections.parmi import parmi_les_cites

CAMPAGNES: dict[str, Callable[[], Dataset]] = {
    "whole": whole,
    "ten": ten,
    "silent": lambda: without_returns(whole()),
}
# The figures that the page reads besides the findings.
NEEDED = [
    measure
    for name, measure in INDICATORS.items()
    if measure.planche == "copilotage_maturite" or name.startswith(("copilotage_", "cites_", "communes_"))
]


def credited(dataset: Dataset) -> Dataset:
    """The same campagne with the documents that its tables name."""
    named = {str(said) for table in dataset.tables.values() if "source" in table for said in table["source"].dropna()}
    rows = [
        {
            "id_source": said,
            "titre": "Retours",
            "titre_court": "Retours",
            "auteur": "ANCT",
            "periode": "2023",
            "licence": "LO",
        }
        for said in sorted(named)
    ]
    columns = dataset.codebook["sources"].columns
    return replace(dataset, tables={**dataset.tables, "sources": pd.DataFrame(rows, columns=list(columns))})


@cache
def published(name: str) -> Publication:
    dataset = credited(CAMPAGNES[name]())
    return publish(dataset, build_estimates(dataset, NEEDED))


@cache
def parts(name: str) -> tuple[Cover | Section, ...]:
    given = published(name)
    return (
        page.couverture_constats(given),
        page.croisement_maturite(given),
        *(page.hypothese(given, k) for k in (1, 2, 3, 4)),
        page.plan_copilotage(given),
        page.tous_les_constats(given),
        page.courbes(given),
        page.ce_qui_changerait(given),
        page.methode_constats(given),
    )


@cache
def words(name: str) -> str:
    html = "".join(str(part.html()) for part in parts(name))
    return re.sub(r"[\s\u00a0\u202f]+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", " ", html, flags=re.S)))


@pytest.mark.parametrize("name", CAMPAGNES)
def test_words_stay_within_what_may_be_said(name: str) -> None:
    said = words(name)
    # « effet » only to say that there is none; never a verb of cause.
    assert not re.search(r"(?<!non )(?<!pas un )(?<!pas d’)(?<!d’)\beffets?\b", said.replace("non d’effets", "")), said
    assert not re.search(r"(?<!pas de )\b(cause|provoque|améliore|permet d’obtenir|grâce à|favorise)\b", said)
    assert not re.search(r"\b(nan|None|inf)\b", said)
    assert not re.search(r"(?<![\d,])\b[01] (?:Cités|liens|indices|retours|paires)\b", said)
    assert "{" not in said


def test_the_first_screen_answers_in_three_sentences_with_their_limits() -> None:
    cover = parts("whole")[0]
    assert isinstance(cover, Cover)
    assert len(cover.en_bref) == 3
    assert all("Limite" in sentence for sentence in cover.en_bref)
    main = next(f for f in findings_of(published("whole").tables["constats"]) if f.id == MAIN[0].id)
    assert (main.force == "non_vue") == ("aucun lien net" in cover.titre)
    assert cover.key_figures[1].base.replace("\u00a0", " ") == "sur 10 liens déclarés d’avance"


def test_counts_come_before_statistics() -> None:
    section = next(part for part in parts("whole") if isinstance(part, Section) and part.id == "hypothese-1")
    html = str(section.html())
    assert html.index("<table") < html.index("τ-b =")
    assert "Le même retour" in html or "le même retour" in html
    assert "Visible à partir de" in html


def test_every_declared_pair_stands_under_its_hypothesis() -> None:
    said = words("whole")
    for finding in findings_of(published("whole").tables["constats"]):
        if finding.famille == "confirmatoire":
            assert re.sub(r"[\s\u00a0\u202f]+", " ", finding.phrase) in said


def test_ten_cites_with_one_maturity_say_what_cannot_be_said() -> None:
    cover = parts("ten")[0]
    assert isinstance(cover, Cover)
    assert "ne permettent pas" in cover.titre
    assert "On ne peut rien dire" in words("ten")


def test_without_returns_each_section_says_what_would_fill_it() -> None:
    said = words("silent")
    assert "Aucun retour de Cité" in said
    states = [part.etat for part in parts("silent") if isinstance(part, Section)]
    assert states.count("vide") >= 6


@pytest.mark.parametrize(
    ("cross", "said"),
    [
        (
            Crosstab(("Portage faible", "Équilibré", "État dominant"), ("bas", "haut"), ((1, 2), (3, 4), (5, 1))),
            "« Équilibré » : 4 Cités sur 7 au niveau le plus haut (« haut ») ; les autres : 3 sur 9.",
        ),
        (
            Crosstab(("tiers bas", "tiers haut"), ("Non", "Oui"), ((5, 1), (2, 1))),
            "« tiers haut » : 1 Cité sur 3 au niveau le plus haut (« Oui ») ; « tiers bas » : 1 sur 6.",
        ),
        (Crosstab(("tiers bas", "tiers haut"), ("Non", "Oui"), ((5, 1), (0, 0))), ""),
        (Crosstab(("seule",), ("Non", "Oui"), ((5, 1),)), ""),
        (None, ""),
    ],
)
def test_counts_in_words(cross: Crosstab | None, said: str) -> None:
    assert comparison(cross).replace("\u00a0", " ") == said


def test_each_monograph_places_its_cite() -> None:
    given = published("whole")
    places = given.tables["constats_positions"].set_index("id_cde")["position"]
    for kind in ("typique", "inattendue_haute", "inattendue_basse"):
        for ident in places[places == kind].index[:1]:
            html = str(parmi_les_cites(given.cite(ident)).html())
            assert ("est typique" in html) == (kind == "typique")
            assert ("plus avancée" in html) == (kind == "inattendue_haute")
    unknown = places[places == ""].index[0]
    assert "Copilotage et maturité" not in str(parmi_les_cites(given.cite(unknown)).html())
