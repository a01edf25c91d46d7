"""The site: every page it links to is there, and it is replaced whole or not at all."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from tests.campagnes import TABLES, write_campagne

from citesresearch import load_publication
from citesresearch.batch.freshness import PageState
from citesresearch.batch.ledger import FILE_NAME, Attempt, Ledger
from citesresearch.batch.plan import NETWORK
from citesresearch.data.campagne import find_campagne
from citesresearch.data.inputs import inputs_of_campagne
from citesresearch.errors import CitesError
from citesresearch.publication import Publication
from citesresearch.publish.page import NAVIGATION, SITE, export_page
from citesresearch.publish.site import publish_site
from citesresearch.publish.verify import verify
from citesresearch.storage.store import checksum


def attempt(ident: str, outcome: str = "reussi", page: str = "", made_from: str = "") -> Attempt:
    """A page as the ledger knows it, made from the data of that fingerprint."""
    kind = ident if ident in ("synthese", *NETWORK) else "monographie"
    sha = hashlib.sha256(page.encode()).hexdigest()
    return Attempt("b", kind, ident, "", "", 1.0, outcome, "", "", sha, "0", made_from)  # type: ignore[arg-type]


def make_pages(
    build: Path, idents: dict[str, str], content: str = SITE + NAVIGATION, made_from: str = "", **whole: str
) -> None:
    """Pages as the batch leaves them, with what the ledger says of each; `whole` gives the text of some."""
    made_from = made_from or checksum(inputs_of_campagne(find_campagne("essai")))
    (build / "essai" / "pages").mkdir(parents=True)
    with Ledger(build / "essai" / FILE_NAME) as ledger:
        for ident, outcome in idents.items():
            page = whole.get(ident) or f"<!DOCTYPE html><html lang=fr><title>{ident}</title>{content}</html>"
            ledger.record(attempt(ident, outcome, page, made_from))
            (build / "essai" / "pages" / f"{ident}.html").write_text(page, encoding="utf-8")


@pytest.fixture
def publication(small: Publication, small_project: Path) -> Publication:
    return small


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


def links(page: Path) -> list[str]:
    parser = Links()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser.found


def test_every_link_of_the_site_leads_somewhere(publication: Publication, tmp_path: Path) -> None:
    make_pages(tmp_path / "b", {"cde-001": "reussi", "cde-003": "reussi", "synthese": "reussi"})
    report = publish_site([publication], tmp_path / "b")
    assert report.pages == (("essai", 2, 3),)
    site = tmp_path / "b" / "site"
    pages = sorted(site.rglob("*.html"))
    assert [p.relative_to(site).as_posix() for p in pages] == [
        "editions.html",
        "essai/cde-001.html",
        "essai/cde-003.html",
        "essai/indicateurs.html",
        "essai/methode.html",
        "essai/synthese.html",
        "index.html",
    ]
    for page in pages:
        for link in links(page):
            assert not link.startswith("http")
            assert link.startswith("#") or (page.parent / link).resolve().is_file(), f"{page.name}: {link}"
    assert NAVIGATION not in (site / "essai" / "cde-001.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("synthesis", [True, False])
def test_pages_link_to_the_synthesis_where_there_is_one(
    publication: Publication, tmp_path: Path, monographie: nbformat.NotebookNode, synthesis: bool
) -> None:
    idents = ["cde-001", "cde-003", *(["synthese"] if synthesis else [])]
    make_pages(tmp_path / "b", dict.fromkeys(idents, "reussi"), export_page(monographie))
    publish_site([publication], tmp_path / "b")
    page = tmp_path / "b" / "site" / "essai" / "cde-001.html"
    assert ("synthese.html" in links(page)) is synthesis
    assert [link for link in links(page) if not link.startswith("#") and not (page.parent / link).is_file()] == []


@pytest.mark.parametrize("page", NETWORK)
@pytest.mark.parametrize(
    ("made", "returns", "linked"), [(True, True, True), (False, True, False), (True, False, False)]
)
def test_a_page_made_from_returns_is_linked_where_it_is(
    publication: Publication, tmp_path: Path, page: str, made: bool, returns: bool, linked: bool
) -> None:
    if returns:
        tables = {**publication.tables, "retours": pd.DataFrame({"id_cde": ["cde-001"]})}
        publication = dataclasses.replace(publication, tables=tables)
    make_pages(tmp_path / "b", dict.fromkeys(["cde-001", *([page] if made else [])], "reussi"))
    report = publish_site([publication], tmp_path / "b")
    assert report.pages == (("essai", 1, 3),), "it is no monograph"
    site = tmp_path / "b" / "site"
    assert (f"essai/{page}.html" in links(site / "index.html")) is linked
    assert (site / "essai" / f"{page}.html").exists() is linked


def test_a_page_of_the_network_links_no_monograph_that_is_missing(publication: Publication, tmp_path: Path) -> None:
    tables = {**publication.tables, "retours": pd.DataFrame({"id_cde": ["cde-001"]})}
    publication = dataclasses.replace(publication, tables=tables)
    content = f'{NAVIGATION}<a href="cde-001.html">Alpha</a>, <a href="cde-002.html">Bêta</a>'
    make_pages(tmp_path / "b", dict.fromkeys(["cde-001", "configurations"], "reussi"), content)
    publish_site([publication], tmp_path / "b")
    page = (tmp_path / "b" / "site" / "essai" / "configurations.html").read_text(encoding="utf-8")
    assert '<a href="cde-001.html">Alpha</a>, Bêta</html>' in page


def test_what_failed_or_was_never_made_is_said_and_not_linked(publication: Publication, tmp_path: Path) -> None:
    make_pages(tmp_path / "b", {"cde-001": "reussi", "cde-002": "echec"})
    publish_site([publication], tmp_path / "b")
    index = (tmp_path / "b" / "site" / "index.html").read_text(encoding="utf-8")
    assert index.count("monographie non produite") == 2
    assert "cde-002.html" not in index
    assert "Bêta" in index


def test_a_page_whose_rerun_failed_is_left_out_and_said(publication: Publication, tmp_path: Path) -> None:
    make_pages(tmp_path / "b", {"cde-001": "reussi", "cde-003": "reussi"})
    with Ledger(tmp_path / "b" / "essai" / FILE_NAME) as ledger:
        ledger.record(dataclasses.replace(attempt("cde-001", "echec"), message="La cellule 3 s’est arrêtée."))
    report = publish_site([publication], tmp_path / "b")
    assert not (tmp_path / "b" / "site" / "essai" / "cde-001.html").exists()
    assert report.left["essai"]["cde-001"] == "en échec : La cellule 3 s’est arrêtée."
    assert "cde-001 : en échec" in report.summary()
    assert not report.whole


def test_a_cite_that_has_left_the_campagne_leaves_the_site(publication: Publication, tmp_path: Path) -> None:
    make_pages(tmp_path / "b", {"cde-001": "reussi", "cde-099": "reussi"})
    publish_site([publication], tmp_path / "b")
    assert not (tmp_path / "b" / "site" / "essai" / "cde-099.html").exists()


def test_the_same_pages_give_the_same_site(publication: Publication, tmp_path: Path) -> None:
    make_pages(tmp_path / "b", {"cde-001": "reussi", "cde-003": "reussi"})

    def content() -> dict[str, bytes]:
        publish_site([publication], tmp_path / "b")
        site = tmp_path / "b" / "site"
        return {p.relative_to(site).as_posix(): p.read_bytes() for p in site.rglob("*") if p.is_file()}

    assert content() == content()


def test_nothing_to_publish_leaves_the_former_site(publication: Publication, tmp_path: Path) -> None:
    (tmp_path / "b" / "site").mkdir(parents=True)
    (tmp_path / "b" / "site" / "index.html").write_text("ancien")
    with pytest.raises(CitesError, match="Aucune monographie à publier"):
        publish_site([publication], tmp_path / "b")
    assert (tmp_path / "b" / "site" / "index.html").read_text() == "ancien"


def test_a_place_that_cannot_be_written(publication: Publication, tmp_path: Path) -> None:
    make_pages(tmp_path / "b", {"cde-001": "reussi"})
    (tmp_path / "b" / "site").write_text("un fichier à la place du dossier")
    with pytest.raises(CitesError, match="est un fichier, là où il faut un dossier"):
        publish_site([publication], tmp_path / "b")
    assert (tmp_path / "b" / "site").read_text() == "un fichier à la place du dossier"
    (tmp_path / "c").write_text("x")
    with pytest.raises(CitesError, match=r"Aucune monographie|Impossible d’écrire"):
        publish_site([publication], tmp_path / "c" / "d")


def test_text_from_the_data_is_inert(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = '"><script>alert(1)</script>'
    cites = TABLES["cites"].replace("Alpha", '"' + evil.replace('"', '""') + '"').replace("Provence", "<b>Provence</b>")
    write_campagne(tmp_path, cites=cites)
    monkeypatch.chdir(tmp_path)
    make_pages(tmp_path / "b", {"cde-001": "reussi", "cde-002": "reussi"})
    publish_site([load_publication("essai")], tmp_path / "b")
    for page in (tmp_path / "b" / "site").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script>alert" not in text
        assert "<b>Provence" not in text


def test_the_policy_lets_the_page_s_own_script_through_and_no_other(publication: Publication, tmp_path: Path) -> None:
    import base64
    import hashlib

    make_pages(tmp_path / "b", {"cde-001": "reussi"})
    publish_site([publication], tmp_path / "b")
    text = (tmp_path / "b" / "site" / "index.html").read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)
    assert policy
    assert script
    hashed = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert f"script-src &#39;sha256-{hashed}&#39;" in policy[1]
    assert "default-src &#39;none&#39;" in policy[1]
    assert "unsafe" not in policy[1]


def test_the_words_to_search_are_plain_and_hold_aliases(publication: Publication, tmp_path: Path) -> None:
    make_pages(tmp_path / "b", {"cde-001": "reussi"})
    publish_site([publication], tmp_path / "b")
    texts = re.findall(r'data-texte="([^"]*)"', (tmp_path / "b" / "site" / "index.html").read_text(encoding="utf-8"))
    assert "beta amberieu ajaccio" in texts
    assert all(text == text.lower() and text.isascii() for text in texts)
    assert json.dumps(texts).isascii()


def test_a_page_that_is_not_the_ledger_s_is_not_published(publication: Publication, tmp_path: Path) -> None:
    make_pages(tmp_path / "b", {"cde-001": "reussi", "cde-003": "reussi"})
    changed = tmp_path / "b" / "essai" / "pages" / "cde-003.html"
    changed.write_text(changed.read_text("utf-8") + "ajout", encoding="utf-8")
    assert publish_site([publication], tmp_path / "b").pages == (("essai", 1, 3),)


def test_a_page_keeps_the_fingerprint_of_the_data_it_was_made_from(publication: Publication, tmp_path: Path) -> None:
    """A page whose own slice has not changed stays, as `status` says; the data around it may have."""
    former = "0123456789ab"
    footer = f"{NAVIGATION}<p>empreinte des données {former}</p>"
    make_pages(tmp_path / "b", {"cde-001": "reussi"}, footer, former)
    with pytest.raises(CitesError, match="les données ont changé"):
        publish_site([publication], tmp_path / "b")  # nobody says that it is up to date
    standing = {"essai": {"cde-001": PageState("a_jour")}}
    report = publish_site([publication], tmp_path / "b", standing=standing)
    text = (report.folder / "essai" / "cde-001.html").read_text("utf-8")
    assert f"empreinte des données {former}" in text
    assert publication.empreinte not in text
    assert verify(report.folder, report.empreinte).faults == ()
