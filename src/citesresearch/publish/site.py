"""The site: an index of the monographs, one page each, the syntheses; whole, or not at all."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, NoReturn

from ..batch.freshness import NEVER, PageState, code_fingerprint
from ..batch.ledger import FILE_NAME, Attempt, Ledger
from ..batch.plan import NETWORK, SYNTHESE
from ..errors import CannotWrite, CitesError, reason
from ..french import listing, plural, typeset
from ..publication import Publication
from ..publication.wording import STAMP
from ..storage.locks import Held
from ..storage.names import Own
from ..storage.store import claim, read_manifest, save_strangers
from ..storage.swap import aside, locked, put_in_place
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
from .manifest import MANIFEST, write_manifest
from .page import Around, Link, fill_navigation
from .prints import print_pages

__all__ = ["SiteReport", "publish_site"]

_WAIT_SECONDS = 120
_LISTED = 10  # pages that are not published are named up to that many a campagne

# Where each run of a campagne stands, by the campagne's name and the run's id: what `status` says.
Standing = Mapping[str, Mapping[str, PageState]]


@dataclass(frozen=True)
class SiteReport:
    """What the site holds: the folder, for each campagne how many monographs of how many Cités, what was left out and why.

    `empreinte` is the fingerprint of the site's manifest; `saved` is where files that were not the site's own were moved.
    """

    folder: Path
    pages: tuple[tuple[str, int, int], ...]
    left: Mapping[str, Mapping[str, str]]
    empreinte: str
    saved: Path | None = None

    @property
    def whole(self) -> bool:
        """Whether every page of every campagne is on the site."""
        return not any(self.left.values())

    def summary(self) -> str:
        """The same, in French."""
        lines = []
        for name, made, total in self.pages:
            lines.append(
                f"Campagne « {name} » : {plural(made, 'monographie publiée', 'monographies publiées')} sur {plural(total, 'Cité')}."
            )
            lines += _told(self.left[name])
        if self.saved:
            lines.append(f"Ce qui n’était pas du site est mis à l’abri dans {self.saved}")
        return "\n".join([*lines, f"Site : {self.folder / 'index.html'}", f"Empreinte du site : {self.empreinte}"])


def _told(left: Mapping[str, str]) -> list[str]:
    """The pages that are not published, each with its reason, as `status` says them."""
    lines = [f"  {ident} : {why}" for ident, why in left.items()]
    more = len(lines) - _LISTED
    return [*lines[:_LISTED], f"  et {plural(more, 'autre page', 'autres pages')}"] if more > 0 else lines


@dataclass(frozen=True)
class _Made:
    """The pages that the batch made for a campagne: the monographs by Cité, and the others in the order they are shown.

    `empreintes` tells of each page the fingerprint of the data it was made from, `left` why the others are not published.
    """

    cites: dict[str, str]
    others: dict[str, str]
    empreintes: dict[str, str]
    left: dict[str, str]


def publish_site(
    publications: Sequence[Publication],
    build: Path,
    pdf: bool = False,
    standing: Standing | None = None,
    partial: bool = True,
) -> SiteReport:
    """Assemble `build/site/` from the pages that the batch made under `build/<campagne>/pages/`.

    Only pages that are up to date are published: those that `standing` says so, or without it those whose last attempt
    succeeded on these very data. A Cité whose page is left out is listed without a link, and the report says why; without
    `partial` nothing is published as soon as one is. A page shows the fingerprint of the data that it was made from. The
    site is made aside and put in place whole. With `pdf` each monograph and synthesis is also printed, and its page offers
    the document. Raises CitesError when there is no page at all, when somebody else's folder stands there, CannotWrite
    when the place cannot be written.
    """
    names = [publication.campagne for publication in publications]
    twice = sorted({name for name in names if [other.casefold() for other in names].count(name.casefold()) > 1})
    if twice:
        raise CitesError(
            f"Deux campagnes ne peuvent pas porter le même nom sur un site ({listing(twice)}) : renommez l’un des dossiers."
        )
    made = {p.campagne: _pages(p, build / p.campagne, (standing or {}).get(p.campagne)) for p in publications}
    left = {name: one.left for name, one in made.items()}
    if all(why == NEVER for pages in left.values() for why in pages.values()) and not any(
        one.empreintes for one in made.values()
    ):
        raise CitesError("Aucune monographie à publier : lancez d’abord « citesresearch run ».")
    if any(left.values()) and not (partial and any(one.empreintes for one in made.values())):
        _refuse(left, partial)
    place = (build / Own.SITE).resolve()  # a link to where a server reads stays a link
    claim(place)
    try:
        with locked(place, _WAIT_SECONDS), aside(place) as new:
            with Browser() if pdf else nullcontext() as browser:
                fronts = [
                    _write_campagne(publication, made[publication.campagne], new / publication.campagne, browser)
                    for publication in publications
                ]
            (new / f"{Own.INDEX}.html").write_text(_index(publications, fronts), encoding="utf-8")
            counts = [len(made[publication.campagne].cites) for publication in publications]
            (new / f"{Own.EDITIONS}.html").write_text(editions_page(publications, counts), encoding="utf-8")
            empreinte = write_manifest(
                new, code_fingerprint(), {p.campagne: _said(p, made[p.campagne]) for p in publications}
            )
            known = read_manifest(place, MANIFEST).get("fichiers")
            saved = save_strangers(place, {*known, MANIFEST}) if known else None
            put_in_place(new, place)
    except Held as error:
        raise CitesError(
            f"Un autre programme publie dans {place} ; réessayez quand il a fini. {error.advice}"
        ) from error
    except OSError as error:
        raise CannotWrite(
            f"Impossible d’écrire le site dans {place} : {reason(error)}. Vérifiez les droits et la place libre."
        ) from error
    counted = tuple((p.campagne, len(made[p.campagne].cites), len(p.cites)) for p in publications)
    return SiteReport(place, counted, left, empreinte, saved)


def _refuse(left: Mapping[str, Mapping[str, str]], partial: bool) -> NoReturn:
    why = "aucune page n’est à jour" if partial else "des pages ne sont pas à jour"
    lines = [f"Rien n’a été publié : {why}, et le site reste tel qu’il était."]
    for name, pages in left.items():
        if pages:
            lines += [f"Campagne « {name} » : {plural(len(pages), 'page')} à refaire.", *_told(pages)]
    instead = "" if partial else " ; ou « citesresearch publish --quand-meme » publie sans elles"
    lines.append(f"Lancez « citesresearch run », puis recommencez{instead}.")
    raise CitesError("\n".join(lines))


def _said(publication: Publication, made: _Made) -> dict[str, Any]:
    """What the manifest says of a campagne."""
    return {
        "titre": publication.titre,
        "edition": publication.edition,
        "date_edition": publication.date_edition,
        "version": publication.version,
        "empreinte": publication.empreinte,
        "mention": STAMP if publication.synthetique else None,
        "cites": len(publication.cites),
        "pages": {f"{ident}.html": empreinte for ident, empreinte in made.empreintes.items()},
    }


def _pages(publication: Publication, root: Path, standing: Mapping[str, PageState] | None) -> _Made:
    """The pages that are up to date, as the ledger knows them: of the Cités, of the synthesis, of `NETWORK` where there are returns."""
    good: Mapping[str, Attempt] = {}
    latest: dict[str, Attempt] = {}
    if (root / FILE_NAME).is_file():
        with Ledger(root / FILE_NAME) as ledger:
            good, latest = ledger.good(), {attempt.id: attempt for attempt in ledger.latest().values()}
    texts: dict[str, str] = {}
    left: dict[str, str] = {}

    def why_not(ident: str) -> str:
        if standing is not None:
            state = standing.get(ident)
            return NEVER if state is None else state.words
        if ident not in latest:
            return NEVER
        if latest[ident].outcome != "reussi":
            return f"en échec : {latest[ident].message}"
        return "" if latest[ident].empreinte == publication.empreinte else "à refaire : les données ont changé"

    def read(ident: str) -> str:
        try:
            content = (root / "pages" / f"{ident}.html").read_bytes()
        except OSError:
            return f"à refaire : le fichier {ident}.html a disparu"
        if ident not in good or hashlib.sha256(content).hexdigest() != good[ident].page_sha256:
            return f"à refaire : le fichier {ident}.html n’est pas celui du registre"
        texts[ident] = content.decode("utf-8")
        return ""

    pages = publication.codebook.pages
    network = [name for name in NETWORK if pages is None or name in pages] if len(publication.table("retours")) else []
    cites, others = list(publication.cites["id_cde"]), [SYNTHESE, *network]
    for ident in (*cites, *others):
        if why := why_not(ident) or read(ident):
            left[ident] = why
    return _Made(
        {ident: texts[ident] for ident in cites if ident in texts},
        {ident: texts[ident] for ident in others if ident in texts},
        {ident: good[ident].empreinte for ident in texts},
        left,
    )


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
