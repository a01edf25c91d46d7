"""Names, e-mails, telephone numbers and postal addresses in free text: found, and replaced by what they were.

Careful rather than clever. What has the form of an e-mail, of a French telephone number or of an address is masked. A
name is masked after a title (« Mme », « M. »), or where a usual first name comes before a capitalised word; not in the
name of a place or of a school (« rue Jean Jaurès », « collège Jules Ferry »). A first name alone, or a surname alone,
is not seen: a reader's eye stays necessary, and the report says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Masked", "mask"]

_WORD = r"[A-ZÀ-ÖØ-Þ][\w’'-]*[a-zß-öø-ÿA-Z]"
_SURNAME = rf"(?:(?:de|du|des|d[’']|le|la|el|ben|van|von)\s?)?{_WORD}"
_ROAD = (
    r"(?:rue|avenue|av\.|boulevard|bd|place|allées?|impasse|chemin|cours|quai|square|route|esplanade|sentier|passage)"
)
_EMAIL = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\]|\s+arobase\s+)\s?[\w-]+(?:\s?\.\s?[\w-]+)+", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\d,])(?:(?:\+|00)33[\s.\u00a0\u202f-]?(?:\(0\))?\s?|0)[1-9](?:[\s.\u00a0\u202f/-]?\d{2}){4}(?!\d)"
)
_ADDRESS = re.compile(
    rf"\b\d{{1,4}}\s?(?:bis|ter|quater)?,?\s+{_ROAD}\s+(?:[\w’'.-]+\s?){{1,6}}?(?:,?\s*\d{{5}}\s+{_WORD}|(?=[,;.!?)»]|$))",
    re.IGNORECASE,
)
_TITLE = re.compile(
    rf"(?<![\w-])(?:[Mm]onsieur|[Mm]adame|[Mm]ademoiselle|MM\.|M\.|Mme|Mlle|Mr|Dr|[Dd]octeur|[Mm]aître|Me)[\s\u00a0\u202f]+"
    rf"(?!(?:le|la|les|l[’'])\s?)(?:{_WORD}[\s\u00a0\u202f]+){{0,2}}{_SURNAME}"
)
# The first names most given in France since 1940, and a few of wider origin.
_FIRST = """
Adrien Agnès Ahmed Aïcha Alain Albert Alexandre Alexandra Alice Aline Amandine Amélie Amina Anaïs André Andrée Anne
Annie Anthony Antoine Arnaud Arthur Aurélie Aurélien Axel Baptiste Béatrice Benjamin Benoît Bernadette Bernard
Brigitte Bruno Camille Carole Caroline Catherine Cécile Cédric Céline Chantal Charles Charlotte Chloé Christelle
Christian Christiane Christine Christophe Claire Claude Claudine Clément Colette Corinne Cyril Damien Daniel Danielle
David Delphine Denis Denise Didier Dominique Édouard Élise Élodie Émilie Emma Emmanuel Emmanuelle Éric Estelle Étienne
Eva Fabien Fabrice Farid Fatima Fatou Florence Florent Florian Francis Franck François Françoise Frédéric Gabriel
Geneviève Georges Gérard Ghislaine Gilbert Gilles Grégory Guillaume Guy Hassan Hélène Henri Hervé Hugo Ibrahim
Isabelle Jacqueline Jacques Jamila Jean Jeanne Jeannine Jérémy Jérôme Joël Joëlle Jonathan Joseph Josette Josiane
Jules Julia Julie Julien Juliette Justine Karim Karine Kévin Khadija Laetitia Laura Laure Laurence Laurent Léa
Liliane Lionel Loïc Louis Louise Luc Lucas Lucie Lucien Ludovic Malika Manon Marc Marcel Marguerite Maria Mariam
Marie Marine Marion Martine Maryse Mathieu Mathilde Matthieu Maurice Maxime Mélanie Michaël Michel Michèle Mickaël
Mireille Mohamed Mohammed Monique Morgane Moussa Mustapha Myriam Nadège Nadia Nadine Nathalie Nicolas Nicole Noémie
Odile Olivier Pascal Pascale Patrice Patricia Patrick Paul Pauline Philippe Pierre Quentin Rachid Raphaël Raymond
Régine Rémi Renée René Richard Robert Roger Roland Romain Sabrina Said Samia Samir Samuel Sandra Sandrine Sarah
Sébastien Serge Simon Simone Solange Sophie Stéphane Stéphanie Suzanne Sylvain Sylvie Thérèse Thierry Thomas Valentin
Valérie Vanessa Véronique Vincent Virginie Xavier Yann Yannick Yasmina Yves Yvette Yvonne Zohra
"""
_NAME = re.compile(
    rf"(?<![\w-])(?:{'|'.join(sorted(_FIRST.split(), key=len, reverse=True))})"
    rf"(?:-{_WORD})?[\s\u00a0\u202f]+{_SURNAME}(?:-{_WORD})?"
)
# Before a name, the words that make it the name of a place.
_PLACE = re.compile(
    rf"(?:{_ROAD}|écoles?|collèges?|lycées?|quartiers?|cité|centre(?: social| culturel)?|espace|maison|stade|gymnase|parc|"
    r"médiathèque|bibliothèque|hôpital|résidence|théâtre|université|groupe scolaire|salle|halle|fondation|"
    r"association|pont|station|gare|port|saint|sainte|mont)\s+(?:de\s+|du\s+|des\s+|d[’']|la\s+|le\s+|l[’'])?$",
    re.IGNORECASE,
)

_KINDS = (
    (_EMAIL, "adresse électronique"),
    (_PHONE, "téléphone"),
    (_ADDRESS, "adresse"),
    (_TITLE, "nom"),
    (_NAME, "nom"),
)


@dataclass(frozen=True)
class Masked:
    """A text without what identifies a person in it, and the kinds of things that were masked, in order."""

    text: str
    kinds: tuple[str, ...]


def mask(text: str) -> Masked:
    """Replace e-mails, telephone numbers, addresses and names by « [nom masqué] » and the like.

    A text without any is returned as it is. Masking twice changes nothing more.
    """
    found: list[str] = []
    for pattern, kind in _KINDS:

        def replaced(match: re.Match[str], kind: str = kind) -> str:
            if kind == "nom" and _PLACE.search(match.string[: match.start()]):
                return match.group()
            found.append(kind)
            agreed = "masquée" if kind.startswith("adresse") else "masqué"
            return f"[{kind} {agreed}]"

        text = pattern.sub(replaced, text)
    return Masked(text, tuple(found))
