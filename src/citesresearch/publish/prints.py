"""Pages on paper and in pictures: PDF of each monograph, and captures for a person to look at."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ..errors import CannotWrite, reason
from ..french import plural
from ..storage.names import Own
from .chromium import Browser
from .downloads import Download

__all__ = ["PDF", "capture_site", "print_pages"]

PDF = str(Own.PDF)
PHONE, DESK, PAPER = 390, 1280, 794  # pixels; A4 is 794 wide


def print_pages(browser: Browser, folder: Path, idents: Iterable[str], prefix: str = "") -> dict[str, Download]:
    """Print pages of a campagne's folder to `pdf/`, one file each, in the browser given; which file is whose."""
    place = folder / PDF
    place.mkdir(exist_ok=True)
    made = {}
    for ident in idents:
        browser.open(folder / f"{ident}.html")
        content = browser.pdf()
        (place / f"{prefix}{ident}.pdf").write_bytes(content)
        made[ident] = Download(f"{PDF}/{prefix}{ident}.pdf", "PDF", len(content))
    return made


def capture_site(site: Path, folder: Path) -> str:
    """Pictures of a full, a partial and an empty monograph, of the front page and of the page on governance.

    Each at the width of a phone, of a desk, and as it is printed; a long page goes on in further pictures. Says what was made.
    Raises CitesError without Chromium, CannotWrite where the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _capture(site, folder)
    except OSError as error:
        raise CannotWrite(f"Impossible d’écrire les captures dans {folder} : {reason(error)}.") from error


def _capture(site: Path, folder: Path) -> str:
    pages = {"index": site / "index.html", **_typical(site)}
    views = {"telephone": (PHONE, False), "bureau": (DESK, False), "papier": (PAPER, True)}
    with Browser() as browser:
        for name, page in pages.items():
            browser.open(page)
            for view, (width, printed) in views.items():
                browser.show(width, printed=printed)
                for piece, content in enumerate(browser.screenshots(), start=1):
                    (folder / f"{name}_{view}{f'_{piece}' if piece > 1 else ''}.png").write_bytes(content)
            browser.show()
    return f"{plural(len(pages) * len(views), 'capture')} de {plural(len(pages), 'page')} dans {folder}"


def _typical(site: Path) -> dict[str, Path]:
    """Of each campagne: the monograph with the fewest rubrics to fill, the one in the middle, the one with the most."""
    found = {}
    for folder in sorted(path for path in site.iterdir() if path.is_dir()):
        gaps = {
            page: len(re.findall(r'<div class="state (?:vide|partielle)', text))
            for page in sorted(folder.glob("*-[0-9][0-9][0-9].html"))
            for text in [page.read_text(encoding="utf-8")]
        }
        ranked = sorted(gaps, key=lambda page: (gaps[page], page.name))
        if ranked:
            for name, page in (("complete", ranked[0]), ("partielle", ranked[len(ranked) // 2]), ("vide", ranked[-1])):
                found[f"{folder.name}_{name}"] = page
        for page in (folder / "synthese.html", *sorted(folder.glob("gouvernance*.html"))):
            if page.is_file():
                found[f"{folder.name}_{page.stem}"] = page
    return found
