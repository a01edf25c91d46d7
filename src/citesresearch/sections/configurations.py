"""The page on configurations: which combinations of governance go with a good level, with the Cités named.

It reads the published analysis; other choices of a reader make it again from the measures that are published. Cités
are named because everything comes from their own returns.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..figures.robustness_map import robustness_map
from ..figures.tables import Cell, Column, DataTable, Detailed, Linked, Sign
from ..figures.xy_plot import xy_plot
from ..french import date, listing, noun, number, percent, plural, typeset
from ..publication import Publication
from ..publication.configurations import Analysis, Condition, read_configurations, words_of
from ..publication.wording import STAMP, credit
from .annexe import provenance
from .blocks import (
    Block,
    BulletList,
    ChartBlock,
    Cover,
    KeyFigure,
    PageInfo,
    Paragraph,
    Section,
    SideNote,
    State,
    Subheading,
    TableBlock,
)
from .configurations_phrases import KINDS, announced, headline, phrases, side_phrase, solution, split
from .retour import has_returns

__all__ = [
    "configurations_absence",
    "configurations_presence",
    "couverture_configurations",
    "lire_configurations",
    "methode_configurations",
    "robustesse_configurations",
    "table_de_verite",
]

TITLE = "Configurations"
SIDES = {"presence": "La présence", "absence": "L’absence"}
PLACES = (("typiques", "Typiques"), ("deviantes", "Déviantes"), ("non_couvertes", "Non couvertes"))


def lire_configurations(
    publication: Publication, resultat: str = "", conditions: str = "", reperes: str = "", seuils: str = ""
) -> Analysis:
    """The declared analysis, or the one that these words ask for (see `read_configurations`)."""
    return read_configurations(publication.table, resultat, conditions, reperes, seuils)


def _analysed(publication: Publication, lecture: Analysis) -> bool:
    """Whether returns were analysed, on both sides."""
    return has_returns(publication) and all(len(lecture.rows("configurations", cote)) for cote in SIDES)


def couverture_configurations(publication: Publication, lecture: Analysis) -> Cover:
    """The first screen: what comes out in three sentences, each with its limit."""
    total = len(publication.cites)
    stamp = STAMP if publication.synthetique else None
    lede = typeset(
        f"Quelles réunions de conditions de gouvernance vont régulièrement avec {lecture.outcome.presence}, ou avec son absence ?"
    )
    empty = "Aucun retour de Cité n’a pu être analysé dans cette campagne : les configurations ne peuvent pas être analysées."
    changed = f" Réglages modifiés : {' ; '.join(lecture.changed)}." if lecture.changed else ""
    return Cover(
        kicker=f"{publication.codebook.programme.nom} · {publication.titre} · {publication.edition}",
        titre=_title(lecture) if _analysed(publication, lecture) else TITLE,
        sous_titre=f"{TITLE} de gouvernance et résultats",
        lede=lede,
        meta=typeset(f"Édition de {publication.edition}. Analyse qualitative comparée des retours des Cités.{changed}"),
        stamp=stamp,
        key_figures=_key_figures(lecture, total) if _analysed(publication, lecture) else (),
        en_bref=tuple(p.whole for p in phrases(lecture, total)) if _analysed(publication, lecture) else (empty,),
        motif=None,
        page=PageInfo(
            title=f"{TITLE} des {publication.codebook.programme.nom}",
            description=lede,
            campagne=publication.campagne,
            cite=None,
            edition=publication.edition,
            date_edition=publication.date_edition,
            version=publication.version,
            programme=publication.codebook.programme.nom,
            empreinte=publication.empreinte,
            stamp=stamp,
            fichier="configurations",
        ),
    )


def _title(lecture: Analysis) -> str:
    counts = {cote: len(solution(lecture, cote)) - 1 for cote in announced(lecture)}
    here, other = counts.get("presence", 0), counts.get("absence", 0)
    if not counts:
        return "Aucune combinaison ne ressort"
    if not here:
        return f"Rien pour ce niveau, {plural(other, 'combinaison')} pour son absence"
    if not other:
        return "Une combinaison ressort, une seule" if here == 1 else f"{number(here)} combinaisons ressortent"
    return f"{plural(here, 'combinaison')} pour ce niveau, {number(other)} pour son absence"


def _key_figures(lecture: Analysis, total: int) -> tuple[KeyFigure, ...]:
    line, rows = headline(lecture, "presence"), lecture.rows("configurations_lignes", "presence")
    mixed = sum(0 < len(split(row["deviantes"])) < row["cites"] for row in rows.to_dict("records"))
    size = int(line["cites"])
    return (
        KeyFigure(number(size), "", f"{noun(size, 'Cité analysée', 'Cités analysées')}", f"sur {number(total)}"),
        KeyFigure(number(line["au_resultat"]), "", f"avec {lecture.outcome.presence}", f"sur {plural(size, 'Cité')}"),
        KeyFigure(
            number(len(rows)),
            "",
            f"{noun(len(rows), 'combinaison observée', 'combinaisons observées')}",
            f"sur {number(2 ** len(lecture.conditions))} possibles",
        ),
        KeyFigure(number(mixed), "", "avec des Cités des deux côtés", f"sur {plural(len(rows), 'combinaison')}"),
    )


def table_de_verite(publication: Publication, lecture: Analysis) -> Section:
    """Every combination that some Cité has, with its Cités by name, the most regular first."""
    ident, titre = "table", "La table de vérité"
    if not _analysed(publication, lecture):
        return _empty(ident, 1, titre)
    rows = lecture.rows("configurations_lignes", "presence")
    if rows.empty:
        return _without(ident, 1, titre, str(headline(lecture, "presence")["conservatrice"]))
    possible = 2 ** len(lecture.conditions)
    unseen = possible - len(rows)
    rare = int((rows["issue"] == "?").sum())
    cuts = lecture.cuts
    never = f", {number(unseen)} {'n’a' if unseen < 2 else 'n’ont'} aucune Cité" if unseen else ""
    chapo = f"{number(possible)} combinaisons de {number(len(lecture.conditions))} conditions{never}."
    few = f"{number(rare)} de moins de {plural(cuts.n, 'Cité')}, laissées de côté." if rare else ""
    note = _from_returns(
        publication,
        ("Base", f"{plural(headline(lecture, 'presence')['cites'], 'Cité')} dont toutes les réponses sont connues."),
        (
            "Lecture",
            f"● condition présente, ○ absente. « Ce niveau » : {lecture.outcome.presence}. Inclusion : part des Cités de la ligne qui y sont.",
        ),
        (
            "Va avec",
            f"au moins {plural(cuts.n, 'Cité')} dans la ligne, inclusion d’au moins {number(cuts.inclusion)}, PRI d’au moins {number(cuts.pri)}.",
        ),
        ("Trop rares", few),
    )
    return Section(
        ident,
        titre,
        typeset(chapo),
        "complete",
        (TableBlock(_truth_table(publication, lecture, rows)), note),
        numero=1,
    )


def _truth_table(publication: Publication, lecture: Analysis, rows: pd.DataFrame) -> DataTable:
    other = dict(zip(*(lecture.rows("configurations_lignes", "absence")[c] for c in ("ligne", "issue")), strict=True))
    names = _names(publication)
    body: list[tuple[Cell, ...]] = []
    for row in rows.sort_values(["inclusion", "cites", "ligne"], ascending=[False, False, True]).to_dict("records"):
        out = split(row["deviantes"])
        inside = [ident for ident in split(row["membres"]) if ident not in out]
        body.append(
            (
                number(row["ligne"]),
                *(Sign("●", "présente") if c == "1" else Sign("○", "absente") for c in row["configuration"]),
                number(row["cites"]),
                number(row["inclusion"], 2),
                _figure(row["pri"]),
                _issue(row["issue"], other.get(row["ligne"], "")),
                _linked(names, ("De ce niveau : ", inside), ("Les autres : ", out)),
            )
        )
    return DataTable(
        typeset("Combinaisons observées, de la plus à la moins régulière"),
        (
            Column("Ligne"),
            *(Column(typeset(c.libelle)) for c in lecture.conditions),
            Column("Cités", True),
            Column("Inclusion", True),
            Column("PRI", True),
            Column("Va avec"),
            Column("Quelles Cités"),
        ),
        tuple(body),
    )


def _issue(presence: str, absence: str) -> str:
    """Which side a combination goes with, in words."""
    if presence == "?":
        return "trop rare"
    words = ["ce niveau"] * (presence == "1") + ["son absence"] * (absence == "1")
    return listing(words) or "ni l’un ni l’autre"


def configurations_presence(publication: Publication, lecture: Analysis) -> Section:
    """Solutions, plot and Cités for the good level."""
    return _side(publication, lecture, "presence", 2, typeset(f"Ce qui va avec {lecture.outcome.presence}"))


def configurations_absence(publication: Publication, lecture: Analysis) -> Section:
    """The same for its absence, which is an analysis of its own: opposites do not follow."""
    return _side(publication, lecture, "absence", 3, typeset(f"Ce qui va avec {lecture.outcome.absence}"))


def _side(publication: Publication, lecture: Analysis, cote: str, numero: int, titre: str) -> Section:
    if not _analysed(publication, lecture):
        return _empty(cote, numero, titre)
    line, phrase = headline(lecture, cote), side_phrase(lecture, cote)
    model = solution(lecture, cote)
    if model.empty:
        return _without(cote, numero, titre, str(line["conservatrice"]))
    shown = bool(line["annoncee"])
    blocks: list[Block] = [
        Paragraph(phrase.texte),
        Paragraph(f"Limite : {phrase.limite}"),
        Paragraph(_necessary(lecture, cote)),
        *((Subheading("Solutions"),) if shown else ()),
        *(
            TableBlock(table, folded=not shown)
            for table in _models(lecture, cote, "" if shown else "Non annoncée, pour contrôle : ")
        ),
        _from_returns(
            publication,
            ("Base", plural(line["cites"], "Cité")),
            (
                "Hasard",
                f"{percent(100 * float(line['part']), 0)} des Cités de ce côté sont dans une ligne régulière, {percent(100 * float(line['part_hasard']), 0)} en moyenne sur {number(line['tirages'])} tirages (p = {number(line['p'], 3)}).",
            ),
            (
                "Lecture",
                "inclusion (inclS), PRI, couverture (covS) et couverture propre (covU) : part des Cités de ce côté que le terme prend, et qu’il est seul à prendre.",
            ),
            *((KINDS[kind].capitalize(), str(line[kind])) for kind in KINDS),
            ("Lignes écartées", _withheld(line)),
        ),
        ChartBlock(_plot(publication, lecture, cote, model, shown)),
        TableBlock(_cases(publication, model), folded=not shown),
    ]
    chapo = (
        f"{plural(len(model) - 1, 'combinaison ressort', 'combinaisons ressortent')}."
        if shown
        else "La solution calculée n’est pas annoncée : elle n’est donnée que pour contrôle."
    )
    return Section(cote, titre, typeset(chapo), "complete", tuple(blocks), numero=numero)


def _withheld(line: pd.Series[Any]) -> str:
    rows = split(str(line["ecartees"]))
    return (
        f"{listing(rows)}, de la solution où la présence et l’absence auraient supposé la même chose." if rows else ""
    )


def _necessary(lecture: Analysis, cote: str) -> str:
    rows = lecture.rows("configurations_necessaires", cote).to_dict("records")
    if not rows:
        return typeset("Aucune condition, ni son absence, n’est partagée par au moins 90 % des Cités de ce côté.")
    said = [
        f"{words_of(row['expression'], lecture.conditions)} ({percent(100 * row['inclusion'], 0)}, pertinence {_figure(row['pertinence'])})"
        for row in rows
    ]
    return typeset(
        f"Partagé par au moins 90 % des Cités de ce côté : {listing(said)}. Une pertinence proche de 0 dit que presque toutes les Cités l’ont, des deux côtés."
    )


def _models(lecture: Analysis, cote: str, before: str) -> list[DataTable]:
    """One table a distinct model, whichever solutions give it: every tied model is there."""
    rows = lecture.rows("configurations_termes", cote)
    number_of = rows.groupby("solution")["modele"].max()
    tables = []
    for _, same in rows.groupby("expression", sort=False):
        given = same.drop_duplicates(["solution", "modele"])
        kinds = [
            KINDS[row["solution"]]
            + (f" (modèle {row['modele']} sur {number_of[row['solution']]})" if number_of[row["solution"]] > 1 else "")
            for row in given.to_dict("records")
        ]
        assumed = sorted({n for text in given["hypotheses"] for n in split(text)}, key=int)
        first = same[(same["solution"] == given["solution"].iloc[0]) & (same["modele"] == given["modele"].iloc[0])]
        tables.append(
            DataTable(
                typeset(f"{before}solution {listing(kinds)}"[:1].upper() + f"{before}solution {listing(kinds)}"[1:]),
                (
                    Column("Terme"),
                    *(Column(words, True) for words in ("Inclusion", "PRI", "Couverture", "Couverture propre")),
                    Column("Typiques", True),
                    Column("Déviantes", True),
                ),
                tuple(_term(row, lecture.conditions) for row in [*first[1:].iloc, first.iloc[0]]),
                typeset(
                    f"suppose {noun(len(assumed), 'la ligne', 'les lignes')} {listing(assumed)}, sans Cité ou presque"
                )
                if assumed
                else "",
            )
        )
    return tables


def _term(row: pd.Series[Any], conditions: tuple[Condition, ...]) -> tuple[Cell, ...]:
    words = words_of(row["terme"], conditions) if row["terme"] else ""
    head = (
        Detailed(typeset(f"{words[:1].upper()}{words[1:]}"), row["terme"].replace("*", " * "))
        if words
        else "Ensemble du modèle"
    )
    figures = (row["inclusion"], row["pri"], row["couverture"], row["couverture_propre"])
    return (
        head,
        *(_figure(value) for value in figures),
        *(number(len(split(row[place]))) for place in ("typiques", "deviantes")),
    )


def _figure(value: Any) -> str:
    return "///" if pd.isna(value) else number(value, 2)


def _plot(publication: Publication, lecture: Analysis, cote: str, model: pd.DataFrame, shown: bool) -> Any:
    cites = lecture.rows("configurations_cites")
    reached = cites["degre_resultat"]
    names = cites["id_cde"].map(_names(publication))
    level = lecture.outcome.presence if cote == "presence" else lecture.outcome.absence
    kind = KINDS[str(model["solution"].iloc[0])]
    return xy_plot(
        pd.DataFrame({"nom": names, "x": cites[f"degre_{cote}"], "y": reached if cote == "presence" else 1 - reached}),
        id=f"f-{cote}",
        across=f"la solution {kind}",
        up=level,
        announced=shown,
        **_origin(publication),
    )


def _cases(publication: Publication, model: pd.DataFrame) -> DataTable:
    whole, names = model.iloc[0], _names(publication)
    lines: list[tuple[Cell, ...]] = []
    reads = {
        "typiques": "dans la solution et de ce côté",
        "deviantes": "dans la solution, de l’autre côté",
        "non_couvertes": "de ce côté, hors de la solution",
    }
    for column, words in PLACES:
        idents = split(whole[column])
        lines.append((Detailed(words, reads[column]), number(len(idents)), _linked(names, ("", idents))))
    return DataTable(
        "Cités typiques, déviantes, non couvertes",
        (Column("Place"), Column("Nombre", True), Column("Cités")),
        tuple(lines),
    )


def robustesse_configurations(publication: Publication, lecture: Analysis) -> Section:
    """Which terms are still there when one choice moves, or when a Cité is left out."""
    ident, titre = "robustesse", "Ce qui reste quand les choix bougent"
    if not _analysed(publication, lecture):
        return _empty(ident, 4, titre)
    blocks: list[Block] = []
    for cote, words in SIDES.items():
        rows = lecture.rows("configurations_robustesse", cote)
        if len(rows):
            named = {term: words_of(term, lecture.conditions) for term in rows["terme"].unique()}
            measure = f"{words} : solution intermédiaire{'' if cote in announced(lecture) else ' (non annoncée)'}, une chose déplacée à la fois"
            blocks.append(
                ChartBlock(
                    robustness_map(rows, named, id=f"f-robustesse-{cote}", measure=measure, **_origin(publication))
                )
            )
    if not blocks:
        return _without(ident, 4, titre, "Sans solution, il n’y a aucun terme à suivre.")
    chapo = "Chaque repère, le niveau dit bon, l’inclusion et l’effectif demandés, puis chaque Cité retirée."
    return Section(ident, titre, typeset(chapo), "complete", tuple(blocks), numero=4)


def methode_configurations(publication: Publication, lecture: Analysis) -> Section:
    """What the sets are, who is left out, what an analysis of this kind cannot say."""
    blocks: list[Block] = [
        Paragraph(typeset(lecture.outcome.justification)),
        TableBlock(_sets(lecture)),
    ]
    if _analysed(publication, lecture):
        blocks += _left_out(publication, lecture)
    blocks += [
        Subheading("Limites"),
        BulletList(tuple(typeset(text) for text in _limits(publication, lecture))),
        *provenance(publication),
    ]
    chapo = "Ensembles déclarés avant toute comparaison, chacun avec son repère et sa raison."
    return Section("methode", "Méthode et limites", typeset(chapo), "complete", tuple(blocks), numero=5)


def _sets(lecture: Analysis) -> DataTable:
    rows = tuple(
        (Detailed(typeset(c.libelle), c.id), number(c.anchors.crossover), typeset(c.justification))
        for c in lecture.conditions
    )
    return DataTable("Conditions", (Column("Condition"), Column("À partir de", True), Column("Pourquoi")), rows)


def _left_out(publication: Publication, lecture: Analysis) -> list[Block]:
    rows = lecture.rows("configurations_cites")
    rows = rows[rows["manque"] != ""]
    if rows.empty:
        return []
    names = _names(publication)
    table = DataTable(
        typeset(f"Les Cités hors de l’analyse ({number(len(rows))})"),
        (Column("Cité"), Column("Ce qui n’est pas connu")),
        tuple((_linked(names, ("", [row["id_cde"]])), typeset(row["manque"])) for row in rows.to_dict("records")),
    )
    return [TableBlock(table, folded=True)]


def _limits(publication: Publication, lecture: Analysis) -> list[str]:
    said = [
        "Une configuration décrit ces Cités ; elle ne dit ni pourquoi, ni ce qui arriverait ailleurs.",
        "Conditions et résultat viennent du même retour, rempli par les mêmes personnes ; le niveau est un jugement de la Cité sur elle-même.",
        "Une solution est annoncée quand ses lignes prennent plus de Cités que le hasard n’en donne (p ≤ 0,05) : une fois sur vingt, pour chaque résultat et chaque côté, le hasard seul la ferait annoncer.",
        "Une Cité est dans un ensemble ou non ; les degrés ne servent qu’à la figure. Avec peu de Cités par ligne, une seule mal classée change la solution.",
        "Taux auxquels une configuration connue est retrouvée, et aucune inventée : page de méthode « Les configurations », avec la commande qui les donne.",
    ]
    if lecture.changed:
        said.append(
            f"Cette page n’est pas l’analyse déclarée : {' ; '.join(lecture.changed)}. Le p ne tient pas compte des réglages essayés."
        )
    return [*said, *_other_outcomes(publication, lecture)]


def _other_outcomes(publication: Publication, lecture: Analysis) -> list[str]:
    """What the other declared outcomes give: reporting one alone would be choosing."""
    table = publication.table("configurations")
    said = []
    for outcome in table.loc[table["resultat"] != lecture.outcome.id, "resultat"].unique():
        other = lire_configurations(publication, outcome)
        said += [
            f"Autre résultat déclaré ({other.outcome.libelle}) : {_inner(side_phrase(other, cote).texte)}"
            for cote in SIDES
            if len(other.rows("configurations", cote))
        ]
    return said


def _inner(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


# -- shared ------------------------------------------------------------------------------------------------------------
def _names(publication: Publication) -> dict[str, str]:
    return dict(zip(publication.cites["id_cde"], publication.cites["nom"], strict=True))


def _linked(names: dict[str, str], *groups: tuple[str, list[str]]) -> Linked:
    """Cités by name, each leading to its monograph; a group without any has no line."""
    return Linked(
        tuple(
            (
                typeset(before),
                tuple((names[i], f"{i}.html") for i in sorted(filter(names.get, idents), key=names.__getitem__)),
            )
            for before, idents in groups
            if idents
        )
    )


def _origin(publication: Publication) -> dict[str, Any]:
    """What every figure says of itself."""
    returns = publication.table("retours")
    dates = returns["date_reference"].dropna()
    return {
        "source": listing(credit(publication, ident) for ident in sorted(returns["source"].dropna().unique())),
        "date": str(dates.max()) if len(dates) else "",
        "synthetique": publication.synthetique,
    }


def _from_returns(publication: Publication, *lines: tuple[str, str]) -> SideNote:
    origin = _origin(publication)
    when = date(origin["date"]) if origin["date"] else ""
    return SideNote.of(publication, ("Source", origin["source"]), ("Date", when), *lines)


def _empty(ident: str, numero: int, titre: str) -> Section:
    box = State(
        "vide",
        "Donnée non disponible",
        "Aucun retour de Cité n’a pu être analysé dans cette campagne.",
        "Les retours des Cités.",
    )
    return Section(ident, titre, "Non disponible.", "vide", (box,), numero=numero)


def _without(ident: str, numero: int, titre: str, reason: str) -> Section:
    box = State(
        "vide", "Pas de solution", typeset(reason), "Plus de Cités qui répondent à tout, ou moins de conditions."
    )
    return Section(ident, titre, "Rien ne peut être annoncé.", "vide", (box,), numero=numero)
