"""What may be answered, in which order, and which words are printed.

One Table Schema descriptor per table (`tables/`), scales and vocabularies in files of their own
(`scales/`, `vocabularies/`, named `name@version.json`). A field that names its `echelle` or its
`vocabulaire` receives the codes of that list as its `enum` when the codebook is loaded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from ..errors import CitesError

__all__ = ["Codebook", "Field", "Modality", "Table", "Vocabulary", "load_codebook"]


@dataclass(frozen=True)
class Modality:
    """One answer: its code in the data, its words in French, and whether it counts as favourable."""

    code: str
    libelle: str
    favorable: bool | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Vocabulary:
    """A closed list of answers. A scale is a vocabulary whose modalities are ordered, best first.

    `hors_echelle` holds the answers outside the scale (« Ne sait pas »): accepted, never ranked, never missing.
    """

    name: str
    version: int
    titre: str
    modalites: tuple[Modality, ...]
    hors_echelle: tuple[Modality, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.name}@{self.version}"

    @property
    def codes(self) -> tuple[str, ...]:
        """Every accepted code, the scale first, what lies outside it last."""
        return tuple(m.code for m in (*self.modalites, *self.hors_echelle))

    def __getitem__(self, code: str) -> Modality:
        for modality in (*self.modalites, *self.hors_echelle):
            if modality.code == code:
                return modality
        raise KeyError(f"{code!r} is not in {self.id}")

    def libelle(self, code: str) -> str:
        """The French words of a code; raises KeyError for a code outside the list."""
        return self[code].libelle


@dataclass(frozen=True)
class Field:
    """A column of a table: its type, its words, its constraints."""

    name: str
    type: str
    libelle: str
    description: str = ""
    constraints: Mapping[str, Any] = field(default_factory=dict, hash=False)
    vocabulary: Vocabulary | None = None
    date_partielle: bool = False
    part: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def required(self) -> bool:
        return bool(self.constraints.get("required"))


@dataclass(frozen=True)
class ForeignKey:
    """Columns whose values must exist in another table."""

    fields: tuple[str, ...]
    table: str
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table of a campagne: its columns, its keys, what one of its rows is."""

    name: str
    title: str
    ligne: str
    description: str
    source_secret: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    required: bool
    descriptor: Mapping[str, Any] = field(hash=False)

    def __getitem__(self, name: str) -> Field:
        for column in self.fields:
            if column.name == name:
                return column
        raise KeyError(f"{name!r} is not a column of {self.name}")

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.fields)

    @property
    def computed(self) -> bool:
        """Whether it is made from other files: a campagne's folder never holds it."""
        return bool(self.descriptor.get("calculee"))

    @property
    def published(self) -> bool:
        """Whether pages may read it whole, as far as secrecy allows (not so where it is only matter for measures)."""
        return bool(self.descriptor.get("publiee", True))


@dataclass(frozen=True)
class Codebook:
    """All tables, scales and vocabularies of a programme.

    `formulaires` declares its questionnaires: which table each one fills, and its words (see `formulaire`).
    """

    tables: Mapping[str, Table]
    vocabularies: Mapping[str, Vocabulary]
    formulaires: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)

    def __getitem__(self, table: str) -> Table:
        return self.tables[table]

    def vocabulary(self, ident: str) -> Vocabulary:
        """A scale or vocabulary by its name and version, such as `satisfaction@1`."""
        try:
            return self.vocabularies[ident]
        except KeyError:
            raise CitesError(
                f"L’échelle ou le vocabulaire « {ident} » n’existe pas. Listes connues : {', '.join(sorted(self.vocabularies))}."
            ) from None

    def datapackage(self, name: str, title: str, tables: tuple[str, ...] | None = None) -> dict[str, Any]:
        """The Data Package descriptor of a folder that holds these tables as CSV, enums expanded."""
        return {
            "name": name,
            "title": title,
            "licenses": [
                {
                    "name": "etalab-2.0",
                    "title": "Licence Ouverte 2.0",
                    "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
                }
            ],
            "resources": [
                {
                    "name": table.name,
                    "title": table.title,
                    "description": table.description,
                    "path": f"{table.name}.csv",
                    "format": "csv",
                    "mediatype": "text/csv",
                    "encoding": "utf-8",
                    "schema": table.descriptor["schema"],
                }
                for table in self.tables.values()
                if (not table.computed if tables is None else table.name in tables)
            ],
        }


def _modalities(raw: list[dict[str, Any]]) -> tuple[Modality, ...]:
    known = {"code", "libelle", "favorable"}
    return tuple(
        Modality(m["code"], m["libelle"], m.get("favorable"), {k: v for k, v in m.items() if k not in known})
        for m in raw
    )


def _read_json(path: Traversable) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def _load_vocabularies(root: Traversable) -> dict[str, Vocabulary]:
    found = {}
    for folder in ("scales", "vocabularies"):
        place = root / folder
        if not place.is_dir():
            continue
        for path in sorted(place.iterdir(), key=lambda p: p.name):
            if path.name.endswith(".json"):
                raw = _read_json(path)
                vocabulary = Vocabulary(
                    raw["name"],
                    raw["version"],
                    raw["titre"],
                    _modalities(raw["modalites"]),
                    _modalities(raw.get("hors_echelle", [])),
                )
                found[vocabulary.id] = vocabulary
    return found


_STANDARD_KEYS = {
    "name",
    "type",
    "libelle",
    "description",
    "constraints",
    "vocabulaire",
    "echelle",
    "date_partielle",
    "part",
}


def _load_field(raw: dict[str, Any], table: str, vocabularies: Mapping[str, Vocabulary]) -> Field:
    ident = raw.get("echelle") or raw.get("vocabulaire")
    vocabulary = None
    if ident:
        if ident not in vocabularies:
            raise CitesError(
                f"Codebook, table « {table} », champ « {raw['name']} » : la liste « {ident} » n’existe pas."
            )
        vocabulary = vocabularies[ident]
        raw.setdefault("constraints", {})["enum"] = list(vocabulary.codes)
    if raw.get("libelle"):
        raw.setdefault("title", raw["libelle"])
    return Field(
        raw["name"],
        raw.get("type", "string"),
        raw.get("libelle", raw["name"]),
        raw.get("description", ""),
        raw.get("constraints", {}),
        vocabulary,
        bool(raw.get("date_partielle")),
        bool(raw.get("part")),
        {k: v for k, v in raw.items() if k not in _STANDARD_KEYS},
    )


def _load_table(raw: dict[str, Any], vocabularies: Mapping[str, Vocabulary]) -> Table:
    schema = raw["schema"]
    key = schema.get("primaryKey", [])
    keys = tuple(
        ForeignKey(
            tuple([k["fields"]] if isinstance(k["fields"], str) else k["fields"]),
            k["reference"]["resource"],
            tuple(
                [k["reference"]["fields"]] if isinstance(k["reference"]["fields"], str) else k["reference"]["fields"]
            ),
        )
        for k in schema.get("foreignKeys", [])
    )
    return Table(
        raw["name"],
        raw["title"],
        raw.get("ligne", ""),
        raw.get("description", ""),
        raw.get("source_secret", "public"),
        tuple(_load_field(f, raw["name"], vocabularies) for f in schema["fields"]),
        (key,) if isinstance(key, str) else tuple(key),
        keys,
        bool(raw.get("obligatoire")),
        raw,
    )


@cache
def load_codebook(folder: Path | None = None) -> Codebook:
    """The codebook of the programme, or the one of another programme in `folder`.

    Raises CitesError when a field names a scale or vocabulary that does not exist.
    """
    root: Traversable = files(__name__) if folder is None else folder
    vocabularies = _load_vocabularies(root)
    paths = sorted((p for p in (root / "tables").iterdir() if p.name.endswith(".json")), key=lambda p: p.name)
    tables = [_load_table(_read_json(path), vocabularies) for path in paths]
    asked = root / "formulaires.json"
    formulaires = tuple(json.loads(asked.read_text(encoding="utf-8"))) if asked.is_file() else ()
    return Codebook({table.name: table for table in tables}, vocabularies, formulaires)
