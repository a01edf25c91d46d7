"""What an import did, or why it did nothing, in French sentences. Nothing that was masked or dropped is quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...french import NBSP, listing, noun, plural, typeset
from ..checking.problems import quoted
from . import Import
from .answers import shown
from .merge import Change

__all__ = ["words"]

_SHOWN = 20
_QUOTED = re.compile(f"(«{NBSP}.{{0,300}}?{NBSP}»)")


def words(result: Import, limit: int | None = _SHOWN) -> str:
    """The report of an import; at most `limit` changed answers are shown (None: all)."""
    lines = [f"Campagne {quoted(result.campagne.nom)}"]
    for layout in result.layouts:
        rows = plural(len(layout.sheet.rows), "ligne")
        lines.append(f"  {layout.sheet.source} : {layout.words()}, {rows}.")
        if layout.identity:
            columns = listing(quoted(shown(name)) for name in layout.identity)
            lines.append(f"    Non importé, car désigne une personne : {columns}.")
        if layout.technical:
            lines.append(f"    Laissé de côté : {plural(layout.technical, 'colonne')} de l’outil.")
    lines += _said_of_answers(result)
    if result.problems:
        lines += ["", result.problems.report()]
    if result.proposal is not None:
        lines += [
            "",
            f"Correspondance proposée, à vérifier ligne à ligne : {result.proposal}",
            f"Puis recommencer avec --correspondance {result.proposal.name}.",
        ]
    lines += ["", *_conclusion(result, limit)]
    return "\n".join(map(_typeset, lines))


def _typeset(line: str) -> str:
    """French spaces in our own words; what is quoted stays as it was typed."""
    parts = _QUOTED.split(line)
    return "".join(part if i % 2 else typeset(part) for i, part in enumerate(parts))


def _said_of_answers(result: Import) -> list[str]:
    lines = []
    if result.answers is not None:
        for source, count in result.answers.unsent.items():
            lines.append(
                f"  {source} : {plural(count, 'réponse')} non {noun(count, 'envoyée')} (sans date d’envoi), "
                f"{noun(count, 'laissée')} de côté."
            )
        for source, count in result.answers.turned_down.items():
            lines.append(
                f"  {source} : {plural(count, 'réponse')} non {noun(count, 'approuvée')} dans l’outil, {noun(count, 'laissée')} de "
                "côté (--tout les garde)."
            )
    if result.key is not None and any(layout.questions.key_item is None for layout in result.layouts):
        if result.new_key and result.written:
            lines.append(
                f"  Clé des pseudonymes créée dans {result.key}. Gardez-en une copie en lieu sûr, hors du projet : sans elle, "
                "les mêmes personnes recevraient un autre pseudonyme au prochain import et seraient comptées deux fois."
            )
        elif not result.new_key:
            lines.append(f"  Clé des pseudonymes : {result.key}")
    if result.masked is not None:
        lines.append(
            f"  Textes d’origine des passages masqués : {result.masked} (hors du projet, lisible de vous seul). Un passage masqué à tort "
            "se recopie dans la table entre deux accolades : {{5 cours Gambetta}}."
        )
    return lines


def _conclusion(result: Import, limit: int | None) -> list[str]:
    if result.problems.blocking or result.merged is None:
        return ["Rien n’a été importé."]
    lines = _changes(result.changes, limit)
    if result.changes and not result.replace:
        count = len(result.changes)
        lines.append(
            f"Rien n’a été importé : {plural(count, 'réponse')} en {noun(count, 'remplacerait', 'remplaceraient')} d’autres. "
            "Si les nouvelles valent, recommencez avec --remplacer."
        )
        return lines
    if not result.altered:
        same = plural(result.merged.unchanged, "réponse")
        return [*lines, f"Rien ne change : {same} déjà dans les tables, qui restent telles quelles."]
    new = [f"{plural(count, 'ligne')} dans {quoted(name)}" for name, count in sorted(result.merged.new.items())]
    added = sum(result.merged.added.values())
    parts = [
        *(["nouveau : " + listing(new)] if new else []),
        f"{plural(added, 'réponse')} {noun(added, 'ajoutée')}",
        f"{plural(len(result.changes), 'réponse')} {noun(len(result.changes), 'remplacée')}",
        f"{plural(result.merged.unchanged, 'réponse')} {noun(result.merged.unchanged, 'inchangée')}",
    ]
    lines.append(f"{' ; '.join(parts)}.".capitalize() if not new else f"N{' ; '.join(parts)[1:]}.")
    tables = listing(f"{name}.csv" for name in result.altered)
    done = "Tables écrites" if result.written else "Aperçu, rien n’est écrit. Tables qui le seraient"
    lines.append(f"{done} : {tables}.")
    return lines


def _changes(changes: Iterable[Change], limit: int | None) -> list[str]:
    all_of_them = list(changes)
    lines = []
    for change in all_of_them[:limit]:
        who = ", ".join(part for part in (change.cite, change.repondant) if part)
        lines.append(
            f"  {who}, {quoted(change.question)} : {_answer(change.before)} → {_answer(change.after)} ({change.place.named()})"
        )
    rest = len(all_of_them) - len(lines)
    if lines:
        lines.insert(0, "Réponses qui en remplacent d’autres :")
    if rest > 0:
        lines.append(f"  … et {plural(rest, 'autre')}")
    return lines


def _answer(text: str) -> str:
    return quoted(text) if text else "(sans réponse)"
