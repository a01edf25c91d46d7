"""The command line. Every word that it prints is French; heavy modules are loaded by the command that needs them."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from . import __version__
from .batch.processes import DEFAULT_ENGINE, ENGINES, FORK
from .errors import BLOCKED, INTERRUPTED, MISUSED, OK, SIGNALLED, UNWRITABLE, CannotWrite, CitesError, reason
from .streams import drop_output, speak_anywhere

if TYPE_CHECKING:
    from .batch.freshness import Needs, State
    from .batch.inventory import Inventory
    from .batch.plan import Run
    from .data.campagne import Campagne
    from .indicators import Indicator

__all__ = ["main"]

_EPILOG = "Codes de sortie : 0 tout va bien ; 1 des données ou des monographies sont à corriger ; 2 commande mal écrite ; 3 un dossier ou un fichier ne peut pas être écrit ; 130 interrompu (Ctrl-C), 143 arrêté par le système."

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
    speak_anywhere()
    try:
        asked = _parser().parse_args(arguments)
        command: Callable[[argparse.Namespace], int] = asked.command
        code = command(asked)
        print(end="", flush=True)
    except CitesError as error:
        return _said(error)
    except KeyboardInterrupt:
        print("Interrompu ; ce qui était terminé est conservé.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        drop_output()  # the reader of our output has gone: nobody to tell
        return OK
    except OSError as error:
        where = "" if error.filename is None else f" {error.filename}"
        print(f"Impossible de lire ou d’écrire{where} : {reason(error)}.", file=sys.stderr)
        if error.filename is None:
            drop_output()
        return UNWRITABLE
    return code


def _said(error: CitesError) -> int:
    """Print the sentence of an error, and give its exit code."""
    print(error, file=sys.stderr)
    return error.exit_code


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
            action="append",
            metavar="NOM",
            help="nom d’un dossier de data/raw, ou dossier d’un campagne.toml ; peut être répétée (sans elle : toutes celles de data/raw)",
        )
        return made

    new = command("init", _init, "écrit une campagne à remplir : réglages, classeur, modèles CSV", campagne=False)
    new.add_argument("dossier", type=Path, metavar="DOSSIER", help="dossier nouveau ou vide")
    new.add_argument("--titre", default="", metavar="TITRE", help="titre de la campagne (le nom du dossier)")
    new.add_argument("--codebook", type=Path, metavar="FICHIER", help="codebook d’un autre programme (JSON ou TOML)")
    forms = command(
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
    demo = command("demo", _demo, "écrit la campagne de démonstration, aux Cités fictives", campagne=False)
    demo.add_argument("dossier", nargs="?", type=Path, metavar="DOSSIER", help="où l’écrire (data/raw/demonstration)")
    demo.add_argument("--graine", type=int, default=84, metavar="N", help="graine du tirage (84)")
    demo.add_argument("--force", type=float, default=1.0, metavar="F", help="force des liens déclarés, 0 compris (1)")
    check = command("check", _check, "vérifie les fichiers bruts et liste tout ce qui est à corriger")
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
    words = "verse dans une campagne les réponses recueillies (Kobo, ODK, LimeSurvey, tableurs)"
    brought = command("import", _import, words, campagne=False)
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
    prepare = command("prepare", _prepare, "lit, vérifie et calcule : prépare les tables et les estimations")
    prepare.add_argument("--force", action="store_true", help="prépare même si rien n’a changé")
    run = command("run", _run, "exécute les monographies et la synthèse")
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
    run.add_argument("--build", type=Path, metavar="DOSSIER", help="dossier des résultats (build)")
    status = command("status", _status, "dit où en est chaque monographie")
    status.add_argument("--build", type=Path, metavar="DOSSIER", help="dossier des résultats (build)")
    site = command("publish", _publish, "assemble le site à partir des monographies exécutées")
    site.add_argument("--build", type=Path, metavar="DOSSIER", help="dossier des résultats (build)")
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
    judge = command(
        "verifie",
        _verify,
        "juge un site publié, ou sa copie, d’après son manifeste : ce qui a changé, manque ou s’y est ajouté",
        campagne=False,
    )
    judge.add_argument("dossier", type=Path, metavar="DOSSIER", help="dossier du site, celui qui contient index.html")
    judge.add_argument(
        "--empreinte", default="", metavar="EMPREINTE", help="empreinte du site que « publish » a donnée, à comparer"
    )
    doctor = command("doctor", _doctor, "dit ce qui empêcherait une exécution sur cette machine", campagne=False)
    doctor.add_argument("--build", type=Path, metavar="DOSSIER", help="dossier des résultats (build)")
    listed = command(
        "indicateurs", _indicators, "liste les indicateurs, leur définition, leur formule et leur base", campagne=False
    )
    listed.add_argument("--markdown", action="store_true", help="écrit la page de la documentation")
    return parser


def _campagnes(asked: argparse.Namespace) -> list[Campagne]:
    from .data.campagne import find_campagne, known_campagnes

    if asked.campagne is not None:
        return list({found.raw.resolve(): found for found in map(find_campagne, asked.campagne)}.values())
    names = known_campagnes()
    if not names:
        raise CitesError(
            "Aucune campagne ici : lancez la commande depuis le dossier du projet, ou indiquez --campagne avec un dossier "
            "qui contient un fichier campagne.toml."
        )
    # Real Cités first: they are what the reader of the site looks for.
    return sorted((find_campagne(name) for name in names), key=lambda campagne: campagne.synthetique)


def _each(asked: argparse.Namespace, do: Callable[[Campagne], int], campagnes: Iterable[Campagne] | None = None) -> int:
    """Do it for each campagne asked for; what stops one does not stop the next. The worst exit code is returned."""
    worst = OK
    for campagne in _campagnes(asked) if campagnes is None else campagnes:
        try:
            worst = max(worst, do(campagne))
        except CitesError as error:
            worst = max(worst, _said(error))
        if worst >= SIGNALLED:
            break
    return worst


def _check(asked: argparse.Namespace) -> int:
    from .codebook import load_codebook
    from .data.dataset import read_tables
    from .data.former import lost_since
    from .data.problems import Problems
    from .data.store import PROBLEMS_FILE, claim, mark
    from .french import plural

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

    return _each(asked, check)


def _attack(campagne: Campagne, former: Path | None) -> int:
    from .attack import attack
    from .disclosure import Publication
    from .indicators.perimetres import perimeters_of
    from .preparation import load_dataset, load_publication

    if former is not None and not (former / "publication" / "publication.json").is_file():
        raise CitesError(
            f"{former} n’est pas un dossier préparé : il faut celui qui contient « publication/publication.json »."
        )
    before = None if former is None else Publication.load(former / "publication")
    name = str(campagne.raw)
    publication, perimeters = load_publication(name), perimeters_of(load_dataset(name))
    try:
        found = attack(publication, perimeters, before)
    except ValueError as error:
        if before is None:
            raise
        raise CitesError(
            f"Campagne « {campagne.nom} » : les deux publications ne portent pas sur les mêmes répondants, car aucun effectif "
            "n’est possible pour leurs chiffres réunis. Ce qu’une ligne a de plus que dans l’autre peut être la réponse d’une seule "
            "personne : ne publiez pas la seconde telle quelle ; relevez le seuil de la campagne, ou regroupez les réponses nouvelles."
        ) from error
    print(found.report())
    return BLOCKED if found.recovered else OK


def _init(asked: argparse.Namespace) -> int:
    from .french import plural
    from .modeles.campagne import WORKBOOK, init_campagne

    folder: Path = asked.dossier
    names = init_campagne(folder, asked.titre, declared=asked.codebook)
    print(f"Campagne écrite dans {folder} ({plural(len(names), 'fichier')}).")
    print(f"Réglages : {folder / 'campagne.toml'}\nTables à remplir : {folder / WORKBOOK}")
    print(f'Puis : citesresearch check --campagne "{folder}"')
    return OK


def _questionnaire(asked: argparse.Namespace) -> int:
    from .data.campagne import find_campagne
    from .modeles.questionnaires import write_questionnaires

    campagne = None if asked.campagne is None else find_campagne(asked.campagne)
    for path in write_questionnaires(asked.dossier, campagne):
        print(path)
    return OK


def _demo(asked: argparse.Namespace) -> int:
    from .data.campagne import project_root
    from .data.demonstration import generate

    folder = asked.dossier or (project_root() or Path.cwd()) / "data" / "raw" / "demonstration"
    generate(folder, asked.graine, asked.force)
    print(f"Campagne de démonstration (données synthétiques, Cités fictives) écrite dans {folder}")
    return OK


def _import(asked: argparse.Namespace) -> int:
    from .data.campagne import find_campagne
    from .data.collecte import import_answers
    from .data.collecte.report import words

    done = import_answers(
        find_campagne(asked.campagne),
        asked.fichiers,
        asked.correspondance,
        asked.remplacer,
        asked.apercu,
        asked.cle,
        asked.source,
        asked.retirer,
        asked.tout,
    )
    print(words(done))
    return BLOCKED if done.refused else OK


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


def _holding(asked: argparse.Namespace) -> list[Campagne]:
    """The campagnes that have every page asked for, where none is named."""
    from .batch.inventory import read_inventory
    from .batch.plan import NETWORK, SYNTHESE, resolve_cites

    cites = [name for name in asked.cites if name not in (SYNTHESE, *NETWORK)]
    if asked.campagne is not None or not cites:
        return _campagnes(asked)
    holding, refusals = [], []
    for campagne in _campagnes(asked):
        try:
            inventory = read_inventory(campagne)
            resolve_cites(cites, inventory.names, inventory.aliases, campagne.nom)
            holding.append(campagne)
        except CitesError as error:
            refusals.append(str(error))
    if not holding:
        raise CitesError("\n".join(refusals))
    return holding


def _run(asked: argparse.Namespace) -> int:
    from .batch import Limits, ProgressLine, run_batch
    from .batch.report import write_report
    from .french import plural

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
        pages = _pages(asked, campagne)
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
                _build(asked),
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

    return _each(asked, run, _holding(asked))


class _Pages(NamedTuple):
    """The pages of a campagne, those asked for, and where these stand."""

    inventory: Inventory
    all: tuple[Run, ...]
    chosen: tuple[Run, ...]
    needs: dict[str, Needs]
    states: dict[str, State]


def _pages(asked: argparse.Namespace, campagne: Campagne) -> _Pages:
    from .batch import Ledger, plan_runs
    from .batch.freshness import needs_of, states
    from .batch.identity import check_owner
    from .batch.inventory import read_inventory
    from .batch.ledger import FILE_NAME
    from .batch.plan import NETWORK, SYNTHESE
    from .codebook import load_codebook
    from .data.campagne import project_root
    from .data.swap import tidy
    from .names import Own

    # A campagne of the project is known by its name alone, however it was asked for.
    root = project_root()
    named = root is not None and (root / "data" / "raw" / campagne.nom).resolve() == campagne.raw.resolve()
    passed = campagne.nom if named else str(campagne.raw.resolve())
    build = _build(asked)
    check_owner(build / campagne.nom, campagne.raw)
    for place in (campagne.processed, build / Own.SITE):
        tidy(place.resolve())
    inventory = read_inventory(campagne)
    monographie, synthese = _notebook("monographie.ipynb"), _notebook("synthese_nationale.ipynb")
    pages = load_codebook(campagne.codebook).pages
    network = {kind: _notebook(name) for kind, name in NETWORK.items() if pages is None or kind in pages}
    every = plan_runs(inventory, monographie, synthese, None, passed, network)
    chosen = every
    if wanted := getattr(asked, "cites", []):
        others = tuple(run for run in every if run.id in wanted and run.id in (SYNTHESE, *NETWORK))
        cites = [name for name in wanted if name not in {run.id for run in others}]
        chosen = (*(plan_runs(inventory, monographie, None, cites, passed) if cites else ()), *others)
    needs = needs_of(every, inventory, campagne.raw)
    path = build / campagne.nom / FILE_NAME
    if not path.is_file():
        return _Pages(inventory, every, chosen, needs, states(chosen, needs, None, build))
    with Ledger(path) as ledger:
        return _Pages(inventory, every, chosen, needs, states(chosen, needs, ledger, build))


def _status(asked: argparse.Namespace) -> int:
    from .batch.freshness import summary

    def status(campagne: Campagne) -> int:
        pages = _pages(asked, campagne)
        print(f"Campagne « {campagne.nom} » : {summary(pages.states)}")
        for run in pages.chosen:
            state = pages.states[run.id]
            name = pages.inventory.names.get(run.id)
            print(f"  {run.id}{f'  {name}' if name else ''} : {state.words or 'à jour'}")
        return OK

    return _each(asked, status)


def _doctor(asked: argparse.Namespace) -> int:
    from .batch.doctor import examine
    from .data.campagne import project_root

    root = project_root()
    found = list(examine(root, _build(asked), (root or Path.cwd()) / "data" / "processed"))
    for finding in found:
        print(f"[{finding.kind}] {finding.words}")
    return BLOCKED if any(finding.kind == "bloquant" for finding in found) else OK


def _publish(asked: argparse.Namespace) -> int:
    from .preparation import load_publication
    from .publish.site import publish_site

    campagnes = _campagnes(asked)
    campagnes += _others_of_site(asked, {campagne.nom for campagne in campagnes})
    publications, standing = [], {}
    for campagne in campagnes:
        pages = _pages(asked, campagne)
        publications.append(load_publication(str(campagne.raw)))
        standing[campagne.nom] = pages.states
        if publications[-1].empreinte != pages.inventory.empreinte:
            raise CitesError(f"Les données de la campagne « {campagne.nom} » viennent de changer : recommencez.")
    report = publish_site(publications, _build(asked), asked.pdf, standing, asked.quand_meme)
    print(report.summary())
    worst = OK if report.whole else BLOCKED
    if asked.check:
        from .batch.progress import Progress, ProgressLine
        from .publish.checks import check_site
        from .publish.verify import verify

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
        from .publish.prints import capture_site

        print(capture_site(report.folder, asked.captures))
    return worst


def _others_of_site(asked: argparse.Namespace, named: set[str]) -> list[Campagne]:
    """The campagnes that the site holds and that nobody named: they stay on it, unless they are asked to leave."""
    from .batch.identity import raw_of
    from .data.campagne import find_campagne
    from .data.store import read_manifest
    from .names import Own
    from .publish.manifest import MANIFEST

    build = _build(asked)
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
    from .publish.verify import verify

    judged = verify(asked.dossier, asked.empreinte)
    print(judged.summary())
    return BLOCKED if judged.faults else OK


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
