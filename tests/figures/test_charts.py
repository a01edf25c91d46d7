"""The charts at their extremes: what they say, and that nothing runs out of the drawing."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

from citesresearch.codebook import load_codebook
from citesresearch.figures.chart import Chart
from citesresearch.figures.editions import editions
from citesresearch.figures.motif import motif
from citesresearch.figures.network import network
from citesresearch.figures.sheet import NARROW, WIDE, text_width

WIDTHS = (WIDE, NARROW)
LONG = "Communauté d’agglomération de Saint-Quentin-en-Yvelines-sur-Mer"
REGIONS = (
    "Île-de-France",
    "Provence-Alpes-Côte d’Azur",
    "Bourgogne-Franche-Comté",
    "La Réunion",
    "Auvergne-Rhône-Alpes",
)
SCRIPT = "<script>alert('x')</script>"


def cites(count: int, regions: tuple[str, ...] = REGIONS, name: str = "Cité") -> pd.DataFrame:
    """`count` Cités over the regions in turn, one in three labelled in 2020."""
    return pd.DataFrame(
        {
            "id_cde": [f"cde-{i:03}" for i in range(1, count + 1)],
            "nom": [f"{name} {i}" for i in range(1, count + 1)],
            "annee_label": [2020 if i % 3 == 0 else 2021 for i in range(count)],
            "region": [regions[i % len(regions)] for i in range(count)],
            "date_reference": ["2024-09"] * count,
        }
    )


def published(*rows: dict[str, Any]) -> pd.DataFrame:
    """Rows of `chiffres_publies`; what is not given is missing."""
    empty = dict.fromkeys(
        ("valeur", "valeur_basse", "valeur_haute", "date_reference", "periode", "edition"), float("nan")
    )
    fixed = {
        "perimetre_type": "national",
        "indicateur": "referents",
        "qualificatif": "exact",
        "statut": "publie",
        "unite": "referents",
        "datation": "annee",
        "source": "D1",
    }
    return pd.DataFrame([{**empty, **fixed, **row} for row in rows], dtype=object)


UNDATED = {"datation": "non_datee", "periode": "non datée ; pas avant novembre 2022"}
UNREAD = {"statut": "illisible", "date_reference": "2023", "indicateur": "cofinancement", "unite": "euros"}
TWO = published({"valeur": 803, **UNDATED}, {"valeur": 815, "date_reference": "2023", "source": "D2"})
SERIES = ("referents", "cofinancement", "beneficiaires_axe_2")
EDITIONS = {
    "two editions": TWO,
    "one edition": published({"valeur": 803, "date_reference": "2023"}),
    "equal editions": published({"valeur": 14, "date_reference": "2022"}, {"valeur": 14, "date_reference": "2023"}),
    "unread": published(UNREAD),
    "unread beside read": published({"valeur": 5000, **UNDATED, "indicateur": "cofinancement"}, UNREAD),
    "range": published({"valeur_basse": 60, "valeur_haute": 70, "date_reference": "2020"}),
    "zero": published({"valeur": 0, "date_reference": "2020"}),
    "large beside small": published(
        {"valeur": 1, **UNDATED},
        {"valeur": 12_345_678, "date_reference": "2023-07-25", "datation": "publication", "unite": "participations"},
        {"valeur": 3, **UNDATED, "indicateur": "beneficiaires_axe_2", "unite": "participations"},
    ),
}


def charts() -> dict[str, Chart]:
    found = {f"network {n}": network(cites(n), None) for n in (1, 2, 84)}
    found |= {f"network {n} own": network(cites(n), "cde-001") for n in (1, 2, 84)}
    found["network 40 in one region"] = network(cites(40, REGIONS[:1]), "cde-040")
    found["network 40 in a long region"] = network(cites(40, REGIONS[1:2]), "cde-040")
    found["network long names"] = network(cites(84, (LONG, *REGIONS), LONG), "cde-001")
    found["network script"] = network(cites(6, (SCRIPT, "$x$"), SCRIPT), "cde-001")
    found |= {f"motif {n}": motif(cites(n), "cde-001") for n in (1, 2, 84)} | {"motif 0": motif(cites(0), None)}
    found["motif script"] = motif(cites(6, (SCRIPT,), SCRIPT), "cde-001")
    found |= {f"editions {name}": editions(rows, load_codebook(), SERIES) for name, rows in EDITIONS.items()}
    return found


CHARTS = charts()


EACH = pytest.mark.parametrize("name", CHARTS)


@cache
def drawing(name: str, width: int) -> str:
    return CHARTS[name].svg(width)


def places(drawn: str, letter: str) -> list[float]:
    """The abscissas (« H ») or ordinates (« V ») that the outlines of a drawing go through."""
    pairs = r"[ML](-?[\d.]+) -?[\d.]+" if letter == "H" else r"[ML]-?[\d.]+ (-?[\d.]+)"
    return [float(place) for place in re.findall(pairs, drawn) + re.findall(rf"{letter}(-?[\d.]+)", drawn)]


def labels(svg: str) -> list[tuple[str, float, float, float]]:
    """Each text of a drawing with its left and right ends and its baseline."""
    found = []
    for node in ElementTree.fromstring(svg).iter("text"):
        classes = node.get("class", "").split()
        size = next((float(name[1:]) for name in classes if re.fullmatch(r"t\d+", name)), 12)  # 12 is not said
        wide = text_width(node.text or "", size, "b" in classes)
        left = float(node.get("x", "nan")) - (wide if "e" in classes else wide / 2 if "c" in classes else 0)
        found.append((node.text or "", left, left + wide, float(node.get("y", "nan"))))
    return found


@EACH
@pytest.mark.parametrize("width", WIDTHS)
def test_every_word_and_mark_is_inside_the_drawing(name: str, width: int) -> None:
    svg = drawing(name, width)
    high, wide = (float(v) for v in reversed(re.findall(r"viewBox=\"0 0 (\S+) (\S+)\"", svg)[0]))
    for words, left, right, base in labels(svg):
        assert (left >= 0, right <= wide, 9 <= base <= high) == (True, True, True), words
    assert all(-0.1 <= x <= wide + 0.1 for x in places(svg, "H"))
    assert all(-2.1 <= y <= high + 0.1 for y in places(svg, "V"))


@EACH
@pytest.mark.parametrize("width", WIDTHS)
def test_no_word_is_written_over_another(name: str, width: int) -> None:
    words = labels(drawing(name, width))
    for i, (a, left, right, base) in enumerate(words):
        for b, other_left, other_right, other_base in words[i + 1 :]:
            apart = abs(base - other_base) >= 11 or right <= other_left or other_right <= left
            assert apart, (a, b)


@EACH
def test_a_figure_says_itself_whole(name: str) -> None:
    chart = CHARTS[name]
    html = chart.html()
    assert "<script" not in html
    assert html.count('role="img"') == 2
    assert html.count("<table") == 1
    for words in (chart.titre, chart.alt, chart.sous_titre):
        assert words.strip()
        assert "nan" not in words.lower().split()
        assert not re.search(r" [:;!?%»]|\d \d{3}", words), "no-break spaces"
    assert chart.alt.endswith(".")


def test_a_synthetic_figure_is_stamped_and_no_other() -> None:
    assert "Statut" in network(cites(3), None, synthetique=True).html()
    assert "Statut" in editions(TWO, load_codebook(), SERIES, synthetique=True).html()
    assert "Statut" not in network(cites(3), None).html()


def test_a_figure_shows_in_a_notebook_with_its_table() -> None:
    html = network(cites(3), None)._repr_html_()
    assert "<style>" in html
    assert "<caption>Cités par région et année de labellisation</caption>" in html


def test_a_researcher_gets_an_ordinary_figure() -> None:
    figure = network(cites(3), None).figure
    figure.suptitle("Mon titre")
    assert figure.get_figwidth() * figure.dpi == WIDE


# -- the network ------------------------------------------------------------------------------------------------------
def test_every_cite_is_a_mark_of_its_year() -> None:
    svg = network(cites(84), "cde-002").svg()
    assert svg.count('class="f-mid"') == 28 + 1  # one more in the key
    rings = "".join(re.findall(r'k-net[^"]*" d="([^"]+)"', svg))
    assert rings.count("M") == 84 - 28 - 1 + 1
    assert svg.count("k-cite") == 1 + 1


@pytest.mark.parametrize(
    ("count", "regions", "cite", "titre"),
    [
        (1, 5, "cde-001", "Cité 1 est la seule Cité de sa région"),
        (2, 1, "cde-001", "Cité 1 et 1\u00a0autre Cité de la région Île-de-France"),
        (9, 1, "cde-001", "Cité 1 et 8\u00a0autres Cités de la région Île-de-France"),
        (1, 1, None, "1\u00a0Cité dans une seule région\u00a0: Île-de-France"),
        (
            4,
            2,
            None,
            "Île-de-France et Provence-Alpes-Côte d’Azur\u00a0: 2\u00a0Cités chacune, les régions les plus représentées",
        ),
        (3, 2, None, "Île-de-France\u00a0: 2\u00a0Cités, la région la plus représentée"),
        (5, 5, None, "5\u00a0régions comptent 1\u00a0Cité chacune"),
    ],
)
def test_the_title_says_what_the_network_shows(count: int, regions: int, cite: str | None, titre: str) -> None:
    assert network(cites(count, REGIONS[:regions]), cite).titre == titre


def test_the_description_gives_the_numbers() -> None:
    assert network(cites(3, REGIONS[:1]), "cde-001").alt == (
        "3\u00a0Cités par année de labellisation\u00a0: 1 en 2020 et 2 en 2021. Par région\u00a0: Île-de-France 3. "
        "Cité 1, labellisée en 2020, est dans la région Île-de-France."
    )


def test_the_notes_are_in_words() -> None:
    assert ("Date", "septembre 2024") in network(cites(3), None).notes


def test_a_name_too_long_for_the_key_is_said_otherwise() -> None:
    svg = network(cites(3, name=LONG), "cde-001").svg(NARROW)
    assert ">cette Cité<" in svg


@pytest.mark.parametrize("draw", [network, motif])
def test_an_unknown_cite_is_refused(draw: Any) -> None:
    with pytest.raises(ValueError, match="cde-999"):
        draw(cites(3), "cde-999")


def test_a_network_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no Cité"):
        network(cites(0), None)


# -- the emblem -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("count", "regions", "cite", "words"),
    [
        (84, 1, "cde-001", "Une Cité parmi 84\u202f; en losange, 83 autres de sa région."),
        (2, 1, "cde-001", "Une Cité parmi 2\u202f; en losange, 1 autre de sa région."),
        (2, 2, "cde-001", "Une Cité parmi 2, seule de sa région."),
        (1, 1, None, "Un signe par Cité\u00a0: 1\u00a0Cité."),
    ],
)
def test_the_emblem_says_what_its_marks_are(count: int, regions: int, cite: str | None, words: str) -> None:
    assert motif(cites(count, REGIONS[:regions]), cite).alt == words


@pytest.mark.parametrize("count", [0, 1, 84, 200])
def test_the_emblem_shows_every_cite(count: int) -> None:
    assert motif(cites(count), None).svg().count("h.01") == count


# -- published figures by edition -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "titre"),
    [
        ("two editions", "L’indicateur publié au moins deux fois est plus élevé dans la dernière édition"),
        ("equal editions", "L’indicateur publié au moins deux fois est identique d’une édition à l’autre"),
        ("one edition", "1\u00a0indicateur publié, sans deux éditions à comparer"),
        ("unread", "1\u00a0indicateur publié, sans deux éditions à comparer"),
        ("unread beside read", "1\u00a0indicateur publié, sans deux éditions à comparer"),
    ],
)
def test_the_title_follows_from_the_values(name: str, titre: str) -> None:
    assert CHARTS[f"editions {name}"].titre == titre


def test_an_unread_figure_is_nd_and_has_no_bar() -> None:
    chart = CHARTS["editions unread"]
    svg = chart.svg()
    assert "nd, illisible dans le document" in svg
    assert "f-mid" not in svg
    assert 'title="non disponible">nd</abbr>' in chart.html()


def bars(svg: str) -> list[tuple[str, float, float]]:
    """Each bar: filled or outlined, where it starts and ends."""
    found = []
    for classes, d in re.findall(r'<path class="([^"]+)"[^>]* d="([^"]+)"', svg):
        if "z" in d:
            xs = places(d, "H")
            found.append(("filled" if classes == "f-mid" else "outlined", min(xs), max(xs)))
    return found


def test_a_range_runs_from_its_low_to_its_high_end() -> None:
    ((kind, start, end),) = bars(CHARTS["editions range"].svg())
    assert (kind, round(start / end, 2)) == ("filled", round(60 / 70, 2))


def test_the_latest_edition_is_filled_and_the_scale_starts_at_zero() -> None:
    (first, _, short), (last, start, long) = bars(CHARTS["editions two editions"].svg())
    assert (first, last, start) == ("outlined", "filled", 0)
    assert short / long == pytest.approx(803 / 815, abs=0.004)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_scale_looks_larger_than_another(width: int) -> None:
    rows = published(
        {"valeur": 5, **UNDATED},
        {"valeur": 88000, "date_reference": "2023", "indicateur": "beneficiaires_axe_2", "unite": "participations"},
    )
    ends = {round(end) for _, _, end in bars(editions(rows, load_codebook(), SERIES).svg(width))}
    assert len(ends) == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_every_edition_is_dated_in_both_drawings(width: int) -> None:
    words = " ".join(text for text, *_ in labels(CHARTS["editions two editions"].svg(width)))
    assert "2023" in words
    assert "non datée" in words


def test_documents_are_named_by_the_caller() -> None:
    chart = editions(TWO, load_codebook(), SERIES, source={"D1": "Labo Cités", "D2": "ANCT"}.__getitem__)
    assert ("Source", "Labo Cités et ANCT") in chart.notes
    assert chart.donnees.rows[0][-1] == "Labo Cités"


def test_only_national_figures_of_the_series_are_drawn() -> None:
    rows = published({"valeur": 1, "perimetre_type": "cite"}, {"valeur": 2, "indicateur": "qpv_concernes"})
    with pytest.raises(ValueError, match="no published figure"):
        editions(rows, load_codebook(), SERIES)
