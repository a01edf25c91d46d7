"""A strict reading of a page: what a validator and a careful reader would refuse in the HTML that we write.

Not a whole HTML validator: it accepts the elements that our templates use and no other, each closed where it must be, and
checks what matters to readers: language, titles, headings, tables, texts of pictures, identifiers, policy.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

__all__ = ["Markup", "read_markup"]

_VOID = {"meta", "br", "hr", "img", "input"}
_SVG = {"svg", "path", "text", "title", "rect", "circle", "g", "line", "defs", "use"}
_BLOCKS = "article aside blockquote details div dl figure footer form h1 h2 h3 h4 header main nav ol p pre search section table ul"
_INLINE = "a abbr b body button caption cite code dd dt em figcaption head html i input label li meta option script select small span strong style summary sup sub tbody td tfoot th thead title tr br hr img"
_KNOWN = {*_BLOCKS.split(), *_INLINE.split(), *_SVG}
# Where an element may stand, when it may not stand anywhere.
_PARENTS = {
    "li": {"ul", "ol"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "tr": {"thead", "tbody", "tfoot"},
    "th": {"tr"},
    "td": {"tr"},
    "caption": {"table"},
    "thead": {"table"},
    "tbody": {"table"},
    "figcaption": {"figure"},
    "summary": {"details"},
    "option": {"select"},
}
_PHRASING = {
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "span",
    "b",
    "small",
    "summary",
    "label",
    "button",
    "dt",
    "caption",
    "a",
    "em",
    "i",
}
_ROWS = {"ul": {"li"}, "ol": {"li"}, "tr": {"th", "td"}, "select": {"option"}}
_VAGUE = re.compile(
    r"^(image|graphique|figure|carte|schéma|photo|logo)?\W*$|No description has been provided", re.IGNORECASE
)
SHORTEST = 20  # characters: a text that says what a figure shows is longer


@dataclass
class Markup:
    """What was found in a page: its faults as French sentences, its links, its anchors, its figures."""

    faults: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    rubrics: list[str] = field(default_factory=list)


class _MarkupReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Markup()
        self.open: list[tuple[str, int]] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.counts: Counter[str] = Counter()
        self.headings: list[int] = []
        self.words: list[str] = []
        self.captions: list[bool] = []
        self.text: dict[str, str] = {}

    def fault(self, words: str) -> None:
        self.found.faults.append(f"ligne {self.getpos()[0]} : {words}")

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html" or self.counts:
            self.fault("le document ne commence pas par « <!DOCTYPE html> »")
        self.counts["doctype"] += 1

    def handle_comment(self, data: str) -> None:
        self.fault(f"un commentaire est resté dans la page : {data[:40]}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._element(tag, attrs)
        if tag not in _VOID:
            self.open.append((tag, self.getpos()[0]))
            if tag == "table":
                self.captions.append(False)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._element(tag, attrs)
        if tag not in _SVG | _VOID:
            self.fault(f"<{tag}/> n’est pas un élément vide")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            inside = self.open[-1][0] if self.open else "rien"
            self.fault(f"</{tag}> ferme <{inside}>")
            return
        self.open.pop()
        if tag == "table" and not self.captions.pop():
            self.fault("un tableau n’a pas de légende (caption)")

    def handle_data(self, data: str) -> None:
        inside = self.open[-1][0] if self.open else ""
        if inside in ("style", "script", "title") and "svg" not in [tag for tag, _ in self.open]:
            self.text[inside] = self.text.get(inside, "") + data
        elif inside in ("ul", "ol", "table", "tr", "tbody", "thead", "dl", "select") and data.strip():
            self.fault(f"du texte est posé directement dans <{inside}> : {data.strip()[:40]}")

    def _element(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        parent = self.open[-1][0] if self.open else ""
        self.counts[tag] += 1
        self.attributes.append((tag, said))
        if tag not in _KNOWN:
            self.fault(f"élément inconnu <{tag}>")
        if tag in _PARENTS and parent not in _PARENTS[tag]:
            self.fault(f"<{tag}> dans <{parent}>")
        if parent in _ROWS and tag not in _ROWS[parent]:
            self.fault(f"<{tag}> dans <{parent}>")
        if tag in _BLOCKS.split() and any(name in _PHRASING for name, _ in self.open):
            self.fault(f"<{tag}> dans du texte (<{self.open[-1][0]}>)")
        if len(said) != len(attrs):
            self.fault(f"<{tag}> porte deux fois le même attribut")
        if tag == "caption" and self.captions:
            self.captions[-1] = True
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "th" and said.get("scope") not in ("col", "row", "colgroup", "rowgroup"):
            self.fault("un en-tête de tableau n’a pas de portée (scope)")
        if said.get("style") is not None or any(name.startswith("on") for name in said):
            self.fault(f"<{tag}> porte un style ou un script")
        self._words(tag, said)
        self._references(tag, said)

    def _words(self, tag: str, said: dict[str, str | None]) -> None:
        """The texts that stand for pictures."""
        if said.get("aria-hidden") == "true":
            return
        if tag == "svg" or tag == "img":
            words = (said.get("aria-label") if tag == "svg" else said.get("alt")) or ""
            elsewhere = tag == "svg" and said.get("aria-labelledby")  # another drawing, which is read too
            if not elsewhere and (_VAGUE.search(words) or len(words) < SHORTEST):
                self.fault(f"le texte d’une image ne dit pas ce qu’elle montre : « {words} »")
            if tag == "svg" and said.get("role") != "img":
                self.fault("un dessin n’est pas annoncé comme une image (role)")

    def _references(self, tag: str, said: dict[str, str | None]) -> None:
        """Links, anchors, what is loaded from outside."""
        if said.get("id"):
            self.found.ids.append(said["id"] or "")
        if tag == "figure" and said.get("id"):
            self.found.figures.append(said["id"] or "")
        if tag == "section" and said.get("class") == "rub":
            self.found.rubrics.append(said.get("id") or "")
        if tag == "a" and said.get("href") is not None:
            self.found.links.append(said["href"] or "")
        for name in ("src", "srcset", "poster", "data", "background", "xlink:href"):
            if said.get(name) and not (said[name] or "").startswith("data:"):
                self.fault(f"la page demande « {said[name]} »")


def read_markup(text: str) -> Markup:
    """Read a page strictly. Its faults are sentences, each with its line where it has one; none means none was found."""
    reader = _MarkupReader()
    reader.feed(text)
    reader.close()
    found, counts = reader.found, reader.counts
    found.faults += [f"ligne {line} : <{tag}> n’est jamais fermé" for tag, line in reader.open]
    if not counts["doctype"]:
        found.faults.append("le document ne commence pas par « <!DOCTYPE html> »")
    if [said.get("lang") for tag, said in reader.attributes if tag == "html"] != ["fr"]:
        found.faults.append("la langue de la page n’est pas le français (lang)")
    if not reader.text.get("title", "").strip():
        found.faults.append("la page n’a pas de titre")
    for tag in ("h1", "main"):
        if counts[tag] != 1:
            found.faults.append(f"la page a {counts[tag]} <{tag}> au lieu d’un")
    jumps = [b for a, b in zip([0, *reader.headings], reader.headings, strict=False) if b > a + 1]
    found.faults += [f"un titre de niveau {level} saute un niveau" for level in jumps]
    found.faults += [f"l’identifiant « {ident} » sert {n} fois" for ident, n in Counter(found.ids).items() if n > 1]
    known = set(found.ids)
    for tag, said in reader.attributes:
        for name in ("aria-labelledby", "aria-describedby", "for", "aria-controls"):
            found.faults += [
                f"<{tag}> renvoie à « {ident} », qui n’existe pas"
                for ident in (said.get(name) or "").split()
                if ident not in known
            ]
    found.faults += _policy(reader)
    return found


def _policy(reader: _MarkupReader) -> list[str]:
    """The page's own style and script are let through by their hashes; nothing else is."""
    policies = [said.get("content") or "" for tag, said in reader.attributes if tag == "meta" and "http-equiv" in said]
    if len(policies) != 1 or "default-src 'none'" not in policies[0] or "unsafe" in policies[0]:
        return ["la page n’a pas de politique de sécurité stricte (Content-Security-Policy)"]
    faults = []
    for tag in ("style", "script"):
        if reader.counts[tag] > 1:
            faults.append(f"la page a {reader.counts[tag]} <{tag}>")
        if tag in reader.text:
            hashed = base64.b64encode(hashlib.sha256(reader.text[tag].encode()).digest()).decode()
            if f"{tag}-src 'sha256-{hashed}'" not in policies[0]:
                faults.append(f"la politique de sécurité refuse le <{tag}> de la page")
    if re.search(r"url\(|@import|https?:", reader.text.get("style", "")):
        faults.append("le style de la page demande quelque chose à l’extérieur")
    return faults
