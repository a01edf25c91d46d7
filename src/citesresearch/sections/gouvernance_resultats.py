"""The page « Gouvernance et résultats »: the answer in three sentences, then each hypothesis, then what weakens it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ..crosssite.family import FAMILY, HYPOTHESES, MAIN
from ..crosssite.finding import Finding
from ..crosssite.specifications import Curve
from ..crosssite.tables import curves_of, findings_of
from ..disclosure import Publication
from ..figures.chart import Chart
from ..figures.crosstab import crosstab
from ..figures.forest import by_family, forest
from ..figures.specification import specification
from ..french import date as date_words
from ..french import listing, noun, number, percent, plural, typeset
from ..wording import STAMP
from .annexe import provenance, sources
from .blocks import (
    Block,
    BulletList,
    ChartBlock,
    Cover,
    Etat,
    KeyFigure,
    PageInfo,
    Pair,
    Paragraph,
    Section,
    SideNote,
    State,
    Subheading,
)
from .constats import comparison, finding_blocks, site_name
from .copilotage import CAUTION, origin, plane
from .planches import exhibits
from .retour import has_returns

__all__ = [
    "ce_qui_changerait",
    "courbes",
    "couverture_constats",
    "croisement_maturite",
    "hypothese",
    "methode_constats",
    "plan_copilotage",
    "tous_les_constats",
]

TITLE = "Gouvernance et résultats"
_MATURITY, _HOST = MAIN[0].id, "porteur_collectivite:maturite"
# What the title of the page may say of the main association, by its strength and its direction.
_TITLES = {
    ("nette", 1): "Un copilotage porté des deux côtés va avec plus de maturité",
    ("fragile", 1): "Un copilotage porté des deux côtés va avec plus de maturité, mais le lien est fragile",
    ("indice", 1): "Un indice, à confirmer : copilotage porté des deux côtés et maturité vont ensemble",
    ("nette", -1): "Un copilotage porté des deux côtés va avec moins de maturité",
    ("fragile", -1): "Un copilotage porté des deux côtés va avec moins de maturité, mais le lien est fragile",
    ("indice", -1): "Un indice, à confirmer : copilotage porté des deux côtés et maturité vont à rebours",
}


def couverture_constats(publication: Publication) -> Cover:
    """The first screen: what the main finding allows to say, three sentences, each with its limit."""
    declared = _declared(publication)
    kept = [f for f in declared if f.force in ("nette", "fragile")]
    clues = [f for f in declared if f.force == "indice"]
    returns = len(publication.table("retours"))
    total = len(publication.cites)
    lede = typeset(
        "Comment les Cités sont gouvernées, et ce qu’elles ont obtenu : ce qui va ensemble, ce qui ne se voit pas, et avec quelle sûreté."
    )
    stamp = STAMP if publication.synthetique else None
    figures = (
        KeyFigure(
            number(returns), "", noun(returns, "retour de Cité", "retours de Cités"), f"sur {plural(total, 'Cité')}"
        ),
        KeyFigure(
            number(len(kept)), "", "associations retenues", f"sur {plural(len(FAMILY), 'lien')} déclarés d’avance"
        ),
        KeyFigure(
            number(len(clues)), "", noun(len(clues), "indice à confirmer", "indices à confirmer"), "parmi les mêmes"
        ),
    )
    return Cover(
        kicker=f"Cités de l’emploi · {publication.titre} · {publication.edition}",
        titre=typeset(_title(declared)),
        sous_titre=TITLE,
        lede=lede,
        meta=f"Édition de {publication.edition}. Associations, non effets.",
        stamp=stamp,
        key_figures=figures if declared else (),
        en_bref=tuple(typeset(line) for line in _answer(publication, declared)),
        motif=None,
        page=PageInfo(
            title=f"{TITLE} des Cités de l’emploi",
            description=lede,
            campagne=publication.campagne,
            cite=None,
            edition=publication.edition,
            date_edition=publication.date_edition,
            version=publication.version,
            empreinte=publication.empreinte,
            stamp=stamp,
            fichier="gouvernance",
        ),
    )


def _title(declared: Sequence[Finding]) -> str:
    main = next((f for f in declared if f.id == _MATURITY), None)
    if main is None or main.force == "indicible" or main.valeur is None:
        return "Copilotage et maturité : ces données ne permettent pas de répondre"
    if main.force == "non_vue":
        return "Copilotage et maturité : aucun lien net n’est vu"
    return _TITLES[main.force, 1 if main.valeur > 0 else -1]


def _answer(publication: Publication, declared: Sequence[Finding]) -> list[str]:
    """Three sentences, each followed by its limit; one that says why, where there is nothing to compare."""
    if not has_returns(publication) or not declared:
        return [
            "Aucun retour de Cité n’est dans cette campagne : aucune gouvernance ne peut être rapprochée d’un résultat."
        ]
    by_id = {f.id: f for f in declared}
    told = [_sentence(by_id.get(_MATURITY)), _sentence(by_id.get(_HOST)), _balance(declared)]
    return [sentence for sentence in told if sentence]


def _sentence(finding: Finding | None) -> str:
    """The counts of a finding and how firmly they may be read."""
    if finding is None:
        return ""
    counts = comparison(finding.croisement)
    if finding.force == "indicible" or not counts:
        return finding.phrase
    limits = {
        "non_vue": f"Limite : l’écart ne se distingue pas du hasard ; {plural(finding.n, 'Cité ne montre', 'Cités ne montrent')} que des liens plus forts.",
        "indice": "Limite : un indice seulement, qui ne résiste pas au nombre de liens essayés.",
        "fragile": "Limite : une vérification au moins le met en doute.",
        "nette": "Limite : les deux viennent du même retour ; c’est une association.",
    }
    return f"{finding.resultat_libelle} : {counts} {limits[finding.force]}"


def _balance(declared: Sequence[Finding]) -> str:
    kept = sum(f.force in ("nette", "fragile") for f in declared)
    clues = sum(f.force == "indice" for f in declared)
    head = f"Sur {plural(len(declared), 'lien déclaré', 'liens déclarés')} avant de lire les données, "
    if kept:
        said = f"{number(kept)} {'se distingue' if kept < 2 else 'se distinguent'} du hasard une fois tous comptés"
    else:
        said = "aucun ne se distingue du hasard une fois tous comptés"
    if clues:
        said += f" ; {plural(clues, 'indice')} {'reste' if clues < 2 else 'restent'} à confirmer"
    return f"{head}{said}. Limite : gouvernance et résultats viennent des mêmes retours."


# -- the data of the page ----------------------------------------------------------------------------------------------
def _findings(publication: Publication) -> tuple[Finding, ...]:
    table = publication.tables.get("constats", pd.DataFrame())
    return findings_of(table) if len(table) else ()


def _declared(publication: Publication) -> list[Finding]:
    return [f for f in _findings(publication) if f.famille == "confirmatoire"]


def _curves(publication: Publication) -> tuple[Curve, ...]:
    table = publication.tables.get("constats_courbes", pd.DataFrame())
    return curves_of(table) if len(table) else ()


def _nothing(titre: str, texte: str, remede: str) -> State:
    return State("vide", titre, texte, remede)


# -- sections ----------------------------------------------------------------------------------------------------------
def croisement_maturite(publication: Publication) -> Section:
    """Types of copilotage by maturity, a dot a Cité; then the published exhibit, the answers by level of maturity."""
    titre = "Copilotage par niveau de maturité"
    main = next((f for f in _declared(publication) if f.id == _MATURITY), None)
    blocks: list[Block] = []
    if main is not None and main.croisement is not None and main.n:
        blocks.append(ChartBlock(_dots(publication, main)))
    blocks += exhibits(publication, ("copilotage_maturite",))
    chapo = "Avant toute statistique : combien de Cités, à chaque niveau."
    if not blocks:
        blocks.append(
            _nothing(
                "Rien à croiser",
                "Aucun retour ne donne à la fois le copilotage et la maturité.",
                "Des retours de Cités.",
            )
        )
    return Section("croisement", 1, titre, chapo, "complete" if len(blocks) > 1 else "partielle", tuple(blocks))


def _dots(publication: Publication, finding: Finding) -> Chart:
    """The cross-table of a finding as the figure of cross-tables: a disc a Cité."""
    lines = publication.codebook.vocabulary("type_copilotage@1")
    scale = publication.codebook["retours"]["maturite"].vocabulary
    assert scale is not None
    assert finding.croisement is not None
    cross = finding.croisement
    codes = {m.libelle: m.code for m in lines.modalites}
    # The finding has its levels from the lowest, the scale from the best.
    levels = [m.code for m in reversed(scale.modalites)]
    rows = pd.DataFrame(
        {
            "indicateur": finding.id,
            "modalite": codes[words],
            "croisement_modalite": level,
            "perimetre_type": "national",
            "valeur": float(count),
            "n": float(count),
            "base": float(finding.n),
            "statut": "ok",
        }
        for words, counts in zip(cross.lignes, cross.effectifs, strict=True)
        for level, count in zip(levels, counts, strict=True)
    )
    source, when = origin(publication)
    return crosstab(
        rows,
        lines,
        scale,
        id="f-copilotage-type-maturite",
        measure="Type de copilotage (sans les avis) et place sur le chemin de maturité, une Cité par point",
        source=source,
        date=when,
        synthetique=publication.synthetique,
    )


def hypothese(publication: Publication, numero: int) -> Section:
    """One hypothesis of the evaluation: its declared findings, one after the other, then what exploration suggests."""
    findings = [f for f in _findings(publication) if f.hypothese == numero]
    declared = [f for f in findings if f.famille == "confirmatoire"]
    explored = [f for f in findings if f.famille == "exploratoire"]
    blocks: list[Block] = [Paragraph(typeset(f"Hypothèse : {HYPOTHESES[numero][:1].lower()}{HYPOTHESES[numero][1:]}"))]
    for finding in declared:
        blocks += finding_blocks(publication, finding)
    clues = [f for f in explored if f.force == "indice"]
    if explored:
        blocks.append(Subheading("Ce que l’exploration suggère"))
        blocks.append(
            Paragraph(
                typeset(
                    f"{plural(len(explored), 'autre lien exploré', 'autres liens explorés')}, {plural(len(clues), 'indice')}. Une exploration ne conclut jamais."
                )
            )
        )
        if clues:
            blocks.append(BulletList(tuple(f.phrase for f in clues)))
    if not findings:
        blocks.append(
            _nothing(
                "Rien à rapprocher",
                "Aucun retour de Cité ne permet d’examiner cette hypothèse.",
                "Des retours de Cités.",
            )
        )
    state: Etat = "complete" if any(f.force != "indicible" for f in declared) else "vide"
    return Section(f"hypothese-{numero}", numero + 1, f"Hypothèse {numero}", _verdict(declared), state, tuple(blocks))


def _verdict(declared: Sequence[Finding]) -> str:
    """What the declared findings of a hypothesis say together, in one sentence."""
    known = [f for f in declared if f.force != "indicible"]
    if not known:
        return "Ces données ne permettent pas de l’examiner."
    words = (
        (("nette",), "association nette", "associations nettes"),
        (("fragile",), "association fragile", "associations fragiles"),
        (("indice",), "indice à confirmer", "indices à confirmer"),
        (("non_vue",), "lien que l’on ne voit pas", "liens que l’on ne voit pas"),
    )
    parts = []
    for strengths, one, many in words:
        count = sum(f.force in strengths for f in known)
        if count:
            parts.append(plural(count, one, many))
    against = sum(
        f.valeur is not None and f.attendu * f.valeur < 0 and f.force in ("nette", "fragile", "indice") for f in known
    )
    opposed = f" ; {plural(against, 'va', 'vont')} contre l’hypothèse" if against else ""
    return typeset(f"Sur {plural(len(known), 'lien déclaré', 'liens déclarés')} : {listing(parts)}{opposed}.")


def plan_copilotage(publication: Publication) -> Section:
    """Every Cité between State and collectivité."""
    chapo = (
        "Ce que pèsent l’État et la collectivité dans chaque Cité ; le type se lit sur le plan, D le dit plus finement."
    )
    known = publication.tables.get("gouvernance", pd.DataFrame())
    if known.empty or known["copilotage.type"].isna().all():
        empty = _nothing(
            "Plan du copilotage vide", "Aucun retour ne permet de calculer l’indice.", "Des retours de Cités."
        )
        return Section("plan", 6, "Le plan du copilotage", chapo, "vide", (empty,))
    return Section(
        "plan", 6, "Le plan du copilotage", chapo, "complete", (ChartBlock(plane(publication)), Paragraph(CAUTION))
    )


def tous_les_constats(publication: Publication) -> Section:
    """The forest plot of all findings: the declared ones, then the explored ones."""
    findings = _findings(publication)
    titre = "Tous les liens examinés"
    chapo = typeset(
        f"{plural(len(_declared(publication)), 'lien déclaré', 'liens déclarés')} d’avance, {number(len(findings) - len(_declared(publication)))} explorés : tous sont montrés, retenus ou non."
    )
    if not findings or not has_returns(publication):
        empty = _nothing("Aucun lien examiné", "Cette campagne n’a pas de retours.", "Des retours de Cités.")
        return Section("constats", 7, titre, "Aucun lien ne peut être examiné.", "vide", (empty,))
    source, when = origin(publication)
    chart = forest(
        by_family(findings),
        id="f-constats",
        source=source,
        date=when,
        base=_bases(findings),
        synthetique=publication.synthetique,
    )
    return Section("constats", 7, titre, chapo, "complete", (ChartBlock(chart),))


def _bases(findings: Sequence[Finding]) -> str:
    """« 71 à 80 Cités selon le lien »: those that answered on both sides."""
    low, high = min(f.n for f in findings), max(f.n for f in findings)
    return plural(high, "Cité") if low == high else f"{number(low)} à {plural(high, 'Cité')} selon le lien"


def courbes(publication: Publication) -> Section:
    """Would other reasonable choices have said the same? One curve for each of the two main findings."""
    names = {
        f.id: f"{f.predicteur} et {f.resultat_libelle[:1].lower()}{f.resultat_libelle[1:]}"
        for f in _findings(publication)
    }
    source, when = (origin(publication)) if has_returns(publication) else ("", "")
    blocks: list[Block] = []
    for curve in _curves(publication):
        blocks.append(Subheading(typeset(names.get(curve.pair, curve.pair))))
        if not curve.specifications:
            blocks.append(
                _nothing("Pas de courbe", typeset(curve.motif.capitalize() + "."), "Plus de retours complets.")
            )
            continue
        chart = specification(
            curve,
            id=f"f-courbe-{len(blocks)}",
            source=source,
            date=when,
            synthetique=publication.synthetique,
        )
        blocks += [ChartBlock(chart), Paragraph(typeset(_curve_words(curve)))]
    if not blocks:
        blocks.append(
            _nothing("Pas de courbe", "Aucun retour ne permet d’essayer d’autres choix.", "Des retours de Cités.")
        )
    return Section(
        "courbes",
        8,
        "D’autres choix diraient-ils autre chose ?",
        "Variantes de l’indice, seuils, témoins, codages du résultat : toutes les combinaisons raisonnables, ensemble.",
        "complete" if any(c.specifications for c in _curves(publication)) else "vide",
        tuple(blocks),
    )


def _curve_words(curve: Curve) -> str:
    if curve.mediane is None or curve.meme_sens is None:
        return ""
    said = f"{percent(curve.meme_sens, 0)} des choix vont dans le sens attendu ; corrélation partielle médiane : {number(curve.mediane, 2)} ({plural(curve.n, 'Cité')})."
    if curve.p is not None:
        rare = "rarement" if curve.p <= 0.05 else "couramment"
        said += f" Des résultats mélangés au hasard donnent {rare} une médiane aussi éloignée de zéro (p = {number(curve.p, 3 if curve.p < 0.1 else 2)})."
    return said


def ce_qui_changerait(publication: Publication) -> Section:
    """What would make us write something else: by rules, from what weakens each finding."""
    lines = [
        "Une mesure de la maturité qui ne vienne pas du retour (visite, observation par un tiers) : elle lèverait le premier doute, celui d’une même personne qui juge les deux.",
        "Les libellés exacts du chemin de maturité publié, que l’on ne connaît pas : l’échelle en trois temps est un choix déclaré.",
    ]
    for finding in _declared(publication):
        one = finding.une_de_moins
        if finding.force not in ("indicible", "non_vue") and one is not None and one.bas <= 0 <= one.haut:
            name = site_name(publication, one.sans_bas if (finding.valeur or 0) > 0 else one.sans_haut)
            lines.append(
                f"{finding.predicteur} et {finding.resultat_libelle.lower()} : sans {name}, l’association disparaît."
            )
    unseen = [f for f in _declared(publication) if f.force == "non_vue" and f.detectable is not None]
    if unseen:
        weakest = max(f.detectable or 0.0 for f in unseen)
        lines.append(
            f"Plus de Cités, ou plusieurs années de retours : {plural(len(unseen), 'lien')} non {'vu' if len(unseen) < 2 else 'vus'} {'peut' if len(unseen) < 2 else 'peuvent'} "
            f"être plus {'petit' if len(unseen) < 2 else 'petits'} que ce que ces données montrent (jusqu’à {number(weakest, 2)})."
        )
    lines.append(
        "Des retours de plusieurs dates : un copilotage qui change avant la maturité dirait plus qu’un copilotage qui l’accompagne."
    )
    return Section(
        "changerait",
        9,
        "Ce qui changerait notre avis",
        "Ce qu’il faudrait voir pour écrire autre chose.",
        "complete",
        (BulletList(tuple(typeset(line) for line in lines)),),
    )


def methode_constats(publication: Publication) -> Section:
    """Limits first, then method, sources and provenance."""
    source, when = origin(publication) if has_returns(publication) else ("", "")
    limits = [
        CAUTION,
        "Les Cités n’ont pas tiré leur gouvernance au sort : une Cité où tout va bien a pu à la fois équilibrer son copilotage et mûrir.",
        f"{plural(len(publication.table('retours')), 'retour')} sur {plural(len(publication.cites), 'Cité')} : celles qui se taisent ne sont pas décrites."
        + (" Ce nombre est une hypothèse déclarée de la démonstration." if publication.synthetique else ""),
        "La légitimité du pilotage est jugée presque partout favorable : sa part de l’indice distingue peu les Cités, et la variante principale s’en passe.",
        "Les seuils de la typologie et les poids de l’indice sont des choix déclarés des évaluateurs ; leur variation est montrée.",
        "Dix liens ont été déclarés avant de lire les données ; tous les autres sont des explorations.",
        "Les participations ne sont pas des personnes ; les montants viennent des retours.",
    ]
    note = [
        ("Source", source),
        ("Date", date_words(when) if when else ""),
        ("Méthode", "docs/methodes/constats.md et docs/methodes/copilotage.md"),
    ]
    return Section(
        "methode",
        10,
        "Limites et méthode",
        "Une association n’est pas un effet.",
        "complete",
        (
            Pair((BulletList(tuple(typeset(line) for line in limits)),), SideNote(tuple((t, w) for t, w in note if w))),
            *sources(publication),
            *provenance(publication),
        ),
    )
