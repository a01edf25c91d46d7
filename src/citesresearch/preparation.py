"""From the raw files of a campagne to its prepared folder, and back from there.

`data/processed/<campagne>/` holds the validated tables (`tables/`), all estimates (`estimates.parquet`), what may be
published (`publication/`), the warnings (`problemes.csv`) and a manifest. It is never edited: it is rebuilt as soon as a
raw file, the library or one of its own files has changed.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .data.campagne import Campagne, find_campagne, known_campagnes
from .data.inputs import inputs_of_campagne
from .storage.code import fingerprints
from .storage.store import PROBLEMS_FILE, build_folder, read_manifest, why_rebuild
from .version import __version__

# pandas and what needs it are loaded when there is something to do: seeing that there is nothing takes milliseconds.
if TYPE_CHECKING:
    import pandas as pd

    from .data.dataset import Dataset
    from .publication import Publication

__all__ = ["load_dataset", "load_publication", "prepare"]

REFERENCE = "publique"  # the campagne that holds the published figures


@cache
def _recipe() -> str:
    """A fingerprint of the code and libraries that make the figures."""
    digest = hashlib.sha256(json.dumps([__version__, fingerprints("preparation")]).encode())
    for library in ("pandas", "numpy", "scipy", "statsmodels", "pyarrow", "python-calamine"):
        digest.update(version(library).encode())
    return digest.hexdigest()[:16]


def prepare(campagne: Campagne, force: bool = False) -> str | None:
    """Build the prepared folder of a campagne unless it is whole and up to date; returns why it was built, or None.

    Raises InvalidData when the raw files cannot be used (the former prepared folder stays), CitesError where the place
    cannot be written.
    """
    reference = _reference(campagne)

    inputs = _inputs(campagne)

    def fill(folder: Path) -> Mapping[str, Any]:
        if not force and _texts_alone(campagne, inputs):
            return _with_new_texts(campagne, folder)
        from .data.dataset import read_dataset
        from .indicators.estimates import build_estimates
        from .publication.gate import publish
        from .publication.secret.withholding import withhold

        dataset = read_dataset(campagne)
        tables = folder / "tables"
        tables.mkdir()
        for name, table in dataset.tables.items():
            table.to_parquet(tables / f"{name}.parquet")
        estimates = build_estimates(dataset)
        held = withhold(estimates, dataset)
        held.to_parquet(folder / "estimates.parquet")
        publish(dataset, estimates, _published_figures(reference), held).save(folder / "publication")
        dataset.problems.write_csv(folder / PROBLEMS_FILE)
        return {
            "campagne": campagne.nom,
            "edition": campagne.edition,
            "date_edition": campagne.date_edition,
            "empreinte": dataset.empreinte,
            "avertissements": [asdict(problem) for problem in dataset.problems],
            "versions": {
                "citesresearch": __version__,
                "python": platform.python_version(),
                **{library: version(library) for library in ("pandas", "scipy", "statsmodels")},
            },
        }

    return build_folder(campagne.processed, inputs, _recipe(), fill, force)


def _texts_alone(campagne: Campagne, inputs: Mapping[str, str]) -> bool:
    """Whether nothing but the evaluator's texts has changed since the prepared folder, which is whole, was made."""
    from .data.reading.texts import FOLDER

    former = read_manifest(campagne.processed).get("inputs", {})
    changed = {name for name in {*former, *inputs} if former.get(name) != inputs.get(name)}
    if not changed or not all(name.startswith(f"{FOLDER}/") for name in changed):
        return False
    return why_rebuild(campagne.processed, former, _recipe()) is None


def _with_new_texts(campagne: Campagne, folder: Path) -> dict[str, Any]:
    """Fill a prepared folder from the former one and the texts as they are now: no figure comes from a text."""
    import pandas as pd

    from .codebook import load_codebook
    from .data.checking.problems import InvalidData, Problem, Problems
    from .data.reading.texts import FOLDER, TABLE, read_texts
    from .publication import Publication
    from .storage.store import MANIFEST, checksum

    said = read_manifest(campagne.processed)
    shutil.copytree(campagne.processed, folder, dirs_exist_ok=True)
    (folder / MANIFEST).unlink()
    cites = pd.read_parquet(folder / "tables" / "cites.parquet", columns=["id_cde", "nom"])
    names = dict(zip(cites["id_cde"], cites["nom"].astype(str), strict=True))
    texts, found = read_texts(campagne.raw, load_codebook(campagne.codebook), names)
    others = (Problem(**problem) for problem in said["avertissements"])
    problems = Problems([*(one for one in others if not one.fichier.startswith(f"{FOLDER}/")), *found])
    if problems.blocking:
        raise InvalidData(problems)
    empreinte = checksum(inputs_of_campagne(campagne))
    former = Publication.load(folder / "publication")
    kept = {name: table for name, table in former.tables.items() if name != TABLE}
    for stale in (folder / "tables", folder / "publication"):
        (stale / f"{TABLE}.parquet").unlink(missing_ok=True)
    for name, table in texts.items():
        table.to_parquet(folder / "tables" / f"{name}.parquet")
    replace(former, tables=kept | texts, empreinte=empreinte).save(folder / "publication")
    problems.write_csv(folder / PROBLEMS_FILE)
    return {**said, "empreinte": empreinte, "avertissements": [asdict(problem) for problem in problems]}


def due(campagne: Campagne) -> str | None:
    """Why the campagne must be prepared, as a French phrase; None when its prepared folder is whole and up to date."""
    return why_rebuild(campagne.processed, _inputs(campagne), _recipe())


def _inputs(campagne: Campagne) -> dict[str, str]:
    """The checksums of everything that may change the figures of a campagne."""
    inputs = inputs_of_campagne(campagne)
    reference = _reference(campagne)
    if reference is not None:
        inputs |= {f"{REFERENCE}/{name}": digest for name, digest in inputs_of_campagne(reference).items()}
    return inputs


def _reference(campagne: Campagne) -> Campagne | None:
    """The campagne whose published figures a campagne of returns is compared with, where the project has it."""
    if campagne.codebook is not None:
        return None  # these are figures of the Cités de l'emploi
    if campagne.nom == REFERENCE or REFERENCE not in known_campagnes():
        return None
    return find_campagne(REFERENCE)


def _published_figures(reference: Campagne | None) -> pd.DataFrame | None:
    from .data.dataset import read_dataset

    return None if reference is None else read_dataset(reference)["chiffres_publies"]


_held: dict[str, Publication] = {}  # by the campagne as it is asked for


def load_publication(campagne: str) -> Publication:
    """What may be published of a campagne (by its name or its folder), prepared again first if anything has changed.

    Raises CitesError, in French, when the campagne does not exist or cannot be used.
    """
    if campagne in _held:
        return _held[campagne]
    from .publication import Publication

    return Publication.load(publication_folder(campagne))


def publication_folder(campagne: str) -> Path:
    """Where the publication of a campagne lies, prepared again first if anything has changed.

    Raises CitesError, in French, when the campagne does not exist or cannot be used.
    """
    found = find_campagne(campagne)
    prepare(found)
    return found.processed / "publication"


def hold_publication(campagne: str, publication: Publication) -> None:
    """Give this publication to every later `load_publication(campagne)` of this process and of those it forks.

    A batch shows one state of the data, read once.
    """
    _held[campagne] = publication


def load_dataset(campagne: str) -> Dataset:
    """The validated tables of a campagne, for exploration; nothing read from here may be published as it is.

    Raises CitesError, in French, when the campagne does not exist or cannot be used.
    """
    import pandas as pd

    from .codebook import load_codebook
    from .data.checking.problems import Problem, Problems
    from .data.dataset import Dataset

    found = find_campagne(campagne)
    prepare(found)
    tables = {path.stem: pd.read_parquet(path) for path in sorted((found.processed / "tables").glob("*.parquet"))}
    manifest = read_manifest(found.processed)
    warnings = Problems(Problem(**said) for said in manifest["avertissements"])
    return Dataset(found, load_codebook(found.codebook), tables, warnings, manifest["empreinte"])
