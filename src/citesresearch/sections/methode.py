"""Rubric 2, precautions and fieldwork: what this page is made from, and what it is not."""

from __future__ import annotations

from ..figures.tables import Column, DataTable
from ..french import date, listing, plural, typeset
from ..publication import CitePublication
from ..publication.wording import credit, document
from .blocks import Block, BulletList, FactList, FicheLine, Pair, Section, SideNote, State, Subheading, TableBlock
from .rubrique import rubric

# What holds of figures repeated from documents, and of figures computed from the returns of a campagne.
REPEATED = "Aucun chiffre n’est estimé, recalculé ni comblé : une valeur illisible ou absente est dite « nd »."
SUMMED = (
    "Aucun chiffre d’un document n’est estimé, recalculé ni comblé : une valeur illisible ou absente est dite « nd ». "
    "Seules les sommes du portrait du territoire sont calculées, à partir des fichiers de l’Insee par quartier, avec leurs bornes."
)
COMPUTED = (
    "Les chiffres du réseau sont calculés sur les retours des Cités et l’enquête auprès de leurs acteurs ; "
    "aucune réponse manquante n’est comblée."
)
PRECAUTIONS = (
    "Deux éditions d’un même chiffre restent deux chiffres ; leurs périmètres ne sont pas toujours les mêmes.",
    "Les nombres de bénéficiaires comptent des participations : une même personne peut être comptée plusieurs fois.",
    "Un document dit ce que ses auteurs ont voulu montrer : rien ici ne mesure un effet de la Cité sur {}.",
)

_TABLES = ("fiches", "chiffres_publies", "evenements", "copilotes", "cite_communes", "cite_qpv", "retours", "terrain")


@rubric()
def precautions(site: CitePublication) -> Section:
    """Full with fieldwork; partial as long as no interview may be told: the documents are there, the fieldwork is not."""
    repeated = SUMMED if len(site.publication.table("qpv")) else REPEATED
    first = COMPUTED if len(site.publication.table("retours")) else repeated
    aim = site.publication.codebook.programme.finalite
    used = {name: site.rows(name)["source"].value_counts() for name in _TABLES}
    idents = [
        ident
        for ident in site.publication.table("sources")["id_source"]
        if any(ident in counts for counts in used.values())
    ]
    table = DataTable(
        caption="Documents qui parlent de cette Cité",
        columns=(Column("Document", False), Column("Date", False), Column("Faits repris", True)),
        rows=tuple(
            (
                document(site.publication, ident),
                _when(site, ident),
                str(sum(int(counts.get(ident, 0)) for counts in used.values())),
            )
            for ident in idents
        ),
    )
    note = SideNote(
        (
            (
                "Lecture",
                "un fait est une ligne d’une table publique : une phrase de la fiche, un chiffre, une date, une commune.",
            ),
        )
    )
    return Section(
        "methode",
        "Précautions méthodologiques et terrain",
        typeset(
            f"Cette page repose sur {plural(len(idents), 'document') if idents else 'la liste des Cités'}{'' if len(site.rows('terrain')) else ', sans enquête de terrain'}."
        ),
        "complete" if len(site.rows("terrain")) else "partielle",
        (
            *((Pair((TableBlock(table),), note),) if idents else ()),
            Subheading("À garder en tête"),
            BulletList(tuple(typeset(text.replace("{}", aim)) for text in (first, *PRECAUTIONS))),
            Subheading("Personnes rencontrées"),
            _fieldwork(site),
        ),
    )


def _fieldwork(site: CitePublication) -> Block:
    """Who was met, without counts by class of roles: with a Cité, a small class would name its members."""
    met = site.rows("terrain")
    if met.empty:
        return State(
            "vide",
            "Donnée non disponible pour cette Cité",
            "Aucun entretien n’est enregistré pour cette Cité, ou trop peu de personnes ont été rencontrées pour en publier le nombre.",
            "La table des entretiens d’une campagne (classe de rôle, mode, date), jamais le nom des personnes.",
        )
    told = met.iloc[0]
    roles = site.publication.codebook.vocabulary("classe_role@1")
    classes = listing(roles.libelle(code) for code in str(told["classes"]).split())
    when = date(str(told["debut"]))
    if told["fin"] != told["debut"]:
        when = f"de {when} à {date(str(told['fin']))}"
    return FactList(
        (
            FicheLine(
                typeset(
                    f"{plural(told['personnes'], 'personne rencontrée', 'personnes rencontrées')} en {plural(told['entretiens'], 'entretien')}."
                ),
                when,
                credit(site.publication, told["source"]),
            ),
            FicheLine(typeset(f"Classes de rôle : {classes}."), when, credit(site.publication, told["source"])),
        )
    )


def _when(site: CitePublication, ident: str) -> str:
    rows = site.publication.table("sources")
    row = rows[rows["id_source"] == ident].iloc[0]
    when = row["date_publication"]
    return date(str(when)) if when == when and when else typeset(str(row["periode"]))
