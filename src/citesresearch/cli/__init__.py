"""The command line. Every word that it prints is French; heavy modules are loaded by the command that needs them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from ..errors import INTERRUPTED, OK, UNWRITABLE, CitesError, reason
from . import collect, pages, prepare, site
from .asked import said
from .parser import Commands
from .streams import drop_output, speak_anywhere

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code (see `citesresearch --help`)."""
    speak_anywhere()
    try:
        asked = _parser().parse_args(arguments)
        command: Callable[[argparse.Namespace], int] = asked.command
        code = command(asked)
        print(end="", flush=True)
    except CitesError as error:
        return said(error)
    except KeyboardInterrupt:
        print("Interrompu ; ce qui était terminé est conservé.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        drop_output()  # the reader of our output has gone: nobody to tell
        return OK
    except OSError as error:
        where = "" if error.filename is None else f" {error.filename}"
        print(f"Impossible de lire ou d’écrire{where} : {reason(error)}.", file=sys.stderr)
        if error.filename is None:
            drop_output()
        return UNWRITABLE
    return code


def _parser() -> argparse.ArgumentParser:
    commands = Commands()
    for part in (collect, prepare, pages, site):
        part.add_to(commands)
    return commands.parser
