"""Commands that execute notebooks, and what they know of each page."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NamedTuple

from ..engine.processes import DEFAULT_ENGINE, ENGINES, FORK
from ..errors import OK, CitesError
from .asked import build_of, campagnes_of, each, notebook
from .parser import Commands, add_build

if TYPE_CHECKING:
    from ..batch.freshness import Needs, PageState
    from ..batch.inventory import Inventory
    from ..data.campagne import Campagne
    from ..engine.run import Run

__all__ = ["Pages", "add_to", "pages_of"]


def add_to(commands: Commands) -> None:
    """Add these commands."""
    run = commands.add("run", _run, "exécute les monographies et la synthèse")
    run.add_argument(
        "cites",
        nargs="*",
        metavar="CITE",
        help="identifiants ou noms des Cités, « synthese », « gouvernance », « configurations », « qualite » (sans eux : toutes les pages)",
    )
    run.add_argument("--only", nargs="+", default=[], metavar="CITE", help="ces pages seulement, comme à leur place")
    run.add_argument("--failed", action="store_true", help="celles qui sont en échec seulement")
    run.add_argument("--force", action="store_true", help="refait aussi ce qui est à jour")
    run.add_argument("--dry-run", action="store_true", help="dit ce qui serait fait, et pourquoi, sans rien faire")
    run.add_argument("--workers", type=int, default=2, metavar="N", help="processus menés ensemble (2)")
    run.add_argument(
        "--limite", type=float, default=300, metavar="SECONDES", help="durée permise à une monographie (300)"
    )
    run.add_argument(
        "--memoire", type=float, default=2000, metavar="MO", help="mémoire permise à une monographie, en Mo (2000)"
    )
    run.add_argument(
        "--engine",
        choices=ENGINES,
        default=DEFAULT_ENGINE,
        metavar="MOTEUR",
        help="fourche (un processus préparé une fois, qui se dédouble) ou noyau (un noyau Jupyter par notebook)",
    )
    run.add_argument(
        "--dask", metavar="ADRESSE", help="exécute sur les machines d’un ordonnanceur Dask (extra « dask »)"
    )
    run.add_argument(
        "--depot",
        metavar="ADRESSE",
        help="avec --dask, pour des machines sans dossier partagé : adresse fsspec (s3://…) où déposer ce qui peut être publié, qu’elles liront",
    )
    add_build(run)
    status = commands.add("status", _status, "dit où en est chaque monographie")
    add_build(status)


def _run(asked: argparse.Namespace) -> int:
    from ..batch import Limits, ProgressLine, run_batch
    from ..batch.report import write_report
    from ..french import plural

    asked.cites = [*asked.cites, *asked.only]
    if asked.depot and not asked.dask:
        raise CitesError(
            "L’option --depot ne sert qu’avec --dask : ajoutez l’adresse de l’ordonnanceur, ou retirez --depot."
        )
    if asked.depot and asked.engine != FORK:
        raise CitesError(
            "L’option --depot demande le moteur « fourche » : un noyau Jupyter lit les dossiers de sa machine."
        )

    def run(campagne: Campagne) -> int:
        pages = pages_of(asked, campagne)
        due = [
            run
            for run in pages.chosen
            if (pages.states[run.id].kind == "echec" if asked.failed else asked.force or pages.states[run.id].due)
        ]
        print(f"Campagne « {campagne.nom} » ({campagne.edition})")
        if asked.dry_run:
            for run in due:
                print(f"  {run.id} : {pages.states[run.id].why or 'à jour, refaite à la demande'}")
        if asked.dry_run or not due:
            fresh = len(pages.chosen) - len(due)
            print(
                f"{plural(len(due), 'page')} à faire, {plural(fresh, 'page')} {'laissées' if fresh > 1 else 'laissée'} en l’état."
            )
            return OK
        progress = ProgressLine(sys.stderr)
        try:
            report = run_batch(
                due,
                build_of(asked),
                workers=asked.workers,
                on_progress=progress,
                limits=Limits(asked.limite, asked.memoire),
                engine=asked.engine,
                dask=asked.dask,
                depot=asked.depot or "",
                empreinte=pages.inventory.empreinte,
                needs=pages.needs,
                planned=[run.id for run in pages.all],
                raw=campagne.raw,
            )
        finally:
            progress.close()
        write_report(report, campagne, pages.states)
        print(report.summary())
        return report.exit_code

    return each(asked, run, _holding(asked))


def _holding(asked: argparse.Namespace) -> list[Campagne]:
    """The campagnes that have every page asked for, where none is named."""
    from ..batch.inventory import read_inventory
    from ..batch.plan import NETWORK, SYNTHESE, resolve_cites

    cites = [name for name in asked.cites if name not in (SYNTHESE, *NETWORK)]
    if asked.campagne is not None or not cites:
        return campagnes_of(asked)
    holding, refusals = [], []
    for campagne in campagnes_of(asked):
        try:
            inventory = read_inventory(campagne)
            resolve_cites(cites, inventory.names, inventory.aliases, campagne.nom)
            holding.append(campagne)
        except CitesError as error:
            refusals.append(str(error))
    if not holding:
        raise CitesError("\n".join(refusals))
    return holding


class Pages(NamedTuple):
    """The pages of a campagne, those asked for, and where these stand."""

    inventory: Inventory
    all: tuple[Run, ...]
    chosen: tuple[Run, ...]
    needs: dict[str, Needs]
    states: dict[str, PageState]


def pages_of(asked: argparse.Namespace, campagne: Campagne) -> Pages:
    """The pages of a campagne, and where those asked for stand."""
    from ..batch import Ledger, plan_runs
    from ..batch.freshness import needs_of, states
    from ..batch.identity import check_owner
    from ..batch.inventory import read_inventory
    from ..batch.ledger import FILE_NAME
    from ..batch.plan import NETWORK, SYNTHESE
    from ..codebook import load_codebook
    from ..data.campagne import project_root
    from ..storage.names import Own
    from ..storage.swap import tidy

    # A campagne of the project is known by its name alone, however it was asked for.
    root = project_root()
    named = root is not None and (root / "data" / "raw" / campagne.nom).resolve() == campagne.raw.resolve()
    passed = campagne.nom if named else str(campagne.raw.resolve())
    build = build_of(asked)
    check_owner(build / campagne.nom, campagne.raw)
    for place in (campagne.processed, build / Own.SITE):
        tidy(place.resolve())
    inventory = read_inventory(campagne)
    monographie, synthese = notebook("monographie.ipynb"), notebook("synthese_nationale.ipynb")
    pages = load_codebook(campagne.codebook).pages
    network = {kind: notebook(name) for kind, name in NETWORK.items() if pages is None or kind in pages}
    every = plan_runs(inventory, monographie, synthese, None, passed, network)
    chosen = every
    if wanted := getattr(asked, "cites", []):
        others = tuple(run for run in every if run.id in wanted and run.id in (SYNTHESE, *NETWORK))
        cites = [name for name in wanted if name not in {run.id for run in others}]
        chosen = (*(plan_runs(inventory, monographie, None, cites, passed) if cites else ()), *others)
    needs = needs_of(every, inventory, campagne.raw)
    path = build / campagne.nom / FILE_NAME
    if not path.is_file():
        return Pages(inventory, every, chosen, needs, states(chosen, needs, None, build))
    with Ledger(path) as ledger:
        return Pages(inventory, every, chosen, needs, states(chosen, needs, ledger, build))


def _status(asked: argparse.Namespace) -> int:
    from ..batch.freshness import summary

    def status(campagne: Campagne) -> int:
        pages = pages_of(asked, campagne)
        print(f"Campagne « {campagne.nom} » : {summary(pages.states)}")
        for run in pages.chosen:
            state = pages.states[run.id]
            name = pages.inventory.names.get(run.id)
            print(f"  {run.id}{f'  {name}' if name else ''} : {state.words or 'à jour'}")
        return OK

    return each(asked, status)
