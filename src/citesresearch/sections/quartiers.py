"""The priority neighbourhoods of a Cité in Insee's files: job-seekers, their change, rates neighbourhood by neighbourhood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from ..codebook.insee import InseeNames, load_insee_names
from ..figures.chart import Chart
from ..figures.effectifs import Count, effectifs
from ..figures.quartiers import quartiers
from ..figures.tables import Cell, Column, DataTable, Detailed
from ..french import NBSP, listing, number, percent, plural, rounded, typeset
from ..french import date as date_words
from ..publication import CitePublication
from ..publication.wording import documents
from .blocks import Block, ChartBlock, Pair, Paragraph, SideNote, State, Subheading, TableBlock

__all__ = ["Territory", "neighbourhood_blocks", "territory_of"]

CATEGORIES = {"abc": "Catégories A, B et C", "a": "Catégorie A"}
COMPARED = {
    "cite": "La Cité",
    "autres_qpv_departement": "Autres QPV du département",
    "autres_qpv_region": "Autres QPV de la région",
    "tous_qpv": "Tous les QPV",
}
RATES = {
    "taux_emploi": "Taux d’emploi",
    "taux_emploi_femmes": "Taux d’emploi des femmes",
    "taux_emploi_etrangers": "Taux d’emploi des étrangers",
    "taux_pauvrete": "Taux de pauvreté",
}
# In the head of a table, where the note says the rest.
HEADS = {"cite": "La Cité", "autres_qpv_departement": "Département", "autres_qpv_region": "Région", "tous_qpv": "Tous"}
_MEASURE = "Demandeurs d’emploi inscrits en fin de mois dans les quartiers prioritaires de la Cité, en nombre"
_SEEKERS = ("demandeur d’emploi", "demandeurs d’emploi")
_QPV = ("quartier prioritaire", "quartiers prioritaires")
_AGAINST = "« Département » et « Région » : leurs autres quartiers prioritaires, sans ceux de la Cité ; « Tous » : tous les quartiers prioritaires, avec eux."
_METHODS = {
    "communes": "approximation : tous les quartiers de 2015 des communes de la Cité, parfois trop, parfois trop peu ; la liste officielle n’est pas publique",
    "fournie": "liste fournie par les évaluateurs (cite_qpv.csv)",
}


@dataclass(frozen=True)
class Territory:
    """A Cité's neighbourhoods, and the rows of estimates about them and about those they are compared with."""

    site: CitePublication
    names: InseeNames
    own: pd.DataFrame  # code_qpv, libelle, departement, code_region, methode
    counts: pd.DataFrame
    changes: pd.DataFrame

    @property
    def latest(self) -> str:
        """The last date of the job-seekers that covers the Cité; empty where the files hold none."""
        return self.last_of("")

    def last_of(self, cut: str) -> str:
        """The last date at which its job-seekers are cut so, one for all its neighbourhoods."""
        rows = self.counts[(self.counts["croisement"] == cut) & (self.counts["modalite"] == "abc")]
        own = rows[rows["perimetre_type"] == "cite"]
        own = own[own["croisement_modalite"] == own["croisement_modalite"].min()]
        dates = covering(own, own["base"] - own["manquants"])["date_reference"]
        return str((dates if len(dates) else rows["date_reference"]).max()) if len(rows) else ""

    def row(self, kind: str, modalite: str, cut: str, code: str, date: str) -> pd.Series | None:
        """The one estimate of a perimeter at a date; None where there is none."""
        table = self.counts
        found = table[
            (table["perimetre_type"] == kind)
            & (table["modalite"] == modalite)
            & (table["croisement"] == cut)
            & (table["croisement_modalite"] == code)
            & (table["date_reference"] == date)
        ]
        return None if found.empty else found.iloc[0]

    @property
    def described(self) -> str:
        """« Les quartiers prioritaires de ses communes », or « Ses quartiers prioritaires » where their list was given."""
        methods = set(self.own["methode"])
        return "Ses quartiers prioritaires" if methods == {"fournie"} else "Les quartiers prioritaires de ses communes"

    @property
    def headline(self) -> str:
        """« 2 337 demandeurs d’emploi (catégories A, B et C) le 31 décembre 2020 »; empty where they are not published."""
        row = self.row("cite", "abc", "", "", self.latest)
        if row is None or row["statut"] != "ok":
            return ""
        exactly = "" if _exact(row) else "au moins "
        return f"{exactly}{plural(row['valeur'], *_SEEKERS)} (catégories A, B et C) le {date_words(self.latest)}"


def covering(rows: pd.DataFrame, present: pd.Series) -> pd.DataFrame:
    """The rows of the editions that cover a Cité: at least half as many of its neighbourhoods as the one that has the most.

    An edition of a few neighbourhoods elsewhere (overseas, say) is not its last one; one date stands for all its
    neighbourhoods, and those that it lacks are counted.
    """
    kept: pd.DataFrame = rows[(present > 0) & (2 * present >= present.max())]
    return kept


def territory_of(site: CitePublication) -> Territory | None:
    """What Insee's files hold of a Cité; None where the files are not there."""
    publication = site.publication
    every = publication.table("qpv")
    if every.empty:
        return None
    attached = site.rows("rattachement_qpv")
    own = attached.merge(every, on="code_qpv", how="left").sort_values("code_qpv", ignore_index=True)

    def about(indicateur: str) -> pd.DataFrame:
        rows = publication.estimate(indicateur)
        return rows[(rows["perimetre_id"] == site.id) | (rows["perimetre_type"] == "tous_qpv")]

    return Territory(site, load_insee_names(), own, about("demandeurs_emploi"), about("demandeurs_emploi_evolution"))


def neighbourhood_blocks(territory: Territory) -> list[Block]:
    """The list of the neighbourhoods, then what each file says of them; a sentence where a file says nothing."""
    blocks: list[Block] = [Subheading("Quartiers prioritaires"), _list(territory)]
    if territory.own.empty:
        told = territory.site.publication.table("qpv")["communes"].astype(str).ne("").any()
        blocks.append(
            State(
                "vide",
                "Aucun quartier rattaché à cette Cité",
                "Aucun quartier prioritaire de 2015 n’est dans une de ses communes, d’après les fichiers de l’Insee."
                if told
                else "Les fichiers de l’Insee qui sont là ne disent pas dans quelles communes sont les quartiers prioritaires.",
                "Les codes de ses quartiers, dans le fichier cite_qpv.csv de la campagne."
                + ("" if told else " Ou une édition de DEMO qui a la colonne LIB_COM."),
            )
        )
        return blocks
    return [*blocks, *_job_seekers(territory), *_rates(territory)]


# -- the neighbourhoods ------------------------------------------------------------------------------------------------
def _list(territory: Territory) -> Block:
    site, own = territory.site, territory.own
    documented = site.estimates("contexte_documente")
    documented = documented[(documented["modalite"] == "qpv_cite") & documented["valeur"].notna()]
    found = plural(len(own), *_QPV)
    method = "" if own.empty else str(own["methode"].iloc[0])
    lines = [("Rattachement", typeset(_METHODS[method]))] if method else []
    for _, row in documented.iterrows():
        when = f", {date_words(row['date_reference'])}" if row["date_reference"] else ""
        lines.append(
            (
                "Nombre documenté",
                typeset(f"{plural(row['valeur'], *_QPV)} ({documents(site.publication, [row['source']])}{when})"),
            )
        )
    population = site.estimates("territoire_population")
    population = covering(population, population["n"])
    for _, row in population.sort_values("edition").tail(1).iterrows():
        when = f" en {row['date_reference']}" if row["date_reference"] else ", année non établie"
        lines.append(("Habitants", typeset(f"{_bounded(row)}{when}, base : {_counted(row)} ({row['edition']})")))
    verb = "rattaché" if len(own) < 2 else "rattachés"
    table = DataTable(
        typeset(f"{found} de 2015 {verb} à la Cité"),
        (Column("Quartier"), Column("Code"), Column("Communes")),
        tuple((typeset(str(r["libelle"])), str(r["code_qpv"]), typeset(str(r["communes"]))) for _, r in own.iterrows()),
    )
    content: Block = TableBlock(table, folded=len(own) > 6) if len(own) else Paragraph("Aucun quartier rattaché.")
    return Pair((content,), SideNote(tuple(lines) or (("Rattachement", "aucun"),)))


# -- job-seekers -------------------------------------------------------------------------------------------------------
def _job_seekers(territory: Territory) -> list[Block]:
    if not territory.latest:
        return [_no_file("Demandeurs d’emploi", "IPRO")]
    whole = territory.counts[(territory.counts["perimetre_type"] == "cite") & (territory.counts["croisement"] == "")]
    # Later editions that do not cover the Cité are not points of its series.
    whole = whole[whole["date_reference"] <= territory.latest]
    if not (whole["statut"] == "ok").any():
        reasons = set(whole["statut"])
        text = (
            "Les effectifs de ses quartiers sont couverts par le secret statistique."
            if "s" in reasons
            else "Les fichiers de l’Insee n’ont de demandeurs d’emploi pour aucun de ses quartiers (nd) ; ce n’est pas zéro."
        )
        return [
            Subheading("Demandeurs d’emploi"),
            State(
                "vide", "Demandeurs d’emploi : non disponible", text, "Une édition de l’Insee qui couvre ces quartiers."
            ),
        ]
    return [
        Subheading("Demandeurs d’emploi"),
        ChartBlock.of(_series(territory, whole), "demandeurs_emploi"),
        _structure(territory),
        *_changes(territory),
    ]


def _breaks(territory: Territory, whole: pd.DataFrame) -> list[tuple[str, str]]:
    """The pairs of successive dates between which the files do not compare."""
    at = whole.drop_duplicates("date_reference").sort_values("date_reference")
    return [
        (str(one.date_reference), str(two.date_reference))
        for one, two in pairwise(at.itertuples())
        if any(w.niveau == "rupture" for w in territory.names.warnings("defm", str(one.edition), str(two.edition)))
    ]


def _series(territory: Territory, whole: pd.DataFrame) -> Chart:
    publication = territory.site.publication
    lines = {
        label: [_count(row) for _, row in whole[whole["modalite"] == code].sort_values("date_reference").iterrows()]
        for code, label in CATEGORIES.items()
        if (whole["modalite"] == code).any()
    }
    partial = any(not count.exact for counts in lines.values() for count in counts)
    more = (
        [("Lecture", "« ≥ » : au moins ; des quartiers manquent dans la somme ou sont sous secret.")] if partial else []
    )
    if _breaks(territory, whole):
        more.append(("Rupture", "les deux dates ne se comparent pas (voir les précautions du tableau d’évolution)."))
    return effectifs(
        lines,
        _breaks(territory, whole),
        id="demandeurs-emploi",
        measure=_MEASURE,
        source=documents(publication, whole["source"].unique()),
        nouns=_SEEKERS,
        base=_counted(whole[whole["date_reference"] == territory.latest].iloc[0]),
        synthetique=publication.synthetique,
        more=more,
    )


def _count(row: pd.Series) -> Count:
    if row["statut"] != "ok":
        return Count(str(row["date_reference"]), None, None, "s" if row["statut"] == "s" else "nd")
    bounded = row["manquants"] == 0 and pd.notna(row["valeur_haute"])
    return Count(str(row["date_reference"]), float(row["valeur"]), float(row["valeur_haute"]) if bounded else None)


def _structure(territory: Territory) -> Block:
    """Who the job-seekers are at the last date: shares of categories A, B and C, here and elsewhere, with their counts."""
    date, names = territory.latest, territory.names
    whole = {kind: territory.row(kind, "abc", "", "", date) for kind in COMPARED}
    kinds = [kind for kind in COMPARED if whole[kind] is not None]
    rows: list[tuple[Cell, ...]] = [
        (CATEGORIES["abc"], *(_total(whole[kind]) for kind in kinds)),
        ("dont catégorie A", *(_part(territory.row(kind, "a", "", "", date), whole[kind]) for kind in kinds)),
        *(
            (
                Detailed(f"dont {label.lower()}", "catégorie A"),
                *(_part(territory.row(kind, "a", "sexe", code, date), whole[kind]) for kind in kinds),
            )
            for code, label in names.coupes["sexe"].items()
        ),
    ]
    for cut, titre in names.titres_coupes.items():
        if cut not in set(territory.counts["croisement"]):
            continue
        latest = territory.last_of(cut)
        when = "" if latest == date else f", {date_words(latest)}"
        head = typeset(f"{titre.lower()}{when}")
        base = {kind: territory.row(kind, "abc", "", "", latest) for kind in kinds}
        for code, label in names.coupes[cut].items():
            cells = [_part(territory.row(kind, "abc", cut, code, latest), base[kind]) for kind in kinds]
            rows.append((Detailed(typeset(label), head) if head else typeset(label), *cells))
            head = ""  # a cut is named once, on its first line
    table = DataTable(
        typeset(f"Qui sont les demandeurs d’emploi, {date_words(date)}"),
        (Column("Demandeurs d’emploi"), *(Column(HEADS[kind], True) for kind in kinds)),
        tuple(rows),
    )
    note = SideNote(
        (
            ("Source", documents(territory.site.publication, territory.counts["source"].unique())),
            ("Date", date_words(date)),
            (
                "Lecture",
                typeset(
                    "part dans les catégories A, B et C, puis effectif. « x à y » : des effectifs sous secret laissent ce doute ; « au moins » : des quartiers manquent."
                ),
            ),
            (
                "Comparaison",
                "les quartiers des autres périmètres, sans ceux de la Cité ; « tous les QPV » les comprend.",
            ),
        )
    )
    return Pair((TableBlock(table),), note)


def _total(row: pd.Series | None) -> Cell:
    if row is None or row["statut"] != "ok":
        return _sign(row)
    few = row["n"] == row["base"]
    return Detailed(
        _bounded(row), plural(row["n"], "quartier") if few else f"{number(row['n'])} QPV sur {number(row['base'])}"
    )


def _part(part: pd.Series | None, whole: pd.Series | None) -> Cell:
    """A share with its count, and both with the doubt that withheld counts leave."""
    if part is None or whole is None or part["statut"] != "ok" or whole["statut"] != "ok" or not whole["valeur"]:
        return _sign(part)
    low = 100 * part["valeur"] / (whole["valeur_haute"] if pd.notna(whole["valeur_haute"]) else whole["valeur"])
    # Neighbourhoods that one misses and not the other leave the share without an upper bound.
    bounded = part["manquants"] == whole["manquants"] and pd.notna(part["valeur_haute"])
    high = min(100 * part["valeur_haute"] / whole["valeur"], 100.0) if bounded else float("nan")
    if pd.isna(high):
        said = f"au moins {percent(low, 1)}"
    elif rounded(low, 1) == rounded(high, 1):
        said = percent(low, 1)
    else:
        said = f"{number(low, 1)} à {percent(high, 1)}"
    return Detailed(said, _bounded(part))


def _exact(row: pd.Series) -> bool:
    return bool(row["manquants"] == 0 and row["valeur_haute"] == row["valeur"])


def _bounded(row: pd.Series) -> str:
    """A sum with its bounds: « 938 », « 656 à 790 », « au moins 141 »."""
    low, high = row["valeur"], row["valeur_haute"]
    if row["manquants"] or pd.isna(high):
        return f"au moins{NBSP}{number(low)}"
    return number(low) if low == high else f"{number(low)} à {number(high)}"


def _counted(row: pd.Series) -> str:
    """« 4 quartiers », « 3 quartiers sur 5, 1 sous secret, 1 nd »."""
    if row["n"] == row["base"]:
        return plural(row["n"], "quartier")
    doubts = [f"{number(row[c])} {w}" for c, w in (("hors_echelle", "sous secret"), ("manquants", "nd")) if row[c]]
    return f"{plural(row['n'], 'quartier')} sur {number(row['base'])}, {listing(doubts)}"


def _sign(row: pd.Series | None) -> str:
    return {"s": "s", "nc": "///"}.get("nd" if row is None else str(row["statut"]), "nd")


def _changes(territory: Territory) -> Iterator[Block]:
    for category, folded in (("abc", False), ("a", True)):
        rows = territory.changes[(territory.changes["croisement"] == "") & (territory.changes["modalite"] == category)]
        if "cite" in set(rows["perimetre_type"]):
            yield _change_table(territory, rows, CATEGORIES[category], folded)


def _change_table(territory: Territory, rows: pd.DataFrame, category: str, folded: bool) -> Block:
    kinds = [kind for kind in COMPARED if kind in set(rows["perimetre_type"])]
    spans = sorted(set(rows["edition"]), key=lambda span: (_years(_dates(territory, span)), span))
    lines: list[tuple[Cell, ...]] = []
    cautions: dict[str, None] = {}
    for span in spans:
        here = rows[rows["edition"] == span].set_index("perimetre_type")
        first, last = _dates(territory, span)
        known = territory.names.warnings("defm", *span.split(" à "))
        broken = any(w.niveau == "rupture" for w in known)
        doubt = "ne se comparent pas" if broken else "avec réserve" if known else ""
        cautions |= dict.fromkeys(w.raison for w in known)
        when = f"{first[:4]} à {last[:4]}"
        lines.append(
            (
                Detailed(when, doubt) if doubt else when,
                *(_change(here.loc[kind]) if kind in here.index else "nd" for kind in kinds),
            )
        )
    table = DataTable(
        f"Évolution du nombre de demandeurs d’emploi, {category[:1].lower()}{category[1:]}",
        (Column("Période"), *(Column(HEADS[kind], True) for kind in kinds)),
        tuple(lines),
    )
    if folded:
        return TableBlock(table, folded=True)
    note = [
        ("Date", typeset(f"fin de mois, {_month(territory.latest)} de chaque année")),
        ("Base", "les seuls quartiers publiés aux deux dates, leur nombre sous chaque évolution"),
        ("Source", documents(territory.site.publication, rows["source"].unique())),
    ]
    note += [("Précaution", typeset(said)) for said in cautions]
    return Pair((TableBlock(table),), SideNote(tuple(note)))


def _month(date: str) -> str:
    return date_words(date[:7]).split()[0]


def _years(dates: tuple[str, str]) -> int:
    return int(dates[1][:4]) - int(dates[0][:4])


def _dates(territory: Territory, span: str) -> tuple[str, str]:
    dates = dict(zip(territory.counts["edition"], territory.counts["date_reference"], strict=True))
    first, last = span.split(" à ")
    return str(dates[first]), str(dates[last])


def _change(row: pd.Series) -> Cell:
    if row["statut"] != "ok":
        return _sign(row)
    return Detailed(f"{number(row['valeur'], 1, sign=True)}{NBSP}%", plural(row["n"], "quartier"))


# -- rates -------------------------------------------------------------------------------------------------------------
def _rates(territory: Territory) -> list[Block]:
    """One mark per neighbourhood: the last edition of each rate, on the other neighbourhoods' distribution."""
    publication = territory.site.publication
    rows = publication.estimate("taux_qpv")
    rows = rows[rows["modalite"].isin(list(RATES))]
    titre = Subheading("Emploi et pauvreté, quartier par quartier")
    if rows.empty:
        return [titre, _no_file("Taux d’emploi et de pauvreté", "IPRO et REVN")]
    own = territory.own
    # One edition of a rate for all its neighbourhoods: the last that covers them.
    mine = rows[rows["perimetre_id"].isin(own["code_qpv"]) & (rows["statut"] != "nd")]
    count = mine.groupby(["modalite", "edition"], observed=True).size().reset_index(name="quartiers")
    last = {m: covering(group, group["quartiers"])["edition"].max() for m, group in count.groupby("modalite")}
    rows = rows[rows["edition"] == rows["modalite"].map(last)]
    if not (rows["perimetre_id"].isin(own["code_qpv"]) & (rows["statut"] == "ok")).any():
        text = "Aucun taux n’est publié pour les quartiers de cette Cité."
        return [titre, State("vide", "Taux non disponibles", text, "Une édition de l’Insee qui couvre ces quartiers.")]
    editions = listing(
        dict.fromkeys(
            f"{RATES[m].lower()} : {e} ({f'mesure de {d[:4]}' if d else 'année des mesures non dite'})"
            for m, e, d in zip(rows["modalite"], rows["edition"], rows["date_reference"], strict=True)
        )
    )
    chart = quartiers(
        rows,
        RATES,
        dict(zip(own["code_qpv"], own["libelle"].astype(str), strict=True)),
        _groups(territory),
        id="taux-quartiers",
        source=documents(publication, rows["source"].unique()),
        synthetique=publication.synthetique,
        more=[("Éditions", typeset(f"{editions}."))],
    )
    return [titre, ChartBlock.of(chart, "taux_qpv")]


def _groups(territory: Territory) -> Mapping[str, list[str]]:
    """The other neighbourhoods of its départements, of its region, all of them; an empty group is left out."""
    every, own = territory.site.publication.table("qpv"), set(territory.own["code_qpv"])
    others = every[~every["code_qpv"].isin(own)]
    departements = set(territory.site.rows("cite_departements")["code_departement"]) or set(
        territory.own["departement"]
    )
    near = others[others["departement"].isin(departements)]
    around = others[others["code_region"] == str(territory.site.value("code_region"))]
    groups = {
        COMPARED["autres_qpv_departement"]: near,
        COMPARED["autres_qpv_region"]: around,
        COMPARED["tous_qpv"]: every,
    }
    found = {name: tuple(group["code_qpv"]) for name, group in groups.items() if len(group)}
    # A region of one département (overseas): the same neighbourhoods are drawn once.
    return {
        name: list(codes)
        for name, codes in found.items()
        if list(found.values()).index(codes) == list(found).index(name)
    }


def _no_file(what: str, family: str) -> State:
    return State(
        "partielle",
        f"{what} : fichier absent",
        "Les fichiers présents ne contiennent pas cette série.",
        f"Le fichier {family} de l’Insee, dans data/raw/insee.",
    )
