"""What a command was asked: the campagnes, the folder of results, the notebooks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import OK, SIGNALLED, CitesError

if TYPE_CHECKING:
    from ..data.campagne import Campagne

__all__ = ["build_of", "campagnes_of", "each", "notebook", "said"]


def said(error: CitesError) -> int:
    """Print the sentence of an error, and give its exit code."""
    print(error, file=sys.stderr)
    return error.exit_code


def campagnes_of(asked: argparse.Namespace) -> list[Campagne]:
    from ..data.campagne import find_campagne, known_campagnes

    if asked.campagne is not None:
        return list({found.raw.resolve(): found for found in map(find_campagne, asked.campagne)}.values())
    names = known_campagnes()
    if not names:
        raise CitesError(
            "Aucune campagne ici : lancez la commande depuis le dossier du projet, ou indiquez --campagne avec un dossier "
            "qui contient un fichier campagne.toml."
        )
    # Real Cités first: they are what the reader of the site looks for.
    return sorted((find_campagne(name) for name in names), key=lambda campagne: campagne.synthetique)


def each(asked: argparse.Namespace, do: Callable[[Campagne], int], campagnes: Iterable[Campagne] | None = None) -> int:
    """Do it for each campagne asked for; what stops one does not stop the next. The worst exit code is returned."""
    worst = OK
    for campagne in campagnes_of(asked) if campagnes is None else campagnes:
        try:
            worst = max(worst, do(campagne))
        except CitesError as error:
            worst = max(worst, said(error))
        if worst >= SIGNALLED:
            break
    return worst


def build_of(asked: argparse.Namespace) -> Path:
    """Where results go: the folder asked for, or `build` in the project."""
    from ..data.campagne import project_root

    return Path(asked.build) if asked.build else (project_root() or Path.cwd()) / "build"


def notebook(name: str) -> Path:
    """A notebook of the project; where there is none, the one that came with the package serves every campagne."""
    from ..data.campagne import project_root

    root, package = project_root(), Path(__file__).parents[1]
    homes = [*([root] if root else []), package, package.parents[1]]
    for home in homes:
        if (home / "notebooks" / name).is_file():
            return home / "notebooks" / name
    places = ", ".join(str(home / "notebooks") for home in homes)
    raise CitesError(f"Le notebook {name} est introuvable (cherché dans : {places}). Réinstallez le paquet.")
