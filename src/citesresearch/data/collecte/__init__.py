"""What was collected (Kobo, ODK, LimeSurvey, workbooks) into the tables of a campagne, or every reason why not.

All or nothing: what is not understood, an answer that would replace another, or a problem that the validation finds, and
no table is touched. See `docs/import.md`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from ...codebook import Codebook, load_codebook
from ...codebook.formulaire import formulaires
from ...errors import CannotWrite, CitesError, reason
from ...french import listing, noun, plural
from ...storage.locks import Held, hold_lock
from ...storage.together import finish_replacement, replace_together
from ..campagne import Campagne
from ..checking.problems import Collector, Problem, Problems, Source, quoted
from ..checking.validation import validate_folder
from ..reading.folder import Folder, read_folder
from .answers import AnswerPlace, Answers
from .correspondance import Correspondance, Proposed, read_correspondance, write_proposal
from .exports import read_export
from .layout import REPEAT, Layout, lay_out
from .masques import write_masked
from .merge import Change, Merge, merge
from .pseudonymes import Pseudonyms, key_path, read_key, write_key
from .questions import Questions
from .reading import gather

__all__ = ["Import", "import_answers"]

_LOCK = ".import.lock"
# Which key made the pseudonyms of this campagne: another one would count the same persons twice.
_FINGERPRINT = ".pseudonymes"
_WAIT_SECONDS = 60


@dataclass
class Import:
    """What an import found and did; see `report.words` for its sentences.

    `written` are the tables that were replaced, `altered` those that would be; `proposal` the mapping that was proposed.
    """

    campagne: Campagne
    layouts: list[Layout]
    problems: Problems
    answers: Answers | None = None
    merged: Merge | None = None
    changes: Sequence[Change] = ()
    altered: Sequence[str] = ()
    written: Sequence[str] = ()
    proposal: Path | None = None
    key: Path | None = None
    new_key: bool = False
    masked: Path | None = None
    preview: bool = False
    replace: bool = False

    @property
    def refused(self) -> bool:
        """Whether nothing was written although something was to be."""
        return self.problems.blocking or bool(self.changes and not self.replace)


def import_answers(
    campagne: Campagne,
    files: Sequence[Path],
    mapping: Path | None = None,
    *,
    replace: bool = False,
    preview: bool = False,
    key: Path | None = None,
    source: str = "",
    remove: bool = False,
    everything: bool = False,
) -> Import:
    """Bring the answers of these files into the raw tables of a campagne.

    `source` identifies the survey in the table of sources, where it cannot be guessed. With `preview` nothing is written,
    not even the key. `remove` takes away the respondents of the tables that the files lack; `everything` keeps what was
    turned down in the tool. Raises CitesError, in French, for a key or a place that cannot be used; everything else that is
    wrong is in the result.
    """
    raw = campagne.raw.resolve()
    inside = [path for path in files if raw in path.resolve().parents]
    if inside:
        raise CitesError(
            f"Le fichier {inside[0]} est dans le dossier de la campagne : un export porte ce qui désigne les répondants. "
            "Gardez-le ailleurs, puis recommencez."
        )
    try:
        # What writes nothing needs no lock, nor the right to make one.
        with nullcontext() if preview else hold_lock(raw / _LOCK, _WAIT_SECONDS):
            return _Run(campagne, files, mapping, replace, preview, key, source, remove, everything).run()
    except Held as error:
        raise CitesError(
            f"Un autre import écrit dans {raw} ; recommencez quand il a fini. {error.advice} Rien n’a été importé."
        ) from error
    except OSError as error:
        raise CannotWrite(f"Impossible d’écrire dans {raw} : {reason(error)}. Vérifiez les droits.") from error


@dataclass
class _Run:
    campagne: Campagne
    files: Sequence[Path]
    mapping: Path | None
    replace: bool
    preview: bool
    key: Path | None
    source: str
    remove: bool
    everything: bool
    problems: list[Problem] = field(default_factory=list)

    def run(self) -> Import:
        codebook = load_codebook(self.campagne.codebook)
        finish_replacement(self.campagne.raw)
        folder = read_folder(self.campagne.raw, codebook, self.campagne.beside)
        forms = [Questions(form, codebook[form.table]) for form in formulaires(codebook, _cites(folder))]
        decided, problems = read_correspondance(self.mapping, forms)
        self.problems += problems
        layouts = self._layouts(forms, decided)
        result = Import(self.campagne, layouts, Problems(self.problems), preview=self.preview, replace=self.replace)
        place = key_path(self.key)
        secret, result.new_key = read_key(place, self.campagne.raw)
        result.key = place
        answers = result.answers = gather(layouts, codebook, decided, self.everything)
        covered = {
            (layout.sheet.source.fichier, item.table)
            for layout in layouts
            for item in {target.item.name: target.item for target in layout.targets.values()}.values()
            if layout.form == REPEAT
        }
        pseudonyms = Pseudonyms(secret)
        if _needs_key(layouts):
            self._check_key(pseudonyms, place, result.new_key, forms, folder)
        constants = {**self._sources(folder, forms), **decided.constants}
        merged = result.merged = merge(answers, folder.tables, codebook, pseudonyms, constants, covered)
        if not any(problem.blocking for problem in (*self.problems, *answers.problems)):
            self._absent(merged, layouts, constants)
        self.problems += [*answers.problems, *_without_repeats(layouts)]
        self._missing(merged, answers, layouts, folder)
        if not any(problem.blocking for problem in self.problems):
            self._validate(folder, merged, codebook)
        result.problems = Problems(dict.fromkeys(self.problems))
        result.changes, result.altered = merged.changes, merged.altered
        if answers.proposed and not self.preview:
            result.proposal = write_proposal(self.files[0].resolve().parent, decided, answers.proposed.values())
        if result.altered and not result.refused and not self.preview:
            if result.new_key and _needs_key(layouts):
                # The key is kept before the tables: lost after them, nobody would find the same pseudonyms again.
                write_key(place, secret)
            if answers.masked:
                result.masked = write_masked(place, self.campagne.nom, answers.masked)
            contents = {f"{name}.csv": merged.content(name) for name in result.altered}
            if _needs_key(layouts):
                contents[_FINGERPRINT] = self._stamp(pseudonyms, layouts)
            replace_together(self.campagne.raw, contents)
            result.written = result.altered
        return result

    def _layouts(self, forms: Sequence[Questions], decided: Correspondance) -> list[Layout]:
        found: list[Layout] = []
        fixed = self._fixed()
        known = {
            "_id",
            "_uuid",
            "KEY",
            "id",
            "submitdate",
            "token",
            *(words for form in forms for words in form.words()),
        }
        for path in self.files:
            sheets, problems = read_export(path, known)
            self.problems += problems
            for sheet in sheets:
                notes = Collector(sheet.source)
                layout = lay_out(sheet, forms, decided, notes, alone=len(sheets) == 1, fixed=fixed)
                self.problems += notes.found
                if layout is not None:
                    found.append(layout)
        return found

    def _fixed(self) -> dict[tuple[str, str], str]:
        """Which column has identified respondents since the first import, by questionnaire and tool."""
        stamp = self.campagne.raw / _FINGERPRINT
        lines = stamp.read_text(encoding="utf-8", errors="replace").splitlines()[1:] if stamp.is_file() else []
        parts = [line.split("\t") for line in lines]
        return {(part[0], part[1]): part[2] for part in parts if len(part) == 3}

    def _stamp(self, pseudonyms: Pseudonyms, layouts: Sequence[Layout]) -> bytes:
        """The fingerprint of the key, then the column that identifies respondents, by questionnaire and tool."""
        fixed = self._fixed()
        for layout in layouts:
            if layout.who is not None and layout.questions.key_item is None:
                fixed.setdefault(
                    (layout.questions.form.nom, layout.numbers), " ".join(layout.sheet.header[layout.who].split())
                )
        lines = [pseudonyms.fingerprint(), *("\t".join((*key, name)) for key, name in sorted(fixed.items()))]
        return "".join(f"{line}\n" for line in lines).encode()

    def _absent(self, merged: Merge, layouts: Sequence[Layout], constants: Mapping[str, str]) -> None:
        """Say which respondents of the tables no file holds any more, and take them away where that was asked for."""
        for questions in {
            id(layout.questions): layout.questions for layout in layouts if layout.form != REPEAT
        }.values():
            if questions.key_item is not None:
                continue
            absent = merged.absent(questions, constants.get(f"{questions.main.name}.source", ""))
            if self.remove:
                merged.remove(questions, absent)
            if not absent.people:
                continue
            count = len(absent.people)
            notes = Collector(layouts[0].sheet.source)
            notes.add(
                "reponse_absente",
                f"{plural(count, 'répondant')} des tables, qui n’{'est' if count == 1 else 'sont'} pas dans cet export"
                + (
                    f" : {noun(count, 'retiré')} avec {'ses' if count == 1 else 'leurs'} réponses"
                    if self.remove
                    else " et que rien ne retire"
                ),
                "si l’export est complet, ces réponses ont été supprimées dans l’outil : les retirer par --retirer"
                if not self.remove
                else "vérifier les tables",
                gravite="avertissement",
            )
            self.problems += notes.found

    def _check_key(
        self, pseudonyms: Pseudonyms, place: Path, new: bool, forms: Sequence[Questions], folder: Folder
    ) -> None:
        """Refuse a key that is not the one under which respondents of this campagne already have a pseudonym."""
        stamp = self.campagne.raw / _FINGERPRINT
        held = stamp.read_text(encoding="utf-8", errors="replace").partition("\n")[0] if stamp.is_file() else ""
        names = [form.main.name for form in forms if form.key_item is None]
        if not held or held == pseudonyms.fingerprint() or not any(_column(folder, n, "id_repondant") for n in names):
            return
        notes = Collector(f"{names[0]}.csv")
        notes.add(
            "cle_differente",
            "la clé sous laquelle les répondants de la campagne ont reçu leur pseudonyme : avec une autre, les mêmes "
            "personnes seraient comptées deux fois",
            f"remettre cette clé dans {quoted(str(place))}, ou indiquer où elle est par --cle ; si elle est perdue, retirer "
            f"du dossier les tables des répondants et {quoted(_FINGERPRINT)}, puis importer de nouveau tous les exports",
            lu="aucune clé" if new else "une autre clé",
        )
        self.problems += notes.found

    def _sources(self, folder: Folder, forms: Sequence[Questions]) -> dict[str, str]:
        """The source of each main table: the one asked for, that of all its rows so far, or the only one there is."""
        known = _column(folder, "sources", "id_source")
        found = {}
        for form in forms:
            used = set(_column(folder, form.main.name, "source"))
            only = [self.source] if self.source else sorted(used) if len(used) == 1 else known
            if "source" in form.main.columns and len(only) == 1:
                found[f"{form.main.name}.source"] = only[0]
        return found

    def _missing(self, merged: Merge, answers: Answers, layouts: Sequence[Layout], folder: Folder) -> None:
        """What new rows need and no column gives: asked once, as a constant."""
        asked = {f"{t.item.table}.{t.item.name}" for layout in layouts for t in layout.targets.values()}
        for champ, (words, place) in merged.missing.items():
            if champ in asked:
                continue  # given by a column whose answers are not understood
            notes = Collector(place.source)
            choices = ", ".join(quoted(ident) for ident in _column(folder, "sources", "id_source"))
            source = champ.endswith(".source")
            more = f" : {choices}" if source and choices else ""
            option = ", ou par --source" if source else ""
            notes.add(
                "colonne_absente",
                f"une colonne qui dit {quoted(words)}, ou une valeur pour toutes les lignes{more}",
                f"donner cette valeur dans la correspondance (champ {quoted(champ)}, colonne vide){option}",
                colonne=champ,
            )
            self.problems += notes.found
            line = Proposed("", "", champ, "", None, "écrire la valeur, la même pour toutes les lignes")
            answers.proposed.setdefault(("", champ), line)

    def _validate(self, folder: Folder, merged: Merge, codebook: Codebook) -> None:
        """The tables as they would become, checked like any campagne; what is wrong is said where it was read."""
        for name in merged.altered:
            self.problems += _cannot_hold(folder, name)
            folder.tables[name] = merged.raw(name)
            folder.sources[name] = Source(f"{name}.csv")
            folder.unsure.discard(name)
        folder.found = [problem for problem in folder.found if not _filled_now(problem, merged)]
        _, problems = validate_folder(folder, codebook)
        rows = {f"{name}.csv": merged.tables[name].ordered() for name in merged.altered}
        exports = {path.name for path in self.files}
        for problem in problems:
            if problem.feuille is None and problem.fichier in rows and problem.ligne is not None:
                row = rows[problem.fichier][problem.ligne - 2]
                problem = _where_read(problem, row.told.get(problem.colonne or "", row.place))
            if problem.blocking or problem.fichier in exports:
                self.problems.append(problem)


def _needs_key(layouts: Sequence[Layout]) -> bool:
    return any(layout.questions.key_item is None for layout in layouts)


def _without_repeats(layouts: Sequence[Layout]) -> list[Problem]:
    """Warn where what is repeated did not come along: Kobo's single CSV file drops it in silence."""
    told = {target.item.table for layout in layouts for target in layout.targets.values()}
    found: list[Problem] = []
    for layout in layouts:
        lacking = [group for group in layout.questions.repeats.values() if group.table not in told]
        if lacking and layout.sheet.outil in ("Kobo", "ODK"):
            notes = Collector(layout.sheet.source)
            names = listing(quoted(group.label) for group in lacking)
            notes.add(
                "repetition_absente",
                f"les éléments répétés du questionnaire ({names}), qui ne sont pas dans cet export",
                "exporter en xlsx (Kobo), ou importer tous les fichiers de l’archive (ODK), si des réponses y ont été données",
                gravite="avertissement",
            )
            found += notes.found
    return found


def _cites(folder: Folder) -> list[tuple[str, str]]:
    raw = folder.tables.get("cites")
    if raw is None or not {"id_cde", "nom"} <= set(raw.frame.columns):
        return []
    return [
        (str(ident).strip(), str(name).strip()) for ident, name in raw.frame[["id_cde", "nom"]].itertuples(index=False)
    ]


def _column(folder: Folder, table: str, column: str) -> list[str]:
    raw = folder.tables.get(table)
    if raw is None or column not in raw.frame:
        return []
    return [text for text in raw.frame[column].str.strip() if text]


def _cannot_hold(folder: Folder, name: str) -> list[Problem]:
    """Why the file of a table cannot be replaced by ours without losing something."""
    source = folder.sources[name]
    notes = Collector(source)
    own = Source(f"{name}.csv")
    if source != own and name in folder.tables and not folder.tables[name].frame.empty:
        notes.add(
            "table_en_double",
            f"la table {quoted(name)} dans un fichier {quoted(own.fichier)}, que l’import complète",
            f"enregistrer cette table sous {quoted(own.fichier)}, puis la retirer d’ici",
        )
    for problem in folder.found:
        if problem.source == source and problem.code == "colonne_inconnue":
            notes.add(
                "colonne_inconnue",
                "les seules colonnes de la table : l’import récrit ce fichier, et cette colonne serait perdue",
                "la garder dans un autre fichier",
                ligne=problem.ligne,
                colonne=problem.colonne,
                lu=problem.lu,
            )
    return notes.found


def _filled_now(problem: Problem, merged: Merge) -> bool:
    """Whether a problem of the folder is that a table is absent or empty, which the import fills."""
    return problem.code in ("fichier_absent", "fichier_sans_ligne") and any(
        problem.source == Source(f"{name}.csv") for name in merged.altered
    )


def _where_read(problem: Problem, place: AnswerPlace) -> Problem:
    """The same problem, in the file, the row and the column where the person who has the export sees it."""
    return dataclasses.replace(
        problem,
        fichier=place.source.fichier,
        feuille=place.source.feuille,
        ligne=place.ligne,
        colonne=place.colonne or problem.colonne,
    )
