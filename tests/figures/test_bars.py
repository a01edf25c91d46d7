"""Bars, and what all the figures of the exhibits share: estimates read once, words of values, nothing off the sheet."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from citesresearch.codebook import Modality, Vocabulary
from citesresearch.figures.bars import bars
from citesresearch.figures.chart import Chart
from citesresearch.figures.exhibit import base_words, extremes, ramp, read_estimates, share
from citesresearch.figures.marks import Dots, Plot, Words
from citesresearch.figures.sheet import NARROW, WIDE, text_width

from .plotted import Block, blocks_of, points_of

MEANS: dict[str, Any] = {"source": "retours", "date": "2023-12-31", "synthetique": True}
LONG = "Un nom de soixante caractères, qui ne tient dans aucune marge"


def estimate(indicateur: str, modalite: str, valeur: float | None, **more: Any) -> dict[str, Any]:
    """A row of the table of estimates; without a value it is « nd » unless told otherwise."""
    row = {
        "indicateur": indicateur,
        "modalite": modalite,
        "perimetre_type": "national",
        "croisement_modalite": "",
        "valeur": valeur,
        "n": None,
        "base": None,
        "hors_echelle": 0,
        "manquants": 0,
        "statut": "ok" if valeur is not None else "nd",
    }
    return row | more


def answers(vocabulary: Vocabulary, counts: list[int], outside: int = 0, **more: Any) -> list[dict[str, Any]]:
    """The rows of one question: counts of its modalities in list order, and of its first answer outside the scale."""
    base, indicateur = sum(counts), more.pop("indicateur", "q")
    rows = [
        estimate(indicateur, m.code, 100 * n / base if base else None, n=n, base=base, **more)
        for m, n in zip(vocabulary.modalites, counts, strict=True)
    ]
    aside = vocabulary.hors_echelle[:1]
    return rows + [estimate(indicateur, m.code, None, n=outside, base=base, statut="nc") for m in aside]


def words(chart: Chart, width: float = WIDE) -> list[str]:
    return [mark.words for mark in chart.draw(width).marks if isinstance(mark, Words)]


def cells(chart: Chart) -> list[list[str]]:
    return [[c if isinstance(c, str) else getattr(c, "text", "") for c in row] for row in chart.donnees.rows]


def rectangles(chart: Chart, width: float = WIDE) -> list[Block]:
    return blocks_of(chart.draw(width))


def check_sheet(chart: Chart) -> None:
    """Every mark and word lies on both sheets, no word is under 11 pixels, numbers agree with their nouns."""
    for width in (WIDE, NARROW):
        sheet = chart.draw(width)
        assert sheet.width == width
        for mark in sheet.marks:
            if isinstance(mark, Words):
                assert mark.size >= 11, mark
                long = text_width(mark.words, mark.size, mark.bold)
                start = mark.x - {"left": 0, "center": long / 2, "right": long}[mark.ha]
                assert -1 <= start <= start + long <= width + 1, (mark, width)
                assert mark.size * 0.7 <= mark.y <= sheet.height + 1, mark
            elif not isinstance(mark, Plot):
                half = mark.r if isinstance(mark, Dots) and mark.color != "paper" else 0  # a halo is not seen
                for x, y in mark.centres if isinstance(mark, Dots) else mark.corners:
                    assert -1 <= x - half <= x + half <= width + 1, mark
                    assert -1 <= y - half <= y + half <= sheet.height + 1, mark
        for point in points_of(sheet) if any(isinstance(mark, Plot) for mark in sheet.marks) else ():
            half = point.width / 2
            assert -1 <= point.x - half <= point.x + half <= width + 1, point
            assert -1 <= point.y - half <= point.y + half <= sheet.height + 1, point
    said = " ".join(
        [chart.titre, chart.sous_titre, chart.alt, *(" ".join(note) for note in chart.notes), *words(chart)]
    )
    assert not re.search(r"(?<![\d,\u202f])[01]\u00a0Cités", said)


def check_page(chart: Chart) -> None:
    """The whole figure: stamped, with its table, and no markup of the data."""
    page = str(chart.html())
    assert "&lt;script" in page
    assert "<script" not in page
    assert "données de démonstration" in page
    assert page.count("<svg") == 2


COLOURS = Vocabulary(
    "couleurs",
    1,
    "Couleurs",
    tuple(Modality(code, code.title()) for code in ("rouge", "vert", "bleu", "noir")),
    (Modality("autre", "Autre"),),
)


def of_colours(rows: list[dict[str, Any]], **more: Any) -> Chart:
    return bars(pd.DataFrame(rows), {}, id="f", measure="En %", vocabulary=COLOURS, **(MEANS | more))


def test_a_bar_is_as_long_as_its_value_and_says_it() -> None:
    chart = of_colours(answers(COLOURS, [10, 40, 20, 10], outside=3))
    check_sheet(chart)
    assert [row[0] for row in cells(chart)] == ["Vert", "Bleu", "Rouge", "Noir", "Autre"]  # ties keep the list's order
    assert cells(chart)[0] == ["Vert", "50\u00a0%", "40", "80"]
    assert cells(chart)[-1] == ["Autre", "///", "3", "///"]
    assert chart.titre == "Vert en tête (50\u00a0%)"  # two are last: none is named
    long = sorted(r.width for r in rectangles(chart) if r.height == 16)
    assert long[-1] == pytest.approx(4 * long[0])
    assert long[-1] == pytest.approx(2 * long[-2])
    assert dict(chart.notes)["Base"] == "80\u00a0Cités, hors «\u00a0Autre\u00a0» (3)"


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        ([40, 20, 15, 5], "Rouge en tête (50 %), noir en dernier (6 %)"),
        ([30, 30, 15, 5], "Rouge et vert en tête, à égalité (38 %), noir en dernier (6 %)"),
        ([25, 25, 25, 5], "3 lignes en tête, à égalité (31 %), noir en dernier (6 %)"),
        ([20, 20, 20, 20], "La même valeur partout : 25 %"),
        ([81, 0, 0, 0], "Rouge en tête (100 %)"),
    ],
)
def test_the_title_follows_from_the_values(counts: list[int], title: str) -> None:
    chart = of_colours(answers(COLOURS, counts))
    check_sheet(chart)
    assert chart.titre.replace("\u00a0", " ") == title


def test_what_is_withheld_is_nowhere() -> None:
    rows = answers(COLOURS, [10, 40, 20, 10])
    rows[1] |= {"statut": "s"}  # even where a value was left in the row
    chart = of_colours(rows)
    check_sheet(chart)
    assert "secret statistique" in words(chart)
    for text in (*words(chart), chart.alt, chart.titre, str(chart.donnees.html())):
        assert "50\u00a0%" not in text
        assert "40" not in text
    assert "dernier" not in chart.titre
    assert cells(chart)[-2][:4] == ["Vert", "s", "s", "s"]


def test_nothing_to_show_is_said() -> None:
    assert of_colours(answers(COLOURS, [0, 0, 0, 0])).titre == "Aucune réponse disponible"
    secret = of_colours(answers(COLOURS, [1, 1, 1, 1], statut="s"))
    check_sheet(secret)
    assert secret.titre == "Réponses couvertes par le secret statistique"
    assert not any("%" in said for said in words(secret))


def own_amounts() -> Chart:
    rows = [
        estimate("a", "", 38.0, perimetre_type="cite"),
        estimate("b", "", 14.0, perimetre_type="cite"),
        estimate("c", "", None, perimetre_type="cite", statut="s"),
        estimate("d", "", 0.0, perimetre_type="cite"),
    ]
    labels = {"a": LONG, "b": "<script>alert(1)</script>", "c": "État", "d": "Autres"}
    return bars(
        pd.DataFrame(rows),
        labels,
        id="f",
        measure="Cofinancement, en milliers d’euros",
        unit="k€",
        medians={"a": 17, "b": 20, "c": 5, "d": 3},
        name=LONG,
        order="liste",
        **MEANS,
    )


def test_own_amounts_are_set_against_medians() -> None:
    chart = own_amounts()
    check_sheet(chart)
    check_page(chart)
    assert "1\u00a0valeur sur 3 au-dessus de la médiane" in chart.titre  # the withheld one is not compared
    assert "cette Cité" in words(chart, NARROW)
    assert "38\u00a0k€" in words(chart)


def test_the_own_value_of_the_cite_is_a_disc_with_its_number() -> None:
    rows = [estimate("a", "moyenne", 14.2, base=81), estimate("b", "moyenne", 9.64, base=80)]
    labels = {"a": "Partenaires", "b": "Référents"}
    chart = bars(
        pd.DataFrame(rows),
        labels,
        id="f",
        measure="Moyenne",
        unit="",
        digits=1,
        own={"a": 27, "b": 9.6},
        name="Pau",
        **MEANS,
    )
    check_sheet(chart)
    assert {"14,2", "27,0", "9,6", "Pau"} <= set(words(chart))
    assert cells(chart)[0][-1] == "27,0"
    assert "Pau : Partenaires 27,0" in chart.alt.replace("\u00a0", " ")


def test_intervals_are_on_the_axis_of_the_shares() -> None:
    # 30 of 60, and 15 silent: 12 that left the question blank, 3 that gave no return. 30/75 to 45/75, never over 100 %.
    rows = [estimate("q", "rouge", 50.0, n=30, base=60, manquants=12, recensement_bas=30, recensement_haut=45)]
    chart = of_colours(rows, intervals="recensement")
    check_sheet(chart)
    assert "40\u00a0% à 60\u00a0%" in cells(chart)[0]
    assert "toutes les Cités" in dict(chart.notes)["Trait fin"]
    rows[0]["hors_echelle"] = 6  # then the counts of the network have no share of their own
    assert "Trait fin" not in dict(of_colours(rows, intervals="recensement").notes)


def test_chosen_answers_and_negative_values() -> None:
    chart = of_colours(answers(COLOURS, [10, 40, 20, 10]), chosen={"vert"}, name="Les Mureaux")
    check_sheet(chart)
    assert "Réponse des Mureaux\u00a0: «\u00a0Vert\u00a0»" in chart.alt
    assert [row[-1] for row in cells(chart)[:4]] == ["oui", "non", "non", "non"]
    rows = [estimate("q", "rouge", -40.0), estimate("q", "vert", 60.0)]
    check_sheet(of_colours(rows, unit="points"))


def test_rows_must_name_their_bars() -> None:
    twice = answers(COLOURS, [1, 2, 3, 4])
    with pytest.raises(ValueError, match="same thing"):
        of_colours(twice + twice)
    with pytest.raises(ValueError, match="several indicators"):
        of_colours(twice + answers(COLOURS, [1, 2, 3, 4], indicateur="r"))
    with pytest.raises(ValueError, match="vocabulary"):
        bars(pd.DataFrame(twice), {"q": "Q"}, id="f", measure="", **MEANS)


def test_words_shared_by_the_figures() -> None:
    assert [share(v).replace("\u00a0", " ") for v in (0, 0.3, 0.5, 2.5, 99.7)] == [
        "0 %",
        "< 1 %",
        "1 %",
        "3 %",
        "100 %",
    ]
    assert base_words([81, None, 52], ("Cité", "Cités")) == "52 à 81\u00a0Cités selon la ligne"
    assert base_words([1], ("Cité", "Cités")) == "1\u00a0Cité"
    assert base_words([], ("Cité", "Cités")) == "non disponible"
    assert base_words([50, 60], ("a", "b"), {"Ne sait pas": [0, 4]}).endswith("hors «\u00a0Ne sait pas\u00a0» (0 à 4)")
    assert extremes({"a": 1.0, "b": 3.0, "c": 1.0}) == (["b"], ["a", "c"])
    with pytest.raises(ValueError, match="8 levels"):
        ramp(8)
    (read,) = read_estimates(pd.DataFrame([estimate("a", "b", 5.0, statut="s", n=3, base=4)]))
    assert (read.valeur, read.n, read.base, read.known) == (None, None, None, False)
