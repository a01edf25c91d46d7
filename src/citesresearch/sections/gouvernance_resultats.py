"""Governance against outcomes: the findings that the answer rests on, how far they hold, what they do not say.

The findings come from the publication, already made. Titles and sentences follow from their strength by rules; no
word of cause is used, and what was not seen says what could have been.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..figures.forest import by_hypothesis, forest
from ..figures.specification import specification
from ..figures.tables import Column, DataTable
from ..french import listing, noun, number, percent, plural, typeset
from ..publication import Publication
from ..publication.findings import Curve, Finding, curves, declarations, main_pair
from .annexe import provenance, sources
from .blocks import (
    Block,
    BulletList,
    ChartBlock,
    Folded,
    Paragraph,
    Section,
    State,
    Subheading,
    TableBlock,
)
from .constats import (
    RETAINED,
    Reading,
    cross_figure,
    finding_blocks,
    inside,
    read,
)
from .copilotage import plane_block
from .planches import exhibit, exhibits
from .reponse import COORDINATION, has_findings, tally

__all__ = [
    "ce_qui_changerait",
    "courbes",
    "croisement_maturite",
    "hypothese",
    "limites_constats",
    "methode_constats",
    "plan_copilotage",
    "tous_les_constats",
]

FIRST = "Son tableau croisé est celui de la rubrique 1."
THEMES = {
    1: "Un copilotage équilibré",
    2: "La place de la coordination",
    3: "L’engagement de l’État et de France Travail",
    4: "Le cercle des partenaires et le contrat de ville",
}


# -- rubrics -----------------------------------------------------------------------------------------------------------
def _empty(ident: str, place: int, titre: str) -> Section:
    state = State(
        "vide",
        "Donnée non disponible dans cette campagne",
        "Aucun retour de Cité n’a pu être analysé : la gouvernance et les résultats n’y sont pas connus.",
        "Les retours des Cités, dans une campagne.",
    )
    return Section(ident, titre, "Rien ne peut être comparé.", "vide", (state,), numero=place)


def croisement_maturite(publication: Publication) -> Section:
    """The published cross-table: types of copilotage, then the answers on it, by level of maturity."""
    ident, place, titre = "croisement", 1, "Le copilotage par niveau de maturité"
    if not has_findings(publication):
        return _empty(ident, place, titre)
    reading = read(publication)
    f = reading.named(main_pair(publication))
    chart = cross_figure(f, reading, "f-croisement")
    if chart is None:
        box = State(
            "vide",
            "Croisement impossible",
            typeset(f"{f.motif[:1].upper()}{f.motif[1:]}."),
            "Des retours qui disent à la fois leur gouvernance et leur maturité.",
        )
        return Section(ident, titre, "Aucune Cité n’est connue des deux côtés.", "vide", (box,), numero=place)
    published = exhibit(publication, "copilotage_maturite")
    blocks: list[Block] = [
        Paragraph(
            typeset(
                "Chaque disque est une Cité. Le type est celui de l’indice sans les avis sur la légitimité : face à la maturité, que la même "
                "personne juge, un avis de plus ne prouverait rien."
            )
        ),
        ChartBlock(chart),
        *published,
    ]
    chapo = f"{plural(f.n, 'Cité')} dont le copilotage et la maturité sont connus, sur {number(reading.total)}."
    return Section(ident, titre, typeset(chapo), "complete", tuple(blocks), numero=place)


def hypothese(publication: Publication, numero: int) -> Section:
    """One of the four hypotheses: each of its declared pairs, then what was explored beside.

    Raises KeyError for another number.
    """
    ident, place, theme = f"hypothese-{numero}", numero + 1, THEMES[numero]
    if not has_findings(publication):
        return _empty(ident, place, theme)
    reading = read(publication)
    declared, explored = reading.of("confirmatoire", numero), reading.of("exploratoire", numero)
    blocks: list[Block] = [Paragraph(typeset(f"Liens déclarés d’avance : {tally(declared)}."))]
    for k, f in enumerate(declared, start=1):
        blocks += finding_blocks(f, reading, f"f-h{numero}-{k}", "" if f.id != main_pair(publication) else FIRST)
    if explored:
        blocks += [Subheading("Exploré à côté"), Paragraph(typeset(_explored(explored)))]
    known = any(f.valeur is not None for f in declared)
    told = declarations(publication, "hypotheses").get(numero)
    chapo = f"Hypothèse {numero}" + (f" : {inside(told.texte)}" if told else "")
    return Section(
        ident,
        typeset(f"{theme} : {_short(declared)}"),
        typeset(chapo),
        "complete" if known else "vide",
        tuple(blocks),
        numero=place,
    )


def _short(declared: Sequence[Finding]) -> str:
    """The title of a hypothesis: what its declared pairs give, in a few words."""
    kept, clues = (sum(f.force in forces for f in declared) for forces in (RETAINED, ("indice",)))
    if kept:
        return f"{plural(kept, 'lien retenu', 'liens retenus')} sur {number(len(declared))}"
    if clues:
        return f"{plural(clues, 'indice')} sur {plural(len(declared), 'lien')}"
    return "on ne peut rien dire" if not any(f.valeur is not None for f in declared) else "rien n’est vu"


def _explored(findings: Sequence[Finding]) -> str:
    """How many other pairs were looked at, and those that came out; they never conclude."""
    clues = [f for f in findings if f.force == "indice"]
    silent = sum(f.valeur is None for f in findings)
    text = f"{plural(len(findings), 'autre lien regardé', 'autres liens regardés')} sans conclure, quels que soient leurs chiffres"
    text += f", dont {number(silent)} non {noun(silent, 'calculable')}." if silent else "."
    if not clues:
        return f"{text} Aucun ne suggère de question."
    named = " ; ".join(f"{inside(f.predicteur)} avec {inside(f.resultat_libelle)}" for f in clues)
    verb = "suggère une question" if len(clues) == 1 else "suggèrent une question"
    return f"{text} {number(len(clues))} {verb} : {named}."


def plan_copilotage(publication: Publication) -> Section:
    """Where every Cité stands between State and collectivité; first the answers that the index rests on."""
    ident, place, titre = "plan", 6, "Où se tiennent les Cités entre État et collectivité"
    if not has_findings(publication):
        return _empty(ident, place, titre)
    # The exhibit without its published title, which concludes.
    answers = tuple(b for b in exhibits(publication, ("copilotage",)) if not isinstance(b, Subheading))
    table = publication.table("gouvernance")
    told = int(table["copilotage.type"].notna().sum()) if "copilotage.type" in table else 0
    if not told:
        box = State(
            "vide",
            "Indice de copilotage non calculé",
            "Aucun retour ne couvre la moitié du poids de l’indice.",
            "Légitimité du pilotage, présidence du COPIL, structure porteuse, composition des instances, cofinancement.",
        )
        return Section(ident, titre, "Aucune Cité n’est placée.", "vide", (*answers, box), numero=place)
    unstable = int((table["copilotage.type_stable"] == 0).sum())
    blocks = (
        Paragraph(
            typeset(
                "L’indice tient compte de l’avis de chaque Cité sur la légitimité que le pilotage a donnée à la coordination. Cet avis est montré "
                "d’abord : plus il est partagé, moins il distingue les Cités."
            )
        )
        if answers
        else None,
        *answers,
        Subheading("Le plan du copilotage"),
        *plane_block(publication),
        Paragraph(
            typeset(
                f"{plural(unstable, 'Cité')} {noun(unstable, 'changerait', 'changeraient')} de type avec d’autres poids : lisez la place plutôt que le nom du type."
                if unstable
                else "Aucune Cité ne changerait de type avec d’autres poids."
            )
        ),
    )
    return Section(
        ident,
        titre,
        typeset(f"{plural(told, 'Cité')} {noun(told, 'placée')} sur {number(len(publication.cites))}."),
        "complete",
        tuple(block for block in blocks if block is not None),
        numero=place,
    )


def tous_les_constats(publication: Publication) -> Section:
    """The forest: the declared pairs in the open, the explored ones folded."""
    ident, place, titre = "ensemble", 7, "Tous les constats, du même coup d’œil"
    if not has_findings(publication):
        return _empty(ident, place, titre)
    reading = read(publication)
    declared, explored = reading.of("confirmatoire"), reading.of("exploratoire")
    base = f"{number(reading.total)} Cités au plus ; celle de chaque ligne est dans le tableau"

    hypotheses = {n: row.texte for n, row in declarations(publication, "hypotheses").items()}

    def drawn(findings: Sequence[Finding], name: str) -> ChartBlock:
        return ChartBlock(
            forest(
                by_hypothesis(findings, hypotheses),
                id=name,
                source=reading.source,
                date=reading.date,
                base=base,
                synthetique=reading.synthetique,
            )
        )

    blocks = (
        Paragraph(
            typeset(
                "Une ligne par lien : à droite de zéro, plus de gouvernance va avec plus de résultat. Le trait est l’incertitude ; s’il traverse "
                "zéro, les données vont avec un lien nul. Le fond gris montre les liens trop faibles pour être vus avec si peu de Cités."
            )
        ),
        drawn(declared, "f-foret"),
        Subheading("Les explorations"),
        Paragraph(
            typeset(
                f"{plural(len(explored), 'lien regardé', 'liens regardés')} sans avoir été annoncés : avec autant d’essais, quelques-uns se distinguent par hasard. "
                "Ils suggèrent des questions et ne concluent jamais."
            )
        ),
        Folded(f"Voir les {plural(len(explored), 'exploration')}", (drawn(explored, "f-foret-explorations"),)),
    )
    chapo = f"Des {plural(len(declared), 'lien déclaré', 'liens déclarés')}, {tally(declared)}."
    return Section(ident, titre, typeset(chapo), "complete", blocks, numero=place)


def courbes(publication: Publication) -> Section:
    """Would other reasonable choices have said the same? The specification curves of the two main pairs."""
    ident, place, titre = "choix", 8, "D’autres choix auraient-ils dit autre chose ?"
    if not has_findings(publication):
        return _empty(ident, place, titre)
    reading = read(publication)
    pairs = {f.id for f in reading.of("confirmatoire")}
    shown = [curve for curve in curves(publication) if curve.pair in pairs]
    blocks: list[Block] = [
        Paragraph(
            typeset(
                "Une analyse est faite de choix : quelle variante de l’indice, quels seuils, que tenir constant, comment lire le résultat. "
                "La courbe montre ce que chaque combinaison de choix aurait donné, de la plus basse à la plus haute."
            )
        )
    ]
    indices: dict[str, str] = dict(
        publication.table("modeles_gouvernance")[["modele", "modele_libelle"]].itertuples(index=False)
    )
    for k, curve in enumerate(shown, start=1):
        f = reading.named(curve.pair)
        blocks += [
            Subheading(typeset(f"{f.predicteur} et {inside(f.resultat_libelle)}")),
            ChartBlock(
                specification(
                    curve,
                    f"{f.predicteur} → {f.resultat_libelle}",
                    indices,
                    id=f"f-choix-{k}",
                    source=reading.source,
                    date=reading.date,
                    synthetique=reading.synthetique,
                )
            ),
        ]
    chapo = " ".join(_curve_words(curve, reading) for curve in shown)
    known = any(curve.mediane is not None for curve in shown)
    return Section(ident, typeset(titre), typeset(chapo), "complete" if known else "vide", tuple(blocks), numero=place)


def _curve_words(curve: Curve, reading: Reading) -> str:
    """Whether the choices agree, and whether their median is told from chance."""
    f = reading.named(curve.pair)
    name = inside(f.resultat_libelle)
    if curve.mediane is None or curve.p is None or curve.meme_sens is None:
        return f"Pour « {name} » : {curve.motif or 'rien n’est calculable'}."
    same = sum((s.valeur or 0) * f.attendu > 0 for s in curve.specifications)
    all_of = sum(s.valeur is not None for s in curve.specifications)
    told = "se distingue du hasard" if curve.p <= 0.05 else "ne se distingue pas du hasard"
    return f"Pour « {name} », {number(same)} choix sur {number(all_of)} vont dans le sens de l’hypothèse ; leur médiane {told}."


def ce_qui_changerait(publication: Publication) -> Section:
    """What would change our mind: by the strength of each declared pair, then the Cités to visit first."""
    ident, place, titre = "changerait", 9, "Ce qui changerait notre avis"
    if not has_findings(publication):
        return _empty(ident, place, titre)
    reading = read(publication)
    main = reading.named(main_pair(publication))
    lines = [*_would_change(main), *_would_change(reading.named(COORDINATION))]
    lines += [
        "Une maturité jugée par d’autres que la Cité : acteurs du territoire, évaluateurs, ou faits datés.",
        "Des Cités suivies dans le temps, dont certaines changent de copilotage ou de structure porteuse : le résultat suit-il, et dans quel ordre ?",
        "Un second retour par Cité, rempli par une autre personne : les mêmes liens y reviennent-ils ?",
    ]
    return Section(
        ident,
        titre,
        "Un constat qui ne dit pas ce qui le renverserait n’en est pas un.",
        "complete",
        (BulletList(tuple(typeset(line) for line in lines)), *_to_visit(publication, reading, main)),
        numero=place,
    )


def _would_change(f: Finding) -> list[str]:
    name = f"{inside(f.predicteur)} et {inside(f.resultat_libelle)}"
    if f.force == "indicible":
        return [f"De {name}, tout reste à voir : {f.motif}."]
    if f.force == "non_vue":
        if f.detectable is None or not f.valeur:
            return [f"Un lien entre {name} : plus de Cités qu’il n’en existe ne suffiraient pas à le voir."]
        needed = f.n * (f.detectable / f.valeur) ** 2
        if needed > 10_000:
            return [f"Un lien entre {name} : il est ici si près de zéro qu’aucun nombre de Cités ne le montrerait."]
        rounded = int(-(-needed // 10) * 10)
        words = f"Entre {name} : un lien de la taille observée ne se verrait qu’avec environ {number(rounded)} Cités"
        return [
            f"{words}, plus qu’il n’en existe ; d’autres retours des mêmes Cités ne suffiraient pas, il faudrait une autre mesure."
            if rounded > f.n + f.manquants
            else f"{words}."
        ]
    if f.force == "indice":
        return [
            f"L’indice entre {name} deviendrait un constat s’il revenait dans une campagne indépendante, annoncé seul d’avance ; il tomberait s’il n’y revenait pas."
        ]
    return [
        f"Le constat entre {name} tomberait si une mesure par d’autres ne le retrouvait pas, ou si les Cités inattendues avaient une raison commune."
    ]


def _to_visit(publication: Publication, reading: Reading, main: Finding) -> tuple[Block, ...]:
    """The Cités that go against the main hypothesis, by name: returns allow it."""
    rows = publication.table("constats_positions")
    above, below = (
        sorted(reading.noms[i] for i in rows.loc[rows["position"] == side, "id_cde"])
        for side in ("inattendue_haute", "inattendue_basse")
    )
    if not above and not below:
        return ()
    outcome = inside(main.resultat_libelle)
    table = DataTable(
        "Les Cités à aller voir d’abord",
        (Column("Elles se situent"), Column("Cités")),
        tuple(
            (typeset(words), typeset(listing(names)))
            for words, names in (
                ("bien plus loin que leur copilotage ne le laisserait attendre", above),
                ("bien moins loin", below),
            )
            if names
        ),
    )
    count = len(above) + len(below)
    return (
        Subheading("Les Cités à aller voir d’abord"),
        Paragraph(
            typeset(
                f"{plural(count, 'Cité')} {noun(count, 'va', 'vont')} nettement contre l’hypothèse principale ({outcome}). "
                "Une visite dirait ce que les chiffres ne voient pas : la comparaison dit où aller, non pourquoi."
            )
        ),
        TableBlock(table),
    )


# -- limits and method -------------------------------------------------------------------------------------------------
def limites_constats(publication: Publication) -> Section:
    """Every limit that must be read with the findings."""
    returned, total = len(publication.table("retours")), len(publication.cites)
    lines = [
        "Des associations, sans plus : les Cités n’ont pas tiré leur gouvernance au sort. Une Cité où tout va bien a pu à la fois équilibrer son copilotage et mûrir.",
        "Gouvernance et résultats perçus viennent du même retour, souvent de la même personne : un même regard peut les rapprocher. Face à un résultat perçu, l’indice est donc pris sans les avis.",
        f"{plural(returned, 'retour')} sur {plural(total, 'Cité')} : seuls des liens assez forts se voient. Ne rien voir n’est pas montrer qu’il n’y a rien.",
        "L’échelle de maturité est un choix par défaut : les libellés du chemin publié ne sont pas connus, et trois temps décrits par une Cité en tiennent lieu.",
        "Les poids et les seuils de l’indice de copilotage sont des choix déclarés des évaluateurs ; d’autres changeraient le type de certaines Cités, d’où la place donnée au plan et aux autres choix.",
        _ceiling(publication),
        "Porteur, composition et cofinancement se partagent entre les deux côtés : la force du copilotage ne peut pas atteindre 1.",
        "Chaque Cité compte pour une, grande ou petite ; les nombres n’entrent que par leur rang.",
        "L’enquête auprès des acteurs n’entre nulle part ici : par Cité, elle ne dirait rien de sûr et désignerait des personnes.",
    ]
    if publication.synthetique:
        lines.insert(
            0,
            f"Données de démonstration : {plural(total, 'Cité')} fictives. Les {plural(returned, 'retour')} sont une hypothèse déclarée, et les liens ont été mis par le générateur : ce que cette page y voit, ou n’y voit pas, n’apprend rien des Cités réelles.",
        )
    return Section(
        "limites",
        "Limites",
        "À lire avant de citer un chiffre de cette page.",
        "complete",
        (BulletList(tuple(typeset(line) for line in lines)),),
        numero=10,
    )


def _ceiling(publication: Publication) -> str:
    """How near its ceiling the opinion on the legitimacy of the steering is, in the figures of this campagne."""
    said = []
    for code, whom in (("legitimite_collectivite", "de la collectivité"), ("legitimite_prefecture", "préfectoral")):
        rows = publication.estimate(code, modalite="favorable", perimetre_type="national", croisement="")
        said += [f"{percent(v, 0)} pour le pilotage {whom}" for v in rows.loc[rows["statut"] == "ok", "valeur"]]
    known = f" (avis favorables : {listing(said)})" if said else ""
    return f"L’avis sur la légitimité entre dans l’indice entier{known} : plus il est près de son plafond, moins il distingue les Cités."


def methode_constats(publication: Publication) -> Section:
    """How findings are made and worded, the documents, the provenance."""
    rules = DataTable(
        "Ce que chaque mot veut dire",
        (Column("Mots"), Column("Quand (la première règle qui s’applique)")),
        tuple(
            (str(rule.libelle), typeset(f"{rule.condition}."))
            for rule in publication.table("regles_constats").itertuples()
        ),
    )
    words = (
        "Résultats, mesures de gouvernance, paires testées et règles des phrases sont écrits avant toute lecture des données. Dix paires concluent (méthode de Holm : "
        "au plus 5 chances sur 100 d’une fausse alerte dans toute la famille) ; les autres explorent.",
        "Les tailles sont des mesures d’ordre (τ-b de Kendall, δ de Cliff), les p sont exacts ou par permutations, et aucune correction de population finie n’y entre : "
        "la question porte sur de telles Cités en général.",
        "Formules, règles, vérité connue et références : docs/methodes/constats.md, docs/methodes/copilotage.md et docs/methodes/statistiques.md, dans le dépôt du projet. "
        "Pour poser une autre question aux mêmes objets : notebooks/exploration/gouvernance.ipynb.",
    )
    return Section(
        "methode",
        "Méthode et sources",
        "Comment ces constats sont faits, et d’où viennent les réponses.",
        "complete",
        (
            *(Paragraph(typeset(text)) for text in words),
            TableBlock(rules),
            *sources(publication),
            *provenance(publication),
        ),
        numero=11,
    )
