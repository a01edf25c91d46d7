"""Another programme in one file: its tables, its words, its questionnaires and its pages, with no code of its own."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyxform.xls2xform import convert  # type: ignore[import-untyped]
from tests.modeles.remplir import SOURCE, cite, fill, retour

from citesresearch import sections
from citesresearch.cli import main
from citesresearch.codebook import codebook_of, load_codebook
from citesresearch.codebook.formulaire import formulaires
from citesresearch.data.campagne import find_campagne
from citesresearch.data.dataset import read_dataset
from citesresearch.errors import CitesError
from citesresearch.indicators import INDICATORS, indicators_of
from citesresearch.modeles.imprimable import printable
from citesresearch.modeles.xlsform import xlsform
from citesresearch.preparation import due, load_publication, prepare

EDUCATIVES = Path(__file__).parents[2] / "docs" / "exemples" / "cites_educatives.json"


@pytest.fixture(scope="module")
def educatives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fictional campagne of two Cités éducatives, filled in the workbook that `init` wrote."""
    folder = tmp_path_factory.mktemp("bureau") / "educatives"
    assert main(["init", str(folder), "--codebook", str(EDUCATIVES)]) == 0
    fill(
        folder / "tables.xlsx",
        {
            "sources": [SOURCE],
            "cites": [
                cite("les-rives", "Les Rives", annee_label=2019),
                cite("haut-bois", "Haut-Bois", annee_label=2022),
            ],
            "retours": [
                retour(
                    "les-rives",
                    enfants_concernes=1200,
                    principal_pilote="oui",
                    reunions_par_an=4,
                    place_des_familles="consultees",
                ),
                retour("haut-bois", enfants_concernes=800, principal_pilote="non", place_des_familles="associees"),
            ],
            "objectifs_educatifs": [
                {"id_cde": "les-rives", "objectif": "ecole"},
                {"id_cde": "les-rives", "objectif": "possibles"},
            ],
        },
    )
    stamped = (
        (folder / "campagne.toml").read_text(encoding="utf-8").replace("synthetique = false", "synthetique = true")
    )
    (folder / "campagne.toml").write_text(stamped, encoding="utf-8")
    return folder


def test_what_it_does_not_ask_is_neither_filled_in_nor_measured(educatives: Path) -> None:
    dataset = read_dataset(find_campagne(educatives))
    assert all(problem.gravite == "information" for problem in dataset.problems)
    header = (educatives / "modeles" / "retours.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(";")
    assert header == [
        "id_cde",
        "date_retour",
        "date_reference",
        "source",
        "enfants_concernes",
        "principal_pilote",
        "reunions_par_an",
        "place_des_familles",
    ]
    templates = {path.stem for path in (educatives / "modeles").glob("*.csv")}
    assert "objectifs_educatifs" in templates
    assert not {"budget", "reponses", "equipe_projet"} & templates
    measures = indicators_of(dataset.codebook)
    assert {"enfants_concernes", "place_des_familles", "objectif", "cites_par_annee"} <= set(measures)
    assert not {"maturite", "copilotage_type", "actions_par_axe", "depenses_par_annee"} & set(measures)
    assert indicators_of(load_codebook()) is INDICATORS


def test_its_own_questions_are_measured_by_hand(educatives: Path) -> None:
    prepare(find_campagne(educatives))
    publication = load_publication(str(educatives))
    rows = publication.estimate("enfants_concernes", perimetre_type="national", croisement="").set_index("modalite")
    assert rows.loc["total", "valeur"] == 2000
    assert rows.loc["moyenne", "valeur"] == 1000
    told = publication.estimate("place_des_familles", perimetre_type="national", croisement="").set_index("modalite")
    assert told.loc["favorable", "valeur"] == 100
    assert publication.codebook.programme.un == "Cité éducative"
    assert publication.table("comparaison").empty  # the published figures are those of another programme


FOREIGN = re.compile(r"emploi|COPIL|copilotage équilibré|cohorte|\b84\b")


def words_of(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL))


def test_its_sections_never_speak_of_the_other_programme(educatives: Path) -> None:
    prepare(find_campagne(educatives))
    publication = load_publication(str(educatives))
    site = publication.cite("les-rives")
    national = (
        sections.couverture_synthese,
        sections.reseau,
        sections.premiers_resultats,
        sections.deploiement,
        sections.gouvernance_reseau,
        sections.partenariats_reseau,
        sections.resultats,
        sections.methode_synthese,
        sections.couverture_qualite,
        sections.taux_de_reponse,
        sections.reponses_manquantes,
    )
    pages = [section(site).html() for section in (sections.couverture, *sections.SECTIONS)]
    pages += [section(publication).html() for section in national]
    for html in pages:
        assert not FOREIGN.search(words_of(html)), words_of(html)
    monograph = " ".join(map(words_of, pages[:13]))
    for words in ("L’alliance éducative", "La place des familles", "Conforter le rôle de l’école", "Consultées"):
        assert words in monograph


@pytest.mark.torture
def test_its_pages_are_made_and_never_speak_of_the_other_programme(
    educatives: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build = tmp_path / "build"
    for command in (["check"], ["run", "--build", str(build)], ["publish", "--build", str(build)]):
        assert main([*command, "-c", str(educatives)]) == 0, capsys.readouterr()
    pages = {path.name: path.read_text(encoding="utf-8") for path in (build / "site").rglob("*.html")}
    assert set(pages) == {"index.html", "les-rives.html", "haut-bois.html", "synthese.html", "qualite.html"}
    for name, html in pages.items():
        text = words_of(html)
        assert not FOREIGN.search(text), name
        assert "Cités éducatives" in text
        assert "Données de démonstration (synthétiques)" in text
    page = pages["les-rives.html"]
    for words in ("L’alliance éducative", "La place des familles", "Conforter le rôle de l’école", "Consultées"):
        assert words in page


def test_a_changed_codebook_makes_the_data_due(educatives: Path) -> None:
    campagne = find_campagne(educatives)
    prepare(campagne)
    assert due(campagne) is None
    own = educatives / "cites_educatives.json"
    before = own.read_text(encoding="utf-8")
    own.write_text(
        before.replace("Quelle place les familles ont-elles", "Quelle est la place des familles"), encoding="utf-8"
    )
    try:
        assert due(campagne) == "les fichiers bruts ont changé"
    finally:
        own.write_text(before, encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "n’est pas un fichier JSON ou TOML lisible"),
        ("[]", "il doit contenir un objet"),
        ('{"programme": {"nom": "X"}}', "« programme » doit donner"),
        ('{"programme": {"nom": "X", "un": "x"}, "table": []}', "« table » est une clé inconnue"),
        ('{"programme": {"nom": "X", "un": "x"}, "tables": [{}]}', "« tables » doit être une liste"),
        ('{"programme": {"nom": "X", "un": "x"}, "sans": ["rien"]}', "« rien » de « sans » n’existe pas"),
        (
            '{"programme": {"nom": "X", "un": "x"}, "tables": [{"name": "retours", "fields": [{"name": "q", "echelle": "z@1"}]}]}',
            "la liste « z@1 » n’existe pas",
        ),
        (
            '{"programme": {"nom": "X", "un": "x"}, "tables": [{"name": "retours", "fields": [{"name": "q", "echelle": "accord@1", "planche": "z"}]}]}',
            "la planche « z » n’existe pas",
        ),
    ],
)
def test_a_codebook_that_cannot_be_used_says_why(text: str, said: str, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "programme.json"
    path.write_text(text, encoding="utf-8")
    assert main(["init", str(tmp_path / "neuve"), "--codebook", str(path)]) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "neuve").exists()


def test_a_codebook_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CitesError, match=r"absent\.json ne peut pas être lu"):
        load_codebook(tmp_path / "absent.json")


def test_the_same_codebook_in_toml(tmp_path: Path) -> None:
    path = tmp_path / "programme.toml"
    path.write_text('[programme]\nnom = "Cités X"\nun = "Cité X"\n', encoding="utf-8")
    made = load_codebook(path)
    assert (made.programme.nom, made.programme.un) == ("Cités X", "Cité X")
    assert made.programme.counted(1) == "1\u00a0Cité X"
    assert made.programme.counted(3, fictional=True) == "3\u00a0Cités X fictives"
    assert load_codebook().programme.counted(84, fictional=True) == (
        "84\u00a0coordinations locales fictives de l’emploi dans les quartiers prioritaires"
    )
    assert load_codebook(path) is made


# -- codebooks drawn at random ---------------------------------------------------------------------------------------

WORDS = st.text("abcdefghijklmnopqrstuvwxyzéèà '«»?&<>{}$", min_size=1, max_size=40).map(lambda t: t.strip() or "mot")
BATTERIES = st.sampled_from(["", "", "bloc_a", "bloc_b"])


def question(name: str, kind: str, label: str, battery: str) -> dict[str, Any]:
    made: dict[str, Any] = {"name": name, "libelle": label, "question": {"texte": label, "origine": "proposée"}}
    match kind:
        case "echelle":
            made |= {"type": "string", "echelle": "tiree@1"} | ({"batterie": battery} if battery else {})
        case "oui_non":
            made |= {"type": "boolean"}
        case "date":
            made |= {"type": "string", "date_partielle": True}
        case "texte":
            made |= {"type": "string"}
        case _:
            made |= {"type": kind, "constraints": {"minimum": 0, "maximum": 9}}
    return made


@st.composite
def programmes(draw: st.DrawFn) -> Mapping[str, Any]:
    """A programme with questions of every kind, conditions on the first, and one child table."""
    kinds = draw(st.lists(st.sampled_from(["echelle", "oui_non", "date", "texte", "integer", "number"]), max_size=7))
    fields = [question("porte", "oui_non", "Une porte ?", "")]
    for i, kind in enumerate(kinds):
        made = question(f"q{i}", kind, draw(WORDS), draw(BATTERIES))
        if draw(st.booleans()):
            made["si"] = {"champ": "porte", "valeurs": ["oui"]}
        fields.append(made)
    codes = [f"code_{i}" for i in range(draw(st.integers(1, 5)))]
    outside = [{"code": "aucun", "libelle": "Aucun"}] if draw(st.booleans()) else []
    scale = {"name": "tiree", "version": 1, "modalites": [{"code": c, "libelle": draw(WORDS)} for c in codes]}
    choice = {
        **question("choix", "echelle", draw(WORDS), ""),
        "choix_multiple": True,
        "constraints": {"required": True},
    }
    values = [question("valeur", draw(st.sampled_from(["integer", "echelle"])), draw(WORDS), "")]
    key = {"name": "id_cde", "type": "string", "libelle": "Cité", "constraints": {"required": True}}
    child = {
        "name": "enfants",
        "title": "Enfants",
        "parent": "retours",
        "source_secret": "officiel",
        "schema": {
            "fields": [key, choice, *(values if draw(st.booleans()) else [])],
            "primaryKey": ["id_cde", "choix"],
            "foreignKeys": [{"fields": ["id_cde"], "reference": {"resource": "retours", "fields": ["id_cde"]}}],
        },
    }
    form = {"nom": "tire", "table": "retours", "titre": draw(WORDS), "non_demandes": ["source"]}
    own = {name for name, table in load_codebook().tables.items() if table.descriptor.get("parent") == "retours"}
    return {
        "programme": {"nom": "Programmes tirés", "un": "Programme tiré"},
        "listes": [{**scale, "hors_echelle": outside}],
        "tables": [{"name": "retours", "fields": fields}, child],
        "sans": sorted(own),
        "formulaires": [form],
    }


@settings(max_examples=15)
@given(programmes())
def test_any_codebook_gives_a_form_that_pyxform_accepts(declared: Mapping[str, Any]) -> None:
    (form,) = formulaires(codebook_of(json.loads(json.dumps(declared))), [("a", "A"), ("b", "B")])
    warnings: list[str] = []
    convert(io.BytesIO(xlsform(form)), warnings=warnings, file_type=".xlsx")
    assert warnings == []
    columns = {(item.table, item.column) for item in form.questions}
    asked = [field["name"] for field in declared["tables"][0]["fields"]]
    assert {("retours", name) for name in asked} <= columns
    assert "<script" not in printable(form, "<script>")
