"""The front page: who the Cités are, where they are, what can be read and downloaded of each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..french import listing, noun, number, plain, plural, typeset
from ..publication import Publication
from ..publication.wording import STAMP
from .carte import CLASSES, carte_of
from .downloads import Download
from .page import Link

__all__ = ["FACETS", "Facet", "Front", "campagne_of", "facets_of"]

# What is documented of a Cité: by public documents, or by its return in a campagne of returns.
CARD, SOME, BASE = "Fiche d’identité", "Quelques faits", "Liste nationale seule"
RETURNED, SILENT = "Retour de la Cité", "Sans retour"
LEVELS = (CARD, SOME, BASE, RETURNED, SILENT)
UNKNOWN = "nd"


@dataclass(frozen=True)
class Facet:
    """What the list is filtered by: its name in the page, its words, « tous » or « toutes », whether a phone shows its column."""

    cle: str
    titre: str
    tous: str
    phone: bool = False


FACETS = (
    Facet("region", "Région", "Toutes"),
    Facet("annee", "Label", "Tous"),
    Facet("echelle", "Échelle", "Toutes"),
    Facet("copilotage", "Copilotage", "Tous", phone=True),
    Facet("porteuse", "Structure porteuse", "Toutes"),
    Facet("documentee", "Ce qui est documenté", "Tout", phone=True),
)


@dataclass(frozen=True)
class Front:
    """What the front page needs to know of a campagne beside its publication."""

    made: frozenset[str]  # the Cités whose monograph was made
    facets: Mapping[str, Mapping[str, str]]  # of `facets_of`
    pages: tuple[tuple[Link, str], ...]  # the other pages, with what each is about
    annexes: tuple[Link, ...]
    downloads: Mapping[str, Sequence[Download]]


def facets_of(publication: Publication) -> dict[str, dict[str, str]]:
    """Cité → facet → words, « nd » where nothing is known of it."""
    governance = publication.table("gouvernance").set_index("id_cde")
    codebook = publication.codebook
    scale, kind, host = (
        codebook.vocabulary(name) for name in ("echelle@1", "type_copilotage@1", "structure_porteuse@1")
    )

    def told(code: object, words: object) -> str:
        return UNKNOWN if pd.isna(code) or not code else typeset(words.libelle(str(code)))  # type: ignore[attr-defined, call-overload]

    levels = _levels(publication)
    found = {}
    for row in publication.cites.to_dict("records"):
        ident = row["id_cde"]
        mine = governance.loc[ident] if ident in governance.index else pd.Series(dtype=object)
        found[ident] = {
            "region": typeset(row["region"]),
            "annee": str(row["annee_label"]),
            "echelle": told(row["echelle"], scale),
            "copilotage": told(mine.get("copilotage.type"), kind),
            "porteuse": told(mine.get("coordination.structure_porteuse"), host),
            "documentee": levels(ident),
        }
    return found


def _levels(publication: Publication) -> Callable[[str], str]:
    """How well a Cité is documented: by its return where the campagne has returns, else by public documents."""
    returns = publication.table("retours")
    if len(returns):
        returned = set(returns["id_cde"])
        return lambda ident: RETURNED if ident in returned else SILENT
    rubrics = publication.table("fiches").groupby("id_cde")["rubrique"].nunique().to_dict()
    return lambda ident: CARD if rubrics.get(ident, 0) > 2 else SOME if ident in rubrics else BASE


def _by_cite(publication: Publication, table: str, column: str) -> dict[str, list[str]]:
    """The cells of a column for each Cité that has some, in their order."""
    rows = publication.table(table)
    return {str(ident): cells.tolist() for ident, cells in rows.groupby("id_cde", sort=False)[column]}


def campagne_of(publication: Publication, front: Front) -> dict[str, Any]:
    """A campagne as the template of the front page shows it."""
    cites, name = publication.cites, publication.campagne
    facets = front.facets
    inferred = set(cites.loc[cites["annee_label_origine"] == "inferee", "id_cde"])
    # A facet is worth its column where it tells Cités apart.
    shown = [f for f in FACETS if len({said[f.cle] for said in facets.values()} - {UNKNOWN}) > 1]
    rows = _rows(publication, shown, front, inferred)
    returned = len(publication.table("retours")) > 0
    described = sum(said["documentee"] not in (BASE, SILENT) for said in facets.values())
    how = "ayant remis un retour" if returned else f"{noun(described, 'décrite')} par au moins un document public"
    readable = sum(row["href"] is not None for row in rows)
    regions = {said["region"] for said in facets.values()}
    return {
        "nom": name,
        "titre": publication.titre,
        "edition": f"édition de {publication.edition}",
        "version": publication.version,
        "empreinte": publication.empreinte,
        "stamp": STAMP if publication.synthetique else None,
        "pages": [(Link(f"{name}/{link.href}", link.nom), about) for link, about in front.pages],
        "annexes": [Link(f"{name}/{link.href}", link.nom) for link in front.annexes],
        "resume": f"{plural(len(cites), 'Cité')}{' fictives' if publication.synthetique else ''}, dont {number(described)} {how}.",
        "reperes": [
            (number(readable), noun(readable, "monographie") + " à lire"),
            (number(len(regions)), noun(len(regions), "région")),
            (number(described), f"{noun(described, 'Cité')} {how}"),
        ],
        "facettes": [(facet, _values(facet, facets)) for facet in shown],
        "departements": len(publication.table("cite_departements")) > 0,
        "carte": carte_of(publication),
        "classes": CLASSES,
        "cites": rows,
        "telechargements": [(d, f"{name}/{d.href}") for d in front.downloads.get("", ())],
        "inferees": typeset(
            f"Année déduite de l’ordre des identifiants de la carte nationale ({plural(len(inferred), 'Cité')})."
        )
        if inferred
        else "",
    }


def _values(facet: Facet, facets: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The choices of a filter: in their order where they have one, « nd » last."""
    found = {said[facet.cle] for said in facets.values()}
    if facet.cle == "documentee":
        return [level for level in LEVELS if level in found]
    return sorted(found, key=lambda words: (words == UNKNOWN, plain(words)))


def _rows(
    publication: Publication, shown: Sequence[Facet], front: Front, inferred: Collection[str]
) -> list[dict[str, Any]]:
    """The lines of the list, in the order of the names; `texte` holds the words that a search looks among."""
    where, codes = (_by_cite(publication, "cite_departements", name) for name in ("departement", "code_departement"))
    named = [where, _by_cite(publication, "cite_communes", "commune"), _by_cite(publication, "alias_cites", "alias")]
    counted = {
        "fait": publication.table("fiches")["id_cde"].value_counts(),
        "chiffre": publication.table("chiffres_publies")["id_cde"].value_counts(),
    }
    rows = []
    for ident, nom in zip(publication.cites["id_cde"], publication.cites["nom"], strict=True):
        said = front.facets[ident]
        words = [nom, *(word for table in named for word in table.get(ident, ()))]
        facts = [plural(int(counts[ident]), noun) for noun, counts in counted.items() if ident in counts]
        rows.append(
            {
                "nom": nom,
                "href": f"{publication.campagne}/{ident}.html" if ident in front.made else None,
                "facettes": [(facet, said[facet.cle]) for facet in shown],
                "departements": typeset(", ".join(where.get(ident, ()))),
                "codes": " ".join(codes.get(ident, ())),
                "inferee": ident in inferred,
                "detail": "" if said["documentee"] in (RETURNED, SILENT) else listing(facts),
                "texte": " ".join(dict.fromkeys(word for text in words for word in plain(str(text)).split())),
            }
        )
    return rows
