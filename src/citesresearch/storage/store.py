"""A folder of built files that is either whole and up to date, or rebuilt.

The files are written aside and moved into place together; a manifest records what they were made from (`inputs`,
`recipe`) and what they were when they were written (`outputs`), so that a stale or damaged folder is seen for what it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from ..errors import CannotWrite, CitesError
from ..errors import reason as why_refused
from .locks import Held
from .names import Own
from .swap import aside, locked, put_in_place, tidy, unlisted

__all__ = [
    "MARKER",
    "PROBLEMS_FILE",
    "build_folder",
    "checksum",
    "checksums",
    "claim",
    "is_ours",
    "mark",
    "read_manifest",
    "save_strangers",
    "why_rebuild",
    "write_new",
]

MANIFEST = "manifest.json"
UNREADABLE = "illisible"
MARKER = ".citesresearch"
_MARKED = "Dossier écrit par citesresearch, qui le remplace entier : rien d’autre ne se garde ici.\n"
PROBLEMS_FILE = "problemes.csv"  # what a check leaves before anything is prepared
_LITTER = {".ds_store", "thumbs.db", "desktop.ini"}  # what systems leave in every folder
_WAIT_SECONDS = 120


def checksums(root: Path, files: Iterable[Path]) -> dict[str, str]:
    """The SHA-256 of each file, by its path relative to `root`; UNREADABLE where it cannot be read.

    Who needs the content of such a file says so; one that nobody reads must not stop anything.
    """
    found = {}
    for path in sorted(files):
        try:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            digest = UNREADABLE
        found[path.relative_to(root).as_posix()] = digest
    return found


def checksum(parts: Mapping[str, str]) -> str:
    """One fingerprint (12 hexadecimal characters) of many checksums."""
    return hashlib.sha256(json.dumps(dict(sorted(parts.items()))).encode()).hexdigest()[:12]


def read_manifest(folder: Path, name: str = MANIFEST) -> dict[str, Any]:
    """The manifest of a built folder; empty where there is none that can be read."""
    try:
        manifest = json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def why_rebuild(folder: Path, inputs: Mapping[str, str], recipe: str) -> str | None:
    """Why the folder must be built again, as a French phrase; None when it is whole and up to date."""
    manifest = read_manifest(folder)
    if not manifest:
        return "jamais préparée"
    if manifest.get("recipe") != recipe:
        return "préparée avec une autre version du paquet"
    if manifest.get("inputs") != dict(inputs):
        return "les fichiers bruts ont changé"
    present = (p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST)
    if checksums(folder, present) != manifest.get("outputs"):
        return "des fichiers préparés ont été modifiés ou abîmés"
    return None


def is_ours(folder: Path) -> bool:
    """Whether the program made this folder, or may take it as its own because it is empty."""
    try:
        names = {path.name for path in folder.iterdir()}
    except OSError:
        return False
    # Versions up to 0.1 left no marker: their manifest, or the list of a check, tells their folders.
    former = {"recipe", "outputs"} <= read_manifest(folder).keys() or names <= {PROBLEMS_FILE}
    return MARKER in names or former or _is_site(folder)


def _is_site(folder: Path) -> bool:
    """Whether a folder is a published site, by its manifest or, up to 0.1, by what its page of editions says."""
    if {"fichiers", "empreinte"} <= read_manifest(folder, f"{Own.MANIFESTE}.json").keys():
        return True
    try:
        return "citesresearch" in (folder / f"{Own.EDITIONS}.html").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def claim(folder: Path) -> None:
    """Refuse a place where somebody's file or folder stands: nothing is replaced that the program did not make."""
    if folder.is_symlink() and not folder.exists():
        raise CitesError(f"{folder} est un lien qui ne mène nulle part{_THEIRS}")
    if not folder.exists():
        return
    if not folder.is_dir():
        raise CitesError(f"{folder} est un fichier, là où il faut un dossier{_THEIRS}")
    if not is_ours(folder):
        raise CitesError(f"Le dossier {folder} contient des fichiers que citesresearch n’a pas écrits{_THEIRS}")


_THEIRS = " : rien n’a été remplacé. Déplacez-le ou renommez-le, puis recommencez."


def mark(folder: Path) -> None:
    """Leave in a folder, made where it is not, the marker that says that the program made it."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / MARKER).exists():
        (folder / MARKER).write_text(_MARKED, encoding="utf-8")


def save_strangers(folder: Path, ours: Collection[str]) -> Path | None:
    """Move what `folder` holds beside the files of `ours` (by their path in it) out of it, and say where to; None: nothing.

    The folder is about to be replaced: what somebody laid in it must not go with it.
    """
    strangers = [
        path
        for path in sorted(folder.rglob("*"))
        if (path.is_file() or path.is_symlink())
        and path.relative_to(folder).as_posix() not in ours
        and path.name.lower() not in _LITTER
    ]
    if not strangers:
        return None
    number = 1
    while (place := folder.with_name(f"{folder.name}.a-trier-{number}")).exists():
        number += 1
    for path in strangers:
        target = place / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
    return place


def build_folder(
    folder: Path,
    inputs: Mapping[str, str],
    recipe: str,
    fill: Callable[[Path], Mapping[str, Any]],
    force: bool = False,
) -> str | None:
    """Build `folder` with `fill` unless it is whole and up to date; returns why it was built, or None.

    `fill` receives an empty folder and returns what else the manifest should say. Nothing of a failed build is kept and
    the former folder stays. Raises CitesError where somebody else's folder stands there, CannotWrite where the place
    cannot be written.
    """
    folder = folder.resolve()  # a link to a larger disk stays a link
    tidy(folder)
    reason = "demandé" if force else why_rebuild(folder, inputs, recipe)
    if reason is None:
        return None
    claim(folder)
    try:
        with locked(folder, _WAIT_SECONDS):
            # Another process may have built it while this one waited.
            reason = "demandé" if force else why_rebuild(folder, inputs, recipe)
            saved = None if reason is None else _build(folder, inputs, recipe, fill)
    except Held as error:
        raise CitesError(
            f"Le dossier {folder} est en cours de préparation par un autre programme ; réessayez quand il a fini. {error.advice}"
        ) from error
    except OSError as error:
        raise CannotWrite(
            f"Impossible d’écrire dans {folder.parent} : {why_refused(error)}. Vérifiez les droits et la place libre."
        ) from error
    return f"{reason} ; ce qui n’était pas de citesresearch est mis à l’abri dans {saved}" if saved else reason


def _build(
    folder: Path, inputs: Mapping[str, str], recipe: str, fill: Callable[[Path], Mapping[str, Any]]
) -> Path | None:
    with aside(folder) as new:
        mark(new)
        said = dict(fill(new))
        outputs = checksums(new, (p for p in new.rglob("*") if p.is_file()))
        manifest = {**said, "inputs": dict(inputs), "recipe": recipe, "outputs": outputs}
        (new / MANIFEST).write_text(
            json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
        )
        known = read_manifest(folder).get("outputs")
        # Without a manifest that can be read, the marker alone says whose all of it is.
        saved = save_strangers(folder, {*known, MANIFEST, MARKER, PROBLEMS_FILE}) if known else None
        put_in_place(new, folder)
    return saved


def write_new(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files, by their path in `folder`, none of which may exist yet: all of them, or none.

    Raises CitesError, in French, naming the file that is already there or saying why the place cannot be written.
    """
    present = [name for name in contents if (folder / name).exists()]
    if present:
        raise CitesError(
            f"{folder / present[0]} existe déjà : rien n’a été écrit. Déplacez ce fichier ou choisissez un autre dossier."
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with unlisted(folder.parent) as new:
            for name, content in contents.items():
                path = new / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            _move_in(new, folder, contents)
    except OSError as error:
        raise CannotWrite(
            f"Impossible d’écrire dans {folder} : {why_refused(error)}. Vérifiez le nom, les droits et la place libre."
        ) from error


def _move_in(new: Path, folder: Path, names: Iterable[str]) -> None:
    """Move finished files into place; what was moved is taken away again if one cannot be."""
    moved: list[Path] = []
    try:
        for name in names:
            place = folder / name
            made = [parent for parent in (place.parent, *place.parent.parents) if not parent.exists()]
            place.parent.mkdir(parents=True, exist_ok=True)
            moved = [*made, *moved]
            (new / name).replace(place)
            moved = [place, *moved]
    except OSError:
        for path in moved:
            path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
        raise
