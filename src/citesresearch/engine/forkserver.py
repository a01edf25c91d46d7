"""The warm process of the engine « fourche »: imports everything once, then forks workers on demand.

`main` runs in it: one message of instructions on its standard input (a socket), then one descriptor for each worker
wanted, the worker's end of a conversation. It says `ready`, and `ended` with the exit status of each worker. It has one
thread and no open file, so that a fork inherits nothing that it would have to share.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import sys
from pathlib import Path
from typing import NoReturn

from .messages import receive, send
from .worker import Workplace, load, load_tools, work_forked

__all__ = ["main"]

_GRACE = 3.0  # seconds that workers have to end by themselves


def main() -> None:
    """Warm up, then fork a worker for each descriptor received, until the calling process closes the socket."""
    control = socket.socket(fileno=os.dup(0))
    said = receive(control)
    if said is None:
        return
    place = Workplace(**{**said, "campagnes": tuple(said["campagnes"])})
    load_tools(place)
    from .shell import warm_shell

    warm_shell()
    if place.warmer:
        load(place.warmer)(place.campagnes, Path(place.folder), dict(place.depot))
    gc.collect()
    gc.freeze()  # what is there stays: no collection touches, and copies, the pages that children share
    with contextlib.suppress(BrokenPipeError):
        send(control, {"kind": "ready"})
        _serve(control, place)


def _serve(control: socket.socket, place: Workplace) -> None:
    wake, woken = socket.socketpair()
    woken.setblocking(False)
    wake.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda _signum, _frame: None)
    signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
    workers: set[int] = set()
    wanted = True
    while wanted:
        ready, _, _ = select.select([control, wake], [], [])
        if wake in ready:
            wake.recv(4096)
            for pid, status in _ended(workers):
                send(control, {"kind": "ended", "pid": pid, "status": status})
        if control in ready:
            _word, descriptors, _flags, _address = socket.recv_fds(control, 1, 1)
            wanted = bool(descriptors)
            for descriptor in descriptors:
                workers.add(_fork(place, socket.socket(fileno=descriptor), (control, wake, woken)))
    _wait(workers)


def _fork(place: Workplace, line: socket.socket, own: tuple[socket.socket, ...]) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        line.close()
        return pid
    _become_worker(place, line, own)


def _become_worker(place: Workplace, line: socket.socket, own: tuple[socket.socket, ...]) -> NoReturn:
    status = 1
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for other in own:
            other.close()
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        work_forked(place, line)
        status = 0
    finally:
        sys.stderr.flush()
        os._exit(status)


def _ended(workers: set[int]) -> list[tuple[int, int]]:
    """(process id, exit code or minus the signal) of the workers that have ended since the last look."""
    found = []
    for pid in tuple(workers):
        gone, status = os.waitpid(pid, os.WNOHANG)
        if gone:
            workers.remove(pid)
            found.append((pid, os.waitstatus_to_exitcode(status)))
    return found


def _wait(workers: set[int]) -> None:
    """The calling process has gone or needs nobody any more: workers notice it too; end those that do not."""

    def end(*_: object) -> None:
        for pid in workers:
            os.kill(pid, signal.SIGKILL)

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, _GRACE)
    while workers:
        pid, _ = os.waitpid(-1, 0)
        workers.discard(pid)
