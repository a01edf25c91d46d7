"""Points of support and points to watch, from rules declared in advance on a Cité's own answers.

A rule reads one indicator of the Cité, holds or does not, and says so in one plain sentence that gives no cause; the
network's answer stands after it with its base. A figure that is missing or withheld makes no sentence.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import pandas as pd

from ..codebook import Modality
from ..figures.spine import ENOUGH
from ..french import date, listing, number, plural, typeset
from ..publication import CitePublication, once
from ..publication.wording import credit
from .blocks import Block, BulletList, Pair, Paragraph, SideNote, Subheading
from .lignes import Row, network_rows, own_rows

__all__ = ["RULES", "Reply", "Rule", "Said", "applied", "rule_blocks"]

Sens = Literal["plus_value", "vigilance"]
SUMMARIES = ("favorable", "solde")
# Their network counts actions, or Cités with one answer among several: not those that answer the same.
_SEVERAL = ("avancement", "cofinancement_origine", "copilotes_nommes", "membres_copil")
MIDDLE_HALF = 25.0  # percent of the network on either side of its middle half


class Reply(NamedTuple):
    """What a Cité answers to one indicator.

    codes: its answers; value: its number, for an indicator that is one; cotes: the sides of its answers; listed: how many
    answers the list offers; as_low: Cités whose answer is that low on the scale or lower, itself among them, of `base`
    (None where the scale has fewer than `ENOUGH` answers, or where a share is not published).
    """

    codes: frozenset[str] = frozenset()
    value: float | None = None
    cotes: frozenset[str] = frozenset()
    listed: int = 0
    as_low: float | None = None
    base: float | None = None


@dataclass(frozen=True)
class Rule:
    """A declared rule: on which indicator, when it holds, and the sentence for then.

    `phrase` may hold {valeur} (the number), {mots} (the answer in words), {nombre} (how many answers).
    """

    id: str
    sens: Sens
    indicateur: str
    holds: Callable[[Reply], bool]
    phrase: str


def answered(*codes: str) -> Callable[[Reply], bool]:
    """Holds where one of these answers is given."""
    return lambda reply: bool(reply.codes & set(codes))


def below(limit: float) -> Callable[[Reply], bool]:
    """Holds strictly under the limit."""
    return lambda reply: reply.value is not None and reply.value < limit


def lacks(cote: str) -> Callable[[Reply], bool]:
    """Holds where answers are given and none of them is of this side."""
    return lambda reply: bool(reply.codes) and cote not in reply.cotes


def only(*codes: str) -> Callable[[Reply], bool]:
    """Holds where one of these answers is the only one given."""
    return lambda reply: len(reply.codes) == 1 and reply.codes <= set(codes)


def counted(count: int) -> Callable[[Reply], bool]:
    """Holds where exactly so many answers of a list are given."""
    return lambda reply: reply.listed > 0 and len(reply.codes) == count


def lowest(reply: Reply) -> bool:
    """Holds under the middle half of the network: a quarter of the Cités at most answer so low."""
    return reply.as_low is not None and bool(reply.base) and 100 * reply.as_low <= MIDDLE_HALF * (reply.base or 0)


AGREE, DISAGREE = ("tout_a_fait_d_accord", "d_accord"), ("plutot_pas_d_accord", "pas_du_tout_d_accord")


def _stated(indicateur: str, enonce: str) -> tuple[Rule, Rule]:
    """An agreement with a statement: for the Cité a change, or one that it does not see."""
    return (
        Rule(indicateur, "plus_value", indicateur, answered(*AGREE), f"Sur {enonce}, la Cité répond « {{mots}} »"),
        Rule(
            f"{indicateur}_non",
            "vigilance",
            indicateur,
            answered(*DISAGREE),
            f"Sur {enonce}, la Cité répond « {{mots}} »",
        ),
    )


def _links(indicateur: str, who: str) -> tuple[Rule, Rule]:
    return (
        Rule(indicateur, "plus_value", indicateur, answered("renforces"), f"Les liens se sont renforcés {who}"),
        Rule(
            f"{indicateur}_moindres",
            "vigilance",
            indicateur,
            answered("affaiblis"),
            f"Les liens se sont affaiblis {who}",
        ),
    )


def _satisfaction(indicateur: str, what: str) -> Rule:
    return Rule(
        f"{indicateur}_basse",
        "vigilance",
        indicateur,
        lowest,
        f"Sur sa satisfaction {what}, la Cité répond « {{mots}} »",
    )


RULES: tuple[Rule, ...] = (
    *_stated("droit_commun_mieux_mobilise", "une meilleure mobilisation du droit commun"),
    Rule(
        "droit_commun_abouti",
        "plus_value",
        "avancement",
        answered("achevee_resultats_satisfaisants"),
        "Au moins une action de droit commun est achevée avec des résultats satisfaisants",
    ),
    *_stated("pratiques_interconnaissance", "l’interconnaissance des professionnels"),
    *_stated("pratiques_orientation", "l’orientation entre professionnels"),
    *_stated("pratiques_parcours", "les parcours communs"),
    *_stated("pratiques_aller_vers", "l’évolution des pratiques d’aller-vers"),
    *_stated("acces_information", "l’information des habitants"),
    *_stated("acces_droits", "l’accès des habitants aux droits"),
    *_stated("acces_emploi", "l’accès des habitants à l’emploi"),
    *_links("liens_deets_prefecture", "entre la DEETS et la préfecture"),
    *_links("liens_entreprises", "avec le monde de l’entreprise"),
    *_links("liens_collectivite", "au sein de la collectivité"),
    Rule(
        "copilotes_un_cote",
        "vigilance",
        "copilotes_nommes",
        only("etat", "collectivite"),
        "Les copilotes que nomment les documents sont tous d’un même côté, État ou collectivités",
    ),
    Rule("poste_absent", "vigilance", "coordonnateur", answered("non"), "La Cité n’a pas de coordonnateur"),
    Rule(
        "poste_court",
        "vigilance",
        "coordonnateur_etp",
        below(0.5),
        "Le temps de coordination est de {valeur} équivalent temps plein, moins d’un mi-temps",
    ),
    Rule(
        "poste_change",
        "vigilance",
        "coordonnateur_en_poste",
        answered("non"),
        "Le coordonnateur n’est plus celui du début",
    ),
    Rule(
        "feuille_de_route",
        "vigilance",
        "feuille_de_route_actualisee",
        answered("non"),
        "La feuille de route n’a pas été actualisée",
    ),
    Rule(
        "public_cible",
        "vigilance",
        "public_cible_identifie",
        answered("non"),
        "La Cité n’a pas identifié de public cible",
    ),
    Rule("cohorte", "vigilance", "cohorte_installee", answered("non"), "Aucune cohorte n’est installée"),
    Rule(
        "copil_sans_collectivite",
        "vigilance",
        "membres_copil",
        lacks("collectivite"),
        "Le comité de pilotage réunit {nombre}, sans collectivité",
    ),
    Rule(
        "copil_sans_social",
        "vigilance",
        "membres_copil",
        lacks("cohesion_sociale"),
        "Le comité de pilotage réunit {nombre}, sans acteur de la cohésion sociale",
    ),
    Rule(
        "copil_sans_economie",
        "vigilance",
        "membres_copil",
        lacks("economie"),
        "Le comité de pilotage réunit {nombre}, sans acteur économique",
    ),
    Rule(
        "cofinancement_nul", "vigilance", "cofinancement_origine", counted(0), "La Cité ne déclare aucun cofinancement"
    ),
    Rule(
        "cofinancement_unique",
        "vigilance",
        "cofinancement_origine",
        counted(1),
        "Le cofinancement n’a qu’une origine : « {mots} »",
    ),
    *(_satisfaction(f"satisfaction_axe_{axis}", f"dans l’axe {axis}") for axis in (1, 2, 3)),
    _satisfaction("satisfaction_copil", "envers le comité de pilotage"),
    _satisfaction("satisfaction_cotech", "envers le comité technique"),
    _satisfaction("satisfaction_groupes", "envers les groupes opérationnels"),
    _satisfaction("satisfaction_equipe_projet", "envers l’équipe projet"),
)


@dataclass(frozen=True)
class Said:
    """A rule that holds for a Cité: its sentence, where the answer comes from and the date on which it is true."""

    rule: Rule
    phrase: str
    source: str
    date: str


def applied(site: CitePublication, rules: Sequence[Rule] = RULES) -> tuple[tuple[Said, ...], int]:
    """The rules that hold for this Cité, in their order, and on how many of all its answers could be read."""
    found, read = [], 0
    for rule in rules:
        rows = own_rows(site, rule.indicateur)
        listed = _listed(site, rule.indicateur)
        reply = _reply(site, rule.indicateur, rows, listed)
        if reply is None:
            continue
        read += 1
        if rule.holds(reply):
            phrase = f"{_phrase(rule, reply, listed)}{_network(site, rule, reply)}."
            found.append(Said(rule, typeset(phrase), str(rows[0]["source"]), str(rows[0]["date_reference"])))
    return tuple(found), read


def rule_blocks(site: CitePublication) -> tuple[Block, ...]:
    """What the rules find, under two titles; nothing where there is nothing to say."""
    found, read = applied(site)
    returned = len(site.rows("retours")) > 0
    if not read or not (found or returned):
        return ()
    publication = site.publication
    blocks: list[Block] = []
    for sens, titre, none in (
        ("plus_value", "Plus-values déclarées", "Aucune plus-value relevée par les règles dans les réponses données."),
        ("vigilance", "Points d’attention", "Aucun point d’attention relevé par les règles dans les réponses données."),
    ):
        said = tuple(one.phrase for one in found if one.rule.sens == sens)
        if said or returned:
            blocks += [Subheading(titre), BulletList(said) if said else Paragraph(typeset(none))]
    note = SideNote.of(
        publication,
        (
            "Source",
            listing(credit(publication, ident) for ident in sorted({s for one in found for s in one.source.split()})),
        ),
        ("Date", listing(date(when) for when in sorted({one.date for one in found} - {""}))),
        (
            "Base",
            f"{number(read)} règles sur {number(len(RULES))} ont une réponse à lire.",
        ),
        (
            "Lecture",
            "des règles déclarées à l’avance lisent les réponses de la Cité ; elles invitent à regarder et n’expliquent rien. « Comme n Cités sur N » : celles qui répondent de même, elle comprise.",
        ),
    )
    return (Pair(tuple(blocks), note),)


def _listed(site: CitePublication, indicateur: str) -> dict[str, Modality]:
    """The answers that an indicator's list offers, in its order; empty for a number or a yes or no."""
    described = site.publication.table("indicateurs")
    lists = once(site.publication, "lists", lambda: dict(zip(described["id"], described["liste"], strict=True)))
    liste = lists.get(indicateur)
    return {m.code: m for m in site.publication.codebook.vocabulary(str(liste)).modalites} if liste else {}


def _reply(site: CitePublication, indicateur: str, rows: list[Row], listed: dict[str, Modality]) -> Reply | None:
    """The Cité's answer; None where it gave none, where a part of it is missing or withheld, or outside the scale."""
    if not rows or any(row["statut"] != "ok" or pd.isna(row["valeur"]) for row in rows):
        return None
    if all(row["modalite"] == "" for row in rows):
        return Reply(value=float(rows[0]["valeur"]))
    codes = frozenset(row["modalite"] for row in rows if row["valeur"] > 0 and row["modalite"] not in SUMMARIES)
    cotes = frozenset(str(listed[code].attributes.get("cote", "")) for code in codes if code in listed)
    as_low, base = _as_low(site, indicateur, codes, tuple(listed))
    return Reply(codes, None, cotes, len(listed), as_low, base)


def _as_low(
    site: CitePublication, indicateur: str, codes: frozenset[str], scale: tuple[str, ...]
) -> tuple[float | None, float | None]:
    """How many Cités answer as low as this on a scale written from its best level, of how many."""
    if len(codes) != 1 or not codes <= set(scale):
        return None, None
    network = network_rows(site.publication, indicateur)
    levels = scale[scale.index(next(iter(codes))) :]
    if 2 * len(levels) > len(scale) or any(level not in network for level in levels):
        return None, None
    base = network[levels[0]]["base"]
    return (float(sum(network[level]["n"] for level in levels)), float(base)) if base >= ENOUGH else (None, None)


def _phrase(rule: Rule, reply: Reply, listed: dict[str, Modality]) -> str:
    words = listing(listed[code].libelle for code in listed if code in reply.codes)
    return rule.phrase.format(
        valeur="" if reply.value is None else number(reply.value),
        mots=words[:1].lower() + words[1:],
        nombre=plural(len(reply.codes), "type d’acteurs", "types d’acteurs"),
    )


def _network(site: CitePublication, rule: Rule, reply: Reply) -> str:
    """« (comme 17 Cités sur 79) », or as low; empty where that is not published or counts something else."""
    network = network_rows(site.publication, rule.indicateur)
    if rule.holds is lowest:
        return f" (à ce niveau ou plus bas : {_of_all(reply.as_low or 0, reply.base or 0)})"
    if reply.value is not None:
        middle = network.get("mediane")
        return (
            f" (médiane du réseau : {number(middle['valeur'])}, base : {plural(middle['base'], 'Cité')})"
            if middle
            else ""
        )
    if len(reply.codes) != 1 or rule.indicateur in _SEVERAL:
        return ""
    same = network.get(next(iter(reply.codes)))
    if same is None or math.isnan(same["n"]):
        return ""
    return f" (comme {_of_all(same['n'], same['base'])})"


def _of_all(count: float, base: float) -> str:
    """« 17 Cités sur 79 »: the Cité itself is one of them."""
    return f"{plural(count, 'Cité')} sur {number(base)}"
