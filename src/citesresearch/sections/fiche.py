"""Rubric 1, the identity card: Où ? Quand ? Qui ? Comment ? Contexte, Public cible."""

from __future__ import annotations

from ..french import listing, number, plural, typeset, within
from ..publication import CitePublication
from ..publication.wording import credit, dated, documents
from .blocks import Fiche, FicheGroup, FicheLine, Pair, Section, SideNote, State
from .faits import facts, lines
from .retour import own_facts
from .rubrique import rubric


@rubric()
def fiche_identite(site: CitePublication) -> Section:
    """Full where a document describes the Cité; otherwise what the public list says of it, which is never nothing."""
    rows = facts(site, "fiche")
    rubrics = site.publication.codebook.vocabulary("rubrique_fiche@1")
    returned = own_facts(site)
    groups = []
    for part in rubrics.modalites:
        told = lines(site, rows[rows["rubrique"] == part.code])
        known = {"ou": _place, "quand": _label}.get(part.code, lambda _: ())(site)
        given = returned.get(part.code, ())
        if told or known or given:
            groups.append(FicheGroup(part.libelle, (*known, *told, *given)))
    missing = [
        part.libelle.rstrip(" \u202f?") for part in rubrics.modalites if part.libelle not in {g.titre for g in groups}
    ]
    sources = [*rows["source"], site.value("source")]
    note = SideNote(
        (
            ("Sources", documents(site.publication, sources)),
            ("Lecture", "la date et le document valent pour les lignes qui les précèdent."),
        )
    )
    blocks: list[Pair | State] = [Pair((Fiche(tuple(groups)),), note)]
    if missing:
        blocks.append(
            State(
                "partielle" if len(rows) or returned else "vide",
                "Fiche à compléter" if len(rows) or returned else "Donnée non disponible pour cette Cité",
                f"Aucun document public réuni ici ne renseigne : {listing(map(within, missing))}.",
                "Une carte d’identité publiée, ajoutée à la table « fiches » avec sa source et sa date, ou le retour de la Cité.",
            )
        )
    beside = "disent la liste des Cités et le retour de la Cité" if returned else "dit la liste des Cités"
    chapo = (
        f"{plural(len(rows), 'fait')} {'tiré' if len(rows) < 2 else 'tirés'} de documents, à côté de ce que {beside}."
        if len(rows)
        else "La liste des Cités et le retour de la Cité."
        if returned
        else "Seule la liste des Cités renseigne sur celle-ci."
    )
    return Section("fiche", "Fiche d’identité", chapo, "partielle" if missing else "complete", tuple(blocks))


def _place(site: CitePublication) -> tuple[FicheLine, ...]:
    departements = site.rows("cite_departements")
    communes = site.rows("cite_communes")
    found = []
    if len(departements):
        names = [f"{row['departement']} ({row['code_departement']})" for _, row in departements.iterrows()]
        found.append(_line(site, f"{site.value('region')} ; {listing(names)}.", departements.iloc[0]))
    if len(communes):
        words = f"{plural(len(communes), 'commune')} : {listing(communes['commune'])}."
        found.append(_line(site, words, communes.iloc[0]))
    return tuple(found)


def _label(site: CitePublication) -> tuple[FicheLine, ...]:
    cite = site.rows("cites").iloc[0]
    year = number(cite["annee_label"]).replace("\u202f", "")
    if cite["annee_label_origine"] == "inferee":
        text = f"Labellisation en {year}, année déduite de l’ordre des identifiants de la carte nationale."
    else:
        text = f"Labellisation en {year}."
    return (FicheLine(typeset(text), year, credit(site.publication, cite["annee_label_source"])),)


def _line(site: CitePublication, text: str, row) -> FicheLine:  # type: ignore[no-untyped-def]
    return FicheLine(typeset(text), dated(row), credit(site.publication, row["source"]))
