"""The worker processes of a batch: who does what, for how long, and what becomes of a run whose process dies.

For the engine « fourche » a warm process forks them (see `warm`); for « noyau » each is a process of its own. All are in
sessions of their own: a Ctrl-C in the terminal does not reach them, and a script that calls `run_batch` needs no
`if __name__ == "__main__"`.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from ..errors import CitesError
from ..french import NBSP, duration, number
from .messages import receive, send
from .processes import FORK, end_process_group
from .run import Run
from .worker import ONE_THREAD, Result, Workplace

__all__ = ["Crew", "Limits", "Settled", "now"]

_TICK = 0.1  # seconds between two looks at the clock and at the signals
_GRACE = 5.0  # seconds that a worker has to report after its cells have been ended
_WORKER = "from citesresearch.engine.worker import main; main()"
_WARM = "from citesresearch.engine.forkserver import main; main()"


@dataclass(frozen=True)
class Limits:
    """What one execution may take: seconds, megabytes of memory of the process that runs its cells, characters of output
    (a whole monograph prints well under one million)."""

    seconds: float = 300
    megabytes: float = 2_000
    output: int = 10_000_000


@dataclass(frozen=True)
class Settled:
    """A run that has ended: when it began (ISO 8601, UTC), how long it took in seconds, whether the batch was stopped."""

    run: Run
    result: Result
    started: str
    seconds: float
    interrupted: bool = False


@dataclass
class _Worker:
    """A worker process and what it is doing. `cells` is the process id of what runs its cells."""

    log: Path
    outgoing: TextIO
    incoming: TextIO
    process: subprocess.Popen[str] | None = None
    line: socket.socket | None = None
    pid: int | None = None
    reader: threading.Thread | None = None
    run: Run | None = None
    began: float = 0.0
    started: str = ""
    cells: int | None = None
    excess: str = ""  # why its cells were ended
    ended_cells: float = 0.0

    def kill(self) -> None:
        if self.pid is not None:
            end_process_group(self.pid)
        elif self.line is not None:
            with contextlib.suppress(OSError):
                self.line.shutdown(socket.SHUT_RDWR)
        if self.cells is not None:
            end_process_group(self.cells)

    def send(self, content: dict[str, Any]) -> bool:
        try:
            self.outgoing.write(json.dumps(content) + "\n")
            self.outgoing.flush()
        except OSError:
            return False  # it has died: the end of its answers will say so
        return True

    def dismiss(self) -> None:
        """Let it end by itself."""
        with contextlib.suppress(OSError):
            if self.line is not None:
                self.line.shutdown(socket.SHUT_WR)
            else:
                self.outgoing.close()


class _Warm:
    """The warm process, seen from the calling one."""

    def __init__(self, place: Workplace, log: Path) -> None:
        self.log = log
        self._control, theirs = socket.socketpair()
        with log.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _WARM],
                stdin=theirs.fileno(),
                stdout=errors,
                stderr=errors,
                cwd=place.cwd,
                env=_environment(place),
                start_new_session=True,
            )
        theirs.close()
        self._statuses: dict[int, int] = {}
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()
        send(self._control, asdict(place))

    def fork(self) -> socket.socket | None:
        """The line to a new worker; None when the warm process has gone."""
        ours, theirs = socket.socketpair()
        try:
            socket.send_fds(self._control, [b"+"], [theirs.fileno()])
        except OSError:
            ours.close()
            return None
        finally:
            theirs.close()
        return ours

    def status(self, pid: int) -> int | None:
        """How a worker ended: its exit code, or minus the signal; None where that is not known."""
        with self._news:
            self._news.wait_for(lambda: pid in self._statuses or not self._reader.is_alive(), timeout=1)
        return self._statuses.get(pid)

    def close(self, kill: bool) -> None:
        """End it, at once or when its workers have ended."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        if kill:
            end_process_group(self.process.pid)
        try:
            self.process.wait(timeout=_GRACE)
        except subprocess.TimeoutExpired:
            end_process_group(self.process.pid)
            self.process.wait()
        self._reader.join()
        self._control.close()

    def _listen(self) -> None:
        while (said := receive(self._control)) is not None:
            if said["kind"] == "ended":
                with self._news:
                    self._statuses[said["pid"]] = said["status"]
                    self._news.notify_all()
        with self._news:
            self._news.notify_all()


@dataclass
class Crew:
    """`count` workers that execute runs; a context manager that leaves no process behind."""

    place: Workplace
    limits: Limits
    count: int
    # What should stop the batch, as a French sentence: asked again and again.
    stop: Callable[[], str | None] = lambda: None
    workers: list[_Worker] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._messages: queue.SimpleQueue[tuple[_Worker, dict[str, Any] | None]] = queue.SimpleQueue()
        self._pending: deque[Run] = deque()
        self._again: set[str] = set()
        self._hired = 0
        self._warm: _Warm | None = None
        self.stopped: str | None = None

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self._end_all()

    def settle(self, runs: Sequence[Run]) -> Iterator[Settled]:
        """Execute the runs; each is given back when it has ended, those that `stop` interrupts too.

        Raises CitesError when the workers cannot start.
        """
        self._pending = deque(runs)
        self._staff()
        while self._pending or any(worker.run for worker in self.workers):
            yield from self._step()

    def _heed(self) -> None:
        """Asked to stop, begin nothing more and end what is running; the end of each worker's answers settles its run."""
        if self.stopped is None and (sentence := self.stop()) is not None:
            self.stopped = sentence
            self._pending.clear()
            for worker in self.workers:
                worker.kill()

    def dismiss(self) -> None:
        """All is done: let the workers end by themselves."""
        for worker in self.workers:
            worker.dismiss()
        for worker in self.workers:
            self._close(worker)
        self.workers.clear()
        if self._warm is not None:
            self._warm.close(kill=False)
            self._warm = None

    def _step(self) -> Iterator[Settled]:
        """Wait for one message, at most a tick; then look at the signals, the clock and the memory."""
        try:
            worker, message = self._messages.get(timeout=_TICK)
        except queue.Empty:
            worker, message = None, None
        if worker is not None:
            if message is None:
                yield from self._bury(worker)
            elif message["kind"] == "cells":
                worker.cells = message["pid"]
            elif message["kind"] == "ready":
                worker.pid = message["pid"]
                self._hand_out(worker)
            else:
                yield self._settled(worker, Result(**message["result"]))
                self._heed()
                self._hand_out(worker)
        self._heed()
        for busy in self.workers:
            if busy.run is not None:
                self._limit(busy)

    # -- limits -----------------------------------------
    def _limit(self, worker: _Worker) -> None:
        """End the cells of a run that takes too much; the worker too when that does not help."""
        now = time.monotonic()
        if worker.excess:
            if now - worker.ended_cells > _GRACE:
                worker.kill()
            return
        if now - worker.began > self.limits.seconds:
            worker.excess = f"Arrêtée au bout de {duration(self.limits.seconds)}, la durée permise à une exécution."
        elif worker.cells is not None and _megabytes(worker.cells) > self.limits.megabytes:
            most = f"{number(self.limits.megabytes)}{NBSP}Mo"
            worker.excess = (
                f"Arrêtée{NBSP}: ses cellules occupaient plus de {most} de mémoire, la limite d’une exécution."
            )
        if worker.excess:
            worker.ended_cells = now
            if worker.cells is not None:
                end_process_group(worker.cells)
            else:
                worker.kill()

    # -- workers ----------------------------------------
    def _staff(self) -> None:
        """Give what waits to those who wait for it, then hire up to as many workers as there is work for."""
        for idle in self.workers:
            if idle.pid is not None and idle.run is None:
                self._hand_out(idle)
        wanted = min(self.count, len(self._pending) + sum(w.run is not None for w in self.workers))
        while len(self.workers) < wanted:
            self._hire()

    def _hire(self) -> None:
        worker = self._forked() if self.place.engine == FORK else self._started()
        worker.reader = threading.Thread(target=self._listen, args=(worker,), daemon=True)
        self.workers.append(worker)
        worker.reader.start()

    def _forked(self) -> _Worker:
        line = self._warm.fork() if self._warm is not None else None
        if line is None:
            if self._warm is not None:
                self._warm.close(kill=True)
            self._warm = _Warm(self.place, self._log())
            line = self._warm.fork()
            if line is None:
                raise self._not_started(self._warm.log, "")
        incoming, outgoing = line.makefile("r", encoding="utf-8"), line.makefile("w", encoding="utf-8")
        return _Worker(self._warm.log, outgoing, incoming, line=line)  # type: ignore[union-attr]

    def _started(self) -> _Worker:
        log = self._log()
        with log.open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, "-c", _WORKER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=self.place.cwd,
                env=_environment(self.place),
                start_new_session=True,
                text=True,
                encoding="utf-8",
            )
        assert process.stdin is not None
        assert process.stdout is not None
        worker = _Worker(log, process.stdin, process.stdout, process=process)  # type: ignore[arg-type]
        worker.send(asdict(self.place))
        return worker

    def _log(self) -> Path:
        self._hired += 1
        return Path(self.place.folder) / f"processus-{self._hired}.log"

    def _listen(self, worker: _Worker) -> None:
        """In a thread: a worker's lines into the queue, None at the end."""
        with contextlib.suppress(OSError):
            for line in worker.incoming:
                if line.endswith("\n"):  # a killed process may leave half a line
                    self._messages.put((worker, json.loads(line)))
        self._messages.put((worker, None))

    def _hand_out(self, worker: _Worker) -> None:
        """Give the next run to an idle worker."""
        if not self._pending:
            return
        run = self._pending.popleft()
        if worker.send({**asdict(run), "notebook": str(run.notebook.absolute())}):
            worker.run, worker.began, worker.started, worker.excess = run, time.monotonic(), now(), ""
        else:
            self._pending.appendleft(run)

    def _bury(self, worker: _Worker) -> Iterator[Settled]:
        """A worker has died: end its cells, settle its run or hand it out once more, replace it if there is work left."""
        self.workers.remove(worker)
        how = self._close(worker)
        if worker.run is not None:
            if self.stopped is not None or worker.excess or worker.run.id in self._again:
                yield self._settled(
                    worker, Result(False, f"Le processus d’exécution s’est arrêté brutalement ({how}).")
                )
            else:
                self._again.add(worker.run.id)  # once: its process may have been killed for another's sake
                self._pending.append(worker.run)
        elif worker.pid is None and self.stopped is None:
            raise self._not_started(worker.log, how)
        self._staff()

    def _settled(self, worker: _Worker, result: Result) -> Settled:
        run = worker.run
        assert run is not None
        interrupted = self.stopped is not None and not result.succeeded
        if not result.succeeded and (why := self.stopped or worker.excess):
            result = replace(result, message=why)
        worker.run = None
        return Settled(run, result, worker.started, round(time.monotonic() - worker.began, 3), interrupted)

    def _not_started(self, log: Path, how: str) -> CitesError:
        said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return CitesError(
            f"Les processus d’exécution ne démarrent pas{NBSP}: {said[-1] if said else how}. "
            "Vérifiez l’installation de citesresearch, puis relancez."
        )

    def _end_all(self) -> None:
        """Whatever happened, no process of ours is left behind."""
        for worker in self.workers:
            worker.kill()
        if self._warm is not None:
            self._warm.close(kill=True)
            self._warm = None
        while not self._messages.empty():
            worker, message = self._messages.get()
            if message is not None and message["kind"] == "cells":
                worker.cells = message["pid"]
        for worker in self.workers:
            self._close(worker)
        self.workers.clear()

    def _close(self, worker: _Worker) -> str:
        """Wait for the end of a worker and of its cells; says how it ended: « signal 9 », « code 1 »."""
        code = None
        if worker.process is not None:
            try:
                code = worker.process.wait(timeout=_GRACE)
            except subprocess.TimeoutExpired:
                worker.kill()
                code = worker.process.wait()
        if worker.reader is not None:
            worker.reader.join(timeout=_GRACE)
            if worker.reader.is_alive():
                worker.kill()
                worker.reader.join()
        if worker.cells is not None:
            end_process_group(worker.cells)
        for stream in (worker.outgoing, worker.incoming, worker.line):
            with contextlib.suppress(OSError):  # what was still to be sent has no reader any more
                if stream is not None:
                    stream.close()
        if self._warm is not None and worker.pid is not None and worker.process is None and worker.run is not None:
            code = self._warm.status(worker.pid)
        if code is None:
            return "sans code de fin"
        return f"signal {-code}" if code < 0 else f"code {code}"


def _environment(place: Workplace) -> dict[str, str]:
    return {
        **os.environ,
        **ONE_THREAD,
        "PYTHONHASHSEED": "0",
        # Start-up files and settings of the user's own IPython must not change a page.
        "IPYTHONDIR": str(Path(place.folder) / "ipython"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        # What a kernel asks of matplotlib, where the user asks for nothing.
        "MPLBACKEND": os.environ.get("MPLBACKEND") or "module://matplotlib_inline.backend_inline",
    }


def _megabytes(pid: int) -> float:
    """The memory that a process occupies; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def now() -> str:
    """This moment, as the ledger writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
