"""The national synthesis: the network, the published figures by edition, needs and lessons."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from ..figures.editions import editions, has_editions
from ..figures.motif import motif
from ..figures.network import network
from ..figures.tables import Column, DataTable, Detailed
from ..french import listing, noun, number, percent, plural, typeset
from ..publication import Publication
from ..publication.wording import STAMP, credit, dated, documents, figure, list_source
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
from .planches import exhibits, planches_of

__all__ = [
    "besoins",
    "calendrier",
    "chiffres_par_edition",
    "couverture_synthese",
    "deploiement",
    "enseignements_nationaux",
    "gouvernance_reseau",
    "methode_synthese",
    "partenariats_reseau",
    "premiers_resultats",
    "reseau",
    "resultats",
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
    returned = len(publication.table("retours")) > 0
    if returned:
        found = _computed_figures(publication)
    programme = publication.codebook.programme
    base = programme.counted(len(cites), publication.synthetique)
    lede = typeset(
        f"{base} : la restitution de leurs retours et de l’enquête auprès de leurs acteurs, planche par planche."
        if returned
        else f"{base} : ce que les documents publics disent du réseau, édition par édition, sans rien y ajouter."
    )
    stamp = STAMP if publication.synthetique else None
    return Cover(
        kicker=f"{programme.nom} · {publication.titre} · {publication.edition}",
        titre="Synthèse nationale",
        sous_titre=plural(len(cites), programme.un, programme.nom),
        lede=lede,
        meta=f"Édition de {publication.edition}. Chaque chiffre porte sa source et sa date.",
        stamp=stamp,
        key_figures=tuple(found),
        en_bref=_in_brief_returns(publication) if returned else _in_brief_published(publication),
        motif=motif(cites, None, synthetique=publication.synthetique),
        page=PageInfo(
            title=f"Synthèse nationale des {programme.nom}",
            description=lede,
            campagne=publication.campagne,
            cite=None,
            edition=publication.edition,
            date_edition=publication.date_edition,
            version=publication.version,
            programme=programme.nom,
            empreinte=publication.empreinte,
            stamp=stamp,
        ),
    )


def _computed_figures(publication: Publication) -> list[KeyFigure]:
    """What the returns give, each with its base."""
    total = len(publication.cites)
    wanted = (
        ("nombre_partenaires", "moyenne", "partenaires par Cité, en moyenne"),
        ("nombre_actions", "total", "actions déclarées"),
        ("nombre_beneficiaires", "total", "participations (non des personnes)"),
    )
    found = [
        KeyFigure(number(len(publication.table("retours"))), "", "retours de Cités", f"sur {plural(total, 'Cité')}")
    ]
    for code, statistic, words in wanted:
        rows = publication.estimate(code, modalite=statistic, perimetre_type="national", croisement="")
        rows = rows[rows["statut"] == "ok"]
        for _, row in rows.head(1).iterrows():
            digits = 0 if row["valeur"] >= 10 else None
            found.append(KeyFigure(number(row["valeur"], digits), "", words, f"base : {plural(row['base'], 'Cité')}"))
    return found


# Shares that open the synthesis: indicator, modality, the words before the share.
_OPENING = (
    ("legitimite_prefecture", "favorable", "Le pilotage préfectoral a légitimé la coordination"),
    ("legitimite_collectivite", "favorable", "Le pilotage de la collectivité a légitimé la coordination"),
    ("cohorte_installee", "oui", "Une cohorte est installée"),
    ("coordonnateur_en_poste", "oui", "Le coordonnateur est resté en poste"),
)


def _in_brief_returns(publication: Publication) -> tuple[str, ...]:
    """A few shares of the network, each with its base; a withheld one is not said."""
    lines = []
    for code, modalite, words in _OPENING:
        rows = publication.estimate(code, modalite=modalite, perimetre_type="national", croisement="")
        for _, row in rows[rows["statut"] == "ok"].head(1).iterrows():
            verb = "le dit" if row["n"] < 2 else "le disent"
            lines.append(
                f"{words} : {number(row['n'])} {noun(row['n'], 'Cité')} {verb}, sur {number(row['base'])} qui se prononcent ({percent(row['valeur'], 0)})."
            )
    lines.append(
        "Gouvernance et résultats viennent des mêmes retours : leurs liens sont des associations, pas des effets."
    )
    return tuple(typeset(line) for line in lines)


def _in_brief_published(publication: Publication) -> tuple[str, ...]:
    figures = publication.table("chiffres_publies")
    described = publication.table("fiches")["id_cde"].nunique()
    verb = "est décrite" if described < 2 else "sont décrites"
    lines = (
        f"{plural(len(figures), 'chiffre publié', 'chiffres publiés')}, tirés de {plural(figures['source'].nunique(), 'document')} : aucun n’est recalculé.",
        f"{plural(described, 'Cité')} {verb} par au moins un document public ; les autres ne sont connues que par la liste nationale.",
        "Les deux éditions des mêmes chiffres ne se soustraient pas : leurs dates et leurs périmètres diffèrent.",
    )
    return tuple(typeset(line) for line in lines)


def reseau(publication: Publication) -> Section:
    """Where the Cités are, since when, at which scale."""
    counts = publication.estimate("cites_labellisees")
    scales = publication.codebook.vocabulary("echelle@1")
    by_scale = counts[counts["perimetre_type"] == "echelle"].set_index("perimetre_id")
    total = len(publication.cites)
    communes = publication.estimate("communes_couvertes", perimetre_type="national")
    rows = [
        (m.libelle, number(float(by_scale["valeur"][m.code]))) for m in scales.modalites if m.code in by_scale.index
    ]
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
        "Le réseau",
        typeset(f"{plural(total, 'Cité')}{f', labellisées en deux vagues : {said}' if len(years) > 1 else ''}."),
        "complete",
        (
            ChartBlock.of(
                network(
                    publication.cites,
                    None,
                    synthetique=publication.synthetique,
                    source=list_source(publication),
                ),
                "cites_labellisees",
            ),
            Paragraph(
                typeset(
                    f"L’année est documentée pour {plural(total - inferred, 'Cité')}{' et déduite de l’ordre des identifiants pour les autres' if inferred else ''}.{places}"
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
        numero=1,
    )


def premiers_resultats(publication: Publication) -> Section:
    """The first results: actions, participations, partners, référents."""
    return _part(publication, "premiers-resultats", 2, "Les premiers résultats", ("axe_1", "axe_2", "axe_3"))


def deploiement(publication: Publication) -> Section:
    """Operational deployment: publics, cohorts, the three axes, spending, national animation."""
    themes = ("deploiement", "public_cible", "moyens", "animation_nationale")
    return _part(publication, "deploiement", 3, "Le déploiement opérationnel", themes)


def gouvernance_reseau(publication: Publication) -> Section:
    """Governance: bodies, copilotage, coordination."""
    return _part(publication, "gouvernance", 4, "La gouvernance", ("gouvernance", "coordination"))


def partenariats_reseau(publication: Publication) -> Section:
    """Partnerships with institutions, employment, social cohesion, companies; co-funding."""
    return _part(publication, "partenariats", 5, "Les partenariats créés", ("partenariats",))


def resultats(publication: Publication) -> Section:
    """Synthesis: droit commun, practices, access to rights, maturity, perspectives."""
    return _part(publication, "resultats", 8, "Synthèse", ("evaluation", "perspectives", "contexte"))


def _part(publication: Publication, ident: str, number_: int, partie: str, themes: tuple[str, ...]) -> Section:
    """A part of the restitution: its exhibits where the campagne has returns, the published figures of its themes."""
    planches = planches_of(publication, partie)
    shown = exhibits(publication, planches)
    published = len(publication.table("chiffres_publies")) > 0
    blocks: list[Block] = list(shown)
    if published:
        blocks.append(national_figures(publication, themes, f"{partie} : chiffres publiés"))
    if not shown:
        blocks.append(
            State(
                "partielle" if published else "vide",
                "Planches non calculées" if published else "Donnée non disponible dans cette campagne",
                typeset(
                    f"Les réponses qui font les {plural(len(planches), 'planche')} de cette partie ne sont pas publiques."
                ),
                "Les retours des Cités et l’enquête auprès des acteurs, dans une campagne.",
            )
        )
    drawn = sum(isinstance(block, Subheading) for block in shown)
    chapo = (
        f"{plural(drawn, 'planche')} de la restitution, calculées sur les retours de la campagne."
        if shown
        else "Ce que les documents publient, sans les réponses elles-mêmes."
    )
    return Section(ident, partie, typeset(chapo), "complete" if shown else "partielle", tuple(blocks), numero=number_)


_STATES = {
    "egal": "égal",
    "different": "différent",
    "autre_edition": "autre édition",
    "non_calculable": "non calculable",
}


def chiffres_par_edition(publication: Publication) -> Section:
    """Published figures: their editions, and beside them what the campagne's own data give, no difference hidden."""
    figures, compared = publication.table("chiffres_publies"), publication.tables.get("comparaison")
    blocks: list[Block] = []
    chapo = "Aucun chiffre publié dans cette campagne."
    if has_editions(figures, _SERIES):
        blocks.append(
            ChartBlock.of(
                editions(
                    figures,
                    publication.codebook,
                    _SERIES,
                    source=partial(credit, publication),
                    synthetique=publication.synthetique,
                ),
                "chiffres_nationaux",
            )
        )
        unreadable = int((figures["statut"] == "illisible").sum())
        chapo = f"{plural(len(figures[figures['perimetre_type'] != 'cite']), 'chiffre publié', 'chiffres publiés')} sur le réseau et les régions, dont {number(unreadable)} illisible dans son document."
    if compared is not None and len(compared):
        equal = int((compared["etat"] == "egal").sum())
        different = int((compared["etat"] == "different").sum())
        blocks += [
            Paragraph(
                typeset(
                    "Chaque chiffre publié est recalculé sur les données de la campagne, puis arrondi à la précision publiée. "
                    "Les données de démonstration sont calées sur ces chiffres : leur égalité vérifie le calcul, elle ne confirme rien du réseau réel."
                    if publication.synthetique
                    else "Chaque chiffre publié est recalculé sur les données de la campagne, puis arrondi à la précision publiée."
                )
            ),
            TableBlock(_comparison(publication, compared)),
        ]
        chapo = f"{plural(equal, 'chiffre égal', 'chiffres égaux')} après arrondi, {number(different)} {noun(different, 'différent')} ; les autres disent pourquoi ils ne se calculent pas."
    if not blocks:
        blocks.append(
            State(
                "vide",
                "Donnée non disponible dans cette campagne",
                "Aucun chiffre publié n’y figure.",
                "La table « chiffres_publies ».",
            )
        )
    return Section(
        "chiffres", "Publié et calculé", typeset(chapo), "complete" if blocks else "vide", tuple(blocks), numero=9
    )


def _comparison(publication: Publication, compared: pd.DataFrame) -> DataTable:
    labels, units = publication.codebook.vocabulary("chiffres@1"), publication.codebook.vocabulary("unite@1")

    def value(row: pd.Series[Any], column: str) -> str:
        return "nd" if pd.isna(row[column]) else number(row[column])

    return DataTable(
        "Chiffres publiés et chiffres calculés",
        (Column("Chiffre"), Column("Publié", True), Column("Calculé", True), Column("Écart", True), Column("État")),
        tuple(
            (
                Detailed(
                    labels.libelle(row["chiffre"]),
                    typeset(f"{units.libelle(row['unite'])} ; {row['edition'] or 'non datée'} ; {row['source']}"),
                ),
                value(row, "valeur_publiee"),
                value(row, "valeur_arrondie"),
                "nd" if pd.isna(row["difference"]) else number(row["difference"], sign=True),
                Detailed(_STATES[row["etat"]], typeset(str(row["motif"]))) if row["motif"] else _STATES[row["etat"]],
            )
            for _, row in compared.iterrows()
        ),
    )


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
    shown = exhibits(publication, planches_of(publication, "Besoins, attentes et enseignements"))
    blocks = [*shown, *blocks]
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
    chapo = (
        "L’enquête auprès des acteurs : une base de personnes, à ne pas mêler aux retours des Cités."
        if shown
        else _extracted(rows)
    )
    return Section(
        "besoins", "Besoins et attentes", chapo, "partielle" if lost else "complete", tuple(blocks), numero=6
    )


def enseignements_nationaux(publication: Publication) -> Section:
    """Strengths, added value, difficulties, conditions, recommendations, practices, perspectives."""
    rows = publication.table("enseignements_publies")
    if rows.empty:
        box = State(
            "vide",
            "Donnée non disponible dans cette campagne",
            "Aucun enseignement publié n’y figure ; ceux que citent les acteurs sont dans la rubrique précédente.",
            "La table « enseignements_publies ».",
        )
        return Section(
            "enseignements", "Enseignements publiés", "Aucun document dans cette campagne.", "vide", (box,), numero=7
        )
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
        "Enseignements",
        _extracted(rows),
        "partielle" if lost else "complete",
        tuple(blocks),
        numero=7,
    )


def calendrier(publication: Publication) -> Section:
    """The timeline of the programme; a campagne whose documents give no date of it has none."""
    line = frise(publication)
    missing = State(
        "vide",
        "Donnée non disponible dans cette campagne",
        "Aucune date du programme n’est documentée.",
        "Des événements nationaux datés dans la table « evenements ».",
    )
    return Section(
        "calendrier",
        "Calendrier du programme",
        "Les dates nationales que donnent les documents." if line else "Aucune date n’est documentée.",
        "complete" if line else "vide",
        line or (missing,),
        numero=10,
    )


def methode_synthese(publication: Publication) -> Section:
    """Sources, signs and provenance."""
    warnings = (
        "Deux bases d’information ne se mélangent pas : l’enquête de l’évaluation auprès des acteurs, et les retours officiels des Cités.",
        "Les parts publiées n’ont, le plus souvent, pas de base précisée.",
        "Une association n’est pas un effet : ces documents décrivent une démarche, ils ne mesurent pas ce qu’elle change "
        f"à {publication.codebook.programme.finalite}.",
    )
    return Section(
        "methode",
        "Sources et précautions",
        "D’où vient chaque chiffre.",
        "complete",
        (
            BulletList(tuple(typeset(text) for text in warnings)),
            *sources(publication),
            *provenance(publication),
        ),
        numero=11,
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
