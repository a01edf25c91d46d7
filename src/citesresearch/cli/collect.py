"""Commands that make a campagne: its folder, its questionnaires, its answers, the demonstration."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import BLOCKED, OK
from .parser import Commands

if TYPE_CHECKING:
    pass

__all__ = ["add_to"]


def add_to(commands: Commands) -> None:
    """Add these commands."""
    new = commands.add("init", _init, "écrit une campagne à remplir : réglages, classeur, modèles CSV", campagne=False)
    new.add_argument("dossier", type=Path, metavar="DOSSIER", help="dossier nouveau ou vide")
    new.add_argument("--titre", default="", metavar="TITRE", help="titre de la campagne (le nom du dossier)")
    new.add_argument("--codebook", type=Path, metavar="FICHIER", help="codebook d’un autre programme (JSON ou TOML)")
    forms = commands.add(
        "questionnaire",
        _questionnaire,
        "écrit les questionnaires : XLSForm (KoboToolbox, ODK) et page à imprimer",
        campagne=False,
    )
    forms.add_argument("dossier", type=Path, metavar="DOSSIER", help="où les écrire")
    forms.add_argument(
        "-c",
        "--campagne",
        metavar="NOM",
        help="campagne dont les Cités sont à choisir (sans elle : identifiant à écrire)",
    )
    demo = commands.add("demo", _demo, "écrit la campagne de démonstration, aux Cités fictives", campagne=False)
    demo.add_argument("dossier", nargs="?", type=Path, metavar="DOSSIER", help="où l’écrire (data/raw/demonstration)")
    demo.add_argument("--graine", type=int, default=84, metavar="N", help="graine du tirage (84)")
    demo.add_argument("--force", type=float, default=1.0, metavar="F", help="force des liens déclarés, 0 compris (1)")
    words = "verse dans une campagne les réponses recueillies (Kobo, ODK, LimeSurvey, tableurs)"
    brought = commands.add("import", _import, words, campagne=False)
    brought.add_argument(
        "-c",
        "--campagne",
        required=True,
        metavar="NOM",
        help="nom d’un dossier de data/raw, ou dossier d’un campagne.toml",
    )
    brought.add_argument(
        "fichiers", nargs="+", type=Path, metavar="FICHIER", help="exports : CSV, xlsx, ods ou zip de CSV"
    )
    brought.add_argument(
        "--correspondance", type=Path, metavar="FICHIER", help="à quelle question va chaque colonne (CSV ou TOML)"
    )
    brought.add_argument("--remplacer", action="store_true", help="remplace les réponses qui ont changé")
    brought.add_argument(
        "--retirer", action="store_true", help="retire des tables les répondants que les fichiers n’ont plus"
    )
    brought.add_argument(
        "--tout", action="store_true", help="garde aussi ce qui n’a pas été approuvé, ou a été rejeté, dans l’outil"
    )
    brought.add_argument("--apercu", action="store_true", help="dit ce qui serait fait, sans rien écrire")
    brought.add_argument(
        "--cle", type=Path, metavar="FICHIER", help="clé des pseudonymes (~/.config/citesresearch/cle)"
    )
    brought.add_argument("--source", default="", metavar="ID", help="l’enquête, dans la table des sources")


def _init(asked: argparse.Namespace) -> int:
    from ..french import plural
    from ..modeles.campagne import WORKBOOK, init_campagne

    folder: Path = asked.dossier
    names = init_campagne(folder, asked.titre, declared=asked.codebook)
    print(f"Campagne écrite dans {folder} ({plural(len(names), 'fichier')}).")
    print(f"Réglages : {folder / 'campagne.toml'}\nTables à remplir : {folder / WORKBOOK}")
    print(f'Puis : citesresearch check --campagne "{folder}"')
    return OK


def _questionnaire(asked: argparse.Namespace) -> int:
    from ..data.campagne import find_campagne
    from ..modeles.questionnaires import write_questionnaires

    campagne = None if asked.campagne is None else find_campagne(asked.campagne)
    for path in write_questionnaires(asked.dossier, campagne):
        print(path)
    return OK


def _demo(asked: argparse.Namespace) -> int:
    from ..data.campagne import project_root
    from ..demonstration import generate

    folder = asked.dossier or (project_root() or Path.cwd()) / "data" / "raw" / "demonstration"
    generate(folder, asked.graine, asked.force)
    print(f"Campagne de démonstration (données synthétiques, Cités fictives) écrite dans {folder}")
    return OK


def _import(asked: argparse.Namespace) -> int:
    from ..data.campagne import find_campagne
    from ..data.collecte import import_answers
    from ..data.collecte.report import words

    done = import_answers(
        find_campagne(asked.campagne),
        asked.fichiers,
        asked.correspondance,
        replace=asked.remplacer,
        preview=asked.apercu,
        key=asked.cle,
        source=asked.source,
        remove=asked.retirer,
        everything=asked.tout,
    )
    print(words(done))
    return BLOCKED if done.refused else OK
