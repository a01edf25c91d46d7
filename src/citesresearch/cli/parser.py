"""argparse in French, and how each part of the command line adds its commands."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from ..errors import MISUSED
from ..version import __version__

__all__ = ["Commands", "Parser", "add_build"]

_EPILOG = "Codes de sortie : 0 tout va bien ; 1 des données ou des monographies sont à corriger ; 2 commande mal écrite ; 3 un dossier ou un fichier ne peut pas être écrit ; 130 interrompu (Ctrl-C), 143 arrêté par le système."

# What argparse says in English, by the beginning of its message.
_FRENCH = (
    (r"the following arguments are required: (.*)", r"il manque : \1"),
    (r"unrecognized arguments: (.*)", r"ces mots ne sont pas compris : \1"),
    (r"argument (.*): expected one argument", r"l’option \1 attend une valeur"),
    (r"argument (.*): expected at least one argument", r"l’option \1 attend au moins une valeur"),
    (r"argument (.*): invalid choice: (.*) \(choose from (.*)\)", r"\1 : \2 n’existe pas ; au choix : \3"),
    (r"argument (.*): invalid .* value: (.*)", r"l’option \1 n’accepte pas \2"),
    (r"argument (.*): ignored explicit argument (.*)", r"l’option \1 n’attend pas de valeur (lu : \2)"),
    (r"ambiguous option: (.*) could match (.*)", r"l’option \1 est ambiguë : \2"),
    (r"argument (.*): not allowed with argument (.*)", r"les options \1 et \2 s’excluent"),
)


class _Formatter(argparse.HelpFormatter):
    def add_usage(self, usage, actions, groups, prefix=None):  # type: ignore[no-untyped-def]
        super().add_usage(usage, actions, groups, "Emploi : " if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """argparse, in French."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(formatter_class=_Formatter, add_help=False, allow_abbrev=False, **kwargs)  # type: ignore[arg-type]
        self._positionals.title = "À préciser"
        self._optionals.title = "Options"
        self.add_argument("-h", "--help", "--aide", action="help", help="montre cette aide")

    def error(self, message: str) -> NoReturn:
        for pattern, french in _FRENCH:
            message, changed = re.subn(f"^{pattern}$", french, message, flags=re.DOTALL)
            if changed:
                break
        print(f"{self.prog} : {message}.\nVoir « {self.prog} --aide ».", file=sys.stderr)
        raise SystemExit(MISUSED)


class Commands:
    """The commands of the program, added one by one."""

    def __init__(self) -> None:
        self.parser = Parser(
            prog="citesresearch",
            description="Des fichiers bruts aux monographies publiées des Cités de l’emploi.",
            epilog=_EPILOG,
        )
        self.parser.add_argument(
            "--version", action="version", version=f"citesresearch {__version__}", help="donne la version"
        )
        self._made = self.parser.add_subparsers(
            title="Commandes", metavar="COMMANDE", required=True, parser_class=Parser
        )

    def add(self, name: str, run: Callable[[argparse.Namespace], int], words: str, campagne: bool = True) -> Parser:
        """A command, to which its options are then added; `campagne`: it works on campagnes, which may be named."""
        made: Parser = self._made.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
        made.set_defaults(command=run)
        if campagne:
            made.add_argument(
                "-c",
                "--campagne",
                action="append",
                metavar="NOM",
                help="nom d’un dossier de data/raw, ou dossier d’un campagne.toml ; peut être répétée (sans elle : toutes celles de data/raw)",
            )
        return made


def add_build(command: Parser) -> None:
    """The option that says where results go."""
    command.add_argument("--build", type=Path, metavar="DOSSIER", help="dossier des résultats (build)")
