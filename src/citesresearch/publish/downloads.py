"""What can be downloaded: the publishable estimates as CSV, workbook and Frictionless data package, for all and per Cité.

Everything is read from the publication: what is withheld there has neither value nor reason here. Generated data say so in
the name of the file, in a column, in the workbook's first sheet and in the descriptor of the package.
"""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pandas as pd

from ..french import NBSP, number, typeset
from ..publication import Publication
from ..publication.wording import STAMP
from ..storage.names import Own
from .workbook import Cell, WorkbookSheet, add_file, render_rows, workbook

__all__ = ["FOLDER", "STAMPED_FILE", "Download", "write_downloads"]

FOLDER = str(Own.TELECHARGEMENTS)
STAMPED_FILE = "donnees-synthetiques_"  # how the name of a file of generated data begins
_KILO = 1000

# The columns of the estimates, in their order: name, whether it is a number, what it says.
FIELDS: tuple[tuple[str, bool, str], ...] = (
    ("indicateur", False, "Identifiant de l’indicateur ; sa définition est dans la table des indicateurs."),
    (
        "modalite",
        False,
        "Réponse ou statistique que la ligne mesure (oui, favorable, moyenne…) ; vide s’il n’y en a qu’une.",
    ),
    ("perimetre_type", False, "Nature du périmètre : cite, national, region, echelle, annee_label, copilotage…"),
    ("perimetre_id", False, "Périmètre : identifiant de la Cité, code de la région… ; vide pour le réseau entier."),
    ("croisement", False, "Variable avec laquelle l’indicateur est croisé ; vide sans croisement."),
    ("croisement_modalite", False, "Modalité de la variable de croisement."),
    ("date_reference", False, "Date du fait mesuré (AAAA, AAAA-MM ou AAAA-MM-JJ) ; vide si rien ne l’établit."),
    ("edition", False, "Édition du document ou du fichier d’où vient le chiffre."),
    ("source", False, "Identifiant de la source."),
    ("valeur", True, "Valeur ; vide lorsque le statut n’est pas « ok »."),
    ("valeur_basse", True, "Borne basse de la valeur elle-même (fourchette publiée, somme avec des cases secrètes)."),
    ("valeur_haute", True, "Borne haute de la valeur elle-même."),
    ("unite", False, "Unité de la valeur."),
    ("n", True, "Effectif de la modalité."),
    ("base", True, "Effectif sur lequel la part ou la moyenne est calculée."),
    ("hors_echelle", True, "Réponses hors de l’échelle (« non concerné », « ne sait pas »), hors de la base."),
    ("manquants", True, "Réponses attendues et non données, hors de la base."),
    ("recensement_bas", True, "Borne certaine pour ces Cités, si les silencieuses répondaient toutes non."),
    ("recensement_haut", True, "Borne certaine pour ces Cités, si les silencieuses répondaient toutes oui."),
    ("general_bas", True, "Borne basse de l’intervalle à 95 % pour des sites comparables."),
    ("general_haut", True, "Borne haute de l’intervalle à 95 % pour des sites comparables."),
    ("statut", False, "ok ; s (secret statistique) ; nd (non disponible) ; nc (sans objet ici)."),
    ("motif", False, "Précision sur une valeur ; toujours vide pour une valeur secrète."),
)
MENTION = ("mention", False, "Dit que les données sont générées : aucune ne décrit un territoire.")
_MEASURES = ("id", "libelle", "definition", "formule", "base", "unite", "source", "theme", "secret")
_MEASURE_WORDS = dict(
    zip(
        _MEASURES,
        (
            "Identifiant de l’indicateur",
            "Nom de l’indicateur",
            "Ce qu’il mesure",
            "Comment il est calculé",
            "Sur qui il porte",
            "Unité",
            "D’où il vient",
            "Thème",
            "Règle de secret qui s’y applique",
        ),
        strict=True,
    )
)


@dataclass(frozen=True)
class Download:
    """A file to download: its address from the campagne's folder, what it is in a word, its size in bytes."""

    href: str
    forme: str
    octets: int

    @property
    def taille(self) -> str:
        """Its size as readers say it: « 12 ko », « 1,3 Mo »."""
        kilos = self.octets / _KILO
        return f"{number(kilos / _KILO, 1)}{NBSP}Mo" if kilos >= _KILO else f"{number(max(kilos, 1), 0)}{NBSP}ko"


@dataclass(frozen=True)
class _Table:
    """A table whose rows are rendered once, for the files of all and for those of each Cité."""

    header: tuple[str, ...]
    keys: tuple[str, ...]  # what a row is chosen by: its indicator
    csv: tuple[str, ...]
    xml: tuple[str, ...]

    def pick(self, places: Iterable[int]) -> _Table:
        chosen = tuple(places)
        return _Table(self.header, *(tuple(rows[i] for i in chosen) for rows in (self.keys, self.csv, self.xml)))

    def text(self) -> str:
        return "".join((_line(self.header), *self.csv))


def write_downloads(publication: Publication, folder: Path) -> dict[str, tuple[Download, ...]]:
    """Write the files under `folder/telechargements/` and say which: those of a Cité by its id, those of all under "".

    A Cité without any estimate has no file. The same publication gives the same bytes.
    """
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    described = publication.table("indicateurs")
    described = described[described["id"].isin(set(publication.estimates["indicateur"]))]
    table = _rendered(publication, publication.estimates, [name for name, _, _ in FIELDS], "indicateur")
    measures = _rendered(publication, described, list(_MEASURES), "id")
    notice = _notice(publication)
    made = {"": _write(publication, place, Own.ESTIMATIONS, "toutes les Cités", (table, measures, notice))}
    places: dict[str, list[int]] = {}
    owners = publication.estimates["perimetre_id"].where(publication.estimates["perimetre_type"] == "cite", "")
    for i, owner in enumerate(owners.tolist()):
        places.setdefault(owner, []).append(i)
    for ident, name in zip(publication.cites["id_cde"], publication.cites["nom"], strict=True):
        if ident in places:
            own = table.pick(places[ident])
            used = set(own.keys)
            said = measures.pick(i for i, key in enumerate(measures.keys) if key in used)
            made[ident] = _write(publication, place, ident, name, (own, said, notice))
    return made


def _rendered(publication: Publication, table: pd.DataFrame, names: list[str], key: str) -> _Table:
    columns: list[list[Cell]] = [table[name].tolist() for name in names]
    if publication.synthetique:
        columns.append([STAMP] * len(table))
        names = [*names, MENTION[0]]
    csv = tuple(_line(cells) for cells in zip(*map(_csv_cells, columns), strict=True))
    return _Table(tuple(names), tuple(table[key]), csv, tuple(render_rows(columns)))


def _csv_cells(column: list[Cell]) -> list[str]:
    """Dots, nothing where there is nothing, and texts that no spreadsheet takes for a formula when it opens the file."""
    known: dict[str, str] = {}

    def cell(value: Cell) -> str:
        if isinstance(value, str):
            if value not in known:
                known[value] = inert(value)
            return known[value]
        return f"{value:.10g}" if value is not None and math.isfinite(value) else ""

    return list(map(cell, column))


def inert(text: str) -> str:
    """A text that a spreadsheet would run (= + - @) is preceded by an apostrophe, quoted where CSV wants it."""
    safe = f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
    return '"' + safe.replace('"', '""') + '"' if any(c in safe for c in ',"\n\r') else safe


def _line(cells: Iterable[str]) -> str:
    return ",".join(cells) + "\n"


_Contents = tuple[_Table, _Table, tuple[str, ...]]


def _write(publication: Publication, place: Path, name: str, what: str, contents: _Contents) -> tuple[Download, ...]:
    stem = f"{STAMPED_FILE}{name}" if publication.synthetique else name
    texts = {"estimations": contents[0].text(), "indicateurs": contents[1].text()}
    forms = {
        "csv": ("CSV", texts["estimations"].encode("utf-8")),
        "xlsx": ("classeur", _workbook(publication, what, contents)),
        "zip": ("paquet de données", _package(publication, stem, what, texts)),
    }
    for suffix, (_, content) in forms.items():
        (place / f"{stem}.{suffix}").write_bytes(content)
    return tuple(
        Download(f"{FOLDER}/{stem}.{suffix}", forme, len(content)) for suffix, (forme, content) in forms.items()
    )


def _fields(publication: Publication) -> tuple[tuple[str, bool, str], ...]:
    return (*FIELDS, MENTION) if publication.synthetique else FIELDS


def _title(publication: Publication, what: str) -> str:
    stamp = f" — {STAMP}" if publication.synthetique else ""
    return typeset(f"{publication.codebook.programme.nom}, estimations publiables : {what}{stamp}")


def _notice(publication: Publication) -> tuple[str, ...]:
    """The first sheet of each workbook: what the file is, and what its signs and columns mean."""
    said: list[tuple[str, str]] = [
        *([("Mention", f"{STAMP} : les Cités sont fictives.")] if publication.synthetique else []),
        ("Campagne", f"{publication.titre}, édition de {publication.edition}"),
        ("Fabrication", f"citesresearch {publication.version}, empreinte des données {publication.empreinte}"),
        ("Licence", "Licence Ouverte 2.0"),
        *((f"Colonne {name}", words) for name, _, words in _fields(publication)),
    ]
    return tuple(render_rows(zip(*((term, typeset(words)) for term, words in said), strict=True)))


def _workbook(publication: Publication, what: str, contents: _Contents) -> bytes:
    table, measures, notice = contents
    title = _title(publication, what)
    tag = " (synthétiques)" if publication.synthetique else ""
    heads = [_MEASURE_WORDS.get(name, name) for name in measures.header]
    return workbook(
        title,
        (
            WorkbookSheet(f"Lisez-moi{tag}", ("Contenu", title), notice, (26, 110)),
            WorkbookSheet(f"Estimations{tag}", table.header, table.xml, (34, 18, 14, 14)),
            WorkbookSheet(f"Définitions{tag}", heads, measures.xml, (30, 40, 60, 60, 50)),
        ),
    )


def _package(publication: Publication, stem: str, what: str, texts: dict[str, str]) -> bytes:
    """A zip with the two tables and their descriptor (Data Package, Table Schema)."""
    stamp = {"mention": STAMP} if publication.synthetique else {}
    measures = [(name, False, words) for name, words in _MEASURE_WORDS.items()]
    described: dict[str, tuple[str, Iterable[tuple[str, bool, str]], dict[str, object]]] = {
        "estimations": (
            f"Estimations publiables : {what}",
            _fields(publication),
            {"foreignKeys": [{"fields": ["indicateur"], "reference": {"resource": "indicateurs", "fields": ["id"]}}]},
        ),
        "indicateurs": (
            "Définition des indicateurs",
            (*measures, MENTION) if stamp else measures,
            {"primaryKey": ["id"]},
        ),
    }
    descriptor = {
        "profile": "data-package",
        "name": stem.replace("_", "-"),
        "title": _title(publication, what),
        "description": typeset(
            f"Campagne « {publication.titre} », édition de {publication.edition}, citesresearch {publication.version}, "
            f"empreinte des données {publication.empreinte}."
        ),
        "version": publication.date_edition,
        **stamp,
        "licenses": [
            {
                "name": "etalab-2.0",
                "title": "Licence Ouverte 2.0",
                "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
            }
        ],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": name,
                "title": typeset(title),
                **stamp,
                "path": f"{name}.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {
                    "fields": [
                        {"name": field, "type": "number" if numeric else "string", "description": words}
                        for field, numeric, words in fields
                    ],
                    "missingValues": [""],
                    **keys,
                },
            }
            for name, (title, fields, keys) in described.items()
        ],
    }
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        add_file(archive, "datapackage.json", json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n")
        for name, text in texts.items():
            add_file(archive, f"{name}.csv", text)
    return held.getvalue()
