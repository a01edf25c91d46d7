"""The cover of a monograph: who this Cité is, in a name, a sentence and a few figures."""

from __future__ import annotations

from ..figures.motif import motif
from ..french import NBSP, date, listing, noun, number, plural, typeset, within
from ..publication import CitePublication
from ..publication.wording import STAMP, credit, dated, document, figure
from .blocks import Cover, KeyFigure, PageInfo
from .comparaison import place_sentences
from .lignes import network_rows, own_rows
from .retour import own_return

# Published figures that may stand on the cover, the most telling first; four at most are shown.
_KEY_FIGURES = (
    "population_qpv",
    "population_perimetre",
    "population_commune",
    "qpv_cite",
    "taux_chomage",
    "taux_pauvrete",
    "demandeurs_emploi",
    "cohorte_taille",
    "enveloppe_cite",
)


def couverture(site: CitePublication) -> Cover:
    """The cover: always full, since the public list names every Cité, its region and its communes."""
    publication = site.publication
    departements = site.rows("cite_departements")["departement"].tolist()
    communes = site.rows("cite_communes")
    sentence = _lede(site, len(communes))
    return Cover(
        kicker=f"{publication.codebook.programme.nom} · {publication.titre} · {publication.edition}",
        titre=site.nom,
        sous_titre=typeset(" — ".join(part for part in (site.value("region"), listing(departements)) if part)),
        lede=sentence,
        meta=f"{_version(site)}Édition de {publication.edition}. Chaque fait porte sa source et sa date ; ce qui n’est pas documenté est dit non disponible.",
        stamp=STAMP if publication.synthetique else None,
        key_figures=_key_figures(site),
        en_bref=_in_brief(site),
        motif=motif(publication.cites, site.id, synthetique=publication.synthetique),
        page=PageInfo(
            title=f"{site.nom} — monographie de la {publication.codebook.programme.un}",
            description=sentence,
            campagne=publication.campagne,
            cite=site.id,
            edition=publication.edition,
            date_edition=publication.date_edition,
            version=publication.version,
            programme=publication.codebook.programme.nom,
            empreinte=publication.empreinte,
            stamp=STAMP if publication.synthetique else None,
        ),
    )


def _version(site: CitePublication) -> str:
    """« Version provisoire du 3 mars 2026. » ; empty where the evaluator declares none."""
    rows = site.rows("versions")
    if rows.empty:
        return ""
    last = rows.sort_values("date").iloc[-1]
    words = site.publication.codebook.vocabulary("version_monographie@1").libelle(last["version"]).lower()
    when = str(last["date"])
    return typeset(f"Version {words} {'du' if len(when) == 10 else 'de'} {date(when)}. ")


def _lede(site: CitePublication, communes: int) -> str:
    """« Cité de l’emploi labellisée en 2021, à l’échelle intercommunale. … »"""
    scale = site.value("echelle")
    described = ""
    if scale:
        described = f", à l’échelle {site.publication.codebook.vocabulary('echelle@1').libelle(scale).lower()}"
    places = f" Ses quartiers prioritaires se répartissent dans {plural(communes, 'commune')}." if communes > 1 else ""
    return typeset(
        f"{site.publication.codebook.programme.un} labellisée en {site.value('annee_label')}{described}.{places}"
    )


def _from(count: int) -> str:
    return "d’un document public" if count == 1 else f"de {plural(count, 'document public', 'documents publics')}"


def _key_figures(site: CitePublication) -> tuple[KeyFigure, ...]:
    rows = site.rows("chiffres_publies")
    labels = site.publication.codebook.vocabulary("chiffres@1")
    found = []
    first = {row["indicateur"]: row for _, row in rows.iloc[::-1].iterrows()}
    for name in _KEY_FIGURES:
        if (row := first.get(name)) is not None:
            found.append(
                KeyFigure(
                    figure(row, site.publication.codebook),
                    "",
                    labels.libelle(name),
                    f"{dated(row)}, {credit(site.publication, row['source'])}",
                )
            )
    found += _returned(site)
    communes = len(site.rows("cite_communes"))
    if communes:
        when = date(str(site.rows("cite_communes")["date_reference"].max()))
        found.append(
            KeyFigure(
                plural(communes, "commune"),
                "",
                "où se trouvent ses quartiers prioritaires",
                f"{credit(site.publication, site.value('source'))}, {when}",
            )
        )
    return tuple(found[:4])


# Numbers of the return that may stand on the cover, with the words under them.
_RETURNED = (
    ("nombre_partenaires", "partenaire", "partenaires"),
    ("coordonnateur_etp", "équivalent temps plein de coordination", "équivalents temps plein de coordination"),
    ("nombre_actions", "action déclarée", "actions déclarées"),
    ("nombre_beneficiaires", "participation (non une personne)", "participations (non des personnes)"),
)


def _returned(site: CitePublication) -> list[KeyFigure]:
    """The Cité's own numbers, each beside the network's median."""
    found = []
    for code, one, many in _RETURNED:
        own = [row for row in own_rows(site, code) if row["statut"] == "ok"]
        middle = network_rows(site.publication, code).get("mediane")
        if own and middle is not None:
            value, when = own[0]["valeur"], date(own[0]["date_reference"])
            base = f"{when} ; médiane du réseau : {number(middle['valeur'])}, base : {plural(middle['base'], 'Cité')}"
            found.append(KeyFigure(number(value), "", noun(value, one, many), typeset(base)))
    return found


def _in_brief(site: CitePublication) -> tuple[str, ...]:
    """What the page holds, said from counts alone: a promise that the rubrics keep."""
    facts, events, figures = site.rows("fiches"), site.rows("evenements"), site.rows("chiffres_publies")
    if own_return(site) is not None:
        return _in_brief_return(site)
    if facts.empty:
        return (
            "Les documents publics réunis ici ne décrivent pas cette Cité : la page donne sa place dans la liste nationale, ses communes et ce que disent du réseau les chiffres publiés.",
            "Chaque rubrique vide dit ce qui la remplirait.",
        )
    documents = sorted(set(facts["source"]))
    lines = [
        f"{plural(len(facts), 'fait documenté', 'faits documentés')}, {'tiré' if len(facts) < 2 else 'tirés'} {_from(len(documents))} : "
        + listing(document(site.publication, ident) for ident in documents)
        + "."
    ]
    if len(figures):
        lines.append(f"{plural(len(figures), 'chiffre publié')} sur cette Cité, chacun avec sa source et sa date.")
    if len(events):
        lines.append(
            f"{plural(len(events), 'événement daté')} dans sa frise{NBSP}; le reste du calendrier est national."
        )
    return tuple(typeset(line) for line in lines)


def _in_brief_return(site: CitePublication) -> tuple[str, ...]:
    """What the return says, in a few sentences that follow from its answers."""
    lines = []
    for code, words in (
        ("maturite", "Place déclarée sur le chemin de maturité"),
        ("copil_presidence", "Présidence du comité de pilotage"),
        ("structure_porteuse", "Poste de coordination porté par"),
    ):
        own = [row["modalite"] for row in own_rows(site, code) if row["statut"] == "ok" and row["modalite"]]
        scale = site.publication.codebook["retours"][code].vocabulary
        if own and scale is not None:
            lines.append(f"{words} : {within(scale.libelle(own[0]))}.")
    lines += place_sentences(site)
    aim = site.publication.codebook.programme.finalite
    lines.append(
        f"Ces réponses sont des déclarations de la Cité : elles décrivent une démarche, elles ne mesurent pas un effet sur {aim}."
    )
    return tuple(typeset(line) for line in lines)
