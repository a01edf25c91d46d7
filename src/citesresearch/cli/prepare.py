"""Commands that read a campagne: what is wrong in its files, what is computed from them, by which indicators."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import BLOCKED, OK, CannotWrite, CitesError, reason
from .asked import each
from .parser import Commands

if TYPE_CHECKING:
    from ..data.campagne import Campagne
    from ..indicators import Indicator
    from ..publication import Publication

__all__ = ["add_to"]


def add_to(commands: Commands) -> None:
    """Add these commands."""
    check = commands.add("check", _check, "vérifie les fichiers bruts et liste tout ce qui est à corriger")
    check.add_argument(
        "--secret",
        action="store_true",
        help="attaque aussi la publication : cherche à retrouver par le calcul ce qu’elle retient",
    )
    check.add_argument(
        "--precedente",
        type=Path,
        metavar="DOSSIER",
        help="avec --secret : dossier préparé d’une édition déjà publiée, dont les chiffres sont connus",
    )
    prepare = commands.add("prepare", _prepare, "lit, vérifie et calcule : prépare les tables et les estimations")
    prepare.add_argument("--force", action="store_true", help="prépare même si rien n’a changé")
    listed = commands.add(
        "indicateurs", _indicators, "liste les indicateurs, leur définition, leur formule et leur base", campagne=False
    )
    listed.add_argument("--markdown", action="store_true", help="écrit la page de la documentation")


def _check(asked: argparse.Namespace) -> int:
    from ..codebook import load_codebook
    from ..data.checking.former import lost_since
    from ..data.checking.problems import Problems
    from ..data.dataset import read_tables
    from ..french import plural
    from ..storage.store import PROBLEMS_FILE, claim, mark

    def check(campagne: Campagne) -> int:
        codebook = load_codebook(campagne.codebook)
        tables, problems = read_tables(campagne)
        problems = Problems([*problems, *lost_since(campagne.processed, tables, codebook)])
        typed = [table for name, table in tables.items() if not codebook[name].computed]
        path = campagne.processed / PROBLEMS_FILE
        rows = plural(sum(map(len, typed)), "ligne")
        print(f"Campagne « {campagne.nom} » : {plural(len(typed), 'table')}, {rows}.")
        print(problems.report())
        claim(path.parent)
        try:
            mark(path.parent)
        except OSError as error:
            raise CannotWrite(
                f"Impossible d’écrire la liste des problèmes dans {path} : {reason(error)}. Vérifiez les droits et la place libre."
            ) from error
        problems.write_csv(path)
        if problems:
            print(f"Liste complète : {path}")
        if problems.blocking or not asked.secret:
            return BLOCKED if problems.blocking else OK
        return _attack(campagne, asked.precedente)

    return each(asked, check)


def _attack(campagne: Campagne, former: Path | None) -> int:
    from ..indicators.perimetres import perimeters_of
    from ..preparation import load_dataset, load_publication
    from ..publication.secret.attack import attack

    before = None if former is None else _former(former)
    name = str(campagne.raw)
    publication, perimeters = load_publication(name), perimeters_of(load_dataset(name))
    try:
        found = attack(publication, perimeters, before)
    except ValueError as error:
        if before is None:
            raise
        raise CitesError(
            f"Campagne « {campagne.nom} » : les deux publications ne comptent pas les mêmes réponses, car aucun effectif "
            "n’est possible pour leurs chiffres réunis. Ce qu’une ligne a de plus que dans l’autre peut être la réponse d’une seule "
            "personne : ne publiez pas la seconde telle quelle ; relevez le seuil de la campagne, ou regroupez les réponses nouvelles."
        ) from error
    print(found.report())
    return BLOCKED if found.recovered else OK


def _former(folder: Path) -> Publication:
    """The publication of an edition that is out already. Raises CitesError where the folder does not hold one."""
    from ..publication import Publication

    place = folder / "publication"
    if not (place / "publication.json").is_file():
        raise CitesError(
            f"{folder} n’est pas un dossier préparé : il faut celui qui contient « publication/publication.json »."
        )
    try:
        return Publication.load(place)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CitesError(
            f"{folder} ne peut pas être lu : préparé par une autre version, ou endommagé. Préparez de nouveau cette édition "
            "avec la version présente (« citesresearch prepare »), puis recommencez."
        ) from error


def _prepare(asked: argparse.Namespace) -> int:
    from ..preparation import prepare

    def make(campagne: Campagne) -> int:
        reason = prepare(campagne, force=asked.force)
        done = f"préparée ({reason})" if reason else "déjà à jour"
        print(f"Campagne « {campagne.nom} » : {done} dans {campagne.processed}")
        return OK

    return each(asked, make)


def _indicators(asked: argparse.Namespace) -> int:
    from ..indicators import INDICATORS

    if asked.markdown:
        print(_indicators_page(INDICATORS.values()), end="")
        return OK
    for measure in INDICATORS.values():
        unit = f", en {measure.unite}" if measure.unite else ""
        print(f"{measure.id} — {measure.libelle} ({measure.theme}{unit})")
        print(f"    Définition : {measure.definition}")
        print(f"    Formule    : {measure.formule}")
        print(f"    Base       : {measure.base}")
        print(f"    Source     : {measure.source}")
    return OK


def _indicators_page(measures: Iterable[Indicator]) -> str:
    """The same list as a page of the documentation, by theme."""
    themes: dict[str, list[Indicator]] = {}
    for measure in measures:
        themes.setdefault(measure.theme, []).append(measure)
    lines = [
        "# Indicateurs",
        "",
        "Page écrite par `citesresearch indicateurs --markdown` ; un test vérifie qu'elle est à jour.",
    ]
    for theme, found in themes.items():
        lines += ["", f"## {theme}"]
        for measure in found:
            lines += [
                "",
                f"### `{measure.id}` {measure.libelle}",
                f"- Définition : {measure.definition}",
                f"- Formule : {measure.formule}",
                f"- Base : {measure.base}",
                f"- Unité : {measure.unite or 'celle du document'}",
                f"- Source : {measure.source}",
            ]
    return "\n".join(lines) + "\n"
