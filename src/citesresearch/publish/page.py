"""From an executed notebook to a page that stands alone: French, no script, no outside request, code hidden."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import nbformat
from markupsafe import Markup, escape
from nbconvert.exporters.templateexporter import TemplateExporter

from ..errors import CitesError
from ..figures.tokens import DARK, LIGHT, css_classes, css_properties
from ..french import NBSP, listing
from ..sections.blocks import METADATA

__all__ = ["NAVIGATION", "Link", "csp", "export_page", "fill_navigation", "style_of"]

# What the site fills in once it knows which pages it holds.
NAVIGATION = "<!--nav-->"
SYNTHESIS = "<!--synthese-->"
_IMAGES = re.compile(r"^image/")


@cache
def style_of(*names: str) -> str:
    """Style sheets of `publish/style/`, with the tokens before them, on as few bytes as reading allows."""
    sheets = "".join((files(__package__) / "style" / f"{name}.css").read_text(encoding="utf-8") for name in names)
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


def fill_navigation(
    page: str, previous: Link | None, following: Link | None, near: Sequence[Link] = (), synthesis: Link | None = None
) -> str:
    """The page with its links to the Cités before and after it, to those of its region and to the synthesis."""
    steps = [
        Markup('<a rel="prev" href="{}">← {}</a>').format(previous.href, previous.nom)
        if previous
        else Markup("<span></span>"),
        Markup('<a rel="next" href="{}">{} →</a>').format(following.href, following.nom)
        if following
        else Markup("<span></span>"),
    ]
    region = Markup("")
    if near:
        region = Markup("<p><b>Dans la même région</b>{}: {}</p>").format(NBSP, _links(near))
    nav = Markup('<nav class="suite" aria-label="Autres Cités"><p class="steps">{}{}</p>{}</nav>').format(
        *steps, region
    )
    top = Markup('<li><a href="{}">{}</a></li>').format(synthesis.href, synthesis.nom) if synthesis else ""
    return page.replace(SYNTHESIS, str(top), 1).replace(NAVIGATION, str(nav), 1)


def _links(links: Iterable[Link]) -> Markup:
    return Markup(", ").join(Markup('<a href="{}">{}</a>').format(link.href, escape(link.nom)) for link in links)
