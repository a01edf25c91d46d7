"""How far the work is, for people: one moving line in a terminal, only what fails elsewhere."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from ..french import NBSP, duration, number, plural
from .ledger import Attempt

__all__ = ["Progress", "ProgressLine"]

WIDTH = 24  # cells of the bar


@dataclass(frozen=True)
class Progress:
    """The state of a batch after an event.

    `elapsed` is in seconds. `attempt` is the run that has just ended (None at the start); `log` is its log when it failed.
    """

    done: int
    total: int
    failed: int
    elapsed: float
    attempt: Attempt | None = None
    log: Path | None = None

    @property
    def remaining(self) -> float | None:
        """Seconds left at the speed so far; None before anything is done."""
        return self.elapsed * (self.total - self.done) / self.done if self.done else None

    @property
    def rate(self) -> float:
        """Pages a minute so far."""
        return 60 * self.done / self.elapsed if self.elapsed else 0.0


class ProgressLine:
    """Prints the progress to `stream` (by default the standard error): the `on_progress` of `run_batch`.

    A failure is printed when it happens, with its log. `close` ends a line that an interruption left moving.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._moving = self._stream.isatty()
        self._clear = "\r\033[K" if self._moving else ""
        self._unended = False

    def __call__(self, progress: Progress) -> None:
        attempt = progress.attempt
        if attempt is not None and attempt.outcome == "echec":
            where = f" (journal{NBSP}: {progress.log})" if progress.log else ""
            self._write(f"{self._clear}Échec de {attempt.id}{NBSP}: {attempt.message}{where}\n")
        if self._moving:
            end = "\n" if progress.done == progress.total else ""
            self._unended = not end
            self._write(f"{self._clear}{self._sentence(progress)}{end}")

    def close(self) -> None:
        """End the moving line, so that what follows starts on a line of its own."""
        if self._unended:
            self._write("\n")
            self._unended = False

    def _sentence(self, progress: Progress) -> str:
        full = WIDTH * progress.done // progress.total if progress.total else WIDTH
        parts = [f"{'█' * full}{'░' * (WIDTH - full)} {progress.done}/{progress.total}"]
        if progress.failed:
            parts.append(plural(progress.failed, "échec"))
        if progress.done:
            parts.append(f"{number(progress.rate, 0)} par minute")
        if progress.done == progress.total:
            parts.append(f"en {duration(progress.elapsed)}")
        elif progress.remaining is not None:
            parts.append(f"reste environ {duration(progress.remaining)}")
        return ", ".join(parts)

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
