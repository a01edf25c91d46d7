"""What a Cité's own return says, in words: its answers beside the network's, and the facts for its card and timeline."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

import pandas as pd

from ..figures.tables import Column, DataTable, Detailed
from ..french import date, listing, noun, number, percent, plural, typeset, within
from ..publication import CitePublication, Publication, once
from ..publication.wording import credit, origins
from .blocks import Etat, FicheLine, Pair, SideNote, State, TableBlock
from .lignes import own_rows
from .planches import answers, has_exhibits

__all__ = ["answers_table", "has_returns", "no_return", "own_facts", "own_return", "returns_state"]

EXCLUDED = ("favorable", "solde")
YES_NO = {"oui": "oui", "non": "non"}


def has_returns(publication: Publication) -> bool:
    """Whether the campagne holds returns of Cités at all."""
    return len(publication.table("retours")) > 0


def own_return(site: CitePublication) -> pd.Series[Any] | None:
    """The Cité's own return, an institution's statement; None where it gave none."""

    def read() -> pd.Series[Any] | None:
        rows = site.rows("retours")
        return None if rows.empty else rows.iloc[0]

    return once(site, "return", read)


def no_return(site: CitePublication) -> State:
    """The state of a rubric whose Cité gave no return."""
    return State(
        "vide",
        "Donnée non disponible pour cette Cité",
        "La Cité n’a pas remis de retour : la figure montre le réseau seul.",
        "Le retour de la Cité.",
    )


_UNANSWERED = State(
    "vide",
    "Donnée non disponible pour cette Cité",
    "Le retour de la Cité ne répond à aucune de ces questions : la figure montre le réseau seul.",
    "Les réponses manquantes du retour.",
)


def returns_state(site: CitePublication, planches: tuple[str, ...]) -> tuple[Etat, State | None]:
    """The state of a rubric made of these exhibits, and the box that says what is missing (None when nothing is)."""
    if not has_exhibits(site.publication, planches):
        return "vide", None
    told, asked = answers(site, planches)
    if not told:
        return "vide", no_return(site) if own_return(site) is None else _UNANSWERED
    if told == asked:
        return "complete", None
    missing = asked - told
    return "partielle", State(
        "partielle",
        typeset(f"{plural(told, 'indicateur renseigné', 'indicateurs renseignés')} sur {number(asked)}"),
        typeset(
            f"Le retour de la Cité laisse {plural(missing, 'indicateur')} sans réponse ; "
            f"{noun(missing, 'la ligne correspondante montre', 'les lignes correspondantes montrent')} le réseau seul."
        ),
        "Les réponses manquantes du retour.",
    )


def answers_table(site: CitePublication, planches: tuple[str, ...], caption: str) -> Pair | None:
    """The Cité's single answers to the questions of these exhibits, and the share of the network that gives the same.

    None where the campagne has none of these questions.
    """
    publication = site.publication
    questions, note = once(publication, ("answers", planches), lambda: _asked(publication, planches))
    lines = [line for measure in questions if (line := _answer(site, measure)) is not None]
    if not lines:
        return None
    table = DataTable(
        caption,
        (Column("Question"), Column("Réponse de la Cité"), Column("Même réponse dans le réseau", True)),
        tuple(lines),
    )
    return Pair((TableBlock(table),), note)


class _Asked(NamedTuple):
    """A question of the return: its words, the list of its answers, and the network's answers by modality."""

    id: str
    libelle: str
    forme: str
    liste: str
    network: dict[str, dict[Hashable, Any]]


def _asked(publication: Publication, planches: tuple[str, ...]) -> tuple[list[_Asked], SideNote]:
    """The questions of these exhibits that a Cité answers by choosing, and where the network's answers come from."""
    described = publication.table("indicateurs")
    described = described[
        described["planche"].isin(planches)
        & described["forme"].isin(["echelle", "oui_non", "choix"])
        & (described["secret"] == "officiel")
    ]
    # The only question of an exhibit is best named by the exhibit's own title.
    titles = publication.codebook.vocabulary("planche@1")
    alone = described.groupby("planche")["id"].transform("size") == 1
    questions, used = [], []
    for (_, measure), one in zip(described.iterrows(), alone, strict=True):
        rows = publication.estimate(measure["id"], perimetre_type="national")
        used.append(rows)
        plain = rows[rows["croisement"] == ""]
        network = {str(row["modalite"]): row for row in plain.to_dict("records")}
        words = titles.libelle(measure["planche"]) if one else measure["libelle"]
        questions.append(_Asked(measure["id"], typeset(words), measure["forme"], measure["liste"], network))
    given = pd.concat(used) if used else publication.estimates.iloc[:0]
    idents, dates = origins(given)
    return questions, SideNote.of(
        publication,
        ("Source", listing(credit(publication, ident) for ident in sorted(idents))),
        ("Date", dates),
        ("Base", "les Cités qui ont répondu, hors « ne sait pas » et « non concerné »."),
    )


def _answer(site: CitePublication, question: _Asked) -> tuple[str | Detailed, ...] | None:
    own = own_rows(site, question.id)
    if not own:
        return None
    told = [row for row in own if row["statut"] in ("ok", "nc") and row["modalite"] not in (*EXCLUDED, "")]
    if question.forme != "echelle":
        told = [row for row in told if row["valeur"] > 0 or row["statut"] == "nc"]
    if not told:
        return (question.libelle, "nd", "nd")
    codes = [row["modalite"] for row in told]
    first, *others = (_words(site.publication, question.liste, code) for code in codes)
    words = typeset(listing((first, *map(within, others))))
    same = question.network.get(codes[0])
    if len(codes) > 1 or same is None or same["statut"] != "ok" or pd.isna(same["valeur"]):
        return (question.libelle, words, "///")
    share = Detailed(percent(same["valeur"], 0), f"{number(same['n'])} sur {plural(same['base'], 'Cité')}")
    return (question.libelle, words, share)


def _words(publication: Publication, liste: str, code: str) -> str:
    if code in YES_NO or not liste:
        return YES_NO.get(code, code)
    return publication.codebook.vocabulary(liste).libelle(code)


def own_facts(site: CitePublication) -> dict[str, tuple[FicheLine, ...]]:
    """Lines of the identity card that the return gives, by rubric of the card."""
    told = own_return(site)
    if told is None:
        return {}
    publication = site.publication
    described = publication.codebook["retours"]

    def line(text: str) -> FicheLine:
        return FicheLine(typeset(text), date(str(told["date_retour"])), credit(publication, told["source"]))

    def label(column: str) -> str | None:
        vocabulary = described[column].vocabulary
        value = told[column]
        return None if pd.isna(value) or vocabulary is None else vocabulary.libelle(str(value))

    found: dict[str, list[FicheLine]] = {"qui": [], "comment": [], "public_cible": []}
    chair, host, stage = label("copil_presidence"), label("structure_porteuse"), label("maturite")
    if chair:
        found["qui"].append(line(f"Présidence du comité de pilotage : {within(chair)}."))
    if host:
        found["comment"].append(line(f"Poste de coordination porté par : {within(host)}."))
    if not pd.isna(told["coordonnateur_etp"]):
        found["comment"].append(line(f"{number(told['coordonnateur_etp'])} équivalent temps plein de coordination."))
    if stage:
        found["comment"].append(line(f"Place déclarée sur le chemin de maturité : {within(stage)}."))
    publics = publication.codebook.vocabulary("public_cible@1")
    aimed = [publics.libelle(code) for code in site.rows("publics_cibles")["public"]]
    if aimed:
        found["public_cible"].append(line(f"{listing((aimed[0], *map(within, aimed[1:])))}."))
    elif not pd.isna(told["public_cible_identifie"]):
        said = str(told["public_cible_identifie"]) in ("oui", "True", "1.0")
        found["public_cible"].append(
            line(
                "Un public cible est identifié, sans précision."
                if said
                else "La Cité n’a pas identifié de public cible."
            )
        )
    return {rubric: tuple(lines) for rubric, lines in found.items() if lines}
