"""One notebook executed through papermill, by the engine « fourche » or « noyau »."""

from __future__ import annotations

import importlib
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from papermill.execute import execute_notebook

from .processes import FORK, KERNEL
from .supervision import TooMuchOutput, Watch

__all__ = ["KernelNotStarted", "execute", "load_engine"]

STARTS = 3  # attempts to start a kernel


class KernelNotStarted(RuntimeError):
    """No kernel answered, after several attempts."""


def load_engine(engine: str) -> None:
    """Import what registers an engine with papermill. Raises KeyError for an unknown one."""
    importlib.import_module("papermill")  # first: it loads the engines that are declared to it, ours among them
    importlib.import_module({FORK: "citesresearch.engine.fork", KERNEL: "citesresearch.engine.kernel"}[engine])


def execute(
    notebook: Path,
    output: Path,
    parameters: dict[str, str],
    cwd: Path,
    engine: str,
    watch: Watch,
    sockets: Path | None = None,
) -> nbformat.NotebookNode:
    """Execute `notebook` with `parameters` in the folder `cwd`, and return the executed notebook.

    `output` follows the execution and is what remains of a failure. A kernel that does not start is started again, the
    last time over TCP. `sockets` is a private folder with a short path for kernels (by default a new temporary one).
    Raises what papermill raises, DeadKernelError, KernelNotStarted or TooMuchOutput.
    """
    load_engine(engine)
    if engine == FORK:
        return _execute(notebook, output, parameters, cwd, engine, watch)
    if sockets is None:
        with tempfile.TemporaryDirectory(prefix="cites-") as folder:
            return execute(notebook, output, parameters, cwd, engine, watch, Path(folder))
    for start in range(1, STARTS + 1):
        try:
            ipc = start < STARTS
            return _execute(notebook, output, parameters, cwd, engine, watch, sockets=sockets, ipc=ipc)
        except RuntimeError as error:
            if watch.ready:
                raise
            if start == STARTS:
                raise KernelNotStarted(str(error)) from error
    raise AssertionError("unreachable")


def _execute(
    notebook: Path, output: Path, parameters: dict[str, str], cwd: Path, engine: str, watch: Watch, **options: Any
) -> nbformat.NotebookNode:
    try:
        executed: nbformat.NotebookNode = execute_notebook(
            # papermill fills braces in paths from the parameters; doubled, they are themselves.
            _without_fields(notebook),
            _without_fields(output),
            parameters=parameters,
            engine_name=engine,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            log_output=False,
            cwd=str(cwd),
            watch=watch,
            **options,
        )
    except RuntimeError as error:
        if watch.overflowed:
            raise TooMuchOutput from error
        raise
    return executed


def _without_fields(path: Path) -> str:
    return str(path).replace("{", "{{").replace("}", "}}")
