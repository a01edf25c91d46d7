"""What runs cells, and ending processes for good, with what they started."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

__all__ = ["DEFAULT_ENGINE", "ENGINES", "FORK", "KERNEL", "apart", "end_process_group"]

T = TypeVar("T")

FORK, KERNEL = "fourche", "noyau"
ENGINES = (FORK, KERNEL)
DEFAULT_ENGINE = FORK if hasattr(os, "fork") and sys.platform != "darwin" else KERNEL


def end_process_group(pid: int) -> None:
    """Kill a process that leads a group of its own, and its group; nothing happens if it has already gone."""
    try:
        if sys.platform == "win32":
            os.kill(pid, signal.SIGTERM)
        else:
            os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return  # already gone, or its number already serves another user's process


def _threads() -> int:
    """How many threads this process has, those of libraries too where the system tells."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208 - a count is all that is wanted
    except OSError:
        return threading.active_count()


def apart(make: Callable[[], T]) -> T:
    """What `make` returns or raises, made by a child process: the memory and the threads that it takes go with it.

    Where a process cannot fork, or has threads whose locks a child would inherit, it is made here.
    """
    if DEFAULT_ENGINE != FORK or _threads() > 1:
        return make()
    source, sink = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(source)
            with os.fdopen(sink, "wb") as file:
                try:
                    made = pickle.dumps((make(), None), pickle.HIGHEST_PROTOCOL)
                except Exception as error:  # noqa: BLE001 - raised again by the parent
                    made = pickle.dumps((None, error))
                file.write(made)
            status = 0
        finally:
            os._exit(status)
    os.close(sink)
    with os.fdopen(source, "rb") as file:
        content = file.read()
    os.waitpid(pid, 0)
    if not content:
        raise ChildProcessError("the child process ended without an answer")
    found, refused = pickle.loads(content)
    if refused is not None:
        raise refused
    return found  # type: ignore[no-any-return]
