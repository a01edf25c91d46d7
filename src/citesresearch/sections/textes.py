"""The evaluator's own words on a page: a little Markdown, every character of which is escaped.

Paragraphs, lists (« - »), quotations (« > »), titles (« ## »), **bold** and *italic*. Anything else is text: no tag, no
address and no attribute can come from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup, escape

from ..french import typeset
from ..publication import CitePublication
from .blocks import Block, Subheading

__all__ = ["Prose", "Zoom", "prose", "written"]

_LINK = re.compile(r"!?\[([^\[\]]*+)\]\(([^()\s]*+)[^()]*+\)")


@dataclass(frozen=True)
class Prose:
    """A text in Markdown."""

    text: str

    def html(self) -> Markup:
        return prose(self.text)


@dataclass(frozen=True)
class Zoom:
    """A box apart: « Zoom sur… »."""

    titre: str
    text: str

    def html(self) -> Markup:
        return Markup('<div class="zoom"><h3>{}</h3>{}</div>').format(self.titre, prose(self.text))


def written(site: CitePublication, rubrique: str, titre: str = "") -> tuple[Block, ...]:
    """What the evaluator writes of a Cité for a rubric of the list `rubrique_texte@1`, under a title where it is given."""
    rows = site.rows("textes")
    rows = rows[rows["rubrique"] == rubrique].sort_values("ordre")
    blocks: list[Block] = [Subheading(titre)] if titre and len(rows) else []
    for _, row in rows.iterrows():
        if rubrique == "zoom":
            blocks.append(
                Zoom(
                    typeset(f"Zoom sur {row['titre']}" if row["titre"] else "Ce qu’en écrit l’évaluateur"), row["texte"]
                )
            )
        else:
            blocks.append(Prose(row["texte"]))
    return tuple(blocks)


def prose(text: str) -> Markup:
    """The HTML of a text, from tags of ours alone."""
    return Markup("").join(_block(part) for part in re.split(r"\n[ \t]*\n", text.strip()) if part.strip())


def _block(part: str) -> Markup:
    lines = [line.strip() for line in part.strip().splitlines()]
    if all(re.match(r"[-*+][ \t]", line) for line in lines):
        items = Markup("").join(Markup("<li>{}</li>").format(_inline(line[1:])) for line in lines)
        return Markup("<ul>{}</ul>").format(items)
    if all(line.startswith(">") for line in lines):
        said = _inline(" ".join(line.lstrip("> ") for line in lines))
        return Markup('<div class="quotes"><blockquote><p>{}</p></blockquote></div>').format(said)
    if len(lines) == 1 and (title := re.match(r"#{2,6}[ \t]+(.+)", lines[0])):
        return Markup("<p><strong>{}</strong></p>").format(_inline(title[1]))
    return Markup("<p>{}</p>").format(_inline(" ".join(lines)))


def _inline(words: str) -> Markup:
    """Words with bold and italic; of a link its words stay, and its address where it is one of the web."""
    words = _LINK.sub(lambda link: f"{link[1]} ({link[2]})" if re.match(r"https?://", link[2]) else link[1], words)
    safe = str(escape(typeset(words.strip())))
    safe = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", safe)
    return Markup(re.sub(r"(?<![\w*])\*(?! )([^*]+)(?<! )\*(?!\w)", r"<em>\1</em>", safe))
