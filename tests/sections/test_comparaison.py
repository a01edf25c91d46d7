"""With whom a Cité is compared: peers by declared criteria, thirds worked out by hand, and its own past."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from tests.indicators.petite_campagne import ONE, THREE, TWO, dataset, tables

from citesresearch.indicators.estimates import build_estimates
from citesresearch.publication import Publication
from citesresearch.publication.estimates import PublishedEstimates
from citesresearch.publication.gate import publish
from citesresearch.sections.evolution import moves, past_blocks
from citesresearch.sections.pairs import medians_table, peers_of, thirds

Rows = list[dict[str, object]]
CITES = tuple(f"demo-{i:03}" for i in range(1, 25))
NAMES = {"nombre_partenaires": "Partenaires"}


@pytest.fixture(scope="module")
def publication() -> Publication:
    """24 Cités, the i-th with i partners and 1 000 × i inhabitants in its neighbourhoods; the last has no scale."""
    cites: Rows = [
        {"id_cde": i, "nom": i, "annee_label": 2020, "code_region": "61" if n < 20 else "62", "echelle": "communale"}
        for n, i in enumerate(CITES)
    ]
    cites[-1]["echelle"] = None
    returns: Rows = [{"id_cde": i, "nombre_partenaires": n} for n, i in enumerate(CITES, start=1)]
    qpv: Rows = [{"id_cde": i, "code_qpv": f"q{n}", "population": 1000 * n} for n, i in enumerate(CITES, start=1)]
    sources: Rows = [{"id_source": "D1", "titre": "R", "titre_court": "Retours", "auteur": "ANCT", "nature": "article"}]
    data = dataset(tables(cites=cites, retours=returns, cite_qpv=qpv, sources=sources))
    return publish(data, build_estimates(data))


def test_thirds_never_part_equal_sizes() -> None:
    assert thirds({}) == []
    assert thirds({"a": 1, "b": 2, "c": 3}) == [{"a"}, {"b"}, {"c"}]
    assert thirds({"a": 1, "b": 1, "c": 1, "d": 9}) == [{"a", "b", "c"}, {"d"}]
    assert thirds(dict.fromkeys("abc", 5.0)) == [{"a", "b", "c"}]


def test_peers_by_criterion_and_the_medians_of_each(publication: Publication) -> None:
    first = publication.cite(ONE)
    assert [(p.words, len(p.ids)) for p in peers_of(first)] == [
        ("même échelle", 23),
        ("même taille", 8),
        ("même année", 24),
        ("même région", 20),
    ]
    table = medians_table(first, NAMES)
    assert table is not None
    # Of 1 to 24: 12,5; of 1 to 23: 12; of the first third, 1 to 8: 4,5; of 1 to 20: 10,5.
    assert table.rows == (("Partenaires", "1", "12,5", "12", "4,5", "12,5", "10,5"),)
    assert "1\u202f000 à 8\u202f000\u00a0habitants en QPV" in table.note
    assert "31 décembre 2023" in table.note


def test_a_criterion_that_is_unknown_or_gathers_too_few_is_left_out(publication: Publication) -> None:
    assert [p.words for p in peers_of(publication.cite(CITES[-1]))] == ["même taille", "même année"]


def test_a_median_of_few_known_values_is_not_given(publication: Publication) -> None:
    few = publication.estimates[~publication.estimates["perimetre_id"].isin(CITES[:5])]
    table = medians_table(replace(publication, published=PublishedEstimates.of(few)).cite(ONE), NAMES)
    assert table is not None
    assert table.rows == (("Partenaires", "nd", "15", "14,5", "nd", "15", "13"),)


def figures(*rows: tuple[float | None, str | None], **more: object) -> Rows:
    return [
        {
            "id_chiffre": f"c{n}",
            "indicateur": "qpv_cite",
            "perimetre_type": "cite",
            "id_cde": ONE,
            "valeur": value,
            "valeur_basse": None,
            "valeur_haute": None,
            "qualificatif": "exact",
            "statut": "publie",
            "unite": "qpv",
            "compte": "quartiers",
            "base": None,
            "date_reference": when,
            "datation": "annee",
            "source": "D1",
        }
        | {name: given[n] if isinstance(given, tuple) else given for name, given in more.items()}
        for n, (value, when) in enumerate(rows)
    ]


def told(publication: Publication, rows: Rows) -> tuple[str, ...]:
    own = replace(publication, tables={**publication.tables, "chiffres_publies": pd.DataFrame(rows)})
    return tuple(words.replace("\u00a0", " ") for words in moves(own.cite(ONE)))


def test_how_a_published_number_moved(publication: Publication) -> None:
    assert told(publication, figures((3, "2021"), (5, "2023"), (4, "2022"))) == (
        "QPV de la Cité : passe de 3 QPV à 5 QPV entre 2021 et 2023 (Retours).",
    )
    assert told(publication, figures((3, "2021"), (3, "2023"))) == (
        "QPV de la Cité : reste à 3 QPV entre 2021 et 2023 (Retours).",
    )


@pytest.mark.parametrize(
    "rows",
    [
        figures((3, "2021")),
        figures((3, "2021"), (5, "2021")),
        figures((3, "2021"), (5, None)),
        figures((3, "2021"), (None, "2023"), statut=("publie", "illisible")),
        figures((3, "2021"), (5, "2023"), compte=("quartiers retenus", "quartiers de l’agglomération")),
        figures((3, "2021"), (5, "2023"), base=("habitants", "ménages")),
        figures((3, "2021"), (5, "2023"), qualificatif=("exact", "environ")),
        figures((3, "2021"), (5, "2023"), datation=("annee", "publication")),
        figures((3, "2021"), (5, "2023"), unite=("qpv", "communes")),
    ],
)
def test_what_cannot_be_compared_says_nothing(publication: Publication, rows: Rows) -> None:
    assert told(publication, rows) == ()


def test_how_the_number_of_a_return_moved(publication: Publication) -> None:
    rows = publication.estimates
    before = rows[(rows["indicateur"] == "nombre_partenaires") & (rows["perimetre_id"].isin([TWO, THREE]))]
    before = before.assign(valeur=1.0, date_reference="2021-12-31")
    both = replace(publication, published=PublishedEstimates.of(pd.concat([rows, before])))
    (said,) = moves(both.cite(THREE))
    assert said.replace("\u00a0", " ") == (
        "Partenaires : passe de 1 partenaire à 3 partenaires entre le 31 décembre 2021 et le 31 décembre 2023 (Retours)."
    )
    assert past_blocks(both.cite(ONE)) == ()
    withheld = replace(both, published=PublishedEstimates.of(both.estimates.assign(statut="s", valeur=float("nan"))))
    assert moves(withheld.cite(THREE)) == ()
