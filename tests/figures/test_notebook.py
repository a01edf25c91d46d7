"""A figure in a notebook, where the page's style sheet is not: it must be seen whole, and stay open to change."""

from __future__ import annotations

import math
import re
import warnings
from io import BytesIO
from xml.etree import ElementTree

import matplotlib.image
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from citesresearch.codebook import load_codebook
from citesresearch.figures.chart import Chart, sheet_svg
from citesresearch.figures.drawing import figure_of
from citesresearch.figures.editions import editions
from citesresearch.figures.marks import Marker, Points
from citesresearch.figures.network import network
from citesresearch.figures.saved import saved_svg
from citesresearch.figures.sheet import SIZES, Sheet
from citesresearch.figures.tokens import LIGHT
from citesresearch.french import STAMP

CITES = pd.DataFrame(
    {
        "id_cde": ["cde-001", "cde-002", "cde-003"],
        "nom": ["Alpha", "Bêta", "Gamma"],
        "annee_label": [2020, 2021, 2021],
        "region": ["Bretagne", "Bretagne", "La Réunion"],
        "date_reference": "2024-09",
    }
)


def chart(synthetique: bool = False) -> Chart:
    return network(CITES, "cde-001", synthetique=synthetique)


def texts_of(figure: Figure) -> list[Text]:
    return figure.findobj(Text)


def words_of(drawn: Chart) -> list[str]:
    return [words.get_text() for words in texts_of(drawn.figure)]


def test_every_class_of_a_drawing_has_its_rule_in_the_notebook() -> None:
    html = chart()._repr_html_()
    style, body = re.findall(r"<style>(.*?)</style>(.*)", html, re.DOTALL)[0]
    drawings = "".join(re.findall(r"<svg.*?</svg>", body, re.DOTALL))
    used = {name for classes in re.findall(r'class="([^"]+)"', drawings) for name in classes.split()} - {"w"}
    assert {"o", "n", "f-cite", "k-cite"} & used >= {"o", "k-cite"}
    assert [name for name in sorted(used) if not re.search(rf"\.{name}[ {{,.]", style)] == []
    assert [size for size in SIZES if f".t{size}{{" not in style] == []


def test_the_notebook_gives_every_colour_it_names() -> None:
    style = re.findall(r"<style>(.*?)</style>", chart()._repr_html_(), re.DOTALL)[0]
    assert set(re.findall(r"var\(--([\w-]+)\)", style)) <= set(LIGHT)
    assert all(f"--{name}:{value};" in style for name, value in LIGHT.items())


def test_the_ordinary_figure_shows_by_itself_on_a_light_ground() -> None:
    shown = chart().figure
    png, size = shown._repr_png_()  # type: ignore[attr-defined]
    pixels = matplotlib.image.imread(BytesIO(png), format="png")
    assert pixels.shape[1] == pytest.approx(2 * size["width"])
    # Opaque, so that dark words stay readable in a dark JupyterLab; and no word is cut, whatever the face.
    for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
        assert (edge == 1).all()
    accent = tuple(int(LIGHT["cite"][i : i + 2], 16) for i in (1, 3, 5))
    assert (abs(pixels[..., :3] * 255 - accent).sum(axis=2) < 3).any(), "the mark of this Cité"


def test_a_figure_of_generated_data_carries_its_stamp_out_of_the_page() -> None:
    assert STAMP in words_of(chart(synthetique=True))
    assert STAMP not in words_of(chart())


def test_the_stamp_moves_nothing_of_the_drawing() -> None:
    bare, stamped = chart().figure, chart(synthetique=True).figure

    def places(figure: Figure) -> list[tuple[str, int]]:
        """Each text with its distance in pixels from the top."""
        high = figure.bbox.height
        return [
            (t.get_text(), round(high - t.get_transform().transform(t.get_position())[1])) for t in texts_of(figure)
        ]

    assert len(places(bare)) > 4
    assert places(stamped)[:-1] == places(bare)


def test_a_sheet_made_longer_keeps_its_marks_where_they_were() -> None:
    sheet = Sheet(320, 100)
    sheet.rect(10, 20, 30, 40, "mid")
    before = re.findall(r' d="([^"]+)"', sheet_svg(sheet, "x"))
    sheet.extend(50)
    svg = sheet_svg(sheet, "x")
    assert 'viewBox="0 0 320 150"' in svg
    assert re.findall(r' d="([^"]+)"', svg) == before


def drawn() -> Figure:
    """A sheet as matplotlib draws it, with a plot of one point."""
    sheet = Sheet(320, 100)
    sheet.rect(10, 20, 30, 40, "mid", "ink", 2)
    sheet.dots([(80, 40)], 4, "cite")
    sheet.text(160, 50, "5 $ < 6 $", 13, "muted", "right", bold=True)
    sheet.plot(
        (200, 0, 100, 100), (0, 1), (0, 1), [Points(((0.5, 0.5), (1, 0)), Marker("diamond", 5, "paper", "peer"))]
    )
    return figure_of(sheet)


def test_what_matplotlib_saves_has_the_classes_of_the_page_and_nothing_else() -> None:
    svg = saved_svg(drawn(), "x")
    assert not re.search(r"#[0-9a-f]{6}\b|style|xmlns|<g id", svg)
    tree = ElementTree.fromstring(f"<svg>{svg}</svg>")
    assert [(node.tag, node.get("class")) for node in tree if node.tag != "defs"] == [
        ("path", "f-mid k-ink w20"),
        ("path", "f-cite"),
        ("g", "f-paper k-peer w15"),
        ("text", "t13 f-muted b e"),
    ]
    assert [node.text for node in tree.iter("text")] == ["5 $ < 6 $"]
    shape = tree.find("defs/path")
    assert shape is not None
    uses = [(u.get("href"), u.get("x"), u.get("y")) for u in tree.iter("use")]
    assert uses == [(f"#{shape.get('id')}", "250", "50"), (f"#{shape.get('id')}", "300", "100")]
    assert saved_svg(drawn(), "x") == svg, "the same bytes"
    # Two drawings of one page never share a name.
    assert shape.get("id", "") not in saved_svg(drawn(), "y")


@pytest.mark.parametrize("what", ["fill", "outline", "words", "opacity"])
def test_a_colour_of_no_token_is_never_dropped_in_silence(what: str) -> None:
    figure = drawn()
    if what == "words":
        figure.text(0.1, 0.1, "Mon texte", color="#123456")
    elif what == "opacity":
        figure.add_artist(Rectangle((0.1, 0.1), 0.1, 0.1, facecolor=LIGHT["mid"], alpha=0.5))
    else:
        colours = ("#123456", "none") if what == "fill" else ("none", "#123456")
        figure.add_artist(Rectangle((0.1, 0.1), 0.1, 0.1, facecolor=colours[0], edgecolor=colours[1]))
    with pytest.raises(ValueError, match="opacity" if what == "opacity" else "#123456"):
        saved_svg(figure, "x")


@pytest.mark.parametrize("name", ["Cité 🌈", "城市", "مدينة", "Ĺ" * 30])
def test_a_name_in_any_writing_draws_without_a_warning(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        svg = network(CITES.assign(nom=[name, "Bêta", "Gamma"]), "cde-001").svg()
    assert f">{name}<" in svg


# -- titles: grammar at one and many ----------------------------------------------------------------------------------
def figures(*pairs: tuple[float, float]) -> pd.DataFrame:
    """Two dated editions of as many indicators."""
    rows = [
        {
            "indicateur": indicateur,
            "perimetre_type": "national",
            "valeur": value,
            "valeur_basse": float("nan"),
            "valeur_haute": float("nan"),
            "qualificatif": "exact",
            "statut": "publie",
            "unite": "actions",
            "datation": "annee",
            "date_reference": year,
            "periode": float("nan"),
            "edition": "e",
            "source": "D1",
        }
        for indicateur, pair in zip(INDICATEURS, pairs, strict=False)
        for year, value in zip(("2022", "2023"), pair, strict=True)
    ]
    return pd.DataFrame(rows)


INDICATEURS = ("referents", "actions_axe_2", "actions_axe_3", "beneficiaires_axe_2")


@pytest.mark.parametrize(
    ("pairs", "titre"),
    [
        ([(1, 2)], "L’indicateur publié au moins deux fois est plus élevé dans la dernière édition"),
        ([(2, 1)], "L’indicateur publié au moins deux fois est plus bas dans la dernière édition"),
        ([(1, 2)] * 2, "Les 2 indicateurs publiés au moins deux fois sont plus élevés dans la dernière édition"),
        ([(2, 1)] * 2, "Les 2 indicateurs publiés au moins deux fois sont plus bas dans la dernière édition"),
        ([(1, 1)] * 3, "Les 3 indicateurs publiés au moins deux fois sont identiques d’une édition à l’autre"),
        (
            [(1, 2), (2, 1)],
            "Sur 2\u00a0indicateurs publiés au moins deux fois, 1 est plus élevé dans la dernière édition et 1 est plus bas",
        ),
        (
            [(1, 2), (1, 2), (1, 1), (2, 1)],
            "Sur 4\u00a0indicateurs publiés au moins deux fois, "
            "2 sont plus élevés dans la dernière édition, 1 est identique et 1 est plus bas",
        ),
    ],
)
def test_the_title_of_editions_agrees_in_number(pairs: list[tuple[float, float]], titre: str) -> None:
    assert editions(figures(*pairs), load_codebook(), INDICATEURS).titre == titre


def test_discs_are_seen_in_pixels_too() -> None:
    sheet = Sheet(60, 60)
    sheet.dots([(30, 30)], 20, "ink")
    shown = matplotlib.image.imread(BytesIO(figure_of(sheet)._repr_png_()[0]))  # type: ignore[attr-defined]
    dark = float((shown[..., :3].sum(axis=2) < 1.5).mean())
    # π × 20² of a square of 40 pixels with matplotlib's margin of 0.1 inch around.
    assert dark == pytest.approx(math.pi * 20**2 / (40 + 2 * 7.2) ** 2, abs=0.02)
