"""Where a campagne lives and what its evaluators have declared in `campagne.toml`."""

from __future__ import annotations

import datetime
import difflib
import os
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import CitesError, place_of, reason
from ..french import plain
from ..storage.names import why_refused
from ..storage.together import finish_replacement
from .reglages_copilotage import read_copilotage

__all__ = ["Campagne", "find_campagne", "known_campagnes", "project_root"]

SETTINGS = "campagne.toml"
TEXTS = "textes"  # the folder of the evaluator's texts

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

# Persons, fiscal data, organisations: thresholds of the publication rules; a campagne may raise or lower them.
DEFAULT_THRESHOLDS = {"personnes": 5, "fiscal": 11, "organismes": 3}


@dataclass(frozen=True)
class Campagne:
    """A folder of raw files and its settings.

    `edition` is a label and `date_edition` an ISO date: the only date that pages show. `synthetique` says that the
    data are generated: it comes from the data's own settings and stamps every page. `copilotage` holds what it declares of
    the copilotage index in place of the codebook (see `CopilotageSettings`). `insee` is the folder of Insee's files by
    neighbourhood, which may not exist; None where they do not concern the campagne (fictional Cités). `codebook` is the
    file that declares another programme; None for the package's own.
    """

    nom: str
    titre: str
    edition: str
    date_edition: str
    raw: Path
    processed: Path
    synthetique: bool = False
    seuils: dict[str, int] = field(default_factory=lambda: dict(DEFAULT_THRESHOLDS), hash=False)
    copilotage: dict[str, float] = field(default_factory=dict, hash=False)
    insee: Path | None = None
    codebook: Path | None = None

    @property
    def beside(self) -> frozenset[str]:
        """What its settings name in its own folder that is no table: the codebook's file, the folder of Insee's files."""
        own = self.raw.resolve()
        named = [
            path.relative_to(own)
            for path in (self.codebook, self.insee)
            if path is not None and path.is_relative_to(own)
        ]
        return frozenset(path.parts[0] for path in named if path.parts)


def project_root(start: Path | None = None) -> Path | None:
    """The nearest folder, from `start` (by default the working directory) upwards, that holds `data/raw`."""
    here = (start or Path.cwd()).resolve()
    places = [here, *here.parents]
    if start is None:
        # Notebooks opened from elsewhere still find the clone that the library was installed from.
        places.append(Path(__file__).resolve().parents[3])
    for place in places:
        if (place / "data" / "raw").is_dir():
            return place
    return None


def known_campagnes() -> list[str]:
    """The names of the campagnes of the project, in alphabetical order."""
    root = project_root()
    if root is None:
        return []
    return sorted(p.parent.name for p in (root / "data" / "raw").glob(f"*/{SETTINGS}"))


def find_campagne(name: str | os.PathLike[str]) -> Campagne:
    """The campagne of that name (`data/raw/<name>`), or the one in that folder.

    Raises CitesError, in French, when there is none or when its settings cannot be used.
    """
    text = os.fspath(name).strip()
    if not text:
        raise CitesError(
            "Aucune campagne n’est indiquée. Donnez son nom (par exemple « publique ») ou le dossier qui contient son fichier campagne.toml."
        )
    root = project_root()
    folder = Path(text).expanduser()
    named = root / "data" / "raw" / text if root and len(folder.parts) == 1 else None
    if named is not None and (named / SETTINGS).is_file():
        return _load(named, root)
    if (folder / SETTINGS).is_file():
        folder = folder.resolve()
        inside = folder.parts[-3:-1] == ("data", "raw")
        return _load(folder, folder.parents[2] if inside else None)
    known = known_campagnes()
    near = difflib.get_close_matches(text, known, n=1)
    hint = f" Vouliez-vous dire « {near[0]} » ?" if near else ""
    among = f" Campagnes présentes : {', '.join(known)}." if known else ""
    raise CitesError(
        f"La campagne « {text} » est introuvable : aucun dossier de ce nom ne contient de fichier campagne.toml.{hint}{among}"
    )


def _load(folder: Path, root: Path | None) -> Campagne:
    finish_replacement(folder)
    path = folder / SETTINGS
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CitesError(
            f"Le fichier {path} n’est pas un TOML lisible ({place_of(error)}). Corrigez-le ou reprenez un modèle."
        ) from error
    except OSError as error:
        raise CitesError(
            f"Le fichier {path} ne peut pas être lu : {reason(error)}. Changez ses droits, ou fermez-le s’il est ouvert ailleurs."
        ) from error
    return _check(raw, folder, root, path)


def _name(folder: Path) -> str:
    """The name of the folder; as it may stand in an address, where it has spaces or accents."""
    return folder.name if _SAFE.fullmatch(folder.name) else plain(folder.name).replace(" ", "-") or "campagne"


def _check_name(folder: Path) -> str:
    """The name of a campagne. Raises CitesError, with another one proposed, for one that the program or a system keeps."""
    name = _name(folder)
    why = why_refused(folder.name) or why_refused(name)
    if why:
        raise CitesError(
            f"Le dossier {folder} ne peut pas être celui d’une campagne : {why}. Renommez-le, par exemple "
            f"« campagne-{plain(name).replace(' ', '-')} »."
        )
    return name


def _check_prepared(place: Path, folder: Path, root: Path | None, read: Iterable[Path]) -> str:
    """Why nothing may be prepared at `place`, as a French phrase; empty where it may."""
    within = [home.resolve() for home in (folder, root) if home is not None]
    if not any(home in place.parents for home in within):
        where = "du dossier de la campagne ou du projet" if root else "du dossier de la campagne"
        return f"« chemins.traitees » doit désigner un dossier à l’intérieur {where} (lu : {place})"
    if any(place == one or place in one.parents for one in (*within, *(one.resolve() for one in read))):
        return f"« chemins.traitees » désigne un dossier où sont des fichiers à lire (lu : {place})"
    return ""


def _check(raw: dict[str, Any], folder: Path, root: Path | None, path: Path) -> Campagne:
    wrong: list[str] = []
    name = _check_name(folder)

    def text(key: str) -> str:
        value = raw.get(key)
        if not isinstance(value, str) or not value.strip():
            wrong.append(f"« {key} » manque ou n’est pas un texte entre guillemets")
            return ""
        return value.strip()

    def section(key: str) -> dict[str, Any]:
        value = raw.get(key, {})
        if not isinstance(value, dict):
            wrong.append(f"« {key} » doit être une section, écrite [{key}] sur une ligne à elle")
            return {}
        return value

    titre, edition = text("titre"), text("edition")
    date = raw.get("date_edition")
    if type(date) is not datetime.date:
        wrong.append(f"« date_edition » doit être une date telle que 2026-11-22 (lu : {date!r})")
    thresholds = dict(DEFAULT_THRESHOLDS)
    for key, value in section("seuils").items():
        if key not in DEFAULT_THRESHOLDS:
            wrong.append(f"« seuils.{key} » est inconnu (attendus : {', '.join(DEFAULT_THRESHOLDS)})")
        elif isinstance(value, bool) or not isinstance(value, int) or value < 1:
            wrong.append(f"« seuils.{key} » doit être un entier d’au moins 1 (lu : {value!r})")
        else:
            thresholds[key] = value
    copilotage, faults = read_copilotage(section("copilotage"))
    wrong += faults
    synthetic = raw.get("synthetique", False)
    if not isinstance(synthetic, bool):
        wrong.append(f"« synthetique » doit être true ou false (lu : {synthetic!r})")
    unknown = sorted(
        set(raw) - {"titre", "edition", "date_edition", "seuils", "synthetique", "chemins", "copilotage", "codebook"}
    )
    wrong += [f"« {key} » est une clé inconnue" for key in unknown]
    paths = section("chemins")
    place, files = paths.get("traitees", ""), paths.get("insee", "")
    if not isinstance(place, str) or not isinstance(files, str) or set(paths) - {"traitees", "insee"}:
        wrong.append(
            "« chemins » n’accepte que « traitees », le dossier des données préparées, et « insee », "
            "celui des fichiers de l’Insee par quartier, entre guillemets"
        )
    own = raw.get("codebook", "")
    if not isinstance(own, str):
        wrong.append(f"« codebook » doit être le nom d’un fichier, entre guillemets (lu : {own!r})")
    if wrong:
        raise CitesError(f"Le fichier {path} est à corriger : {' ; '.join(wrong)}.")
    codebook = (folder / own).expanduser().resolve() if own else None
    insee: Path | None = None
    if files:
        insee = (folder / files).expanduser().resolve()
    elif root is not None and not synthetic:  # real neighbourhoods say nothing of fictional Cités
        insee = root / "data" / "raw" / "insee"
    processed = root / "data" / "processed" / folder.name if root else folder / "traitees"
    if place:
        processed = (folder / Path(place).expanduser()).resolve()
        if why := _check_prepared(processed, folder, root, [folder / TEXTS, *filter(None, (insee, codebook))]):
            raise CitesError(f"Le fichier {path} est à corriger : {why}.")
    return Campagne(
        name,
        titre,
        edition,
        str(date),
        folder,
        processed,
        synthetic is True,
        thresholds,
        copilotage,
        insee,
        codebook,
    )
