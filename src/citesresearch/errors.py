"""The one kind of error that a reader of French may see."""

from __future__ import annotations


class CitesError(Exception):
    """Something the user can mend; the message is one or more French sentences.

    In a notebook only the sentence is shown, without a traceback: IPython asks the exception for
    `_render_traceback_` before it draws its own.
    """

    def _render_traceback_(self) -> list[str]:
        return [str(self)]
