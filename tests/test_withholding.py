"""The gate on answers of persons: nothing withheld can be deduced, and the attack that says so finds what is left open."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from citesresearch import preparation, sections
from citesresearch.cli import main
from citesresearch.codebook import EXEMPT
from citesresearch.data.campagne import find_campagne
from citesresearch.data.dataset import Dataset, read_dataset
from citesresearch.demonstration import generate
from citesresearch.indicators import INDICATORS
from citesresearch.indicators.estimates import NUMBERS, build_estimates
from citesresearch.indicators.perimetres import perimeters_of
from citesresearch.publication import Publication
from citesresearch.publication.gate import publish
from citesresearch.publication.secret.attack import Attack, Searched, attack
from citesresearch.publication.secret.withholding import UNANIMOUS, withhold, withhold_below, without_reasons
from tests.campagnes import write_campagne
from tests.campagnes_au_hasard import QUESTIONS, small_campagne, write_small_campagne

SURVEY = (
    "repondants",
    "repondants_par_classe",
    "cites_repondantes",
    "reponses_manquantes_acteurs",
    "enseignement_point_fort",
    "besoin_attente_acteurs",
    *(f"acteurs_{question}" for question in QUESTIONS),
)
FEW = ("repondants", "repondants_par_classe", "acteurs_legitimite_prefecture")
LONG = 240  # campagnes of the long test


def estimates_of(dataset: Dataset, names: tuple[str, ...] = SURVEY) -> pd.DataFrame:
    return build_estimates(dataset, [INDICATORS[name] for name in names])


def groups(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["perimetre_type"] != "cite"]


def withheld(table: pd.DataFrame) -> int:
    return int((groups(table)["statut"] == "s").sum())


@pytest.mark.parametrize("seed", range(5))
def test_nothing_withheld_is_recovered(seed: int) -> None:
    dataset = small_campagne(seed)
    publication = publish(dataset, estimates_of(dataset, FEW))
    found = attack(publication, perimeters_of(dataset))
    assert found.searched > 20
    assert found.recovered == 0
    assert "aucune" in found.report()


def test_the_threshold_alone_lets_the_attack_through() -> None:
    """The attack is no formality: without secondary suppression it recovers cells, and says of which tables only."""
    dataset = small_campagne(3)
    estimates = estimates_of(dataset, FEW)
    held = withhold_below(estimates, dataset.campagne.seuils)
    found = attack(publish(dataset, estimates, held=held), perimeters_of(dataset))
    assert found.recovered > 10
    told = found.report()
    assert INDICATORS["repondants"].libelle in told or INDICATORS["repondants_par_classe"].libelle in told
    assert "61" not in told.partition("dans")[2].partition("dans")[2]


def test_one_figure_published_too_many_is_seen() -> None:
    dataset = small_campagne(3)
    estimates = estimates_of(dataset, ("repondants",))
    held = withhold(estimates, dataset)
    hidden = held.index[held["statut"].eq("s") & held["perimetre_type"].eq("region")]
    assert len(hidden) >= 1
    opened = held.copy()
    # All hidden groups but one of each kind: the last is the rest.
    for _, rows in held[held["statut"].eq("s") & held["perimetre_type"].ne("cite")].groupby("perimetre_type"):
        opened.loc[rows.index[1:]] = estimates.loc[rows.index[1:]]
    assert attack(publish(dataset, estimates, held=opened), perimeters_of(dataset)).recovered > 0


def test_a_former_publication_of_the_same_figures_is_counted_as_known() -> None:
    dataset = small_campagne(3)
    estimates = estimates_of(dataset, ("repondants",))
    former = publish(dataset, estimates, held=withhold_below(estimates, {"personnes": 1, "fiscal": 1, "organismes": 1}))
    now = publish(dataset, estimates)
    assert attack(now, perimeters_of(dataset)).recovered == 0
    assert attack(now, perimeters_of(dataset), former).recovered > 0


@pytest.mark.torture
@pytest.mark.parametrize("first", range(0, LONG, 20))
def test_nothing_withheld_is_recovered_in_many_campagnes(first: int) -> None:
    """And what is lost is no more than 1.2 times what the greedy algorithm alone withholds."""
    lost = greedy = recovered = 0
    for seed in range(first, first + 20):
        dataset = small_campagne(seed, seuil=(5, 3, 11)[seed % 3])
        estimates = estimates_of(dataset)
        held = withhold(estimates, dataset)
        lost += withheld(held)
        greedy += withheld(withhold(estimates, dataset, prune=False))
        recovered += attack(publish(dataset, estimates, held=held), perimeters_of(dataset)).recovered
    assert recovered == 0
    assert lost <= 1.2 * greedy


@pytest.mark.parametrize("seuil", [3, 5, 11])
def test_the_threshold_decides_everywhere(seuil: int) -> None:
    dataset = small_campagne(7, seuil)
    estimates = estimates_of(dataset, (*FEW, "cites_repondantes", "besoin_attente_acteurs", "retours_recus"))
    held = withhold(estimates, dataset)
    secret = ~held["indicateur"].map({name: m.secret for name, m in INDICATORS.items()}).isin(EXEMPT)
    told = held[secret & held["statut"].eq("ok")]
    assert (told["base"] >= seuil).all()
    # Returns are official statements: not one of their rows changes.
    pd.testing.assert_frame_equal(held[~secret], estimates[~secret])
    # What the threshold allows is published unless another reason, said to the evaluator, forbids it.
    other = groups(held[secret & held["statut"].eq("s") & estimates["base"].ge(seuil)])
    assert (other["motif"] != "").all()
    assert "base inférieure au seuil" not in set(other["motif"])


def test_a_lower_threshold_publishes_more_and_a_higher_one_less() -> None:
    lost = [withheld(withhold(estimates_of(small_campagne(7, s), FEW[:2]), small_campagne(7, s))) for s in (3, 5, 11)]
    assert lost == sorted(lost)
    assert lost[0] < lost[-1]


def test_a_group_that_answers_with_one_voice_is_withheld() -> None:
    dataset = small_campagne(5)
    people = dataset["repondants"]
    same = pd.DataFrame(
        {"id_repondant": people["id_repondant"], "question": "habitants_informes", "modalite": "d_accord"}
    )
    tables = {**dataset.tables, "reponses": same}
    one_voice = Dataset(dataset.campagne, dataset.codebook, tables, dataset.problems, dataset.empreinte)
    held = withhold(estimates_of(one_voice, ("repondants", "acteurs_habitants_informes")), one_voice)
    whole = held[held["indicateur"].eq("acteurs_habitants_informes") & held["perimetre_type"].eq("national")]
    listed = whole[whole["statut"].ne("nc")]
    assert set(listed["statut"]) == {"s"}
    assert UNANIMOUS in set(listed["motif"])


def test_reasons_stay_with_the_evaluator() -> None:
    dataset = small_campagne(5)
    held = withhold(estimates_of(dataset, ("repondants",)), dataset)
    assert set(held.loc[held["statut"] == "s", "motif"]) - {""}
    assert set(without_reasons(held).loc[held["statut"] == "s", "motif"]) == {""}


def test_places_and_roles_are_never_crossed() -> None:
    dataset = small_campagne(9, 3)
    held = withhold(estimates_of(dataset, ("repondants", "repondants_par_classe", "besoin_attente_acteurs")), dataset)
    crossed = groups(held)[groups(held)["indicateur"].ne("repondants") & groups(held)["perimetre_type"].ne("national")]
    assert not crossed["statut"].eq("ok").any()
    assert crossed[list(NUMBERS)].isna().all().all() or crossed.loc[crossed["statut"].ne("nd"), "n"].isna().all()


# -- the markers -------------------------------------------------------------------------------------------------------

MARK = 765_400_000  # and more: no figure of a campagne comes near


def planted(dataset: Dataset) -> pd.DataFrame:
    """The estimates, where everything but counts and bases of persons is a number found nowhere else."""
    table = build_estimates(dataset)
    persons = table["indicateur"].map({name: m.secret for name, m in INDICATORS.items()}).eq("personnes")
    for i, column in enumerate(("valeur", "valeur_basse", "recensement_bas", "general_haut")):
        mine = persons & table["modalite"].ne("solde") & table["statut"].ne("nc")
        table.loc[mine, column] = MARK + 100_000 * i + np.flatnonzero(mine) + 0.0
    return table


@pytest.fixture
def prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, set[str]]:
    """A campagne prepared with planted values; its folder, and the values that must be found nowhere."""
    monkeypatch.chdir(tmp_path)
    folder = write_small_campagne(tmp_path, 3)
    monkeypatch.setattr("citesresearch.indicators.estimates.build_estimates", planted)
    campagne = find_campagne("hasard")
    preparation.prepare(campagne)
    dataset = read_dataset(campagne)
    held = pd.read_parquet(campagne.processed / "estimates.parquet")
    hidden = planted(dataset).loc[held["statut"].eq("s"), list(NUMBERS)].to_numpy().ravel()
    marks = {str(int(value)) for value in hidden[hidden >= MARK]}
    assert len(marks) > 500
    return folder, marks | set(dataset["repondants"]["id_repondant"])


def traces(text: str, marks: set[str]) -> set[str]:
    squeezed = "".join(text.split()).replace("\u202f", "").replace("\u00a0", "")
    return marks & set(re.findall(r"(?=(765[4-7]\d{5}|r[0-9a-f]{6}))", squeezed))


def test_what_is_withheld_leaves_no_trace_in_a_publication(prepared: tuple[Path, set[str]], tmp_path: Path) -> None:
    _, marks = prepared
    place = tmp_path / "data" / "processed" / "hasard" / "publication"
    for path in place.iterdir():
        text = (
            pd.read_parquet(path).to_csv(float_format="%.0f")
            if path.suffix == ".parquet"
            else path.read_text("latin-1")
        )
        assert not traces(text, marks), path.name
    publication = Publication.load(place)
    assert not traces(publication.estimates.to_csv(float_format="%.0f"), marks)
    site = publication.cite("demo-000")
    pages = [str(make(site).html()) for make in sections.SECTIONS]
    quality = [sections.taux_de_reponse, sections.reponses_manquantes, sections.coherence, sections.desaccords]
    pages += [str(make(publication).html()) for make in quality]
    for page in pages:
        assert not traces(page, marks)


@pytest.mark.torture
def test_what_is_withheld_leaves_no_trace_in_a_built_site(
    prepared: tuple[Path, set[str]], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Executed notebooks, pages, downloads, ledger, logs."""
    _, marks = prepared
    assert main(["run", "--campagne", "hasard"]) == 0
    assert main(["publish", "--campagne", "hasard"]) == 0
    said = capfd.readouterr()
    assert not traces(said.out + said.err, marks)
    files = [path for path in (tmp_path / "build").rglob("*") if path.is_file()]
    assert {".ipynb", ".html", ".csv", ".xlsx", ".zip", ".sqlite", ".json"} <= {path.suffix for path in files}
    for path in files:
        for name, content in contents(path):
            assert not traces(content.decode("utf-8", "ignore"), marks), name


def contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """A file, and what it holds where it is an archive: a workbook, a data package."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from ((f"{path.name}/{name}", archive.read(name)) for name in archive.namelist())
    else:
        yield path.name, path.read_bytes()


def test_check_secret_names_tables_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = write_campagne(tmp_path)
    assert main(["check", "--campagne", str(folder), "--secret"]) == 0
    assert "aucune case retenue" in capsys.readouterr().out
    found = Attack(
        (
            Searched("repondants", 4, 0, "Répondants"),
            Searched("repondants_par_classe", 7, 2, "Répondants par classe de rôle"),
        )
    )
    monkeypatch.setattr("citesresearch.publication.secret.attack.attack", lambda *_: found)
    assert main(["check", "--campagne", str(folder), "--secret"]) == 1
    said = capsys.readouterr().out
    assert "11 cases retenues dans 2 tables" in said.replace("\u00a0", " ")
    assert "« Répondants par classe de rôle »" in said.replace("\u00a0", " ").replace("\u202f", " ")
    assert "« Répondants »" not in said.replace("\u00a0", " ").replace("\u202f", " ")
    assert main(["check", "--campagne", str(folder), "--secret", "--precedente", str(folder)]) == 1
    assert "dossier préparé" in capsys.readouterr().err


@pytest.mark.parametrize("damage", ["estimates.arrow", "publication.json", "cites.parquet"])
def test_a_former_edition_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    """An edition prepared by an older version has no file of estimates; one may be cut, or another's."""
    monkeypatch.chdir(tmp_path)
    folder = write_campagne(tmp_path)
    assert main(["prepare", "--campagne", str(folder)]) == 0
    (former,) = {path.parent for path in tmp_path.rglob("publication/publication.json")}
    kept = former.parent.rename(tmp_path / "avant")
    (kept / "publication" / damage).unlink() if damage.startswith("e") else (kept / "publication" / damage).write_bytes(
        b"{}"
    )
    capsys.readouterr()
    assert main(["check", "--campagne", str(folder), "--secret", "--precedente", str(kept)]) == 1
    said = capsys.readouterr().err
    assert "préparé par une autre version, ou endommagé" in said
    assert "Traceback" not in said


@pytest.mark.torture
def test_nothing_withheld_is_recovered_in_the_demonstration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    generate(tmp_path / "data" / "raw" / "demonstration")
    assert main(["check", "--campagne", "demonstration", "--secret"]) == 0
