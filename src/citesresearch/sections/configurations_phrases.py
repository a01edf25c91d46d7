"""What may be said of an analysis of configurations, by written rules: a solution is announced only beyond chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..french import listing, noun, number, percent, plural, rounded, typeset
from ..publication.configurations import Analysis, words_of

__all__ = ["Phrase", "announced", "headline", "phrases", "side_phrase", "solution", "split"]

KINDS = {
    "intermediaire": "intermédiaire",
    "conservatrice": "conservatrice",
    "parcimonieuse": "parcimonieuse",
}
SAME_RETURN = "Conditions et résultat viennent du même retour : une association, rien de plus."


@dataclass(frozen=True)
class Phrase:
    """A sentence and its limit."""

    texte: str
    limite: str

    @property
    def whole(self) -> str:
        return f"{self.texte} Limite : {self.limite}"


def split(cites: str) -> list[str]:
    """Identifiers, or numbers of rows, that a cell holds."""
    return cites.split()


def headline(lecture: Analysis, cote: str) -> pd.Series[Any]:
    """The row that sums up a side."""
    return lecture.rows("configurations", cote).iloc[0]


def solution(lecture: Analysis, cote: str) -> pd.DataFrame:
    """Rows of the first model of a side: intermediate, or conservative where there is no other; empty where none."""
    terms = lecture.rows("configurations_termes", cote)
    for kind in KINDS:
        rows = terms[(terms["solution"] == kind) & (terms["modele"] == 1)]
        if len(rows):
            return rows.reset_index(drop=True)
    return terms


def announced(lecture: Analysis) -> tuple[str, ...]:
    """The sides whose solution goes beyond chance."""
    table = lecture.rows("configurations")
    return tuple(table.loc[table["annoncee"], "cote"])


def phrases(lecture: Analysis, total: int) -> tuple[Phrase, ...]:
    """The first screen: presence, absence, and how far either may be believed. `total`: Cités of the campagne."""
    return side_phrase(lecture, "presence"), side_phrase(lecture, "absence"), _reach(lecture, total)


def side_phrase(lecture: Analysis, cote: str) -> Phrase:
    """What goes with the good level, or with its absence; or that nothing comes out, and what that means."""
    line, model = headline(lecture, cote), solution(lecture, cote)
    level = lecture.outcome.presence if cote == "presence" else lecture.outcome.absence
    here = int(line["au_resultat"])
    if not line["annoncee"]:
        return _nothing(line, model, level, here)
    whole, terms = model.iloc[0], model.iloc[1:]
    typical, deviant = len(split(whole["typiques"])), len(split(whole["deviantes"]))
    tied = _tied(lecture, cote, whole["solution"])
    limits = [
        f"{number(here - typical)} des {plural(here, 'Cité')} de ce côté {'est' if here - typical < 2 else 'sont'} hors de {'cette combinaison' if len(terms) == 1 else 'ces combinaisons'}."
    ]
    if tied > 1:
        limits.append(f"{number(tied)} modèles sont à égalité : les données ne choisissent pas entre eux.")
    return Phrase(
        typeset(
            f"{level[:1].upper()}{level[1:]} se rencontre régulièrement {_places(terms, lecture)} : "
            f"{plural(typical, 'Cité')} sur {number(typical + deviant)} ainsi configurées."
        ),
        typeset(" ".join([*limits, SAME_RETURN])),
    )


def _places(terms: pd.DataFrame, lecture: Analysis) -> str:
    """Where: the combinations when they are one or two, else their number and the one that takes the most Cités."""
    if len(terms) <= 2:
        return f"là où sont réunis {' ; ou bien '.join(words_of(term, lecture.conditions) for term in terms['terme'])}"
    widest = str(terms.sort_values("couverture", kind="stable")["terme"].iloc[-1])
    return (
        f"dans {number(len(terms))} combinaisons, dont la plus répandue réunit {words_of(widest, lecture.conditions)}"
    )


def _tied(lecture: Analysis, cote: str, kind: str) -> int:
    rows = lecture.rows("configurations_termes", cote)
    return int(rows.loc[rows["solution"] == kind, "modele"].max())


def _nothing(line: pd.Series[Any], model: pd.DataFrame, level: str, here: int) -> Phrase:
    start = f"Aucune combinaison ne ressort pour {level} :"
    if model.empty:
        reason = str(line["conservatrice"])
        return Phrase(
            typeset(f"{start} {reason[:1].lower()}{reason[1:]}"),
            typeset("sans solution, rien ne peut être dit des combinaisons, ni dans un sens ni dans l’autre."),
        )
    taken = int(rounded(float(line["part"]) * here, 0))
    p = float(line["p"])
    return Phrase(
        typeset(
            f"{start} les lignes les plus régulières prennent {number(taken)} des {plural(here, 'Cité')} de ce côté, "
            f"et le hasard en prend autant ou plus dans {percent(100 * p, 1 if p < 0.1 else 0)} des tirages."
        ),
        typeset(
            "cela ne dit pas que gouvernance et résultat sont sans lien ; ces conditions, à ces seuils et à ce nombre de Cités, ne suffisent pas à distinguer les unes des autres."
        ),
    )


def _reach(lecture: Analysis, total: int) -> Phrase:
    """How far to believe: what survives where something is announced, else how mixed the combinations are."""
    size = int(headline(lecture, "presence")["cites"])
    left = f"{number(size)} des {plural(total, 'Cité')} {noun(size, 'répond', 'répondent')} à tout ; les autres sont hors de l’analyse. {SAME_RETURN}"
    said = [_survival(lecture, cote) for cote in announced(lecture)]
    if said:
        return Phrase(typeset(f"Si l’on déplace les choix, {listing(said)}."), typeset(left))
    lines = lecture.rows("configurations_lignes", "presence")
    mixed = sum(0 < len(split(row["deviantes"])) < row["cites"] for row in lines.to_dict("records"))
    if not len(lines):
        return Phrase(typeset(f"{plural(size, 'Cité')} sur {number(total)} : aucune table ne peut être dressée."), left)
    return Phrase(
        typeset(
            f"{number(mixed)} des {plural(len(lines), 'combinaison')} observées {noun(mixed, 'réunit', 'réunissent')} des Cités des deux côtés : "
            "mêmes conditions, niveaux différents."
        ),
        typeset(left),
    )


def _survival(lecture: Analysis, cote: str) -> str:
    table = lecture.rows("configurations_robustesse", cote)
    table = table[table["famille"] != "sans_une_cite"]
    held = table["etat"].isin(["identique", "proche"]).groupby(table["terme"]).sum()
    total = table["variation"].nunique()
    words = "la présence" if cote == "presence" else "l’absence"
    return f"le terme le plus fragile de {words} reste, identique ou proche, dans {number(held.min())} des {number(total)} réglages"
