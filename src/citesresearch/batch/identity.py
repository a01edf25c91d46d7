"""Whose results a folder holds: a campagne is known by where its files are, not by the last name of its folder."""

from __future__ import annotations

import json
import os
from pathlib import Path

from ..data.campagne import SETTINGS
from ..errors import CitesError
from ..storage.store import MARKER

__all__ = ["check_owner", "raw_of", "sign"]


def sign(root: Path, raw: Path) -> None:
    """Say in the folder of results `root` that they are those of the campagne in `raw`. Raises OSError."""
    raw = raw.absolute()
    try:
        beside = Path(os.path.relpath(raw, root.absolute())).as_posix()
    except ValueError:  # on another drive
        beside = ""
    text = json.dumps({"dossier": str(raw), "relatif": beside}, ensure_ascii=False, indent=1) + "\n"
    if not (root / MARKER).is_file() or (root / MARKER).read_text(encoding="utf-8") != text:
        (root / MARKER).write_text(text, encoding="utf-8")


def check_owner(root: Path, raw: Path) -> None:
    """Refuse results of another campagne of the same name. Those of a folder that is gone are taken over: all are stale."""
    others = _homes(root)
    if others and raw.resolve() not in [other.resolve() for other in others]:
        raise CitesError(
            f"Les résultats qui sont dans {root} sont ceux d’une autre campagne du même nom, {others[0]} ; la vôtre est "
            f"dans {raw.resolve()}. Renommez l’un des deux dossiers, ou indiquez par --build un autre dossier de résultats."
        )


def raw_of(root: Path) -> Path | None:
    """The folder of the campagne whose results are in `root`; None where it is gone, or was never said."""
    return next(iter(_homes(root)), None)


def _homes(root: Path) -> list[Path]:
    """Where the campagne may be: beside the results as it was, when the project was moved or copied, or where it was."""
    try:
        said = json.loads((root / MARKER).read_text(encoding="utf-8"))
        places = [Path(os.path.normpath(root.absolute() / said["relatif"]))] if said["relatif"] else []
        places.append(Path(said["dossier"]))
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [place for place in dict.fromkeys(places) if (place / SETTINGS).is_file()]
