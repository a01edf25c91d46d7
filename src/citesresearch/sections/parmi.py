"""Rubric 11, the Cité among the 84."""

from __future__ import annotations

from ..figures.network import network
from ..french import date, noun, number, plural, typeset
from ..publication import CitePublication
from ..publication.findings import STRENGTHS, declarations, findings
from ..publication.wording import list_source
from .blocks import Block, ChartBlock, Paragraph, Section, Subheading
from .comparaison import place_chart
from .constats import inside
from .copilotage import origin
from .evolution import past_blocks
from .rubrique import rubric


@rubric()
def parmi_les_cites(site: CitePublication) -> Section:
    """Always full: the public list gives every Cité's region, year and communes."""
    publication = site.publication
    cites = publication.cites
    communes = publication.estimate("communes_couvertes", perimetre_type="cite")
    own = communes[communes["perimetre_id"] == site.id]
    others = max(int((cites["code_region"] == site.value("code_region")).sum()) - 1, 0)
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
        f"La Cité parmi les {number(len(cites))}",
        typeset(sentences[0]),
        "complete",
        (
            ChartBlock.of(
                network(cites, site.id, synthetique=publication.synthetique, source=list_source(publication)),
                "cites_labellisees",
            ),
            *(Paragraph(typeset(text)) for text in (*sentences[1:], *_configuration(site))),
            *place_chart(site),
            *past_blocks(site),
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


# The groups of `crosssite.crosstab.thirds`, in the middle of a sentence.
_GROUPS = {"le bas": "parmi les plus basses", "le milieu": "au milieu des Cités", "le haut": "parmi les plus hautes"}


def _expected(site: CitePublication) -> tuple[Block, ...]:
    """Whether its maturity is what its copilotage lets one expect; nothing where either is not known."""
    places = site.publication.tables.get("constats_positions")
    if places is None or places.empty:
        return ()
    mine, governance = places[places["id_cde"] == site.id], site.rows("gouvernance")
    if mine.empty or governance.empty or mine["position"].iloc[0] not in _PLACES:
        return ()
    row = mine.iloc[0]
    main = next((f for f in findings(site.publication) if f.id == row["constat"]), None)
    when = origin(site.publication)[1]
    if main is None or not when:
        return ()
    own = governance[declarations(site.publication, "predicteurs")[main.id.partition(":")[0]].cle].iloc[0]
    group, _, ends = str(row["tiers"]).partition(" (")
    told = f"{main.predicteur} : {number(own, 2)}, {_GROUPS[group]} ({ends}. Maturité : « {row['niveau']} ». {_PLACES[row['position']]}"
    if row["position"].startswith("inattendue"):
        told += " Un cas inattendu n’est ni bon ni mauvais : c’est un cas à aller voir."
    base = f"{plural(main.n, 'Cité')}, {date(when)}"
    told += f" Dans le réseau ({base}) : {inside(STRENGTHS[main.force])} entre les deux."
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
        some = (
            f"{'une' if reached == 1 else number(reached)} des {all_of} {noun(reached, 'a', 'ont')}"
            if reached
            else f"aucune des {all_of} n’a"
        )
        shared = f"{plural(others, 'autre Cité la partage', 'autres Cités la partagent')} ; {some}"
    else:
        shared = f"aucune autre Cité ne la partage ; elle {'a' if reached else 'n’a pas'}"
    return (f"Sa configuration : {row['mots']} ; {shared} {row['libelle_resultat']}.",)
