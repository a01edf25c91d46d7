"""The command line. Every word that it prints is French; heavy modules are loaded by the command that needs them."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from . import __version__
from .errors import CitesError

if TYPE_CHECKING:
    from .data.campagne import Campagne
    from .indicators import Indicator

__all__ = ["main"]

OK, BLOCKED, MISUSED, INTERRUPTED = 0, 1, 2, 130
SIGNALLED = 128  # and more: a signal stopped the command

_EPILOG = "Codes de sortie : 0 tout va bien ; 1 des données ou des monographies sont à corriger ; 2 commande mal écrite ; 130 interrompu."

# What argparse says in English, by the beginning of its message.
_FRENCH = (
    (r"the following arguments are required: (.*)", r"il manque : \1"),
    (r"unrecognized arguments: (.*)", r"ces mots ne sont pas compris : \1"),
    (r"argument (.*): expected one argument", r"l’option \1 attend une valeur"),
    (r"argument (.*): expected at least one argument", r"l’option \1 attend au moins une valeur"),
    (r"argument (.*): invalid choice: (.*) \(choose from (.*)\)", r"\1 : \2 n’existe pas ; au choix : \3"),
    (r"argument (.*): invalid .* value: (.*)", r"l’option \1 n’accepte pas \2"),
    (r"argument (.*): ignored explicit argument (.*)", r"l’option \1 n’attend pas de valeur (lu : \2)"),
    (r"ambiguous option: (.*) could match (.*)", r"l’option \1 est ambiguë : \2"),
    (r"argument (.*): not allowed with argument (.*)", r"les options \1 et \2 s’excluent"),
)


class _Formatter(argparse.HelpFormatter):
    def add_usage(self, usage, actions, groups, prefix=None):  # type: ignore[no-untyped-def]
        super().add_usage(usage, actions, groups, "Emploi : " if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """argparse, in French."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(formatter_class=_Formatter, add_help=False, allow_abbrev=False, **kwargs)  # type: ignore[arg-type]
        self._positionals.title = "À préciser"
        self._optionals.title = "Options"
        self.add_argument("-h", "--help", "--aide", action="help", help="montre cette aide")

    def error(self, message: str) -> NoReturn:
        for pattern, french in _FRENCH:
            message, changed = re.subn(f"^{pattern}$", french, message, flags=re.DOTALL)
            if changed:
                break
        print(f"{self.prog} : {message}.\nVoir « {self.prog} --aide ».", file=sys.stderr)
        raise SystemExit(MISUSED)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code (see `citesresearch --help`)."""
    asked = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = asked.command
    try:
        return command(asked)
    except CitesError as error:
        print(error, file=sys.stderr)
        return BLOCKED
    except KeyboardInterrupt:
        print("Interrompu ; ce qui était terminé est conservé.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone: nobody to tell
        return OK


def _parser() -> _Parser:
    parser = _Parser(
        prog="citesresearch",
        description="Des fichiers bruts aux monographies publiées des Cités de l’emploi.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"citesresearch {__version__}", help="donne la version")
    commands = parser.add_subparsers(title="Commandes", metavar="COMMANDE", required=True, parser_class=_Parser)

    def command(name: str, run: Callable[[argparse.Namespace], int], words: str, campagne: bool = True) -> _Parser:
        made: _Parser = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
        made.set_defaults(command=run)
        if not campagne:
            return made
        made.add_argument(
            "-c",
            "--campagne",
            metavar="NOM",
            help="nom d’un dossier de data/raw, ou dossier d’un campagne.toml (sans elle : toutes celles de data/raw)",
        )
        return made

    demo = command("demo", _demo, "écrit la campagne de démonstration, aux Cités fictives", campagne=False)
    demo.add_argument("dossier", nargs="?", type=Path, metavar="DOSSIER", help="où l’écrire (data/raw/demonstration)")
    demo.add_argument("--graine", type=int, default=84, metavar="N", help="graine du tirage (84)")
    demo.add_argument("--force", type=float, default=1.0, metavar="F", help="force des liens déclarés, 0 compris (1)")
    command("check", _check, "vérifie les fichiers bruts et liste tout ce qui est à corriger")
    prepare = command("prepare", _prepare, "lit, vérifie et calcule : prépare les tables et les estimations")
    prepare.add_argument("--force", action="store_true", help="prépare même si rien n’a changé")
    run = command("run", _run, "exécute les monographies et la synthèse")
    run.add_argument(
        "cites",
        nargs="*",
        metavar="CITE",
        help="identifiants ou noms des Cités (sans eux : toutes, et la synthèse)",
    )
    run.add_argument("--workers", type=int, default=2, metavar="N", help="processus menés ensemble (2)")
    run.add_argument(
        "--limite", type=float, default=300, metavar="SECONDES", help="durée permise à une monographie (300)"
    )
    run.add_argument("--build", type=Path, metavar="DOSSIER", help="dossier des résultats (build)")
    status = command("status", _status, "dit où en est chaque monographie")
    status.add_argument("--build", type=Path, metavar="DOSSIER", help="dossier des résultats (build)")
    site = command("publish", _publish, "assemble le site à partir des monographies exécutées")
    site.add_argument("--build", type=Path, metavar="DOSSIER", help="dossier des résultats (build)")
    listed = command(
        "indicateurs", _indicators, "liste les indicateurs, leur définition, leur formule et leur base", campagne=False
    )
    listed.add_argument("--markdown", action="store_true", help="écrit la page de la documentation")
    return parser


def _campagnes(asked: argparse.Namespace) -> list[Campagne]:
    from .data.campagne import find_campagne, known_campagnes

    if asked.campagne is not None:
        return [find_campagne(asked.campagne)]
    names = known_campagnes()
    if not names:
        raise CitesError(
            "Aucune campagne ici : lancez la commande depuis le dossier du projet, ou indiquez --campagne avec un dossier "
            "qui contient un fichier campagne.toml."
        )
    # Real Cités first: they are what the reader of the site looks for.
    return sorted((find_campagne(name) for name in names), key=lambda campagne: campagne.synthetique)


def _each(asked: argparse.Namespace, do: Callable[[Campagne], int]) -> int:
    """Do it for each campagne; what stops one does not stop the next. The worst exit code is returned."""
    worst = OK
    for campagne in _campagnes(asked):
        try:
            worst = max(worst, do(campagne))
        except CitesError as error:
            print(error, file=sys.stderr)
            worst = max(worst, BLOCKED)
        if worst >= SIGNALLED:
            break
    return worst


def _check(asked: argparse.Namespace) -> int:
    from .codebook import load_codebook
    from .data.dataset import read_tables
    from .data.validation import PROBLEMS_FILE
    from .french import plural

    def check(campagne: Campagne) -> int:
        tables, problems = read_tables(campagne)
        typed = [table for name, table in tables.items() if not load_codebook()[name].computed]
        path = campagne.processed / PROBLEMS_FILE
        rows = plural(sum(map(len, typed)), "ligne")
        print(f"Campagne « {campagne.nom} » : {plural(len(typed), 'table')}, {rows}.")
        print(problems.report())
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CitesError(f"Impossible d’écrire {path} : {error.strerror}.") from error
        problems.write_csv(path)
        if problems:
            print(f"Liste complète : {path}")
        return BLOCKED if problems.blocking else OK

    return _each(asked, check)


def _demo(asked: argparse.Namespace) -> int:
    from .data.campagne import project_root
    from .data.demonstration import generate

    folder = asked.dossier or (project_root() or Path.cwd()) / "data" / "raw" / "demonstration"
    generate(folder, asked.graine, asked.force)
    print(f"Campagne de démonstration (données synthétiques, Cités fictives) écrite dans {folder}")
    return OK


def _prepare(asked: argparse.Namespace) -> int:
    from .preparation import prepare

    def make(campagne: Campagne) -> int:
        reason = prepare(campagne, force=asked.force)
        done = f"préparée ({reason})" if reason else "déjà à jour"
        print(f"Campagne « {campagne.nom} » : {done} dans {campagne.processed}")
        return OK

    return _each(asked, make)


def _indicators(asked: argparse.Namespace) -> int:
    from .indicators import INDICATORS

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


def _run(asked: argparse.Namespace) -> int:
    from .batch import ProgressLine, plan_runs, run_batch
    from .data.campagne import find_campagne
    from .preparation import load_publication

    if asked.campagne is None and asked.cites:
        raise CitesError("Indiquez la campagne de ces Cités avec --campagne.")
    notebook, synthese = _notebook("monographie.ipynb"), _notebook("synthese_nationale.ipynb")
    qualite = _notebook("qualite_donnees.ipynb")

    def run(campagne: Campagne) -> int:
        passed = asked.campagne or campagne.nom
        if find_campagne(passed).raw != campagne.raw or Path(passed).exists():
            passed = str(campagne.raw)
        publication = load_publication(passed)
        runs = plan_runs(publication, notebook, synthese, asked.cites, passed, qualite)
        print(f"Campagne « {campagne.nom} » ({campagne.edition})")
        progress = ProgressLine(sys.stderr)
        try:
            report = run_batch(
                runs,
                _build(asked),
                workers=asked.workers,
                on_progress=progress,
                limit_seconds=asked.limite,
                empreinte=publication.empreinte,
            )
        finally:
            progress.close()
        print(report.summary())
        return report.exit_code

    return _each(asked, run)


def _status(asked: argparse.Namespace) -> int:
    from .batch import Ledger
    from .batch.ledger import FILE_NAME
    from .french import plural
    from .preparation import load_publication

    words = {"reussi": "produite", "echec": "en échec", "interrompu": "interrompue", None: "jamais produite"}

    def status(campagne: Campagne) -> int:
        publication = load_publication(asked.campagne or campagne.nom)
        path = _build(asked) / campagne.nom / FILE_NAME
        latest = {}
        if path.is_file():
            with Ledger(path) as ledger:
                latest = {attempt.id: attempt for attempt in ledger.latest().values()}
        print(f"Campagne « {campagne.nom} » : {plural(len(publication.cites), 'Cité')}")
        for ident, name in zip(publication.cites["id_cde"], publication.cites["nom"], strict=True):
            attempt = latest.get(ident)
            state = words[attempt.outcome if attempt else None]
            if attempt and attempt.outcome == "reussi" and attempt.empreinte != publication.empreinte:
                state = "produite, mais les données ont changé depuis"
            print(f"  {ident}  {name} : {state}")
        return OK

    return _each(asked, status)


def _publish(asked: argparse.Namespace) -> int:
    from .preparation import load_publication
    from .publish.site import publish_site

    names = [asked.campagne] if asked.campagne else [campagne.nom for campagne in _campagnes(asked)]
    report = publish_site([load_publication(name) for name in names], _build(asked))
    print(report.summary())
    return OK


def _build(asked: argparse.Namespace) -> Path:
    """Where results go: the folder asked for, or `build` in the project."""
    from .data.campagne import project_root

    return Path(asked.build) if asked.build else (project_root() or Path.cwd()) / "build"


def _notebook(name: str) -> Path:
    """A notebook of the project; where there is none, the one that came with the package serves every campagne."""
    from .data.campagne import project_root

    root, package = project_root(), Path(__file__).parent
    homes = [*([root] if root else []), package, package.parents[1]]
    for home in homes:
        if (home / "notebooks" / name).is_file():
            return home / "notebooks" / name
    places = ", ".join(str(home / "notebooks") for home in homes)
    raise CitesError(f"Le notebook {name} est introuvable (cherché dans : {places}). Réinstallez le paquet.")
