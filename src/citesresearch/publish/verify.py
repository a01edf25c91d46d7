"""The judge of what is online: a published folder, or a copy of it, against its own manifest, without the data.

A manifest proves that files are those that were published with it. Whoever can write the files can write a manifest: only
its fingerprint, kept elsewhere (`publish` prints it), proves the manifest itself.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import CitesError, reason
from ..french import listing, plural
from ..storage.store import read_manifest
from .manifest import FORMAT, MANIFEST, fingerprint_of

__all__ = ["Judgement", "verify"]

_SAID = re.compile(r"empreinte des données (?:<code>)?([0-9a-f]{12})")
_DATA = (
    ".csv",
    ".db",
    ".ipynb",
    ".json",
    ".log",
    ".ods",
    ".parquet",
    ".sqlite",
    ".toml",
    ".tsv",
    ".xls",
    ".xlsm",
    ".xlsx",
    ".zip",
)
_HEX = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Judgement:
    """What was found: the folder, the manifest's own fingerprint, how many files it names, the faults as (file, sentence)."""

    folder: Path
    empreinte: str
    files: int
    campagnes: Mapping[str, Mapping[str, Any]]
    faults: tuple[tuple[str, str], ...]

    def summary(self) -> str:
        """The same, in French."""
        if self.faults:
            lines = [f"{self.folder} n’est pas tel qu’il a été publié : {plural(len(self.faults), 'défaut')}."]
            lines += [f"  {name} : {words}" for name, words in self.faults]
        else:
            lines = [
                f"{self.folder} est tel qu’il a été publié : {plural(self.files, 'fichier')}, rien de plus ni de moins."
            ]
        for name, said in self.campagnes.items():
            lines.append(
                f"Campagne « {name} » ({said.get('edition', '')}) : empreinte des données {said.get('empreinte', '')}."
            )
        if self.empreinte:
            lines.append(
                f"Empreinte du site : {self.empreinte}\n"
                "À comparer avec celle que « publish » a donnée (ou par --empreinte) : qui récrit des fichiers peut récrire leur manifeste."
            )
        return "\n".join(lines)


def verify(folder: Path, expected: str = "") -> Judgement:
    """Judge a published folder against its manifest; `expected` is the fingerprint that its publication gave.

    Raises CitesError where the folder cannot be read at all.
    """
    if not folder.is_dir():
        raise CitesError(f"{folder} n’est pas un dossier : donnez celui du site, qui contient index.html.")
    said = read_manifest(folder, MANIFEST)
    manifest = list(_manifest_faults(folder, said, expected.strip().lower()))
    files, campagnes = said.get("fichiers"), said.get("campagnes")
    files = files if isinstance(files, dict) else {}
    campagnes = (
        campagnes if isinstance(campagnes, dict) and all(isinstance(c, dict) for c in campagnes.values()) else {}
    )
    faults = [(MANIFEST, words) for words in manifest]
    if files:
        faults += sorted([*_file_faults(folder, files, campagnes), *_stranger_faults(folder, files)])
    own = str(said.get("empreinte", ""))
    return Judgement(folder, own if _HEX.fullmatch(own) else "", len(files), campagnes, tuple(faults))


def _manifest_faults(folder: Path, said: Mapping[str, Any], expected: str) -> Iterator[str]:
    if not said:
        there = (folder / MANIFEST).exists()
        yield (
            "le manifeste est vide, abîmé ou illisible"
            if there
            else "le manifeste manque : ce n’est pas la racine d’un site publié par citesresearch, ou il en a été retiré"
        )
        return
    if said.get("format") != FORMAT:
        yield "le manifeste vient d’une autre version de citesresearch, ou a été modifié"
    if not isinstance(said.get("fichiers"), dict) or not said["fichiers"]:
        yield "le manifeste ne nomme aucun fichier : il a été modifié"
    if fingerprint_of(said) != said.get("empreinte"):
        yield "le manifeste a été modifié : il n’a plus l’empreinte qu’il annonce"
    if expected and expected != said.get("empreinte"):
        yield f"le site n’est pas celui de l’empreinte demandée ({expected})"


def _file_faults(
    folder: Path, files: Mapping[str, str], campagnes: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    """What the manifest names and is not there, or not as it was."""
    owners: dict[str, list[str]] = {}
    for name, digest in files.items():
        owners.setdefault(str(digest), []).append(name)
    for name, digest in files.items():
        path = folder / name
        if ".." in Path(name).parts or Path(name).is_absolute():
            yield name, "le manifeste nomme un fichier hors du site : il a été modifié"
            continue
        if path.is_symlink() or not path.is_file():
            if not path.is_symlink():
                yield name, "a disparu" if not path.exists() else "est un dossier, non un fichier"
            continue  # links are told with the strangers
        try:
            content = path.read_bytes()
        except OSError as error:
            yield name, f"ne peut pas être lu ({reason(error)})"
            continue
        found = hashlib.sha256(content).hexdigest()
        if found != digest:
            yield name, _changed(content, digest, [other for other in owners.get(found, []) if other != name])
        yield from ((name, words) for words in _said_faults(name, content, campagnes))


def _changed(content: bytes, digest: str, others: list[str]) -> str:
    if not content:
        return "a été vidé"
    if others:
        return f"a le contenu de {listing(others[:3])} : des fichiers ont été échangés ou recopiés l’un sur l’autre"
    for ends in (content.replace(b"\r\n", b"\n"), content.replace(b"\n", b"\r\n")):
        if hashlib.sha256(ends).hexdigest() == digest:
            return "a changé de fins de ligne : recopiez le site en mode binaire"
    return "a été modifié depuis sa publication"


def _said_faults(name: str, content: bytes, campagnes: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """A page says from which data it was made; the manifest must say the same."""
    campagne, _, page = name.rpartition("/")
    pages = campagnes.get(campagne, {}).get("pages", {})
    if page in pages:
        found = _SAID.findall(content.decode("utf-8", errors="replace"))
        if any(one != pages[page] for one in found):
            yield f"ne porte pas l’empreinte des données que dit le manifeste ({pages[page]})"


def _stranger_faults(folder: Path, files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is there and the manifest does not name: links, files, empty folders."""
    homes = {parent.as_posix() for name in files for parent in Path(name).parents}
    for place, folders, names in os.walk(folder):
        for one in (*folders, *names):
            path = Path(place, one)
            name = path.relative_to(folder).as_posix()
            if path.is_symlink():
                yield name, "est un lien : ce qu’il montre n’est pas dans le site"
            elif one in folders:
                if name not in homes and not _filled(path):
                    yield name, "est un dossier que la publication n’a pas écrit"
            elif name not in files and name != MANIFEST:
                data = path.suffix.lower() in _DATA
                yield (
                    name,
                    (
                        "est un fichier de données que la publication n’a pas écrit : retirez-le, il peut désigner des personnes"
                        if data
                        else "est un fichier que la publication n’a pas écrit"
                    ),
                )


def _filled(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except OSError:
        return False
