"""Import: what was collected comes back as the tables that it was made from, whatever the tool and the shape."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citesresearch.data.campagne import find_campagne
from citesresearch.data.collecte import Import, import_answers
from citesresearch.data.collecte.pseudonymes import Pseudonyms
from citesresearch.data.collecte.report import words

from . import exports
from .exports import (
    FORMS,
    KEY,
    SOURCES,
    Lines,
    Tables,
    identifier,
    kobo,
    limesurvey,
    limesurvey_titles,
    long,
    same,
    save_sheets,
    write_csv,
)

SHORT = 2  # Cités in the ordinary suite


@pytest.fixture(scope="module")
def demo(demonstration_files: Path) -> tuple[Path, Tables]:
    return demonstration_files, exports.read(demonstration_files)


@pytest.fixture
def short(demo: tuple[Path, Tables]) -> Tables:
    """The answers of a few Cités, one of which has everything that a form may ask (no verbatim is asked here)."""
    return exports.part_of(demo[1], sorted(demo[1]["retours"].id_cde)[:SHORT])


class Place:
    """A campagne before anything was collected, its key, and a folder for exports."""

    def __init__(self, root: Path, full: Path) -> None:
        self.root = root
        self.folder = exports.empty_campagne(full, root / "campagne")
        self.key = root / "cle"
        self.key.write_text(KEY)
        self.key.chmod(0o600)
        self.received = root / "recu"
        self.received.mkdir()

    def bring(
        self, nom: str, *files: Path, mapping: Path | None = None, replace: bool = False, preview: bool = False
    ) -> Import:
        campagne = find_campagne(self.folder)
        return import_answers(
            campagne, files, mapping, replace=replace, preview=preview, key=self.key, source=SOURCES[nom]
        )

    def bytes(self) -> dict[str, bytes]:
        return {
            path.name: path.read_bytes() for path in self.folder.iterdir() if path.is_file() and path.suffix == ".csv"
        }

    def tables(self) -> Tables:
        return exports.read(self.folder)


@pytest.fixture
def place(tmp_path: Path, demo: tuple[Path, Tables]) -> Place:
    return Place(tmp_path, demo[0])


def pseudonyms(tables: Tables, of: Callable[[str], str] = identifier) -> dict[str, str]:
    """The pseudonym of each respondent, from the identifier that the tool gave."""
    made = Pseudonyms(bytes.fromhex(KEY))
    return {key: made.repondant(of(key)) for key in tables["repondants"].id_repondant}


def numbered(tables: Tables) -> dict[str, str]:
    """The same for Kobo, whose `_id` does not change when an answer is edited."""
    order = {key: f"Kobo {1001 + n}" for n, key in enumerate(tables["repondants"].id_repondant)}
    return pseudonyms(tables, order.__getitem__)


def ok(result: Import) -> Import:
    assert not result.refused, words(result)
    assert result.written, words(result)
    return result


def save(place: Place, suffix: str, sheets: dict[str, Lines], name: str) -> Path:
    return save_sheets(place.received / f"{name}{suffix}", sheets)


# --- round trips ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("suffix", "labels", "split"), [(".xlsx", False, True), (".ods", True, False)])
def test_a_kobo_export_comes_back_equal(place: Place, short: Tables, suffix: str, labels: bool, split: bool) -> None:
    for nom, form in FORMS.items():
        ok(place.bring(nom, save(place, suffix, kobo(form, short, labels, split), nom)))
    same(place.tables(), short, numbered(short))


@pytest.mark.parametrize(("split", "whole"), [(True, True), (True, False), (False, True)])
def test_a_kobo_export_in_whole_words_comes_back_equal(place: Place, short: Tables, split: bool, whole: bool) -> None:
    for nom, form in FORMS.items():
        sheets = kobo(form, short, labels=True, split=split, titles=True, whole=whole)
        ok(place.bring(nom, save(place, ".xlsx", sheets, nom)))
    same(place.tables(), short, numbered(short))


def test_a_limesurvey_export_in_whole_words_comes_back_equal(place: Place, short: Tables) -> None:
    form = FORMS["acteurs"]
    ok(place.bring("acteurs", save(place, ".xlsx", {"réponses": limesurvey_titles(form, short)}, "acteurs")))
    found = place.tables()
    same(found, {name: short[name] for name in form.tables if name in short and name in found}, pseudonyms(short))


@pytest.mark.parametrize(("suffix", "labels"), [(".csv", False), (".xlsx", True)])
def test_a_limesurvey_export_comes_back_equal(place: Place, short: Tables, suffix: str, labels: bool) -> None:
    for nom, form in FORMS.items():
        lines, coded = limesurvey(form, short, labels)
        mapping = write_csv(
            place.received / "c.csv", [["colonne", "champ"], *([code, champ] for code, champ in coded.items())]
        )
        ok(place.bring(nom, save(place, suffix, {"réponses": lines}, nom), mapping=mapping))
    same(place.tables(), short, pseudonyms(short))


@pytest.mark.parametrize("suffix", [".ods", pytest.param(".csv", marks=pytest.mark.torture)])
def test_the_long_shape_comes_back_equal(place: Place, short: Tables, suffix: str) -> None:
    for nom, form in FORMS.items():
        result = ok(place.bring(nom, save(place, suffix, {"réponses": long(form, short)}, nom)))
        assert "forme longue (une ligne par réponse)" in words(result)
    same(place.tables(), short, pseudonyms(short))


# --- whatever the order, the number of times, the number of files -------------------------------------


def shuffled(lines: Lines, chance: random.Random) -> Lines:
    header, *rows = lines
    chance.shuffle(rows)
    order = chance.sample(range(len(header)), len(header))
    return [[line[i] for i in order] for line in (header, *rows)]


@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_changes_no_byte(
    tmp_path_factory: pytest.TempPathFactory, demo: tuple[Path, Tables], short: Tables, chance: random.Random
) -> None:
    """The returns with their repeats in one workbook; the place is made once, then filled from shuffled sheets."""
    sheets = kobo(FORMS["retour"], short)
    written = []
    for some in (sheets, {name: shuffled(lines, chance) for name, lines in sheets.items()}):
        place = Place(tmp_path_factory.mktemp("ordre"), demo[0])
        ok(place.bring("retour", save(place, ".ods", some, "retour")))
        written.append(place.bytes())
    assert written[0] == written[1]


@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False), st.booleans())
def test_two_halves_make_the_whole_and_twice_makes_once(
    tmp_path_factory: pytest.TempPathFactory,
    demo: tuple[Path, Tables],
    short: Tables,
    chance: random.Random,
    together: bool,
) -> None:
    """Split by respondents, with some in both files; the halves at once or one after the other, then all again."""
    header, *rows = kobo(FORMS["acteurs"], short)[FORMS["acteurs"].titre[:31]]
    halves = [[row for row in rows if chance.random() < 0.6] for _ in range(2)]
    halves[0] += [row for row in rows if row not in halves[0] + halves[1]]
    whole, parts = (Place(tmp_path_factory.mktemp("moities"), demo[0]) for _ in range(2))
    ok(whole.bring("acteurs", write_csv(whole.received / "tout.csv", [header, *rows])))
    files = [write_csv(parts.received / f"{n}.csv", [header, *half], ",") for n, half in enumerate(halves)]
    for some in [files] if together else [files[:1], files[1:]]:
        parts.bring("acteurs", *some)
    assert parts.bytes() == whole.bytes()
    again = parts.bring("acteurs", *files)
    assert not again.altered
    assert parts.bytes() == whole.bytes()


@pytest.mark.torture
@pytest.mark.parametrize("labels", [False, True])
def test_the_whole_demonstration_comes_back_equal(place: Place, demo: tuple[Path, Tables], labels: bool) -> None:
    everything = exports.part_of(demo[1], demo[1]["retours"].id_cde)
    for nom, form in FORMS.items():
        ok(place.bring(nom, save(place, ".xlsx", kobo(form, everything, labels), nom)))
    same(place.tables(), everything, numbered(everything))
