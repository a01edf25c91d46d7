"""The engine « fourche »: the cells of a notebook run in a forked child of a process that has imported everything.

papermill keeps the notebook, its parameters and its saving; the child only runs cells and sends back what a kernel would
(see `shell`). It inherits what the process had loaded, and no file, signal, thread or random state. Whoever forked it
keeps the notebook: a child that dies takes nothing with it.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import sys
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
from nbclient.exceptions import DeadKernelError
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines

from .messages import receive, send
from .processes import FORK
from .shell import LANGUAGE, decode, serve, warm_shell
from .supervision import Watch, WatchedClient

__all__ = ["ForkEngine"]

_PRINTED = 1 << 16


class _Cells:
    """A child process that runs the cells it is sent."""

    def __init__(self, watch: Watch) -> None:
        warm_shell()
        sys.stdout.flush()
        sys.stderr.flush()
        self._watch = watch
        self._wire, theirs = socket.socketpair()
        out, their_out = os.pipe()
        err, their_err = os.pipe()
        parent = os.getpid()
        self.pid = os.fork()
        # A group of its own, for what it starts; on both sides, since either may be first to need it.
        with contextlib.suppress(PermissionError, ProcessLookupError):
            os.setpgid(self.pid, 0)
        if self.pid == 0:
            serve(theirs, their_out, their_err, parent)
        theirs.close()
        os.close(their_out)
        os.close(their_err)
        watch.begin(self.pid)
        self._printed: dict[int, tuple[str, bytes]] = {out: ("stdout", b""), err: ("stderr", b"")}
        self._waiting = selectors.DefaultSelector()
        for source in (self._wire.fileno(), out, err, watch.line):
            if source is not None:
                self._waiting.register(source, selectors.EVENT_READ)

    def send(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(BrokenPipeError):  # reading will say that it has died
            send(self._wire, message)

    def answers(self) -> Any:
        """Messages as they come, without end. Raises DeadKernelError when the child has died."""
        while True:
            ready = {key.fd for key, _ in self._waiting.select()}
            if self._watch.line in ready:
                self._watch.lost()
            for descriptor in ready & self._printed.keys():
                yield from self._read(descriptor)
            if self._wire.fileno() in ready:
                message = receive(self._wire)
                if message is None:
                    raise DeadKernelError("Kernel died")
                if message["msg_type"] == "execute_reply":
                    for descriptor in tuple(self._printed):
                        yield from self._drain(descriptor)
                yield message

    def _read(self, descriptor: int) -> Any:
        name, kept = self._printed[descriptor]
        more = os.read(descriptor, _PRINTED)
        if not more:
            self._waiting.unregister(descriptor)
            del self._printed[descriptor]
            os.close(descriptor)
        text, kept = decode(kept, more)
        if more:
            self._printed[descriptor] = (name, kept)
        if text:
            yield {"msg_type": "stream", "content": {"name": name, "text": text}}

    def _drain(self, descriptor: int) -> Any:
        """What has been printed below Python and not been read yet."""
        os.set_blocking(descriptor, False)
        with contextlib.suppress(BlockingIOError):
            while descriptor in self._printed:
                yield from self._read(descriptor)
        if descriptor in self._printed:
            os.set_blocking(descriptor, True)

    def close(self) -> None:
        self._waiting.close()
        self._wire.close()
        for descriptor in self._printed:
            os.close(descriptor)
        self._watch.end()
        os.waitpid(self.pid, 0)


class _Client(WatchedClient):
    """nbclient's own treatment of cells and messages; only where the messages come from is another."""

    def execute(self, **kwargs: Any) -> Any:
        self.reset_execution_trackers()
        self.cells = _Cells(self.watch)
        try:
            self.kc = SimpleNamespace(execute=self._ask)
            self.papermill_execute_cells()
            self.cells.send({})
            next(m for m in self.cells.answers() if m["msg_type"] == "goodbye")
            self.nb.metadata["language_info"] = dict(LANGUAGE)
            self.set_widgets_metadata()
        finally:
            self.cells.close()
        return self.nb

    def _ask(self, code: str, **_options: Any) -> str:
        self.cells.send({"code": code})
        return uuid.uuid4().hex

    async def _async_poll_for_reply(self, msg_id: str, cell: Any, *_: Any) -> dict[str, Any]:
        index = next(place for place, other in enumerate(self.nb.cells) if other is cell)
        for message in self.cells.answers():
            message |= {"header": {"msg_type": message["msg_type"]}, "parent_header": {"msg_id": msg_id}}
            if message["msg_type"] == "execute_reply":
                return dict(message)
            self.process_message(message, cell, index)
        raise AssertionError("unreachable")

    async def _async_poll_output_msg(self, *_: Any) -> None:
        """Outputs come with the replies."""

    async def _async_poll_kernel_alive(self) -> None:
        """A death shows as the end of the messages."""


class _Notebook(NotebookExecutionManager):  # type: ignore[misc]
    """papermill's bookkeeping; it saves once a second at most, and without checking the format."""

    def save(self, **kwargs: Any) -> None:
        if (self.now() - self.last_save_time).total_seconds() >= 1:
            self.keep()

    def keep(self) -> None:
        """Save now."""
        if self.output_path:
            Path(self.output_path).write_text(nbformat.v4.writes(self.nb), encoding="utf-8")  # type: ignore[no-untyped-call]
        self.last_save_time = self.now()


class ForkEngine(Engine):  # type: ignore[misc]
    """papermill's engine « fourche »; `watch` is a Watch."""

    @classmethod
    def execute_notebook(
        cls,
        nb: nbformat.NotebookNode,
        kernel_name: str,
        output_path: str | None = None,
        progress_bar: bool = True,
        watch: Watch | None = None,
        **_options: Any,
    ) -> Any:
        managed = _Notebook(nb, output_path=output_path, progress_bar=progress_bar)
        managed.notebook_start()
        managed.keep()
        client = _Client(
            managed,
            kernel_name=kernel_name,
            # No cell has a limit of its own: the whole run has one, kept by the calling process.
            timeout=None,
            coalesce_streams=True,
            record_timing=False,
            store_widget_state=False,
        )
        client.watch = watch or Watch()
        try:
            client.execute()
        except BaseException:
            managed.keep()
            raise
        finally:
            managed.notebook_complete()
        return managed.nb


papermill_engines.register(FORK, ForkEngine)
