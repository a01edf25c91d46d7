"""Where a codebook comes from: the files of this folder, and what another programme declares over them in one file.

What the programme does not ask stays as empty columns and tables (`tacite`): the machinery still finds them, nobody is
asked to fill them in, and no measure is made of them.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from ..errors import CitesError, place_of, reason
from ..french import listing

__all__ = ["Layer", "layered", "read_declared", "read_folder"]

Raw = dict[str, Any]
_KEYS = {"programme", "listes", "tables", "sans", "formulaires", "pages", "rubriques"}
# What makes a column a question, or a figure of an exhibit.
_ASKED = {
    "question",
    "planche",
    "planche_par",
    "theme",
    "batterie",
    "si",
    "requis_sauf",
    "chiffre_publie",
    "chiffre_publie_par",
}


@dataclass(frozen=True)
class Layer:
    """The raw parts of a codebook, as they stand in its files.

    `pages` are the pages of the network (beside monographs and synthesis) that the programme has; None: all of them.
    `rubriques` gives the title and the exhibits of rubrics 5 to 9 of its monographs, in place of the base's own.
    """

    programme: Raw
    lists: dict[str, Raw]
    tables: dict[str, Raw]
    formulaires: tuple[Raw, ...] = ()
    pages: tuple[str, ...] | None = None
    rubriques: Raw = field(default_factory=dict)


def read_folder(root: Traversable) -> Layer:
    """The parts of a codebook kept as a folder: `tables/`, `scales/`, `vocabularies/`, and its words."""
    lists = [raw for folder in ("scales", "vocabularies") for raw in _all(root / folder)]
    return Layer(
        _one(root / "programme.json") or {},
        {_ident(raw): raw for raw in lists},
        {raw["name"]: raw for raw in _all(root / "tables")},
        tuple(_one(root / "formulaires.json") or ()),
    )


def _all(place: Traversable) -> list[Raw]:
    found = sorted(place.iterdir(), key=lambda p: p.name) if place.is_dir() else []
    return [_one(path) for path in found if path.name.endswith(".json")]


def _one(path: Traversable) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _ident(raw: Mapping[str, Any]) -> str:
    return f"{raw['name']}@{raw.get('version', 1)}"


def read_declared(path: Path) -> Raw:
    """What a programme declares in one JSON or TOML file. Raises CitesError, in French, where it cannot be used."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        declared = tomllib.loads(text) if path.suffix.lower() == ".toml" else json.loads(text)
    except OSError as error:
        raise CitesError(f"Le codebook {path} ne peut pas être lu : {reason(error)}.") from error
    except (json.JSONDecodeError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CitesError(
            f"Le codebook {path} n’est pas un fichier JSON ou TOML lisible ({place_of(error)})."
        ) from error
    faults = _faults(declared)
    if faults:
        raise CitesError(f"Le codebook {path} est à corriger : {' ; '.join(faults)}.")
    made: Raw = declared
    return made


def _faults(declared: Any) -> list[str]:
    if not isinstance(declared, dict):
        return ["il doit contenir un objet, entre accolades"]
    faults = [
        f"« {key} » est une clé inconnue (attendues : {', '.join(sorted(_KEYS))})" for key in set(declared) - _KEYS
    ]
    programme = declared.get("programme")
    if not isinstance(programme, dict) or not all(isinstance(programme.get(key), str) for key in ("nom", "un")):
        faults.append("« programme » doit donner « nom » (Cités éducatives) et « un » (Cité éducative)")
    for key in ("listes", "tables", "formulaires"):
        parts = declared.get(key, [])
        wanted = "nom" if key == "formulaires" else "name"
        if not isinstance(parts, list) or not all(
            isinstance(p, dict) and isinstance(p.get(wanted), str) for p in parts
        ):
            faults.append(f"« {key} » doit être une liste dont chaque élément a un « {wanted} »")
    return faults


def layered(base: Layer, declared: Mapping[str, Any]) -> Layer:
    """The base with what the programme declares in its place.

    A list replaces the one of the same name and version. A table of the base keeps its identifiers and links and takes
    the programme's questions; one that the base does not have is added whole; those of `sans` are not asked.
    """
    lists = base.lists | {_ident(raw): raw for raw in declared.get("listes", [])}
    own = {raw["name"]: raw for raw in declared.get("tables", [])}
    without = set(declared.get("sans", []))
    if unknown := sorted(without - set(base.tables)):
        raise CitesError(f"Codebook : {listing([f'« {name} »' for name in unknown])} de « sans » n’existe pas.")
    tables = {
        name: _over(raw, own[name]) if name in own else _tacit_table(raw) if name in without else raw
        for name, raw in base.tables.items()
    }
    tables |= {name: raw for name, raw in own.items() if name not in base.tables}
    pages = declared.get("pages")
    return Layer(
        dict(declared["programme"]),
        lists,
        tables,
        tuple(declared.get("formulaires", ())),
        None if pages is None else tuple(pages),
        declared.get("rubriques", {}),
    )


def _over(base: Raw, own: Raw) -> Raw:
    """A table of the base with the programme's columns, after those that every row needs; the others fall silent."""
    fields = {raw["name"]: raw for raw in own.get("fields", [])}
    schema = base["schema"]
    needed = set(schema.get("primaryKey", []))
    kept = [
        fields.pop(raw["name"])
        if raw["name"] in fields
        else raw
        if raw["name"] in needed or raw.get("constraints", {}).get("required")
        else _tacit(raw)
        for raw in schema["fields"]
    ]
    told = {key: value for key, value in own.items() if key != "fields"}
    return {**base, **told, "schema": {**schema, "fields": [*kept, *fields.values()]}}


def _tacit_table(base: Raw) -> Raw:
    fields = [_tacit(raw) for raw in base["schema"]["fields"]]
    return {**base, "tacite": True, "schema": {**base["schema"], "fields": fields}}


def _tacit(raw: Raw) -> Raw:
    return {**{key: value for key, value in raw.items() if key not in _ASKED}, "tacite": True}
