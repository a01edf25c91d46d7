"""One notebook executed per Cité, several at a time; nothing half-written, every attempt recorded.

`plan_runs` says what is to be made, `run_batch` makes it. papermill and nbconvert are loaded by the worker
processes only, so that importing this package stays cheap.
"""

from __future__ import annotations

from ..engine.crew import Limits
from ..engine.run import Outputs, Run
from .ledger import Attempt, Ledger
from .plan import plan_runs
from .progress import Progress, ProgressLine
from .report import BatchReport
from .run import run_batch

__all__ = [
    "Attempt",
    "BatchReport",
    "Ledger",
    "Limits",
    "Outputs",
    "Progress",
    "ProgressLine",
    "Run",
    "plan_runs",
    "run_batch",
]
