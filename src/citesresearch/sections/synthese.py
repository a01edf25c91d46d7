"""The national synthesis: the network, the published figures by edition, needs and lessons."""

from __future__ import annotations

from ..disclosure import Publication
from ..figures.editions import editions
from ..figures.motif import motif
from ..figures.network import network
from ..french import listing, number, plural, typeset
from ..tables import Column, DataTable
from ..wording import STAMP, credit, dated, documents, figure, list_source
from .annexe import provenance, sources
from .blocks import (
    Block,
    BulletList,
    ChartBlock,
    Cover,
    KeyFigure,
    PageInfo,
    Pair,
    Paragraph,
    Section,
    SideNote,
    State,
    Subheading,
    TableBlock,
)
from .chiffres import national_figures
from .genese import frise

__all__ = [
    "besoins",
    "calendrier",
    "chiffres_par_edition",
    "couverture_synthese",
    "enseignements_nationaux",
    "methode_synthese",
    "reseau",
]

_ON_COVER = ("cites_total", "qpv_concernes", "partenaires_moyenne", "beneficiaires_axe_2")
_SERIES = (
    "partenaires_moyenne",
    "referents",
    "actions_axe_2",
    "beneficiaires_axe_2",
    "actions_axe_3",
    "beneficiaires_axe_3",
    "cofinancement",
)
_THEMES = (
    (("deploiement",), "Déploiement"),
    (("axe_1", "axe_2", "axe_3"), "Les trois axes"),
    (("public_cible",), "Publics et cohortes"),
    (("gouvernance", "coordination"), "Gouvernance et coordination"),
    (("partenariats",), "Partenariats"),
    (("moyens",), "Moyens"),
    (("animation_nationale",), "Animation nationale"),
    (("evaluation", "perspectives", "contexte"), "Évaluation, perspectives, contexte"),
)


def couverture_synthese(publication: Publication) -> Cover:
    """The cover of the synthesis; its key figures are the latest published ones."""
    figures = publication.table("chiffres_publies")
    labels = publication.codebook.vocabulary("chiffres@1")
    found = []
    for name in _ON_COVER:
        rows = figures[(figures["indicateur"] == name) & (figures["perimetre_type"] == "national")]
        for _, row in rows.sort_values("date_reference", na_position="first").tail(1).iterrows():
            found.append(
                KeyFigure(
                    figure(row, publication.codebook),
                    "",
                    labels.libelle(name),
                    f"{dated(row)}, {credit(publication, row['source'])}",
                )
            )
    cites = publication.cites
    described = publication.table("fiches")["id_cde"].nunique()
    lede = typeset(
        f"{plural(len(cites), 'coordination locale', 'coordinations locales')} de l’emploi dans les quartiers prioritaires : ce que les documents publics "
        "disent du réseau, édition par édition, sans rien y ajouter."
    )
    stamp = STAMP if publication.synthetique else None
    return Cover(
        kicker=f"Cités de l’emploi · {publication.titre} · {publication.edition}",
        titre="Synthèse nationale",
        sous_titre=f"{plural(len(cites), 'Cité')} de l’emploi",
        lede=lede,
        meta=f"Édition de {publication.edition}. Chaque chiffre porte sa source et sa date.",
        stamp=stamp,
        key_figures=tuple(found),
        en_bref=(
            typeset(
                f"{plural(len(figures), 'chiffre publié')}, tirés de {plural(figures['source'].nunique(), 'document', 'documents')} : aucun n’est recalculé."
            ),
            typeset(
                f"{plural(described, 'Cité')} {'est décrite' if described < 2 else 'sont décrites'} par au moins un document public ; les autres ne sont connues que par la carte nationale."
            ),
            "Les deux éditions des mêmes chiffres ne se soustraient pas : leurs dates et leurs périmètres diffèrent.",
        ),
        motif=motif(cites, None, synthetique=publication.synthetique),
        page=PageInfo(
            title="Synthèse nationale des Cités de l’emploi",
            description=lede,
            campagne=publication.campagne,
            cite=None,
            edition=publication.edition,
            date_edition=publication.date_edition,
            version=publication.version,
            empreinte=publication.empreinte,
            stamp=stamp,
        ),
    )


def reseau(publication: Publication) -> Section:
    """Where the Cités are, since when, at which scale."""
    counts = publication.estimate("cites_labellisees")
    scales = publication.codebook.vocabulary("echelle@1")
    by_scale = counts[counts["perimetre_type"] == "echelle"].set_index("perimetre_id")
    total = int(counts.loc[counts["perimetre_type"] == "national", "valeur"].iloc[0])
    communes = publication.estimate("communes_couvertes", perimetre_type="national")
    rows = [(m.libelle, number(by_scale.loc[m.code, "valeur"])) for m in scales.modalites if m.code in by_scale.index]
    unknown = int(by_scale["manquants"].max()) if len(by_scale) else total
    table = DataTable(
        caption="Cités par échelle",
        columns=(Column("Échelle", False), Column("Cités", True)),
        rows=(*rows, ("Non documentée", number(unknown)), ("Ensemble", number(total))),
    )
    years = counts[counts["perimetre_type"] == "annee_label"]
    said = listing(f"{number(row['valeur'])} en {row['perimetre_id']}" for _, row in years.iterrows())
    inferred = int((publication.table("cites")["annee_label_origine"] == "inferee").sum())
    places = (
        f" Elles comptent des quartiers prioritaires dans {plural(communes['valeur'].iloc[0], 'commune')} distinctes."
        if len(communes)
        else ""
    )
    return Section(
        "reseau",
        1,
        "Le réseau",
        typeset(f"{plural(total, 'Cité')}, labellisées en deux vagues : {said}."),
        "complete",
        (
            ChartBlock(
                network(
                    publication.cites,
                    None,
                    synthetique=publication.synthetique,
                    source=list_source(publication),
                )
            ),
            Paragraph(
                typeset(
                    f"L’année est documentée pour {plural(total - inferred, 'Cité')} et déduite de l’ordre des identifiants pour les autres.{places}"
                )
            ),
            Pair(
                (TableBlock(table),),
                SideNote(
                    (
                        (
                            "Lecture",
                            "l’échelle n’est retenue que si un document ou le nom officiel de la Cité la dit.",
                        ),
                        ("Source", documents(publication, publication.cites["source"].unique())),
                    )
                ),
            ),
        ),
    )


def chiffres_par_edition(publication: Publication) -> Section:
    """Every published national figure, by theme; those with several editions drawn first."""
    figures = publication.table("chiffres_publies")
    blocks: list[Block] = [
        ChartBlock(editions(figures, publication.codebook, _SERIES, synthetique=publication.synthetique))
    ]
    for themes, title in _THEMES:
        blocks += [Subheading(title), national_figures(publication, themes, f"{title} : chiffres publiés")]
    unreadable = int((figures["statut"] == "illisible").sum())
    chapo = f"{plural(len(figures[figures['perimetre_type'] != 'cite']), 'chiffre')} nationaux et régionaux, dont {number(unreadable)} illisible dans son document."
    return Section("chiffres", 2, "Les chiffres publiés, par édition", typeset(chapo), "complete", tuple(blocks))


def besoins(publication: Publication) -> Section:
    """Needs of residents and expectations of actors; a heading without content stays a heading."""
    rows = publication.table("besoins_publies")
    types, actors = (
        publication.codebook.vocabulary("type_besoin@1"),
        publication.codebook.vocabulary("acteur_attente@1"),
    )
    blocks: list[Block] = []
    for kind in types.modalites:
        mine = rows[rows["type"] == kind.code]
        if mine.empty:
            continue
        blocks += [
            Subheading(kind.libelle),
            _lessons(publication, mine, kind.libelle, lambda row: actors.libelle(row["acteur"]), "Acteurs"),
        ]
    lost = int((rows["statut"] == "non_extrait").sum())
    if lost:
        blocks.append(
            State(
                "partielle",
                "Des titres sans contenu",
                f"{plural(lost, 'ligne')} {'n’a' if lost < 2 else 'n’ont'} conservé que {'son titre' if lost < 2 else 'leur titre'} : le document donnait des images.",
                "Le document d’origine, ou les réponses au questionnaire de l’évaluation.",
            )
        )
    return Section(
        "besoins",
        3,
        "Besoins et attentes",
        _extracted(rows),
        "partielle" if lost else "complete",
        tuple(blocks),
    )


def enseignements_nationaux(publication: Publication) -> Section:
    """Strengths, added value, difficulties, conditions, recommendations, practices, perspectives."""
    rows = publication.table("enseignements_publies")
    types, themes = (
        publication.codebook.vocabulary("type_enseignement@1"),
        publication.codebook.vocabulary("categorie_enseignement@1"),
    )
    blocks: list[Block] = []
    for kind in types.modalites:
        mine = rows[rows["type"] == kind.code]
        if len(mine):
            blocks += [
                Subheading(kind.libelle),
                _lessons(publication, mine, kind.libelle, lambda row: themes.libelle(row["categorie"]), "Thème"),
            ]
    lost = bool((rows["statut"] == "non_extrait").any())
    return Section(
        "enseignements",
        4,
        "Enseignements",
        _extracted(rows),
        "partielle" if lost else "complete",
        tuple(blocks),
    )


def calendrier(publication: Publication) -> Section:
    """The timeline of the programme."""
    return Section(
        "calendrier",
        5,
        "Calendrier du programme",
        "Les dates nationales que donnent les documents.",
        "complete",
        (frise(publication),),
    )


def methode_synthese(publication: Publication) -> Section:
    """Sources, signs and provenance."""
    warnings = (
        "Deux bases d’information ne se mélangent pas : l’enquête de l’évaluation auprès des acteurs, et les retours des Cités à l’ANCT.",
        "Les parts publiées n’ont, le plus souvent, pas de base précisée.",
        "Une association n’est pas un effet : ces documents décrivent une démarche, ils ne mesurent pas ce qu’elle change à l’emploi.",
    )
    return Section(
        "methode",
        6,
        "Sources et précautions",
        "D’où vient chaque chiffre.",
        "complete",
        (
            BulletList(tuple(typeset(text) for text in warnings)),
            *sources(publication),
            *provenance(publication),
        ),
    )


def _extracted(rows) -> str:  # type: ignore[no-untyped-def]
    told = int((rows["statut"] == "publie").sum())
    return typeset(f"{plural(told, 'élément')} repris des documents, en d’autres mots.")


def _lessons(publication: Publication, rows, caption: str, category, column: str) -> Pair:  # type: ignore[no-untyped-def]
    table = DataTable(
        caption=caption,
        columns=(
            Column("Ce qui est dit", False),
            Column(column, False),
            Column("Date", False),
            Column("Source", False),
        ),
        rows=tuple(
            (
                typeset(row["texte"]) if row["statut"] == "publie" else "nd (seul le titre est conservé)",
                category(row),
                dated(row),
                credit(publication, row["source"]),
            )
            for _, row in rows.iterrows()
        ),
    )
    return Pair((TableBlock(table),), SideNote((("Sources", documents(publication, rows["source"])),)))
