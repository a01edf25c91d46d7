"""What would stop a run on this machine, said before it does."""

from __future__ import annotations

import platform
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from ..engine.processes import DEFAULT_ENGINE, FORK
from ..errors import reason
from ..french import listing, number
from ..storage.locks import Held, hold_lock
from .folders import LOCK, UNFINISHED

__all__ = ["Diagnosis", "examine"]

_ROOM = 500  # megabytes: a campagne of 84 Cités takes about 100
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Diagnosis:
    """Something seen: all is well, worth knowing, or stops a run; in a French sentence with its remedy."""

    kind: Literal["bien", "à savoir", "bloquant"]
    words: str


def examine(root: Path | None, build: Path, processed: Path) -> Iterator[Diagnosis]:
    """Look at the installation, at the places where results go and at what former batches left.

    `root` is the project's folder (None outside of one), `build` that of the results, `processed` that of prepared data.
    """
    yield from _libraries(root)
    if DEFAULT_ENGINE == FORK:
        yield Diagnosis("bien", "Les processus peuvent se dédoubler (moteur « fourche »).")
    else:
        yield Diagnosis(
            "à savoir", "Ce système ne sait pas dédoubler un processus : le moteur « noyau » sert, plus lent."
        )
    browser = next((name for name in _BROWSERS if shutil.which(name)), None)
    if browser:
        yield Diagnosis("bien", f"Chromium est là ({browser}) : les pages peuvent devenir des PDF.")
    else:
        yield Diagnosis("à savoir", "Chromium est absent : pas de PDF (sous Debian : apt install chromium).")
    for place in dict.fromkeys((build, processed, Path(tempfile.gettempdir()))):
        yield from _place(place)
    yield from _batches(build)


def _libraries(root: Path | None) -> Iterator[Diagnosis]:
    """The installed versions against the lock; without it, that everything needed is there."""
    lock = root / "requirements.lock" if root else None
    wanted = dict(_locked(lock)) if lock and lock.is_file() else {}
    missing, other = [], []
    for name in _needed():
        try:
            found = version(name)
        except PackageNotFoundError:
            missing.append(name)
            continue
        if found not in wanted.get(name, {found}):
            other.append(f"{name} {found} au lieu de {listing(sorted(wanted[name]), 'ou')}")
    if missing:
        yield Diagnosis("bloquant", f"Il manque {listing(missing)} : relancez « make setup ».")
    if other:
        yield Diagnosis(
            "à savoir", f"Versions différentes de requirements.lock : {listing(other)}. « make setup » les rétablit."
        )
    if not missing and not other:
        against = "celles de requirements.lock" if wanted else "présentes (pas de requirements.lock ici pour comparer)"
        yield Diagnosis("bien", f"Python {platform.python_version()} ; les bibliothèques sont {against}.")


def _needed() -> list[str]:
    """The libraries that the package cannot do without."""
    asked = requires("citesresearch") or []
    return [re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0].lower() for line in asked if "extra ==" not in line]


def _locked(lock: Path) -> Iterator[tuple[str, set[str]]]:
    """(name, versions): one lock serves several Pythons, so that a library may have two."""
    found: dict[str, set[str]] = {}
    for name, pinned in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock.read_text(encoding="utf-8"), re.MULTILINE):
        found.setdefault(name.lower(), set()).add(pinned)
    yield from found.items()


def _place(place: Path) -> Iterator[Diagnosis]:
    """Whether files can be written there, and how much room there is."""
    there = place
    while not there.exists() and there.parent != there:
        there = there.parent
    try:
        with tempfile.TemporaryFile(dir=there):
            free = shutil.disk_usage(there).free / 1e6
    except OSError as error:
        yield Diagnosis(
            "bloquant", f"On ne peut pas écrire dans {there} ({reason(error)}) : changez les droits, ou le dossier."
        )
        return
    if free < _ROOM:
        yield Diagnosis(
            "bloquant",
            f"Il reste {number(free, 0)} Mo dans {there} ; libérez-en, il en faut {number(_ROOM)} pour une campagne.",
        )
    else:
        yield Diagnosis("bien", f"On peut écrire dans {there} ; il y reste {number(free / 1000, 1)} Go.")


def _batches(build: Path) -> Iterator[Diagnosis]:
    """Batches at work, and what a killed one left."""
    for lock in sorted(build.glob(f"*/{LOCK}")):
        name = lock.parent.name
        try:
            with hold_lock(lock):
                pass
        except Held:
            yield Diagnosis(
                "à savoir", f"Un lot est en cours sur la campagne « {name} » : un second attendrait sa fin."
            )
            continue
        except OSError as error:
            yield Diagnosis(
                "bloquant", f"Le verrou {lock} ne peut pas être pris ({reason(error)}) : changez les droits."
            )
            continue
        if (lock.parent / UNFINISHED).exists():
            yield Diagnosis(
                "à savoir",
                f"Un lot a été tué sur la campagne « {name} » ; rien n’est perdu, « citesresearch run » reprend où il en était.",
            )
