"""Rubric 11, the Cité among the 84."""

from __future__ import annotations

from ..crosssite.sentences import STRENGTHS
from ..crosssite.tables import findings_of
from ..disclosure import CitePublication
from ..figures.network import network
from ..french import date, noun, number, plural, typeset
from ..tables import Column, DataTable, Detailed
from ..wording import documents, list_source
from .blocks import Block, ChartBlock, Pair, Paragraph, Section, SideNote, Subheading, TableBlock
from .constats import inside


def parmi_les_cites(site: CitePublication) -> Section:
    """Always full: the public list gives every Cité's region, year and communes."""
    publication = site.publication
    cites = publication.cites
    region = publication.estimate("cites_labellisees", perimetre_type="region", perimetre_id=site.value("code_region"))
    communes = publication.estimate("communes_couvertes", perimetre_type="cite")
    own = communes[communes["perimetre_id"] == site.id]
    others = int(region["valeur"].iloc[0]) - 1
    sentences = [
        f"{plural(others, 'autre Cité', 'autres Cités')} dans la même région ({site.value('region')})."
        if others
        else f"C’est la seule Cité de sa région ({site.value('region')})."
    ]
    if len(own):
        mine, middle = own["valeur"].iloc[0], communes["valeur"].median()
        sentences.append(
            f"Elle compte {plural(mine, 'commune')} ; la moitié des {number(len(communes))} Cités en comptent {number(middle)} ou moins."
        )
    return Section(
        "parmi",
        11,
        f"La Cité parmi les {number(len(cites))}",
        typeset(sentences[0]),
        "complete",
        (
            ChartBlock(
                network(
                    cites,
                    site.id,
                    synthetique=publication.synthetique,
                    source=list_source(publication),
                )
            ),
            *(Paragraph(typeset(text)) for text in (*sentences[1:], *_configuration(site))),
            *_position(site),
            *_expected(site),
        ),
    )


# Against the hypothesis, not the association: the network may well show none.
_PLACES = {
    "typique": "La Cité est typique : sa maturité est celle que l’hypothèse laisse attendre d’un tel copilotage.",
    "intermediaire": "La Cité n’est ni typique ni inattendue : sa maturité s’écarte un peu de ce que l’hypothèse laisse attendre d’un tel copilotage.",
    "inattendue_haute": "La Cité est un cas inattendu : plus avancée sur le chemin de maturité que l’hypothèse ne le laisse attendre d’un tel copilotage.",
    "inattendue_basse": "La Cité est un cas inattendu : moins avancée sur le chemin de maturité que l’hypothèse ne le laisse attendre d’un tel copilotage.",
}


def _expected(site: CitePublication) -> tuple[Block, ...]:
    """Whether its maturity is what its copilotage lets one expect; nothing where either is not known."""
    places = site.publication.tables.get("constats_positions")
    if places is None or places.empty:
        return ()
    row = places[places["id_cde"] == site.id].iloc[0]
    if row["position"] not in _PLACES:
        return ()
    told = f"Force conjointe du copilotage : {row['tiers']}. Maturité : « {row['niveau']} ». {_PLACES[row['position']]}"
    if row["position"].startswith("inattendue"):
        told += " Un cas inattendu n’est ni bon ni mauvais : c’est un cas à aller voir."
    main = next(f for f in findings_of(site.publication.table("constats")) if f.id == row["constat"])
    told += f" Dans le réseau, {plural(main.n, 'Cité')} : {inside(STRENGTHS[main.force])} entre les deux."
    return (Subheading("Copilotage et maturité"), Paragraph(typeset(told)))


def _configuration(site: CitePublication) -> tuple[str, ...]:
    """Its combination of conditions and who shares it, in one line; nothing for a Cité without a return."""
    pages = site.publication.codebook.pages
    if pages is not None and "configurations" not in pages:
        return ()
    rows = site.rows("configurations_cites")
    if rows.empty or site.rows("retours").empty:
        return ()
    row = rows.iloc[0]  # the declared outcome comes first
    if row["manque"]:
        return (f"Sa configuration n’est pas connue ; il manque : {row['manque'][:1].lower()}{row['manque'][1:]}.",)
    others, reached = int(row["partagent"]), int(row["partagent_au_resultat"])
    if others:
        all_of = number(others + 1)
        some = f"{number(reached)} des {all_of} {noun(reached, 'a', 'ont')}" if reached else f"aucune des {all_of} n’a"
        shared = f"{plural(others, 'autre Cité la partage', 'autres Cités la partagent')} ; {some}"
    else:
        shared = f"aucune autre Cité ne la partage ; elle {'a' if reached else 'n’a pas'}"
    return (f"Sa configuration : {row['mots']} ; {shared} {row['libelle_resultat']}.",)


# Numbers of the return that place a Cité among the others, with the codes of `planche@1` that hold them.
_PLACED = ("nombre_partenaires", "nombre_referents", "nombre_actions", "nombre_beneficiaires", "coordonnateur_etp")


def _position(site: CitePublication) -> tuple[Block, ...]:
    """The Cité's numbers beside the network's median and extremes: a place in a distribution, never a rank."""
    publication = site.publication
    described = publication.table("indicateurs")
    labels = dict(zip(described["id"], described["libelle"], strict=True))
    lines: list[tuple[str | Detailed, ...]] = []
    for code in _PLACED:
        rows = publication.estimate(code, perimetre_type="national", croisement="")
        network = {str(row["modalite"]): row for _, row in rows.iterrows()}
        if not network or network["mediane"]["statut"] != "ok":
            continue  # nobody answered
        own = site.estimates(code)
        own = own[own["croisement"] == ""]
        known = len(own) > 0 and own["statut"].iloc[0] == "ok"
        base = plural(network["mediane"]["base"], "Cité")
        lines.append(
            (
                Detailed(typeset(labels[code]), f"base : {base}"),
                number(own["valeur"].iloc[0]) if known else "nd",
                *(number(network[name]["valeur"]) for name in ("mediane", "minimum", "maximum")),
            )
        )
    if not lines:
        return ()
    table = DataTable(
        "La Cité et le réseau",
        (
            Column("Indicateur"),
            Column("Cette Cité", True),
            Column("Médiane", True),
            Column("Minimum", True),
            Column("Maximum", True),
        ),
        tuple(lines),
    )
    rows = publication.estimate(_PLACED[0], perimetre_type="national")
    notes = [
        ("Source", documents(publication, rows["source"].unique())),
        ("Date", date(str(rows["date_reference"].max()))),
        (
            "Lecture",
            "la moitié des Cités au plus sont au-dessous de la médiane. Un écart entre deux Cités ne dit rien de leurs effets.",
        ),
    ]
    if publication.synthetique:
        notes.append(("Statut", "données de démonstration (synthétiques)"))
    return (Pair((TableBlock(table),), SideNote(tuple(notes))),)
