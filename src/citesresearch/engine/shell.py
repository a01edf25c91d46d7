"""What runs the cells of a notebook in a forked child: ipykernel's own shell, without its sockets, loops and threads.

The shell is ipykernel's, so that outputs, tracebacks and execution counts are those of a kernel. Where a kernel talks
through ZeroMQ, it writes JSON messages on one socket; what is printed below Python (by a library, by a command) goes to
the two pipes that stand on descriptors 1 and 2. `warm_shell` makes the shell before the fork, `serve` runs in the child.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import ctypes
import io
import os
import random
import signal
import socket
import sys
import warnings
from functools import cache
from types import SimpleNamespace
from typing import Any, NoReturn

import ipykernel.compiler
from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError
from jupyter_client.session import Session, json_packer
from traitlets.config import Config

from .messages import receive, send

__all__ = ["LANGUAGE", "decode", "serve", "warm_shell"]

LANGUAGE: dict[str, Any] = IPythonKernel.language_info
_CHUNK = 1 << 16
_DIE_WITH_PARENT = 1  # prctl(PR_SET_PDEATHSIG)


class _Wire(Session):
    """Stands where ipykernel expects a session: its messages go to the parent process."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(key=b"", **traits)
        self.wire: socket.socket | None = None

    def msg(self, msg_type: str, content: Any = None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {"msg_type": msg_type, "content": content or {}}

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, *args: Any, **kwargs: Any) -> None:
        message = self.msg(msg_or_type, content) if isinstance(msg_or_type, str) else msg_or_type
        if self.wire is not None:
            send(self.wire, {"msg_type": message["msg_type"], "content": message["content"]}, json_packer)


class _Shell(ZMQInteractiveShell):
    """ipykernel's shell; there is no event loop of a window to bring in."""

    def enable_gui(self, gui: Any = None) -> None:
        self.active_eventloop = gui


_Shell.__name__ = ZMQInteractiveShell.__name__  # by which libraries recognise a notebook


class _Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of the cells."""

    def __init__(self, name: str, wire: _Wire, descriptor: int) -> None:
        self.name = name
        self._wire, self._descriptor = wire, descriptor
        self._kept: list[str] = []
        self._size = 0

    encoding = "UTF-8"
    errors = "strict"

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        self._kept.append(text)
        self._size += len(text)
        if self._size > _CHUNK:
            self.flush()
        return len(text)

    def flush(self) -> None:
        if self._kept:
            text, self._kept, self._size = "".join(self._kept), [], 0
            self._wire.send(None, "stream", {"name": self.name, "text": text})


@cache
def warm_shell() -> Any:
    """The shell that the children inherit. It keeps no history: that would be a file and a thread."""
    # Cells get a file name from their text alone, not from the number of the process: warnings print it.
    ipykernel.compiler.get_tmp_directory = lambda: "cellule"
    own = sys.modules["__main__"]
    wire = _Wire()
    shell: Any = _Shell.instance(
        config=Config({"HistoryManager": {"enabled": False}}),
        user_ns={},
        kernel=SimpleNamespace(eventloop=None),
        compiler_class=XCachingCompiler,
    )
    shell.displayhook.session = shell.display_pub.session = wire
    sys.modules["__main__"] = own  # until the fork this process is still itself
    return shell


def serve(wire: socket.socket, out: int, err: int, parent: int) -> NoReturn:
    """In the child of `parent`: run the cells that arrive, send what they show, end when there are no more."""
    status = 1
    try:
        shell = _settle(wire, out, err, parent)
        while (asked := receive(wire)) is not None:
            if "code" not in asked:
                send(wire, {"msg_type": "goodbye", "content": {}})
                break
            send(wire, {"msg_type": "execute_reply", "content": _run(shell, asked["code"])})
            if shell.exit_now:
                break
        status = 0
    finally:
        os._exit(status)


def _settle(wire: socket.socket, out: int, err: int, parent: int) -> Any:
    """Make the forked process one of its own: descriptors, signals, random numbers, streams."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # it has gone already
    for signum in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(signum, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.set_wakeup_fd(-1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for place, descriptor in enumerate((nothing, out, err)):
        os.dup2(descriptor, place)
    kept = wire.fileno()
    os.closerange(3, kept)
    os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))
    asyncio.set_event_loop(None)
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    with warnings.catch_warnings():
        pass  # a warning that was given before the fork is given again
    shell = warm_shell()
    sys.modules["__main__"] = shell.user_module
    session = shell.displayhook.session
    session.wire = wire
    sys.stdout, sys.stderr = _Stream("stdout", session, 1), _Stream("stderr", session, 2)
    sys.stdin = io.StringIO()
    builtins.input = _no_input
    return shell


def _no_input(prompt: object = "") -> str:
    raise StdinNotImplementedError("raw_input was called, but this frontend does not support input requests.")


def _run(shell: Any, code: str) -> dict[str, Any]:
    """Run one cell as ipykernel does, and say how it ended."""
    shell.displayhook.session.send(None, "execute_input", {"code": code, "execution_count": shell.execution_count})
    result = shell.run_cell(code, store_history=True, silent=False)
    sys.stdout.flush()
    sys.stderr.flush()
    count = shell.execution_count - 1
    if result.success and not shell._last_traceback_during_displayhook:
        return {"status": "ok", "execution_count": count}
    error = result.error_before_exec if result.error_before_exec is not None else result.error_in_exec
    return {
        "status": "error",
        "execution_count": count,
        "ename": str(type(error).__name__),
        "evalue": str(error),
        "traceback": shell._last_traceback or [],
    }


def decode(kept: bytes, more: bytes) -> tuple[str, bytes]:
    """The text of what was printed below Python, and the bytes of a character that is not whole yet."""
    content = kept + more
    for missing in range(min(4, len(content) + 1)):
        whole = content[: len(content) - missing]
        with contextlib.suppress(UnicodeDecodeError):
            return whole.decode(), content[len(whole) :]
    return content.decode(errors="replace"), b""
