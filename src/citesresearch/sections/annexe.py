"""Rubric 12, the methodological annex: sources, signs, what is missing, how the page was made."""

from __future__ import annotations

from ..figures.tables import SIGNS_IN_FULL, Column, DataTable
from ..french import date, plural, typeset
from ..publication import CitePublication, Publication
from .blocks import Block, BulletList, Paragraph, Section, Subheading, TableBlock
from .chiffres import cite_figures, figures_table
from .rubrique import rubric


@rubric()
def annexe(site: CitePublication) -> Section:
    """Sources of the whole campagne, since a page also quotes national documents."""
    publication = site.publication
    held = int((site.estimates()["statut"] == "s").sum())
    absent = int((site.estimates()["statut"] == "nd").sum())
    return Section(
        "annexe",
        "Annexe méthodologique",
        "D’où vient chaque chiffre, et ce qui manque.",
        "complete",
        (
            *_figures(site),
            *sources(publication),
            Subheading("Ce qui manque, ce qui est masqué"),
            Paragraph(
                typeset(
                    f"Sur les estimations de cette Cité, {plural(absent, 'valeur')} {'est' if absent < 2 else 'sont'} non disponible{'s' if absent > 1 else ''} "
                    f"et {plural(held, 'valeur')} {'est masquée' if held < 2 else 'sont masquées'} par le secret statistique. {_thresholds(publication)}"
                )
            ),
            *_versions(site),
            *provenance(publication),
        ),
    )


def _versions(site: CitePublication) -> tuple[Block, ...]:
    """The versions of this monograph and what changed, the latest first."""
    rows = site.rows("versions").sort_values("date", ascending=False)
    titre = Subheading("Versions de cette monographie")
    if rows.empty:
        return (titre, Paragraph("Aucune version n’est déclarée par l’évaluateur (table « versions »)."))
    labels = site.publication.codebook.vocabulary("version_monographie@1")
    table = DataTable(
        "Versions et changements",
        (Column("Version"), Column("Date"), Column("Ce qui a changé")),
        tuple(
            (
                labels.libelle(row["version"]),
                date(str(row["date"])),
                typeset(str(row["changements"] or "première version")),
            )
            for _, row in rows.fillna("").iterrows()
        ),
    )
    return (titre, TableBlock(table))


def _figures(site: CitePublication) -> tuple[Block, ...]:
    """Every figure published on this Cité, wherever else it stands on the page."""
    figures = cite_figures(site)
    if figures.empty:
        return ()
    table = figures_table(site.publication, figures, "Tous les chiffres publiés sur cette Cité")
    return (TableBlock(table),)


def _thresholds(publication: Publication) -> str:
    t = publication.seuils
    return (
        f"Seuils de cette campagne : {plural(t['personnes'], 'personne')}, {t['fiscal']} pour les données fiscales, "
        f"{plural(t['organismes'], 'organisme')}. Les faits publics de cette page n’y sont pas soumis."
    )


def sources(publication: Publication) -> tuple[Block, ...]:
    """The documents, each with its author, its date, and what it holds; then the signs."""
    rows = publication.table("sources")
    table = DataTable(
        caption="Sources",
        columns=(
            Column("Sigle", False),
            Column("Document", False),
            Column("Auteur", False),
            Column("Date", False),
            Column("Licence", False),
        ),
        rows=tuple(
            (
                row["id_source"],
                typeset(row["titre"]),
                typeset(row["auteur"]),
                date(row["date_publication"])
                if isinstance(row["date_publication"], str)
                else typeset(str(row["periode"])),
                typeset(row["licence"]),
            )
            for _, row in rows.iterrows()
        ),
    )
    return (
        TableBlock(table),
        Subheading("Signes"),
        BulletList(tuple(typeset(f"{sign} : {words}.") for sign, words in SIGNS_IN_FULL)),
    )


def provenance(publication: Publication) -> tuple[Block, ...]:
    """How the page was made: edition, package, fingerprint of the raw files."""
    return (
        Subheading("Fabrication"),
        Paragraph(
            typeset(
                f"Page produite à partir de la campagne « {publication.campagne} », édition de {publication.edition}, datée {'du' if len(publication.date_edition) == 10 else 'de'} {date(publication.date_edition)}, "
                f"par citesresearch {publication.version}. Empreinte des données brutes : {publication.empreinte}. "
                "Les mêmes données donnent la même page, à l’octet près."
            )
        ),
    )
