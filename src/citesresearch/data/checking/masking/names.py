"""Names of persons in free text, word by word: after a title, or where a usual first name stands beside a family name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ....french import plain

__all__ = ["found_names"]

_WORD = re.compile(r"[^\W\d_]+(?:[’'·-](?=[^\W\d_])[^\W\d_]+)*")
# « d’Inès » is two words, « N’Diaye » and « O’Brien » one.
_ELISION = re.compile(r"(?:[dlDL]|[nsjmtcNSJMTC](?=[’'][^\W\d_A-ZÀ-Þ])|[qQ]u|[jJ]usqu|[lL]orsqu|[pP]uisqu)[’'](?=.)")
_BLANKS = " _\t\r\n\u00a0\u202f\u2009"


@cache
def _lists() -> dict[str, list[str]]:
    return tomllib.loads((Path(__file__).parent / "mots.toml").read_text(encoding="utf-8"))


def _words(name: str) -> frozenset[str]:
    return frozenset(_lists()[name])


# Titles: those that nothing but a name follows; those that are also common nouns, so that a capital must follow.
_TITLES = _words("titles")
_NOUNS = _words("nouns")
_SEVERAL = {"mm", "mrs", "mmes", "mlles", "messieurs", "mesdames", "famille", "epoux"}
# After a title, an office is no name: « Madame la directrice », « M. le Maire ».
_OFFICES = _words("offices")
_PARTICLES = _words("particles")
# Capitals that begin a sentence, a place or a service, not a family name.
_NO_NAME = _words("no_name")
# First names that are words, or places, too: alone they say nothing.
_AMBIGUOUS = _words("ambiguous")
_PLACES = re.compile(
    r"(?:rues?|avenues?|boulevards?|bds?|places?|allees?|impasses?|chemins?|cours|quais?|squares?|routes?|esplanades?|sentiers?|passages?|"
    r"ronds?-points?|carrefours?|faubourgs?|promenades?|mail|parvis|ecoles?|ecole|colleges?|lycees?|lp|leg?t|creches?|micro-creches?|"
    r"quartiers?|qpv|qrr|zup|zac|zsp|zus|cites?|centres?|espaces?|maisons?|mjc|mpt|csc|mda|stades?|gymnases?|complexes?|piscines?|parcs?|jardins?|"
    r"mediatheques?|bibliotheques?|ludotheques?|hopita(?:l|ux)|chu|chi|ch|cliniques?|ehpad|residences?|foyers?|theatres?|"
    r"cinemas?|universites?|campus|iut|amphitheatres?|amphi|groupes?|salles?|halles?|fondations?|ponts?|stations?|gares?|ports?|"
    r"aeroports?|metros?|tramways?|tram|arrets?|lignes?|saintes?|saints?|st|ste|mont|tours?|dalles?|barres?|immeubles?|clos|"
    r"hameaux?|villages?|villas?|bastides?|poles?|marches?|regies?|musees?|auditorium|conservatoires?|instituts?|cimetieres?|eglises?|"
    r"chapelles?|mosquees?|synagogues?|temples?|fort|caserne|ilots?|secteurs?|lotissements?|ensembles?|plateaux?|plateformes?|"
    r"tiers-lieux?|epicerie|fablab|locaux|antennes?|batiments?|bat|sites?|lois?|plans?|rapports?|prix|ordonnances?|decrets?|"
    r"dispositifs?|programmes?|bourses?|rep|reseaux?|zone|za|zi|terrains?|city-?stades?|city|skatepark|plaine|bois|colline|butte|porte|villes?|"
    r"communes?|arrondissements?|internats?|segpa|cfa|greta|epide|e2c|ecoles?-colleges?|maternelles?|elementaires?|primaires?)"
)
# What may stand between a place and its name: « école maternelle », « centre de loisirs », « espace emploi ».
_BETWEEN = _words("between")
_NEVER_ALONE = _words("never_alone")
# Before a first name alone, what makes it a person's.
_AGENTS = _words("agents")
_LOST_CASE = re.compile(r"[\u0370-\u058f\u0590-\u08ff\u0900-\u0dff\u0e00-\u0fff\u3040-\u9fff\uac00-\ud7af]")
_CAMEL = re.compile(r"([A-ZÀ-Þ][a-zß-ÿ]{2,})[A-ZÀ-Þ][a-zß-ÿ]{2,}")
_LONGEST = 4  # words of a name after its first
_REACH = 8  # words that are looked at from each one


@dataclass(frozen=True)
class _Token:
    text: str
    start: int
    end: int
    plain: str
    joined: bool  # only a blank, or the dot of an initial, parts it from the one before
    first: bool  # begins a sentence

    @property
    def capital(self) -> bool:
        return self.text[0].isupper() or self.text[0].istitle()

    @property
    def capitals(self) -> bool:
        return len(self.text) > 1 and self.text.isupper()


def found_names(text: str) -> list[tuple[int, int, str]]:
    """Where each name stands, in order; kinds that begin with « ? » are only in doubt."""
    return list(_NameReader(text).names())


class _NameReader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.alone: set[int] = set()  # first names alone that were masked
        self.known = self._names_of_places()

    def names(self) -> Iterator[tuple[int, int, str]]:
        i = 0
        while i < len(self.tokens):
            end, sure = self._name(i)
            if end > i:
                yield self.tokens[i].start, self._stop(end - 1), "nom" if sure else "?un prénom ou un nom seul"
                i = end
            else:
                i += 1

    def _stop(self, last: int) -> int:
        """The end of a name, with the dot of a last initial."""
        token = self.tokens[last]
        return token.end + (len(token.text) == 1 and self.text[token.end : token.end + 1] == ".")

    def _name(self, i: int) -> tuple[int, bool]:
        """The end of the name that begins at token `i` (`i` where none does), and whether it is one for sure."""
        for rule in (
            self._titled,
            self._initialled,
            self._first_then_family,
            self._family_then_first,
            self._other_script,
        ):
            end = rule(i)
            if end > i:
                return (i, True) if self._of_a_place(i) else (end, True)
        return self._alone(i)

    # --- rules ---

    def _titled(self, i: int) -> int:
        """« Mme Dupont », « M. J.-P. Dupont », « Madame la directrice Dupont », « MM. Dupont et Martin »."""
        token = self.tokens[i]
        upper_m = token.text in ("M", "Me") or (token.text == "m" and self.text[token.end : token.end + 1] == ".")
        noun = token.plain in _NOUNS
        if not (token.plain in _TITLES or upper_m or noun):
            return i
        at = self._after(i, dot=len(token.text) < 5)
        if at is None or self.tokens[at].plain in _TITLES:
            return i
        strict = noun or upper_m
        following = self.tokens[at]
        if following.plain in ("le", "la", "l", "les"):
            office = self._after(at)
            past = office
            while (
                past is not None
                and past < i + _REACH
                and not self.tokens[past].capital
                and self.tokens[past].plain not in _NO_NAME
            ):
                past = self._after(past)
            if office is not None and past is not None and past > office and self._family(past):
                return self._surname(past)
            if not (following.text in ("Le", "La") and office is not None and self._family(office)):
                return i
        if following.text in ("X", "Y", "Z", "N") and not self._initial(at):
            return i  # nobody's
        if self._initial(at):
            return max(self._initialled(at), at + 1)
        if following.plain in _OFFICES or (following.plain.split()[0] in _NO_NAME and not _particle(following)):
            return i
        if following.capital or _particle(following):
            end = self._surname(at)
            if end == at:
                return i
        elif (
            strict
            or following.plain.endswith(("ment", "tion"))
            or len(following.plain) < 3
            or (
                token.plain in ("monsieur", "madame", "messieurs", "mesdames", "mademoiselle")
                and _is_verb(following.plain)
            )
        ):
            return i
        else:
            end = at + 1
        while token.plain in _SEVERAL and end < len(self.tokens):
            other = end + 1 if self.tokens[end].plain == "et" else end
            between = self.text[self.tokens[end - 1].end : self.tokens[end].start].strip(_BLANKS)
            stop = self._surname(other) if other < len(self.tokens) and between in ("", ",", "&") else other
            if stop == other:
                break
            end = stop
        return end

    def _initialled(self, i: int) -> int:
        """« J.-P. Dupont », « Cl. Martin »."""
        at: int | None = i
        while at is not None and at < i + _REACH and self._initial(at):
            at = self._after(at, dot=True)
        if at is None or at == i or self.tokens[i].text in ("M", "m", "n") or len(self.tokens[at].text) < 3:
            return i
        return self._surname(at) if self._family(at) else i

    def _initial(self, i: int) -> bool:
        """« J. », « Cl. »."""
        token = self.tokens[i]
        short = len(token.text) == 1 or token.text in ("Cl", "Ch", "Ph", "Th", "Fr", "Jn", "Jq")
        return short and token.capital and self.text[token.end : token.end + 1] == "."

    def _first_then_family(self, i: int) -> int:
        """« Sophie Durand », « Marie de Fictif », « Marie-Durand », « SOPHIE DURAND », « Nguyen Van Thanh »."""
        token = self.tokens[i]
        if not token.capital or self._is_figure(i):
            return i
        parts = token.plain.split()
        known = _first_names()
        inside = _CAMEL.fullmatch(token.text)
        if inside and plain(inside[1]) in known:
            return i + 1
        if parts[0] not in known and token.plain not in _family_names():
            return i
        end = i + 1
        if len(parts) == 2 and parts[0] in known and parts[1] not in known and "-" in token.text:
            return (
                i if _is_public(token.plain) or parts[0] in _AMBIGUOUS or parts[1] in _NO_NAME else self._further(end)
            )
        while (
            end < min(len(self.tokens), i + _REACH)
            and self.tokens[end].joined
            and self.tokens[end].capital
            and self.tokens[end].plain in known
        ):
            end += 1  # « Jean Pierre Dupont »
        if end < len(self.tokens) and self.tokens[end].joined:
            following = self.tokens[end]
            noble = following.plain in ("de", "d", "da", "dos", "do") and token.plain not in _AMBIGUOUS
            if self._initial(end) or (self._family(end) and not _particle(following)):
                return max(self._surname(end), end + 1)
            if _particle(following) and (noble or following.capital or self._goes_on(end)):
                stop = self._surname(end)
                if stop > end:
                    return stop
        return end if end - i > 1 and token.plain not in _AMBIGUOUS else i

    def _family_then_first(self, i: int) -> int:
        """« DUPONT Jean », « DE LA TOUR Sophie »; after « par » and the like, « Dupont Jean »."""
        token = self.tokens[i]
        if not token.capital or token.plain in _NO_NAME or token.plain in _first_names():
            return i
        at = i
        if token.capitals:
            while (
                at < min(len(self.tokens), i + _REACH)
                and self.tokens[at].capitals
                and (at == i or self.tokens[at].joined)
            ):
                if at > i and self.tokens[at].plain in _first_names():
                    break
                at += 1
            capitals = all(not _acronym(t) for t in self.tokens[i:at])
        else:
            at, capitals = i + 1, i > 0 and self.tokens[i - 1].plain in _AGENTS and token.joined
        if not capitals or at >= len(self.tokens) or not self.tokens[at].joined:
            return i
        first = self.tokens[at]
        if not first.capital or first.plain.split()[0] not in _first_names() or self._is_figure(at):
            return i
        after = at + 1
        if (
            after < len(self.tokens)
            and self.tokens[after].joined
            and self._family(after)
            and not self.tokens[after].capitals
        ):
            return i if self.tokens[after].plain not in _first_names() else after + 1
        return after

    def _other_script(self, i: int) -> int:
        """A few words in a script without capitals: more likely a name than a sentence."""
        end = i
        while (
            end < min(len(self.tokens), i + _REACH)
            and _LOST_CASE.match(self.tokens[end].text)
            and (end == i or self.tokens[end].joined)
        ):
            end += 1
        return end if 2 <= end - i <= _LONGEST else i

    def _alone(self, i: int) -> tuple[int, bool]:
        """A first name alone: a person's after « par », « avec »…; in small letters with the word that follows."""
        token = self.tokens[i]
        if token.text.lower() in ("née", "né") and (own := self._after(i)) is not None and self._family(own):
            return (self._surname(own), True) if self.tokens[own].plain not in _NEVER_ALONE else (i, False)
        parts = token.plain.split()
        if len(token.text) < 3 or any(part not in _first_names() for part in parts):
            return i, False
        before = self.text[self.tokens[i - 1].end : token.start].strip(_BLANKS) if i else None
        agent = i > 0 and before in ("", ":") and self.tokens[i - 1].plain in _AGENTS
        agent = agent or (
            i > 1
            and self.tokens[i - 1].plain == "a"
            and self.tokens[i - 2].plain in ("merci", "grace", "adresser", "parler")
        )
        agent = agent or (i > 1 and self.tokens[i - 1].plain in ("et", "ou") and i - 2 in self.alone)
        agent = agent or (not token.capital and len(parts) > 1)
        after = self._next(i)
        if not agent:
            in_doubt = token.capital and not token.plain.isdigit() and token.plain not in _AMBIGUOUS
            return (i + 1 if in_doubt and not self._of_a_place(i) and not self._is_figure(i) else i), False
        following = None if after is None or not self.tokens[after].joined else self.tokens[after]
        if token.capital:
            if self._of_a_place(i) or self._is_figure(i):
                return i, False
            named = following is not None and following.capital
            if token.plain in _NEVER_ALONE or named:
                return i, False
            self.alone.add(i)
            return i + 1, True
        if following is None or following.capital or following.plain in _NO_NAME or len(following.plain) < 4:
            return i, False
        return (i + 2, True) if not _is_verb(following.plain) else (i, False)

    # --- parts of a name ---

    def _after(self, i: int, dot: bool = False) -> int | None:
        """The token that follows, parted by blanks alone."""
        after = self._next(i)
        if after is None:
            return None
        between = self.text[self.tokens[i].end : self.tokens[after].start]
        return after if not between.strip(_BLANKS + ('.-«“"(' if dot else "")) and len(between) < 6 else None

    def _next(self, i: int) -> int | None:
        return i + 1 if i + 1 < len(self.tokens) else None

    def _family(self, i: int) -> bool:
        """Whether a word may be a family name."""
        token = self.tokens[i]
        return token.capital and token.plain not in _NO_NAME and not _acronym(token) and token.plain not in _OFFICES

    def _surname(self, i: int) -> int:
        """The end of the family name that begins there, particles and initials included; `i` where none does."""
        end, at = i, i
        for _ in range(_LONGEST + 1):
            if at >= len(self.tokens) or (at > i and not self.tokens[at].joined):
                break
            token = self.tokens[at]
            if self._family(at) and not (at > i and token.first and len(self.tokens[at - 1].text) > 3):
                end = at + 1
            elif not _particle(token) or (at > i and end == at and not token.capital and not self._goes_on(at)):
                break
            at += 1
        return end

    def _goes_on(self, i: int) -> bool:
        """Whether a particle within a name leads to a noble one (« Dupont de Nemours »), not to a place (« de Belfort »)."""
        return self.tokens[i].plain in ("ben", "bin", "ibn", "el", "al", "van", "von", "da", "dos", "ould")

    def _further(self, i: int) -> int:
        return self._surname(i) if i < len(self.tokens) and self.tokens[i].joined and self._family(i) else i

    # --- what is no person ---

    def _is_figure(self, i: int) -> bool:
        """Whether the words that begin there are those of a public figure, or of a place named elsewhere in the text."""
        words: list[str] = []
        for token in self.tokens[i : i + 5]:
            if words and not token.joined:
                break
            words.append(token.plain)
            if _is_public(" ".join(words)) or (len(words) > 1 and " ".join(words) in self.known):
                return True
        return False

    def _of_a_place(self, i: int) -> bool:
        """Whether the words before make it the name of a place, of a school, of a law."""
        at = i - 1
        for _ in range(4):
            if at < 0 or not self.tokens[at + 1].joined:
                return False
            word = self.tokens[at].plain.replace(" ", "-")
            if _PLACES.fullmatch(word):
                return True
            if word not in _BETWEEN:
                return False
            at -= 1
        return False

    def _names_of_places(self) -> frozenset[str]:
        """The names that stand somewhere after « rue », « école »…: they are no person's elsewhere either."""
        return frozenset(
            f"{token.plain} {self.tokens[i + 1].plain}"
            for i, token in enumerate(self.tokens[:-1])
            if token.capital and self.tokens[i + 1].joined and self.tokens[i + 1].capital and self._of_a_place(i)
        )


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    last = 0
    for m in _WORD.finditer(text):
        elided = _ELISION.match(m[0])
        between = text[last : m.start()]
        initial = bool(found) and len(found[-1].text) <= 3 and between[:1] == "." and found[-1].capital
        blank = bool(found) and not (between[1:] if initial else between).strip(_BLANKS + "-") and len(between) < 6
        first = not found or any(mark in between for mark in ".!?\n:;•«(")
        start = m.start()
        if elided:
            found.append(_Token(elided[0], start, start + elided.end(), plain(elided[0]), blank, first))
            start, blank, first = start + elided.end(), True, False
        word = text[start : m.end()]
        found.append(_Token(word, start, m.end(), plain(word) or word, blank, first))
        last = m.end()
    return found


def _particle(token: _Token) -> bool:
    return token.plain in _PARTICLES or token.text.lower() in ("d’", "d'")


def _acronym(token: _Token) -> bool:
    """Capitals that are those of a service: known, or without a vowel."""
    return token.capitals and (
        token.plain in _ACRONYMS or not re.search("[aeiouy]", token.plain) or _PLACES.fullmatch(token.plain) is not None
    )


_ACRONYMS = _words("acronyms")


def _is_verb(word: str) -> bool:
    """What may follow « monsieur » or a first name that is no name: little words and the usual endings of verbs."""
    return word in _NO_NAME or word in _VERBS or word.endswith(("ait", "aient", "era", "eront", "erait", "ent", "ant"))


_VERBS = _words("verbs")


@cache
def _first_names() -> frozenset[str]:
    return _listed("prenoms.txt")


@cache
def _family_names() -> frozenset[str]:
    return _listed("noms.txt")


def _listed(name: str) -> frozenset[str]:
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return frozenset(plain(word) for line in lines if not line.startswith("#") for word in line.split())


@cache
def _figures() -> frozenset[str]:
    lines = (Path(__file__).parent / "figures.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(plain(line) for line in lines if line and not line.startswith("#"))


def _is_public(words: str) -> bool:
    return " " in words and words in _figures()
