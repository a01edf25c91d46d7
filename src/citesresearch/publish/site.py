"""The site: an index of the monographs, one page each, the syntheses; whole, or not at all."""

from __future__ import annotations

import hashlib
import html
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..batch.ledger import FILE_NAME, Ledger
from ..batch.plan import NETWORK, SYNTHESE
from ..data.store import replace_folder
from ..disclosure import Publication
from ..errors import CannotWrite, CitesError, reason
from ..french import plural, typeset
from ..wording import STAMP
from .annexes import (
    ANNEXES,
    EDITIONS,
    INDICATORS,
    METHOD,
    editions_page,
    indicators_page,
    method_page,
    programmes_of,
    render_page,
)
from .chromium import Browser
from .downloads import STAMPED_FILE, write_downloads
from .front import UNKNOWN, Front, campagne_of, facets_of
from .page import Around, Link, fill_navigation
from .prints import print_pages

__all__ = ["SiteReport", "publish_site"]

_FINGERPRINT = re.compile("[0-9a-f]{12}")


@dataclass(frozen=True)
class SiteReport:
    """What the site holds: the folder, and for each campagne how many monographs of how many Cités."""

    folder: Path
    pages: tuple[tuple[str, int, int], ...]

    def summary(self) -> str:
        """The same, in French."""
        lines = [
            f"Campagne « {name} » : {plural(made, 'monographie publiée', 'monographies publiées')} sur {plural(total, 'Cité')}."
            for name, made, total in self.pages
        ]
        return "\n".join([*lines, f"Site : {self.folder / 'index.html'}"])


@dataclass(frozen=True)
class _Made:
    """The pages that the batch made for a campagne: the monographs by Cité, and the others in the order they are shown."""

    cites: dict[str, str]
    others: dict[str, str]

    def __bool__(self) -> bool:
        return bool(self.cites or self.others)


def publish_site(publications: Sequence[Publication], build: Path, pdf: bool = False) -> SiteReport:
    """Assemble `build/site/` from the pages that the batch made under `build/<campagne>/pages/`.

    A Cité whose page is missing is listed without a link; a page whose Cité has left the campagne is not published. The
    site is made aside and put in place whole. With `pdf` each monograph and synthesis is also printed, and its page offers
    the document. Raises CitesError when there is no page at all or the place cannot be written.
    """
    made = {publication.campagne: _pages(publication, build / publication.campagne) for publication in publications}
    if not any(made.values()):
        raise CitesError("Aucune monographie à publier : lancez d’abord « citesresearch run ».")
    place = build / "site"
    try:
        build.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".site.", suffix=".tmp", dir=build))
        try:
            with Browser() if pdf else nullcontext() as browser:
                fronts = [
                    _write_campagne(publication, made[publication.campagne], aside / publication.campagne, browser)
                    for publication in publications
                ]
            (aside / "index.html").write_text(_index(publications, fronts), encoding="utf-8")
            counts = [len(made[publication.campagne].cites) for publication in publications]
            (aside / "editions.html").write_text(editions_page(publications, counts), encoding="utf-8")
            aside.chmod(0o755)
            replace_folder(aside, place)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise CannotWrite(
            f"Impossible d’écrire le site dans {place} : {reason(error)}. Vérifiez les droits et la place libre."
        ) from error
    return SiteReport(place, tuple((p.campagne, len(made[p.campagne].cites), len(p.cites)) for p in publications))


def _pages(publication: Publication, root: Path) -> _Made:
    """The pages that the ledger knows, as it knows them: of the Cités, of the synthesis, of `NETWORK` where there are returns."""
    if not (root / FILE_NAME).is_file():
        return _Made({}, {})
    with Ledger(root / FILE_NAME) as ledger:
        good = ledger.good()

    def read(idents: Iterable[str]) -> dict[str, str]:
        found = {}
        for ident in (ident for ident in idents if ident in good):
            try:
                content = (root / "pages" / f"{ident}.html").read_bytes()
            except OSError:
                continue
            if hashlib.sha256(content).hexdigest() == good[ident].page_sha256:
                # A page stays while its own slice of the data does; the fingerprint that it shows is that of all the data.
                text, former = content.decode("utf-8"), good[ident].empreinte
                found[ident] = text.replace(former, publication.empreinte) if _FINGERPRINT.fullmatch(former) else text
        return found

    others = (SYNTHESE, *(NETWORK if len(publication.table("retours")) else ()))
    return _Made(read(publication.cites["id_cde"]), read(others))


# The pages of a campagne that are named in few words; another bears its own title.
_NAMES = {
    SYNTHESE: "Synthèse nationale",
    "gouvernance": "Gouvernance et résultats",
    "configurations": "Configurations",
    "qualite": "Qualité des données",
}


def _named(ident: str, text: str) -> tuple[Link, str]:
    """The link to a page of the campagne and what it is about, from its own title and description."""
    title = re.search(r"<title>([^<]*)</title>", text, re.DOTALL)
    about = re.search(r'<meta name="description" content="([^"]*)"', text)
    name = _NAMES.get(ident) or (html.unescape(title[1]).split(" — ")[0] if title else ident)
    return Link(f"{ident}.html", name), html.unescape(about[1]) if about else ""


def _write_campagne(publication: Publication, made: _Made, folder: Path, browser: Browser | None) -> Front:
    """The pages and the files of a campagne, each with its links; printed too where there is a browser."""
    folder.mkdir()
    downloads = write_downloads(publication, folder)
    others = [_named(ident, text) for ident, text in made.others.items()]
    described = publication.table("indicateurs")
    shown = described[described["id"].isin(set(publication.estimates["indicateur"]))]
    site = [link for link, _ in others] + list(ANNEXES)
    around = Around(site=site, indicateurs=dict(zip(shown["id"], map(typeset, shown["libelle"]), strict=True)))
    facets = facets_of(publication)
    neighbours = _neighbours(publication, made, facets)
    pages = {**made.cites, **made.others}
    files = {ident: [(Link(d.href, d.forme), d.taille) for d in downloads.get(ident, ())] for ident in pages}

    def write() -> None:
        for ident, text in pages.items():
            mine = replace(around, files=files[ident], **neighbours.get(ident, {}))
            page = fill_navigation(text, mine, "" if ident in made.cites else f"{ident}.html")
            if ident in made.others:
                page = _without_dead_links(page, publication, made)
            (folder / f"{ident}.html").write_text(page, encoding="utf-8")

    write()
    if browser is not None:
        stamp = STAMPED_FILE if publication.synthetique else ""
        printed = print_pages(
            browser, folder, [ident for ident in pages if ident in made.cites or ident == SYNTHESE], stamp
        )
        for ident, document in printed.items():
            files[ident].insert(0, (Link(document.href, document.forme), document.taille))
        write()  # now that each page can offer its document
    for annexe, written in ((INDICATORS, indicators_page), (METHOD, method_page)):
        (folder / annexe.href).write_text(written(publication, site), encoding="utf-8")
    return Front(frozenset(made.cites), facets, tuple(others), ANNEXES, downloads)


def _without_dead_links(page: str, publication: Publication, made: _Made) -> str:
    """The page where the names of Cités whose monograph is missing lead nowhere."""
    missing = set(publication.cites["id_cde"]) - set(made.cites)

    def kept(link: re.Match[str]) -> str:
        return link[2] if link[1] in missing else link[0]

    return re.sub(r'<a href="([^"/#]+)\.html">([^<]*)</a>', kept, page)


def _neighbours(
    publication: Publication, made: _Made, facets: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, Any]]:
    """For each Cité that has a page: the ones before and after it, those of its region, those of its type of copilotage."""
    cites = publication.cites
    links = {
        ident: Link(f"{ident}.html", nom)
        for ident, nom in zip(cites["id_cde"], cites["nom"], strict=True)
        if ident in made.cites
    }
    order = list(links)
    found = {}
    for place, ident in enumerate(order):
        near = []
        for facet, words in (("region", "Dans la même région"), ("copilotage", "Même type de copilotage")):
            value = facets[ident][facet]
            same = [links[other] for other in order if other != ident and facets[other][facet] == value]
            if value != UNKNOWN and same:
                near.append((f"{words}, {value[0].lower() + value[1:]}" if facet == "copilotage" else words, same))
        found[ident] = {
            "previous": links[order[place - 1]] if place else None,
            "following": links[order[place + 1]] if place + 1 < len(order) else None,
            "near": near,
        }
    return found


def _index(publications: Sequence[Publication], fronts: Sequence[Front]) -> str:
    # What the front page says first is about real Cités wherever there are some.
    lead = next((p for p in publications if not p.synthetique), publications[0])
    campagnes = {p.campagne: campagne_of(p, front) for p, front in zip(publications, fronts, strict=True)}
    named = lead.codebook.programme
    said = {
        "accueil": "index.html",
        "current": "index.html",
        "programme": programmes_of(publications),
        "site": [Link("editions.html", EDITIONS.nom)],
        "lede": typeset(
            f"{named.counted(len(lead.cites), lead.synthetique)}. Une monographie pour chacune, avec ce que ses documents permettent de dire."
        ),
        "reperes": campagnes[lead.campagne]["reperes"],
        "campagnes": list(campagnes.values()),
    }
    script = (files(__package__) / "template" / "site.js").read_text(encoding="utf-8")
    return render_page("site", said, STAMP if lead.synthetique else None, script)
