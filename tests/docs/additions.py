"""One trivial addition of each kind that CONTRIBUTING describes, made in a copy of the project as its path says."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

__all__ = ["ADDITIONS"]

SRC = Path("src") / "citesresearch"


def _edit(root: Path, name: str, *changes: tuple[str, str]) -> None:
    path = root / name
    text = path.read_text("utf-8")
    for old, new in changes:
        assert text.count(old) == 1, f"{name}: {text.count(old)} times {old!r}"
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def an_indicator(root: Path) -> None:
    _edit(
        root,
        f"{SRC}/indicators/contexte.py",
        (
            "INDICATORS: tuple[Indicator, ...] = (contexte_documente,)",
            """@indicator(
    libelle="Documents cités",
    definition="Nombre de documents dont des faits sont tirés.",
    formule="nombre de lignes de la table des sources",
    base="les documents de la campagne",
    unite="nombre",
    source="liste des documents",
    secret="public",
)
def documents_cites(dataset: Dataset) -> pd.DataFrame:
    total = {"modalite": "total", "valeur": float(len(dataset["sources"])), "statut": "ok"}
    row = {"perimetre_type": "national", "perimetre_id": "FR", **total}
    return frame_of([row] if len(dataset["sources"]) else [])


INDICATORS: tuple[Indicator, ...] = (contexte_documente, documents_cites)""",
        ),
        ("from .publies import", "from .questions import frame_of\nfrom .publies import"),
    )
    with (root / "tests" / "indicators" / "test_hand_worked.py").open("a", encoding="utf-8") as file:
        file.write("""

def test_documents_cites(estimates: pd.DataFrame) -> None:
    assert value(estimates, "documents_cites", perimetre_type="national") == 1  # D1 alone
""")


def a_question(root: Path) -> None:
    path = root / SRC / "codebook" / "tables" / "retours.json"
    table = json.loads(path.read_text("utf-8"))
    fields = table["schema"]["fields"]
    place = next(i for i, field in enumerate(fields) if field["name"] == "droit_commun_mieux_mobilise")
    asked = {"texte": "La Cité a permis de mieux faire connaître le droit commun", "origine": "proposée"}
    fields.insert(
        place + 1,
        fields[place] | {"name": "droit_commun_mieux_connu", "libelle": "Droit commun mieux connu", "question": asked},
    )
    path.write_text(json.dumps(table, ensure_ascii=False, indent=2) + "\n", "utf-8")


def a_section(root: Path) -> None:
    (root / SRC / "sections" / "nombre.py").write_text(
        '''"""How many Cités the campagne has."""

from __future__ import annotations

from ..french import plural, typeset
from ..publication import CitePublication
from .blocks import Paragraph, Section
from .rubrique import rubric


@rubric()
def nombre(site: CitePublication) -> Section:
    """The number of Cités among which this one stands."""
    told = typeset(f"La campagne compte {plural(len(site.publication.cites), 'Cité')}.")
    return Section("nombre", "Le nombre des Cités", told, "complete", (Paragraph(told),))
''',
        "utf-8",
    )
    _edit(
        root,
        f"{SRC}/sections/__init__.py",
        (
            "from .reponse import couverture_constats\n",
            "from .nombre import nombre\nfrom .reponse import couverture_constats\n",
        ),
        ("    parmi_les_cites,\n    annexe,\n)", "    parmi_les_cites,\n    nombre,\n    annexe,\n)"),
        ('    "methode_synthese",\n', '    "methode_synthese",\n    "nombre",\n'),
    )
    path = root / "notebooks" / "monographie.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    cells = notebook["cells"]
    place = next(i for i, cell in enumerate(cells) if cell["source"] == ["sections.annexe(site)"])
    cells.insert(place, cells[place] | {"id": "nombre", "source": ["sections.nombre(site)"]})
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", "utf-8")


def an_outcome(root: Path) -> None:
    why = "Les pratiques qui changent sont ce qui reste quand l’expérimentation s’arrête."
    _edit(
        root,
        f"{SRC}/crosssite/outcomes.py",
        (
            "_DECLARED: tuple[Outcome, ...] = (\n",
            f'''_DECLARED: tuple[Outcome, ...] = (
    Outcome(
        id="interconnaissance",
        libelle="Interconnaissance",
        nom="l’interconnaissance des professionnels",
        plus="disent plus souvent que les professionnels se connaissent mieux",
        moins="disent moins souvent que les professionnels se connaissent mieux",
        justification="{why}",
        type="ordinal",
        nature="jugement",
        champs=("retours.pratiques_interconnaissance",),
        base=_RETURN,
        unite="rang",
        measure=_ranked("retours.pratiques_interconnaissance"),
        echelle="retours.pratiques_interconnaissance",
    ),
''',
        ),
    )
    _edit(
        root,
        "docs/methodes/constats.md",
        (
            "| `maturite` : Place sur le chemin de maturité | ordinal |",
            f"| `interconnaissance` : Interconnaissance | ordinal | jugement | {why} |\n| `maturite` : Place sur le chemin de maturité | ordinal |",
        ),
    )


def a_governance_model(root: Path) -> None:
    (root / SRC / "governance" / "equipe.py").write_text(
        '''"""Size: how many kinds of members the project team has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .lecture import chosen
from .model import GovernanceColumn, governance_model

if TYPE_CHECKING:
    import pandas as pd

    from ..data.dataset import Dataset

__all__ = ["equipe"]


@governance_model(
    libelle="Taille de l’équipe projet",
    definition="Nombre de membres différents que la Cité déclare dans son équipe projet.",
    source="les retours des Cités",
    columns={"membres": GovernanceColumn("Membres de l’équipe projet", lecture="nombre de sortes de membres")},
    champs=("equipe_projet.membre",),
)
def equipe(dataset: Dataset) -> pd.DataFrame:
    """One row per Cité that answered."""
    return chosen(dataset, "equipe_projet", "membre").sum(axis=1).to_frame("membres")
''',
        "utf-8",
    )
    _edit(
        root,
        f"{SRC}/governance/__init__.py",
        ("from .instances import", "from .equipe import equipe\nfrom .instances import"),
        ("    cercle_partenaires,\n)\nGOVERNANCE", "    cercle_partenaires,\n    equipe,\n)\nGOVERNANCE"),
    )


def a_figure_kind(root: Path) -> None:
    (root / SRC / "figures" / "disques.py").write_text(
        '''"""A disc a Cité, in a row: how many there are."""

from __future__ import annotations

from ..french import plural
from .chart import Chart
from .sheet import Sheet
from .tables import Column, DataTable

__all__ = ["disques"]

STEP = 20


def disques(number: int, *, id: str, synthetique: bool = False) -> Chart:
    """One disc a Cité. Raises ValueError for a negative number; none at all is an empty row."""
    if number < 0:
        raise ValueError(f"not a number of Cités: {number}")
    words = plural(number, "Cité")
    return Chart(
        id=id,
        titre=f"Un disque par Cité : {words}",
        sous_titre="Nombre de Cités",
        alt=f"Un disque par Cité : {words}.",
        draw=lambda width: _draw(width, number),
        donnees=DataTable("Nombre de Cités", (Column("Cités", True),), ((str(number),),)),
        synthetique=synthetique,
    )


def _draw(width: float, number: int) -> Sheet:
    across = int(width // STEP)
    sheet = Sheet(width, STEP * max(1, -(-number // across)))
    places = [((i % across + 0.5) * STEP, (i // across + 0.5) * STEP) for i in range(number)]
    sheet.dots(places, 4, "band")
    return sheet
''',
        "utf-8",
    )
    (root / "tests" / "figures" / "test_disques.py").write_text(
        '''"""A disc a Cité, at its extremes."""

from __future__ import annotations

import pytest

from citesresearch.figures.disques import disques

from .test_bars import check_sheet


@pytest.mark.parametrize("number", [0, 1, 84, 2000])
def test_any_number_of_cites(number: int) -> None:
    chart = disques(number, id="f-disques", synthetique=True)
    check_sheet(chart)
    assert "données de démonstration" in str(chart.html())


def test_a_negative_number_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        disques(-1, id="f")
''',
        "utf-8",
    )


def an_insee_edition(root: Path) -> None:
    """A measure that a new edition brings: its column is described once."""
    _edit(
        root,
        f"{SRC}/codebook/insee.json",
        (
            '        {"colonne": "ABC_RSA", "indicateur": "defm_abc_rsa",',
            '        {"colonne": "ABC_SEN", "indicateur": "defm_abc_seniors", "libelle": "Demandeurs d’emploi, catégories A, B et C, seniors", "dans": "ABC"},\n'
            '        {"colonne": "ABC_RSA", "indicateur": "defm_abc_rsa",',
        ),
    )


ADDITIONS: Mapping[str, Callable[[Path], None]] = {
    "An indicator": an_indicator,
    "A question or a column": a_question,
    "A section": a_section,
    "An outcome": an_outcome,
    "A governance model": a_governance_model,
    "A figure kind": a_figure_kind,
    "A column of an Insee edition": an_insee_edition,
}
