"""What the machines of a Dask cluster read where they share no folder: the publication of each campagne, left at an address
of fsspec (`s3://…`, `sftp://…`, `file://…`). Nothing raw goes there, nothing of persons: what may be published, and no more.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from ..data.campagne import find_campagne
from ..errors import CitesError, reason
from ..french import NBSP
from ..preparation import prepare
from ..storage.store import checksum, read_manifest

__all__ = ["fetch", "leave"]

_LAST = "publication.json"  # written last: where it is, all the rest is


def leave(address: str, campagnes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Copy the publication of each campagne to `address`, once for the same figures; (campagne, where it is) for each.

    Raises CitesError where the address cannot be written.
    """
    import fsspec

    left = []
    for campagne in campagnes:
        found = find_campagne(campagne)
        prepare(found)
        folder = found.processed / "publication"
        # Named by its figures: other code may make other ones of the same raw files.
        made = checksum(read_manifest(found.processed)["outputs"])
        try:
            files, root = fsspec.core.url_to_fs(address)
            place = f"{root.rstrip('/')}/{found.nom}-{made}"
            if not files.exists(f"{place}/{_LAST}"):
                files.makedirs(place, exist_ok=True)
                for path in sorted(folder.iterdir(), key=lambda path: path.name == _LAST):
                    files.put_file(str(path), f"{place}/{path.name}")
        except (ImportError, ValueError, OSError) as error:
            raise CitesError(
                f"Impossible de déposer les données à l’adresse « {address} »{NBSP}: {_why(error)}. "
                "Vérifiez l’adresse, les droits, et que le paquet de ce protocole est installé (s3fs pour s3://, par exemple)."
            ) from error
        left.append((campagne, files.unstrip_protocol(place)))
    return tuple(left)


def _why(error: Exception) -> str:
    """Why an address could not be used, in French."""
    if isinstance(error, OSError):
        return reason(error)
    return "le paquet de ce protocole n’est pas installé" if isinstance(error, ImportError) else "adresse incomprise"


def fetch(where: str, folder: Path) -> Path:
    """Copy what `leave` left into `folder`, and give the place of the publication there.

    Raises CitesError where it cannot be read.
    """
    import fsspec

    copy = Path(tempfile.mkdtemp(prefix="depot.", dir=folder))
    try:
        files, place = fsspec.core.url_to_fs(where)
        for path in files.ls(place, detail=False):
            files.get_file(path, str(copy / path.rpartition("/")[2]))
    except (ImportError, ValueError, OSError) as error:
        raise CitesError(
            f"Impossible de lire les données déposées à l’adresse « {where} »{NBSP}: {_why(error)}."
        ) from error
    return copy
