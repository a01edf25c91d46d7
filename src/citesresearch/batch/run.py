"""The batch: has the runs executed, puts what succeeded into place, records every attempt.

The calling process is the only one that writes the results and the ledger: a signal cannot fall between the two files of
a run.
"""

from __future__ import annotations

import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from uuid import uuid4

from ..engine.crew import Crew, Limits, Settled, now
from ..engine.processes import DEFAULT_ENGINE
from ..engine.run import Run
from ..engine.worker import DISK_FULL, Result, Workplace
from ..errors import CitesError
from ..french import NBSP
from ..version import __version__
from .check import check_notebooks
from .elsewhere import SchedulerLost, settle_elsewhere
from .folders import UNFINISHED, hold, make_folders, os_sentence, remove_others, unfinished
from .freshness import Needs, stamp_of
from .ledger import FILE_NAME, Attempt, Ledger, LedgerFull, Outcome
from .progress import Progress
from .report import BatchReport, stop_sentence

__all__ = ["EXPORTER", "WARMER", "run_batch"]

# The functions that lay a page out and that warm the process which forks: the engine is given them by name.
EXPORTER = "citesresearch.publish.page:export_page"
WARMER = "citesresearch.publish.preload:warm_up"

_FULL = f"Le disque est plein{NBSP}: libérez de la place, puis relancez. Ce qui était terminé est conservé."


def run_batch(
    runs: Sequence[Run],
    build: Path,
    *,
    workers: int = 2,
    on_progress: Callable[[Progress], None] | None = None,
    limits: Limits | None = None,
    engine: str = DEFAULT_ENGINE,
    cwd: Path | None = None,
    empreinte: str = "",
    exporter: str = EXPORTER,
    warmer: str = WARMER,
    needs: Mapping[str, Needs] | None = None,
    planned: Collection[str] | None = None,
    dask: str | None = None,
    depot: str = "",
    raw: Path | None = None,
) -> BatchReport:
    """Execute the runs of one campagne in `workers` processes; notebooks and pages go under `build`.

    A failing run never stops the others and leaves its former notebook and page as they were; its partial notebook and its
    log go to `build/<campagne>/journaux/`. `limits` bounds each run. `engine` runs the cells: « fourche » in a forked child
    of a warm process, « noyau » in a Jupyter kernel; the results are the same. Cells run in the folder `cwd` (by default
    the current one). `empreinte` identifies the campagne's data in the ledger. `exporter` (`module:function`) turns an
    executed notebook into the text of a page; `warmer` prepares the warm process for the campagnes of the runs. `needs` says by run
    what it depends on, for the ledger. `planned` holds the ids of all pages of the campagne: files of others are
    removed. `raw` is the campagne's folder, by which its results are known. `dask` is the address of a scheduler whose workers execute the runs instead; `depot`, an address of
    fsspec where they find the data when they share no folder. Ctrl-C and SIGTERM stop the batch cleanly: the report says so, and its `exit_code` too.

    Raises CitesError, before anything runs, for a notebook that does not declare exactly its parameters, an output folder
    that cannot be written, or another batch at work in it; later, when the workers or the ledger fail. Raises ValueError
    for runs of several campagnes, or two runs with one id.
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
    limits = limits or Limits()
    root = build.absolute() / runs[0].campagne
    make_folders(root, raw)
    with ExitStack() as stack:
        stack.enter_context(hold(root))
        folder = stack.enter_context(unfinished(root / UNFINISHED))
        sockets = Path(tempfile.mkdtemp(prefix="cites-"))
        stack.callback(shutil.rmtree, sockets, ignore_errors=True)
        ledger = stack.enter_context(Ledger(root / FILE_NAME))
        if planned is not None:
            remove_others(root, {ident for _, ident in ledger.latest()}, planned)
        place = Workplace(
            str(folder),
            str((cwd or Path.cwd()).absolute()),
            str(sockets),
            exporter,
            limits.output,
            engine,
            warmer,
            tuple(sorted({run.parameters["campagne"] for run in runs if "campagne" in run.parameters})),
        )
        batch = _Batch(runs, build, place, ledger, limits, empreinte, on_progress, needs or {}, dask, depot)
        return batch.run(min(workers, len(runs)))


def _spread(runs: Sequence[Run]) -> list[Run]:
    """The runs as they begin: the pages on the network, which take the longest and the most memory, apart from each other
    among the monographs, the first at once. Begun last, they would be waited for alone; together, they would add up.
    """
    heavy = [run for run in runs if run.kind != "monographie"]
    others = [run for run in runs if run.kind == "monographie"]
    step = len(others) // max(len(heavy), 1)
    begun = []
    for place, run in enumerate(heavy):
        begun += [run, *others[place * step : (place + 1) * step]]
    return begun + others[len(heavy) * step :]


@dataclass
class _Batch:
    runs: tuple[Run, ...]
    build: Path
    place: Workplace
    ledger: Ledger
    limits: Limits
    empreinte: str
    on_progress: Callable[[Progress], None] | None
    needs: Mapping[str, Needs]
    dask: str | None
    depot: str
    id: str = field(default_factory=lambda: uuid4().hex[:12])
    attempts: list[Attempt] = field(default_factory=list)
    stopped: str | None = None
    signum: int | None = None

    def __post_init__(self) -> None:
        self._start = time.monotonic()

    def run(self, count: int) -> BatchReport:
        begun = _spread(self.runs)
        with self._signals():
            self._tell(None)
            if self.dask is not None:
                try:
                    for settled in settle_elsewhere(
                        self.dask, self.place, self.limits, begun, self.empreinte, self._why_stop, self.depot
                    ):
                        self._finish(settled)
                except SchedulerLost as lost:
                    self.stopped = self.stopped or str(lost)
            else:
                with Crew(self.place, self.limits, count, self._why_stop) as crew:
                    for settled in crew.settle(begun):
                        self._finish(settled)
                    if self.stopped is None:
                        crew.dismiss()
        notices = (self.ledger.notice,) if self.ledger.notice else ()
        elapsed = time.monotonic() - self._start
        return BatchReport(
            self.runs,
            tuple(self.attempts),
            self.build,
            elapsed,
            self.stopped,
            self.signum,
            notices,
            self.stopped == _FULL,
        )

    def _why_stop(self) -> str | None:
        if self.signum is not None and self.stopped is None:
            self.stopped = stop_sentence(self.signum)
        return self.stopped

    def _finish(self, settled: Settled) -> None:
        """Put a success into place or file a failure, and record it."""
        run, result = settled.run, settled.result
        if settled.interrupted:
            self._record(settled, "interrompu", result)
            return
        outputs = run.outputs(self.build.absolute())
        stamps = ""
        if result.succeeded:
            try:
                # The page last: whoever looks for it finds its notebook already there.
                self.place.notebook(run).replace(outputs.notebook)
                self.place.page(run).replace(outputs.page)
                stamps = f"{stamp_of(outputs.notebook)} {stamp_of(outputs.page)}"
                for old in (outputs.partial, outputs.log):
                    old.unlink(missing_ok=True)
            except OSError as error:
                why = f"Le résultat n’a pas pu être mis en place{NBSP}: {os_sentence(error, outputs.page)}"
                result = Result(False, why, disk_full=error.errno in DISK_FULL)
        if not result.succeeded:
            result = self._file_failure(run, result)
        self._record(settled, "reussi" if result.succeeded else "echec", result, stamps)
        if result.disk_full and self.stopped is None:
            self.stopped = _FULL

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
            lost = f"{result.message} (journal incomplet{NBSP}: {os_sentence(error, outputs.log)})"
            return replace(result, message=lost, disk_full=result.disk_full or error.errno in DISK_FULL)
        return result

    def _record(self, settled: Settled, outcome: Outcome, result: Result, stamps: str = "") -> None:
        run = settled.run
        attempt = Attempt(
            self.id,
            run.kind,
            run.id,
            settled.started,
            now(),
            settled.seconds,
            outcome,
            result.message,
            result.notebook_sha256,
            result.page_sha256,
            __version__,
            self.empreinte,
            "",
            stamps,
        )
        try:
            if run.id in self.needs:
                attempt = replace(attempt, needs=self.ledger.keep(self.needs[run.id]))
            self.ledger.record(attempt)
        except LedgerFull as error:  # what is not in the ledger is made again
            self.stopped = self.stopped or str(error)
        self.attempts.append(attempt)
        self._tell(attempt)

    def _tell(self, attempt: Attempt | None) -> None:
        if self.on_progress is None:
            return
        elapsed = time.monotonic() - self._start
        failed = sum(a.outcome == "echec" for a in self.attempts)
        log = None
        if attempt is not None and attempt.outcome == "echec":
            run = next(r for r in self.runs if r.id == attempt.id)
            log = run.outputs(self.build).log
        self.on_progress(Progress(len(self.attempts), len(self.runs), failed, elapsed, attempt, log))

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
