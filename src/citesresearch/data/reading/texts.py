"""The texts that the evaluator writes himself: `textes/<cite>.md`, cut at their headings into the rubrics that show them."""

from __future__ import annotations

import codecs
import difflib
import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ...codebook import Codebook
from ...errors import reason
from ...french import listing, plain
from ..campagne import TEXTS
from ..checking.masking import mask, without_marks
from ..checking.problems import Collector, Problem, Problems, quoted
from ..inside import leads_out, say_leads_out
from .raw_bytes import kind_of, load_bytes

__all__ = ["FOLDER", "read_texts"]

FOLDER = TEXTS
TABLE = "textes"
_LIST = "rubrique_texte@1"
_DEFAULT = "zoom"  # where a text without any heading goes
_HEADING = re.compile(r"^#[ \t]+(.+)$", re.MULTILINE)


def read_texts(raw: Path, codebook: Codebook, names: Mapping[str, str]) -> tuple[dict[str, pd.DataFrame], Problems]:
    """Read the texts of a campagne's folder, for the Cités that `names` knows (identifier → name).

    One row a part of a text, in its order: `id_cde, rubrique, ordre, titre, texte`; nothing where there is no folder. What
    looks like a person's name or address is masked, and said. Never raises for what the files hold.
    """
    folder = raw / FOLDER
    if not folder.is_dir():
        return {}, Problems()
    if leads_out(folder, raw):
        return {}, Problems(say_leads_out(FOLDER))
    rows: list[tuple[str, str, int, str, str]] = []
    found: list[Problem] = []
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        notes = Collector(FOLDER)
        notes.add(
            "fichier_illisible",
            "un dossier que l’on a le droit de lire",
            "changer les droits du dossier",
            lu=reason(error),
        )
        return {}, Problems(notes.found)
    for path in entries:
        if path.name.startswith((".", "~$")) or plain(path.stem) == "readme":
            continue
        if leads_out(path, raw):
            found += say_leads_out(f"{FOLDER}/{path.name}")
            continue
        notes = Collector(f"{FOLDER}/{path.name}")
        if path.suffix.lower() != ".md" or path.stem not in names:
            _misnamed(path, names, notes)
        elif (text := _read(path, notes)) is not None:
            rows += [(path.stem, *part) for part in _parts(text, codebook, notes)]
        found += notes.found
    frame = pd.DataFrame(rows, columns=codebook[TABLE].columns)
    return {TABLE: frame.astype({name: "str" for name in frame.columns if name != "ordre"})}, Problems(found)


def _misnamed(path: Path, names: Mapping[str, str], notes: Collector) -> None:
    spelled = {plain(ident): ident for ident in names} | {plain(name): ident for ident, name in names.items()}
    near = difflib.get_close_matches(plain(path.stem), spelled, n=1, cutoff=0.75)
    notes.add(
        "cle_orpheline",
        "un fichier nommé par l’identifiant d’une Cité, terminé par « .md »",
        f"renommer en {quoted(f'{spelled[near[0]]}.md')}" if near else "renommer, ou retirer le fichier du dossier",
        lu=path.name,
    )


def _read(path: Path, notes: Collector) -> str | None:
    data = load_bytes(path, notes)
    if data is None:
        return None
    kind = kind_of(data)
    if kind:
        notes.add(
            "fichier_binaire",
            "un texte en Markdown",
            "enregistrer le texte au format « texte brut », en UTF-8",
            lu=kind,
        )
        return None
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace").replace("\r\n", "\n")


def _parts(text: str, codebook: Codebook, notes: Collector) -> list[tuple[str, int, str, str]]:
    """The parts of a text: rubric, place, title, words."""
    listed = codebook.vocabulary(_LIST)
    known = {plain(m.libelle): m.code for m in listed.modalites}
    pieces = _HEADING.split(text)
    found: list[tuple[str, int, str, str]] = []
    for place, (heading, words) in enumerate(
        zip(["", *(piece.rstrip(" \t#") for piece in pieces[1::2])], pieces[::2], strict=True)
    ):
        words = words.strip()
        if not heading and not words:
            continue
        line = text[: text.find(heading)].count("\n") + 1 if heading else 1
        code = (
            _DEFAULT if not heading else next((c for label, c in known.items() if plain(heading).startswith(label)), "")
        )
        if not code:
            labels = listing(quoted(m.libelle) for m in listed.modalites)
            notes.add("hors_liste", f"un titre parmi {labels}", "reprendre l’un de ces titres", ligne=line, lu=heading)
            continue
        if not words:
            notes.add(
                "valeur_absente",
                "du texte sous ce titre",
                "l’écrire, ou retirer le titre",
                ligne=line,
                lu=heading,
                gravite="avertissement",
            )
            continue
        masked = mask(words)
        if masked.text != words:
            notes.add(
                "donnee_personnelle",
                "un texte sans nom, adresse ni numéro de personne ; ce qui y ressemble est masqué dans la page",
                "nommer une fonction ou une structure, jamais une personne",
                ligne=line,
                gravite="avertissement",
            )
        title = heading[len(listed.libelle(code)) :].strip(" :—-") if heading else ""
        found.append((code, place, without_marks(mask(title).text), without_marks(masked.text)))
    return found
