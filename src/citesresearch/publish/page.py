"""From an executed notebook to a page that stands alone: French, no script, no outside request, code hidden."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import nbformat
from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter

from ..errors import CitesError
from ..figures.tokens import DARK, LIGHT, css_classes, css_properties
from ..french import NBSP, STAMP, listing, plural
from ..sections.blocks import METADATA
from ..storage.names import Own

__all__ = ["NAVIGATION", "SITE", "Around", "Link", "csp", "export_page", "fill_navigation", "style_of"]

# What the site fills in once it knows which pages it holds.
NAVIGATION = "<!--nav-->"
SITE = "<!--site-->"
DICTIONARY = f"{Own.INDICATEURS}.html"
FILLED_IN = re.compile(r"<!--indicateurs:([\w ]+)-->")  # in a figure, where the site names its indicators
_FOLDED = 12  # neighbours are listed in full up to that many
_NAMED = 2  # indicators of a figure are named up to that many
_IMAGES = re.compile(r"^image/")


@cache
def style_of(*names: str) -> str:
    """Style sheets of `publish/style/`, with the tokens before them, on as few bytes as reading allows."""
    sheets = "".join((files(__package__) / "style" / f"{name}.css").read_text(encoding="utf-8") for name in names)
    sheets = sheets.replace('"STAMP"', f'"{STAMP}"')
    light, dark = css_properties(LIGHT), css_properties(DARK)
    tokens = (
        f":root{{color-scheme:light dark;{light}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
        f"{css_classes()}"
    )
    text = re.sub(r"/\*.*?\*/", "", tokens + sheets, flags=re.DOTALL)
    return re.sub(r"\s+", " ", text).replace("} ", "}").replace(" {", "{").replace("; ", ";").strip()


def csp(style: str, script: str = "") -> str:
    """A Content-Security-Policy that lets the page's own style (and script) through, by their hashes, and nothing else."""
    policy = f"default-src 'none'; style-src '{_hash(style)}'; img-src data:; base-uri 'none'; form-action 'none'"
    return f"{policy}; script-src '{_hash(script)}'" if script else policy


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class _PageExporter(TemplateExporter):
    """nbconvert with our template. (Its HTMLExporter parses and rewrites the finished page, which we neither need nor want.)"""

    file_extension = ".html"
    output_mimetype = "text/html"
    template_name = "page"
    optimistic_validation = True  # the notebook is ours: checked once, not after each of nbconvert's steps

    @property
    def extra_template_basedirs(self) -> list[str]:  # type: ignore[override]
        return [str(files(__package__) / "template")]

    @property
    def template_paths(self) -> list[str]:  # type: ignore[override]
        return [str(files(__package__) / "template" / "page")]


@cache
def _exporter() -> _PageExporter:
    return _PageExporter()  # type: ignore[no-untyped-call]


def export_page(notebook: nbformat.NotebookNode | str | Path) -> str:
    """The page of an executed notebook: its cover and its sections, in their order.

    Raises CitesError when the notebook holds an error, a picture without words, no cover, or not all of its rubrics: such a
    page is not published.
    """
    node = notebook if isinstance(notebook, nbformat.NotebookNode) else nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    page: dict[str, Any] = {"sections": [], "outputs": [], "cover": None}
    for place, cell in enumerate(node.cells, start=1):
        for output in cell.get("outputs", []) if cell.cell_type == "code" else []:
            _collect(output, place, page)
    if page["cover"] is None:
        raise CitesError("Le notebook ne contient pas de couverture : exécutez-le en entier avant de le publier.")
    _check_whole([section["numero"] for section in page["sections"] if section["numero"] is not None])
    style = style_of("base", "page", *(["stamp"] if page["stamp"] else []))
    page |= {"home": "../index.html", "style": style, "csp": csp(style)}
    html, _ = _exporter().from_notebook_node(node, resources={"page": page})
    text = str(html)
    if "No description has been provided for this image" in text:
        raise CitesError("Une image de la page n’a pas de texte de remplacement.")
    return text


def _check_whole(numbers: list[int]) -> None:
    """Rubrics are numbered from one: a gap is a rubric that the notebook lost."""
    missing = sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))
    if missing:
        raise CitesError(
            f"Il manque à la page {'la rubrique' if len(missing) == 1 else 'les rubriques'} {listing(map(str, missing))} : "
            "son notebook ne les montre pas."
        )


def _collect(output: nbformat.NotebookNode, place: int, page: dict[str, Any]) -> None:
    if output.output_type == "error":
        raise CitesError(f"La cellule {place} du notebook s’est arrêtée sur une erreur : {output.ename}.")
    if output.output_type == "stream":
        return
    data, said = output.data, output.metadata.get(METADATA, {})
    if "text/html" not in data:
        if any(_IMAGES.match(kind) for kind in data):
            raise CitesError(f"La cellule {place} du notebook produit une image sans texte de remplacement.")
        page["outputs"].append(Markup("<pre>{}</pre>").format(data.get("text/plain", "")))
        return
    html = Markup(data["text/html"])
    if "page" in said:
        if page["cover"] is not None:
            raise CitesError(f"La cellule {place} du notebook produit une seconde couverture.")
        page.update(said["page"], cover=html)
        return
    if "section" in said:
        page["sections"].append(said["section"])
    page["outputs"].append(html)


@dataclass(frozen=True)
class Link:
    """A page to go to: its address relative to the page that holds the link, and its name."""

    href: str
    nom: str


@dataclass(frozen=True)
class Around:
    """What surrounds a page once the site is known.

    The pages of the site, those before and after it, groups of neighbours (« Dans la même région »), files to download
    (each with its size in words), and the definition of each indicator that has one: identifier → words.
    """

    site: Sequence[Link] = ()
    previous: Link | None = None
    following: Link | None = None
    near: Sequence[tuple[str, Sequence[Link]]] = ()
    files: Sequence[tuple[Link, str]] = ()
    indicateurs: Mapping[str, str] = field(default_factory=dict)


def fill_navigation(page: str, around: Around, current: str = "") -> str:
    """The page with the links of the site (`current` is its own address), of its neighbours, files and definitions."""
    top = Markup("").join(
        Markup('<li><a href="{}"{}>{}</a></li>').format(
            link.href, Markup(' aria-current="page"') if link.href == current else Markup(""), link.nom
        )
        for link in around.site
    )
    page = FILLED_IN.sub(lambda found: _definitions(found[1].split(), around.indicateurs), page)
    return page.replace(SITE, str(top), 1).replace(NAVIGATION, str(_after(around)), 1)


def _after(around: Around) -> Markup:
    """What follows the text of a page: files to download, then where to go."""
    parts = []
    if around.files:
        files = Markup(", ").join(
            Markup('<a href="{}" download>{}</a> ({})').format(link.href, link.nom, size) for link, size in around.files
        )
        parts.append(Markup("<p><b>Télécharger les estimations</b>{}: {}</p>").format(NBSP, files))
    if around.previous or around.following:
        steps = [
            Markup('<a rel="{}" href="{}">{}</a>').format(rel, link.href, words.format(link.nom))
            if link
            else Markup("<span></span>")
            for rel, link, words in (("prev", around.previous, "← {}"), ("next", around.following, "{} →"))
        ]
        parts.append(Markup('<p class="steps">{}{}</p>').format(*steps))
    for words, links in around.near:
        if len(links) > _FOLDED:
            parts.append(
                Markup("<details><summary>{} ({})</summary><p>{}</p></details>").format(
                    words, plural(len(links), "autre Cité"), _links(links)
                )
            )
        elif links:
            parts.append(Markup("<p><b>{}</b>{}: {}</p>").format(words, NBSP, _links(links)))
    if not parts:
        return Markup("")
    return Markup('<nav class="suite" aria-label="Suite">{}</nav>').format(Markup("").join(parts))


def _definitions(idents: Sequence[str], described: Mapping[str, str]) -> str:
    """The line of a figure's notes that leads to the definition of what it shows; of many, to the first."""
    links = [Link(f"{DICTIONARY}#{ident}", described[ident]) for ident in idents if ident in described]
    if not links:
        return ""
    if len(links) > _NAMED:
        links = [Link(links[0].href, plural(len(links), "indicateur"))]
    return str(Markup("<dt>Définitions</dt><dd>{}</dd>").format(_links(links)))


def _links(links: Iterable[Link]) -> Markup:
    return Markup(", ").join(Markup('<a href="{}">{}</a>').format(link.href, link.nom) for link in links)
