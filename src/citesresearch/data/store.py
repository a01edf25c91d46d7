"""A folder of built files that is either whole and up to date, or rebuilt.

The files are written aside and moved into place together; a manifest records what they were made from (`inputs`,
`recipe`) and what they were when they were written (`outputs`), so that a stale or damaged folder is seen for what it is.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ..errors import CannotWrite, CitesError
from ..errors import reason as why_refused
from ..locks import Held, hold_lock

__all__ = ["build_folder", "checksum", "checksums", "inputs_of", "why_rebuild", "write_new"]

MANIFEST = "manifest.json"
UNREADABLE = "illisible"
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


def inputs_of(raw: Path, built: Path) -> dict[str, str]:
    """The checksums of everything in a campagne's folder that may change its figures.

    Hidden files do not, nor does what stands under `built`, the prepared folder, where that lies inside `raw`.
    """
    files = (p for p in raw.rglob("*") if os.path.isfile(p) and not p.name.startswith((".", "~$")))
    return checksums(raw, (p for p in files if built not in p.parents))


def checksum(parts: Mapping[str, str]) -> str:
    """One fingerprint (12 hexadecimal characters) of many checksums."""
    return hashlib.sha256(json.dumps(dict(sorted(parts.items()))).encode()).hexdigest()[:12]


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a built folder; empty where there is none that can be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
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


def build_folder(
    folder: Path,
    inputs: Mapping[str, str],
    recipe: str,
    fill: Callable[[Path], Mapping[str, Any]],
    force: bool = False,
) -> str | None:
    """Build `folder` with `fill` unless it is whole and up to date; returns why it was built, or None.

    `fill` receives an empty folder and returns what else the manifest should say. Nothing of a failed build is kept and
    the former folder stays. Raises CitesError where the place cannot be written.
    """
    reason = "demandé" if force else why_rebuild(folder, inputs, recipe)
    if reason is None:
        return None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with hold_lock(folder.parent / f".{folder.name}.lock", _WAIT_SECONDS):
            # Another process may have built it while this one waited.
            reason = "demandé" if force else why_rebuild(folder, inputs, recipe)
            if reason is not None:
                _build(folder, inputs, recipe, fill)
    except Held as error:
        raise CitesError(
            f"Le dossier {folder} est en cours de préparation par un autre programme ; réessayez quand il a fini. {error.advice}"
        ) from error
    except OSError as error:
        raise CannotWrite(
            f"Impossible d’écrire dans {folder.parent} : {why_refused(error)}. Vérifiez les droits et la place libre."
        ) from error
    return reason


def _build(folder: Path, inputs: Mapping[str, str], recipe: str, fill: Callable[[Path], Mapping[str, Any]]) -> None:
    for left in (*folder.parent.glob(f".{folder.name}.*.tmp"), *folder.parent.glob(f".{folder.name}.*.old")):
        shutil.rmtree(left, ignore_errors=True)  # what a killed build left; we hold the lock
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".tmp", dir=folder.parent))
    try:
        said = dict(fill(aside))
        outputs = checksums(aside, (p for p in aside.rglob("*") if p.is_file()))
        manifest = {**said, "inputs": dict(inputs), "recipe": recipe, "outputs": outputs}
        (aside / MANIFEST).write_text(
            json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
        )
        aside.chmod(0o755)
        replace_folder(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


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
        with tempfile.TemporaryDirectory(prefix=".citesresearch.", dir=folder.parent, ignore_cleanup_errors=True) as aside:
            for name, content in contents.items():
                path = Path(aside, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            _move_in(Path(aside), folder, contents)
    except OSError as error:
        raise CannotWrite(
            f"Impossible d’écrire dans {folder} : {why_refused(error)}. Vérifiez le nom, les droits et la place libre."
        ) from error


def _move_in(aside: Path, folder: Path, names: Iterable[str]) -> None:
    """Move finished files into place; what was moved is taken away again if one cannot be."""
    moved: list[Path] = []
    try:
        for name in names:
            place = folder / name
            made = [parent for parent in (place.parent, *place.parent.parents) if not parent.exists()]
            place.parent.mkdir(parents=True, exist_ok=True)
            moved = [*made, *moved]
            (aside / name).replace(place)
            moved = [place, *moved]
    except OSError:
        for path in moved:
            path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
        raise


def replace_folder(new: Path, place: Path) -> None:
    """Put the finished folder `new` at `place`; if the move fails, what was there is put back."""
    former = Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=".old", dir=place.parent))
    had = place.exists()
    try:
        if had:
            place.replace(former / "previous")
        try:
            new.replace(place)
        except OSError:
            if had:
                (former / "previous").replace(place)
            raise
    finally:
        shutil.rmtree(former, ignore_errors=True)
