"""The checks of a site: three typical monographs are without fault, and each fault that is put in is found."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from citesresearch import load_publication, sections
from citesresearch.batch.freshness import PageState
from citesresearch.batch.ledger import FILE_NAME, Ledger
from citesresearch.cli import main
from citesresearch.errors import CitesError
from citesresearch.publication import Publication
from citesresearch.publish import checks, chromium
from citesresearch.publish.checks import check_site, static_faults
from citesresearch.publish.chromium import Browser
from citesresearch.publish.page import export_page
from citesresearch.publish.prints import capture_site
from citesresearch.publish.site import publish_site

from .conftest import cell, executed
from .test_site import attempt

FULL, PARTIAL, EMPTY = "cde-003", "cde-001", "cde-036"


@pytest.fixture(scope="module")
def publication(repository: Path) -> Publication:
    return load_publication(str(repository / "data" / "raw" / "publique"))


@pytest.fixture(scope="module")
def built(publication: Publication, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build folder with three monographs as a run leaves them."""
    build = tmp_path_factory.mktemp("build")
    pages = build / publication.campagne / "pages"
    pages.mkdir(parents=True)
    with Ledger(build / publication.campagne / FILE_NAME) as ledger:
        for ident in (FULL, PARTIAL, EMPTY):
            site = publication.cite(ident)
            cells = (cell(rubric(site)) for rubric in sections.SECTIONS)
            page = export_page(executed(cell(sections.couverture(site)), *cells))
            (pages / f"{ident}.html").write_text(page, encoding="utf-8")
            ledger.record(attempt(ident, page=page, made_from=publication.empreinte))
    publish_site([publication], build)
    return build


@pytest.fixture
def site(built: Path, tmp_path: Path) -> Path:
    """The published site, free to be spoilt."""
    return Path(shutil.copytree(built / "site", tmp_path / "site"))


def test_three_typical_monographs_and_the_pages_around_them_have_no_fault(site: Path, publication: Publication) -> None:
    assert static_faults(site, [publication]) == []
    assert len(list(site.rglob("*.html"))) == 3 + 4


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id="fiche', 'id="autre', "il manque la rubrique"),
        (
            "<figure id=",
            '<figure id="f-de-trop"><p>x</p></figure><figure id=',
            "la figure « f-de-trop » n’est pas celle",
        ),
        ('href="../index.html"', 'href="../perdu.html"', "« ../perdu.html » ne mène nulle part"),
        ('href="#', 'href="#perdu-', "vise un endroit qui n’existe pas"),
        ('href="indicateurs.html"', 'href="https://exemple.test"', "quitte le site"),
        ("17\u202f000", "17\u202f001", "ne dit pas ce que disent les données"),
        ("</main>", "<p>" + "x" * 300_000 + "</p></main>", "pour 300\u00a0ko au plus"),
    ],
)
def test_a_fault_put_into_a_page_is_found(site: Path, publication: Publication, old: str, new: str, said: str) -> None:
    page = site / publication.campagne / f"{FULL}.html"
    text = page.read_text(encoding="utf-8")
    assert old in text
    page.write_text(text.replace(old, new, 1), encoding="utf-8")
    faults = static_faults(site, [publication])
    assert any(said in words.replace(" ko", "\u00a0ko") for name, words in faults if name.endswith(f"{FULL}.html")), (
        faults
    )


def test_without_chromium_the_report_says_what_was_not_verified(
    site: Path, publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "find_chromium", lambda: None)
    report = check_site(site, [publication])
    assert (report.pages, report.faults) == (7, ())
    assert "Chromium est absent" in report.summary()


def test_without_chromium_printing_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "find_chromium", lambda: None)
    with pytest.raises(CitesError, match="sudo apt install chromium"):
        Browser()


def test_the_command_ends_with_1_when_a_page_has_a_fault(
    built: Path,
    publication: Publication,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    repository: Path,
) -> None:
    monkeypatch.setattr(checks, "find_chromium", lambda: None)
    fresh = {run: PageState("a_jour") for run in (FULL, PARTIAL, EMPTY)}
    stands = SimpleNamespace(inventory=SimpleNamespace(empreinte=publication.empreinte), states=fresh)
    monkeypatch.setattr("citesresearch.cli.site.pages_of", lambda asked, campagne: stands)
    arguments = [
        "publish",
        "--quand-meme",
        "-c",
        str(repository / "data" / "raw" / "publique"),
        "--build",
        str(built),
        "--check",
    ]
    monkeypatch.setattr(checks, "MONOGRAPH", 10)
    assert main(arguments) == 1
    said = capsys.readouterr().out.replace("\u00a0", " ")
    assert "7 pages vérifiées, 3 défauts." in said
    assert f"{FULL}.html : la page pèse" in said


@pytest.mark.navigateur
def test_each_page_passes_in_a_browser(site: Path, publication: Publication, axe: Path) -> None:
    for page in site.rglob("*.html"):
        if page.stem not in (EMPTY, "index", "methode", "indicateurs", "editions"):
            page.unlink()  # those that tests/publish/test_browser.py opens
    told: list[tuple[int, int]] = []
    faults = list(checks._seen(site, sorted(site.rglob("*.html")), axe, lambda *said: told.append(said)))
    assert faults == []
    assert told == [(done, 5) for done in range(1, 6)]


@pytest.mark.navigateur
def test_what_a_browser_refuses_is_told(site: Path, publication: Publication, axe: Path) -> None:
    page = site / "editions.html"
    text = (
        page.read_text(encoding="utf-8")
        .replace('<html lang="fr">', "<html>")
        .replace("</main>", '<img src="perdu.png"></main>')
    )
    page.write_text(text, encoding="utf-8")
    faults = [words for _, words in checks._seen(site, [page], axe, None)]
    assert any("html-has-lang" in words for words in faults)
    assert any("perdu.png" in words for words in faults)


@pytest.mark.navigateur
def test_pages_are_printed_and_photographed(built: Path, publication: Publication, tmp_path: Path) -> None:
    build = Path(shutil.copytree(built, tmp_path / "b"))
    publish_site([publication], build, pdf=True)
    folder = build / "site" / publication.campagne
    for ident in (FULL, PARTIAL, EMPTY):
        document = (folder / "pdf" / f"{ident}.pdf").read_bytes()
        assert document.startswith(b"%PDF-")
        (box,) = set(re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", document))
        assert [round(float(side)) for side in box] == [595, 842], "A4, in points"
        assert f'<a href="pdf/{ident}.pdf" download>PDF</a>' in (folder / f"{ident}.html").read_text(encoding="utf-8")
    assert static_faults(build / "site", [publication]) == []
    said = capture_site(build / "site", tmp_path / "captures")
    names = {path.name for path in (tmp_path / "captures").iterdir()}
    assert {
        f"{publication.campagne}_complete_telephone.png",
        f"{publication.campagne}_vide_papier.png",
        "index_bureau.png",
    } <= names
    assert said.startswith("12\u00a0captures")
