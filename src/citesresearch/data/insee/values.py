"""From the cells of one file to numbers: values, why a cell is blank, and how large a withheld count may be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from ...codebook.insee import SMALLEST_COUNT, InseeColumn, InseeFamily, InseeNames
from ...french import number, plain, plural
from ..checking.problems import Collector, Problem, quoted
from .cells import LOST, QN, QPV, count_or_number, nearest_code
from .doubts import TOLD, impossible_cells
from .edition import ABSENT, OK, SECRET, Codes, Edition, Floats
from .files import KEY, InseeFile

__all__ = ["read_edition"]

LABEL, COMMUNES = "LIBGEO", "LIB_COM"

Bools = npt.NDArray[np.bool_]


def read_edition(file: InseeFile, names: InseeNames) -> tuple[Edition | None, list[Problem]]:
    """The numbers of a file, and every problem of its columns, codes and cells.

    None where nothing of it may be used (no neighbourhood of 2015).
    """
    notes = Collector(file.fichier)
    family = names.familles[file.famille]
    columns = _columns(file, family, notes)
    kept, total = _rows(file, names, notes)
    if not kept:
        return None, notes.found
    at = {name: i for i, name in reversed(list(enumerate(file.header)))}
    grid = [file.rows[i][1] for i in kept]
    lines = [file.rows[i][0] for i in kept]
    shape = len(kept), len(columns)
    value, given = np.full(shape, np.nan), np.zeros(shape, dtype="U2")
    codes = tuple(cells[at[KEY]].upper() for cells in grid)
    for j, column in enumerate(columns):
        texts = [cells[at[column.colonne]] for cells in grid]
        value[:, j], given[:, j] = _read_column(texts, lines, codes, column, notes)
    _blank_zeros(file.edition, value, given, columns, notes)
    wrong = impossible_cells(file.edition, codes, lines, value, columns, notes)
    value[wrong], given[wrong] = np.nan, "nd"
    # « 0.0 »: a note that a program took for a decimal number.
    note = {
        name: np.array([re.sub(r"[.,]0$", "", cells[at[name]]) for cells in grid])
        for name in at
        if name.startswith("NOTE_")
    }
    status = _statuses(value, given, columns, note)
    position = {column.colonne: j for j, column in enumerate(columns)}
    ceiling = np.full(shape, np.nan)
    for j, column in enumerate(columns):
        if column.additif:
            withheld = status[:, j] == SECRET
            ceiling[withheld, j] = _highest(column, value, status, columns, position)[withheld]

    def texts_of(name: str) -> tuple[str, ...]:
        return tuple(cells[at[name]] for cells in grid) if name in at else ("",) * len(grid)

    totals = {} if total is None else _total(file.rows[total][1], at, columns)
    return (
        Edition(
            file.fichier,
            file.famille,
            file.annee,
            file.edition,
            codes,
            texts_of(LABEL),
            texts_of(COMMUNES),
            columns,
            value,
            status,
            ceiling,
            totals,
        ),
        notes.found,
    )


def _columns(file: InseeFile, family: InseeFamily, notes: Collector) -> tuple[InseeColumn, ...]:
    """The known columns of the file, in its order; the unknown ones are named in a warning."""
    known = family.colonnes
    here = [name for name in dict.fromkeys(file.header) if name in known]
    unknown = [
        name for name in file.header if name not in known and name not in (KEY, LABEL, COMMUNES) and name[:5] != "NOTE_"
    ]
    for name in unknown:
        notes.add(
            "colonne_inconnue",
            f"une colonne connue de la famille {file.famille}",
            "rien : elle n’est pas lue ; compléter codebook/insee.json si elle est utile",
            ligne=file.header_row,
            colonne=name,
            gravite="avertissement",
        )
    return tuple(known[name] for name in here)


def _rows(file: InseeFile, names: InseeNames, notes: Collector) -> tuple[list[int], int | None]:
    """The rows of neighbourhoods of 2015, and the one of all of them."""
    key = file.header.index(KEY)
    label = file.header.index(LABEL) if LABEL in file.header else key
    kept: list[int] = []
    first: dict[str, int] = {}
    total, later, damaged = None, 0, []
    for i, (line, cells) in enumerate(file.rows):
        code = cells[key].upper()
        if QPV.fullmatch(code):
            if code in first:
                notes.add(
                    "cle_double",
                    f"une ligne par quartier (la ligne {first[code]} porte déjà celui-ci)",
                    "supprimer une des deux lignes, ou reprendre le fichier d’origine",
                    ligne=line,
                    colonne=KEY,
                    lu=code,
                )
            else:
                first[code] = line
                kept.append(i)
        elif code in names.totaux or plain(cells[label]).startswith("ensemble"):
            total = i
        elif QN.fullmatch(code):
            later += 1
        else:
            damaged.append((line, cells[key]))
    if later:
        whole = "" if kept else " : rien n’y est lu"
        notes.add(
            "forme",
            "des quartiers de la géographie de 2015 (QP…)",
            f"rien : {plural(later, 'quartier')} de 2024 (QN…), laissés à part{whole}, car aucune table ne passe d’une géographie à l’autre",
            colonne=KEY,
            gravite="avertissement",
        )
    if not kept and not later:
        notes.add(
            "forme",
            "des codes de quartiers prioritaires, tels que « QP001001 »",
            "prendre la base par quartier (QP), non celle des communes ou des intercommunalités",
            colonne=KEY,
            lu=", ".join(code for _, code in damaged[:3]),
        )
        return [], None
    for line, code in damaged[:20]:
        near = nearest_code(code.upper())
        notes.add(
            "forme",
            "un code tel que « QP001001 »",
            f"écrire {quoted(near)} si c’est bien ce quartier"
            if near
            else "corriger le code, sans doute abîmé par un tableur",
            ligne=line,
            colonne=KEY,
            lu=code,
        )
    if len(damaged) > 20:
        notes.add(
            "forme",
            "un code tel que « QP001001 »",
            f"reprendre le fichier d’origine : {plural(len(damaged) - 20, 'autre code abîmé', 'autres codes abîmés')}",
            ligne=damaged[20][0],
            colonne=KEY,
            lu=damaged[20][1],
        )
    return kept, total


def _read_column(
    texts: list[str], lines: list[int], codes: Sequence[str], column: InseeColumn, notes: Collector
) -> tuple[Floats, npt.NDArray[np.str_]]:
    """The numbers of a column, and what its blanks say of themselves ("s", "nd", "0" for a zero in a count, or nothing)."""
    read = [count_or_number(text, column.whole, column.unite == "euros") for text in texts]
    value = np.array([said if isinstance(said, float) else np.nan for said in read])
    given = np.array([said if said in ("s", "nd") else "" for said in read], dtype="U2")
    wrong = [i for i, said in enumerate(read) if said in ("illisible", "ambigu")]
    kind = "un nombre entier" if column.whole else "un nombre"
    for i in wrong[:TOLD]:
        notes.add(
            "nombre_illisible",
            f"{kind} ({column.libelle})",
            "écrire le nombre sans séparateur de milliers : celui-ci se lit de deux façons"
            if read[i] == "ambigu"
            else "corriger la cellule, ou reprendre le fichier d’origine",
            ligne=lines[i],
            colonne=column.colonne,
            lu=texts[i],
        )
    if len(wrong) > TOLD:
        notes.add(
            "nombre_illisible",
            f"{kind} ({column.libelle})",
            f"reprendre le fichier d’origine : {plural(len(wrong) - TOLD, 'autre cellule', 'autres cellules')} de cette colonne",
            colonne=column.colonne,
        )
    outside = _check_bounds(value, texts, lines, codes, column, notes)
    value[outside], given[outside] = np.nan, "nd"
    every = "".join(texts)
    if any(mark in every for mark in LOST):
        notes.add(
            "caractere_illisible",
            "des nombres dont les milliers sont séparés par une espace",
            f"rien : le signe {quoted('?')} entre deux groupes de chiffres y est lu comme cette espace, perdue à l’enregistrement",
            colonne=column.colonne,
            gravite="avertissement",
        )
    if column.additif:
        small = value < SMALLEST_COUNT
        if small.any():
            notes.add(
                "hors_bornes",
                f"des effectifs d’au moins {SMALLEST_COUNT} : l’Insee n’en publie pas de plus petit",
                f"vérifier que des cellules vides n’ont pas été remplies par zéro ; {plural(int(small.sum()), 'cellule est lue', 'cellules sont lues')} comme sous secret",
                ligne=lines[int(np.argmax(small))],
                colonne=column.colonne,
                gravite="avertissement",
            )
            given[small] = np.where(value[small] == 0, "0", "s")
            value[small] = np.nan
    return value, given


def _check_bounds(
    value: Floats, texts: list[str], lines: list[int], codes: Sequence[str], column: InseeColumn, notes: Collector
) -> Bools:
    """The values that no statistic of this kind can take: a warning names them, and they are set aside."""
    low, high = column.bornes
    outside = np.zeros(len(value), dtype=bool)
    if low is not None:
        outside |= value < low
    if high is not None:
        outside |= value > high
    bounds = f"entre {number(low)} et {number(high)}" if low is not None and high is not None else "positif ou nul"
    if low is not None and low < 0 and high is None:
        bounds = f"d’au moins {number(low)}"
    first = np.flatnonzero(outside)
    for i in first[:TOLD]:
        notes.add(
            "hors_bornes",
            f"un nombre {bounds} ({column.libelle}, {codes[i]})",
            "vérifier la virgule des décimales dans le fichier d’origine ; cette valeur est laissée de côté",
            ligne=lines[i],
            colonne=column.colonne,
            lu=texts[i],
            gravite="avertissement",
        )
    if len(first) > TOLD:
        notes.add(
            "hors_bornes",
            f"un nombre {bounds} ({column.libelle})",
            f"vérifier dans le fichier d’origine : {plural(len(first) - TOLD, 'autre valeur laissée', 'autres valeurs laissées')} de côté",
            colonne=column.colonne,
            gravite="avertissement",
        )
    return outside


def _blank_zeros(
    edition: str, value: Floats, given: npt.NDArray[np.str_], columns: Sequence[InseeColumn], notes: Collector
) -> None:
    """Where blank counts were filled with zeros, so were blank rates: their zeros are blanks too."""
    if not (given == "0").any():
        return
    given[given == "0"] = "s"
    rates = [j for j, column in enumerate(columns) if column.unite == "pourcentage" and (value[:, j] == 0).any()]
    for j in rates:
        value[value[:, j] == 0, j] = np.nan
    if rates:
        notes.add(
            "hors_bornes",
            f"des taux vides où l’Insee n’en publie pas (édition {edition}) ; des zéros y remplacent des vides, comme dans les effectifs",
            "reprendre le fichier d’origine : ces zéros sont lus comme des vides",
            colonne=", ".join(columns[j].colonne for j in rates),
            gravite="avertissement",
        )


def _statuses(
    value: Floats,
    given: npt.NDArray[np.str_],
    columns: Iterable[InseeColumn],
    note: dict[str, npt.NDArray[np.str_]],
) -> Codes:
    """Why each blank is blank.

    A block whose columns are all blank is missing for that row (`nd`), unless its note is zero: the block is there.
    Any other blank is withheld (`s`): its source is there, and this cell is not shown. What the file says itself
    (« s », « nd ») comes first.
    """
    columns = tuple(columns)
    blank = np.isnan(value)
    status = np.where(blank, SECRET, OK).astype(np.int8)
    blocks: dict[tuple[str, str], list[int]] = {}
    for j, column in enumerate(columns):
        blocks.setdefault((column.note, column.source), []).append(j)
    for (name, _), members in blocks.items():
        absent: Bools = np.asarray(blank[:, members].all(axis=1), dtype=bool)
        if name in note:
            absent &= note[name] != "0"
        status[:, members] = np.where(blank[:, members] & absent[:, None], ABSENT, status[:, members])
    at = {column.colonne: j for j, column in enumerate(columns)}
    for j, column in enumerate(columns):
        if column.sans_objet_si_nul in at:
            # A ratio to a zero decile does not exist.
            status[blank[:, j] & (value[:, at[column.sans_objet_si_nul]] == 0), j] = ABSENT
    status[given == "s"] = SECRET
    status[given == "nd"] = ABSENT
    return status


def _highest(
    column: InseeColumn,
    value: Floats,
    status: Codes,
    columns: tuple[InseeColumn, ...],
    position: dict[str, int],
) -> Floats:
    """The largest value that each cell may have: itself where it is known, a bound where it is withheld.

    A part is at most its total less the known other parts. Withheld parts are not always small: when one is, Insee
    withholds a second one of the same total, whatever its size (most often both sexes). Only a count that is part of
    nothing is certainly under the smallest published count.
    """
    here = position[column.colonne]
    known = status[:, here] == OK
    if not column.totaux:
        bound = np.full(len(value), SMALLEST_COUNT - 1.0)
    else:
        bounds = [np.full(len(value), np.nan)]
        for total, sisters in column.totaux:
            if total in position:
                parts = value[:, [position[name] for name in sisters if name in position]]
                whole = _highest(columns[position[total]], value, status, columns, position)
                bounds.append(whole - np.nansum(parts, axis=1))
        bound = np.maximum(np.fmin.reduce(bounds), 0)
    high: Floats = np.where(known, value[:, here], np.where(status[:, here] == SECRET, bound, np.nan))
    return high


def _total(cells: list[str], at: dict[str, int], columns: Iterable[InseeColumn]) -> dict[str, float]:
    read = {
        column.indicateur: count_or_number(cells[at[column.colonne]], column.whole, column.unite == "euros")
        for column in columns
    }
    return {name: said for name, said in read.items() if isinstance(said, float)}
