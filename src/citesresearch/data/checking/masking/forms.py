"""What identifies a person by its form: e-mails, accounts, telephones, personal numbers, dates of birth, addresses.

Patterns begin where nothing of their kind stands before, or are bounded: none goes over the same text again and again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

__all__ = ["FORMS", "doubtful_forms"]

Found = tuple[int, int, str]

_GAP = r"[ \t\r\n\u00a0\u202f\u2009]"
_AT = (
    rf"(?:[\"”»’']?{_GAP}?(?:@|＠|%40|&#64;|&commat;|[(\[{{<]{_GAP}?(?:@|at|a|à|arob+ase?|arobas|arrobase?)"
    rf"{_GAP}?[)\]}}>]|(?<=[\w.]){_GAP}+(?:arob+ase?|arobas|arrobase?|at)(?={_GAP})){_GAP}?)"
)
_DOT = rf"(?:\.|{_GAP}?[(\[]?{_GAP}?(?:\b(?:point|dot)\b){_GAP}?[)\]]?{_GAP}?|{_GAP}\.{_GAP}?(?=(?:fr|com|org|net|eu|gouv)\b)|\.{_GAP}(?=(?:fr|com|org|net|eu)\b))"
_EMAIL = re.compile(
    rf"(?<![\w.+-])(?:mailto:)?[\w.+'’-]{{1,64}}+{_AT}(?<![ \t]at )[\w-]{{1,63}}+(?:{_DOT}[\w-]{{1,63}}+){{0,6}}",
    re.IGNORECASE,
)
# « at » within a sentence is an English word unless a dot follows in what it leads to.
_ENGLISH_AT = re.compile(rf"[\w.]{_GAP}+at{_GAP}", re.IGNORECASE)
_ACCOUNT = re.compile(
    r"(?<!\w)(?:https?://)?(?:[\w-]{1,20}\.)?(?:linkedin\.com/(?:in|pub)|facebook\.com|fb\.com|fb\.me|instagram\.com|"
    r"twitter\.com|x\.com|t\.me|wa\.me|tiktok\.com|snapchat\.com|youtube\.com|threads\.net|copainsdavant\.\w{2,15}|"
    r"viadeo\.com|github\.com|gitlab\.com|doctolib\.fr|mastodon\.\w{2,10})/[^\s,;)»]{2,200}"
    r"|(?<!\w)(?:skype|linked-?in|facebook|fb|messenger|instagram|insta|twitter|telegram|whats-?app|snapchat|snap|tiktok|"
    r"discord|signal|pseudo|login|compte)[ \u00a0\u202f]{0,2}[:=][ \u00a0\u202f]{0,2}(?=[^\s,;]{0,60}[\d._@:#-])[\w.@:#-]{2,60}\w"
    r"|(?<![\w.@/])@\w[\w.]{1,60}",
    re.IGNORECASE,
)

# --- numbers ---

_SEP = r"[ \t\r\n\u00a0\u202f\u2009./·_–-]{0,2}"
_NO_DATE = r"(?!\d{1,2}(?P<mark>[/.-])\d{1,2}(?P=mark)\d{2,4}(?!(?P=mark)?\d))"
_PHONES = (
    # +33 6…, (+33)6…, 00 262…, + 221…
    rf"(?<![\w+])(?:\(\+{_SEP}\d{{1,3}}\)|\+{_SEP}\(?\d{{1,3}}\)?){_SEP}(?:\(0\){_SEP})?\d(?:{_SEP}\d){{6,10}}(?!\d)",
    rf"(?<![\w,.])00{_SEP}(?:33|2\d\d|5\d\d|68\d|1|3\d|4\d){_SEP}(?:\(0\){_SEP})?\d(?:{_SEP}\d){{6,9}}(?!\d)",
    rf"(?<![\d,.])33{_SEP}(?:\(0\){_SEP})?[1-9](?:{_SEP}\d\d){{4}}(?!\d)",
    rf"(?<![\d,.]){_NO_DATE}(?!0[.,]\d{{4}})(?:\(0[1-9]?\)|0[1-9]?){_SEP}[1-9]?(?:{_SEP}\d){{8}}(?!\d)(?!{_GAP}\d\d(?!{_GAP}?\d))",
    r"(?<![\d,.])0[1-9](?:,\d\d){4}(?![\d,])",
    # The zero that a spreadsheet drops.
    r"(?<![\d,.])[67](?:[ .\u00a0\u202f-]{1,2}\d\d){4}(?!\d)",
    r"(?<![\w,.])[67]\d{8}(?!\d)",
)
_PHONE = re.compile("|".join(f"(?:{form})" for form in _PHONES))
_NIR = re.compile(
    rf"(?<!\d)[12378]{_SEP}\d\d{_SEP}(?:0[1-9]|1[0-2]|[2-9]\d){_SEP}(?:\d\d|2[AB]){_SEP}\d{{3}}{_SEP}\d{{3}}"
    rf"(?:{_SEP}\d\d)?(?!\d)",
    re.IGNORECASE,
)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d\d(?:[ \u00a0\u202f]?[\dA-Z]{4}){3,7}(?:[ \u00a0\u202f]?[\dA-Z]{1,3})?(?!\w)")
_PLATE = re.compile(r"(?<![\w-])[A-Z]{2}[ -]\d{3}[ -][A-Z]{2}(?![\w-])")
_NAMED_NUMBER = re.compile(
    r"(?<!\w)(?:carte (?:nationale )?d[’']identité|CNI|passeport|titre de séjour|carte de (?:séjour|résident)|récépissé|"
    r"permis(?: de conduire)?|s[ée]curit[ée] sociale|NIR|allocataire|matricule|AGDREF|num[ée]ro (?:d[’']étranger|étranger|fiscal)|"
    r"SPI|(?:identifiant|dossier|numéro) (?:CAF|France Travail|P[ôo]le emploi|RSA|MDPH)|INE|carte vitale|carte bancaire|CB|RIB|"
    r"immatricul\w{1,8}|plaque)[^\d\w\n]{0,4}(?:(?:num[ée]ro|n°|no|est|le)[^\d\w\n]{0,4}){0,3}"
    r"(?P<number>(?=[A-Z]{0,3}[ -]?\d)[A-Z\d](?:[ .\u00a0\u202f-]?[A-Z\d]){4,22})(?!\w)",
    re.IGNORECASE,
)

# --- births ---

_MONTH = (
    r"(?:janv(?:ier|\.)?|f[ée]vr?(?:ier|\.)?|mars|avr(?:il|\.)?|mai|juin|juil(?:let|\.)?|ao[ûu]t|sept(?:embre|\.)?|"
    r"oct(?:obre|\.)?|nov(?:embre|\.)?|d[ée]c(?:embre|\.)?)"
)
_DAY = (
    rf"(?:\d{{1,2}}[ ]?[/.-][ ]?\d{{1,2}}[ ]?[/.-][ ]?\d{{2,4}}|(?:\d{{1,2}}(?:er)?{_GAP})?{_MONTH}{_GAP}(?:19\d\d|20[01]\d)"
    rf"|\d{{1,2}}(?:er)?{_GAP}{_MONTH}(?!{_GAP}\d)|\d{{4}}-\d\d-\d\d)"
)
_BIRTH = re.compile(
    rf"(?<!\w)(?:n[ée](?:\(?[e]\)?|[·.-]e)?s?(?:{_GAP}+à{_GAP}[A-ZÀ-Þ][\w’'-]{{1,40}}(?:{_GAP}\(\d{{2,5}}\))?,?)?{_GAP}+(?:le|en|au|du|un|une|:)|date de naissance|naissance|ddn|anniversaire)"
    rf"{_GAP}{{0,2}}[:=(]?{_GAP}{{0,2}}(?:(?:est|le|en){_GAP}{{1,2}})?(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche){_GAP})?"
    rf"(?P<day>{_DAY})",
    re.IGNORECASE,
)

# --- addresses ---

_ROAD = (
    r"(?:rue|r\.|ruelle|avenue|av\.?|ave\.?|boulevard|boul\.?|bd\.?|bld\.?|bvd\.?|place|pl\.|allées?|all\.|impasse|imp\.|chemin|"
    r"che?\.|cours|quai|square|sq\.|route|rte\.?|esplanade|sentier|sente|passage|pass\.|faubourg|fg\.?|fbg\.?|lotissement|lot\.|"
    r"hameau|montée|traverse|venelle|rond-point|villa|résidence|rés\.|promenade|mail|parvis|clos|cité|lieu-dit|voie|cour|côte)"
)
_ADDRESS = re.compile(
    rf"(?<![\w.,/€%-])(?:n°{_GAP}?)?(?P<number>\d{{1,4}}(?:{_GAP}?[-/]{_GAP}?\d{{1,4}})?){_GAP}?(?:(?:bis|ter|quater|[a-d])(?!\w))?{_GAP}?,?"
    rf"{_GAP}{{0,2}}(?P<road>{_ROAD})(?![\w-]){_GAP}{{1,2}}",
    re.IGNORECASE,
)
_FLAT = re.compile(
    r"(?<!\w)(?:appt?|appartement|apt|bât(?:iment)?|bat|esc(?:alier)?|porte|logement|chambre)\.?[ \u00a0\u202f]?(?:n°[ \u00a0\u202f]?)?"
    r"(?:[A-Z]?\d{1,4}[A-Z]?|[A-H])(?!\w)(?:[ ,\u00a0\u202f]{1,2}(?:appt?|appartement|apt|porte|esc(?:alier)?|étage)\.?[ \u00a0\u202f]?"
    r"(?:n°[ \u00a0\u202f]?)?[A-Z]?\d{1,4}[A-Z]?(?!\w)){0,2}"
)
_TOKEN = re.compile(r"[^\W_](?:[\w’'.-]*\w)?")
_PARTICLE = re.compile(r"(?:de|du|des|la|le|les|en|sur|sous|aux?|et)", re.IGNORECASE)
# Roads whose word, in small letters before another, is also that of something else.
_COMMON = {"cours", "place", "villa", "cité", "résidence", "cour", "côte", "voie", "mail"}
_SMALL = {"quartier", "ville", "village", "secteur", "territoire", "contrat", "cité", "plus", "chaque", "moins"}
_LESSONS = re.compile(
    r"(?:français|anglais|langues?|fle|maths?|math[ée]matiques|informatique|alphab\w*|code|cuisine|sport|danse|musique|yoga|gym\w*)",
    re.IGNORECASE,
)
_BLANK = re.compile(_GAP + "{1,2}")
_TOWN = re.compile(rf",?{_GAP}{{0,2}}(?:F-)?\d{{5}}(?!\d)(?:{_GAP}[A-ZÀ-Þ][\w’'-]{{1,40}}){{0,4}}")
_BY_A_PLACE = re.compile(
    r"(?<!\w)(?:maison|mairie|centre|école|collège|lycée|agence|mission locale|MJC|CCAS|bibliothèque|médiathèque|gymnase|espace|"
    r"salle|siège|local|locaux|permanence|forum|théâtre|France Travail|préfecture|tiers-lieu|antenne|guichet|point)(?!\w)",
    re.IGNORECASE,
)
_LIVES = re.compile(
    r"(?<!\w)(?:habit\w*|domicili\w*|demeur\w*|log(?:e|ée?|eait)|vit|vivait|résid(?:e|ait|ant\w*)|chez|adresse|chez)(?!\w)",
    re.IGNORECASE,
)
_NEAR, _AFTER = 60, 25  # characters before and after an address within which a place named there is at that address

_OFFICE = re.compile(
    r"(?<!\w)(?:la|le|l[’']|notre|votre)[ \u00a0\u202f]?(?:actuelle?|nouve(?:au|lle)|ancien(?:ne)?|future?)?[ \u00a0\u202f]?"
    r"(?:sous-préf[eè]te?|préf[eè]te?|maire|coordin?at(?:eur|rice)|coordonnat(?:eur|rice)|direct(?:eur|rice)|président(?:e)?|"
    r"ministre|déput[ée]e?|sénat(?:eur|rice)|élue?|adjointe?|cheff?e? de projet|délégué[e]?|gardienn?e?|imam|curé|instit\w*|"
    r"conseill(?:er|ère)|référente?|secrétaire)(?!\w)"
    r"(?=[ \u00a0\u202f](?:de|du|des|d[’']|délégu|adjoint|en charge))",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"(?<!\w)(?:\d{1,3} ans,|(?:seule?|unique|dernière?) (?:habitante?|femme|homme|mère|père|jeune|élève|salariée?)|"
    r"arrêt maladie|malad(?:e|ie)|handicap\w*|enceinte|en prison|incarcér\w*|sans papiers|dépressi\w*|cancer|séropositi\w*|"
    r"violences conjugales|obtenu l[’']asile|sous tutelle|casier judiciaire)(?!\w)",
    re.IGNORECASE,
)


def doubtful_forms(text: str) -> list[str]:
    """What may tell a person apart without naming them: their office, or what they go through."""
    words = (
        (_OFFICE, "une personne désignée par sa fonction"),
        (_TOLD, "une situation qui peut désigner une personne"),
    )
    return [said for pattern, said in words if pattern.search(text)]


def _whole(pattern: re.Pattern[str], kind: str) -> Callable[[str], Iterator[Found]]:
    return lambda text: ((m.start(), m.end(), kind) for m in pattern.finditer(text))


def _emails(text: str) -> Iterator[Found]:
    if not re.search(r"[@＠]|40|64|aro|arro|\bat\b|[(\[{<]|commat", text, re.IGNORECASE):
        return
    for m in _EMAIL.finditer(text):
        if not _ENGLISH_AT.search(m[0]) or "." in m[0].rpartition(" ")[2]:
            yield m.start(), m.end(), "adresse électronique"


_accounts = _whole(_ACCOUNT, "compte en ligne")


def _births(text: str) -> Iterator[Found]:
    for m in _BIRTH.finditer(text):
        yield m.start("day"), m.end("day"), "date de naissance"


def _ibans(text: str) -> Iterator[Found]:
    for m in _IBAN.finditer(text):
        if sum(c.isdigit() for c in m[0]) >= 10:
            yield m.start(), m.end(), "numéro personnel"


def _named_numbers(text: str) -> Iterator[Found]:
    for m in _NAMED_NUMBER.finditer(text):
        yield m.start("number"), m.end("number"), "numéro personnel"


def _phones(text: str) -> Iterator[Found]:
    for m in _PHONE.finditer(text):
        digits = [c for c in m[0] if c.isdigit()]
        pairs = [int("".join(digits[i : i + 2])) for i in range(0, len(digits), 2)]
        if any(b - a != 1 for a, b in pairwise(pairs)):  # « 05 06 07 08 09 » counts
            yield m.start(), m.end(), "téléphone"


def _addresses(text: str) -> Iterator[Found]:
    last = 0
    for m in _ADDRESS.finditer(text):
        end = _road_name(text, m)
        if end is None or m.start() < last:
            continue
        town = _TOWN.match(text, end)
        end = town.end() if town else end
        before, after = text[max(0, m.start() - _NEAR) : m.start()], text[end : end + _NEAR]
        beside = _BY_A_PLACE.search(before) or _BY_A_PLACE.search(after[:_AFTER])
        if not beside or _LIVES.search(before):
            yield m.start(), end, "adresse"
            last = end


def _flats(text: str) -> Iterator[Found]:
    for m in _FLAT.finditer(text):
        if re.search(r"\d", m[0]) and not m[0].lower().startswith(("logement", "chambre", "porte")):
            yield m.start(), m.end(), "adresse"


def _road_name(text: str, road: re.Match[str]) -> int | None:
    """Where the name of a road ends; None where these words are no road (« 5 cours de français », « 1 place en crèche »)."""
    at, end, named = road.end(), None, False
    one, kind = road["number"] == "1", road["road"].lower()
    for _ in range(9):
        word = _TOKEN.match(text, at)
        if word is None:
            break
        token = word[0]
        bare = token[2:] if token[:2].lower() in ("l’", "l'", "d’", "d'") else token
        if _PARTICLE.fullmatch(token):
            if not named and token.lower() == "et":
                return None
            if named and not token[0].isupper() and token.lower() not in ("de", "du", "des", "la", "le", "les"):
                break
        else:
            proper = bare[:1].isupper() or bare[:1].isdigit()
            if not named:
                if bare.lower() in _SMALL or _LESSONS.fullmatch(bare) or (not proper and (one or kind in _COMMON)):
                    return None
                named = True
            elif not proper:
                break
            end = word.end()
        gap = _BLANK.match(text, word.end())
        if gap is None:
            break
        at = gap.end()
    return end


# What finds each kind, in the order in which they are to be masked.
FORMS = (
    _emails,
    _accounts,
    _births,
    _ibans,
    _whole(_NIR, "numéro personnel"),
    _whole(_PLATE, "numéro personnel"),
    _named_numbers,
    _phones,
    _addresses,
    _flats,
)
