"""The questionnaires of a programme, as files: an XLSForm and a page to print for each."""

from __future__ import annotations

from pathlib import Path

from ..codebook import load_codebook
from ..codebook.formulaire import formulaires
from ..data.campagne import Campagne
from ..data.checking.problems import Problems
from ..data.dataset import read_tables
from ..errors import CitesError
from ..french import plain
from ..publication.wording import STAMP
from ..storage.store import write_new
from .imprimable import printable
from .xlsform import xlsform

__all__ = ["write_questionnaires"]


def write_questionnaires(folder: Path, campagne: Campagne | None = None) -> list[Path]:
    """Write `questionnaire_<nom>.xlsx` and `.html` for each questionnaire; the paths written.

    With a campagne, its Cités are a list to choose from; without one, their identifier is typed. Raises CitesError
    where a file is already there, where the Cités cannot be read, or where the codebook declares no questionnaire.
    """
    codebook = load_codebook(None if campagne is None else campagne.codebook)
    cites: list[tuple[str, str]] = []
    if campagne is not None:
        tables, problems = read_tables(campagne)
        frame = tables.get("cites")
        if frame is None or frame.empty or frame[["id_cde", "nom"]].isna().any(axis=None):
            raise CitesError(
                f"Les Cités de la campagne « {campagne.nom} » ne peuvent pas être lues : remplissez la table « cites » "
                f'(citesresearch check --campagne "{campagne.raw}" dit ce qui manque).'
            )
        wrong = Problems(p for p in problems if p.blocking and plain(p.feuille or Path(p.fichier).stem) == "cites")
        if wrong:
            raise CitesError(
                f"Les Cités de la campagne « {campagne.nom} » sont à corriger avant d’écrire un questionnaire.\n\n{wrong.report()}\n"
                f'Puis vérifiez : citesresearch check --campagne "{campagne.raw}"'
            )
        cites = list(frame.drop_duplicates("id_cde")[["id_cde", "nom"]].itertuples(index=False, name=None))
    forms = formulaires(codebook, cites)
    if not forms:
        raise CitesError("Ce programme ne déclare aucun questionnaire.")
    titre = "" if campagne is None else f"{campagne.titre}, {campagne.edition}"
    stamp = STAMP if campagne is not None and campagne.synthetique else ""
    contents: dict[str, bytes] = {}
    for form in forms:
        contents[f"questionnaire_{form.nom}.xlsx"] = xlsform(form, stamp)
        contents[f"questionnaire_{form.nom}.html"] = printable(form, titre, stamp).encode()
    write_new(folder, contents)
    return [folder / name for name in contents]
