"""What is verified of a site before it is shown: markup, links, sizes, rubrics and figures, then each page in a browser."""

from __future__ import annotations

import importlib.util
import os
import queue
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from ..french import number, plural
from ..publication import CitePublication, Publication
from ..sections import SECTIONS, couverture
from ..sections.blocks import Block, ChartBlock, Pair
from .chromium import Browser, find_chromium
from .markup import Markup, read_markup
from .page import FILLED_IN

__all__ = ["HEAVIEST", "MONOGRAPH", "CheckReport", "axe_script", "check_site", "static_faults"]

MONOGRAPH = 300_000  # bytes
HEAVIEST = 1_000_000  # of any other page
_SCHEMES = (("clair", False), ("sombre", True))
_AXE = """axe.run(document, {resultTypes: ["violations"]}).then((said) => said.violations.map((v) =>
  `${v.id} : ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 90)).join(" | ")}`))"""
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NARROWEST = 320  # pixels
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class CheckReport:
    """What was verified: how many pages, the faults as (page, sentence), what could not be verified and why."""

    pages: int
    faults: tuple[tuple[str, str], ...]
    unverified: tuple[str, ...]

    def summary(self) -> str:
        """The same, in French: every fault, page by page."""
        said = [f"{plural(self.pages, 'page vérifiée', 'pages vérifiées')}, {plural(len(self.faults), 'défaut')}."]
        said += [f"  {page} : {words}" for page, words in self.faults]
        return "\n".join([*said, *(f"Non vérifié : {words}" for words in self.unverified)])


def check_site(
    site: Path,
    publications: Sequence[Publication],
    browser: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> CheckReport:
    """Verify every page of a published site.

    Always: markup, texts of pictures, links and anchors, sizes, no outside request, rubrics and figures that the data allow.
    In Chromium, where it and axe-core are installed: axe-core in the light and the dark scheme, requests really made,
    nothing wider than a phone of 320 pixels. `progress` is told how many pages have been opened, of how many.
    """
    pages = sorted(site.rglob("*.html"))
    faults = static_faults(site, publications)
    unverified = []
    axe = axe_script()
    if not browser or find_chromium() is None:
        unverified.append("accessibilité (axe-core), requêtes et largeur de téléphone : Chromium est absent.")
    else:
        if axe is None:
            unverified.append("accessibilité : axe-core est absent (pip install axe-core-python).")
        faults += list(_seen(site, pages, axe, progress))
    return CheckReport(len(pages), tuple(faults), tuple(unverified))


def static_faults(site: Path, publications: Sequence[Publication]) -> list[tuple[str, str]]:
    """The faults that are found by reading the files of a site: (page, sentence)."""
    site = site.resolve()
    texts = {page: page.read_text(encoding="utf-8") for page in sorted(site.rglob("*.html"))}
    read = {page: read_markup(text) for page, text in texts.items()}
    expected = {
        site / publication.campagne / f"{ident}.html": publication.cite(ident)
        for publication in publications
        for ident in publication.cites["id_cde"]
    }
    faults = []
    for page, found in read.items():
        name = page.relative_to(site).as_posix()
        own = expected.get(page)
        sentences = [*found.faults, *_dead_links(page, found, read)]
        limit, size = (HEAVIEST if own is None else MONOGRAPH), len(texts[page].encode())
        if size >= limit:
            sentences.append(f"la page pèse {number(size / 1000, 0)} ko, pour {number(limit / 1000, 0)} ko au plus")
        if own is not None:
            sentences += _unexpected(own, found, texts[page])
        faults += [(name, words) for words in sentences]
    return faults


def _dead_links(page: Path, found: Markup, read: Mapping[Path, Markup]) -> Iterator[str]:
    for link in dict.fromkeys(found.links):
        address, _, anchor = link.partition("#")
        target = Path(os.path.normpath(page.parent / unquote(address))) if address else page
        if "://" in link or link.startswith(("//", "/")):
            yield f"le lien « {link} » quitte le site"
        elif not target.is_file():
            yield f"le lien « {link} » ne mène nulle part"
        elif anchor and (target not in read or anchor not in read[target].ids):
            yield f"le lien « {link} » vise un endroit qui n’existe pas"


def _unexpected(site: CitePublication, found: Markup, text: str) -> Iterator[str]:
    """Rubrics and figures of a monograph, and all that these say, against what its data give now."""
    made = [section(site) for section in SECTIONS]
    for what, wanted, there in (
        ("rubrique", [section.id for section in made], found.rubrics),
        ("figure", [chart for section in made for chart in _charts(section.blocks)], found.figures),
    ):
        yield from (
            f"il manque la {what} « {ident} » que les données permettent" for ident in wanted if ident not in there
        )
        yield from (f"la {what} « {ident} » n’est pas celle des données" for ident in there if ident not in wanted)
    shown = {"la couverture": couverture(site).html()}
    shown |= {f"la rubrique « {section.id} »": section.html() for section in made if section.id in found.rubrics}
    for name, words in shown.items():
        if passage := _first_absent(str(words), text):
            yield f"{name} ne dit pas ce que disent les données : « {passage} » n’y est pas"


def _first_absent(rubric: str, page: str) -> str:
    """What a rubric should say and the page does not, in its place; empty where the page says it all.

    The page says it word for word, but for the names of the indicators, which the site fills in.
    """
    at = 0
    for piece in FILLED_IN.split(rubric)[::2]:
        place = page.find(piece, at)
        if place < 0:
            same = bisect_left(range(len(piece)), True, key=lambda end: page.find(piece[: end + 1], at) < 0)
            start = piece.rfind(">", 0, same) + 1
            return _TAG.sub(" ", piece[start : same + 80]).strip()[:80]
        at = place + len(piece)
    return ""


def _charts(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, ChartBlock):
            yield block.chart.id
        elif isinstance(block, Pair):
            yield from _charts(block.content)


def axe_script() -> Path | None:
    """The axe-core script, from whichever Python package carries it, the newer first; None where there is none."""
    for package in ("axe_playwright_python", "axe_core_python"):
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            script = Path(folder) / "axe.min.js"
            if script.is_file():
                return script
    return None


def _seen(
    site: Path, pages: Sequence[Path], axe: Path | None, progress: Callable[[int, int], None] | None
) -> Iterator[tuple[str, str]]:
    """The faults of each page opened in Chromium, in the order of the pages; one browser per processor."""
    script = axe.read_text(encoding="utf-8") if axe is not None else None
    free: queue.SimpleQueue[Browser] = queue.SimpleQueue()

    def look(page: Path) -> list[str]:
        browser = free.get()
        try:
            return list(_faults_seen(browser, page, script))
        finally:
            free.put(browser)

    with ExitStack() as stack:
        count = max(1, min(os.cpu_count() or 1, len(pages)))
        for _ in range(count):  # before any thread: starting a browser forks
            free.put(stack.enter_context(Browser()))
        threads = stack.enter_context(ThreadPoolExecutor(count))
        stack.callback(threads.shutdown, cancel_futures=True)
        for done, (page, faults) in enumerate(zip(pages, threads.map(look, pages), strict=True), start=1):
            if progress is not None:
                progress(done, len(pages))
            yield from ((page.relative_to(site).as_posix(), fault) for fault in faults)


def _faults_seen(browser: Browser, page: Path, axe: str | None) -> Iterator[str]:
    browser.open(page, csp=axe is None)
    yield from (f"la page demande « {url} »" for url in browser.requests)
    if axe is not None:
        browser.evaluate(axe + ";0")
        for scheme, dark in _SCHEMES:
            browser.show(dark=dark)
            yield from (f"axe ({scheme}), {fault}" for fault in browser.evaluate(_AXE))
    browser.show(NARROWEST)
    wide = browser.evaluate(_OVERFLOW)
    if wide > 0:
        yield f"la page dépasse de {plural(wide, 'pixel')} un écran de {NARROWEST} pixels"
