"""Every section with every published table empty, with one row, with rows of one perimeter only: none fails."""

from __future__ import annotations

import ast
import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.campagnes import SETTINGS, write_campagne

from citesresearch import load_publication, sections
from citesresearch.publication import Publication
from citesresearch.publication.estimates import PublishedEstimates
from citesresearch.sections import parmi, synthese

NOTEBOOKS = (
    "monographie.ipynb",
    "synthese_nationale.ipynb",
    "qualite_donnees.ipynb",
    "gouvernance_resultats.ipynb",
    "configurations.ipynb",
)
KEPT = ("cites",)  # without Cités there is no page


def calls(repository: Path) -> list[str]:
    """What each published notebook asks of the sections, read from the notebooks themselves."""
    found = []
    for name in NOTEBOOKS:
        for cell in json.loads((repository / "notebooks" / name).read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "code" and "sections." in "".join(cell["source"]):
                for node in ast.walk(ast.parse("".join(cell["source"]))):
                    if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("sections."):
                        found.append(ast.unparse(node))
    return list(dict.fromkeys(found))


def returns(count: int = 4) -> dict[str, str]:
    """The tables of a small campagne of returns, with actors."""
    cites = "".join(
        f"cite-{i},Cité {i},{2020 + i % 2},documentee,D1,{11 if i % 2 else 84},Région {i % 2},,,,D1,2026-03\n"
        for i in range(count)
    )
    levels = ("approfondissement", "premieres_actions", "diagnostic")
    told = "".join(
        f"cite-{i},2026-03-12,{5 + i},{'forte' if i % 2 else 'moyenne'},oui,{'conjointe' if i % 2 else 'prefet'},oui,0.8,{levels[i % 3]},D1,2026-03\n"
        for i in range(count)
    )
    persons = [(f"r{i:06x}", i % count) for i in range(6 * count)]
    return {
        "cites": "id_cde,nom,annee_label,annee_label_origine,annee_label_source,code_region,region,echelle,echelle_origine,echelle_source,source,date_reference\n"
        + cites,
        "retours": "id_cde,date_retour,nombre_partenaires,satisfaction_axe_1,copil,copil_presidence,coordonnateur,coordonnateur_etp,maturite,source,date_reference\n"
        + told,
        "repondants": "id_repondant,id_cde,classe_role,date_reponse,source\n"
        + "".join(f"{ident},cite-{cite},etat,2026-03,D1\n" for ident, cite in persons),
        "reponses": "id_repondant,question,modalite\n"
        + "".join(
            f"{ident},copilotage_equilibre,{'d_accord' if cite else 'pas_du_tout_d_accord'}\n"
            for ident, cite in persons
        ),
        "cite_communes": "id_cde,code_commune,commune,source,date_reference\ncite-0,01004,Ambérieu,D1,2024-09\n",
        "copilotes": "id_cde,acteur,cote,libelle,role,groupe,date_reference,datation,periode,source\n"
        "cite-0,prefecture,etat,Préfecture,copilote,,2023,annee,,D1\n",
        "chiffres_publies": "id_chiffre,indicateur,perimetre_type,id_cde,code_region,valeur,valeur_basse,valeur_haute,qualificatif,statut,unite,valeur_lue,"
        "compte,base,date_reference,datation,periode,edition,source,planche,externe\n"
        "x1,partenaires_moyenne,cite,cite-0,,14,,,exact,publie,partenaires,14,partenaires,,2023,annee,,2e,D1,p,non\n"
        "x2,referents,national,,,803,,,exact,publie,referents,803,référents,,2023,annee,,1re,D1,p,non\n",
    }


@pytest.fixture(scope="module", params=["documents", "retours"])
def publication(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Publication:
    """A small campagne of public documents, and one of returns."""
    root = tmp_path_factory.mktemp("projet")
    folder = write_campagne(root, request.param, SETTINGS, **(returns() if request.param == "retours" else {}))
    return load_publication(str(folder))


def variants(name: str, table: pd.DataFrame, cite: str) -> Iterator[tuple[str, pd.DataFrame]]:
    yield f"{name} vide", table.iloc[:0]
    if len(table) > 1:
        yield f"{name}, une ligne", table.iloc[:1]
    if "perimetre_type" in table and len(table):
        owner = "perimetre_id" if "perimetre_id" in table else "id_cde"
        yield f"{name}, d’une seule Cité", table.assign(perimetre_type="cite", **{owner: cite})
        for kind in table["perimetre_type"].unique():
            yield f"{name}, {kind} seulement", table[table["perimetre_type"] == kind]


class Watched(Publication):
    """A publication that says which of its tables were asked for."""

    def table(self, name: str) -> pd.DataFrame:
        vars(self).setdefault("asked", set()).add(name)
        return super().table(name)


def parts(publication: Publication) -> dict[str, Any]:
    return {field.name: getattr(publication, field.name) for field in dataclasses.fields(Publication)}


def play(call: str, publication: Publication, laid_out: bool) -> None:
    """Run a call of a notebook, and lay its section out, which takes ten times longer, where that is wanted."""
    site = publication.cite(str(publication.table("cites")["id_cde"].iloc[0]))
    names = {"sections": sections, "publication": publication, "site": site}
    names |= dict.fromkeys(("resultat", "conditions", "reperes", "seuils"), "")
    if "lecture" in call and "lire_configurations" not in call:
        names["lecture"] = sections.lire_configurations(publication, "", "", "", "")
    made = eval(call, names)
    if laid_out and hasattr(made, "html"):
        made.html()


def faults(publication: Publication, repository: Path, all_of_it: bool = False) -> list[str]:
    """What fails, with which rows; `all_of_it` tries every variant and lays sections out."""
    found = []

    def tried(what: str, call: str, of: Publication) -> None:
        try:
            play(call, of, all_of_it)
        except Exception as error:  # noqa: BLE001 - whatever it raises is the fault
            found.append(f"{call} ({what}) : {type(error).__name__} {error}")

    cite = str(publication.table("cites")["id_cde"].iloc[0])
    readers: dict[str, list[str]] = {}
    for call in calls(repository):
        watched = Watched(**parts(publication))
        tried("tout", call, watched)
        for name in vars(watched)["asked"] - set(KEPT):
            readers.setdefault(name, []).append(call)
    tables = {name: publication.table(name) for name in sorted(readers)} | {"estimations": publication.estimates}
    readers["estimations"] = calls(repository)
    for name, whole in tables.items():
        for what, table in variants(name, whole, cite):
            if not (all_of_it or what.endswith(("vide", "d’une seule Cité"))):
                continue
            rows = table.reset_index(drop=True)
            changed = (
                {"published": PublishedEstimates.of(rows)}
                if name == "estimations"
                else {"tables": {**publication.tables, name: rows}}
            )
            spoilt = dataclasses.replace(publication, **changed)  # one for all calls: it keeps what they share
            for call in readers[name]:
                tried(what, call, spoilt)
    return found


def test_no_section_takes_rows_for_granted(publication: Publication, repository: Path) -> None:
    assert faults(publication, repository) == []


@pytest.mark.torture
def test_nor_does_any_when_it_is_laid_out(publication: Publication, repository: Path) -> None:
    assert faults(publication, repository, all_of_it=True) == []


def test_one_figure_of_one_cite_leaves_the_series_out(tmp_path: Path) -> None:
    folder = write_campagne(
        tmp_path,
        "essai",
        chiffres_publies="id_chiffre,indicateur,perimetre_type,id_cde,code_region,valeur,valeur_basse,valeur_haute,qualificatif,statut,unite,valeur_lue,"
        "compte,base,date_reference,datation,periode,edition,source,planche,externe\n"
        "x1,partenaires_moyenne,cite,cde-001,,14,,,exact,publie,partenaires,14,partenaires,,2023,annee,,2e,D1,p,non\n",
    )
    made = synthese.chiffres_par_edition(load_publication(str(folder)))
    assert "f-editions" not in str(made.html())
    assert parmi.parmi_les_cites(load_publication(str(folder)).cite("cde-001")).etat == "complete"
