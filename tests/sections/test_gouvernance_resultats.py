"""The page « Gouvernance et résultats »: what may be said, said by rules, whatever the campagne holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from tests.crosssite.campagnes_simulees import ten, whole, without_returns

from citesresearch.crosssite.family import MAIN
from citesresearch.crosssite.finding import Crosstab, Finding
from citesresearch.crosssite.records import findings_of, findings_table
from citesresearch.data.dataset import Dataset
from citesresearch.french import typeset
from citesresearch.indicators import INDICATORS
from citesresearch.indicators.estimates import build_estimates
from citesresearch.publication import Publication
from citesresearch.publication.gate import publish
from citesresearch.sections import constats, reponse
from citesresearch.sections import gouvernance_resultats as page
from citesresearch.sections.blocks import Cover, Folded, Section
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
    if measure.planche in ("copilotage_maturite", "copilotage")
    or name.startswith(("copilotage_", "cites_", "communes_"))
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
        reponse.couverture_constats(given),
        page.croisement_maturite(given),
        *(page.hypothese(given, k) for k in (1, 2, 3, 4)),
        page.plan_copilotage(given),
        page.tous_les_constats(given),
        page.courbes(given),
        page.ce_qui_changerait(given),
        page.limites_constats(given),
        page.methode_constats(given),
    )


def plain(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


@cache
def words(name: str) -> str:
    """All that the page says, alternative texts of its drawings included."""
    html = "".join(str(part.html()) for part in parts(name))
    said = " ".join(re.findall(r'aria-label="([^"]*)"', html))
    return plain(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", " ", html, flags=re.S)) + said)


def cover(name: str) -> Cover:
    found = parts(name)[0]
    assert isinstance(found, Cover)
    return found


def section(name: str, ident: str) -> Section:
    return next(part for part in parts(name) if isinstance(part, Section) and part.id == ident)


def declared(name: str) -> list[Finding]:
    found = findings_of(published(name).tables["constats"])
    return [f for f in found if f.famille == "confirmatoire"]


# Words that say that one thing makes another. What a question or a Cité says stands between quotes.
CAUSAL = r"\b(caus\w*|provoqu\w*|entraîn\w*|amélior\w*|favoris\w*|condui\w*|influenc\w*|impact\w*|détermin\w*|grâce à|permet\w*|effets?)\b"
DENIED = ("ne dit pas de cause", "sans mot de cause")


@pytest.mark.parametrize("name", CAMPAGNES)
def test_words_stay_within_what_may_be_said(name: str) -> None:
    said = re.sub(r"«[^»]*»", " ", words(name))
    for allowed in DENIED:
        said = said.replace(allowed, "")
    assert re.findall(CAUSAL, said, re.I) == []
    assert not re.search(r"\b(nan|None|inf|NaN)\b", said)
    assert not re.search(r"(?<![\d,])\b[01] (?:Cités|liens|indices|retours|paires|autres)\b", said)
    assert not re.search(r"[{}]|\b[Dd]e (?:à|au|le|les)\b", said)


def test_the_first_screen_answers_in_three_sentences_with_their_limits() -> None:
    found = cover("whole").reponses
    assert len(found) == 3
    assert all(answer.phrase.endswith(".") and answer.limite for answer in found)
    html = str(cover("whole").html())
    assert html.index("<h1>") < html.index(found[0].phrase) < html.index(found[0].limite) < html.index(found[1].phrase)
    # The counts of the first sentence are those of the cross-table of the main finding.
    cross = declared("whole")[0].croisement
    assert cross is not None
    row = cross.effectifs[cross.lignes.index("Équilibré")]
    assert f"{row[-1]} des {sum(row)} Cités à copilotage équilibré" in plain(found[0].phrase)


STRONG: dict[str, Any] = {"valeur": 0.4, "bas": 0.2, "haut": 0.55, "concordantes": 74.0, "p": 0.0004, "p_ajuste": 0.004}
AGREE: dict[str, Any] = {"seuils": (), "modele_ajuste": None, "meme_jugement": False}


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"force": "nette"} | STRONG | AGREE, "Un copilotage porté des deux côtés va avec plus de maturité"),
        (
            {"force": "fragile"} | STRONG | {"bas": None},
            "Un copilotage porté des deux côtés va avec plus de maturité, mais le constat est fragile",
        ),
        (
            {"force": "nette"} | STRONG | AGREE | {"valeur": -0.4, "bas": -0.55, "haut": -0.2, "concordantes": 26.0},
            "Un copilotage porté des deux côtés va avec moins de maturité",
        ),
        (
            {"force": "indice"} | STRONG | {"p_ajuste": 0.2},
            "Un indice, à confirmer : un copilotage porté des deux côtés va avec plus de maturité",
        ),
        ({"force": "non_vue", "p": 0.4, "p_ajuste": 1.0}, "Entre copilotage et maturité, rien n’est vu"),
        (
            {"force": "indicible", "valeur": None, "motif": "trop peu de Cités"},
            "Copilotage et maturité : on ne peut rien dire",
        ),
    ],
)
def test_the_title_states_an_association_only_where_one_was_retained(changes: dict[str, Any], title: str) -> None:
    given = published("whole")
    table = given.tables["constats"]
    found = [replace(f, **changes) if f.id == MAIN[0].id else f for f in findings_of(table)]
    changed = replace(given, tables={**given.tables, "constats": findings_table(found)})
    made = reponse.couverture_constats(changed)
    assert plain(made.titre) == title
    assert all(answer.phrase and answer.limite for answer in made.reponses)
    kept = sum(f.force in ("nette", "fragile") for f in found)
    assert (f"{kept} est retenu" if kept else "aucun n’est retenu") in plain(made.reponses[2].phrase)


def test_counts_come_before_statistics() -> None:
    for number in (1, 2, 3, 4):
        for block in section("whole", f"hypothese-{number}").blocks:
            html = str(block.html())
            if html.startswith("<figure"):
                assert html.index("<svg") < html.index("Taille") < html.index("Hasard") < html.index("Visible 8 fois")


def test_every_declared_pair_stands_under_its_hypothesis() -> None:
    for f in declared("whole"):
        said = plain(str(section("whole", f"hypothese-{f.hypothese}").html()))
        assert plain(constats.verdict(f)) in said
        assert plain(constats.plain_phrase(f)) in said
        assert " p = " not in constats.plain_phrase(f)
        assert f.phrase.startswith(constats.plain_phrase(f)[:40])


def test_each_finding_has_its_checks_folded() -> None:
    blocks = section("whole", "hypothese-1").blocks
    folds = [str(block.html()) for block in blocks if isinstance(block, Folded)]
    assert len(folds) == 3
    for fold in map(plain, folds):
        assert "Une Cité de moins" in fold
        assert "Déséquilibre admis" in fold  # the nine pairs of thresholds
        assert "Contrôle du déséquilibre" in fold
        assert "labellisée en 2020" in fold


def test_a_share_of_pairs_is_another_writing_of_the_smallest_size() -> None:
    f = replace(declared("whole")[0], valeur=0.2, concordantes=60.0, detectable=0.3)
    assert constats.pairs_to_see(f) == pytest.approx(65)
    assert constats.pairs_to_see(replace(f, valeur=-0.2, concordantes=40.0)) == pytest.approx(65)
    assert constats.pairs_to_see(replace(f, detectable=None)) is None
    assert constats.pairs_to_see(replace(f, valeur=0.0, concordantes=50.0)) is None
    assert constats.pairs_to_see(replace(f, detectable=0.9, concordantes=90.0)) is None  # more than all pairs


def test_the_discs_are_the_cites() -> None:
    reading = constats.read(published("whole"))
    for f in declared("whole"):
        chart = constats.cross_figure(f, reading, "f")
        assert chart is not None
        assert f.croisement is not None
        told = sum(int(str(cell)) for row in chart.donnees.rows for cell in row[1:-1])
        assert told == f.n == sum(map(sum, f.croisement.effectifs))
        best = {row[0]: row[-2] for row in chart.donnees.rows}
        assert best == {
            typeset(w): str(n[-1]) for w, n in zip(f.croisement.lignes, f.croisement.effectifs, strict=True)
        }


def test_ten_cites_with_one_maturity_say_what_cannot_be_said() -> None:
    assert "on ne peut rien dire" in cover("ten").titre
    assert "ne change pas d’une Cité à l’autre" in plain(cover("ten").reponses[0].limite)
    assert "On ne peut rien dire" in words("ten")
    # The Cité that is alone of its type is counted as one.
    assert re.search(r"1 Cité(?!s)", words("ten"))


def test_without_returns_each_section_says_what_would_fill_it() -> None:
    made = [part for part in parts("silent") if isinstance(part, Section)]
    assert [part.id for part in made if part.etat != "vide"] == ["limites", "methode"]
    assert all("Ce qui la remplirait" in str(part.html()) for part in made if part.etat == "vide")
    assert "Aucun retour de Cité" in cover("silent").lede


def test_limits_that_must_be_printed_are() -> None:
    said = plain(str(section("whole", "limites").html()))
    for limit in (
        "même retour",
        "tiré leur gouvernance au sort",
        "échelle de maturité est un choix par défaut",
        "fictives",
    ):
        assert limit in said
    assert f"{len(published('whole').table('retours'))} retours" in said
    real = replace(published("whole"), synthetique=False)
    assert "fictives" not in str(page.limites_constats(real).html())


def test_the_cites_to_visit_are_those_that_go_against_the_hypothesis() -> None:
    given = published("whole")
    places = given.tables["constats_positions"]
    names = given.cites.set_index("id_cde")["nom"]
    said = plain(str(section("whole", "changerait").html()))
    for position in ("inattendue_haute", "inattendue_basse"):
        for ident in places.loc[places["position"] == position, "id_cde"]:
            assert names[ident] in said
    typical = places.loc[places["position"] == "typique", "id_cde"].iloc[0]
    assert names[typical] not in said


@pytest.mark.parametrize(
    ("cross", "said"),
    [
        (
            Crosstab(("Équilibré", "État dominant"), ("bas", "Haut"), ((3, 4), (5, 1))),
            "Maturité, « haut » : 4 sur 7 (Équilibré) et 1 sur 6 (État dominant)",
        ),
        (
            Crosstab(("le haut (de 3 à 4)", "le bas (0)"), ("Non", "Oui"), ((5, 1), (0, 0))),
            "Maturité, « oui » : 1 sur 6 (le haut)",
        ),
        (
            Crosstab(("2", "1"), ("Non", "Oui"), ((0, 1), (1, 0))),
            "Maturité, « oui » : 1 sur 1 (valeur 2) et 0 sur 1 (valeur 1)",
        ),
    ],
)
def test_counts_in_words(cross: Crosstab, said: str) -> None:
    finding = replace(declared("whole")[0], resultat_libelle="Maturité")
    assert plain(constats.counts_title(finding, cross)) == said


def test_each_monograph_places_its_cite() -> None:
    given = published("whole")
    places = given.tables["constats_positions"].set_index("id_cde")["position"]
    for kind in ("typique", "inattendue_haute", "inattendue_basse"):
        for ident in places[places == kind].index[:1]:
            html = str(parmi_les_cites(given.cite(ident)).html())
            assert ("est typique" in html) == (kind == "typique")
            assert ("plus avancée" in html) == (kind == "inattendue_haute")
            # What the network shows stands beside: the Cité is set against a hypothesis, not a fact.
            assert "Dans le réseau" in html
    unknown = places[places == ""].index[0]
    assert "Copilotage et maturité" not in str(parmi_les_cites(given.cite(unknown)).html())


def test_the_researcher_s_notebook_asks_another_question(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its cells, in order, on a simulated campagne: a notebook of the demonstration alone would need it generated."""
    import citesresearch

    monkeypatch.setattr(citesresearch, "load_dataset", lambda name: credited(whole()))
    monkeypatch.setattr(citesresearch, "load_publication", lambda name: published("whole"))
    cells = nbformat.read(repository / "notebooks" / "exploration" / "gouvernance.ipynb", as_version=4).cells
    held: dict[str, Any] = {}
    for cell in cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, "gouvernance.ipynb", "exec"), held)
    finding = held["finding"]
    assert finding.id == "coordination.missions:maturite"
    assert finding.phrase
    assert sum(map(sum, held["cross"].effectifs)) == finding.n
    assert len(held["drawn"]) == len(published("whole").table("retours"))
    assert held["axes"].get_title() == "Données de démonstration (synthétiques)"


def test_the_figure_of_a_finding_leads_to_the_definition_of_its_outcome() -> None:
    reading = constats.read(published("whole"))
    known = next(f for f in reading.findings if f.resultat == "maturite")
    assert reading.defined(known) == ("maturite",)
