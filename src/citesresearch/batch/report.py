"""How a batch ended, for the person who launched it and for the shell."""

from __future__ import annotations

import signal
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..french import NBSP, listing, number, plural
from .ledger import Attempt
from .plan import Run
from .progress import duration

__all__ = ["BatchReport"]

_WORDS = {"monographie": "monographie", "synthese": "synthèse", "qualite": "contrôle de qualité"}


@dataclass(frozen=True)
class BatchReport:
    """What a batch did: `runs` as planned, `attempts` in the order in which they ended.

    `stopped` is the French sentence of what stopped the batch before its end (None when it went to its end)
    and `signum` the signal that did (Ctrl-C: 2). `notices` are French sentences of things repaired on the
    way.
    """

    runs: tuple[Run, ...]
    attempts: tuple[Attempt, ...]
    build: Path
    elapsed: float
    stopped: str | None = None
    signum: int | None = None
    notices: tuple[str, ...] = ()

    @property
    def succeeded(self) -> tuple[Attempt, ...]:
        return tuple(a for a in self.attempts if a.outcome == "reussi")

    @property
    def failed(self) -> tuple[Attempt, ...]:
        return tuple(a for a in self.attempts if a.outcome == "echec")

    @property
    def interrupted(self) -> tuple[Attempt, ...]:
        return tuple(a for a in self.attempts if a.outcome == "interrompu")

    @property
    def never_started(self) -> int:
        """Number of runs that were planned and not begun."""
        return len(self.runs) - len(self.attempts)

    @property
    def exit_code(self) -> int:
        """0 when every run succeeded, 128 + the signal that stopped the batch (Ctrl-C: 130), else 1."""
        if self.signum is not None:
            return 128 + self.signum
        return 0 if len(self.succeeded) == len(self.runs) and self.stopped is None else 1

    def log(self, attempt: Attempt) -> Path:
        """The log of a failed attempt of this batch."""
        run = next(r for r in self.runs if r.id == attempt.id)
        return run.outputs(self.build).log

    def summary(self) -> str:
        """The end of the batch in French, several lines: counts, then each failure with its log."""
        lines = [*self.notices]
        if self.stopped:
            lines.append(self.stopped)
        counts = [f"{number(len(self.succeeded))} {_produced(len(self.succeeded))}"]
        if self.failed:
            counts.append(f"{number(len(self.failed))} en échec")
        if self.interrupted:
            counts.append(plural(len(self.interrupted), "interrompue"))
        if self.never_started:
            counts.append(plural(self.never_started, "non commencée", "non commencées"))
        lines.append(f"{_what(self.runs)}{NBSP}: {', '.join(counts)}, en {duration(self.elapsed)}.")
        order = {r.id: place for place, r in enumerate(self.runs)}
        for attempt in sorted(self.failed, key=lambda a: order[a.id]):
            lines += [f"  - {attempt.id}{NBSP}: {attempt.message}", f"    journal{NBSP}: {self.log(attempt)}"]
        return "\n".join(lines)


def _produced(count: int) -> str:
    return "produite" if count < 2 else "produites"


def _what(runs: Iterable[Run]) -> str:
    """« 84 monographies et 1 synthèse »."""
    kinds = [run.kind for run in runs]
    return listing(plural(kinds.count(k), word) for k, word in _WORDS.items() if k in kinds) or f"0{NBSP}monographie"


def stop_sentence(signum: int) -> str:
    """What to say when a signal stopped the batch."""
    by = "Interrompu à la demande (Ctrl-C)" if signum == signal.SIGINT else "Interrompu par le système (arrêt demandé)"
    return f"{by}{NBSP}: ce qui était terminé est conservé, rien n’est resté à moitié écrit."
