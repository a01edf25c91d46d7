"""Ending processes for good, with what they started."""

from __future__ import annotations

import os
import signal
import sys

__all__ = ["end_process_group"]


def end_process_group(pid: int) -> None:
    """Kill a process that leads a group of its own, and its group; nothing happens if it has already gone."""
    try:
        if sys.platform == "win32":
            os.kill(pid, signal.SIGTERM)
        else:
            os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return  # already gone, or its number already serves another user's process
