"""The engine « noyau »: cells executed in a Jupyter kernel, by papermill's own engine.

What is added to it: the kernel is always this very Python; it talks through sockets in a private folder (free TCP ports
are raced for when several kernels start together); its process is announced, so that whoever watches can end it; its
outputs are capped; what depends on the clock is not recorded.
"""

from __future__ import annotations

import os
import sys
import uuid
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines

from .processes import KERNEL
from .supervision import Watch, WatchedClient

__all__ = ["KernelEngine"]

START_SECONDS = 60
# Nobody debugs a kernel of a batch, and loading the debugger takes a third of a kernel's start. Cells get a file name
# from their text alone, not from the number of the process: warnings print it.
_LAUNCH = (
    "import runpy, sys; sys.modules['debugpy'] = None; import ipykernel.compiler as c; "
    "c.get_tmp_directory = lambda: 'cellule'; runpy.run_module('ipykernel_launcher', run_name='__main__')"
)
_LONGEST_SOCKET = 90  # bytes: the address of a Unix socket holds 104 to 108


class _Manager(AsyncKernelManager):
    """A kernel of this very Python, whatever kernels the machine has registered under the same name."""

    watch: Watch

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(
            argv=[sys.executable, "-c", _LAUNCH, "-f", "{connection_file}"],
            language="python",
            display_name="Python 3",
        )

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
        await super()._async_launch_kernel(kernel_cmd, **kw)
        self.watch.begin(getattr(self.provisioner, "pid", None))


class KernelEngine(NBClientEngine):  # type: ignore[misc]
    """papermill's engine with this manager and a watched client; `watch` is a Watch, `sockets` a private folder with a
    short path, `ipc` asks for sockets in it where they can be had (else TCP).
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        watch: Watch,
        sockets: Path,
        ipc: bool,
        **kwargs: Any,
    ) -> Any:
        folder = sockets / uuid.uuid4().hex[:8]
        folder.mkdir(parents=True)
        connection = folder / "k.json"
        ipc = ipc and sys.platform != "win32" and len(os.fsencode(connection)) < _LONGEST_SOCKET
        manager = _Manager(
            kernel_name=kernel_name,
            transport="ipc" if ipc else "tcp",
            connection_file=str(connection),
        )
        manager.watch = watch
        client = WatchedClient(
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


papermill_engines.register(KERNEL, KernelEngine)
