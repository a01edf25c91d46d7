"""Cells executed in a Jupyter kernel, through papermill: the engine of the worker processes.

What is added to papermill's own engine: the kernel is always this very Python; it talks through sockets in a
private folder (free TCP ports are raced for when several kernels start together); its process is announced,
so that whoever watches can end it; its outputs are capped; what depends on the clock is not recorded.
"""

from __future__ import annotations

import os
import sys
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.execute import execute_notebook

from .processes import end_process_group

__all__ = ["ENGINE", "KernelNotStarted", "KernelWatch", "TooMuchOutput", "execute"]

ENGINE = "noyau"
STARTS = 3  # attempts to start a kernel
START_SECONDS = 60
# Nobody debugs a kernel of a batch, and loading the debugger takes a third of a kernel's start.
_LAUNCH = (
    "import runpy, sys; sys.modules['debugpy'] = None; runpy.run_module('ipykernel_launcher', run_name='__main__')"
)
_LONGEST_SOCKET = 90  # bytes: the address of a Unix socket holds 104 to 108


class KernelNotStarted(RuntimeError):
    """No kernel answered, after several attempts."""


class TooMuchOutput(RuntimeError):
    """The cells of a notebook printed more than the cap."""


@dataclass
class KernelWatch:
    """One kernel's life, seen from outside: `announce` receives its process id, then None at its end."""

    announce: Callable[[int | None], None]
    sockets: Path
    output_limit: int
    ipc: bool = True
    pid: int | None = None
    ready: bool = False
    outputs: int = 0
    overflowed: bool = False

    def end(self) -> None:
        """Kill the kernel and what it started."""
        if self.pid is not None:
            end_process_group(self.pid)


class _Manager(AsyncKernelManager):
    """A kernel of this very Python, whatever kernels the machine has registered under the same name."""

    watch: KernelWatch

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(
            argv=[sys.executable, "-c", _LAUNCH, "-f", "{connection_file}"],
            language="python",
            display_name="Python 3",
        )

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
        await super()._async_launch_kernel(kernel_cmd, **kw)
        self.watch.pid = getattr(self.provisioner, "pid", None)
        self.watch.announce(self.watch.pid)


class _Client(PapermillNotebookClient):  # type: ignore[misc]  # papermill has no type information
    watch: KernelWatch

    def papermill_execute_cells(self) -> None:
        self.watch.ready = True
        super().papermill_execute_cells()

    def process_message(self, msg: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        self.watch.outputs += _size(msg)
        if self.watch.outputs > self.watch.output_limit:
            self.watch.overflowed = True
            self.watch.end()  # its reply would only come when the cell stops printing
            raise TooMuchOutput
        return super().process_message(msg, *args, **kwargs)


class KernelEngine(NBClientEngine):  # type: ignore[misc]
    """papermill's engine with the manager and the client above; `watch` is a KernelWatch."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, *, watch: KernelWatch, **kwargs: Any
    ) -> Any:
        folder = watch.sockets / uuid.uuid4().hex[:8]
        folder.mkdir(parents=True)
        connection = folder / "k.json"
        ipc = watch.ipc and sys.platform != "win32" and len(os.fsencode(connection)) < _LONGEST_SOCKET
        manager = _Manager(
            kernel_name=kernel_name,
            transport="ipc" if ipc else "tcp",
            connection_file=str(connection),
        )
        manager.watch = watch
        client = _Client(
            nb_man,
            km=manager,
            kernel_name=kernel_name,
            startup_timeout=START_SECONDS,
            # No cell has a limit of its own: the whole run has one, kept by the parent process.
            timeout=None,
            # A busy machine may deliver outputs late; papermill's 4 s would make that a failure.
            iopub_timeout=START_SECONDS,
            shutdown_kernel="immediate",
            coalesce_streams=True,
            record_timing=False,
            store_widget_state=False,
        )
        client.owns_km = True  # its kernel ends with it
        client.watch = watch
        try:
            return client.execute()
        finally:
            watch.end()
            watch.pid = None
            watch.announce(None)


papermill_engines.register(ENGINE, KernelEngine)


def execute(
    notebook: Path,
    output: Path,
    parameters: dict[str, str],
    cwd: Path,
    output_limit: int,
    announce: Callable[[int | None], None],
    sockets: Path | None = None,
) -> nbformat.NotebookNode:
    """Execute `notebook` with `parameters` in the folder `cwd`, and return the executed notebook.

    `output` follows the execution cell by cell and is what remains of a failure. A kernel that does not start
    is started again, the last time over TCP. `sockets` is a private folder with a short path (by default a
    new temporary one); `output_limit` counts characters of output. Raises what papermill raises,
    KernelNotStarted or TooMuchOutput.
    """
    if sockets is None:
        with tempfile.TemporaryDirectory(prefix="cites-") as folder:
            return execute(notebook, output, parameters, cwd, output_limit, announce, Path(folder))
    for start in range(1, STARTS + 1):
        watch = KernelWatch(announce, sockets, output_limit, ipc=start < STARTS)
        try:
            executed: nbformat.NotebookNode = execute_notebook(
                # papermill fills braces in paths from the parameters; doubled, they are themselves.
                _without_fields(notebook),
                _without_fields(output),
                parameters=parameters,
                engine_name=ENGINE,
                kernel_name="python3",
                language="python",
                progress_bar=False,
                log_output=False,
                cwd=str(cwd),
                watch=watch,
            )
            return executed
        except RuntimeError as error:
            if watch.overflowed:
                raise TooMuchOutput from error
            if watch.ready:
                raise
            if start == STARTS:
                raise KernelNotStarted(str(error)) from error
    raise AssertionError("unreachable")


def _without_fields(path: Path) -> str:
    return str(path).replace("{", "{{").replace("}", "}}")


def _size(msg: dict[str, Any]) -> int:
    """Characters of output that a kernel's message carries."""
    content = msg["content"]
    if msg["msg_type"] == "stream":
        return len(content["text"])
    if msg["msg_type"] == "error":
        return sum(map(len, content["traceback"]))
    return sum(len(v) if isinstance(v, str) else len(str(v)) for v in (content.get("data") or {}).values())
