"""A worker process: executes the runs it is given, one after the other, and says how each ended.

It reads one JSON line per run and answers with JSON lines: `ready` with its process id, `cells` with the process id of
what runs the cells (null when it has gone), `done` with a `Result`. It writes in the working folder only; the calling
process moves what succeeded into place. When that disappears, the worker ends what runs the cells, and itself. `main` is
a worker of its own, for the engine « noyau »; for « fourche », `warm` forks workers that call `work_forked`.
"""

from __future__ import annotations

import contextlib
import copy
import errno
import hashlib
import importlib
import json
import os
import queue
import re
import shutil
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from ..errors import CitesError
from ..french import NBSP, number
from .processes import end_process_group
from .run import Run

if TYPE_CHECKING:
    import nbformat

    from .supervision import Watch

__all__ = ["Result", "Workplace", "execute_run", "lighten", "load", "stabilize", "work_forked"]

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
# More threads per process than cores per process only makes them wait for each other; a warm process may have none.
_MATHS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
ONE_THREAD = {**dict.fromkeys(_MATHS, "1"), "JE_ARROW_MALLOC_CONF": "background_thread:false"}
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_ERROR_TAG = "papermill-error-cell-tag"


@dataclass(frozen=True)
class Workplace:
    """What all runs of a batch share; every path is absolute.

    `folder` receives the unfinished files, `cwd` is the working directory of the cells, `sockets` a private
    folder with a short path, `exporter` (`module:function`) turns the executed notebook into the text of a
    page, `output_limit` counts characters of output per notebook, `engine` runs the cells. `warmer` (`module:function`,
    or nothing) is called once, before any fork, with the campagnes of the runs and the folder. `depot` says
    where the publication of a campagne was left, for machines that do not see its folder.
    """

    folder: str
    cwd: str
    sockets: str
    exporter: str
    output_limit: int
    engine: str
    warmer: str = ""
    campagnes: tuple[str, ...] = ()
    depot: tuple[tuple[str, str], ...] = ()

    def notebook(self, run: Run) -> Path:
        return Path(self.folder) / f"{run.id}.ipynb"

    def page(self, run: Run) -> Path:
        return Path(self.folder) / f"{run.id}.html"

    def partial(self, run: Run) -> Path:
        """The notebook while it is executed; what remains of it after a failure."""
        return Path(self.folder) / f"{run.id}.partiel.ipynb"

    def log(self, run: Run) -> Path:
        return Path(self.folder) / f"{run.id}.log"


@dataclass(frozen=True)
class Result:
    """How a run ended. `message` is empty for a success; checksums (SHA-256) are empty for a failure."""

    succeeded: bool
    message: str = ""
    notebook_sha256: str = ""
    page_sha256: str = ""
    disk_full: bool = False


def execute_run(run: Run, place: Workplace, watch: Watch) -> Result:
    """Execute the notebook of a run and lay out its page, both in the working folder.

    Never raises for what goes wrong in the notebook, in its layout or on the disk: the result says it in
    French, the log (what is printed meanwhile on the standard error) has the traceback.
    """
    from papermill.exceptions import PapermillExecutionError

    from .execution import KernelNotStarted, execute
    from .supervision import TooMuchOutput

    try:
        executed = execute(
            run.notebook,
            place.partial(run),
            dict(run.parameters),
            Path(place.cwd),
            place.engine,
            watch,
            Path(place.sockets),
        )
        if unfinished := _unfinished(executed):
            return Result(False, unfinished)
        notebook = stabilize(executed, _source_ids(run.notebook))
        try:
            page = load(place.exporter)(notebook)
        except Exception as error:  # noqa: BLE001 - whatever the layout raises is this run's failure
            traceback.print_exc()
            return Result(False, f"La mise en page a échoué{NBSP}: {_last_line(error)}", disk_full=_is_full(error))
        return Result(
            True,
            notebook_sha256=_write(place.notebook(run), _notebook_text(notebook)),
            page_sha256=_write(place.page(run), page),
        )
    except PapermillExecutionError as error:
        _to_french(place.partial(run), _place(error.exec_count, error.cell_index))
        sys.stderr.write(_ANSI.sub("", str(error)) + "\n")
        return Result(False, _cell_sentence(error))
    except TooMuchOutput:
        limit = number(place.output_limit)
        return Result(False, f"Les cellules affichent plus de {limit} caractères{NBSP}: exécution arrêtée.")
    except KernelNotStarted as error:
        return Result(False, f"Le noyau Python n’a pas démarré{NBSP}: {_last_line(error)}")
    except OSError as error:
        traceback.print_exc()
        if _is_full(error):
            return Result(False, f"Le disque est plein{NBSP}: rien n’a pu être écrit.", disk_full=True)
        return Result(False, f"Un fichier n’a pas pu être lu ou écrit{NBSP}: {_last_line(error)}")
    except RuntimeError as error:
        traceback.print_exc()
        if type(error).__name__ == "DeadKernelError":
            return Result(False, "Le noyau Python s’est arrêté brutalement (mémoire insuffisante, ou processus tué).")
        return Result(False, f"L’exécution a échoué{NBSP}: {_last_line(error)}")
    except Exception as error:  # noqa: BLE001 - a failure nobody foresaw must not stop the other runs
        traceback.print_exc()
        return Result(False, f"L’exécution a échoué{NBSP}: {_last_line(error)}")


def stabilize(notebook: nbformat.NotebookNode, known_ids: set[str]) -> nbformat.NotebookNode:
    """A copy of an executed notebook without anything that differs between two identical executions.

    Times, durations, paths and papermill's marks go; its parameters stay. Cells whose id is not in
    `known_ids` (the ids of the source notebook) get one from their place: papermill draws a random id for the
    cell that it injects.
    """
    stable = copy.deepcopy(notebook)
    papermill = stable.metadata.pop("papermill", {})
    stable.metadata["papermill"] = {key: papermill[key] for key in ("parameters", "version") if key in papermill}
    taken = set(known_ids)
    for place, cell in enumerate(stable.cells):
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if cell.get("id") not in known_ids:
            name = f"cellule-{place}"
            while name in taken:
                name += "-bis"
            taken.add(name)
            cell["id"] = name
    return stable


def _source_ids(path: Path) -> set[str]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {cell["id"] for cell in cells if "id" in cell}


def _notebook_text(notebook: nbformat.NotebookNode) -> str:
    import nbformat

    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return text.rstrip("\n") + "\n"


def _unfinished(notebook: nbformat.NotebookNode) -> str:
    """Why an executed notebook is not whole (papermill takes `sys.exit()` for a success), or nothing."""
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        if "skip-execution" in cell.metadata.get("tags", []):
            continue
        for output in cell.outputs:
            if output.output_type == "error":
                said = f"{output.ename}{NBSP}: {output.evalue}".rstrip(f"{NBSP}: ")
                where = _place(cell.execution_count, index)
                return f"La cellule {where} a arrêté l’exécution ({_ANSI.sub('', said)})."
        if cell.execution_count is None:
            return f"La cellule {_place(None, index)} n’a pas été exécutée."
    return ""


def _cell_sentence(error: Any) -> str:
    """The failure of a cell: a CitesError's sentence alone, any other error with its name and its cell."""
    value = _ANSI.sub("", str(error.evalue)).strip()
    if [_ANSI.sub("", line).strip() for line in error.traceback] == [value]:  # an error that draws itself: ours
        return value
    last = value.splitlines()[-1] if value else ""
    what = f"{error.ename}{NBSP}: {last}" if last else error.ename
    return f"La cellule {_place(error.exec_count, error.cell_index)} a échoué{NBSP}: {what}"


def _place(count: int | None, index: int) -> str:
    """A cell as its reader sees it: [4], the count that Jupyter shows beside it."""
    return f"[{count}]" if count else f"n°{NBSP}{index + 1}"


def _to_french(path: Path, cell: str) -> None:
    """Rewrite in French the two marks that papermill adds to a failed notebook."""
    import nbformat

    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    marks = [cell for cell in notebook.cells if _ERROR_TAG in cell.metadata.get("tags", [])]
    words = (
        f"**L’exécution s’est arrêtée à la cellule {cell}.** Voir [l’erreur](#papermill-error-cell).",
        '<span id="papermill-error-cell">**L’exécution s’est arrêtée ici.**</span>',
    )
    for mark, text in zip(marks, words, strict=False):
        mark.source = text
    path.write_text(_notebook_text(notebook), encoding="utf-8")


def _last_line(error: BaseException) -> str:
    """A CitesError's sentence, or the name and the last line of another error."""
    said = _ANSI.sub("", str(error)).strip()
    if isinstance(error, CitesError):
        return said
    return f"{type(error).__name__}{NBSP}: {said.splitlines()[-1]}" if said else type(error).__name__


def _is_full(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in DISK_FULL


def load(name: str) -> Callable[..., Any]:
    """The function that « module:function » names."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def _write(path: Path, text: str) -> str:
    content = text.encode("utf-8")
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


# -- the process ----------------------------------------


class _Conversation:
    """What a worker and the calling process say to each other."""

    def __init__(self, place: Workplace, incoming: TextIO, answers: TextIO) -> None:
        self._place = place
        self._incoming, self._answers = incoming, answers
        self._cells: int | None = None
        self._busy = False

    def say(self, kind: str, **content: Any) -> None:
        try:
            self._answers.write(json.dumps({"kind": kind, **content}) + "\n")
            self._answers.flush()
        except BrokenPipeError:
            self.lost()

    def work(self, line: int | None) -> None:
        """Execute runs until there are no more. `line` is the descriptor that tells when the calling process has gone;
        without it, a thread listens.
        """
        from .supervision import Watch

        self.say("ready", pid=os.getpid())
        for run in self._runs() if line is not None else self._overheard():
            watch = Watch(self._announce, self._place.output_limit, line, self.lost)
            with _log_to(self._place.log(run)):
                result = execute_run(run, self._place, watch)
                if result.message:
                    sys.stderr.write(result.message + "\n")
            self._busy = False
            self.say("done", result=asdict(result))

    def lost(self) -> None:
        """The calling process has gone: nobody waits for this run."""
        if self._cells is not None:
            end_process_group(self._cells)
        shutil.rmtree(self._place.sockets, ignore_errors=True)
        os._exit(1)

    def _announce(self, pid: int | None) -> None:
        self._cells = pid
        self.say("cells", pid=pid)

    def _runs(self) -> Iterator[Run]:
        for line in self._incoming:
            raw = json.loads(line)
            yield Run(**{**raw, "notebook": Path(raw["notebook"])})

    def _overheard(self) -> Iterator[Run]:
        """The runs, while a thread notices the end of the conversation."""
        runs: queue.SimpleQueue[Run | None] = queue.SimpleQueue()

        def listen() -> None:
            for run in self._runs():
                self._busy = True
                runs.put(run)
            if self._busy:
                self.lost()
            runs.put(None)

        threading.Thread(target=listen, daemon=True).start()
        while (run := runs.get()) is not None:
            yield run


@contextlib.contextmanager
def _log_to(path: Path) -> Iterator[None]:
    """Send what this process and its children print to a file, meanwhile."""
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    with path.open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for descriptor, copied in enumerate(saved, start=1):
            os.dup2(copied, descriptor)
            os.close(copied)


@contextlib.contextmanager
def lighten() -> Iterator[None]:
    """jsonschema, which nbformat loads, builds a grammar of Internet addresses where this optional package is there
    (JupyterLab brings it): more than a second per process, for a check that no notebook needs.
    """
    grammar = "rfc3987_syntax"
    sys.modules[grammar] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[grammar]


def load_tools(place: Workplace) -> None:
    """Import what every run needs, before the first one."""
    with lighten():
        load(place.exporter)
        execution = importlib.import_module("citesresearch.engine.execution")
        execution.load_engine(place.engine)


def work_forked(place: Workplace, line: socket.socket) -> None:
    """Serve runs in a forked process until the calling process closes the line."""
    with line.makefile("r", encoding="utf-8") as incoming, line.makefile("w", encoding="utf-8") as answers:
        _Conversation(place, incoming, answers).work(line.fileno())


def main() -> None:
    """Serve runs until the standard input ends. Its first line is the `Workplace`."""
    place = Workplace(**json.loads(sys.stdin.readline()))
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # a stray print must not enter the conversation
    load_tools(place)
    _Conversation(place, sys.stdin, answers).work(None)
