"""One execution seen from outside, whichever engine runs it: which process, how much output."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nbclient import client
from papermill.clientwrap import PapermillNotebookClient

from .processes import end_process_group

__all__ = ["TooMuchOutput", "Watch", "WatchedClient"]


class TooMuchOutput(RuntimeError):
    """The cells of a notebook printed more than the cap."""


@dataclass
class Watch:
    """The process that runs the cells of one notebook.

    `announce` receives its process id, then None at its end; `output_limit` counts characters. `line` is a descriptor that
    becomes readable when the calling process has gone (None: nobody to lose), `lost` is then called.
    """

    announce: Callable[[int | None], None] = lambda _pid: None
    output_limit: float = float("inf")
    line: int | None = None
    lost: Callable[[], None] = lambda: None
    pid: int | None = None
    ready: bool = False
    overflowed: bool = field(default=False, init=False)
    outputs: int = field(default=0, init=False)

    def begin(self, pid: int | None) -> None:
        self.pid = pid
        self.announce(pid)

    def end(self) -> None:
        """Kill the process and what it started."""
        if self.pid is not None:
            end_process_group(self.pid)
            self.pid = None
            self.announce(None)


class _CarriageReturns:
    """nbclient's pattern of what carriage returns overwrite, tried on the lines that hold one.

    As it stands it takes a minute on a line of a hundred thousand characters without any.
    """

    _pattern = client._RGX_CARRIAGERETURN

    def sub(self, words: str, text: str) -> str:
        if "\r" not in text:
            return text
        return "\n".join(self._pattern.sub(words, line) if "\r" in line else line for line in text.split("\n"))


client._RGX_CARRIAGERETURN = _CarriageReturns()  # type: ignore[assignment]


class WatchedClient(PapermillNotebookClient):  # type: ignore[misc]  # papermill has no type information
    """papermill's client, whose outputs are counted."""

    watch: Watch

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


def _size(msg: dict[str, Any]) -> int:
    """Characters of output that a message carries."""
    content = msg["content"]
    if msg["msg_type"] == "stream":
        return len(content["text"])
    if msg["msg_type"] == "error":
        return sum(map(len, content["traceback"]))
    return sum(len(v) if isinstance(v, str) else len(str(v)) for v in (content.get("data") or {}).values())
