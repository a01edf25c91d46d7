"""A new campagne: its settings, its workbook, the same tables as CSV, and a folder for texts."""

from __future__ import annotations

import csv
import datetime
import io
import json
from pathlib import Path

from ..codebook import Codebook, Table, load_codebook
from ..data.campagne import DEFAULT_THRESHOLDS, SETTINGS
from ..data.reglages_copilotage import CopilotageSettings
from ..errors import CitesError
from ..french import date
from ..storage.store import write_new
from .classeur import workbook
from .exemple import example_row

__all__ = ["WORKBOOK", "init_campagne", "settings_text"]

WORKBOOK = "tables.xlsx"

_NOTES = (
    "Les tables de la campagne",
    "Une feuille par table. Remplissez celles que vous avez ; les autres peuvent rester telles quelles. « sources » et « cites » sont nécessaires.",
    "La ligne 2, grise, est un exemple : sa première cellule dit EXEMPLE, elle n’est pas lue. Vous pouvez la laisser ou la supprimer.",
    "Le nom d’une colonne ne se change pas. Sa définition est dans le commentaire de l’en-tête, et dans la feuille « Définitions ». En-tête brun : la colonne est obligatoire.",
    "Les listes déroulantes donnent les codes acceptés ; leurs libellés sont dans la feuille « Définitions ».",
    "Une cellule vide veut dire : on ne sait pas, ou la question n’a pas reçu de réponse. Zéro est une réponse.",
    "Ne mettez ni nom de personne, ni adresse électronique, ni téléphone.",
    "Enregistrez, fermez, puis vérifiez : citesresearch check --campagne DOSSIER",
)
_TEXTS = """Textes de la campagne
=====================

Un fichier par Cité, nommé par son identifiant : rive-gauche.md. Ce qui y est écrit est publié dans la
monographie de la Cité, sous ces titres :

    # Genèse
    # Plus-values
    # Points de vigilance
    # Conditions de réussite
    # Zoom sur une action
    # Droit de réponse

Rien d’autre n’a sa place ici : ni notes de terrain, ni liste de personnes.
"""
_MODELS = """Modèles de tables, au format CSV
================================

Ces fichiers ne sont pas lus. Pour donner une table en CSV plutôt que dans tables.xlsx, copiez le
modèle dans le dossier de la campagne, à côté de campagne.toml, remplissez la copie, et supprimez
la feuille du même nom dans tables.xlsx : une table ne peut venir que d’un seul endroit.

Encodage UTF-8, séparateur point-virgule, comme l’ouvre un tableur français.
"""


def init_campagne(
    folder: Path,
    titre: str = "",
    today: datetime.date | None = None,
    declared: Path | None = None,
) -> list[str]:
    """Write a new campagne in `folder`, which must be new or empty; the names of its files, in order.

    `declared` is the file of another programme's codebook, copied beside the settings. All is written or nothing.
    Raises CitesError, in French, where the folder holds anything or cannot be written.
    """
    book = load_codebook(declared)
    if folder.is_dir() and any(folder.iterdir()):
        raise CitesError(
            f"Le dossier {folder} n’est pas vide : rien n’a été écrit. Choisissez un dossier nouveau ou vide."
        )
    tables = _in_order(book)
    day = today or datetime.date.today()
    named = titre.strip() or folder.resolve().name.replace("-", " ").replace("_", " ").capitalize()
    contents = {
        SETTINGS: settings_text(named, day, book, declared.name if declared else "").encode(),
        WORKBOOK: workbook(book, tables, _NOTES),
        "modeles/README.txt": _MODELS.encode("utf-8-sig"),
        "textes/README.txt": _TEXTS.encode("utf-8-sig"),
        **{f"modeles/{table.name}.csv": _csv(table) for table in tables},
    }
    if declared is not None:
        contents[declared.name] = declared.read_bytes()
    write_new(folder, contents)
    return list(contents)


def _in_order(codebook: Codebook) -> list[Table]:
    """The tables to fill in: the required ones, what questionnaires collect, then the rest."""
    tables = [table for table in codebook.tables.values() if table.filled_in]
    main = {str(declared["table"]) for declared in codebook.formulaires}

    def rank(table: Table) -> int:
        parent = table.descriptor.get("parent")
        return 0 if table.required else 1 if table.name in main else 2 if parent else 3

    return sorted(tables, key=rank)


def _csv(table: Table) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.name for column in table.fields if not column.tacit])
    writer.writerow(example_row(table))
    return stream.getvalue().encode("utf-8-sig")


def settings_text(titre: str, day: datetime.date, codebook: Codebook, declared: str = "") -> str:
    """`campagne.toml`, every setting with its default and what it means; `declared` names a codebook of its own."""
    lines = [
        "# Réglages de la campagne. Une ligne qui commence par # est un commentaire : retirez le # pour l’activer.",
        f"titre = {_quoted(titre)}",
        "# Le nom de cette édition, et la seule date que montrent les pages.",
        f"edition = {_quoted(date(day.isoformat()[:7]))}",
        f"date_edition = {day.isoformat()}",
        "# true : données inventées ; toutes les pages le disent, et rien ne permet de l’enlever.",
        "synthetique = false",
    ]
    if declared:
        lines += ["# Le programme évalué : ses tables, ses questions et ses mots.", f"codebook = {_quoted(declared)}"]
    lines += [
        "",
        "# Nombre de personnes, de personnes pour une donnée fiscale, d’organismes, sous lequel un chiffre est retenu.",
        "[seuils]",
        *(f"{name} = {value}" for name, value in DEFAULT_THRESHOLDS.items()),
        "",
        "# [chemins]",
        "# Où écrire les données préparées, dans ce dossier (par défaut : traitees), et où sont les fichiers de l’Insee par quartier.",
        '# traitees = "traitees"',
        '# insee = "insee"',
    ]
    if "composante_copilotage@1" in codebook.vocabularies:
        index = CopilotageSettings.of({}, codebook)
        lines += [
            "",
            "# [copilotage]",
            "# Les poids de l’indice de copilotage (leur somme fait 1) et ses deux seuils (docs/methodes/copilotage.md).",
            *(f"# {name} = {value:g}" for name, value in index.poids.items()),
            f"# ecart_equilibre = {index.ecart_equilibre:g}",
            f"# portage = {index.portage:g}",
        ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A TOML string: JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False)
