"""Whether a file of a folder really lies in it, wherever its links lead."""

from __future__ import annotations

import os
from pathlib import Path

from .checking.problems import Collector, Problem

__all__ = ["leads_out", "say_leads_out"]


def leads_out(path: Path, home: Path) -> bool:
    """Whether `path`, which stands in the folder `home`, is a link (or beyond one) to what lies elsewhere."""
    real, folder = Path(os.path.realpath(path)), Path(os.path.realpath(home))
    return real != folder and folder not in real.parents


def say_leads_out(name: str) -> list[Problem]:
    """What is said of such a link, by its own name: nothing of what it leads to is read."""
    notes = Collector(name)
    notes.add(
        "lien_exterieur",
        "un fichier qui est dans le dossier de la campagne, non un lien qui en sort",
        "mettre à sa place une copie du fichier",
    )
    return notes.found
