"""The quality of the data: who answered, what is missing, what contradicts itself, where informants disagree.

The survey of actors is shown at the level of the network only; returns are official statements, and name their Cité.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..figures.bars import bars
from ..figures.tables import Cell, Column, DataTable, Detailed
from ..french import listing, noun, number, percent, plural, typeset
from ..publication import Publication
from ..publication.wording import STAMP, credit, documents, origins
from .annexe import provenance, sources
from .blocks import (
    Block,
    BulletList,
    ChartBlock,
    Cover,
    Folded,
    KeyFigure,
    PageInfo,
    Pair,
    Paragraph,
    Section,
    SideNote,
    State,
    Subheading,
    TableBlock,
)
from .retour import has_returns

__all__ = ["coherence", "couverture_qualite", "desaccords", "methode_qualite", "reponses_manquantes", "taux_de_reponse"]

TITLE = "Qualité des données"
MOST = 20  # questions on the figure of missing answers; the table holds them all
NAMED = 10  # Cités named one by one; beyond, their number is enough
# Classes of missing answers of a return: the least number of each.
CLASSES = (0, 1, 3, 6, 11)

_MISSING, _MISSING_ACTORS, _MISSING_CITE = (
    "reponses_manquantes_retours",
    "reponses_manquantes_acteurs",
    "reponses_manquantes_cite",
)
_CHECKS = "coherence_"


def couverture_qualite(publication: Publication) -> Cover:
    """The head of the page on the quality of the data: how many answered, how much is missing."""
    total = len(publication.cites)
    found = []
    en_bref = ["Aucun retour de Cité n’est dans cette campagne : cette page dit ce qu’il faudrait pour la remplir."]
    if has_returns(publication):
        checks = _checks(publication)
        again = _found_again(publication)["perimetre_id"].nunique()
        missing = _statistic(publication, "mediane")
        survey = _answered(publication, "cites_repondantes")
        received = len(publication.table("retours"))
        found = [
            KeyFigure(number(received), "", "retours reçus", f"sur {plural(total, 'Cité')}"),
            *(
                [KeyFigure(_shown(missing, 1), "", "de réponses manquantes, en médiane", _base(missing, "retour"))]
                if missing is not None
                else []
            ),
            KeyFigure(number(again), "", f"{noun(again, 'Cité')} à recontacter", "une incohérence au moins"),
        ]
        if survey is not None and survey["statut"] == "ok":
            covered = KeyFigure(number(survey["n"]), "", "Cités dont un acteur répond", f"sur {plural(total, 'Cité')}")
            found.insert(1, covered)
        en_bref = [
            f"{plural(total - received, 'Cité')} sans retour ; une Cité qui se tait n’est pas une Cité qui dit non.",
            f"{plural(len(checks), 'vérification')} de cohérence, chacune avec le nombre de Cités où elle est possible.",
            "Les désaccords entre informants ne sont donnés que pour le réseau entier, jamais pour une Cité.",
        ]
    lede = typeset(
        "Qui a répondu, ce qui manque, ce qui se contredit : ce qu’il faut savoir avant de lire les chiffres de cette campagne."
    )
    stamp = STAMP if publication.synthetique else None
    return Cover(
        kicker=f"{publication.codebook.programme.nom} · {publication.titre} · {publication.edition}",
        titre=TITLE,
        sous_titre=plural(total, "Cité"),
        lede=lede,
        meta=f"Édition de {publication.edition}. Chaque chiffre porte sa base.",
        stamp=stamp,
        key_figures=tuple(found),
        en_bref=tuple(typeset(line) for line in en_bref),
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
            fichier="qualite",
        ),
    )


def taux_de_reponse(publication: Publication) -> Section:
    """Response rates: returns of Cités and survey of actors; in the network, by year, scale and region."""
    rate = _answered(publication, "retours_recus")
    if rate is None:
        return _empty("reponses", 1, "Taux de réponse")
    regions = publication.estimate("retours_recus", modalite="oui", perimetre_type="region")
    names = _regions(publication)
    figure = bars(
        regions.assign(indicateur=regions["perimetre_id"]),
        names,
        id="f-retours-region",
        measure="Part des Cités qui ont remis leur retour, par région, en %",
        **_common(publication, regions),
    )
    silent = publication.cites[~publication.cites["id_cde"].isin(publication.table("retours")["id_cde"])]
    blocks: list[Block] = [
        ChartBlock.of(figure, "retours_recus"),
        Pair(
            (TableBlock(_rates(publication, names)),),
            _from_indicators(
                publication,
                ["retours_recus", "cites_repondantes"],
                (
                    "Base",
                    "les Cités de chaque groupe ; celles dont l’échelle n’est pas documentée ne sont que dans l’ensemble.",
                ),
            ),
        ),
        Subheading("Cités sans retour"),
        BulletList(tuple(silent["nom"])) if len(silent) else Paragraph("Toutes les Cités ont remis leur retour."),
    ]
    chapo = f"{plural(rate['n'], 'retour')} pour {plural(rate['base'], 'Cité')} ({percent(rate['valeur'], 0)})."
    survey = _answered(publication, "cites_repondantes")
    people = publication.estimate("repondants", perimetre_type="national", modalite="total")
    if survey is not None and survey["statut"] == "ok" and len(people) and people["statut"].iloc[0] == "ok":
        chapo += (
            f" L’enquête compte {plural(people['valeur'].iloc[0], 'répondant')}, dans {plural(survey['n'], 'Cité')}."
        )
        blocks.insert(
            2,
            Paragraph(
                typeset(
                    "Le nombre d’acteurs invités à l’enquête n’est pas connu : il n’y a pas de taux de réponse des personnes, "
                    "seulement la part des Cités où une personne au moins a répondu."
                )
            ),
        )
    return Section("reponses", "Taux de réponse", typeset(chapo), "complete", tuple(blocks), numero=1)


def reponses_manquantes(publication: Publication) -> Section:
    """Missing answers by question, of the returns and of the survey, and by Cité for the returns."""
    rows = publication.estimate(_MISSING, perimetre_type="national")
    if rows.empty:
        return _empty("manquantes", 2, "Réponses manquantes")
    labels = {code: _question(publication, code) for code in rows["modalite"]}
    whole = _questions_table(publication, rows, "Toutes les questions des retours")
    lines = rows["modalite"].map(lambda code: _of_lines(code))
    worst = rows[~lines & rows["n"].gt(0)].sort_values(["valeur", "n"], ascending=False, kind="stable").head(MOST)
    blocks: list[Block] = [Subheading("Par question des retours")]
    if len(worst):
        figure = bars(
            worst.assign(indicateur=worst["modalite"]),
            labels,
            id="f-manquantes",
            measure="Réponses manquantes, en % des Cités à qui la question est posée",
            **_common(publication, worst),
        )
        blocks.append(ChartBlock.of(figure, _MISSING))
    else:
        blocks.append(Paragraph("Aucune réponse ne manque."))
    blocks.append(Folded(f"Toutes les questions ({number(len(rows))})", (TableBlock(whole),)))
    blocks += _by_cite(publication)
    people = publication.estimate(_MISSING_ACTORS, perimetre_type="national")
    if len(people):
        caption = "Réponses manquantes de l’enquête"
        blocks += [
            Subheading("Par question de l’enquête auprès des acteurs"),
            Pair(
                (TableBlock(_questions_table(publication, people, caption)),),
                _from_indicators(publication, [_MISSING_ACTORS], ("Base", "les répondants de tout le réseau.")),
            ),
        ]
    without = int((rows["n"] == 0).sum())
    chapo = f"{plural(len(rows), 'question')} des retours, dont {number(without)} sans réponse manquante. « Ne sait pas » et « non concerné » sont des réponses."
    return Section("manquantes", "Réponses manquantes", typeset(chapo), "complete", tuple(blocks), numero=2)


def coherence(publication: Publication) -> Section:
    """Answers that contradict one another, with the Cités to ask again; actors against the return of their Cité."""
    checks = _checks(publication)
    if checks.empty:
        return _empty("coherence", 3, "Cohérence entre les sources")
    names = dict(zip(publication.cites["id_cde"], publication.cites["nom"], strict=True))
    again = _found_again(publication)
    blocks: list[Block] = [
        Paragraph(
            typeset(
                "Une incohérence n’est pas une faute : deux questions ont pu être comprises autrement que prévu. Elle dit où vérifier. "
                "Le total de l’enveloppe d’une Cité n’est dans aucune table : la somme des dépenses ne peut pas lui être comparée."
            )
        ),
        Pair(
            (TableBlock(_contradictions(publication, checks, again, names)),),
            _from_indicators(
                publication,
                list(checks["id"]),
                ("Base", "« Sur » : les Cités où la vérification est possible ; 0 quand aucune ne l’est."),
            ),
        ),
    ]
    count = again["perimetre_id"].nunique()
    if count:
        table = _to_ask_again(checks, again, names)
        blocks.append(Folded(f"Les Cités à recontacter ({number(count)})", (TableBlock(table),)))
    blocks += _actors_against_returns(publication)
    verb = "présente" if count < 2 else "présentent"
    chapo = f"{plural(len(checks), 'vérification')} ; {plural(count, 'Cité')} {verb} une incohérence au moins."
    return Section("coherence", "Cohérence entre les sources", typeset(chapo), "complete", tuple(blocks), numero=3)


def _contradictions(
    publication: Publication, checks: pd.DataFrame, again: pd.DataFrame, names: Mapping[str, str]
) -> DataTable:
    """Each check, and how many Cités contradict themselves."""
    rows: list[tuple[Cell, ...]] = []
    for _, check in checks.iterrows():
        national = publication.estimate(check["id"], perimetre_type="national", modalite="oui")
        if national.empty:
            continue
        row = national.iloc[0]
        cites = [names[i] for i in again.loc[again["indicateur"] == check["id"], "perimetre_id"]]
        known = row["base"] > 0
        rows.append(
            (
                Detailed(typeset(check["libelle"]), typeset(check["definition"])),
                number(row["n"]) if known else "///",
                number(row["base"]),
                _shown(row, 0) if known else "///",
                ("aucune" if known else "///") if not cites else _few(cites),
            )
        )
    columns = (
        Column("Vérification"),
        Column("Cités", True),
        Column("Sur", True),
        Column("Part", True),
        Column("À recontacter"),
    )
    return DataTable("Incohérences des retours", columns, tuple(rows))


def _to_ask_again(checks: pd.DataFrame, again: pd.DataFrame, names: Mapping[str, str]) -> DataTable:
    """Each Cité with a contradiction, the most first."""
    by_cite = again.groupby("perimetre_id").size().sort_values(ascending=False, kind="stable")
    libelles = dict(zip(checks["id"], checks["libelle"], strict=True))
    rows = tuple(
        (
            names[str(ident)],
            typeset(listing(libelles[i] for i in again.loc[again["perimetre_id"] == ident, "indicateur"])),
        )
        for ident in by_cite.index
    )
    return DataTable("Cités à recontacter", (Column("Cité"), Column("Vérifications en défaut")), rows)


def _actors_against_returns(publication: Publication) -> tuple[Block, ...]:
    """Actors whose opinion is opposed to the return of their Cité, in the whole network."""
    actors = publication.estimate("ecart_retour_acteurs", perimetre_type="national")
    if actors.empty:
        return ()
    questions = publication.codebook.vocabulary("question_acteurs@1")
    table = DataTable(
        "Acteurs d’un avis opposé au retour de leur Cité",
        (Column("Question"), Column("Acteurs", True), Column("Sur", True), Column("Part", True)),
        tuple(
            (typeset(questions.libelle(row["modalite"])), _count(row, "n"), _count(row, "base"), _shown(row, 0))
            for _, row in actors.iterrows()
        ),
    )
    base = "les répondants qui prennent parti, dans les Cités dont le retour prend parti ; réseau entier."
    note = _from_indicators(publication, ["ecart_retour_acteurs"], ("Base", base))
    return Subheading("Le retour et les acteurs de la même Cité"), Pair((TableBlock(table),), note)


def desaccords(publication: Publication) -> Section:
    """Informants of a same Cité who disagree, in the whole network; with the disagreement of strangers beside it."""
    cites = publication.estimate("desaccord_cites", perimetre_type="national")
    if cites.empty:
        return _empty(
            "desaccords", 4, "Désaccords entre informants", "L’enquête auprès des acteurs, dans une campagne."
        )
    questions = publication.codebook.vocabulary("question_acteurs@1")
    labels = {code: typeset(questions.libelle(code)) for code in cites["modalite"]}
    figure = bars(
        cites.assign(indicateur=cites["modalite"]),
        labels,
        id="f-desaccords",
        measure="Cités où deux informants au moins sont d’avis opposés, en % des Cités de deux avis au moins",
        intervals="general",
        **_common(publication, cites),
    )
    blocks: tuple[Block, ...] = (
        ChartBlock.of(figure, "desaccord_cites"),
        Paragraph(
            typeset(
                "Deux informants sont en désaccord quand l’un donne un avis favorable et l’autre un avis défavorable ; « ne sait pas » n’est pas un avis. "
                "Le repère est le désaccord entre informants de Cités différentes : si les deux parts se valent, les avis ne disent rien de la Cité ; "
                "plus la première est petite, plus les informants d’une même Cité décrivent la même chose."
            )
        ),
        Pair(
            (TableBlock(_opposed_pairs(publication, cites, labels)),),
            _from_indicators(
                publication,
                ["desaccord_paires", "desaccord_entre_cites"],
                (
                    "Base",
                    "les Cités de deux avis au moins, et les paires qu’ils forment : une Cité de quatre avis en compte six.",
                ),
                (
                    "Secret",
                    f"masqué sous {plural(publication.seuils['personnes'], 'Cité')}, et quand le résultat est unanime : chacun saurait ce que l’autre a répondu.",
                ),
            ),
        ),
    )
    shown = cites[cites["statut"] == "ok"]
    chapo = "Les désaccords sont masqués par le secret statistique."
    if len(shown):
        chapo = f"Selon la question, de {percent(shown['valeur'].min(), 0)} à {percent(shown['valeur'].max(), 0)} des Cités de deux avis au moins ont des informants d’avis opposés. Réseau entier : rien n’est dit d’une Cité."
    return Section("desaccords", "Désaccords entre informants", typeset(chapo), "complete", blocks, numero=4)


def _opposed_pairs(publication: Publication, cites: pd.DataFrame, labels: Mapping[str, str]) -> DataTable:
    """Pairs of informants who disagree, of one Cité and of two."""
    within, between = (
        {row["modalite"]: row for _, row in publication.estimate(name, perimetre_type="national").iterrows()}
        for name in ("desaccord_paires", "desaccord_entre_cites")
    )
    return DataTable(
        "Paires d’informants d’avis opposés",
        (
            Column("Question"),
            Column("Cités", True),
            Column("Paires", True),
            Column("Même Cité", True),
            Column("Cités différentes", True),
        ),
        tuple(
            (
                labels[row["modalite"]],
                _count(row, "base"),
                _count(within[row["modalite"]], "base"),
                _shown(within[row["modalite"]], 0),
                _shown(between[row["modalite"]], 0),
            )
            for _, row in cites.iterrows()
        ),
        "« Cités » et « Paires » : les bases",
    )


def methode_qualite(publication: Publication) -> Section:
    """How these figures are made, their sources, their signs, the making of the page."""
    described = publication.table("indicateurs")
    rows = described[described["theme"] == "qualite"]
    words = (
        "Une réponse manque quand la question est posée et que la case est vide ; une question qu’une autre rend sans objet n’est pas posée.",
        "Les tables de choix et de lignes comptent pour une question : elles manquent quand la Cité n’y a aucune ligne. Les questions sur leurs lignes ont ces lignes pour base.",
        "Les vérifications ne corrigent rien : les chiffres des autres pages sont calculés sur les réponses telles que reçues.",
        "Les retours sont des déclarations officielles, publiées par Cité ; les réponses des personnes ne le sont que pour le réseau.",
    )
    blocks: list[Block] = [BulletList(tuple(typeset(text) for text in words))]
    if has_returns(publication):
        table = DataTable(
            "Indicateurs de cette page",
            (Column("Indicateur"), Column("Formule"), Column("Base")),
            tuple(
                (typeset(row["libelle"]), typeset(row["formule"]), typeset(row["base"])) for _, row in rows.iterrows()
            ),
        )
        blocks.append(Folded(f"Les indicateurs de cette page ({number(len(rows))})", (TableBlock(table),)))
    return Section(
        "methode",
        "Sources et méthode",
        "Comment ces chiffres sont faits.",
        "complete",
        (*blocks, *sources(publication), *provenance(publication)),
        numero=5,
    )


# -- parts -------------------------------------------------------------------------------------------------------------


def _empty(ident: str, rank: int, title: str, remedy: str = "Les retours des Cités, dans une campagne.") -> Section:
    box = State(
        "vide",
        "Donnée non disponible dans cette campagne",
        "Elle repose sur des documents publics : personne n’y a été interrogé.",
        remedy,
    )
    return Section(ident, title, "Aucune réponse dans cette campagne.", "vide", (box,), numero=rank)


def _rates(publication: Publication, regions: dict[str, str]) -> DataTable:
    """One row a group: its Cités, the returns, the Cités where an actor answered."""
    scales = publication.codebook.vocabulary("echelle@1")
    years = publication.estimate("retours_recus", modalite="oui", perimetre_type="annee_label")["perimetre_id"]
    groups = (
        ("national", {"": "Ensemble"}),
        ("annee_label", {year: f"Année {year}" for year in years}),
        ("echelle", {m.code: m.libelle for m in scales.modalites}),
        ("region", regions),
    )
    lines: list[tuple[Cell, ...]] = []
    for kind, labels in groups:
        returned, met = (
            publication.estimate(name, modalite="oui", perimetre_type=kind, croisement="")
            for name in ("retours_recus", "cites_repondantes")
        )
        for code, label in labels.items():
            row = returned[returned["perimetre_id"] == code]
            if row.empty:
                continue
            other = met[met["perimetre_id"] == code]
            lines.append(
                (
                    typeset(label),
                    number(row["base"].iloc[0]),
                    number(row["n"].iloc[0]),
                    _shown(row.iloc[0], 0),
                    *((_count(other.iloc[0], "n"), _shown(other.iloc[0], 0)) if len(other) else ("nd", "nd")),
                )
            )
    return DataTable(
        "Réponses reçues",
        (
            Column("Groupe"),
            Column("Cités", True),
            Column("Retours", True),
            Column("Taux", True),
            Column("Cités où un acteur répond", True),
            Column("Part", True),
        ),
        tuple(lines),
    )


def _by_cite(publication: Publication) -> list[Block]:
    """The returns by how many answers they lack, the least complete ones named, and the Cités without return."""
    rows = publication.estimate(_MISSING_CITE, perimetre_type="cite")
    names = dict(zip(publication.cites["id_cde"], publication.cites["nom"], strict=True))
    given = rows[rows["statut"] == "ok"]
    mute = set(rows.loc[rows["statut"] == "nd", "perimetre_id"])
    silent = [name for ident, name in names.items() if ident in mute]
    bounds = zip(CLASSES, (*(first - 1 for first in CLASSES[1:]), float("inf")), strict=True)
    lines = [
        (_class(low, high), number(int(given["n"].between(low, high).sum())), percent(_part(given, low, high), 0))
        for low, high in bounds
    ]
    lines.append(("Retour non remis", number(len(silent)), "///"))
    worst = given[given["n"].gt(0)].sort_values(["valeur", "n"], ascending=False, kind="stable").head(NAMED)
    blocks: list[Block] = [
        Subheading("Par Cité"),
        Pair(
            (
                TableBlock(
                    DataTable(
                        "Réponses manquantes d’un retour",
                        (Column("Réponses manquantes"), Column("Cités", True), Column("Part des retours", True)),
                        tuple(lines),
                    )
                ),
            ),
            _from_indicators(
                publication,
                [_MISSING_CITE],
                ("Base", f"{plural(len(given), 'retour')} ; les lignes des tables ne comptent pas."),
            ),
        ),
    ]
    if silent:
        blocks.append(Paragraph(typeset(f"Sans retour : {listing(silent)}.")))
    if len(worst):
        blocks.append(
            TableBlock(
                DataTable(
                    "Les retours les moins complets",
                    (
                        Column("Cité"),
                        Column("Manquantes", True),
                        Column("Questions posées", True),
                        Column("Part", True),
                    ),
                    tuple(
                        (names[row["perimetre_id"]], number(row["n"]), number(row["base"]), _shown(row, 0))
                        for _, row in worst.iterrows()
                    ),
                )
            )
        )
    return blocks


def _part(given: pd.DataFrame, low: float, high: float) -> float:
    return 100 * float(given["n"].between(low, high).sum()) / len(given) if len(given) else 0.0


def _class(low: int, high: float) -> str:
    if low == high:
        return "Aucune" if not low else number(low)
    if high == float("inf"):
        return f"{number(low)} ou plus"
    return f"{number(low)} {'ou' if high == low + 1 else 'à'} {number(high)}"


def _questions_table(publication: Publication, rows: pd.DataFrame, caption: str) -> DataTable:
    """Every question, the most often unanswered first."""
    ordered = rows.sort_values(["valeur", "n"], ascending=False, kind="stable")
    return DataTable(
        caption,
        (Column("Question"), Column("Manquantes", True), Column("Posée à", True), Column("Part", True)),
        tuple(
            (
                Detailed(_question(publication, row["modalite"]), _where(publication, row["modalite"])),
                _count(row, "n"),
                _count(row, "base"),
                _shown(row, 1) if row["statut"] != "nd" else "///",
            )
            for _, row in ordered.iterrows()
        ),
    )


def _of_lines(code: str) -> bool:
    """Whether the question is put to the lines of a table (`budget.depense`), not to the Cité."""
    table, _, field = code.partition(".")
    return bool(field) and table != "retours"


def _where(publication: Publication, code: str) -> str:
    """The table of a question, and what it is put to where this is not a Cité."""
    described = publication.codebook[code.partition(".")[0]]
    if described.source_secret == "personnes" or not _of_lines(code):
        return typeset(described.title)
    return typeset(f"{described.title} ; posée à chaque ligne")


def _question(publication: Publication, code: str) -> str:
    """The words of a question, named by its table and its column (or its code in a list of questions)."""
    name, _, part = code.partition(".")
    codebook = publication.codebook
    table = codebook[name]
    if not part:
        return typeset(f"{table.title} (aucune ligne)")
    if part in table.columns:
        field = table[part]
        battery = field.extra.get("batterie")
        batteries = codebook.vocabularies.get("batterie@1")
        if battery and batteries is not None and battery in batteries.codes:
            return typeset(f"{batteries.libelle(battery)} : {field.libelle}")
        # « Gouvernance » alone would not say that it is about what comes after.
        exhibits = codebook.vocabularies.get("planche@1")
        exhibit = exhibits.libelle(field.extra["planche"]) if exhibits is not None else ""
        return typeset(f"{exhibit} : {field.libelle}" if exhibit and exhibit != field.libelle else field.libelle)
    listed = next(f.vocabulary for f in table.fields if f.vocabulary is not None and part in f.vocabulary.codes)
    return typeset(listed.libelle(part))


def _regions(publication: Publication) -> dict[str, str]:
    cites = publication.cites
    return dict(sorted(zip(cites["code_region"].astype(str), cites["region"].astype(str), strict=True)))


def _checks(publication: Publication) -> pd.DataFrame:
    """The checks of coherence that this campagne has estimates for, as the dictionary of indicators describes them."""
    described = publication.table("indicateurs")
    made = set(publication.estimates["indicateur"])
    return described[described["id"].str.startswith(_CHECKS) & described["id"].isin(made)]


def _found_again(publication: Publication) -> pd.DataFrame:
    """The contradictions found, one row a Cité and a check."""
    table = publication.estimates
    return table[
        table["indicateur"].isin(_checks(publication)["id"])
        & (table["perimetre_type"] == "cite")
        & (table["modalite"] == "oui")
    ]


def _answered(publication: Publication, name: str) -> Any:
    """The row of those who answered, in the network; None where the campagne asked no one."""
    rows = publication.estimate(name, modalite="oui", perimetre_type="national", croisement="")
    return rows.iloc[0] if len(rows) else None


def _statistic(publication: Publication, name: str) -> Any:
    """A summary of what the returns leave unanswered; None where none is published."""
    rows = publication.estimate(_MISSING_CITE, modalite=name, perimetre_type="national")
    return rows.iloc[0] if len(rows) else None


def _base(row: pd.Series[Any], word: str) -> str:
    return f"base : {plural(row['base'], word)}"


def _few(names: list[str]) -> str:
    """The Cités by name where they are few, else where to find them."""
    return typeset(listing(names)) if len(names) <= NAMED else f"{plural(len(names), 'Cité')}, ci-dessous"


def _count(row: pd.Series[Any], column: str) -> str:
    return _sign(row) if pd.isna(row[column]) else number(row[column])


def _shown(row: pd.Series[Any], digits: int) -> str:
    return percent(row["valeur"], digits) if row["statut"] == "ok" else _sign(row)


def _sign(row: pd.Series[Any]) -> str:
    return str(row["statut"]) if row["statut"] in ("s", "nd") else "///"


def _common(publication: Publication, rows: pd.DataFrame) -> dict[str, Any]:
    """What every figure says of itself."""
    idents, when = origins(rows)
    source = listing(credit(publication, ident) for ident in idents)
    return {"source": source, "date": when, "synthetique": publication.synthetique}


def _from_indicators(publication: Publication, names: list[str], *lines: tuple[str, str]) -> SideNote:
    """The sources and the date of some indicators, then what else is to be known."""
    table = publication.estimates
    idents, when = origins(table[table["indicateur"].isin(names)])
    return SideNote.of(publication, ("Source", documents(publication, idents)), ("Date", when), *lines)
