"""Commands that publish: the site, the judge of a published one, and what this machine lacks."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import BLOCKED, OK, CitesError
from .asked import build_of, campagnes_of
from .pages import pages_of
from .parser import Commands, add_build

if TYPE_CHECKING:
    from ..data.campagne import Campagne

__all__ = ["add_to"]


def add_to(commands: Commands) -> None:
    """Add these commands."""
    site = commands.add("publish", _publish, "assemble le site à partir des monographies exécutées")
    add_build(site)
    site.add_argument("--pdf", action="store_true", help="imprime aussi chaque monographie et synthèse (Chromium)")
    site.add_argument("--check", action="store_true", help="vérifie ensuite chaque page du site")
    site.add_argument(
        "--quand-meme",
        action="store_true",
        help="publie même si des pages ne sont pas à jour : sans elles, et en disant lesquelles",
    )
    site.add_argument(
        "--seules",
        action="store_true",
        help="retire du site les autres campagnes qu’il contient (sans elle, il les garde)",
    )
    site.add_argument(
        "--captures", type=Path, metavar="DOSSIER", help="photographie des pages types : téléphone, bureau, papier"
    )
    judge = commands.add(
        "verifie",
        _verify,
        "juge un site publié, ou sa copie, d’après son manifeste : ce qui a changé, manque ou s’y est ajouté",
        campagne=False,
    )
    judge.add_argument("dossier", type=Path, metavar="DOSSIER", help="dossier du site, celui qui contient index.html")
    judge.add_argument(
        "--empreinte", default="", metavar="EMPREINTE", help="empreinte du site que « publish » a donnée, à comparer"
    )
    doctor = commands.add("doctor", _doctor, "dit ce qui empêcherait une exécution sur cette machine", campagne=False)
    add_build(doctor)


def _publish(asked: argparse.Namespace) -> int:
    from ..preparation import load_publication
    from ..publish.site import publish_site

    campagnes = campagnes_of(asked)
    campagnes += _others_of_site(asked, {campagne.nom for campagne in campagnes})
    publications, standing = [], {}
    for campagne in campagnes:
        pages = pages_of(asked, campagne)
        publications.append(load_publication(str(campagne.raw)))
        standing[campagne.nom] = pages.states
        if publications[-1].empreinte != pages.inventory.empreinte:
            raise CitesError(f"Les données de la campagne « {campagne.nom} » viennent de changer : recommencez.")
    report = publish_site(publications, build_of(asked), asked.pdf, standing, asked.quand_meme)
    print(report.summary())
    worst = OK if report.whole else BLOCKED
    if asked.check:
        from ..batch.progress import Progress, ProgressLine
        from ..publish.checks import check_site
        from ..publish.verify import verify

        line, start = ProgressLine(), time.monotonic()
        checked = check_site(
            report.folder,
            publications,
            progress=lambda done, total: line(Progress(done, total, 0, time.monotonic() - start)),
        )
        print(checked.summary())
        judged = verify(report.folder, report.empreinte)
        if judged.faults:
            print(judged.summary())
        worst = BLOCKED if checked.faults or judged.faults else worst
    if asked.captures:
        from ..publish.prints import capture_site

        print(capture_site(report.folder, asked.captures))
    return worst


def _others_of_site(asked: argparse.Namespace, named: set[str]) -> list[Campagne]:
    """The campagnes that the site holds and that nobody named: they stay on it, unless they are asked to leave."""
    from ..batch.identity import raw_of
    from ..data.campagne import find_campagne
    from ..publish.manifest import MANIFEST
    from ..storage.names import Own
    from ..storage.store import read_manifest

    build = build_of(asked)
    others = [name for name in read_manifest(build / Own.SITE, MANIFEST).get("campagnes", {}) if name not in named]
    for name in others if asked.seules else ():
        print(f"Campagne « {name} » : retirée du site.")
    if asked.seules:
        return []
    found = []
    for name in others:
        raw = raw_of(build / name)
        if raw is None:
            raise CitesError(
                f"Le site contient aussi la campagne « {name} », dont le dossier est introuvable. Nommez-la par --campagne, "
                "ou ajoutez --seules pour qu’elle quitte le site."
            )
        found.append(find_campagne(raw))
        print(f"Campagne « {name} » : gardée sur le site (« --seules » l’en retirerait).")
    return found


def _verify(asked: argparse.Namespace) -> int:
    from ..publish.verify import verify

    judged = verify(asked.dossier, asked.empreinte)
    print(judged.summary())
    return BLOCKED if judged.faults else OK


def _doctor(asked: argparse.Namespace) -> int:
    from ..batch.doctor import examine
    from ..data.campagne import project_root

    root = project_root()
    found = list(examine(root, build_of(asked), (root or Path.cwd()) / "data" / "processed"))
    for finding in found:
        print(f"[{finding.kind}] {finding.words}")
    return BLOCKED if any(finding.kind == "bloquant" for finding in found) else OK
