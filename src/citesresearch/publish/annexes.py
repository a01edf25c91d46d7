"""The pages that serve all the others: the indicators and their definitions, the method, the editions and errata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..figures.tables import SIGNS
from ..french import date as date_words
from ..french import listing, number, plural, typeset
from ..publication import Publication
from ..publication.wording import STAMP, dated, document
from ..storage.names import Own
from .page import Link, csp, style_of

__all__ = ["ANNEXES", "EDITIONS", "editions_page", "indicators_page", "method_page", "programmes_of", "render_page"]

INDICATORS = Link(f"{Own.INDICATEURS}.html", "Indicateurs")
METHOD = Link(f"{Own.METHODE}.html", "Méthode")
EDITIONS = Link(f"../{Own.EDITIONS}.html", "Éditions et errata")
ANNEXES = (INDICATORS, METHOD, EDITIONS)

_THRESHOLDS = {
    "personnes": "réponses de personnes",
    "fiscal": "données fiscales",
    "organismes": "réponses d’organismes",
}


@cache
def _template() -> Environment:
    made = Environment(
        loader=FileSystemLoader(str(files(__package__) / "template")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters["typeset"] = typeset
    return made


def render_page(name: str, said: Mapping[str, object], stamp: str | None = None, script: str = "") -> str:
    """A page of the site from its template, with its style, its script and the policy that lets them through."""
    style = style_of("base", "site", *(["stamp"] if stamp else []))
    return (
        _template()
        .get_template(f"{name}.html.j2")
        .render(csp=csp(style, script), style=Markup(style), script=Markup(script), stamp=stamp, **said)
    )


def _campagne_page(name: str, publication: Publication, current: Link, site: Sequence[Link], **said: object) -> str:
    common = {
        "accueil": "../index.html",
        "site": site,
        "current": current.href,
        "titre": current.nom,
        "campagne": publication,
        "programme": publication.codebook.programme.nom,
    }
    return render_page(name, common | said, STAMP if publication.synthetique else None)


def indicators_page(publication: Publication, site: Sequence[Link]) -> str:
    """The dictionary of the indicators that the campagne has estimates for: one anchor each, its identifier."""
    table = publication.table("indicateurs")
    table = table[table["id"].isin(set(publication.estimates["indicateur"]))]
    themes = publication.codebook.vocabulary("theme_indicateur@1")
    groups = [
        (theme, themes.libelle(str(theme)), rows.to_dict("records"))
        for theme, rows in table.groupby("theme", sort=False)
    ]
    return _campagne_page(
        "indicators", publication, INDICATORS, site, groups=groups, count=plural(len(table), "indicateur")
    )


def method_page(publication: Publication, site: Sequence[Link]) -> str:
    """Where the data come from, what is withheld, how intervals and signs are read, how the index is weighted."""
    sources = publication.table("sources").sort_values("id_source")
    described = [
        (row["id_source"], document(publication, row["id_source"]), dated_source(row)) for _, row in sources.iterrows()
    ]
    choices = publication.table("choix_copilotage")
    return _campagne_page(
        "method",
        publication,
        METHOD,
        site,
        sources=described,
        seuils=[(_THRESHOLDS.get(kind, kind), number(floor)) for kind, floor in publication.seuils.items()],
        signes=list(SIGNS.items()),
        retours=len(publication.table("retours")) > 0,
        choix=[(row["nature"], row["libelle"], number(row["valeur"])) for _, row in choices.iterrows()],
    )


def programmes_of(publications: Iterable[Publication]) -> str:
    """The programmes that these campagnes evaluate, each once: « Cités de l’emploi »."""
    return listing(dict.fromkeys(publication.codebook.programme.nom for publication in publications))


def dated_source(row: pd.Series[str]) -> str:
    """When a document was published, as far as it says."""
    when = row.get("date_publication")
    return date_words(str(when)) if not pd.isna(when) and when else dated(row)


def editions_page(publications: Sequence[Publication], made: Sequence[int]) -> str:
    """Which edition of each campagne is on the site, from which data, and what was corrected since."""
    errata = {
        publication.campagne: publication.table("errata").sort_values("date", ascending=False).to_dict("records")
        for publication in publications
    }
    said = {
        "accueil": "index.html",
        "site": [Link("editions.html", EDITIONS.nom)],
        "current": "editions.html",
        "titre": EDITIONS.nom,
        "programme": programmes_of(publications),
        "campagnes": [
            (
                publication,
                STAMP if publication.synthetique else None,
                date_words(publication.date_edition),
                plural(count, "monographie"),
                errata[publication.campagne],
            )
            for publication, count in zip(publications, made, strict=True)
        ],
    }
    return render_page("editions", said)
