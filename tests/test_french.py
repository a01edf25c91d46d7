"""Numbers and words as a French reader expects them; expected values typed by hand (no-break spaces escaped)."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citesresearch import french


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (31915, None, "31\u202f915"),
        (22.3, None, "22,3"),
        (0.8, None, "0,8"),
        (-4.2, 1, "−4,2"),
        (2.5, 0, "3"),
        (0.125, None, "0,13"),
        (-0.001, None, "0"),
        (-0.01, 1, "0,0"),
        (1234567, 0, "1\u202f234\u202f567"),
    ],
)
def test_number(value: float, digits: int | None, expected: str) -> None:
    assert french.number(value, digits) == expected


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_missing_number_is_never_printed(value: float) -> None:
    with pytest.raises(ValueError, match="printed"):
        french.number(value)


@given(st.integers(-(10**12), 10**12))
def test_numbers_read_back(value: int) -> None:
    text = french.number(value).replace("\u202f", "").replace("−", "-")
    assert int(text) == value


def test_percent_keeps_its_space() -> None:
    assert french.percent(61.3) == "61,3\u00a0%"


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0\u00a0partenaire"),
        (1, "1\u00a0partenaire"),
        (1.9, "1,9\u00a0partenaire"),
        (2, "2\u00a0partenaires"),
        (-2, "−2\u00a0partenaires"),
    ],
)
def test_plural_starts_at_two(count: float, expected: str) -> None:
    assert french.plural(count, "partenaire") == expected


def test_plural_of_several_words_and_of_irregular_ones() -> None:
    assert french.noun(3, "Cité équilibrée") == "Cités équilibrées"
    assert french.noun(3, "groupe de travail", "groupes de travail") == "groupes de travail"
    assert french.noun(3, "mois") == "mois"


@pytest.mark.parametrize(
    ("iso", "expected"),
    [
        ("2021", "2021"),
        ("2021-07", "juillet 2021"),
        ("2020-12-01", "1er\u00a0décembre 2020"),
        ("2023-07-25", "25 juillet 2023"),
    ],
)
def test_date(iso: str, expected: str) -> None:
    assert french.date(iso) == expected


@pytest.mark.parametrize("iso", ["2021-13", "2021-02-30", "juillet", "21-07", ""])
def test_a_date_that_does_not_exist_is_refused(iso: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        french.date(iso)


def test_listing() -> None:
    assert french.listing([]) == ""
    assert french.listing(["a"]) == "a"
    assert french.listing(["a", "b", "c"]) == "a, b et c"
    assert french.listing(["a", "b"], "ou") == "a ou b"


def test_typeset_puts_the_spaces_of_french() -> None:
    assert (
        french.typeset("Où ? « oui » : 12 345 €, l'été")
        == "Où\u202f? «\u00a0oui\u00a0»\u00a0: 12\u202f345\u00a0€, l’été"
    )


@given(st.text())
def test_typeset_settles_at_once(text: str) -> None:
    assert french.typeset(french.typeset(text)) == french.typeset(text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Pau", "de Pau"),
        ("Angers", "d’Angers"),
        ("Le Havre", "du Havre"),
        ("Les Mureaux", "des Mureaux"),
        ("Évry", "d’Évry"),
        ("La Rochelle", "de La Rochelle"),
    ],
)
def test_of(name: str, expected: str) -> None:
    assert french.of(name) == expected


def test_plain_compares_without_accents() -> None:
    assert french.plain("Saint-Étienne") == french.plain("saint etienne")
    assert french.plain("Cœur d’Ostrevent") == "coeur d ostrevent"


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Préfecture", "préfecture"),
        ("DDETS ou DEETS", "DDETS ou DEETS"),
        ("Pôle emploi (France Travail)", "Pôle emploi (France Travail)"),
        ("État", "État"),
        ("Élu", "élu"),
        ("À égalité", "à égalité"),
        ("CAF", "CAF"),
        ("", ""),
    ],
)
def test_a_label_inside_a_sentence(label: str, expected: str) -> None:
    assert french.within(label) == expected
