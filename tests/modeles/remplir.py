"""Filling the workbook of a new campagne as a person would: a row at a time, under the headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

Row = Mapping[str, Any]

SOURCE = {
    "id_source": "ENQUETE_2026",
    "titre": "Questionnaire de la campagne",
    "titre_court": "Questionnaire 2026",
    "auteur": "Équipe d’évaluation",
    "date_publication": "2026-03",
    "nature": "enquete",
    "externe": "non",
    "licence": "usage interne",
    "description": "Retours des Cités.",
}


def cite(ident: str, nom: str, **more: Any) -> dict[str, Any]:
    """A row of `cites` with what is compulsory."""
    return {
        "id_cde": ident,
        "nom": nom,
        "annee_label": 2021,
        "annee_label_origine": "documentee",
        "annee_label_source": "ENQUETE_2026",
        "code_region": "75",
        "region": "Nouvelle-Aquitaine",
        "source": "ENQUETE_2026",
        "date_reference": "2026-03",
        **more,
    }


def retour(ident: str, **more: Any) -> dict[str, Any]:
    """A row of `retours` with what is compulsory."""
    return {
        "id_cde": ident,
        "date_retour": "2026-03-12",
        "date_reference": "2026-03",
        "source": "ENQUETE_2026",
        **more,
    }


def fill(path: Path, tables: Mapping[str, Sequence[Row]]) -> None:
    """Type rows under the header and the example of each sheet."""
    book = openpyxl.load_workbook(path)
    for name, rows in tables.items():
        sheet = book[name]
        header = [str(cell.value) for cell in sheet[1]]
        for i, row in enumerate(rows, start=3):
            for column, value in row.items():
                sheet.cell(i, header.index(column) + 1, value)
    book.save(path)


def two_cites(path: Path) -> None:
    """Two Cités with a return each, in the workbook that `init` wrote."""
    fill(
        path,
        {
            "sources": [SOURCE],
            "cites": [cite("rive-gauche", "Rive gauche"), cite("le-port", "Le Port", annee_label=2020)],
            "cite_communes": [
                {
                    "id_cde": "rive-gauche",
                    "code_commune": "01004",
                    "commune": "Ambérieu-en-Bugey",
                    "source": "ENQUETE_2026",
                    "date_reference": "2026-03",
                }
            ],
            "retours": [
                retour(
                    "rive-gauche",
                    nombre_partenaires=12,
                    copil="oui",
                    copil_presidence="conjointe",
                    cotech=True,
                    maturite="approfondissement",
                    satisfaction_axe_1="forte",
                ),
                retour("le-port", nombre_partenaires=9, copil="non", maturite="premieres_actions"),
            ],
            "equipe_projet": [{"id_cde": "le-port", "membre": "coordonnateur"}],
        },
    )
