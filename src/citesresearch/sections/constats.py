"""One finding on a page: what was counted first, then its sentence, its doubts, and its statistics at the side."""

from __future__ import annotations

from ..crosssite.finding import Crosstab, Finding
from ..crosssite.sentences import STRENGTHS, SYMBOLS, doubts
from ..disclosure import Publication
from ..figures.forest import p_words
from ..french import number, plural, typeset
from ..tables import Column, DataTable
from .blocks import Block, Pair, Paragraph, SideNote, Subheading, TableBlock

__all__ = ["comparison", "finding_blocks", "site_name", "size_words"]

# Categories without an order: the one that the hypotheses name, set against all the others.
NAMED = ("Équilibré", "Collectivité")
_TESTS = {"permutations": "permutations", "exact": "exact de Fisher"}


def finding_blocks(publication: Publication, finding: Finding) -> tuple[Block, ...]:
    """A subheading, the counts in words, the cross-table with the statistics beside it, the sentence of the rules."""
    blocks: list[Block] = [Subheading(typeset(f"{finding.predicteur} et {_inside(finding.resultat_libelle)}"))]
    told = comparison(finding.croisement)
    if told:
        blocks.append(Paragraph(typeset(told)))
    table = _cross_table(finding)
    note = SideNote(_notes(publication, finding))
    blocks.append(Pair((*((table,) if table else ()), Paragraph(finding.phrase)), note))
    return tuple(blocks)


def comparison(cross: Crosstab | None) -> str:
    """The counts of the best level, at one end of the predictor and at the other; empty where there is nothing to set side by side.

    Of types or of hosts: the one that the hypotheses name, then all others. Otherwise the highest category, then the lowest.
    """
    if cross is None or len(cross.lignes) < 2 or len(cross.colonnes) < 2:
        return ""
    rows = dict(zip(cross.lignes, cross.effectifs, strict=True))
    named = next((name for name in NAMED if name in rows), None)
    if named is not None:
        high, high_words = rows[named], f"« {named} »"
        low = tuple(sum(n) for n in zip(*(c for name, c in rows.items() if name != named), strict=True))
        low_words = "les autres"
    else:
        high, high_words = cross.effectifs[-1], f"« {cross.lignes[-1]} »"
        low, low_words = cross.effectifs[0], f"« {cross.lignes[0]} »"
    if not sum(high) or not sum(low):
        return ""
    return (
        f"{high_words} : {plural(high[-1], 'Cité')} sur {number(sum(high))} au niveau le plus haut (« {cross.colonnes[-1]} ») ; "
        f"{low_words} : {number(low[-1])} sur {number(sum(low))}."
    )


def site_name(publication: Publication, ident: str) -> str:
    """The name of a Cité that returns name."""
    cites = publication.table("cites")
    return str(cites.loc[cites["id_cde"] == ident, "nom"].iloc[0])


def size_words(finding: Finding) -> str:
    """« τ-b = 0,10 [−0,07 ; 0,27] »; empty where nothing is measured."""
    if finding.valeur is None:
        return ""
    said = f"{SYMBOLS[finding.mesure]} = {number(finding.valeur, 2)}"
    if finding.bas is None or finding.haut is None:
        return f"{said}, sans intervalle"
    return typeset(f"{said} [{number(finding.bas, 2)} ; {number(finding.haut, 2)}]")


def _cross_table(finding: Finding) -> TableBlock | None:
    cross = finding.croisement
    if cross is None:
        return None
    columns = (
        Column("Gouvernance"),
        *(Column(typeset(words), True) for words in cross.colonnes),
        Column("Ensemble", True),
    )
    rows = tuple(
        (typeset(words), *(number(n) for n in counts), number(sum(counts)))
        for words, counts in zip(cross.lignes, cross.effectifs, strict=True)
    )
    return TableBlock(
        DataTable(typeset(f"{finding.resultat_libelle} selon la gouvernance, en nombre de Cités"), columns, rows)
    )


def _notes(publication: Publication, f: Finding) -> tuple[tuple[str, str], ...]:
    """The statistics, one a line: what a referee looks for, under the words that name it."""
    lines = [
        ("Base", f"{plural(f.n, 'Cité')} ; {number(f.manquants)} sans l’une des deux réponses"),
        ("Force", STRENGTHS[f.force]),
        ("Taille", size_words(f)),
    ]
    if f.p is not None:
        error = f" ± {number(1.96 * f.p_erreur, 3)} (tirages)" if f.p_erreur else ""
        lines.append(("p", f"{p_words(f.p)}{error}, test {_TESTS.get(f.test, f.test)}"))
        family = "Holm" if f.ajustement == "holm" else "Benjamini-Hochberg"
        lines.append(("p ajusté", f"{p_words(f.p_ajuste)} ({family}, {plural(f.taille_famille, 'paire')})"))
    if f.detectable is not None:
        lines.append(("Visible à partir de", f"{SYMBOLS[f.mesure]} = {number(f.detectable, 2)}, huit fois sur dix"))
    lines.append(("Avec témoins", _adjusted(f)))
    if f.une_de_moins is not None:
        one = f.une_de_moins
        lines.append(
            (
                "Une Cité de moins",
                f"de {number(one.bas, 2)} (sans {site_name(publication, one.sans_bas)}) à "
                f"{number(one.haut, 2)} (sans {site_name(publication, one.sans_haut)})",
            )
        )
    grid = [t.valeur for t in f.seuils if t.valeur is not None]
    if grid:
        lines.append(
            (
                "Autres seuils",
                f"δ de {number(min(grid), 2)} à {number(max(grid), 2)} sur {plural(len(grid), 'réglage')}",
            )
        )
    lines.append(("Source", "le même retour des deux côtés" if f.meme_source else "deux sources distinctes"))
    if f.variante is not None and f.variante.valeur is not None:
        lines.append(("Sans les avis", f"{number(f.variante.valeur, 2)} (p = {p_words(f.variante.p)})"))
    told = doubts(f)
    if told and f.force in ("indice", "fragile"):
        lines.append(("Doutes", " ; ".join(told)))
    return tuple((term, typeset(words)) for term, words in lines if words)


def _adjusted(f: Finding) -> str:
    model = f.modele_ajuste
    if model is None:
        return ""
    if not model.genre:
        return f"aucun modèle : {model.motif}" if model.motif else ""
    controls = ", ".join(model.temoins) or "aucun témoin"
    said = f"{model.genre} ({controls}), p = {p_words(model.p)}"
    if model.accord is not None:
        said += ", même sens" if model.accord else ", sens contraire"
    if model.brant is not None and model.brant < 0.05:
        said += " ; cotes non proportionnelles (Brant)"
    return said + (f" ; {model.motif}" if model.motif else "")


def _inside(words: str) -> str:
    """Words as they stand inside a sentence; a name in capitals keeps them."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]
