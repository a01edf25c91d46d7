"""The documentation as a site: built without a warning, asking nothing from outside."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from scripts.docs_typography import french_spaces

from .pages import REPOSITORY

# What a page fetches by itself: a link that a reader follows (`a href`) is not one.
_FETCHES = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "link": "href",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
}
_OUTSIDE = re.compile(r"^(?:https?:)?//")
_CSS = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])((?:https?:)?//[^"')\s]+)""")


class _Fetched(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and given.get("rel") in ("canonical", "prev", "next", "alternate"):
            return
        address = given.get(_FETCHES.get(tag, ""))
        if address and _OUTSIDE.match(address):
            self.found.append(address)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documentation") / "site"
    command = [sys.executable, "-m", "mkdocs", "--quiet", "build", "--strict", "--site-dir", str(folder)]
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    made = subprocess.run(command, cwd=REPOSITORY, env=env, capture_output=True, text=True, check=False)
    assert (made.returncode, made.stdout, made.stderr) == (0, "", "")
    return folder


def test_every_page_is_in_the_menu_and_built(site: Path) -> None:
    sources = {
        path.relative_to(REPOSITORY / "docs").with_suffix(".html") for path in (REPOSITORY / "docs").rglob("*.md")
    }
    assert sources <= {path.relative_to(site) for path in site.rglob("*.html")}
    menu = (site / "index.html").read_text("utf-8")
    assert [str(page) for page in sources if f'href="{page}"' not in menu and page.name != "index.html"] == []


def test_no_page_asks_anything_from_outside(site: Path) -> None:
    assert len(list(site.rglob("*.html"))) > 15
    found = [
        f"{path.relative_to(site)}: {address}"
        for path in site.rglob("*")
        if path.suffix in (".html", ".css")
        for text in [path.read_text("utf-8")]
        for address in [*_CSS.findall(text), *(_Fetched(text).found if path.suffix == ".html" else [])]
    ]
    assert found == []


def test_the_reference_names_what_is_public(site: Path) -> None:
    page = (site / "reference.html").read_text("utf-8")
    for name in (
        "load_publication",
        "stats.likert_summary",
        "indicators.Indicator",
        "governance.GovernanceModel",
        "crosssite.associate",
        "publication.Publication",
        "figures.likert.likert",
        "batch.run_batch",
        "publish.site.publish_site",
    ):
        assert f'id="citesresearch.{name}"' in page, name


def test_search_works_from_a_folder(site: Path) -> None:
    assert "pseudonymes" in (site / "search" / "search_index.js").read_text("utf-8")
    assert (site / "assets" / "iframe-worker.js").is_file()


@pytest.mark.parametrize(
    ("page", "fetched"),
    [
        ('<a href="https://exemple.fr">x</a><link rel="canonical" href="https://exemple.fr">', []),
        ('<img src="images/a.png"><script src="//exemple.fr/a.js"></script>', ["//exemple.fr/a.js"]),
        ('<link rel="stylesheet" href="https://exemple.fr/a.css">', ["https://exemple.fr/a.css"]),
    ],
)
def test_what_is_fetched_is_seen(page: str, fetched: list[str]) -> None:
    assert _Fetched(page).found == fetched


def test_spaces_of_french_do_not_break_lines_and_code_is_left_alone() -> None:
    assert french_spaces("<p>« oui » : 5 % ; non ?</p>") == (
        "<p>«\u00a0oui\u00a0»\u00a0: 5\u00a0%\u202f; non\u202f?</p>"
    )
    code = '<a title="a : b"><code>x : y ; z</code></a><pre><span>« a »</span> : b</pre>'
    assert french_spaces(code) == code


@pytest.mark.parametrize("path", sorted((REPOSITORY / "docs" / "images").glob("*.png")), ids=lambda path: path.name)
def test_pictures_are_light_shown_and_described(path: Path) -> None:
    assert path.stat().st_size < 150_000
    pages = [REPOSITORY / "README.md", *(REPOSITORY / "docs").rglob("*.md")]
    described = [re.search(rf"!\[([^]]*)\]\([^)]*{re.escape(path.name)}\)", page.read_text("utf-8")) for page in pages]
    assert any(found is not None and len(found[1]) > 30 for found in described)
