"""The batch: hands the runs to worker processes, puts what succeeded into place, records every attempt.

The calling process is the only one that writes the results and the ledger: a signal cannot fall between the
two files of a run. Workers are plain child processes in sessions of their own (a Ctrl-C in the terminal does
not reach them, and a script that calls `run_batch` needs no `if __name__ == "__main__"`).
"""

from __future__ import annotations

import errno
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import uuid4

from .. import __version__
from ..errors import CitesError
from ..french import NBSP
from .check import check_notebooks
from .ledger import FILE_NAME, Attempt, Ledger, Outcome
from .plan import Run
from .processes import end_process_group
from .progress import Progress, duration
from .report import BatchReport, stop_sentence
from .worker import DISK_FULL, EXPORTER, ONE_THREAD, Result, Workplace

__all__ = ["OUTPUT_LIMIT", "run_batch"]

OUTPUT_LIMIT = 10_000_000  # characters of output per notebook; a whole monograph prints well under one million
_TICK = 0.1  # seconds between two looks at the clock and at the signals
_FOLDERS = ("notebooks", "pages", "journaux")
_UNFINISHED = "en_cours"
_LOCK = ".verrou"
_HOLDER = "lot.json"
_WORKER = "from citesresearch.batch.worker import main; main()"
_FULL = f"Le disque est plein{NBSP}: libérez de la place, puis relancez. Ce qui était terminé est conservé."


def run_batch(
    runs: Sequence[Run],
    build: Path,
    *,
    workers: int = 2,
    on_progress: Callable[[Progress], None] | None = None,
    limit_seconds: float = 300,
    output_limit: int = OUTPUT_LIMIT,
    cwd: Path | None = None,
    empreinte: str = "",
    exporter: str = EXPORTER,
) -> BatchReport:
    """Execute the runs of one campagne in `workers` processes; notebooks and pages go under `build`.

    A failing run never stops the others and leaves its former notebook and page as they were; its partial
    notebook and its log go to `build/<campagne>/journaux/`. `limit_seconds` bounds each run, `output_limit`
    its printed characters. Cells run in the folder `cwd` (by default the current one). `empreinte` identifies
    the campagne's data in the ledger. `exporter` (`module:function`) turns an executed notebook into the text
    of a page. Ctrl-C and SIGTERM stop the batch cleanly: the report says so, and its `exit_code` too.

    Raises CitesError, before anything runs, for a notebook that does not declare exactly its parameters, an
    output folder that cannot be written, or another batch at work in it; later, when the workers or the
    ledger fail. Raises ValueError for runs of several campagnes, or two runs with one id.
    """
    runs = tuple(runs)
    if len({run.campagne for run in runs}) > 1:
        raise ValueError("a batch holds the runs of one campagne")
    if len({run.id for run in runs}) < len(runs):
        raise ValueError("two runs have the same id")
    if workers < 1:
        raise CitesError("Il faut au moins un processus (« workers » vaut 1 ou plus).")
    if not runs:
        return BatchReport((), (), build, 0.0)
    check_notebooks(runs)
    root = build.absolute() / runs[0].campagne
    _make_folders(root)
    with ExitStack() as stack:
        stack.enter_context(_lock(root))
        folder = stack.enter_context(_unfinished(root / _UNFINISHED))
        sockets = Path(tempfile.mkdtemp(prefix="cites-"))
        stack.callback(shutil.rmtree, sockets, ignore_errors=True)
        ledger = stack.enter_context(Ledger(root / FILE_NAME))
        place = Workplace(str(folder), str((cwd or Path.cwd()).absolute()), str(sockets), exporter, output_limit)
        batch = _Batch(runs, build, place, ledger, limit_seconds, empreinte, on_progress)
        return batch.run(min(workers, len(runs)))


@dataclass
class _Worker:
    """A worker process and what it is doing. `kernel` is the process id of its kernel."""

    process: subprocess.Popen[str]
    log: Path
    reader: threading.Thread | None = None
    run: Run | None = None
    began: float = 0.0
    started: str = ""
    kernel: int | None = None
    ready: bool = False
    overtime: bool = False

    def kill(self) -> None:
        end_process_group(self.process.pid)
        self.process.wait()


@dataclass
class _Batch:
    runs: tuple[Run, ...]
    build: Path
    place: Workplace
    ledger: Ledger
    limit_seconds: float
    empreinte: str
    on_progress: Callable[[Progress], None] | None
    id: str = field(default_factory=lambda: uuid4().hex[:12])
    attempts: list[Attempt] = field(default_factory=list)
    workers: list[_Worker] = field(default_factory=list)
    stopped: str | None = None
    signum: int | None = None

    def __post_init__(self) -> None:
        self._start = time.monotonic()
        self._pending = deque(self.runs)
        self._messages: queue.SimpleQueue[tuple[_Worker, dict[str, Any] | None]] = queue.SimpleQueue()
        self._hired = 0

    def run(self, count: int) -> BatchReport:
        with self._signals():
            try:
                for _ in range(count):
                    self._hire()
                self._tell(None)
                while self._pending or any(worker.run for worker in self.workers):
                    self._step()
                self._dismiss()
            finally:
                self._end_all()
        notices = (self.ledger.notice,) if self.ledger.notice else ()
        elapsed = time.monotonic() - self._start
        return BatchReport(self.runs, tuple(self.attempts), self.build, elapsed, self.stopped, self.signum, notices)

    def _step(self) -> None:
        """Wait for one message, at most a tick; then look at the signals and the clock."""
        try:
            worker, message = self._messages.get(timeout=_TICK)
        except queue.Empty:
            worker, message = None, None
        if worker is not None:
            if message is None:
                self._bury(worker)
            elif message["kind"] == "kernel":
                worker.kernel = message["pid"]
            elif message["kind"] == "ready":
                worker.ready = True
                self._hand_out(worker)
            else:
                self._finish(worker, Result(**message["result"]))
                self._hand_out(worker)
        if self.signum is not None and self.stopped is None:
            self._stop(stop_sentence(self.signum))
        now = time.monotonic()
        for late in self.workers:
            if late.run and not late.overtime and now - late.began > self.limit_seconds:
                late.overtime = True
                late.kill()

    # -- workers ----------------------------------------
    def _hire(self) -> None:
        self._hired += 1
        log = Path(self.place.folder) / f"processus-{self._hired}.log"
        environment = {
            **os.environ,
            **ONE_THREAD,
            "PYTHONHASHSEED": "0",
            # Start-up files and settings of the user's own IPython must not change a page.
            "IPYTHONDIR": str(Path(self.place.folder) / "ipython"),
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        }
        with log.open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, "-c", _WORKER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=self.place.cwd,
                env=environment,
                start_new_session=True,
                text=True,
                encoding="utf-8",
            )
        worker = _Worker(process, log)
        worker.reader = threading.Thread(target=self._listen, args=(worker,), daemon=True)
        self.workers.append(worker)
        worker.reader.start()
        self._send(worker, asdict(self.place))

    def _listen(self, worker: _Worker) -> None:
        """In a thread: a worker's lines into the queue, None at the end."""
        assert worker.process.stdout is not None
        for line in worker.process.stdout:
            if line.endswith("\n"):  # a killed process may leave half a line
                self._messages.put((worker, json.loads(line)))
        self._messages.put((worker, None))

    def _send(self, worker: _Worker, content: dict[str, Any]) -> bool:
        assert worker.process.stdin is not None
        try:
            worker.process.stdin.write(json.dumps(content) + "\n")
            worker.process.stdin.flush()
        except BrokenPipeError:
            return False  # it has died: the end of its answers will say so
        return True

    def _hand_out(self, worker: _Worker) -> None:
        """Give the next run to an idle worker."""
        if not self._pending:
            return
        run = self._pending.popleft()
        sent = {**asdict(run), "notebook": str(run.notebook.absolute())}
        if self._send(worker, sent):
            worker.run, worker.began, worker.started = run, time.monotonic(), _now()
        else:
            self._pending.appendleft(run)

    def _bury(self, worker: _Worker) -> None:
        """A worker has died: end its kernel, settle its run, replace it if there is work left."""
        self.workers.remove(worker)
        self._close(worker)
        if worker.run is not None:
            if self.stopped is not None:
                self._record(worker, "interrompu", Result(False, self.stopped))
            elif worker.overtime:
                limit = duration(self.limit_seconds)
                self._finish(worker, Result(False, f"Arrêtée au bout de {limit}, la durée permise à une exécution."))
            else:
                self._finish(
                    worker,
                    Result(False, f"Le processus d’exécution s’est arrêté brutalement ({_end(worker)})."),
                )
        elif not worker.ready and self.stopped is None:
            said = worker.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise CitesError(
                f"Les processus d’exécution ne démarrent pas{NBSP}: {said[-1] if said else _end(worker)}. "
                "Vérifiez l’installation de citesresearch, puis relancez."
            )
        if len(self._pending) > sum(w.run is None for w in self.workers):
            self._hire()

    def _stop(self, sentence: str) -> None:
        """Begin nothing more and end what is running; the end of each worker's answers settles its run."""
        self.stopped = sentence
        self._pending.clear()
        for worker in self.workers:
            worker.kill()

    def _dismiss(self) -> None:
        """Let idle workers end by themselves."""
        for worker in self.workers:
            assert worker.process.stdin is not None
            worker.process.stdin.close()
        for worker in self.workers:
            try:
                worker.process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                worker.kill()

    def _end_all(self) -> None:
        """Whatever happened, no process of ours is left behind."""
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.kill()
        while not self._messages.empty():
            worker, message = self._messages.get()
            if message is not None and message["kind"] == "kernel":
                worker.kernel = message["pid"]
        for worker in self.workers:
            self._close(worker)
        self.workers.clear()

    def _close(self, worker: _Worker) -> None:
        worker.process.wait()
        if worker.reader is not None:
            worker.reader.join()
        if worker.kernel is not None:
            end_process_group(worker.kernel)
        for pipe in (worker.process.stdin, worker.process.stdout):
            if pipe is not None and not pipe.closed:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue  # what was still to be sent has no reader any more

    # -- results ----------------------------------------
    def _finish(self, worker: _Worker, result: Result) -> None:
        """Put a success into place or file a failure, and record it."""
        run = worker.run
        assert run is not None
        outputs = run.outputs(self.build.absolute())
        if result.succeeded:
            try:
                # The page last: whoever looks for it finds its notebook already there.
                self.place.notebook(run).replace(outputs.notebook)
                self.place.page(run).replace(outputs.page)
                for old in (outputs.partial, outputs.log):
                    old.unlink(missing_ok=True)
            except OSError as error:
                why = f"Le résultat n’a pas pu être mis en place{NBSP}: {_os_sentence(error, outputs.page)}"
                result = Result(False, why, disk_full=error.errno in DISK_FULL)
        if not result.succeeded:
            result = self._file_failure(run, result)
        self._record(worker, "reussi" if result.succeeded else "echec", result)
        if result.disk_full and self.stopped is None:
            self._stop(_FULL)

    def _file_failure(self, run: Run, result: Result) -> Result:
        """Move the partial notebook and the log of a failure where its reader finds them."""
        outputs, log = run.outputs(self.build.absolute()), self.place.log(run)
        try:
            if not log.exists() or result.message not in log.read_text(encoding="utf-8", errors="replace"):
                with log.open("a", encoding="utf-8") as lines:
                    lines.write(result.message + "\n")
            log.replace(outputs.log)
            if self.place.partial(run).exists():
                self.place.partial(run).replace(outputs.partial)
            else:
                outputs.partial.unlink(missing_ok=True)
        except OSError as error:
            lost = f"{result.message} (journal incomplet{NBSP}: {_os_sentence(error, outputs.log)})"
            return replace(result, message=lost, disk_full=result.disk_full or error.errno in DISK_FULL)
        return result

    def _record(self, worker: _Worker, outcome: Outcome, result: Result) -> None:
        run = worker.run
        assert run is not None
        attempt = Attempt(
            self.id,
            run.kind,
            run.id,
            worker.started,
            _now(),
            round(time.monotonic() - worker.began, 3),
            outcome,
            result.message,
            result.notebook_sha256,
            result.page_sha256,
            __version__,
            self.empreinte,
        )
        worker.run = None
        self.attempts.append(attempt)
        self.ledger.record(attempt)
        self._tell(attempt)

    def _tell(self, attempt: Attempt | None) -> None:
        if self.on_progress is None:
            return
        done, total = len(self.attempts), len(self.runs)
        elapsed = time.monotonic() - self._start
        remaining = elapsed * (total - done) / done if done else None
        failed = sum(a.outcome == "echec" for a in self.attempts)
        log = None
        if attempt is not None and attempt.outcome == "echec":
            run = next(r for r in self.runs if r.id == attempt.id)
            log = run.outputs(self.build).log
        self.on_progress(Progress(done, total, failed, elapsed, remaining, attempt, log))

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Note Ctrl-C and SIGTERM instead of dying of them (only the main thread may)."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def note(signum: int, frame: FrameType | None) -> None:
            self.signum = self.signum or signum

        former = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)


def _make_folders(root: Path) -> None:
    """Make the folders of a campagne and write a file in each; raises CitesError where that cannot be."""
    for folder in (root, *(root / name for name in _FOLDERS)):
        probe = folder / f".essai-{os.getpid()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe.write_text("essai", encoding="utf-8")
            probe.unlink()
        except OSError as error:
            raise CitesError(f"Rien n’a été exécuté{NBSP}: {_os_sentence(error, folder)}") from error


def _os_sentence(error: OSError, path: Path) -> str:
    """What an error of the file system means for `path`, in French."""
    if error.errno in DISK_FULL:
        return f"le disque de « {path} » est plein."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"on ne peut pas écrire dans « {path} » (droits insuffisants ou disque en lecture seule)."
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"« {path} » ou un dossier qui le contient est un fichier, pas un dossier."
    if error.errno == errno.EISDIR:
        return f"« {path} » est un dossier, pas un fichier."
    return f"on ne peut pas écrire dans « {path} » ({error.strerror})."


@contextmanager
def _lock(root: Path) -> Iterator[None]:
    """Hold the campagne's results for this process alone. Raises CitesError, naming who holds them."""
    from filelock import FileLock, Timeout

    lock = FileLock(root / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        holder = root / _UNFINISHED / _HOLDER
        try:
            said = json.loads(holder.read_text(encoding="utf-8"))
            who = f" (processus {said['pid']} sur « {said['machine']} », depuis {said['debut']})"
        except (OSError, ValueError, KeyError):
            who = ""  # it has only just begun, or is about to end
        raise CitesError(
            f"Un autre lot est en cours dans « {root} »{who}{NBSP}: attendez sa fin, ou choisissez un autre dossier."
        ) from error
    except OSError as error:
        raise CitesError(f"Rien n’a été exécuté{NBSP}: {_os_sentence(error, root / _LOCK)}") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    """An empty folder for unfinished files, on the disk of the results; removed at the end."""
    import platform

    try:
        if folder.exists():
            shutil.rmtree(folder)  # left by a batch that was killed: the lock says that it is nobody's
        folder.mkdir()
        holder = {
            "pid": os.getpid(),
            "machine": platform.node(),
            "debut": datetime.now().astimezone().strftime("%H:%M"),
        }
        (folder / _HOLDER).write_text(json.dumps(holder), encoding="utf-8")
    except OSError as error:
        raise CitesError(f"Rien n’a été exécuté{NBSP}: {_os_sentence(error, folder)}") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _end(worker: _Worker) -> str:
    """How a process ended: « signal 9 », « code 1 »."""
    code = worker.process.returncode
    return f"signal {-code}" if code is not None and code < 0 else f"code {code}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
