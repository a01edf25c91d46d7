"""One finding on a page: its verdict, its sentence, the Cités it is made of, then its figures and what puts it in doubt.

Plain words come first. What a statistician wants is beside the figure or folded under it: nothing is left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from ..codebook import Modality, Vocabulary
from ..figures.chart import Chart
from ..figures.crosstab import crosstab
from ..figures.forest import p_words
from ..figures.tables import Cell, Column, DataTable
from ..french import NBSP, listing, number, plural, typeset
from ..publication import Publication
from ..publication.findings import (
    STRENGTHS,
    SYMBOLS,
    Adjusted,
    Crosstab,
    Finding,
    Strength,
    declarations,
    doubts,
    figures,
    findings,
)
from .blocks import Block, BulletList, ChartBlock, Folded, Paragraph, Subheading, TableBlock
from .copilotage import origin

__all__ = [
    "RETAINED",
    "Reading",
    "finding_blocks",
    "inside",
    "pairs_to_see",
    "plain_phrase",
    "read",
    "verdict",
]

RETAINED: tuple[Strength, ...] = ("nette", "fragile")
"""The strengths of an association that the declared family tells from chance."""

TESTS = {"holm": "méthode de Holm", "bh": "méthode de Benjamini et Hochberg"}
_SCALES = {"tau_b": "τ-b de Kendall, de −1 à 1", "delta": "δ de Cliff, de −1 à 1"}
_SCALES |= {"epsilon2": "ε² de Kruskal et Wallis, de 0 à 1", "v": "V de Cramér corrigé, de 0 à 1", "": "nombre"}


@dataclass(frozen=True)
class Reading:
    """The findings of a publication, and what every figure made from them says of itself.

    noms: the name of each Cité. predicteurs, resultats: what was declared of each, by id. definitions: the indicator that defines each question. source and date are in words; synthetique stamps.
    """

    findings: tuple[Finding, ...]
    noms: dict[str, str]
    source: str
    date: str
    total: int
    synthetique: bool
    predicteurs: Mapping[str, Any] = field(default_factory=dict)
    resultats: Mapping[str, Any] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)

    def of(self, family: str, hypothese: int | None = None) -> list[Finding]:
        """The findings of a family, of one hypothesis or of all, in the order they were declared."""
        return [f for f in self.findings if f.famille == family and hypothese in (None, f.hypothese)]

    def defined(self, finding: Finding) -> tuple[str, ...]:
        """The indicators whose definitions explain the outcome of a finding."""
        asked = self.resultats[finding.resultat].champs.split() if finding.resultat in self.resultats else ()
        return tuple(self.definitions[champ] for champ in asked if champ in self.definitions)

    def predictor(self, finding: Finding) -> Any:
        """What was declared of the predictor of a finding."""
        return self.predicteurs[finding.id.partition(":")[0]]

    def named(self, ident: str) -> Finding:
        """The finding of a declared pair. Raises KeyError where the publication holds none."""
        found = next((f for f in self.findings if f.id == ident and f.famille == "confirmatoire"), None)
        if found is None:
            raise KeyError(ident)
        return found


def read(publication: Publication) -> Reading:
    """What was found, as it was published: nothing is computed again."""
    source, when = origin(publication)
    cites = publication.cites
    return Reading(
        findings(publication),
        dict(zip(cites["id_cde"], cites["nom"], strict=True)),
        source,
        when,
        len(cites),
        publication.synthetique,
        declarations(publication, "predicteurs"),
        declarations(publication, "resultats"),
        _definitions(publication),
    )


def _definitions(publication: Publication) -> dict[str, str]:
    """The indicator that defines each question, where one is made of that question alone."""
    described = publication.table("indicateurs")
    found = zip(described["champs"], described["id"], strict=True)
    return {str(champ): str(ident) for champ, ident in reversed(list(found)) if champ and " " not in champ}


# -- words -------------------------------------------------------------------------------------------------------------
def inside(words: str) -> str:
    """Words that were written to begin a line, as they stand within one (« ETP » keeps its capitals)."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def verdict(finding: Finding) -> str:
    """The pair and how firmly it may be said: « Temps de coordination et cohorte installée : aucune association vue »."""
    said = inside(STRENGTHS[finding.force])
    return typeset(f"{finding.predicteur} et {inside(finding.resultat_libelle)} : {said}")


def plain_phrase(finding: Finding) -> str:
    """The published sentence of the finding without its bracket of figures, which stand beside."""
    return finding.phrase.replace(typeset(f" ({figures(finding)})"), "")


def pairs_to_see(finding: Finding) -> float | None:
    """How many pairs of Cités in a hundred, going the same way, would have been seen 8 times in 10; None where unknown.

    The measures are the difference between the pairs of each way over a number that ties fix: the same Cités turn the
    smallest visible size into a share of pairs.
    """
    f = finding
    if f.valeur is None or f.concordantes is None or f.detectable is None or not f.valeur or f.concordantes == 50:
        return None
    share = 50 + (f.concordantes - 50) * f.detectable / f.valeur
    return share if share <= 100 else None


def _pairs(f: Finding) -> str:
    """The size in pairs of Cités out of a hundred."""
    if f.concordantes is None:
        return ""
    along = 100 - f.concordantes if f.attendu < 0 else f.concordantes
    words = (
        f"Sur 100 paires de Cités qui diffèrent des deux côtés, {number(along, 0)} vont "
        f"{'dans le sens de l’hypothèse' if f.attendu else 'dans le même sens'} ; sans aucun lien, on en attend 50"
    )
    least = pairs_to_see(f)
    if f.force == "non_vue" and least is not None:
        words += f", et il en aurait fallu {number(math.ceil(least))} pour que le lien soit vu huit fois sur dix"
    return f"{words}."


def _base(f: Finding, reading: Reading) -> str:
    missing = f"{plural(f.manquants, 'autre')} sans réponse d’un côté au moins" if f.manquants else "toutes connues"
    return f"{plural(f.n, 'Cité')} sur {number(reading.total)} ; {missing}"


def _notes(f: Finding) -> list[tuple[str, str]]:
    """The figures of a finding, for the side of its drawing; how they are made is in the fold."""
    if f.valeur is None:
        return [("Constat", f"{STRENGTHS[f.force]} : {f.motif or 'rien n’est calculable'}")]
    size = _sized(f, f.valeur)
    if f.bas is not None and f.haut is not None:
        size += f", de {number(f.bas, 2)} à {number(f.haut, 2)}"
    else:
        size += ", intervalle non donné"
    return [
        ("Constat", STRENGTHS[f.force]),
        ("Taille", size),
        ("Hasard", f"{_equal('p', f.p)} ; {_equal('p ajusté', f.p_ajuste)}"),
        ("Visible 8 fois sur 10", _visible(f)),
        ("Même source", _shared(f)),
    ]


def _sized(f: Finding, value: float) -> str:
    """« τ-b = 0,10 », on one line."""
    return f"{SYMBOLS[f.mesure]}{NBSP}={NBSP}{number(value, 2)}"


def _equal(name: str, p: float | None) -> str:
    said = p_words(p)
    return f"{name}{NBSP}{said}" if said.startswith("<") else f"{name}{NBSP}={NBSP}{said}"


def _visible(f: Finding) -> str:
    return "aucune taille" if f.detectable is None else f"à partir de {_sized(f, f.detectable)}"


def _shared(f: Finding) -> str:
    if f.meme_jugement:
        return "oui, et des avis de la même personne des deux côtés"
    return "oui, le même retour, mais pas d’avis des deux côtés" if f.meme_source else "non"


# -- the Cités themselves ----------------------------------------------------------------------------------------------
def cross_figure(f: Finding, reading: Reading, ident: str) -> Chart | None:
    """The cross-table of a finding, a disc a Cité, its figures beside it; None where no Cité is known on both sides."""
    cross = f.croisement
    if cross is None:
        return None
    predictor = reading.predictor(f)
    lines, counts = list(cross.lignes), list(cross.effectifs)
    if not predictor.croise:  # ordered rows: the highest on top
        lines, counts = lines[::-1], counts[::-1]
    rows = pd.DataFrame(
        [
            {"indicateur": f.id, "modalite": row, "croisement_modalite": column, "statut": "ok", "valeur": n, "n": n}
            for row, line in zip(lines, counts, strict=True)
            for column, n in zip(cross.colonnes, line, strict=True)
        ]
    ).assign(base=float(f.n))
    chart = crosstab(
        rows,
        _listed(_rows_named(predictor, f), lines),
        _listed(f.resultat_libelle, list(cross.colonnes)[::-1]),
        id=ident,
        measure=f"En lignes, {inside(_rows_named(predictor, f))} ; en colonnes, {inside(f.resultat_libelle)} ; un disque par Cité",
        source=reading.source,
        date=reading.date,
        synthetique=reading.synthetique,
    )
    kept = [note for note in chart.notes if note[0] not in ("Base", "Lecture")]
    notes = (*kept, ("Base", _base(f, reading)), *_rows_note(predictor), *_notes(f))
    titre = counts_title(f, Crosstab(tuple(lines), cross.colonnes, tuple(counts)))
    return replace(chart, titre=titre, notes=tuple((term, typeset(words)) for term, words in notes))


def _rows_named(predictor: Any, f: Finding) -> str:
    """What the rows of the cross-table are: the predictor, or the categories that show it better."""
    return "Type de copilotage" if predictor.indice else f.predicteur


def _rows_note(predictor: Any) -> list[tuple[str, str]]:
    """What a row counts, where it is a number."""
    return [("Lignes", predictor.lecture)] if predictor.lecture and not predictor.croise else []


def _listed(titre: str, labels: Sequence[str]) -> Vocabulary:
    return Vocabulary("croisement", 1, titre, tuple(Modality(label, label) for label in labels))


def counts_title(f: Finding, cross: Crosstab) -> str:
    """How many of each row reach the highest level: counts, whatever the statistics say."""
    said = [
        f"{number(line[-1])} sur {number(sum(line))} ({_row(row)})".replace(" ", NBSP)
        for row, line in zip(cross.lignes, cross.effectifs, strict=True)
        if sum(line)
    ]
    return typeset(f"{f.resultat_libelle}, « {inside(_row(cross.colonnes[-1]))} » : {listing(said)}")


def _row(label: str) -> str:
    """A category without the values that it spans; a bare number says that it is one."""
    short = label.partition(" (")[0]
    return f"valeur {short}" if short[:1].isdigit() else short


# -- how far it holds --------------------------------------------------------------------------------------------------
def finding_blocks(f: Finding, reading: Reading, ident: str, elsewhere: str = "") -> tuple[Block, ...]:
    """A finding whole: verdict, sentence, the Cités, its checks folded; `elsewhere` says where its cross-table is drawn."""
    chart = None if elsewhere else cross_figure(f, reading, ident)
    sentence = " ".join(part for part in (plain_phrase(f), _pairs(f), elsewhere) if part)
    return (
        Subheading(verdict(f)),
        Paragraph(typeset(sentence)),
        *((ChartBlock.of(chart, *reading.defined(f)),) if chart is not None else ()),
        *_checks(f, reading),
    )


def _checks(f: Finding, reading: Reading) -> tuple[Block, ...]:
    """Robustness, in a fold: nothing for a finding without a value."""
    if f.valeur is None:
        return ()
    tables: list[Block] = []
    if f.modele_ajuste is not None and f.modele_ajuste.termes:
        tables.append(TableBlock(_model_table(f.modele_ajuste)))
    if f.seuils:
        tables.append(TableBlock(_thresholds_table(f)))
    lines = tuple(typeset(line) for line in _check_lines(f, reading))
    return (Folded("Ce lien résiste-t-il aux vérifications ?", (BulletList(lines), *tables)),)


def _check_lines(f: Finding, reading: Reading) -> Iterable[str]:
    found = doubts(f)
    scale = _SCALES[f.mesure]
    error = f" (erreur de tirage {number(f.p_erreur, 4)})" if f.p_erreur else ""
    method = TESTS.get(f.ajustement, "")
    yield f"La taille est un {scale}. Le p vient de : {f.test}{error} ; ajusté par la {method} sur {plural(f.taille_famille, 'paire')}."
    if f.force in RETAINED:
        yield f"Met en doute : {' ; '.join(found)}." if found else "Aucune vérification ne met ce constat en doute."
    if f.une_de_moins is not None:
        one = f.une_de_moins
        yield (
            f"Une Cité de moins : {SYMBOLS[f.mesure]} va de {number(one.bas, 2)} (sans {reading.noms.get(one.sans_bas, one.sans_bas)}) "
            f"à {number(one.haut, 2)} (sans {reading.noms.get(one.sans_haut, one.sans_haut)})."
        )
    if f.modele_ajuste is not None:
        yield _model_words(f.modele_ajuste)
    if f.variante is not None:
        yield _variant_words(f, reading)
    if f.courbure is not None:
        bent, low, high = (number(v, 1) for v in (f.courbure.valeur, f.courbure.bas, f.courbure.haut))
        yield (
            f"Contrôle du déséquilibre (polynôme, sans témoins) : {bent}, de {low} à {high} ; au-dessous de 0, le déséquilibre "
            f"pèse par lui-même. Cinq coefficients pour {plural(f.n, 'Cité')} : un contrôle, pas un constat."
        )


def _model_words(model: Adjusted) -> str:
    if not model.termes:
        return f"Modèle avec témoins : aucun ({model.motif})."
    way = {True: "il va dans le même sens", False: "il va en sens contraire", None: "il n’a pas de sens à comparer"}
    held = f"à {listing(model.temoins)} constants" if model.temoins else "sans témoin"
    words = (
        f"Modèle {model.genre}, {plural(model.n, 'Cité')}, {held} : {way[model.accord]}, p commun = {p_words(model.p)}"
    )
    if model.brant is not None:
        fits = "rien ne contredit" if model.brant > 0.05 else "quelque chose contredit"
        words += f" ; {fits} des cotes proportionnelles (Brant, p = {p_words(model.brant)})"
    return f"{words}. {model.motif[:1].upper() + model.motif[1:] + '.' if model.motif else ''}".rstrip()


def _variant_words(f: Finding, reading: Reading) -> str:
    assert f.variante is not None
    name = inside(reading.predicteurs[f.variante.predicteur].libelle)
    if f.variante.valeur is None:
        return f"Sans les avis portés par la même personne ({name}) : rien n’est calculable."
    return (
        f"Sans les avis portés par la même personne ({name}) : {SYMBOLS[f.mesure]} = {number(f.variante.valeur, 2)}, "
        f"p = {p_words(f.variante.p)}, {plural(f.variante.n, 'Cité')}."
    )


def _model_table(model: Adjusted) -> DataTable:
    """Odds ratios, or ranks in % of the Cités for an outcome that is a number."""
    odds = model.genre != "linéaire sur les rangs"
    measured = "Rapport de cotes" if odds else "Rang, en points"

    def words(value: float) -> str:
        if not odds:
            return number(value, 1)
        # A model that hardly holds together gives odds that no page has room for.
        return "> 1 000" if value > math.log(1000) else number(math.exp(value), 2)

    rows: list[tuple[Cell, ...]] = [
        (
            typeset(f"{term.nom[:1].upper()}{term.nom[1:]}"),
            typeset(term.unite),
            typeset(words(term.valeur)),
            typeset(f"{words(term.bas)} à {words(term.haut)}"),
            p_words(term.p),
        )
        for term in model.termes
    ]
    columns = (
        Column("Variable"),
        Column("Pour"),
        Column(measured, True),
        Column("Intervalle à 95 %", True),
        Column("p", True),
    )
    return DataTable(typeset(f"Modèle {model.genre}"), columns, tuple(rows))


def _thresholds_table(f: Finding) -> DataTable:
    """Balanced Cités against the others, for nine pairs of thresholds."""
    at = {(t.delta, t.tau): t for t in f.seuils}

    def cell(delta: float, tau: float) -> str:
        found = at.get((delta, tau))
        if found is None or found.valeur is None:
            return "///"
        return f"{number(found.valeur, 2)} ({plural(found.equilibrees, 'équilibrée')})"

    deltas, taus = (sorted({getattr(t, name) for t in f.seuils}) for name in ("delta", "tau"))
    rows = tuple((f"|D| ≤ {number(d, 1)}", *(cell(d, t) for t in taus)) for d in deltas)
    return DataTable(
        typeset("Cités équilibrées contre les autres, selon les seuils de la typologie : δ de Cliff"),
        (Column("Déséquilibre admis"), *(Column(typeset(f"Force d’au moins {number(t, 1)}"), True) for t in taus)),
        rows,
    )


def level_counts(f: Finding, row: str) -> tuple[int, int, int, int] | None:
    """(at the highest level, in all) in the row of this name, then in all the other rows; None without such a row."""
    cross = f.croisement
    if cross is None or row not in cross.lignes:
        return None
    mine = cross.effectifs[cross.lignes.index(row)]
    others = [line for name, line in zip(cross.lignes, cross.effectifs, strict=True) if name != row]
    return mine[-1], sum(mine), sum(line[-1] for line in others), sum(sum(line) for line in others)


def link_words(f: Finding, reading: Reading) -> str:
    """The association in words: « les Cités où … se situent plus loin … »; the two names where it has no direction."""
    predictor, outcome = reading.predictor(f), reading.resultats[f.resultat]
    if f.mesure not in ("tau_b", "delta") or f.valeur is None:
        return f"{outcome.nom} diffère selon {predictor.nom}"
    return f"les Cités où {predictor.plus} {outcome.plus if f.valeur > 0 else outcome.moins}"
