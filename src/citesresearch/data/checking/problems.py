"""What is wrong in the data, said so that the person who typed it can mend it."""

from __future__ import annotations

import csv
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ...errors import CannotWrite, CitesError, reason
from ...french import NBSP, NNBSP, listing, noun, number, plural, typeset

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KINDS", "Collector", "InvalidData", "Problem", "Problems", "Source", "inert_cell", "quoted", "visible"]

Gravite = Literal["bloquant", "avertissement", "information"]

# The kinds of problem, and the words that head each group in a report.
KINDS = {
    # the file
    "lien_exterieur": "Lien qui sort du dossier de la campagne",
    "fichier_absent": "Fichier absent",
    "fichier_illisible": "Fichier impossible à ouvrir",
    "fichier_vide": "Fichier vide",
    "fichier_trop_gros": "Fichier trop gros",
    "fichier_binaire": "Fichier d’un autre format",
    "fichier_tronque": "Fichier coupé",
    "fin_de_fichier": "Dernière ligne sans fin de ligne",
    "fichier_inconnu": "Fichier qui ne correspond à aucune table",
    "fichier_abime": "Fichier abîmé",
    "fichier_chiffre": "Fichier protégé par un mot de passe",
    "fichier_ouvert": "Fichier ouvert dans un tableur",
    "fichier_ignore": "Fichiers qui ne sont pas lus",
    "fichier_insee": "Fichier de l’Insee lu",
    "edition_douteuse": "Édition de l’Insee à vérifier",
    "quartiers_sans_cite": "Cités sans quartier prioritaire",
    "fichier_sans_ligne": "Fichier sans ligne de données",
    "table_en_double": "Table présente deux fois",
    "dossier_ignore": "Dossier qui n’est pas lu",
    "feuille_absente": "Feuille absente",
    "feuille_ignoree": "Feuille qui n’est pas lue",
    "feuille_inconnue": "Feuille dont la table n’est pas sûre",
    "nom_approche": "Nom écrit autrement",
    "cellules_masquees": "Cellules masquées",
    "encodage": "Encodage non reconnu",
    "encodage_douteux": "Encodage douteux",
    "encodages_melanges": "Deux encodages dans le même fichier",
    # its shape
    "entete_absente": "Ligne d’en-tête introuvable",
    "entete_decalee": "Ligne d’en-tête mal placée",
    "colonne_absente": "Colonne obligatoire absente",
    "colonne_inconnue": "Colonne inconnue",
    "colonne_mal_nommee": "Colonne au nom mal écrit",
    "colonne_double": "Colonne en double",
    "colonne_sans_nom": "Colonne sans nom",
    "colonne_vide": "Colonne obligatoire vide",
    "cellules_fusionnees": "Cellules fusionnées",
    "entete_repetee": "Ligne d’en-tête répétée",
    "ligne_exemple": "Ligne d’exemple, qui n’est pas lue",
    "texte_hors_tableau": "Texte seul sur sa ligne",
    "forme_ambigue": "Forme longue ou large : on ne peut pas savoir",
    "guillemets": "Guillemets mal placés",
    "nombre_de_cellules": "Nombre de cellules différent de celui de l’en-tête",
    # its cells
    "cellule_trop_longue": "Cellule trop longue",
    "caractere_interdit": "Caractère invisible interdit",
    "caractere_illisible": "Caractère perdu",
    "accents_abimes": "Accents abîmés",
    "formule_sans_valeur": "Formule sans valeur",
    "erreur_de_formule": "Erreur du tableur",
    "nombre_trop_long": "Nombre trop long pour un tableur",
    "valeur_absente": "Valeur obligatoire absente",
    "hors_liste": "Valeur hors de la liste",
    "libelle_lu": "Libellé lu comme un code",
    "forme": "Forme inattendue",
    "longueur": "Longueur inattendue",
    "nombre_illisible": "Nombre illisible",
    "oui_non": "Ni oui ni non",
    "hors_bornes": "Valeur hors des bornes",
    "parts_en_fraction": "Parts peut-être écrites entre 0 et 1",
    "date_illisible": "Date illisible",
    "date_impossible": "Date impossible",
    "dates_inversees": "Dates dans le désordre",
    "valeurs_inversees": "Valeurs dans le désordre",
    "peu_plausible": "Valeur peu plausible",
    "date_peu_plausible": "Date peu plausible",
    "cellule_vide": "Cellule vide parmi d’autres remplies",
    "valeur_decalee": "Valeur peut-être décalée d’une colonne",
    "type_de_cellule": "Cellule d’un autre type",
    "colonnes_facultatives": "Colonnes facultatives absentes",
    "moins_qu_avant": "Moins qu’à la dernière préparation",
    # its keys
    "cle_double": "Clé en double",
    "valeur_double": "Valeur en double",
    "identifiant_reserve": "Identifiant qui ne peut pas nommer une page",
    "cle_orpheline": "Clé qui n’existe pas dans l’autre table",
    "table_absente": "Table de référence absente",
    # its answers
    "modalite_discordante": "Modalité qui ne va pas avec le reste de la ligne",
    "question_non_posee": "Réponse à une question qui ne se pose pas",
    "choix_exclusif": "Choix qui en exclut d’autres",
    # what was collected
    "questionnaire_inconnu": "Questionnaire qui n’est pas reconnu",
    "repetition_absente": "Éléments répétés absents de l’export",
    "identifiant_fragile": "Répondants désignés par un simple numéro",
    "identifiant_change": "Répondants désignés autrement qu’aux imports précédents",
    "identifiant_abime": "Identifiant abîmé par un tableur",
    "reponse_absente": "Réponses des tables absentes de l’export",
    "reponse_contradictoire": "Réponses qui se contredisent",
    "cle_differente": "Clé des pseudonymes absente ou différente",
    # its free text
    "donnee_personnelle": "Donnée personnelle masquée",
    "texte_nettoye": "Signes sans objet retirés d’un texte",
    "texte_a_relire": "Texte à relire : il désigne peut-être une personne",
}

# Problems of one kind kept in a column of a file.
MOST = 1000
_LONGEST = 120  # characters of a value that are shown
_ROWS_SHOWN = 6
_QUOTED = re.compile(f"(«{NBSP}.{{0,300}}?{NBSP}»)", re.DOTALL)
_SPACES = {ord(space): " " for space in (NBSP, NNBSP)}
# What a spreadsheet takes for the beginning of a formula; the last four are their full-width twins.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def visible(text: str, longest: int = _LONGEST) -> str:
    """The text with control, direction and invisible characters shown as signs, cut at `longest`.

    What comes out may be printed anywhere: it cannot move the cursor, turn the reading direction or fail to
    encode.
    """
    text = text[: longest + 1]
    # Tens of thousands of values: most have nothing to show but letters and no-break spaces.
    if not text.translate(_SPACES).isprintable():
        text = "".join(_shown(c) for c in text)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _shown(char: str) -> str:
    if char < " ":
        return chr(0x2400 + ord(char))  # the Control Pictures block: ␀, ␉, ␊…
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return f"[U+{ord(char):04X}]"
    return char


def quoted(text: str) -> str:
    """« text », made visible, with its no-break spaces; what is inside is left as it was typed."""
    return f"«{NBSP}{visible(text)}{NBSP}»"


def inert_cell(value: object) -> str:
    """A cell that a spreadsheet shows as text: what would begin a formula is preceded by an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" \u00a0\u202f").startswith(_FORMULA) else text


@lru_cache(maxsize=4096)  # thousands of problems share a few phrases
def _sentence_part(text: str) -> str:
    """Our own words: French spaces outside quoted values, no final stop (the sentence adds its own)."""
    parts = _QUOTED.split(visible(text, 2000).strip().rstrip("."))
    return "".join(part if i % 2 else typeset(part) for i, part in enumerate(parts))


@dataclass(frozen=True)
class Source:
    """Where a table stands: a text file, or a sheet of a workbook."""

    fichier: str
    feuille: str | None = None

    def __str__(self) -> str:
        """« retours.csv »; « classeur.xlsx, feuille « retours » »."""
        return self.fichier if self.feuille is None else f"{self.fichier}, feuille {quoted(self.feuille)}"

    def named(self) -> str:
        """« retours.csv », la feuille « retours » de « classeur.xlsx »: for the middle of a sentence."""
        sheet = "" if self.feuille is None else f"la feuille {quoted(self.feuille)} de "
        return sheet + quoted(self.fichier)


@dataclass(frozen=True)
class Problem:
    """One problem: where it is, what was read, what is expected, what to do (all in French).

    `ligne` is the row a spreadsheet shows (the header is row 1); None where the problem is the whole file's.
    `feuille` is the sheet of a workbook, None for a text file or a whole workbook.
    `code` names the kind of problem, for grouping and tests (a key of KINDS: `hors_liste`, `cle_double`…).
    `attendu` is a noun phrase (« un nombre entier »), `remede` begins with an infinitive (« écrire « oui »
    »); neither has a final stop. Every text is made inert at once: control characters are shown as signs,
    long values are cut.
    """

    gravite: Gravite
    code: str
    fichier: str
    ligne: int | None
    colonne: str | None
    lu: str | None
    attendu: str
    remede: str
    feuille: str | None = None

    def __post_init__(self) -> None:
        def put(name: str, value: str | None) -> None:
            object.__setattr__(self, name, value)

        put("fichier", visible(self.fichier, 255))
        put("feuille", None if self.feuille is None else visible(self.feuille))
        put("colonne", None if self.colonne is None else visible(self.colonne))
        put("lu", None if self.lu is None else visible(self.lu))
        put("attendu", _sentence_part(self.attendu))
        put("remede", _sentence_part(self.remede))

    @property
    def blocking(self) -> bool:
        return self.gravite == "bloquant"

    @property
    def title(self) -> str:
        """The words that name this kind of problem."""
        return KINDS.get(self.code, self.code.replace("_", " ").capitalize())

    @property
    def source(self) -> Source:
        """The file, and the sheet in it, where the problem stands."""
        return Source(self.fichier, self.feuille)

    def place(self) -> str:
        """« ligne 12, colonne « echelle » »; empty when the problem is the whole file's."""
        row = [] if self.ligne is None else [f"ligne{NBSP}{self.ligne}"]
        column = [] if self.colonne is None else [f"colonne {quoted(self.colonne)}"]
        return ", ".join(row + column)

    def explanation(self) -> str:
        """What was read, what is expected, what to do: the part of the sentence that follows the place.

        What is only for information is a fact, not a thing to do.
        """
        if self.gravite == "information" and self.attendu:
            return f"{self.attendu}."
        parts = [
            self.attendu and f"attendu{NBSP}: {self.attendu}",
            self.remede and f"à faire{NBSP}: {self.remede}",
        ]
        if self.lu is not None and self.lu != self.colonne:
            parts.insert(0, f"lu{NBSP}: {quoted(self.lu) if self.lu else 'une cellule vide'}")
        return f"{NBSP}; ".join(part for part in parts if part) + "."

    def phrase(self) -> str:
        """The problem in one French sentence."""
        where = ", ".join(part for part in (str(self.source), self.place()) if part)
        return f"{where}{NBSP}: {self.explanation()}"


_COLUMNS = ("gravité", "fichier", "feuille", "ligne", "colonne", "problème", "valeur lue", "attendu", "à faire", "code")


class Problems(tuple[Problem, ...]):
    """All problems of a campagne, at once: filled in by the validation, read by people."""

    def __new__(cls, problems: Iterable[Problem] = ()) -> Problems:
        return super().__new__(cls, tuple(problems))

    @property
    def blocking(self) -> bool:
        """Whether one problem at least forbids to use the data."""
        return any(problem.blocking for problem in self)

    def _rows(self) -> list[tuple[Any, ...]]:
        return [
            (p.gravite, p.fichier, p.feuille, p.ligne, p.colonne, p.title, p.lu, p.attendu, p.remede, p.code)
            for p in self
        ]

    def to_frame(self) -> pd.DataFrame:
        """One row per problem, with French column names; `ligne` is a nullable integer."""
        import pandas as pd

        return pd.DataFrame(self._rows(), columns=list(_COLUMNS)).astype({"ligne": "Int64"})

    def write_csv(self, path: Path) -> None:
        """Write the list where a French spreadsheet opens it: UTF-8 with its mark, semicolons, no formula.

        The file is written aside, then moved into place. Raises CitesError where the place cannot be written.
        """
        aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            try:
                with aside.open("w", encoding="utf-8-sig", newline="") as stream:
                    writer = csv.writer(stream, delimiter=";")
                    writer.writerow(_COLUMNS)
                    writer.writerows([inert_cell(cell) for cell in row] for row in self._rows())
                aside.replace(path)
            finally:
                aside.unlink(missing_ok=True)
        except OSError as error:
            raise CannotWrite(
                typeset(
                    f"Impossible d’écrire la liste des problèmes dans {path} : {reason(error)}. "
                    "Vérifiez les droits, la place libre, et que le fichier n’est pas ouvert dans un tableur."
                )
            ) from error

    def report(self, limit_per_group: int | None = 5) -> str:
        """The problems in French, by file then by kind; at most `limit_per_group` of each (None: all).

        What is only for information comes at the end: in its words, or counted where it has none.
        """
        told = Problems(problem for problem in self if problem.gravite != "information")
        if len(told) < len(self):
            notes = [problem for problem in self if problem.gravite == "information"]
            counts = Counter(problem.title for problem in notes if not problem.attendu)
            lines = [f"Pour information{NBSP}: {title} ({number(n)})." for title, n in counts.items()]
            lines += [f"Pour information{NBSP}: {p.source}{NBSP}: {p.explanation()}" for p in notes if p.attendu]
            return "\n".join([told.report(limit_per_group), *lines])
        if not self:
            return "Aucun problème."
        files: dict[str, dict[str, list[Problem]]] = {}
        # Blocking kinds first: a stable sort keeps the order of the file otherwise.
        for problem in sorted(self, key=lambda p: not p.blocking):
            files.setdefault(str(problem.source), {}).setdefault(problem.code, []).append(problem)
        many = len({problem.fichier for problem in self})
        head = _counted(self) + (f", dans {plural(many, 'fichier')}" if many > 1 else "")
        lines = [f"{head}."]
        for name in dict.fromkeys(str(p.source) for p in self):
            kinds = files[name]
            lines += ["", f"{name}{NBSP}: {_counted([p for group in kinds.values() for p in group])}"]
            for group in kinds.values():
                lines.append(f"  {group[0].title} ({_counted(group)})")
                lines += _grouped(group, limit_per_group)
        return "\n".join(lines)


def _grouped(group: Iterable[Problem], limit: int | None) -> list[str]:
    """The lines of one kind: what is wrong in the same way in the same column is said once, with its rows."""
    alike: dict[tuple[str | None, str], list[Problem]] = {}
    for problem in group:
        alike.setdefault((problem.colonne, problem.explanation()), []).append(problem)
    lines = []
    told = list(alike.values())[:limit]
    for same in told:
        place = _places(same)
        said = same[0].explanation()
        lines.append(f"  - {place}{NBSP}: {said}" if place else f"  - {said}")
    rest = sum(len(same) for same in alike.values()) - sum(len(same) for same in told)
    if rest:
        lines.append(f"  … et {plural(rest, 'autre')} du même genre")
    return lines


def _places(same: list[Problem]) -> str:
    """« lignes 3, 5 et 9, colonne « echelle » »: where problems of one column stand."""
    rows = [str(p.ligne) for p in same if p.ligne is not None]
    if len(rows) < 2:
        return same[0].place()
    if len(rows) > _ROWS_SHOWN:
        rows = [*rows[: _ROWS_SHOWN - 1], f"{number(len(rows) - _ROWS_SHOWN + 1)} autres"]
    column = "" if same[0].colonne is None else f", colonne {quoted(same[0].colonne)}"
    return f"lignes{NBSP}{listing(rows)}{column}"


def _counted(problems: Iterable[Problem]) -> str:
    """« 3 problèmes, dont 2 bloquants », « 1 problème bloquant », « 2 avertissements »."""
    all_of_them = list(problems)
    total, blocking = len(all_of_them), sum(p.blocking for p in all_of_them)
    if blocking == total:
        return f"{plural(total, 'problème')} {noun(total, 'bloquant')}"
    if not blocking:
        return plural(total, "avertissement")
    return f"{plural(total, 'problème')}, dont {plural(blocking, 'bloquant')}"


class InvalidData(CitesError):
    """The campagne cannot be used as it is; `problems` says why, all of it."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        super().__init__(f"Les données sont à corriger avant tout calcul.\n\n{problems.report()}")

    def __reduce__(self) -> tuple[type[InvalidData], tuple[Problems]]:
        # Exceptions are rebuilt from their message when they cross processes; this one needs its problems.
        return InvalidData, (self.problems,)


class Collector:
    """Gathers the problems of one file, or of one sheet, while it is read.

    Of each kind in each column the first MOST are kept; the others are counted in one more problem of that kind, so that
    a file of millions of wrong lines costs no more memory than a good one.
    """

    def __init__(self, source: Source | str) -> None:
        self.source = Source(source) if isinstance(source, str) else source
        self._found: list[Problem] = []
        self._seen: Counter[tuple[Source, Gravite, str, str | None]] = Counter()

    @property
    def found(self) -> list[Problem]:
        """The problems noted so far, each kind that had too many closed by their number."""
        beyond = ((kind, count - MOST) for kind, count in self._seen.items() if count > MOST)
        return [*self._found, *(_rest(*kind, more) for kind, more in beyond)]

    @found.setter
    def found(self, problems: list[Problem]) -> None:
        self._found = list(problems)
        self._seen = Counter({kind: min(count, MOST) for kind, count in self._seen.items()})

    def add(
        self,
        code: str,
        attendu: str,
        remede: str,
        *,
        ligne: int | None = None,
        colonne: str | None = None,
        lu: str | None = None,
        gravite: Gravite = "bloquant",
    ) -> None:
        """Note a problem, blocking unless said otherwise."""
        kind = self.source, gravite, code, colonne
        self._seen[kind] += 1
        if self._seen[kind] > MOST:
            return
        # Rows may come from a frame's index: numpy integers are not JSON.
        row = None if ligne is None else int(ligne)
        self._found.append(
            Problem(gravite, code, self.source.fichier, row, colonne, lu, attendu, remede, self.source.feuille)
        )


def _rest(source: Source, gravite: Gravite, code: str, colonne: str | None, more: int) -> Problem:
    told = f"{number(MOST)} problèmes de ce genre au plus, et {plural(more, 'autre', 'autres')} ici"
    remedy = "chercher la cause commune (séparateur, format de la colonne) : seuls les premiers sont listés"
    return Problem(gravite, code, source.fichier, None, colonne, None, told, remedy, source.feuille)
