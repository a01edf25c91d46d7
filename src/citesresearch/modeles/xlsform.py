"""A questionnaire as an XLSForm workbook, for KoboToolbox and ODK: sheets `survey`, `choices` and `settings`.

Names are those of the codebook (see `codebook.formulaire`): what is collected comes back without a mapping.
Nothing is recorded that is not asked: neither the device, nor its user, nor the time spent.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence

from ..codebook.formulaire import Formulaire, Item, Relevance
from ..french import number, typeset

__all__ = ["sheets", "xlsform"]

Row = dict[str, str]

_LANGUAGE = "Français (fr)"
_TYPES = {"entier": "integer", "nombre": "decimal", "date": "text", "texte": "text"}
_DATE = "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
# In the column that filters a list: shown whatever the other answer.
_ALWAYS = "tous"
# Choices from which a list is searched rather than read.
_LONG = 20
_FILTER = "filtre"


def xlsform(form: Formulaire, stamp: str = "") -> bytes:
    """The workbook, as the bytes of an xlsx file; `stamp` is a note at its head, where its Cités are fictional."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets(form, stamp).items():
        sheet = book.create_sheet(name)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        sheet.append(columns)
        for row in rows:
            sheet.append([row.get(column) or None for column in columns])
        sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def sheets(form: Formulaire, stamp: str = "") -> dict[str, list[Row]]:
    """The rows of each sheet. The version changes with the content, and with nothing else."""
    survey = [*_notes(form, stamp), *(row for item in form.items for row in _rows(item, form))]
    choices = list(_choices(form))
    text = json.dumps([survey, choices], ensure_ascii=False, sort_keys=True)
    settings = {
        "form_title": typeset(form.titre),
        "form_id": form.nom,
        "version": hashlib.sha256(text.encode()).hexdigest()[:12],
        "default_language": _LANGUAGE,
        "style": "pages",
    }
    return {"survey": survey, "choices": choices, "settings": [settings]}


def _words(**texts: str) -> Row:
    """Columns of words, in French."""
    # « ${ » would be read as a reference to a question.
    return {f"{name}::{_LANGUAGE}": typeset(text).replace("${", "$ {") for name, text in texts.items() if text}


def _notes(form: Formulaire, stamp: str) -> Iterator[Row]:
    yield {"type": "begin_group", "name": "s_presentation", **_words(label=form.titre)}
    if stamp:
        yield {"type": "note", "name": "n_avertissement", **_words(label=stamp)}
    if form.presentation:
        yield {"type": "note", "name": "n_presentation", **_words(label=form.presentation)}
    for i, text in enumerate(form.donnees_personnelles, start=1):
        yield {"type": "note", "name": f"n_donnees_{i}", **_words(label=text)}
    yield {"type": "end_group"}


def _rows(item: Item, form: Formulaire) -> Iterator[Row]:
    """The rows of an item: one for a question, its content between two others for a group."""
    common = {"name": item.name, "relevant": _relevant(item.si, form)}
    match item.kind:
        case "repetition":
            yield {"type": "begin_repeat", **common, **_words(label=item.label)}
        case "section" | "batterie" | "detail":
            appearance = {"batterie": "table-list", "detail": "field-list"}.get(item.kind, "")
            stem = _stem(item)
            label = f"{item.label} – {stem}" if stem and item.label else item.label or stem
            yield {"type": "begin_group", **common, "appearance": appearance, **_words(label=label or item.name)}
        case _:
            yield _question(item, common)
            return
    for inner in item.items:
        yield from _rows(inner, form)
    yield {"type": "end_repeat" if item.kind == "repetition" else "end_group"}


def _stem(item: Item) -> str:
    """The words that all items of a battery begin with, where they are shown without them."""
    first = item.items[0] if item.kind == "batterie" else None
    return first.label.partition(" : ")[0] if first is not None and first.court else ""


def _question(item: Item, common: Mapping[str, str]) -> Row:
    kind = _TYPES.get(item.kind, "")
    if item.kind in ("choix", "choix_multiple"):
        kind = f"{'select_one' if item.kind == 'choix' else 'select_multiple'} {_list_name(item)}"
    rule, said = _constraint(item)
    label = item.court if item.kind == "choix" and item.court else item.label  # in a battery
    row = {"type": kind, **common, **_words(label=label, hint=item.hint)}
    if item.required:
        row |= {"required": "yes", **_words(required_message="Cette réponse est nécessaire.")}
    if rule:
        row |= {"constraint": rule, **_words(constraint_message=said)}
    if item.filter:
        row["choice_filter"] = f"{_FILTER} = ${{{item.filter}}} or {_FILTER} = '{_ALWAYS}'"
    if item.kind == "choix" and len(item.choices) > _LONG:
        row["appearance"] = "minimal autocomplete"
    if item.kind == "texte" and not item.pattern:
        row["appearance"] = "multiline"
    return row


def _constraint(item: Item) -> tuple[str, str]:
    """The rule that an answer must obey, and the sentence that says so."""
    if item.kind == "date":
        return f"regex(., '{_DATE}')", "Écrire la date AAAA, AAAA-MM ou AAAA-MM-JJ, par exemple 2023-06."
    if item.kind == "texte" and item.pattern:
        return f"regex(., '^({item.pattern})$')", f"Vérifier la forme de la réponse ({item.hint})."
    if item.exclusive:
        alone = " or ".join(f"selected(., '{code}')" for code in item.exclusive)
        words = " ou ".join(f"« {m.libelle} »" for m in item.choices if m.code in item.exclusive)
        return f"not(({alone}) and count-selected(.) > 1)", f"{words} ne va pas avec un autre choix."
    bounds = [(sign, limit) for sign, limit in ((">=", item.minimum), ("<=", item.maximum)) if limit is not None]
    if not bounds or item.kind not in ("entier", "nombre"):
        return "", ""
    said = " et ".join(f"{number(limit)} {'au moins' if sign == '>=' else 'au plus'}" for sign, limit in bounds)
    return " and ".join(f". {sign} {limit:g}" for sign, limit in bounds), f"Un nombre, {said}."


def _relevant(conditions: Sequence[Relevance], form: Formulaire) -> str:
    return " and ".join(_one(condition, form) for condition in conditions)


def _one(condition: Relevance, form: Formulaire) -> str:
    asked, place = form[condition.item], f"${{{condition.item}}}"
    if not condition.codes:
        return f"{place} != ''"
    if asked.kind != "choix_multiple":
        tests = [f"{place} = '{code}'" for code in condition.codes]
    elif set(condition.codes) >= {m.code for m in asked.choices} - set(asked.exclusive):
        # Any choice but those that mean none: shorter than naming them all.
        tests = [" and ".join([f"{place} != ''", *(f"not(selected({place}, '{c}'))" for c in asked.exclusive)])]
    else:
        tests = [f"selected({place}, '{code}')" for code in condition.codes]
    return tests[0] if len(tests) == 1 else f"({' or '.join(tests)})"


def _list_name(item: Item) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", item.list_id)


def _choices(form: Formulaire) -> Iterator[Row]:
    """Every list once, with the column that filters those that depend on another answer."""
    done: set[str] = set()
    for item in form.questions:
        name = _list_name(item)
        if not item.choices or name in done:
            continue
        done.add(name)
        by = next((other.filter_by for other in form.questions if other.filter and _list_name(other) == name), "")
        for choice in item.choices:
            row = {"list_name": name, "name": choice.code, **_words(label=choice.libelle)}
            if by:
                row[_FILTER] = str(choice.attributes.get(by, _ALWAYS))
            yield row
