"""Exact reruns: what changes one page, what changes all, and that a page made from its slice alone is the same page."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from tests.campagnes import TABLES, write_campagne

from citesresearch import sections
from citesresearch.batch import Ledger, run_batch
from citesresearch.batch.freshness import needs_of, states, why_stale
from citesresearch.batch.inventory import Inventory, read_inventory
from citesresearch.cli import main
from citesresearch.data.campagne import find_campagne
from citesresearch.engine.run import Run
from citesresearch.preparation import load_publication
from citesresearch.publication import Publication
from citesresearch.publication.estimates import PublishedEstimates
from citesresearch.publication.parts import ESTIMATES, own_part

WriteNotebook = Callable[..., Path]


@pytest.fixture(scope="module")
def publication(demonstration: Publication) -> Publication:
    return demonstration


def only_slice(publication: Publication, cite: str) -> Publication:
    """The publication without the other Cités' own rows, save one of each table: what the batch says a page reads."""

    def cut(name: str, table: pd.DataFrame) -> pd.DataFrame:
        table = table.reset_index(drop=True)
        mine = own_part(name, table)
        others = mine[~mine.isin(["", cite])].index[:1]  # whether there are rows at all is shared
        return table.loc[sorted({*table.index[mine.isin(["", cite])], *others})].reset_index(drop=True)

    return replace(
        publication,
        tables={name: cut(name, table) for name, table in publication.tables.items()},
        published=PublishedEstimates.of(cut(ESTIMATES, publication.estimates)),
    )


def html(publication: Publication, cite: str) -> str:
    site = publication.cite(cite)
    return "".join(str(part(site).html()) for part in (sections.couverture, *sections.SECTIONS))


def reads_its_slice_only(publication: Publication, cites: list[str]) -> None:
    for cite in cites:
        assert html(only_slice(publication, cite), cite) == html(publication, cite), cite


def test_a_page_reads_nothing_but_its_slice(publication: Publication) -> None:
    """A section that begins to read other Cités' rows must take its table out of OWN_TABLES (or its indicator out of own)."""
    reads_its_slice_only(publication, ["demo-001", "demo-040"])
    reads_its_slice_only(load_publication("publique"), ["cde-003", "cde-036"])


@pytest.mark.torture
def test_no_page_reads_anything_but_its_slice(publication: Publication) -> None:
    reads_its_slice_only(publication, list(publication.cites["id_cde"]))
    public = load_publication("publique")
    reads_its_slice_only(public, list(public.cites["id_cde"]))


def runs_of(inventory: Inventory, notebook: Path) -> list[Run]:
    return [
        Run(inventory.campagne, "monographie", cite, notebook, {"cite": cite, "campagne": "x"})
        for cite in inventory.names
    ]


def changed(before: Inventory, after: Inventory, notebook: Path) -> dict[str, str]:
    """Why each page is stale."""
    runs = runs_of(before, notebook)
    old, new = (needs_of(runs, inventory, Path("nulle-part")) for inventory in (before, after))
    return {run.id: why for run in runs if (why := why_stale(old[run.id], new[run.id]))}


def test_a_cite_s_own_rows_change_one_page(publication: Publication, notebook: WriteNotebook) -> None:
    before, path = Inventory.of(publication), notebook("m.ipynb")
    estimates = publication.estimates.copy()
    row = estimates.index[(estimates["perimetre_type"] == "cite") & (estimates["perimetre_id"] == "demo-003")][-1]
    estimates.loc[row, "motif"] = "relu"
    after = Inventory.of(replace(publication, published=PublishedEstimates.of(estimates)))
    assert changed(before, after, path) == {"demo-003": "les données de cette Cité ont changé (estimations)"}
    words = publication.tables["actions"].copy()
    words.loc[words["id_cde"] == "demo-005", "id_action"] = "autre"
    after = Inventory.of(replace(publication, tables={**publication.tables, "actions": words}))
    assert changed(before, after, path) == {"demo-005": "les données de cette Cité ont changé (actions)"}


def test_the_network_changes_every_page_and_says_so(publication: Publication, notebook: WriteNotebook) -> None:
    before, path = Inventory.of(publication), notebook("m.ipynb")
    estimates = publication.estimates.copy()
    estimates.loc[estimates.index[estimates["perimetre_type"] == "national"][0], "valeur"] = 12.0
    said = changed(before, Inventory.of(replace(publication, published=PublishedEstimates.of(estimates))), path)
    assert len(said) == 84
    assert set(said.values()) == {"ce que toutes les pages montrent du réseau a changé (estimations)"}
    said = changed(before, Inventory.of(replace(publication, date_edition="2030-01-01")), path)
    assert set(said.values()) == {"les réglages de la campagne ont changé (date_edition)"}
    assert len(said) == 84


@pytest.fixture
def campagne(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_campagne(tmp_path)
    monkeypatch.chdir(tmp_path)
    return folder


def test_a_text_changes_its_own_page(campagne: Path, notebook: WriteNotebook) -> None:
    texts = campagne / "textes"
    texts.mkdir()
    (texts / "cde-002.md").write_text("Premier texte.", encoding="utf-8")
    inventory = read_inventory(find_campagne("essai"))
    runs = runs_of(inventory, notebook("m.ipynb"))
    before = needs_of(runs, inventory, campagne)
    (texts / "cde-002.md").write_text("Second texte.", encoding="utf-8")
    after = needs_of(runs, inventory, campagne)
    said = {run.id: why_stale(before[run.id], after[run.id]) for run in runs}
    assert said == {"cde-001": "", "cde-002": "un texte de l’évaluateur a changé (textes/cde-002.md)", "cde-003": ""}


def test_the_kept_inventory_may_be_deleted_or_damaged(campagne: Path) -> None:
    first = read_inventory(find_campagne("essai"))
    (kept,) = (campagne.parents[1] / "processed").glob(".*.inventaire.json")
    assert read_inventory(find_campagne("essai")) == first
    for damage in ("", "{}", '{"stamp": 3}', "[]", kept.read_text("utf-8")[:-40]):
        kept.write_text(damage, encoding="utf-8")
        assert read_inventory(find_campagne("essai")) == first
    kept.unlink()
    assert read_inventory(find_campagne("essai")) == first
    text = TABLES["cites"].replace("Alpha", "Omega")
    (campagne / "cites.csv").write_text(text, encoding="utf-8")
    assert read_inventory(find_campagne("essai")).names["cde-001"] == "Omega"


def test_states_and_reruns(campagne: Path, notebook: WriteNotebook, exporter: str) -> None:
    """From never made to up to date, and away from it again by each way."""
    path = notebook("m.ipynb", "print(cite)\nassert cite != 'cde-003'")
    build = campagne.parents[2] / "build"
    inventory = read_inventory(find_campagne("essai"))
    runs = runs_of(inventory, path)
    needs = needs_of(runs, inventory, campagne)

    def stand() -> dict[str, str]:
        with Ledger(build / "essai" / "registre.sqlite") as ledger:
            return {ident: state.kind for ident, state in states(runs, needs, ledger, build).items()}

    assert {state.kind for state in states(runs, needs, None, build).values()} == {"jamais"}
    planned = [*needs, "cde-099"]
    run_batch(runs, build, exporter=exporter, warmer="", needs=needs, planned=planned)
    assert stand() == {"cde-001": "a_jour", "cde-002": "a_jour", "cde-003": "echec"}
    page = runs[0].outputs(build).page
    content = page.read_bytes()
    page.write_bytes(content + b" ")
    assert stand()["cde-001"] == "a_refaire"
    page.write_bytes(content)
    assert stand()["cde-001"] == "a_jour"  # touched, but the same bytes
    page.unlink()
    assert stand()["cde-001"] == "a_refaire"
    assert states(runs, needs, Ledger(build / "essai" / "registre.sqlite"), build)["cde-001"].why == (
        "le fichier cde-001.html a disparu"
    )
    # A Cité that has left takes its files with it, at the next run; what no run made stays.
    orphan, stranger = (build / "essai" / "pages" / name for name in ("cde-099.html", "notes.html"))
    orphan.write_text("ancienne", encoding="utf-8")
    stranger.write_text("à moi", encoding="utf-8")
    with Ledger(build / "essai" / "registre.sqlite") as ledger:
        ledger.record(replace(ledger.good()["cde-001"], id="cde-099"))
    run_batch(runs[:1], build, exporter=exporter, warmer="", needs=needs, planned=list(needs))
    assert (orphan.exists(), stranger.exists()) == (False, True)
    assert runs[1].outputs(build).page.exists()
    assert stand() == {"cde-001": "a_jour", "cde-002": "a_jour", "cde-003": "echec"}


def test_a_dry_run_says_what_would_be_made_and_makes_nothing(
    campagne: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "-c", "essai", "--dry-run"]) == 0
    out = capsys.readouterr().out.replace("\u00a0", " ")
    assert "cde-001 : jamais produite" in out
    assert "4 pages à faire, 0 page laissée en l’état" in out
    assert main(["run", "-c", "essai", "--failed", "--only", "alpha", "synthese", "--dry-run"]) == 0
    assert "0 page à faire, 2 pages laissées" in capsys.readouterr().out.replace("\u00a0", " ")
    assert not (campagne.parents[2] / "build").exists()


@pytest.mark.torture
def test_the_commands_make_what_is_needed_and_no_more(campagne: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*words: str) -> str:
        assert main([*words]) == 0
        return capsys.readouterr().out

    run = ("run", "-c", "essai")
    assert "4 produites" in said(*run)
    assert "4 à jour" in said("status", "-c", "essai")
    site = campagne.parents[2] / "build" / "site"
    said("publish")
    first = {path.name: path.read_bytes() for path in site.rglob("*.html")}
    assert "0 page à faire, 4 pages laissées" in said(*run).replace("\u00a0", " ")
    assert "0 page à faire" in said(*run, "--failed").replace("\u00a0", " ")
    assert "cde-002 : à jour, refaite à la demande" in said(*run, "cde-002", "--force", "--dry-run")
    assert "2 pages à faire" in said(*run, "cde-001", "--only", "synthese", "--force", "--dry-run").replace(
        "\u00a0", " "
    )
    # One Cité's own rows: its page and the synthesis; the site is the same as one made anew.
    text = TABLES["copilotes"].replace("PLIE", "Plan local")
    (campagne / "copilotes.csv").write_text(text, encoding="utf-8")
    out = said(*run, "--dry-run")
    assert "cde-001 : les données de cette Cité ont changé (copilotes)" in out
    assert "cde-002" not in out
    said(*run)
    said("publish")
    patched = {path.name: path.read_bytes() for path in site.rglob("*.html")}
    assert patched.keys() == first.keys()
    said(*run, "--force")
    said("publish")
    assert {path.name: path.read_bytes() for path in site.rglob("*.html")} == patched
    shutil.rmtree(site.parent / "essai")
    assert ": jamais produite" in said("status", "-c", "essai")
