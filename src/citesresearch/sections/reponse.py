"""The first screen of « gouvernance et résultats »: three sentences, each with its limit, written from the findings.

The strength of a finding decides what may be said of it: a title that states an association needs one that was retained.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..french import noun, number, percent, plural, typeset
from ..publication import Publication
from ..publication.findings import STRENGTHS, Finding, doubts, findings, main_pair
from ..publication.wording import STAMP
from .blocks import Answer, Cover, PageInfo
from .constats import RETAINED, Reading, inside, level_counts, link_words, pairs_to_see, read
from .retour import has_returns

__all__ = ["COORDINATION", "couverture_constats", "has_findings", "tally"]

TITLE = "Gouvernance et résultats"
COORDINATION = "porteur_collectivite:maturite"
"""The declared pair that the second sentence is about."""
SAME_RETURN = "Gouvernance et résultat sont déclarés dans le même retour, souvent par la même personne : leur association peut tenir en partie à son regard."


def has_findings(publication: Publication) -> bool:
    """Whether the campagne holds returns, and what was found of the pairs that these pages are about."""
    found = {f.id for f in findings(publication) if f.famille == "confirmatoire"}
    return has_returns(publication) and {main_pair(publication), COORDINATION} <= found


def couverture_constats(publication: Publication) -> Cover:
    """The answer in three sentences, each with its limit: the copilotage, the coordination, all that was tested."""
    total = len(publication.cites)
    lede = "Aucun retour de Cité n’est dans cette campagne : rien ne peut y être comparé."
    titre = TITLE
    answers: tuple[Answer, ...] = ()
    if has_findings(publication):
        reading = read(publication)
        main, other = reading.named(main_pair(publication)), reading.named(COORDINATION)
        titre, lede = _headline(main), ""
        answers = (
            _about_copilotage(main, _balanced(publication), reading),
            _about_coordination(other, reading),
            _about_all(reading),
        )
    stamp = STAMP if publication.synthetique else None
    said = f"Gouvernance et résultats des {plural(total, 'Cité')} : ce qui va ensemble, à quel point, et ce qui ne peut pas être dit."
    return Cover(
        kicker=f"{publication.codebook.programme.nom} · {publication.titre} · {publication.edition}",
        titre=titre,
        sous_titre=f"{TITLE}, Cité par Cité" if titre != TITLE else plural(total, "Cité"),
        lede=typeset(lede),
        meta=typeset(
            f"Édition de {publication.edition}. Des associations entre Cités, sans mot de cause : cette page ne dit pas que l’une produit l’autre."
        ),
        stamp=stamp,
        key_figures=(),
        en_bref=(),
        motif=None,
        page=PageInfo(
            title=f"{TITLE} des {publication.codebook.programme.nom}",
            description=typeset(said),
            campagne=publication.campagne,
            cite=None,
            edition=publication.edition,
            date_edition=publication.date_edition,
            version=publication.version,
            programme=publication.codebook.programme.nom,
            empreinte=publication.empreinte,
            stamp=stamp,
            fichier="gouvernance",
        ),
        reponses=answers,
    )


def _headline(f: Finding) -> str:
    """The title of the page, from the strength and the direction of the main finding."""
    if f.force == "indicible":
        return typeset("Copilotage et maturité : on ne peut rien dire")
    if f.force == "non_vue":
        return typeset("Entre copilotage et maturité, rien n’est vu")
    more = "plus" if (f.valeur or 0) > 0 else "moins"
    said = f"Un copilotage porté des deux côtés va avec {more} de maturité"
    if f.force == "indice":
        return typeset(f"Un indice, à confirmer : {inside(said)}")
    return typeset(f"{said}, mais le constat est fragile" if f.force == "fragile" else said)


def _balanced(publication: Publication) -> str:
    return publication.codebook.vocabulary("type_copilotage@1").libelle("equilibre")


def _opening(f: Finding, what: str, reading: Reading) -> str:
    """How a sentence of the answer begins: by the strength, then the association where one was seen."""
    if f.force == "indicible":
        return f"Du lien entre {what}, on ne peut rien dire"
    if f.force == "non_vue":
        return f"Entre {what}, rien n’est vu"
    link = link_words(f, reading)
    return f"Un indice : {link}" if f.force == "indice" else f"{link[:1].upper()}{link[1:]}"


def _about_copilotage(f: Finding, balanced: str, reading: Reading) -> Answer:
    counts = level_counts(f, balanced)
    sentence = _opening(f, "le copilotage et la maturité", reading)
    if counts is not None and counts[1]:
        assert f.croisement is not None
        n, base, others, rest = counts
        level = f"« {inside(f.croisement.colonnes[-1])} »"
        sentence += f" : {_among(n, base, 'à copilotage équilibré')} {noun(n, 'en est', 'en sont')} à {level}"
        sentence += f", contre {_among(others, rest, '')} ailleurs" if rest else ""
    return Answer(typeset(f"{sentence}."), typeset(_limit(f)))


def _among(n: int, base: int, which: str) -> str:
    """« 8 des 23 Cités à copilotage équilibré (35 %) »; no share of fewer than twenty."""
    of = f"des {plural(base, 'Cité')}" if base > 1 else "sur la seule Cité"
    share = f" ({percent(100 * n / base, 0)})" if base >= 20 else ""
    return f"{number(n) if n else 'aucune'} {of} {which}".rstrip() + share


def _about_coordination(f: Finding, reading: Reading) -> Answer:
    return Answer(
        typeset(f"{_opening(f, 'le portage de la coordination et la maturité', reading)}."), typeset(_limit(f))
    )


def _about_all(reading: Reading) -> Answer:
    declared = reading.of("confirmatoire")
    said = (
        f"Des {plural(len(declared), 'lien annoncé', 'liens annoncés')} avant de lire les données, {tally(declared)}."
    )
    limit = SAME_RETURN + " Une association ne dit pas de cause."
    if reading.synthetique:
        limit += " Ici, les données sont fictives : rien n’y est appris des Cités réelles."
    return Answer(typeset(said), typeset(limit))


def tally(findings: Sequence[Finding]) -> str:
    """« aucun n’est retenu, 5 sont des indices à confirmer et pour 5 rien n’est vu », by strength."""
    count = {force: sum(f.force == force for f in findings) for force in STRENGTHS}
    kept = sum(count[force] for force in RETAINED)
    parts = [f"{number(kept)} {'est retenu' if kept == 1 else 'sont retenus'}" if kept else "aucun n’est retenu"]
    if count["fragile"]:
        parts[0] += f" (dont {plural(count['fragile'], 'fragile')})"
    if count["indice"]:
        words = "est un indice" if count["indice"] == 1 else "sont des indices"
        parts.append(f"{number(count['indice'])} {words} à confirmer")
    if count["non_vue"]:
        parts.append(f"pour {number(count['non_vue'])}, rien n’est vu")
    if count["indicible"]:
        parts.append(f"pour {number(count['indicible'])}, on ne peut rien dire")
    return " ; ".join(parts)


def _limit(f: Finding) -> str:
    """What limits an answer, by its strength."""
    if f.force == "indicible":
        return f"{f.motif[:1].upper()}{f.motif[1:]}." if f.motif else "Rien n’est calculable."
    if f.force == "non_vue":
        least = pairs_to_see(f)
        if f.detectable is None or least is None:
            return f"Avec {plural(f.n, 'Cité')}, même un lien fort a pu échapper."
        return (
            f"Avec {plural(f.n, 'Cité')}, un lien ne se voit huit fois sur dix que s’il range {number(math.ceil(least))} paires "
            "de Cités sur 100 dans le même sens, au lieu de 50 par hasard : un plus faible a pu échapper."
        )
    if f.force == "indice":
        return (
            f"Pris seul, ce lien se distingue du hasard ; compté parmi les {number(f.taille_famille)} qui sont testés ensemble, "
            f"il ne s’en distingue plus ({plural(f.n, 'Cité')})."
        )
    if f.force == "fragile":
        return f"Fragile, car {' ; '.join(doubts(f))} ({plural(f.n, 'Cité')})."
    return SAME_RETURN
