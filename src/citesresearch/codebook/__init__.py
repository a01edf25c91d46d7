"""What may be answered, in which order, and which words are printed.

One Table Schema descriptor per table (`tables/`), scales and vocabularies in files of their own
(`scales/`, `vocabularies/`, named `name@version.json`). A field that names its `echelle` or its
`vocabulaire` receives the codes of that list as its `enum` when the codebook is loaded.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..errors import CitesError
from ..french import plural
from .layers import Layer, layered, read_declared, read_folder

__all__ = [
    "EXEMPT",
    "Codebook",
    "Field",
    "Modality",
    "Programme",
    "Table",
    "Vocabulary",
    "codebook_of",
    "load_codebook",
]

# Kinds of sources without a threshold: published facts, and a Cité's own return, an institution's official statement.
EXEMPT = ("public", "officiel")


_FICTIONAL = (" fictive", " fictives")
# What a programme changes, where it does not say it.
_AIM = "ce que vise le programme"


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

    @property
    def tacit(self) -> bool:
        """Whether the programme does not ask it: a column that stays empty."""
        return bool(self.extra.get("tacite"))


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
    def filled_in(self) -> bool:
        """Whether evaluators of the programme fill it in."""
        return not self.computed and not self.descriptor.get("tacite")

    @property
    def published(self) -> bool:
        """Whether pages may read it whole, as far as secrecy allows (not so where it is only matter for measures)."""
        return bool(self.descriptor.get("publiee", True))


@dataclass(frozen=True)
class Programme:
    """What the programme is called: all of it (« Cités de l’emploi »), one of it, and what one and several are.

    `finalite` is what it wants to change (« l’emploi »), of which these pages measure no effect.
    """

    nom: str
    un: str
    accroche: tuple[str, str]
    finalite: str = ""

    def counted(self, count: int, fictional: bool = False) -> str:
        """« 84 coordinations locales de l’emploi dans les quartiers prioritaires »; says so where they are fictional."""
        words = zip(self.accroche, _FICTIONAL, strict=True)
        one, many = (
            (text if "{}" in text else f"{text}{{}}").replace("{}", fictive if fictional else "")
            for text, fictive in words
        )
        return plural(count, one, many)


@dataclass(frozen=True, eq=False)  # one object a programme: what is made from it is kept by it
class Codebook:
    """All tables, scales and vocabularies of a programme.

    `formulaires` declares its questionnaires: which table each one fills, and its words (see `formulaire`).
    `pages` are the pages of the network that it has (None: all), `rubriques` those of its monographs that it declares
    itself; `declared` is what its own file says, where it has one.
    """

    tables: Mapping[str, Table]
    vocabularies: Mapping[str, Vocabulary]
    formulaires: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)
    programme: Programme = Programme("", "", ("", ""))
    pages: tuple[str, ...] | None = None
    declared: Mapping[str, Any] | None = field(default=None, hash=False)
    rubriques: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)

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


def _load_vocabulary(raw: Mapping[str, Any]) -> Vocabulary:
    return Vocabulary(
        raw["name"],
        raw.get("version", 1),
        raw.get("titre", raw["name"]),
        _modalities(raw["modalites"]),
        _modalities(raw.get("hors_echelle", [])),
    )


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
    exhibits = vocabularies.get("planche@1")
    known = exhibits.codes if exhibits else ()
    for planche in [raw.get("planche"), *_exhibits_by(raw.get("planche_par"))]:
        if planche and known and planche not in known:
            raise CitesError(
                f"Codebook, table « {table} », champ « {raw['name']} » : la planche « {planche} » n’existe pas. "
                "Ajoutez-la à la liste « planche@1 », ou nommez l’une de celles qui y sont."
            )
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


def _exhibits_by(split: Mapping[str, Mapping[str, str]] | None) -> list[str]:
    """The exhibits of a question that has one for each code of another column."""
    return [planche for planches in (split or {}).values() for planche in planches.values()]


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


def _build(layer: Layer) -> Codebook:
    vocabularies = {ident: _load_vocabulary(raw) for ident, raw in layer.lists.items()}
    tables = [_load_table(raw, vocabularies) for raw in layer.tables.values()]
    named = layer.programme
    nom, un = str(named.get("nom", "")), str(named.get("un", ""))
    one, many = named.get("accroche", [un, nom])
    programme = Programme(nom, un, (one, many), str(named.get("finalite", _AIM)))
    return Codebook(
        {t.name: t for t in tables},
        vocabularies,
        layer.formulaires,
        programme,
        layer.pages,
        rubriques=layer.rubriques,
    )


def load_codebook(place: Path | None = None) -> Codebook:
    """The codebook of the package, or the one of another programme, in a folder or in one file (JSON, TOML).

    Raises CitesError when it cannot be read, or when a field names a scale, a vocabulary or an exhibit that does not exist.
    """
    # A file may change while a notebook is open: it is read each time.
    return _load_folder(place) if place is None or place.is_dir() else codebook_of(read_declared(place))


@cache
def _load_folder(place: Path | None) -> Codebook:
    return _build(read_folder(files(__name__) if place is None else place))


def codebook_of(declared: Mapping[str, Any] | None) -> Codebook:
    """The codebook of a programme from what its file declares; None: the package's own.

    The same declaration gives the same object. Raises CitesError as `load_codebook` does.
    """
    if declared is None:
        return load_codebook()
    return _of_text(json.dumps(declared, sort_keys=True, default=str))


@cache
def _of_text(text: str) -> Codebook:
    # Loading fills in the parts it is given: they are read again.
    layer = layered(read_folder(files(__name__)), json.loads(text))
    return dataclasses.replace(_build(layer), declared=json.loads(text))
