"""The site: an index of the monographs, one page each, the syntheses; whole, or not at all."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .. import __version__
from ..batch.ledger import FILE_NAME, Ledger
from ..batch.plan import NETWORK, SYNTHESE
from ..data.store import replace_folder
from ..disclosure import Publication
from ..errors import CitesError
from ..french import listing, noun, number, plain, plural, typeset
from ..wording import STAMP
from .page import Link, csp, fill_navigation, style_of

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


def publish_site(publications: Sequence[Publication], build: Path) -> SiteReport:
    """Assemble `build/site/` from the pages that the batch made under `build/<campagne>/pages/`.

    A Cité whose page is missing is listed without a link; a page whose Cité has left the campagne is not published. The
    site is made aside and put in place whole. Raises CitesError when there is no page at all or the place cannot be written.
    """
    made = {publication.campagne: _pages(publication, build / publication.campagne) for publication in publications}
    if not any(made.values()):
        raise CitesError("Aucune monographie à publier : lancez d’abord « citesresearch run ».")
    place = build / "site"
    try:
        build.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".site.", suffix=".tmp", dir=build))
        try:
            for publication in publications:
                _write_pages(publication, made[publication.campagne], aside / publication.campagne)
            (aside / "index.html").write_text(_index(publications, made), encoding="utf-8")
            aside.chmod(0o755)
            replace_folder(aside, place)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise CitesError(
            f"Impossible d’écrire le site dans {place} : {error.strerror or error}. Vérifiez les droits et la place libre."
        ) from error
    counts = tuple((p.campagne, len(set(made[p.campagne]) - {SYNTHESE, *NETWORK}), len(p.cites)) for p in publications)
    return SiteReport(place, counts)


def _pages(publication: Publication, root: Path) -> dict[str, str]:
    """The page of each Cité, of the synthesis, of the data where there are returns: those that the ledger knows, as it knows them."""
    if not (root / FILE_NAME).is_file():
        return {}
    wanted = {*publication.cites["id_cde"], SYNTHESE, *(NETWORK if len(publication.table("retours")) else [])}
    with Ledger(root / FILE_NAME) as ledger:
        good = ledger.good()
    found = {}
    for ident in sorted(wanted & good.keys()):
        try:
            content = (root / "pages" / f"{ident}.html").read_bytes()
        except OSError:
            continue
        if hashlib.sha256(content).hexdigest() == good[ident].page_sha256:
            # A page stays while its own slice of the data does; the fingerprint that it shows is that of all the data.
            text, former = content.decode("utf-8"), good[ident].empreinte
            found[ident] = text.replace(former, publication.empreinte) if _FINGERPRINT.fullmatch(former) else text
    return found


def _write_pages(publication: Publication, pages: dict[str, str], folder: Path) -> None:
    folder.mkdir()
    cites = publication.cites
    cites = cites[cites["id_cde"].isin(list(pages))].reset_index(drop=True)
    links = [Link(f"{row['id_cde']}.html", row["nom"]) for _, row in cites.iterrows()]
    synthesis = Link(f"{SYNTHESE}.html", "Synthèse nationale") if SYNTHESE in pages else None
    for i, row in cites.iterrows():
        place = int(str(i))
        same = cites["code_region"] == row["code_region"]
        text = fill_navigation(
            pages[row["id_cde"]],
            links[place - 1] if place else None,
            links[place + 1] if place + 1 < len(links) else None,
            [link for link, near in zip(links, same, strict=True) if near and link != links[place]],
            synthesis,
        )
        (folder / f"{row['id_cde']}.html").write_text(text, encoding="utf-8")
    if SYNTHESE in pages:
        text = fill_navigation(pages[SYNTHESE], None, links[0] if links else None)
        (folder / f"{SYNTHESE}.html").write_text(text, encoding="utf-8")
    for page in NETWORK:
        if page in pages:
            text = fill_navigation(pages[page], None, None, (), synthesis)
            (folder / f"{page}.html").write_text(_without_dead_links(text, set(pages)), encoding="utf-8")


def _without_dead_links(page: str, made: set[str]) -> str:
    """The page where the names of Cités whose monograph is missing lead nowhere."""

    def kept(link: re.Match[str]) -> str:
        return link[0] if link[1] in made else link[2]

    return re.sub(r'<a href="([^"/#]+)\.html">([^<]*)</a>', kept, page)


def _index(publications: Sequence[Publication], made: dict[str, dict[str, str]]) -> str:
    style = style_of("base", "site")
    script = (files(__package__) / "template" / "site.js").read_text(encoding="utf-8")
    # What the front page says first is about real Cités wherever there are some.
    lead = next((p for p in publications if not p.synthetique), publications[0])
    campagnes = {p.campagne: _campagne(p, made[p.campagne]) for p in publications}
    named = lead.codebook.programme
    programmes = listing(dict.fromkeys(p.codebook.programme.nom for p in publications))
    return (
        _template()
        .get_template("site.html.j2")
        .render(
            csp=csp(style, script),
            style=Markup(style),
            script=Markup(script),
            version=__version__,
            lede=typeset(
                f"{named.counted(len(lead.cites), lead.synthetique)}. Une monographie pour chacune, avec ce que ses documents permettent de dire."
            ),
            programme=programmes,
            stamp=STAMP if lead.synthetique else None,
            reperes=campagnes[lead.campagne]["reperes"],
            campagnes=list(campagnes.values()),
        )
    )


@cache
def _template() -> Environment:
    return Environment(
        loader=FileSystemLoader(str(files(__package__) / "template")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


def _campagne(publication: Publication, pages: dict[str, str]) -> dict[str, object]:
    cites = publication.cites
    name = publication.campagne
    inferred = int((cites["annee_label_origine"] == "inferee").sum())
    rows = [_cite(publication, row, pages) for _, row in cites.iterrows()]
    levels = {row["niveau"]: None for row in rows}
    returned = len(publication.table("retours")) > 0
    described = sum(row["niveau"] not in (BASE, SILENT) for row in rows)
    how = "ayant remis un retour" if returned else f"{noun(described, 'décrite')} par au moins un document public"
    regions = sorted({str(row["region"]) for row in rows}, key=plain)
    readable = sum(row["href"] is not None for row in rows)
    return {
        "nom": name,
        "titre": publication.titre,
        "edition": f"édition de {publication.edition}",
        "empreinte": publication.empreinte,
        "stamp": STAMP if publication.synthetique else None,
        "synthese": f"{name}/{SYNTHESE}.html" if SYNTHESE in pages else None,
        **{page: f"{name}/{page}.html" if page in pages else None for page in NETWORK},
        "resume": f"{plural(len(cites), 'Cité')}{' fictives' if publication.synthetique else ''}, dont {number(described)} {how}.",
        "reperes": [
            (number(readable), noun(readable, "monographie") + " à lire"),
            (number(len(regions)), noun(len(regions), "région")),
            (number(described), f"{noun(described, 'Cité')} {how}"),
        ],
        "regions": regions,
        "annees": sorted({str(row["annee"]) for row in rows}),
        "niveaux": sorted(levels, key=lambda level: LEVELS.index(str(level))),
        "cites": rows,
        "inferees": typeset(
            f"Année déduite de l’ordre des identifiants de la carte nationale ({plural(inferred, 'Cité')})."
        )
        if inferred
        else "",
    }


# What is documented of a Cité: by public documents, or by its return in a campagne of returns.
CARD, SOME, BASE = "Fiche d’identité", "Quelques faits", "Liste nationale seule"
RETURNED, SILENT = "Retour de la Cité", "Sans retour"
LEVELS = [CARD, SOME, BASE, RETURNED, SILENT]


def _cite(publication: Publication, row: pd.Series[str], pages: dict[str, str]) -> dict[str, object]:
    ident = row["id_cde"]
    site = publication.cite(ident)
    facts, figures = site.rows("fiches"), site.rows("chiffres_publies")
    rubrics = facts["rubrique"].nunique()
    level = CARD if rubrics > 2 else SOME if rubrics else BASE
    if len(publication.table("retours")):
        level = RETURNED if len(site.rows("retours")) else SILENT
    said = [plural(len(facts), "fait")] if len(facts) else []
    said += [plural(len(figures), "chiffre")] if len(figures) else []
    said = [] if level in (RETURNED, SILENT) else said
    departements = site.rows("cite_departements")["departement"].tolist()
    words = [row["nom"], *departements, *site.rows("cite_communes")["commune"], *site.rows("alias_cites")["alias"]]
    return {
        "nom": row["nom"],
        "href": f"{publication.campagne}/{ident}.html" if ident in pages else None,
        "region": typeset(row["region"]),
        "departements": typeset(", ".join(departements)),
        "annee": str(row["annee_label"]),
        "inferee": row["annee_label_origine"] == "inferee",
        "niveau": level,
        "detail": listing(said),
        "texte": " ".join(dict.fromkeys(word for text in words for word in plain(str(text)).split())),
    }
