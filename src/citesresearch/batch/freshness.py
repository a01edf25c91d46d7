"""Which pages are up to date, and why the others are not: everything that a page is made from, in fingerprints."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from ..data.inputs import texts_of
from ..engine.run import Run
from ..french import NBSP, listing, plural
from ..storage.code import fingerprints
from ..version import __version__
from .inventory import Inventory
from .ledger import Attempt, Ledger

__all__ = ["MAKERS", "NEVER", "Needs", "PageState", "code_fingerprint", "needs_of", "states", "why_stale"]

# What a run depends on: for each part (notebook, code, propre…), the fingerprint of each of its pieces.
Needs = Mapping[str, Mapping[str, str]]
Kind = Literal["a_jour", "a_refaire", "echec", "jamais"]

# What makes a page, once the figures are there (those change with the data's own fingerprints): the sections that its
# notebook calls, what executes it, what lays it out.
MAKERS = ("sections", "engine.worker", "engine.shell", "publish.page")
_LIBRARIES = (
    "babel",
    "ipykernel",
    "ipython",
    "jinja2",
    "markupsafe",
    "matplotlib",
    "nbclient",
    "nbconvert",
    "nbformat",
    "numpy",
    "pandas",
    "papermill",
)


@dataclass(frozen=True)
class PageState:
    """Where a run stands; `why` is a French phrase, empty when it is up to date."""

    kind: Kind
    why: str = ""
    attempt: Attempt | None = None

    @property
    def due(self) -> bool:
        return self.kind != "a_jour"

    @property
    def words(self) -> str:
        """Why the page must be made again, with the kind of reason; empty when it is up to date."""
        return f"{_KINDS[self.kind]}{self.why}"


NEVER = "jamais produite"
_KINDS = {"a_jour": "", "a_refaire": "à refaire : ", "echec": "en échec : ", "jamais": ""}


def needs_of(runs: Iterable[Run], inventory: Inventory, raw: Path) -> dict[str, Needs]:
    """What each run of a campagne, whose raw folder is `raw`, depends on, by its id."""
    common = {"code": fingerprints(*MAKERS), "versions": _versions(), "reglages": dict(inventory.settings)}
    own_texts, shared_texts = _texts(raw, inventory)
    shared = {**inventory.shared, **shared_texts}
    everything = {
        f"{table} {ident}": digest for ident, tables in inventory.own.items() for table, digest in tables.items()
    }
    found: dict[str, Needs] = {}
    for run in runs:
        cite = run.parameters.get("cite")
        needs: dict[str, dict[str, str]] = {
            **common,
            "notebook": {run.notebook.name: _file(run.notebook)},
            "parametres": {name: _digest(value) for name, value in run.parameters.items()},
            "commun": shared,
        }
        if cite is None:
            needs["commun"] = {**shared, "Cités": _digest(json.dumps(everything, sort_keys=True))}
            needs["textes"] = own_texts
        else:
            needs["propre"] = dict(inventory.own.get(cite, {}))
            needs["textes"] = {name: digest for name, digest in own_texts.items() if Path(name).stem == cite}
        found[run.id] = needs
    return found


def why_stale(old: Needs, new: Needs) -> str:
    """Why what was made from `old` is not what `new` would give, as a French phrase; empty when it is."""
    phrases = []
    for part, words in _WORDS.items():
        before, after = old.get(part, {}), new.get(part, {})
        if before == after:
            continue
        changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
        if part == "versions":
            changed = [f"{name} {before.get(name, '—')} → {after.get(name, '—')}" for name in changed]
        shown = changed if len(changed) <= 4 else [*changed[:3], f"{len(changed) - 3} autres"]
        phrases.append(f"{words} ({listing(shown)})")
    return f"{NBSP}; ".join(phrases)


_WORDS = {
    "notebook": "le notebook a changé",
    "parametres": "ses paramètres ont changé",
    "code": "le code des pages a changé",
    "versions": "des bibliothèques ont changé de version",
    "reglages": "les réglages de la campagne ont changé",
    "commun": "ce que toutes les pages montrent du réseau a changé",
    "propre": "les données de cette Cité ont changé",
    "textes": "un texte de l’évaluateur a changé",
}


def states(runs: Sequence[Run], needs: Mapping[str, Needs], ledger: Ledger | None, build: Path) -> dict[str, PageState]:
    """Where each run stands according to the ledger (None: there is none) and to the files themselves."""
    latest = {} if ledger is None else {attempt.id: attempt for attempt in ledger.latest().values()}
    good = {} if ledger is None else ledger.good()
    found = {}
    for run in runs:
        last, made = latest.get(run.id), good.get(run.id)
        if last is not None and last.outcome == "echec":
            found[run.id] = PageState("echec", last.message, last)
        elif made is None:
            found[run.id] = PageState("jamais", NEVER, last)
        elif not made.needs:
            found[run.id] = PageState("a_refaire", "produite par une version qui ne notait pas ses dépendances", made)
        else:
            assert ledger is not None
            why = why_stale(ledger.needs(made), needs[run.id]) or _missing(run, made, build)
            found[run.id] = PageState("a_refaire" if why else "a_jour", why, made)
    return found


def summary(found: Mapping[str, PageState]) -> str:
    """« 80 à jour, 3 à refaire, 1 en échec »."""
    words = {
        "a_jour": "à jour",
        "a_refaire": "à refaire",
        "echec": "en échec",
        "jamais": None,
    }
    counts = {kind: sum(state.kind == kind for state in found.values()) for kind in words}
    said = [
        f"{count} {words[kind]}" if words[kind] else plural(count, NEVER, "jamais produites")
        for kind, count in counts.items()
        if count
    ]
    return ", ".join(said)


def _missing(run: Run, made: Attempt, build: Path) -> str:
    """Why the files of a success are not there as they were left; empty when they are."""
    outputs = run.outputs(build)
    for path, digest, stamp in zip(
        (outputs.notebook, outputs.page),
        (made.notebook_sha256, made.page_sha256),
        made.stamps.split() or ("", ""),
        strict=True,
    ):
        try:
            if stamp_of(path) != stamp and _file(path, 64) != digest:
                return f"le fichier {path.name} n’est pas celui du registre"
        except OSError:
            return f"le fichier {path.name} a disparu"
    return ""


def stamp_of(path: Path) -> str:
    """Size and time of a file: enough to know that it has not been touched."""
    said = path.stat()
    return f"{said.st_size}:{said.st_mtime_ns}"


def code_fingerprint() -> str:
    """One fingerprint of the code that decides what pages show."""
    return _digest(json.dumps(fingerprints(*MAKERS), sort_keys=True))


@cache
def _versions() -> dict[str, str]:
    return {
        "citesresearch": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
    }


def _texts(raw: Path, inventory: Inventory) -> tuple[dict[str, str], dict[str, str]]:
    """The texts written for one Cité, and those that are nobody's own, with their fingerprints."""
    own: dict[str, str] = {}
    shared: dict[str, str] = {}
    for path in texts_of(raw):
        name = path.relative_to(raw).as_posix()
        (own if path.stem in inventory.names else shared)[name] = _file(path)
    return own, shared


def _file(path: Path, length: int = 16) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:length]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
