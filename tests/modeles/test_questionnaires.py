"""The questionnaires: names that come back without a mapping, forms that pyxform accepts, a page that prints."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from pyxform.xls2xform import convert  # type: ignore[import-untyped]
from tests.campagnes import SETTINGS, TABLES, write_campagne

from citesresearch.cli import main
from citesresearch.codebook import load_codebook
from citesresearch.codebook.formulaire import Formulaire, formulaire, formulaires
from citesresearch.errors import CitesError
from citesresearch.modeles.imprimable import printable
from citesresearch.modeles.xlsform import sheets, xlsform

CITES = [("rive-gauche", "Rive gauche"), ("le-port", "Le Port")]
CODEBOOK = load_codebook()
FORMS = formulaires(CODEBOOK, CITES)
NAMES = [form.nom for form in FORMS]
LABEL = "label::Français (fr)"
JAVA = shutil.which("java") is not None


@pytest.fixture(params=FORMS, ids=NAMES)
def form(request: pytest.FixtureRequest) -> Formulaire:
    made: Formulaire = request.param
    return made


def accepted(form: Formulaire, validate: bool = False) -> str:
    """The XForm that pyxform makes of it; fails on any warning."""
    warnings: list[str] = []
    result = convert(io.BytesIO(xlsform(form)), warnings=warnings, validate=validate, file_type=".xlsx")
    assert warnings == []
    text: str = result.xform
    return text


def test_pyxform_accepts_both_forms_without_a_warning_and_they_open(form: Formulaire) -> None:
    root = ElementTree.fromstring(accepted(form))
    nodes = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert {item.name for item in form.walk()} <= nodes
    text = ElementTree.tostring(root, encoding="unicode")
    for item in form.questions:
        for choice in item.choices:
            assert f">{choice.code}<" in text


@pytest.mark.torture
@pytest.mark.skipif(not JAVA, reason="ODK Validate runs on Java")
def test_odk_validate_accepts_both_forms(form: Formulaire) -> None:
    assert accepted(form, validate=True)


def test_every_question_of_the_codebook_is_asked_once_and_goes_to_its_column() -> None:
    retour, acteurs = FORMS
    for form in FORMS:
        asked = [(item.table, item.column, tuple(sorted(item.given.items()))) for item in form.questions]
        assert len(asked) == len(set(asked))
    for column in CODEBOOK["retours"].fields:
        if "question" in column.extra:
            assert (retour[column.name].table, retour[column.name].column) == ("retours", column.name)
    for code in CODEBOOK.vocabulary("question_acteurs@1").codes:
        assert acteurs[code].given == {"question": code}
        assert acteurs[code].table == "reponses"
    children = {t.name for t in CODEBOOK.tables.values() if t.descriptor.get("parent") == "retours"}
    assert children == set(retour.tables) - {"retours"}
    # Nothing that would identify a person, or that the import gives, is asked.
    assert not {"id_repondant", "source", "id_verbatim"} & {item.column for item in acteurs.questions}


def test_the_names_that_an_export_comes_back_with() -> None:
    retour, acteurs = FORMS
    expected = {
        "equipe_projet": ("equipe_projet", "membre", {}),
        "instances_copil": ("instances", "acteur", {"instance": "copil"}),
        "instances_copil_prefecture": ("instances", "sieges", {"instance": "copil", "acteur": "prefecture"}),
        "droit_commun_actions_sante": ("droit_commun_actions", "avancement", {"domaine": "sante"}),
        "cofinancements_p147": ("cofinancements", "montant", {"origine": "p147"}),
        "budget_2021_coordination_parcours": (
            "budget",
            "depense",
            {"annee": "2021", "categorie": "coordination_parcours"},
        ),
        "actions_axe": ("actions", "axe", {}),
    }
    assert {name: (retour[name].table, retour[name].column, dict(retour[name].given)) for name in expected} == expected
    assert dict(acteurs["besoins_attente_acteurs"].given) == {"type": "attente_acteurs"}
    assert retour["budget_annee"].all_rows


def test_conditions_name_a_question_that_comes_before(form: Formulaire) -> None:
    seen: set[str] = set()
    for item in form.walk():
        for condition in item.si:
            assert condition.item in seen
            assert set(condition.codes) <= {m.code for m in form[condition.item].choices}
        assert not item.filter or item.filter in seen
        seen.add(item.name)


def rows(form: Formulaire, sheet: str = "survey") -> dict[str, dict[str, str]]:
    return {row.get("name", ""): row for row in sheets(form)[sheet]}


def test_conditions_constraints_and_batteries_in_the_xlsform() -> None:
    retour, acteurs = (rows(form) for form in FORMS)
    assert retour["copil_presidence"]["relevant"] == "${copil} = 'oui'"
    assert retour["date_premieres_actions"]["relevant"] == (
        "(${maturite} = 'premieres_actions' or ${maturite} = 'approfondissement')"
    )
    assert retour["droit_commun_actions_sante"]["relevant"] == "selected(${droit_commun_actions}, 'sante')"
    assert retour["d_droit_commun_actions"]["relevant"] == (
        "${droit_commun_actions} != '' and not(selected(${droit_commun_actions}, 'aucun'))"
    )
    assert retour["equipe_projet"]["constraint"] == "not((selected(., 'aucune')) and count-selected(.) > 1)"
    assert retour["coordonnateur_etp"]["constraint"] == ". >= 0 and . <= 5"
    assert retour["actions_type_action"]["choice_filter"] == "filtre = ${actions_axe} or filtre = 'tous'"
    assert retour["b_partenariats_acteurs_emploi"]["appearance"] == "table-list"
    assert retour["satisfaction_cap_emploi"][LABEL] == "Cap emploi"
    assert acteurs["verbatims_consentement"]["relevant"] == "${verbatims_texte} != ''"
    assert {acteurs[name]["required"] for name in ("id_cde", "classe_role", "verbatims_consentement")} == {"yes"}
    assert "required" not in acteurs["satisfaction_cooperation"]


def test_the_protection_of_data_is_said_before_anything_is_asked(form: Formulaire) -> None:
    survey = sheets(form)["survey"]
    notes = [i for i, row in enumerate(survey) if row.get("name", "").startswith("n_donnees")]
    questions = [i for i, row in enumerate(survey) if row["type"].split(" ")[0] in ("select_one", "text", "integer")]
    assert notes
    assert max(notes) < min(questions)
    recorded = {"start", "end", "deviceid", "username", "phonenumber", "email", "simserial", "audit"}
    assert not {row["type"] for row in survey} & recorded
    if form.nom == "acteurs":
        said = " ".join(form.donnees_personnelles)
        for word in ("Finalité", "Base légale", "Durée de conservation", "Vos droits", "CNIL"):
            assert word in said


def test_choices_are_those_of_the_lists_and_filters_match_them(form: Formulaire) -> None:
    listed: dict[str, list[str]] = {}
    for row in sheets(form)["choices"]:
        listed.setdefault(row["list_name"], []).append(row["name"])
    for item in form.questions:
        if item.list_id and "@" in item.list_id:
            assert listed[re.sub(r"\W", "_", item.list_id)] == list(CODEBOOK.vocabulary(item.list_id).codes)


def test_the_version_follows_the_content() -> None:
    versions = {
        sheets(formulaire(CODEBOOK, "acteurs", cites))["settings"][0]["version"] for cites in ((), CITES, CITES)
    }
    assert len(versions) == 2


# -- on paper --------------------------------------------------------------------------------------------------------


class Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data.strip())


def read(html: str) -> Text:
    page = Text()
    page.feed(html)
    return page


def test_the_page_has_every_question_numbered_and_no_script(form: Formulaire) -> None:
    html = printable(form, "Essai", "")
    page = read(html)
    assert "script" not in page.tags
    assert "http" not in html
    numbers = [int(word[:-1]) for word in page.words if re.fullmatch(r"\d+\.", word)]
    assert numbers[0] == 1
    assert all(after == before + 1 for before, after in pairwise(numbers))
    text = " ".join(page.words).replace("\u202f", " ").replace("\u00a0", " ")
    for item in form.questions:
        assert any(words and words.rstrip(" ?") in text for words in (item.court, item.label)), item.name
        for choice in item.choices:
            assert choice.libelle.replace("'", "’") in text


def test_conditions_are_said_by_the_number_of_the_question() -> None:
    page = read(printable(FORMS[0]))
    words = [word.replace("\u00a0", " ").replace("\u202f", " ") for word in page.words if word]
    number = words[words.index("La Cité a-t-elle un comité de pilotage ?") - 1].rstrip(".")
    assert f"Seulement si la réponse à la question {number} est « Oui »." in words
    acteurs = " ".join(read(printable(FORMS[1])).words).replace("\u00a0", " ")
    assert re.search(r"Seulement s’il y a une réponse à la question \d+\.", acteurs)


def test_a_long_list_of_cites_is_searched_on_screen_and_written_on_paper() -> None:
    many = formulaire(CODEBOOK, "acteurs", [(f"cite-{i}", f"Cité numéro {i}") for i in range(84)])
    assert rows(many)["id_cde"]["appearance"] == "minimal autocomplete"
    assert "Cité numéro 7" not in printable(many)
    assert "À quelle Cité participez-vous" in printable(many)


def test_what_is_generated_is_stamped() -> None:
    assert "synthétiques" in printable(FORMS[0], "Essai", "Données de démonstration (synthétiques)")
    assert "synthétiques" not in printable(FORMS[0], "Essai")


@pytest.mark.torture
@pytest.mark.navigateur
def test_the_page_prints_on_a_few_sheets(chromium: str, tmp_path: Path) -> None:
    for form, most in zip(FORMS, (14, 6), strict=True):
        page, pdf = tmp_path / f"{form.nom}.html", tmp_path / f"{form.nom}.pdf"
        page.write_text(printable(form, "Essai"), encoding="utf-8")
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
        flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
        flags += [f"--user-data-dir={tmp_path / 'profil'}", "--no-pdf-header-footer", f"--print-to-pdf={pdf}"]
        subprocess.run([chromium, *flags, page.as_uri()], check=True, capture_output=True, timeout=120)
        counted = len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf.read_bytes()))
        assert 2 <= counted <= most


# -- the command -----------------------------------------------------------------------------------------------------


def test_the_command_writes_both_forms_with_the_cites_of_the_campagne(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write_campagne(tmp_path, settings=SETTINGS + "synthetique = true\n")
    out = tmp_path / "questionnaires"
    assert main(["questionnaire", str(out), "-c", str(source)]) == 0
    assert capsys.readouterr().out.count("questionnaire_") == 4
    book = openpyxl.load_workbook(out / "questionnaire_acteurs.xlsx")
    cites = [row[1].value for row in book["choices"].iter_rows() if row[0].value == "cites"]
    assert cites == ["cde-001", "cde-002", "cde-003"]
    assert "Données de démonstration (synthétiques)" in [row[2].value for row in book["survey"].iter_rows()]
    assert "synthétiques" in (out / "questionnaire_retour.html").read_text(encoding="utf-8")
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert main(["questionnaire", str(out)]) == 1
    assert "existe déjà" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_campagne_without_cites_says_what_to_fill_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["init", str(tmp_path / "neuve")])
    assert main(["questionnaire", str(tmp_path / "q"), "-c", str(tmp_path / "neuve")]) == 1
    assert "remplissez la table « cites »" in capsys.readouterr().err
    assert not (tmp_path / "q").exists()


@pytest.mark.parametrize("wrong", ["cde-001,Alpha & Cie, encore,", "Cde 001,Alpha,"])
def test_no_questionnaire_goes_out_while_its_cites_are_wrong(
    wrong: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write_campagne(tmp_path, cites=TABLES["cites"].replace("cde-001,Alpha,", wrong))
    assert main(["questionnaire", str(tmp_path / "q"), "-c", str(source)]) == 1
    err = capsys.readouterr().err
    assert "à corriger avant d’écrire un questionnaire" in err
    assert "citesresearch check" in err
    assert not (tmp_path / "q").exists()


def test_a_name_that_looks_like_a_reference_is_no_reference() -> None:
    choices = sheets(formulaires(CODEBOOK, [("cde-001", "Cité ${nom}")])[0])["choices"]
    (row,) = [row for row in choices if row["name"] == "cde-001"]
    assert "${" not in "".join(row.values())


def test_an_unknown_questionnaire_names_those_that_exist() -> None:
    with pytest.raises(CitesError, match="retour, acteurs"):
        formulaire(CODEBOOK, "autre")
