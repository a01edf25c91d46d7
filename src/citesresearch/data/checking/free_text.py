"""Free text of the tables: what identifies a person is masked as soon as it is read, and reported without being repeated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...french import listing
from .masking import Masked, mask, without_marks
from .problems import Collector, Gravite, Problem, Source

if TYPE_CHECKING:
    import pandas as pd

    from ...codebook import Codebook

__all__ = ["mask_free_text", "note_masked"]

# What people write as they like. Titles of documents and their authors, and names of places, are no free text.
_FREE = ("texte", "libelle", "groupe", "base", "commentaire", "date_texte", "valeur_lue")
_SPOKEN = ("verbatims", "texte")
_PUBLIC_NAMES = ("sources",)


def mask_free_text(
    frames: Mapping[str, pd.DataFrame], codebook: Codebook, sources: Mapping[str, Source]
) -> list[Problem]:
    """Mask names, e-mails, telephone numbers and addresses in the free columns of `frames`, in place.

    Returns one warning a cell, which says what kind of thing was masked and where, never what it was.
    """
    found: list[Problem] = []
    for name, frame in frames.items():
        if name in _PUBLIC_NAMES:
            continue
        notes = Collector(sources[name])
        for field in codebook[name].fields:
            if field.name not in _FREE or field.vocabulary is not None or field.name not in frame:
                continue
            told = frame[field.name].dropna()
            for row, text in told.items():
                masked = mask(str(text))
                # Words to be published as they were said are masked once more on their way out: their marks go then.
                words = masked.text if (name, field.name) == _SPOKEN else without_marks(masked.text)
                if words != text:
                    frame.loc[row, field.name] = words
                note_masked(
                    masked,
                    int(str(row)),
                    field.name,
                    notes,
                    "relire le texte masqué, et récrire la cellule du fichier sans ce qui désigne la personne",
                    "information",
                )
        found += notes.found
    return found


def note_masked(masked: Masked, row: int, column: str, notes: Collector, remedy: str, doubt: Gravite) -> None:
    """What was masked in a cell, and what is left in doubt: of what kind, never what it was."""
    if masked.kinds:
        notes.add(
            "donnee_personnelle",
            f"un texte sans nom, coordonnée ni adresse d’une personne (masqué : {listing(dict.fromkeys(masked.kinds))})",
            remedy,
            ligne=row,
            colonne=column,
            gravite="avertissement",
        )
    if masked.doubts:
        notes.add(
            "texte_a_relire",
            f"un texte qui ne désigne personne (à vérifier : {listing(masked.doubts)})",
            "relire cette cellule ; rien n’y a été changé pour cela",
            ligne=row,
            colonne=column,
            gravite=doubt,
        )
