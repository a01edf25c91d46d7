"""The demonstration campagne read as the restitution that it must be, and its monographs full, partial and empty."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest

from citesresearch import sections
from citesresearch.figures.chart import Chart
from citesresearch.publication import Publication
from citesresearch.sections.blocks import Block, ChartBlock, Folded, Pair, Section

RICH, POOR, SILENT = "demo-001", "demo-033", "demo-017"
STAMP = "données de démonstration (synthétiques)"


@pytest.fixture(scope="module")
def publication(demonstration: Publication) -> Publication:
    return demonstration


@pytest.fixture(scope="module")
def synthesis(publication: Publication) -> dict[str, Section]:
    made = (
        sections.reseau,
        sections.premiers_resultats,
        sections.deploiement,
        sections.gouvernance_reseau,
        sections.partenariats_reseau,
        sections.besoins,
        sections.resultats,
        sections.chiffres_par_edition,
    )
    return {section.__name__: section(publication) for section in made}


def plain(markup: str) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", " ", markup, flags=re.DOTALL)))
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


def test_every_exhibit_is_there_by_its_title_in_order_with_figure_table_base_and_source(
    publication: Publication, synthesis: dict[str, Section]
) -> None:
    markup = "".join(str(section.html()) for section in synthesis.values())
    found = [html.unescape(title).replace("\u00a0", " ") for title in re.findall(r"<h3>(.*?)</h3>", markup)]
    wanted = [m.libelle.replace("\u00a0", " ") for m in publication.codebook.vocabulary("planche@1").modalites]
    assert [title for title in found if title in wanted] == wanted
    pieces = re.split(r"<h3>", markup)
    for title in wanted:
        piece = next(p for p in pieces if html.unescape(p).replace("\u00a0", " ").startswith(title + "</h3>"))
        said = plain(piece)
        assert "<table" in piece, title
        assert "Source" in said, title
        assert "ase" in said, title  # « Base — » beside a figure, « base : » in a table of numbers
        assert STAMP in said, title


def test_published_figures_are_computed_again_and_equal(
    publication: Publication, synthesis: dict[str, Section]
) -> None:
    compared = publication.tables["comparaison"]
    counts = compared["etat"].value_counts()
    assert counts["egal"] >= 25
    assert counts.get("different", 0) == 0
    assert compared.loc[compared["etat"] == "non_calculable", "motif"].ne("").all()
    said = plain(str(synthesis["chiffres_par_edition"].html()))
    for value in ("88 000", "5 400", "815", "445", "0,8"):
        assert value in said


def test_a_rich_a_poor_and_a_silent_cite(publication: Publication) -> None:
    states = {}
    for ident in (RICH, POOR, SILENT):
        site = publication.cite(ident)
        made = [section(site) for section in sections.SECTIONS]
        states[ident] = {section.id: section.etat for section in made}
    returned = ("gouvernance", "partenariats", "actions", "maturite", "enseignements")
    assert [states[RICH][rubric] for rubric in returned] == ["complete"] * 5
    assert [states[SILENT][rubric] for rubric in returned] == ["vide"] * 5
    assert "partielle" in [states[POOR][rubric] for rubric in returned]
    assert "complete" not in [states[POOR][rubric] for rubric in ("partenariats", "maturite", "enseignements")]


def test_a_silent_cite_is_given_no_answer(publication: Publication) -> None:
    site = publication.cite(SILENT)
    own = site.estimates()
    own = own[own["indicateur"].isin(["maturite", "legitimite_prefecture", "nombre_partenaires", "structure_porteuse"])]
    assert set(own["statut"]) <= {"nd", "nc"}
    text = plain("".join(str(section(site).html()) for section in sections.SECTIONS))
    assert "La Cité n’a pas remis de retour" in text
    assert "Points d’attention" not in text  # no rule has an answer to read
    assert "Encadré : la réponse de" not in text


def test_a_return_with_silences_is_a_return_and_a_silence_is_not_a_no(publication: Publication) -> None:
    site = publication.cite(POOR)
    markup = "".join(str(section(site).html()) for section in sections.SECTIONS)
    assert "La Cité n’a pas remis de retour" not in plain(markup)
    told = publication.table("retours").set_index("id_cde").loc[POOR]
    (row,) = re.findall(r"<tr><th scope=\"row\">Un comité technique existe(.*?)</tr>", markup)
    assert told.isna()["cotech"]
    assert "non" not in row


def test_no_certain_interval_passes_a_hundred_per_cent(publication: Publication) -> None:
    text = plain(str(sections.gouvernance(publication.cite(RICH)).html()))
    highs = [int(high) for high in re.findall(r"\d+ % à (\d+) %", text)]
    assert highs
    assert max(highs) <= 100


def test_the_cite_s_own_answer_is_the_one_in_its_return(publication: Publication) -> None:
    site = publication.cite(RICH)
    told = publication.table("retours").set_index("id_cde").loc[RICH]
    words = publication.codebook["retours"]["maturite"].vocabulary
    assert words
    said = words.libelle(str(told["maturite"]))
    assert said in plain(str(sections.maturite(site).html()))
    assert said.casefold() in plain(str(sections.fiche_identite(site).html())).casefold()


def test_answers_of_persons_are_never_shown_per_cite(publication: Publication) -> None:
    described = publication.table("indicateurs")
    persons = described.loc[described["secret"] == "personnes", "id"]
    table = publication.estimates
    own = table[table["indicateur"].isin(persons) & (table["perimetre_type"] == "cite")]
    assert len(own)
    assert set(own["statut"]) == {"s"}
    assert own["valeur"].isna().all()
    assert own["n"].isna().all()
    for name in ("repondants", "reponses", "besoins", "enseignements", "verbatims", "entretiens"):
        assert name not in publication.tables


def test_words_are_published_with_consent_only_and_never_credited_to_a_small_class(publication: Publication) -> None:
    words = publication.tables["paroles"]
    assert len(words)
    assert words["texte"].str.contains("Parole fictive").all()
    terrain = publication.tables["terrain"].set_index("id_cde")["personnes"]
    assert (words["id_cde"].map(terrain) >= publication.seuils["personnes"]).all()


def test_the_stamp_is_on_the_cover_and_on_every_figure(publication: Publication) -> None:
    site = publication.cite(RICH)
    assert "Données de démonstration (synthétiques)" in plain(str(sections.couverture(site).html()))
    for section in sections.SECTIONS:
        for figure in re.findall(r"<figure id=.*?</figure>", str(section(site).html()), flags=re.DOTALL):
            assert STAMP in plain(figure)


def test_ids_are_unique_on_a_page(publication: Publication, synthesis: dict[str, Section]) -> None:
    site = publication.cite(RICH)
    for markup in (
        "".join(str(section(site).html()) for section in sections.SECTIONS),
        "".join(str(section.html()) for section in synthesis.values()),
    ):
        ids = re.findall(r'\bid="([^"]+)"', markup)
        assert len(ids) == len(set(ids)), sorted({i for i in ids if ids.count(i) > 1})


def test_no_broken_words_on_any_page(publication: Publication) -> None:
    for ident in (RICH, POOR, SILENT, "demo-029"):
        site = publication.cite(ident)
        text = plain("".join(str(section(site).html()) for section in sections.SECTIONS))
        for broken in (
            r"\bnan\b",
            r"\bNone\b",
            r"\bNaT\b",
            r"\b1 (Cités|actions|partenaires|indicateurs)\b",
            r"\beffet de la gouvernance\b",
        ):
            assert not re.search(broken, text), (ident, broken)


def charts_of(blocks: tuple[Block, ...]) -> Iterator[Chart]:
    for block in blocks:
        if isinstance(block, ChartBlock):
            yield block.chart
        elif isinstance(block, Pair | Folded):
            yield from charts_of(block.content)


@pytest.mark.parametrize("cite", [RICH, POOR, SILENT])
def test_every_figure_leads_to_the_definition_of_what_it_shows(publication: Publication, cite: str) -> None:
    site = publication.cite(cite)
    charts = [chart for section in sections.SECTIONS for chart in charts_of(section(site).blocks)]
    assert len(charts) > 5
    shown = set(publication.estimates["indicateur"])
    assert {chart.id: chart.indicateurs for chart in charts if not set(chart.indicateurs) & shown} == {}


@pytest.mark.parametrize("cite", [RICH, POOR, SILENT])
def test_no_sentence_counts_wrongly(publication: Publication, cite: str) -> None:
    site = publication.cite(cite)
    page = plain(
        "".join(str(section(site).html()) for section in sections.SECTIONS) + str(sections.couverture(site).html())
    )
    assert not re.search(
        r"(?<![\d,])[01] (partenaires|Cités|indicateurs|actions|faits|lignes|quartiers|communes)\b", page
    )
    assert "Cités ayant répondu aux deux questions" not in page.partition("La mobilisation du droit commun")[2][:900]


def test_the_place_in_the_network_decides_the_words(publication: Publication) -> None:
    """Counted again from the returns: who is said near the network is in its middle half."""
    returns = publication.table("retours").set_index("id_cde")["nombre_partenaires"].dropna().astype(float)
    low, high = returns.quantile(0.25), returns.quantile(0.75)
    for cite in (RICH, POOR):
        said = next(
            line for line in sections.couverture(publication.cite(cite)).en_bref if re.search(r"partenaires?\b", line)
        )
        own = returns[cite]
        words = "Proche" if low <= own <= high else "Au-dessus" if own > high else "Au-dessous"
        assert said.startswith(words)
        assert "31 décembre 2023" in said
        assert re.search(r"base\s: \d+", said)
    assert not any("réseau, dans" in line for line in sections.couverture(publication.cite(SILENT)).en_bref)
